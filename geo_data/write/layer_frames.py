"""What every vector writer does to a layer first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_data.maps.style import MapLayer
from geo_data.write.coordinates import WGS84_DEGREES, Coordinates

__all__ = [
    "WGS84",
    "degrees_frame",
    "free_name",
    "placed",
    "plain_columns",
    "plain_value",
    "single_type",
    "typed_frame",
    "unique_names",
    "xml_text",
]

WGS84 = "EPSG:4326"
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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


def placed(layer: MapLayer, coordinates: Coordinates | None) -> gpd.GeoDataFrame:
    """Return the layer's frame in the system asked for; in its own where none is."""
    return layer.frame if coordinates is None else coordinates.place(layer.frame)


def degrees_frame(layer: MapLayer, digits: int, coordinates: Coordinates | None = None) -> gpd.GeoDataFrame:
    """Return the frame in degrees (WGS 84 where nothing is asked), rounded to `digits` decimals, rings right-handed."""
    frame = (coordinates or WGS84_DEGREES).place(layer.frame)
    geometry = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.round(xy, digits))
    return frame.set_geometry(gpd.GeoSeries(shapely.orient_polygons(geometry), index=frame.index, crs=frame.crs))


def single_type(layer: MapLayer) -> str:
    """Return the kind of geometry, in one part, that the layer's mark is for: all that an empty layer tells."""
    return {"line": "LineString", "polygon": "Polygon"}.get(layer.style.mark, "Point")


def typed_frame(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame with columns of mixed objects as what they hold: truth values, integers, numbers, or text.

    GDAL would write True beside None as the text 'True', and integers beside None as fractions.
    """
    listed = {name: _typed(frame[name]) for name in frame.columns if name != frame.geometry.name}
    return frame.assign(**{str(name): column for name, column in listed.items()}) if listed else frame


def _typed(column: pd.Series) -> pd.Series:
    if column.dtype != object:
        return column.astype(str) if isinstance(column.dtype, pd.CategoricalDtype) else column
    values = [plain_value(value) for value in column.tolist()]
    kinds = {type(value) for value in values if value is not None}
    if kinds == {bool}:
        return pd.Series(pd.array(values, dtype="boolean"), index=column.index)
    if kinds == {int} and all(abs(value) < 2**63 for value in values if value is not None):
        return pd.Series(pd.array(values, dtype="Int64"), index=column.index)
    if kinds in ({float}, {float, int}):
        return pd.Series(pd.array(values, dtype="Float64"), index=column.index)
    return pd.Series([None if value is None else str(value) for value in values], index=column.index, dtype="str")


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


def free_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, with as many '_' behind as it takes to differ from all taken ones in more than case."""
    used = {other.casefold() for other in taken}
    while name.casefold() in used:
        name += "_"
    return name


def xml_text(text: str) -> str:
    """Return the text without the characters that XML 1.0 cannot hold (control characters), each shown as U+FFFD."""
    return _NOT_XML.sub("\ufffd", text)
