"""GeoJSON: a file of several layers, as exports are, is taken apart by its features' property ``layer``."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geo_data.read.geojson_entries import tell_skipped
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.vector import choose, layers_in, read_vector

__all__ = ["geojson_layers", "read_geojson"]

PROPERTY = "layer"
MOST_LAYERS = 100
"""A property with more values than this names no layers."""


def read_geojson(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the features of a GeoJSON file, or of one layer in it; what looks like a date stays text, as an id may.

    The stated layer is a value of the property ``layer``; where none is stated, the value that is called like the
    layer that is read. Columns that none of its features fills belong to other layers and are left out.
    """
    frame = read_vector(path, name, settings.model_copy(update={"layer": ""}), DATE_AS_STRING="YES")
    tell_skipped(frame, path)
    parts = _layers(frame)
    wanted = settings.layer or (name if name in parts else "")
    if wanted in parts:
        return _part(frame, wanted)
    if wanted and wanted not in (whole := layers_in(path)):  # GDAL goes through the whole file to name its one layer
        choose(parts or whole, name, wanted)
    if parts and PROPERTY not in settings.where:
        found = f"All features were read; their property 'layer' tells {len(parts)} layers: {', '.join(parts)}."
        remark(frame, "note", "layers-together", found, "Name one with layer = '...' if only that is meant.")
    return frame


def geojson_layers(path: Path) -> tuple[str, ...]:
    """Return the layers that the property ``layer`` tells, in order; none where it does not."""
    if PROPERTY not in pyogrio.read_info(path)["fields"]:
        return ()
    return _layers(pyogrio.read_dataframe(path, columns=[PROPERTY], read_geometry=False))


def _layers(frame: pd.DataFrame) -> tuple[str, ...]:
    """Values of the property, where every feature has one and they are several texts."""
    cells = frame.get(PROPERTY)
    if cells is None or cells.isna().any() or not all(isinstance(cell, str) for cell in cells):
        return ()
    values = tuple(str(value) for value in cells.unique())
    return values if 1 < len(values) <= MOST_LAYERS else ()


def _part(frame: gpd.GeoDataFrame, layer: str) -> gpd.GeoDataFrame:
    """The features of one layer with the columns that it fills."""
    rows = frame.loc[frame[PROPERTY] == layer].reset_index(drop=True)
    others = [c for c in rows.columns if c != rows.geometry.name and (c == PROPERTY or rows[c].isna().all())]
    part = gpd.GeoDataFrame(rows.drop(columns=others), geometry=rows.geometry.name, crs=frame.crs)
    part.attrs = dict(frame.attrs)
    return part
