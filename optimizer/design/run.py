"""Design a network: the whole way from problem to solution."""

from __future__ import annotations

from collections import defaultdict
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from optimizer.design.connect import with_tree
from optimizer.design.decompose import routed_flows
from optimizer.design.mip import solve_mip
from optimizer.design.problem import DesignProblem
from optimizer.design.program import FlowProgram, flow_program
from optimizer.design.root import CutLoop
from optimizer.design.search import Improver
from optimizer.design.solution import DesignSolution
from optimizer.design.state import PROVEN, State
from optimizer.solution import ProgressCallback, Status, relative_gap

__all__ = ["solve_design"]

Floats = NDArray[np.float64]

CUT_SHARE = 0.6
"""Of the time, for the cut loop at most."""


def solve_design(
    problem: DesignProblem,
    time_limit_s: float = 300.0,
    gap: float = 0.0,
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
) -> DesignSolution:
    """Return the cheapest modules (and routing) that carry every demand, with a proven bound.

    Parameters
    ----------
    problem
        The question.
    time_limit_s
        Seconds of wall-clock time.
    gap
        Relative gap at which to stop.
    on_progress
        Told of progress; returning True stops with the best design so far.
    seed
        Of the heuristics.
    """
    state = State(time_limit_s, gap, on_progress)
    program = flow_program(problem)
    infeasible = _search(program, state, seed)
    return _solution(program, state, infeasible)


def _search(program: FlowProgram, state: State, seed: int) -> bool:
    """Search; return whether there is no design."""
    wide, tree = with_tree(program)
    loop, improver = CutLoop(wide, tree, seed), Improver(program, state, seed)
    improver.start()
    try:
        if loop.run(state, CUT_SHARE * state.left, improver.take):
            return True
        return not state.done and _branch(program, wide, loop, state, seed)
    finally:
        improver.close()


def _branch(program: FlowProgram, wide: FlowProgram, loop: CutLoop, state: State, seed: int) -> bool:
    """Branch over the rows found; return whether there is no design."""

    def news(_: float, bound: float) -> bool:
        state.prove(bound, "branch")
        return state.done

    def offer(x: Floats, objective: float) -> None:
        state.offer(np.where(wide.integer, np.round(x), x)[: program.cost.size], objective, "branch")

    with state.phase("branch"):
        found = solve_mip(
            wide, loop.rows, seconds=state.left, gap=max(state.gap_wanted / 10, 1e-8), lower=loop.master.low,
            upper=loop.master.high, start=state.x, stop=news, on_point=offer, seed=seed,
        )  # fmt: skip
    if found.infeasible and state.x is None:
        return True
    if found.x is not None:
        offer(found.x, found.objective)
    # columns were fixed under the best design: what lies beyond costs at least as much
    state.prove(state.objective if found.infeasible else found.bound, "branch")
    return False


def _solution(program: FlowProgram, state: State, infeasible: bool) -> DesignSolution:
    """What came of it."""
    solver = f"metroplan design, highs {version('highspy')}"
    phases = tuple(state.phases.items())
    if state.x is None:
        status: Status = "infeasible" if infeasible else "unknown"
        bound = np.inf if infeasible else state.bound
        return DesignSolution(status, None, (), np.inf, bound, state.seconds, solver, phases, state.cancelled)
    status = "optimal" if relative_gap(state.objective, state.bound) <= PROVEN else "feasible"
    return DesignSolution(
        status, _modules(program, state.x), routed_flows(program, state.x), state.objective, state.bound,
        state.seconds, solver, phases, state.cancelled,
    )  # fmt: skip


def _modules(program: FlowProgram, x: Floats) -> tuple[tuple[int, ...], ...]:
    """Pieces of each module of each link."""
    counts: dict[int, list[int]] = defaultdict(list)
    for link, value in zip(program.module_link.tolist(), x[: program.n_modules].tolist(), strict=True):
        counts[link].append(round(value))
    return tuple(tuple(counts[i]) for i in range(len(program.problem.links)))
