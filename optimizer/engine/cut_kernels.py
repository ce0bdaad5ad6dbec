"""Compiled separation: terminals that a point does not serve, and the cuts that say so.

Arrays only: int64, float64, bool, C-contiguous. ``first, out_arc, out_node`` are `Graph.csr`. Arc ``a``
belongs to edge ``a >> 1`` and its opposite is ``a ^ 1``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.flow_kernels import mark_forward, max_flow, support, widest
from optimizer.engine.jit import compiled

__all__ = ["terminal_cuts", "unserved"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


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
    sub_first, sub_arc, sub_node, base = support(first, out_arc, out_node, capacity)
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
    both: bool,
    nested: int,
    max_arcs: int,
    wanted: Floats,
    closed: bool,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Violated Steiner cuts of many sinks on one LP solution.

    Parameters
    ----------
    capacity
        LP value of every arc, with what is added so that cuts have few arcs, shape (2 edges,).
    sinks, need
        Nodes and the flow each has to receive from the root (1, or the value of its decision).
    violation
        Least violation worth a cut, for example 1e-4.
    both
        Also the cut nearest to the root, when it is another one ("back cut").
    nested
        Further cuts for a sink: the arcs of its last cut are raised to `need` and the flow is sought again.
    max_arcs
        Stop after this many arc entries in all.
    wanted
        What each node has to receive, 0 for nothing, shape (nodes,); or empty: nobody asks who is behind a cut.
    closed
        Whether arcs without capacity are closed, so that none of them is ever raised.

    Returns
    -------
    cut_first, cut_arc
        Cut c is the arcs ``cut_arc[cut_first[c]:cut_first[c + 1]]``, all arcs of the graph that cross.
    cut_sink
        Index into `sinks` of every cut.
    cut_most
        The node behind every cut that wants most; of equals the sink.
    """
    n = first.size - 1
    sub_first, sub_arc, sub_node, base = support(first, out_arc, out_node, capacity)
    if nested > 0 and not closed:
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
    cut_most = np.empty(2 * sinks.size * (nested + 1), dtype=np.int64)
    wanting = np.flatnonzero(wanted > 0.0)
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
            near, far = sinks[s], sinks[s]
            if left > violation:
                if both:
                    marked = mark_forward(sub_first, sub_arc, sub_node, residual, root, mark, path)
                    size = crossing_arcs(first, out_arc, out_node, path, marked, mark, 0, cut_arc, size)
                    for v in wanting:
                        if not mark[v] and wanted[v] > wanted[far]:
                            far = v
                middle = size
                same = both
                for i in range(reached):
                    v = queue[i]
                    if wanting.size > 0 and wanted[v] > wanted[near]:
                        near = v
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
                cut_sink[cuts], cut_most[cuts] = s, far
                cuts += 1
                cut_first[cuts] = middle
            cut_sink[cuts], cut_most[cuts] = s, near
            cuts += 1
            cut_first[cuts] = size
            if size >= max_arcs:
                break
            for i in range(begin, size):
                residual[cut_arc[i]] = need[s]
    return cut_first[: cuts + 1].copy(), cut_arc[:size].copy(), cut_sink[:cuts].copy(), cut_most[:cuts].copy()


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
