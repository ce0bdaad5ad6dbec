"""An empty XLSX workbook to fill in: one sheet a layer, everything a planner must know in its head.

Layout, which the reader of workbooks relies on:

- a sheet is named by its layer; the sheet ``README`` is no layer;
- row 1 holds the schema's column names, the identifier first; points have columns ``lon`` and ``lat``, other layers
  their shape as text in a column ``wkt``;
- rows whose first cell begins with ``NOTE_MARK`` ('#:') are notes wherever they stand and never features: row 2 the
  titles in English and Chinese, row 3 types, units and meanings, row 4 an example;
- features begin in row 5.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from geo_data.atomic import atomic_path
from geo_data.describe.words import allowed, need, offered, sized
from geo_data.schema import LAYERS, NOTE_MARK, Column, LayerSpec, place_columns

__all__ = ["README", "sheet_columns", "write_template"]

README = "README"

FIRST_ROW = 4
LAST_ROW = 20_000
"""Rows, counted from 0, whose values are checked while they are typed."""

_BASE = {"font_name": "Arial", "font_size": 10, "valign": "top", "text_wrap": True}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14, "text_wrap": False},
    "line": {"text_wrap": False},
    "head": {"bold": True, "bg_color": "#DCE6F0", "bottom": 1, "text_wrap": False},
    "must": {"bold": True, "bg_color": "#FFE3B3", "bottom": 1, "text_wrap": False},
    "called": {"bold": True, "bg_color": "#F4F7FA"},
    "note": {"font_color": "#4A5560", "bg_color": "#F4F7FA", "font_size": 9},
    "example": {"italic": True, "align": "left", "font_color": "#6B7680", "bottom": 2, "text_wrap": False},
    "cell": {"text_wrap": False},
}


def write_template(path: str | os.PathLike[str], layers: Sequence[LayerSpec] = LAYERS) -> None:
    """Write the workbook; it appears whole or not at all.

    Parameters
    ----------
    path
        Where the workbook (.xlsx) shall stand.
    layers
        Layers to give a sheet, in this order.
    """
    with atomic_path(path) as part, xlsxwriter.Workbook(part) as book:
        looks = {name: book.add_format({**_BASE, **look}) for name, look in _LOOKS.items()}
        _write_readme(book.add_worksheet(README), layers, looks)
        for spec in layers:
            _write_sheet(book, book.add_worksheet(spec.name), spec, looks)


def sheet_columns(spec: LayerSpec) -> tuple[Column, ...]:
    """Return the columns of a layer's sheet: identifier, name and place first."""
    first = [spec.column(name) for name in ("id", "name")]
    return (*first, *place_columns(spec), *(c for c in spec.columns if c not in first))


def _write_readme(page: Any, layers: Sequence[LayerSpec], looks: dict[str, Any]) -> None:
    """What the workbook is, how it is filled in, and which sheet holds what."""
    page.set_row(0, 26)
    page.write_string(0, 0, "metroplan: data of a metropolitan network 城域网规划数据", looks["title"])
    for row, line in enumerate(_HOW_TO, start=1):
        page.write_string(row, 0, line, looks["line"])
    top = len(_HOW_TO) + 2
    for column, title in enumerate(("Sheet", "Layer", "图层", "Needed", "Place", "What stands there")):
        page.write_string(top, column, title, looks["head"])
    for row, spec in enumerate(layers, start=top + 1):
        page.write_url(row, 0, f"internal:'{spec.name}'!A1", string=spec.name)
        place = "lon, lat" if len(place_columns(spec)) == 2 else f"wkt: {' or '.join(spec.geometry)}"
        for column, text in enumerate((spec.title, spec.title_zh, _needed(spec), place, spec.meaning), start=1):
            page.write_string(row, column, text, looks["cell"])
    for column, width in enumerate((19, 24, 16, 21, 30, 90)):
        page.set_column(column, column, width)
    page.hide_gridlines(2)
    page.set_landscape()
    page.fit_to_pages(1, 0)


_HOW_TO = (
    "Fill in one row a feature from row 5 on. Sheets and columns that you do not need may stay empty or be deleted.",
    f"Rows that begin with '{NOTE_MARK}' are notes and an example: they are never read as features and may stay.",
    "Columns with an orange head are required. Row 3 says type, unit and meaning; limited values have a drop-down.",
    "Coordinates are degrees of WGS 84 (EPSG:4326) unless project.toml says otherwise: crs = \"EPSG:4490\" (CGCS2000), "
    "\"GCJ-02\", \"BD-09\", or any EPSG code.",
    "每行一个要素，从第5行开始填写；以“#:”开头的行是说明和示例，不会被读取；橙色表头为必填列。",
    "坐标默认为WGS 84经纬度；若为CGCS2000、GCJ-02或BD-09，请在project.toml的crs中注明。",
    "Then: metroplan init DIR --from THIS.xlsx writes the project file, and metroplan check DIR tells what is wrong.",
)  # fmt: skip


def _needed(spec: LayerSpec) -> str:
    """Whether a project must have the layer."""
    if spec.required:
        return "yes"
    return "one of the two routes" if spec.name in ("fibre_routes", "candidate_routes") else "no"


def _write_sheet(book: Any, page: Any, spec: LayerSpec, looks: dict[str, Any]) -> None:
    """One layer: four rows of head, then cells that check what is typed."""
    columns = sheet_columns(spec)
    for at, column in enumerate(columns):
        mark = f"{NOTE_MARK} " if at == 0 else ""
        page.write_string(0, at, column.name, looks["must" if column.required else "head"])
        page.write_string(1, at, f"{mark}{column.title}\n{column.title_zh}", looks["called"])
        page.write_string(2, at, f"{mark}{sized(column)}; {need(column)}. {column.meaning}.", looks["note"])
        _write_example(page, at, column, looks["example"])
        page.set_column(at, at, _width(column), book.add_format({**_BASE, "text_wrap": False, **_number(column)}))
        _check_cells(page, at, column)
    page.set_row(1, 30)
    page.set_row(2, 76)
    page.freeze_panes(FIRST_ROW, 2)
    page.repeat_rows(0, 1)
    page.set_landscape()
    page.fit_to_pages(1, 0)


def _write_example(page: Any, at: int, column: Column, look: Any) -> None:
    """One cell of the example, which its first cell marks as a note."""
    value = column.example
    if at == 0:
        page.write_string(FIRST_ROW - 1, at, f"{NOTE_MARK} example {value}", look)
    elif isinstance(value, bool):
        page.write_string(FIRST_ROW - 1, at, "yes" if value else "no", look)
    elif value is not None:
        page.write(FIRST_ROW - 1, at, value, look)


def _width(column: Column) -> int:
    """Width of a column in characters."""
    widths = {"id": 24, "name": 26, "wkt": 62, "lon": 16, "lat": 16}
    return widths.get(column.name, max(20, len(column.name) + 4))


def _number(column: Column) -> dict[str, str]:
    """Format of the cells: identifiers stay text, degrees show a tenth of a metre."""
    if column.type == "text":
        return {"num_format": "@"}
    return {"num_format": "0.000000"} if column.unit == "degrees" else {}


def _check_cells(page: Any, at: int, column: Column) -> None:
    """Drop-downs where values are few, limits where they have a range, and each identifier only once."""
    rule = _rule(column, xl_col_to_name(at))
    if not rule:
        return
    words = {"input_title": column.name[:32], "input_message": f"{sized(column)}; {need(column)}"[:255]}
    wrong = {"error_title": "Not a value of this column"[:32], "error_message": f"{column.name}: {sized(column)}"[:255]}
    page.data_validation(FIRST_ROW, at, LAST_ROW, at, {**rule, **words, **wrong})


def _rule(column: Column, letter: str) -> dict[str, Any]:
    """What Excel may accept; {} where anything goes."""
    if column.name == "id":
        cells = f"${letter}${FIRST_ROW + 1}:${letter}${LAST_ROW + 1}"
        return {"validate": "custom", "value": f"=COUNTIF({cells},{letter}{FIRST_ROW + 1})=1"}
    if column.type == "boolean":
        return {"validate": "list", "source": ["yes", "no"]}
    if offered(column):
        strict = "stop" if column.choices else "information"
        return {"validate": "list", "source": list(offered(column)), "error_type": strict}
    return _range(column) if column.type != "text" and allowed(column) else {}


def _range(column: Column) -> dict[str, Any]:
    """Numbers within the schema's range; out of it coordinates may stand too, for they may be metres."""
    kind = {"validate": "integer" if column.type == "integer" else "decimal"}
    if column.maximum is None:
        return {**kind, "criteria": ">=", "value": column.minimum}
    degrees = {"error_type": "information"} if column.unit == "degrees" else {}
    return {**kind, **degrees, "criteria": "between", "minimum": column.minimum, "maximum": column.maximum}
