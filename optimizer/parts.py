"""A measured network in the words of ``plan.json``: links, sites, centers, relations, places, areas, goals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Literal

import numpy as np

from optimizer.disjoint import Pair, Way
from optimizer.facts import Measured
from optimizer.on_the_way import crossings, groups_of, shared_risks
from optimizer.plan import (
    AccessPointPlan,
    CenterPlan,
    GoalResult,
    LinkPlan,
    PlacePlan,
    RelationPlan,
    RoutePlan,
    SitePlan,
    TerminalAreaPlan,
)
from optimizer.pricing import access_point_cost, export_port_cost, lead_time_months, link_costs, oxc_cost
from optimizer.problem import Problem
from optimizer.requirements.base import Goal, complies

__all__ = ["parts"]


def parts(problem: Problem, measured: Measured) -> dict[str, Any]:
    """Return what plan and assessment have in common, by field name."""
    goals = (r.measure(problem, measured.facts) for r in problem.requirements)
    return {
        "goals": tuple(_goal(g) for g in goals if g is not None),
        "links": _links(problem, measured),
        "shared_risks": shared_risks(problem, measured.choice.used),
        "sites": _sites(problem, measured),
        "centers": _centers(problem, measured),
        "access_points": _access_points(problem, measured),
        "relations": _relations(problem, measured),
        "places": _places(problem, measured),
        "terminal_areas": _areas(problem, measured),
    }


def _goal(goal: Goal) -> GoalResult:
    shared = {f.name: getattr(goal, f.name) for f in fields(goal)}
    return GoalResult(**shared, achieved=goal.achieved, met=goal.met)


def _links(problem: Problem, measured: Measured) -> tuple[LinkPlan, ...]:
    links, used = problem.network.links, measured.choice.used
    ids = problem.network.nodes["id"].to_numpy()
    cost, months, crossed, srlg = link_costs(problem), lead_time_months(problem), crossings(problem), groups_of(problem)
    existing = (links["kind"] == "existing").to_numpy()
    lit_today = links["lit"].to_numpy(dtype=bool)
    ends, length_km, names = problem.network.ends, links["length_km"].to_numpy(), links["id"].to_numpy()
    return tuple(
        LinkPlan(
            id=str(names[i]), a=str(ids[ends[i, 0]]), b=str(ids[ends[i, 1]]),
            kind="existing" if existing[i] else "candidate", built=bool(used[i] and not existing[i]),
            lit=bool(used[i]), lit_today=bool(lit_today[i]), length_km=float(length_km[i]),
            fibre_pairs=int(used[i]), cost=float(cost[i]) if used[i] and not lit_today[i] else 0.0,
            srlg=srlg.get(int(i), ()), crossings=crossed.get(int(i), {}), lead_time_months=float(months[i]),
        )
        for i in np.flatnonzero(used | existing)
    )  # fmt: skip


def _sites(problem: Problem, measured: Measured) -> tuple[SitePlan, ...]:
    degree = np.bincount(problem.network.ends[measured.choice.used].ravel(), minlength=len(problem.network.nodes))
    price = oxc_cost(problem.catalogue)
    chosen = measured.choice.oxc
    return tuple(
        SitePlan(
            s.id,
            s.name,
            s.major,
            s.id in chosen,
            s.oxc,
            int(degree[s.node]),
            price if s.id in chosen and not s.oxc else 0.0,
        )
        for s in problem.metro_sites
    )


def _centers(problem: Problem, measured: Measured) -> tuple[CenterPlan, ...]:
    price = export_port_cost(problem.catalogue)
    new = measured.choice.new_ports
    tell = _teller(problem, measured)
    return tuple(
        CenterPlan(
            c.id, c.name, c.size_class, c.racks, c.ports_400g + new.get(c.id, 0) > 0, c.ports_400g > 0,
            c.ports_400g + new.get(c.id, 0), 400.0 * (c.ports_400g + new.get(c.id, 0)) + c.gbps_other,
            price * new.get(c.id, 0), tell(_ways(measured.homes.get(c.id))),
        )
        for c in problem.centers
    )  # fmt: skip


def _access_points(problem: Problem, measured: Measured) -> tuple[AccessPointPlan, ...]:
    price = access_point_cost(problem.catalogue)
    equipped = measured.choice.equipped
    return tuple(
        AccessPointPlan(a.id, a.name, a.id in equipped, a.optical, price if a.id in equipped and not a.optical else 0.0)
        for a in problem.access_points
    )


def _relations(problem: Problem, measured: Measured) -> tuple[RelationPlan, ...]:
    limit = problem.limit_us("interconnect_latency")
    tell = _teller(problem, measured)
    found: list[RelationPlan] = []
    for a, b in problem.relations:
        best = measured.route(a, b)
        pair = measured.protected.get((a.id, b.id))
        routes = tell((best,) if pair is None and best is not None else _ways(pair))
        met = best is not None and complies(best.us + problem.pair_end_us, limit)
        found.append(RelationPlan(f"{a.id}-{b.id}", a.id, b.id, limit, met, routes, pair is not None))
    return tuple(found)


def _ways(pair: Pair | None) -> tuple[Way, ...]:
    return () if pair is None else (pair.first, pair.second)


def _teller(problem: Problem, measured: Measured) -> Callable[[tuple[Way, ...]], tuple[RoutePlan, ...]]:
    """Return what tells ways as routes of the plan: the first works, the second protects."""
    ids = problem.network.nodes["id"].to_numpy()
    names = problem.network.links["id"].to_numpy()
    length_km = problem.network.links["length_km"].to_numpy()
    electrical = {s.node for s in problem.metro_sites if s.id not in measured.choice.oxc}

    def tell(ways: tuple[Way, ...]) -> tuple[RoutePlan, ...]:
        roles: tuple[Literal["working", "protection"], ...] = ("working", "protection")
        return tuple(
            RoutePlan(
                role, tuple(str(ids[n]) for n in way.nodes), tuple(str(names[k]) for k in way.links),
                float(length_km[list(way.links)].sum()), way.us + problem.pair_end_us,
                sum(n in electrical for n in way.nodes[1:-1]),
            )
            for role, way in zip(roles, ways, strict=False)
        )  # fmt: skip

    return tell


def _places(problem: Problem, measured: Measured) -> tuple[PlacePlan, ...]:
    limit = problem.limit_us("latency_circle")
    us, center = measured.nearest
    found: list[PlacePlan] = []
    for place in problem.key_places:
        point = problem.access_points[place.access_point]
        reached = point.id in measured.choice.equipped and bool(np.isfinite(us[point.node]))
        latency = float(us[point.node]) + problem.place_end_us(place) if reached else None
        found.append(
            PlacePlan(
                place.id, place.name, place.kind, place.weight, latency is not None and complies(latency, limit),
                point.id, problem.centers[center[point.node]].id if reached else None, latency,
            )
        )  # fmt: skip
    return tuple(found)


def _areas(problem: Problem, measured: Measured) -> tuple[TerminalAreaPlan, ...]:
    limit = problem.limit_us("terminal_latency")
    us, center = measured.nearest
    found: list[TerminalAreaPlan] = []
    for area in problem.terminal_areas:
        site = problem.metro_sites[area.metro_site]
        reached = bool(np.isfinite(us[site.node]))
        latency = float(us[site.node]) + problem.area_end_us(area) if reached else None
        found.append(
            TerminalAreaPlan(
                area.id, area.name, area.population, area.access, latency is not None and complies(latency, limit),
                site.id, problem.centers[center[site.node]].id if reached else None, latency,
            )
        )  # fmt: skip
    return tuple(found)
