"""The linear program of the cut loop: columns, rows that come and go, bounds that are safe to prune with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

__all__ = ["LpResult", "Master", "Row", "safe_bound"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NO_LIMIT = 2**31 - 1
SLICE_S = 2.0  # seconds between two looks at whether to stop
TURNS = 3  # of these, then every turn is twice as long as the one before
TRIAL_S = 2.0
CHOOSE, DEVEX = -1, 1  # edge weights of the dual simplex: in a trial exact ones take longer than its iterations
NO_SCALING = 0

ROUNDING = 1e-9  # relative allowance for rounding when a bound is computed from duals


@dataclass(frozen=True)
class Row:
    """One linear row ``lower <= values @ x[columns] <= upper``.

    ``demand`` is the demand whose limit the row keeps by cutting links, -1 for other rows.
    """

    columns: Ints
    values: Floats
    lower: float
    upper: float = np.inf
    demand: int = -1


@dataclass(frozen=True)
class LpResult:
    """Outcome of one linear program.

    Parameters
    ----------
    solved
        True when solved to optimality; else only `infeasible` and `bound` mean anything.
    infeasible
        True when it has no solution.
    bound
        Safe lower bound, -inf when there is none.
    x, reduced
        Values and reduced costs of the columns, shape (columns,).
    dual
        Duals of the rows, shape (rows,).
    """

    solved: bool
    infeasible: bool
    bound: float
    x: Floats
    reduced: Floats
    dual: Floats


class Master:
    """A linear program in HiGHS that grows by rows and keeps its basis.

    Parameters
    ----------
    cost, lower, upper
        Columns.
    rows
        Rows that stay for good.
    offset
        Constant part of the objective.
    scaled
        Whether HiGHS scales rows and columns; not worth its time where nearly all coefficients are 1 or -1.

    Notes
    -----
    ``low`` and ``high`` are the bounds that hold everywhere, ``lower`` and ``upper`` those of the present subproblem.
    """

    def __init__(
        self, cost: Floats, lower: Floats, upper: Floats, rows: Sequence[Row], offset: float, scaled: bool = True
    ) -> None:
        self.cost, self.lower, self.upper, self.offset = cost, lower.copy(), upper.copy(), offset
        self.scaled = scaled
        self.low, self.high = lower.copy(), upper.copy()
        self.rows: list[Row] = []
        self._row_lower, self._row_upper = np.zeros(0), np.zeros(0)
        self._entries = stack(())
        self.age = np.zeros(0, dtype=np.int64)
        self._matrix: sp.csr_array | None = None
        self._highs = quiet_highs()
        if not scaled:
            self._highs.setOptionValue("simplex_scale_strategy", NO_SCALING)
        empty = np.zeros(0, dtype=np.int32)
        self._highs.addCols(cost.size, cost, lower, upper, 0, empty, empty, np.zeros(0))
        self.add(rows)
        self.fixed_rows = len(self.rows)

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows."""
        if not rows:
            return
        start, columns, values = added = stack(rows)
        lower, upper = np.array([r.lower for r in rows]), np.array([r.upper for r in rows])
        self._highs.addRows(len(rows), lower, upper, columns.size, start[:-1].astype(np.int32), columns, values)
        self.rows.extend(rows)
        self._row_lower, self._row_upper = np.append(self._row_lower, lower), np.append(self._row_upper, upper)
        self._entries = _below(self._entries, added)
        self.age = np.append(self.age, np.zeros(len(rows), dtype=np.int64))
        self._matrix = None

    def tighten(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Change the bounds of columns for good."""
        self.low[columns], self.high[columns] = lower, upper
        self._change(columns, lower, upper)

    def restrict(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        """Go to the subproblem where `columns` have tighter bounds and all others those that hold everywhere."""
        low, high = self.low.copy(), self.high.copy()
        low[columns], high[columns] = np.maximum(low[columns], lower), np.minimum(high[columns], upper)
        differ = np.flatnonzero((low != self.lower) | (high != self.upper))
        self._change(differ, low[differ], high[differ])

    def _change(self, columns: Ints, lower: Floats, upper: Floats) -> None:
        if columns.size:
            self.lower[columns], self.upper[columns] = lower, upper
            self._highs.changeColsBounds(columns.size, columns.astype(np.int32), lower, upper)

    def solve(self, seconds: float, stop: Callable[[], bool] = lambda: False) -> LpResult:
        """Solve from the last basis in at most `seconds`, asking `stop` now and then."""
        if self.cost.size == 0:
            return LpResult(True, False, self.offset, self.cost, self.cost, np.zeros(len(self.rows)))
        highs, end = self._highs, monotonic() + seconds
        status, slice_s, turns = highspy.HighsModelStatus.kTimeLimit, SLICE_S, 0
        while status == highspy.HighsModelStatus.kTimeLimit:
            # For linear programs HiGHS compares its limit with the time of all runs so far (for integer ones not).
            limit = max(min(end - monotonic(), slice_s), 0.01)
            highs.setOptionValue("time_limit", highs.getRunTime() + limit)
            highs.run()
            status = highs.getModelStatus()
            turns += 1
            slice_s *= 1.0 if turns < TURNS else 2.0  # a first run stopped in its presolve starts anew
            if monotonic() >= end or stop():
                break
        solved = status == highspy.HighsModelStatus.kOptimal
        solution = highs.getSolution()
        dual = np.array(solution.row_dual) if solution.dual_valid else np.zeros(len(self.rows))
        bound, reduced = safe_bound(self, dual) if solution.dual_valid else (-np.inf, self.cost)
        if solved:
            self.age = np.where(np.abs(dual) > 1e-9, 0, self.age + 1)
        infeasible = status == highspy.HighsModelStatus.kInfeasible
        return LpResult(solved, infeasible, bound, np.array(solution.col_value), reduced, dual)

    def basis(self) -> highspy.HighsBasis:
        """Return the basis."""
        return self._highs.getBasis()

    def copy(self) -> Master:
        """Return another program with the same rows, bounds and basis, to be solved in another thread."""
        other = Master(self.cost, self.low, self.high, self.rows[: self.fixed_rows], self.offset, self.scaled)
        other.add(self.rows[self.fixed_rows :])
        other.start_from(self.basis(), np.arange(self.cost.size))
        return other

    def start_from(self, basis: highspy.HighsBasis, columns: Ints) -> None:
        """Start from the basis of a program with the same rows and more columns, of which these are `columns`."""
        if not basis.valid or len(basis.row_status) != len(self.rows):
            return
        taken = highspy.HighsBasis()
        status = basis.col_status  # every look at it copies it
        taken.col_status = [status[j] for j in columns]
        taken.row_status = basis.row_status
        taken.valid, taken.alien = True, True  # of the columns left out some may be basic: HiGHS mends that
        self._highs.setBasis(taken)

    def trial(self, column: int, bounds: tuple[float, float], iterations: int, basis: highspy.HighsBasis) -> float:
        """Lower bound with other bounds of one column, after a few simplex iterations from `basis`; inf: infeasible.

        Bounds and basis are as before afterwards.
        """
        highs = self._highs
        low, high = self.lower[column], self.upper[column]
        highs.changeColBounds(column, *bounds)
        highs.setOptionValue("simplex_iteration_limit", iterations)
        highs.setOptionValue("time_limit", highs.getRunTime() + TRIAL_S)
        highs.setOptionValue("simplex_dual_edge_weight_strategy", DEVEX)
        highs.run()
        infeasible = highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible
        solution = highs.getSolution()
        bound = -np.inf
        if solution.dual_valid and not infeasible:
            self.lower[column], self.upper[column] = bounds
            bound, _ = safe_bound(self, np.array(solution.row_dual))
            self.lower[column], self.upper[column] = low, high
        highs.setOptionValue("simplex_iteration_limit", NO_LIMIT)
        highs.setOptionValue("simplex_dual_edge_weight_strategy", CHOOSE)
        highs.changeColBounds(column, low, high)
        highs.setBasis(basis)
        return np.inf if infeasible else bound

    def forget(self, older_than: int) -> int:
        """Delete rows that were slack for more than `older_than` solves in a row; return how many."""
        keep = self.age <= older_than
        keep[: self.fixed_rows] = True
        stale = np.flatnonzero(~keep)
        if stale.size:
            self._highs.deleteRows(stale.size, stale.astype(np.int32))
            self.rows = [self.rows[i] for i in np.flatnonzero(keep).tolist()]
            self.age = self.age[keep]
            self._row_lower, self._row_upper = self._row_lower[keep], self._row_upper[keep]
            self._entries = _some(self._entries, keep)
            self._matrix = None
        return int(stale.size)

    @property
    def row_limits(self) -> tuple[Floats, Floats]:
        """Lower and upper limits of the rows."""
        return self._row_lower, self._row_upper

    @property
    def matrix(self) -> sp.csr_array:
        """All rows, shape (rows, columns)."""
        if self._matrix is None:
            start, columns, values = self._entries
            self._matrix = sp.csr_array((values, columns, start), shape=(len(self.rows), self.cost.size))
        return self._matrix


def safe_bound(master: Master, dual: Floats) -> tuple[float, Floats]:
    """Lower bound that any duals prove, and the reduced costs that go with it.

    Weak duality: for any y with the right signs, ``sum y * limit + sum min over the box of (c - A'y) x`` is a bound;
    it does not depend on the solver having been exact. Rounding is covered by an allowance.
    """
    lower, upper = master.row_limits
    y = np.where(((dual > 0) & np.isinf(lower)) | ((dual < 0) & np.isinf(upper)), 0.0, dual)
    limit = np.where(y > 0, lower, np.where(y < 0, upper, 0.0))
    reduced = master.cost - master.matrix.T @ y
    low, high = master.lower, master.upper
    at = np.where(reduced > 0, low, np.where(reduced < -1e-9, high, 0.0))
    parts = np.concatenate([y * limit, np.where(reduced == 0.0, 0.0, reduced * at)])
    if not np.all(np.isfinite(parts)):
        return -np.inf, reduced
    return float(parts.sum() + master.offset - ROUNDING * np.abs(parts).sum()), reduced


Entries = tuple[Ints, NDArray[np.int32], Floats]
"""Rows in compressed form: start, columns, values."""


def stack(rows: Sequence[Row]) -> Entries:
    """Rows in compressed form."""
    start = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum([r.columns.size for r in rows], out=start[1:])
    columns = np.concatenate([r.columns for r in rows]) if rows else np.zeros(0)
    values = np.concatenate([r.values for r in rows]) if rows else np.zeros(0)
    return start, columns.astype(np.int32), values


def _below(entries: Entries, added: Entries) -> Entries:
    """Rows with others below them."""
    start = np.append(entries[0], entries[0][-1] + added[0][1:])
    return start, np.append(entries[1], added[1]), np.append(entries[2], added[2])


def _some(entries: Entries, keep: NDArray[np.bool_]) -> Entries:
    """Those of the rows that are kept."""
    sizes = np.diff(entries[0])
    inside = np.repeat(keep, sizes)
    return np.append(0, np.cumsum(sizes[keep])), entries[1][inside], entries[2][inside]


def quiet_highs() -> highspy.Highs:
    """Return a HiGHS that prints nothing.

    Its thread count is global to the process and cannot be changed once a solve has run, so it is left alone.
    """
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    return highs
