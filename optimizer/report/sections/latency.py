"""Latency between centers: today, as planned, and the limit."""

from __future__ import annotations

from optimizer.plan import RoutePlan
from optimizer.report import charts, content, numbers
from optimizer.report.blocks import Cell, Column, Drawing, Section, Table, Text, cells, number
from optimizer.report.sections.context import Context

__all__ = ["latency", "latency_drawing"]

_NEVER = 1e15  # sorts relations without a route behind all others


def latency(c: Context) -> Section:
    """Return the chart of latencies and every relation with its routes."""
    say, title = c.say, c.say("Latency between centers")
    drawing = latency_drawing(c)
    if drawing is None:
        words = say("The project asks for no relation between centers.")
        return Section("latency", say("Latency"), title, (Text(words),))
    links = (
        "Working routes, one way, with the equipment at both ends. Relations without a route are counted on the right."
    )
    today = (
        "Working routes over the links lit today, one way, with the equipment at both ends. "
        "Relations without a route are counted on the right."
    )
    said = Text(say(links if c.planned else today), "quiet")
    return Section("latency", say("Latency"), title, (said, drawing, _table(c)))


def latency_drawing(c: Context) -> Drawing | None:
    """Return the distribution of latencies as a chart; None without relations."""
    if not c.relations:
        return None
    say = c.say
    panels = content.latency_panels(c.relations, planned=c.planned, with_today=c.today is not None, say=say)
    words = charts.LatencyWords(
        say("One-way latency of the working route, µs"), say("no route"), say("limit"), say("Latency between centers"),
        say("relations: {n}"),
    )  # fmt: skip
    chart = charts.latency_chart(panels, min(row.relation.limit_us for row in c.relations), words)
    return Drawing(chart, name="latency", title=words.title)


def _table(c: Context) -> Table:
    say, with_today, protected = c.say, c.today is not None, any(row.protection for row in c.relations)
    columns = [Column(say("Relation"), grow=1.2), Column(say("From"), grow=3.6), Column(say("To"), grow=3.6)]
    columns += [Column(say("Today, µs"), number=True, grow=1.2)] if with_today else []
    columns += [Column(say("Planned, µs") if c.planned else say("Today, µs"), number=True)]
    columns += [Column(say("Protection, µs"), number=True)] if protected else []
    columns += [
        Column(say("Limit, µs"), number=True),
        Column(say("Laid length, km"), number=True),
        Column(say("Electrical transits"), number=True, grow=1.1),
        Column(say("All-optical"), grow=0.8),
        Column(say("Limit"), grow=1.0),
    ]
    rows = tuple(_row(c, row, with_today=with_today, protected=protected) for row in c.relations)
    return Table(tuple(columns), rows, key="relations", filter_words=say("Filter relations by center"), tall=True)


def _row(c: Context, row: content.RelationRow, *, with_today: bool, protected: bool) -> tuple[Cell, ...]:
    say, r, way = c.say, row.relation, row.working
    return cells(
        Cell(r.id, "id"),
        row.a,
        row.b,
        *([_us(c, row.today, r.limit_us)] if with_today else []),
        _us(c, way, r.limit_us),
        *([_us(c, row.protection, r.limit_us)] if protected else []),
        number(f"< {numbers.plain(r.limit_us)}", r.limit_us),
        number(f"{way.length_km:,.1f}" if way else numbers.NO_VALUE, way.length_km if way else _NEVER),
        number(str(way.electrical_hops) if way else numbers.NO_VALUE),
        say("yes" if way.electrical_hops == 0 else "no") if way else numbers.NO_VALUE,
        Cell(say("met"), "ok") if r.met else Cell(say("missed"), "bad"),
    )


def _us(c: Context, route: RoutePlan | None, limit_us: float) -> Cell:
    if route is None:
        return number(c.say("no route").replace(" ", "\u00a0"), _NEVER)
    return number(numbers.microseconds(route.latency_us, limit_us).removesuffix(" µs"), route.latency_us)
