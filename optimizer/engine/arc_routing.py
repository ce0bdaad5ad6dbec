"""Compiled greedy length-bounded cuts on the arcs of an arborescence.

Conventions as in `routing`, with arcs in place of links: passing node v costs ``passing[v]``, the two ends of a route
are not passed, and distances leave out the passing cost of the node they are measured at.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled
from optimizer.engine.kernels import heap_pop, heap_push

__all__ = ["arc_distances", "greedy_arc_cut"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@compiled
def arc_distances(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    us: Floats,
    passing: Floats,
    allowed: Bools,
    flip: int,
    end: int,
) -> Floats:
    """Latency of the best route over allowed arcs from `end` to every node (`flip` 0), or from every node to it (1).

    Parameters
    ----------
    us
        Latency of every edge, shape (edges,).
    passing
        Latency of passing every node, shape (nodes,).
    allowed
        Arcs that may be taken, shape (2 edges,).

    Returns
    -------
    numpy.ndarray
        inf where no route leads, shape (nodes,).
    """
    n = first.size - 1
    distance = np.full(n, np.inf)
    heap, place = np.empty(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    distance[end] = 0.0
    _spread(first, out_arc, out_node, us, passing, allowed, flip, end, end, distance, heap, place)
    return distance


@compiled
def _spread(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    us: Floats,
    passing: Floats,
    allowed: Bools,
    flip: int,
    end: int,
    seed: int,
    distance: Floats,
    heap: Ints,
    place: Ints,
) -> None:
    """Carry a better distance or passing latency of `seed` on through the allowed arcs, in place."""
    size = heap_push(heap, place, 0, distance, seed)
    while size > 0:
        u = heap_pop(heap, place, size, distance)
        size -= 1
        base = distance[u] if u == end else distance[u] + passing[u]
        for k in range(first[u], first[u + 1]):
            a = out_arc[k] ^ flip
            v = out_node[k]
            value = base + us[a >> 1]
            if allowed[a] and value < distance[v]:
                distance[v] = value
                size = heap_push(heap, place, size, distance, v)


@compiled
def greedy_arc_cut(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    arc_tail: Ints,
    arc_head: Ints,
    us: Floats,
    passing: Floats,
    oxc_us: Floats,
    order: Ints,
    value: Floats,
    room: float,
    source: int,
    target: int,
    budget: float,
    behind: Floats,
    ahead: Floats,
) -> Bools:
    """Which elements are refused when each is allowed in turn while no route stays within `budget`.

    Element ``a < arcs`` is an arc, element ``arcs + v`` the OXC at node v; those not in `order` are never allowed.
    What is refused is a length-bounded cut: a route from the source to the target within the budget has to use one
    of its elements.

    Parameters
    ----------
    passing, oxc_us
        Latency of passing every node without, and with its OXC, shape (nodes,).
    behind, ahead
        Least latency from the source to each node and from it to the target when everything is there, shape (nodes,).

    Returns
    -------
    numpy.ndarray
        True for the elements of the cut, shape of `order`; of no length once their values, >= 0 and of the same
        shape, add up to `room` or more.
    """
    n, arcs, full = first.size - 1, arc_tail.size, 0.0
    passing = passing.copy()
    allowed = np.zeros(arcs, dtype=np.bool_)
    refused = np.zeros(order.size, dtype=np.bool_)
    there, on = np.full(n, np.inf), np.full(n, np.inf)  # from the source, and on to the target
    there[source] = 0.0
    on[target] = 0.0
    heap, place = np.empty(n, dtype=np.int64), np.full(n, -1, dtype=np.int64)
    for i in range(order.size):
        e = order[i]
        if e >= arcs:
            v = e - arcs
            if v in (source, target) or oxc_us[v] >= passing[v] or behind[v] + oxc_us[v] + ahead[v] > budget:
                continue
            if there[v] + oxc_us[v] + on[v] <= budget:
                refused[i] = True
                full += value[i]
                if full >= room:
                    return refused[:0]
                continue
            passing[v] = oxc_us[v]
            if there[v] < np.inf:
                _spread(first, out_arc, out_node, us, passing, allowed, 0, source, v, there, heap, place)
            if on[v] < np.inf:
                _spread(first, out_arc, out_node, us, passing, allowed, 1, target, v, on, heap, place)
            continue
        u, v, w = arc_tail[e], arc_head[e], us[e >> 1]
        to = behind[u] + (0.0 if u == source else min(oxc_us[u], passing[u])) + w
        if v == source or u == target or to + (0.0 if v == target else min(oxc_us[v], passing[v])) + ahead[v] > budget:
            continue
        here = there[u] + (0.0 if u == source else passing[u]) + w
        onward = on[v] + (0.0 if v == target else passing[v]) + w
        if here + (0.0 if v == target else passing[v]) + on[v] <= budget:
            refused[i] = True
            full += value[i]
            if full >= room:
                return refused[:0]
            continue
        allowed[e] = True
        if here < there[v]:
            there[v] = here
            _spread(first, out_arc, out_node, us, passing, allowed, 0, source, v, there, heap, place)
        if onward < on[u]:
            on[u] = onward
            _spread(first, out_arc, out_node, us, passing, allowed, 1, target, u, on, heap, place)
    return refused
