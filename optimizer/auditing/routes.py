"""Every relation has a true route and is told met exactly when it complies."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from optimizer.auditing.built import list_breaches
from optimizer.auditing.passing import CLOSE_US, pass_us_of
from optimizer.plan import LinkPlan, Plan, RoutePlan
from optimizer.problem import Problem
from optimizer.requirements.base import Facts, complies

__all__ = ["Ground", "ground_of", "relation_breaches", "route_breaches"]


def relation_breaches(problem: Problem, plan: Plan, facts: Facts) -> Iterator[str]:
    """Every relation has a true working route, and is told met exactly when it complies."""
    asked = [f"{a.id}-{b.id}" for a, b in problem.relations]
    yield from list_breaches("Relation", asked, [r.id for r in plan.relations])
    limit = problem.limit_us("interconnect_latency")
    ends: dict[str, int | None] = {c.id: c.node for c in problem.centers}
    ground = ground_of(problem, plan)
    for relation in plan.relations:
        if not math.isclose(relation.limit_us, limit):
            yield f"Relation '{relation.id}' is judged by {relation.limit_us:g} us; the limit is {limit:g} us."
        working = [r for r in relation.routes if r.role == "working"]
        for route in relation.routes:
            where = f"Relation '{relation.id}', {route.role} route"
            yield from route_breaches(ground, where, route, {ends.get(relation.a)}, {ends.get(relation.b)})
        best = facts.pair_us.get((min(relation.a, relation.b), max(relation.a, relation.b)), math.inf)
        if relation.met and not working:
            yield f"Relation '{relation.id}' is told met and has no route."
        if relation.met and working and not relation.protected and not complies(working[0].latency_us, limit):
            told_us = working[0].latency_us
            yield f"Relation '{relation.id}' is told met at {told_us:.3f} us; the limit is < {limit:g} us."
        if relation.met != complies(best + problem.pair_end_us, limit):
            yield (
                f"Relation '{relation.id}' is told {'met' if relation.met else 'not met'}; its best route takes "
                f"{best + problem.pair_end_us:.3f} us, the limit is < {limit:g} us."
            )


@dataclass(frozen=True)
class Ground:
    """What routes of a plan are judged by, gathered once for all of them.

    Parameters
    ----------
    lit
        Links that are lit in the plan, by id.
    node, length_km
        Number of every node and length of every link of the network, by id.
    pass_us
        Latency of passing sites, by node.
    electrical
        Nodes of sites without an OXC in the plan.
    us_per_km, end_us
        Latency of fibre, and of both ends of a route.
    """

    lit: Mapping[str, LinkPlan]
    node: Mapping[str, int]
    length_km: Mapping[str, float]
    pass_us: Mapping[int, float]
    electrical: frozenset[int]
    us_per_km: float
    end_us: float


def ground_of(problem: Problem, plan: Plan) -> Ground:
    """Return what routes of a plan are judged by."""
    network, site = problem.network, {s.id: s.node for s in problem.metro_sites}
    return Ground(
        lit={k.id: k for k in plan.links if k.lit},
        node={str(name): i for i, name in enumerate(network.nodes["id"])},
        length_km=dict(zip(network.links["id"], network.links["length_km"], strict=True)),
        pass_us=pass_us_of(problem, plan),
        electrical=frozenset(site[s.id] for s in plan.sites if s.id in site and not s.oxc),
        us_per_km=problem.us_per_km,
        end_us=problem.pair_end_us,
    )


def route_breaches(
    ground: Ground, where: str, route: RoutePlan, start: set[int | None], end: set[int | None]
) -> Iterator[str]:
    """A route runs from end to end, either way, over lit links; length, latency, electrical hops are told truly."""
    lit, node, length, electrical = ground.lit, ground.node, ground.length_km, ground.electrical
    if not route.nodes:
        yield f"{where} has no nodes."
        return
    first, last = node.get(route.nodes[0]), node.get(route.nodes[-1])
    if not ((first in start and last in end) or (first in end and last in start)):
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
    km = math.fsum(length[name] for name in route.links)
    passed = [node[n] for n in route.nodes[1:-1]]
    us = km * ground.us_per_km + math.fsum(ground.pass_us.get(n, 0.0) for n in passed) + ground.end_us
    if not math.isclose(km, route.length_km, rel_tol=1e-9, abs_tol=1e-6):
        yield f"{where} is {km:.6f} km long, not {route.length_km:.6f}."
    if abs(us - route.latency_us) > CLOSE_US:
        yield f"{where} takes {us:.4f} us, not {route.latency_us:.4f}."
    if sum(n in electrical for n in passed) != route.electrical_hops:
        yield f"{where} passes {sum(n in electrical for n in passed)} electrical sites, not {route.electrical_hops}."
