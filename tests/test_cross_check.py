"""Whole problems solved by programs that share nothing but the model: same optimum, and every plan passes the audit."""

from __future__ import annotations

import math

import pytest

from optimizer.auditing import audit
from optimizer.errors import InfeasibleError
from optimizer.formulate import formulate
from optimizer.pipeline import solve
from optimizer.problem import Problem
from tests.brute_force import brute_force
from tests.random_problems import random_problem

QUICK = range(30)
ALL = range(30, 200)


def optimum(question: Problem, solver: str) -> float:
    """Return the proven optimum, inf when there is none; `solve` audits the plan."""
    assert not [p for r in question.requirements for p in r.problems(question)]
    try:
        plan = solve(question, solver=solver, time_limit_s=60)
    except InfeasibleError:
        return math.inf
    assert plan.status == "optimal"
    assert audit(question, plan) == []
    return plan.objective


def agree(seed: int, *others: str, protected: bool = False) -> None:
    question = random_problem(seed, protected=protected)
    engine = optimum(question, "auto")
    for solver in others:
        assert optimum(question, solver) == pytest.approx(engine, rel=1e-6, abs=1e-6), f"seed {seed}, {solver}"


@pytest.mark.parametrize("seed", QUICK)
def test_engine_and_reference_find_the_same_optimum(seed: int) -> None:
    agree(seed, "highs")


@pytest.mark.slow
@pytest.mark.parametrize("seed", [*QUICK, *ALL])
def test_engine_reference_on_two_solvers_and_cpsat_agree(seed: int) -> None:
    agree(seed, "highs", "pulp:CBC", "cpsat")


@pytest.mark.parametrize("seed", range(1000, 1040))
def test_brute_force_agrees_up_to_eight_nodes(seed: int) -> None:
    question = random_problem(seed, most_nodes=8, most_links=9)
    best = brute_force(formulate(question).model)
    assert optimum(question, "auto") == pytest.approx(best, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("seed", range(2000, 2025))
def test_engine_and_reference_agree_where_relations_are_protected(seed: int) -> None:
    agree(seed, "highs", protected=True)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2000, 2200))
def test_engine_reference_and_cpsat_agree_where_relations_are_protected(seed: int) -> None:
    agree(seed, "pulp:CBC", "cpsat", protected=True)


@pytest.mark.parametrize("seed", range(3000, 3030))
def test_brute_force_agrees_where_relations_are_protected(seed: int) -> None:
    question = random_problem(seed, most_nodes=7, most_links=10, protected=True)
    best = brute_force(formulate(question).model)
    assert optimum(question, "auto") == pytest.approx(best, rel=1e-6, abs=1e-6)
