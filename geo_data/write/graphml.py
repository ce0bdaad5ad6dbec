"""Write a network as GraphML, for networkx, Gephi, Cytoscape, igraph and yEd."""

from __future__ import annotations

import os
from typing import Any

import geopandas as gpd
import networkx as nx

from geo_data.write.atomic import atomic_path
from geo_data.write.layer_frames import WGS84, plain_columns

__all__ = ["network_graph", "write_graphml"]


def write_graphml(nodes: gpd.GeoDataFrame, links: gpd.GeoDataFrame, path: str | os.PathLike[str]) -> None:
    """Write nodes and links with all their columns.

    Parameters
    ----------
    nodes
        One row a node; ``id`` names it. Points become ``longitude`` and ``latitude`` in WGS84.
    links
        One row a link; ``a`` and ``b`` are row numbers in `nodes`, ``id`` names it. Lines become ``wkt`` in WGS84.
    path
        Where the file shall stand; it appears whole or not at all.

    Raises
    ------
    ValueError
        If a link ends at a node that is not there.
    """
    graph = network_graph(nodes, links)
    with atomic_path(path) as part:
        nx.write_graphml_xml(graph, part)


def network_graph(nodes: gpd.GeoDataFrame, links: gpd.GeoDataFrame) -> nx.MultiGraph[str]:
    """Return nodes and links as an undirected multigraph whose attributes are plain values."""
    names = [str(name) for name in nodes["id"]]
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    places = nodes.geometry.to_crs(WGS84)
    for name, values, point in zip(names, _rows(nodes, ("id",)), places, strict=True):
        graph.add_node(name, **values, longitude=round(point.x, 7), latitude=round(point.y, 7))
    lines = links.geometry.to_crs(WGS84).to_wkt(rounding_precision=7)
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
    return [{name: values[i] for name, values in columns.items() if values[i] is not None} for i in range(len(frame))]
