"""The road network as a graph: vertices, lengths, shortest paths and how dense the city is at a place."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter
from scipy.sparse.csgraph import connected_components, dijkstra

__all__ = ["Density", "RoadGraph", "WayFinder", "density_of", "road_graph", "way_finder"]

MAIN = ("trunk", "primary", "secondary")
LOCAL = ("tertiary", "residential", "living_street", "unclassified")
CELL_M = 250.0
SEARCH_START_M, SEARCH_FACTOR = 5000.0, 8.0
"""Ways are first looked for within this much plus a multiple of the straight distance."""


@dataclass(frozen=True)
class RoadGraph:
    """Roads as a graph of their vertices.

    Parameters
    ----------
    xy
        Vertices in metres, shape (vertices, 2).
    tail, head, length_m
        Ends and length of every road line, shape (lines,).
    road_class
        Class of every line.
    bridge
        Name of the crossing each line belongs to, "" on land.
    """

    xy: NDArray[np.float64]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    length_m: NDArray[np.float64]
    road_class: NDArray[np.str_]
    bridge: NDArray[np.str_]

    def degree(self) -> NDArray[np.int64]:
        """Number of lines at each vertex."""
        return np.bincount(np.concatenate([self.tail, self.head]), minlength=len(self.xy))

    def vertices_of(self, classes: tuple[str, ...]) -> NDArray[np.int64]:
        """Vertices touched by a line of these classes, none of them on a crossing."""
        chosen = np.isin(self.road_class, classes)
        on = np.unique(np.concatenate([self.tail[chosen], self.head[chosen]]))
        wet = self.bridge != ""
        return np.setdiff1d(on, np.concatenate([self.tail[wet], self.head[wet]]))

    def edge_key(self) -> NDArray[np.int64]:
        """One number for the two ends of each line, the same in both directions."""
        return np.asarray(np.minimum(self.tail, self.head) * len(self.xy) + np.maximum(self.tail, self.head))


@dataclass(frozen=True)
class WayFinder:
    """Shortest ways over the roads for changing weights: the adjacency matrix with the road line of each entry."""

    graph: RoadGraph
    indptr: NDArray[np.int32]
    indices: NDArray[np.int32]
    line: NDArray[np.int64]

    def path(self, weight: NDArray[np.float64], start: int, goal: int) -> list[int]:
        """Vertices of the shortest path.

        Raises
        ------
        ValueError
            If the two vertices are not connected.
        """
        straight = float(np.hypot(*(self.graph.xy[start] - self.graph.xy[goal])))
        for limit in (SEARCH_START_M + SEARCH_FACTOR * straight, np.inf):
            before = self._tree(weight, start, limit)
            if before[goal] >= 0 or start == goal:
                walk = [goal]
                while walk[-1] != start:
                    walk.append(int(before[walk[-1]]))
                return walk[::-1]
        raise ValueError(f"Road vertices {start} and {goal} are not connected.")

    def _tree(self, weight: NDArray[np.float64], start: int, limit: float) -> NDArray[np.int32]:
        """Vertex before each vertex on the shortest path from `start`; negative where there is none within `limit`."""
        shape = (len(self.graph.xy), len(self.graph.xy))
        matrix = sp.csr_array((weight[self.line], self.indices, self.indptr), shape=shape)
        _, before = dijkstra(matrix, directed=True, indices=[start], return_predecessors=True, limit=limit)
        return np.asarray(before[0])


def way_finder(graph: RoadGraph) -> WayFinder:
    """Prepare the search for ways; of parallel lines the shortest is used."""
    by_length = np.argsort(graph.length_m, kind="stable")
    _, first = np.unique(graph.edge_key()[by_length], return_index=True)
    line = by_length[first]
    rows = np.concatenate([graph.tail[line], graph.head[line]])
    columns = np.concatenate([graph.head[line], graph.tail[line]])
    numbers = np.concatenate([line, line]).astype(np.float64)
    matrix = sp.csr_array((numbers + 1.0, (rows, columns)), shape=(len(graph.xy), len(graph.xy)))
    return WayFinder(graph, matrix.indptr, matrix.indices, matrix.data.astype(np.int64) - 1)


def road_graph(roads: gpd.GeoDataFrame) -> RoadGraph:
    """Return the graph of two-point road lines."""
    ends = shapely.get_coordinates(roads.geometry.to_numpy())
    xy, number = np.unique(ends, axis=0, return_inverse=True)
    pair = number.reshape(-1, 2).astype(np.int64)
    return RoadGraph(
        xy,
        pair[:, 0],
        pair[:, 1],
        roads.length.to_numpy(),
        roads["class"].to_numpy(dtype=str),
        roads["name"].to_numpy(dtype=str),
    )


def largest_piece(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the roads of the largest connected piece, order kept."""
    graph = road_graph(roads)
    ones = np.ones(len(graph.tail))
    _, piece = connected_components(sp.coo_array((ones, (graph.tail, graph.head)), shape=(len(graph.xy),) * 2))
    largest = np.bincount(piece[graph.tail]).argmax()
    return roads[piece[graph.tail] == largest].reset_index(drop=True)


@dataclass(frozen=True)
class Density:
    """How dense the streets are: a smoothed grid of vertices, 1.0 at the densest place of the city."""

    origin: NDArray[np.float64]
    grid: NDArray[np.float64]

    def at(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the density at points in metres, shape (n, 2); 0 outside."""
        cell = np.floor((points - self.origin) / CELL_M).astype(np.int64)
        inside = ((cell >= 0) & (cell < self.grid.shape)).all(axis=1)
        cell = np.clip(cell, 0, np.array(self.grid.shape) - 1)
        return np.where(inside, self.grid[cell[:, 0], cell[:, 1]], 0.0)


def density_of(graph: RoadGraph, smooth_m: float = 1200.0) -> Density:
    """Return the density of street corners (vertices where three lines or more meet)."""
    corners = graph.xy[graph.degree() >= 3]
    origin = graph.xy.min(axis=0) - 2 * CELL_M
    shape = tuple(((graph.xy.max(axis=0) - origin) // CELL_M + 3).astype(int))
    cell = ((corners - origin) // CELL_M).astype(int)
    grid = np.zeros(shape)
    np.add.at(grid, (cell[:, 0], cell[:, 1]), 1.0)
    grid = gaussian_filter(grid, smooth_m / CELL_M)
    return Density(origin, grid / grid.max())
