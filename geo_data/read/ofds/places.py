"""Where the nodes and spans of a network are, in WGS 84."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from shapely.geometry import LineString, Point

from geo_data.datum import WGS84, parse_crs, transform
from geo_data.findings import listed
from geo_data.read.ofds.fields import Found, Json
from geo_data.read.ofds.shapes import shape_of

__all__ = ["located", "span_shapes"]

_Shape: TypeAlias = Point | LineString | None


def located(network: Json, nodes: list[Json], found: list[Found]) -> list[_Shape]:
    """Return the points of nodes; None where a node has none, or its location is none."""
    return _in_wgs84(network, [_point(node) for node in nodes], found)


def span_shapes(network: Json, spans: list[Json], found: list[Found]) -> list[_Shape]:
    """Return the lines of spans; a span without route runs straight between its nodes, which is told."""
    ends = {str(node.get("id")): _point(node) for node in reversed(network.get("nodes", []))}
    _tell_unknown_ends(spans, ends, found)
    shapes: list[_Shape] = []
    straight: list[str] = []
    for span in spans:
        shape: _Shape = shape_of(span.get("route"))
        if not isinstance(shape, LineString):
            shape = _straight(span, ends)
            straight += [str(span.get("id", ""))] if shape is not None else []
        shapes.append(shape)
    if straight:
        text = f"Spans without a route, drawn straight between their nodes: {listed(straight)}."
        found.append(("warning", "ofds-route-missing", text, "Their lengths are too short; give them their routes."))
    return _in_wgs84(network, shapes, found)


def _point(node: Json) -> Point | None:
    """Location of a node, None where it is no point."""
    shape = shape_of(node.get("location"))
    return shape if isinstance(shape, Point) else None


def _straight(span: Json, ends: dict[str, Point | None]) -> LineString | None:
    """A straight line between the span's nodes, None where one is unknown or both are in one place."""
    start, end = ends.get(str(span.get("start"))), ends.get(str(span.get("end")))
    if start is None or end is None or start.equals(end):
        return None
    return LineString([(p.x, p.y) for p in (start, end)])


def _tell_unknown_ends(spans: list[Json], ends: dict[str, Point | None], found: list[Found]) -> None:
    """Say which spans name nodes that are not there."""
    stated = [(span, key) for span in spans for key in ("start", "end") if span.get(key) is not None]
    lost = [f"{span.get('id', '')} ({span[key]})" for span, key in stated if str(span[key]) not in ends]
    if lost:
        text = f"Spans that end at a node which the network has not: {listed(lost)}."
        found.append(
            ("warning", "ofds-reference", text, "Correct the id, or add the node; routes are read all the same.")
        )


def _in_wgs84(network: Json, shapes: list[_Shape], found: list[Found]) -> list[_Shape]:
    """The shapes in WGS 84; by the standard they are, and its ``crs`` may still say otherwise."""
    crs = network.get("crs")
    said = str(crs.get("uri") or crs.get("name") or "") if isinstance(crs, dict) else ""
    stated = parse_crs(said) if said else WGS84
    if stated is None:
        text = f"The network states the coordinate system '{said}', which is not known; it is read as WGS 84."
        found.append(("warning", "ofds-crs", text, "State it by its registry address, or export it in WGS 84."))
        return shapes
    if stated.equals(WGS84, ignore_axis_order=True) or "CRS84" in said.upper().replace(" ", ""):
        return shapes
    found.append(("note", "ofds-crs", f"The network is in {stated.name}; it was brought to WGS 84.", ""))
    return list(transform(np.array(shapes, dtype=object), stated, WGS84))
