"""Write layers as FlatGeobuf, one file a layer: quick to draw, with a spatial index, read by GIS and by web maps."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pyogrio

from geo_data.maps.style import MapLayer
from geo_data.write.file_set import file_names, file_set
from geo_data.write.layer_frames import placed, single_type, typed_frame, unique_names
from geo_data.write.options import WriteOptions

__all__ = ["write_flatgeobuf"]


def write_flatgeobuf(
    layers: Iterable[MapLayer],
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Write one ``.fgb`` file a layer into a folder, or into one zip.

    The spatial index sorts the features by place: their order is not kept. Layers with features that have no geometry
    get no index, and keep their order.

    Parameters
    ----------
    layers
        Layers to write; empty ones become files without features.
    path
        Folder to make, or a name ending in ``.zip``; it appears whole or not at all.
    options
        Coordinates (any system); the layers' own by default.

    Returns
    -------
    tuple of str
        Nothing: the format holds all there is.

    Raises
    ------
    ValueError
        If two layers share a name.
    FileExistsError
        If a folder that holds something stands there.
    """
    listed = unique_names(layers)
    with file_set(path) as folder:
        for layer, name in zip(listed, file_names(listed), strict=True):
            _write_layer(layer, folder / f"{name}.fgb", options)
    return ()


def _write_layer(layer: MapLayer, file: Path, options: WriteOptions) -> None:
    frame = typed_frame(placed(layer, options.coordinates))
    gone = frame.geometry.isna() | frame.geometry.is_empty
    index = "NO" if gone.any() else "YES"  # the index cannot hold features without a place
    pyogrio.write_dataframe(
        frame,
        file,
        driver="FlatGeobuf",
        layer=layer.name,
        layer_options={"SPATIAL_INDEX": index, "TITLE": layer.title},
        geometry_type=None if len(frame) else single_type(layer),
    )
