"""Links that can go without cutting a needed node off: those on cycles, and those that lead to nothing needed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled

__all__ = ["spare_links"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@compiled
def spare_links(first: Ints, out_arc: Ints, out_node: Ints, used: Bools, needed: Bools, root: int) -> Bools:
    """Return the used links without any one of which the root still reaches every needed node; O(links).

    A link is a bridge when no other link leads from below it, in a depth-first tree, to above it (Tarjan 1974,
    doi:10.1016/0020-0190(74)90003-9). Links that the root does not reach are among them too.

    Parameters
    ----------
    first, out_arc, out_node
        ``Graph.csr``; link ``e`` is the arcs ``2 e`` and ``2 e + 1``.
    used
        Links that are there, shape (links,).
    needed
        Nodes to reach, shape (nodes,).
    root
        Node where the search starts.
    """
    n = first.size - 1
    number = np.full(n, -1, dtype=np.int64)
    low = np.zeros(n, dtype=np.int64)
    below = needed.copy()  # whether a node's branch holds a needed one
    by = np.full(n, -1, dtype=np.int64)
    at = first[:n].copy()
    stack = np.empty(n, dtype=np.int64)
    spare = used.copy()
    stack[0], size, count = root, 1, 1
    number[root] = 0
    while size > 0:
        u = stack[size - 1]
        if at[u] < first[u + 1]:
            e, v = out_arc[at[u]] >> 1, out_node[at[u]]
            at[u] += 1
            if not used[e] or e == by[u]:
                continue
            if number[v] >= 0:
                low[u] = min(low[u], number[v])
            else:
                number[v] = low[v] = count
                by[v] = e
                stack[size] = v
                size += 1
                count += 1
            continue
        size -= 1
        if size > 0:
            above = stack[size - 1]
            low[above] = min(low[above], low[u])
            below[above] |= below[u]
            if low[u] == number[u] and below[u]:
                spare[by[u]] = False
    return spare
