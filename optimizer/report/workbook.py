"""Write the workbook of a plan: real numbers with formats, live totals, ready to filter and to print."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from geo_data.atomic import atomic_path
from optimizer.report.language import ENGLISH, Say, speaker
from optimizer.report.maps import node_names
from optimizer.report.sheet_looks import Looks, make_looks, print_setup, row_height, write_cell
from optimizer.report.sheets import Cell, Formula, Sheet, plan_sheets
from optimizer.report.summary_sheet import tax_rate, write_summary
from optimizer.report.terms import Terms

if TYPE_CHECKING:
    from geo_data.findings import Language
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["write_sheets", "write_workbook"]

_HEAD_ROW = 2
"""Row of the column heads, counted from 0; data follow below."""
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False}
_UNDATED = datetime(2000, 1, 1)
"""The same tables give the same file."""


def write_workbook(
    problem: Problem,
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    language: Language | None = None,
    terms: Terms | None = None,
    own_currency: str = "",
) -> None:
    """Write the bill of materials with everything that explains it.

    Parameters
    ----------
    problem
        The question.
    plan
        The answer.
    path
        Where the file shall stand; it appears whole or not at all.
    language
        Of the words; left out, that of the project file.
    terms
        Contingency and tax of the budget; both are nothing if left out, and can be filled in.
    own_currency
        The currency the plan was made in, where it is told in another.
    """
    say, terms = speaker(language or problem.network.language), terms or Terms()
    with atomic_path(path) as part:
        book = xlsxwriter.Workbook(str(part), _PLAIN)
        _properties(book, plan)
        looks = make_looks(book, say)
        write_summary(book, looks, problem, plan, terms, own_currency)
        for sheet in plan_sheets(problem, plan, node_names(problem), tax_rate(looks, terms), say):
            _write(book, looks, sheet, looks.say("run {run}", run=plan.run_id))
        book.close()


def write_sheets(path: str | os.PathLike[str], sheets: Sequence[Sheet], note: str, say: Say = ENGLISH) -> None:
    """Write tables as a workbook.

    Parameters
    ----------
    path
        Where the file shall stand; it appears whole or not at all.
    sheets
        The tables.
    note
        What they are of: below every title, and at the foot of the page.
    say
        Says the product's words.
    """
    with atomic_path(path) as part:
        book = xlsxwriter.Workbook(str(part), _PLAIN)
        book.set_properties({"title": note, "created": _UNDATED})
        looks = make_looks(book, say)
        for sheet in sheets:
            _write(book, looks, sheet, note)
        book.close()


def _properties(book: Any, plan: Plan) -> None:
    """Set title and date of the file; the date is the plan's, so the same plan gives the same file."""
    created = datetime.fromisoformat(plan.provenance.created).replace(tzinfo=None)
    book.set_properties({"title": f"{plan.project}: plan {plan.run_id}", "created": created})
    book.set_calc_mode("auto")


def _write(book: Any, looks: Looks, sheet: Sheet, note: str) -> None:
    """Write one table: title, heads, rows, totals; filter, frozen heads, print set-up."""
    page = book.add_worksheet(sheet.name)
    page.set_row(0, 22)
    page.write_string(0, 0, sheet.title, looks.title)
    page.write_string(1, 0, note, looks.note)
    for i, column in enumerate(sheet.columns):
        page.set_column(i, i, column.width)
        page.write_string(_HEAD_ROW, i, column.head, looks.heads[column.kind])
    for number, row in enumerate(sheet.rows, start=_HEAD_ROW + 1):
        page.set_row(number, row_height(row, [c.kind for c in sheet.columns], [c.width for c in sheet.columns]))
        for i, cell in enumerate(row):
            write_cell(page, number, i, cell, sheet.columns[i].kind, looks)
    last = _HEAD_ROW + len(sheet.rows)
    page.autofilter(_HEAD_ROW, 0, max(last, _HEAD_ROW), len(sheet.columns) - 1)
    page.freeze_panes(_HEAD_ROW + 1, 1)
    _totals(page, looks, sheet, last + 1)
    print_setup(page, f"{sheet.name}, {note}")
    page.repeat_rows(_HEAD_ROW)


def _totals(page: Any, looks: Looks, sheet: Sheet, at: int) -> None:
    """Write the sums below the rows."""
    if not any(column.total for column in sheet.columns):
        return
    for i, column in enumerate(sheet.columns):
        look = looks.totals[column.kind]
        if column.total and sheet.rows:
            values = [row[i] for row in sheet.rows]
            letter = xl_col_to_name(i)
            formula = f"=SUM({letter}{_HEAD_ROW + 2}:{letter}{at})"
            page.write_formula(at, i, formula, look, column_sum(values))
        elif column.total:
            page.write_number(at, i, 0.0, look)
        else:
            page.write_string(at, i, looks.say("Total") if i == 0 else "", looks.totals["text"])


def column_sum(values: Sequence[Cell]) -> float:
    """Return the sum of the numbers of a column, as a spreadsheet adds them: in order."""
    numbers = [v.value if isinstance(v, Formula) else v for v in values]
    return float(sum(v for v in numbers if isinstance(v, int | float) and not isinstance(v, bool)))
