"""Whether the values under a header can be what a column of the schema asks for."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.checks.columns import BLANK, FALSE, TRUE, text_values
from geo_data.describe.words import offered
from geo_data.findings import counted
from geo_data.schema import Column

__all__ = ["EMPTY", "known_share", "misfit"]

EMPTY = "all its cells are empty"
MOST = 0.9
"""Share of the filled cells that must fit: a few mistakes do not make another column of it."""


def misfit(column: Column, cells: pd.Series, factor: float = 1.0) -> str:
    """Return what speaks against taking the cells for the column, '' when nothing does.

    Examples
    --------
    >>> misfit(Column("id", "text", "Identifier"), pd.Series(["A", "B", "A"]))
    '1 of 3 values stands more than once'
    """
    text = text_values(cells)
    filled = text[~np.isin(np.char.lower(text.astype(str)) if len(text) else text, list(BLANK))]
    if column.name == "id":
        return _not_unique(filled, len(text))
    if not len(filled):
        return EMPTY
    if column.type == "boolean":
        return _too_many(~np.isin(np.char.lower(filled.astype(str)), [*TRUE, *FALSE]), filled, "neither yes nor no")
    if column.type == "text":
        allowed = column.choices
        strange = np.array([column.value(word) not in allowed for word in filled]) if allowed else np.zeros(0, bool)
        return _too_many(strange, filled, f"none of {', '.join(allowed)}")
    return _no_numbers(column, filled, factor)


def known_share(column: Column, cells: pd.Series) -> float:
    """Return the share of filled cells whose words are values the column usually has, 0 to 1; 0 where none is usual."""
    usual = offered(column)
    counts = Counter(word for word in text_values(cells[:2000]) if word) if usual else Counter()
    known = sum(count for word, count in counts.items() if column.value(word) in usual)
    return known / counts.total() if counts else 0.0


def _not_unique(filled: NDArray[np.object_], rows: int) -> str:
    """What keeps cells from being identifiers."""
    if len(filled) < rows:
        return f"nothing stands in {rows - len(filled):,} of {counted(rows, 'cell')}"
    again = len(filled) - len(set(filled))
    verb = "stands" if again == 1 else "stand"
    return f"{again:,} of {counted(len(filled), 'value')} {verb} more than once" if again else ""


def _no_numbers(column: Column, filled: NDArray[np.object_], factor: float) -> str:
    """What keeps cells from being the column's numbers."""
    values = pd.to_numeric(pd.Series(filled), errors="coerce").to_numpy(dtype=np.float64) * factor
    said = _too_many(np.isnan(values), filled, "no numbers")
    if said:
        return said
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    with np.errstate(invalid="ignore"):
        said = _too_many((values < low) | (values > high), filled, "out of range")
        part = np.isfinite(values) & (values != np.round(values))
    whole = column.type == "integer" and factor == 1.0
    return said or (_too_many(part, filled, "no whole numbers") if whole else "")


def _too_many(wrong: NDArray[np.bool_], filled: NDArray[np.object_], what: str) -> str:
    """The cells that do not fit in words, where they are too many."""
    if not len(wrong) or wrong.mean() <= 1.0 - MOST:
        return ""
    return f"{int(wrong.sum())} of {len(filled)} values are {what} (such as '{filled[np.flatnonzero(wrong)[0]]}')"
