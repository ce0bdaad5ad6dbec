"""Local search on a Steiner tree with a fixed set of terminals: exchange key paths, replace key vertices.

A key vertex is a terminal or a node of degree three or more in the tree; a key path joins two of them with nothing
but nodes of degree two between. Both searches look only as far as the edges they could save.
"""

# ruff: noqa: PLR0912, PLR0915 - a compiled kernel takes its arrays one by one and is one loop

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.graph import Graph
from optimizer.engine.jit import compiled
from optimizer.engine.kernels import heap_pop, heap_push
from optimizer.engine.steiner_tree import prune_leaves, root_tree, spanning_tree

__all__ = ["eliminate_vertices", "exchange_paths", "improve"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MAX_PARTS = 12  # key vertices with more branches are left alone


def improve(graph: Graph, edge_cost: Floats, edges: Bools, keep: Bools, root: int, max_rounds: int = 20) -> Bools:
    """Tree that none of the moves can make cheaper, or the one after `max_rounds`.

    Parameters
    ----------
    edge_cost
        Cost of every edge, shape (edges,).
    edges
        True for the edges of a tree with all kept nodes, shape (edges,); not changed.
    keep
        Nodes that must stay in the tree, shape (nodes,); the root is one of them.
    """
    edges = edges.copy()
    prune_leaves(*graph.csr, edges, keep)
    for _ in range(max_rounds):
        gain = exchange_paths(*graph.csr, graph.tail, graph.head, edge_cost, edges, keep, root)
        gain += eliminate_vertices(*graph.csr, graph.tail, graph.head, edge_cost, edges, keep, root)
        if gain <= 1e-9 * float(edge_cost[edges].sum()):
            break
    nodes = np.zeros(graph.n_nodes, dtype=np.bool_)
    nodes[graph.tail[edges]] = nodes[graph.head[edges]] = nodes[root] = True
    edges = spanning_tree(*graph.csr, edge_cost, nodes, np.ones_like(edges), root)
    prune_leaves(*graph.csr, edges, keep)
    return edges


@compiled
def exchange_paths(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    tail: Ints,
    head: Ints,
    edge_cost: Floats,
    edges: Bools,
    keep: Bools,
    root: int,
) -> float:
    """Replace, in place, key paths by cheaper ways between the two parts they join; returns the gain."""
    n = first.size - 1
    tree = np.empty((6, n), dtype=np.int64)
    labels = np.full((5, n), -1, dtype=np.int64)
    dist = np.full(n, np.inf)
    gone = np.zeros(n, dtype=np.bool_)
    spans = np.zeros((MAX_PARTS, 2), dtype=np.int64)
    old = np.empty(n, dtype=np.int64)
    total = 0.0
    count = _root(first, out_arc, out_node, edges, root, tree)
    i = count
    while i > 1:
        i -= 1
        v = tree[0, i]
        if not keep[v] and tree[5, v] == 2:
            continue
        size = _key_path(tree, keep, root, v, gone, old, 0)
        spans[0, 0] = i
        spans[0, 1] = tree[2, v]
        gain = _reconnect(
            first, out_arc, out_node, tail, head, edge_cost, edges, tree, count, gone, spans, 1, old, size, labels, dist
        )
        if gain > 0.0:
            total += gain
            count = _root(first, out_arc, out_node, edges, root, tree)
            i = min(i, count)
    return total


@compiled
def eliminate_vertices(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    tail: Ints,
    head: Ints,
    edge_cost: Floats,
    edges: Bools,
    keep: Bools,
    root: int,
) -> float:
    """Remove, in place, branching nodes with all their key paths where the parts join cheaper; the gain."""
    n = first.size - 1
    tree = np.empty((6, n), dtype=np.int64)
    labels = np.full((5, n), -1, dtype=np.int64)
    dist = np.full(n, np.inf)
    gone = np.zeros(n, dtype=np.bool_)
    spans = np.zeros((MAX_PARTS, 2), dtype=np.int64)
    old = np.empty(n, dtype=np.int64)
    total = 0.0
    count = _root(first, out_arc, out_node, edges, root, tree)
    i = count
    while i > 1:
        i -= 1
        v = tree[0, i]
        if keep[v] or tree[5, v] < 3 or tree[5, v] > MAX_PARTS:
            continue
        size = _key_path(tree, keep, root, v, gone, old, 0)
        gone[v] = True
        parts = 0
        for k in range(first[v], first[v + 1]):
            w = out_node[k]
            e = out_arc[k] >> 1
            if not edges[e] or e == tree[4, v]:
                continue
            # Down to the next key node: a node of degree two has one child, the next in preorder.
            while not keep[w] and tree[5, w] == 2:
                w = tree[0, tree[1, w] + 1]
            size = _key_path(tree, keep, root, w, gone, old, size)
            spans[parts, 0] = tree[1, w]
            spans[parts, 1] = tree[2, w]
            parts += 1
        gain = _reconnect(
            first,
            out_arc,
            out_node,
            tail,
            head,
            edge_cost,
            edges,
            tree,
            count,
            gone,
            spans,
            parts,
            old,
            size,
            labels,
            dist,
        )
        if gain > 0.0:
            total += gain
            count = _root(first, out_arc, out_node, edges, root, tree)
            i = min(i, count)
    return total


@compiled
def _root(first: Ints, out_arc: Ints, out_node: Ints, edges: Bools, root: int, tree: Ints) -> int:
    return root_tree(first, out_arc, out_node, edges, root, tree[0], tree[1], tree[2], tree[3], tree[4], tree[5])


@compiled
def _key_path(tree: Ints, keep: Bools, root: int, v: int, gone: Bools, old: Ints, size: int) -> int:
    """Append the edges of the key path above v to `old` and mark its inner nodes as gone."""
    while True:
        old[size] = tree[4, v]
        size += 1
        v = tree[3, v]
        if v == root or keep[v] or tree[5, v] != 2 or gone[v]:
            return size
        gone[v] = True


@compiled
def _part(v: int, pos: Ints, gone: Bools, spans: Ints, parts: int) -> int:
    """Part of the broken tree that holds v: a subtree, ``parts`` for the rest above, -1 for none."""
    p = pos[v]
    if p < 0 or gone[v]:
        return -1
    for i in range(parts):
        if spans[i, 0] <= p < spans[i, 1]:
            return i
    return parts


@compiled
def _reconnect(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    tail: Ints,
    head: Ints,
    edge_cost: Floats,
    edges: Bools,
    tree: Ints,
    count: int,
    gone: Bools,
    spans: Ints,
    parts: int,
    old: Ints,
    n_old: int,
    labels: Ints,
    dist: Floats,
) -> float:
    """Join the parts left when the `old` edges go by a minimum spanning tree of shortest ways, if it is cheaper.

    Grows Voronoi regions from all parts but the largest, no further than the old edges' cost. Returns the gain (0
    when the tree stays) and clears ``gone``, ``dist`` and ``labels`` (owner, edge before, heap, place, touched).
    """
    pos = tree[1]
    owner, before, heap, place, touched = labels[0], labels[1], labels[2], labels[3], labels[4]
    budget = 0.0
    for j in range(n_old):
        budget += edge_cost[old[j]]
    limit = budget * (1.0 - 1e-12) - 1e-12
    sizes = np.zeros(parts + 1, dtype=np.int64)
    sizes[parts] = count
    for i in range(parts):
        sizes[i] = spans[i, 1] - spans[i, 0]
        sizes[parts] -= sizes[i]
    passive = np.argmax(sizes)
    value = np.full((parts + 1, parts + 1), np.inf)
    via = np.full((parts + 1, parts + 1), -1, dtype=np.int64)
    seen = 0
    size = 0
    radius = limit
    for i in range(parts + 1):
        if i == passive:
            continue
        low = spans[i, 0] if i < parts else 0
        high = spans[i, 1] if i < parts else count
        for j in range(low, high):
            u = tree[0, j]
            if i == parts and _part(u, pos, gone, spans, parts) != parts:
                continue
            for k in range(first[u], first[u + 1]):
                w = out_node[k]
                e = out_arc[k] >> 1
                d = edge_cost[e]
                if d >= radius:
                    continue
                p = _part(w, pos, gone, spans, parts)
                if p == i:
                    continue
                if p >= 0:
                    if d < value[i, p]:
                        value[i, p] = value[p, i] = d
                        via[i, p] = via[p, i] = e
                        if parts == 1:
                            radius = d
                elif d < dist[w]:
                    if dist[w] == np.inf:
                        touched[seen] = w
                        seen += 1
                    dist[w] = d
                    owner[w] = i
                    before[w] = e
                    size = heap_push(heap, place, size, dist, w)
    while size > 0:
        u = heap_pop(heap, place, size, dist)
        size -= 1
        for k in range(first[u], first[u + 1]):
            w = out_node[k]
            e = out_arc[k] >> 1
            d = dist[u] + edge_cost[e]
            if d >= radius:
                continue
            p = _part(w, pos, gone, spans, parts)
            if p == owner[u]:
                continue
            if p >= 0:
                if d < value[owner[u], p]:
                    value[owner[u], p] = value[p, owner[u]] = d
                    via[owner[u], p] = via[p, owner[u]] = e
                    if parts == 1:
                        radius = d
            elif d < dist[w]:
                if dist[w] == np.inf:
                    touched[seen] = w
                    seen += 1
                dist[w] = d
                owner[w] = owner[u]
                before[w] = e
                size = heap_push(heap, place, size, dist, w)
    if parts > 1:  # ways that meet between two regions
        for j in range(seen):
            u = touched[j]
            for k in range(first[u], first[u + 1]):
                w = out_node[k]
                if owner[w] > owner[u]:
                    d = dist[u] + edge_cost[out_arc[k] >> 1] + dist[w]
                    if d < value[owner[u], owner[w]]:
                        value[owner[u], owner[w]] = value[owner[w], owner[u]] = d
                        via[owner[u], owner[w]] = via[owner[w], owner[u]] = out_arc[k] >> 1
    joined = np.zeros(parts + 1, dtype=np.bool_)
    joined[0] = True
    new = np.empty(parts, dtype=np.int64)
    cost = 0.0
    for j in range(parts):
        best = np.inf
        best_to = -1
        for a in range(parts + 1):
            for b in range(parts + 1):
                if joined[a] and not joined[b] and value[a, b] < best:
                    best = value[a, b]
                    best_to = b
                    new[j] = via[a, b]
        cost += best
        if cost >= limit:
            break
        joined[best_to] = True
    gain = budget - cost if cost < limit else 0.0
    if gain > 0.0:
        for j in range(n_old):
            edges[old[j]] = False
        for j in range(parts):
            edges[new[j]] = True
            for start in (tail[new[j]], head[new[j]]):
                u = start
                while before[u] >= 0:
                    e = before[u]
                    edges[e] = True
                    u = tail[e] + head[e] - u
    for j in range(seen):
        dist[touched[j]] = np.inf
        owner[touched[j]] = -1
        before[touched[j]] = -1
    for j in range(n_old):
        gone[tail[old[j]]] = False
        gone[head[old[j]]] = False
    return gain
