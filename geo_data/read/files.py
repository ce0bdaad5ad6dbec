"""One reader a family of files; each returns a GeoDataFrame, or raises ``Unreadable`` with a planner's reason."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geo_data.findings import suggest
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable

__all__ = ["READERS", "read_file"]

WKT_COLUMNS = ("wkt", "geometry", "geom", "the_geom")
X_COLUMNS = ("x", "lon", "lng", "longitude", "经度")
Y_COLUMNS = ("y", "lat", "latitude", "纬度")


def read_file(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the features of one layer as they stand in the file.

    Raises
    ------
    Unreadable
        With the reason and what to do.
    """
    reader = READERS.get(path.suffix.lower(), read_vector)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's remarks on field widths and axis order; findings tell the rest
            return reader(path, name, settings)
    except Unreadable:
        raise
    except UnicodeDecodeError as error:
        found, advice = (
            f"is not {settings.encoding or 'UTF-8'} text",
            'State its encoding, for example encoding = "GB18030".',
        )
        raise Unreadable(found, advice) from error
    except Exception as error:  # drivers raise many kinds; all mean the same to the planner
        raise Unreadable(
            f"cannot be read: {_reason(error, path)}", "Check that it opens in QGIS, or export it again."
        ) from error


def read_vector(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """GeoPackage, GeoJSON, Shapefile and whatever else GDAL opens."""
    layer = _layer_in(path, name, settings)
    frame = pyogrio.read_dataframe(path, layer=layer, encoding=settings.encoding or None)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise Unreadable("has no geometry", "Export it with its geometry.")
    return frame


def read_geoparquet(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:  # noqa: ARG001
    """GeoParquet, which pyogrio's wheel does not open."""
    return gpd.read_parquet(path)


def read_csv(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:  # noqa: ARG001
    """A table with a WKT column or with x and y columns."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=settings.encoding or "utf-8-sig")
    by_lower = {str(c).lower(): c for c in reversed(table.columns)}
    wkt = next((by_lower[c] for c in WKT_COLUMNS if c in by_lower), None)
    if wkt is not None and not (settings.x or settings.y):
        geometry = shapely.from_wkt(table[wkt].to_numpy(dtype=object), on_invalid="ignore")
        return gpd.GeoDataFrame(table.drop(columns=wkt), geometry=geometry)
    x = _coordinate(table, settings.x, X_COLUMNS, "x")
    y = _coordinate(table, settings.y, Y_COLUMNS, "y")
    missing = x.isna() | y.isna()
    points = np.asarray(shapely.points(x.fillna(0.0).to_numpy(), y.fillna(0.0).to_numpy()), dtype=object)
    points[missing.to_numpy()] = None
    return gpd.GeoDataFrame(table, geometry=points)


READERS = {
    ".parquet": read_geoparquet,
    ".geoparquet": read_geoparquet,
    ".csv": read_csv,
    ".txt": read_csv,
}
"""Readers by suffix; everything else goes to ``read_vector``."""


def _layer_in(path: Path, name: str, settings: LayerSettings) -> str | None:
    """The layer to read from a file that may hold several."""
    layers = [str(row[0]) for row in pyogrio.list_layers(path)]
    wanted = settings.layer or (name if name in layers else "")
    if wanted and wanted not in layers:
        near = suggest(wanted, layers)
        hint = f"Did you mean '{near}'?" if near else f"It has: {', '.join(layers)}."
        raise Unreadable(f"has no layer '{wanted}'", hint)
    if not wanted and len(layers) > 1:
        raise Unreadable(f"has {len(layers)} layers: {', '.join(layers)}", "Name one with layer = '...'.")
    if not layers:
        raise Unreadable("has no layers", "Export it again.")
    return wanted or layers[0]


def _coordinate(table: pd.DataFrame, stated: str, usual: tuple[str, ...], axis: str) -> pd.Series:
    """One coordinate column as numbers; text that is no number becomes missing."""
    columns = [str(c) for c in table.columns]
    by_lower = {c.lower(): c for c in columns}
    column = stated or next((by_lower[c] for c in usual if c in by_lower), "")
    if column not in columns:
        near = suggest(stated, columns) if stated else ""
        what = f"has no column '{stated}'" if stated else f"has neither a WKT column nor a column for {axis}"
        raise Unreadable(
            what, f"Did you mean '{near}'?" if near else f"State {axis} = '...'. Columns: {', '.join(columns)}."
        )
    return pd.to_numeric(table[column], errors="coerce")


def _reason(error: Exception, path: Path) -> str:
    """The head of a driver's message, without folder, hints for programmers, and full stop."""
    head = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return head.replace(str(path), path.name).split(";")[0].rstrip(".")
