"""Demands for two routes: what they ask of one route, which of them a choice breaks, and by which routes they hold."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint import Pair, SearchLimit, disjoint_pair
from optimizer.engine.candidates import candidates
from optimizer.engine.jit import compiled
from optimizer.model import ALWAYS, Demand, Model

if TYPE_CHECKING:
    from optimizer.engine.presolve import Rooted

__all__ = ["broken_pairs", "core_links", "is_met", "pair_of", "pairs_of", "surely_none", "with_second_routes"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_WORK = 400_000
"""Work of one search for two routes; beyond, the engine takes them as not there and keeps its bound honest."""
LARGE = 1500
"""Links in use from which two routes are first sought among a few."""
MOST_PAIRS = 6
"""Pairs of routes of a demand that are remembered."""
MOST_REMEMBERED = 20_000
"""Networks without two routes that are remembered."""


def with_second_routes(model: Model) -> Model:
    """Return the model with a plain demand for every second route that its pair's first one does not imply.

    A protected demand counts as one for its first route wherever single routes are looked after; both are relaxations.
    """
    implied: list[Demand] = []
    for demand in model.demands:
        if demand.second is not None and not demand.second.ends and demand.second.budget_us < demand.budget_us:
            implied.append(demand.routes[1])
    return replace(model, demands=(*model.demands, *implied))


def pairs_of(model: Model) -> tuple[int, ...]:
    """Return the numbers of the demands for two routes."""
    return tuple(i for i, d in enumerate(model.demands) if d.second is not None)


def pair_of(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> Pair | None:
    """Return two routes of a demand over `links` and the links used in any case; None when none are found.

    Parameters
    ----------
    demand
        Number of a demand for two routes.
    links, oxc
        Links in use, shape (links,); nodes whose OXC is there, shape (nodes,).
    """
    try:
        return _pair(rooted, demand, links, oxc)
    except SearchLimit:
        return None


def surely_none(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> bool:
    """Return whether it is proven that a demand has no two routes over `links`."""
    try:
        return _pair(rooted, demand, links, oxc) is None
    except SearchLimit:
        return False


def _pair(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> Pair | None:
    """Return two routes, None when it is proven that there are none; raises `SearchLimit` when neither is known.

    Routes found before are tried first, and the search sees no dead ends, so it is asked once for each network that
    matters.
    """
    latency, asked = rooted.latency, rooted.model.demands[demand]
    used = (links | rooted.free) & latency.open_links
    found = latency.pairs.setdefault(demand, [])
    for pair in list(found):
        if _holds(rooted, pair, asked, used, oxc):
            return pair
    new: Pair | bool = _in_a_hurry(rooted, used, oxc, asked)
    if isinstance(new, Pair):
        found.insert(0, new)
        del found[MOST_PAIRS:]
        return new
    if new:
        return None
    core = core_links(*latency.graph.csr, used, np.array([asked.source, *asked.targets], dtype=np.int64))
    key = (demand, np.packbits(core).tobytes(), np.packbits(oxc).tobytes())
    none = latency.no_pair.get(key)  # two threads may be here: what one has read the other may drop
    if none is None:
        new = _searched(rooted, core, oxc, asked)
        if isinstance(new, Pair):
            found.insert(0, new)
            del found[MOST_PAIRS:]
            return new
        if len(latency.no_pair) >= MOST_REMEMBERED:
            for proven in [k for k, proof in list(latency.no_pair.items()) if proof]:
                latency.no_pair.pop(proven, None)
        latency.no_pair[key] = none = new
    if none:
        return None
    raise SearchLimit


def _in_a_hurry(rooted: Rooted, used: Bools, oxc: Bools, asked: Demand) -> Pair | bool:
    """Return two routes in a large network, where the whole search takes a second, or whether there surely are none.

    The whole search is asked only on the few links of each candidate; there is always one where two routes need share
    no link.
    """
    if asked.second is None or np.count_nonzero(used) < LARGE:
        return False
    graph = rooted.model.graph
    passing = np.where(oxc & (graph.oxc >= 0), np.minimum(graph.oxc_us, graph.transit_us), graph.transit_us)
    price = np.where(used, graph.us + (passing[graph.tail] + passing[graph.head]) / 2, np.inf)
    none = True
    for taken in candidates(rooted, asked, asked.second, price):
        none = False
        few = np.zeros_like(used)
        few[taken] = True
        pair = _searched(rooted, few, oxc, asked)
        if isinstance(pair, Pair):
            return pair
    return none


def _searched(rooted: Rooted, core: Bools, oxc: Bools, asked: Demand) -> Pair | bool:
    """Return two routes, or whether it is proven that there are none."""
    try:
        pair = disjoint_pair(rooted.model.graph, core, oxc, asked, least=False, most_work=MOST_WORK)
    except SearchLimit:
        return False
    return True if pair is None else pair


def _holds(rooted: Rooted, pair: Pair, asked: Demand, used: Bools, oxc: Bools) -> bool:
    """Return whether two routes, found on another network, keep both limits on this one."""
    assert asked.second is not None
    for way, budget in ((pair.first, asked.budget_us), (pair.second, asked.second.budget_us)):
        links, passed = list(way.links), list(way.nodes[1:-1])
        if not used[links].all():
            return False
        graph = rooted.model.graph
        passing = np.where(oxc[passed] & (graph.oxc[passed] >= 0), graph.oxc_us[passed], graph.transit_us[passed])
        if math.fsum([*graph.us[links].tolist(), *passing.tolist()]) > budget:
            return False
    return True


@compiled
def core_links(first: Ints, out_arc: Ints, out_node: Ints, used: Bools, ends: Ints) -> Bools:
    """Return the used links without dead ends that hold none of the `ends`; O(links)."""
    n = first.size - 1
    kept = np.zeros(n, dtype=np.bool_)
    for i in range(ends.size):
        kept[ends[i]] = True
    core = used.copy()
    degree = np.zeros(n, dtype=np.int64)
    for v in range(n):
        for k in range(first[v], first[v + 1]):
            degree[v] += used[out_arc[k] >> 1]
    for start in range(n):
        v = start
        while degree[v] == 1 and not kept[v]:
            for k in range(first[v], first[v + 1]):
                if core[out_arc[k] >> 1]:
                    core[out_arc[k] >> 1] = False
                    degree[v] -= 1
                    v = out_node[k]
                    degree[v] -= 1
                    break
    return core


def broken_pairs(rooted: Rooted, values: Floats) -> list[int]:
    """Return the demands for two routes that a plan says are met and whose routes are not there."""
    graph = rooted.model.graph
    links, oxc = values[graph.use] > 0.5, (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    asked = [d for d in rooted.pairs if is_met(rooted.model, d, values)]
    return [d for d in asked if pair_of(rooted, d, links, oxc) is None]


def is_met(model: Model, demand: int, values: Floats) -> bool:
    """Return whether `values` say that a demand is met."""
    met = model.demands[demand].met
    return met == ALWAYS or bool(values[met] > 0.5)
