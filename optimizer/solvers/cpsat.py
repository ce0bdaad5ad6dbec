"""CP-SAT of OR-Tools on a flow program, every row scaled to the whole numbers it wants."""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.decimals import decimals
from optimizer.flow import FlowProgram
from optimizer.solvers.outcome import Answer, Reporter, Run

__all__ = ["WholeRow", "solve_cpsat", "whole_row"]

WORKERS = 2
LARGEST_SUM = 2.0**52
"""No row may sum to more than this after scaling: CP-SAT multiplies such sums within 64 bits."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class WholeRow:
    """A row times ``10**digits`` in whole numbers; its limits were widened by `slack` in its own unit."""

    coefficients: NDArray[np.int64]
    lower: int | None
    upper: int | None
    digits: int
    slack: float


def whole_row(values: NDArray[np.float64], largest: NDArray[np.float64], lower: float, upper: float) -> WholeRow:
    """Return a row over whole-number columns in whole numbers.

    Where a power of ten makes every coefficient whole, the row is exact: limits move to the whole number they
    imply. Otherwise coefficients are rounded and both limits widened by the largest error that rounding can
    make, so no plan is lost and the bound stays true.

    Parameters
    ----------
    values
        Coefficients.
    largest
        Largest absolute value of their columns.
    lower, upper
        Limits; infinite where there is none.
    """
    reach = max(1.0, float(np.abs(values) @ largest))
    digits = decimals(values, most=9)
    exact = digits is not None and reach * 10.0**digits < LARGEST_SUM
    if digits is None or not exact:
        digits = max(0, math.floor(math.log10(LARGEST_SUM / reach)) - 3)
    scaled = values * 10.0**digits
    error = 0.0 if exact else float(np.abs(scaled - np.rint(scaled)) @ largest)
    return WholeRow(
        coefficients=np.rint(scaled).astype(np.int64),
        lower=None if lower == -math.inf else math.ceil(lower * 10.0**digits - error - _rounding(lower, digits)),
        upper=None if upper == math.inf else math.floor(upper * 10.0**digits + error + _rounding(upper, digits)),
        digits=digits,
        slack=error / 10.0**digits,
    )


def solve_cpsat(program: FlowProgram, run: Run) -> Answer:
    """Solve with CP-SAT on two workers.

    Raises
    ------
    ValueError
        If a column cannot be a whole number without loss, or has no bounds.
    """
    from ortools.sat.python import cp_model

    model, objective = _cp_model(cp_model, program)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.relative_gap_limit = run.gap
    if run.seconds_left is not None:
        solver.parameters.max_time_in_seconds = run.seconds_left
    watch = _Watch(solver, _Scale(objective, program.offset), Reporter(run, "branch"))
    with watch:
        status = solver.solve(model, watch.callback(cp_model))
    return _answer(cp_model, solver, status, watch)


def _rounding(limit: float, digits: int) -> float:
    """Return how far a scaled limit may be off by binary rounding."""
    return 1e-9 * max(1.0, abs(limit) * 10.0**digits) if abs(limit) * 10.0**digits < 1e8 else 1e-1


@dataclass(frozen=True)
class _Scale:
    """Turns CP-SAT's whole-number objective back into the model's unit."""

    row: WholeRow
    offset: float

    def objective(self, whole: float) -> float:
        return whole / 10.0**self.row.digits + self.offset

    def bound(self, whole: float) -> float:
        return self.objective(whole) - self.row.slack


def _cp_model(cp_model: Any, program: FlowProgram) -> tuple[Any, WholeRow]:
    """Return the program as a CP-SAT model, and its scaled objective."""
    _refuse(program)
    model = cp_model.CpModel()
    lower = np.ceil(program.lower - 1e-9).astype(np.int64).tolist()
    upper = np.floor(program.upper + 1e-9).astype(np.int64).tolist()
    if any(low > up for low, up in zip(lower, upper, strict=True)):
        model.add_bool_or([])
        return model, whole_row(np.zeros(0), np.zeros(0), -math.inf, math.inf)
    columns = [model.new_int_var(low, up, "") for low, up in zip(lower, upper, strict=True)]
    largest = np.maximum(np.abs(program.lower), np.abs(program.upper))
    widened = []
    for index, row in _whole_rows(program, largest):
        _add_row(model, [columns[j] for j in index], row)
        widened.append(row.slack)
    objective = whole_row(program.cost, largest, -math.inf, math.inf)
    model.minimize(cp_model.LinearExpr.weighted_sum(columns, objective.coefficients.tolist()))
    _say_rounded(widened, objective)
    return model, objective


def _refuse(program: FlowProgram) -> None:
    """Raise where CP-SAT cannot say exactly what the program says."""
    for wrong, what in (
        (~program.integral, "is continuous, and CP-SAT knows whole numbers only"),
        (
            ~np.isfinite(program.lower) | ~np.isfinite(program.upper),
            "has no finite bounds, which CP-SAT needs",
        ),
    ):
        if wrong.any():
            name = program.names[int(np.flatnonzero(wrong)[0])]
            raise ValueError(f"Column '{name}' {what}. Choose the solver 'highs'.")


def _add_row(model: Any, columns: list[Any], row: WholeRow) -> None:
    """Add a row over the given columns."""
    from ortools.sat.python import cp_model

    low = cp_model.INT_MIN if row.lower is None else row.lower
    high = cp_model.INT_MAX if row.upper is None else row.upper
    expression = cp_model.LinearExpr.weighted_sum(columns, row.coefficients.tolist())
    model.add_linear_constraint(expression, low, high)


def _whole_rows(program: FlowProgram, largest: NDArray[np.float64]) -> Iterator[tuple[NDArray[np.int32], WholeRow]]:
    """Yield columns and whole-number form of every row."""
    rows = program.rows
    for i in range(len(program.row_labels)):
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        index = rows.indices[span]
        yield index, whole_row(rows.data[span], largest[index], program.row_lower[i], program.row_upper[i])


def _say_rounded(widened: list[float], objective: WholeRow) -> None:
    """Log where scaling was not exact."""
    rounded = [w for w in widened if w > 0.0]
    if rounded:
        log.warning(
            "CP-SAT: %d of %d rows are whole at no power of ten; their limits were widened by at most %.2g.",
            len(rounded), len(widened), max(rounded),
        )  # fmt: skip
    if objective.slack > 0.0:
        log.warning("CP-SAT: costs were rounded; its bound is taken %.2g lower.", objective.slack)


class _Watch:
    """Keeps best objective and bound while CP-SAT runs; asks the caller twice a second whether to go on."""

    def __init__(self, solver: Any, scale: _Scale, reporter: Reporter) -> None:
        self.solver, self.scale, self.reporter = solver, scale, reporter
        self.objective, self.bound = math.inf, -math.inf
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> _Watch:
        self.solver.best_bound_callback = self._on_bound
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def callback(self, cp_model: Any) -> Any:
        """Return the callback for improving plans."""
        watch = self

        class OnPlan(cp_model.CpSolverSolutionCallback):  # type: ignore[misc]
            def on_solution_callback(self) -> None:
                watch.objective = watch.scale.objective(self.objective_value)
                watch._tell()

        return OnPlan()

    def _on_bound(self, bound: float) -> None:
        self.bound = max(self.bound, self.scale.bound(bound))

    def _beat(self) -> None:
        while not self._over.wait(0.5):
            self._tell()

    def _tell(self) -> None:
        with self._lock:
            if self.reporter.report(self.objective, self.bound):
                self.solver.stop_search()


def _answer(cp_model: Any, solver: Any, status: Any, watch: _Watch) -> Answer:
    """Read CP-SAT's result."""
    import ortools

    found = status in (cp_model.OPTIMAL, cp_model.FEASIBLE)
    decided = found or status == cp_model.UNKNOWN
    return Answer(
        values=np.array(solver.response_proto.solution, dtype=np.float64) if found else None,
        bound=watch.scale.bound(solver.best_objective_bound) if decided else -math.inf,
        solver=f"cpsat {ortools.__version__}",
        infeasible=status == cp_model.INFEASIBLE,
        cancelled=watch.reporter.cancelled,
        first_plan_seconds=watch.reporter.first_plan_seconds,
    )
