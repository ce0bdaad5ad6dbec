"""Heuristic solutions: choose optional terminals by price, grow a tree, improve it, recombine several.

One round prices the side rows on the tree at hand, joins every optional terminal whose prize covers its way, lets
`best_subtree` decide exactly which branches stay, and improves the tree for the terminals chosen.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.graph import Graph, graph_of
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.kernels import dijkstra
from optimizer.engine.local_search import improve
from optimizer.engine.side import price_side
from optimizer.engine.steiner_tree import Tree, grow_tree
from optimizer.engine.subtree import best_subtree, relaxed_subtree

__all__ = ["Part", "Tree", "heuristic", "polish", "recombine", "repair_side", "union_instance"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

REACH = (1.0, 1.5, 2.5)  # times its prize that a terminal's way may cost to be tried in a round
SHARED = 0.3  # share of its distance a terminal is expected to pay, as ways are shared; random with a seed


@dataclass(frozen=True)
class Part:
    """A smaller instance on some of the edges.

    Parameters
    ----------
    instance
        Problem on those edges; side columns are the same, those of nodes left out cannot be positive.
    edges
        Original edge of every edge, shape (edges of the part,).
    nodes
        Original node of every node, shape (nodes of the part,).
    """

    instance: SteinerInstance
    edges: Ints
    nodes: Ints


def heuristic(
    instance: SteinerInstance,
    graph: Graph,
    *,
    search_cost: Floats | None = None,
    z_hint: Floats | None = None,
    seed: int = 0,
    thorough: bool = True,
    deadline: float = np.inf,
) -> Tree | None:
    """Good solution in about a second on ten thousand nodes.

    Parameters
    ----------
    instance, graph
        Problem and its adjacency.
    search_cost
        Edge costs that guide the growth (the objective counts ``instance.cost``), for example
        ``cost * (1 - lp_value)``, shape (edges,). Default: the costs, perturbed unless `seed` is 0.
    z_hint
        Side columns to aim at first, for example LP values, shape (columns,).
    seed
        Of the perturbation.
    thorough
        End with an exact choice on the widest tree, up to two seconds.
    deadline
        ``time.monotonic()`` after which no new round starts.

    Returns
    -------
    Tree
        Or None when the required nodes are not connected or no side columns fit.
    """
    cost = _perturbed(instance.cost, seed) if search_cost is None else search_cost
    share = SHARED if seed == 0 else float(np.random.default_rng(seed).uniform(0.1, 1.0))
    tree = _first_tree(instance, graph, cost, z_hint, share)
    return (
        None if tree is None else polish(instance, graph, tree, search_cost=cost, thorough=thorough, deadline=deadline)
    )


def polish(
    instance: SteinerInstance,
    graph: Graph,
    tree: Tree,
    *,
    search_cost: Floats | None = None,
    thorough: bool = True,
    deadline: float = np.inf,
    max_rounds: int = 12,
) -> Tree:
    """The tree after rounds of pricing, joining, choosing and local search, never a dearer one."""
    cost = instance.cost if search_cost is None else search_cost
    best = _improved(instance, graph, tree)
    reach = 0
    for _ in range(max_rounds):
        if time.monotonic() >= deadline or instance.optional_node.size == 0:
            break
        wider = _widened(instance, graph, best, cost, REACH[reach])
        found = None
        if wider.sum() > best.edges.size:
            found = best_subtree(instance, graph, wider, quick=True)
        if found is not None:
            found = _improved(instance, graph, found)
        if found is not None and found.objective < best.objective * (1.0 - 1e-7) - 1e-9:
            best = found
        elif reach + 1 < len(REACH):
            reach += 1
        else:
            break
        cost = instance.cost
    if thorough and time.monotonic() < deadline:
        wider = _widened(instance, graph, best, instance.cost, REACH[-1])
        found = best_subtree(instance, graph, wider, time_limit_s=2.0)
        best = found if found is not None and found.objective < best.objective else best
    return best


def repair_side(instance: SteinerInstance, edges: Ints, graph: Graph | None = None) -> Tree | None:
    """Best solution inside a set of edges (a spanning tree of it): columns and branches chosen exactly.

    Parameters
    ----------
    instance, graph
        Problem and, when at hand, its adjacency.
    edges
        Usable edges; None is returned if they leave a required node out or no side columns fit.
    """
    graph = graph_of(instance) if graph is None else graph
    usable = np.zeros(graph.n_edges, dtype=np.bool_)
    usable[edges] = True
    return best_subtree(instance, graph, usable)


def recombine(instance: SteinerInstance, trees: list[Tree], *, seed: int = 1, deadline: float = np.inf) -> Tree:
    """Best of the trees and of heuristic trees inside their union."""
    part = union_instance(instance, trees)
    graph = graph_of(part.instance)
    best = min(trees, key=lambda tree: tree.objective)
    for k in range(len(trees)):
        found = heuristic(part.instance, graph, seed=seed + k, z_hint=trees[k].z, thorough=False, deadline=deadline)
        if found is not None and found.objective < best.objective:
            best = replace(found, edges=np.sort(part.edges[found.edges]))
        if time.monotonic() >= deadline:
            break
    return best


def union_instance(instance: SteinerInstance, trees: list[Tree]) -> Part:
    """The instance on the edges of some trees, with its nodes renumbered."""
    edges = np.unique(np.concatenate([tree.edges for tree in trees]))
    ends = np.concatenate([instance.tail[edges], instance.head[edges], [instance.root]])
    nodes = np.unique(ends)
    number = np.full(instance.n_nodes, -1, dtype=np.int64)
    number[nodes] = np.arange(nodes.size)
    here = number[instance.optional_node] >= 0
    upper = instance.side.upper.copy()
    gone = instance.optional_column[~here]
    upper[gone] = np.minimum(upper[gone], 0.0)
    part = SteinerInstance(
        nodes.size,
        number[instance.tail[edges]],
        number[instance.head[edges]],
        instance.cost[edges],
        int(number[instance.root]),
        instance.required[nodes],
        number[instance.optional_node[here]],
        instance.optional_column[here],
        replace(instance.side, upper=upper),
        instance.offset,
    )
    return Part(part, edges, nodes)


def _perturbed(cost: Floats, seed: int) -> Floats:
    if seed == 0:
        return cost
    return cost * np.random.default_rng(seed).uniform(0.8, 1.25, cost.size)


def _first_tree(
    instance: SteinerInstance, graph: Graph, cost: Floats, z_hint: Floats | None, share: float
) -> Tree | None:
    """Tree of the required nodes, then of the optional ones the side problem wants at about their distance."""
    inside = np.zeros(instance.n_nodes, dtype=np.bool_)
    inside[instance.root] = True
    edges, nodes = grow_tree(*graph.csr, cost, inside, np.where(instance.required, np.inf, 0.0))
    if not nodes[instance.required].all():
        return None
    wanted = z_hint
    if wanted is None:
        wanted = _wanted(instance, graph, cost, nodes, share)
    if wanted is None:
        return None
    prize = np.zeros(instance.n_nodes)
    prize[instance.optional_node[wanted[instance.optional_column] > 0.1]] = np.inf
    more, nodes = grow_tree(*graph.csr, cost, nodes, prize)
    found = best_subtree(instance, graph, edges | more, quick=True)
    if found is not None:
        return found
    # The choice was too small: join whatever can be reached and let the side problem choose.
    prize[instance.optional_node] = np.inf
    more, _ = grow_tree(*graph.csr, cost, inside, np.where(instance.required, np.inf, prize))
    return best_subtree(instance, graph, more, quick=True)


def _wanted(instance: SteinerInstance, graph: Graph, cost: Floats, inside: Bools, share: float) -> Floats | None:
    """Side columns when every optional node costs a share of its distance to the tree."""
    sources = np.flatnonzero(inside)
    dist, _, _ = dijkstra(*graph.csr, np.repeat(cost, 2), 0, sources, np.zeros(sources.size), np.inf)
    extra = np.zeros(instance.side.cost.size)
    way = dist[instance.optional_node]
    reached = np.isfinite(way)
    np.add.at(extra, instance.optional_column[reached], share * way[reached])
    allowed = np.ones(extra.size, dtype=np.bool_)
    allowed[instance.optional_column[~reached]] = False
    found = price_side(instance.side, extra, allowed)
    return None if found is None else found.z


def _improved(instance: SteinerInstance, graph: Graph, tree: Tree) -> Tree:
    """Local search for the chosen terminals, then the best choice on the tree found."""
    keep = instance.required.copy()
    keep[instance.optional_node[tree.z[instance.optional_column] > 0.0]] = True
    edges = np.zeros(graph.n_edges, dtype=np.bool_)
    edges[tree.edges] = True
    better = improve(graph, instance.cost, edges, keep, instance.root)
    if np.array_equal(better, edges):
        return tree
    found = best_subtree(instance, graph, better, quick=True)
    return found if found is not None and found.objective < tree.objective else tree


def _widened(instance: SteinerInstance, graph: Graph, tree: Tree, cost: Floats, reach: float) -> Bools:
    """The tree's edges with ways to all optional terminals whose prize, times `reach`, covers them."""
    edges = np.zeros(graph.n_edges, dtype=np.bool_)
    edges[tree.edges] = True
    price = relaxed_subtree(instance, graph, edges)
    inside = np.zeros(instance.n_nodes, dtype=np.bool_)
    inside[instance.root] = True
    inside[graph.tail[tree.edges]] = inside[graph.head[tree.edges]] = True
    prize = np.zeros(instance.n_nodes)
    if price is not None:
        value = instance.side.rows.T @ price - instance.side.cost
        worth = np.maximum(value, 0.0) * instance.side.upper
        np.add.at(prize, instance.optional_node, worth[instance.optional_column])
    more, _ = grow_tree(*graph.csr, cost, inside, reach * prize)
    return edges | more
