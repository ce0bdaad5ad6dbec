"""XLSX workbooks: the sheet of a layer, merged cells filled, formulas without a saved value told."""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo_data.findings import counted, suggest
from geo_data.read.archive import open_zip
from geo_data.read.grid import table_of
from geo_data.read.points import frame_of_table
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable
from geo_data.schema import LAYERS

__all__ = ["read_workbook", "sheet_names"]

WIDEST = 512
ROW_GAP, COLUMN_GAP = 1_000, 100
"""A table ends before so many blank rows or columns: a stray cell far off would blow it up to 16 thousand million."""
_ROW_AT = re.compile(rb"<row[^>]*? r=\"(\d{1,7})\"")
_COLUMN_AT = re.compile(rb"<c[^>]*? r=\"([A-Z]{1,3})\d{1,7}\"")
_MERGED = re.compile(rb"<mergeCell\s+ref=\"([A-Z]+\d+:[A-Z]+\d+)\"")
_UNSAVED = re.compile(rb"(?:</f>|<f[^>]*/>)(?:<v>\s*</v>|<v\s*/>)?</c>")
"""A formula's cell in which no value follows."""


def read_workbook(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the rows of one sheet with their geometry."""
    from openpyxl import load_workbook  # only workbooks load openpyxl: it is large

    content = _checked(path)
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    sheet = book[_sheet(tuple(book.sheetnames), name, settings.layer)]
    part = _part(content, sheet.title)
    height, width, stray = _extent(part)
    sheet.reset_dimensions()
    cells = sheet.iter_rows(max_row=height, max_col=width, values_only=True)
    rows, rounded = [], 0
    for row in cells:
        rows.append([_text(cell) for cell in row])
        rounded += sum(_is_rounded(cell) for cell in row)
    if not any(map(any, rows)):
        raise _blank(sheet.title, book.sheetnames)
    filled = _fill_merged(rows, part)
    table = table_of(rows, name, settings)
    _say(table, filled, len(_UNSAVED.findall(part)), stray, sheet.title)
    if rounded:
        found = f"Whole numbers of more than 15 digits in sheet '{sheet.title}', which a workbook rounds: {rounded}."
        remark(table, "warning", "digits-lost", found, "Write identifiers as text.", rounded)
    return frame_of_table(table, settings)


def _blank(title: str, sheets: list[str]) -> Unreadable:
    """Why a sheet gives no table."""
    others = ", ".join(s for s in sheets if s != title)
    advice = f"Fill it in, or name another with layer = '...': {others}." if others else "Fill it in, or save it again."
    return Unreadable(f"has nothing in sheet '{title}'", advice)


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the sheets of a workbook."""
    from openpyxl import load_workbook

    return tuple(load_workbook(io.BytesIO(_checked(path)), read_only=True).sheetnames)


def _checked(path: Path) -> bytes:
    """Content of the file, when it is a workbook that opens."""
    with path.open("rb") as stream:
        head = stream.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        found = "is an old workbook (.xls), or one with a password"
        raise Unreadable(found, "Save it as .xlsx without a password.")
    with open_zip(path) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise Unreadable("is no Excel workbook", "Save it as .xlsx.")
    return path.read_bytes()


def _sheet(sheets: tuple[str, ...], name: str, stated: str) -> str:
    """The sheet to read: the stated one, else the one called like the layer in any of its names, else the only one."""
    if stated:
        if stated in sheets:
            return stated
        near = suggest(stated, sheets)
        raise Unreadable(
            f"has no sheet '{stated}'", f"Did you mean '{near}'?" if near else f"It has: {', '.join(sheets)}."
        )
    words = {w.lower() for spec in LAYERS if spec.name == name for w in (spec.name, spec.title, spec.title_zh) if w}
    found = next((s for s in sheets if s.strip().lower() in words), sheets[0] if len(sheets) == 1 else None)
    if found is None:
        raise Unreadable(f"has {len(sheets)} sheets: {', '.join(sheets)}", "Name one with layer = '...'.")
    return found


def _text(cell: object) -> str:
    """A cell as text: whole numbers without '.0', dates as ISO, errors of formulas as nothing."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and math.isfinite(cell) and cell == int(cell) and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell).strip()


def _is_rounded(cell: object) -> bool:
    """Whether a cell is an identifier whose last digits the workbook has lost."""
    return isinstance(cell, float) and 1e15 <= abs(cell) < 1e21


def _part(content: bytes, title: str) -> bytes:
    """The XML of one sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(_part_name(archive, title))


def _part_name(archive: zipfile.ZipFile, title: str) -> str:
    """Path of a sheet inside the workbook."""
    from openpyxl.reader.workbook import WorkbookParser  # the one place that knows relations of sheets

    parser = WorkbookParser(archive, "xl/workbook.xml")
    parser.parse()
    found = [relation.target for sheet, relation in parser.find_sheets() if sheet.name == title]
    return str(found[0])


def _fill_merged(rows: list[list[str]], part: bytes) -> int:
    """Give cells merged downwards the text of the first; return how many took one. Merged headings stay as they are."""
    filled = 0
    for left, top, right, bottom in _merged(part):
        inside = left == right and top <= len(rows) and left <= len(rows[top - 1])
        head = rows[top - 1][left - 1] if inside else ""
        for row in rows[top:bottom] if head else ():
            if left <= len(row) and not row[left - 1]:
                row[left - 1] = head
                filled += 1
    return filled


def _merged(part: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Left, top, right and bottom of every merged range, from 1."""
    from openpyxl.utils.cell import range_boundaries

    for reference in _MERGED.findall(part):
        left, top, right, bottom = range_boundaries(reference.decode("ascii"))
        if left and top and right and bottom:
            yield left, top, right, bottom


def _extent(part: bytes) -> tuple[int | None, int, str]:
    """Rows and columns of the table that begins at the top left, and the first cell beyond it ('' where none is)."""
    from openpyxl.utils import column_index_from_string, get_column_letter

    rows = sorted({int(r) for r in _ROW_AT.findall(part)})
    columns = sorted({column_index_from_string(c.decode("ascii")) for c in set(_COLUMN_AT.findall(part))})
    height, width = _before_gap(rows, ROW_GAP), min(_before_gap(columns, COLUMN_GAP) or WIDEST, WIDEST)
    stray = [f"row {r}" for r in rows if height and r > height][:1]
    stray += [f"column {get_column_letter(c)}" for c in columns if c > width][:1]
    return height, width, " and ".join(stray)


def _before_gap(used: list[int], gap: int) -> int | None:
    """The last number before a gap, None where there are no numbers."""
    last = 0
    for number in used:
        if last and number - last > gap:
            break
        last = number
    return last or None


def _say(table: pd.DataFrame, filled: int, unsaved: int, stray: str, title: str) -> None:
    """What was filled in, and what could not be read."""
    if filled:
        found = f"{counted(filled, 'cell')} of sheet '{title}' below merged cells took the merged cell's text."
        remark(table, "note", "cells-merged", found, "", filled)
    if unsaved:
        words = counted(unsaved, "formula has", "formulas have")
        cells = "its cell is" if unsaved == 1 else "their cells are"
        found = f"{words} no saved value in sheet '{title}'; {cells} empty."
        remark(table, "warning", "formula-unsaved", found, "Open it in a spreadsheet, save it and try again.", unsaved)
    if stray:
        found = f"Sheet '{title}' has cells far from its table, from {stray} on; they were not read."
        remark(table, "warning", "cells-far", found, "Delete them, or move them to the table.")
