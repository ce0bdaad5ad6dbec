"""Key places and terminal areas are covered exactly when their best route complies."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.auditing.passing import CLOSE_US
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements.base import Facts, complies

__all__ = ["place_breaches"]


def place_breaches(problem: Problem, plan: Plan, facts: Facts) -> Iterator[str]:
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
    if (told_us is None) != math.isinf(us) or (told_us is not None and abs(told_us - us) > CLOSE_US):
        yield f"{what} is reached in {us:.4f} us, the plan says {told_us}."
    if told_met != complies(us, limit):
        yield f"{what} is told {'covered' if told_met else 'not covered'} at {us:.3f} us; the limit is < {limit:g} us."
