"""Pack a document small enough to carry a whole city's roads inside one HTML file.

Coordinates become whole millionths of a degree (0.11 m), written as differences in as few bytes as they need, and the
whole is compressed; the browser unpacks it with DecompressionStream. 24,000 links take about 1 MB.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.maps.classes import class_numbers, layer_classes
from geo_data.maps.findings import findings_layer, findings_list
from geo_data.maps.style import MapDocument, MapLayer, Relation, Route, Style
from geo_data.maps.words import words

__all__ = ["encode_geometry", "pack", "payload", "varints"]

_LOG = logging.getLogger(__name__)
_SCALE = 1e6  # units a degree
_DIGITS = 6  # significant digits of numbers in tooltips


def varints(values: NDArray[np.int64]) -> bytes:
    """Write whole numbers >= 0 in 7-bit groups, lowest first, top bit set on all but the last (LEB128)."""
    left = np.asarray(values, dtype=np.uint64)
    length = np.ones(len(left), dtype=np.int64)
    for power in range(1, 10):
        length += left >= np.uint64(1) << np.uint64(7 * power)
    start = np.concatenate([[0], np.cumsum(length)])
    out = np.zeros(int(start[-1]), dtype=np.uint8)
    for place in range(int(length.max(initial=0))):
        has = length > place
        more = (length[has] > place + 1).astype(np.uint8) << 7
        group = (left[has] >> np.uint64(7 * place)) & np.uint64(0x7F)
        out[start[:-1][has] + place] = group.astype(np.uint8) | more
    return out.tobytes()


def encode_geometry(geometry: NDArray[np.object_]) -> bytes:
    """Encode WGS84 geometries of one kind: parts a feature, [rings a part,] coordinates a ring, then coordinates.

    Coordinates are zigzag differences to the one before, x and y in turn. Points have one coordinate a part, so no ring
    counts; lines count as one ring a part.
    """
    parts, owner = shapely.get_parts(geometry, return_index=True)
    chunks = [np.bincount(owner, minlength=len(geometry))]
    rings = parts
    if len(parts) and shapely.get_dimensions(parts).max() == 2:
        rings, owner = shapely.get_rings(parts, return_index=True)
        chunks.append(np.bincount(owner, minlength=len(parts)))
    xy, owner = shapely.get_coordinates(rings, return_index=True)
    if len(parts) and shapely.get_dimensions(parts).max() > 0:
        chunks.append(np.bincount(owner, minlength=len(rings)))
    whole = np.rint(xy * _SCALE).astype(np.int64)
    step = np.diff(whole, axis=0, prepend=np.zeros((1, 2), dtype=np.int64)).ravel()
    chunks.append((step << 1) ^ (step >> 63))
    return b"".join(varints(chunk) for chunk in chunks)


def payload(doc: MapDocument) -> tuple[dict[str, Any], bytes]:
    """Return the document as plain data and its geometry as bytes."""
    geometry = bytearray()
    layers = []
    marks = findings_layer(doc.findings, doc.language)
    for layer in (*doc.layers, marks) if doc.findings else doc.layers:
        described, encoded = _layer(layer, len(geometry), words(doc.language)["other"])
        layers.append(described)
        geometry += encoded
    own = [r.geometry for relation in doc.routes.values() for r in relation.routes if r.geometry is not None]
    ways = {"n": len(own), "at": len(geometry), "kind": "line"}
    geometry += encode_geometry(np.array(own, dtype=object))
    found = findings_list(doc.findings, marks)
    return {"layers": layers, "relations": _relations(doc), "ways": ways, "findings": found}, bytes(geometry)


def pack(data: bytes) -> str:
    """Compress and write as text."""
    return base64.b64encode(gzip.compress(data, 9, mtime=0)).decode("ascii")


def pack_json(data: object) -> str:
    """Compress plain data as JSON."""
    return pack(json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())


def drawable(layer: MapLayer, crs: Any = "EPSG:4326") -> MapLayer:
    """Return the layer without features that have no geometry, in WGS84 or `crs`; what is left out is logged."""
    frame = layer.frame
    gone = np.asarray(frame.geometry.isna() | frame.geometry.is_empty)
    if gone.any():
        _LOG.warning("Layer '%s': %d features without geometry are not drawn.", layer.name, int(gone.sum()))
        frame = frame[~gone]
    return replace(layer, frame=frame.to_crs(crs).reset_index(drop=True))


def _layer(given: MapLayer, at: int, other: str) -> tuple[dict[str, Any], bytes]:
    """Return one layer as plain data, and its geometry."""
    layer = drawable(given)
    columns = {c: _column(layer.frame[c]) for c in _needed(layer)}
    classes = [{"title": c.title, "n": len(c.rows), **_look(c.style)} for c in layer_classes(layer, other)]
    data = {
        "name": layer.name,
        "title": layer.title,
        "group": layer.group,
        "kind": {"line": "line", "polygon": "polygon"}.get(layer.style.mark, "point"),
        "n": len(layer.frame),
        "at": at,
        "classes": classes,
        "class": class_numbers(layer).tolist() if len(classes) > 1 else None,
        "columns": columns,
        "tooltip": layer.tooltip,
        "search": _searched(layer),
        "visible": layer.visible,
        "label": layer.label,
        "labelMinZoom": layer.label_min_zoom,
        "minZoom": layer.min_zoom,
        "inLegend": layer.in_legend,
        "base": layer.base,
    }
    return data, encode_geometry(layer.frame.geometry.to_numpy())


def _needed(layer: MapLayer) -> list[str]:
    """Return the columns the page reads."""
    shown = [column for column, _ in layer.tooltip] + ([layer.label] if layer.label else [])
    return list(dict.fromkeys(shown + _searched(layer)))


def _searched(layer: MapLayer) -> list[str]:
    """Return the columns by which a feature is found, the one that names it first."""
    known = [column for column in ("name", "id") if column in layer.frame.columns]
    return known if known[:1] == ["name"] or layer.label is None else list(dict.fromkeys([layer.label, *known]))


def _column(values: pd.Series[Any]) -> list[Any]:
    """Return a column as plain values; numbers keep six significant digits."""
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold."""
    if value is None or value is pd.NA or (isinstance(value, float | np.floating) and not np.isfinite(value)):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(f"{value:.{_DIGITS}g}")
    return str(value)


def _look(style: Style) -> dict[str, Any]:
    """Return a style as plain data."""
    return {
        "mark": style.mark,
        "light": style.colour,
        "dark": style.dark_colour,
        "size": style.size,
        "dash": style.dash,
        "opacity": style.opacity,
        "halo": style.halo,
        "hollow": style.hollow,
        "offset": style.offset,
    }


def _relations(doc: MapDocument) -> list[dict[str, Any]]:
    """Return the relations with their links as (layer, feature) numbers; own geometries are numbered in order."""
    places = _link_places(doc)
    ways = iter(range(sum(len(relation.routes) for relation in doc.routes.values())))
    return [_relation(key, relation, places, ways) for key, relation in doc.routes.items()]


def _relation(key: str, relation: Relation, places: dict[str, tuple[int, int]], ways: Any) -> dict[str, Any]:
    return {
        "id": key,
        "title": relation.title,
        "a": relation.a,
        "b": relation.b,
        "limit": relation.limit_us if np.isfinite(relation.limit_us) else None,
        "met": bool(relation.met),
        "routes": [_route(key, route, places, ways) for route in relation.routes],
    }


def _route(key: str, route: Route, places: dict[str, tuple[int, int]], ways: Any) -> dict[str, Any]:
    missing = [link for link in route.links if link not in places]
    if missing and route.geometry is None:
        raise ValueError(
            f"Relation '{key}': link '{missing[0]}' of its {route.role} route stands in no line layer of the map. "
            "Add the layer that holds it, or give the route's geometry."
        )
    return {
        "role": route.role,
        "latency": round(float(route.latency_us), 2),
        "km": round(float(route.length_km), 3),
        "hops": route.hops,
        "way": next(ways) if route.geometry is not None else None,
        "links": [] if route.geometry is not None else [places[link] for link in route.links],
    }


def _link_places(doc: MapDocument) -> dict[str, tuple[int, int]]:
    """Return (layer number, feature number) of every link id; later layers, drawn on top, win."""
    places: dict[str, tuple[int, int]] = {}
    if not any(route.links for relation in doc.routes.values() for route in relation.routes):
        return places
    for number, layer in enumerate(doc.layers):
        if layer.style.mark == "line" and "id" in layer.frame.columns:
            kept = layer.frame[~(layer.frame.geometry.isna() | layer.frame.geometry.is_empty)]
            places.update({str(key): (number, row) for row, key in enumerate(kept["id"])})
    return places
