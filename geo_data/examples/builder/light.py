"""Chooses which of the assumed fibre is lit: the backbone, the way to centers with 400G, and what lies densest."""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.examples.builder.roads import Density

__all__ = ["light"]


def light(routes: gpd.GeoDataFrame, centers: Iterable[int], density: Density, share: float) -> NDArray[np.bool_]:
    """Return which routes are lit; all of them hang together.

    Parameters
    ----------
    routes
        Fibre routes with their ends a and b, and lit for those of the backbone.
    centers
        Road vertices that have to be reached by lit fibre.
    density
        Where the city is dense: lit fibre spreads there first.
    share
        Share of the length to light.
    """
    lit = routes["lit"].to_numpy(dtype=bool).copy()
    net = _route_graph(routes)
    for center in centers:
        lit[_way_to_lit(net, lit, center)] = True
    length = routes.length.to_numpy()
    dense = density.at(shapely.get_coordinates(shapely.centroid(routes.geometry.to_numpy())))
    ends = routes[["a", "b"]].to_numpy().tolist()

    def neighbours(row: int) -> list[tuple[float, int]]:
        beside = (data["row"] for end in ends[row] for *_, data in net.edges(end, data=True))
        return [(-float(dense[k]), k) for k in beside if not lit[k]]

    queue = sorted({n for row in np.flatnonzero(lit).tolist() for n in neighbours(row)})
    while queue and length[lit].sum() < share * length.sum():
        _, row = heapq.heappop(queue)
        if not lit[row]:
            lit[row] = True
            for neighbour in neighbours(row):
                heapq.heappush(queue, neighbour)
    return np.asarray(lit)


def _route_graph(routes: gpd.GeoDataFrame) -> nx.MultiGraph[int]:
    """Routes as edges between their ends, with row number and length."""
    net: nx.MultiGraph[int] = nx.MultiGraph()
    for row, (a, b, metres) in enumerate(zip(routes["a"], routes["b"], routes.length, strict=True)):
        net.add_edge(int(a), int(b), row=row, metres=float(metres))
    return net


def _way_to_lit(net: nx.MultiGraph[int], lit: NDArray[np.bool_], start: int) -> list[int]:
    """Rows of the shortest way from a vertex to lit fibre; empty when it stands on it."""
    goals = {v for a, b, data in net.edges(data=True) if lit[data["row"]] for v in (a, b)}
    paths = nx.single_source_dijkstra_path(net, start, weight="metres")
    walk = next(path for end, path in paths.items() if end in goals)
    steps = pairwise(walk)
    return [min(net[a][b].values(), key=lambda d: float(d["metres"]))["row"] for a, b in steps]
