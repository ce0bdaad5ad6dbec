"""The state of one run: clock, best plan, proven bound, progress reports, the wish to stop."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.grid import CUTOFF, cutoff_of, provable, worth_finding
from optimizer.engine.part import Part
from optimizer.engine.watch import Watch
from optimizer.solution import Progress, ProgressCallback, Solution, Status, relative_gap

__all__ = ["PROVEN", "Inner", "Pace", "Run", "above"]

logger = logging.getLogger(__name__)

PROVEN = 1e-6
"""Relative gap at which a plan counts as proven optimal."""

REPORT_EVERY_S = 0.2


def above(cost: float) -> float:
    """Return a cost above `cost` such that what is worth finding beside it still is."""
    return cost + max(3 * CUTOFF * abs(cost), 3e-9) if np.isfinite(cost) else cost


class Run:
    """One run of the engine.

    Parameters
    ----------
    time_limit_s
        Seconds it may take.
    gap
        Relative gap at which it may stop.
    on_progress
        See ``ProgressCallback``.
    ceiling
        Cost above which a plan is of no use: the search ends with the first plan within it, or once none can be.

    Notes
    -----
    ``admits`` tells whether values may be taken as a plan, where parts of the search leave something out; ``step`` is
    what costs of plans differ by at least (`step_of`), 0 where nothing is known of it; ``floor`` is what columns cost
    at the least (`floor_of`), which the bound of a program that is not solved to its end may be far below.
    """

    def __init__(
        self, time_limit_s: float, gap: float, on_progress: ProgressCallback | None, ceiling: float = np.inf
    ) -> None:
        self.time_limit_s = time_limit_s
        self.gap = max(gap, PROVEN)
        self.on_progress = on_progress
        self.ceiling = ceiling
        self.step = 0.0
        self.floor = -np.inf
        self.admits: Callable[[NDArray[np.float64]], bool] = lambda _: True
        self.bound = -np.inf
        self.first_plan_s: float | None = None
        self.cancelled = False
        self.phases: dict[str, float] = {}
        self._plan: tuple[NDArray[np.float64] | None, float] = (None, np.inf)
        self._open: list[str] = []
        self._reported = -np.inf
        self.begin()

    def begin(self) -> None:
        """Start the clock."""
        self.began = self._counted = monotonic()
        self.deadline = self.began + self.time_limit_s

    @property
    def values(self) -> NDArray[np.float64] | None:
        """Of the best plan, None while there is none."""
        return self._plan[0]

    @property
    def objective(self) -> float:
        """Cost of the best plan, inf while there is none."""
        return self._plan[1]

    @property
    def late(self) -> bool:
        """Whether the time is up and there is a plan; without one, the first is still made."""
        return self.values is not None and self.seconds_left <= 0.0

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return monotonic() - self.began

    @property
    def seconds_left(self) -> float:
        """Seconds until the time limit, never negative."""
        return max(0.0, self.deadline - monotonic())

    @property
    def cutoff(self) -> float:
        """Cost that a plan has to stay below to be worth finding."""
        return cutoff_of(self.objective, self.step, self.beyond)

    @property
    def beyond(self) -> float:
        """Least cost that is clearly above the ceiling."""
        return above(self.ceiling)

    @property
    def done(self) -> bool:
        """Whether to stop: cancelled, out of time, or the gap is closed."""
        return self.cancelled or self.seconds_left <= 0.0 or self.closed

    @property
    def closed(self) -> bool:
        """Whether the gap asked for is reached."""
        affordable = self.objective <= self.ceiling < np.inf or self.bound >= worth_finding(self.beyond) < np.inf
        return affordable or relative_gap(self.objective, self.bound) <= self.gap

    def offer(self, plan: tuple[NDArray[np.float64], float] | None, phase: str) -> bool:
        """Take a plan (values, objective) if it is the best so far; return whether it is."""
        if plan is None or not plan[1] < self.objective - 1e-9 * max(1.0, abs(plan[1])):
            return False
        if not self.admits(plan[0]):
            return False
        self._plan = (plan[0].copy(), plan[1])
        if self.first_plan_s is None:
            self.first_plan_s = self.seconds
        self.bound = min(self.bound, self.objective)
        self.report(phase, now=True)
        return True

    def prove(self, bound: float, phase: str) -> None:
        """Take a lower bound. Columns may have been fixed by the best plan's cost, so it never exceeds that."""
        self.bound = max(self.bound, provable(bound, self.objective, self.step, self.beyond, self.floor))
        self.report(phase)

    def report(self, phase: str, now: bool = False) -> bool:
        """Tell the caller where the run stands; return whether to stop."""
        if self.on_progress is not None and (now or monotonic() - self._reported >= REPORT_EVERY_S):
            self._reported = monotonic()
            if self.on_progress(Progress(phase, self.seconds, self.objective, self.bound)):
                self.cancelled = True
        return self.cancelled or self.seconds_left <= 0.0

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the seconds of a phase; a phase inside another one is not counted twice."""
        self._count()
        self._open.append(name)
        try:
            yield
        finally:
            self._count()
            self._open.pop()

    def _count(self) -> None:
        """Give the seconds since the last change of phase to the innermost one."""
        now = monotonic()
        if self._open:
            self.phases[self._open[-1]] = self.phases.get(self._open[-1], 0.0) + now - self._counted
        self._counted = now

    def log(self, what: str) -> None:
        """Log where the run stands."""
        logger.info("%7.1f s  objective %.8g  bound %.8g  %s", self.seconds, self.objective, self.bound, what)

    def detail(self, what: str) -> None:
        """Log a detail."""
        logger.debug("%7.1f s  %s", self.seconds, what)

    def solution(self, solver: str, infeasible: bool = False) -> Solution:
        """Return the outcome."""
        values, objective = self._plan
        infeasible |= values is None and self.bound == np.inf
        bound = min(self.bound, objective)
        status: Status = "infeasible" if infeasible else "unknown"
        if values is not None:
            status = "optimal" if relative_gap(objective, bound) <= PROVEN else "feasible"
        return Solution(
            status=status,
            values=values,
            objective=objective,
            bound=np.inf if infeasible else bound,
            seconds=self.seconds,
            solver=solver,
            first_plan_seconds=self.first_plan_s,
            phases=tuple(self.phases.items()),
            cancelled=self.cancelled,
        )


class Pace:
    """Keeps repeated work to a share of the time.

    Parameters
    ----------
    share
        Share of the time since the start that the work may take, 0 to 1.
    """

    def __init__(self, share: float) -> None:
        self.share = share
        self.began = monotonic()
        self.spent = 0.0

    def due(self) -> bool:
        """Return whether there is time for another turn."""
        return self.spent <= self.share * (monotonic() - self.began)

    @contextmanager
    def work(self) -> Iterator[None]:
        """Count the time of a turn."""
        start = monotonic()
        try:
            yield
        finally:
            self.spent += monotonic() - start


class Inner(Part):
    """A part of a run with its own clock and bound, on fewer decisions: its plans count, its bounds do not.

    Parameters
    ----------
    run
        The run it belongs to.
    seconds
        Time it may take.
    """

    def __init__(self, run: Watch, seconds: float) -> None:
        super().__init__(run, seconds)
        self.bound = -np.inf

    @property
    def closed(self) -> bool:
        """Whether nothing better is left among its decisions."""
        return self.run.closed or self.bound >= self.cutoff

    def prove(self, bound: float, phase: str) -> None:
        """Take a bound on the plans of its decisions."""
        self.bound = max(self.bound, min(bound, self.cutoff))
        self.report(phase)

    def log(self, what: str) -> None:
        """Log where it stands."""
        self.run.log(f"  {what} (inner bound {self.bound:.8g})")
