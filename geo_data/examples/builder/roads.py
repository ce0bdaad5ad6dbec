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

__all__ = ["Density", "RoadGraph", "density_of", "road_graph"]

MAIN = ("trunk", "primary", "secondary")
LOCAL = ("tertiary", "residential", "living_street", "unclassified")
CELL_M = 250.0


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

    def matrix(self, weight: NDArray[np.float64]) -> sp.csr_array:
        """Adjacency matrix with the smallest weight among parallel lines."""
        order = np.argsort(-weight, kind="stable")
        low, high = np.minimum(self.tail, self.head)[order], np.maximum(self.tail, self.head)[order]
        key = low * len(self.xy) + high
        _, last = np.unique(key[::-1], return_index=True)
        keep = len(key) - 1 - last
        shape = (len(self.xy), len(self.xy))
        return sp.csr_array((weight[order][keep], (low[keep], high[keep])), shape=shape)

    def path(self, matrix: sp.csr_array, start: int, goal: int) -> list[int]:
        """Vertices of the shortest path.

        Raises
        ------
        ValueError
            If the two vertices are not connected.
        """
        _, before = dijkstra(matrix, directed=False, indices=[start], return_predecessors=True)
        walk = [goal]
        while walk[-1] != start:
            if before[0, walk[-1]] < 0:
                raise ValueError(f"Road vertices {start} and {goal} are not connected.")
            walk.append(int(before[0, walk[-1]]))
        return walk[::-1]


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
    _, piece = connected_components(graph.matrix(graph.length_m + 1.0), directed=False)
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
