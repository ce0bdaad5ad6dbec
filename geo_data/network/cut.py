"""Lines cut at the borders of areas."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.network.routes import Routes

__all__ = ["cut_lines", "cut_new", "line_parts"]

SHORTEST_M = 0.001
"""A part shorter than this is the touch of a border, not a part."""


def cut_lines(
    lines: NDArray[np.object_], area: shapely.Geometry
) -> tuple[NDArray[np.object_], NDArray[np.int64], NDArray[np.bool_]]:
    """Return the lines cut at the border of an area.

    Parameters
    ----------
    lines
        LineStrings in metres.
    area
        Polygon or MultiPolygon, valid.

    Returns
    -------
    parts, line, inside
        The parts in order of line, those outside first; the row of the line each belongs to; whether it lies in the
        area. Lines that the area does not meet stay as they are.
    """
    hit, within = _met(lines, area)
    away = np.setdiff1d(np.arange(len(lines)), hit)
    out, out_of = line_parts(shapely.difference(lines[hit], within))
    into, into_of = line_parts(shapely.intersection(lines[hit], within))
    parts = np.concatenate([lines[away], out, into])
    line = np.concatenate([away, hit[out_of], hit[into_of]]).astype(np.int64)
    inside = np.arange(len(parts)) >= len(away) + len(out)
    order = np.lexsort([inside, line])
    return parts[order], line[order], inside[order]


def cut_new(routes: Routes, area: shapely.Geometry, column: str = "existing") -> tuple[Routes, NDArray[np.bool_]]:
    """Return the routes with new ones cut at the border of an area, and which of them are new and inside.

    `column` says with True which routes are left as they are besides existing ones.
    """
    left = routes.table[column].to_numpy(dtype=bool) | routes.table["existing"].to_numpy(dtype=bool)
    old, new = np.flatnonzero(left), np.flatnonzero(~left)
    parts, line, inside = cut_lines(routes.lines[new], area)
    rows = np.concatenate([old, new[line]])
    order = np.argsort(rows, kind="stable")
    lines = np.concatenate([routes.lines[old], parts])[order]
    within = np.concatenate([np.zeros(len(old), dtype=np.bool_), inside])[order]
    return replace(routes, lines=lines, table=routes.table.iloc[rows[order]].reset_index(drop=True)), within


def line_parts(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], NDArray[np.int64]]:
    """Return the LineStrings in shapes of any kind, and the row of the shape each comes from."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    finer, within = shapely.get_parts(parts, return_index=True)
    keep = (shapely.get_type_id(finer) == shapely.GeometryType.LINESTRING) & (shapely.length(finer) >= SHORTEST_M)
    return np.asarray(finer[keep], dtype=object), row[within][keep].astype(np.int64)


def _met(lines: NDArray[np.object_], area: shapely.Geometry) -> tuple[NDArray[np.int64], NDArray[np.object_]]:
    """Rows of the lines that meet the area, and of the area only the polygons that each one meets."""
    polygons = shapely.get_parts(area)
    polygon, row = shapely.STRtree(lines).query(polygons, predicate="intersects")
    order = np.lexsort([polygon, row])
    hit, number = np.unique(row[order], return_inverse=True)
    if not len(hit):
        return hit.astype(np.int64), np.zeros(0, dtype=object)
    met = shapely.multipolygons(polygons[polygon[order]], indices=number)
    return hit.astype(np.int64), np.asarray(met, dtype=object)
