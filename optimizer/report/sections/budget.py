"""The budget: contingency on the investment, tax, both without and with it."""

from __future__ import annotations

from optimizer.report import numbers
from optimizer.report.blocks import Cell, Column, Section, Table, Text, cells, number
from optimizer.report.sections.context import Context
from optimizer.report.terms import Budget, budget_of

__all__ = ["budget", "budget_rows"]


def budget(c: Context) -> Section | None:
    """Return the budget; None where no terms are set."""
    if c.terms is None:
        return None
    say, terms, sums = c.say, c.terms, budget_of(c.plan, c.terms)
    columns = (
        Column(say("Budget"), grow=3.0),
        Column(say("Without tax, {currency}", currency=c.currency), number=True, grow=1.3),
        Column(say("Tax, {currency}", currency=c.currency), number=True, grow=1.3),
        Column(say("With tax, {currency}", currency=c.currency), number=True, grow=1.3),
    )
    rows = tuple(_row(say(words, share=_percent(terms.contingency)), amount, sums, strong=strong)
                 for words, amount, strong in budget_rows(sums))  # fmt: skip
    said = [say("Tax at {share} on every sum.", share=_percent(terms.vat))]
    if terms.price_base:
        said.append(say("Prices of {month}.", month=terms.price_base))
    if terms.currency and terms.rate != 1:
        said.append(say("Converted at {rate} {own} for one {currency}.", rate=numbers.plain(terms.rate),
                        own=c.own_currency, currency=terms.currency))  # fmt: skip
    table = Table(columns, rows[:-1], rows[-1])
    return Section("budget", say("Budget"), say("Budget"), (table, Text(" ".join(said), "quiet")))


def budget_rows(sums: Budget) -> tuple[tuple[str, float, bool], ...]:
    """Return (words, amount without tax, whether it is a sum) in the order of the table; the last is the total."""
    return (
        ("Investment (capex)", sums.capex, False),
        ("Contingency, {share} of the investment", sums.contingency, False),
        ("Investment with contingency", sums.investment, True),
        ("Operation (opex), discounted", sums.opex, False),
        ("Total", sums.total, True),
    )


def _row(words: str, amount: float, sums: Budget, *, strong: bool) -> tuple[Cell, ...]:
    taxed = sums.with_tax(amount)
    amounts = (amount, taxed - amount, taxed)
    return cells(Cell(words, "strong" if strong else "plain"), *(number(numbers.cents(a), a) for a in amounts))


def _percent(share: float) -> str:
    return f"{100 * share:.6g} %"
