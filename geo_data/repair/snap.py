"""Ends that lie close together become one point, and lines that an end or a facility's foot lies on run through it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo_data.findings import Finding
from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import Changes, altered, no_changes
from geo_data.repair.drawing import Drawing, redrawn
from geo_data.repair.step import Outcome, Step
from geo_data.repair.vertices import Vertices, inserted, lacking, shapes_of, vertices_of

__all__ = ["STEP", "groups"]

TOLD_M = 0.01
"""Smaller moves are not told to the planner: rounding makes them. They are in the changes."""

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Snap ends and marks to each other, then lines to them.

    Notes
    -----
    Both are judged where the things were drawn, so it does not matter what moved first. Interior vertices move only
    with an end at the very same place: snapping all of them would fold finely drawn curves.
    """
    tolerance = settings.snap_tolerance_m
    drawn = vertices_of(drawing.lines, drawing.marks)
    important = np.unique(np.concatenate([drawn.point[drawn.ends], drawn.extra]))
    alias = np.arange(len(drawn.xy))
    alias[important] = important[groups(drawn.xy[important], tolerance)]
    moved = alias[drawn.point] != drawn.point
    snapped = replace(drawn, point=alias[drawn.point])
    touching, touched = _touching(snapped, drawing.lines, important, alias, tolerance)
    rows = np.unique(np.concatenate([drawn.line[moved], touched]))
    marks = drawn.xy[alias[drawn.extra]]
    if not len(rows):
        return Outcome(replace(drawing, marks=marks), no_changes())
    new = redrawn(replace(drawing, marks=marks), rows, shapes_of(touching, rows))
    return Outcome(new, *_told(drawing, new, drawn, alias, rows))


def groups(xy: FloatArray, tolerance_m: float) -> IntArray:
    """Return for each point the first of those that hang together by steps within the tolerance, shape (points,)."""
    pairs = cKDTree(xy).query_pairs(tolerance_m, output_type="ndarray") if len(xy) else np.zeros((0, 2), dtype=np.int64)
    if not len(pairs):
        return np.arange(len(xy))
    links = sp.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(xy),) * 2)
    _, group = connected_components(links, directed=False)
    _, first = np.unique(group, return_index=True)
    return np.asarray(first[group], dtype=np.int64)


def _touching(
    vertices: Vertices, lines: NDArray[np.object_], important: IntArray, alias: IntArray, tolerance_m: float
) -> tuple[Vertices, IntArray]:
    """Add to every line the important points that lie on it and are not among its vertices; returns these lines too."""
    spots = np.asarray(shapely.points(vertices.xy[important]), dtype=object)
    spot, line = shapely.STRtree(lines).query(spots, predicate="dwithin", distance=tolerance_m + 0.001)
    point, line = alias[important[spot]], line.astype(np.int64)
    once = lacking(vertices, line, point)
    spot, line, point = spot[once], line[once], point[once]
    return inserted(vertices, line, shapely.line_locate_point(lines[line], spots[spot]), point), line


def _told(
    old: Drawing, new: Drawing, drawn: Vertices, alias: IntArray, rows: IntArray
) -> tuple[Changes, tuple[Finding, ...]]:
    """How far the ends of each line moved, and a note where any did."""
    step = np.hypot(*(drawn.xy[alias[drawn.point]] - drawn.xy[drawn.point]).T)
    far = np.zeros(len(old.table))
    np.maximum.at(far, drawn.line, step)
    reasons = [f"moved by up to {m:.3f} m" if m else "runs through a point that lies on it" for m in far[rows].tolist()]
    changes = altered(old.table.iloc[rows], new.table.iloc[rows], reasons)
    ends = np.unique(drawn.point[drawn.ends & (step >= TOLD_M)])
    if not len(ends):
        return changes, ()
    found = f"Ends of lines moved onto others close by: {len(ends):,}, by up to {far.max():.3f} m."
    return changes, (Finding("note", "ends-snapped", found, count=len(ends)),)


STEP = Step(
    "snap",
    "Ends within snap_tolerance_m become one point; a line with an end this close runs through it.",
    run,
    needed="set snap_tolerance_m = 0.001 to join only what touches",
)
