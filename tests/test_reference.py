"""The reference against answers by hand, against brute force, and solver against solver."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import highspy
import numpy as np
import pulp
import pytest
import scipy.sparse as sp
from brute_force import brute_force
from random_models import random_model

from optimizer import engine
from optimizer.errors import TooLargeError
from optimizer.flow import MOST_COLUMNS, compact
from optimizer.model import ALWAYS, Demand, Graph, Model, ModelBuilder
from optimizer.reference import breaches, solve_reference, to_pulp, write_lp, write_mps
from optimizer.solution import Solution
from optimizer.solvers.outcome import Run
from optimizer.solvers.pulp_bridge import pulp_problem

Solve = Callable[[Model], Solution]


def _reference(name: str) -> Solve:
    """Return the reference on one solver as a function of the model."""
    return lambda model: solve_reference(model, name, time_limit_s=60.0)


SOLVE: tuple[tuple[str, Solve], ...] = (
    ("highs", _reference("highs")),
    ("cpsat", _reference("cpsat")),
    ("pulp:CBC", _reference("pulp:CBC")),
    ("pulp:HiGHS", _reference("pulp:HiGHS")),
    ("scip", _reference("scip")),
    ("engine", lambda model: engine.solve(model, time_limit_s=60.0)),
)
"""Everything that has to find the same optimum; one line each."""

every_solver = pytest.mark.parametrize("solve", [f for _, f in SOLVE], ids=[name for name, _ in SOLVE])


def line_and_detour(
    limit_us: float = math.inf, strict: bool = True, met: bool = False, reward: float = 0.0, oxc_cost: float = 4.0
) -> Model:
    """Return s - v - t over an electrical site v (10 + 50 + 10 us; 3 + 3) beside a direct link s - t (40 us, 11).

    An OXC at v costs 4 and passes in 1 us instead of 50.
    """
    builder = ModelBuilder(offset=100.0)
    use = [builder.column("use", k, cost=c) for k, c in (("sv", 3.0), ("vt", 3.0), ("st", 11.0))]
    oxc = builder.column("oxc", "v", cost=oxc_cost)
    column = builder.column("met", "s-t", cost=-reward) if met else ALWAYS
    builder.demand(Demand("s-t", 0, (2,), limit_us, strict, column))
    graph = Graph(
        n_nodes=3,
        tail=np.array([0, 1, 0]),
        head=np.array([1, 2, 2]),
        us=np.array([10.0, 10.0, 40.0]),
        use=np.array(use),
        transit_us=np.array([0.0, 50.0, 0.0]),
        oxc_us=np.array([0.0, 1.0, 0.0]),
        oxc=np.array([-1, oxc, -1]),
    )
    return builder.build(graph)


def check(solve: Solve, model: Model, objective: float) -> Solution:
    """Solve and assert the proven objective, inf for none."""
    found = solve(model)
    if math.isinf(objective):
        assert (found.status, found.values, found.objective) == ("infeasible", None, math.inf)
        return found
    assert found.status == "optimal"
    assert found.objective == pytest.approx(objective, abs=1e-6)
    assert found.bound == pytest.approx(objective, rel=2e-6, abs=1e-6)
    assert found.values is not None
    assert len(found.values) == model.n_columns
    assert breaches(model, found.values) == []
    return found


@every_solver
def test_without_a_limit_the_cheap_line_is_taken(solve: Solve) -> None:
    found = check(solve, line_and_detour(), 106.0)
    assert found.values is not None
    assert found.values.tolist() == [1.0, 1.0, 0.0, 0.0]


@every_solver
@pytest.mark.parametrize(
    ("limit_us", "strict", "cost"),
    [
        (70.0, False, 106.0),  # 10 + 50 + 10 is 70: allowed by <=
        (70.0, True, 110.0),  # not by <: an OXC at v is cheaper (10) than the direct link (11)
        (21.0, False, 110.0),  # 10 + 1 + 10
        (21.0, True, math.inf),
        (20.9, False, math.inf),
    ],
)
def test_a_limit_is_kept_to_the_microsecond(solve: Solve, limit_us: float, strict: bool, cost: float) -> None:
    check(solve, line_and_detour(limit_us, strict), cost)


@every_solver
def test_a_dear_oxc_loses_to_the_direct_link(solve: Solve) -> None:
    found = check(solve, line_and_detour(50.0, oxc_cost=5.5), 111.0)
    assert found.values is not None
    assert found.values.tolist() == [0.0, 0.0, 1.0, 0.0]


@every_solver
@pytest.mark.parametrize(("reward", "objective"), [(5.9, 100.0), (6.5, 99.5)])
def test_a_decision_pays_for_its_route_only_when_worth_it(solve: Solve, reward: float, objective: float) -> None:
    check(solve, line_and_detour(met=True, reward=reward), objective)


@every_solver
def test_half_a_fast_and_half_a_slow_route_is_no_route(solve: Solve) -> None:
    """Two routes of 10 and 90 us: their mean would keep the limit of 50, the cheap one alone does not."""
    builder = ModelBuilder()
    use = [builder.column("use", k, cost=c) for k, c in (("fast", 9.0), ("slow", 1.0))]
    builder.demand(Demand("0-1", 0, (1,), 50.0))
    us = np.array([10.0, 90.0])
    zero = np.zeros(2)
    graph = Graph(2, np.array([0, 0]), np.array([1, 1]), us, np.array(use), zero, zero, np.array([-1, -1]))
    check(solve, builder.build(graph), 9.0)


@every_solver
@pytest.mark.parametrize(("offset_us", "objective"), [(0.0, 0.0), (5.0, math.inf)])
def test_a_source_that_is_a_target_needs_no_link(solve: Solve, offset_us: float, objective: float) -> None:
    builder = ModelBuilder()
    use = builder.column("use", "a", cost=1.0)
    builder.demand(Demand("home", 0, (0, 1), 5.0, offset_us=offset_us))
    zero = np.zeros(2)
    one = np.array([1.0])
    graph = Graph(2, np.array([0]), np.array([1]), one, np.array([use]), zero, zero, np.array([-1, -1]))
    check(solve, builder.build(graph), objective)


def test_measured_latencies_keep_the_budget_and_steps_move_it_between_two_routes() -> None:
    """A limit of 70 (strict) over whole microseconds becomes 69.5."""
    stepped = compact(line_and_detour(70.0))
    row = stepped.row_labels.index("latency s-t")
    assert stepped.row_upper[row] == pytest.approx(69.5)
    model = line_and_detour(70.0)
    model.graph.us[0] = 10.0 / 3.0
    assert compact(model).row_upper[row] == pytest.approx(70.0 - 1e-6, abs=1e-9)


@every_solver
@pytest.mark.parametrize("seed", [218, *range(40, 46)])
def test_a_tie_with_the_limit_is_kept_with_measured_latencies_too(solve: Solve, seed: int) -> None:
    """All latencies times pi / 3 is the same question; in 218 all solvers take a route a picosecond too long."""
    model = random_model(seed, most_nodes=8, most_links=13)
    graph, k = model.graph, math.pi / 3.0
    measured = replace(
        model,
        graph=replace(graph, us=graph.us * k, transit_us=graph.transit_us * k, oxc_us=graph.oxc_us * k),
        demands=tuple(replace(d, limit_us=d.limit_us * k, offset_us=d.offset_us * k) for d in model.demands),
    )
    check(solve, measured, brute_force(model))


@pytest.mark.parametrize(
    ("limit_us", "strict", "cost"),
    [(math.inf, True, 106.0), (70.0, False, 106.0), (70.0, True, 110.0), (21.0, True, math.inf)],
)
def test_the_oracle_itself_agrees_with_answers_by_hand(limit_us: float, strict: bool, cost: float) -> None:
    assert brute_force(line_and_detour(limit_us, strict)) == cost


def test_arcs_too_slow_for_any_route_within_the_limit_are_left_out() -> None:
    assert sum(name.startswith("flow[") for name in compact(line_and_detour()).names) == 3
    assert sum(name.startswith("flow[") for name in compact(line_and_detour(30.0)).names) == 2


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1.0, 1.0, 0.0, 0.0], "demand s-t has 70.0 us"),
        ([1.0, 0.0, 0.0, 1.0], "demand s-t has inf us"),
        ([1.0, 1.0, 0.0, 2.0], r"column oxc\[v\] = 2.0 is out of bounds"),
        ([1.0, 1.0, 0.5, 1.0], r"column use\[st\] = 0.5 is not whole"),
    ],
)
def test_breaches_names_what_is_wrong(values: list[float], message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        raise AssertionError(breaches(line_and_detour(50.0), np.array(values)))


@pytest.mark.parametrize("write", [write_mps, write_lp])
def test_files_carry_the_whole_model_constant_included(write: Callable[[Model, Path], None], tmp_path: Path) -> None:
    """HiGHS reads the file back and finds the optimum, 100 of constant cost included."""
    path = tmp_path / ("model.mps" if write is write_mps else "model.lp")
    write(line_and_detour(70.0), path)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    assert highs.readModel(str(path)) == highspy.HighsStatus.kOk
    highs.run()
    assert highs.getObjectiveValue() == pytest.approx(110.0)


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "taken.mps"
    target.mkdir()
    with pytest.raises(OSError, match=r"taken\.mps"):
        write_mps(line_and_detour(), target)
    assert [p.name for p in tmp_path.iterdir()] == ["taken.mps"]


def test_to_pulp_hands_a_problem_to_any_solver_of_pulp() -> None:
    problem = to_pulp(line_and_detour(70.0))
    problem.solve(pulp.HiGHS(msg=False))
    assert pulp.value(problem.objective) == pytest.approx(110.0)
    chosen = {v.name for v in problem.variables() if v.varValue and v.name.startswith(("use", "oxc"))}
    assert chosen == {"use_sv", "use_vt", "oxc_v"}


# ---- the battery: 200 random models ----


def _assert_same_optimum(model: Model, objective: float, solvers: tuple[tuple[str, Solve], ...] = SOLVE) -> None:
    """Assert that every solver proves the objective, with a plan that holds."""
    for _, solve in solvers:
        check(solve, model, objective)


@pytest.mark.parametrize("seed", range(30))
def test_all_agree_with_brute_force(seed: int) -> None:
    model = random_model(seed, most_nodes=8, most_links=13)
    _assert_same_optimum(model, brute_force(model))


@pytest.mark.slow
@pytest.mark.parametrize("tens", range(3, 20))
def test_all_agree_with_brute_force_on_many(tens: int) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        model = random_model(seed, most_nodes=8, most_links=13)
        _assert_same_optimum(model, brute_force(model))


@pytest.mark.slow
@pytest.mark.parametrize("tens", range(20))
def test_all_agree_with_each_other_on_larger_models(tens: int) -> None:
    for seed in range(1000 + 10 * tens, 1010 + 10 * tens):
        model = random_model(seed, most_nodes=12, most_links=24)
        first = SOLVE[0][1](model)
        assert first.status in ("optimal", "infeasible")
        _assert_same_optimum(model, first.objective)


@pytest.mark.parametrize("seed", range(40))
def test_all_agree_with_brute_force_where_relations_are_protected(seed: int) -> None:
    model = random_model(seed, most_nodes=7, most_links=11, protected=True)
    _assert_same_optimum(model, brute_force(model))


@pytest.mark.slow
@pytest.mark.parametrize("tens", range(4, 20))
def test_all_agree_with_brute_force_on_many_protected_ones(tens: int) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        model = random_model(seed, most_nodes=7, most_links=11, protected=True)
        _assert_same_optimum(model, brute_force(model))


@pytest.mark.parametrize("seed", range(200, 212))
def test_order_changes_nothing(seed: int) -> None:
    """Columns, rows, demands and links in another order: the same optimum."""
    model = random_model(seed, most_nodes=8, most_links=13)
    other = _shuffled(model, np.random.default_rng(seed))
    for _, solve in (SOLVE[0], SOLVE[-1]):
        check(solve, other, solve(model).objective)


def _shuffled(model: Model, rng: np.random.Generator) -> Model:
    """Return the same model with everything in another order; directions of links are turned too."""
    columns, rows = rng.permutation(model.n_columns), rng.permutation(len(model.row_labels))
    links = rng.permutation(len(model.graph.tail))
    place = np.argsort(columns)
    graph = replace(
        model.graph,
        tail=model.graph.head[links],
        head=model.graph.tail[links],
        us=model.graph.us[links],
        use=place[model.graph.use[links]],
        oxc=np.where(model.graph.oxc >= 0, place[model.graph.oxc], -1),
    )
    return replace(
        model,
        names=tuple(model.names[j] for j in columns),
        **{k: getattr(model, k)[columns] for k in ("cost", "lower", "upper", "integer")},
        rows=sp.csr_array(model.rows.toarray()[rows][:, columns]),
        row_lower=model.row_lower[rows],
        row_upper=model.row_upper[rows],
        row_labels=tuple(model.row_labels[i] for i in rows),
        graph=graph,
        demands=tuple(
            replace(d, met=d.met if d.met == ALWAYS else int(place[d.met]))
            for d in (model.demands[i] for i in rng.permutation(len(model.demands)))
        ),
    )


@pytest.mark.parametrize("seed", range(220, 232))
def test_asking_for_more_never_costs_less(seed: int) -> None:
    """Without its last row or its last demand a model is never dearer."""
    model = random_model(seed, most_nodes=8, most_links=13)
    fewer = [replace(model, demands=model.demands[:-1])]
    if model.row_labels:
        fewer.append(
            replace(
                model,
                rows=model.rows[:-1],
                row_lower=model.row_lower[:-1],
                row_upper=model.row_upper[:-1],
                row_labels=model.row_labels[:-1],
            )
        )
    for _, solve in (SOLVE[0], SOLVE[-1]):
        whole = solve(model).objective
        for question in fewer:
            assert solve(question).objective <= whole + 1e-6


def test_the_random_models_hold_every_mix() -> None:
    """Infeasible ones, limits that cost money, OXCs that pay, shares, parallel links: all are there often enough."""
    models = [random_model(seed, most_nodes=8, most_links=13) for seed in range(60)]
    infeasible = sum(math.isinf(brute_force(m)) for m in models)
    assert 6 <= infeasible <= 30
    labels = {label.split()[0] for m in models for label in m.row_labels}
    assert {"share", "circle", "cover", "ports", "links", "same"} <= labels
    pairs = [sorted(zip(m.graph.tail.tolist(), m.graph.head.tolist(), strict=True)) for m in models]
    assert sum(len(p) > len(set(p)) for p in pairs) > 20
    assert sum(_latency_costs(m) for m in models) >= 10


def _latency_costs(model: Model) -> bool:
    """Return whether the optimum rises by the latency limits."""
    free = tuple(replace(d, limit_us=math.inf) for d in model.demands)
    with_limits = brute_force(model)
    return math.isfinite(with_limits) and brute_force(replace(model, demands=free)) < with_limits - 1e-9


def test_a_flow_program_beyond_memory_is_refused_before_it_is_made() -> None:
    model = line_and_detour()
    many = replace(model, demands=model.demands * (MOST_COLUMNS // (2 * 3) + 1))
    with pytest.raises(TooLargeError, match=r"about 8 million columns \(1,333,334 routed demands on 3 links\)"):
        compact(many)


def test_a_flow_program_is_given_up_while_it_is_built() -> None:
    model = line_and_detour()
    with pytest.raises(TooLargeError, match=r"was not built within 0\.0 s: it has \d+ variables\. Allow more time, or"):
        compact(model, 0.0)
    program = compact(model)
    with pytest.raises(TooLargeError, match=rf"was not built within 0\.0 s: it has {len(program.names)} variables"):
        pulp_problem(program, Run(time_limit_s=0.0))
    with pytest.raises(TooLargeError, match="was not built within"):
        solve_reference(model, "pulp:CBC", time_limit_s=1e-9)
