"""The grid that costs lie on: its step, what is worth finding beside a plan, bounds lifted to the next step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.engine import solve
from optimizer.engine.grid import floor_of, lifted, step_of, worth_finding
from optimizer.engine.run import Run
from optimizer.engine.warm import small_model


@pytest.mark.parametrize(
    ("scale", "step"), [(1.0, 1.0), (6.0, 6.0), (1e6, 1e6), (0.5, 0.0), (np.pi, 0.0), (0.0, 0.0), (1e16, 0.0)]
)
def test_the_step_is_the_greatest_common_divisor_of_whole_costs(scale: float, step: float) -> None:
    model = small_model()
    cost = scale * (3.0 + 2.0 * (np.arange(model.n_columns) % 5))
    assert step_of(replace(model, cost=cost)) == step


def test_a_priced_column_that_need_not_be_whole_leaves_no_step() -> None:
    model = replace(small_model(), cost=np.ones(small_model().n_columns))
    integer = model.integer.copy()
    integer[0] = False
    assert step_of(model) == 1.0
    assert step_of(replace(model, integer=integer)) == 0.0
    assert step_of(replace(model, integer=integer, cost=np.where(integer, 7.0, 0.0))) == 7.0


def test_a_step_far_below_the_costs_is_none() -> None:
    model = small_model()
    cost = np.full(model.n_columns, 1e6 + 1)
    cost[0] = 1e6
    assert step_of(replace(model, cost=cost)) == 0.0


def test_no_bound_is_below_what_columns_cost_at_the_least() -> None:
    model = small_model()
    n = model.n_columns
    cost, lower, upper = np.zeros(n), np.zeros(n), np.full(n, np.inf)
    cost[:3], lower[:3], upper[2] = (5.0, 7.0, -2.0), (1.0, 0.0, 0.0), 4.0
    assert floor_of(replace(model, cost=cost, lower=lower, upper=upper, offset=10.0)) == 10.0 + 5.0 - 8.0
    assert floor_of(model) == model.offset
    run = Run(60.0, 1e-6, None)
    run.floor = 7.0
    run.prove(-171.8, "cuts")
    assert run.bound == 7.0
    run.prove(9.0, "cuts")
    assert run.bound == 9.0


def test_what_is_worth_finding_is_a_step_cheaper() -> None:
    assert 112.0 < worth_finding(113.0, 1.0) < 112.01
    assert 112.9999 < worth_finding(113.0) < 113.0
    assert worth_finding(np.inf, 1.0) == np.inf


@pytest.mark.parametrize(
    ("bound", "expected"),
    [(112.0, 112.0), (112.0005, 112.0005), (112.002, 113.0), (111.5, 112.0), (113.0, 113.0), (114.0, 114.0)],
)
def test_bounds_are_lifted_to_the_next_step(bound: float, expected: float) -> None:
    assert lifted(bound, 113.0, 1.0) == pytest.approx(expected, abs=1e-12)
    assert lifted(bound, 113.0, 0.0) == bound
    assert lifted(bound, np.inf, 1.0) == bound
    assert lifted(-np.inf, 113.0, 1.0) == -np.inf


def test_whole_costs_and_the_same_costs_off_the_grid_have_the_same_optimum() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        model = small_model()
        model = replace(model, cost=np.where(model.cost > 0.0, rng.integers(1, 9, model.n_columns), 0.0))
        finer = replace(model, cost=model.cost * np.sqrt(2.0))
        assert step_of(model) >= 1.0
        assert step_of(finer) == 0.0
        on, off = solve(model, time_limit_s=60), solve(finer, time_limit_s=60)
        assert on.status == off.status == "optimal"
        assert off.objective == pytest.approx(on.objective * np.sqrt(2.0))
