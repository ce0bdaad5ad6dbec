"""Length-bounded cuts on the arborescence: they hold along the quickest routes of every good plan."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from random_models import random_model
from test_engine import network

from optimizer.engine import solve
from optimizer.engine.limited_problem import LimitedProblem, new_problem
from optimizer.engine.presolve import Impossible, NotRooted, Rooted, presolve
from optimizer.engine.root_rows import best_root, root_demands, root_rows
from optimizer.engine.run import Run
from optimizer.model import Demand, Model, ModelBuilder
from optimizer.reference import solve_reference

Floats = NDArray[np.float64]


def problem_at(rooted: Rooted, root: int) -> LimitedProblem:
    """The limited problem with another root."""
    moved = replace(rooted, steiner=replace(rooted.steiner, root=root))
    run = Run(60.0, 1e-6, None)
    return new_problem(moved, run, run.offer, None, 0)


def quickest_links(model: Model, values: Floats, root: int) -> dict[int, int]:
    """Link over which the quickest route from the root enters each node of the chosen network."""
    graph = model.graph
    oxc = (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    passing = np.where(oxc, np.minimum(graph.oxc_us, graph.transit_us), graph.transit_us)
    at: dict[int, list[tuple[int, int]]] = {}
    for e in np.flatnonzero(values[graph.use] > 0.5).tolist():
        a, b = int(graph.tail[e]), int(graph.head[e])
        at.setdefault(a, []).append((e, b))
        at.setdefault(b, []).append((e, a))
    heap, done, by = [(0.0, root, -1)], set(), {}
    while heap:
        us, v, link = heapq.heappop(heap)
        if v in done:
            continue
        done.add(v)
        by[v] = link
        leave = us if v == root else us + passing[v]
        for e, w in at.get(v, []):
            heapq.heappush(heap, (leave + graph.us[e], w, e))
    return by


def plan_point(problem: LimitedProblem, values: Floats) -> Floats:
    """The plan as a point whose arborescence is the tree of quickest routes to all that the plan connects."""
    rooted, layout = problem.rooted, problem.layout
    model, steiner = rooted.model, rooted.steiner
    by = quickest_links(model, values, steiner.root)
    x = np.zeros(layout.n_columns)
    x[layout.side : layout.side + rooted.side_column.size] = values[rooted.side_column]
    chosen = x[layout.side + steiner.optional_column] > 0.5
    needed = {*np.flatnonzero(steiner.required).tolist(), *steiner.optional_node[chosen].tolist()}
    edge_of = {int(link): e for e, link in enumerate(rooted.link)}
    for end in needed:
        v = end
        while by[v] >= 0:
            e = edge_of[by[v]]
            onward = int(steiner.head[e]) == v
            if layout.graph.tail[e] != layout.graph.head[e]:
                x[2 * e if onward else 2 * e + 1] = 1.0
            v = int(steiner.tail[e]) if onward else int(steiner.head[e])
    return x


@pytest.mark.parametrize("seed", range(120))
def test_rows_hold_at_the_optimum_of_the_reference(seed: int) -> None:
    model = random_model(9000 + seed)
    try:
        rooted = presolve(model)
    except (NotRooted, Impossible):
        pytest.skip("not rooted, or infeasible")
    known = solve_reference(model, "highs", time_limit_s=60)
    if known.values is None:
        pytest.skip("infeasible")
    values = np.round(known.values, 6)
    rng = np.random.default_rng(seed)
    for root in np.flatnonzero(rooted.steiner.required).tolist():
        problem = problem_at(rooted, root)
        point = plan_point(problem, values)
        entries = np.bincount(problem.layout.graph.arc_head, weights=point[: problem.layout.side])
        for _ in range(4):
            x = rng.random(problem.layout.n_columns) * rng.choice([0.05, 0.3])
            x[problem.layout.side :] += 0.5
            rows = root_rows(problem, x, 1e-3)
            assert entries.max(initial=0.0) <= 1.0 or not rows  # nodes that count as one may be entered twice
            for row in rows:
                assert row.values @ point[row.columns] >= row.lower - 1e-9


def two_ways() -> Model:
    """From 0 to 2 over node 1 (cost 2, 20 us), or directly (cost 9, 8 us); node 3 hangs on node 2, a lead-in."""
    builder = ModelBuilder()
    links = [(0, 1, 1.0, 10.0), (1, 2, 1.0, 10.0), (0, 2, 9.0, 8.0), (2, 3, 0.0, 2.0)]
    graph = network(links, 4, builder, {}, {})
    builder.demand(Demand("0-3", 0, (3,), 10.0, strict=False))
    return builder.build(graph)


def test_a_row_asks_for_the_arc_of_the_only_quick_route() -> None:
    """The lead-in takes 2 of 10 us: only the direct arc is quick enough, and only away from the root."""
    rooted = presolve(two_ways())
    problem = problem_at(rooted, 0)
    x = np.zeros(problem.layout.n_columns)
    x[[0, 2]] = 1.0  # 0 to 1 to 2
    rows = root_rows(problem, x, 1e-3)
    assert [row.columns.tolist() for row in rows] == [[4]]
    assert rows[0].lower == 1.0
    x[5] = 1.0  # the other way does not help
    assert len(root_rows(problem, x, 1e-3)) == 1
    x[4] = 1.0
    assert root_rows(problem, x, 1e-3) == []
    assert solve(two_ways()).objective == 9.0


def test_no_rows_where_a_free_part_can_be_entered_twice() -> None:
    """Nodes 1 and 2 are one by a free link and both are touched by others: no tree of quickest routes there."""
    builder = ModelBuilder()
    links = [(0, 1, 5.0, 10.0), (1, 2, 0.0, 50.0), (0, 2, 5.0, 10.0)]
    graph = network(links, 3, builder, {}, {})
    for v in (1, 2):
        builder.demand(Demand(f"0-{v}", 0, (v,), 20.0, strict=False))
    model = builder.build(graph)
    rooted = presolve(model)
    problem = problem_at(rooted, 0)
    assert len(root_demands(problem.rooted)) == 2
    assert root_rows(problem, np.zeros(problem.layout.n_columns), 1e-3) == []
    assert solve(model).objective == 10.0


def test_the_root_goes_where_most_limits_break() -> None:
    """On a path of four nodes every pair with the last is too slow."""
    builder = ModelBuilder()
    links = [(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0), (2, 3, 1.0, 9.0), (0, 3, 9.0, 1.0), (1, 3, 9.0, 1.0)]
    graph = network(links, 4, builder, {}, {})
    for a, b in itertools.combinations(range(4), 2):
        builder.demand(Demand(f"{a}-{b}", a, (b,), 6.0))
    rooted = presolve(builder.build(graph))
    path = np.array([True, True, True, False, False])
    assert best_root(rooted, path) == 3
    assert best_root(rooted, np.ones(5, dtype=np.bool_)) == rooted.steiner.root
