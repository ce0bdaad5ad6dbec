"""Geometry of a layer: there, valid, of the right type, in one part - and repaired only where nothing is lost."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.checks.report import Report, listing

__all__ = ["clean_geometry"]

MULTI = {"MultiPoint": "Point", "MultiLineString": "LineString", "MultiPolygon": "Polygon", "LinearRing": "LineString"}


def clean_geometry(frame: gpd.GeoDataFrame, report: Report) -> gpd.GeoDataFrame:
    """Return the rows whose geometry can be planned with, in single parts without heights; the rest goes to `report`.

    A MultiPolygon stays one row: an area in several parts is still one area.
    """
    shapes = shapely.force_2d(frame.geometry.to_numpy())
    good = _present(shapes, report) & _right_type(shapes, report)
    good &= _valid(shapes, good, report)
    kept = frame.loc[good].set_geometry(gpd.GeoSeries(shapes[good], index=frame.index[good]))
    return _single_parts(kept, np.flatnonzero(good), report)


def _present(shapes: NDArray[np.object_], report: Report) -> NDArray[np.bool_]:
    """Rows that have a geometry."""
    null = shapely.is_missing(shapes)
    empty = shapely.is_empty(shapes)
    for row in np.flatnonzero(null | empty):
        word = "no geometry" if null[row] else "an empty geometry"
        found, todo = f"has {word}.", "Draw it, or delete the row."
        if int(row) in report.unplaced:
            found, todo = f"{report.unplaced[int(row)]}.", "Correct it, or delete the row."
        report.row("error", "geometry-empty", row, found, todo)
    return np.asarray(~(null | empty))


def _right_type(shapes: NDArray[np.object_], report: Report) -> NDArray[np.bool_]:
    """Rows whose geometry is of a type that the layer takes, single or multi."""
    wanted = report.spec.geometry
    kinds = np.array(["" if s is None else s.geom_type for s in shapes], dtype=object)
    right = np.isin(kinds, [*wanted, *(m for m, single in MULTI.items() if single in wanted)])
    empty = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    for row in np.flatnonzero(~right & ~empty):
        report.row(
            "error",
            "geometry-type",
            row,
            f"is a {kinds[row]}; the layer takes {' or '.join(wanted)}.",
            "Correct the feature, or name the right file.",
        )
    return np.asarray(right | empty)


def _valid(shapes: NDArray[np.object_], good: NDArray[np.bool_], report: Report) -> NDArray[np.bool_]:
    """Rows whose coordinates are numbers and whose shape is valid; lines without length are left out with a warning."""
    finite = np.isfinite(shapely.bounds(shapes)).all(axis=1)
    for row in np.flatnonzero(good & ~finite):
        report.row(
            "error", "geometry-invalid", row, "has a coordinate that is not a number.", "Correct the coordinates."
        )
    good = good & finite
    with np.errstate(over="ignore", invalid="ignore"):  # coordinates as large as numbers go
        lengthless = shapely.length(shapes) == 0.0
    point_like = good & np.isin(shapely.get_type_id(shapes), [1, 2, 5]) & lengthless
    for row in np.flatnonzero(point_like):
        report.row(
            "warning", "line-zero-length", row, "has no length and was left out.", "Delete it, or draw it again."
        )
    broken = good & ~point_like & ~shapely.is_valid(shapes)
    for row in np.flatnonzero(broken):
        reason = shapely.is_valid_reason(shapes[row])
        report.row(
            "error",
            "geometry-invalid",
            row,
            f"has an invalid geometry: {reason}.",
            "Repair it, for example with QGIS' Fix geometries.",
        )
    return np.asarray(good & ~point_like & ~broken)


def _single_parts(frame: gpd.GeoDataFrame, rows: NDArray[np.int64], report: Report) -> gpd.GeoDataFrame:
    """Lines taken apart; points of one part taken as they are, of several refused."""
    kinds = frame.geom_type.to_numpy()
    parts = shapely.get_num_geometries(frame.geometry.to_numpy())
    scattered = (kinds == "MultiPoint") & (parts > 1)
    for row, n in zip(rows[scattered], parts[scattered], strict=True):
        report.row(
            "error",
            "geometry-multipart",
            int(row),
            f"consists of {n} points; it must be one.",
            "Split it into one feature a point.",
        )
    lines = (kinds == "MultiLineString") & (parts > 1)
    if lines.any():
        names = listing(report.ids[rows[lines]])
        report.layer(
            "note",
            "geometry-multipart",
            f"Multi-part lines taken apart: {int(lines.sum())}, into {int(parts[lines].sum())} lines ({names}).",
            count=int(lines.sum()),
        )
    kept = frame.loc[~scattered]
    apart = kept.geom_type.isin(["MultiPoint", "MultiLineString"])
    return kept.explode(index_parts=False) if apart.any() else kept
