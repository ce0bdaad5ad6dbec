"""Lines are cut where they meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.datum import geodesic_km
from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import Changes, no_changes, regrouped
from geo_data.repair.drawing import Drawing, level_key
from geo_data.repair.step import Outcome, Step
from geo_data.repair.vertices import Vertices, vertices_of

__all__ = ["STEP", "cut"]

BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


def run(drawing: Drawing, _: NetworkSettings) -> Outcome:
    """Cut lines at common points."""
    return Outcome(*cut(drawing))


def cut(drawing: Drawing) -> tuple[Drawing, Changes]:
    """Return the drawing with every line cut at its nodes, and which lines were cut.

    A node is a point where a line ends or a facility's foot stands, for every line through it; and a point that lines
    on one level have in common, for these. A bridge drawn over a junction with a point there passes over it: only
    where a line ends do levels meet.
    """
    vertices = vertices_of(drawing.lines, drawing.marks)
    inner = ~vertices.ends & _is_node(vertices, level_key(drawing.table)[vertices.line])
    rows = np.unique(vertices.line[inner])
    if not len(rows):
        return drawing, no_changes()
    pieces, owner = _pieces(vertices, inner, rows, drawing)
    whole = np.ones(len(drawing.table), dtype=bool)
    whole[rows] = False
    order = np.argsort(np.concatenate([np.flatnonzero(whole), owner]), kind="stable")
    table = pd.concat([drawing.table[whole], pieces], ignore_index=True).iloc[order].reset_index(drop=True)
    number = np.bincount(owner, minlength=len(whole))[rows]
    reasons = [f"cut into {n} where it meets others" for n in number.tolist()]
    changes = regrouped(drawing.table.iloc[rows], np.arange(len(rows)), pieces, np.searchsorted(rows, owner), reasons)
    return replace(drawing, table=table, nodes=None), changes


def _is_node(vertices: Vertices, key: IntArray) -> BoolArray:
    """Whether lines are cut at each vertex."""
    size = len(vertices.xy)
    everyone = np.zeros(size, dtype=bool)
    everyone[vertices.point[vertices.ends]] = True
    # Feet cut every line there: fibre on a bridge is seldom marked as one, and would part from the road that is.
    everyone[vertices.extra] = True
    lowest = int(key.min(initial=0))
    spread = int(key.max(initial=0)) - lowest + 1
    level = vertices.point * spread + (key - lowest)
    found, which, times = np.unique(level, return_inverse=True, return_counts=True)
    common = times > 1
    # Two levels may each have a junction at one place; nodes are told apart by place alone, so only one can have it.
    place = found // spread
    first = np.zeros(len(found), dtype=bool)
    first[np.flatnonzero(common)[np.unique(place[common], return_index=True)[1]]] = True
    return np.asarray(everyone[vertices.point] | first[which])


def _pieces(vertices: Vertices, inner: BoolArray, rows: IntArray, drawing: Drawing) -> tuple[pd.DataFrame, IntArray]:
    """Pieces of the lines that are cut, and the line of each."""
    here = np.flatnonzero(np.isin(vertices.line, rows))
    twice = np.repeat(here, np.where(inner[here], 2, 1))
    line = vertices.line[twice]
    starts = np.diff(line, prepend=-1) != 0
    starts[1:] |= twice[1:] == twice[:-1]
    piece = np.cumsum(starts) - 1
    shapes = np.asarray(shapely.linestrings(vertices.xy[vertices.point[twice]], indices=piece), dtype=object)
    owner = line[starts]
    table = drawing.table.iloc[owner].assign(km=geodesic_km(shapes, drawing.crs), geometry=shapes)
    return table, owner


STEP = Step(
    "split",
    "Lines are cut where another ends on them, where lines of one level have a common point, and at facilities' feet.",
    run,
    needed="nothing would meet without it",
)
