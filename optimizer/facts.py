"""What a choice of links and equipment does: latencies and routes on the network, by compiled shortest paths."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from optimizer.disjoint import Pair, SearchLimit, Way, disjoint_pair
from optimizer.light.parts import LightPlan, carried_by, reached_by
from optimizer.model import Demand, Graph
from optimizer.problem import Center, Problem
from optimizer.requirements.base import Facts
from optimizer.requirements.dual_homing import DualHoming
from optimizer.requirements.protection import Protection

__all__ = ["Choice", "Measured", "today"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Choice:
    """What is lit and built, however it was found.

    Parameters
    ----------
    used
        True for every link that carries light, shape (links,); lit links of today included.
    oxc
        Ids of metro sites with an OXC, today's included.
    new_ports
        New 400G export ports by center id.
    equipped
        Ids of access points with optical equipment, today's included.
    """

    used: NDArray[np.bool_]
    oxc: frozenset[str]
    new_ports: Mapping[str, int]
    equipped: frozenset[str]


def today(problem: Problem) -> Choice:
    """Return today's network: what is lit, and the equipment in service."""
    used = problem.network.links["lit"].to_numpy(dtype=bool).copy()
    used[list(problem.forbidden_links)] = False
    return Choice(
        used,
        frozenset(s.id for s in problem.metro_sites if s.oxc),
        {},
        frozenset(a.id for a in problem.access_points if a.optical),
    )


@dataclass(frozen=True)
class Measured:
    """Latencies and routes of a choice.

    The latency of passing a node is put half on each arc at it, so that plain shortest paths find the quickest
    route; the halves at the two ends, which are not passed, are taken off again.
    """

    problem: Problem
    choice: Choice
    light: LightPlan | None = None

    @cached_property
    def pass_us(self) -> NDArray[np.float64]:
        """Latency of passing every node with the chosen OXCs, shape (nodes,)."""
        passing = self.problem.transit_us.copy()
        for site in self.problem.metro_sites:
            if site.id in self.choice.oxc:
                passing[site.node] = min(passing[site.node], self.problem.catalogue["oxc_us"])
        return passing

    @cached_property
    def _quickest(self) -> dict[tuple[int, int], int]:
        """Link number of the quickest used link between two nodes, both ways round."""
        used = np.flatnonzero(self.choice.used)
        order = used[np.argsort(-self.problem.link_us[used], kind="stable")]
        quickest: dict[tuple[int, int], int] = {}
        for link, (a, b) in zip(order.tolist(), self.problem.network.ends[order].tolist(), strict=True):
            quickest[a, b] = quickest[b, a] = link
        return quickest

    @cached_property
    def _matrix(self) -> sp.csr_array:
        """Arc weights: link latency and half the passing latency of both ends."""
        n = len(self.problem.network.nodes)
        if not self._quickest:
            return sp.csr_array((n, n))
        tail, head = np.array(list(self._quickest)).T
        links = np.fromiter(self._quickest.values(), dtype=np.int64)
        weight = self.problem.link_us[links] + (self.pass_us[tail] + self.pass_us[head]) / 2
        return sp.csr_array((weight, (tail, head)), shape=(n, n))

    @cached_property
    def _from_centers(self) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
        """Distances and predecessors from every center, shape (centers, nodes)."""
        sources = np.array([c.node for c in self.problem.centers], dtype=np.int64)
        distance, predecessor = dijkstra(self._matrix, indices=sources, return_predecessors=True)
        ends = (self.pass_us[sources][:, None] + self.pass_us[None, :]) / 2
        distance = np.maximum(distance - ends, 0.0)
        distance[np.arange(len(sources)), sources] = 0.0
        return distance, predecessor

    @cached_property
    def _row(self) -> dict[str, int]:
        return {c.id: i for i, c in enumerate(self.problem.centers)}

    @cached_property
    def nearest(self) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Latency from every node to its nearest active center, and that center's position in ``centers``."""
        rows = np.array([self._row[c.id] for c in self.problem.active_centers], dtype=np.int64)
        distance = self._from_centers[0][rows]
        best = np.argmin(distance, axis=0)
        return distance[best, np.arange(distance.shape[1])], rows[best]

    @cached_property
    def facts(self) -> Facts:
        """What requirements are measured by."""
        problem, distance = self.problem, self._from_centers[0]
        centers = problem.centers
        pair_us = {
            (a.id, b.id): float(distance[i, b.node]) for i, a in enumerate(centers) for b in centers if a.id < b.id
        }
        joined = np.isfinite(self.nearest[0])
        oxc = {s.id for s in problem.metro_sites if s.id in self.choice.oxc and (s.oxc or joined[s.node])}
        ports = {c.id: c.ports_400g + self.choice.new_ports.get(c.id, 0) for c in centers}
        return Facts(
            frozenset(oxc),
            ports,
            pair_us,
            self.nearest[0],
            self.choice.equipped,
            frozenset(self.protected),
            frozenset(self.homes),
            frozenset() if self.light is None else carried_by(self.light),
            frozenset() if self.light is None else reached_by(self.light),
        )

    @cached_property
    def protected(self) -> Mapping[tuple[str, str], Pair]:
        """Working and protection route of every relation that has both, by its centers' ids."""
        rule = self.problem.requirement(Protection)
        relations = () if rule is None else rule.relations(self.problem)
        found = {(a.id, b.id): self._pair(rule.demand(self.problem, a, b)) for a, b in relations if rule is not None}
        return {ids: pair for ids, pair in found.items() if pair is not None}

    @cached_property
    def homes(self) -> Mapping[str, Pair]:
        """Routes to two metro sites of every center that has both, by its id."""
        rule = self.problem.requirement(DualHoming)
        judged = () if rule is None else rule.judged(self.problem)
        found = {c.id: self._pair(rule.demand(self.problem, c)) for c in judged if rule is not None}
        return {name: pair for name, pair in found.items() if pair is not None}

    def _pair(self, demand: Demand) -> Pair | None:
        """Return the two routes of a protected demand in the chosen links."""
        nobody = np.zeros(self._graph.n_nodes, dtype=np.bool_)
        for least in (True, False):  # any two routes where those of least latency take too long to find
            try:
                return disjoint_pair(self._graph, self.choice.used, nobody, demand, least=least)
            except SearchLimit:
                continue
        _log.warning("The search for two routes of '%s' was given up: it counts as unprotected.", demand.label)
        return None

    @cached_property
    def _graph(self) -> Graph:
        """The planning graph with the chosen OXCs as it stands: nothing is left to decide."""
        n, ends = len(self.problem.network.nodes), self.problem.network.ends
        nothing = np.full(n, -1, dtype=np.int64)
        links = np.arange(len(ends))
        us, passing = self.problem.link_us, self.pass_us
        return Graph(n, ends[:, 0], ends[:, 1], us, links, passing, passing, nothing, self.problem.risks)

    def route(self, a: Center, b: Center) -> Way | None:
        """Return the quickest route between two centers, None when there is none."""
        predecessor = self._from_centers[1][self._row[a.id]]
        if predecessor[b.node] < 0:
            return None
        nodes = [b.node]
        while nodes[-1] != a.node:
            nodes.append(int(predecessor[nodes[-1]]))
        nodes.reverse()
        links = tuple(self._quickest[u, v] for u, v in pairwise(nodes))
        us = float(self.problem.link_us[list(links)].sum() + self.pass_us[nodes[1:-1]].sum())
        return Way(tuple(nodes), links, us)
