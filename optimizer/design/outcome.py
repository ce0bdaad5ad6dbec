"""What a run of a design came to."""

from __future__ import annotations

from collections import defaultdict
from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray

from optimizer.design.decompose import routed_flows
from optimizer.design.program import FlowProgram
from optimizer.design.solution import DesignSolution
from optimizer.design.state import PROVEN, State
from optimizer.solution import Status, relative_gap

__all__ = ["design_solution"]

Floats = NDArray[np.float64]


def design_solution(program: FlowProgram, state: State, infeasible: bool, name: str) -> DesignSolution:
    """Return what a run came to; `name` is the solver's."""
    solver = f"{name}, highs {version('highspy')}"
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
