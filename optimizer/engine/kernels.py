"""Compiled graph kernels: heaps, shortest paths, sets that merge.

Arrays only: int64, float64, bool, C-contiguous. ``first, out_arc, out_node`` are `Graph.csr`. Arc ``a``
belongs to edge ``a >> 1`` and its opposite is ``a ^ 1``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled

__all__ = ["dijkstra", "find", "heap_pop", "heap_push", "union"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@compiled
def heap_push(heap: Ints, place: Ints, size: int, key: Floats, node: int) -> int:
    """Insert `node`, or move it up after its key fell; returns the new size. ``place[node]`` is -1 if out."""
    i = place[node]
    if i < 0:
        i = size
        size += 1
    while i > 0:
        parent = (i - 1) >> 1
        above = heap[parent]
        if key[above] <= key[node]:
            break
        heap[i] = above
        place[above] = i
        i = parent
    heap[i] = node
    place[node] = i
    return size


@compiled
def heap_pop(heap: Ints, place: Ints, size: int, key: Floats) -> int:
    """Remove and return the node of least key; the caller lowers its size by one."""
    top = heap[0]
    place[top] = -1
    size -= 1
    if size > 0:
        node = heap[size]
        i = 0
        while True:
            child = 2 * i + 1
            if child >= size:
                break
            if child + 1 < size and key[heap[child + 1]] < key[heap[child]]:
                child += 1
            if key[heap[child]] >= key[node]:
                break
            heap[i] = heap[child]
            place[heap[i]] = i
            i = child
        heap[i] = node
        place[node] = i
    return int(top)


@compiled
def dijkstra(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    arc_cost: Floats,
    flip: int,
    sources: Ints,
    start: Floats,
    radius: float,
) -> tuple[Floats, Ints, Ints]:
    """Shortest paths from the nearest of several sources; the owners are the Voronoi regions.

    Parameters
    ----------
    arc_cost
        Cost of every arc, >= 0 (inf: closed), shape (2 edges,).
    flip
        0: distances from the sources along the arcs. 1: distances *to* the sources.
    sources, start
        Source nodes and their distance at the start.
    radius
        Nodes further than this stay at inf.

    Returns
    -------
    dist
        Distance, inf where not reached, shape (nodes,).
    pred
        flip 0: last arc of the path, enters the node. flip 1: first arc, leaves the node. -1: none.
    owner
        Index into `sources` of the nearest source, -1 where not reached.
    """
    n = first.size - 1
    dist = np.full(n, np.inf)
    pred = np.full(n, -1, dtype=np.int64)
    owner = np.full(n, -1, dtype=np.int64)
    heap = np.empty(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    size = 0
    for i in range(sources.size):
        v = sources[i]
        if start[i] < dist[v] and start[i] <= radius:
            dist[v] = start[i]
            owner[v] = i
            size = heap_push(heap, place, size, dist, v)
    while size > 0:
        v = heap_pop(heap, place, size, dist)
        size -= 1
        for k in range(first[v], first[v + 1]):
            a = out_arc[k] ^ flip
            w = out_node[k]
            d = dist[v] + arc_cost[a]
            if d < dist[w] and d <= radius:
                dist[w] = d
                pred[w] = a
                owner[w] = owner[v]
                size = heap_push(heap, place, size, dist, w)
    return dist, pred, owner


@compiled
def find(parent: Ints, x: int) -> int:
    """Representative of the set of `x` (path halving). Start with ``parent = arange(n)``."""
    while parent[x] != x:
        parent[x] = parent[parent[x]]
        x = parent[x]
    return x


@compiled
def union(parent: Ints, x: int, y: int) -> bool:
    """Join the sets of `x` and `y`; False when they were one already."""
    x = find(parent, x)
    y = find(parent, y)
    if x == y:
        return False
    if x < y:
        parent[y] = x
    else:
        parent[x] = y
    return True
