"""Write layers to a GeoPackage that QGIS opens with the looks of the maps."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geo_data.maps.style import MapLayer
from geo_data.write.atomic import atomic_path
from geo_data.write.layer_frames import unique_names
from geo_data.write.qml import layer_qml

__all__ = ["write_gpkg"]

_GEOMETRY = "geom"


def write_gpkg(layers: Iterable[MapLayer], path: str | os.PathLike[str], other: str = "other") -> None:
    """Write one table a layer, with the layers' styles in the table ``layer_styles`` where QGIS looks for them.

    Tables carry the layers' names, and their titles as identifier and description; coordinate systems stay as they are.

    Parameters
    ----------
    layers
        Layers to write; empty ones become empty tables.
    path
        Where the file shall stand; it appears whole or not at all.
    other
        Title of the category of features that have no variant's value.

    Raises
    ------
    ValueError
        If two layers share a name.
    """
    listed = unique_names(layers)
    with atomic_path(path) as part:
        titles = [layer.title for layer in listed]
        for layer in listed:
            alone = titles.count(layer.title) == 1  # GeoPackage wants identifiers to differ
            _write_layer(layer, part, layer.title if alone else f"{layer.title} ({layer.name})")
        _write_styles(listed, part, other)


def _write_layer(layer: MapLayer, path: Path, identifier: str) -> None:
    """Append one layer as a table."""
    frame = _storable(layer.frame)
    options = {"IDENTIFIER": identifier, "DESCRIPTION": layer.title, "GEOMETRY_NAME": _GEOMETRY}
    pyogrio.write_dataframe(
        frame,
        path,
        layer=layer.name,
        driver="GPKG",
        append=path.exists(),
        layer_options=options,
        geometry_type=_geometry_type(layer),
        promote_to_multi=_is_multi(frame),
        dataset_options=None if path.exists() else {"VERSION": "1.3"},
    )


def _storable(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the frame without the column names GeoPackage keeps for itself, geometry in ``geom``."""
    taken = {
        name: f"{name}_"
        for name in frame.columns
        if str(name).lower() in ("fid", _GEOMETRY) and name != frame.geometry.name
    }
    return (
        frame.rename(columns=taken).rename_geometry(_GEOMETRY)
        if frame.geometry.name != _GEOMETRY
        else frame.rename(columns=taken)
    )


def _geometry_type(layer: MapLayer) -> str:
    """Return the type of the table, also where the frame is empty and cannot tell."""
    single = {"line": "LineString", "polygon": "Polygon"}.get(layer.style.mark, "Point")
    return f"Multi{single}" if _is_multi(layer.frame) else single


def _is_multi(frame: gpd.GeoDataFrame) -> bool:
    return bool(frame.geom_type.fillna("").str.startswith("Multi").any())


def _write_styles(layers: tuple[MapLayer, ...], path: Path, other: str) -> None:
    """Append the table of styles, each the default of its layer."""
    rows = [
        {
            "f_table_catalog": "",
            "f_table_schema": "",
            "f_table_name": layer.name,
            "f_geometry_column": _GEOMETRY,
            "styleName": layer.name,
            "styleQML": layer_qml(layer, other),
            "styleSLD": "",
            "useAsDefault": True,
            "description": layer.title,
            "owner": "",
            "ui": "",
            "update_time": pd.Timestamp.now(tz="UTC"),
        }
        for layer in layers
    ]
    if rows:
        pyogrio.write_dataframe(pd.DataFrame(rows), path, layer="layer_styles", driver="GPKG", append=True)
