"""The bridges to solvers: names, time limits, cancellation, true bounds, honest words where one cannot do it."""

from __future__ import annotations

import logging
import math
from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp

from optimizer.decimals import decimals
from optimizer.flow import FlowProgram
from optimizer.solution import Progress, relative_gap
from optimizer.solvers import SOLVERS, solve_program, solver_names
from optimizer.solvers.cpsat import whole_row
from optimizer.solvers.outcome import Answer, Run, solution_of

NAMES = [entry.name for entry in SOLVERS]


def knapsack(n: int = 6, rows: int = 1, seed: int = 1) -> FlowProgram:
    """Return: take things worth 1..9 (as negative cost) under `rows` weight limits."""
    rng = np.random.default_rng(seed)
    weights = rng.integers(10, 99, size=(rows, n)).astype(np.float64)
    return FlowProgram(
        names=tuple(f"take[{i}]" for i in range(n)),
        cost=-rng.integers(10, 99, size=n).astype(np.float64),
        lower=np.zeros(n),
        upper=np.ones(n),
        integer=np.ones(n, dtype=np.bool_),
        integral=np.ones(n, dtype=np.bool_),
        rows=sp.csr_array(weights),
        row_lower=np.full(rows, -np.inf),
        row_upper=np.floor(weights.sum(axis=1) / 2),
        row_labels=tuple(f"weight {i}" for i in range(rows)),
        offset=7.0,
        n_model=n,
    )


def hard() -> FlowProgram:
    """Return a problem that no solver here proves within seconds: worth is weight, so all choices look alike."""
    program = knapsack(n=60, rows=10, seed=3)
    return replace(program, cost=-np.rint(program.rows.toarray().mean(axis=0) * 10))


HARD = hard()


def best_by_trying(program: FlowProgram) -> float:
    """Return the optimum over all yes/no choices."""
    n = len(program.names)
    grid = (np.arange(2**n)[:, None] >> np.arange(n)) & 1
    fits = np.all(grid @ program.rows.toarray().T <= program.row_upper, axis=1)
    return float(program.offset + (grid[fits] @ program.cost).min())


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_solver_finds_the_optimum_with_a_bound_that_proves_it(name: str, seed: int) -> None:
    program = knapsack(n=10, rows=2, seed=seed)
    found = solve_program(program, name, time_limit_s=30.0)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(best_by_trying(program))
    assert found.bound == pytest.approx(found.objective, abs=1e-5)
    assert found.first_plan_seconds is not None
    assert found.first_plan_seconds <= found.seconds


@pytest.mark.parametrize("name", NAMES)
def test_every_solver_says_infeasible(name: str) -> None:
    program = knapsack()
    between = replace(program, row_lower=program.row_upper + 0.25, row_upper=program.row_upper + 0.5)
    found = solve_program(between, name)
    assert (found.status, found.values, found.objective, found.bound) == ("infeasible", None, math.inf, math.inf)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "cpsat"])  # knows whole numbers only
def test_no_presolve_cuts_an_optimum_off(name: str) -> None:
    """Take t, the part that is no whole number: HiGHS 1.14.0 takes o and calls it optimal (HiGHS issue 2957)."""
    mixed = np.array([True, False])
    program = FlowProgram(
        names=("o", "t"),
        cost=np.array([2.0, 1.0]),
        lower=np.zeros(2),
        upper=np.ones(2),
        integer=mixed,
        integral=mixed,
        rows=sp.csr_array(np.ones((1, 2))),
        row_lower=np.ones(1),
        row_upper=np.full(1, np.inf),
        row_labels=("cover",),
        offset=0.0,
        n_model=2,
    )
    assert solve_program(program, name, time_limit_s=10.0, gap=0.0).objective == pytest.approx(1.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_run_stopped_by_time_is_feasible_with_a_true_bound(name: str) -> None:
    """PuLP calls such a run optimal. No bound may exceed a plan that another solver found."""
    found = solve_program(HARD, name, time_limit_s=1.5)
    assert found.status == "feasible"
    assert found.seconds < 6.0
    assert HARD.violation(found.values) <= 1e-9
    assert found.objective == pytest.approx(HARD.objective(found.values))
    assert found.bound < found.objective
    assert found.gap < 0.05
    other = solve_program(HARD, "cpsat" if name == "highs" else "highs", time_limit_s=1.5)
    assert found.bound <= other.objective + 1e-6


@pytest.mark.parametrize("name", NAMES)
def test_a_wide_gap_is_never_called_optimal_unless_it_is(name: str) -> None:
    found = solve_program(HARD, name, time_limit_s=20.0, gap=0.05)
    assert found.status == "feasible"
    assert 1e-6 < found.gap <= 0.05


@pytest.mark.parametrize("name", ["highs", "cpsat"])
def test_the_caller_can_cancel_and_keeps_the_best_plan(name: str) -> None:
    reports: list[Progress] = []

    def stop_at_a_plan(progress: Progress) -> bool:
        reports.append(progress)
        return math.isfinite(progress.objective)

    found = solve_program(HARD, name, time_limit_s=30.0, on_progress=stop_at_a_plan)
    assert found.cancelled
    assert found.status == "feasible"
    assert found.seconds < 10.0
    assert reports[-1].objective >= found.objective - 1e-6


@pytest.mark.parametrize("name", ["highs", "cpsat"])
def test_progress_goes_one_way_and_no_bound_passes_the_plan(name: str) -> None:
    reports: list[Progress] = []
    found = solve_program(HARD, name, time_limit_s=3.0, on_progress=reports.append)
    assert len(reports) >= 3
    assert [r.seconds for r in reports] == sorted(r.seconds for r in reports)
    assert [r.objective for r in reports] == sorted((r.objective for r in reports), reverse=True)
    assert all(r.bound <= found.objective + 1e-6 for r in reports)


def test_a_caller_who_cancels_before_pulp_starts_gets_no_plan() -> None:
    found = solve_program(HARD, "pulp:CBC", on_progress=lambda _: True)
    assert (found.status, found.cancelled, found.values) == ("unknown", True, None)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("hihgs", "There is no solver 'hihgs'. Did you mean 'highs'"),
        ("pulp:GUROBY", "Did you mean 'pulp:GUROBI'"),
        ("pulp:", "Known solvers: highs, cpsat, scip, pulp:CBC, pulp:HiGHS"),
        ("xyzzy", "There is no solver 'xyzzy'. Known solvers: highs"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        solve_program(knapsack(), name)


@pytest.mark.parametrize("name", ["HIGHS", "CpSat", "pulp:cbc", "pulp:PULP_CBC_CMD", "PULP:highs"])
def test_names_do_not_mind_capitals(name: str) -> None:
    assert solve_program(knapsack(), name).status == "optimal"


def test_a_solver_that_is_not_installed_is_named_with_those_that_are() -> None:
    with pytest.raises(RuntimeError, match=r"'MOSEK' is known to PuLP but not installed.*HiGHS"):
        solve_program(knapsack(), "pulp:MOSEK")


def test_solver_names_lists_each_once() -> None:
    names = solver_names()
    assert len(names) == len(set(names))
    assert {"highs", "cpsat", "scip", "pulp:CBC", "pulp:GUROBI", "pulp:COPT"} <= set(names)


# ---- CP-SAT's whole numbers -----------------------------------------------------------------------------------------


def test_a_row_with_decimals_becomes_whole_and_its_limit_moves_to_what_it_implies() -> None:
    """0.3 x + 4.88 y < 9.999999 means 30 x + 488 y <= 999."""
    row = whole_row(np.array([0.3, 4.88]), np.ones(2), -math.inf, 9.999999)
    assert row.coefficients.tolist() == [30, 488]
    assert (row.lower, row.upper, row.digits, row.slack) == (None, 999, 2, 0.0)
    assert whole_row(np.array([1.0]), np.ones(1), 2.0, 2.0).upper == 2
    assert whole_row(np.array([0.1, 0.2]), np.ones(2), 0.3, 0.1 + 0.2).upper == 3
    assert whole_row(np.array([0.1, 0.2]), np.ones(2), 0.1 + 0.2, 9.0).lower == 3


def test_a_row_that_no_power_of_ten_makes_whole_is_widened_and_loses_nothing() -> None:
    values = np.array([1.0 / 3.0, 2.0 / 7.0])
    row = whole_row(values, np.ones(2), -math.inf, 13.0 / 21.0)
    assert 0.0 < row.slack < 1e-9
    assert row.upper is not None
    assert int(row.coefficients.sum()) <= row.upper


def test_cpsat_says_that_it_rounded(caplog: pytest.LogCaptureFixture) -> None:
    program = replace(knapsack(), rows=sp.csr_array(knapsack().rows / 3.0))
    program = replace(program, row_upper=knapsack().row_upper / 3.0)
    with caplog.at_level(logging.WARNING):
        found = solve_program(program, "cpsat")
    assert found.objective == pytest.approx(best_by_trying(knapsack()))
    assert "CP-SAT: 1 of 1 rows are whole at no power of ten" in caplog.text


def test_cpsat_refuses_what_it_would_silently_change() -> None:
    program = knapsack()
    loose = replace(program, integral=np.array([True, False] + [True] * 4))
    with pytest.raises(ValueError, match=r"Column 'take\[1\]' is continuous.*Choose the solver 'highs'"):
        solve_program(loose, "cpsat")
    endless = replace(program, upper=np.full(6, np.inf))
    with pytest.raises(ValueError, match=r"Column 'take\[0\]' has no finite bounds"):
        solve_program(endless, "cpsat")


def test_decimals_tells_steps_from_measurements() -> None:
    assert decimals(np.array([4.9 * 9.098, 50.0])) == 4
    assert decimals(np.array([1.0, np.inf])) == 0
    assert decimals(np.array([1.0 / 3.0])) is None


# ---- never trust values


@pytest.mark.parametrize("raw", [np.full(6, 0.5), np.ones(6), np.full(6, np.nan), -np.ones(6)])
def test_values_that_break_the_program_are_dropped(raw: np.ndarray, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = solution_of(knapsack(), Answer(raw, -1000.0, "liar 1.0"), Run())
    assert (found.status, found.values) == ("unknown", None)
    assert "liar 1.0 returned values that break the program" in caplog.text


def test_a_continuous_program_is_solved_too() -> None:
    program = replace(knapsack(), integer=np.zeros(6, dtype=np.bool_), integral=np.zeros(6, dtype=np.bool_))
    whole = solve_program(knapsack(), "highs")
    results = {name: solve_program(program, name) for name in ("highs", "pulp:CBC", "pulp:HiGHS", "scip")}
    assert {r.status for r in results.values()} == {"optimal"}
    assert results["highs"].objective < whole.objective
    for found in results.values():
        assert found.objective == pytest.approx(results["highs"].objective)


def test_the_gap_of_a_plan_that_costs_nothing_is_no_rounding_of_its_bound() -> None:
    assert relative_gap(0.0, -1e-9) == pytest.approx(1e-7)
    assert relative_gap(200.0, 199.0) == pytest.approx(0.005)
    assert relative_gap(-200.0, -202.0) == pytest.approx(0.01)
    assert relative_gap(200.0, 201.0) == 0.0
    assert relative_gap(math.inf, 5.0) == relative_gap(5.0, -math.inf) == math.inf
