"""HiGHS on a flow program, handed over as arrays; reports progress and can be cancelled."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from optimizer.flow import FlowProgram
from optimizer.solvers.outcome import Answer, Reporter, Run

__all__ = ["solve_highs"]


def solve_highs(program: FlowProgram, run: Run) -> Answer:
    """Solve with highspy.

    HiGHS' number of threads is global to the process, so it is left as it is.
    """
    import highspy

    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("mip_rel_gap", run.gap)
    highs.passModel(_highs_lp(highspy, program))
    if run.start:
        highs.setSolution(len(run.start), np.array(list(run.start), dtype=np.int32), np.array(list(run.start.values())))
    reporter = Reporter(run, "branch")
    _listen(highs, program, reporter)
    if run.seconds_left is not None:
        highs.setOptionValue("time_limit", run.seconds_left)
    highs.run()
    return _answer(highspy, highs, program, reporter)


def _highs_lp(highspy: Any, program: FlowProgram) -> Any:
    """Return the program as HiGHS' own structure."""
    lp = highspy.HighsLp()
    lp.num_col_ = len(program.names)
    lp.num_row_ = len(program.row_labels)
    lp.offset_ = program.offset
    lp.col_cost_ = program.cost
    lp.col_lower_, lp.col_upper_ = program.lower, program.upper
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = program.rows.indptr.astype(np.int32)
    lp.a_matrix_.index_ = program.rows.indices.astype(np.int32)
    lp.a_matrix_.value_ = program.rows.data
    kind = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kind[i] for i in program.integer.astype(np.int64)]
    return lp


def _listen(highs: Any, program: FlowProgram, reporter: Reporter) -> None:
    """Have HiGHS report improvements at once, other news twice a second, and stop when told so."""

    def news(event: Any) -> None:
        out = event.data_out
        objective = out.mip_primal_bound if out.mip_primal_bound < 1e30 else math.inf
        bound = out.mip_dual_bound if out.mip_dual_bound > -1e30 else -math.inf
        if reporter.report(objective, bound, at_least_every_s=0.5):
            event.interrupt()

    if program.integer.any():
        highs.cbMipInterrupt += news


def _answer(highspy: Any, highs: Any, program: FlowProgram, reporter: Reporter) -> Answer:
    """Read HiGHS' result."""
    info, status = highs.getInfo(), highs.getModelStatus()
    solved = status == highspy.HighsModelStatus.kOptimal
    found = info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    bound = info.mip_dual_bound
    if not program.integer.any():
        bound = info.objective_function_value if solved else -math.inf
    return Answer(
        values=np.array(highs.getSolution().col_value) if found else None,
        bound=bound if abs(bound) < 1e30 else -math.inf,
        solver=f"highs {highs.version()}",
        infeasible=status == highspy.HighsModelStatus.kInfeasible,
        cancelled=reporter.cancelled,
        first_plan_seconds=reporter.first_plan_seconds,
    )
