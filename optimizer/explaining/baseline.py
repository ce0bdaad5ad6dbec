"""The question that changes are measured against: every goal held where the plan has it."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.errors import NoPlanError
from optimizer.explaining.changing import Change, changed, left_out
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.scenarios.session import Session
from optimizer.variants.change import without_budget

__all__ = ["Baseline", "baseline"]


@dataclass(frozen=True)
class Baseline:
    """A question without a budget, its plan, and what is to be said about it."""

    problem: Problem
    plan: Plan
    note: str = ""


def baseline(problem: Problem, plan: Plan, solving: Session) -> Baseline:
    """Return the question of a plan and the plan itself, from which the session's solves begin.

    A plan within a budget reaches what the money pays for. There the question is what its goals cost as far as they
    are reached: the shares become those of the plan, the budget goes, and that question is solved anew.

    Raises
    ------
    NoPlanError
        If time ran out before that had a plan.
    """
    if problem.requirement_named("budget") is None:
        solving.know(problem, plan, plan.bound)
        return Baseline(problem, plan)
    asked = without_budget(problem)
    for goal in plan.goals:
        if goal.name in problem.wishes:
            share = min(goal.target, goal.achieved)
            asked = changed(asked, Change(goal.name, "share", share)) if share > 0 else left_out(asked, goal.name)
    solving.know(asked, plan)
    solved = solving.solve(asked, "Solving for what the plan reaches, without the budget")
    if solved.plan is None:
        raise NoPlanError("What the plan reaches was not found again. This is a bug: please report it.")
    note = "The plan is one within a budget: costs are those of reaching, in full, what it reaches of every goal."
    return Baseline(asked, solved.plan, note)
