"""The flow formulation: columns for modules, fixed charges and flows, rows for demands and capacities.

Commodities that may take every way are aggregated by source: one flow a source and arc (Magnanti and Wong 1984 for
the formulation; aggregation loses nothing while capacities are shared by all commodities). Commodities with routes of
their own have one column a route.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.design.dominance import useful_pieces
from optimizer.design.problem import DesignProblem, Module

__all__ = ["Arcs", "FlowProgram", "Group", "flow_program"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Arcs:
    """Both directions of every link: arc `l` from a to b, arc `links + l` back; shape (2 links,)."""

    tail: Ints
    head: Ints

    @property
    def n_links(self) -> int:
        """How many links there are."""
        return self.tail.size // 2


@dataclass(frozen=True)
class Group:
    """Commodities of one source that may take every way.

    Parameters
    ----------
    source
        Node.
    demand
        Units for every node, shape (nodes,).
    commodities
        Numbers, each with whether it is taken from target to source (possible while directions share capacity).
    first
        Column of the flow on arc 0; arcs follow.
    """

    source: int
    demand: Floats
    commodities: tuple[tuple[int, bool], ...]
    first: int


@dataclass(frozen=True)
class FlowProgram:
    """Minimise cost @ x subject to rows and bounds.

    Parameters
    ----------
    cost, lower, upper, integer
        Columns: modules first (link by link), then fixed charges, flows, routes.
    matrix, row_lower, row_upper
        Rows.
    module_link, module_capacity
        Of every module column, shape (modules,).
    charged
        Links with a fixed charge, in the order of their columns.
    groups
        Aggregated flows.
    route_columns
        Commodity, number of the route, of every route column.
    first_route
        Column of the first.
    capacity_rows
        Row of the capacity of every arc (both arcs of a link the same one while they share), shape (2 links,).
    """

    problem: DesignProblem
    arcs: Arcs
    cost: Floats
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    matrix: sp.csr_array
    row_lower: Floats
    row_upper: Floats
    module_link: Ints
    module_capacity: Floats
    charged: Ints
    groups: tuple[Group, ...]
    route_columns: tuple[tuple[int, int], ...]
    first_route: int
    capacity_rows: Ints

    @property
    def n_modules(self) -> int:
        """How many module columns there are."""
        return self.module_link.size

    @property
    def n_design(self) -> int:
        """Columns of modules and fixed charges."""
        return self.module_link.size + self.charged.size

    @cached_property
    def installed(self) -> Floats:
        """Capacity that every link has already."""
        return np.array([link.capacity for link in self.problem.links])

    @cached_property
    def out_arcs(self) -> tuple[Ints, ...]:
        """Arcs that leave each node."""
        return tuple(np.flatnonzero(self.arcs.tail == v) for v in range(self.problem.n_nodes))

    def route_arcs(self, k: int, r: int) -> list[int]:
        """The arcs of a commodity's route, in its direction."""
        return _route_arcs(self.problem, self.arcs, k, r)

    def loads(self, x: Floats) -> Floats:
        """Flow on every arc at a point, shape (2 links,)."""
        n = self.arcs.n_links
        load = np.zeros(2 * n)
        for group in self.groups:
            load += x[group.first : group.first + 2 * n]
        for column, (k, r) in enumerate(self.route_columns, start=self.first_route):
            load[self.route_arcs(k, r)] += x[column]
        return load

    def capacities(self, x: Floats) -> Floats:
        """Capacity of every link at a point, shape (links,)."""
        added = self.module_capacity * x[: self.n_modules]
        return self.installed + np.bincount(self.module_link, added, minlength=self.installed.size)


def arcs_of(problem: DesignProblem) -> Arcs:
    """Return both directions of every link."""
    a = np.array([link.a for link in problem.links], dtype=np.int64)
    b = np.array([link.b for link in problem.links], dtype=np.int64)
    return Arcs(np.concatenate([a, b]), np.concatenate([b, a]))


def flow_program(problem: DesignProblem, all_pieces: bool = False) -> FlowProgram:
    """Return the flow formulation of a problem; pieces that are of no use are left out unless `all_pieces`."""
    arcs = arcs_of(problem)
    modules = [(number, m) for number, link in enumerate(problem.links) for m in link.modules]
    charged = [i for i, link in enumerate(problem.links) if link.fixed_cost > 0 and link.modules]
    first_flow = len(modules) + len(charged)
    groups = _groups(problem, first_flow)
    first_route = first_flow + len(groups) * arcs.tail.size
    routes = tuple((k, r) for k, c in enumerate(problem.commodities) for r in range(len(c.routes or ())))
    total = sum(c.demand for c in problem.commodities)
    n = first_route + len(routes)
    cost, lower, upper = np.zeros(n), np.zeros(n), np.full(n, np.inf)
    cost[: len(modules)] = [m.cost for _, m in modules]
    pieces = [most for link in problem.links for most in useful_pieces(link.modules, total)]
    if all_pieces:
        pieces = [np.inf if m.most is None else float(m.most) for _, m in modules]
    upper[: len(modules)] = pieces
    cost[len(modules) : first_flow] = [problem.links[i].fixed_cost for i in charged]
    upper[len(modules) : first_flow] = 1.0
    per_unit = np.tile([link.routing_cost for link in problem.links], 2)
    for group in groups:
        columns = np.arange(arcs.tail.size) + group.first
        cost[columns] = per_unit
        upper[columns] = np.where(arcs.head == group.source, 0.0, group.demand.sum())
    for column, (k, r) in enumerate(routes, start=first_route):
        commodity = problem.commodities[k]
        route = (commodity.routes or ())[r]
        cost[column] = route.cost + per_unit[list(route.links)].sum()
        upper[column] = commodity.demand
    integer = np.zeros(n, dtype=bool)
    integer[:first_flow] = True
    integer[first_flow:] = problem.integral
    rows = _Rows(n)
    capacity_rows = _capacity_rows(rows, problem, arcs, modules, groups, routes, first_route)
    _demand_rows(rows, problem, arcs, groups, routes, first_route)
    _charge_rows(rows, modules, charged, upper, total)
    matrix, row_lower, row_upper = rows.stacked()
    return FlowProgram(
        problem, arcs, cost, lower, upper, integer, matrix, row_lower, row_upper,
        np.array([number for number, _ in modules], dtype=np.int64), np.array([m.capacity for _, m in modules]),
        np.array(charged, dtype=np.int64), groups, routes, first_route, capacity_rows,
    )  # fmt: skip


def _groups(problem: DesignProblem, first: int) -> tuple[Group, ...]:
    """Aggregate by source; where directions share capacity a commodity may be taken from either end: fewer sources."""
    free = [(k, c) for k, c in enumerate(problem.commodities) if c.routes is None and c.demand > 0]
    order = _cover([(c.source, c.target) for _, c in free]) if problem.shared else []
    rank = {v: i for i, v in enumerate(order)}
    chosen: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    for k, c in free:
        turned = problem.shared and rank.get(c.target, len(rank)) < rank.get(c.source, len(rank))
        chosen[c.target if turned else c.source].append((k, turned))
    groups = []
    for number, (source, members) in enumerate(sorted(chosen.items())):
        demand = np.zeros(problem.n_nodes)
        for k, turned in members:
            c = problem.commodities[k]
            demand[c.source if turned else c.target] += c.demand
        groups.append(Group(source, demand, tuple(members), first + 2 * number * len(problem.links)))
    return tuple(groups)


def _cover(pairs: list[tuple[int, int]]) -> list[int]:
    """Nodes that touch every pair, the one with most pairs left first."""
    left, order = set(pairs), []
    while left:
        count: dict[int, int] = defaultdict(int)
        for pair in left:
            for v in set(pair):
                count[v] += 1
        best = min(count, key=lambda v: (-count[v], v))
        order.append(best)
        left = {pair for pair in left if best not in pair}
    return order


class _Rows:
    """Rows being collected."""

    def __init__(self, n_columns: int) -> None:
        self.n = n_columns
        self.entries: list[tuple[Ints, Ints, Floats]] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def open(self, count: int, lower: float, upper: float) -> int:
        """Add empty rows; return the first."""
        first = len(self.lower)
        self.lower.extend([lower] * count)
        self.upper.extend([upper] * count)
        return first

    def put(self, rows: Ints, columns: Ints, values: Floats | float) -> None:
        """Fill in."""
        self.entries.append((rows, columns, np.broadcast_to(np.asarray(values, dtype=float), rows.shape)))

    def stacked(self) -> tuple[sp.csr_array, Floats, Floats]:
        """Matrix and limits."""
        shape = (len(self.lower), self.n)
        if not self.entries:
            return sp.csr_array(shape), np.array(self.lower), np.array(self.upper)
        rows, columns, values = (np.concatenate([e[i] for e in self.entries]) for i in range(3))
        matrix = sp.csr_array((values, (rows, columns)), shape=shape)
        matrix.eliminate_zeros()
        return matrix, np.array(self.lower), np.array(self.upper)


def _capacity_rows(
    rows: _Rows,
    problem: DesignProblem,
    arcs: Arcs,
    modules: list[tuple[int, Module]],
    groups: tuple[Group, ...],
    routes: tuple[tuple[int, int], ...],
    first_route: int,
) -> Ints:
    """Flow on an arc (or on both of a link) is at most what is there and what is added."""
    n = arcs.n_links
    first = rows.open(n if problem.shared else 2 * n, -np.inf, 0.0)
    row = first + np.arange(2 * n) % (n if problem.shared else 2 * n)
    for arc in range(row.max(initial=first - 1) - first + 1):
        rows.upper[first + arc] = problem.links[arc % n].capacity
    for group in groups:
        rows.put(row, np.arange(2 * n) + group.first, 1.0)
    for column, (k, r) in enumerate(routes, start=first_route):
        used = np.array(_route_arcs(problem, arcs, k, r), dtype=np.int64)
        rows.put(row[used], np.full(used.size, column), 1.0)
    link = np.array([number for number, _ in modules], dtype=np.int64)
    size = np.array([-m.capacity for _, m in modules])
    for side in (0,) if problem.shared else (0, 1):
        rows.put(row[link + side * n], np.arange(link.size), size)
    return row


def _route_arcs(problem: DesignProblem, arcs: Arcs, k: int, r: int) -> list[int]:
    """The arcs of a commodity's route, in its direction."""
    at, found = problem.commodities[k].source, []
    for link in (problem.commodities[k].routes or ())[r].links:
        arc = link if arcs.tail[link] == at else link + arcs.n_links
        found.append(arc)
        at = int(arcs.head[arc])
    return found


def _demand_rows(
    rows: _Rows,
    problem: DesignProblem,
    arcs: Arcs,
    groups: tuple[Group, ...],
    routes: tuple[tuple[int, int], ...],
    first_route: int,
) -> None:
    """What comes into a node less what leaves it is what is asked for there; routes of a commodity carry its demand."""
    for group in groups:
        first = rows.open(problem.n_nodes, 0.0, 0.0)
        rows.lower[first:] = rows.upper[first:] = group.demand.tolist()
        columns = np.arange(arcs.tail.size) + group.first
        out = arcs.tail != group.source
        rows.put(first + arcs.head, columns, np.where(arcs.head == group.source, 0.0, 1.0))
        rows.put(first + arcs.tail[out], columns[out], -1.0)
    given = [k for k, c in enumerate(problem.commodities) if c.routes is not None and c.demand > 0]
    row = {k: rows.open(1, problem.commodities[k].demand, problem.commodities[k].demand) for k in given}
    for column, (k, _) in enumerate(routes, start=first_route):
        if k in row:
            rows.put(np.array([row[k]]), np.array([column]), 1.0)


def _charge_rows(
    rows: _Rows, modules: list[tuple[int, Module]], charged: list[int], upper: Floats, total: float
) -> None:
    """A module needs the fixed charge of its link."""
    column = {link: len(modules) + i for i, link in enumerate(charged)}
    for number, (link, module) in enumerate(modules):
        if link in column and upper[number] > 0:
            row, most = rows.open(1, -np.inf, 0.0), min(upper[number], float(np.ceil(total / module.capacity)))
            rows.put(np.array([row, row]), np.array([number, column[link]]), np.array([1.0, -most]))
