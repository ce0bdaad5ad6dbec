"""Compiled shortest routes under latency: node costs, several ends, and greedy length-bounded cuts.

Passing node v costs ``passing[v]``; the two ends of a route are not passed. Distances leave out the passing cost of
the node they are measured at; it is added when the search goes on. Graph arguments are `Graph.csr` of the planning
graph: link ``e`` is the arcs ``2 e`` and ``2 e + 1``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled
from optimizer.engine.kernels import heap_pop, heap_push

__all__ = ["distances", "greedy_cut", "links_of_routes"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@compiled
def distances(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    us: Floats,
    passing: Floats,
    allowed: Bools,
    ends: Ints,
    limit: float,
) -> tuple[Floats, Ints]:
    """Latency of the best route from the nearest of `ends` to every node; O(links log nodes).

    Parameters
    ----------
    us, allowed
        Latency of every link, and whether it may be taken, shape (links,).
    passing
        Latency of passing every node, shape (nodes,).
    ends
        Nodes where routes start.
    limit
        Nodes further than this stay at inf.

    Returns
    -------
    distance
        Latency, inf where nothing within the limit leads, shape (nodes,).
    pred
        Arc by which the route enters each node, -1 at the ends and where there is none, shape (nodes,).
    """
    n = first.size - 1
    distance = np.full(n, np.inf)
    pred = np.full(n, -1, dtype=np.int64)
    heap = np.empty(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    is_end = np.zeros(n, dtype=np.bool_)
    size = 0
    for i in range(ends.size):
        v = ends[i]
        if not is_end[v]:
            is_end[v] = True
            distance[v] = 0.0
            size = heap_push(heap, place, size, distance, v)
    while size > 0:
        u = heap_pop(heap, place, size, distance)
        size -= 1
        base = distance[u] if is_end[u] else distance[u] + passing[u]
        for k in range(first[u], first[u + 1]):
            a = out_arc[k]
            v = out_node[k]
            value = base + us[a >> 1]
            if allowed[a >> 1] and value < distance[v] and value <= limit:
                distance[v] = value
                pred[v] = a
                size = heap_push(heap, place, size, distance, v)
    return distance, pred


@compiled
def links_of_routes(pred: Ints, arc_tail: Ints, nodes: Ints, n_links: int) -> Bools:
    """Links on the routes to `nodes` that `distances` found, shape (links,); O(nodes on them)."""
    used = np.zeros(n_links, dtype=np.bool_)
    for i in range(nodes.size):
        arc = pred[nodes[i]]
        while arc >= 0 and not used[arc >> 1]:  # where one route joins another, the rest is marked already
            used[arc >> 1] = True
            arc = pred[arc_tail[arc]]
    return used


@compiled
def _spread(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    us: Floats,
    passing: Floats,
    allowed: Bools,
    is_end: Bools,
    limit: float,
    rest: Floats,
    distance: Floats,
    seed: int,
    heap: Ints,
    place: Ints,
) -> None:
    """Carry a better distance or passing latency of `seed` on through the allowed links, in place.

    Distances that, with the least that is left to go (`rest`), exceed the limit are not written down.
    """
    size = heap_push(heap, place, 0, distance, seed)
    while size > 0:
        u = heap_pop(heap, place, size, distance)
        size -= 1
        base = distance[u] if is_end[u] else distance[u] + passing[u]
        for k in range(first[u], first[u + 1]):
            a = out_arc[k]
            v = out_node[k]
            value = base + us[a >> 1]
            if allowed[a >> 1] and value < distance[v] and value + rest[v] <= limit:
                distance[v] = value
                size = heap_push(heap, place, size, distance, v)


@compiled
def greedy_cut(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    us: Floats,
    passing: Floats,
    oxc_us: Floats,
    order: Ints,
    value: Floats,
    room: float,
    source: int,
    targets: Ints,
    budget: float,
    behind: Floats,
    ahead: Floats,
) -> Bools:
    """Which elements are refused when each is allowed in turn while no route stays within `budget`.

    Element ``e < links`` is a link, element ``links + v`` the OXC at node v. What is refused is a length-bounded cut
    that cannot be shrunk: a route within the budget has to use one of its elements. Elements that are not in `order`
    are never allowed. Distances are kept up to date, so an element costs only what it changes; `behind` and `ahead`
    are the least latencies from the source and to a target with everything there, which prune what cannot matter.

    Returns
    -------
    refused
        True for the elements of the cut, shape of `order`; of no length once their values, >= 0 and of the same
        shape, add up to `room` or more.
    """
    n, m, full = first.size - 1, us.size, 0.0
    passing = passing.copy()
    allowed = np.zeros(m, dtype=np.bool_)
    refused = np.zeros(order.size, dtype=np.bool_)
    at_source, at_target = np.zeros(n, dtype=np.bool_), np.zeros(n, dtype=np.bool_)
    from_source, to_target = np.full(n, np.inf), np.full(n, np.inf)
    heap, place = np.empty(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    tail, head = np.empty(m, dtype=np.int64), np.empty(m, dtype=np.int64)
    for u in range(n):
        for k in range(first[u], first[u + 1]):
            if out_arc[k] & 1 == 0:
                tail[out_arc[k] >> 1], head[out_arc[k] >> 1] = u, out_node[k]
    at_source[source] = True
    from_source[source] = 0.0
    for i in range(targets.size):
        at_target[targets[i]] = True
        to_target[targets[i]] = 0.0
    for i in range(order.size):
        e = order[i]
        if e >= m:
            v = e - m
            if at_source[v] or at_target[v] or oxc_us[v] >= passing[v]:
                continue
            if from_source[v] + oxc_us[v] + to_target[v] <= budget:
                refused[i] = True
                full += value[i]
                if full >= room:
                    return refused[:0]
                continue
            passing[v] = oxc_us[v]
            if from_source[v] < np.inf:
                _spread(
                    first,
                    out_arc,
                    out_node,
                    us,
                    passing,
                    allowed,
                    at_source,
                    budget,
                    ahead,
                    from_source,
                    v,
                    heap,
                    place,
                )
            if to_target[v] < np.inf:
                _spread(
                    first, out_arc, out_node, us, passing, allowed, at_target, budget, behind, to_target, v, heap, place
                )
            continue
        u, v = tail[e], head[e]
        if behind[u] + us[e] + ahead[v] > budget and behind[v] + us[e] + ahead[u] > budget:
            continue
        from_u = from_source[u] + (0.0 if at_source[u] else passing[u]) + us[e]
        from_v = from_source[v] + (0.0 if at_source[v] else passing[v]) + us[e]
        to_u = to_target[u] + (0.0 if at_target[u] else passing[u]) + us[e]
        to_v = to_target[v] + (0.0 if at_target[v] else passing[v]) + us[e]
        if from_u + to_v - us[e] <= budget or from_v + to_u - us[e] <= budget:
            refused[i] = True
            full += value[i]
            if full >= room:
                return refused[:0]
            continue
        allowed[e] = True
        w = -1
        if from_u < from_source[v] and from_u + ahead[v] <= budget:
            w, from_source[v] = v, from_u
        elif from_v < from_source[u] and from_v + ahead[u] <= budget:
            w, from_source[u] = u, from_v
        if w >= 0:
            _spread(
                first, out_arc, out_node, us, passing, allowed, at_source, budget, ahead, from_source, w, heap, place
            )
        w = -1
        if to_u < to_target[v] and to_u + behind[v] <= budget:
            w, to_target[v] = v, to_u
        elif to_v < to_target[u] and to_v + behind[u] <= budget:
            w, to_target[u] = u, to_v
        if w >= 0:
            _spread(
                first, out_arc, out_node, us, passing, allowed, at_target, budget, behind, to_target, w, heap, place
            )
    return refused
