"""What if: the plan of least cost when a few choices are settled, found from the plan without them."""

from __future__ import annotations

from collections.abc import Iterable

from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.solution import ProgressCallback
from optimizer.variants.change import with_fixed

__all__ = ["what_if"]


def what_if(
    problem: Problem,
    plan: Plan,
    must_build: Iterable[str] = (),
    must_not: Iterable[str] = (),
    *,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
) -> Plan:
    """Return the audited plan of least cost with a few more choices settled.

    Parameters
    ----------
    problem
        The question.
    plan
        Its plan: the search begins there, and what it proved holds with more choices settled too.
    must_build, must_not
        Ids of links, routes, metro sites (their OXC), centers (their export), access points (their equipment).
    time_limit_s, gap, on_progress, seed
        As ``optimizer.solve``.

    Raises
    ------
    ProjectError
        If an id names nothing, stands on both lists, or is in service today and cannot be left out.
    InfeasibleError
        If no network meets the goals with these choices.
    """
    from optimizer.pipeline import solve

    asked = with_fixed(problem, must_build, must_not)
    return solve(
        asked,
        time_limit_s=time_limit_s,
        gap=gap,
        on_progress=on_progress,
        seed=seed,
        start=plan,
        proven=plan.bound,
    )
