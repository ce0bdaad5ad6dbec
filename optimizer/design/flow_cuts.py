"""Flow-cut-set inequalities that a point breaks.

Let Q be sources inside a node set S and R what they send out of it. On some of the links that leave S count the
capacity, on the others the flow of Q: the sum is at least R, and rounding it (flows keep their coefficient of 1) gives
the flow-cut-set inequalities (A. Atamtürk: On capacitated network design cut-set polyhedra, Mathematical Programming 92
(2002); C. Raack et al. 2011). On every link the smaller of both is chosen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.design.cut_rows import pieces_by_link, sizes_of
from optimizer.design.program import FlowProgram
from optimizer.design.rounding import chains, rounded_by_chain
from optimizer.engine.master import Row

__all__ = ["broken_flow_rows"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

NEED, TURNS = 1e-6, 2
LEAST = 1e-3
"""Violation relative to the right side below which a row is left."""
PER_SOURCES = 40
"""Rows kept for one choice of sources, by violation, before the best are taken."""


@dataclass(frozen=True)
class _Sent:
    """What chosen sources send out of sets: need, shape (cuts,), flow on crossing links, shape (cuts, links)."""

    groups: Ints
    need: Floats
    flow: Floats


@dataclass(frozen=True)
class _Found:
    depth: float
    cut: int
    sent: _Sent
    size: Floats
    rhs: float
    by_flow: Bools


def broken_flow_rows(program: FlowProgram, sets: Bools, x: Floats, most: int) -> list[Row]:
    """Return rows that a point breaks, deepest first.

    Parameters
    ----------
    program
        The flow formulation.
    sets
        Node sets, shape (cuts, nodes); each is looked at from both sides.
    x
        The point.
    most
        Rows to return.
    """
    if not program.groups or not program.n_modules:
        return []
    both = sets if program.problem.shared else np.vstack([sets, ~sets])
    found = [f for sent in _sources(program, both, x) for f in _broken(program, both, sent, x)]
    found.sort(key=lambda f: -f.depth)
    rows, seen = [], set()
    for f in found:
        key = (f.cut, round(f.depth, 7))
        if key not in seen:
            seen.add(key)
            rows.append(_row(program, both[f.cut], f))
        if len(rows) >= most:
            break
    return rows


def _sources(program: FlowProgram, sets: Bools, x: Floats) -> Iterator[_Sent]:
    """All sources together, then each by itself."""
    groups, arcs = program.groups, program.arcs
    n = arcs.n_links
    flows = np.stack([x[g.first : g.first + 2 * n] for g in groups])
    demand = np.stack([g.demand for g in groups])
    inside = sets[:, [g.source for g in groups]]
    a, b = sets[:, arcs.tail[:n]], sets[:, arcs.head[:n]]
    out, back = a & ~b, b & ~a
    sent = inside * ((~sets).astype(float) @ demand.T)
    shared = program.problem.shared
    brought = ~inside * (sets.astype(float) @ demand.T) if shared else np.zeros_like(sent)

    def flow(which: Ints) -> Floats:
        leaving = inside[:, which].astype(float) @ flows[which]
        total = np.where(out, leaving[:, :n], 0.0) + np.where(back, leaving[:, n:], 0.0)
        if shared:
            coming = (~inside[:, which]).astype(float) @ flows[which]
            total += np.where(back, coming[:, :n], 0.0) + np.where(out, coming[:, n:], 0.0)
        result: Floats = total
        return result

    every = np.arange(len(groups))
    yield _Sent(every, sent.sum(axis=1) + brought.sum(axis=1), flow(every))
    if len(groups) > 1:
        for g in every:
            yield _Sent(every[g : g + 1], sent[:, g] + brought[:, g], flow(every[g : g + 1]))


def _broken(program: FlowProgram, sets: Bools, sent: _Sent, x: Floats) -> list[_Found]:
    """The rows of one choice of sources that the point breaks."""
    live = np.flatnonzero(sent.need > NEED)
    if not live.size:
        return []
    sizes, kind = sizes_of(program)
    crossing = _crossing(program, sets[live])
    flow, need = sent.flow[live], sent.need[live]
    pieces = pieces_by_link(program, kind, x, sizes.size)
    found = []
    for chain in chains(sizes.size):
        by_flow = crossing & (flow < program.installed + pieces @ sizes) & (flow <= program.installed)
        for _ in range(TURNS):  # what is needed depends on the choice where capacity is installed
            size, rhs, left = _rounded(program, crossing & ~by_flow, need, sizes, chain)
            by_flow = crossing & (flow < size @ pieces.T + program.installed)
        size, rhs, left = _rounded(program, crossing & ~by_flow, need, sizes, chain)
        value = np.where(by_flow, flow, np.where(crossing, size @ pieces.T, 0.0)).sum(axis=1)
        short = np.where(left > NEED, (rhs - value) / rhs, 0.0)
        best = np.argsort(-short, kind="stable")[:PER_SOURCES]
        for i in best[short[best] > LEAST].tolist():
            weight = size[i][kind] * (crossing[i] & ~by_flow[i])[program.module_link]
            norm = math.sqrt(float((weight**2).sum()) + float(by_flow[i].sum()) * sent.groups.size)
            depth = float(rhs[i] - value[i]) / norm
            found.append(_Found(depth, int(live[i]), sent, size[i], float(rhs[i]), by_flow[i]))
    return found


def _crossing(program: FlowProgram, sets: Bools) -> Bools:
    """Links that cross, shape (cuts, links)."""
    arcs, n = program.arcs, program.arcs.n_links
    crossing: Bools = sets[:, arcs.tail[:n]] != sets[:, arcs.head[:n]]
    return crossing


def _rounded(
    program: FlowProgram, by_capacity: Bools, need: Floats, sizes: Floats, chain: tuple[int, ...]
) -> tuple[Floats, Floats, Floats]:
    """Coefficients and right sides where some links count by capacity, and what is left to add there."""
    left = need - by_capacity.astype(float) @ program.installed
    return *rounded_by_chain(sizes, np.maximum(left, NEED), chain), left


def _row(program: FlowProgram, inside: Bools, found: _Found) -> Row:
    """The row, scaled to a right side of 1."""
    arcs, n = program.arcs, program.arcs.n_links
    _, kind = sizes_of(program)
    crossing = _crossing(program, inside[None])[0]
    by_capacity = (crossing & ~found.by_flow)[program.module_link] & (found.size[kind] > 0)
    modules = np.flatnonzero(by_capacity)
    columns, values = [modules], [found.size[kind][modules]]
    out = np.where(inside[arcs.tail[:n]], np.arange(n), np.arange(n) + n)[found.by_flow]
    back = np.where(inside[arcs.tail[:n]], np.arange(n) + n, np.arange(n))[found.by_flow]
    for g in found.sent.groups.tolist():
        group = program.groups[g]
        if inside[group.source]:
            columns.append(out + group.first)
        elif program.problem.shared:
            columns.append(back + group.first)
        else:
            continue
        values.append(np.ones(out.size))
    return Row(np.concatenate(columns), np.concatenate(values) / found.rhs, 1.0)
