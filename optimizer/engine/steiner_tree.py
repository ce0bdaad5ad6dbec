"""Trees in a graph: the result of every heuristic, and the compiled kernels that grow, root and prune them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled
from optimizer.engine.kernels import heap_pop, heap_push

__all__ = ["Tree", "grow_tree", "prune_leaves", "root_tree", "spanning_tree"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Tree:
    """A solution of a `SteinerInstance`.

    Parameters
    ----------
    edges
        Edges used, ascending; a tree that holds the root, every required node and the nodes of positive columns.
    z
        Side columns.
    objective
        ``offset + cost[edges].sum() + side.cost @ z``.
    """

    edges: Ints
    z: Floats
    objective: float


@compiled
def grow_tree(
    first: Ints, out_arc: Ints, out_node: Ints, edge_cost: Floats, inside: Bools, prize: Floats
) -> tuple[Bools, Bools]:
    """Repeated shortest paths: join terminals to a tree in order of distance to what has been joined so far.

    Parameters
    ----------
    edge_cost
        Cost of every edge, >= 0, shape (edges,).
    inside
        Nodes to start from (taken as connected already), shape (nodes,).
    prize
        A node is joined when it is at most this far from the tree; 0 for nodes that are no terminals, inf for
        those that must be joined, shape (nodes,).

    Returns
    -------
    edges
        True for edges added, shape (edges,).
    nodes
        True for nodes in the tree, shape (nodes,).

    Notes
    -----
    Takahashi and Matsuyama (1980), all in one run of Dijkstra whose labels fall when a path joins.
    """
    n = first.size - 1
    nodes = inside.copy()
    edges = np.zeros(edge_cost.size, dtype=np.bool_)
    dist = np.full(n, np.inf)
    pred = np.full(n, -1, dtype=np.int64)  # node before, towards the tree
    by = np.full(n, -1, dtype=np.int64)
    heap = np.empty(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    size = 0
    wanted = 0
    for v in range(n):
        if nodes[v]:
            dist[v] = 0.0
            size = heap_push(heap, place, size, dist, v)
        elif prize[v] > 0.0:
            wanted += 1
    while size > 0 and wanted > 0:
        v = heap_pop(heap, place, size, dist)
        size -= 1
        if prize[v] > 0.0 and not nodes[v] and dist[v] <= prize[v]:
            w = v
            while not nodes[w]:
                if prize[w] > 0.0:
                    wanted -= 1
                nodes[w] = True
                edges[by[w]] = True
                dist[w] = 0.0
                size = heap_push(heap, place, size, dist, w)
                w = pred[w]
            continue
        for k in range(first[v], first[v + 1]):
            w = out_node[k]
            d = dist[v] + edge_cost[out_arc[k] >> 1]
            if d < dist[w]:
                dist[w] = d
                pred[w] = v
                by[w] = out_arc[k] >> 1
                size = heap_push(heap, place, size, dist, w)
    return edges, nodes


@compiled
def spanning_tree(
    first: Ints, out_arc: Ints, out_node: Ints, edge_cost: Floats, nodes: Bools, usable: Bools, root: int
) -> Bools:
    """Minimum spanning tree of the root's component in the subgraph of some nodes and usable edges (Prim)."""
    n = first.size - 1
    edges = np.zeros(edge_cost.size, dtype=np.bool_)
    key = np.full(n, np.inf)
    by = np.full(n, -1, dtype=np.int64)
    done = np.zeros(n, dtype=np.bool_)
    heap = np.empty(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    key[root] = 0.0
    size = heap_push(heap, place, 0, key, root)
    while size > 0:
        v = heap_pop(heap, place, size, key)
        size -= 1
        done[v] = True
        if by[v] >= 0:
            edges[by[v]] = True
        for k in range(first[v], first[v + 1]):
            w = out_node[k]
            e = out_arc[k] >> 1
            if nodes[w] and usable[e] and not done[w] and edge_cost[e] < key[w]:
                key[w] = edge_cost[e]
                by[w] = e
                size = heap_push(heap, place, size, key, w)
    return edges


@compiled
def prune_leaves(first: Ints, out_arc: Ints, out_node: Ints, edges: Bools, keep: Bools) -> None:
    """Remove, in place, leaves that need not be kept, until none is left."""
    n = first.size - 1
    degree = np.zeros(n, dtype=np.int64)
    for v in range(n):
        for k in range(first[v], first[v + 1]):
            if edges[out_arc[k] >> 1]:
                degree[v] += 1
    for start in range(n):
        v = start
        while degree[v] == 1 and not keep[v]:
            for k in range(first[v], first[v + 1]):
                e = out_arc[k] >> 1
                if edges[e]:
                    edges[e] = False
                    degree[v] = 0
                    v = out_node[k]
                    degree[v] -= 1
                    break


@compiled
def root_tree(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    edges: Bools,
    root: int,
    order: Ints,
    pos: Ints,
    last: Ints,
    parent: Ints,
    by: Ints,
    degree: Ints,
) -> int:
    """Walk a tree from its root in preorder; the subtree of v is ``order[pos[v]:last[v]]``.

    Parameters
    ----------
    edges
        True for the edges of the tree, shape (edges,).
    order, pos, last, parent, by, degree
        Filled: preorder; place in it (-1 outside the tree); end of the subtree; node above (-1 at the root), edge
        to it; number of tree edges at the node. Shape (nodes,).

    Returns
    -------
    count
        Number of nodes in the tree.
    """
    n = first.size - 1
    pos[:] = -1
    stack = np.empty(n, dtype=np.int64)
    stack[0] = root
    depth = 1
    parent[root] = -1
    by[root] = -1
    count = 0
    while depth > 0:
        depth -= 1
        v = stack[depth]
        order[count] = v
        pos[v] = count
        last[v] = count + 1
        degree[v] = 0
        count += 1
        for k in range(first[v], first[v + 1]):
            e = out_arc[k] >> 1
            if edges[e]:
                degree[v] += 1
                if e != by[v]:
                    w = out_node[k]
                    parent[w] = v
                    by[w] = e
                    stack[depth] = w
                    depth += 1
    for i in range(count - 1, 0, -1):
        v = order[i]
        last[parent[v]] = max(last[parent[v]], last[v])
    return count
