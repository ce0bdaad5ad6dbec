"""``front``: the least cost of every level of a goal, exact points from the least asked to the most.

Asking more never costs less. So the bound of a point holds for all that ask more, its plan serves wherever it reaches
what is asked, and a point between two that cost the same needs no solve.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from optimizer.errors import ProjectError, did_you_mean
from optimizer.facts import Choice, Measured
from optimizer.pipeline import assess
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.project import Project
from optimizer.report import numbers
from optimizer.requirements import REQUIREMENTS, Requirement
from optimizer.scenarios.assets import assets_of
from optimizer.scenarios.front_document import Front, FrontPoint
from optimizer.scenarios.replan import replan
from optimizer.scenarios.session import Session, session
from optimizer.scenarios.shelf import Solved
from optimizer.solution import ProgressCallback, relative_gap
from optimizer.variants import with_requirement, without_budget

__all__ = ["front"]

Setting = Literal["share", "limit_us"]
_LEAST_SHARE = 0.3
_EQUAL = 1e-9


def front(
    asked: Project | Problem,
    goal: str = "latency_circle",
    *,
    setting: Setting | None = None,
    values: Iterable[float] | None = None,
    points: int = 8,
    scenario: str = "base",
    solves: Path | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Callable[[str], None] | None = None,
    on_progress: ProgressCallback | None = None,
) -> Front:
    """Return what every level of a goal costs at the least, all other goals as they are.

    Parameters
    ----------
    asked
        A project, or a question by itself.
    goal
        Key of a requirement, such as ``latency_circle``, ``interconnect_latency`` or ``protection``; one that the
        project does not ask is asked with its defaults.
    setting
        What is moved: ``share``, or ``limit_us``; left out: the limit of ``interconnect_latency``, else the share.
    values
        Levels; left out: `points` levels, evenly from today's or the loosest that matters to the utmost.
    points
        How many levels, 2 to 50.
    scenario, solves, time_limit_s, gap, seed, on_step, on_progress
        As in ``ladder``.

    Raises
    ------
    ProjectError
        If the goal or a level does not exist.
    StoppedError
        If `on_progress` stopped it.
    """
    problem = without_budget(asked.problem(scenario) if isinstance(asked, Project) else asked)
    rule = _rule(problem, goal)
    moved: Setting = setting or ("limit_us" if goal == "interconnect_latency" else "share")
    if moved not in type(rule).model_fields:
        raise ProjectError([f"'{goal}' has no {moved} to move; try {'share' if moved == 'limit_us' else 'limit_us'}."])
    work = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step, on_progress=on_progress)
    levels = [float(v) for v in values] if values is not None else _levels(work, problem, rule, moved, points)
    levels = sorted(set(levels), reverse=moved == "limit_us")
    questions = [_asked(problem, rule, moved, level) for level in levels]
    found = _solve_all(work, questions, [_words(moved, level) for level in levels])
    return _front(problem, rule, moved, levels, found)


def _rule(problem: Problem, goal: str) -> Requirement:
    """Return the requirement whose level is moved."""
    kinds = {k.key: k for k in REQUIREMENTS if {"share", "limit_us"} & k.model_fields.keys()}
    if goal not in kinds:
        raise ProjectError([f"There is no goal '{goal}' (known: {', '.join(kinds)}).{did_you_mean(goal, kinds)}"])
    return problem.requirement_named(goal) or kinds[goal]()


def _asked(problem: Problem, rule: Requirement, setting: Setting, level: float) -> Problem:
    """Return the question with one level asked.

    Raises
    ------
    ProjectError
        If the level is out of range, or the goal does not fit the project.
    """
    try:
        moved = type(rule).model_validate({**rule.model_dump(), setting: level})
    except ValueError:
        raise ProjectError([f"{level:g} is no {setting} of '{rule.key}'; shares run from 0 to 1."]) from None
    return with_requirement(problem, moved)


def _levels(work: Session, problem: Problem, rule: Requirement, setting: Setting, points: int) -> list[float]:
    """Return levels evenly spaced over what matters."""
    if not 2 <= points <= 50:
        raise ProjectError([f"A front of {points} points is asked; 2 to 50 make one."])
    if setting == "share":
        today = next((g.achieved for g in assess(problem).goals if g.name == rule.key), 0.0)
        least = max(_LEAST_SHARE, min(0.9, math.ceil(today * 20) / 20))
        return [round(float(v), 4) for v in np.linspace(least, 1.0, points)]
    tightest = _tightest(problem, rule)
    plan = work.solve(problem, "the limit as it is").plan
    loosest = max(tightest * 1.05, 2.0 * tightest if plan is None else (_slowest(plan) or 0.0) * _ways(rule) + 1.0)
    return [float(math.ceil(v)) for v in np.linspace(tightest, loosest, points)]


def _ways(rule: Requirement) -> float:
    """Return how often a route counts against the limit."""
    return 2.0 if getattr(rule, "direction", "one_way") == "round_trip" else 1.0


def _tightest(problem: Problem, rule: Requirement) -> float:
    """Return the tightest limit that the relations can keep with every link and every OXC."""
    every = Choice(
        np.array([k not in problem.forbidden_links for k in range(len(problem.network.links))]),
        frozenset(s.id for s in problem.metro_sites),
        {},
        frozenset(a.id for a in problem.access_points),
    )
    pairs = Measured(problem, every).facts.pair_us
    worst = max((pairs[a.id, b.id] for a, b in problem.relations), default=100.0) + problem.pair_end_us
    if not math.isfinite(worst):
        raise ProjectError(["Some relation has no route over any links; give the limits by hand."])
    return worst * _ways(rule) + 0.01


def _solve_all(work: Session, questions: list[Problem], words: list[str]) -> list[Solved]:
    """Solve from the least asked to the most, and use every plan and bound wherever it holds."""
    found: list[Solved] = []
    for k, question in enumerate(questions):
        told = f"[{k + 1}/{len(questions)}] {words[k]}"
        if found and found[-1].plan is None:  # asking more cannot be possible again
            found.append(found[-1])
            continue
        found.append(_served(work, question, found, told) or work.solve(question, told))
    for k in range(len(found) - 2, -1, -1):
        found[k] = _cheaper(questions[k], found[k], found[k + 1])
    for k in range(1, len(found)):
        found[k] = _bounded(found[k], found[k - 1])
    return found


def _served(work: Session, question: Problem, found: list[Solved], words: str) -> Solved | None:
    """Return the plan of the point before where it reaches what is asked here; its bound holds here too."""
    if not found or found[-1].plan is None:
        return None
    before = found[-1]
    assert before.plan is not None
    if _falls_short(question, before.plan):
        return None
    plan = replan(question, before.plan, before.plan.bound)
    if plan is None or relative_gap(plan.objective, plan.bound) > max(work.gap, before.gap):
        return None
    work.say(f"{words}: the plan before reaches this too")
    return replace(before, plan=plan, seconds=0.0)


def _falls_short(question: Problem, plan: Plan) -> bool:
    """Return whether a plan tells by itself that it reaches less than a question asks."""
    asked = {rule.key: getattr(rule, "share", None) for rule in question.requirements}
    return any(share is not None and g.achieved < share - _EQUAL for g in plan.goals if (share := asked.get(g.name)))


def _cheaper(question: Problem, solved: Solved, tighter: Solved) -> Solved:
    """Return the plan of a point that asks more where it costs less, which a gap may leave room for."""
    if solved.plan is None or tighter.plan is None or tighter.plan.objective >= solved.plan.objective - _EQUAL:
        return solved
    plan = replan(question, tighter.plan, solved.plan.bound)
    return solved if plan is None else replace(tighter, plan=plan)


def _bounded(solved: Solved, looser: Solved) -> Solved:
    """Return a point with the bound of one that asks less, where that is better."""
    if solved.plan is None or looser.plan is None or looser.plan.bound <= solved.plan.bound:
        return solved
    bound = min(looser.plan.bound, solved.plan.objective)
    return replace(solved, plan=_with_bound(solved.plan, bound))


def _with_bound(plan: Plan, bound: float) -> Plan:
    gap = relative_gap(plan.objective, bound)
    return replace(plan, bound=bound, gap=gap, status="optimal" if gap <= 1e-6 else "feasible")


def _front(problem: Problem, rule: Requirement, setting: Setting, levels: list[float], found: list[Solved]) -> Front:
    """Return the front as data."""
    points: list[FrontPoint] = []
    for k, (level, solved) in enumerate(zip(levels, found, strict=True)):
        later = [s.plan.objective for s in found[k + 1 :] if s.plan is not None]
        points.append(_point(rule, setting, level, solved, points, later))
    plans = {v: s.plan for v, s in zip(levels, found, strict=True) if s.plan is not None}
    unit = "share" if setting == "share" else "us"
    return Front(
        "1.0", problem.name, problem.scenario, problem.catalogue.currency, rule.key, setting, rule.title, unit,
        tuple(points), problem, plans,
    )  # fmt: skip


def _point(
    rule: Requirement, setting: Setting, level: float, solved: Solved, before: list[FrontPoint], later: list[float]
) -> FrontPoint:
    """Return one point."""
    plan = solved.plan
    if plan is None:
        none: dict[str, Any] = dict.fromkeys(("cost", "bound", "gap", "reached"))
        return FrontPoint(level, "infeasible", **none, goals=(), built=(), efficient=False, reasons=solved.reasons)
    built = assets_of(plan).ids
    same = next((p.value for p in before if p.built == built), None)
    goal = next((g for g in plan.goals if g.name == rule.key), None)
    reached = goal.achieved if goal is not None and setting == "share" else _slowest(plan)
    efficient = all(cost > plan.objective + _EQUAL * plan.objective for cost in later)
    folder = None if solved.folder is None else str(solved.folder)
    return FrontPoint(
        level, plan.status, plan.objective, plan.bound, plan.gap, reached, plan.goals, built, efficient, same, folder
    )


def _slowest(plan: Plan) -> float | None:
    """Return the latency of the slowest relation."""
    return max((r.routes[0].latency_us for r in plan.relations if r.routes), default=None)


def _words(setting: Setting, level: float) -> str:
    return f"share {numbers.share(level)}" if setting == "share" else f"limit {level:,.10g} us"
