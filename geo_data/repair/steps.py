"""The steps from drawn lines to links, in the order they are done: the one registry."""

from __future__ import annotations

from geo_data.repair import (
    dissolve,
    duplicates,
    grid,
    heal_gaps,
    loops,
    node_crossings,
    orient,
    parts,
    snap,
    split,
    trim,
    twins,
    zero_length,
)
from geo_data.repair.step import Step

__all__ = ["STEPS"]

STEPS: tuple[Step, ...] = (
    grid.STEP,
    snap.STEP,
    zero_length.STEP,
    node_crossings.STEP,
    heal_gaps.STEP,
    split.STEP,
    loops.STEP,
    duplicates.STEP,
    twins.STEP,
    orient.STEP,
    parts.STEP,
    trim.STEP,
    dissolve.STEP,
)
