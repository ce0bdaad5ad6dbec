"""Residual capacity inequalities of single links that a point breaks, over flows aggregated by source.

Take an arc a and for each of some sources s a node set T_s behind it that a point supplies (almost) through a alone.
What the nodes in T_s ask of s comes over a or by other arcs into T_s, hence with R the sum of what is asked

    capacity of a's link + sum over s of the flow of s into T_s by other arcs >= R,

and rounding it bounds the pieces on the link from below as soon as the flows have no other way (T. Magnanti,
P. Mirchandani, R. Vachani: Modeling and solving the two-facility capacitated network loading problem, Operations
Research 43 (1995), there for flows by commodity). Where directions share capacity, flows of both count together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.design.program import FlowProgram, Group
from optimizer.design.rounding import chains, rounded_by_chain
from optimizer.engine.master import Row

__all__ = ["broken_arc_rows"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SHARES = (0.999, 0.8, 0.55, 0.3, 0.1)
"""A node is behind an arc when so much of what it gets comes over it."""
LEAKS = (0.02, 0.15, 0.35, 0.6, 1.0)
"""A source counts when at most so much of what is asked comes by other arcs."""
WEIGHTS = (0.1, 0.3, 0.5, 0.8)
LEAST = 1e-3
"""Violation relative to the right side below which a row is left."""
PER_LINK = 3
"""Rows of one link in a round."""
ARCS_BEHIND = 4.0
"""Other arcs into what one source supplies, taken for the norm of a row."""
TINY, NEED = 1e-7, 1e-6


@dataclass(frozen=True, eq=False)
class _Behind:
    """One source and what it supplies behind an arc: nodes, what they ask, what comes to them by other arcs."""

    group: Group
    nodes: Bools
    asked: float
    leak: float


Choice = tuple[tuple[int, _Behind], ...]
"""Arcs with what a source supplies behind them."""


@dataclass(frozen=True)
class _Found:
    depth: float
    columns: Ints
    size: Floats
    rhs: float
    parts: Choice


def broken_arc_rows(program: FlowProgram, x: Floats, most: int) -> list[Row]:
    """Return rows that a point breaks, deepest first, at most two a link and choice of sources."""
    if not program.groups:
        return []
    n = program.arcs.n_links
    supplies = [_supply(program, group, x) for group in program.groups]
    found: list[_Found] = []
    for link in range(n):
        columns = np.flatnonzero((program.module_link == link) & (program.upper[: program.n_modules] > 0))
        if not columns.size:
            continue
        columns = columns[np.argsort(program.module_capacity[columns], kind="stable")]
        for arcs in ((link, link + n),) if program.problem.shared else ((link,), (link + n,)):
            behind = [(arc, b) for arc in arcs for b in _behind(program, supplies, arc)]
            found.extend(_best(program, x, link, columns, behind))
    found.sort(key=lambda f: -f.depth)
    return [_row(program, f) for f in found[:most]]


def _supply(program: FlowProgram, group: Group, x: Floats) -> tuple[Floats, Floats, Floats]:
    """Flow on arcs, what enters every node, and the share of a node's supply that has passed each other node."""
    arcs, nodes = program.arcs, program.problem.n_nodes
    flow = np.maximum(x[group.first : group.first + arcs.tail.size], 0.0)
    entering = np.bincount(arcs.head, flow, minlength=nodes)
    share = np.zeros((nodes, nodes))
    np.add.at(share, (arcs.head, arcs.tail), flow / np.maximum(entering[arcs.head], TINY))
    share[entering < TINY] = 0.0
    share[group.source] = 0.0
    passed = np.linalg.solve(np.eye(nodes) * (1.0 + 1e-9) - share, np.eye(nodes))
    return flow, entering.astype(float), np.clip(passed, 0.0, 1.0)


def _behind(
    program: FlowProgram, supplies: list[tuple[Floats, Floats, Floats]], arc: int
) -> Iterator[tuple[int, _Behind]]:
    """What every source supplies behind an arc, by the share that counts."""
    arcs = program.arcs
    tail, head = int(arcs.tail[arc]), int(arcs.head[arc])
    for group, (flow, entering, passed) in zip(program.groups, supplies, strict=True):
        if flow[arc] < TINY or head == group.source:
            continue
        through = passed[:, head] * flow[arc] / max(entering[head], TINY)
        for number, share in enumerate(SHARES):
            nodes = through >= share
            nodes[head], nodes[tail], nodes[group.source] = True, False, False
            into = nodes[arcs.head] & ~nodes[arcs.tail]
            asked = float(group.demand[nodes].sum())
            if asked > TINY:
                yield number, _Behind(group, nodes, asked, float(flow[into].sum() - flow[arc]))


def _best(
    program: FlowProgram, x: Floats, link: int, columns: Ints, behind: list[tuple[int, tuple[int, _Behind]]]
) -> list[_Found]:
    """The deepest rows of one link; `behind` tells the arc, the number of the share, and what is behind."""
    choices = [c for c in dict.fromkeys((*_by_share(behind), *_by_weight(behind))) if c]
    if not choices:
        return []
    capacity, pieces = program.module_capacity[columns], x[columns]
    need = np.array([sum(b.asked for _, b in c) for c in choices]) - program.installed[link]
    leak = np.array([sum(b.leak for _, b in c) for c in choices])
    found = []
    for chain in chains(capacity.size):
        size, rhs = rounded_by_chain(capacity, np.maximum(need, NEED), chain)
        short = np.where(need > NEED, rhs - size @ pieces - leak, 0.0)
        for i in np.flatnonzero(short > LEAST * rhs).tolist():
            norm = math.sqrt(float((size[i] ** 2).sum()) + len(choices[i]) * ARCS_BEHIND)
            found.append(_Found(float(short[i]) / norm, columns, size[i], float(rhs[i]), choices[i]))
    found.sort(key=lambda f: -f.depth)
    return found[:PER_LINK]


def _by_share(behind: list[tuple[int, tuple[int, _Behind]]]) -> Iterator[Choice]:
    """Every source at one share, those that leak little."""
    for number in range(len(SHARES)):
        parts = [(arc, b) for arc, (share, b) in behind if share == number]
        for leak in LEAKS:
            yield tuple((arc, b) for arc, b in parts if b.leak <= leak * b.asked)


def _by_weight(behind: list[tuple[int, tuple[int, _Behind]]]) -> Iterator[Choice]:
    """Of every source what asks most beyond its leaks, whatever the share; `weight` is what a unit asked for counts."""
    for weight in WEIGHTS:
        best: dict[tuple[int, int], tuple[float, _Behind]] = {}
        for arc, (_, b) in behind:
            gain = weight * b.asked - b.leak
            key = (arc, b.group.first)
            if gain > 0 and (key not in best or gain > best[key][0]):
                best[key] = gain, b
        yield tuple((arc, b) for (arc, _), (_, b) in best.items())


def _row(program: FlowProgram, found: _Found) -> Row:
    """The row, scaled to a right side of 1."""
    columns, values = [found.columns], [found.size]
    arcs = program.arcs
    for arc, behind in found.parts:
        into = behind.nodes[arcs.head] & ~behind.nodes[arcs.tail]
        into[arc] = False
        columns.append(np.flatnonzero(into) + behind.group.first)
        values.append(np.ones(columns[-1].size))
    return Row(np.concatenate(columns), np.concatenate(values) / found.rhs, 1.0)
