"""A lower bound on the whole instance: side rows priced into prizes, prizes into dual ascent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.dual_ascent import DualAscent, dual_ascent
from optimizer.engine.graph import Graph
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.side import price_side
from optimizer.engine.steiner_tree import Tree
from optimizer.engine.subtree import relaxed_subtree

__all__ = ["LagrangeBound", "bound_at", "lagrangian_bound", "must_connect"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STEP = 0.7  # share of the distance to the upper bound a multiplier step aims at


@dataclass(frozen=True)
class LagrangeBound:
    """A bound and what it says about single arcs and columns.

    Parameters
    ----------
    value
        Lower bound on the objective of every solution, offset included.
    root
        Node the ascent started from.
    row_price
        Multiplier of every side row: > 0 prices its lower limit, < 0 its upper, shape (rows,).
    column_cost
        Reduced cost of every side column, shape (columns,).
    terminals
        Node of every terminal of the ascent, required ones first.
    ascent
        Its reduced arc costs, slacks and cuts. A cut of a required terminal must carry 1, one of an optional
        node the value of each of its columns over the column's upper bound.
    leaf
        What a solution pays at least, beyond `value` and reduced arc costs, for a leaf at this node; inf where
        no leaf of a good solution can be, shape (nodes,).
    """

    value: float
    root: int
    row_price: Floats
    column_cost: Floats
    terminals: Ints
    ascent: DualAscent
    leaf: Floats


def lagrangian_bound(
    instance: SteinerInstance,
    graph: Graph,
    *,
    root: int | None = None,
    tree: Tree | None = None,
    row_price: Floats | None = None,
    arc_cost: Floats | None = None,
    rounds: int = 6,
    max_cut_arcs: int = 0,
) -> LagrangeBound:
    """Best bound of a few multipliers of the side rows.

    Parameters
    ----------
    instance, graph
        Problem and its adjacency.
    root
        Any required node; default the instance's root.
    tree
        Best solution known: it prices the rows at the start and sets the length of the steps.
    row_price
        Multipliers to start from instead.
    arc_cost
        Default: every edge's cost in both directions; inf closes an arc.
    rounds
        Ascents to make; 1 is the starting multipliers only. More help only if there are rows.
    max_cut_arcs
        Keep this many cut arcs of each ascent (see `dual_ascent`).

    Notes
    -----
    For any multipliers y with the right signs, ``y @ (limit - rows @ z) <= 0`` holds for every z that keeps the
    rows, so ``cost @ z >= y @ limit + d @ z`` with ``d = cost - rows.T @ y``. A column that no node restricts adds
    at least ``min(d * lower, d * upper)``. One with ``d < 0`` that needs a node adds ``d * upper`` if the node is
    connected and 0 if not: the constant ``d * upper`` and the prize ``-d * upper`` for leaving the node out, shared
    out when it needs several nodes. What is left is the prize-collecting problem that the ascent bounds.
    """
    root = instance.root if root is None else root
    price = _start(instance, graph, tree) if row_price is None else _signed(instance, row_price)
    arc_cost = np.repeat(instance.cost, 2) if arc_cost is None else arc_cost
    best = bound_at(instance, graph, price, root=root, arc_cost=arc_cost, max_cut_arcs=max_cut_arcs)
    step, last = STEP, best
    for _ in range(rounds - 1):
        gradient = _gradient(instance, last)
        norm = float(gradient @ gradient)
        goal = tree.objective if tree is not None else best.value + 0.05 * abs(best.value - instance.offset)
        if norm <= 0.0 or not np.isfinite(best.value) or goal <= best.value:
            break
        price = _signed(instance, best.row_price + step * (goal - best.value) / norm * gradient)
        last = bound_at(instance, graph, price, root=root, arc_cost=arc_cost, max_cut_arcs=max_cut_arcs)
        if last.value > best.value:
            best = last
        else:
            step, last = step / 3.0, best
    return best


def bound_at(
    instance: SteinerInstance,
    graph: Graph,
    row_price: Floats,
    *,
    root: int,
    arc_cost: Floats,
    max_cut_arcs: int = 0,
) -> LagrangeBound:
    """The bound for given multipliers of the side rows (of the right signs, see `lagrangian_bound`)."""
    side = instance.side
    cost = side.cost - side.rows.T @ row_price
    limit = np.where(row_price > 0.0, side.row_lower, side.row_upper)
    priced = row_price != 0.0
    constant = instance.offset + float(row_price[priced] @ limit[priced])
    constant += float(np.where(cost > 0.0, cost * side.lower, cost * np.where(cost < 0.0, side.upper, 0.0)).sum())
    required = must_connect(instance)
    prize = _prizes(instance, cost, required)
    fixed = np.flatnonzero(required)
    optional = np.flatnonzero(prize > 0.0)
    terminals = np.concatenate([fixed, optional])
    prizes = np.concatenate([np.full(fixed.size, np.inf), prize[optional]])
    ascent = dual_ascent(graph, arc_cost, root, terminals, prizes, max_cut_arcs=max_cut_arcs)
    leaf = _leaves(instance, cost, required)
    return LagrangeBound(constant + ascent.bound, root, row_price, cost, terminals, ascent, leaf)


def must_connect(instance: SteinerInstance) -> Bools:
    """Required nodes, with those of columns that cannot be zero."""
    required = instance.required.copy()
    required[instance.root] = True
    required[instance.optional_node[instance.side.lower[instance.optional_column] > 0.0]] = True
    return required


def _prizes(instance: SteinerInstance, cost: Floats, required: Bools) -> Floats:
    """Prize of every node: what its columns bring, each shared among the nodes it needs, shape (nodes,)."""
    free = ~required[instance.optional_node]
    node, column = instance.optional_node[free], instance.optional_column[free]
    needs = np.bincount(column, minlength=cost.size)
    worth = np.where(cost < 0.0, -cost * instance.side.upper, 0.0) / np.maximum(needs, 1)
    prize = np.zeros(instance.n_nodes)
    np.add.at(prize, node, worth[column])
    return prize


def _leaves(instance: SteinerInstance, cost: Floats, required: Bools) -> Floats:
    leaf = np.full(instance.n_nodes, np.inf)
    pays = np.where(instance.side.integer, np.maximum(cost, 0.0), 0.0)
    np.minimum.at(leaf, instance.optional_node, pays[instance.optional_column])
    leaf[required] = 0.0
    return leaf


def _start(instance: SteinerInstance, graph: Graph, tree: Tree | None) -> Floats:
    """Row prices on the best tree known, or of the side problem alone."""
    price: Floats | None = None
    if tree is not None:
        edges = np.zeros(graph.n_edges, dtype=np.bool_)
        edges[tree.edges] = True
        price = relaxed_subtree(instance, graph, edges)
    if price is None:
        priced = price_side(instance.side)
        price = np.zeros(instance.side.row_lower.size) if priced is None else priced.row_dual
    return _signed(instance, price)


def _signed(instance: SteinerInstance, row_price: Floats) -> Floats:
    """Multipliers without those that price an infinite limit."""
    side = instance.side
    low = np.where(np.isfinite(side.row_lower), np.inf, 0.0)
    high = np.where(np.isfinite(side.row_upper), -np.inf, 0.0)
    return np.clip(row_price, high, low)


def _gradient(instance: SteinerInstance, at: LagrangeBound) -> Floats:
    """Subgradient of the bound in the multipliers: limits minus the rows of the relaxed solution."""
    side = instance.side
    out = np.zeros(instance.n_nodes, dtype=np.bool_)
    out[at.terminals[at.ascent.slack <= 1e-9 * (1.0 + abs(at.value))]] = True
    z = np.where(at.column_cost < 0.0, side.upper, side.lower)
    away = instance.optional_column[out[instance.optional_node]]
    z[away] = np.maximum(side.lower[away], 0.0)
    activity = side.rows @ z
    gradient: Floats = np.where(at.row_price > 0.0, side.row_lower, side.row_upper) - activity
    idle = at.row_price == 0.0
    short = np.maximum(side.row_lower - activity, 0.0) + np.minimum(side.row_upper - activity, 0.0)
    gradient[idle] = short[idle]
    return gradient
