"""Solving again from an earlier plan: the same answer, and the earlier plan is the first one where it still holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from optimizer.pipeline import solve
from optimizer.solution import Progress
from tests.conftest import Run
from tests.networks import four_sites_ring, problem
from tests.random_problems import random_problem


def first_objective(question: object, start: object) -> tuple[float, float]:
    """Return the objective of the first plan reported, and of the last."""
    seen: list[float] = []

    def on_progress(progress: Progress) -> bool:
        if progress.objective < float("inf"):
            seen.append(progress.objective)
        return False

    plan = solve(question, start=start, on_progress=on_progress)  # type: ignore[arg-type]
    return seen[0], plan.objective


def test_the_earlier_plan_is_the_first_plan_of_the_same_question() -> None:
    question = problem(four_sites_ring(), interconnect_latency={"limit_us": 270.0})
    earlier = solve(question)
    first, last = first_objective(question, earlier)
    assert (first, last) == (pytest.approx(4300.0), pytest.approx(4300.0))


def test_a_plan_that_does_not_fit_any_more_is_mended_or_left() -> None:
    earlier = solve(problem(four_sites_ring()))
    tighter = problem(four_sites_ring(), protection={"between": "medium"})
    assert solve(tighter, start=earlier).objective == pytest.approx(4600.0)
    elsewhere = replace(earlier, links=tuple(replace(k, id=f"x{k.id}") for k in earlier.links))
    assert solve(tighter, start=elsewhere).objective == pytest.approx(4600.0)


@pytest.mark.parametrize("seed", [1, 4, 8, 12, 2003, 2010])
def test_where_the_search_starts_does_not_change_the_optimum(seed: int) -> None:
    question = random_problem(seed, protected=seed >= 2000)
    cold = solve(question)
    assert solve(question, start=cold).objective == pytest.approx(cold.objective)
    worst = replace(cold, links=tuple(replace(k, lit=True) for k in cold.links))
    assert solve(question, start=worst).objective == pytest.approx(cold.objective)


def test_a_run_to_start_from_that_is_none_is_told(metroplan: Run, tmp_path: Path) -> None:
    metroplan("init", tmp_path / "p", "--example", "wuhan-core")
    said = metroplan("solve", tmp_path / "p", "--start", tmp_path / "nothing")
    assert said.exit_code != 0
    assert "nothing" in said.output
