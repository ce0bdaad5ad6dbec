"""Questions made from another: choices fixed, shares changed, a budget set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from optimizer.errors import ProjectError, did_you_mean
from optimizer.problem import Problem
from optimizer.requirements import REQUIREMENTS, Requirement
from optimizer.requirements.budget import Budget
from optimizer.requirements.fixed_choices import FixedChoices

__all__ = ["with_budget", "with_fixed", "with_requirement", "with_shares", "without_budget"]


def with_fixed(problem: Problem, must_build: Iterable[str] = (), must_not: Iterable[str] = ()) -> Problem:
    """Return the problem with more fixed choices.

    Parameters
    ----------
    problem
        The question.
    must_build, must_not
        Ids of links, routes, metro sites (their OXC), centers (their export), access points (their equipment).

    Raises
    ------
    ProjectError
        If an id names nothing, stands on both lists, or is in service today and cannot be left out.
    """
    rule = problem.requirement(FixedChoices) or FixedChoices()
    changed = FixedChoices(must_build=_joined(rule.must_build, must_build), must_not=_joined(rule.must_not, must_not))
    return with_requirement(problem, changed)


def with_shares(problem: Problem, shares: Mapping[str, float]) -> Problem:
    """Return the problem with other shares asked, by the goal's key (0 to 1).

    Raises
    ------
    ProjectError
        If a key is no goal of the problem, or a share is not from 0 to 1.
    """
    goals = {r.key: r for r in problem.requirements if r.has_share()}
    unknown = [key for key in shares if key not in goals]
    if unknown:
        raise ProjectError(
            [f"'{k}' is no goal with a share ({', '.join(goals)}).{did_you_mean(k, goals)}" for k in unknown]
        )
    bad = [
        f"A share of {share:g} of '{key}' is asked; shares run from 0 to 1."
        for key, share in shares.items()
        if not 0 <= share <= 1
    ]
    if bad:
        raise ProjectError(bad)
    changed = tuple(
        r.model_copy(update={"share": float(shares[r.key])}) if r.key in shares else r for r in problem.requirements
    )
    return replace(problem, requirements=changed)


def with_budget(problem: Problem, limit: float, **settings: Any) -> Problem:
    """Return the problem within a budget; `settings` are the other fields of ``Budget``: weights, must, order.

    Raises
    ------
    ProjectError
        If the settings name no goals of the problem, or leave nothing to weigh.
    """
    return with_requirement(problem, Budget(limit=limit, **{k: v for k, v in settings.items() if v is not None}))


def without_budget(problem: Problem) -> Problem:
    """Return the problem without its budget: every goal is to be met."""
    return replace(problem, requirements=tuple(r for r in problem.requirements if r.key != Budget.key))


def with_requirement(problem: Problem, requirement: Requirement) -> Problem:
    """Return the problem with a requirement put in its place.

    Raises
    ------
    ProjectError
        If it does not fit the problem.
    """
    order = [kind.key for kind in REQUIREMENTS]
    others = [r for r in problem.requirements if r.key != requirement.key]
    changed = sorted([*others, requirement], key=lambda r: order.index(r.key) if r.key in order else len(order))
    made = replace(problem, requirements=tuple(changed))
    problems = list(requirement.problems(made))
    if problems:
        raise ProjectError(problems)
    return made


def _joined(old: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    """Return both, each name once."""
    return tuple(dict.fromkeys((*old, *more)))
