"""Write layers as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

import geopandas as gpd
import numpy as np
import shapely

from geo_data.atomic import atomic_path
from geo_data.maps.style import MapLayer
from geo_data.write.layer_frames import degrees_frame, plain_columns, unique_names
from geo_data.write.options import WriteOptions

__all__ = ["write_geojson"]

_DIGITS = 9  # decimals of a degree, 0.1 mm: lengths stay within a millimetre a kilometre
_Placed = tuple[MapLayer, gpd.GeoDataFrame]


def write_geojson(
    layers: Iterable[MapLayer],
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> tuple[str, ...]:
    """Write all layers into one FeatureCollection; every feature says in the property ``layer`` where it belongs.

    One file, since a plan belongs together; ``layer`` splits it again in any tool. Coordinates have 9 decimals, rings
    are right-handed, the collection has its ``bbox``, features without geometry have ``null`` there. One feature stands
    on one line. Coordinates are WGS 84, as the standard wants; GCJ-02 and BD-09, when asked for, are named in
    the members ``datum`` and ``note``.

    Parameters
    ----------
    layers
        Layers to write.
    path
        Where the file shall stand; it appears whole or not at all.
    options
        Coordinates (WGS 84, GCJ-02 or BD-09), WGS 84 by default.

    Returns
    -------
    tuple of str
        What the reader of the file has to know.

    Raises
    ------
    ValueError
        If two layers share a name, or one has a column called ``layer``.
    """
    listed = unique_names(layers)
    for layer in listed:
        if "layer" in layer.frame.columns:
            raise ValueError(f"Layer '{layer.name}' has a column 'layer', which GeoJSON export sets itself. Rename it.")
    shown = [(layer, degrees_frame(layer, _DIGITS, options.coordinates)) for layer in listed]
    note = _note(options)
    with atomic_path(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        _write(file, shown, options, note)
    return (note,) if note else ()


def _note(options: WriteOptions) -> str:
    shifted = options.coordinates.shifted if options.coordinates else ""
    if not shifted:
        return ""
    return (
        f"Coordinates are {shifted}, shifted by 100 m and more for Chinese map services; RFC 7946 wants WGS 84. "
        "Programs that do not know this draw them off their place."
    )


def _write(file: TextIO, shown: list[_Placed], options: WriteOptions, note: str) -> None:
    head: dict[str, Any] = {"type": "FeatureCollection"}
    if note and options.coordinates:
        head |= {"datum": options.coordinates.shifted, "note": note}
    box = _box(shown)
    if box:
        head["bbox"] = box
    file.write(_text(head)[:-1] + ',"features":[\n')
    for number, feature in enumerate(_features(shown)):
        file.write((",\n" if number else "") + feature)
    file.write("\n]}\n")


def _box(shown: list[_Placed]) -> list[float]:
    """Return west, south, east, north of everything; nothing where there is no geometry."""
    bounds = np.array([frame.total_bounds for _, frame in shown if len(frame)]).reshape(-1, 4)
    bounds = bounds[np.isfinite(bounds).all(axis=1)]
    return [*bounds[:, :2].min(axis=0).tolist(), *bounds[:, 2:].max(axis=0).tolist()] if len(bounds) else []


def _features(shown: list[_Placed]) -> Iterator[str]:
    """Yield every feature as JSON text."""
    for layer, frame in shown:
        columns = plain_columns(frame)
        shapes = shapely.to_geojson(frame.geometry.to_numpy())
        gone = frame.geometry.isna() | frame.geometry.is_empty
        for row, (shape, missing) in enumerate(zip(shapes, gone, strict=True)):
            properties = {"layer": layer.name, **{name: values[row] for name, values in columns.items()}}
            yield f'{{"type":"Feature","properties":{_text(properties)},"geometry":{"null" if missing else shape}}}'


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
