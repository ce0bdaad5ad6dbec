"""The tables of the workbook as data: columns with units and formats, rows, and which columns are summed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from optimizer.report import content
from optimizer.report.numbers import signs
from optimizer.report.permits import crossed

if TYPE_CHECKING:
    from optimizer.plan import LinkPlan, Plan, RelationPlan
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


def plan_sheets(problem: Problem, plan: Plan, names: dict[str, str]) -> tuple[Sheet, ...]:
    """Return all tables but the summary, in the order of the workbook."""
    return (
        _bill(plan),
        _links(problem, plan, names),
        _oxcs(plan),
        _exports(plan),
        _access_points(plan),
        _relations(plan, names),
        _places(plan, names),
        _areas(plan, names),
        _assumptions(problem),
    )


def _bill(plan: Plan) -> Sheet:
    columns = (
        Column("Item", width=44),
        Column("Kind", width=9),
        Column("Quantity", "quantity", 16),
        Column("Unit", width=16),
        Column(f"Unit cost, {plan.currency}", "value", 16),
        Column(f"Total, {plan.currency}", "money", 18, total=True),
        Column("Price assumed", width=14),
        Column("Source of the price", width=42),
    )
    rows = tuple(
        (
            line.item, line.kind, line.quantity, signs(line.unit), line.unit_cost,
            _product(line.quantity, line.unit_cost, line.total), line.assumed, line.source,
        )
        for line in plan.cost
    )  # fmt: skip
    return Sheet("Bill", "Bill of materials; prices without tax", columns, rows)


def _product(quantity: float, unit_cost: float, total: float) -> Cell:
    """Return the total as a live product where that gives the plan's figure to the cent, else as a number."""
    return Formula("=C{row}*E{row}", total) if abs(quantity * unit_cost - total) < 0.005 else total


def _links(problem: Problem, plan: Plan, names: dict[str, str]) -> Sheet:
    columns = (
        Column("Link", "id", 22),
        Column("State", width=20),
        Column("Route", width=28),
        Column("Route class", width=18),
        Column("From", width=24),
        Column("To", width=24),
        Column("Laid length, km", "km", total=True),
        Column("Fibre pairs used", "whole"),
        Column(f"Cost with operation, {plan.currency}", "money", 20, total=True),
        Column("Crosses", width=18),
        Column("Permits take, months", "whole", 12),
        Column("Shared-risk groups", width=24),
    )
    rows = content.link_rows(problem, plan, names, _any_link)
    table = tuple(
        (
            row.link.id, row.state, row.name, row.route_class, row.a, row.b, row.link.length_km,
            row.link.fibre_pairs, row.link.cost, crossed(row.link), row.link.lead_time_months or None,
            "; ".join(row.link.srlg),
        )
        for row in rows
    )  # fmt: skip
    return Sheet("Links", "New links, and all fibre that exists today", columns, table)


def _any_link(_: LinkPlan) -> bool:
    return True


def _oxcs(plan: Plan) -> Sheet:
    columns = (
        Column("Metro site", "id", 14),
        Column("Name", width=30),
        Column("Major site", width=12),
        Column("OXC", width=18),
        Column("Lit directions", "whole"),
        Column(f"Cost with operation, {plan.currency}", "money", 20, total=True),
    )
    rows = tuple(
        (s.id, s.name, s.major, _since(s.oxc, s.oxc_today), s.directions, s.cost)
        for s in sorted(plan.sites, key=lambda s: (not s.oxc, s.oxc_today, s.id))
    )
    return Sheet("OXC", "Metro sites and their OXCs", columns, rows)


def _exports(plan: Plan) -> Sheet:
    columns = (
        Column("Center", "id", 14),
        Column("Name", width=30),
        Column("Size class", width=14),
        Column("Standard racks", "whole", total=True),
        Column("400G export", width=18),
        Column("400G export ports", "whole", total=True),
        Column("Rate of all export ports, Gbit/s", "whole", 18, total=True),
        Column(f"Cost with operation, {plan.currency}", "money", 20, total=True),
    )
    rows = tuple(
        (
            c.id, c.name, c.size_class, c.racks, _since(c.export_400g, c.export_400g_today), c.ports_400g,
            c.gbps, c.cost,
        )
        for c in sorted(plan.centers, key=lambda c: (not c.export_400g, c.export_400g_today, c.id))
    )  # fmt: skip
    return Sheet("Exports", "Computing centers and their 400G exports", columns, rows)


def _access_points(plan: Plan) -> Sheet:
    columns = (
        Column("Access point", "id", 14),
        Column("Name", width=30),
        Column("Optical equipment", width=18),
        Column(f"Cost with operation, {plan.currency}", "money", 20, total=True),
    )
    rows = tuple(
        (a.id, a.name, _since(a.equipped, a.equipped_today), a.cost)
        for a in sorted(plan.access_points, key=lambda a: (not a.equipped, a.equipped_today, a.id))
    )
    return Sheet("Access points", "Access points and their optical equipment", columns, rows)


def _relations(plan: Plan, names: dict[str, str]) -> Sheet:
    columns = (
        Column("Relation", "id", 16),
        Column("From", width=26),
        Column("To", width=26),
        Column("Limit, µs (less than)", "us"),
        Column("Limit met", width=11),
        Column("Working, one-way, µs", "us"),
        Column("Working, laid km", "km"),
        Column("Working, electrical transits", "whole"),
        Column("Working, way", width=46),
        Column("Protection, one-way, µs", "us"),
        Column("Protection, laid km", "km"),
    )
    rows = tuple(_relation(r, names) for r in sorted(plan.relations, key=lambda r: r.id))
    return Sheet("Relations", "Relations between centers: latency of working and protection routes", columns, rows)


def _relation(relation: RelationPlan, names: dict[str, str]) -> tuple[Cell, ...]:
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
        " → ".join(names[n] for n in working.nodes if n in names) if working else "no route",
        protection.latency_us if protection else None,
        protection.length_km if protection else None,
    )


def _places(plan: Plan, names: dict[str, str]) -> Sheet:
    columns = (
        Column("Key place", "id", 14),
        Column("Name", width=30),
        Column("Kind", width=18),
        Column("Weight", "quantity", 12, total=True),
        Column("In the circle", width=13),
        Column("Access point", width=26),
        Column("Nearest center", width=26),
        Column("Latency, one-way, µs", "us"),
    )
    rows = tuple(
        (
            p.id, p.name, p.kind, p.weight, p.covered, names.get(p.access_point, p.access_point),
            names.get(p.center, p.center) if p.center else None, p.latency_us,
        )
        for p in plan.places
    )  # fmt: skip
    return Sheet("Places", "Key places and the latency circle", columns, rows)


def _areas(plan: Plan, names: dict[str, str]) -> Sheet:
    columns = (
        Column("Terminal area", "id", 14),
        Column("Name", width=30),
        Column("People", "whole", total=True),
        Column("Access technology", width=18),
        Column("Limit met", width=11),
        Column("Metro site", width=26),
        Column("Nearest center", width=26),
        Column("Latency with access, one-way, µs", "us", 18),
    )
    rows = tuple(
        (
            t.id, t.name, t.population, t.access, t.met, names.get(t.metro_site, t.metro_site),
            names.get(t.center, t.center) if t.center else None, t.latency_us,
        )
        for t in plan.terminal_areas
    )  # fmt: skip
    return Sheet("Terminal areas", "Terminal areas and their latency to a server", columns, rows)


def _assumptions(problem: Problem) -> Sheet:
    columns = (
        Column("Item", "id", 28),
        Column("Value", "value", 16),
        Column("Unit", width=26),
        Column("Assumed", width=11),
        Column("From the project file", width=18),
        Column("Year", "year", 8),
        Column("Source", width=60),
    )
    rows = tuple(
        (i.name, i.value, i.unit, i.assumed, i.overridden, i.year or None, i.source)
        for i in content.catalogue_rows(problem)
    )
    return Sheet("Assumptions", "Every number the plan is priced and timed with", columns, rows)


def _since(now: bool, today: bool) -> str:
    if today:
        return "in service today"
    return "new" if now else "none"
