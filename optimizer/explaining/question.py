"""A question: whether it has an answer; if not, why, which goals are in conflict, and what comes nearest."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from optimizer.errors import MetroplanError
from optimizer.explaining.answers import (
    SCHEMA_VERSION,
    Confirmed,
    Conflict,
    ConflictPart,
    GoalReach,
    Nearest,
    Obstacle,
    QuestionAnswer,
)
from optimizer.explaining.asked import Part
from optimizer.explaining.conflict import conflicts
from optimizer.explaining.nearest import apply, nearest
from optimizer.explaining.obstacles import obstacles
from optimizer.explaining.possible import Clock, musts, possible
from optimizer.explaining.reach import Reach, greatest
from optimizer.facts import Choice, Measured
from optimizer.formulate import Formulation, formulate
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.solution import ProgressCallback

__all__ = ["Say", "explain_question", "reach_of"]

Say = Callable[[str], None]
"""Told what is worked on."""

_LEAST_S = 5.0
_log = logging.getLogger(__name__)


def explain_question(
    problem: Problem,
    *,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    confirm: bool = True,
    say: Say = _log.info,
    on_progress: ProgressCallback | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> QuestionAnswer:
    """Return whether a question has an answer, and if not, why and the nearest questions that have one.

    Parameters
    ----------
    problem
        The question.
    time_limit_s
        Seconds for all of it; what is not reached in time is left out.
    gap
        Relative gap at which the plans that confirm the nearest questions stop.
    confirm
        Whether to solve the nearest questions, which confirms and prices them.
    say, on_progress, stop
        Told what is worked on, told how each search goes, and asked whether to stop.
    """
    clock = Clock(time_limit_s, stop)
    say("Looking at the most that any network can do")
    hard, formulation, reach, goals = reach_of(problem)
    able = possible(problem, clock)
    answer = QuestionAnswer(
        "question", SCHEMA_VERSION, problem.name, problem.scenario, problem.catalogue.currency, able, goals, (), (), (),
        (), clock.taken_s,
    )  # fmt: skip
    if able is not False:
        return replace(answer, seconds=clock.taken_s)
    say("Looking for the smallest sets of goals in conflict")
    sets = conflicts(problem, clock)
    guilty = frozenset({g.name for g in goals if not g.can_be_met} | {p.goal for parts in sets for p in parts})
    found = obstacles(hard, formulation, reach, guilty)
    say("Looking for the nearest goals that can be met")
    near = nearest(problem, goals, sets, clock)
    if confirm:
        near = _confirmed(problem, near, gap, clock, say, on_progress)
    told = tuple(_conflict(parts, not clock.over) for parts in sets)
    return replace(
        answer, obstacles=found, conflicts=told, nearest=near, advice=_advice(found, sets), seconds=clock.taken_s
    )


def reach_of(problem: Problem) -> tuple[Problem, Formulation, Reach, tuple[GoalReach, ...]]:
    """Return what must be met of a question, its model, the most that any network can do, and that goal by goal."""
    hard = musts(problem)
    formulation = formulate(hard)
    reach = greatest(formulation.model)
    return hard, formulation, reach, _most_of(hard, formulation, reach)


def _most_of(problem: Problem, formulation: Formulation, reach: Reach) -> tuple[GoalReach, ...]:
    """Return every goal with the most that any network reaches of it."""
    facts = Measured(problem, _choice(formulation, reach)).facts
    found: list[GoalReach] = []
    for rule in problem.requirements:
        goal = rule.measure(problem, facts)
        if goal is not None:
            told = (goal.name, goal.title, goal.definition, goal.target, goal.achieved)
            found.append(GoalReach(*told, goal.numerator, goal.denominator, goal.unit, goal.met))
    return tuple(found)


def _choice(formulation: Formulation, reach: Reach) -> Choice:
    """Return what the greatest point builds, lights and equips."""
    families, values = formulation.families, reach.values
    taken = {f: {k for k, c in members.items() if values[c] > 0.5} for f, members in families.items()}
    use = np.fromiter(families["use"].values(), dtype=np.int64)
    ports = {k: round(values[c]) for k, c in families.get("export", {}).items() if values[c] > 0.5}
    return Choice(values[use] > 0.5, frozenset(taken["oxc"]), ports, frozenset(taken.get("serve", set())))


def _confirmed(
    problem: Problem,
    near: tuple[Nearest, ...],
    gap: float,
    clock: Clock,
    say: Say,
    on_progress: ProgressCallback | None,
) -> tuple[Nearest, ...]:
    """Solve the nearest questions, each from the plan of the one before."""
    from optimizer.pipeline import solve

    found: list[Nearest] = []
    plan: Plan | None = None
    for number, one in enumerate(near):
        seconds = clock.left_s / (len(near) - number)
        if seconds < _LEAST_S:
            found.append(one)
            continue
        say(f"Confirming by solving: {one.text}")
        question = musts(apply(problem, one.settings))
        try:
            plan = solve(question, time_limit_s=seconds, gap=gap, start=plan, on_progress=on_progress)
        except MetroplanError as error:
            _log.warning("'%s' could not be confirmed: %s", one.text, error)
            found.append(one)
        else:
            found.append(replace(one, plan=Confirmed(plan.objective, plan.bound, plan.gap, plan.status)))
    return tuple(found)


def _conflict(parts: tuple[Part, ...], irreducible: bool) -> Conflict:
    told = (ConflictPart(p.goal, p.title, p.words, p.setting, p.item) for p in parts)
    return Conflict(tuple(told), irreducible)


def _advice(found: tuple[Obstacle, ...], sets: tuple[tuple[Part, ...], ...]) -> tuple[str, ...]:
    """Return what to do about the data where no setting helps."""
    kinds = {o.kind for o in found}
    told: list[str] = []
    if "not_connected" in kinds:
        told.append("Add candidate routes between the parts that are not joined, or mend gaps (`metroplan check`).")
    if kinds & {"sole_link", "shared_risk", "shared_node", "no_second_route"}:
        told.append("Add candidate routes beside the links and ducts that every route takes.")
    if not sets:
        told.append("What always holds cannot be met: no goal that could be left out is to blame.")
    return tuple(told)
