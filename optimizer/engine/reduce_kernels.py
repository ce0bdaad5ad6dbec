"""Compiled reductions on a graph whose nodes merge and whose edges join."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled
from optimizer.engine.kernels import find, heap_pop, heap_push

__all__ = ["Links", "contract_graph", "path_edges"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FIRST_SCAN, LAST_SCAN = 400, 6400  # arcs an alternative way is sought over: little at first, more as edges go
ENOUGH = 0.01  # share of the edges a round has to remove for another one


class Links(NamedTuple):
    """A graph in change.

    Edges have room for those still to be made. Half-edge ``2 e`` hangs on the tail of e, ``2 e + 1`` on its head;
    ``front``, ``after`` and ``back`` are the list of them at every node, joined when nodes merge. ``parent`` is the
    union-find of merged nodes; ``child`` the two edges a joined edge was made of; ``counts`` the number of edges,
    of required nodes, of changes, and the arcs a search may scan; the rest is work space.
    """

    tail: Ints
    head: Ints
    cost: Floats
    alive: Bools
    included: Bools
    child: Ints
    after: Ints
    front: Ints
    back: Ints
    parent: Ints
    required: Bools
    protected: Bools
    waiting: Bools
    mark: Ints
    near: Ints
    edge_of: Ints
    dist: Floats
    work: Ints
    counts: Ints


@compiled
def contract_graph(
    n: int,
    tail: Ints,
    head: Ints,
    cost: Floats,
    usable: Bools,
    required: Bools,
    protected: Bools,
    special_distance: bool,
) -> tuple[Ints, Ints, Floats, Ints, Bools, Bools, Ints]:
    """Apply the reductions of `reduce` until little changes.

    Parameters
    ----------
    n, tail, head, cost
        Graph.
    usable
        Edges to start with.
    required, protected
        Nodes that must be connected; those and the nodes that may have to be.
    special_distance
        Also the tests that search for alternative ways.

    Returns
    -------
    tail, head, cost, child
        Edges, old ones first, then joined ones with the two edges each was made of, shape (all edges, [2]).
    alive, included
        Edges left; edges contracted.
    label
        Node every node was merged into, shape (n,).
    """
    s = _links(n, tail, head, cost, usable, required, protected)
    s.counts[3] = FIRST_SCAN
    while True:
        before = s.counts[2]
        _settle_all(s)
        if not special_distance:
            break
        _test_edges(s)
        _settle_all(s)
        _test_nodes(s)
        if s.counts[2] - before <= ENOUGH * s.alive.sum() or s.counts[3] < LAST_SCAN:
            if s.counts[3] >= LAST_SCAN:
                break
            s.counts[3] *= 4
    _settle_all(s)
    _rehang(s)
    total = s.counts[0]
    for v in range(n):
        s.mark[v] = find(s.parent, v)
    return s.tail[:total], s.head[:total], s.cost[:total], s.child[:total], s.alive[:total], s.included[:total], s.mark


@compiled
def _links(n: int, tail: Ints, head: Ints, cost: Floats, usable: Bools, required: Bools, protected: Bools) -> Links:
    m = tail.size
    room = m + 3 * n + 16  # a node that goes leaves at most two joined edges
    s = Links(
        np.zeros(room, dtype=np.int64),
        np.zeros(room, dtype=np.int64),
        np.zeros(room),
        np.zeros(room, dtype=np.bool_),
        np.zeros(room, dtype=np.bool_),
        np.full((room, 2), -1, dtype=np.int64),
        np.full(2 * room, -1, dtype=np.int64),
        np.full(n, -1, dtype=np.int64),
        np.full(n, -1, dtype=np.int64),
        np.arange(n),
        required.copy(),
        protected.copy(),
        np.ones(n, dtype=np.bool_),
        np.full(n, -1, dtype=np.int64),
        np.empty(room, dtype=np.int64),
        np.empty(room, dtype=np.int64),
        np.full(n, np.inf),
        np.full((3, n), -1, dtype=np.int64),
        np.zeros(4, dtype=np.int64),
    )
    s.tail[:m] = tail
    s.head[:m] = head
    s.cost[:m] = cost
    s.alive[:m] = usable
    s.counts[0] = m
    s.counts[1] = required.sum()
    return s


@compiled
def _rehang(s: Links) -> None:
    """Fresh lists of the live edges only, with ends that are merged nodes."""
    s.front[:] = -1
    s.after[:] = -1
    for e in range(s.counts[0]):
        if s.alive[e]:
            s.tail[e] = find(s.parent, s.tail[e])
            s.head[e] = find(s.parent, s.head[e])
            _hang(s, s.tail[e], 2 * e)
            _hang(s, s.head[e], 2 * e + 1)


@compiled
def _hang(s: Links, v: int, half: int) -> None:
    if s.front[v] < 0:
        s.front[v] = half
    else:
        s.after[s.back[v]] = half
    s.back[v] = half


@compiled
def _other(s: Links, half: int) -> int:
    """Node at the far end of a half-edge."""
    e = half >> 1
    return find(s.parent, s.head[e] if half & 1 == 0 else s.tail[e])


@compiled
def _incident(s: Links, v: int) -> int:
    """List the live edges at v (`edge_of`) and the nodes at their other ends (`near`); how many."""
    count = 0
    half = s.front[v]
    while half >= 0:
        if s.alive[half >> 1]:
            s.near[count] = _other(s, half)
            s.edge_of[count] = half >> 1
            count += 1
        half = s.after[half]
    return count


@compiled
def _settle_all(s: Links) -> None:
    """The tests of single nodes, until none changes anything."""
    _rehang(s)
    while s.waiting.any():
        for v in range(s.waiting.size):
            if s.waiting[v]:
                s.waiting[v] = False
                if s.parent[v] == v:
                    _settle(s, v)
    _rehang(s)


@compiled
def _drop(s: Links, e: int) -> None:
    s.alive[e] = False
    s.counts[2] += 1
    s.waiting[find(s.parent, s.tail[e])] = True
    s.waiting[find(s.parent, s.head[e])] = True


@compiled
def _settle(s: Links, v: int) -> None:
    """Loops, parallel edges, contractions and low degrees at one node."""
    listed = _incident(s, v)
    for i in range(listed):
        w, e = s.near[i], s.edge_of[i]
        if w == v:
            s.alive[e] = False
        elif s.mark[w] < 0:
            s.mark[w] = e
        elif s.cost[e] >= s.cost[s.mark[w]]:
            _drop(s, e)
        else:
            _drop(s, s.mark[w])
            s.mark[w] = e
    degree = 0
    for i in range(listed):
        s.mark[s.near[i]] = -1
        if s.alive[s.edge_of[i]]:
            s.near[degree] = s.near[i]
            s.edge_of[degree] = s.edge_of[i]
            degree += 1
    only = degree == 1 and s.required[v] and s.counts[1] > 1
    for i in range(degree):
        if only or s.cost[s.edge_of[i]] <= 0.0:
            _merge(s, v, s.near[i], s.edge_of[i])
            return
    if s.protected[v] or degree == 0 or degree > 2:
        return
    for i in range(degree):
        _drop(s, s.edge_of[i])
    if degree == 2:
        _join(s, s.edge_of[0], s.edge_of[1], s.near[0], s.near[1])


@compiled
def _join(s: Links, a: int, b: int, v: int, w: int) -> None:
    """New edge v - w made of the edges a and b."""
    e = s.counts[0]
    s.counts[0] += 1
    s.tail[e], s.head[e] = v, w
    s.cost[e] = s.cost[a] + s.cost[b]
    s.child[e, 0], s.child[e, 1] = a, b
    s.alive[e] = True
    _hang(s, v, 2 * e)
    _hang(s, w, 2 * e + 1)


@compiled
def _merge(s: Links, v: int, w: int, e: int) -> None:
    """Contract the edge e = v - w."""
    into, away = min(v, w), max(v, w)
    s.alive[e] = False
    s.included[e] = True
    s.counts[2] += 1
    s.parent[away] = into
    if s.required[v] and s.required[w]:
        s.counts[1] -= 1
    s.required[into] = s.required[v] or s.required[w]
    s.protected[into] = s.protected[v] or s.protected[w]
    if s.front[into] < 0:
        s.front[into] = s.front[away]
    else:
        s.after[s.back[into]] = s.front[away]
    s.back[into] = s.back[away]
    s.waiting[into] = True


@compiled
def _walk(s: Links, source: int, target: int, avoid_edge: int, avoid_node: int, limit: float, stops: bool) -> float:
    """Length of a shortest way between two nodes if at most `limit` and found in time, else inf.

    With `stops`, a walk may rest at required nodes: only its longest stretch has to keep the limit (and what is
    returned is its last stretch).
    """
    heap, place, touched = s.work[0], s.work[1], s.work[2]
    s.dist[source] = 0.0
    touched[0] = source
    seen = 1
    size = heap_push(heap, place, 0, s.dist, source)
    found = np.inf
    scanned = 0
    while size > 0 and scanned < s.counts[3]:
        v = heap_pop(heap, place, size, s.dist)
        size -= 1
        if v == target:
            found = s.dist[v]
            break
        if stops and s.required[v]:
            s.dist[v] = 0.0
        half = s.front[v]
        while half >= 0:
            e = half >> 1
            scanned += 1
            if s.alive[e] and e != avoid_edge:
                w = _other(s, half)
                d = s.dist[v] + s.cost[e]
                if d <= limit and d < s.dist[w] and w != avoid_node:
                    if s.dist[w] == np.inf:
                        touched[seen] = w
                        seen += 1
                    s.dist[w] = d
                    size = heap_push(heap, place, size, s.dist, w)
            half = s.after[half]
    for i in range(seen):
        s.dist[touched[i]] = np.inf
        place[touched[i]] = -1
    return found


@compiled
def _test_edges(s: Links) -> None:
    """Drop edges with an alternative walk, dearest first."""
    edges = np.flatnonzero(s.alive)
    for i in np.argsort(-s.cost[edges], kind="mergesort"):
        e = edges[i]
        v, w = find(s.parent, s.tail[e]), find(s.parent, s.head[e])
        if _walk(s, v, w, e, -1, s.cost[e], True) < np.inf:
            _drop(s, e)


@compiled
def _test_nodes(s: Links) -> None:
    """Replace nodes of degree three that some cheapest tree does not need as a branching point."""
    pair = np.empty(3)
    at = np.empty(3, dtype=np.int64)
    by = np.empty(3, dtype=np.int64)
    for v in range(s.parent.size):
        if s.parent[v] != v or s.protected[v] or _incident(s, v) != 3:
            continue
        at[:] = s.near[:3]
        by[:] = s.edge_of[:3]
        if at[0] == at[1] or at[1] == at[2] or at[0] == at[2] or v == at[0] or v == at[1] or v == at[2]:
            continue
        whole = s.cost[by].sum()
        made = 0
        for k in range(3):
            pair[k] = _walk(s, at[k], at[(k + 1) % 3], -1, v, whole, False)
            made += s.cost[by[k]] + s.cost[by[(k + 1) % 3]] < pair[k]
        if min(pair[0] + pair[1], pair[1] + pair[2], pair[0] + pair[2]) > whole or made > 2:
            continue
        # Some optimal tree has the node at degree two or less, so its edges may be joined in pairs; a pair that
        # is no better than a way around needs no joined edge.
        for k in range(3):
            _drop(s, by[k])
        for k in range(3):
            a, b = k, (k + 1) % 3
            if s.cost[by[a]] + s.cost[by[b]] < pair[k]:
                _join(s, by[a], by[b], at[a], at[b])


@compiled
def path_edges(child: Ints, edges: Ints, m: int) -> tuple[Ints, Ints]:
    """Original edges (numbers below m) that each of some edges was made of, in compressed rows."""
    first = np.zeros(edges.size + 1, dtype=np.int64)
    path = [np.int64(0)]
    stack = [np.int64(0)]
    for i in range(edges.size):
        stack.append(edges[i])
        while len(stack) > 1:
            e = stack.pop()
            if e < m:
                path.append(e)
            else:
                stack.append(child[e, 0])
                stack.append(child[e, 1])
        first[i + 1] = len(path) - 1
    return first, np.array(path)[1:]
