"""Trees guided by a point of the linear program."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.kernels import dijkstra
from optimizer.engine.separate import Layout
from optimizer.engine.side import solve_side

__all__ = ["guided_tree", "wanted_nodes"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def wanted_nodes(layout: Layout, x: Floats) -> Bools | None:
    """Nodes to connect: the required, and those of side columns that fit the rows and are large in `x`."""
    instance = layout.instance
    side = instance.side
    z = x[layout.side : layout.side + side.cost.size]
    scale = max(1.0, float(np.abs(side.cost).max(initial=0.0)), float(instance.cost.max(initial=0.0)))
    guided = solve_side(side, -scale * (z - 0.5), gap=1e-3)
    if guided is None:
        return None
    wanted = instance.required.copy()
    wanted[instance.optional_node[guided[0][instance.optional_column] > 0.5]] = True
    return wanted


def guided_tree(layout: Layout, wanted: Bools, edge_cost: Floats) -> Bools:
    """Edges of a tree that grows from the root to the nearest wanted node, shape (edges,)."""
    graph, root = layout.graph, layout.instance.root
    cost = np.repeat(edge_cost, 2)
    taken = np.zeros(graph.n_edges, dtype=np.bool_)
    inside = np.zeros(graph.n_nodes, dtype=np.bool_)
    inside[root] = True
    while np.any(wanted & ~inside):
        start = np.flatnonzero(inside)
        dist, pred, _ = dijkstra(*graph.csr, cost, 0, start, np.zeros(start.size), np.inf)
        left = np.flatnonzero(wanted & ~inside)
        v = int(left[np.argmin(dist[left])])
        if not np.isfinite(dist[v]):
            break
        while not inside[v]:
            inside[v] = True
            taken[pred[v] >> 1] = True
            v = int(graph.arc_tail[pred[v]])
    return taken
