"""Sensitivity as data: what the cost does when a price changes, and the price at which the plan changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.scenarios.money import Money

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BreakPoint", "PriceEffect", "Sensitivity", "SensitivityDocument", "Side"]


@dataclass(frozen=True)
class BreakPoint:
    """The price nearest to today's at which another plan becomes as cheap, and what it would do differently.

    ``price`` and its ratio to today's; ``gained`` and ``lost``: assets that the other plan has more and less.
    ``exact``: whether the search proved that no plan is better in between; else it is so to within the gap.
    """

    price: float
    ratio: float
    gained: tuple[str, ...]
    lost: tuple[str, ...]
    exact: bool


@dataclass(frozen=True)
class Side:
    """A price changed: what the plan costs as it is, and what the best plan for that price costs.

    ``best`` is None where it was not solved for, since the cost cannot change by more than the gap; else no plan costs
    less than ``bound``. ``changes``: whether the best plan is another one. ``break_point``: the price at which the plan
    changes, None where it does not before ``price``.
    """

    price: float
    kept: Money
    best: Money | None
    bound: Money | None
    changes: bool
    break_point: BreakPoint | None


@dataclass(frozen=True)
class PriceEffect:
    """What a price does to the cost.

    ``spent``: the part of the plan's cost that is in proportion to this price; it is also what the cost rises by when
    the price doubles and the plan stays.
    """

    name: str
    value: float
    unit: str
    source: str
    assumed: bool
    spent: Money
    low: Side
    high: Side


@dataclass(frozen=True)
class SensitivityDocument:
    """``sensitivity.json``, field by field; prices with the greatest effect first.

    ``change``: by how much every price is lowered and raised, as a share. ``searched``: whether break points were
    looked for.
    """

    schema_version: str
    project: str
    scenario: str
    currency: str
    change: float
    searched: bool
    objective: Money
    bound: Money
    gap: float
    prices: tuple[PriceEffect, ...]


@dataclass(frozen=True)
class Sensitivity(SensitivityDocument):
    """Sensitivity with its question and plan."""

    problem: Problem | None = None
    plan: Plan | None = None

    def frame(self) -> pd.DataFrame:
        """Return one row a price: value, what is spent on it, cost when it is low and high, break points."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "price": p.name,
                    "value": p.value,
                    "spent": p.spent,
                    "kept_low": p.low.kept,
                    "best_low": p.low.best,
                    "kept_high": p.high.kept,
                    "best_high": p.high.best,
                    "break_below": None if p.low.break_point is None else p.low.break_point.price,
                    "break_above": None if p.high.break_point is None else p.high.break_point.price,
                }
                for p in self.prices
            ]
        )
