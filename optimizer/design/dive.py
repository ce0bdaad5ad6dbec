"""From a point of the linear program to a design: links are fixed to steps of their staircases, a few at a time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.design.program import FlowProgram
from optimizer.design.staircase import Staircases
from optimizer.design.state import State
from optimizer.engine.master import LpResult, Master

__all__ = ["dive"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SHARE = 0.2
"""Of the links left, fixed before the program is solved again."""
WHOLE = 1e-6
RAISES = 4
"""Tries with ever larger steps where those next to the point cannot carry everything."""


def dive(program: FlowProgram, stairs: Staircases, master: Master, state: State, x: Floats) -> Floats | None:
    """Return whole pieces near a point of the program with all its rows; None where the way down found none.

    Parameters
    ----------
    master
        The linear program; its bounds are as before afterwards.
    x
        Its point.
    """
    n = program.arcs.n_links
    design = np.full(program.n_modules, np.nan)
    last = np.array([p.shape[0] - 1 for p in stairs.pieces])
    left = np.isin(np.arange(n), program.module_link)
    try:
        while left.any() and not state.done:
            steps, distance = _nearest(program, stairs, x)
            order = np.argsort(np.where(left, distance, np.inf), kind="stable")
            count = max(1, int(SHARE * left.sum()), int((distance[left] < WHOLE).sum()))
            _set(program, stairs, design, order[:count], steps)
            for _ in range(RAISES):
                found = _solve(master, state, design)
                if not found.infeasible:
                    break
                steps = np.minimum(steps + 1, last)
                _set(program, stairs, design, order[:count], steps)
            if not found.solved:
                return None
            left[order[:count]] = False
            x = found.x
        return None if left.any() else design
    finally:
        master.restrict(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))


def _solve(master: Master, state: State, design: Floats) -> LpResult:
    """The program with what is fixed so far."""
    fixed = np.flatnonzero(np.isfinite(design))
    value = np.clip(design[fixed], master.low[fixed], master.high[fixed])
    master.restrict(fixed, value, value)
    return master.solve(max(state.left, 0.1), lambda: state.done)


def _set(program: FlowProgram, stairs: Staircases, design: Floats, links: Ints, steps: Ints) -> None:
    """Fix links to steps."""
    for link in links.tolist():
        design[program.module_link == link] = stairs.pieces[link][steps[link]]


def _nearest(program: FlowProgram, stairs: Staircases, x: Floats) -> tuple[Ints, Floats]:
    """The step next to each link's capacity, and how far off it is beside a step."""
    capacity = program.capacities(x)[:, None]
    away = np.abs(stairs.capacity - capacity)
    steps = away.argmin(axis=1)
    scale = np.maximum(stairs.capacity[:, 1] - stairs.capacity[:, 0], 1e-9)
    distance = away[np.arange(steps.size), steps] / np.where(np.isfinite(scale), scale, 1.0)
    return steps, distance
