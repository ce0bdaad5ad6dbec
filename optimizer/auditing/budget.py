"""A budget is kept, and what it pays for is told truly."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements.base import Facts

__all__ = ["budget_breaches"]

_CENT = 0.005


def budget_breaches(problem: Problem, plan: Plan, facts: Facts) -> Iterator[str]:
    """Yield a cost above the budget, and a score that the goals do not add up to."""
    rule = problem.requirement_named("budget")
    told = plan.budget
    if rule is None or told is None:
        if (rule is None) != (told is None):
            yield f"A budget {'was not' if rule is None else 'was'} asked; the plan tells otherwise."
        return
    limit = float(getattr(rule, "limit"))  # noqa: B009
    if plan.objective > limit * (1 + 1e-9) + _CENT:
        yield f"The plan costs {plan.objective:,.2f}; the budget is {limit:,.2f}."
    if told.limit != limit:
        yield f"The budget is {limit:,.2f}, the plan says {told.limit:,.2f}."
    weights = {key: float(getattr(rule, "weights").get(key, 1.0)) for key in problem.wishes}  # noqa: B009
    if {w.name: w.weight for w in told.wishes} != weights:
        yield "The wishes and their weights are not those that the budget makes."
        return
    goals = {r.key: r.measure(problem, facts) for r in problem.requirements if r.key in problem.wishes}
    score = 0.0
    for wish in told.wishes:
        goal = goals[wish.name]
        part = 1.0 if goal is None or goal.met else min(1.0, goal.achieved / goal.target)
        score += wish.weight * part / sum(weights.values())
        if not math.isclose(part, wish.reached, rel_tol=1e-9, abs_tol=1e-9):
            yield f"Wish '{wish.name}' is reached to {part:.4%}, the plan says {wish.reached:.4%}."
        if wish.reached > wish.bound + 1e-9:
            yield f"Wish '{wish.name}' is reached to {wish.reached:.4%}, more than its bound of {wish.bound:.4%}."
    if not math.isclose(score, told.score, rel_tol=1e-9, abs_tol=1e-9):
        yield f"The score is {score:.4%}, the plan says {told.score:.4%}."
    if told.score > told.score_bound + 1e-9:
        yield f"The score {told.score:.4%} is above its bound {told.score_bound:.4%}."
    if plan.status == "optimal" and told.score_bound - told.score > 2e-6:
        yield f"The plan is called optimal; its score may be {told.score_bound - told.score:.6%} below the best."
