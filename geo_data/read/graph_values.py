"""Attributes of graphs: numbers and lists that are written as text, places, lines, and the tags of street graphs."""

from __future__ import annotations

import ast
import json
import math
from collections.abc import Mapping
from typing import Any

import shapely
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo_data.read.osm_rules import LINK_SUFFIX, level_of, structure
from geo_data.read.vector import EXACT

__all__ = ["line_of", "place_of", "plain", "says_degrees", "street_cells"]

_DEGREES = (("longitude", "latitude"), ("lon", "lat"), ("lng", "lat"), ("long", "lat"))
_PAIRS = (("x", "y"), *_DEGREES)
_LINES = ("geometry", "wkt", "geom", "the_geom")


def place_of(values: Mapping[str, Any], x: str = "", y: str = "") -> Point | None:
    """Return the place of a node by the stated names or the usual ones, None where it has none that is finite."""
    lower = {str(key).lower(): value for key, value in values.items()}
    for east, north in ((x.lower(), y.lower()),) if x and y else _PAIRS:
        if east in lower and north in lower:
            place = _number(lower[east]), _number(lower[north])
            if place[0] is not None and place[1] is not None:
                return Point(place[0], place[1])
    pos = _listed(lower.get("pos"))
    numbers = [_number(v) for v in pos] if isinstance(pos, list | tuple) else []
    if len(numbers) == 2 and numbers[0] is not None and numbers[1] is not None:
        return Point(numbers[0], numbers[1])
    return None


def says_degrees(values: Mapping[str, Any]) -> bool:
    """Return whether a node's coordinates are called longitude and latitude."""
    lower = {str(key).lower() for key in values}
    return "x" not in lower and any(east in lower and north in lower for east, north in _DEGREES)


def line_of(values: Mapping[str, Any]) -> BaseGeometry | None:
    """Return the line of an edge from WKT, hexadecimal WKB or GeoJSON, None where it has none that is a line."""
    for key in _LINES:
        value = values.get(key)
        shape = None
        if isinstance(value, dict):
            shape = shapely.from_geojson(json.dumps(value), on_invalid="ignore")
        elif isinstance(value, str) and value.strip():
            digits = value.strip()[:2] in ("00", "01")
            shape = (shapely.from_wkb if digits else shapely.from_wkt)(value.strip(), on_invalid="ignore")
        if shape is not None and shape.geom_type in ("LineString", "MultiLineString") and not shape.is_empty:
            return shape
    return None


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return attributes as cells: lists, also those written as text, joined by ';'; objects as JSON; no geometry."""
    return {str(key): _cell(value) for key, value in values.items() if key not in _LINES and value is not None}


def _cell(value: Any) -> Any:
    """One cell."""
    value = _listed(value)
    if isinstance(value, int) and abs(value) >= EXACT:
        return str(value)  # beside a blank it would become floating point and lose digits
    if isinstance(value, list | tuple | set):
        return ";".join(str(v) for v in value)
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict) else value


def _listed(value: Any) -> Any:
    """A list that is written as text ("['a', 'b']", as osmnx does) as a list; everything else as it is."""
    if not isinstance(value, str) or not value.startswith("[") or not value.endswith("]"):
        return value
    try:
        found = ast.literal_eval(value)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return value
    return found if isinstance(found, list) else value


def street_cells(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``class``, ``bridge`` and ``level`` from the tags of a street graph; nothing where it has none of them.

    An edge made of several ways has lists of tags: the first class counts, and any bridge or tunnel.
    """
    cells: dict[str, Any] = {}
    highway = _first(values.get("highway"))
    if highway and not values.get("class"):
        cells["class"] = highway.removesuffix(LINK_SUFFIX)
    tags = {key: _first(values.get(key)) for key in ("bridge", "tunnel", "layer")}
    if any(tags.values()) and highway:
        cells["bridge"] = structure(tags, "bridge") or structure(tags, "tunnel")
        if "level" not in values:
            cells["level"] = level_of(tags)
    return cells


def _first(value: Any) -> str:
    """The first of a list, or the value, as text; '' for none."""
    found = _listed(value)
    if isinstance(found, list):
        found = found[0] if found else None
    return "" if found is None else str(found)


def _number(value: Any) -> float | None:
    """A finite number, also one written as text."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and not isinstance(value, bool) else None
