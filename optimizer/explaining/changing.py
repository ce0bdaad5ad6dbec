"""The question with one thing changed: a share, a limit, something left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from optimizer.problem import Problem
from optimizer.requirements.base import Requirement

__all__ = ["WITH_EQUIPMENT", "Change", "changed", "changed_rule", "has_limit", "left_out"]

WITH_EQUIPMENT = ("export_400g", "latency_circle")
"""Goals that bring equipment with them, which fixed choices may name without asking any share of it."""


@dataclass(frozen=True)
class Change:
    """A setting of the project file with a new value; None leaves the requirement out."""

    goal: str
    setting: str
    value: Any


def has_limit(rule: Requirement) -> bool:
    """Return whether a requirement has a latency limit that is asked."""
    return getattr(rule, "limit_us", None) is not None


def changed(problem: Problem, *changes: Change) -> Problem:
    """Return the question with some settings changed."""
    for change in changes:
        if change.value is None and not change.setting:
            kept = tuple(r for r in problem.requirements if r.key != change.goal)
            problem = replace(problem, requirements=kept)
        else:
            problem = changed_rule(problem, change.goal, **{change.setting: change.value})
    return problem


def changed_rule(problem: Problem, key: str, **settings: Any) -> Problem:
    """Return the question with settings of one requirement changed."""
    rules = (r.model_copy(update=settings) if r.key == key else r for r in problem.requirements)
    return replace(problem, requirements=tuple(rules))


def left_out(problem: Problem, key: str) -> Problem:
    """Return the question without a goal; where fixed choices may name its equipment, its share is 0."""
    return changed(problem, Change(key, "share", 0.0) if key in WITH_EQUIPMENT else Change(key, "", None))
