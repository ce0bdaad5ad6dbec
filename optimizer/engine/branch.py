"""Branching: the integer program over the rows known so far, solved again whenever an integer point breaks one."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.engine.master import Master, Row, quiet_highs, stack
from optimizer.engine.watch import Watch

__all__ = ["Branch", "branch"]

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]

POLL_S = 0.05


@dataclass(frozen=True)
class Branch:
    """Outcome of branching.

    Parameters
    ----------
    bound
        Lower bound on every solution of the program, -inf when none is known; inf when there is no solution.
    x
        An optimal point that breaks no row, None when stopped or there is none.
    rounds
        Integer programs solved.
    """

    bound: float
    x: Floats | None
    rounds: int


def branch(
    run: Watch,
    master: Master,
    integer: NDArray[np.bool_],
    broken_rows: Callable[[Floats], list[Row]],
    on_point: Callable[[Floats], None],
    *,
    phase: str = "branch",
    seconds: float = np.inf,
) -> Branch:
    """Solve the integer program whose rows `broken_rows` knows.

    Parameters
    ----------
    master
        Rows and bounds to start from; violated rows found are added to it.
    integer
        Columns that must be whole, shape (columns,).
    broken_rows
        Rows that an integer point breaks; empty when it is a solution.
    on_point
        Called with every integer point found on the way, solution or not, to build plans from.
    """
    end = run.seconds + seconds
    rounds, bound = 0, -np.inf
    while not run.done and run.seconds < end:
        rounds += 1
        limit = min(run.seconds_left, end - run.seconds)
        result = _Program(master, integer).solve(run, limit, on_point, phase)
        bound = max(bound, result.bound)
        run.prove(bound, phase)
        if result.infeasible:
            return Branch(np.inf, None, rounds)
        rows = [row for x in result.points for row in broken_rows(x)]
        if result.solved and not broken_rows(result.points[-1]):
            return Branch(bound, result.points[-1], rounds)
        if not result.solved and not rows:
            break
        logger.info(
            "%s %d: %.1f s, bound %.8g, %d points, %d rows added to %d",
            phase,
            rounds,
            run.seconds,
            bound,
            len(result.points),
            len(rows),
            len(master.rows),
        )
        master.add(rows)
    return Branch(bound, None, rounds)


@dataclass(frozen=True)
class _Result:
    solved: bool
    infeasible: bool
    bound: float
    points: list[Floats]


class _Program:
    """One integer program, run in a thread of its own so that this one can report and build plans meanwhile."""

    def __init__(self, master: Master, integer: NDArray[np.bool_]) -> None:
        self.integer = integer
        self.points: SimpleQueue[Floats] = SimpleQueue()
        self.stop = threading.Event()
        self.bound = -np.inf
        self.highs = _program(master, integer)
        self.highs.cbMipInterrupt += self._interrupt
        self.highs.cbMipImprovingSolution += self._improved

    def _interrupt(self, event: Any) -> None:
        self.bound = max(self.bound, event.data_out.mip_dual_bound)
        if self.stop.is_set():
            event.interrupt()

    def _improved(self, event: Any) -> None:
        self.points.put(np.array(event.data_out.mip_solution))

    def solve(self, run: Watch, seconds: float, on_point: Callable[[Floats], None], phase: str) -> _Result:
        """Solve in at most `seconds`, handing integer points on as they come."""
        self.highs.setOptionValue("time_limit", max(seconds, 0.01))
        thread = threading.Thread(target=self.highs.run, daemon=True)
        thread.start()
        points: list[Floats] = []
        while thread.is_alive() or not self.points.empty():
            try:
                points.append(np.where(self.integer, np.round(x := self.points.get(timeout=POLL_S)), x))
                on_point(points[-1])
            except Empty:
                pass
            if self.bound > -1e30:
                run.prove(self.bound, phase)
            if run.report(phase) or run.closed or self.bound >= run.cutoff:
                self.stop.set()
        thread.join()
        return self._result(points)

    def _result(self, points: list[Floats]) -> _Result:
        """Read what HiGHS found; its optimal point comes last."""
        status, info = self.highs.getModelStatus(), self.highs.getInfo()
        solved = status == highspy.HighsModelStatus.kOptimal
        if solved:
            x = np.array(self.highs.getSolution().col_value)
            points.append(np.where(self.integer, np.round(x), x))
        bound = max(self.bound, info.mip_dual_bound if abs(info.mip_dual_bound) < 1e30 else -np.inf)
        return _Result(solved, status == highspy.HighsModelStatus.kInfeasible, bound, points)


def _program(master: Master, integer: NDArray[np.bool_]) -> highspy.Highs:
    """Return the master as an integer program."""
    highs = quiet_highs()
    empty = np.zeros(0, dtype=np.int32)
    highs.addCols(master.cost.size, master.cost, master.lower, master.upper, 0, empty, empty, np.zeros(0))
    highs.changeObjectiveOffset(master.offset)
    highs.changeColsIntegrality(integer.size, np.arange(integer.size, dtype=np.int32), integer.astype(np.uint8))
    start, columns, values = stack(master.rows)
    lower, upper = np.array([r.lower for r in master.rows]), np.array([r.upper for r in master.rows])
    highs.addRows(len(master.rows), lower, upper, columns.size, start[:-1].astype(np.int32), columns, values)
    highs.setOptionValue("mip_rel_gap", 1e-8)
    highs.setOptionValue("mip_feasibility_tolerance", 1e-7)
    return highs
