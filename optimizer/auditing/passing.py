"""Latency of passing metro sites, as a plan equips them."""

from __future__ import annotations

from optimizer.plan import Plan
from optimizer.problem import Problem

__all__ = ["CLOSE_US", "pass_us_of"]

CLOSE_US = 1e-4
"""Latencies are re-added in another order: a tenth of a nanosecond is the same."""


def pass_us_of(problem: Problem, plan: Plan) -> dict[int, float]:
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
