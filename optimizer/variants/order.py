"""Goals in their order of importance: the first as far as it goes, then the next, then least cost."""

from __future__ import annotations

from collections.abc import Sequence

from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements.budget import Budget
from optimizer.solution import ProgressCallback
from optimizer.variants.budget import best_within

__all__ = ["in_order"]


def in_order(
    problem: Problem,
    goals: Sequence[str],
    *,
    budget: float | None = None,
    start: Plan | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
) -> Plan:
    """Return the audited plan that brings the first goal as near to its target as a budget allows, then the next.

    Goals that are not named come last, by equal weights; among plans that reach the same the cheapest is sought.

    Parameters
    ----------
    problem
        The question.
    goals
        Keys of goals, the most important first.
    budget
        Most that the plan may cost; left out: the limit of the problem's own budget.
    start, time_limit_s, gap, on_progress, seed
        As ``optimizer.variants.best_within``.

    Raises
    ------
    ProjectError
        If a key is no goal of the problem.
    ValueError
        If there is no budget: without one every goal is simply met.
    """
    rule = problem.requirement(Budget)
    limit = budget if budget is not None else None if rule is None else rule.limit
    if limit is None:
        raise ValueError("Goals are brought to their best in an order within a budget; none is given.")
    found = best_within(
        problem,
        limit,
        weights=None if rule is None else rule.weights,
        must=None if rule is None else rule.must,
        order=goals,
        start=start,
        time_limit_s=time_limit_s,
        gap=gap,
        on_progress=on_progress,
        seed=seed,
    )
    return found.plan
