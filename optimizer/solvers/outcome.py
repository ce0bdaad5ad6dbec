"""From what a solver says to a `Solution` that can be trusted: values checked, status as the bound allows."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.flow import FlowProgram
from optimizer.solution import Progress, ProgressCallback, Solution, Status, relative_gap

__all__ = ["PROVEN_GAP", "VIOLATION_LIMIT", "Answer", "Reporter", "Run", "solution_of"]

PROVEN_GAP = 1e-6
"""Relative gap at which a plan counts as optimal."""

VIOLATION_LIMIT = 1e-5
"""Largest violation of a row or bound, relative to 1 + |limit|, that passes as rounding of a solver."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Answer:
    """What a solver said: values (or None), proven bound, and whether it proved infeasibility."""

    values: NDArray[np.float64] | None
    bound: float
    solver: str
    infeasible: bool = False
    cancelled: bool = False
    first_plan_seconds: float | None = None


@dataclass(frozen=True)
class Run:
    """How to run: seconds allowed (None: no limit), relative gap to stop at, who listens, and where to begin.

    ``start``: values of some columns of a known answer; solvers that cannot begin from it do without.
    """

    time_limit_s: float | None = None
    gap: float = 0.0
    on_progress: ProgressCallback | None = None
    started: float = field(default_factory=time.perf_counter)
    start: Mapping[int, float] = field(default_factory=dict)

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.started

    @property
    def seconds_left(self) -> float | None:
        """Seconds left of the time limit, at least a tenth; None without a limit."""
        return None if self.time_limit_s is None else max(0.1, self.time_limit_s - self.seconds)

    @property
    def over(self) -> bool:
        """Whether the time limit has passed."""
        return self.time_limit_s is not None and self.seconds > self.time_limit_s


@dataclass
class Reporter:
    """Passes reports on; remembers when the first plan came and whether the caller cancelled."""

    run: Run
    phase: str
    first_plan_seconds: float | None = None
    cancelled: bool = False
    last: float = -math.inf
    best: float = math.inf

    def report(self, objective: float, bound: float, *, at_least_every_s: float = 0.0) -> bool:
        """Report; old news only so often. Return True once the caller has cancelled."""
        now = self.run.seconds
        if objective < self.best:
            self.best, at_least_every_s = objective, 0.0
        if self.first_plan_seconds is None and math.isfinite(objective):
            self.first_plan_seconds = now
        if self.run.on_progress is not None and now - self.last >= at_least_every_s:
            self.last = now
            self.cancelled |= bool(self.run.on_progress(Progress(self.phase, now, objective, bound)))
        return self.cancelled


def solution_of(program: FlowProgram, answer: Answer, run: Run) -> Solution:
    """Return the checked outcome; values that break the program are dropped, and said so in the log."""
    values = _checked(program, answer)
    objective = math.inf if values is None else program.objective(values)
    bound = min(answer.bound, objective)
    if answer.infeasible and values is None:
        bound = math.inf
    seconds = run.seconds
    return Solution(
        status=_status(values is not None, objective, bound, answer.infeasible),
        values=values,
        objective=objective,
        bound=bound,
        seconds=seconds,
        solver=answer.solver,
        first_plan_seconds=None if values is None else (answer.first_plan_seconds or seconds),
        phases=((answer.solver.split(maxsplit=1)[0], seconds),),
        cancelled=answer.cancelled,
    )


def _status(found: bool, objective: float, bound: float, infeasible: bool) -> Status:
    """Return the status that the bound allows."""
    if found:
        return "optimal" if relative_gap(objective, bound) <= PROVEN_GAP else "feasible"
    return "infeasible" if infeasible else "unknown"


def _checked(program: FlowProgram, answer: Answer) -> NDArray[np.float64] | None:
    """Return the values with whole numbers made whole, or None when they break the program."""
    if answer.values is None:
        return None
    raw = answer.values[: len(program.names)]
    values = np.where(program.integer, np.rint(raw), raw)
    violation = max(program.violation(values), float(np.max(np.abs(values - raw), initial=0.0)))
    if not (np.isfinite(raw).all() and violation <= VIOLATION_LIMIT):
        log.warning("%s returned values that break the program by %.3g; they are dropped.", answer.solver, violation)
        return None
    return np.clip(values, program.lower, program.upper)
