"""What the plan builds and lights is a part of the network, told truly."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.plan import Plan
from optimizer.problem import Problem

__all__ = ["equipment_breaches", "link_breaches", "list_breaches", "must_breaches"]


def link_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
    """Every link of the plan is a link of the network, told truly and once; all lit ones of today are there."""
    network = problem.network
    ids = network.nodes["id"].to_list()
    known = {row.id: row for row in network.links.itertuples()}
    seen: set[str] = set()
    for link in plan.links:
        if link.id in seen:
            yield f"Link '{link.id}' stands twice in the plan."
        seen.add(link.id)
        row = known.get(link.id)
        if row is None:
            yield f"Link '{link.id}' is no link of the network."
            continue
        if {link.a, link.b} != {ids[row.a], ids[row.b]}:
            yield f"Link '{link.id}' joins {ids[row.a]} and {ids[row.b]}, not {link.a} and {link.b}."
        if not math.isclose(link.length_km, row.length_km, rel_tol=1e-9, abs_tol=1e-9):
            yield f"Link '{link.id}' is {row.length_km:.6f} km long, not {link.length_km:.6f}."
        if (
            link.kind != row.kind
            or link.lit_today != bool(row.lit)
            or link.built != (link.lit and row.kind == "candidate")
        ):
            yield (
                f"Link '{link.id}' is told as {link.kind}, built {link.built}, lit today {link.lit_today}; "
                "the network says otherwise."
            )
    forbidden = {str(network.links["id"].iat[k]) for k in problem.forbidden_links}
    for link in plan.links:
        if link.lit and link.id in forbidden:
            yield f"Link '{link.id}' is lit, and the planner said it must not be."
    for name, row in known.items():
        if row.kind == "existing" and name not in seen:
            yield f"Existing link '{name}' is missing from the plan."


def equipment_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
    """Sites, centers and access points are all there, and what works today still does."""
    for what, asked, listed in (
        ("Metro site", problem.metro_sites, plan.sites),
        ("Center", problem.centers, plan.centers),
        ("Access point", problem.access_points, plan.access_points),
        ("Key place", problem.key_places, plan.places),
        ("Terminal area", problem.terminal_areas, plan.terminal_areas),
    ):
        yield from list_breaches(what, [x.id for x in asked], [x.id for x in listed])
    sites = {s.id: s for s in plan.sites}
    for site in problem.metro_sites:
        told = sites.get(site.id)
        if told and (told.oxc_today != site.oxc or told.major != site.major or (site.oxc and not told.oxc)):
            yield f"Metro site '{site.id}' has {'an' if site.oxc else 'no'} OXC today; the plan tells it otherwise."
    centers = {c.id: c for c in plan.centers}
    for center in problem.centers:
        has = centers.get(center.id)
        if has and (has.size_class, has.export_400g_today) != (center.size_class, center.ports_400g > 0):
            today = f"{center.size_class} with {center.ports_400g} 400G ports"
            yield f"Center '{center.id}' is {today}; the plan says otherwise."
        if has and (has.ports_400g < center.ports_400g or has.export_400g != (has.ports_400g > 0)):
            told_ports = f"{has.ports_400g} 400G ports, export {has.export_400g}"
            yield f"Center '{center.id}' is told with {told_ports}, and has {center.ports_400g} ports today."
    points = {a.id: a for a in plan.access_points}
    for point in problem.access_points:
        tells = points.get(point.id)
        if tells and (tells.equipped_today != point.optical or (point.optical and not tells.equipped)):
            yield f"Access point '{point.id}': its equipment of today is told wrongly."


def list_breaches(what: str, asked: list[str], listed: list[str]) -> Iterator[str]:
    """The plan lists exactly what the question has."""
    for name in sorted(set(asked) - set(listed)):
        yield f"{what} '{name}' is missing from the plan."
    for name in sorted(set(listed) - set(asked)):
        yield f"{what} '{name}' stands in the plan and not in the question."
    if len(set(listed)) < len(listed):
        yield f"{what}s are listed twice in the plan."


def must_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
    """What must be built is in the plan, what must not is out of it."""
    rule = problem.requirement_named("fixed_choices")
    lit = {k.id for k in plan.links if k.lit}
    has = {s.id for s in plan.sites if s.oxc} | {c.id for c in plan.centers if c.export_400g}
    has |= {a.id for a in plan.access_points if a.equipped}
    names = problem.network.links["id"]
    for name in getattr(rule, "must_build", ()):
        parts = [str(names.iat[k]) for k in problem.links_by_id.get(name, ())]
        if (parts and not set(parts) <= lit) or (not parts and name not in has):
            yield f"'{name}' must be built and is not in the plan."
    for name in getattr(rule, "must_not", ()):
        if name in has:
            yield f"'{name}' must not be built and is in the plan."
