"""Coordinates in whole millimetres, so that equal places are equal numbers from here on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from geo_data.datum import geodesic_km
from geo_data.findings import counted
from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import Changes, no_changes, regrouped
from geo_data.repair.drawing import Drawing
from geo_data.repair.step import Outcome, Step
from geo_data.repair.vertices import whole_mm

__all__ = ["STEP"]


def run(drawing: Drawing, _: NetworkSettings) -> Outcome:
    """Round every coordinate to the millimetre."""
    xy = shapely.get_coordinates(drawing.lines)
    whole = whole_mm(xy)
    drawing = replace(drawing, marks=whole_mm(drawing.marks))
    moved = (whole[:, 0] != xy[:, 0]) | (whole[:, 1] != xy[:, 1])
    if not moved.any():
        return Outcome(drawing, no_changes())
    lines = np.asarray(shapely.set_coordinates(drawing.lines.copy(), whole), dtype=object)
    table = drawing.table.assign(km=geodesic_km(lines, drawing.crs), geometry=lines)
    return Outcome(replace(drawing, table=table), _told(drawing, float(table["km"].sum()), int(moved.sum())))


def _told(drawing: Drawing, km: float, points: int) -> Changes:
    """One change for all lines together: nobody looks at half millimetres one by one."""
    before, after = (
        pd.DataFrame([{"source": "", "existing": False, "km": k, "geometry": None}]) for k in (drawing.km, km)
    )
    zero = np.zeros(1, dtype=np.int64)
    reason = f"coordinates rounded to whole millimetres: {counted(points, 'point')}"
    return regrouped(before, zero, after, zero, [reason])


STEP = Step(
    "grid",
    "Coordinates are rounded to whole millimetres.",
    run,
    needed="places could not be told to be equal without it",
)
