"""GeoPackage, GeoJSON, Shapefile, File Geodatabase, FlatGeobuf, MapInfo and whatever else GDAL opens."""

from __future__ import annotations

import warnings
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geo_data.findings import suggest
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable

__all__ = ["EXACT", "choose", "layers_in", "read_vector"]

EXACT = 2.0**53
"""Whole numbers below this are exact as floating point."""
_USUAL = ("Measured (M) geometry types", "field width", "Several features with id")
"""GDAL's remarks that are told otherwise, or change nothing."""


def read_vector(path: Path, name: str, settings: LayerSettings, **options: str) -> gpd.GeoDataFrame:
    """Return the features of one layer; `options` go to GDAL's driver."""
    layer = choose(layers_in(path), name, settings.layer)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        frame = pyogrio.read_dataframe(path, layer=layer, encoding=settings.encoding or None, **options)
    if not isinstance(frame, gpd.GeoDataFrame):
        raise Unreadable("has no geometry", "Export it with its geometry.")
    if frame.columns.has_duplicates:  # pyogrio gives all of them the values of the last
        twice = sorted({str(c) for c in frame.columns[frame.columns.duplicated()]})
        raise Unreadable(f"has several columns called '{twice[0]}'", "Give every column a name of its own.")
    _say(frame, [str(w.message) for w in said])
    return _exact(frame, path, layer, encoding=settings.encoding or None, **options)


def _exact(frame: gpd.GeoDataFrame, path: Path, layer: str, **options: str | None) -> gpd.GeoDataFrame:
    """Whole numbers to the last digit, where blanks in their column have made them floating point: ids are long."""
    floats = [c for c in frame.columns if pd.api.types.is_float_dtype(frame[c])]
    large = [c for c in floats if (frame[c].abs() >= EXACT).any()]
    if path.suffix.lower() == ".shp":
        options["ADJUST_TYPE"] = "YES"  # GDAL takes 19 digits in its table for floating point otherwise
    info = pyogrio.read_info(path, layer=layer, **options) if large else {"fields": (), "dtypes": ()}
    whole = [c for c, kind in zip(info["fields"], info["dtypes"], strict=True) if c in large and kind == "int64"]
    if whole:
        table = pyogrio.read_arrow(path, layer=layer, columns=whole, read_geometry=False, **options)[1]
        for column in whole:
            frame[column] = table.column(column).to_pandas(integer_object_nulls=True).to_numpy()
    return frame


def layers_in(path: Path) -> tuple[str, ...]:
    """Return the layers of a file that have a geometry, or all where none has."""
    listed = pyogrio.list_layers(path)
    drawn = tuple(str(name) for name, kind in listed if kind is not None)
    return drawn or tuple(str(name) for name, _ in listed)


def choose(layers: tuple[str, ...], name: str, stated: str) -> str:
    """Return the layer to read: the stated one, else the one called `name`, else the only one.

    Raises
    ------
    Unreadable
        Where that leaves none.
    """
    wanted = stated or (name if name in layers else "")
    if wanted and wanted not in layers:
        near = suggest(wanted, layers)
        hint = f"Did you mean '{near}'?" if near else f"It has: {', '.join(layers)}."
        raise Unreadable(f"has no layer '{wanted}'", hint)
    if not wanted and len(layers) > 1:
        raise Unreadable(f"has {len(layers)} layers: {', '.join(layers)}", "Name one with layer = '...'.")
    if not layers:
        raise Unreadable("has no layers", "Export it again.")
    return wanted or layers[0]


def _say(frame: pd.DataFrame, said: list[str]) -> None:
    """GDAL's own remarks that may mean a loss, each once."""
    told = sorted({text.strip().rstrip(".") for text in said if not any(usual in text for usual in _USUAL)})
    for text in told[:5]:
        remark(frame, "warning", "driver-remark", f"While it was read: {text}.", "Check its features.")
    if any("Measured (M)" in text for text in said):
        remark(frame, "note", "measures-dropped", "Measures (M) along the lines were left out.")
