"""Goals are counted truly and met; status, bound and gap fit each other."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements.base import TOLERANCE_US, Facts

__all__ = ["goal_breaches", "proof_breaches"]


def goal_breaches(problem: Problem, plan: Plan, facts: Facts) -> Iterator[str]:
    """Every goal is there with its own target, counted truly, and met unless a budget makes it a wish."""
    told = {g.name: g for g in plan.goals}
    for requirement in problem.requirements:
        if requirement.key not in problem.wishes:
            yield from requirement.breaches(problem, facts)
        goal = requirement.measure(problem, facts)
        if goal is None:
            continue
        claim = told.pop(goal.name, None)
        if claim is None:
            yield f"Goal '{goal.title}' is missing from the plan."
            continue
        same = (
            math.isclose(claim.numerator, goal.numerator, rel_tol=1e-9, abs_tol=TOLERANCE_US)
            and math.isclose(claim.denominator, goal.denominator, rel_tol=1e-9)
            and math.isclose(claim.achieved, goal.achieved, rel_tol=1e-9, abs_tol=1e-12)
        )
        if not same:
            yield (
                f"Goal '{goal.title}' reaches {goal.numerator:g} of {goal.denominator:g} {goal.unit}; "
                f"the plan says {claim.numerator:g} of {claim.denominator:g} ({claim.achieved:.4%})."
            )
        if claim.target != goal.target or claim.met != goal.met:
            yield (
                f"Goal '{goal.title}' asks {goal.target:.2%} and is {'met' if goal.met else 'not met'}; "
                f"the plan says {claim.target:.2%} and {'met' if claim.met else 'not met'}."
            )
    for name in told:
        yield f"Goal '{name}' stands in the plan and was not asked."


def proof_breaches(plan: Plan) -> Iterator[str]:
    """Status, bound and gap fit each other."""
    if plan.bound > plan.objective * (1 + 1e-9) + 1e-6:
        yield f"The bound {plan.bound:,.2f} is above the cost {plan.objective:,.2f}."
    gap = max(0.0, plan.objective - plan.bound) / max(abs(plan.objective), 0.01)  # a free plan: of a hundredth
    if not math.isclose(gap, plan.gap, rel_tol=1e-6, abs_tol=1e-9):
        yield f"The gap is {gap:.6%}, the plan says {plan.gap:.6%}."
    if plan.status == "optimal" and gap > 1e-6 and plan.budget is None:
        yield f"The plan is called optimal at a gap of {gap:.6%}."
