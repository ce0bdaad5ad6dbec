"""A question: whether it has an answer; if not, why, which goals are in conflict, and what comes nearest."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from optimizer.errors import NoPlanError
from optimizer.explaining.answers import (
    SCHEMA_VERSION,
    Conflict,
    ConflictPart,
    GoalReach,
    Nearest,
    Obstacle,
    QuestionAnswer,
)
from optimizer.explaining.conflict import ConflictSet, conflicts
from optimizer.explaining.difference import confirmed
from optimizer.explaining.nearest import apply, nearest
from optimizer.explaining.obstacles import obstacles
from optimizer.explaining.possible import Clock, judged, musts
from optimizer.explaining.reach import Reach, greatest
from optimizer.facts import Measured
from optimizer.formulate import Formulation, formulate
from optimizer.problem import Problem
from optimizer.result import choice_of
from optimizer.scenarios.session import Session, StoppedError, session
from optimizer.solution import ProgressCallback

__all__ = ["Say", "explain_question", "reach_of"]

Say = Callable[[str], None]
"""Told what is worked on."""

_CONFLICT_SHARE = 0.6
"""Share of the time that looking for conflicts takes at the most."""
_ROUTED_LATER = ("capacity",)
"""Goals that are told by the traffic a plan carries, which the most of a network does not say."""
_log = logging.getLogger(__name__)


def explain_question(
    problem: Problem,
    *,
    confirm: bool = True,
    solves: Path | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Say | None = None,
    on_progress: ProgressCallback | None = None,
) -> QuestionAnswer:
    """Return whether a question has an answer, and if not, why and the nearest questions that have one.

    Parameters
    ----------
    problem
        The question.
    confirm
        Whether to solve the nearest questions, which confirms and prices them.
    solves
        Folder that keeps finished solves; None keeps none.
    time_limit_s, gap, seed
        Of every solve; looking for conflicts and nearest goals takes as long at the most.
    on_step, on_progress
        Told what is worked on, and how each search goes; returning True from the latter stops the solves.
    """
    solving = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step, on_progress=on_progress)
    clock = Clock(time_limit_s)
    solving.say("Looking at the most that any network can do")
    hard, formulation, reach, goals = reach_of(problem)
    able = judged(problem, reach, clock)
    answer = QuestionAnswer(
        "question", SCHEMA_VERSION, problem.name, problem.scenario, problem.catalogue.currency, able, goals, (), (), (),
        (), clock.taken_s,
    )  # fmt: skip
    if able is not False:
        return answer
    solving.say("Looking for the smallest sets of goals in conflict")
    half = replace(clock, limit_s=_CONFLICT_SHARE * clock.limit_s)  # the rest is for the nearest goals
    sets = conflicts(problem, half)
    gave_up = half.over
    guilty = frozenset({g.name for g in goals if not g.can_be_met} | {p.goal for one in sets for p in one.parts})
    found = obstacles(hard, formulation, reach, guilty)
    solving.say("Looking for the nearest goals that can be met")
    near = nearest(problem, goals, [one.parts for one in sets], clock)
    return replace(
        answer,
        obstacles=found,
        conflicts=tuple(_conflict(one) for one in sets),
        nearest=_confirmed(problem, near, solving) if confirm else near,
        advice=_advice(found, sets, gave_up=gave_up, unsought=clock.over and not near),
        seconds=clock.taken_s,
    )


def reach_of(problem: Problem) -> tuple[Problem, Formulation, Reach, tuple[GoalReach, ...]]:
    """Return what must be met of a question, its model, the most that any network can do, and that goal by goal."""
    hard = musts(problem)
    formulation = formulate(hard)
    reach = greatest(formulation.model)
    return hard, formulation, reach, _most_of(hard, formulation, reach)


def _most_of(problem: Problem, formulation: Formulation, reach: Reach) -> tuple[GoalReach, ...]:
    """Return every goal with the most that any network reaches of it."""
    facts = Measured(problem, choice_of(problem, formulation, reach.values)).facts
    found: list[GoalReach] = []
    for rule in problem.requirements:
        goal = rule.measure(problem, facts)
        if goal is not None and rule.key not in _ROUTED_LATER:
            told = (goal.name, goal.title, goal.definition, goal.target, goal.achieved)
            found.append(GoalReach(*told, goal.numerator, goal.denominator, goal.unit, goal.met))
    return tuple(found)


def _confirmed(problem: Problem, near: tuple[Nearest, ...], solving: Session) -> tuple[Nearest, ...]:
    """Solve the nearest questions, each from the plan of the nearest one before."""
    found: list[Nearest] = []
    for one in near:
        try:
            plan = solving.solve(musts(apply(problem, one.settings)), f"Confirming: {one.text}").plan
        except StoppedError:
            return (*found, *near[len(found) :])
        except NoPlanError as error:
            _log.warning("'%s' was not confirmed: %s", one.text, error)
            plan = None
        found.append(one if plan is None else replace(one, plan=confirmed(plan)))
    return tuple(found)


def _conflict(one: ConflictSet) -> Conflict:
    told = (ConflictPart(p.goal, p.title, p.words, p.setting, p.item) for p in one.parts)
    return Conflict(tuple(told), one.irreducible)


def _advice(
    found: tuple[Obstacle, ...], sets: tuple[ConflictSet, ...], *, gave_up: bool, unsought: bool
) -> tuple[str, ...]:
    """Return what to do about the data where no setting helps, and what time did not suffice for."""
    kinds = {o.kind for o in found}
    told: list[str] = []
    if "not_connected" in kinds:
        told.append("Add candidate routes between the parts that are not joined, or mend gaps (`metroplan check`).")
    if kinds & {"sole_link", "shared_risk", "shared_node", "no_second_route"}:
        told.append("Add candidate routes beside the links and ducts that every route takes.")
    if gave_up:
        told.append("The search for conflicts ran out of time: there may be smaller ones, and more of them.")
    if unsought:
        told.append("The search for the nearest goals that can be met ran out of time. Give it more.")
    if not sets and not gave_up:
        told.append("What always holds cannot be met: no goal that could be left out is to blame.")
    return tuple(told)
