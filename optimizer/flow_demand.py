"""One routed demand written as the columns and rows of a flow; the formulas stand in ``optimizer.flow``."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from optimizer.decimals import decimals
from optimizer.model import ALWAYS, Demand, Graph, SecondRoute

__all__ = ["Block", "demand_block"]


@dataclass(frozen=True)
class Block:
    """What one demand adds: its columns and rows; column numbers count on from the blocks before it."""

    names: list[str]
    integer: NDArray[np.bool_]
    rows: sp.coo_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    row_labels: list[str]


@dataclass(frozen=True)
class _Arcs:
    """The arcs a route may use, each link in both directions, useless ones left out, and their columns."""

    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    link: NDArray[np.int64]
    column: NDArray[np.int64]


def demand_block(graph: Graph, demand: Demand, first: int) -> Block:
    """Write one demand as columns from number `first` on and rows."""
    rows = _RowStack()
    if demand.source in demand.targets:
        if any(route.budget_us < 0.0 for route in demand.routes):
            rows.start(demand, np.zeros(0, dtype=np.int64))
        return rows.block([], np.zeros(0, dtype=np.bool_))
    routes: list[_Arcs] = []
    names: list[str] = []
    integer: list[NDArray[np.bool_]] = []
    for route in demand.routes:
        arcs = _useful_arcs(graph, route, first + len(names))
        told, whole = _route(rows, graph, route, arcs, together=demand.second is not None)
        routes.append(arcs)
        names += told
        integer.append(whole)
    shared = [] if demand.second is None else sorted(demand.second.shared)
    for arcs in routes:
        own = shared if demand.second is not None else np.unique(arcs.link).tolist()
        rows.capacity(graph, demand, [arcs], own)
    if demand.second is not None:
        every = np.unique(np.concatenate([a.link for a in routes]))
        rows.capacity(graph, demand, routes, np.setdiff1d(every, shared).tolist())
        groups = rows.apart(graph, demand, demand.second, routes, first + len(names))
        names += groups
        integer.append(np.ones(len(groups), dtype=np.bool_))
    return rows.block(names, np.concatenate(integer))


def _route(
    rows: _RowStack, graph: Graph, route: Demand, arcs: _Arcs, *, together: bool
) -> tuple[list[str], NDArray[np.bool_]]:
    """Write one route; return names of its columns and which have to be whole numbers.

    Half a slow and half a fast route would keep a mean latency, and two routes that stand `together` could be mixed.
    """
    limited = math.isfinite(route.limit_us)
    names = [f"flow[{route.label}:{t}>{h}:{link}]" for t, h, link in zip(arcs.tail, arcs.head, arcs.link, strict=True)]
    integer = np.full(len(names), limited or together)
    rows.start(route, arcs.column[arcs.tail == route.source])
    rows.conserve(graph, route, arcs)
    if limited:
        passed = rows.latency(graph, route, arcs)
        names += [f"electrical[{route.label}:{v}]" for v in passed]
        integer = np.concatenate([integer, np.zeros(len(passed), dtype=np.bool_)])
    return names, integer


def _useful_arcs(graph: Graph, demand: Demand, first: int) -> _Arcs:
    """Return the arcs that can lie on a route within the budget, each link in both directions."""
    n_links = len(graph.tail)
    tail = np.concatenate([graph.tail, graph.head])
    head = np.concatenate([graph.head, graph.tail])
    link = np.concatenate([np.arange(n_links), np.arange(n_links)])
    is_target = np.zeros(graph.n_nodes, dtype=np.bool_)
    is_target[list(demand.targets)] = True
    keep = (head != demand.source) & ~is_target[tail]
    tail, head, link = tail[keep], head[keep], link[keep]
    least = _least_latency(graph, demand, tail, head, link)
    keep = least <= demand.budget_us + 1e-9 if math.isfinite(demand.limit_us) else np.isfinite(least)
    return _Arcs(tail[keep], head[keep], link[keep], first + np.arange(int(keep.sum())))


def _least_latency(
    graph: Graph, demand: Demand, tail: NDArray[np.int64], head: NDArray[np.int64], link: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return for each arc the latency of the quickest route over it if every possible OXC stood."""
    passing = np.where(graph.oxc >= 0, graph.oxc_us, graph.transit_us)
    passing[[demand.source, *demand.targets]] = 0.0
    step = graph.us[link] + passing[head]
    ahead = _distances(graph.n_nodes, tail, head, step, [demand.source])
    back = _distances(graph.n_nodes, head, tail, step, demand.targets)
    return ahead[tail] + step + back[head]


def _distances(
    n: int,
    tail: NDArray[np.int64],
    head: NDArray[np.int64],
    step: NDArray[np.float64],
    sources: Sequence[int],
) -> NDArray[np.float64]:
    """Return the least sum of steps from any source to every node; of parallel arcs the quickest counts."""
    order = np.lexsort((step, head, tail))
    pair = tail[order] * n + head[order]
    first = order[np.concatenate([[True], pair[1:] != pair[:-1]])] if len(order) else order
    # A stored zero would read as "no arc": shift it to the least positive number, which no latency notices.
    weight = np.maximum(step[first], np.finfo(np.float64).tiny)
    matrix = sp.csr_array((weight, (tail[first], head[first])), shape=(n, n))
    return np.asarray(dijkstra(matrix, indices=np.array(sources), min_only=True), dtype=np.float64)


class _RowStack:
    """Collects the rows of one demand as coordinate triplets."""

    def __init__(self) -> None:
        self.row: list[NDArray[np.int64]] = []
        self.column: list[NDArray[np.int64]] = []
        self.value: list[NDArray[np.float64]] = []
        self.lower: list[NDArray[np.float64]] = []
        self.upper: list[NDArray[np.float64]] = []
        self.labels: list[str] = []

    def start(self, demand: Demand, leaving: NDArray[np.int64]) -> None:
        """Add: the flow that leaves the source is met (or 1)."""
        row = self._open([f"start {demand.label}"], *((1.0, 1.0) if demand.met == ALWAYS else (0.0, 0.0)))
        self._put(np.full(len(leaving), row), leaving, 1.0)
        if demand.met != ALWAYS:
            self._put(np.array([row]), np.array([demand.met]), -1.0)

    def conserve(self, graph: Graph, demand: Demand, arcs: _Arcs) -> None:
        """Add: what flows into a node flows out of it."""
        inner = np.zeros(graph.n_nodes, dtype=np.bool_)
        inner[arcs.tail] = True
        inner[arcs.head] = True
        inner[[demand.source, *demand.targets]] = False
        row = _numbers(inner, self._open([f"flow {demand.label} at {v}" for v in np.flatnonzero(inner)], 0.0, 0.0))
        into, out = inner[arcs.head], inner[arcs.tail]
        self._put(row[arcs.head[into]], arcs.column[into], 1.0)
        self._put(row[arcs.tail[out]], arcs.column[out], -1.0)

    def capacity(self, graph: Graph, demand: Demand, routes: list[_Arcs], links: list[int]) -> None:
        """Add: flow of the routes together only over chosen links."""
        wanted = np.zeros(len(graph.tail), dtype=np.bool_)
        wanted[links] = True
        row = _numbers(wanted, self._open([f"use {demand.label} link {i}" for i in links], -np.inf, 0.0))
        for arcs in routes:
            own = wanted[arcs.link]
            self._put(row[arcs.link[own]], arcs.column[own], 1.0)
        chosen = np.flatnonzero(wanted)
        self._put(row[chosen], graph.use[chosen], -1.0)

    def apart(self, graph: Graph, demand: Demand, second: SecondRoute, routes: list[_Arcs], first: int) -> list[str]:
        """Add what the two routes may not share besides links; return names of the columns it takes.

        Nodes: at most one of the routes enters. Risk groups: a decision which of the two may use the group.
        """
        once = np.zeros(graph.n_nodes, dtype=np.bool_)
        once[:] = second.nodes
        for link in second.shared:
            once[[graph.tail[link], graph.head[link]]] = False
        once[[demand.source, *demand.targets]] = False
        once[list(demand.targets)] = second.ends
        nodes = np.flatnonzero(once)
        row = _numbers(once, self._open([f"once {demand.label} at {v}" for v in nodes], -np.inf, 1.0))
        for arcs in routes:
            own = once[arcs.head]
            self._put(row[arcs.head[own]], arcs.column[own], 1.0)
        if not second.risks:
            return []
        return [self._group(demand, second, routes, g, links, first) for g, links in enumerate(graph.risks)]

    def _group(
        self, demand: Demand, second: SecondRoute, routes: list[_Arcs], group: int, links: tuple[int, ...], first: int
    ) -> str:
        """Add: 1 lets only the first route use the links of a group, 0 only the second."""
        own = sorted(set(links) - second.shared)
        for number, (arcs, sign) in enumerate(zip(routes, (-1.0, 1.0), strict=True)):
            labels = [f"risk {demand.label} {group} route {number + 1} link {k}" for k in own]
            row = self._open(labels, -np.inf, 0.0 if number == 0 else 1.0)
            for i, link in enumerate(own):
                of = arcs.column[arcs.link == link]
                self._put(np.full(len(of), row + i), of, 1.0)
                self._put(np.array([row + i]), np.array([first + group]), sign)
        return f"group[{demand.label}:{group}]"

    def latency(self, graph: Graph, demand: Demand, arcs: _Arcs) -> NDArray[np.int64]:
        """Add the latency row and the rows of electrical passing; return the nodes that get such a column."""
        choice, sure_us = _passing(graph, demand, arcs)
        nodes, columns = np.flatnonzero(choice), arcs.column
        electrical = columns[-1:].max(initial=0) + 1 + np.arange(len(nodes))
        flow_us = graph.us[arcs.link] + sure_us[arcs.head]
        extra_us = (graph.transit_us - graph.oxc_us)[nodes]
        budget = _safe_budget(demand.budget_us, np.concatenate([graph.us[arcs.link], sure_us[arcs.head], extra_us]))
        row = self._open([f"latency {demand.label}"], -np.inf, budget if demand.met == ALWAYS else 0.0)
        self._put(np.full(len(columns), row), columns, flow_us)
        self._put(np.full(len(nodes), row), electrical, extra_us)
        if demand.met != ALWAYS:
            self._put(np.array([row]), np.array([demand.met]), -budget)
        self._electrical(graph, demand, choice, electrical)
        into = choice[arcs.head]
        first = len(self.labels) - len(nodes)
        self._put(_numbers(choice, first)[arcs.head[into]], columns[into], -1.0)
        return nodes

    def _electrical(
        self, graph: Graph, demand: Demand, choice: NDArray[np.bool_], electrical: NDArray[np.int64]
    ) -> None:
        """Open the rows: electrical passing + OXC >= flow through the node."""
        nodes = np.flatnonzero(choice)
        first = self._open([f"pass {demand.label} at {v}" for v in nodes], 0.0, np.inf)
        rows = first + np.arange(len(nodes))
        self._put(rows, electrical, 1.0)
        self._put(rows, graph.oxc[nodes], 1.0)

    def block(self, names: list[str], integer: NDArray[np.bool_]) -> Block:
        """Freeze what was collected."""
        none = np.zeros(0, dtype=np.int64)
        row = np.concatenate([none, *self.row])
        column = np.concatenate([none, *self.column])
        value = np.concatenate([np.zeros(0), *self.value])
        width = int(column.max(initial=-1)) + 1
        return Block(
            names=names,
            integer=integer,
            rows=sp.coo_array((value, (row, column)), shape=(len(self.labels), width)),
            row_lower=np.concatenate([np.zeros(0), *self.lower]),
            row_upper=np.concatenate([np.zeros(0), *self.upper]),
            row_labels=self.labels,
        )

    def _open(self, labels: list[str], lower: float, upper: float) -> int:
        """Open one row a label and return the number of the first."""
        first = len(self.labels)
        self.labels += labels
        self.lower.append(np.full(len(labels), lower))
        self.upper.append(np.full(len(labels), upper))
        return first

    def _put(self, row: NDArray[np.int64], column: NDArray[np.int64], value: float | NDArray[np.float64]) -> None:
        """Put coefficients."""
        self.row.append(row)
        self.column.append(column)
        self.value.append(np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape))


def _passing(graph: Graph, demand: Demand, arcs: _Arcs) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return where an OXC decides the latency of passing, and the latency that passing each node has at least."""
    inner = np.ones(graph.n_nodes, dtype=np.bool_)
    inner[[demand.source, *demand.targets]] = False
    entered = np.zeros(graph.n_nodes, dtype=np.bool_)
    entered[arcs.head] = True
    least = np.where(graph.oxc >= 0, np.minimum(graph.oxc_us, graph.transit_us), graph.transit_us)
    choice = inner & entered & (graph.oxc >= 0) & (graph.transit_us > graph.oxc_us)
    return choice, np.where(inner, least, 0.0)


def _safe_budget(budget_us: float, latencies_us: NDArray[np.float64]) -> float:
    """Return the budget, moved to the middle between two possible latencies when they come in decimal steps.

    A route of exactly the limit is a picosecond off the budget, which is less than solvers tell apart; half a step
    is not. Where latencies are measured numbers, the budget stays; enlarging the row was tried and helps no solver.
    """
    digits = decimals(latencies_us, most=4)
    if digits is None:
        return budget_us
    return float((np.floor(budget_us * 10.0**digits) + 0.5) / 10.0**digits)


def _numbers(members: NDArray[np.bool_], first: int) -> NDArray[np.int64]:
    """Return consecutive numbers from `first` on for the members (others: meaningless)."""
    return np.asarray(first - 1 + np.cumsum(members), dtype=np.int64)
