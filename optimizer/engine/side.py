"""The side problem alone: which optional terminals to want when every column has a price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import monotonic

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.engine.instance import Side

__all__ = ["Priced", "price_side", "solve_program", "solve_side"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SMALL = 60  # integer columns that HiGHS branches on in milliseconds
FEW = 20  # those of the quick choice
SLOW = ("mip_heuristic_run_feasibility_jump", "mip_heuristic_run_root_reduced_cost")
"""Heuristics of HiGHS that take more than half of the time of programs as small as these."""


@dataclass(frozen=True)
class Priced:
    """Optimum of a linear relaxation: columns, objective, and the dual of every row (>= 0 at its lower limit)."""

    z: Floats
    cost: float
    row_dual: Floats


def solve_side(
    side: Side,
    extra_cost: Floats | None = None,
    allowed: Bools | None = None,
    *,
    gap: float = 1e-6,
    time_limit_s: float = 10.0,
) -> tuple[Floats, float] | None:
    """Cheapest columns that keep the side rows.

    Parameters
    ----------
    side
        Columns and rows.
    extra_cost
        Added to ``side.cost``, for example the cost of connecting a column's nodes, shape (columns,).
    allowed
        False for columns that may not be positive, shape (columns,).
    gap, time_limit_s
        Relative gap and seconds to stop at.

    Returns
    -------
    z, cost
        Columns and their cost with the extra cost, or None when the rows cannot be kept.
    """
    found = solve_program(_priced(side, extra_cost, allowed), gap=gap, time_limit_s=time_limit_s)
    return None if found is None else (found.z, found.cost)


def price_side(side: Side, extra_cost: Floats | None = None, allowed: Bools | None = None) -> Priced | None:
    """Linear relaxation of `solve_side` with the price of every row."""
    return solve_program(_priced(side, extra_cost, allowed), relaxed=True)


def _priced(side: Side, extra_cost: Floats | None, allowed: Bools | None) -> Side:
    cost = side.cost if extra_cost is None else side.cost + extra_cost
    upper = side.upper if allowed is None else np.where(allowed, side.upper, np.minimum(side.upper, 0.0))
    return replace(side, cost=cost, upper=upper)


def solve_program(
    program: Side, *, relaxed: bool = False, quick: bool = False, gap: float = 1e-6, time_limit_s: float = 10.0
) -> Priced | None:
    """Solve a mixed-integer (or, `relaxed`, linear) program of moderate size in HiGHS.

    With `quick` only the columns nearest to break-even are branched on: good, not optimal.

    Returns
    -------
    Priced
        Best solution found, integer columns rounded; or None when there is none. Duals are zeros unless linear.

    Notes
    -----
    Knapsack-like programs of thousands of columns take HiGHS a second, their core only milliseconds: columns
    whose reduced cost exceeds the distance between relaxation and best solution keep their relaxed value.
    """
    if np.any(program.lower > program.upper):
        return None
    if program.cost.size == 0:
        kept = np.all(program.row_lower <= 0.0) and np.all(program.row_upper >= 0.0)
        return Priced(np.empty(0), 0.0, np.zeros(program.row_lower.size)) if kept else None
    if relaxed or not program.integer.any():
        return _run(program, True, gap, time_limit_s)
    if (program.integer & (program.lower < program.upper)).sum() <= (FEW if quick else SMALL):
        return _run(program, False, gap, time_limit_s)
    return _solve_core(program, quick, gap, time_limit_s)


def _solve_core(program: Side, quick: bool, gap: float, time_limit_s: float) -> Priced | None:
    """Solve over few columns first, then over all that can still matter."""
    end = monotonic() + time_limit_s
    relaxation = _run(program, True, gap, time_limit_s)
    if relaxation is None:
        return None
    weight = np.abs(program.cost - program.rows.T @ relaxation.row_dual)
    weight[np.abs(relaxation.z - np.round(relaxation.z)) > 1e-9] = 0.0
    open_ = program.integer & (program.lower < program.upper)
    ranked = np.flatnonzero(open_)[np.argsort(weight[open_], kind="stable")]
    rest = np.zeros_like(open_)
    rest[ranked[FEW if quick else SMALL :]] = True
    best = _run(_fixed(program, relaxation.z, rest), False, gap, end - monotonic())
    if best is None:
        return _run(program, False, gap, end - monotonic())
    room = best.cost - relaxation.cost - gap * abs(best.cost)
    if not quick and room > weight[rest].min():
        wider = _run(_fixed(program, relaxation.z, open_ & (weight > room)), False, gap, end - monotonic())
        best = wider if wider is not None and wider.cost < best.cost else best
    return best


def _fixed(program: Side, z: Floats, fixed: Bools) -> Side:
    """The program with some integer columns held at their (whole) relaxed value."""
    fixed = fixed & (np.abs(z - np.round(z)) < 1e-9)
    lower = np.where(fixed, np.round(z), program.lower)
    upper = np.where(fixed, np.round(z), program.upper)
    return replace(program, lower=lower, upper=upper)


def _run(program: Side, linear: bool, gap: float, time_limit_s: float) -> Priced | None:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", gap)
    solver.setOptionValue("time_limit", max(time_limit_s, 0.01))
    for heuristic in SLOW:
        solver.setOptionValue(heuristic, False)
    if linear:  # small and nearly whole: presolve takes longer than the simplex, up to fifteen times
        solver.setOptionValue("presolve", "off")
    solver.passModel(_highs_model(program, linear))
    solver.run()
    return _read(solver, program, linear)


def _highs_model(program: Side, linear: bool) -> highspy.HighsLp:
    model = highspy.HighsLp()
    rows = sp.csr_array(program.rows)
    model.num_col_, model.num_row_ = program.cost.size, program.row_lower.size
    model.col_cost_, model.col_lower_, model.col_upper_ = program.cost, program.lower, program.upper
    model.row_lower_, model.row_upper_ = program.row_lower, program.row_upper
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = rows.indptr.astype(np.int32)
    model.a_matrix_.index_ = rows.indices.astype(np.int32)
    model.a_matrix_.value_ = rows.data.astype(np.float64)
    if not linear:
        kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
        model.integrality_ = [kinds[int(whole)] for whole in program.integer]
    return model


def _read(solver: highspy.Highs, program: Side, linear: bool) -> Priced | None:
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kUnbounded:
        raise ValueError("the side problem is unbounded: a column without upper bound pays for itself")
    if solver.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return None
    if linear and status != highspy.HighsModelStatus.kOptimal:
        return None
    solution = solver.getSolution()
    z = np.clip(np.array(solution.col_value), program.lower, program.upper)
    if linear:
        return Priced(z, float(program.cost @ z), np.array(solution.row_dual))
    z = np.where(program.integer, np.round(z), z)
    return Priced(z, float(program.cost @ z), np.zeros(program.row_lower.size))
