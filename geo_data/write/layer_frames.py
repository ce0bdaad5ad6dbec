"""What every vector writer does to a layer first."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_data.maps.style import MapLayer

__all__ = ["WGS84", "plain_columns", "plain_value", "unique_names", "wgs84_frame"]

WGS84 = "EPSG:4326"


def unique_names(layers: Iterable[MapLayer]) -> tuple[MapLayer, ...]:
    """Return the layers as a tuple.

    Raises
    ------
    ValueError
        If two layers have the same name (case does not count: SQLite and file systems fold it).
    """
    listed = tuple(layers)
    names = [layer.name.casefold() for layer in listed]
    twice = sorted({layer.name for layer in listed if names.count(layer.name.casefold()) > 1})
    if twice:
        raise ValueError(f"Layer names {', '.join(map(repr, twice))} stand twice in one export. Rename one.")
    return listed


def wgs84_frame(layer: MapLayer, digits: int) -> gpd.GeoDataFrame:
    """Return the layer's frame in WGS84 longitude and latitude, rounded to `digits` decimals, rings right-handed."""
    frame = layer.frame.to_crs(WGS84)
    geometry = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.round(xy, digits))
    return frame.set_geometry(gpd.GeoSeries(shapely.orient_polygons(geometry), index=frame.index, crs=WGS84))


def plain_value(value: Any) -> Any:
    """Return a cell as None, bool, int, float or text; NaN and infinities become None."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if isinstance(value, bool | int | float) else str(value)


def plain_columns(frame: gpd.GeoDataFrame, without: tuple[str, ...] = ()) -> dict[str, list[Any]]:
    """Return all columns but the geometry (and those named in `without`) as lists of plain values."""
    names = [name for name in frame.columns if name not in without and name != frame.geometry.name]
    return {str(name): [plain_value(value) for value in frame[name].tolist()] for name in names}
