"""Write layers as GeoParquet 1.1, one file a layer: for DuckDB, pandas, BigQuery and QGIS; every type is kept."""

from __future__ import annotations

import os
from collections.abc import Iterable

from geo_data.maps.style import MapLayer
from geo_data.write.file_set import file_names, file_set
from geo_data.write.layer_frames import placed, typed_frame, unique_names
from geo_data.write.options import WriteOptions

__all__ = ["write_geoparquet"]


def write_geoparquet(
    layers: Iterable[MapLayer],
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Write one ``.parquet`` file a layer into a folder, or into one zip, with a bounding box for every feature.

    Parameters
    ----------
    layers
        Layers to write.
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
            frame = typed_frame(placed(layer, options.coordinates))
            covered = "bbox" not in frame.columns  # the name that GeoParquet's boxes have
            frame.to_parquet(
                folder / f"{name}.parquet", index=False, schema_version="1.1.0", write_covering_bbox=covered
            )
    return ()
