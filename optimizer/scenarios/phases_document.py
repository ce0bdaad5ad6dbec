"""Phases as data: what every year builds, what it costs, which goals hold by its end, and how good that is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from optimizer.plan import GoalResult, Plan
from optimizer.problem import Problem
from optimizer.scenarios.assets import Assets
from optimizer.scenarios.money import Money

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["GreedyYears", "PhaseYear", "Phases", "PhasesDocument", "PhasesSummary"]


@dataclass(frozen=True)
class PhaseYear:
    """A year.

    ``spent``: cost of what is built in it, operation included, in prices of the first year; ``discounted``: what that
    is worth in the first year. ``total``: spent up to its end; ``least_total``: what must be spent by then at the
    least, given its goals and the budgets after it. ``built``: ids of all that is there by its end beyond today's
    network; ``added``: those of this year, by kind. ``permits``: ids of links added this year that waited for permits,
    with the months they take.
    """

    year: int
    budget: Money | None
    spent: Money
    discounted: Money
    total: Money
    least_total: Money
    built: tuple[str, ...]
    added: Assets
    permits: dict[str, float]
    goals: tuple[GoalResult, ...]


@dataclass(frozen=True)
class GreedyYears:
    """Every year planned for itself at the least cost, on top of the years before.

    ``objective`` is None where that leads nowhere (``reason``); ``spent``: of every year.
    """

    objective: Money | None
    spent: tuple[Money, ...]
    reason: str = ""


@dataclass(frozen=True)
class PhasesSummary:
    """How good the schedule is, in money of the first year.

    No schedule costs less than ``bound``. ``method``: 'exact' solved all years as one program; 'staged' planned the end
    first and bounded every year by itself. ``end_cost``: what the goals of the last year cost at the least when built
    at once, not discounted, and its proven bound.
    """

    status: Literal["optimal", "feasible"]
    method: Literal["exact", "staged"]
    objective: Money
    bound: Money
    gap: float
    end_cost: Money
    end_bound: Money


@dataclass(frozen=True)
class PhasesDocument:
    """``phases.json``, field by field."""

    schema_version: str
    project: str
    scenario: str
    currency: str
    discount_rate: float
    dig_once: bool
    summary: PhasesSummary
    years: tuple[PhaseYear, ...]
    greedy: GreedyYears


@dataclass(frozen=True)
class Phases(PhasesDocument):
    """Phases with the question of the last year and the audited plan of every year."""

    problem: Problem | None = None
    plans: tuple[Plan, ...] = ()

    def frame(self) -> pd.DataFrame:
        """Return one row a year: budget, spending, and how far each goal is reached."""
        import pandas as pd

        names = ("year", "budget", "spent", "discounted", "total", "least_total")
        return pd.DataFrame(
            [{**{n: getattr(y, n) for n in names}, **{g.title: g.achieved for g in y.goals}} for y in self.years]
        )
