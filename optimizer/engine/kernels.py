"""Compiled graph kernels: shortest paths, Voronoi regions, sets, maximum flow and minimum cuts.

Arrays only: int64, float64, bool, C-contiguous. ``first, out_arc, out_node`` are `Graph.csr`. Arc ``a``
belongs to edge ``a >> 1`` and its opposite is ``a ^ 1``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled

__all__ = [
    "dijkstra",
    "find",
    "heap_pop",
    "heap_push",
    "max_flow",
    "min_cut",
    "support",
    "terminal_cuts",
    "union",
    "unserved",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CAPACITY_ZERO = 1e-9  # capacities below this carry no flow


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


@compiled
def support(
    first: Ints, out_arc: Ints, out_node: Ints, capacity: Floats, creep: float
) -> tuple[Ints, Ints, Ints, Floats]:
    """The part of the graph that can carry flow, once for many `max_flow` calls on the same capacities.

    Parameters
    ----------
    capacity
        Capacity of every arc, >= 0, shape (2 edges,).
    creep
        Capacity added to every arc, so that among least cuts one with few arcs is found; 0 keeps only edges
        of which an arc has capacity (much smaller).

    Returns
    -------
    first, out_arc, out_node
        Adjacency of the support over the same nodes and arc numbers.
    residual
        A copy of the capacities, shape (2 edges,).
    """
    n = first.size - 1
    residual = capacity + creep
    sub_first = np.zeros(n + 1, dtype=np.int64)
    sub_arc = np.empty(out_arc.size, dtype=np.int64)
    sub_node = np.empty(out_arc.size, dtype=np.int64)
    count = 0
    for v in range(n):
        for k in range(first[v], first[v + 1]):
            a = out_arc[k]
            if residual[a] > CAPACITY_ZERO or residual[a ^ 1] > CAPACITY_ZERO:
                sub_arc[count] = a
                sub_node[count] = out_node[k]
                count += 1
        sub_first[v + 1] = count
    return sub_first, sub_arc[:count].copy(), sub_node[:count].copy(), residual


@compiled
def max_flow(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    residual: Floats,
    root: int,
    sink: int,
    limit: float,
    level: Ints,
    queue: Ints,
    cursor: Ints,
    path: Ints,
    stack: Ints,
) -> tuple[float, int]:
    """Dinic's maximum flow from `root` to `sink`, stopped once it reaches `limit`; changes `residual`.

    Levels are distances to the sink, so the last search leaves the cut nearest to the sink for free.

    Parameters
    ----------
    residual
        Residual capacity of every arc.
    level, queue, cursor, path, stack
        Work arrays, shape (nodes,); `level` must come in as all -1.

    Returns
    -------
    flow
        Value of the flow, exact when below `limit`.
    reached
        ``queue[:reached]`` are the nodes whose `level` was set. When ``flow < limit`` they are exactly the
        nodes from which the sink can be reached. The caller puts their `level` back to -1.
    """
    flow = 0.0
    while True:
        level[sink] = 0
        queue[0] = sink
        reached = 1
        i = 0
        while i < reached and level[root] < 0:
            v = queue[i]
            i += 1
            for k in range(first[v], first[v + 1]):
                w = out_node[k]
                if level[w] < 0 and residual[out_arc[k] ^ 1] > CAPACITY_ZERO:
                    level[w] = level[v] + 1
                    queue[reached] = w
                    reached += 1
        if level[root] < 0:
            return flow, reached
        for i in range(reached):
            cursor[queue[i]] = first[queue[i]]
        depth = 0
        stack[0] = root
        while depth >= 0:
            v = stack[depth]
            if v == sink:
                push = limit - flow
                for i in range(depth):
                    push = min(push, residual[path[i]])
                back = depth
                for i in range(depth - 1, -1, -1):
                    residual[path[i]] -= push
                    residual[path[i] ^ 1] += push
                    if residual[path[i]] <= CAPACITY_ZERO:
                        back = i
                flow += push
                if flow >= limit - CAPACITY_ZERO:
                    return flow, reached
                depth = back
                continue
            k = cursor[v]
            while k < first[v + 1] and (level[out_node[k]] != level[v] - 1 or residual[out_arc[k]] <= CAPACITY_ZERO):
                k += 1
            cursor[v] = k
            if k < first[v + 1]:
                path[depth] = out_arc[k]
                depth += 1
                stack[depth] = out_node[k]
            else:
                depth -= 1
                if depth >= 0:
                    cursor[stack[depth]] += 1
        for i in range(reached):
            level[queue[i]] = -1


@compiled
def min_cut(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    capacity: Floats,
    root: int,
    sink: int,
    limit: float,
    creep: float,
) -> tuple[float, Bools, Bools]:
    """One maximum flow and both of its extreme minimum cuts.

    Parameters
    ----------
    capacity
        Capacity of every arc, shape (2 edges,).
    limit
        Stop once the flow reaches this value (then the sides mean nothing).
    creep
        See `support`; the flow returned includes it. 0 for none.

    Returns
    -------
    flow
        Value of the flow.
    root_side
        Nodes the root still reaches, shape (nodes,). The cut nearest to the root is the arcs leaving them.
    sink_side
        Nodes that still reach the sink, shape (nodes,). The cut nearest to the sink: the arcs entering them.

    Notes
    -----
    For many sinks on the same capacities use `terminal_cuts`, which builds the support once.
    """
    n = first.size - 1
    sub_first, sub_arc, sub_node, residual = support(first, out_arc, out_node, capacity, creep)
    level = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    cursor = np.empty(n, dtype=np.int64)
    path = np.empty(n, dtype=np.int64)
    stack = np.empty(n, dtype=np.int64)
    flow, reached = max_flow(
        sub_first, sub_arc, sub_node, residual, root, sink, limit, level, queue, cursor, path, stack
    )
    sink_side = np.zeros(n, dtype=np.bool_)
    for i in range(reached):
        sink_side[queue[i]] = True
    root_side = np.zeros(n, dtype=np.bool_)
    reached = mark_forward(sub_first, sub_arc, sub_node, residual, root, root_side, queue)
    return flow, root_side, sink_side


@compiled
def mark_forward(
    first: Ints, out_arc: Ints, out_node: Ints, residual: Floats, root: int, mark: Bools, queue: Ints
) -> int:
    """Mark and list in `queue` the nodes that `root` reaches over residual arcs; returns how many."""
    mark[root] = True
    queue[0] = root
    reached = 1
    i = 0
    while i < reached:
        v = queue[i]
        i += 1
        for k in range(first[v], first[v + 1]):
            if residual[out_arc[k]] > CAPACITY_ZERO and not mark[out_node[k]]:
                mark[out_node[k]] = True
                queue[reached] = out_node[k]
                reached += 1
    return reached


@compiled
def widest(first: Ints, out_arc: Ints, out_node: Ints, capacity: Floats, root: int) -> Floats:
    """Return the least capacity on the widest path from `root` to every node, 0 where there is none, shape (nodes,)."""
    n = first.size - 1
    narrow = np.zeros(n)  # minus the width, for the heap
    heap = np.empty(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    narrow[root] = -np.inf
    size = heap_push(heap, place, 0, narrow, root)
    while size > 0:
        v = heap_pop(heap, place, size, narrow)
        size -= 1
        for k in range(first[v], first[v + 1]):
            w = out_node[k]
            reach = max(narrow[v], -capacity[out_arc[k]])
            if reach < narrow[w]:
                narrow[w] = reach
                size = heap_push(heap, place, size, narrow, w)
    return -narrow


@compiled
def unserved(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    capacity: Floats,
    root: int,
    sinks: Ints,
    need: Floats,
    violation: float,
) -> Bools:
    """Return which sinks the root sends less than their need less `violation`, shape (sinks,).

    Most are served along one path, which is found for all of them at once; only the others take a maximum flow.
    """
    n = first.size - 1
    sub_first, sub_arc, sub_node, base = support(first, out_arc, out_node, capacity, 0.0)
    width = widest(first, out_arc, out_node, capacity, root)
    level = np.full(n, -1, dtype=np.int64)
    queue, cursor, path = np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64), np.empty(n, dtype=np.int64)
    stack = np.empty(n, dtype=np.int64)
    short = np.zeros(sinks.size, dtype=np.bool_)
    residual = base.copy()
    for s in range(sinks.size):
        if sinks[s] == root or width[sinks[s]] >= need[s] - violation:
            continue
        residual[:] = base
        flow, reached = max_flow(
            sub_first, sub_arc, sub_node, residual, root, sinks[s], need[s], level, queue, cursor, path, stack
        )
        for i in range(reached):
            level[queue[i]] = -1
        short[s] = need[s] - flow > violation
    return short


@compiled
def terminal_cuts(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    capacity: Floats,
    root: int,
    sinks: Ints,
    need: Floats,
    violation: float,
    creep: float,
    both: bool,
    nested: int,
    max_arcs: int,
) -> tuple[Ints, Ints, Ints]:
    """Violated Steiner cuts of many sinks on one LP solution.

    Parameters
    ----------
    capacity
        LP value of every arc, shape (2 edges,).
    sinks, need
        Nodes and the flow each has to receive from the root (1, or the value of its decision).
    violation
        Least violation worth a cut, for example 1e-4.
    creep
        See `support`; 0 for none.
    both
        Also the cut nearest to the root, when it is another one ("back cut").
    nested
        Further cuts for a sink: the arcs of its last cut are raised to `need` and the flow is sought again.
    max_arcs
        Stop after this many arc entries in all.

    Returns
    -------
    cut_first, cut_arc
        Cut c is the arcs ``cut_arc[cut_first[c]:cut_first[c + 1]]``, all arcs of the graph that cross.
    cut_sink
        Index into `sinks` of every cut.
    """
    n = first.size - 1
    sub_first, sub_arc, sub_node, base = support(first, out_arc, out_node, capacity, creep)
    if nested > 0:
        sub_first, sub_arc, sub_node = first, out_arc, out_node  # raised arcs may lie outside the support
    residual = base.copy()
    level = np.full(n, -1, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    cursor = np.empty(n, dtype=np.int64)
    path = np.empty(n, dtype=np.int64)
    stack = np.empty(n, dtype=np.int64)
    mark = np.zeros(n, dtype=np.bool_)
    cut_arc = np.empty(max_arcs + 2 * out_arc.size, dtype=np.int64)
    cut_first = np.zeros(1 + 2 * sinks.size * (nested + 1), dtype=np.int64)
    cut_sink = np.empty(2 * sinks.size * (nested + 1), dtype=np.int64)
    cuts = 0
    size = 0
    for s in range(sinks.size):
        if size >= max_arcs:
            break
        if sinks[s] == root:
            continue
        residual[:] = base
        left = need[s]
        for _ in range(nested + 1):
            flow, reached = max_flow(
                sub_first,
                sub_arc,
                sub_node,
                residual,
                root,
                sinks[s],
                left,
                level,
                queue,
                cursor,
                path,
                stack,
            )
            left -= flow
            begin = size
            same = False
            if left > violation:
                if both:
                    marked = mark_forward(sub_first, sub_arc, sub_node, residual, root, mark, path)
                    size = crossing_arcs(first, out_arc, out_node, path, marked, mark, 0, cut_arc, size)
                middle = size
                same = both
                for i in range(reached):
                    v = queue[i]
                    for k in range(first[v], first[v + 1]):
                        if level[out_node[k]] < 0:
                            cut_arc[size] = out_arc[k] ^ 1
                            same = same and mark[out_node[k]] and not mark[v]
                            size += 1
                if both:
                    for i in range(marked):
                        mark[path[i]] = False
            for i in range(reached):
                level[queue[i]] = -1
            if left <= violation:
                break
            if both and same and size - middle == middle - begin:
                size = middle
            elif both:
                cut_sink[cuts] = s
                cuts += 1
                cut_first[cuts] = middle
            cut_sink[cuts] = s
            cuts += 1
            cut_first[cuts] = size
            if size >= max_arcs:
                break
            for i in range(begin, size):
                residual[cut_arc[i]] = need[s]
    return cut_first[: cuts + 1].copy(), cut_arc[:size].copy(), cut_sink[:cuts].copy()


@compiled
def crossing_arcs(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    nodes: Ints,
    count: int,
    mark: Bools,
    flip: int,
    arcs: Ints,
    size: int,
) -> int:
    """Append to `arcs` those that leave (flip 0) or enter (flip 1) the marked ``nodes[:count]``; new size."""
    for i in range(count):
        v = nodes[i]
        for k in range(first[v], first[v + 1]):
            if not mark[out_node[k]]:
                arcs[size] = out_arc[k] ^ flip
                size += 1
    return size
