"""Diving: round a point of the linear program up step by step, separating all the way, until it is a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.master import LpResult, Master, Row
from optimizer.engine.watch import Watch

__all__ = ["dive"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE = 1e-6
SURE = 0.95  # values from here on are rounded up at once
SHARE = 0.03  # of the fractional columns that is rounded up in a step
STEPS = 80
ROUNDS = 3  # of separation at a step
PAYS = 0.02  # share of the distance to the cutoff that a round has to close to go on
BACK = 3  # steps taken back


def dive(
    run: Watch,
    master: Master,
    integer: Bools,
    built: Bools,
    separate: Callable[[Floats], list[Row]],
    exact: Callable[[Floats], list[Row]],
    accept: Callable[[Floats], float],
    fixed: tuple[tuple[int, float, float], ...] = (),
) -> bool:
    """Dive from the subproblem `fixed`; return whether it ended in a plan. Rows found stay in the master.

    Only the columns `built` (links) are rounded; once they are whole, `accept` chooses the others exactly. Where a
    step leads nowhere, it is taken back and its first column goes down instead. See `Rules` for the functions. The
    bounds of the master are those that hold everywhere afterwards.
    """
    found = _Dive(run, master, integer, built, separate, exact, accept, {}).search(fixed)
    master.restrict(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    return found


@dataclass(frozen=True)
class _Dive:
    """One dive: what it knows of the problem, and the bounds it has chosen."""

    run: Watch
    master: Master
    integer: Bools
    built: Bools
    separate: Callable[[Floats], list[Row]]
    exact: Callable[[Floats], list[Row]]
    accept: Callable[[Floats], float]
    chosen: dict[int, tuple[float, float]]

    def search(self, fixed: tuple[tuple[int, float, float], ...]) -> bool:
        """Round up until there is a plan, or nothing left to try."""
        self.chosen.update({column: (low, high) for column, low, high in fixed})
        last, back = np.zeros(0, dtype=np.int64), 0
        for _ in range(STEPS):
            if self.run.report("dive") or self.run.done:
                return False
            x, found = self._at_step()
            if found:
                return True
            if x is None:
                if back >= BACK or not last.size:
                    return False
                back += 1
                self._take_back(last)
                last = last[:0]
                continue
            last = _next(x, self.integer, self.built, self.master)
            for j in last.tolist():
                self.chosen[j] = (float(np.ceil(x[j] - WHOLE)), float(self.master.high[j]))
        return False

    def _take_back(self, columns: Ints) -> None:
        """Free the columns rounded last, and send the first of them down."""
        for j in columns.tolist():
            del self.chosen[j]
        first = int(columns[0])
        self.chosen[first] = (float(self.master.low[first]), float(self.master.low[first]))

    def _at_step(self) -> tuple[Floats | None, bool]:
        """Solve and separate; return the point, None when nothing better can follow, and whether a plan was found."""
        columns = np.array(list(self.chosen), dtype=np.int64)
        bounds = np.array(list(self.chosen.values())).reshape(-1, 2)
        self.master.restrict(columns, bounds[:, 0], bounds[:, 1])
        before, rounds = -np.inf, 0
        while True:
            result = self.master.solve(self.run.seconds_left, lambda: self.run.report("dive"))
            if not result.solved or result.bound >= self.run.cutoff or self.run.done:
                return None, False
            x, rounds = result.x, rounds + 1
            links_whole = float(_parts(x)[self.built].max(initial=0.0)) <= WHOLE
            if links_whole and np.isfinite(self.accept(x)):
                return x, True
            rows = self._broken(x)
            self.master.add(rows)
            if links_whole and not rows:
                return None, False
            if not links_whole and (not rows or rounds >= ROUNDS or self._slow(result, before)):
                return x, False
            before = result.bound

    def _broken(self, x: Floats) -> list[Row]:
        whole = float(_parts(x)[self.integer].max(initial=0.0)) <= WHOLE
        return self.exact(np.where(self.integer, np.round(x), x)) if whole else self.separate(x)

    def _slow(self, result: LpResult, before: float) -> bool:
        """Tell whether the last round hardly raised the bound."""
        return bool(result.bound - before < PAYS * (self.run.cutoff - result.bound))


def _parts(x: Floats) -> Floats:
    """Distance of every value to the nearest whole number."""
    return np.abs(x - np.round(x))


def _next(x: Floats, integer: Bools, built: Bools, master: Master) -> Ints:
    """Columns to round up next: those nearly whole, or the largest of the others, the largest first."""
    above = x - np.floor(x)
    open_ = integer & built & (master.lower < master.upper) & (_parts(x) > WHOLE)
    sure = np.flatnonzero(open_ & (above >= SURE))
    rest = np.flatnonzero(open_ & (above < SURE))
    count = max(1, int(SHARE * rest.size)) if not sure.size else 0
    return np.concatenate([sure, rest[np.argsort(-above[rest], kind="stable")][:count]])
