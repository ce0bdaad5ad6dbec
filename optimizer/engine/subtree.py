"""The best part of a given tree: which branches to keep and which optional terminals to choose on them, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.engine.graph import Graph
from optimizer.engine.instance import Side, SteinerInstance
from optimizer.engine.jit import compiled
from optimizer.engine.side import Priced, solve_program
from optimizer.engine.steiner_tree import Tree, root_tree, spanning_tree

__all__ = ["best_subtree", "relaxed_subtree"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Branches:
    """A rooted tree with its chains contracted to branches that are kept or dropped as a whole.

    Parameters
    ----------
    order, parent, by
        Preorder of the tree's nodes; node above and edge to it by node.
    anchor
        Branch that connects a node: -1 when it is connected in any case, -2 when it is not in the tree.
    cost, above
        Cost of every branch, and the branch it hangs on (-1: none).
    """

    order: Ints
    parent: Ints
    by: Ints
    anchor: Ints
    cost: Floats
    above: Ints


def best_subtree(
    instance: SteinerInstance,
    graph: Graph,
    edges: Bools,
    *,
    quick: bool = False,
    gap: float = 1e-6,
    time_limit_s: float = 10.0,
) -> Tree | None:
    """Cheapest solution inside a set of edges, of which a minimum spanning tree is taken first.

    Parameters
    ----------
    instance, graph
        Problem and its adjacency.
    edges
        Usable edges, shape (edges,); the root's component must hold the required nodes.
    quick, gap, time_limit_s
        Rather quick than optimal; where to stop the integer program.

    Returns
    -------
    Tree
        Or None when a required node is cut off or the side rows cannot be kept.

    Notes
    -----
    On a tree, the problem is the side problem with precedences: ``use[branch] <= use[branch above]`` and
    ``z[column] <= upper[column] * use[branch of its node]``. Precedences alone give whole solutions, so only the
    side rows make the program hard, and there are few.
    """
    branches = _branches(instance, graph, edges)
    if branches is None:
        return None
    found = solve_program(_program(instance, branches), quick=quick, gap=gap, time_limit_s=time_limit_s)
    return None if found is None else _tree(instance, branches, found)


def relaxed_subtree(instance: SteinerInstance, graph: Graph, edges: Bools) -> Floats | None:
    """Price of every side row when the solution has to lie in a tree (linear relaxation), shape (rows,)."""
    branches = _branches(instance, graph, edges)
    if branches is None:
        return None
    found = solve_program(_program(instance, branches), relaxed=True)
    return None if found is None else found.row_dual[: instance.side.row_lower.size]


def _branches(instance: SteinerInstance, graph: Graph, edges: Bools) -> Branches | None:
    n = graph.n_nodes
    tree = spanning_tree(*graph.csr, instance.cost, np.ones(n, dtype=np.bool_), edges, instance.root)
    order, pos, last, parent, by, degree = (np.full(n, -1, dtype=np.int64) for _ in range(6))
    count = root_tree(*graph.csr, tree, instance.root, order, pos, last, parent, by, degree)
    if np.any(instance.required & (pos < 0)):
        return None
    optional = np.zeros(n, dtype=np.bool_)
    optional[instance.optional_node] = True
    anchor, cost, above = _contract(order[:count], parent, by, instance.cost, instance.required, optional)
    return Branches(order[:count], parent, by, anchor, cost, above)


@compiled
def _contract(
    order: Ints, parent: Ints, by: Ints, edge_cost: Floats, required: Bools, optional: Bools
) -> tuple[Ints, Floats, Ints]:
    n = required.size
    forced = np.zeros(n, dtype=np.bool_)
    branch = np.full(n, -1, dtype=np.int64)  # branch that passes the edge above the node
    below = np.zeros(n, dtype=np.int64)  # branches that end here from below
    cost = np.zeros(order.size)
    count = 0
    for i in range(order.size - 1, -1, -1):
        v = order[i]
        forced[v] = forced[v] or required[v] or i == 0
        if forced[v]:
            if i > 0:
                forced[parent[v]] = True
            continue
        if optional[v] or below[v] >= 2:
            branch[v] = count
            count += 1
        if branch[v] >= 0:
            cost[branch[v]] += edge_cost[by[v]]
            below[parent[v]] += 1
            branch[parent[v]] = branch[v]
    anchor = np.full(n, -2, dtype=np.int64)
    above = np.full(count, -1, dtype=np.int64)
    for i in range(order.size):
        v = order[i]
        if forced[v]:
            anchor[v] = -1
            continue
        anchor[v] = anchor[parent[v]]
        if optional[v] or below[v] >= 2:
            above[branch[v]] = anchor[v]
            anchor[v] = branch[v]
    return anchor, cost[:count].copy(), above


def _program(instance: SteinerInstance, branches: Branches) -> Side:
    """Columns: side columns, then branches. Rows: side rows, precedences, couplings."""
    side = instance.side
    k, b = side.cost.size, branches.cost.size
    anchor = branches.anchor[instance.optional_node]
    upper = side.upper.copy()
    gone = instance.optional_column[anchor == -2]
    upper[gone] = np.minimum(upper[gone], 0.0)
    on = np.flatnonzero(anchor >= 0)
    column = instance.optional_column[on]
    below = np.flatnonzero(branches.above >= 0)
    rows = np.arange(below.size + on.size)
    matrix = sp.csr_array(
        (
            np.concatenate([np.ones(rows.size), np.full(below.size, -1.0), -side.upper[column]]),
            (
                np.concatenate([rows, rows]),
                np.concatenate([k + below, column, k + branches.above[below], k + anchor[on]]),
            ),
        ),
        shape=(rows.size, k + b),
    )
    # With binary columns the branches come out whole by themselves: their cost pushes them down to the columns.
    binary = bool(np.all(side.integer[column] & (side.upper[column] <= 1.0)))
    return Side(
        np.concatenate([side.cost, branches.cost]),
        np.concatenate([side.lower, np.zeros(b)]),
        np.concatenate([upper, np.ones(b)]),
        np.concatenate([side.integer, np.full(b, not binary)]),
        sp.csr_array(sp.vstack([sp.hstack([side.rows, sp.csr_array((side.row_lower.size, b))]), matrix])),
        np.concatenate([side.row_lower, np.full(rows.size, -np.inf)]),
        np.concatenate([side.row_upper, np.zeros(rows.size)]),
    )


def _tree(instance: SteinerInstance, branches: Branches, found: Priced) -> Tree:
    z = found.z[: instance.side.cost.size]
    needed = instance.required.copy()
    needed[instance.optional_node[z[instance.optional_column] > 0.0]] = True
    edges = np.sort(_ways_up(branches.order, branches.parent, branches.by, needed))
    objective = instance.offset + float(instance.cost[edges].sum()) + float(instance.side.cost @ z)
    return Tree(edges, z, objective)


@compiled
def _ways_up(order: Ints, parent: Ints, by: Ints, needed: Bools) -> Ints:
    """Edges between the needed nodes and the root; marks the nodes on them."""
    edges = np.empty(order.size, dtype=np.int64)
    count = 0
    for i in range(order.size - 1, 0, -1):
        v = order[i]
        if needed[v]:
            needed[parent[v]] = True
            edges[count] = by[v]
            count += 1
    return edges[:count].copy()
