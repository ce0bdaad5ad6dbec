"""Lines that cross on one level get a common point there; bridges and tunnels meet nothing they cross."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo_data.findings import Finding, counted
from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import altered, no_changes
from geo_data.repair.drawing import Drawing, level_key, redrawn
from geo_data.repair.snap import groups
from geo_data.repair.step import Outcome, Step
from geo_data.repair.vertices import Vertices, inserted, lacking, shapes_of, vertices_of

__all__ = ["STEP"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
UNKNOWN_BRIDGE = 1
"""Level key of a bridge or tunnel whose level nobody stated: it may cross anything, and meets nothing."""


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Draw a vertex into both lines where they cross without one, if the planner asked for it."""
    if not settings.node_crossings:
        return Outcome(drawing, no_changes())
    line, xy = _crossings(drawing)
    vertices = vertices_of(drawing.lines, xy)
    point = _settled(vertices, settings.snap_tolerance_m)
    once = lacking(vertices, line, point)
    line, point = line[once], point[once]
    if not len(line):
        return Outcome(drawing, no_changes())
    along = np.asarray(shapely.line_locate_point(drawing.lines[line], shapely.points(xy[once])))
    rows, number = np.unique(line, return_counts=True)
    new = redrawn(drawing, rows, shapes_of(inserted(vertices, line, along, point), rows))
    reasons = [f"gets points where it crosses other lines: {n}" for n in number.tolist()]
    n = len(np.unique(point))
    told = Finding("note", "crossings-noded", f"Lines that cross were joined at {counted(n, 'place')}.", count=n)
    return Outcome(new, altered(drawing.table.iloc[rows], new.table.iloc[rows], reasons), (told,))


def _crossings(drawing: Drawing) -> tuple[IntArray, FloatArray]:
    """Lines that cross another on their level, and where; one row a line and place."""
    lines, key = drawing.lines, level_key(drawing.table)
    a, b = shapely.STRtree(lines).query(lines, predicate="intersects")
    meet = (a < b) & (key[a] == key[b]) & (key[a] != UNKNOWN_BRIDGE)
    a, b = a[meet], b[meet]
    xy, pair = shapely.get_coordinates(shapely.intersection(lines[a], lines[b]), return_index=True)
    return np.concatenate([a[pair], b[pair]]).astype(np.int64), np.concatenate([xy, xy])


def _settled(vertices: Vertices, tolerance_m: float) -> IntArray:
    """Place of every crossing: an end within the tolerance, else the first of the crossings that lie so close."""
    point = vertices.extra
    ends = np.unique(vertices.point[vertices.ends])
    new = np.setdiff1d(point, ends)
    alias = np.arange(len(vertices.xy))
    if not len(new):
        return point
    far, nearest = cKDTree(vertices.xy[ends]).query(vertices.xy[new])
    alias[new] = np.where(far <= tolerance_m, ends[nearest], new)
    free = new[far > tolerance_m]
    alias[free] = free[groups(vertices.xy[free], tolerance_m)]
    return np.asarray(alias[point])


STEP = Step(
    "node_crossings",
    "Where node_crossings = true, lines that cross on one level get a common point; bridges and tunnels never.",
    run,
)
