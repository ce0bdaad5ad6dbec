"""How a run closed its gap: objective and bound over time, thinned, and when each gap was first reached."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from optimizer.solution import Progress, ProgressCallback, relative_gap

__all__ = ["GAPS", "PROVEN", "Point", "Trace", "reached", "seconds_to"]

PROVEN = 1e-6
"""Relative gap at which a plan counts as proven optimal."""

GAPS = {"5 %": 0.05, "1 %": 0.01, "0.1 %": 0.001, "proven": PROVEN}
"""Gaps whose time a record tells."""

PREPARING = "preparing"
"""What the engine reports while it loads its compiled kernels."""

STEP = 0.97
"""A point is kept when the gap falls below this part of the last one kept, or below one of ``GAPS``."""

Point = tuple[float, float, float]
"""Seconds since the run began, cost of the best plan, proven bound."""


@dataclass
class Trace:
    """Collects reports of a run on one clock; hand ``on_progress`` to the solver.

    Parameters
    ----------
    began
        ``time.perf_counter()`` at the start of the run.
    then
        Called with every report as well.
    cancel_after_s
        When to cancel the run.
    cancelled
        When that was.
    """

    began: float
    then: ProgressCallback | None = None
    cancel_after_s: float = math.inf
    points: list[Point] = field(default_factory=list)
    cancelled: float | None = None

    def on_progress(self, progress: Progress) -> bool | None:
        """Keep a report if it brings something."""
        self.add(progress.objective, progress.bound)
        if self.cancelled is None and progress.phase != PREPARING and progress.seconds >= self.cancel_after_s:
            self.cancelled = time.perf_counter()
        told = None if self.then is None else self.then(progress)
        return told or self.cancelled is not None

    def add(self, objective: float, bound: float) -> None:
        """Keep where the run stands now, if it brings something."""
        gap = relative_gap(objective, bound)
        last = relative_gap(*self.points[-1][1:]) if self.points else math.inf
        passed = any(gap <= g < last for g in GAPS.values())
        if math.isfinite(gap) and (passed or gap < STEP * last):
            self.points.append((time.perf_counter() - self.began, round(objective, 6), round(bound, 6)))

    def points_from(self, start_s: float) -> tuple[Point, ...]:
        """Return the points with seconds counted from `start_s` on."""
        return tuple((round(max(0.0, s - start_s), 3), objective, bound) for s, objective, bound in self.points)


def seconds_to(points: Sequence[Sequence[float]], gap: float, forced_cost: float = 0.0) -> float | None:
    """Return when a gap was first reached, None if never; `forced_cost` is left out of both costs."""
    for seconds, objective, bound in points:
        if relative_gap(objective - forced_cost, bound - forced_cost) <= gap:
            return seconds
    return None


def reached(points: Sequence[Sequence[float]]) -> dict[str, float | None]:
    """Return the seconds to each of ``GAPS``."""
    return {name: seconds_to(points, gap) for name, gap in GAPS.items()}
