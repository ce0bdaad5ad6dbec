"""Candidate lines along which existing fibre lies are that fibre's trench drawn again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.read.settings import NetworkSettings
from geo_data.repair.alike import one_trench
from geo_data.repair.changes import joined, regrouped, removed
from geo_data.repair.drawing import Drawing, keep, numbered
from geo_data.repair.heal_gaps import joints, through_points
from geo_data.repair.nearest import feet, nearest_lines
from geo_data.repair.split import cut
from geo_data.repair.step import Outcome, Step, left_out
from geo_data.repair.vertices import whole_mm

__all__ = ["STEP"]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ALONGSIDE = 0.8
"""A line runs along a fibre when its shadow on the fibre is at least this share of its length: it does not cross it."""
SAMPLE_M = 5.0
"""Distance between the points at which this is looked at."""


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Leave out candidates along existing fibre: between the same nodes, or within twins_within_m of it."""
    drawing, _ = numbered(drawing)
    same = _same_nodes(drawing)
    first = removed(drawing.table[same], "runs along existing fibre between the same nodes")
    told = left_out("twins-dropped", first, settings.slack, "candidates along existing fibre")
    drawing = keep(drawing, ~same)
    if not settings.twins_within_m:
        return Outcome(drawing, first, told)
    beside = _beside(drawing, settings)
    return Outcome(beside.drawing, joined([first, beside.changes]), (*told, *beside.findings))


def _same_nodes(drawing: Drawing) -> BoolArray:
    """Whether a line is a candidate with a fibre of nearly its length between its nodes."""
    _, nodes = numbered(drawing)
    table = drawing.table
    ends = pd.DataFrame({"from": np.minimum(nodes.a, nodes.b), "to": np.maximum(nodes.a, nodes.b)})
    existing = table["existing"].to_numpy(dtype=bool)
    candidates, fibre = ends[~existing].reset_index(names="row"), ends[existing].reset_index(names="fibre")
    both = candidates.merge(fibre, on=["from", "to"])
    twin = one_trench(table.loc[both["row"]], table.loc[both["fibre"]])
    return np.asarray(table.index.isin(both.loc[twin, "row"]))


def _beside(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Leave out candidates beside fibre, and tie what hung on them to the fibre by short candidates."""
    twin = _runs_along(drawing, settings.twins_within_m)
    changes = removed(drawing.table[twin], f"runs within {settings.twins_within_m:g} m of existing fibre")
    told = left_out("twins-beside-dropped", changes, settings.slack, "candidates beside existing fibre")
    if not twin.any():
        return Outcome(drawing, changes)
    own, start = _left_hanging(drawing, twin)
    fibre = np.flatnonzero(drawing.table["existing"].to_numpy(dtype=bool))
    nearest, foot = _feet(drawing, fibre, start)
    through, bent = through_points(drawing, nearest, foot, "runs through the end of a tie")
    ties = joints(drawing, own, nearest, start, foot)
    ties = ties[(ties["km"] > 0).to_numpy()]
    number = np.arange(len(ties))
    added = regrouped(ties[:0], number[:0], ties, number, ["tied to the fibre"] * len(ties))
    table = pd.concat([through.table[~twin], ties], ignore_index=True)
    new, pieces = cut(replace(through, table=table, nodes=None))
    return Outcome(numbered(new)[0], joined([changes, bent, added, pieces]), told)


def _runs_along(drawing: Drawing, limit_m: float) -> BoolArray:
    """Whether a line is a candidate all of which is within the limit of fibre, and that does not just cross it."""
    existing = drawing.table["existing"].to_numpy(dtype=bool)
    fibre, lines = np.flatnonzero(existing), drawing.lines
    twin = np.zeros(len(lines), dtype=bool)
    if not existing.any():
        return twin
    near = np.unique(shapely.STRtree(lines[fibre]).query(lines, predicate="dwithin", distance=limit_m)[0])
    near = near[~existing[near]]
    xy, owner = shapely.get_coordinates(shapely.segmentize(lines[near], SAMPLE_M), return_index=True)
    _, foot = _feet(drawing, fibre, xy)
    inside = np.bincount(owner, weights=np.hypot(*(foot - xy).T) > limit_m, minlength=len(near)) == 0
    step = np.where(owner[1:] == owner[:-1], np.hypot(*np.diff(foot, axis=0).T), 0.0)
    shadow = np.bincount(owner[1:], weights=step, minlength=len(near))
    twin[near] = inside & (shadow >= ALONGSIDE * shapely.length(lines[near]))
    return twin


def _left_hanging(drawing: Drawing, twin: BoolArray) -> tuple[IntArray, FloatArray]:
    """Nodes where something meets a line that goes and no fibre: the line, and the place."""
    _, nodes = numbered(drawing)
    existing = drawing.table["existing"].to_numpy(dtype=bool)
    on = {name: np.zeros(len(nodes.xy), dtype=bool) for name in ("fibre", "rest")}
    for name, which in (("fibre", existing), ("rest", ~existing & ~twin)):
        on[name][nodes.a[which]] = on[name][nodes.b[which]] = True
    on["rest"][nodes.mark] = True
    rows = np.flatnonzero(twin)
    node, row = np.concatenate([nodes.a[rows], nodes.b[rows]]), np.concatenate([rows, rows])
    node, first = np.unique(node, return_index=True)
    hanging = on["rest"][node] & ~on["fibre"][node]
    return row[first][hanging], nodes.xy[node[hanging]]


def _feet(drawing: Drawing, rows: IntArray, xy: FloatArray) -> tuple[IntArray, FloatArray]:
    """Nearest of some lines to each place, the first of several, and the nearest place on it."""
    spots = np.asarray(shapely.points(xy), dtype=object)
    line = rows[nearest_lines(spots, drawing.lines[rows])[0]]
    return line, whole_mm(feet(spots, drawing.lines[line]))


STEP = Step(
    "twins",
    "Candidates along existing fibre go: those between the same nodes, and, where twins_within_m is above 0, those "
    "that run within it beside the fibre; what hung on these is tied to the fibre.",
    run,
)
