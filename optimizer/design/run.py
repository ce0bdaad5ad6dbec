"""Design a network: the whole way from problem to solution."""

from __future__ import annotations

import logging

import numpy as np
from numpy.typing import NDArray

from optimizer.design.connect import with_tree
from optimizer.design.dive import dive
from optimizer.design.mip import solve_mip
from optimizer.design.outcome import design_solution
from optimizer.design.problem import DesignProblem
from optimizer.design.program import FlowProgram, flow_program
from optimizer.design.root import CutLoop
from optimizer.design.search import Improver
from optimizer.design.solution import DesignSolution
from optimizer.design.state import State
from optimizer.solution import ProgressCallback

__all__ = ["solve_design"]

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]

CUT_SHARE = 0.8
"""Of the time, for the cut loop at most."""
SPARSE, USED = 2 / 3, 0.5
"""Where the linear program has at least half a piece of the smallest module on at most such a share of the modules'
links, the integer program over those alone is tried: where opening links is what costs, that is where designs are."""
SUPPORT_SHARE = 0.25
"""Of the time left, for that."""
REST_SHARE, REST_S = 0.1, 15.0
"""Branching has the machine to itself for so long: what is easy is over by then."""


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
    return design_solution(program, state, infeasible, "metroplan design")


def _search(program: FlowProgram, state: State, seed: int) -> bool:
    """Search; return whether there is no design."""
    wide, tree = with_tree(program)
    loop, improver = CutLoop(wide, tree, seed), Improver(program, state, seed)
    improver.start()
    try:
        if loop.run(state, CUT_SHARE * state.left, improver.take):
            return True
        _dive(program, loop, improver, state)
        _on_support(wide, loop, improver, state, seed)
        improver.rest(min(REST_SHARE * state.left, REST_S))
        return not state.done and _branch(wide, loop, improver, state, seed)
    finally:
        improver.close()


def _dive(program: FlowProgram, loop: CutLoop, improver: Improver, state: State) -> None:
    """Go down once from the last point of the cut loop."""
    if loop.x is not None and not state.done:
        with state.phase("dive"):
            design = dive(program, improver.packer.stairs, loop.master, state, loop.x)
        if design is not None:
            improver.offer_design(design)


def _on_support(wide: FlowProgram, loop: CutLoop, improver: Improver, state: State, seed: int) -> None:
    """Solve the integer program in which links of little use at the last point of the cut loop have no pieces."""
    if loop.x is None or state.done or not wide.n_modules:
        return
    smallest = np.full(wide.arcs.n_links, np.inf)
    np.minimum.at(smallest, wide.module_link, wide.module_capacity)
    links = np.flatnonzero(wide.capacities(loop.x) - wide.installed >= USED * smallest)
    used = np.isin(wide.module_link, links)
    if used.mean() > SPARSE:
        return
    upper = loop.master.high.copy()
    upper[: wide.n_modules] = np.where(used, upper[: wide.n_modules], loop.master.low[: wide.n_modules])
    end = state.seconds + SUPPORT_SHARE * state.left
    with state.phase("support"):
        found = solve_mip(
            wide, loop.rows, seconds=end - state.seconds, gap=1e-4, lower=loop.master.low, upper=upper,
            cutoff=state.objective, stop=lambda *_: state.done or state.seconds > end, seed=seed,
            on_point=lambda x, cost: improver.offer_point(np.where(wide.integer, np.round(x), x), cost, "support"),
        )  # fmt: skip
    if found.x is not None:
        improver.offer_point(np.where(wide.integer, np.round(found.x), found.x), found.objective, "support")
    logger.info("support: %.1f s, %.0f %%, best %.8g", state.seconds, 100 * used.mean(), state.objective)


def _branch(wide: FlowProgram, loop: CutLoop, improver: Improver, state: State, seed: int) -> bool:
    """Branch over the rows found; return whether there is no design."""

    def news(_: float, bound: float) -> bool:
        state.prove(bound, "branch")
        return state.done

    def offer(x: Floats, objective: float) -> None:
        improver.offer_point(np.where(wide.integer, np.round(x), x), objective, "branch")

    loop.fix(state)
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
