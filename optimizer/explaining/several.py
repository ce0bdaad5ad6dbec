"""Plans that differ really and cost little more: what all of them have, and what only one has."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from optimizer.errors import InfeasibleError
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.scenarios.assets import Assets, assets_of, common, without
from optimizer.scenarios.session import Session, session
from optimizer.solution import ProgressCallback
from optimizer.variants.pool import Of, find_pool

__all__ = ["Alternatives", "AlternativesAnswer", "OnePlan", "alternatives"]


@dataclass(frozen=True)
class OnePlan:
    """One of the plans: its cost, what it costs beyond the first, and how it differs.

    ``does_without``: how much of each other plan it does without, by name, in what is counted. ``only_here``: what no
    other plan has.
    """

    name: str
    run_id: str
    cost: float
    extra_cost: float
    extra_cost_share: float
    does_without: dict[str, float]
    assets: Assets
    only_here: Assets


@dataclass(frozen=True)
class AlternativesAnswer:
    """Plans that differ, as JSON.

    ``of``, ``differ``: what is counted, and how much of every earlier plan a plan does without at the least.
    ``most_cost``: cost that no plan exceeds. ``complete``: proven that there is no further plan like that; False also
    when as many as asked were found. ``in_all``: what every plan has.
    """

    schema_version: str
    project: str
    scenario: str
    currency: str
    of: Of
    differ: float
    extra_cost_share: float
    most_cost: float
    bound: float
    complete: bool
    plans: tuple[OnePlan, ...]
    in_all: Assets
    seconds: float


@dataclass(frozen=True)
class Alternatives:
    """The plans themselves, and how they differ."""

    problem: Problem
    plans: tuple[Plan, ...]
    answer: AlternativesAnswer


def alternatives(
    problem: Problem,
    plan: Plan | None = None,
    *,
    k: int = 3,
    differ: float = 10.0,
    extra: float = 0.02,
    of: Of = "links",
    solves: Path | None = None,
    time_limit_s: float = 600.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Callable[[str], None] | None = None,
    on_progress: ProgressCallback | None = None,
) -> Alternatives:
    """Return up to `k` plans that differ really within a stated extra cost, the best first.

    Parameters
    ----------
    problem, plan
        The question, without a budget, and its best plan; None solves it first.
    k
        Plans wanted, the best included.
    differ
        Links, kilometres or OXC sites of every earlier plan that a plan has to do without.
    extra
        What a plan may cost beyond the first, as a share of its cost.
    of
        What is counted: ``links`` and ``km`` built or newly lit, or new OXC ``sites``.
    solves
        Folder that keeps the solve of the best plan; None keeps none.
    time_limit_s, gap, seed
        Of the first plan; the others together take as long at the most.
    on_step, on_progress
        Told what is worked on, and how each search goes; returning True from the latter stops it.

    Raises
    ------
    ProjectError
        If the question has a budget, or a number is out of range.
    InfeasibleError, NoPlanError
        If there is no first plan.
    """
    began = time.monotonic()
    solving = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step, on_progress=on_progress)
    if plan is None:
        plan = _best(solving, problem)
    solving.say(f"Looking for plans that do without {differ:g} {of} of the best one")
    pool = find_pool(problem, k, differ=differ, extra_cost_share=extra, of=of, first=plan, **solving.options)
    answer = AlternativesAnswer(
        "1.0", plan.project, plan.scenario, plan.currency, of, differ, extra, pool.most_cost, plan.bound,
        pool.complete, _each(pool.plans, of), common([assets_of(p) for p in pool.plans]), time.monotonic() - began,
    )  # fmt: skip
    return Alternatives(problem, pool.plans, answer)


def _best(solving: Session, problem: Problem) -> Plan:
    """Return the best plan, kept or solved."""
    solved = solving.solve(problem, "Solving for the best plan")
    if solved.plan is None:
        raise InfeasibleError(solved.reasons)
    return replace(solved.plan, project=problem.name, scenario=problem.scenario)


def _each(plans: tuple[Plan, ...], of: Of) -> tuple[OnePlan, ...]:
    """Return the plans with their differences."""
    names = ["best", *(f"alternative {n}" for n in range(2, len(plans) + 1))]
    assets = [assets_of(p) for p in plans]
    found: list[OnePlan] = []
    for i, plan in enumerate(plans):
        extra = plan.objective - plans[0].objective
        only = assets[i]
        for j, other in enumerate(assets):
            only = without(only, other) if j != i else only
        lacks = {names[j]: _amount(plans[j], plan, of) for j in range(len(plans)) if j != i}
        share = extra / plans[0].objective if plans[0].objective else 0.0
        found.append(OnePlan(names[i], plan.run_id, plan.objective, extra, share, lacks, assets[i], only))
    return tuple(found)


def _amount(earlier: Plan, plan: Plan, of: Of) -> float:
    """Return how much of an earlier plan a plan does without."""
    lost = without(assets_of(earlier), assets_of(plan))
    if of == "sites":
        return float(len(lost.oxcs))
    links = {*lost.built_links, *lost.lit_links}
    return float(len(links)) if of == "links" else sum(k.length_km for k in earlier.links if k.id in links)
