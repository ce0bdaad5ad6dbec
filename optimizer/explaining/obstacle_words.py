"""Obstacles in a planner's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo_data.findings import listed
from optimizer.explaining.distances import Distances
from optimizer.model import Demand
from optimizer.problem import Problem

__all__ = ["Made", "gap_words", "latency_words", "list_words", "subject_words"]

_NAMED = {
    "interconnect": "Relation",
    "protect": "Relation",
    "connect": "Center",
    "terminal": "Terminal area",
    "home": "Center",
    "serve": "Access point",
    "OXC": "The OXC that must be built at metro site",
}
_WEIGHED = {
    "key_places": "Key place",
    "access_points": "Access point",
    "population": "Terminal area",
    "area": "Terminal area",
    "centers": "Center",
}
_SHOWN = 3


@dataclass(frozen=True)
class Made:
    """What the latency of a route is made of: fibre, metro sites passed, and what stands at its two ends."""

    fibre_us: float
    length_km: float
    sites_us: float
    sites: int
    ends_us: float


def subject_words(problem: Problem, demand: Demand) -> str:
    """Return whom a demand is about: ``Relation C1-C2``, ``Key place 'P7'``."""
    word, _, name = demand.label.removeprefix("join ").partition(" ")
    rule = problem.requirement_named("latency_circle")
    what = _WEIGHED[getattr(rule, "by")] if word == "circle" else _NAMED.get(word, word.capitalize())  # noqa: B009
    return f"{what} {name}" if what == "Relation" else f"{what} '{name}'"


def latency_words(who: str, limit_us: float, best_us: float, shortfall_km: float, made: Made) -> str:
    """Return what the best route is made of, and how much is too long."""
    head = f"{who}: the best possible route takes {best_us:.1f} us; the limit is < {limit_us:g} us."
    sites = "metro site" if made.sites == 1 else "metro sites"
    passed = f"{made.sites_us:.1f} us at {made.sites} {sites} passed"
    parts = f"{made.fibre_us:.1f} us in {made.length_km:.1f} km of fibre, {passed}, {made.ends_us:.1f} us at its ends"
    if made.ends_us >= limit_us:
        return f"{head} The equipment and drop at its ends alone take {made.ends_us:.1f} us: no network can help."
    if best_us - limit_us < 0.05:
        return f"{head} It has to be below: {parts}."
    return f"{head} That is {best_us - limit_us:.1f} us ({shortfall_km:.1f} km of fibre) too long: {parts}."


def list_words(ids: Sequence[str]) -> str:
    """Return the first ids in quotes, and how many more there are."""
    return listed((f"'{name}'" for name in ids), _SHOWN)


def gap_words(problem: Problem, distances: Distances, demand: Demand) -> str:
    """Return how near the two parts come to each other, as the crow flies, and where."""
    part = distances.part
    here = np.flatnonzero(part == part[demand.source])
    there = np.flatnonzero(np.isin(part, np.unique(part[list(demand.targets)])))
    if not here.size or not there.size or demand.source in demand.targets:
        return ""
    from scipy.spatial import cKDTree

    points = problem.network.nodes.geometry
    xy = np.column_stack([points.x.to_numpy(), points.y.to_numpy()])
    found = cKDTree(xy[there]).query(xy[here])
    distance, nearest = np.asarray(found[0]), np.asarray(found[1])
    at = int(np.argmin(distance))
    names = problem.network.nodes["id"]
    ends = f"'{names.iat[int(here[at])]}' and '{names.iat[int(there[nearest[at]])]}'"
    return f"; their parts come nearest at {ends}, {distance[at] / 1000:.2f} km apart"
