"""Lays the assumed existing fibre: backbone rings over the bridges, then district rings between metro sites."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay

from geo_data.examples.builder.rivers import CRS, water
from geo_data.examples.builder.roads import RoadGraph, WayFinder, way_finder

__all__ = ["Cable", "cable_network", "fibre_routes"]

CLASS_COST = {"trunk": 1.0, "primary": 1.0, "secondary": 1.15, "tertiary": 2.0, "motorway": 2.5}
OTHER_COST = 4.0
REUSE = 0.7
"""Factor on the cost of a road that carries fibre already: new rings share trenches with old ones for a while."""
BESIDE, BESIDE_M = 3.0, 45.0
"""Factor on roads within so many metres of fibre that they are its other carriageway."""
BRIDGE_COST = 8.0
"""Factor on crossings for district rings: they keep to their bank."""
LONGEST_PAIR_M = 9000.0


@dataclass
class Cable:
    """Fibre on roads while it is being laid: the set of road edges, each a pair of vertices in ascending order."""

    graph: RoadGraph
    ways: WayFinder
    key: NDArray[np.int64]
    weight: NDArray[np.float64]
    edges: dict[tuple[int, int], bool]
    lines: shapely.STRtree
    shunned: NDArray[np.bool_]
    length_m: float = 0.0

    def lay(self, start: int, goal: int, lit: bool, over_water: bool) -> None:
        """Lay fibre along the cheapest way between two road vertices."""
        weight = self.weight if over_water else np.where(self.graph.bridge != "", BRIDGE_COST, 1.0) * self.weight
        walk = self.ways.path(weight, start, goal)
        fresh = {(min(a, b), max(a, b)) for a, b in pairwise(walk)} - self.edges.keys()
        for a, b in sorted(fresh):
            self.edges[a, b] = lit
            self.length_m += math.dist(self.graph.xy[a], self.graph.xy[b])
        new = np.isin(self.key, [a * len(self.graph.xy) + b for a, b in fresh])
        self.weight = np.where(new, self.weight * REUSE, self.weight)
        self._shun_beside(np.flatnonzero(new))

    def _shun_beside(self, new: NDArray[np.int64]) -> None:
        """Make the other carriageway of roads that just got fibre dearer: one cable a road will do."""
        if len(new) == 0:
            return
        road = shapely.union_all(shapely.buffer(self.lines.geometries[new], BESIDE_M, quad_segs=2))
        beside = np.setdiff1d(self.lines.query(road, predicate="contains"), np.flatnonzero(self.shunned))
        ends = np.sort(np.column_stack([self.graph.tail[beside], self.graph.head[beside]]), axis=1)
        beside = beside[[(a, b) not in self.edges for a, b in ends.tolist()]]
        self.weight[beside] *= BESIDE
        self.shunned[beside] = True


def _base_weight(graph: RoadGraph) -> NDArray[np.float64]:
    """Cost of fibre on each road line: main roads first."""
    factor = np.array([CLASS_COST.get(c, OTHER_COST) for c in graph.road_class.tolist()])
    return np.asarray(graph.length_m * factor + 1.0)


def _neighbours(xy: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Pairs of neighbouring sites with dry land between, nearest first.

    First the Gabriel pairs (no third site in the circle over them), then the other Delaunay pairs.
    """
    corners = Delaunay(xy).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    middle = (xy[pairs[:, 0]] + xy[pairs[:, 1]]) / 2
    radius = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T) / 2
    nearest = np.hypot(*np.moveaxis(xy[None, :, :] - middle[:, None, :], 2, 0)).min(axis=1)
    dry = ~shapely.intersects(shapely.linestrings(xy[pairs]), water()) & (radius < LONGEST_PAIR_M / 2)
    order = np.lexsort((radius, nearest < radius - 1.0))
    return [(int(a), int(b)) for a, b in pairs[order[dry[order]]]]


def cable_network(
    graph: RoadGraph, points: NDArray[np.int64], rings: Sequence[tuple[Sequence[int], bool]], target_km: float
) -> Cable:
    """Lay the rings, then tie every point in twice where it can be, then close more rings up to `target_km`.

    Parameters
    ----------
    graph
        The roads.
    points
        Road vertices to tie in: metro sites and crossroads.
    rings
        Closed walks over road vertices, each with whether it is lit.
    target_km
        Length at which to stop; dead ends are taken back afterwards by `fibre_routes`.
    """
    lines = shapely.STRtree(np.asarray(shapely.linestrings(graph.xy[np.column_stack([graph.tail, graph.head])])))
    cable = Cable(
        graph,
        way_finder(graph),
        graph.edge_key(),
        _base_weight(graph),
        {},
        lines,
        np.zeros(len(graph.tail), dtype=bool),
    )
    for stops, lit in rings:
        for a, b in zip(stops, [*stops[1:], stops[0]], strict=True):
            cable.lay(a, b, lit, True)
    pairs = _neighbours(graph.xy[points])
    for a, b in _in_building_order(pairs, len(points)):
        if cable.length_m >= 1000 * target_km:
            break
        cable.lay(int(points[a]), int(points[b]), False, False)
    return cable


def _in_building_order(pairs: list[tuple[int, int]], n_sites: int) -> list[tuple[int, int]]:
    """Pairs of the spanning tree first, then a second way for its leaves, then the rest; order kept otherwise."""
    tree: nx.Graph[int] = nx.Graph()
    tree.add_nodes_from(range(n_sites))
    first, second, rest = [], [], []
    for a, b in pairs:
        if nx.has_path(tree, a, b):
            rest.append((a, b))
        else:
            tree.add_edge(a, b)
            first.append((a, b))
    degree = dict(tree.degree())
    for a, b in rest:
        if min(degree[a], degree[b]) < 2:
            degree[a], degree[b] = degree[a] + 1, degree[b] + 1
            second.append((a, b))
    return [*first, *second, *(p for p in rest if p not in set(second))]


def fibre_routes(cable: Cable, stops: set[int]) -> gpd.GeoDataFrame:
    """Take back dead ends without a site and split the fibre at sites and branches into routes.

    Returns
    -------
    geopandas.GeoDataFrame
        Columns a, b (road vertices of the ends), lit, geometry; one row a route, sorted by position.
    """
    net: nx.Graph[int] = nx.Graph()
    net.add_edges_from((a, b, {"lit": lit}) for (a, b), lit in sorted(cable.edges.items()))
    _take_back_dead_ends(net, stops)
    ends = sorted(v for v in net if net.degree(v) != 2 or v in stops)
    walks = _walks(net, ends)
    rows = [(w[0], w[-1], net.edges[w[0], w[1]]["lit"], shapely.linestrings(cable.graph.xy[w])) for w in walks]
    frame = gpd.GeoDataFrame(rows, columns=["a", "b", "lit", "geometry"], geometry="geometry", crs=CRS)
    return frame.sort_values(["a", "b"], kind="stable").reset_index(drop=True)


def _take_back_dead_ends(net: nx.Graph[int], stops: set[int]) -> None:
    """Remove fibre that leads nowhere."""
    queue = [v for v in net if net.degree(v) == 1 and v not in stops]
    while queue:
        vertex = queue.pop()
        neighbours = list(net.neighbors(vertex))
        net.remove_node(vertex)
        queue.extend(n for n in neighbours if net.degree(n) == 1 and n not in stops)


def _walks(net: nx.Graph[int], ends: list[int]) -> list[list[int]]:
    """Follow the fibre from each end to the next end."""
    stop, seen, walks = set(ends), set(), []
    for start in ends:
        for step in sorted(net.neighbors(start)):
            walk = [start, step]
            while walk[-1] not in stop:
                walk.append(next(v for v in net.neighbors(walk[-1]) if v != walk[-2]))
            if (walk[0], walk[1]) not in seen:
                seen.update([(walk[0], walk[1]), (walk[-1], walk[-2])])
                walks.append(walk)
    return walks
