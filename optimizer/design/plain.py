"""The plain flow program in HiGHS: a reference for small designs, and what the benchmarks measure against."""

from __future__ import annotations

import numpy as np

from optimizer.design.mip import NO_PRESOLVE, solve_mip
from optimizer.design.oracle import Oracle
from optimizer.design.outcome import design_solution
from optimizer.design.problem import DesignProblem
from optimizer.design.program import flow_program
from optimizer.design.solution import DesignSolution
from optimizer.design.state import State
from optimizer.solution import ProgressCallback

__all__ = ["solve_plain"]


def solve_plain(
    problem: DesignProblem,
    time_limit_s: float = 300.0,
    gap: float = 0.0,
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
    presolve: bool = True,
) -> DesignSolution:
    """Return what HiGHS finds by itself; parameters as of ``solve_design``.

    `presolve` is on as everybody has it; it has been seen to cut an optimum off (HiGHS 1.14), so that a reference goes
    without.
    """
    state = State(time_limit_s, gap, on_progress)
    program = flow_program(problem, all_pieces=True)

    def news(_: float, bound: float) -> bool:
        state.prove(bound, "branch")
        return state.done

    def offer(x: np.ndarray[tuple[int], np.dtype[np.float64]], objective: float) -> None:
        state.offer(np.where(program.integer, np.round(x), x), objective, "branch")

    with state.phase("branch"):
        found = solve_mip(
            program,
            seconds=state.left,
            gap=max(state.gap_wanted / 10, 1e-8),
            stop=news,
            on_point=offer,
            seed=seed,
            options=() if presolve else NO_PRESOLVE,
        )
    if found.x is not None:
        offer(found.x, found.objective)
    if state.x is not None and not problem.integral:  # flows of a nearly whole point may not quite fit
        routed = Oracle(program).route(state.x[: program.n_modules])
        if routed is not None:
            state.x, state.objective = routed
    state.prove(found.bound, "branch")
    return design_solution(program, state, found.infeasible, "plain flow program")
