"""Plans from trees that pay for passing electrical sites: where limits are tight, other ways than the cheapest lead on.

A price rises at every site that too slow routes pass without an OXC; the next tree pays it and goes around, or passes
elsewhere. The idea is that of multipliers on limits (Held and Karp 1971, doi:10.1007/BF01584070), put where a detour
can do something about them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.completion import broken, complete, oxc_chosen
from optimizer.engine.graph import graph_of
from optimizer.engine.latency import passing_us, route
from optimizer.engine.presolve import Rooted
from optimizer.engine.primal import heuristic
from optimizer.engine.repair import Plan, Stop, plan_on

__all__ = ["priced_plans"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ROUNDS = 4
STEP = 0.3  # of what limits cost so far: what a site that all slow routes pass gets dearer in a round


def priced_plans(
    rooted: Rooted, links: Bools, fallback: Floats | None, limits_cost: float, stop: Stop
) -> Iterator[Plan]:
    """Yield plans from trees at risen prices, until no limit breaks, a tree comes again, or `stop` says so.

    Parameters
    ----------
    links
        Links of a good network without limits, shape (links,).
    fallback
        See `plan_on`.
    limits_cost
        By how much the best plan exceeds the cost of `links` with all else.
    """
    graph, steiner = rooted.model.graph, rooted.steiner
    price, seen = np.zeros(graph.n_nodes), {links.tobytes()}
    for _ in range(ROUNDS):
        price += STEP * limits_cost * _slow_passes(rooted, links)
        if stop() or not price.any():
            return
        toll = np.where(rooted.free, 0.0, 0.5 * (price[graph.tail] + price[graph.head]))[rooted.link]
        dearer = replace(steiner, cost=steiner.cost + toll)
        tree = heuristic(dearer, graph_of(dearer))
        if tree is None:
            return
        links = np.zeros_like(links)
        links[rooted.link[tree.edges]] = True
        if links.tobytes() in seen:
            return
        seen.add(links.tobytes())
        plan = plan_on(rooted, links, fallback, stop=stop)
        if plan is not None:
            yield plan


def _slow_passes(rooted: Rooted, links: Bools) -> Floats:
    """Share of the demands over their limit on `links` whose route passes each node without an OXC, shape (nodes,)."""
    graph = rooted.model.graph
    passes = np.zeros(graph.n_nodes)
    loose = complete(rooted, links, latency_too=False)
    slow = [] if loose is None else broken(rooted, loose[0]).tolist()
    if loose is None or not slow:
        return passes
    oxc = oxc_chosen(rooted, loose[0])
    electrical = passing_us(rooted.latency, oxc) > passing_us(rooted.latency, graph.oxc >= 0).min()
    for demand in slow:
        taken = route(rooted.latency, demand, links | rooted.free, oxc)
        nodes, times = np.unique(np.concatenate([graph.tail[taken], graph.head[taken]]), return_counts=True)
        passes[nodes[(times > 1) & electrical[nodes]]] += 1.0 / len(slow)
    return passes
