"""The small question that warms the engine: solved right, and through every phase that has kernels."""

from __future__ import annotations

import pytest

from optimizer.engine.run import Run
from optimizer.engine.search import _solve
from optimizer.engine.warm import small_model
from optimizer.reference import solve_reference


def test_the_warm_up_is_solved_right_and_passes_through_every_phase() -> None:
    run = Run(60.0, 1e-6, None)
    solution = _solve(small_model(), run, seed=0)
    assert solution.status == "optimal"
    assert {"presolve", "reduce", "primal", "dual ascent", "separation", "latency cuts", "branch"} <= set(run.phases)


@pytest.mark.slow
def test_the_warm_up_has_the_optimum_of_the_reference() -> None:
    model = small_model()
    engine = _solve(model, Run(60.0, 1e-6, None), seed=0)
    assert solve_reference(model, "highs", time_limit_s=120.0).objective == pytest.approx(engine.objective)
