"""The nearest questions that can be met: one part of a conflict loosened no further than it has to be."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from optimizer.explaining.answers import GoalReach, Nearest, Setting
from optimizer.explaining.asked import Part
from optimizer.explaining.changing import Change, changed, has_limit, left_out
from optimizer.explaining.possible import Clock, budget_limit, musts, possible
from optimizer.problem import Problem
from optimizer.requirements.base import needed

__all__ = ["apply", "nearest"]

_ANY_LIMIT_US = 1e9
_SHARE_STEPS = 10_000
"""Shares are told to a hundredth of a percent."""
_COUNTED = 1000
_ONE_BY_ONE = 40
"""Parts of a conflict up to which fixed choices are taken back one by one."""
_TOLD = 12
"""Settings that are told in words; the lines of the project file have all."""


def nearest(
    problem: Problem, goals: Sequence[GoalReach], conflicts: Sequence[Sequence[Part]], clock: Clock
) -> tuple[Nearest, ...]:
    """Return the nearest questions that can be met; each is checked.

    Where there is one conflict, each of its parts is loosened by itself with the others kept. Where there are several,
    one change has to be made in each: all goals go to the most that can be reached.
    """
    most = {g.name: g for g in goals}
    if len(conflicts) == 1:
        parts = conflicts[0] if len(conflicts[0]) <= _ONE_BY_ONE else [p for p in conflicts[0] if not p.setting]
        ways = [way for part in parts for way in _loosened(problem, part, most, clock)]
        single = _possible_ones(problem, ways, most, clock)
        if single:
            return single
    each = [[s for part in parts for s in _least(problem, part, most)] for parts in conflicts]
    lowered = [next((s for s in one if not s.removed), one[0]) for one in each if one]
    taken_out = [next((s for s in one if s.removed), one[0]) for one in each if one]
    return _possible_ones(problem, [_merged(lowered), _merged(taken_out)], most, clock)


def apply(problem: Problem, settings: Sequence[Setting]) -> Problem:
    """Return the question with settings changed."""
    for s in settings:
        value: Any = s.value
        if s.name == "share" and not value:
            problem = left_out(problem, s.goal)
            continue
        if s.removed:
            kept = getattr(problem.requirement_named(s.goal), s.name, ())
            value = tuple(name for name in kept if name != s.removed)
        problem = changed(problem, Change(s.goal, s.name, value))
    return problem


def _possible_ones(
    problem: Problem, ways: Sequence[Sequence[Setting]], most: dict[str, GoalReach], clock: Clock
) -> tuple[Nearest, ...]:
    """Return the nearest questions among some that can be met, each once."""
    found: list[Nearest] = []
    for settings in dict.fromkeys(tuple(way) for way in ways if way):
        if clock.over:
            break
        loosened = apply(problem, settings)
        if possible(loosened, clock) is True:
            text = "; ".join(_words(problem, s, most.get(s.goal)) for s in settings[:_TOLD])
            if len(settings) > _TOLD:
                text += f"; and {len(settings) - _TOLD} more changes"
            found.append(Nearest(settings, text, "\n".join(_lines(loosened, settings))))
    return tuple(found)


def _loosened(problem: Problem, part: Part, most: dict[str, GoalReach], clock: Clock) -> Iterator[tuple[Setting, ...]]:
    """Yield each way to loosen one part with the others kept, as little as can be."""
    if part.goal == "budget":
        yield from _dearer(problem, clock)
        return
    yield from ((s,) for s in _least(problem, part, most, clock))
    rule = problem.requirement_named(part.goal)
    if rule is None or part.setting:
        return
    if has_limit(rule):
        yield from ((s,) for s in _longer(problem, part.goal, clock))
    disjoint = getattr(rule, "disjoint", "link")
    if disjoint != "link":
        yield (Setting(part.goal, "disjoint", disjoint, "link"),)


def _least(problem: Problem, part: Part, most: dict[str, GoalReach], clock: Clock | None = None) -> Iterator[Setting]:
    """Yield the change that loosens one part to the most that any network reaches of it."""
    if part.setting:
        yield Setting(part.goal, part.setting, part.item, None, removed=part.item)
        return
    rule = problem.requirement_named(part.goal)
    some = any(c.medium_or_larger for c in problem.centers)
    if part.goal == "connected_centers" and getattr(rule, "centers", "") == "all" and some:
        yield Setting(part.goal, "centers", "all", "medium")
    if rule is None or not rule.has_share() or part.goal not in most:
        return
    asked = float(getattr(rule, "share"))  # noqa: B009
    steps = math.floor(min(most[part.goal].most, asked) * _SHARE_STEPS + 1e-9)
    if clock is not None and math.isfinite(budget_limit(problem)):
        steps = _largest(steps, lambda n: _with_share(problem, part.goal, n, clock))
    lower = steps < asked * _SHARE_STEPS - 1e-6
    yield Setting(part.goal, "share", asked, steps / _SHARE_STEPS if lower else 0.0)  # else its limit is to blame


def _with_share(problem: Problem, goal: str, steps: int, clock: Clock) -> bool:
    return possible(changed(problem, Change(goal, "share", steps / _SHARE_STEPS)), clock) is True


def _largest(most: int, fits: Callable[[int], bool]) -> int:
    """Return the largest number from 0 to `most` that fits, by halving; 0 when none does."""
    low, high = 0, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def _longer(problem: Problem, goal: str, clock: Clock) -> Iterator[Setting]:
    """Yield the shortest limit in whole microseconds that can be kept."""
    asked = float(getattr(problem.requirement_named(goal), "limit_us"))  # noqa: B009

    def fits(limit_us: float) -> bool:
        return possible(changed(problem, Change(goal, "limit_us", limit_us)), clock) is True

    if not fits(_ANY_LIMIT_US):
        return
    low, high = math.floor(asked), math.floor(asked) + 1
    while not fits(float(high)):
        if clock.over:
            return
        low, high = high, 2 * high
    while high - low > 1 and not clock.over:
        middle = (low + high) // 2
        low, high = (low, middle) if fits(float(middle)) else (middle, high)
    yield Setting(goal, "limit_us", asked, float(high))


def _dearer(problem: Problem, clock: Clock) -> Iterator[tuple[Setting, ...]]:
    """Yield the budget that pays for all that must be met."""
    from optimizer.errors import MetroplanError
    from optimizer.pipeline import solve

    try:
        plan = solve(musts(problem), time_limit_s=max(1.0, clock.left_s), gap=1e-4, on_progress=lambda _: clock.stop())
    except MetroplanError:
        return
    yield (Setting("budget", "limit", budget_limit(problem), float(math.ceil(plan.objective))),)


def _merged(settings: Sequence[Setting]) -> list[Setting]:
    """Return every setting once, in order."""
    return list(dict.fromkeys(settings))


def _words(problem: Problem, s: Setting, goal: GoalReach | None) -> str:
    rule = problem.requirement_named(s.goal)
    title = s.goal if rule is None else rule.title
    if s.removed:
        return f"take '{s.removed}' out of {s.name}"
    if s.name == "share":
        if s.value == 0.0:
            why = " (nothing of it can be reached)" if goal is not None and goal.most <= 0 else ""
            return f"{title}: do not ask it{why}"
        shares = f"{100 * float(s.value or 0):.6g} % instead of {100 * float(s.asked or 0):.6g} %"
        return f"{title}: {shares}{_counted(goal, float(s.value or 0))}"
    if s.name == "limit_us":
        return f"{title}: limit {s.value:,.6g} us instead of {s.asked:,.6g} us"
    if s.name == "limit":
        return f"{title}: {s.value:,.0f} instead of {s.asked:,.0f}"
    return f"{title}: {s.name} = '{s.value}' instead of '{s.asked}'"


def _counted(goal: GoalReach | None, share: float) -> str:
    """Return what a share comes to where single things are counted."""
    if goal is None or goal.denominator != round(goal.denominator) or goal.denominator > _COUNTED:
        return ""
    return f" ({needed(share, round(goal.denominator))} of {goal.denominator:.0f} {goal.unit})"


def _lines(loosened: Problem, settings: Sequence[Setting]) -> Iterator[str]:
    """Yield the lines of the project file."""
    for goal in dict.fromkeys(s.goal for s in settings):
        rule = loosened.requirement_named(goal)
        if rule is None:
            yield f"# leave out [requirements.{goal}]"
            continue
        yield f"[requirements.{goal}]"
        for name in dict.fromkeys(s.name for s in settings if s.goal == goal):
            value = getattr(rule, name)
            plain = list(value) if isinstance(value, tuple) else value
            whole = isinstance(value, float) and name != "share" and value.is_integer()
            yield f"{name} = {json.dumps(int(value) if whole else plain, ensure_ascii=False)}"
