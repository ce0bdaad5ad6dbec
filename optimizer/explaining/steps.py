"""One more and one less of a goal: a percentage point, or the next count where single things are counted."""

from __future__ import annotations

from optimizer.explaining.answers import Setting
from optimizer.plan import GoalResult
from optimizer.report import numbers
from optimizer.requirements.base import needed

__all__ = ["less_share", "more_share", "step_words", "tighter_limit"]

_POINT = 0.01
_COUNTED = ("relations", "centers", "sites", "access points")
"""Units in which single things are counted, each of weight 1."""


def more_share(goal: GoalResult) -> float | None:
    """Return the next higher share to ask, None where all is asked already."""
    if goal.target >= 1:
        return None
    if not _counts(goal):
        return min(1.0, goal.target + _POINT)
    total = round(goal.denominator)
    now = needed(goal.target, total)
    count = max(needed(min(1.0, goal.target + _POINT), total), now + 1)
    return count / total if count <= total else None


def less_share(goal: GoalResult) -> float | None:
    """Return the next lower share to ask, None where that asks nothing."""
    if not _counts(goal):
        return goal.target - _POINT if goal.target > _POINT else None
    total = round(goal.denominator)
    count = needed(goal.target, total) - 1
    return count / total if count > 0 else None


def tighter_limit(limit_us: float) -> float:
    """Return a limit one percent shorter."""
    return round(limit_us * (1 - _POINT), 6)


def step_words(goal: GoalResult, setting: Setting) -> str:
    """Return a step in words."""
    asked, value = float(setting.asked or 0), float(setting.value or 0)
    if setting.name == "limit_us":
        return f"limit {numbers.plain(value)} us instead of {numbers.plain(asked)}"
    if _counts(goal):
        total = round(goal.denominator)
        return f"{needed(value, total)} of {total} {goal.unit} instead of {needed(asked, total)}"
    return f"{100 * value:.6g} % instead of {100 * asked:.6g} %"


def _counts(goal: GoalResult) -> bool:
    return goal.unit in _COUNTED and goal.denominator == round(goal.denominator)
