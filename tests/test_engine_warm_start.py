"""The steps before the linear program, together: valid bound, feasible tree, nothing optimal lost."""

from __future__ import annotations

import time

import numpy as np
import pytest
from engine_cases import DATA, check_tree, exact_optimum, instance_of, metro_case, random_case

from optimizer.engine.warm_start import warm_start

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"benchmark data not found at {DATA}")


@pytest.mark.parametrize("seed", range(25))
def test_nothing_optimal_is_lost(seed: int) -> None:
    case = random_case(500 + seed, n=10, m=17, quota=seed % 4 > 0)
    best = exact_optimum(case)
    start = warm_start(case, trees=4)
    assert (start is None) == np.isinf(best)
    if start is None:
        return
    check_tree(case, start.tree.edges, start.tree.z, start.tree.objective)
    assert start.bound <= best + 1e-6
    assert start.tree.objective >= best - 1e-6
    assert exact_optimum(start.reduced.instance) == pytest.approx(best, abs=1e-6)
    assert start.ascent.value <= best + 1e-6


def test_no_tree_no_start() -> None:
    assert warm_start(instance_of(3, [(0, 1, 1.0)], [0, 2])) is None


@needs_data
def test_metro_300_within_a_thousandth() -> None:
    case = metro_case(300)
    start = warm_start(case, deadline=time.monotonic() + 20.0)
    assert start is not None
    check_tree(case, start.tree.edges, start.tree.z, start.tree.objective)
    assert start.bound >= 0.999 * start.tree.objective
    assert start.reduced.instance.cost.size <= 120
    assert start.tree.objective <= 102_000.0
