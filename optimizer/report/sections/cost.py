"""What the plan costs, item by item."""

from __future__ import annotations

from optimizer.report import charts, content, numbers, slides
from optimizer.report.blocks import Cell, Column, Drawing, Key, Section, Table, Text, cells, number, row_of_totals
from optimizer.report.sections.context import Context
from optimizer.report.summary import summarise

__all__ = ["cost", "cost_drawing"]


def cost(c: Context) -> Section:
    """Return the bill, dearest line first."""
    say, title = c.say, c.say("Cost by item")
    rows = content.cost_rows(c.plan)
    columns = (
        Column(say("Item"), grow=2.6),
        Column(say("Quantity"), number=True),
        Column(say("Unit"), grow=1.0),
        Column(say("Unit cost, {currency}", currency=c.currency), number=True),
        Column(say("Total, {currency}", currency=c.currency), number=True),
        Column(say("Share"), number=True, grow=0.6),
        Column("", grow=1.2),
        Column(say("Price"), grow=0.7),
    )
    if not rows:
        return Section(
            "cost", say("Cost"), title, (Text(say("Nothing has to be bought: today's network meets every goal.")),)
        )
    total = numbers.exact_money(summarise(c.plan).total_cost)
    table = Table(
        columns,
        tuple(_row(c, row, rows[0].line.total) for row in rows),
        row_of_totals(say("Total"), columns, {4: total}),
    )
    key = Key((("i-plan", say("investment (capex)")), ("i-opex", say("running cost (opex), discounted"))))
    said = Text(say("Sources of the prices stand under Assumptions. All amounts are without tax."), "quiet")
    return Section("cost", say("Cost"), title, (said, key, table))


def cost_drawing(c: Context) -> Drawing:
    """Return cost by item as a chart for slides."""
    say = c.say
    rows = [(say(row.line.item), row.line.total, row.line.kind) for row in content.cost_rows(c.plan)]
    title = say("Cost by item, without tax: {total}", total=c.money(summarise(c.plan).total_cost))
    words = (say("investment (capex)"), say("running cost (opex), discounted"), say("All other items"))
    svg = slides.cost_chart(rows, words, c.money)
    return Drawing(svg, name="cost-by-item", title=title)


def _row(c: Context, row: content.CostRow, most: float) -> tuple[Cell, ...]:
    say, line = c.say, row.line
    price = numbers.plain(line.unit_cost) if line.unit_cost < 1 else numbers.exact_money(line.unit_cost)
    tag = (
        Cell(say("assumed"), "tag assumed", hint=line.source)
        if line.assumed
        else Cell(say("sourced"), "tag", hint=line.source)
    )
    return cells(
        say(line.item),
        number(numbers.quantity(line.quantity)),
        say(line.unit),
        number(price),
        number(numbers.exact_money(line.total), line.total),
        number(f"{100 * row.share:.1f} %"),
        Cell("", svg=charts.meter(line.total / most if most else 0.0, line.kind)),
        tag,
    )
