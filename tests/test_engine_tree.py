"""Branch and cut by two threads: what is left is never lost, and the optimum is the same."""

from __future__ import annotations

from threading import get_ident

import numpy as np
import pytest
from test_engine import grid

from optimizer.engine import solve, tree
from optimizer.engine.aside import Aside
from optimizer.engine.frontier import Frontier
from optimizer.engine.run import Run
from optimizer.engine.warm import small_model
from optimizer.flow import compact
from optimizer.solution import Progress
from optimizer.solvers import solve_program


def test_the_least_bound_counts_nodes_at_work() -> None:
    frontier = Frontier()
    root = frontier.take(0, 0.0)
    assert root is not None
    assert frontier.least() == -np.inf
    assert frontier.follow(0, [(3.0, ((0, 0.0, 0.0),)), (5.0, ((0, 1.0, 1.0),))], 10.0, 0.1) is not None
    assert (frontier.least(), len(frontier)) == (3.0, 1)
    assert frontier.take(1, 0.0) is not None
    assert (frontier.least(), len(frontier), frontier.exhausted) == (3.0, 0, False)
    assert frontier.take(2, 0.01) is None
    assert frontier.follow(0, [], 10.0, 0.1) is None
    assert (frontier.least(), frontier.searched) == (5.0, False)
    frontier.leave(1)
    assert (frontier.least(), len(frontier)) == (5.0, 1)
    node = frontier.take(0, 0.0)
    assert node is not None
    frontier.give_up(node)
    frontier.follow(0, [], 10.0, 0.1)
    assert (frontier.least(), frontier.exhausted, frontier.searched) == (5.0, True, False)


def test_a_child_far_above_the_least_bound_waits() -> None:
    frontier = Frontier()
    frontier.take(0, 0.0)
    frontier.follow(0, [(0.0, ()), (1.0, ())], 10.0, 0.1)
    assert frontier.follow(0, [(2.5, ())], 10.0, 0.1) is None
    assert (frontier.least(), len(frontier)) == (1.0, 2)
    assert frontier.take(0, 0.0) is not None
    assert frontier.follow(0, [], 10.0, 0.1) is None
    assert (frontier.least(), frontier.searched) == (2.5, False)


def test_a_thread_that_seeks_plans_goes_on_far_above_the_least_bound() -> None:
    frontier = Frontier()
    frontier.take(0, 0.0)
    frontier.follow(0, [(0.0, ()), (1.0, ())], 10.0, 1.0)
    deep = frontier.follow(0, [(9.5, ()), (9.6, ())], 10.0, 1.0)
    assert deep is not None
    assert (deep.bound, frontier.least(), len(frontier)) == (9.5, 1.0, 2)


def test_plans_found_aside_wait_for_the_thread_of_the_run() -> None:
    run = Run(60.0, 1e-6, None)
    aside = Aside(run, run.offer)
    assert aside.offer((np.zeros(1), 5.0), "branch")
    assert run.objective == np.inf
    aside.hand_over()
    assert run.objective == 5.0
    assert not aside.offer((np.zeros(1), 6.0), "branch")
    assert not aside.report("branch")
    assert not aside.done
    aside.stop()
    assert aside.report("branch")
    assert aside.done
    assert not run.done


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Let the second thread begin at once; return a list that holds the nodes it searched in each tree."""
    nodes: list[int] = []
    log = tree._Tree._log

    def noted(self: tree._Tree) -> None:
        nodes.extend([self.nodes] if self.worker else [])
        log(self)

    monkeypatch.setattr(tree, "HELP_AFTER_S", -1.0)
    monkeypatch.setattr(tree._Tree, "_log", noted)
    return nodes


def test_two_threads_find_the_optimum(together: list[int]) -> None:
    for seed in range(6):
        model = grid(6, seed, places=8)
        found, known = solve(model, time_limit_s=60), solve_program(compact(model), "highs", time_limit_s=60)
        assert found.status == known.status == "optimal", seed
        assert found.objective == pytest.approx(known.objective, rel=1e-6, abs=1e-6), seed
    assert together


def test_only_the_thread_of_the_search_reports(together: list[int]) -> None:
    threads: set[int] = set()

    def on_progress(_: Progress) -> bool:
        threads.add(get_ident())
        return False

    assert solve(small_model(), time_limit_s=60, on_progress=on_progress).status == "optimal"
    assert len(threads) == 1
