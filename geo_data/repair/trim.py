"""Spurs and loops that lead to nothing, taken off until neither is left."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from geo_data.read.settings import NetworkSettings
from geo_data.repair.chains import find_chains
from geo_data.repair.changes import Changes, joined, no_changes, removed
from geo_data.repair.drawing import Drawing, keep, numbered
from geo_data.repair.step import Outcome, Step, left_out

__all__ = ["STEP", "dead_ends", "spurs"]


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Leave out what nothing hangs on; without facilities nobody can say what that is, so everything stays.

    A loop that goes may leave a spur or a plain junction behind, so it takes a few rounds.
    """
    if not len(drawing.marks):
        return Outcome(drawing, no_changes())
    spurs: list[Changes] = []
    loops: list[Changes] = []
    while True:
        if settings.prune_dead_ends:
            spur = dead_ends(drawing)
            spurs.append(removed(drawing.table[spur], "a spur that leads to nothing"))
            drawing = keep(drawing, ~spur)
        chains = find_chains(drawing)
        looped = np.zeros(len(drawing.table), dtype=bool)
        looped[chains.piece[(chains.a == chains.b)[chains.chain]]] = True
        if not looped.any():
            break
        loops.append(removed(drawing.table[looped], "part of a loop that leads nowhere"))
        drawing = keep(drawing, ~looped)
    told = left_out("dead-ends-dropped", joined(spurs), settings.slack, "candidate spurs that lead to nothing")
    told += left_out(
        "chain-loops-dropped", joined(loops), settings.slack, "loops of several stretches that lead nowhere"
    )
    return Outcome(drawing, joined([*spurs, *loops]), told)


def dead_ends(drawing: Drawing) -> NDArray[np.bool_]:
    """Return which lines are candidate spurs that, taken off again and again, end at a point nobody needs."""
    drawing, nodes = numbered(drawing)
    free = np.ones(len(nodes.xy), dtype=bool)
    free[nodes.mark] = False
    return spurs(np.stack([nodes.a, nodes.b], axis=1), free, ~drawing.table["existing"].to_numpy(dtype=bool))


def spurs(ends: NDArray[np.int64], free: NDArray[np.bool_], may_go: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which lines lead to nothing, taken off again and again from loose ends inwards, shape (lines,).

    Parameters
    ----------
    ends
        Nodes of every line, shape (lines, 2).
    free
        Whether nothing at the node needs a line, shape (nodes,).
    may_go
        Whether the line may be left out, shape (lines,).
    """
    alive = np.ones(len(ends), dtype=bool)
    while True:
        leaf = free & (np.bincount(ends[alive].ravel(), minlength=len(free)) == 1)
        spur = alive & may_go & leaf[ends].any(axis=1)
        if not spur.any():
            return ~alive
        alive &= ~spur


STEP = Step(
    "trim",
    "Loops that hang on one point go, and, where prune_dead_ends = true, candidate spurs without a facility.",
    run,
    planning=True,
)
