"""A smaller instance with the same optimum, and the way back; valid only while latency is relaxed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from optimizer.engine.instance import SteinerInstance
from optimizer.engine.lagrange import must_connect
from optimizer.engine.reduce_kernels import contract_graph, path_edges

__all__ = ["Reduced", "reduce"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Reduced:
    """A reduced instance.

    Parameters
    ----------
    instance
        The smaller problem, same side columns; at least one optimal solution of it expands to an optimal one.
    path_first, path_edge
        Edge e stands for the original edges ``path_edge[path_first[e]:path_first[e + 1]]``.
    included
        Original edges that are in every solution; their cost is in the offset.
    node
        Reduced node of every original node, -1 where it went, shape (original nodes,).
    """

    instance: SteinerInstance
    path_first: Ints
    path_edge: Ints
    included: Ints
    node: Ints

    def expand(self, edges: Ints) -> Ints:
        """Original edges of a solution of the reduced instance, ascending."""
        paths = [self.path_edge[self.path_first[e] : self.path_first[e + 1]] for e in edges]
        return np.unique(np.concatenate([self.included, *paths]))

    def after(self, earlier: Reduced) -> Reduced:
        """Both reductions as one of the original, when this one was made on the result of an `earlier` one."""
        first = earlier.path_first
        length = np.diff(first)[self.path_edge]
        place = np.concatenate([[0], np.cumsum(length)])
        path_edge = np.concatenate(
            [np.empty(0, dtype=np.int64), *(earlier.path_edge[first[e] : first[e + 1]] for e in self.path_edge)]
        )
        node = np.where(earlier.node >= 0, self.node[earlier.node], -1)
        return Reduced(self.instance, place[self.path_first], path_edge, earlier.expand(self.included), node)


def reduce(
    instance: SteinerInstance,
    *,
    dropped: Bools | None = None,
    closed: Bools | None = None,
    special_distance: bool = True,
) -> Reduced:
    """Shrink the graph without losing every optimal solution.

    Parameters
    ----------
    instance
        Problem; edge costs >= 0.
    dropped
        Edges known to be dispensable (from `eliminate`), shape (edges,).
    closed
        Side columns that stay at 0; their nodes need no protection, shape (columns,).
    special_distance
        Also the tests that search for alternative ways.

    Notes
    -----
    Removed are: leaves that are no terminals, the dearer of parallel edges, nodes of degree two (their edges are
    joined), edges at no cost and the only edge of a required node (contracted), edges with an alternative walk
    whose stretches between required nodes cost no more (Duin and Volgenant 1989, doi:10.1002/net.3230190506), and
    nodes of degree three whose neighbours join each other no dearer. Optional terminals count as nodes that must
    stay and never as stops of a walk, as a solution may leave them out.
    """
    upper = instance.side.upper if closed is None else np.where(closed, 0.0, instance.side.upper)
    useful = upper[instance.optional_column] > 0.0
    required = must_connect(instance)
    protected = required.copy()
    protected[instance.optional_node[useful]] = True
    dropped = np.zeros(instance.cost.size, dtype=np.bool_) if dropped is None else dropped
    made = contract_graph(
        instance.n_nodes,
        instance.tail,
        instance.head,
        instance.cost,
        ~dropped,
        required,
        protected,
        special_distance,
    )
    return _renumber(instance, upper, made)


def _renumber(
    instance: SteinerInstance, upper: Floats, made: tuple[Ints, Ints, Floats, Ints, Bools, Bools, Ints]
) -> Reduced:
    tail, head, cost, child, left, contracted, label = made
    root = int(label[instance.root])
    alive, included = np.flatnonzero(_near_root(tail, head, left, root, instance.n_nodes)), np.flatnonzero(contracted)
    keep = np.unique(np.concatenate([tail[alive], head[alive], label[instance.required], [root]]))
    number = np.full(instance.n_nodes, -1, dtype=np.int64)
    number[keep] = np.arange(keep.size)
    node = number[label]
    required = np.zeros(keep.size, dtype=np.bool_)
    required[node[instance.required]] = True
    here = (node[instance.optional_node] >= 0) & (upper[instance.optional_column] > 0.0)
    gone = instance.optional_column[~here]
    upper = upper.copy()
    upper[gone] = np.minimum(upper[gone], 0.0)
    small = SteinerInstance(
        keep.size,
        number[tail[alive]],
        number[head[alive]],
        cost[alive],
        int(number[root]),
        required,
        node[instance.optional_node[here]],
        instance.optional_column[here],
        replace(instance.side, upper=upper),
        instance.offset + float(cost[included].sum()),
    )
    path_first, path_edge = path_edges(child, alive, instance.cost.size)
    _, always = path_edges(child, included, instance.cost.size)
    return Reduced(small, path_first, path_edge, np.sort(always), node)


def _near_root(tail: Ints, head: Ints, left: Bools, root: int, n: int) -> Bools:
    """Edges left in the component of the root."""
    ends = (np.ones(int(left.sum())), (tail[left], head[left]))
    _, part = connected_components(sp.csr_array(ends, shape=(n, n)), directed=False)
    near: Bools = left & (part[tail] == part[root])
    return near
