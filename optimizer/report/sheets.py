"""The tables of the workbook as data: columns with units and formats, rows, and which columns are summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from optimizer.report import content
from optimizer.report.language import ENGLISH, Say
from optimizer.report.numbers import signs
from optimizer.report.permits import crossed

if TYPE_CHECKING:
    from optimizer.plan import CostLine, LinkPlan, Plan, RelationPlan
    from optimizer.problem import Problem

__all__ = ["Cell", "Column", "Formula", "Kind", "Sheet", "plan_sheets"]

Kind: TypeAlias = Literal[
    "text", "id", "word", "whole", "km", "quantity", "money", "us", "share", "gap", "year", "value"
]


@dataclass(frozen=True)
class Formula:
    """A live formula; ``{row}`` stands for its row number in the sheet. `value` is what it gives now."""

    text: str
    value: float


Cell: TypeAlias = str | float | int | bool | Formula | None


@dataclass(frozen=True)
class Column:
    """A column: its head with the unit, its format, its width in characters, whether it is summed at the foot."""

    head: str
    kind: Kind = "text"
    width: float = 14.0
    total: bool = False


@dataclass(frozen=True)
class Sheet:
    """A table of the workbook with a line that says what it holds."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def plan_sheets(
    problem: Problem, plan: Plan, names: dict[str, str], tax: Formula, say: Say = ENGLISH
) -> tuple[Sheet, ...]:
    """Return all tables but the summary, in the order of the workbook.

    Parameters
    ----------
    problem, plan, names
        The question, the answer, and the names of nodes.
    tax
        The cell of the summary that holds the tax rate, as a formula.
    say
        Says the product's words.
    """
    return (
        _bill(plan, tax, say),
        _links(problem, plan, names, say),
        _oxcs(plan, say),
        _exports(plan, say),
        _access_points(plan, say),
        _relations(plan, names, say),
        _places(plan, names, say),
        _areas(plan, names, say),
        *_light(plan, say),
        _assumptions(problem, say),
    )


def _light(plan: Plan, say: Say) -> tuple[Sheet, ...]:
    """Return what light needs, place by place, and its channels; nothing for a plan without traffic."""
    if plan.light is None:
        return ()
    goods = (
        Column(say("Place"), width=20),
        Column(say("Item"), width=44),
        Column(say("Quantity"), "quantity", 14),
        Column(say("Unit"), width=12),
        Column(say("Unit price, {currency}", currency=plan.currency), "value", 18),
        Column(say("Total, {currency}", currency=plan.currency), "money", 18, total=True),
        Column(say("Price assumed"), width=14),
        Column(say("Source of the price"), width=60),
    )
    lines = tuple(
        (
            m.place,
            say(m.item),
            m.quantity,
            say(m.unit),
            m.unit_cost,
            m.total,
            say("assumed") if m.assumed else "",
            m.source,
        )
        for m in plan.light.materials
    )
    ways = (
        Column(say("Channel"), width=18),
        Column(say("Type"), width=14),
        Column(say("From"), width=12),
        Column(say("To"), width=12),
        Column(say("Sections"), width=60),
        Column(say("Fibre pairs"), width=24),
        Column(say("First slot"), "whole"),
        Column(say("Slots"), "whole"),
        Column(say("OSNR, dB"), "value"),
        Column(say("Margin, dB"), "value"),
    )
    stretches = tuple(
        (
            c.id,
            c.type,
            s.start,
            s.end,
            " ".join(s.sections),
            " ".join(str(p + 1) for p in s.pairs),
            s.first_slot,
            s.slots,
            s.osnr_db,
            s.margin_db,
        )
        for c in plan.light.channels
        for s in c.stretches
    )
    return (
        Sheet(say("Light"), say("What light needs, place by place; prices without operation and tax"), goods, lines),
        Sheet(say("Channels"), say("Every channel from regeneration to regeneration"), ways, stretches),
    )


def _bill(plan: Plan, tax: Formula, say: Say) -> Sheet:
    money = {"currency": plan.currency}
    columns = (
        Column(say("Item"), width=44),
        Column(say("Kind"), width=9),
        Column(say("Quantity"), "quantity", 16),
        Column(say("Unit"), width=16),
        Column(say("Unit cost, {currency}", **money), "value", 16),
        Column(say("Total, {currency}", **money), "money", 18, total=True),
        Column(say("Tax rate"), "share", 10),
        Column(say("Tax, {currency}", **money), "money", 16, total=True),
        Column(say("With tax, {currency}", **money), "money", 18, total=True),
        Column(say("Price assumed"), width=14),
        Column(say("Source of the price"), width=60),
    )
    rows = tuple(_bill_row(line, tax, say) for line in plan.cost)
    return Sheet(say("Bill"), say("Bill of materials; the tax rate of a line can be changed"), columns, rows)


def _bill_row(line: CostLine, tax: Formula, say: Say) -> tuple[Cell, ...]:
    """Return a line of the bill; its tax rate is that of the summary until another is written over it."""
    taken = line.total * tax.value
    return (
        say(line.item), say(line.kind), line.quantity, say(signs(line.unit)), line.unit_cost,
        _product(line.quantity, line.unit_cost, line.total),
        tax, Formula("=F{row}*G{row}", taken), Formula("=F{row}+H{row}", line.total + taken),
        line.assumed, line.source,
    )  # fmt: skip


def _product(quantity: float, unit_cost: float, total: float) -> Cell:
    """Return the total as a live product where that gives the plan's figure to the cent, else as a number."""
    return Formula("=C{row}*E{row}", total) if abs(quantity * unit_cost - total) < 0.005 else total


def _links(problem: Problem, plan: Plan, names: dict[str, str], say: Say) -> Sheet:
    columns = (
        Column(say("Link"), "id", 22),
        Column(say("State"), width=20),
        Column(say("Route"), width=28),
        Column(say("Route class"), width=18),
        Column(say("From"), width=24),
        Column(say("To"), width=24),
        Column(say("Laid length, km"), "km", total=True),
        Column(say("Fibre pairs used"), "whole"),
        Column(say("Cost with operation, {currency}", currency=plan.currency), "money", 20, total=True),
        Column(say("Crosses"), width=18),
        Column(say("Permits take, months"), "whole", 12),
        Column(say("Shared-risk groups"), width=24),
    )
    rows = content.link_rows(problem, plan, names, _any_link)
    table = tuple(
        (
            row.link.id, say(row.state), row.name, say(row.route_class), row.a, row.b, row.link.length_km,
            row.link.fibre_pairs, row.link.cost, crossed(row.link, say), row.link.lead_time_months or None,
            "; ".join(row.link.srlg),
        )
        for row in rows
    )  # fmt: skip
    return Sheet(say("Links"), say("New links, and all fibre that exists today"), columns, table)


def _any_link(_: LinkPlan) -> bool:
    return True


def _oxcs(plan: Plan, say: Say) -> Sheet:
    columns = (
        Column(say("Metro site"), "id", 14),
        Column(say("Name"), width=30),
        Column(say("Major site"), width=12),
        Column(say("OXC"), width=18),
        Column(say("Lit directions"), "whole"),
        Column(say("Cost with operation, {currency}", currency=plan.currency), "money", 20, total=True),
    )
    rows = tuple(
        (s.id, s.name, s.major, _since(s.oxc, s.oxc_today, say), s.directions, s.cost)
        for s in sorted(plan.sites, key=lambda s: (not s.oxc, s.oxc_today, s.id))
    )
    return Sheet(say("OXC"), say("Metro sites and their OXCs"), columns, rows)


def _exports(plan: Plan, say: Say) -> Sheet:
    columns = (
        Column(say("Center"), "id", 14),
        Column(say("Name"), width=30),
        Column(say("Size class"), width=14),
        Column(say("Standard racks"), "whole", total=True),
        Column(say("400G export"), width=18),
        Column(say("400G export ports"), "whole", total=True),
        Column(say("Rate of all export ports, Gbit/s"), "whole", 18, total=True),
        Column(say("Cost with operation, {currency}", currency=plan.currency), "money", 20, total=True),
    )
    rows = tuple(
        (
            c.id, c.name, say(c.size_class), c.racks, _since(c.export_400g, c.export_400g_today, say), c.ports_400g,
            c.gbps, c.cost,
        )
        for c in sorted(plan.centers, key=lambda c: (not c.export_400g, c.export_400g_today, c.id))
    )  # fmt: skip
    return Sheet(say("Exports"), say("Computing centers and their 400G exports"), columns, rows)


def _access_points(plan: Plan, say: Say) -> Sheet:
    columns = (
        Column(say("Access point"), "id", 14),
        Column(say("Name"), width=30),
        Column(say("Optical equipment"), width=18),
        Column(say("Cost with operation, {currency}", currency=plan.currency), "money", 20, total=True),
    )
    rows = tuple(
        (a.id, a.name, _since(a.equipped, a.equipped_today, say), a.cost)
        for a in sorted(plan.access_points, key=lambda a: (not a.equipped, a.equipped_today, a.id))
    )
    return Sheet(say("Access points"), say("Access points and their optical equipment"), columns, rows)


def _relations(plan: Plan, names: dict[str, str], say: Say) -> Sheet:
    columns = (
        Column(say("Relation"), "id", 16),
        Column(say("From"), width=26),
        Column(say("To"), width=26),
        Column(say("Limit, µs (less than)"), "us"),
        Column(say("Limit met"), width=11),
        Column(say("Working, one-way, µs"), "us"),
        Column(say("Working, laid km"), "km"),
        Column(say("Working, electrical transits"), "whole"),
        Column(say("Working, way"), width=46),
        Column(say("Protection, one-way, µs"), "us"),
        Column(say("Protection, laid km"), "km"),
    )
    rows = tuple(_relation(r, names, say) for r in sorted(plan.relations, key=lambda r: r.id))
    return Sheet(
        say("Relations"), say("Relations between centers: latency of working and protection routes"), columns, rows
    )


def _relation(relation: RelationPlan, names: dict[str, str], say: Say) -> tuple[Cell, ...]:
    working, protection = content.route_of(relation, "working"), content.route_of(relation, "protection")
    return (
        relation.id,
        names.get(relation.a, relation.a),
        names.get(relation.b, relation.b),
        relation.limit_us,
        relation.met,
        working.latency_us if working else None,
        working.length_km if working else None,
        working.electrical_hops if working else None,
        " → ".join(names[n] for n in working.nodes if n in names) if working else say("no route"),
        protection.latency_us if protection else None,
        protection.length_km if protection else None,
    )


def _places(plan: Plan, names: dict[str, str], say: Say) -> Sheet:
    columns = (
        Column(say("Key place"), "id", 14),
        Column(say("Name"), width=30),
        Column(say("Kind"), width=18),
        Column(say("Weight"), "quantity", 12, total=True),
        Column(say("In the circle"), width=13),
        Column(say("Access point"), width=26),
        Column(say("Nearest center"), width=26),
        Column(say("Latency, one-way, µs"), "us"),
    )
    rows = tuple(
        (
            p.id, p.name, p.kind, p.weight, p.covered, names.get(p.access_point, p.access_point),
            names.get(p.center, p.center) if p.center else None, p.latency_us,
        )
        for p in plan.places
    )  # fmt: skip
    return Sheet(say("Places"), say("Key places and the latency circle"), columns, rows)


def _areas(plan: Plan, names: dict[str, str], say: Say) -> Sheet:
    columns = (
        Column(say("Terminal area"), "id", 14),
        Column(say("Name"), width=30),
        Column(say("People"), "whole", total=True),
        Column(say("Access technology"), width=18),
        Column(say("Limit met"), width=11),
        Column(say("Metro site"), width=26),
        Column(say("Nearest center"), width=26),
        Column(say("Latency with access, one-way, µs"), "us", 18),
    )
    rows = tuple(
        (
            t.id, t.name, t.population, t.access, t.met, names.get(t.metro_site, t.metro_site),
            names.get(t.center, t.center) if t.center else None, t.latency_us,
        )
        for t in plan.terminal_areas
    )  # fmt: skip
    return Sheet(say("Terminal areas"), say("Terminal areas and their latency to a server"), columns, rows)


def _assumptions(problem: Problem, say: Say) -> Sheet:
    columns = (
        Column(say("Item"), "id", 28),
        Column(say("Value"), "value", 16),
        Column(say("Unit"), width=26),
        Column(say("Assumed"), width=11),
        Column(say("From the project file"), width=18),
        Column(say("Year"), "year", 8),
        Column(say("Source"), width=60),
    )
    rows = tuple(
        (i.name, i.value, i.unit, i.assumed, i.overridden, i.year or None, i.source)
        for i in content.catalogue_rows(problem)
    )
    return Sheet(say("Assumptions"), say("Every number the plan is priced and timed with"), columns, rows)


def _since(now: bool, today: bool, say: Say) -> str:
    if today:
        return say("in service today")
    return say("new" if now else "none")
