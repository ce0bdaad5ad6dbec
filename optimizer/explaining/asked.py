"""What a question asks, part by part: every goal, and every asset that must or must not be there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from optimizer.explaining.changing import changed_rule, left_out
from optimizer.problem import Problem
from optimizer.requirements.base import Requirement

__all__ = ["Part", "parts_asked", "without"]

FixedList = Literal["must_build", "must_not"]


@dataclass(frozen=True)
class Part:
    """One thing that is asked, and that could be left out.

    Parameters
    ----------
    goal
        Key of its requirement.
    title
        Name of the requirement for people.
    words
        What is asked, in words.
    setting, item
        List and id of a fixed choice; empty for goals.
    """

    goal: str
    title: str
    words: str
    setting: FixedList | Literal[""] = ""
    item: str = ""


def parts_asked(problem: Problem) -> tuple[Part, ...]:
    """Return all parts of a question, fixed choices first: the first ones are tried first when parts are left out."""
    goals = [_goal(r) for r in problem.requirements if r.key != "fixed_choices" and _asks(r)]
    return (*_fixed(problem), *goals)


def without(problem: Problem, *parts: Part) -> Problem:
    """Return the question without some parts."""
    for goal in (p.goal for p in parts if not p.setting):
        problem = left_out(problem, goal)
    return _without_items(problem, [p for p in parts if p.setting])


def _without_items(problem: Problem, parts: Sequence[Part]) -> Problem:
    """Return the question without some fixed choices, all at once: there may be thousands."""
    rule = problem.requirement_named("fixed_choices")
    for setting in dict.fromkeys(p.setting for p in parts):
        gone = {p.item for p in parts if p.setting == setting}
        left = tuple(name for name in getattr(rule, setting) if name not in gone)
        problem = changed_rule(problem, "fixed_choices", **{setting: left})
    return problem


def _asks(rule: Requirement) -> bool:
    return not rule.has_share() or float(getattr(rule, "share")) > 0  # noqa: B009


def _goal(rule: Requirement) -> Part:
    definition = getattr(rule, "definition", None)
    what = "" if definition is None else str(definition()).partition(" / ")[0]
    if rule.key == "budget":
        what = f"the plan costs {float(getattr(rule, 'limit')):,.0f} at most"  # noqa: B009
    share = f", for {100 * rule.share:.6g} %" if rule.has_share() else ""  # type: ignore[attr-defined]
    return Part(rule.key, rule.title, f"{what}{share}")


def _fixed(problem: Problem) -> list[Part]:
    rule = problem.requirement_named("fixed_choices")
    title = "" if rule is None else rule.title
    words = {"must_not": "must not be used", "must_build": "must be built"}
    lists: tuple[FixedList, ...] = ("must_not", "must_build")
    return [
        Part("fixed_choices", title, f"'{name}' {words[setting]}", setting, name)
        for setting in lists
        for name in getattr(rule, setting, ())
    ]
