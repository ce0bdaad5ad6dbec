"""Windows: parts of a network solved exactly around the links of a plan, what lies outside kept."""

from __future__ import annotations

import numpy as np
import pytest
from random_models import random_model

from optimizer.engine import windows
from optimizer.engine.completion import complete
from optimizer.engine.limited import solve_part
from optimizer.engine.limited_problem import LimitedProblem, new_problem
from optimizer.engine.presolve import Impossible, NotRooted, presolve
from optimizer.engine.run import Run
from optimizer.engine.windows import Windows
from optimizer.flow import compact
from optimizer.model import Model
from optimizer.reference import breaches
from optimizer.solvers import solve_program


def improved(model: Model, size: float, monkeypatch: pytest.MonkeyPatch) -> tuple[Run, float] | None:
    """Return a run after windows of `size` links around the plan on all links, and what that cost."""
    monkeypatch.setattr(windows, "WORTH", 0)
    monkeypatch.setattr(windows, "PATIENCE_S", 0.3)
    try:
        rooted = presolve(model)
    except (NotRooted, Impossible):
        return None
    run = Run(30.0, 1e-6, None)
    run.offer(complete(rooted, rooted.latency.open_links), "everything")
    before = run.objective
    if not np.isfinite(before):
        return None
    tried = Windows(new_problem(rooted, run, run.offer, None, 0), run, solve_part)
    tried.size = size
    tried.improve(5.0)
    return run, before


@pytest.mark.parametrize("seed", range(5000, 5012))
def test_windows_lead_to_plans_that_hold(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(seed, most_nodes=10, most_links=18, protected=seed % 2 == 0)
    found = improved(model, 6, monkeypatch)
    if found is not None and found[0].values is not None:
        best = solve_program(compact(model), "highs", time_limit_s=60).objective
        assert best - 1e-6 <= found[0].objective <= found[1]
        assert breaches(model, found[0].values) == []


def test_a_window_over_everything_is_the_whole_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = 0
    for seed in range(5100, 5112):
        model = random_model(seed, most_nodes=9, most_links=16)
        found = improved(model, 100, monkeypatch)
        if found is not None and not np.isnan(found[0].objective):
            best = solve_program(compact(model), "highs", time_limit_s=60).objective
            assert found[0].objective == pytest.approx(best, rel=1e-6, abs=1e-6)
            assert found[0].bound == -np.inf  # what is proven within a window says nothing about the whole
            judged += 1
    assert judged >= 6


def test_links_outside_a_window_stay_as_they_are() -> None:
    model = random_model(5003, most_nodes=10, most_links=18)
    rooted = presolve(model)
    run = Run(30.0, 1e-6, None)
    run.offer(complete(rooted, rooted.latency.open_links), "everything")
    assert run.values is not None
    used = run.values[model.graph.use] > 0.5
    inside = np.zeros(used.size, dtype=np.bool_)
    inside[:3] = True
    seen: list[LimitedProblem] = []
    base = new_problem(rooted, run, run.offer, None, 0)
    tried = Windows(base, run, seen.append)
    tried._around = lambda _: inside  # type: ignore[method-assign]
    tried._try(run.values, 5.0)
    (part,) = seen
    kept = used & ~inside & ~rooted.free
    assert (
        part.rooted.link.tolist() == np.flatnonzero((used | inside | rooted.free) & rooted.latency.open_links).tolist()
    )
    rows = part.master.rows[part.master.fixed_rows :]
    assert [int(part.rooted.link[row.columns[0] // 2]) for row in rows] == np.flatnonzero(kept).tolist()
    assert all(row.lower == 1.0 for row in rows)
