"""Street graphs and topologies as layers: edges become lines, nodes become points."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS
from shapely.geometry import LineString, Point
from shapely.geometry.base import BaseGeometry

from geo_data.datum import WGS84, parse_crs
from geo_data.datum.chinese import shifted_name
from geo_data.findings import listed
from geo_data.read.graph_files import Edge, Graph, read_graph_file
from geo_data.read.graph_values import line_of, place_of, plain, says_degrees, street_cells
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable
from geo_data.schema import layer_spec

__all__ = ["graph_layers", "read_graph"]

_SHOWN = 8


def read_graph(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the edges (line layers) or nodes (point layers) of a graph with all their attributes.

    Nodes have ``x`` and ``y``, or longitude and latitude, or ``pos``; edges may have a line as WKT or GeoJSON, else
    they run straight between their nodes. The system is the graph's attribute ``crs``, else WGS 84 for degrees. Both
    directions of a street become one line.

    Parameters
    ----------
    path
        GraphML, GML or node-link JSON.
    name
        Layer of the schema; '' takes what ``layer`` says.
    settings
        ``layer`` 'nodes' or 'edges' where `name` takes both or is not known; ``x`` and ``y`` name the coordinates.

    Raises
    ------
    Unreadable
        If the file is broken, or no node has a place.
    """
    graph = read_graph_file(path, settings.encoding)
    places = {node: place_of(values, settings.x, settings.y) for node, values in graph.nodes.items()}
    frame = _edges(graph, places) if _wants_edges(name, settings.layer) else _nodes(graph, places)
    frame = frame.set_crs(_crs(graph, settings, frame))
    if graph.further:
        text = f"The file holds {graph.further + 1} graphs; only the first is read."
        remark(frame, "warning", "graph-further", text, "Save the others as files of their own.", graph.further)
    return frame


def graph_layers(path: Path) -> tuple[str, ...]:
    """Return 'nodes' and 'edges', as far as the file has them."""
    graph = read_graph_file(path)
    return tuple(word for word, there in (("nodes", graph.nodes), ("edges", graph.edges)) if there)


def _wants_edges(name: str, layer: str) -> bool:
    """Whether the layer takes lines."""
    if layer not in ("", "nodes", "edges"):
        raise Unreadable(f"has no layer '{layer}'", "It has nodes and edges.")
    if not name:
        return layer != "nodes"
    shapes = layer_spec(name).geometry
    if "LineString" not in shapes and "Point" not in shapes:
        raise Unreadable(f"is a graph, which has no areas for '{name}'", "Name a file with polygons.")
    edges = "LineString" in shapes
    if layer == ("nodes" if edges else "edges"):
        raise Unreadable(f"gives '{name}' from its {'edges' if edges else 'nodes'}", "Take layer = '...' out.")
    return edges


def _nodes(graph: Graph, places: dict[str, Point | None]) -> gpd.GeoDataFrame:
    """One row a node that has a place."""
    kept = [node for node in graph.nodes if places[node] is not None]
    lost = [node for node in graph.nodes if places[node] is None]
    _stop_without_places(graph, kept)
    rows = [{"name": _label(graph.nodes[n]), **plain(graph.nodes[n]), "id": n} for n in kept]
    frame = _frame(rows, [places[node] for node in kept])
    if lost:
        text = f"Nodes without a place, left out: {listed(lost, _SHOWN)}."
        remark(frame, "warning", "graph-place-missing", text, "Give them x and y.", len(lost))
    return frame


def _edges(graph: Graph, places: dict[str, Point | None]) -> gpd.GeoDataFrame:
    """One row an edge that has a line or two places."""
    drawn = [line_of(edge.values) for edge in graph.edges]
    lines = [d if d is not None else _straight(e, places) for d, e in zip(drawn, graph.edges, strict=True)]
    there = [i for i, line in enumerate(lines) if line is not None]
    if graph.edges:
        _stop_without_places(graph, there)
    kept, twins = _without_twins(graph, lines, there)
    ids = _ids([graph.edges[i] for i in kept])
    rows = [_edge_row(graph.edges[i], key) for i, key in zip(kept, ids, strict=True)]
    frame = _frame(rows, [lines[i] for i in kept])
    _tell_edges(frame, graph, places, [i for i, line in enumerate(lines) if line is None])
    straight = sum(drawn[i] is None for i in kept)
    if straight:
        text = f"Edges without a line of their own, drawn straight between their nodes: {straight}."
        remark(frame, "note", "graph-straight", text, "Their lengths may be too short.", straight)
    if twins:
        text = f"Edges that are the way back of another, merged with it: {twins}."
        remark(frame, "note", "graph-twins", text, "", twins)
    return frame


def _edge_row(edge: Edge, key: str) -> dict[str, Any]:
    """The schema's columns that a street graph tells, the edge's attributes, and its ends."""
    return {"name": _label(edge.values), **plain(edge.values), **street_cells(edge.values), "id": key} | {
        "a": edge.start,
        "b": edge.end,
    }


def _straight(edge: Edge, places: dict[str, Point | None]) -> LineString | None:
    """A straight line between the ends, None where one has no place."""
    start, end = places.get(edge.start), places.get(edge.end)
    return None if start is None or end is None else LineString([(start.x, start.y), (end.x, end.y)])


def _without_twins(graph: Graph, lines: list[BaseGeometry | None], there: list[int]) -> tuple[list[int], int]:
    """Numbers of the edges without those that run the same line back, and how many those are."""
    if not graph.directed:
        return there, 0
    forward: Counter[tuple[str, str, str]] = Counter()
    kept: list[int] = []
    for i in there:
        edge, line = graph.edges[i], lines[i]
        back = (edge.end, edge.start, _print(shapely.reverse(line)))
        if forward[back]:
            forward[back] -= 1
        else:
            forward[(edge.start, edge.end, _print(line))] += 1
            kept.append(i)
    return kept, len(there) - len(kept)


def _print(line: BaseGeometry | None) -> str:
    """What tells one line from another."""
    return "" if line is None else str(line.wkb_hex)


def _ids(edges: list[Edge]) -> list[str]:
    """Own ids where every edge has one of its own; else the ends with a number after those that stand twice."""
    own = [str(edge.values.get("id", "") or edge.key) for edge in edges]
    if all(own) and len(set(own)) == len(own):
        return own
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for edge in edges:
        ends = f"{edge.start}-{edge.end}"
        seen[ends] += 1
        ids.append(ends if seen[ends] == 1 else f"{ends}-{seen[ends]}")
    return ids


def _label(values: dict[str, Any]) -> str:
    """The name of a node or edge under the usual keys."""
    found = next((values[k] for k in ("name", "label", "Label", "LinkLabel") if values.get(k)), "")
    return str(plain({"name": found}).get("name", ""))


def _frame(rows: list[dict[str, Any]], shapes: list[Any]) -> gpd.GeoDataFrame:
    """Rows with their shapes; the file's own attribute called geometry is the shape."""
    table = pd.DataFrame(rows, columns=None if rows else ["id", "name"]).drop(columns="geometry", errors="ignore")
    return gpd.GeoDataFrame(table, geometry=np.array(shapes, dtype=object))


def _crs(graph: Graph, settings: LayerSettings, frame: gpd.GeoDataFrame) -> CRS | None:
    """What the graph states; degrees are WGS 84 where it states nothing."""
    stated = str(graph.values.get("crs") or "").split(" (")[0]
    crs = parse_crs(stated) if stated else None
    if stated and crs is None and not settings.crs:
        text = f"The graph states the coordinate system '{stated[:60]}'."
        wanted = shifted_name(stated) or "EPSG:..."
        remark(frame, "warning", "graph-crs", text, f"State it in the project file: crs = '{wanted}'.")
    degrees = any(says_degrees(values) for values in graph.nodes.values())
    return crs if crs is not None or stated or not degrees else WGS84


def _stop_without_places(graph: Graph, placed: list[Any]) -> None:
    """Raise when nothing has a place."""
    if graph.nodes and not placed:
        names = sorted({key for values in graph.nodes.values() for key in values})[:_SHOWN]
        has = f"; its nodes have {', '.join(names)}" if names else ""
        raise Unreadable(
            f"is a graph without coordinates{has}", "Give nodes x and y, or longitude and latitude, or state x and y."
        )


def _tell_edges(frame: gpd.GeoDataFrame, graph: Graph, places: dict[str, Point | None], lost: list[int]) -> None:
    """Say which edges were left out, and the nodes they lack."""
    if lost:
        ends = [n for i in lost for n in (graph.edges[i].start, graph.edges[i].end) if places.get(n) is None]
        nodes = listed(dict.fromkeys(ends), _SHOWN)
        text = f"Edges left out, since they end at nodes without a place: {len(lost)}. The nodes: {nodes}."
        remark(frame, "warning", "graph-place-missing", text, "Give the nodes x and y.", len(lost))
