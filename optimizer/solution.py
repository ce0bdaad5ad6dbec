"""What every solver returns, and what it reports on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Progress", "ProgressCallback", "Solution", "Status", "relative_gap"]

Status = Literal["optimal", "feasible", "infeasible", "unknown"]
"""optimal: proven; feasible: a plan with a gap; infeasible: proven that none exists; unknown: stopped with no plan."""


@dataclass(frozen=True)
class Progress:
    """One report on the way.

    Parameters
    ----------
    phase
        What the solver is doing, in a planner's words ('first plan', 'cuts', 'branch', ...).
    seconds
        Since the start.
    objective
        Of the best plan so far; ``inf`` while there is none.
    bound
        Proven lower bound; ``-inf`` while there is none.
    """

    phase: str
    seconds: float
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Relative gap between objective and bound, 0 to inf."""
        return relative_gap(self.objective, self.bound)


ProgressCallback = Callable[[Progress], bool | None]
"""Called with every report; returning True cancels the run, which then keeps its best plan."""


@dataclass(frozen=True)
class Solution:
    """Outcome of a solver.

    Parameters
    ----------
    status
        See ``Status``. `optimal` means the bound proves it (to a relative gap of 1e-6).
    values
        One value a column, or None when there is no plan.
    objective, bound
        Cost of the plan and proven lower bound, in the model's currency.
    seconds
        Wall-clock time, start to end.
    solver
        Name and version.
    first_plan_seconds
        When the first feasible plan was known; None without a plan.
    phases
        Seconds by phase.
    cancelled
        True when the caller stopped it.
    """

    status: Status
    values: NDArray[np.float64] | None
    objective: float
    bound: float
    seconds: float
    solver: str
    first_plan_seconds: float | None = None
    phases: tuple[tuple[str, float], ...] = ()
    cancelled: bool = False

    @property
    def gap(self) -> float:
        """Relative gap between objective and bound."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """Return (objective - bound) / |objective|, never negative; inf when either is missing.

    A plan that costs nothing is measured against a hundredth of the currency: rounding of its bound is no gap.
    """
    if not (np.isfinite(objective) and np.isfinite(bound)):
        return float("inf")
    return max(0.0, objective - bound) / max(abs(objective), 0.01)
