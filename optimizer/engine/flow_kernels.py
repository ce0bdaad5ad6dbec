"""Compiled maximum flow and minimum cuts between two nodes.

Arrays only: int64, float64, bool, C-contiguous. ``first, out_arc, out_node`` are `Graph.csr`. Arc ``a``
belongs to edge ``a >> 1`` and its opposite is ``a ^ 1``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled
from optimizer.engine.kernels import heap_pop, heap_push

__all__ = ["mark_forward", "max_flow", "min_cut", "support", "widest"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CAPACITY_ZERO = 1e-9  # capacities below this carry no flow


@compiled
def support(first: Ints, out_arc: Ints, out_node: Ints, capacity: Floats) -> tuple[Ints, Ints, Ints, Floats]:
    """The part of the graph that can carry flow, once for many `max_flow` calls on the same capacities.

    Parameters
    ----------
    capacity
        Capacity of every arc, >= 0, shape (2 edges,).

    Returns
    -------
    first, out_arc, out_node
        Adjacency of the support over the same nodes and arc numbers.
    residual
        A copy of the capacities, shape (2 edges,).
    """
    n = first.size - 1
    residual = capacity.copy()
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
) -> tuple[float, Bools, Bools]:
    """One maximum flow and both of its extreme minimum cuts.

    Parameters
    ----------
    capacity
        Capacity of every arc, shape (2 edges,).
    limit
        Stop once the flow reaches this value (then the sides mean nothing).

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
    sub_first, sub_arc, sub_node, residual = support(first, out_arc, out_node, capacity)
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
