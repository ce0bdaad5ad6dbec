"""Columns of a layer: found by name or mapping, converted to the schema's types, every wrong cell reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.checks.near import OF_PLANS, report_near, typed
from geo_data.checks.report import Report, listing
from geo_data.checks.words import own_unit, own_words
from geo_data.findings import counted, suggest
from geo_data.read.headers import header_in, header_may_fit
from geo_data.read.vector import EXACT
from geo_data.schema import Column

__all__ = ["clean_columns", "column_source", "text_values"]

TRUE = frozenset({"true", "t", "yes", "y", "1", "1.0", "是", "有", "√"})
FALSE = frozenset({"false", "f", "no", "n", "0", "0.0", "否", "无", "×"})
LOST = "#n/a"
"""What a spreadsheet's formula leaves that found nothing."""
BLANK = frozenset({"", "nan", "none", "null", "-", "—", "/", "n/a", LOST})
"""Cells that stand for nothing where a number or yes or no belongs."""


def clean_columns(table: pd.DataFrame, mapping: Mapping[str, str], report: Report) -> pd.DataFrame:
    """Return a table with exactly the schema's columns and types; what is wrong goes to `report`."""
    names = [c.name for c in report.spec.columns]
    for key in mapping.keys() - set(names):
        near = suggest(key, names)
        report.layer(
            "error",
            "mapping-unknown",
            f"columns maps '{key}', which is no column of layer '{report.spec.name}'.",
            f"Did you mean '{near}'?" if near else f"Its columns: {', '.join(names)}.",
        )
    sources = {c.name: column_source(table, c, mapping) for c in report.spec.columns}
    guessed, sources = sources, _without_doubt(sources, mapping, report)
    _report_sources(table, sources, mapping, report)
    told = {*guessed.values(), *sources.values()}
    words = {str(c): set(text_values(table[c])) - {""} for c in table.columns if str(c) not in told}
    free = [header for header, said in words.items() if said and not said <= OF_PLANS]
    report_near(free, sources, mapping, report)
    cleaned = {c.name: _clean_column(table, c, sources[c.name], mapping, report) for c in report.spec.columns}
    return pd.DataFrame(cleaned, index=table.index)


def column_source(table: pd.DataFrame, column: Column, mapping: Mapping[str, str]) -> str | None:
    """Return the file's column that holds the schema's `column`, or None.

    The mapping goes first, then the column's own name, then its other names.
    """
    columns = [str(c) for c in table.columns]
    if column.name in mapping:
        return mapping[column.name] if mapping[column.name] in columns else None
    return header_in(columns, column)


def text_values(values: pd.Series) -> NDArray[np.object_]:
    """Return cells as stripped text, blank where nothing stands; 7.0 becomes '7'."""
    if pd.api.types.is_float_dtype(values):
        whole = values.dropna()
        if (whole == whole.round()).all() and (whole.abs() < EXACT).all():
            values = values.astype("Int64")
    blank = values.isna().to_numpy(dtype=bool)
    text = values.astype(object).where(~blank, "").astype(str).str.strip().to_numpy(dtype=object)
    text[blank] = ""
    return text


def _without_doubt(sources: dict[str, str | None], mapping: Mapping[str, str], report: Report) -> dict[str, str | None]:
    """The columns' sources without a header that two would take: 'export_por' of a Shapefile."""
    guessed = {name: s for name, s in sources.items() if s is not None and name not in mapping and s.lower() != name}
    for header in sorted(set(guessed.values())):
        names = [name for name, source in guessed.items() if source == header]
        if len(names) > 1:
            found = f"Column '{header}' may be {' or '.join(names)}; it was taken for none of them."
            advice = f'Map it: columns = {{ {names[0]} = "{header}" }}.'
            report.layer("warning", "column-ambiguous", found, advice)
            sources = {name: None if name in names else source for name, source in sources.items()}
    return sources


def _report_sources(
    table: pd.DataFrame, sources: Mapping[str, str | None], mapping: Mapping[str, str], report: Report
) -> None:
    """Columns that were taken under another name, and columns of the file that nothing takes."""
    taken = [(s, n) for n, s in sources.items() if s is not None and n not in mapping and s.lower() != n]
    if taken:
        told = ", ".join(f"'{source}' as {name}" for source, name in taken)
        advice = "Map what is meant otherwise under columns = { ... }."
        report.layer("note", "columns-taken", f"Columns taken by their other names: {told}.", advice, len(taken))
    unused = [str(c) for c in table.columns if str(c) not in sources.values()]
    if unused:
        report.layer("note", "columns-unused", f"Columns not used: {listing(unused, 12)}.", count=len(unused))


def _clean_column(
    table: pd.DataFrame, column: Column, source: str | None, mapping: Mapping[str, str], report: Report
) -> pd.Series:
    """One column with the schema's type."""
    if source is None:
        _report_missing(table, column, mapping, report)
        return _blank_column(column, table.index)
    cells = own_unit(table[source], column, source, report)
    if column.type == "text":
        return _text(cells, column, report)
    return _boolean(cells, column, report) if column.type == "boolean" else _number(cells, column, report)


def _report_missing(table: pd.DataFrame, column: Column, mapping: Mapping[str, str], report: Report) -> None:
    """A column that is not there: an error where it was promised or is needed."""
    columns = [str(c) for c in table.columns if c != "geometry"]
    have = f"Columns: {', '.join(columns)}." if columns else "The file has no columns."
    near = header_may_fit(columns, column) or suggest(mapping.get(column.name, column.name), typed(columns))
    if column.name in mapping:
        found = f"columns maps '{column.name}' to '{mapping[column.name]}', which the file does not have."
        report.layer("error", "column-missing", found, f"Did you mean '{near}'? {have}" if near else have)
    elif column.required:
        hint = near or (columns[0] if columns else "...")
        head = f"The nearest is '{near}'. " if near else f"{have} "
        report.layer(
            "error",
            "column-missing",
            f"Required column '{column.name}' ({column.meaning}) is missing.",
            f'{head}Rename it, or map it: columns = {{ {column.name} = "{hint}" }}.',
        )


def _blank_column(column: Column, index: pd.Index) -> pd.Series:
    """The default, or nothing, in every row."""
    if column.type == "text":
        return pd.Series(str(column.default or ""), index=index, dtype="str")
    if column.type == "boolean":
        return pd.Series(bool(column.default), index=index, dtype=bool)
    return _typed_number(np.full(len(index), _default_number(column)), column, index)


def _default_number(column: Column) -> float:
    """Default of a number column; not a number where the schema has none."""
    return np.nan if column.default is None else float(column.default)


def _typed_number(values: NDArray[np.float64], column: Column, index: pd.Index) -> pd.Series:
    """Whole numbers as integers where every row has one."""
    whole = column.type == "integer" and bool((np.abs(values) < EXACT).all())
    return pd.Series(values.astype(np.int64) if whole else values, index=index)


def _text(cells: pd.Series, column: Column, report: Report) -> pd.Series:
    """Text cells, with choices and blanks checked."""
    text = own_words(text_values(cells), column, report)
    blank = text == ""
    if column.choices:
        for row in np.flatnonzero(~blank & ~np.isin(text, column.choices)):
            near = suggest(text[row], column.choices)
            report.row(
                "error",
                "choice-wrong",
                row,
                f"has {column.name} = '{text[row]}', which is not a choice.",
                f"Did you mean '{near}'?" if near else f"Choices: {', '.join(column.choices)}.",
            )
    if column.required and column.name != "id":
        _report_blank(np.flatnonzero(blank), column, report)
    return pd.Series(np.where(blank, str(column.default or ""), text), index=cells.index, dtype="str")


def _boolean(cells: pd.Series, column: Column, report: Report) -> pd.Series:
    """Yes or no cells; blank is the default."""
    said = own_words(text_values(cells), column, report)
    text = np.char.lower(said.astype(str)) if len(cells) else np.zeros(0, dtype=str)
    _report_lost(text, column, report)
    true, blank = np.isin(text, list(TRUE)), np.isin(text, list(BLANK))
    for row in np.flatnonzero(~true & ~blank & ~np.isin(text, list(FALSE))):
        report.row(
            "error",
            "value-type",
            row,
            f"has {column.name} = '{text[row]}' where yes or no belongs.",
            "Write true or false.",
        )
    return pd.Series(np.where(blank, bool(column.default), true), index=cells.index, dtype=bool)


def _number(cells: pd.Series, column: Column, report: Report) -> pd.Series:
    """Number cells; blank is the default where there is one."""
    text = text_values(cells)
    lower = np.char.lower(text.astype(str)) if len(text) else text
    blank = np.isin(lower, list(BLANK))
    _report_lost(lower, column, report)
    values = pd.to_numeric(pd.Series(text).where(~blank), errors="coerce").to_numpy(dtype=np.float64)
    unit = f" {column.unit}" if column.unit else ""
    for row in np.flatnonzero(~blank & ~np.isfinite(values)):
        report.row(
            "error",
            "value-type",
            row,
            f"has {column.name} = '{text[row]}' where a number belongs.",
            f"Write a number{f' of{unit}' if unit else ''}, or leave the cell empty.",
        )
    _report_range(values, text, column, report)
    if column.required:
        _report_blank(np.flatnonzero(blank), column, report)
    elif blank.any() and not blank.all() and column.default is not None:
        rows = report.ids[blank]
        report.layer(
            "note",
            "value-blank",
            f"{column.name} is blank in {int(blank.sum()):,} of {counted(len(blank), 'row')} "
            f"({listing(rows)}); {column.default} is used.",
            count=int(blank.sum()),
        )
    good = _in_range(values, column)
    return _typed_number(np.where(good, values, _default_number(column)), column, cells.index)


def _in_range(values: NDArray[np.float64], column: Column) -> NDArray[np.bool_]:
    """Which values may stand: what is reported as wrong must not reach the geometry."""
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isfinite(values) & (values >= low) & (values <= high))


def _report_range(values: NDArray[np.float64], text: NDArray[np.object_], column: Column, report: Report) -> None:
    """Numbers below the least, above the most, or with a fraction where a whole number belongs."""
    for limit, word, beyond in ((column.minimum, "least", np.less), (column.maximum, "most", np.greater)):
        for row in [] if limit is None else np.flatnonzero(np.isfinite(values) & beyond(values, limit)):
            report.row(
                "error",
                "value-range",
                row,
                f"has {column.name} = {text[row]}; the {word} allowed is {limit:g}.",
                "Correct it, or leave the cell empty.",
            )
    part = _in_range(values, column) & (values != np.round(values)) & (column.type == "integer")
    for row in np.flatnonzero(part):
        report.row(
            "error", "value-type", row, f"has {column.name} = {text[row]} where a whole number belongs.", "Correct it."
        )


def _report_lost(text: NDArray[Any], column: Column, report: Report) -> None:
    """Cells in which a formula found nothing: they are taken as empty, which may not be what was meant."""
    rows = np.flatnonzero(text == LOST)
    if len(rows):
        found = f"{column.name} is #N/A in {len(rows):,} of {counted(len(text), 'row')} ({listing(report.ids[rows])})"
        advice = "Correct the formula, or leave the cell empty."
        report.layer("warning", "value-lost", f"{found}; that was taken as empty.", advice, len(rows))


def _report_blank(rows: NDArray[np.int64], column: Column, report: Report) -> None:
    """Empty cells of a required column."""
    for row in rows:
        report.row("error", "value-missing", int(row), f"has no {column.name} ({column.meaning}).", "Fill it in.")
