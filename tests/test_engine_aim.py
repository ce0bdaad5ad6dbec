"""Aims: what is found and proven below a cost that no plan is known for yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from random_models import random_model

from optimizer.engine import limited
from optimizer.engine.aim import Aim
from optimizer.engine.completion import complete
from optimizer.engine.limited_problem import new_problem
from optimizer.engine.presolve import Impossible, NotRooted, presolve
from optimizer.engine.run import Run
from optimizer.engine.seeds import seed_rows
from optimizer.flow import compact
from optimizer.model import Model
from optimizer.reference import breaches
from optimizer.solvers import solve_program


@dataclass(frozen=True)
class Tried:
    """A run after an aim, whether the aim was closed, and what the cheapest plan costs."""

    run: Run
    closed: bool
    best: float


def tried(model: Model, share: float) -> Tried | None:
    """Aim at `share` times the cost of the cheapest plan; None where the plan on all links is the cheapest."""
    try:
        rooted = presolve(model)
    except (NotRooted, Impossible):
        return None
    best = solve_program(compact(model), "highs", time_limit_s=60).objective
    run = Run(30.0, 1e-6, None)
    run.offer(complete(rooted, rooted.latency.open_links), "everything")
    if not best < run.objective * (1.0 - 1e-6) < np.inf or best <= 0.0:
        return None
    problem = new_problem(rooted, run, run.offer, None, 0)
    problem.master.add(seed_rows(problem.layout, 0))
    result = problem.master.solve(10.0)
    low = Aim(run, 20.0, min(share * best, 0.5 * (best + run.objective)))
    return Tried(run, limited._none_below(limited.aimed(problem, result, low), low), best)


@pytest.mark.parametrize("seed", range(5200, 5212))
def test_an_aim_that_no_plan_is_below_is_a_bound(seed: int) -> None:
    found = tried(random_model(seed, most_nodes=10, most_links=18, protected=seed % 2 == 0), 0.97)
    if found is not None:
        assert found.closed
        assert 0.97 * found.best - 1e-6 <= found.run.bound <= found.best + 1e-6


def test_an_aim_above_the_cheapest_plan_finds_and_proves_it() -> None:
    judged = 0
    for seed in range(5300, 5320):
        model = random_model(seed, most_nodes=10, most_links=18)
        found = tried(model, 1.05)
        if found is not None:
            assert found.run.objective == pytest.approx(found.best, rel=1e-6)
            assert found.run.bound == pytest.approx(found.best, rel=1e-6)
            assert found.run.values is not None
            assert breaches(model, found.run.values) == []
            judged += 1
    assert judged >= 6


def test_what_is_proven_below_an_aim_counts_up_to_it() -> None:
    run = Run(30.0, 1e-6, None)
    run.offer((np.zeros(1), 100.0), "plan")
    low = Aim(run, 10.0, 80.0)
    low.prove(70.0, "cuts")
    assert (low.cutoff, run.bound, low.closed) == (80.0, 70.0, False)
    low.prove(np.inf, "cuts")
    assert (run.bound, low.closed, run.closed) == (80.0, True, False)
    run.offer((np.zeros(1), 75.0), "plan")
    assert low.cutoff == run.cutoff < 75.0
