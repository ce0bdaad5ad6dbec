"""The strongest inequalities of networks shrunk to a few blocks of nodes.

All links between two blocks count as one. Of the shrunk network every cut has to have what it needs; the whole points
that satisfy this make a small polyhedron P, and a valid inequality ``a Y >= 1`` that a point breaks most solves
``min a Y* subject to a Y >= 1 for all Y in P, a >= 0``. Points of P come by need: the integer program ``min a Y`` over P
either yields one that is broken or proves the inequality (D. Applegate, R. Bixby, V. Chvátal, W. Cook: local cuts,
Mathematical Programming 97 (2003); for capacities: P. Avella, S. Mattia, A. Sassano: Metric inequalities and the
network loading problem, Discrete Optimization 4 (2007), 'tight' inequalities). Three- and four-partition inequalities
are among them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.design.cut_rows import sizes_of
from optimizer.design.cuts import Demands, all_sets
from optimizer.design.program import FlowProgram
from optimizer.engine.master import Row, quiet_highs

__all__ = ["Shrunk", "shrink"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST = 1e-3
"""Violation below which a row is not worth having."""
TRIES = 60
"""Points asked for before a partition is left."""
SMALL_SHARE = 1e-4
"""Added to the point: where it is 0, coefficients stay small."""
LARGEST = 1e3
EXACT = 1e-9


@dataclass
class Shrunk:
    """A network shrunk to blocks, and the whole points known of it.

    Parameters
    ----------
    column
        For every module column, its aggregated column; -1 inside a block.
    capacity, upper
        Of aggregated columns.
    cuts, need
        Every cut of the blocks: capacity that a piece adds across it, shape (cuts, columns), and what it needs.
    """

    column: Ints
    capacity: Floats
    upper: Floats
    cuts: Floats
    need: Floats
    points: list[Floats] = field(default_factory=list)
    asked: int = 0

    def row(self, x: Floats, stop: Callable[[], bool]) -> Row | None:
        """Return a valid row that the module values `x` break, None where none was found."""
        if not self.capacity.size or not (self.need > 0).any():
            return None
        inside = self.column >= 0
        point = np.bincount(self.column[inside], x[inside], minlength=self.capacity.size)
        best: tuple[float, Floats, float] | None = None
        chooser, oracle = _Chooser(point, self.points), _Oracle(self)
        for _ in range(TRIES):
            a = chooser.choose()
            if a is None or a @ point > 1.0 - LEAST or stop():
                break
            self.asked += 1
            least, found = oracle.least(a)
            if found is None:
                return None
            if least > EXACT and (best is None or (a @ point) / least < best[0]):
                best = (float(a @ point) / least, a, least)
            if least >= 1.0 - 1e-6:
                break
            self.points.append(found)
            chooser.add(found)
        if best is None or best[0] > 1.0 - LEAST:
            return None
        return self._row(best[1], best[2])

    def _row(self, a: Floats, least: float) -> Row:
        """The row over the module columns; what rounding could take from its right side is taken off."""
        value = np.where(self.column >= 0, a[self.column] / least, 0.0)
        columns = np.flatnonzero(value > EXACT)
        return Row(columns, value[columns], 1.0 - 1e-7)


def shrink(program: FlowProgram, demands: Demands, block: Ints) -> Shrunk:
    """Shrink a network; `block` numbers the block of each node from 0."""
    arcs, n = program.arcs, program.arcs.n_links
    sets = all_sets(int(block.max()) + 1)[:, block]
    sizes, kind = sizes_of(program)
    a, b = block[arcs.tail[:n]], block[arcs.head[:n]]
    pair = np.minimum(a, b) * n + np.maximum(a, b)
    live = program.upper[: program.n_modules] > 0
    key = np.where((a != b)[program.module_link] & live, pair[program.module_link] * sizes.size + kind, -1)
    keys, column = np.unique(key, return_inverse=True)
    inside = key >= 0
    column = np.where(inside, column - int(keys[0] < 0), -1)
    first = np.array(
        [int(np.flatnonzero(column == c)[0]) for c in range(int(column.max(initial=-1)) + 1)], dtype=np.int64
    )
    upper = np.bincount(column[inside], program.upper[: program.n_modules][inside], minlength=first.size)
    crossing = sets[:, arcs.tail[:n]] != sets[:, arcs.head[:n]]
    need = demands.across(sets) - crossing.astype(float) @ program.installed
    wanted = need > EXACT
    capacity = program.module_capacity[first]
    cuts = crossing[wanted][:, program.module_link[first]] * capacity
    return Shrunk(column, capacity, upper, cuts, need[wanted])


class _Chooser:
    """The linear program over coefficients."""

    def __init__(self, point: Floats, points: list[Floats]) -> None:
        n = point.size
        self.highs = quiet_highs()
        cost = point + SMALL_SHARE * (point.mean() + EXACT)
        empty = np.zeros(0, dtype=np.int32)
        self.highs.addCols(n, cost, np.zeros(n), np.full(n, LARGEST), 0, empty, empty, np.zeros(0))
        for known in points:
            self.add(known)
        if not points:
            self.add(np.ones(n))

    def add(self, point: Floats) -> None:
        """Have the inequality hold at a point."""
        columns = np.flatnonzero(point).astype(np.int32)
        self.highs.addRow(1.0, np.inf, columns.size, columns, point[columns])

    def choose(self) -> Floats | None:
        """The coefficients that the point breaks most."""
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.maximum(np.array(self.highs.getSolution().col_value), 0.0)


class _Oracle:
    """The integer program over the shrunk network."""

    def __init__(self, shrunk: Shrunk) -> None:
        n = shrunk.capacity.size
        self.highs = highs = quiet_highs()
        empty = np.zeros(0, dtype=np.int32)
        highs.addCols(n, np.zeros(n), np.zeros(n), shrunk.upper, 0, empty, empty, np.zeros(0))
        highs.changeColsIntegrality(n, np.arange(n, dtype=np.int32), np.ones(n, dtype=np.uint8))
        for cut, need in zip(shrunk.cuts, shrunk.need, strict=True):
            columns = np.flatnonzero(cut).astype(np.int32)
            highs.addRow(float(need), np.inf, columns.size, columns, cut[columns])
        highs.setOptionValue("mip_rel_gap", 0.0)
        highs.setOptionValue("mip_abs_gap", 1e-9)
        highs.setOptionValue("time_limit", 2.0)
        self.n = n

    def least(self, a: Floats) -> tuple[float, Floats | None]:
        """Proven least value of ``a Y``, and a point that has about it."""
        self.highs.changeColsCost(self.n, np.arange(self.n, dtype=np.int32), a)
        self.highs.run()
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return 0.0, None
        bound = self.highs.getInfo().mip_dual_bound
        return float(bound) - EXACT, np.round(np.array(self.highs.getSolution().col_value))
