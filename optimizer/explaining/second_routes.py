"""Why a relation has no two routes: the one link, duct or node that every route takes, or a limit that one misses."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from optimizer.disjoint import Pair, SearchLimit
from optimizer.explaining.answers import ObstacleKind
from optimizer.explaining.distances import Distances
from optimizer.explaining.reach import two_routes
from optimizer.model import Demand, SecondRoute
from optimizer.problem import Problem

__all__ = ["Why", "why_no_second"]


@dataclass(frozen=True)
class Why:
    """What keeps a demand from its two routes; link numbers, ids of shared-risk groups, latencies in microseconds."""

    kind: ObstacleKind
    words: str
    links: tuple[int, ...] = ()
    risks: tuple[str, ...] = ()
    best_us: float | None = None
    limit_us: float | None = None
    shortfall_us: float | None = None


def why_no_second(problem: Problem, distances: Distances, demand: Demand) -> Why:
    """Return why no two routes keep what a demand asks: what is asked is loosened until two are found."""
    second = demand.second
    if second is None:
        raise ValueError(f"Demand '{demand.label}' has no second route.")
    lead = "cannot be homed twice" if second.ends else "cannot be protected"
    if second.ends and (few := _too_few_targets(problem, distances, demand)):
        return Why("too_few_sites", f"{lead}: {few}.")
    free = replace(demand, limit_us=math.inf, second=replace(second, limit_us=math.inf))
    if (pair := _pair(distances, free)) is not None:
        return _limits(demand, second, pair, lead)
    plain = replace(second, limit_us=math.inf, risks=False, nodes=False)
    if _pair(distances, replace(free, second=plain)) is None:
        return _sole_links(problem, distances, demand, second, lead)
    apart = replace(plain, nodes=second.nodes)
    if second.risks and (pair := _pair(distances, replace(free, second=apart))) is not None:
        return _shared_risks(problem, pair, lead)
    return Why("shared_node", f"{lead}: every two routes pass a node both. Add candidate routes around it, or ask "
                              "disjoint = 'link' or 'srlg'.")  # fmt: skip


def _pair(distances: Distances, demand: Demand) -> Pair | None:
    """Return two routes, None when there are none or the search was given up."""
    try:
        return two_routes(distances, demand)
    except SearchLimit:
        return None


def _too_few_targets(problem: Problem, distances: Distances, demand: Demand) -> str:
    """Return which metro sites can be reached when they are fewer than two."""
    part = distances.part
    names = {s.node: s.id for s in problem.metro_sites}
    reached = [names[t] for t in demand.targets if part[t] == part[demand.source]]
    if len(reached) > 1:
        return ""
    return f"only metro site '{reached[0]}' can be reached" if reached else "no metro site can be reached"


def _limits(demand: Demand, second: SecondRoute, pair: Pair, lead: str) -> Why:
    """Return which limit two routes miss that share nothing."""
    us = (pair.first.us + demand.offset_us, pair.second.us + second.offset_us)
    limits = (demand.limit_us, second.limit_us)
    over = [(u - most, most, u) for u, most in zip(us, limits, strict=True) if u > most - 1e-6]
    short, limit, best = max(over, default=(None, None, None))
    routes = f"two routes that share nothing take {us[0]:.1f} and {us[1]:.1f} us"
    asked = f"the limits are < {limits[0]:g} and < {limits[1]:g} us"
    words = f"{lead} within the limits: {routes}; {asked}."
    return Why("second_too_far", words, best_us=best, limit_us=limit, shortfall_us=short)


def _sole_links(problem: Problem, distances: Distances, demand: Demand, second: SecondRoute, lead: str) -> Why:
    """Name the links that every route takes."""
    way = distances.way(demand)
    sole = [] if way is None else [k for k in way.links if k not in second.shared and k in distances.bridges]
    ids = problem.network.links["id"]
    if not sole:
        return Why("no_second_route", f"{lead}: no two routes share no link. Add candidate routes there, or ask a "
                                      "share below 1.")  # fmt: skip
    named = ", ".join(f"'{ids.iat[k]}'" for k in sole[:3])
    words = f"{lead}: every route takes link {named}. Add candidate routes there, or ask a share below 1."
    return Why("sole_link", words, links=tuple(sole))


def _shared_risks(problem: Problem, pair: Pair, lead: str) -> Why:
    """Name the shared-risk groups that two routes share which have no link in common."""
    a, b = set(pair.first.links), set(pair.second.links)
    both = [g for g in problem.network.shared_risks if a & set(g.links) and b & set(g.links)]
    named = ", ".join(f"'{g.id}' ({g.kind})" for g in both[:3])
    words = (
        f"{lead}: two routes without a common link both run through shared-risk group {named}, and there is no way "
        "around. Add candidate routes there, ask disjoint = 'link', or a share below 1."
    )
    return Why("shared_risk", words, risks=tuple(g.id for g in both))
