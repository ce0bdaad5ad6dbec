"""Pairs of routes that are cheap to begin with: the cheapest pair without common links, and a route with another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.kernels import dijkstra
from optimizer.model import Demand, SecondRoute

if TYPE_CHECKING:
    from optimizer.engine.presolve import Rooted

__all__ = ["candidates"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def candidates(rooted: Rooted, asked: Demand, second: SecondRoute, price: Floats) -> Iterator[Ints]:
    """Yield the links of pairs of routes that are cheap; limits are not looked at. None only without disjoint routes.

    `price` of every link, inf where it may not be taken, shape (links,).
    """
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
