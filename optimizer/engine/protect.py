"""Second routes for a set of links: the cheapest pair of routes that the links and a few more hold."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint import Pair
from optimizer.engine.kernels import dijkstra
from optimizer.engine.pairs import is_met, pair_of
from optimizer.engine.presolve import Rooted
from optimizer.model import Demand, SecondRoute

__all__ = ["cheap_pair", "keep_pairs", "protected"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOLLS = (0.0, 0.3, 1.0, 3.0, 10.0, 1000.0)
"""Weights of latency beside cost, both over their mean, tried in turn until a pair keeps its limits."""


def protected(rooted: Rooted, links: Bools, oxc: Bools, demands: tuple[int, ...]) -> Bools | None:
    """Return `links` and what gives each of the `demands` two routes; None when one of them finds none."""
    links = links.copy()
    for d in demands:
        if pair_of(rooted, d, links, oxc) is None:
            added = cheap_pair(rooted, d, links, oxc)
            if added is None:
                return None
            links[added] = True
    return links


def keep_pairs(rooted: Rooted, links: Bools, oxc: Bools, values: Floats) -> Bools | None:
    """Return `links` and what gives every pair that is met in `values` its two routes; None when one finds none."""
    return protected(rooted, links, oxc, tuple(d for d in rooted.pairs if is_met(rooted.model, d, values)))


def cheap_pair(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> Ints | None:
    """Return the links to add so that a demand has two routes, as cheap as the search finds; None without any.

    The cheapest pair of link-disjoint routes (Suurballe 1974) is tried first, then a route and the cheapest other one
    that shares nothing with it; latency weighs more and more until the limits are kept. The last resort is the quickest
    pair over all links.
    """
    asked = rooted.model.demands[demand]
    second = asked.second
    if second is None:
        return np.zeros(0, dtype=np.int64)
    cost = np.where(links | rooted.free, 0.0, rooted.model.cost[rooted.model.graph.use])
    best, best_cost = None, np.inf
    for toll in TOLLS:
        for taken in _candidates(rooted, asked, second, cost, toll):
            price = float(cost[taken].sum())
            if price < best_cost and pair_of(rooted, demand, _with(links, taken), oxc) is not None:
                best, best_cost = taken, price
        if best is not None:
            return best
    pair = pair_of(rooted, demand, rooted.latency.open_links, oxc)
    return None if pair is None else _links_of(pair)


def _with(links: Bools, taken: Ints) -> Bools:
    """Return `links` and some more."""
    more = links.copy()
    more[taken] = True
    return more


def _links_of(pair: Pair) -> Ints:
    """Return the links of both routes."""
    return np.unique(np.array([*pair.first.links, *pair.second.links], dtype=np.int64))


def _candidates(rooted: Rooted, asked: Demand, second: SecondRoute, cost: Floats, toll: float) -> Iterator[Ints]:
    """Yield the links of pairs of routes that are cheap at a toll on latency."""
    graph = rooted.model.graph
    scale = float(cost.mean()) / max(float(graph.us.mean()), 1e-9) if cost.any() else 1.0
    price = np.where(rooted.latency.open_links, cost + (1e-6 + toll) * scale * graph.us, np.inf)
    arcs = _priced_arcs(rooted, asked, price)
    first, last = _way(rooted, asked, arcs, frozenset())
    if last < 0:
        return
    yield from _suurballe(rooted, asked, second, arcs, first, last)
    yield from _apart(rooted, asked, second, arcs, first, last)


def _priced_arcs(rooted: Rooted, asked: Demand, price: Floats) -> Floats:
    """Price of every arc, inf out of targets: routes stop at the first."""
    graph = rooted.latency.graph
    arcs = np.repeat(price, 2)
    at_target = np.zeros(graph.n_nodes, dtype=np.bool_)
    at_target[list(asked.targets)] = True
    arcs[at_target[graph.arc_tail]] = np.inf
    return arcs


def _way(rooted: Rooted, asked: Demand, arcs: Floats, without: frozenset[int]) -> tuple[list[int], int]:
    """Return the arcs of the cheapest route and the target it ends at (-1: there is none)."""
    graph = rooted.latency.graph
    source = np.array([asked.source], dtype=np.int64)
    distance, pred, _ = dijkstra(*graph.csr, arcs, 0, source, np.zeros(1), np.inf)
    targets = [t for t in asked.targets if t not in without and np.isfinite(distance[t])]
    if not targets:
        return [], -1
    last = min(targets, key=lambda t: (distance[t], t))
    return _walked(graph.arc_tail, pred, asked.source, last), last


def _walked(arc_tail: Ints, pred: Ints, source: int, v: int) -> list[int]:
    """Return the arcs of the path to v."""
    taken: list[int] = []
    while v != source:
        taken.append(int(pred[v]))
        v = int(arc_tail[taken[-1]])
    return taken[::-1]


def _apart(
    rooted: Rooted, asked: Demand, second: SecondRoute, arcs: Floats, first: list[int], last: int
) -> Iterator[Ints]:
    """Yield a first route with the cheapest other one that shares nothing it may not."""
    graph, model = rooted.latency.graph, rooted.model.graph
    own = {a >> 1 for a in first} - second.shared
    closed = set(own)
    if second.risks:
        closed |= {k for group in model.risks if own & set(group) for k in group} - second.shared
    blocked = arcs.copy()
    for k in closed:
        blocked[[2 * k, 2 * k + 1]] = np.inf
    if second.nodes:
        free = {int(v) for k in second.shared for v in (model.tail[k], model.head[k])}
        passed = [int(graph.arc_head[a]) for a in first[:-1]]
        shut = np.zeros(graph.n_nodes, dtype=np.bool_)
        shut[[v for v in passed if v not in free]] = True
        blocked[shut[graph.arc_head]] = np.inf
    other, end = _way(rooted, asked, blocked, frozenset({last}) if second.ends else frozenset())
    if end >= 0:
        yield np.unique(np.array([*(a >> 1 for a in first), *(a >> 1 for a in other)], dtype=np.int64))


def _suurballe(
    rooted: Rooted, asked: Demand, second: SecondRoute, arcs: Floats, first: list[int], last: int
) -> Iterator[Ints]:
    """Yield the cheapest pair of link-disjoint routes: the second one may take back parts of the first."""
    graph = rooted.latency.graph
    source = np.array([asked.source], dtype=np.int64)
    distance, _, _ = dijkstra(*graph.csr, arcs, 0, source, np.zeros(1), np.inf)
    with np.errstate(invalid="ignore"):
        reduced = np.maximum(arcs + distance[graph.arc_tail] - distance[graph.arc_head], 0.0)
    reduced[~np.isfinite(reduced)] = np.inf
    for a in first:
        reduced[a ^ 1] = 0.0
        if a >> 1 not in second.shared:
            reduced[a] = np.inf
    other, end = _way(rooted, asked, reduced, frozenset({last}) if second.ends else frozenset())
    if end >= 0:
        taken = {a for a in first if a ^ 1 not in other} | {a for a in other if a ^ 1 not in first}
        yield np.unique(np.array([a >> 1 for a in taken], dtype=np.int64))
