"""Geometry of the standard: GeoJSON objects, well-known text in its CSV form, and shapes to plan with."""

from __future__ import annotations

import json
from typing import Any, TypeGuard

import shapely
from shapely.geometry import LineString, Point, mapping

from geo_data.read.ofds.fields import Json

__all__ = ["geometry_from_wkt", "shape_of", "wkt_of"]

_FAR = 1e9
"""No coordinate on earth is as large, in degrees or metres."""


def geometry_from_wkt(text: str) -> Json | None:
    """Return a GeoJSON object, None where the text is no well-known text or blank."""
    shape = shapely.from_wkt(text, on_invalid="ignore") if text else None
    if shape is None or shape.is_empty:
        return None
    geometry: Json = json.loads(json.dumps(mapping(shape)))
    return geometry


def wkt_of(geometry: Any) -> str:
    """Return a GeoJSON object as well-known text, '' where it is none."""
    shape = shape_of(geometry)
    return "" if shape is None else shapely.to_wkt(shape, rounding_precision=-1, trim=True)


def shape_of(geometry: Any) -> Point | LineString | None:
    """Return the shape of a GeoJSON Point or LineString, None where it is neither or its coordinates are no numbers."""
    if not isinstance(geometry, dict):
        return None
    places = geometry.get("coordinates")
    if geometry.get("type") == "Point":
        return Point(places) if _is_place(places) else None
    if geometry.get("type") != "LineString" or not isinstance(places, list) or len(places) < 2:
        return None
    same = all(_is_place(p) for p in places) and len({len(p) for p in places}) == 1
    return LineString(places) if same else None


def _is_place(value: Any) -> TypeGuard[list[float]]:
    """Whether it is a list of two or three finite numbers."""
    return (
        isinstance(value, list)
        and len(value) in (2, 3)
        and all(isinstance(v, int | float) and not isinstance(v, bool) and abs(v) < _FAR for v in value)
    )
