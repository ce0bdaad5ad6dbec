"""How cells of the workbook look, and how a value becomes a cell."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from optimizer.report.language import ENGLISH, Say
from optimizer.report.sheets import Cell, Formula, Kind

__all__ = ["Looks", "make_looks", "print_setup", "row_height", "write_cell"]

_LINE_POINTS = 13.5

_FORMATS: Mapping[Kind, str] = {
    "text": "@",
    "id": "@",
    "word": "@",
    "whole": "#,##0",
    "km": "#,##0.000",
    "quantity": "#,##0.###",
    "money": "#,##0.00",
    "us": "#,##0.0##",
    "share": "0.0%",
    "gap": "0.00%",
    "year": "0",
    "value": "#,##0.######",
}


@dataclass(frozen=True)
class Looks:
    """The cell formats of a workbook."""

    title: Any
    note: Any
    section: Any
    input: Any
    heads: Mapping[str, Any]
    cells: Mapping[str, Any]
    totals: Mapping[str, Any]
    say: Say = ENGLISH


def make_looks(book: Any, say: Say = ENGLISH) -> Looks:
    """Return the cell formats of a new workbook, whose words are said by `say`."""
    base = {"font_name": "Microsoft YaHei" if say is not ENGLISH else "Arial", "font_size": 10, "valign": "top"}
    head = {**base, "bold": True, "text_wrap": True, "bg_color": "#E8EDF2", "bottom": 1, "valign": "bottom"}
    total = {**base, "bold": True, "top": 1}
    return Looks(
        title=book.add_format({**base, "bold": True, "font_size": 14}),
        note=book.add_format({**base, "font_color": "#5B6570"}),
        section=book.add_format({**base, "bold": True, "font_size": 11, "bottom": 1}),
        input=book.add_format({**base, "num_format": "0.0%", "bg_color": "#FFF6E0", "border": 1}),
        heads={k: book.add_format({**head, **_side(k)}) for k in _FORMATS},
        cells={k: book.add_format({**base, **_number(k)}) for k in _FORMATS},
        say=say,
        totals={k: book.add_format({**total, **_number(k)}) for k in _FORMATS},
    )


def _side(kind: Kind) -> dict[str, Any]:
    """Return the side a kind is written to."""
    return {"align": "left", "indent": int(kind == "text")} if kind in ("text", "id") else {"align": "right"}


def _number(kind: Kind) -> dict[str, Any]:
    """Return the number format of a kind; text stands a little off the numbers before it, and wraps."""
    if kind in ("text", "id", "word"):
        return {**_side(kind), "text_wrap": kind == "text"}
    return {"num_format": _FORMATS[kind]}


def write_cell(page: Any, row: int, column: int, cell: Cell, kind: Kind, looks: Looks) -> None:
    """Write a cell by its type; booleans as words, so that filters read well."""
    look = looks.cells[_whole(kind, cell)]
    if cell is None or cell == "":
        page.write_blank(row, column, None, look)
    elif isinstance(cell, Formula):
        page.write_formula(row, column, cell.text.format(row=row + 1), look, cell.value)
    elif isinstance(cell, bool):
        page.write_string(row, column, looks.say("yes" if cell else "no"), look)
    elif isinstance(cell, str):
        page.write_string(row, column, cell, look)
    else:
        page.write_number(row, column, cell, look)


def row_height(cells: Sequence[Cell], kinds: Sequence[Kind], widths: Sequence[float]) -> float:
    """Return the height in points that wrapped texts of a row need: programs other than Excel do not find that out."""
    lines = (
        math.ceil(sum(1 + (ord(char) > 0x2E80) for char in cell) / (width - 1))
        for cell, kind, width in zip(cells, kinds, widths, strict=True)
        if isinstance(cell, str) and kind == "text"
    )
    return _LINE_POINTS * max([1, *lines])


def print_setup(page: Any, foot: str) -> None:
    """Set landscape A4, one page wide, with a foot line."""
    page.set_landscape()
    page.set_paper(9)
    page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.fit_to_pages(1, 0)
    page.set_footer(f"&L&8{foot.replace('&', '&&')}&R&8&P / &N")


def _whole(kind: Kind, cell: Cell) -> Kind:
    """Return the kind of a cell; whole numbers among fractions lose their decimal point ('7.' in Excel otherwise)."""
    value = cell.value if isinstance(cell, Formula) else cell
    whole = isinstance(value, int | float) and value == round(value)
    return "whole" if whole and kind in ("quantity", "value") else kind
