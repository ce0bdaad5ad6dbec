"""The engine's graph: undirected edges as pairs of arcs, with the arcs out of every node side by side."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.instance import SteinerInstance

__all__ = ["Graph", "build_graph", "graph_of"]


@dataclass(frozen=True)
class Graph:
    """Adjacency of an undirected graph in compressed rows.

    Edge ``e`` is the arcs ``2 e`` (tail to head) and ``2 e + 1`` (head to tail), so ``arc >> 1`` is the edge
    and ``arc ^ 1`` the opposite arc.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    tail, head
        Ends of every edge, shape (edges,).
    arc_tail, arc_head
        Ends of every arc, shape (2 edges,).
    first
        ``out_arc[first[v]:first[v + 1]]`` are the arcs that leave v, shape (nodes + 1,).
    out_arc, out_node
        Arcs sorted by the node they leave, and the node each enters, shape (2 edges,).
    """

    n_nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    arc_tail: NDArray[np.int64]
    arc_head: NDArray[np.int64]
    first: NDArray[np.int64]
    out_arc: NDArray[np.int64]
    out_node: NDArray[np.int64]

    @property
    def n_edges(self) -> int:
        """Number of undirected edges."""
        return int(self.tail.size)

    @property
    def csr(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """``(first, out_arc, out_node)``, the leading arguments of every kernel."""
        return self.first, self.out_arc, self.out_node


def build_graph(n_nodes: int, tail: NDArray[np.int64], head: NDArray[np.int64]) -> Graph:
    """Adjacency of the edges ``tail[e] - head[e]``; parallel edges stay apart.

    Returns
    -------
    Graph
        Arcs of a node are in ascending arc order, so the same input gives the same traversals.
    """
    tail = np.ascontiguousarray(tail, dtype=np.int64)
    head = np.ascontiguousarray(head, dtype=np.int64)
    arc_tail = np.stack([tail, head], axis=1).ravel()
    arc_head = np.stack([head, tail], axis=1).ravel()
    out_arc = np.argsort(arc_tail, kind="stable").astype(np.int64)
    first = np.zeros(n_nodes + 1, dtype=np.int64)
    np.cumsum(np.bincount(arc_tail, minlength=n_nodes), out=first[1:])
    return Graph(n_nodes, tail, head, arc_tail, arc_head, first, out_arc, arc_head[out_arc])


def graph_of(instance: SteinerInstance) -> Graph:
    """Adjacency of an instance's edges."""
    return build_graph(instance.n_nodes, instance.tail, instance.head)
