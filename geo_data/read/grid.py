"""Rows of cells as a table: the header found below title rows, a row of units left out, ragged rows reported."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd

from geo_data.findings import counted
from geo_data.read.headers import UNIT_WORDS
from geo_data.read.points import COORDINATE_HEADERS
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable
from geo_data.schema import LAYERS, NOTE_MARK, header_key

__all__ = ["Row", "table_of"]

Row = Sequence[str]

LOOKED_AT = 30
"""Rows at the head of a table that may be titles above the header."""


def table_of(rows: Sequence[Row], name: str, settings: LayerSettings) -> pd.DataFrame:
    """Return the table below the header; cells are text, '' where nothing stands.

    The header is the row that names most columns of the layer; where none is known, the first of the fullest rows.
    Rows whose first cell begins with ``NOTE_MARK`` are notes to people and are left out.
    """
    if not any(any(row) for row in rows[:LOOKED_AT]):
        rows = [row for row in rows if any(row)]
    rows = [*([cell.strip() for cell in row] for row in rows[:LOOKED_AT]), *rows[LOOKED_AT:]]
    at = _header_row(rows[:LOOKED_AT], name, settings)
    if at is None:
        raise Unreadable("holds nothing but blank cells", "Export it again, or name another file.")
    header = _unique([cell.strip() for cell in _trimmed(rows[at])])
    width = len(header)
    ragged = [
        i + 1 for i, row in enumerate(rows) if len(row) > width and i > at and any(c.strip() for c in row[width:])
    ]
    body = [row for row in rows[at + 1 :] if any(row) and not row[0].startswith(NOTE_MARK)]
    units = 1 if body and _is_units(body[0]) else 0
    table = _columns(body[units:], header)
    _say(table, at, units, ragged)
    _say_rows_above(table, rows[:at], header)
    return table


def _say_rows_above(table: pd.DataFrame, above: Sequence[Row], header: Sequence[str]) -> None:
    """Rows above the header that fill as many cells look like data, not like a title."""
    full = [i + 1 for i, row in enumerate(above) if sum(cell != "" for cell in row) >= max(2, len(header))]
    if full:
        words = counted(len(full), "row")
        found = f"Not read, though every column is filled: {words} above the header (row {full[0]})."
        remark(table, "warning", "rows-above-header", found, "If they are data, move them below the header.", len(full))


def _columns(body: Sequence[Row], header: list[str]) -> pd.DataFrame:
    """Rows as columns of text; short rows end in blanks, long ones are cut."""
    width = len(header)
    if any(len(row) != width for row in body):
        body = [row if len(row) == width else [*row[:width], *[""] * (width - len(row))] for row in body]
    columns = [[cell.strip() for cell in cells] for cells in zip(*body, strict=True)] or [[] for _ in header]
    table = pd.DataFrame({name: pd.array(cells, dtype="str") for name, cells in zip(header, columns, strict=True)})
    blank = (table == "").all(axis=1)
    return table.loc[~blank].reset_index(drop=True) if blank.any() else table


def _say(table: pd.DataFrame, at: int, units: int, ragged: list[int]) -> None:
    """What was skipped, and what did not fit."""
    if at:
        remark(table, "note", "header-found", f"The header was found in row {at + 1}; what stands above was not read.")
    if units:
        remark(table, "note", "units-row", "The row of units below the header was left out.")
    if ragged:
        rows = ", ".join(map(str, ragged[:5]))
        words = counted(len(ragged), "row has", "rows have")
        found = f"{words} more cells than the header has columns (row {rows}); the rest was cut off."
        remark(table, "error", "row-ragged", found, "Put text that holds the separator in quotes.", len(ragged))


def _header_row(rows: Sequence[Row], name: str, settings: LayerSettings) -> int | None:
    """Index of the header, None where every row is blank."""
    known = _known_headers(name) | {header_key(h) for h in (*settings.columns.values(), settings.x, settings.y) if h}
    hits: list[int] = [sum(header_key(cell) in known for cell in row) for row in rows]
    if max(hits, default=0) > 0:
        return int(np.argmax(hits))
    filled: list[int] = [sum(cell != "" for cell in row) for row in rows]
    return int(np.argmax(filled)) if max(filled, default=0) > 0 else None


def _known_headers(name: str) -> set[str]:
    """Every header that means something for the layer, or for any layer where `name` is none."""
    columns = [c for spec in LAYERS if name in {spec.name, ""} for c in spec.columns]
    words = {w for c in columns for w in (c.name, c.title_zh, *c.aliases, *(h for h, _ in c.converted), *c.maybe) if w}
    return {header_key(word) for word in (*words, *COORDINATE_HEADERS)}


def _is_units(row: Row) -> bool:
    """Whether every filled cell of a row is a unit."""
    filled = [unicodedata.normalize("NFKC", cell).strip().lower() for cell in row if cell]
    return bool(filled) and all(cell.strip("()[]") in UNIT_WORDS for cell in filled)


def _trimmed(row: Row) -> Row:
    """The row without the blank cells at its end."""
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    return row[:end]


def _unique(header: Sequence[str]) -> list[str]:
    """Column names, blank and double ones numbered: the first keeps its name."""
    names: list[str] = []
    for i, cell in enumerate(header):
        name = cell or f"column {i + 1}"
        while name in names:
            name = f"{cell or 'column'} ({i + 1})" if name == cell else f"{name}'"
        names.append(name)
    return names
