"""Write a network as GraphML, for networkx, Gephi, Cytoscape, igraph and yEd."""

from __future__ import annotations

import os
from typing import Any

import geopandas as gpd
import networkx as nx

from geo_data.atomic import atomic_path
from geo_data.write.coordinates import WGS84_DEGREES
from geo_data.write.layer_frames import plain_columns, xml_text
from geo_data.write.options import WriteOptions

__all__ = ["network_graph", "write_graphml"]

_DEGREE_DIGITS = 9  # 0.1 mm
_METRE_DIGITS = 4


def write_graphml(
    nodes: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    path: str | os.PathLike[str],
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> None:
    """Write nodes and links with all their columns; the graph's attributes ``crs`` and ``title`` say the rest.

    Parameters
    ----------
    nodes
        One row a node; ``id`` names it. Points become ``longitude`` and ``latitude``, or ``x`` and ``y`` on a map grid.
    links
        One row a link; ``a`` and ``b`` are row numbers in `nodes`, ``id`` names it. Lines become ``wkt``.
    path
        Where the file shall stand; it appears whole or not at all.
    options
        Title and coordinates (any system), WGS 84 by default.

    Raises
    ------
    ValueError
        If a link ends at a node that is not there.
    """
    graph = network_graph(nodes, links, options)
    with atomic_path(path) as part:
        nx.write_graphml_xml(graph, part)


def network_graph(
    nodes: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    options: WriteOptions = WriteOptions(),  # noqa: B008 - frozen
) -> nx.MultiGraph[str]:
    """Return nodes and links as an undirected multigraph whose attributes are plain values."""
    system = options.coordinates or WGS84_DEGREES
    grid = system.crs.is_projected
    east, north, digits = ("x", "y", _METRE_DIGITS) if grid else ("longitude", "latitude", _DEGREE_DIGITS)
    names = [str(name) for name in nodes["id"]]
    graph: nx.MultiGraph[str] = nx.MultiGraph(crs=system.name, title=options.title)
    places = system.place(nodes).geometry
    for name, values, point in zip(names, _rows(nodes, ("id",)), places, strict=True):
        graph.add_node(name, **values, **{east: round(point.x, digits), north: round(point.y, digits)})
    lines = system.place(links).geometry.to_wkt(rounding_precision=digits)
    for a, b, key, values, line in zip(
        links["a"], links["b"], links["id"], _rows(links, ("a", "b")), lines, strict=True
    ):
        if not (0 <= a < len(names) and 0 <= b < len(names)):
            raise ValueError(
                f"Link '{key}' ends at nodes {a} and {b}, but there are {len(names)} nodes (0 is the first)."
            )
        graph.add_edge(names[a], names[b], key=str(key), **values, wkt=line)
    return graph


def _rows(frame: gpd.GeoDataFrame, without: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the rows as plain values; what is missing is left out."""
    columns = plain_columns(frame, without)
    return [
        {name: _safe(values[i]) for name, values in columns.items() if values[i] is not None} for i in range(len(frame))
    ]


def _safe(value: Any) -> Any:
    return xml_text(value) if isinstance(value, str) else value
