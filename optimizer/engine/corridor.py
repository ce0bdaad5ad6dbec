"""Routes of the limits that are dearest to keep, to be settled before all else.

Where the cheapest network without limits is far too slow for a relation, a plan needs a way for it that no small change
of another plan leads to: a corridor of many links, each of little use by itself. The linear program shares it out among
several; settled, it leaves a problem that is solved as every other, and often nearly whole from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.cheap_route import cheap_route
from optimizer.engine.latency import measure
from optimizer.engine.limited_problem import LimitedProblem
from optimizer.engine.presolve import oxc_possible
from optimizer.model import ALWAYS

__all__ = ["corridors"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

REBATE = 0.9
"""Share of its cost that a link is cheaper by where the point has it whole."""
MOSTLY = 0.5
"""Value from which a link counts as there."""
ALIKE = 0.8
"""Share of its links from which a corridor is like another."""


def corridors(problem: LimitedProblem, x: Floats) -> Iterator[Bools]:
    """Yield the links of cheap routes of relations too slow in what a point has, the dearest first, shape (links,).

    OXCs are taken to be wherever they may. Corridors like one before are left out.
    """
    rooted, latency = problem.rooted, problem.rooted.latency
    use = rooted.model.graph.use
    value = np.where(rooted.free, 1.0, 0.0)
    value[rooted.link] = np.maximum(value[rooted.link], np.clip(problem.layout.use(x), 0.0, 1.0))
    oxc = oxc_possible(rooted.model)
    slow = measure(latency, value >= MOSTLY, oxc) > latency.budgets_us
    cost = rooted.model.cost.copy()
    cost[use] *= 1.0 - REBATE * value
    priced, nothing = replace(rooted, model=replace(rooted.model, cost=cost)), np.zeros_like(rooted.free)
    found: list[tuple[float, int, frozenset[int]]] = []
    for demand in np.array(latency.demands)[slow].tolist():
        if rooted.model.demands[demand].met == ALWAYS and not problem.watch.report("corridors"):
            route = cheap_route(priced, demand, nothing, oxc)
            found.append((-float(cost[use[route]].sum()), demand, frozenset(route.tolist())))
    tried: list[frozenset[int]] = []
    for _, _, taken in sorted(found, key=lambda f: f[:2]):
        if taken and all(len(taken & other) < ALIKE * len(taken) for other in tried):
            tried.append(taken)
            links = nothing.copy()
            links[sorted(taken)] = True
            yield links
