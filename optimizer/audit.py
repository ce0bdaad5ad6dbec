"""Independent check of a plan: everything it claims is computed again from the network and the plan alone.

By networkx and plain arithmetic; neither the model nor the engine nor the code that wrote the plan is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import networkx as nx
import numpy as np

from optimizer.audit_cost import cost_breaches
from optimizer.plan import Plan, RelationPlan, RoutePlan
from optimizer.problem import Problem
from optimizer.requirements.base import TOLERANCE_US, Facts, complies

__all__ = ["audit"]

_CLOSE_US = 1e-4
"""Latencies are re-added in another order: a tenth of a nanosecond is the same."""


def audit(problem: Problem, plan: Plan) -> list[str]:
    """Return every breach found in a plan; empty when all of it holds.

    Parameters
    ----------
    problem
        The question the plan answers.
    plan
        The plan.
    """
    breaches = [*_link_breaches(problem, plan), *_equipment_breaches(problem, plan)]
    graph = _lit_graph(problem, plan)
    facts = _facts(problem, plan, graph)
    breaches += _relation_breaches(problem, plan, facts)
    breaches += _place_breaches(problem, plan, facts)
    breaches += _goal_breaches(problem, plan, facts)
    breaches += cost_breaches(problem, plan)
    return breaches + list(_proof_breaches(plan))


def _link_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
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


def _equipment_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
    """Sites, centers and access points are all there, and what works today still does."""
    for what, asked, listed in (
        ("Metro site", problem.metro_sites, plan.sites),
        ("Center", problem.centers, plan.centers),
        ("Access point", problem.access_points, plan.access_points),
        ("Key place", problem.key_places, plan.places),
        ("Terminal area", problem.terminal_areas, plan.terminal_areas),
    ):
        yield from _list_breaches(what, [x.id for x in asked], [x.id for x in listed])
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


def _list_breaches(what: str, asked: list[str], listed: list[str]) -> Iterator[str]:
    """The plan lists exactly what the question has."""
    for name in sorted(set(asked) - set(listed)):
        yield f"{what} '{name}' is missing from the plan."
    for name in sorted(set(listed) - set(asked)):
        yield f"{what} '{name}' stands in the plan and not in the question."
    if len(set(listed)) < len(listed):
        yield f"{what}s are listed twice in the plan."


def _lit_graph(problem: Problem, plan: Plan) -> nx.Graph[int]:
    """Return the lit network over node numbers, passing latency of sites put half on each arc."""
    node = {str(name): i for i, name in enumerate(problem.network.nodes["id"])}
    pass_us = _pass_us(problem, plan)
    length = dict(zip(problem.network.links["id"], problem.network.links["length_km"], strict=True))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(node)))
    for link in plan.links:
        if not link.lit or link.id not in length or link.a not in node or link.b not in node:
            continue
        a, b = node[link.a], node[link.b]
        us = length[link.id] * problem.us_per_km + (pass_us.get(a, 0.0) + pass_us.get(b, 0.0)) / 2
        if not graph.has_edge(a, b) or graph[a][b]["us"] > us:
            graph.add_edge(a, b, us=us)
    return graph


def _pass_us(problem: Problem, plan: Plan) -> dict[int, float]:
    """Return the latency of passing every metro site's node, as the plan equips it."""
    node = {s.id: s.node for s in problem.metro_sites}
    optical, electrical = problem.catalogue["oxc_us"], problem.catalogue["electrical_transit_us"]
    passing: dict[int, float] = {}
    for site in plan.sites:
        if site.id in node:
            passing[node[site.id]] = min(optical, electrical) if site.oxc and not site.oxc_today else (
                optical if site.oxc else electrical
            )  # fmt: skip
    return passing


def _facts(problem: Problem, plan: Plan, graph: nx.Graph[int]) -> Facts:
    """Measure the lit network by networkx."""
    pass_us = _pass_us(problem, plan)
    pair_us: dict[tuple[str, str], float] = {}
    nearest = np.full(len(problem.network.nodes), math.inf)
    active = {c.id for c in problem.active_centers}
    for center in problem.centers:
        reach = nx.single_source_dijkstra_path_length(graph, center.node, weight="us")
        half = pass_us.get(center.node, 0.0) / 2
        us = {n: max(0.0, d - half - pass_us.get(n, 0.0) / 2) if n != center.node else 0.0 for n, d in reach.items()}
        for other in problem.centers:
            if center.id < other.id:
                pair_us[center.id, other.id] = us.get(other.node, math.inf)
        if center.id in active:
            for n, value in us.items():
                nearest[n] = min(nearest[n], value)
    site_node = {s.id: s.node for s in problem.metro_sites}
    oxc = {s.id for s in plan.sites if s.oxc and (s.oxc_today or nearest[site_node[s.id]] < math.inf)}
    ports = {c.id: 0 for c in problem.centers} | {c.id: c.ports_400g for c in plan.centers}
    return Facts(frozenset(oxc), ports, pair_us, nearest, frozenset(a.id for a in plan.access_points if a.equipped))


def _relation_breaches(problem: Problem, plan: Plan, facts: Facts) -> Iterator[str]:
    """Every relation has a true working route, and is told met exactly when it complies."""
    asked = [f"{a.id}-{b.id}" for a, b in problem.relations]
    yield from _list_breaches("Relation", asked, [r.id for r in plan.relations])
    limit = problem.limit_us("interconnect_latency")
    for relation in plan.relations:
        if not math.isclose(relation.limit_us, limit):
            yield f"Relation '{relation.id}' is judged by {relation.limit_us:g} us; the limit is {limit:g} us."
        working = [r for r in relation.routes if r.role == "working"]
        for route in working:
            yield from _route_breaches(problem, plan, relation, route)
        best = facts.pair_us.get((min(relation.a, relation.b), max(relation.a, relation.b)), math.inf)
        if relation.met and not working:
            yield f"Relation '{relation.id}' is told met and has no route."
        if relation.met and working and not complies(working[0].latency_us, limit):
            told_us = working[0].latency_us
            yield f"Relation '{relation.id}' is told met at {told_us:.3f} us; the limit is < {limit:g} us."
        if relation.met != complies(best + problem.pair_end_us, limit):
            yield (
                f"Relation '{relation.id}' is told {'met' if relation.met else 'not met'}; its best route takes "
                f"{best + problem.pair_end_us:.3f} us, the limit is < {limit:g} us."
            )


def _route_breaches(problem: Problem, plan: Plan, relation: RelationPlan, route: RoutePlan) -> Iterator[str]:
    """A route runs from end to end over lit links; length, latency and electrical hops are told truly."""
    where = f"Relation '{relation.id}', {route.role} route"
    lit = {k.id: k for k in plan.links if k.lit}
    node = {str(name): i for i, name in enumerate(problem.network.nodes["id"])}
    length = dict(zip(problem.network.links["id"], problem.network.links["length_km"], strict=True))
    ends = {c.id: str(problem.network.nodes["id"].iat[c.node]) for c in problem.centers}
    if (route.nodes[0], route.nodes[-1]) not in (
        (ends.get(relation.a), ends.get(relation.b)),
        (ends.get(relation.b), ends.get(relation.a)),
    ):
        yield f"{where} runs from {route.nodes[0]} to {route.nodes[-1]}."
    if len(route.links) != len(route.nodes) - 1:
        yield f"{where} has {len(route.links)} links and {len(route.nodes)} nodes."
        return
    for (a, b), name in zip(pairwise(route.nodes), route.links, strict=True):
        if name not in lit:
            yield f"{where} uses link '{name}', which is not lit in the plan."
        elif {lit[name].a, lit[name].b} != {a, b}:
            yield f"{where} uses link '{name}' from {a} to {b}, which it does not join."
    if any(name not in length for name in route.links) or any(n not in node for n in route.nodes):
        yield f"{where} names links or nodes that the network does not have."
        return
    pass_us = _pass_us(problem, plan)
    km = math.fsum(length[name] for name in route.links)
    passed = [node[n] for n in route.nodes[1:-1]]
    us = km * problem.us_per_km + math.fsum(pass_us.get(n, 0.0) for n in passed) + problem.pair_end_us
    site = {s.id: s.node for s in problem.metro_sites}
    electrical = {site[s.id] for s in plan.sites if s.id in site and not s.oxc}
    if not math.isclose(km, route.length_km, rel_tol=1e-9, abs_tol=1e-6):
        yield f"{where} is {km:.6f} km long, not {route.length_km:.6f}."
    if abs(us - route.latency_us) > _CLOSE_US:
        yield f"{where} takes {us:.4f} us, not {route.latency_us:.4f}."
    if sum(n in electrical for n in passed) != route.electrical_hops:
        yield f"{where} passes {sum(n in electrical for n in passed)} electrical sites, not {route.electrical_hops}."


def _place_breaches(problem: Problem, plan: Plan, facts: Facts) -> Iterator[str]:
    """Key places and terminal areas are covered exactly when their best route complies, at the latency told."""
    limit = problem.limit_us("latency_circle")
    places = {p.id: p for p in problem.key_places}
    for told in plan.places:
        place = places.get(told.id)
        if place is None:
            continue
        point = problem.access_points[place.access_point]
        reached = point.id in facts.equipped_access_points
        us = float(facts.nearest_us[point.node]) + problem.place_end_us(place) if reached else math.inf
        yield from _served_breaches(f"Key place '{told.id}'", told.covered, told.latency_us, us, limit)
        if told.weight != place.weight:
            yield f"Key place '{told.id}' weighs {place.weight:g}, not {told.weight:g}."
    limit = problem.limit_us("terminal_latency")
    areas = {t.id: t for t in problem.terminal_areas}
    for heard in plan.terminal_areas:
        area = areas.get(heard.id)
        if area is None:
            continue
        us = float(facts.nearest_us[problem.metro_sites[area.metro_site].node]) + problem.area_end_us(area)
        yield from _served_breaches(f"Terminal area '{heard.id}'", heard.met, heard.latency_us, us, limit)


def _served_breaches(what: str, told_met: bool, told_us: float | None, us: float, limit: float) -> Iterator[str]:
    if (told_us is None) != math.isinf(us) or (told_us is not None and abs(told_us - us) > _CLOSE_US):
        yield f"{what} is reached in {us:.4f} us, the plan says {told_us}."
    if told_met != complies(us, limit):
        yield f"{what} is told {'covered' if told_met else 'not covered'} at {us:.3f} us; the limit is < {limit:g} us."


def _goal_breaches(problem: Problem, plan: Plan, facts: Facts) -> Iterator[str]:
    """Every goal is there with its own target, counted truly, and met."""
    told = {g.name: g for g in plan.goals}
    for requirement in problem.requirements:
        yield from requirement.breaches(problem, facts)
        goal = requirement.measure(problem, facts)
        if goal is None:
            continue
        claim = told.pop(goal.name, None)
        if claim is None:
            yield f"Goal '{goal.title}' is missing from the plan."
            continue
        same = (
            math.isclose(claim.numerator, goal.numerator, rel_tol=1e-9, abs_tol=TOLERANCE_US)
            and math.isclose(claim.denominator, goal.denominator, rel_tol=1e-9)
            and math.isclose(claim.achieved, goal.achieved, rel_tol=1e-9, abs_tol=1e-12)
        )
        if not same:
            yield (
                f"Goal '{goal.title}' reaches {goal.numerator:g} of {goal.denominator:g} {goal.unit}; "
                f"the plan says {claim.numerator:g} of {claim.denominator:g} ({claim.achieved:.4%})."
            )
        if claim.target != goal.target or claim.met != goal.met:
            yield (
                f"Goal '{goal.title}' asks {goal.target:.2%} and is {'met' if goal.met else 'not met'}; "
                f"the plan says {claim.target:.2%} and {'met' if claim.met else 'not met'}."
            )
    for name in told:
        yield f"Goal '{name}' stands in the plan and was not asked."
    yield from _must_breaches(problem, plan)


def _must_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
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


def _proof_breaches(plan: Plan) -> Iterator[str]:
    """Status, bound and gap fit each other."""
    if plan.bound > plan.objective * (1 + 1e-9) + 1e-6:
        yield f"The bound {plan.bound:,.2f} is above the cost {plan.objective:,.2f}."
    gap = max(0.0, plan.objective - plan.bound) / max(abs(plan.objective), 0.01)  # a free plan: of a hundredth
    if not math.isclose(gap, plan.gap, rel_tol=1e-6, abs_tol=1e-9):
        yield f"The gap is {gap:.6%}, the plan says {plan.gap:.6%}."
    if plan.status == "optimal" and gap > 1e-6:
        yield f"The plan is called optimal at a gap of {gap:.6%}."
