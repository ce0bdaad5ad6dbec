"""Shapes that a layer cannot hold whole: heights and measures left out, collections reduced to the parts that fit."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.checks.report import Report
from geo_data.findings import counted

__all__ = ["flat_shapes", "together"]

_DIMENSIONS = {"Point": 0, "LineString": 1, "Polygon": 2}
COLLECTION = 7
_MULTI: dict[int, Callable[[list[shapely.Geometry]], object]] = {
    0: shapely.multipoints,
    1: shapely.multilinestrings,
    3: shapely.multipolygons,
}


def flat_shapes(frame: gpd.GeoDataFrame, report: Report) -> gpd.GeoDataFrame:
    """Return the rows with shapes in the plane, of the kinds that the layer takes where they hold several kinds."""
    shapes = np.asarray(frame.geometry.to_numpy(), dtype=object)
    deep = shapely.has_z(shapes) | shapely.has_m(shapes)
    mixed = shapely.get_type_id(shapes) == COLLECTION
    if not deep.any() and not mixed.any():
        return frame
    _say_heights(shapes[deep], report)
    with np.errstate(invalid="ignore"):  # a coordinate that is not a number is told later
        shapes = np.where(deep, shapely.force_2d(shapes), shapes)
    fitting = {row: _fitting(shapes[row], report) for row in np.flatnonzero(mixed)}
    taken = {row: shape for row, shape in fitting.items() if shape is not None}
    for row, shape in taken.items():
        shapes[row] = shape
    if taken:
        words = counted(len(taken), "feature holds", "features hold")
        found = f"{words} shapes of several kinds; the parts that the layer takes were taken."
        report.layer("note", "geometry-collection", found, "Split them if the other parts matter.", len(taken))
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))


def _say_heights(shapes: NDArray[np.object_], report: Report) -> None:
    """Heights other than nought, and measures, are told: leaving them out is a loss."""
    places, owner = shapely.get_coordinates(shapes, include_z=True, return_index=True)
    high = len(np.unique(owner[np.nan_to_num(places[:, 2]) != 0.0]))
    if high:
        words = counted(high, "feature has", "features have")
        found = f"{words} heights, which were left out: lengths are those on the map."
        report.layer("note", "heights-dropped", found, "", high)
    measured = int(shapely.has_m(shapes).sum())
    if measured:
        found = f"{counted(measured, 'feature has', 'features have')} measures (M), which were left out."
        report.layer("note", "measures-dropped", found, "", measured)


def _fitting(shape: shapely.Geometry, report: Report) -> shapely.Geometry | None:
    """The parts of a collection that the layer takes, as one shape; None where there are none."""
    parts = _parts(shape)
    for kind in report.spec.geometry:
        good = [p for p in parts if shapely.get_dimensions(p) == _DIMENSIONS[kind] and not shapely.is_empty(p)]
        if good:
            return together(good)
    return None


def together(parts: list[shapely.Geometry]) -> shapely.Geometry:
    """Return single parts as one shape: multi-part where all are of a kind, else a collection."""
    if len(parts) == 1:
        return parts[0]
    kinds = set(shapely.get_type_id(np.array(parts, dtype=object)).tolist())
    made = _MULTI.get(kinds.pop() if len(kinds) == 1 else COLLECTION, shapely.geometrycollections)(parts)
    shape: shapely.Geometry = np.asarray(made, dtype=object).item()
    return shape


def _parts(shape: shapely.Geometry) -> list[shapely.Geometry]:
    """Single parts of a collection, however deep."""
    parts = [shape]
    while any(hasattr(p, "geoms") for p in parts):
        parts = [q for p in parts for q in (p.geoms if hasattr(p, "geoms") else (p,))]
    return parts
