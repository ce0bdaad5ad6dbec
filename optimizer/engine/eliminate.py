"""Drop arcs and columns that no solution as cheap as the best one known can use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.graph import Graph
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.kernels import dijkstra
from optimizer.engine.lagrange import LagrangeBound

__all__ = ["Eliminated", "eliminate", "eliminate_arcs"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MARGIN = 1e-7  # relative, so that rounding never drops an arc of a solution at the upper bound


@dataclass(frozen=True)
class Eliminated:
    """What can go: arcs, shape (2 edges,), edges (both arcs gone), columns that stay at 0, shape (columns,)."""

    arcs: Bools
    edges: Bools
    columns: Bools


def eliminate(instance: SteinerInstance, graph: Graph, bound: LagrangeBound, upper: float) -> Eliminated:
    """Arcs, edges and side columns without which every pruned solution of cost <= `upper` remains."""
    arcs = eliminate_arcs(graph, bound.root, bound.ascent.reduced, bound.leaf, bound.value, upper)
    reach = _distance(graph, bound.ascent.reduced, 0, np.array([bound.root]), np.zeros(1))
    pays = np.maximum(bound.column_cost, 0.0)[instance.optional_column] + reach[instance.optional_node]
    columns = np.zeros(instance.side.cost.size, dtype=np.bool_)
    columns[instance.optional_column[bound.value + pays > _limit(upper)]] = True
    columns &= instance.side.integer & (instance.side.lower <= 0.0)
    return Eliminated(arcs, arcs[0::2] & arcs[1::2], columns)


def eliminate_arcs(graph: Graph, root: int, reduced: Floats, leaf: Floats, bound: float, upper: float) -> Bools:
    """Arcs whose cheapest path from the root through them to a leaf shows that they are too dear.

    Parameters
    ----------
    graph
        Network.
    root
        Node all arcs point away from.
    reduced
        Reduced cost of every arc, >= 0, from an ascent or from the linear program, shape (2 edges,).
    leaf
        Extra reduced cost of a solution with a leaf at the node; inf where no leaf can be, shape (nodes,).
    bound, upper
        ``bound + sum(reduced of used arcs) + leaf`` is at most a solution's objective; the best one known.

    Returns
    -------
    arcs
        True for arcs that can go, shape (2 edges,).

    Notes
    -----
    In a pruned arborescence every arc lies on a path from the root to a leaf that is a required node or the node
    of a chosen column, so its objective is at least bound + d(root, tail) + reduced + d(head, nearest leaf).
    """
    ends = np.flatnonzero(np.isfinite(leaf))
    ahead = _distance(graph, reduced, 0, np.array([root]), np.zeros(1))
    behind = _distance(graph, reduced, 1, ends, leaf[ends])
    through: Floats = bound + ahead[graph.arc_tail] + reduced + behind[graph.arc_head]
    gone: Bools = through > _limit(upper)
    return gone


def _limit(upper: float) -> float:
    return upper + MARGIN * max(1.0, abs(upper))


def _distance(graph: Graph, reduced: Floats, flip: int, sources: NDArray[np.int64], start: Floats) -> Floats:
    dist, _, _ = dijkstra(*graph.csr, reduced, flip, sources, start, np.inf)
    return dist
