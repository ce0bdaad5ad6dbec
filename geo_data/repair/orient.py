"""Every line runs from its western end (the southern one of two at the same x) to the other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely

from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import altered, no_changes
from geo_data.repair.drawing import Drawing, numbered
from geo_data.repair.step import Outcome, Step

__all__ = ["STEP"]


def run(drawing: Drawing, _: NetworkSettings) -> Outcome:
    """Turn round the lines that start at the later of their two ends."""
    drawing, nodes = numbered(drawing)
    turn = nodes.a > nodes.b
    if not turn.any():
        return Outcome(drawing, no_changes())
    lines = drawing.lines.copy()
    lines[turn] = shapely.reverse(lines[turn])
    ends = replace(nodes, a=np.minimum(nodes.a, nodes.b), b=np.maximum(nodes.a, nodes.b))
    new = replace(drawing, table=drawing.table.assign(geometry=lines), nodes=ends)
    return Outcome(new, altered(drawing.table[turn], new.table[turn], "turned round"))


STEP = Step("orient", "Lines run from west to east, so that it does not matter which way they were drawn.", run)
