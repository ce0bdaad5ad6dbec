"""A ladder of budgets as data: what is built by every step, the free optimum beside it, the price of nesting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from optimizer.plan import GoalResult, Plan
from optimizer.problem import Problem
from optimizer.scenarios.assets import Assets
from optimizer.scenarios.money import Money

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FreeOptimum", "Ladder", "LadderDocument", "LadderEnd", "LadderStep", "NestingPrice"]


@dataclass(frozen=True)
class FreeOptimum:
    """The best plan within the same budget that need not extend any step before.

    ``score``: weighted mean of how far every goal is reached, nothing counting beyond its target, 0 to 1;
    ``score_bound``: what no plan within the budget exceeds. ``run``: the folder its plan is kept in.
    """

    cost: Money
    score: float
    score_bound: float
    built: tuple[str, ...]
    goals: tuple[GoalResult, ...]
    run: str | None


@dataclass(frozen=True)
class NestingPrice:
    """What it costs to extend the step before instead of starting anew.

    ``score``: what the free optimum reaches more, 0 to 1. ``score_at_most``: what any plan within the budget could
    reach more. ``cost``: what the end goals cost more when this step is extended to them, than when they are planned
    for at once; None where that was not asked.
    """

    score: float
    score_at_most: float
    cost: Money | None


@dataclass(frozen=True)
class LadderStep:
    """A step: the budget, and all that is built by then.

    ``built``: ids of links built or newly lit, OXCs, 400G exports and access points, those of all steps so far;
    ``assets``: the same by kind; ``added``: those of this step alone. ``score``, ``score_bound``: see the free optimum;
    the bound holds for plans that extend the step before. ``status`` is 'too_small' where the budget does not pay for
    what must hold whatever the budget (``reasons``); nothing is built then and the goals are those of today.
    """

    budget: Money
    status: str
    cost: Money
    built: tuple[str, ...]
    assets: Assets
    added: Assets
    goals: tuple[GoalResult, ...]
    score: float
    score_bound: float
    free_optimum: FreeOptimum
    nesting_price: NestingPrice
    run: str | None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class LadderEnd:
    """The end goals: what they cost when planned for at once, and when the last step is extended to them.

    ``nesting_price_at_most``: the difference to the proven bound, which the price cannot exceed.
    """

    cost: Money
    bound: Money
    nested_cost: Money
    nested_bound: Money
    nesting_price: Money
    nesting_price_at_most: Money
    run: str | None


@dataclass(frozen=True)
class LadderDocument:
    """``ladder.json``, field by field.

    ``end`` is None where no network meets the end goals. ``weights`` are those of goals in the score; goals that are
    not named weigh 1.
    """

    schema_version: str
    project: str
    scenario: str
    currency: str
    steps: tuple[LadderStep, ...]
    end: LadderEnd | None
    weights: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ladder(LadderDocument):
    """A ladder with its question and plans.

    Parameters
    ----------
    problem
        The question.
    plans
        Plan of every step that has one, by the number of the step from 0.
    """

    problem: Problem | None = None
    plans: Mapping[int, Plan] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """Return one row a step: budget, cost, scores, price of nesting, and how far each goal is reached."""
        import pandas as pd

        rows = [
            {
                "budget": s.budget,
                "cost": s.cost,
                "score": s.score,
                "free_score": s.free_optimum.score,
                "nesting_price": s.nesting_price.score,
                "built": len(s.built),
                **{g.title: g.achieved for g in s.goals},
            }
            for s in self.steps
        ]
        return pd.DataFrame(rows)
