"""Lines that end where they start lead nowhere."""

from __future__ import annotations

import numpy as np

from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import no_changes, removed
from geo_data.repair.drawing import Drawing, keep, numbered
from geo_data.repair.step import Outcome, Step, left_out

__all__ = ["STEP"]


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Leave out loops; without facilities nobody can say that a loop leads to nothing, so all stay."""
    if not len(drawing.marks):
        return Outcome(drawing, no_changes())
    drawing, nodes = numbered(drawing)
    loop = np.asarray(nodes.a == nodes.b)
    changes = removed(drawing.table[loop], "ends where it starts")
    told = left_out("loops-dropped", changes, settings.slack, "loops that lead nowhere")
    return Outcome(keep(drawing, ~loop), changes, told)


STEP = Step("loops", "Lines that end where they start go, when no facility stands on them.", run)
