"""Rows over links alone: the engine keeps them exactly, without the flow program."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest

from optimizer.engine import solve
from optimizer.engine.link_rows import keeps, link_rows
from optimizer.engine.presolve import Impossible, NotRooted, presolve
from optimizer.engine.warm import small_model
from optimizer.formulate import formulate
from optimizer.model import Model
from optimizer.reference import breaches, solve_reference
from optimizer.variants.score import with_row
from tests.random_problems import random_problem


def doing_without(model: Model, used: np.ndarray, rng: random.Random) -> Model:
    """Return the model with rows that ask to do without some of what a plan uses."""
    paid = np.flatnonzero(used & (model.cost[model.graph.use] > 0))
    for i in range(rng.randint(1, 2)):
        some = sorted(rng.sample(paid.tolist(), rng.randint(1, paid.size)))
        terms = {int(model.graph.use[k]): rng.choice([1.0, 1.0, 2.5]) for k in some}
        model = with_row(model, f"row {i}", terms, upper=sum(terms.values()) - rng.choice([0.5, 1.0, 2.0]))
    return model


def agree(seed: int) -> bool:
    """Solve a random model with rows over links both ways; return whether the engine could solve it by itself."""
    rng = random.Random(seed)
    model = formulate(random_problem(seed, most_nodes=10, most_links=16, protected=seed % 4 == 0)).model
    first = solve(model, time_limit_s=30)
    if first.values is None:
        return False
    used = first.values[model.graph.use] > 0.5
    if not (used & (model.cost[model.graph.use] > 0)).any():
        return False
    asked = doing_without(model, used, rng)
    try:
        presolve(asked)
    except NotRooted:
        return False
    except Impossible:
        pass  # the solvers say so too
    found, expected = solve(asked, time_limit_s=60), solve_reference(asked, gap=0.0)
    best = expected.objective if expected.values is not None else math.inf
    if found.values is None:
        assert found.status == "infeasible"
        assert best == math.inf, f"seed {seed}"
        return True
    assert breaches(asked, found.values) == []
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best, rel=1e-6, abs=1e-6), f"seed {seed}"
    return True


def test_the_engine_and_the_flow_program_agree() -> None:
    assert sum(agree(seed) for seed in range(9000, 9016)) >= 6


@pytest.mark.slow
def test_the_engine_and_the_flow_program_agree_on_many() -> None:
    assert sum(agree(seed) for seed in range(9016, 9200)) >= 80


def test_a_grid_without_one_of_its_links() -> None:
    model = small_model()
    best = solve(model, time_limit_s=60)
    assert best.values is not None
    used = np.flatnonzero(best.values[model.graph.use] > 0.5)
    terms = {int(model.graph.use[k]): 1.0 for k in used}
    asked = with_row(model, "without two", terms, upper=len(terms) - 2.0)
    found = solve(asked, time_limit_s=60)
    assert found.values is not None
    assert found.status == "optimal"
    assert found.objective > best.objective
    assert breaches(asked, found.values) == []
    rows, which = link_rows(asked)
    assert which.sum() == len(rows) == 1
    assert not keeps(tuple(rows), best.values[model.graph.use] > 0.5)
    assert keeps(tuple(rows), found.values[model.graph.use] > 0.5)


def test_rows_that_ask_for_links_go_to_the_flow_program() -> None:
    model = small_model()
    use = int(model.graph.use[0])
    for asked in (
        with_row(model, "at least", {use: 1.0}, lower=1.0),
        with_row(model, "rather", {use: -1.0}, upper=-1.0),
        with_row(model, "mixed", {use: 1.0, int(model.graph.use.max()) + 1: 1.0}, upper=1.0),
    ):
        with pytest.raises(NotRooted, match="asks for links"):
            presolve(asked)
