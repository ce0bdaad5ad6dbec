"""Where the arborescence starts: the root goes where limits press, and no root cuts off the optimum."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from random_models import random_model
from test_engine import network

from optimizer.engine.carry import NodeCut
from optimizer.engine.limited import root_bound
from optimizer.engine.limited_problem import LimitedProblem, new_problem
from optimizer.engine.presolve import Impossible, NotRooted, Rooted, presolve
from optimizer.engine.root_choice import at_better_root, moved, rooted_problem
from optimizer.engine.run import Run, above
from optimizer.model import ALWAYS, Demand, Model, ModelBuilder
from optimizer.reference import solve_reference


def problem_of(rooted: Rooted, ceiling: float = np.inf) -> LimitedProblem:
    """The limited problem where plans above `ceiling` are of no use."""
    run = Run(60.0, 1e-6, None, ceiling)
    return rooted_problem(new_problem(rooted, run, run.offer, None, 0), ())


def noted(roots: list[int]) -> Callable[[LimitedProblem], float]:
    """Add cuts, and note the root."""

    def bound(problem: LimitedProblem) -> float:
        roots.append(problem.rooted.steiner.root)
        return root_bound(problem, 60.0)

    return bound


def late_center() -> Model:
    """Four nodes in a ring: the only quick ways from 1 and from 2 to 3 are dear, no limit presses at 0."""
    builder = ModelBuilder()
    links = [(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0), (0, 3, 1.0, 9.0), (1, 3, 9.0, 1.0), (2, 3, 9.0, 1.0)]
    graph = network(links, 4, builder)
    builder.demand(Demand("1-3", 1, (3,), 2.0))
    builder.demand(Demand("2-3", 2, (3,), 2.0))
    for v in (1, 2):
        builder.demand(Demand(f"0-{v}", 0, (v,), 50.0))
    builder.demand(Demand("0-3", 0, (3,), 50.0))
    return builder.build(graph)


def test_the_root_goes_where_cuts_on_links_carry_the_bound() -> None:
    rooted = presolve(late_center())
    assert rooted.steiner.root == 0
    roots: list[int] = []
    best = at_better_root(problem_of(rooted), (), noted(roots))
    assert roots[:2] == [0, 3]
    assert best.master.solve(10.0).bound == pytest.approx(19.0)


def test_a_root_that_is_no_better_is_not_taken() -> None:
    problem = problem_of(presolve(late_center()))
    assert at_better_root(problem, (), lambda p: root_bound(p, 60.0) * (p is problem)) is problem


def test_cuts_turn_with_the_root() -> None:
    rooted = presolve(late_center())
    inside = np.array([False, False, False, True])
    assert moved(rooted, 1, [NodeCut(inside, 3)])[1][0].terminal == 3
    other, (cut,) = moved(rooted, 3, [NodeCut(inside, 3)])
    assert other.steiner.root == 3
    assert cut.terminal == 0
    assert cut.inside.tolist() == [True, True, True, False]


@pytest.mark.parametrize("seed", range(60))
def test_no_root_has_a_bound_above_the_optimum(seed: int) -> None:
    """Also where links are closed by the cost to stay below before the root moves."""
    model = random_model(14_000 + seed)
    try:
        rooted = presolve(model)
    except (NotRooted, Impossible):
        pytest.skip("not rooted, or infeasible")
    known = solve_reference(model, "highs", time_limit_s=60)
    if known.values is None:
        pytest.skip("infeasible")
    for ceiling in (np.inf, above(known.objective)):
        for root in np.flatnonzero(rooted.steiner.required).tolist():
            start = problem_of(moved(rooted, root, ())[0], ceiling)
            for closure in (False, True):
                best = at_better_root(start, (), lambda p: root_bound(p, 60.0), closure=closure)
                result = best.master.solve(10.0)
                assert not result.infeasible
                assert result.bound <= known.objective + 1e-6 * max(1.0, abs(known.objective))


def test_pairs_met_by_choice_press_too() -> None:
    """The same ring where the limits may be broken, but one of them has to be kept."""
    model = late_center()
    assert all(d.met == ALWAYS for d in model.demands)
    builder = ModelBuilder()
    links = [(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0), (0, 3, 1.0, 9.0), (1, 3, 9.0, 1.0), (2, 3, 9.0, 1.0)]
    graph = network(links, 4, builder)
    mets = [builder.column("met", f"{v}") for v in (1, 2)]
    for v, met in zip((1, 2), mets, strict=True):
        builder.demand(replace(model.demands[v - 1], met=met))
    builder.row("one of both", [(c, 1.0) for c in mets], lower=1.0)
    for a, b in itertools.combinations((0, 1, 2, 3), 2):
        if 0 in (a, b):
            builder.demand(Demand(f"{a}-{b}", a, (b,), 50.0))
    roots: list[int] = []
    at_better_root(problem_of(presolve(builder.build(graph))), (), noted(roots))
    assert roots[:2] == [0, 3]
