"""From the whole instance to a small one, a good tree and a bound, before any linear program is solved."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.eliminate import eliminate
from optimizer.engine.graph import Graph, graph_of
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.lagrange import LagrangeBound, lagrangian_bound
from optimizer.engine.primal import heuristic, polish, recombine
from optimizer.engine.reduce import Reduced, reduce
from optimizer.engine.steiner_tree import Tree

__all__ = ["WarmStart", "guided_tree", "warm_start"]

Bools = NDArray[np.bool_]

WEIGHT = 0.05  # of an edge's cost beside its reduced cost, so that ways at no reduced cost still differ


@dataclass(frozen=True)
class WarmStart:
    """What is known after a few seconds.

    Parameters
    ----------
    reduced
        Reduced instance. It keeps every optimal choice only up to `upper`: a better solution of the original,
        if there is one, expands from it.
    tree
        Best solution found, with edges of the original instance.
    trees
        All solutions found, best first, with original edges.
    bound
        Lower bound on the original instance, at most the best objective.
    ascent
        The bound on ``reduced.instance``, to start cuts from.
    """

    reduced: Reduced
    tree: Tree
    trees: list[Tree]
    bound: float
    ascent: LagrangeBound


def warm_start(
    instance: SteinerInstance,
    *,
    trees: int = 8,
    seed: int = 0,
    max_cut_arcs: int = 2_000_000,
    deadline: float = np.inf,
) -> WarmStart | None:
    """Reduce, search, bound, eliminate and reduce again.

    Parameters
    ----------
    instance
        Problem with latency relaxed.
    trees
        Heuristic solutions to make; half of them guided by dual ascent from different roots.
    seed
        Of the perturbations.
    max_cut_arcs
        Cut arcs to keep in `WarmStart.ascent`.
    deadline
        ``time.monotonic()`` after which no new step starts (one tree is made in any case).

    Returns
    -------
    WarmStart
        Or None when no solution was found.
    """
    first = reduce(instance)
    small, graph = first.instance, graph_of(first.instance)
    start = heuristic(small, graph, seed=seed, thorough=False, deadline=deadline)
    if start is None:
        return None
    found, bounds = [start], [lagrangian_bound(small, graph, tree=start)]
    roots = np.flatnonzero(small.required)
    for k in range(1, trees):
        if time.monotonic() >= deadline:
            break
        best = min(found, key=_objective)
        if k % 2 == 0:
            tree = heuristic(small, graph, seed=seed + k, thorough=False, deadline=deadline)
        else:
            bounds.append(lagrangian_bound(small, graph, tree=best, root=int(roots[(k // 2) % roots.size])))
            tree = guided_tree(small, graph, bounds[-1], deadline=deadline)
        found += [] if tree is None else [tree]
    if len(found) > 1 and time.monotonic() < deadline:
        best = recombine(small, sorted(found, key=_objective)[:4], deadline=deadline)
        found.append(polish(small, graph, best, deadline=deadline))
    return _finish(first, graph, found, bounds, max_cut_arcs)


def guided_tree(
    instance: SteinerInstance, graph: Graph, bound: LagrangeBound, *, deadline: float = np.inf
) -> Tree | None:
    """Tree that follows the edges an ascent used up and aims at the optional terminals it could pay for."""
    reduced = np.minimum(bound.ascent.reduced[0::2], bound.ascent.reduced[1::2])
    out = np.zeros(instance.n_nodes, dtype=np.bool_)
    out[bound.terminals[bound.ascent.slack <= 1e-9]] = True
    hint = np.where(bound.column_cost < 0.0, instance.side.upper, 0.0)
    hint[instance.optional_column[out[instance.optional_node]]] = 0.0
    cost = reduced + WEIGHT * instance.cost
    return heuristic(instance, graph, search_cost=cost, z_hint=hint, thorough=False, deadline=deadline)


def _finish(
    first: Reduced, graph: Graph, found: list[Tree], bounds: list[LagrangeBound], max_cut_arcs: int
) -> WarmStart:
    """Eliminate by every bound with the best tree, reduce again, and bound what is left."""
    found = sorted(found, key=_objective)
    upper = found[0].objective
    edges = np.zeros(first.instance.cost.size, dtype=np.bool_)
    columns = np.zeros(first.instance.side.cost.size, dtype=np.bool_)
    for bound in bounds:
        gone = eliminate(first.instance, graph, bound, upper)
        edges |= gone.edges
        columns |= gone.columns
    small = reduce(first.instance, dropped=edges, closed=columns).after(first)
    ascent = lagrangian_bound(
        small.instance, graph_of(small.instance), max_cut_arcs=max_cut_arcs, row_price=_price(bounds)
    )
    value = min(max([ascent.value, *(bound.value for bound in bounds)]), upper)
    trees = [replace(tree, edges=first.expand(tree.edges)) for tree in found]
    return WarmStart(small, trees[0], trees, value, ascent)


def _price(bounds: list[LagrangeBound]) -> NDArray[np.float64]:
    return max(bounds, key=lambda bound: bound.value).row_price


def _objective(tree: Tree) -> float:
    return tree.objective
