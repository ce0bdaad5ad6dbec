"""Gaps between a loose end and the next line are bridged by a short line, if the planner asked for it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.datum import geodesic_km
from geo_data.findings import Finding
from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import Changes, altered, joined, no_changes, regrouped
from geo_data.repair.drawing import Drawing, level_key, redrawn
from geo_data.repair.nearest import feet
from geo_data.repair.step import Outcome, Step
from geo_data.repair.vertices import Vertices, inserted, lacking, shapes_of, vertices_of, whole_mm

__all__ = ["STEP", "joints"]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
STUB = 5.0
"""A loose end is not tied back to a line it branches from by a stub of up to this many times the gap."""


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Join every loose end to the nearest other line within heal_gaps_m.

    A loose end is one where no other line has a point. The joint belongs to the candidate where one side is a
    candidate: only between two existing lines is it existing, and lit only between two lit ones.
    """
    if not settings.heal_gaps_m:
        return Outcome(drawing, no_changes())
    vertices = vertices_of(drawing.lines, np.zeros((0, 2)))
    own, start, target, end = _gaps(drawing, vertices, settings.heal_gaps_m)
    if not len(own):
        return Outcome(drawing, no_changes())
    through, changes = through_points(drawing, target, end, "runs through the end of a gap that was closed")
    new = joints(drawing, own, target, start, end)
    reasons = [f"gap of {km * 1000:.2f} m closed" for km in new["km"].tolist()]
    none = drawing.table[:0]
    number = np.arange(len(new))
    changes = joined([regrouped(none, number[:0], new, number, reasons), changes])
    km = float(new["km"].sum())
    told = f"Gaps of up to {settings.heal_gaps_m:g} m closed at loose ends: {len(new):,}, {km:,.3f} km drawn."
    table = pd.concat([through.table, new], ignore_index=True)
    return Outcome(replace(through, table=table), changes, (Finding("note", "gaps-healed", told, count=len(new)),))


def joints(drawing: Drawing, own: IntArray, other: IntArray, start: FloatArray, end: FloatArray) -> pd.DataFrame:
    """Return lines from places on some lines (`own`) to places on others, as rows of a drawing's table."""
    mine, theirs = (drawing.table.iloc[rows].reset_index(drop=True) for rows in (own, other))
    existing = mine["existing"].to_numpy(dtype=bool) & theirs["existing"].to_numpy(dtype=bool)
    new = mine.where(~mine["existing"] | existing, theirs)
    level = np.where(mine["level"] == theirs["level"], mine["level"], 0)
    shapes = np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=object)
    return new.assign(
        source=mine["source"],
        existing=existing,
        lit=existing & mine["lit"].to_numpy(dtype=bool) & theirs["lit"].to_numpy(dtype=bool),
        spare_pairs=np.where(existing, np.minimum(mine["spare_pairs"], theirs["spare_pairs"]), 0).astype(np.int64),
        bridge=(mine["bridge"] & theirs["bridge"]).to_numpy(dtype=bool),
        level=level.astype(np.int64),
        km=geodesic_km(shapes, drawing.crs),
        geometry=shapes,
    )


def through_points(drawing: Drawing, target: IntArray, xy: FloatArray, reason: str) -> tuple[Drawing, Changes]:
    """Return the drawing with lines running through places on them, and what changed."""
    vertices = vertices_of(drawing.lines, xy)
    once = lacking(vertices, target, vertices.extra)
    line, point = target[once], vertices.extra[once]
    if not len(line):
        return drawing, no_changes()
    along = np.asarray(shapely.line_locate_point(drawing.lines[line], shapely.points(xy[once])))
    rows = np.unique(line)
    new = redrawn(drawing, rows, shapes_of(inserted(vertices, line, along, point), rows))
    return new, altered(drawing.table.iloc[rows], new.table.iloc[rows], reason)


def _gaps(drawing: Drawing, vertices: Vertices, limit_m: float) -> tuple[IntArray, FloatArray, IntArray, FloatArray]:
    """Line and place of every loose end that is to be joined, and line and place it is joined to."""
    loose = vertices.ends & (np.bincount(vertices.point)[vertices.point] == 1)
    own, xy = vertices.line[loose], vertices.xy[vertices.point[loose]]
    spots = np.asarray(shapely.points(xy), dtype=object)
    spot, line = shapely.STRtree(drawing.lines).query(spots, predicate="dwithin", distance=limit_m)
    spot, line = spot[own[spot] != line], line[own[spot] != line].astype(np.int64)
    foot = whole_mm(feet(spots[spot], drawing.lines[line]))
    far = np.hypot(*(foot - xy[spot]).T)
    good = _allowed(drawing, own[spot], line, far, foot)
    order = np.lexsort([line, far, spot])
    order = order[good[order]]
    _, first = np.unique(spot[order], return_index=True)
    best = order[first]
    pairs = np.sort(np.stack([_key(xy[spot[best]]), _key(foot[best])], axis=1), axis=1)
    _, once = np.unique(pairs, axis=0, return_index=True)  # two loose ends that face each other get one joint
    best = best[np.sort(once)]
    return own[spot[best]], xy[spot[best]], line[best], foot[best]


def _allowed(drawing: Drawing, own: IntArray, line: IntArray, far: FloatArray, foot: FloatArray) -> BoolArray:
    """Whether a joint makes sense: on one level unless it goes to an end, and not back along a stub."""
    key, lines = level_key(drawing.table), drawing.lines
    ends = [shapely.get_coordinates(shapely.get_point(lines[line], i)) for i in (0, -1)]
    at_end = (_key(ends[0]) == _key(foot)) | (_key(ends[1]) == _key(foot))
    metres = shapely.length(lines)[own]
    stub = (metres <= STUB * far) & np.asarray(shapely.intersects(lines[own], lines[line]))
    return np.asarray((far > 0) & ~stub & (at_end | (key[own] == key[line])))


def _key(xy: FloatArray) -> NDArray[np.complex128]:
    """Places as single numbers that sort by x, then y."""
    whole = np.round(xy * 1000.0)
    return np.asarray(whole[:, 0] + 1j * whole[:, 1])


STEP = Step(
    "heal_gaps",
    "Where heal_gaps_m is above 0, loose ends are joined to the nearest line within it by a short line.",
    run,
)
