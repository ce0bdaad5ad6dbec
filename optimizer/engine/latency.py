"""Latency of demands: which can be met at all, which a plan breaks, by what route, and the cuts that say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint import Pair
from optimizer.engine.graph import Graph, build_graph
from optimizer.engine.routing import distances, greedy_cut
from optimizer.model import Demand, Model

__all__ = [
    "Cut", "Latency", "Point", "build_latency", "least_us", "length_cut", "light_cut", "measure", "measure_above",
    "passing_us", "point_of", "route", "worst_first",
]  # fmt: skip

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Latency:
    """The planning graph and its demands, ready for many latency questions.

    Parameters
    ----------
    model
        The model.
    graph
        Adjacency of the planning graph.
    demands
        Numbers of the demands looked after.
    groups
        (ends, demands, nodes): one search from `ends` answers every demand of the group at its node.
    open_links
        Links that may be used at all, shape (links,).
    nearest
        Memo of `least_us`.
    pairs, no_pair
        Memo of `pair_of`: two routes found for each demand, the latest first, and the networks where none
        were found, with whether it is proven that there are none.
    ends
        Memo of `pair_rows`: every demand for two routes on the edges of its problem.
    """

    model: Model
    graph: Graph
    demands: tuple[int, ...]
    groups: tuple[tuple[Ints, Ints, Ints], ...]
    open_links: Bools
    nearest: dict[tuple[int, ...], Floats] = field(default_factory=dict, compare=False, repr=False)
    pairs: dict[int, list[Pair]] = field(default_factory=dict, compare=False, repr=False)
    no_pair: dict[tuple[int, bytes, bytes], bool] = field(default_factory=dict, compare=False, repr=False)
    ends: dict[int, object] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def budgets_us(self) -> Floats:
        """Largest latency that complies, of every demand looked after, in the order of `demands`."""
        return np.array([self.model.demands[d].budget_us for d in self.demands])


@dataclass(frozen=True)
class Cut:
    """Row ``sum use[links] + sum oxc[nodes] >= met`` of one demand."""

    demand: int
    links: Ints
    nodes: Ints


@dataclass(frozen=True)
class Point:
    """A point of the linear program, ready to be cut off.

    Parameters
    ----------
    order
        Elements (links, then links + node for OXCs), highest value first, among equals the cheap first.
    value
        Of each, shape of `order`.
    passing
        Latency of passing every node with the OXCs that are there in any case, shape (nodes,).
    links, oxc
        Values of links, 2 where used in any case, shape (links,), and of OXCs by node, shape (nodes,).
    """

    order: Ints
    value: Floats
    passing: Floats
    links: Floats
    oxc: Floats


def build_latency(model: Model, demands: tuple[int, ...], open_links: Bools) -> Latency:
    """Prepare latency questions about `demands` over `open_links`."""
    graph = build_graph(model.graph.n_nodes, model.graph.tail, model.graph.head)
    return Latency(model, graph, demands, _groups(model, demands), open_links)


def passing_us(latency: Latency, oxc: Bools) -> Floats:
    """Latency of passing every node when the nodes of `oxc` have their OXC, shape (nodes,)."""
    graph = latency.model.graph
    return np.where(oxc & (graph.oxc >= 0), np.minimum(graph.oxc_us, graph.transit_us), graph.transit_us)


def measure(latency: Latency, links: Bools, oxc: Bools) -> Floats:
    """Latency in the graph of the best route of every demand looked after, inf where there is none.

    Parameters
    ----------
    links, oxc
        Links in use, shape (links,); nodes whose OXC is there, shape (nodes,).

    Returns
    -------
    numpy.ndarray
        In the order of ``latency.demands``.
    """
    passing = passing_us(latency, oxc)
    allowed = links & latency.open_links
    found = np.full(len(latency.model.demands), np.inf)
    for ends, demands, nodes in latency.groups:
        distance, _ = distances(*latency.graph.csr, latency.model.graph.us, passing, allowed, ends, np.inf)
        found[demands] = distance[nodes]
    return found[list(latency.demands)]


def worst_first(demands: Sequence[int] | Ints, us: Floats, budgets_us: Floats) -> list[int]:
    """Return the demands that have no route, then those over their limit, the worst first."""
    slow = np.flatnonzero((us > budgets_us) | ~np.isfinite(us))
    excess = np.where(np.isfinite(us[slow]), us[slow] - np.minimum(budgets_us[slow], 1e300), np.inf)
    return [int(demands[i]) for i in slow[np.argsort(-excess, kind="stable")]]


def route(latency: Latency, demand: int, links: Bools, oxc: Bools) -> Ints:
    """Links of the best route of a demand over `links`; empty when there is none."""
    asked = latency.model.demands[demand]
    us = latency.model.graph.us
    allowed = links & latency.open_links
    distance, pred = distances(
        *latency.graph.csr, us, passing_us(latency, oxc), allowed, np.array([asked.source]), np.inf
    )
    targets = np.array(asked.targets, dtype=np.int64)
    v = int(targets[np.argmin(distance[targets])])
    taken: list[int] = []
    while v != asked.source and pred[v] >= 0:
        taken.append(int(pred[v]) >> 1)
        v = int(latency.graph.arc_tail[pred[v]])
    return np.array(taken if v == asked.source else [], dtype=np.int64)


def point_of(latency: Latency, link_value: Floats, oxc_value: Floats, free_links: Bools) -> Point:
    """Prepare length-bounded cuts that cut off a point, made of elements of low value as far as possible.

    Parameters
    ----------
    link_value, oxc_value
        Values of the point: links, shape (links,), and OXCs by node, shape (nodes,). A value below 0 means that the
        element never is there, above 1 that it always is.
    free_links
        Links that are used in any case, shape (links,).
    """
    graph = latency.model.graph
    m = graph.us.size
    links = np.flatnonzero(latency.open_links & (link_value >= 0.0))
    nodes = np.flatnonzero((graph.oxc >= 0) & (oxc_value >= 0.0) & (oxc_value <= 1.0))
    element = np.concatenate([links, m + nodes])
    value = np.concatenate([np.where(free_links, 2.0, link_value)[links], oxc_value[nodes]])
    cost = np.concatenate([latency.model.cost[graph.use[links]], latency.model.cost[graph.oxc[nodes]]])
    by_value = np.lexsort((element, cost, -np.round(value, 9)))
    sure = np.where(free_links, 2.0, link_value)
    return Point(element[by_value], value[by_value], passing_us(latency, oxc_value > 1.0), sure, oxc_value)


def length_cut(latency: Latency, demand: int, point: Point) -> Cut:
    """Return the length-bounded cut of a demand that cuts off `point` most, by greed."""
    return _cut(latency, demand, point, _refused(latency, demand, point, np.inf))


def light_cut(latency: Latency, demand: int, point: Point, room: float) -> Cut | None:
    """Return `length_cut` if its elements add up to less than `room` in the point; it takes less time than that."""
    refused = _refused(latency, demand, point, room)
    return _cut(latency, demand, point, refused) if refused.size == point.order.size else None


def _cut(latency: Latency, demand: int, point: Point, refused: Bools) -> Cut:
    cut, links = point.order[refused], latency.model.graph.us.size
    return Cut(demand, cut[cut < links], cut[cut >= links] - links)


def _refused(latency: Latency, demand: int, point: Point, room: float) -> Bools:
    """Return the elements of a cut, shape of ``point.order``; of no length where they are not less than `room`."""
    graph, asked = latency.model.graph, latency.model.demands[demand]
    targets = np.array(asked.targets, dtype=np.int64)
    oxc_us = np.minimum(graph.oxc_us, graph.transit_us)
    return greedy_cut(
        *latency.graph.csr,
        graph.us,
        point.passing,
        oxc_us,
        point.order,
        point.value,
        room,
        asked.source,
        targets,
        asked.budget_us,
        least_us(latency, (asked.source,)),
        least_us(latency, asked.targets),
    )


def measure_above(latency: Latency, point: Point, value: float) -> Floats:
    """Latency of every demand looked after over what has at least `value` in the point."""
    return measure(latency, point.links >= value, point.oxc >= value)


def least_us(latency: Latency, ends: tuple[int, ...]) -> Floats:
    """Latency from the nearest of `ends` to every node when everything is there that may be, shape (nodes,)."""
    if ends not in latency.nearest:
        model = latency.model
        possible = (model.graph.oxc >= 0) & (model.upper[model.graph.oxc] > 0.5)
        latency.nearest[ends], _ = distances(
            *latency.graph.csr,
            model.graph.us,
            passing_us(latency, possible),
            latency.open_links,
            np.array(ends, dtype=np.int64),
            np.inf,
        )
    return latency.nearest[ends]


def _groups(model: Model, demands: tuple[int, ...]) -> tuple[tuple[Ints, Ints, Ints], ...]:
    """Gather demands that one search answers: from a common set of targets, or from a common end of pairs."""
    ends = Counter(v for d in demands if len(model.demands[d].targets) == 1 for v in _both_ends(model.demands[d]))
    members: dict[tuple[int, ...], list[tuple[int, int]]] = {}
    for d in demands:
        demand = model.demands[d]
        key, node = demand.targets, demand.source
        if len(key) == 1 and ends[node] > ends[key[0]]:
            key, node = (demand.source,), demand.targets[0]
        members.setdefault(key, []).append((d, node))
    return tuple(
        (np.array(key, dtype=np.int64), np.array([d for d, _ in pairs]), np.array([v for _, v in pairs]))
        for key, pairs in members.items()
    )


def _both_ends(demand: Demand) -> tuple[int, int]:
    """Ends of a demand with one target."""
    return demand.source, demand.targets[0]
