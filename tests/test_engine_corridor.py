"""Corridors: which routes are settled first, that what is offered uses them, and that it is a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from random_models import random_model
from test_engine import network

from optimizer.engine import limited, search
from optimizer.engine.completion import complete
from optimizer.engine.corridor import corridors
from optimizer.engine.limited_problem import LimitedProblem, new_problem
from optimizer.engine.presolve import Impossible, NotRooted, presolve
from optimizer.engine.run import Run
from optimizer.model import Demand, Model, ModelBuilder
from optimizer.reference import breaches, solve_reference

CHAIN, OVER_6, DIRECT, ACROSS = [0, 1, 2, 3, 4], [5, 6], [7], [8]


def slow_chain() -> Model:
    """Nodes 0 to 5 in a cheap, slow chain; 0-5 is quick over 6 (4 + 4) or directly (20), 1-4 directly (3)."""
    builder = ModelBuilder()
    links = [(v, v + 1, 1.0, 10.0) for v in range(5)]
    links += [(0, 6, 4.0, 5.0), (6, 5, 4.0, 5.0), (0, 5, 20.0, 5.0), (1, 4, 3.0, 5.0)]
    graph = network(links, 7, builder)
    place = builder.column("covered", "P", cost=0.0)
    for v in (1, 4, 5):
        builder.demand(Demand(f"join {v}", v, (0,)))
    builder.demand(Demand("1-4", 1, (4,), 20.0))
    builder.demand(Demand("0-5", 0, (5,), 15.0))
    builder.demand(Demand("5-0", 5, (0,), 14.0))  # over 6 as well
    builder.demand(Demand("0-1", 0, (1,), 11.0))  # quick enough in the chain
    builder.demand(Demand("place 3", 3, (0,), 26.0, met=place))
    return builder.build(graph)


def at_links(model: Model, links: list[int]) -> tuple[LimitedProblem, NDArray[np.float64]]:
    """The problem, and its point that has some links whole and nothing else."""
    rooted = presolve(model)
    run = Run(60.0, 1e-6, None)
    problem = new_problem(rooted, run, run.offer, None, 0)
    x = np.zeros(problem.layout.n_columns)
    x[problem.layout.extra + np.flatnonzero(np.isin(rooted.link, links))] = 1.0
    return problem, x


def test_the_dearest_of_the_slow_relations_comes_first_and_each_route_once() -> None:
    problem, x = at_links(slow_chain(), CHAIN)
    assert [np.flatnonzero(links).tolist() for links in corridors(problem, x)] == [OVER_6, ACROSS]


def test_nothing_is_settled_where_every_relation_is_quick() -> None:
    problem, x = at_links(slow_chain(), [*CHAIN, *OVER_6, *ACROSS])
    assert list(corridors(problem, x)) == []


def test_links_that_the_point_has_draw_the_route() -> None:
    problem, x = at_links(slow_chain(), [*CHAIN, *DIRECT])
    assert [np.flatnonzero(links).tolist() for links in corridors(problem, x)] == [ACROSS]
    half = x.copy()
    half[problem.layout.extra + np.flatnonzero(np.isin(problem.rooted.link, DIRECT))] = (
        0.49  # then it costs 20 x 0.559, more than 8
    )
    assert [np.flatnonzero(links).tolist() for links in corridors(problem, half)] == [OVER_6, ACROSS]


def test_what_is_offered_uses_the_links_and_is_the_cheapest_that_does() -> None:
    model = slow_chain()
    links = np.zeros(9, dtype=np.bool_)
    links[DIRECT] = True
    run = Run(60.0, 1e-6, None)
    search._settled(model, run, 0, links, 20.0)
    assert run.values is not None
    assert run.values[model.graph.use[DIRECT]] == pytest.approx(1.0)
    fixed = model.lower.copy()
    fixed[model.graph.use[DIRECT]] = 1.0
    assert run.objective == pytest.approx(solve_reference(replace(model, lower=fixed)).objective)
    cheapest = solve_reference(model)
    assert cheapest.values is not None
    assert cheapest.objective < run.objective
    run.offer((cheapest.values, cheapest.objective), "known")
    search._settled(model, run, 0, links, 20.0)
    assert run.objective == pytest.approx(cheapest.objective)


def test_plans_around_corridors_keep_every_rule_and_some_are_better(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limited, "WIDE", 0.0)
    tried = better = 0
    for seed in range(7400, 7640):
        model = random_model(seed, most_nodes=14, most_links=26)
        try:
            rooted = presolve(model)
        except (NotRooted, Impossible):
            continue
        run = Run(60.0, 1e-6, None)
        if rooted.link_rows or not run.offer(complete(rooted, rooted.latency.open_links), "everything"):
            continue
        first, problem = run.objective, new_problem(rooted, run, run.offer, None, 0)
        run.bound = problem.master.solve(10.0).bound

        def noting(links: NDArray[np.bool_], seconds: float, model: Model = model, run: Run = run) -> None:
            nonlocal tried
            tried += 1
            search._settled(model, run, 0, links, seconds)

        limited._by_corridors(problem, noting)
        assert run.values is not None
        assert not breaches(model, run.values)
        assert run.objective >= solve_reference(model).objective - 1e-6
        better += run.objective < first - 1e-6
    assert tried >= 8
    assert better >= 2
