"""What is built, lit and equipped; or what is in service today."""

from __future__ import annotations

from optimizer.plan import LinkPlan
from optimizer.report import content, numbers
from optimizer.report.blocks import Block, Cell, Column, Folded, Heading, Section, Table, Text, cells, number
from optimizer.report.permits import permit_words
from optimizer.report.sections.context import Context

__all__ = ["built", "equipment"]


def built(c: Context) -> Section:
    """Return links, OXCs and exports of a plan."""
    title = c.say("What is built")
    return Section("built", title, title, (*_links(c), *_oxcs(c), *_exports(c)))


def equipment(c: Context) -> Section:
    """Return OXCs and exports in service today."""
    title = c.say("Equipment in service")
    return Section("equipment", title, title, (*_oxcs(c), *_exports(c)))


def _is_new(link: LinkPlan) -> bool:
    """Return whether the plan builds or lights the link."""
    return link.built or (link.lit and not link.lit_today)


def _links(c: Context) -> tuple[Block, ...]:
    """Return the links gathered by route, what their permits take, and every link folded away."""
    say = c.say
    rows = content.link_rows(c.problem, c.plan, c.names, _is_new)
    head = Heading(say("Links, {n}", n=numbers.count(len(rows))))
    if not rows:
        return (head, Text(say("No link is built or newly lit.")))
    columns = (
        Column(say("State"), grow=1.2),
        Column(say("Route, or class of route"), grow=2.4),
        Column(say("Links"), number=True, grow=0.6),
        Column(say("Laid length, km"), number=True),
        Column(_cost_head(c), number=True, grow=1.2),
    )
    groups = tuple(
        cells(
            _state(c, group.state),
            _route(c, group.route, named=group.named),
            number(str(group.links)),
            number(f"{group.length_km:,.3f}", group.length_km),
            number(numbers.exact_money(group.cost), group.cost),
        )
        for group in content.link_groups(rows)
    )
    permits = permit_words(c.plan.links, say)
    folded = Folded(say("Every link"), (_every_link(c, rows),), say("Every link stands in the workbook, sheet Links."))
    return (head, Table(columns, groups, tall=True), *([Text(permits)] if permits else []), folded)


def _every_link(c: Context, rows: list[content.LinkRow]) -> Table:
    say = c.say
    columns = (
        Column(say("Link"), grow=1.4), Column(say("State"), grow=1.2), Column(say("Route"), grow=1.6),
        Column(say("From"), grow=1.6), Column(say("To"), grow=1.6), Column(say("Laid length, km"), number=True),
        Column(say("Fibre pairs"), number=True), Column(_cost_head(c), number=True, grow=1.2),
    )  # fmt: skip
    table = tuple(
        cells(
            Cell(row.link.id, "id"), _state(c, row.state), row.name or say(row.route_class), row.a, row.b,
            number(f"{row.link.length_km:,.3f}", row.link.length_km), number(str(row.link.fibre_pairs)),
            number(numbers.exact_money(row.link.cost), row.link.cost),
        )
        for row in rows
    )  # fmt: skip
    return Table(columns, table, tall=True)


def _oxcs(c: Context) -> tuple[Block, ...]:
    say = c.say
    sites = sorted((s for s in c.state.sites if s.oxc), key=lambda s: (s.oxc_today, not s.major, s.id))
    head = Heading(say("OXCs, {n}", n=numbers.count(len(sites))))
    if not sites:
        return (head, Text(say("No metro site has an OXC.")))
    columns = [Column(say("Metro site"), grow=0.8), Column(say("Name"), grow=2.4)]
    columns += [Column(say("State"))] if c.planned else []
    columns += [Column(say("Major site"), grow=0.7), Column(say("Lit directions"), number=True, grow=0.8)]
    columns += [Column(_cost_head(c), number=True, grow=1.2)] if c.planned else []
    rows = tuple(
        cells(
            Cell(s.id, "id"), s.name, *([_since(c, today=s.oxc_today)] if c.planned else []),
            say("yes" if s.major else "no"), number(str(s.directions)),
            *([number(numbers.exact_money(s.cost), s.cost)] if c.planned else []),
        )
        for s in sites
    )  # fmt: skip
    return (head, Table(tuple(columns), rows, tall=True))


def _exports(c: Context) -> tuple[Block, ...]:
    say = c.say
    centers = content.new_exports(c.state)
    head = Heading(say("400G exports, {n}", n=numbers.count(len(centers))))
    if not centers:
        return (head, Text(say("No center has a 400G export.")))
    columns = [Column(say("Center"), grow=0.8), Column(say("Name"), grow=2.4)]
    columns += [Column(say("State"))] if c.planned else []
    columns += [
        Column(say("Size class")), Column(say("Standard racks"), number=True), Column(say("400G ports"), number=True),
        Column(say("Rate of all export ports, Gbit/s"), number=True),
    ]  # fmt: skip
    columns += [Column(_cost_head(c), number=True, grow=1.2)] if c.planned else []
    rows = tuple(
        cells(
            Cell(k.id, "id"), k.name, *([_since(c, today=k.export_400g_today)] if c.planned else []),
            say(k.size_class), number(numbers.count(k.racks), k.racks), number(str(k.ports_400g)),
            number(numbers.count(k.gbps), k.gbps),
            *([number(numbers.exact_money(k.cost), k.cost)] if c.planned else []),
        )
        for k in centers
    )  # fmt: skip
    return (head, Table(tuple(columns), rows, tall=True))


def _cost_head(c: Context) -> str:
    return c.say("Cost with operation, {currency}", currency=c.currency)


def _state(c: Context, state: str) -> Cell:
    return Cell(c.say(state), "tag new" if state.startswith("New") else "tag")


def _since(c: Context, *, today: bool) -> Cell:
    return Cell(c.say("In service today"), "tag") if today else Cell(c.say("New"), "tag new")


def _route(c: Context, route: str, *, named: bool) -> str:
    return route if named else c.say(route)
