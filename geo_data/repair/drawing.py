"""Lines on their way from drawn features to links: what every step of the repair takes and gives."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.datum import geodesic_km
from geo_data.repair.vertices import places

__all__ = ["COLUMNS", "Drawing", "Nodes", "keep", "level_key", "numbered", "redrawn", "start_drawing"]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

COLUMNS = ("source", "name", "class", "existing", "lit", "spare_pairs", "bridge", "level", "km", "geometry")
"""Columns of a drawing's table; ``source`` is the id of the feature, ``km`` the geodesic length as drawn."""


@dataclass(frozen=True)
class Nodes:
    """Places where lines end.

    Parameters
    ----------
    xy
        Places in order of x and y, shape (nodes, 2), in metres.
    a, b
        Node that each line starts and ends at, shape (lines,).
    mark
        Node of every mark, shape (marks,).
    """

    xy: FloatArray
    a: IntArray
    b: IntArray
    mark: IntArray


@dataclass(frozen=True)
class Drawing:
    """Lines with what is known of them, and the places where facilities meet them.

    Parameters
    ----------
    table
        One row a line, RangeIndex, at least ``COLUMNS``.
    marks
        Places that must become nodes, shape (marks, 2), in metres.
    wanted
        Whether the part of the map that a mark is in has to be kept, shape (marks,).
    crs
        Metric coordinate system.
    nodes
        Where the lines end; None while steps still move, add or cut lines.
    stretches
        After the last step: the lines that every chain was made of, in walking order, with ``chain`` (row of `table`)
        and ``turned`` (whether the stretch is walked from its end to its start).
    """

    table: pd.DataFrame
    marks: FloatArray
    wanted: BoolArray
    crs: CRS
    nodes: Nodes | None = None
    stretches: pd.DataFrame | None = None

    @property
    def lines(self) -> NDArray[np.object_]:
        """LineStrings in metres, shape (lines,)."""
        return self.table["geometry"].to_numpy(dtype=object)

    @property
    def km(self) -> float:
        """Geodesic length of all lines together."""
        return float(self.table["km"].sum())


def start_drawing(
    lines: NDArray[np.object_], table: pd.DataFrame, crs: CRS, marks: FloatArray | None = None, n_wanted: int = 0
) -> Drawing:
    """Return the drawing of routes as they were given.

    Parameters
    ----------
    lines
        LineStrings in metres.
    table
        One row a line: ``id``, ``name``, ``class``, ``existing``, ``lit``, ``spare_pairs``, ``bridge``, ``level``.
    crs
        Metric coordinate system of the lines.
    marks
        Places that must become nodes, shape (marks, 2).
    n_wanted
        So many of the first marks keep their part of the map.
    """
    places_given = np.zeros((0, 2)) if marks is None else marks
    full = table.rename(columns={"id": "source"}).assign(km=geodesic_km(lines, crs), geometry=lines)
    wanted = np.arange(len(places_given)) < n_wanted
    return Drawing(full[list(COLUMNS)].reset_index(drop=True), places_given, wanted, crs)


def redrawn(drawing: Drawing, rows: IntArray, shapes: NDArray[np.object_]) -> Drawing:
    """Return the drawing with new shapes, and the lengths these have, for some lines."""
    lines, km = drawing.lines.copy(), drawing.table["km"].to_numpy(dtype=np.float64).copy()
    lines[rows], km[rows] = shapes, geodesic_km(shapes, drawing.crs)
    return replace(drawing, table=drawing.table.assign(km=km, geometry=lines), nodes=None)


def keep(drawing: Drawing, mask: BoolArray) -> Drawing:
    """Return the drawing with some of its lines; nodes keep their numbers."""
    nodes = drawing.nodes
    if nodes is not None:
        nodes = replace(nodes, a=nodes.a[mask], b=nodes.b[mask])
    return replace(drawing, table=drawing.table[mask].reset_index(drop=True), nodes=nodes)


def numbered(drawing: Drawing) -> tuple[Drawing, Nodes]:
    """Return the drawing with its nodes numbered, and the nodes."""
    if drawing.nodes is None:
        lines, n = drawing.lines, len(drawing.table)
        coords = shapely.get_coordinates(lines)
        last = np.cumsum(shapely.get_num_coordinates(lines)) - 1
        first = np.concatenate([[0], last[:-1] + 1])[: len(last)]
        xy, number = places(np.concatenate([coords[first], coords[last], drawing.marks]))
        drawing = replace(drawing, nodes=Nodes(xy, number[:n], number[n : 2 * n], number[2 * n :]))
    assert drawing.nodes is not None  # for the type checker
    return drawing, drawing.nodes


def level_key(table: pd.DataFrame) -> IntArray:
    """Return a number per line that is equal for lines on one level; bridges of unknown level have their own.

    Ground is 0, a bridge or tunnel whose level nobody stated 1, level n is 2 n.
    """
    level = table["level"].to_numpy(dtype=np.int64)
    return np.where(table["bridge"].to_numpy(dtype=bool) & (level == 0), 1, 2 * level)
