"""Numbers in another unit and words of another language, turned into the schema's own, and said so."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.checks.report import Report, listing
from geo_data.findings import counted
from geo_data.schema import Column

__all__ = ["own_unit", "own_words"]


def own_unit(cells: pd.Series, column: Column, header: str, report: Report) -> pd.Series:
    """Return cells in the column's unit; `header` tells in which they stand. What is no number stays as it is."""
    factor = column.factor(header)
    if factor == 1.0:
        return cells
    numbers = pd.to_numeric(cells.astype(str).str.strip(), errors="coerce").to_numpy(dtype=np.float64)
    values = numbers * factor
    whole = np.floor(values + 1e-9) if column.type == "integer" else values
    cut = int((whole < values - 1e-6).sum())
    own = [cell if np.isnan(v) else f"{v:.12g}" for cell, v in zip(cells, whole, strict=True)]
    rest = f"; fractions of {cut} were cut off" if cut else ""
    found = f"Numbers of '{header}' were multiplied by {factor:g} for '{column.name}' in {column.unit}{rest}."
    advice = f"If they are {column.unit} already, rename the column to '{column.name}'."
    report.layer("note", "unit-converted", found, advice, int(np.isfinite(numbers).sum()))
    return pd.Series(own, index=cells.index, dtype=object)


def own_words(text: NDArray[np.object_], column: Column, report: Report) -> NDArray[np.object_]:
    """Return text with known words for a value ('铁路') replaced by the value ('rail')."""
    meant = {word: column.value(word) for word in sorted(set(text))} if column.words else {}
    changed = {word: value for word, value in meant.items() if word != value}
    if not changed:
        return text
    rows = np.isin(text, list(changed))
    told = listing(f"{word}' as '{value}" for word, value in changed.items())
    many = f"{int(rows.sum())} of {counted(len(text), 'row')}"
    found = f"Other words for {column.name} stand in {many}, taken so: {told}."
    report.layer("note", "words-taken", found, "", int(rows.sum()))
    return np.array([meant[word] for word in text], dtype=object)
