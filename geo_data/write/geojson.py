"""Write layers as GeoJSON (RFC 7946)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator

import shapely

from geo_data.maps.style import MapLayer
from geo_data.write.atomic import atomic_path
from geo_data.write.layer_frames import plain_columns, unique_names, wgs84_frame

__all__ = ["write_geojson"]

_DIGITS = 7  # decimals of a degree, about 1 cm


def write_geojson(layers: Iterable[MapLayer], path: str | os.PathLike[str]) -> None:
    """Write all layers into one FeatureCollection; every feature says in the property ``layer`` where it belongs.

    One file, since a plan belongs together; ``layer`` splits it again in any tool. Coordinates are WGS84 with 7
    decimals, rings are right-handed, features without geometry have ``null`` there. One feature stands on one line.

    Parameters
    ----------
    layers
        Layers to write.
    path
        Where the file shall stand; it appears whole or not at all.

    Raises
    ------
    ValueError
        If two layers share a name, or one has a column called ``layer``.
    """
    listed = unique_names(layers)
    for layer in listed:
        if "layer" in layer.frame.columns:
            raise ValueError(f"Layer '{layer.name}' has a column 'layer', which GeoJSON export sets itself. Rename it.")
    with atomic_path(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type":"FeatureCollection","features":[\n')
        for number, text in enumerate(_features(listed)):
            file.write((",\n" if number else "") + text)
        file.write("\n]}\n")


def _features(layers: tuple[MapLayer, ...]) -> Iterator[str]:
    """Yield every feature as JSON text."""
    for layer in layers:
        frame = wgs84_frame(layer, _DIGITS)
        columns = plain_columns(frame)
        shapes = shapely.to_geojson(frame.geometry.to_numpy())
        gone = frame.geometry.isna() | frame.geometry.is_empty
        for row, (shape, missing) in enumerate(zip(shapes, gone, strict=True)):
            properties = {"layer": layer.name, **{name: values[row] for name, values in columns.items()}}
            text = json.dumps(properties, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
            yield f'{{"type":"Feature","properties":{text},"geometry":{"null" if missing else shape}}}'
