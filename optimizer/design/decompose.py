"""From flows by source to routes of commodities (flow decomposition; Ahuja, Magnanti and Orlin 1993, section 3.5)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from optimizer.design.program import FlowProgram, Group
from optimizer.design.solution import RoutedFlow

__all__ = ["routed_flows"]

Floats = NDArray[np.float64]

TINY = 1e-9
"""Relative to the demand: less is rounding."""


def routed_flows(program: FlowProgram, x: Floats) -> tuple[RoutedFlow, ...]:
    """Return the routes that a point's flows make, commodity by commodity; every demand is met exactly."""
    found = [flow for group in program.groups for flow in _group_flows(program, group, x)]
    return tuple(sorted([*found, *_given(program, x)], key=lambda f: (f.commodity, f.links)))


def _given(program: FlowProgram, x: Floats) -> Iterator[RoutedFlow]:
    """Flows on routes that were given, scaled so that rounding is no shortage."""
    commodities = program.problem.commodities
    amount = np.maximum(x[program.first_route :], 0.0)
    total = np.zeros(len(commodities))
    for value, (k, _) in zip(amount, program.route_columns, strict=True):
        total[k] += value if value > TINY * commodities[k].demand else 0.0
    for value, (k, r) in zip(amount.tolist(), program.route_columns, strict=True):
        if value > TINY * commodities[k].demand and total[k] > 0:
            links = (commodities[k].routes or ())[r].links
            yield RoutedFlow(k, links, _whole(program, value * commodities[k].demand / total[k]), r)


def _whole(program: FlowProgram, amount: float) -> float:
    """A flow without rounding where flows are whole."""
    return float(round(amount)) if program.problem.integral else float(amount)


def _group_flows(program: FlowProgram, group: Group, x: Floats) -> Iterator[RoutedFlow]:
    """Routes of the commodities of one source, widest first."""
    arcs = program.arcs
    flow = np.maximum(x[group.first : group.first + arcs.tail.size], 0.0)
    for k, turned in group.commodities:
        commodity = program.problem.commodities[k]
        target = commodity.source if turned else commodity.target
        for route, amount in _peel(program, flow, group.source, target, commodity.demand):
            links = tuple(int(a) % arcs.n_links for a in route)
            yield RoutedFlow(k, links[::-1] if turned else links, _whole(program, amount))


def _peel(
    program: FlowProgram, flow: Floats, source: int, target: int, demand: float
) -> Iterator[tuple[list[int], float]]:
    """Take widest routes off a flow until the demand is met; the last takes what rounding left."""
    rest, kept = demand, list[tuple[list[int], float]]()
    while rest > TINY * demand:
        route, width = _widest(program, flow, source, target)
        amount = min(rest, width)
        if amount <= TINY * demand:
            break
        flow[route] -= amount
        rest -= amount
        kept.append((route, amount))
    if not kept:
        raise RuntimeError(f"The flow from node {source} does not reach node {target}; the solver's point is broken.")
    yield kept[0][0], kept[0][1] + rest
    yield from kept[1:]


def _widest(program: FlowProgram, flow: Floats, source: int, target: int) -> tuple[list[int], float]:
    """The widest route in a flow, by Dijkstra without a heap: networks are small."""
    arcs, n = program.arcs, program.problem.n_nodes
    width, by, settled = np.zeros(n), np.full(n, -1, dtype=np.int64), np.zeros(n, dtype=bool)
    width[source] = np.inf
    out = program.out_arcs
    while True:
        v = int(np.argmax(np.where(settled, -1.0, width)))
        if settled[v] or width[v] <= 0 or v == target:
            break
        settled[v] = True
        leaving = out[v]
        through = np.minimum(width[v], flow[leaving])
        for arc, wide in zip(leaving.tolist(), through.tolist(), strict=True):
            if wide > width[arcs.head[arc]]:
                width[arcs.head[arc]], by[arcs.head[arc]] = wide, arc
    if width[target] <= 0:
        return [], 0.0
    route, at = [], target
    while at != source:
        route.append(int(by[at]))
        at = int(arcs.tail[by[at]])
    return route[::-1], float(width[target])
