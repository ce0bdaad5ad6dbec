"""Write layers to a GeoPackage that QGIS opens with the looks of the maps."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio

from geo_data.atomic import atomic_path
from geo_data.maps.style import MapLayer
from geo_data.write.layer_frames import free_name, placed, single_type, typed_frame, unique_names
from geo_data.write.options import WriteOptions
from geo_data.write.qml import layer_qml

__all__ = ["write_gpkg"]

_GEOMETRY = "geom"


def write_gpkg(
    layers: Iterable[MapLayer],
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Write one table a layer, with the layers' styles in the table ``layer_styles`` where QGIS looks for them.

    Tables carry the layers' names, and their titles as identifier and description; coordinate systems stay as they are
    unless another is asked for.

    Parameters
    ----------
    layers
        Layers to write; empty ones become empty tables.
    path
        Where the file shall stand; it appears whole or not at all.
    options
        Coordinates (any system), and the title of the category of features that no variant names.

    Returns
    -------
    tuple of str
        Columns that had to be called otherwise.

    Raises
    ------
    ValueError
        If two layers share a name.
    """
    notes: list[str] = []
    listed = tuple(_storable(layer, options, notes) for layer in unique_names(layers))
    with atomic_path(path) as part:
        titles = [layer.title for layer in listed]
        for layer in listed:
            alone = titles.count(layer.title) == 1  # GeoPackage wants identifiers to differ
            _write_layer(layer, part, layer.title if alone else f"{layer.title} ({layer.name})")
        _write_styles(listed, part, options.other)
    return tuple(notes)


def _storable(layer: MapLayer, options: WriteOptions, notes: list[str]) -> MapLayer:
    """Return the layer in the system asked for, with column types and names that a table can hold."""
    frame = typed_frame(placed(layer, options.coordinates))
    renamed = _renamed(frame)
    notes += [
        f"Column '{old}' of layer '{layer.name}' is called '{new}' in the GeoPackage: the name was taken."
        for old, new in renamed.items()
    ]
    frame = frame.rename(columns=renamed)
    if frame.geometry.name != _GEOMETRY:
        frame = frame.rename_geometry(_GEOMETRY)
    style = replace(layer.style, by=renamed.get(layer.style.by or "", layer.style.by))
    label = renamed.get(layer.label or "", layer.label)
    return replace(layer, frame=frame, style=style, label=label, tooltip=())


def _renamed(frame: gpd.GeoDataFrame) -> dict[str, str]:
    """Return new names for columns whose own is taken: by the table itself, or by another column but for its case."""
    taken, renamed = ["fid", _GEOMETRY], {}
    for name in map(str, frame.columns.drop(frame.geometry.name)):
        free = free_name(name, taken)
        taken.append(free)
        if free != name:
            renamed[name] = free
    return renamed


def _write_layer(layer: MapLayer, path: Path, identifier: str) -> None:
    """Append one layer as a table."""
    options = {"IDENTIFIER": identifier, "DESCRIPTION": layer.title, "GEOMETRY_NAME": _GEOMETRY}
    pyogrio.write_dataframe(
        layer.frame,
        path,
        layer=layer.name,
        driver="GPKG",
        append=path.exists(),
        layer_options=options,
        geometry_type=_geometry_type(layer),
        promote_to_multi=_is_multi(layer.frame),
        dataset_options=None if path.exists() else {"VERSION": "1.3"},
    )


def _geometry_type(layer: MapLayer) -> str:
    """Return the type of the table, also where the frame is empty and cannot tell."""
    single = single_type(layer)
    found = {kind.removeprefix("Multi") for kind in layer.frame.geom_type.dropna()}
    if found - {single}:
        return "Unknown"
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
