"""Whether a question has an answer: by its greatest point, by search only where a budget is in question."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from optimizer.explaining.changing import left_out
from optimizer.explaining.reach import Reach, greatest
from optimizer.formulate import formulate
from optimizer.model import Model
from optimizer.problem import Problem
from optimizer.solution import Progress
from optimizer.variants.change import without_budget

__all__ = ["Clock", "budget_limit", "judged", "musts", "possible"]


@dataclass(frozen=True)
class Clock:
    """Seconds that an explanation may take, and whether it was told to stop."""

    limit_s: float
    stop: Callable[[], bool] = lambda: False
    started: float = field(default_factory=time.monotonic)

    @property
    def left_s(self) -> float:
        """Seconds left, at least 0."""
        return 0.0 if self.stop() else max(0.0, self.limit_s - self.taken_s)

    @property
    def taken_s(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self.started

    @property
    def over(self) -> bool:
        """Whether no time is left."""
        return self.left_s <= 0


def possible(problem: Problem, clock: Clock) -> bool | None:
    """Return whether some network meets all that must be met; None when the search for one ran out of time."""
    return judged(problem, greatest(formulate(musts(problem)).model), clock)


def judged(problem: Problem, reach: Reach, clock: Clock) -> bool | None:
    """Return what ``possible`` does where the greatest point of what must be met is known."""
    limit = budget_limit(problem)
    if reach.possible is False or (reach.possible is True and math.isinf(limit)):
        return reach.possible
    return None if clock.over else _searched(reach.model, limit, clock)


def musts(problem: Problem) -> Problem:
    """Return the question with what must be met only: no budget, and nothing of what is a wish under one."""
    for key in sorted(problem.wishes):
        problem = left_out(problem, key)
    return without_budget(problem)


def budget_limit(problem: Problem) -> float:
    """Return the most a plan may cost, ``inf`` without a budget."""
    return float(getattr(problem.requirement_named("budget"), "limit", math.inf))


def _searched(model: Model, limit: float, clock: Clock) -> bool | None:
    """Search for a plan within a budget until one is found or none can be."""
    from optimizer.pipeline import run_solver

    def known(progress: Progress) -> bool:
        within = math.isfinite(progress.objective) and progress.objective <= limit
        return within or progress.bound > limit or clock.stop()

    found = run_solver(model, "auto", clock.left_s, 1e-6, known, 0)
    if found.status == "infeasible" or (math.isfinite(limit) and found.bound > limit * (1 + 1e-9)):
        return False
    if found.values is not None and found.objective <= limit:
        return True
    return False if found.status == "optimal" else None
