"""The state of a run: seconds counted once, ceilings, what was proven before."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pytest

from optimizer.engine import solve
from optimizer.engine.grid import worth_finding
from optimizer.engine.run import Run, above
from optimizer.engine.warm import small_model

BEST = 668.0


def test_a_phase_inside_another_is_not_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("optimizer.engine.run.monotonic", lambda: now[0])
    run = Run(60.0, 1e-6, None)
    now[0] += 1
    with run.phase("branch"):
        now[0] += 2
        with run.phase("primal"):
            now[0] += 4
            with run.phase("branch"):
                now[0] += 8
    now[0] += 16
    with suppress(ValueError), run.phase("primal"):
        now[0] += 32
        raise ValueError("stop")
    assert run.phases == {"branch": 10.0, "primal": 36.0}
    assert run.seconds == 63.0


def test_the_phases_of_a_search_fit_into_its_seconds() -> None:
    solution = solve(small_model(), time_limit_s=60)
    assert solution.objective == pytest.approx(BEST)
    assert sum(seconds for _, seconds in solution.phases) <= solution.seconds


@pytest.mark.parametrize("ceiling", [BEST, BEST + 1, 700.0, 1000.0])
def test_with_a_ceiling_any_plan_within_it_ends_the_search(ceiling: float) -> None:
    solution = solve(small_model(), time_limit_s=60, ceiling=ceiling)
    assert solution.values is not None
    assert BEST - 1e-6 <= solution.objective <= ceiling
    assert solution.bound <= BEST


@pytest.mark.parametrize("ceiling", [0.0, 100.0, 600.0, BEST - 1, BEST - 0.001])
def test_with_a_ceiling_that_is_too_low_the_bound_says_so(ceiling: float) -> None:
    solution = solve(small_model(), time_limit_s=60, ceiling=ceiling)
    assert ceiling < solution.bound <= BEST
    assert solution.status in ("feasible", "unknown")


def test_what_was_proven_before_ends_the_search_with_the_first_plan_as_good() -> None:
    first = solve(small_model(), time_limit_s=60)
    assert first.values is not None
    start = first.values[small_model().graph.use] > 0.5
    again = solve(small_model(), time_limit_s=60, start=start, proven=first.bound)
    assert again.status == "optimal"
    assert again.objective == pytest.approx(BEST)
    assert {name for name, _ in again.phases} <= {"presolve", "start"}


def test_costs_just_above_and_below() -> None:
    for cost in (0.0, 1.0, 1e9, -5.0):
        assert worth_finding(cost) < cost < worth_finding(above(cost))
    assert worth_finding(np.inf) == above(np.inf) == np.inf


def test_a_bound_above_the_last_step_proves_the_plan() -> None:
    run = Run(60.0, 1e-6, None)
    run.step = 5.0
    run.prove(61.0, "cuts")
    assert run.bound == 61.0
    run.offer((np.ones(1), 100.0), "first plan")
    run.prove(94.999, "cuts")
    assert run.bound == pytest.approx(95.0)
    run.prove(95.0, "cuts")
    assert not run.closed
    run.prove(95.01, "cuts")
    assert run.closed
    assert run.bound < 100.0
