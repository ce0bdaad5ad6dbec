"""Best latencies over the links that may be used: from every target of a demand to every node."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import cast

import networkx as nx
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components, dijkstra

from optimizer.disjoint import Way
from optimizer.model import Demand, Graph

__all__ = ["Distances"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Distances:
    """Quickest routes to some targets.

    The latency of passing a node is put half on each arc at it; the halves at the two ends are taken off again.

    Parameters
    ----------
    graph
        The planning graph.
    open_links
        Links that may be used, shape (links,).
    optical
        Nodes that may have an OXC, shape (nodes,).
    targets
        Nodes that routes may end at, each once.
    """

    graph: Graph
    open_links: Bools
    optical: Bools
    targets: tuple[int, ...]

    @cached_property
    def pass_us(self) -> NDArray[np.float64]:
        """Latency of passing every node, shape (nodes,)."""
        return np.where(self.optical, self.graph.oxc_us, self.graph.transit_us)

    @cached_property
    def part(self) -> NDArray[np.int32]:
        """Number of the connected part of every node, shape (nodes,)."""
        return np.asarray(connected_components(self._matrix, directed=False)[1])

    def best_us(self, demand: Demand) -> float:
        """Return the latency in the graph of the quickest route of a demand, ``inf`` when there is none."""
        if demand.source in demand.targets:
            return 0.0
        return min((float(self._us[self._row[t], demand.source]) for t in demand.targets), default=float("inf"))

    def way(self, demand: Demand) -> Way | None:
        """Return the quickest route of a demand, from its source; None when there is none."""
        if not np.isfinite(self.best_us(demand)) or demand.source in demand.targets:
            return None
        target = min(demand.targets, key=lambda t: (self._us[self._row[t], demand.source], t))
        predecessor = self._found[1][self._row[target]]
        nodes = [demand.source]
        while nodes[-1] != target:
            nodes.append(int(predecessor[nodes[-1]]))
        links = tuple(self._quickest[u, v] for u, v in pairwise(nodes))
        return Way(tuple(nodes), links, self.best_us(demand))

    @cached_property
    def bridges(self) -> frozenset[int]:
        """Open links that are the only way between the two parts they join."""
        graph: nx.MultiGraph[int] = nx.MultiGraph()
        links = np.flatnonzero(self.open_links).tolist()
        ends = [(int(self.graph.tail[k]), int(self.graph.head[k])) for k in links]
        graph.add_edges_from(ends)
        found = cast("Iterator[tuple[int, int]]", nx.bridges(nx.Graph(graph)))
        only = {frozenset(pair) for pair in found if graph.number_of_edges(*pair) == 1}
        return frozenset(k for pair, k in zip(ends, links, strict=True) if frozenset(pair) in only)

    @cached_property
    def _row(self) -> dict[int, int]:
        return {target: i for i, target in enumerate(self.targets)}

    @cached_property
    def _quickest(self) -> dict[tuple[int, int], int]:
        """Quickest open link between two nodes, both ways round."""
        graph = self.graph
        numbers = np.flatnonzero(self.open_links)
        order = numbers[np.argsort(-graph.us[numbers], kind="stable")]
        quickest: dict[tuple[int, int], int] = {}
        for k, a, b in zip(order.tolist(), graph.tail[order].tolist(), graph.head[order].tolist(), strict=True):
            quickest[a, b] = quickest[b, a] = k
        return quickest

    @cached_property
    def _matrix(self) -> sp.csr_array:
        n = self.graph.n_nodes
        if not self._quickest:
            return sp.csr_array((n, n))
        tail, head = np.array(list(self._quickest)).T
        links = np.fromiter(self._quickest.values(), dtype=np.int64)
        weight = self.graph.us[links] + (self.pass_us[tail] + self.pass_us[head]) / 2
        return sp.csr_array((weight, (tail, head)), shape=(n, n))

    @cached_property
    def _found(self) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        if not self.targets:
            return np.zeros((0, self.graph.n_nodes)), np.zeros((0, self.graph.n_nodes), dtype=np.int32)
        return dijkstra(self._matrix, indices=np.array(self.targets), return_predecessors=True)

    @cached_property
    def _us(self) -> NDArray[np.float64]:
        """Latency from every target to every node, ends not passed, shape (targets, nodes)."""
        ends = (self.pass_us[list(self.targets)][:, None] + self.pass_us[None, :]) / 2
        return np.maximum(self._found[0] - ends, 0.0)
