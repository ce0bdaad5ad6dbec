"""A flow program with further rows as an integer program in HiGHS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.design.program import FlowProgram
from optimizer.engine.master import Row, quiet_highs, stack

__all__ = ["NO_PRESOLVE", "MipResult", "solve_mip"]

Floats = NDArray[np.float64]

INFINITE = 1e30

NO_PRESOLVE = (("presolve", "off"),)
"""For a reference that nothing takes columns from: presolve was wrong in HiGHS 1.14."""


@dataclass(frozen=True)
class MipResult:
    """Outcome: solved (to its gap), infeasible, bound, best point and its cost."""

    solved: bool
    infeasible: bool
    bound: float
    x: Floats | None
    objective: float


def solve_mip(
    program: FlowProgram,
    rows: Sequence[Row] = (),
    *,
    seconds: float,
    gap: float = 1e-7,
    lower: Floats | None = None,
    upper: Floats | None = None,
    start: Floats | None = None,
    cutoff: float = np.inf,
    stop: Callable[[float, float], bool] | None = None,
    on_point: Callable[[Floats, float], None] | None = None,
    options: Sequence[tuple[str, Any]] = (),
    seed: int = 0,
) -> MipResult:
    """Solve in at most `seconds`.

    Parameters
    ----------
    rows
        Valid inequalities on top of the program's rows.
    lower, upper
        Bounds of the columns where they differ from the program's.
    start
        A point whose whole columns to begin with; HiGHS fills in the others.
    cutoff
        Cost that a point has to stay below.
    stop
        Asked with cost and bound; True stops.
    on_point
        Handed every better point with its cost.
    options
        Of HiGHS.
    """
    highs = _highs(program, rows, program.lower if lower is None else lower, program.upper if upper is None else upper)
    for name, value in (("time_limit", max(seconds, 0.01)), ("mip_rel_gap", gap), ("random_seed", seed), *options):
        highs.setOptionValue(name, value)
    if np.isfinite(cutoff):
        highs.setOptionValue("objective_bound", cutoff)
    _listen(highs, stop, on_point)
    if start is not None:
        whole = np.flatnonzero(program.integer[: start.size]).astype(np.int32)
        highs.setSolution(whole.size, whole, start[whole])
    highs.run()
    info, status = highs.getInfo(), highs.getModelStatus()
    found = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    bound = info.mip_dual_bound if program.integer.any() else info.objective_function_value
    return MipResult(
        solved=status == highspy.HighsModelStatus.kOptimal,
        infeasible=status == highspy.HighsModelStatus.kInfeasible,
        bound=bound if abs(bound) < INFINITE else -np.inf,
        x=np.array(highs.getSolution().col_value) if found else None,
        objective=info.objective_function_value if found else np.inf,
    )


def _highs(program: FlowProgram, rows: Sequence[Row], lower: Floats, upper: Floats) -> highspy.Highs:
    """Return the program with the rows, not yet run."""
    matrix, low, high = program.matrix, program.row_lower, program.row_upper
    if rows:
        start, columns, values = stack(rows)
        extra = sp.csr_array((values, columns, start), shape=(len(rows), program.cost.size))
        matrix = sp.csr_array(sp.vstack([matrix, extra]))
        low = np.append(low, [r.lower for r in rows])
        high = np.append(high, [r.upper for r in rows])
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = program.cost.size, matrix.shape[0]
    lp.offset_ = program.problem.installed_cost
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = program.cost, lower, upper
    lp.row_lower_, lp.row_upper_ = low, high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    kind = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kind[i] for i in program.integer.astype(np.int64)]
    highs = quiet_highs()
    highs.passModel(lp)
    return highs


def _listen(highs: Any, stop: Callable[[float, float], bool] | None, on_point: Any) -> None:
    """Hand better points on and stop when told so."""

    def news(event: Any) -> None:
        out = event.data_out
        objective = out.mip_primal_bound if out.mip_primal_bound < INFINITE else np.inf
        bound = out.mip_dual_bound if out.mip_dual_bound > -INFINITE else -np.inf
        if stop is not None and stop(objective, bound):
            event.interrupt()

    def improved(event: Any) -> None:
        on_point(np.array(event.data_out.mip_solution), event.data_out.objective_function_value)

    if stop is not None:
        highs.cbMipInterrupt += news
    if on_point is not None:
        highs.cbMipImprovingSolution += improved
