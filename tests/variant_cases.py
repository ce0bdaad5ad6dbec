"""Oracles for the variants: written out as one program, or by trying every choice, with nothing of their search."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from optimizer.bill import bill
from optimizer.facts import Choice, Measured, today
from optimizer.formulate import formulate
from optimizer.problem import Problem
from optimizer.reference import solve_reference
from optimizer.requirements.budget import Budget
from optimizer.requirements.export_400g import Export400G
from optimizer.variants.budget import one_program

__all__ = ["best_score", "choices", "cost_of", "exhaustive_score", "score_of"]


def best_score(problem: Problem, solver: str = "highs", lower: Mapping[int, float] | None = None) -> float:
    """Return the greatest score within the budget of a problem, -inf when there is no plan.

    One flow program: the score is its objective, the cost a row over all columns.
    """
    formulation = formulate(problem)
    model = one_program(problem, formulation)
    bounds = model.lower.copy()
    for column, value in (lower or {}).items():
        bounds[column] = value
    found = solve_reference(replace(model, lower=bounds), solver=solver, gap=0.0)
    return -found.objective if found.values is not None else -math.inf


def choices(problem: Problem) -> Iterator[Choice]:
    """Yield every choice of links, OXCs, exports and equipment, today's in all of them; ports one at a time."""
    base = today(problem)
    links = np.flatnonzero(~base.used)
    sites = sorted(s.id for s in problem.metro_sites if s.id not in base.oxc)
    export = problem.requirement(Export400G)
    centers = [c.id for c in problem.centers if c.medium_or_larger and not c.ports_400g] if export else []
    points = sorted({problem.access_points[p.access_point].id for p in problem.key_places} - base.equipped)
    for chosen in itertools.product((False, True), repeat=len(links)):
        used = base.used.copy()
        used[links] = chosen
        for oxc, ports, served in itertools.product(_subsets(sites), _subsets(centers), _subsets(points)):
            yield Choice(used, base.oxc | oxc, dict.fromkeys(sorted(ports), 1), base.equipped | served)


def _subsets(names: list[str]) -> list[frozenset[str]]:
    return [frozenset(c) for n in range(len(names) + 1) for c in itertools.combinations(names, n)]


def cost_of(problem: Problem, choice: Choice) -> float:
    """Return what a choice costs."""
    return math.fsum(line.total for line in bill(problem, choice))


def score_of(problem: Problem, choice: Choice) -> float | None:
    """Return the score of a choice, None when what must hold does not."""
    rule = problem.requirement(Budget)
    assert rule is not None
    facts = Measured(problem, choice).facts
    weights = rule.weights_of(problem)
    score = 0.0
    for requirement in problem.requirements:
        goal = requirement.measure(problem, facts)
        if goal is not None and requirement.key not in weights and not goal.met:
            return None
        if goal is not None and requirement.key in weights:
            part = 1.0 if goal.met else min(1.0, goal.achieved / goal.target)
            score += weights[requirement.key] * part / sum(weights.values())
    return score


def exhaustive_score(problem: Problem) -> float:
    """Return the greatest score within the budget by trying every choice."""
    rule = problem.requirement(Budget)
    assert rule is not None
    best = -math.inf
    for choice in choices(problem):
        if cost_of(problem, choice) <= rule.limit + 1e-6:
            score = score_of(problem, choice)
            best = max(best, -math.inf if score is None else score)
    return best
