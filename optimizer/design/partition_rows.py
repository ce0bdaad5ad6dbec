"""Inequalities of partitions into three that a point breaks.

The cuts around three blocks of nodes together count every link between two blocks twice: half their sum is a metric
inequality (at distance 1 between blocks), and with the cuts rounded first, rounding the sum again gives what no cut by
itself says. Three cuts that need 2.2 pieces each need 3 pieces each, 9 together, and every piece counts twice: 5 pieces
(C. Raack et al. 2011 for such cuts; P. Avella, S. Mattia, A. Sassano: Metric inequalities and the network loading
problem, Discrete Optimization 4 (2007); Y. Agarwal: k-partition-based facets of the network design problem, Networks
47 (2006)).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.design.cut_rows import pieces_by_link, sizes_of
from optimizer.design.cuts import Cuts
from optimizer.design.program import FlowProgram
from optimizer.design.rounding import chains, rounded, rounded_by_chain
from optimizer.engine.master import Row

__all__ = ["broken_partition_rows"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

TIGHT = 80
"""Cuts of least slack, put together in pairs; the third cut is that around both."""
FEW_SIZES = 4
"""With more sizes than that all is counted in pieces of the smallest."""
PAIRS = ((0, 1), (0, 2), (1, 2))
"""Blocks with links between them."""
ROOM = 1.0
"""Slack of three cuts together, in pieces, above which rounding their sum breaks nothing."""
LEAST = 1e-4
"""Violation relative to the right side below which a row is left."""
PER_PARTITION, SAME = 2, 1e-7
"""Rows of a partition, and what their depths differ by at least: equal ones are found by several roundings."""


@dataclass(frozen=True)
class _Found:
    depth: float
    block: Ints
    size: Floats
    rhs: float


def broken_partition_rows(cuts: Cuts, x: Floats, most: int) -> list[Row]:
    """Return rows that a point breaks, deepest first.

    Parameters
    ----------
    cuts
        Cuts of which the tightest make partitions.
    x
        The point.
    most
        Rows to return.
    """
    program = cuts.program
    if program.n_modules == 0:
        return []
    sizes, kind = sizes_of(program)
    pieces = pieces_by_link(program, kind, x, sizes.size)
    units = range(sizes.size) if sizes.size <= FEW_SIZES else range(1)
    found = [f for unit in units for f in _broken(cuts, sizes, pieces, unit)]
    found.sort(key=lambda f: -f.depth)
    taken: dict[bytes, list[float]] = {}
    rows = []
    for f in found:
        depths = taken.setdefault(f.block.tobytes(), [])
        if len(depths) < PER_PARTITION and all(abs(f.depth - d) > SAME for d in depths):
            depths.append(f.depth)
            rows.append(_row(program, f, kind))
        if len(rows) >= most:
            break
    return rows


def _broken(cuts: Cuts, sizes: Floats, pieces: Floats, unit: int) -> list[_Found]:
    """Rows found among cuts that are rounded so that a piece of one size counts 1."""
    _, _, slack = _tightest(cuts, sizes, pieces, unit)
    near = np.argsort(slack, kind="stable")[:TIGHT]
    sets = _partitions(cuts.sets[near[np.isfinite(slack[near])]])
    if not sets.size:
        return []
    parts = sets.shape[0]
    three = Cuts(cuts.program, sets.reshape(3 * parts, -1), cuts.demands)
    size, rhs, slack = (a.reshape(parts, 3, *a.shape[1:]) for a in _tightest(three, sizes, pieces, unit))
    across = (three.crossing.astype(float) @ pieces).reshape(parts, 3, sizes.size)
    kept = np.flatnonzero(slack.sum(axis=1) < ROOM)
    size, rhs, across, sets = size[kept], rhs[kept].sum(axis=1), across[kept], sets[kept]
    coefficient = np.concatenate([size[:, i] + size[:, j] for i, j in PAIRS], axis=1)
    between = np.concatenate([(across[:, i] + across[:, j] - across[:, 3 - i - j]) / 2 for i, j in PAIRS], axis=1)
    block = sets[:, 1] + 2 * sets[:, 2].astype(np.int64)
    by = range(sizes.size) if sizes.size <= FEW_SIZES else range(1)
    divisors = [pair * sizes.size + k for pair in range(len(PAIRS)) for k in by]
    return [f for k in divisors for f in _rounded_by(coefficient, rhs, between, block, k)]


def _rounded_by(coefficient: Floats, rhs: Floats, between: Floats, block: Ints, divisor: int) -> list[_Found]:
    """Rows broken by sums of three cuts, rounded by one of their coefficients."""
    live = np.flatnonzero(coefficient[:, divisor] > 1e-6)
    size, right = rounded(coefficient[live], rhs[live], coefficient[live, divisor])
    size = np.minimum(size, right[:, None])
    short = right - (size * between[live]).sum(axis=1)
    norm = np.sqrt((size**2).sum(axis=1))
    broken = np.flatnonzero(short > LEAST * right)
    return [_Found(float(short[i] / norm[i]), block[live[i]], size[i], float(right[i])) for i in broken.tolist()]


def _tightest(cuts: Cuts, sizes: Floats, pieces: Floats, unit: int) -> tuple[Floats, Floats, Floats]:
    """Of every cut the rounding with least slack, a piece of size `unit` counting 1: sizes, right side, slack."""
    across = cuts.crossing.astype(float) @ pieces
    n, need = len(cuts.sets), cuts.need
    best, right, slack = np.zeros((n, sizes.size)), np.zeros(n), np.full(n, np.inf)
    live = np.flatnonzero(need > 1e-9)
    for chain in chains(sizes.size):
        if chain[-1] != unit or len(chain) > 2:
            continue
        size, rhs = rounded_by_chain(sizes, need[live], chain)
        one = size[:, unit]
        size, rhs = size / one[:, None], rhs / one
        room = (size * across[live]).sum(axis=1) - rhs
        better = room < slack[live]
        at = live[better]
        best[at], right[at], slack[at] = size[better], rhs[better], room[better]
    return best, right, slack


def _partitions(sets: Bools) -> Bools:
    """Three blocks each, shape (partitions, 3, nodes), of pairs of cuts that do not cross."""
    if len(sets) < 2:
        return np.zeros((0, 3, sets.shape[1]), dtype=bool)
    a, b = np.triu_indices(len(sets), 1)
    found = []
    for left, right in ((sets, sets), (sets, ~sets), (~sets, sets), (~sets, ~sets)):
        one, two = left[a], right[b]
        good = ~(one & two).any(axis=1) & ~(one | two).all(axis=1)
        found.append(np.stack([one[good], two[good], ~(one | two)[good]], axis=1))
    every = np.concatenate(found)
    order = np.argsort(every.argmax(axis=2), axis=1)  # the block of the first node comes first, and so on
    every = np.take_along_axis(every, order[:, :, None], axis=1)
    block = every[:, 1] + 2 * every[:, 2].astype(np.int64)
    _, first = np.unique(block, axis=0, return_index=True)
    return every[np.sort(first)]


def _row(program: FlowProgram, found: _Found, kind: Ints) -> Row:
    """The row, scaled to a right side of 1."""
    arcs, n, sizes = program.arcs, program.arcs.n_links, found.size.size // 3
    a, b = found.block[arcs.tail[:n]], found.block[arcs.head[:n]]
    pair = (a + b - 1)[program.module_link]  # blocks 0, 1, 2: pairs 01, 02, 12 have the sums 1, 2, 3
    live = (a != b)[program.module_link]
    value = np.where(live, found.size[np.where(live, pair, 0) * sizes + kind], 0.0)
    columns = np.flatnonzero(value > 0)
    return Row(columns, value[columns] / found.rhs, 1.0)
