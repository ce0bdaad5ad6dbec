"""The exact engine against hand-solved models, the flow program, and models that cannot be solved."""

from __future__ import annotations

import itertools
import logging
import math
import time

import numpy as np
import pytest
from brute_force import brute_force
from engine_plans import check_solution
from random_models import random_model

from optimizer.engine import solve
from optimizer.engine.presolve import Impossible, NotRooted, presolve
from optimizer.flow import compact
from optimizer.model import Demand, Graph, Model, ModelBuilder
from optimizer.solution import Progress
from optimizer.solvers import solve_program


def network(
    links: list[tuple[int, int, float, float]],
    n_nodes: int,
    builder: ModelBuilder,
    transit: dict[int, float] | None = None,
    oxc: dict[int, int] | None = None,
) -> Graph:
    """Graph of links (a, b, cost, us); an OXC passes in 1 us."""
    use = [builder.column("use", f"L{i}", cost=cost) for i, (_, _, cost, _) in enumerate(links)]
    transit_us, columns = np.zeros(n_nodes), np.full(n_nodes, -1)
    for v, us in (transit or {}).items():
        transit_us[v] = us
    for v, column in (oxc or {}).items():
        columns[v] = column
    ends = np.array([(a, b) for a, b, _, _ in links], dtype=np.int64).reshape(-1, 2)
    us = np.array([us for *_, us in links])
    return Graph(n_nodes, ends[:, 0], ends[:, 1], us, np.array(use), transit_us, np.minimum(1.0, transit_us), columns)


def star_of_three() -> Model:
    """Three centers around node 3: the star costs 3 x 4, two sides of the triangle 7 + 7."""
    builder = ModelBuilder(offset=100.0)
    links = [(0, 1, 7.0, 1.0), (1, 2, 7.0, 1.0), (2, 0, 7.0, 1.0), (0, 3, 4.0, 1.0), (1, 3, 4.0, 1.0), (2, 3, 4.0, 1.0)]
    graph = network(links, 4, builder)
    builder.demand(Demand("0-1", 0, (1,)))
    builder.demand(Demand("0-2", 0, (2,)))
    return builder.build(graph)


def grid(side: int, seed: int, places: int = 0) -> Model:
    """A square grid with random costs: centers, places with a quota, limits that bind."""
    rng = np.random.default_rng(seed)
    builder = ModelBuilder()
    ends = [(v, v + 1) for v in range(side * side) if (v + 1) % side]
    ends += [(v, v + side) for v in range(side * (side - 1))]
    links = [(a, b, float(rng.integers(5, 40)), float(rng.integers(5, 40))) for a, b in ends]
    graph = network(links, side * side, builder)
    centers = rng.choice(side * side, 6, replace=False).tolist()
    for c in centers[1:]:
        builder.demand(Demand(f"pair {c}", c, (centers[0],), 22.0 * side))
    columns = {builder.column("covered", f"P{p}", cost=1.0): float(rng.integers(1, 9)) for p in range(places)}
    for column in columns:
        node = int(rng.integers(0, side * side))
        builder.demand(Demand(f"place {column}", node, tuple(centers), 20.0 * side, met=column))
    builder.row("quota", columns, lower=0.6 * sum(columns.values()))
    return builder.build(graph)


def test_star_beats_the_sides() -> None:
    solution = solve(star_of_three())
    assert solution.status == "optimal"
    assert solution.objective == 112.0
    assert solution.bound == pytest.approx(112.0, rel=1e-6)
    assert solution.values is not None
    assert solution.values.tolist() == [0, 0, 0, 1, 1, 1]
    assert solution.first_plan_seconds is not None
    assert 0 <= solution.first_plan_seconds <= solution.seconds
    assert not solution.cancelled


def test_link_that_must_be_built_is_paid_and_used() -> None:
    model = star_of_three()
    lower = model.lower.copy()
    lower[0] = 1.0
    fixed = Model(**{**vars(model), "lower": lower})
    solution = solve(fixed)
    assert solution.objective == 114.0
    check_solution(fixed, solution)


def test_link_that_must_not_be_built_is_not() -> None:
    model = star_of_three()
    upper = model.upper.copy()
    upper[5] = 0.0
    fixed = Model(**{**vars(model), "upper": upper})
    solution = solve(fixed)
    assert solution.objective == 114.0
    check_solution(fixed, solution)


def test_links_that_cost_nothing_are_used_and_useless_ones_that_cost_are_not() -> None:
    builder = ModelBuilder()
    graph = network([(0, 1, 0.0, 1.0), (0, 1, 3.0, 2.0), (1, 2, 0.0, 1.0), (0, 2, 1.0, 1.0)], 3, builder)
    builder.demand(Demand("0-1", 0, (1,)))
    solution = solve(builder.build(graph))
    assert solution.objective == 0.0
    assert solution.status == "optimal"
    assert solution.values is not None
    assert solution.values.tolist() == [1.0, 0.0, 1.0, 0.0]


def test_nothing_asked_costs_nothing() -> None:
    builder = ModelBuilder(offset=3.0)
    graph = network([(0, 1, 5.0, 1.0)], 2, builder)
    solution = solve(builder.build(graph))
    assert (solution.status, solution.objective) == ("optimal", 3.0)
    assert solution.values is not None
    assert solution.values.tolist() == [0.0]


def test_integer_side_columns_and_quota() -> None:
    """Ports come three at a time at 5 each; seven are needed; the nearer place suffices for the quota."""
    builder = ModelBuilder()
    graph = network([(0, 1, 4.0, 1.0), (1, 2, 3.0, 1.0)], 3, builder)
    near, far = builder.column("covered", "near", cost=1.0), builder.column("covered", "far", cost=0.5)
    boxes = builder.column("boxes", "all", cost=5.0, upper=9.0)
    builder.row("seven ports", {boxes: 3.0}, lower=7.0)
    builder.row("quota", {near: 6.0, far: 5.0}, lower=5.0)
    builder.demand(Demand("near", 1, (0,), met=near))
    builder.demand(Demand("far", 2, (0,), met=far))
    model = builder.build(graph)
    solution = solve(model)
    assert solution.objective == pytest.approx(15.0 + 4.0 + 1.0)
    check_solution(model, solution)


@pytest.mark.parametrize("upper", [0.0, 1.0])
def test_infeasible_by_connection_or_limit(upper: float) -> None:
    builder = ModelBuilder()
    graph = network([(0, 1, 4.0, 10.0)], 2, builder)
    builder.demand(Demand("C0-C1", 0, (1,), 10.0))
    model = builder.build(graph)
    closed = Model(**{**vars(model), "upper": np.array([upper])})
    with pytest.raises(Impossible, match="'C0-C1'"):
        presolve(closed)
    solution = solve(closed)
    assert solution.status == "infeasible"
    assert solution.values is None
    assert math.isinf(solution.bound)


def test_infeasible_because_two_shares_clash() -> None:
    """One OXC may be had, but both sites have to be passed quickly."""
    builder = ModelBuilder()
    columns = {v: builder.column("oxc", f"S{v}") for v in (1, 2)}
    graph = network([(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0), (2, 3, 1.0, 1.0)], 4, builder, {1: 9.0, 2: 9.0}, columns)
    builder.row("one OXC", dict.fromkeys(columns.values(), 1.0), upper=1.0)
    builder.demand(Demand("0-3", 0, (3,), 6.0))
    assert solve(builder.build(graph)).status == "infeasible"


def test_rows_that_ask_for_links_go_to_the_flow_program(caplog: pytest.LogCaptureFixture) -> None:
    model = star_of_three()
    builder = ModelBuilder(offset=100.0)
    graph = network(
        [(0, 1, 7.0, 1.0), (1, 2, 7.0, 1.0), (0, 3, 4.0, 1.0), (1, 3, 4.0, 1.0), (2, 3, 4.0, 1.0)], 4, builder
    )
    builder.row("two at least", dict.fromkeys(range(5), 1.0), lower=2.0, upper=2.0)
    for demand in model.demands:
        builder.demand(demand)
    with caplog.at_level(logging.INFO):
        solution = solve(builder.build(graph))
    assert solution.objective == 114.0
    assert solution.status == "optimal"
    assert "solved as a flow program" in caplog.text


def test_demands_that_share_no_end_have_no_root() -> None:
    builder = ModelBuilder()
    graph = network([(0, 1, 1.0, 1.0), (2, 3, 1.0, 1.0)], 4, builder)
    builder.demand(Demand("0-1", 0, (1,)))
    builder.demand(Demand("2-3", 2, (3,)))
    model = builder.build(graph)
    with pytest.raises(NotRooted, match="several parts"):
        presolve(model)
    assert solve(model).objective == 2.0


def test_targets_in_several_parts_join_what_is_tied_already() -> None:
    """Demand 3 -> {0, 2} holds always; 0-1 are tied, 1-3 too, so it is met by itself."""
    builder = ModelBuilder()
    graph = network([(0, 1, 1.0, 1.0), (1, 3, 1.0, 1.0), (2, 3, 9.0, 1.0)], 4, builder)
    builder.demand(Demand("some", 3, (0, 2)))
    builder.demand(Demand("0-1", 0, (1,)))
    builder.demand(Demand("1-3", 1, (3,)))
    model = builder.build(graph)
    assert not presolve(model).steiner.required[2]
    assert solve(model).objective == 2.0


def same_optimum(model: Model, best: float) -> None:
    """Assert that the engine finds `best` (inf: infeasible) and that its plan holds."""
    solution = solve(model, time_limit_s=60)
    if math.isinf(best):
        assert solution.status == "infeasible"
        return
    assert solution.status == "optimal"
    assert solution.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    check_solution(model, solution)


@pytest.mark.parametrize("seed", range(1000, 1025))
def test_random_models_equal_brute_force(seed: int) -> None:
    model = random_model(seed, most_nodes=8, most_links=11)
    same_optimum(model, brute_force(model))


@pytest.mark.parametrize("seed", range(2000, 2020))
def test_random_models_equal_the_flow_program(seed: int) -> None:
    model = random_model(seed)
    found = solve_program(compact(model), "highs", time_limit_s=60)
    assert found.status in ("optimal", "infeasible")
    same_optimum(model, found.objective if found.status == "optimal" else math.inf)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(8))
def test_many_random_models_equal_the_flow_program(block: int) -> None:
    rooted = 0
    for seed in range(3000 + 25 * block, 3025 + 25 * block):
        model = random_model(seed)
        try:
            presolve(model)
        except NotRooted:
            continue
        except Impossible:
            pass
        rooted += 1
        found = solve_program(compact(model), "highs", time_limit_s=60)
        same_optimum(model, found.objective if found.status == "optimal" else math.inf)
    assert rooted >= 12


@pytest.mark.parametrize("seed", range(4))
def test_grids_with_quota_and_binding_limits_equal_the_flow_program(seed: int) -> None:
    model = grid(5, seed, places=6)
    found = solve_program(compact(model), "highs", time_limit_s=60)
    same_optimum(model, found.objective if found.status == "optimal" else math.inf)


def test_order_of_links_changes_nothing() -> None:
    model = grid(6, 7, places=8)
    graph = model.graph
    order = np.random.default_rng(0).permutation(graph.us.size)
    turned = Graph(
        graph.n_nodes, graph.tail[order], graph.head[order], graph.us[order], graph.use[order], graph.transit_us,
        graph.oxc_us, graph.oxc,
    )  # fmt: skip
    first, second = solve(model), solve(Model(**{**vars(model), "graph": turned}))
    assert first.status == second.status == "optimal"
    assert first.objective == pytest.approx(second.objective, rel=1e-9)


def test_progress_never_goes_back() -> None:
    reports: list[Progress] = []
    solution = solve(grid(9, 3, places=20), time_limit_s=60, on_progress=reports.append)
    assert solution.status == "optimal"
    assert reports
    for before, after in itertools.pairwise(reports):
        assert after.seconds >= before.seconds
        assert after.objective <= before.objective
        assert after.bound >= before.bound or after.bound == pytest.approx(after.objective)
    assert reports[-1].objective == solution.objective


def test_cancelling_keeps_the_best_plan() -> None:
    model = grid(30, 5, places=150)
    asked: list[float] = []

    def stop(progress: Progress) -> bool:
        if math.isfinite(progress.objective) and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    solution = solve(model, time_limit_s=120, on_progress=stop)
    assert asked
    assert time.monotonic() - asked[0] < 5.0
    assert solution.cancelled
    assert solution.status == "feasible"
    check_solution(model, solution)


def test_time_limit_is_kept() -> None:
    model = grid(30, 6, places=150)
    start = time.monotonic()
    solution = solve(model, time_limit_s=4.0)
    assert time.monotonic() - start < 9.0
    assert solution.status in ("feasible", "optimal")
    assert solution.bound > 0.0
    check_solution(model, solution)
    assert {name for name, _ in solution.phases} >= {"presolve", "reduce", "primal"}
