"""The first sheet of the workbook: cost, a budget with contingency and tax, proof, goals, quantities; all sums live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from optimizer.report import numbers
from optimizer.report.sheet_looks import Looks, print_setup, row_height, write_cell
from optimizer.report.sheets import Cell, Formula, Kind
from optimizer.report.summary import Summary, status_words, summarise
from optimizer.report.terms import Terms, budget_of

if TYPE_CHECKING:
    from optimizer.plan import GoalResult, Plan
    from optimizer.problem import Problem

__all__ = ["tax_rate", "write_summary"]

_WIDTHS = (40, 18, 18, 18, 13, 22, 8, 70)
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
_CAPEX, _OPEX, _CONTINGENCY, _TAX = 6, 7, 11, 12
"""Rows of the summary that formulas refer to, counted from 1."""


def tax_rate(looks: Looks, terms: Terms) -> Formula:
    """Return the cell that holds the tax rate, as a formula."""
    return Formula(f"={_sheet(looks, 'Summary')}!$B${_TAX}", terms.vat)


def write_summary(book: Any, looks: Looks, problem: Problem, plan: Plan, terms: Terms, own_currency: str) -> None:
    """Write the summary; its sums are live formulas over the bill and over the shaded cells."""
    say = looks.say
    page = book.add_worksheet(say("Summary"))
    for column, width in enumerate(_WIDTHS):
        page.set_column(column, column, width)
    page.set_row(0, 22)
    title = say("{name}: plan and bill of materials", name=problem.network.name or plan.project)
    page.write_string(0, 0, title, looks.title)
    said = say("project {project}, scenario {scenario}", project=plan.project, scenario=plan.scenario)
    page.write_string(1, 0, f"{said}, {say('run {run}', run=plan.run_id)}", looks.note)
    page.write_string(2, 0, status_words(plan, say), looks.note)
    figures = summarise(plan)
    head = say("Cost without tax, {currency}", currency=plan.currency)
    row = _section(page, looks, 4, head, _cost(looks, plan, figures))
    row = _budget(page, looks, row + 1, plan, terms)
    row = _exchange(page, looks, row, plan, terms, own_currency)
    row = _section(page, looks, row + 1, say("Proof"), _proof(looks, plan))
    row = _goals(page, looks, row + 1, plan.goals)
    row = _section(page, looks, row + 1, say("What the plan adds"), _quantities(looks, figures))
    _notes(page, looks, row + 1, problem)
    page.freeze_panes(3, 0)
    print_setup(page, f"{say('Summary')}, {say('run {run}', run=plan.run_id)}")
    page.activate()


def _sheet(looks: Looks, name: str) -> str:
    """Return the name of a sheet as formulas write it."""
    said = looks.say(name)
    return said if said.isascii() and said.isalnum() else f"'{said}'"


def _section(page: Any, looks: Looks, row: int, title: str, lines: list[tuple[str, Cell, Kind]]) -> int:
    """Write a heading and (label, value) lines; return the row after them."""
    for column in range(2):
        page.write_string(row, column, "" if column else title, looks.section)
    for label, value, kind in lines:
        row += 1
        page.write_string(row, 0, label, looks.cells["id"])
        write_cell(page, row, 1, value, kind, looks)
    return row + 1


def _bill_range(looks: Looks, plan: Plan, column: str) -> str:
    """Return the cells of a column of the bill; of an empty bill its first, empty row."""
    last = _BILL_FROM + max(len(plan.cost), 1) - 1
    return f"{_sheet(looks, 'Bill')}!${column}${_BILL_FROM}:${column}${last}"


def _sum_of(looks: Looks, plan: Plan, kind: str, column: str) -> str:
    """Return the formula that sums a column of the bill over the lines of a kind."""
    kinds, amounts = _bill_range(looks, plan, "B"), _bill_range(looks, plan, column)
    return f'=SUMIF({kinds},"{looks.say(kind)}",{amounts})'


def _cost(looks: Looks, plan: Plan, figures: Summary) -> list[tuple[str, Cell, Kind]]:
    say, total = looks.say, _bill_range(looks, plan, "F")
    return [
        (say("Investment (capex)"), Formula(_sum_of(looks, plan, "capex", "F"), figures.capex), "money"),
        (say("Operation (opex), discounted"), Formula(_sum_of(looks, plan, "opex", "F"), figures.opex), "money"),
        (say("Total cost"), Formula(f"=SUM({total})", figures.total_cost), "money"),
    ]


def _budget(page: Any, looks: Looks, row: int, plan: Plan, terms: Terms) -> int:
    """Write the shaded shares, and the budget they give without and with tax; return the row after it."""
    say, sums = looks.say, budget_of(plan, terms)
    _section(page, looks, row, say("Budget: the shaded cells can be changed"), [])
    for label, value in (("Contingency, share of the investment", terms.contingency), ("Tax rate", terms.vat)):
        row += 1
        page.write_string(row, 0, say(label), looks.cells["id"])
        page.write_number(row, 1, value, looks.input)
    if terms.price_base:
        row += 1
        page.write_string(row, 0, say("Price base"), looks.cells["id"])
        page.write_string(row, 1, terms.price_base, looks.cells["word"])
    row += 1
    heads = ("Budget", "Without tax, {currency}", "Tax, {currency}", "With tax, {currency}")
    for column, head in enumerate(heads):
        words = say(head, currency=plan.currency) if column else say(head)
        page.write_string(row, column, words, looks.heads["money" if column else "id"])
    first = row + 2  # the line of the investment, counted from 1
    operation_tax = _sum_of(looks, plan, "opex", "H")
    lines = (
        ("Investment (capex)", f"=B{_CAPEX}", _sum_of(looks, plan, "capex", "H"), sums.capex),
        ("Contingency", f"=B{first}*$B${_CONTINGENCY}", f"=B{first + 1}*$B${_TAX}", sums.contingency),
        ("Investment with contingency", f"=B{first}+B{first + 1}", f"=C{first}+C{first + 1}", sums.investment),
        ("Operation (opex), discounted", f"=B{_OPEX}", operation_tax, sums.opex),
        ("Total", f"=B{first + 2}+B{first + 3}", f"=C{first + 2}+C{first + 3}", sums.total),
    )
    for label, amount_formula, tax_formula, amount in lines:
        row += 1
        cells = looks.totals if label in ("Investment with contingency", "Total") else looks.cells
        page.write_string(row, 0, say(label), cells["id"])
        page.write_formula(row, 1, amount_formula, cells["money"], amount)
        page.write_formula(row, 2, tax_formula, cells["money"], sums.with_tax(amount) - amount)
        page.write_formula(row, 3, f"=B{row + 1}+C{row + 1}", cells["money"], sums.with_tax(amount))
    return row + 1


def _exchange(page: Any, looks: Looks, row: int, plan: Plan, terms: Terms, own: str) -> int:
    """Write the exchange rate and what the total is in the plan's own currency; return the row after them."""
    if own in ("", plan.currency):
        return row
    say, total = looks.say, budget_of(plan, terms).total
    page.write_string(row, 0, say("{own} for one {currency}", own=own, currency=plan.currency), looks.cells["id"])
    page.write_number(row, 1, terms.rate, looks.cells["value"])
    page.write_string(row + 1, 0, say("Total in {own}", own=own), looks.cells["id"])
    for column, amount in ((1, total), (3, total * (1 + terms.vat))):
        letter = "B" if column == 1 else "D"
        page.write_formula(row + 1, column, f"={letter}{row}*B{row + 1}", looks.cells["money"], amount * terms.rate)
    return row + 2


def _proof(looks: Looks, plan: Plan) -> list[tuple[str, Cell, Kind]]:
    say = looks.say
    return [
        (say("Status"), say(plan.status), "word"),
        (say("Proven bound, {currency}", currency=plan.currency), plan.bound, "money"),
        (say("Gap to the proven bound"), numbers.gap_figure(plan.gap), "gap"),
        (say("Gap of the cost that can vary"), numbers.gap_figure(plan.variable_gap), "gap"),
    ]


def _quantities(looks: Looks, figures: Summary) -> list[tuple[str, Cell, Kind]]:
    say = looks.say
    return [
        (say("New fibre built, km"), figures.built_km, "km"),
        (say("Existing fibre newly lit, km"), figures.newly_lit_km, "km"),
        (say("New OXCs"), figures.new_oxcs, "whole"),
        (say("Centers with a new 400G export"), figures.new_exports, "whole"),
        (say("Access points newly equipped"), figures.new_access_points, "whole"),
    ]


def _goals(page: Any, looks: Looks, row: int, goals: tuple[GoalResult, ...]) -> int:
    """Write the goals as a table; the achieved share is a live quotient."""
    say = looks.say
    for column, (head, kind) in enumerate(_GOAL_HEADS):
        page.write_string(row, column, say(head), looks.heads[kind])
    for goal in goals:
        row += 1
        achieved = Formula("=IF(E{row}=0,1,D{row}/E{row})", goal.achieved)
        unit, definition = say(numbers.signs(goal.unit)), say(numbers.signs(goal.definition))
        cells: tuple[Cell, ...] = (
            say(goal.title), goal.target, achieved, goal.numerator, goal.denominator, unit, goal.met, definition,
        )  # fmt: skip
        page.set_row(row, row_height(cells, [kind for _, kind in _GOAL_HEADS], _WIDTHS))
        for column, (cell, (_, kind)) in enumerate(zip(cells, _GOAL_HEADS, strict=True)):
            write_cell(page, row, column, cell, kind, looks)
    return row + 1


def _notes(page: Any, looks: Looks, row: int, problem: Problem) -> None:
    """Write what is assumed, and whose data it is."""
    assumed = problem.network.assumed
    for line in ([f"{looks.say('Assumed data.')} {assumed}"] if assumed else []) + list(problem.network.credits):
        page.write_string(row, 0, line, looks.note)
        row += 1
