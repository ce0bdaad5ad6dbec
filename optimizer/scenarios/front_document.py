"""A front as data: what every level of a goal costs at the least, point by point with its gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from optimizer.plan import GoalResult, Plan
from optimizer.problem import Problem
from optimizer.scenarios.money import Money

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Front", "FrontDocument", "FrontPoint"]


@dataclass(frozen=True)
class FrontPoint:
    """A level that is asked, and what it costs at the least.

    ``value``: the share (0 to 1) or the limit in microseconds. ``cost``: of the plan; no plan costs less than
    ``bound``. ``reached``: share that the plan reaches, or latency of its slowest relation in microseconds.
    ``same_as``: the value of an earlier point whose plan serves here too. All are None where no network can do it.
    ``efficient``: whether no other point asks at least as much for no more cost.
    """

    value: float
    status: Literal["optimal", "feasible", "infeasible"]
    cost: Money | None
    bound: Money | None
    gap: float | None
    reached: float | None
    goals: tuple[GoalResult, ...]
    built: tuple[str, ...]
    efficient: bool
    same_as: float | None = None
    run: str | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class FrontDocument:
    """``front.json``, field by field.

    ``goal``: key of the requirement; ``setting``: which of its settings is moved, ``share`` or ``limit_us``; ``unit``:
    of the values. The points go from the least asked to the most.
    """

    schema_version: str
    project: str
    scenario: str
    currency: str
    goal: str
    setting: Literal["share", "limit_us"]
    title: str
    unit: str
    points: tuple[FrontPoint, ...]


@dataclass(frozen=True)
class Front(FrontDocument):
    """A front with its question and plans.

    Parameters
    ----------
    problem
        The question as the project asks it.
    plans
        Plan of every point that has one, by its value.
    """

    problem: Problem | None = None
    plans: Mapping[float, Plan] = field(default_factory=dict)

    def frame(self) -> pd.DataFrame:
        """Return one row a point: value, cost, bound, gap, what is reached, whether it is efficient."""
        import pandas as pd

        names = ("value", "cost", "bound", "gap", "reached", "efficient")
        return pd.DataFrame([{n: getattr(p, n) for n in names} for p in self.points], columns=list(names))
