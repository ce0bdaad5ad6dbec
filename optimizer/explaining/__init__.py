"""Reasons: why a question has no answer, why an asset is in a plan or not, what each goal costs.

>>> from optimizer import Project, explain                                          # doctest: +SKIP
>>> explain(Project.load("wuhan").problem("tight")).nearest                         # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

if TYPE_CHECKING:
    from optimizer.explaining.answers import AssetAnswer, GoalsAnswer, QuestionAnswer
    from optimizer.explaining.several import Alternatives
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["alternatives", "explain"]


@overload
def explain(problem: Problem, plan: None = None, **options: Any) -> QuestionAnswer: ...
@overload
def explain(problem: Problem, plan: Plan, asset: None = None, **options: Any) -> GoalsAnswer: ...
@overload
def explain(problem: Problem, plan: Plan, asset: str, **options: Any) -> AssetAnswer: ...


def explain(
    problem: Problem, plan: Plan | None = None, asset: str | None = None, **options: Any
) -> QuestionAnswer | GoalsAnswer | AssetAnswer:
    """Return the reasons behind a question, a plan or one asset of it.

    Parameters
    ----------
    problem
        The question. Alone: whether it has an answer, and if not, why and what comes nearest.
    plan
        Its plan: which goals bind and what each costs.
    asset
        Id of a link, route, metro site (its OXC), center (its 400G export) or access point: who needs it in the plan,
        and what it costs to leave it out or to force it in.
    options
        See ``explain_question``, ``explain_goals`` and ``explain_asset``.
    """
    if plan is None:
        from optimizer.explaining.question import explain_question

        return explain_question(problem, **options)
    if asset is None:
        from optimizer.explaining.goals import explain_goals

        return explain_goals(problem, plan, **options)
    from optimizer.explaining.asset import explain_asset

    return explain_asset(problem, plan, asset, **options)


def alternatives(problem: Problem, plan: Plan | None = None, **options: Any) -> Alternatives:
    """Return a few plans that differ really and cost little more than the best.

    Parameters
    ----------
    problem, plan
        The question and its best plan; None solves it first.
    options
        ``k`` plans, ``differ`` links, kilometres or sites (``of``), within ``extra`` of the cost; see
        ``optimizer.explaining.several``.
    """
    from optimizer.explaining.several import alternatives as find

    return find(problem, plan, **options)
