"""Lines cut where they meet: common ends and vertices, ends on another line, wanted crossings, sites on a route.

Coordinates are held in whole millimetres, so equal places are equal numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

__all__ = ["Noded", "crossing_points", "node_lines"]

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Noded:
    """Pieces of lines between nodes.

    Parameters
    ----------
    xy
        Places of all points, shape (points, 2); nodes are those that pieces end at.
    a, b
        Points where each piece starts and ends, shape (pieces,).
    line
        Line each piece is a part of, shape (pieces,).
    geometry
        LineString of each piece from a to b, shape (pieces,).
    extra
        Point of each extra place that was given, shape (extra,).
    """

    xy: FloatArray
    a: IntArray
    b: IntArray
    line: IntArray
    geometry: NDArray[np.object_]
    extra: IntArray


@dataclass(frozen=True)
class _Vertices:
    """Vertices of lines in order: the line, how far along it (metres), and the point each is."""

    line: IntArray
    along: FloatArray
    point: IntArray


def node_lines(lines: NDArray[np.object_], extra: FloatArray, tolerance_m: float) -> Noded:
    """Cut `lines` at every place where they meet and at every `extra` place that lies on them.

    Parameters
    ----------
    lines
        LineStrings in metres.
    extra
        Places to cut at, shape (extra, 2): feet of sites, wanted crossings.
    tolerance_m
        Ends and extra places closer than this become one point; an end this close to a line meets it.

    Notes
    -----
    Interior vertices count as common only where equal to the millimetre: snapping them would fold finely drawn curves.
    O(n log n) in the number of vertices.
    """
    coords, line = shapely.get_coordinates(lines, return_index=True)
    line = line.astype(np.int64)
    ends = _is_end(line)
    xy, number = _unique_places(np.concatenate([coords, extra.reshape(-1, 2)]))
    vertex, extra_point = number[: len(coords)], number[len(coords) :]
    important = np.unique(np.concatenate([vertex[ends], extra_point]))
    alias = _snap(xy, important, tolerance_m)
    vertices = _Vertices(line, _along(coords, line), alias[vertex])
    vertices = _with_touching(vertices, lines, xy, important, alias, tolerance_m)
    node = _node_flags(vertices, np.unique(alias[important]), len(xy))
    return _cut(vertices, node, xy, alias[extra_point])


def crossing_points(lines: NDArray[np.object_], skip: NDArray[np.bool_]) -> FloatArray:
    """Return the places where two lines cross, shape (n, 2); lines with `skip` (bridges) cross nothing."""
    rows = np.flatnonzero(~skip)
    tree = shapely.STRtree(lines[rows])
    a, b = tree.query(lines[rows], predicate="intersects")
    a, b = rows[a[a < b]], rows[b[a < b]]
    return np.asarray(shapely.get_coordinates(shapely.intersection(lines[a], lines[b])), dtype=np.float64)


def _is_end(line: IntArray) -> NDArray[np.bool_]:
    """Whether a vertex is the first or last of its line."""
    change = np.flatnonzero(line[1:] != line[:-1])
    ends = np.zeros(len(line), dtype=bool)
    ends[[0, -1]] = True
    ends[change] = True
    ends[change + 1] = True
    return ends


def _along(coords: FloatArray, line: IntArray) -> FloatArray:
    """Metres from the start of its line to each vertex."""
    step = np.hypot(*np.diff(coords, axis=0, prepend=coords[:1]).T)
    first = np.concatenate([[True], line[1:] != line[:-1]])
    step[first] = 0.0
    total = np.cumsum(step)
    return np.asarray(total - total[first][np.cumsum(first) - 1])


def _unique_places(coords: FloatArray) -> tuple[FloatArray, IntArray]:
    """Places rounded to the millimetre in order of x and y, and the number of each coordinate's place."""
    whole = np.round(coords * 1000.0).astype(np.int64)
    order = np.lexsort([whole[:, 1], whole[:, 0]])
    ranked = whole[order]
    new = np.concatenate([[True], (ranked[1:] != ranked[:-1]).any(axis=1)])
    number = np.empty(len(whole), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    return ranked[new] / 1000.0, number


def _snap(xy: FloatArray, important: IntArray, tolerance_m: float) -> IntArray:
    """Point that each point becomes: the first of those within the tolerance, for ends and extra places."""
    pairs = cKDTree(xy[important]).query_pairs(tolerance_m, output_type="ndarray")
    alias = np.arange(len(xy))
    if len(pairs):
        links = sp.coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(important),) * 2)
        _, group = connected_components(links, directed=False)
        _, first = np.unique(group, return_index=True)
        alias[important] = important[first[group]]
    return alias


def _with_touching(
    vertices: _Vertices,
    lines: NDArray[np.object_],
    xy: FloatArray,
    important: IntArray,
    alias: IntArray,
    tolerance_m: float,
) -> _Vertices:
    """Add to every line the important points that lie on it and are not among its vertices."""
    spots = np.asarray(shapely.points(xy[important]), dtype=object)
    spot, line = shapely.STRtree(lines).query(spots, predicate="dwithin", distance=tolerance_m + 0.001)
    point, line = alias[important[spot]], line.astype(np.int64)
    key = line * len(xy) + point
    _, once = np.unique(key, return_index=True)
    once = once[~np.isin(key[once], vertices.line * len(xy) + vertices.point)]
    spot, line, point = spot[once], line[once], point[once]
    merged = _Vertices(
        np.concatenate([vertices.line, line]),
        np.concatenate([vertices.along, shapely.line_locate_point(lines[line], spots[spot])]),
        np.concatenate([vertices.point, point]),
    )
    order = np.lexsort([np.arange(len(merged.line)), merged.along, merged.line])
    return _Vertices(merged.line[order], merged.along[order], merged.point[order])


def _node_flags(vertices: _Vertices, important: IntArray, n_points: int) -> NDArray[np.bool_]:
    """Whether a point is a node: an end, an extra place, or a vertex that stands more than once."""
    same = (vertices.line[1:] == vertices.line[:-1]) & (vertices.point[1:] == vertices.point[:-1])
    counted = vertices.point[np.concatenate([[True], ~same])]
    node = np.bincount(counted, minlength=n_points) > 1
    node[important] = True
    return np.asarray(node)


def _cut(vertices: _Vertices, node: NDArray[np.bool_], xy: FloatArray, extra: IntArray) -> Noded:
    """Pieces between nodes; every node inside a line ends one piece and starts the next."""
    line, point = vertices.line, vertices.point
    repeat = np.concatenate([[False], (line[1:] == line[:-1]) & (point[1:] == point[:-1])])
    line, point = line[~repeat], point[~repeat]
    first = np.concatenate([[True], line[1:] != line[:-1]])
    last = np.concatenate([first[1:], [True]])
    inner = node[point] & ~first & ~last
    twice = np.repeat(np.arange(len(line)), np.where(inner, 2, 1))
    starts = first[twice]
    starts[1:] |= twice[1:] == twice[:-1]
    piece = np.cumsum(starts) - 1
    size = np.bincount(piece)
    long = size[piece] > 1  # a line whose vertices all became one point is no piece
    piece = np.unique(piece[long], return_inverse=True)[1]
    point, line = point[twice][long], line[twice][long]
    begin = np.concatenate([[0], np.flatnonzero(np.diff(piece)) + 1]) if len(piece) else np.zeros(0, dtype=np.int64)
    end = np.concatenate([begin[1:], [len(piece)]]) - 1 if len(piece) else begin
    shapes = shapely.linestrings(xy[point], indices=piece) if len(piece) else np.zeros(0, dtype=object)
    return Noded(xy, point[begin], point[end], line[begin], np.asarray(shapes, dtype=object), extra)
