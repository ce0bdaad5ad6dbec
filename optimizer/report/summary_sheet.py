"""The first sheet of the workbook: cost, proof, goals, quantities, and a budget with contingency and tax to fill in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.report import numbers
from optimizer.report.sheet_looks import Looks, print_setup, write_cell
from optimizer.report.sheets import Cell, Formula, Kind
from optimizer.report.summary import Summary, status_words, summarise

if TYPE_CHECKING:
    from optimizer.plan import GoalResult, Plan
    from optimizer.problem import Problem

__all__ = ["write_summary"]

_WIDTHS = (34, 18, 11, 13, 13, 22, 8, 70)
_GOAL_HEADS: tuple[tuple[str, Kind], ...] = (
    ("Goal", "id"),
    ("Target", "share"),
    ("Achieved", "share"),
    ("Counted", "quantity"),
    ("Of", "quantity"),
    ("Unit", "text"),
    ("Met", "text"),
    ("Definition used", "text"),
)
_BILL_FROM = 4
"""First row of the bill in its sheet, counted from 1 as formulas do."""


def write_summary(book: Any, looks: Looks, problem: Problem, plan: Plan) -> None:
    """Write the summary; its sums are live formulas over the sheet 'Bill'."""
    page = book.add_worksheet("Summary")
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    page.set_row(0, 22)
    page.write_string(0, 0, f"{problem.network.name or plan.project}: plan and bill of materials", looks.title)
    page.write_string(1, 0, f"Project {plan.project}, scenario {plan.scenario}, run {plan.run_id}", looks.note)
    page.write_string(2, 0, status_words(plan), looks.note)
    figures = summarise(plan)
    row = _section(page, looks, 4, f"Cost without tax, {plan.currency}", _cost(plan, figures))
    row = _budget(page, looks, row + 1, figures.total_cost)
    row = _section(page, looks, row + 1, "Proof", _proof(plan))
    row = _goals(page, looks, row + 1, plan.goals)
    row = _section(page, looks, row + 1, "What the plan adds", _quantities(figures))
    _notes(page, looks, row + 1, problem)
    page.freeze_panes(3, 0)
    print_setup(page, f"Summary, run {plan.run_id}")
    page.activate()


def _section(page: Any, looks: Looks, row: int, title: str, lines: list[tuple[str, Cell, Kind]]) -> int:
    """Write a heading and (label, value) lines; return the row after them."""
    for column in range(2):
        page.write_string(row, column, "" if column else title, looks.section)
    for label, value, kind in lines:
        row += 1
        page.write_string(row, 0, label, looks.cells["id"])
        write_cell(page, row, 1, value, kind, looks)
    return row + 1


def _cost(plan: Plan, figures: Summary) -> list[tuple[str, Cell, Kind]]:
    last = _BILL_FROM + len(plan.cost) - 1
    kinds, totals = f"Bill!$B${_BILL_FROM}:$B${last}", f"Bill!$F${_BILL_FROM}:$F${last}"
    if not plan.cost:
        return [("Total cost", 0.0, "money")]
    return [
        ("Investment (capex)", Formula(f'=SUMIF({kinds},"capex",{totals})', figures.capex), "money"),
        ("Operation (opex), discounted", Formula(f'=SUMIF({kinds},"opex",{totals})', figures.opex), "money"),
        ("Total cost", Formula(f"=SUM({totals})", figures.total_cost), "money"),
    ]


def _budget(page: Any, looks: Looks, row: int, total: float) -> int:
    """Write a budget on top of the total, whose two shares (shaded) the reader fills in; both start at nothing."""
    _section(page, looks, row, "Budget: fill in the shaded cells", [])
    base = row - 1  # the total cost, counted from 1: the last line of the section before
    for label, result in (("Contingency, share of total", "Budget without tax"), ("Tax rate", "Budget with tax")):
        page.write_string(row + 1, 0, label, looks.cells["id"])
        page.write_number(row + 1, 1, 0.0, looks.input)
        page.write_string(row + 2, 0, result, looks.cells["id"])
        page.write_formula(row + 2, 1, f"=B{base}*(1+B{row + 2})", looks.cells["money"], total)
        row += 2
        base = row + 1
    return row + 1


def _proof(plan: Plan) -> list[tuple[str, Cell, Kind]]:
    return [
        ("Status", plan.status, "word"),
        (f"Proven bound, {plan.currency}", plan.bound, "money"),
        ("Gap to the proven bound", numbers.gap_figure(plan.gap), "gap"),
        ("Gap of the cost that can vary", numbers.gap_figure(plan.variable_gap), "gap"),
    ]


def _quantities(figures: Summary) -> list[tuple[str, Cell, Kind]]:
    return [
        ("New fibre built, km", figures.built_km, "km"),
        ("Existing fibre newly lit, km", figures.newly_lit_km, "km"),
        ("New OXCs", figures.new_oxcs, "whole"),
        ("Centers with a new 400G export", figures.new_exports, "whole"),
        ("Access points newly equipped", figures.new_access_points, "whole"),
    ]


def _goals(page: Any, looks: Looks, row: int, goals: tuple[GoalResult, ...]) -> int:
    """Write the goals as a table; the achieved share is a live quotient."""
    for column, (head, kind) in enumerate(_GOAL_HEADS):
        page.write_string(row, column, head, looks.heads[kind])
    for goal in goals:
        row += 1
        achieved = Formula("=IF(E{row}=0,1,D{row}/E{row})", goal.achieved)
        unit, definition = numbers.signs(goal.unit), numbers.signs(goal.definition)
        cells: tuple[Cell, ...] = (
            goal.title, goal.target, achieved, goal.numerator, goal.denominator, unit, goal.met, definition,
        )  # fmt: skip
        for column, (cell, (_, kind)) in enumerate(zip(cells, _GOAL_HEADS, strict=True)):
            write_cell(page, row, column, cell, kind, looks)
    return row + 1


def _notes(page: Any, looks: Looks, row: int, problem: Problem) -> None:
    """Write what is assumed, and whose data it is."""
    assumed = problem.network.assumed
    for line in ([f"Assumed data: {assumed}"] if assumed else []) + list(problem.network.credits):
        page.write_string(row, 0, line, looks.note)
        row += 1
