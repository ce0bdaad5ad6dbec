"""Lines without length go."""

from __future__ import annotations

import numpy as np

from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import removed
from geo_data.repair.drawing import Drawing, keep
from geo_data.repair.step import Outcome, Step, left_out

__all__ = ["STEP"]


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Leave out lines all of whose points are one place."""
    empty = np.asarray(drawing.table["km"].to_numpy(dtype=np.float64) == 0.0)
    changes = removed(drawing.table[empty], "has no length")
    told = left_out("zero-length-dropped", changes, settings.slack, "lines without length")
    return Outcome(keep(drawing, ~empty) if empty.any() else drawing, changes, told)


STEP = Step("zero_length", "Lines without length, also those that snapping made so, go.", run)
