"""Vertices of many lines as arrays, and lines from vertices; equal places are equal numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Vertices", "inserted", "lacking", "places", "shapes_of", "vertices_of", "whole_mm"]

BoolArray = NDArray[np.bool_]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Vertices:
    """Vertices of lines, line by line in the order they are drawn.

    Parameters
    ----------
    line
        Line of each vertex, ascending, shape (vertices,).
    along
        Metres from the start of its line, shape (vertices,).
    point
        Place of each vertex, a row of `xy`, shape (vertices,).
    xy
        All places, those of the extra points included, in order of x and y, shape (places, 2).
    extra
        Place of each extra point, shape (extra,).
    """

    line: IntArray
    along: FloatArray
    point: IntArray
    xy: FloatArray
    extra: IntArray

    @property
    def ends(self) -> BoolArray:
        """Whether a vertex is the first or last of its line."""
        new = np.diff(self.line, prepend=-1) != 0
        return np.asarray(new | np.append(new[1:], True))


def whole_mm(xy: FloatArray) -> FloatArray:
    """Return coordinates in whole millimetres: equal places have equal coordinates."""
    return np.round(xy * 1000.0) / 1000.0


def places(xy: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return the different places (to the millimetre) in order of x and y, and the number of each coordinate's place.

    Examples
    --------
    >>> places(np.array([[2.0, 0.0], [1.0, 5.0], [2.0, 0.0001]]))[1].tolist()
    [1, 0, 1]
    """
    whole = np.round(xy * 1000.0).astype(np.int64)
    order = np.lexsort([whole[:, 1], whole[:, 0]])
    ranked = whole[order]
    new = np.concatenate([[True], (ranked[1:, 0] != ranked[:-1, 0]) | (ranked[1:, 1] != ranked[:-1, 1])])[: len(ranked)]
    number = np.empty(len(whole), dtype=np.int64)
    number[order] = np.cumsum(new) - 1
    return ranked[new] / 1000.0, number


def vertices_of(lines: NDArray[np.object_], extra: FloatArray) -> Vertices:
    """Return the vertices of lines, places shared with `extra` points, shape (extra, 2), in metres."""
    coords, line = shapely.get_coordinates(lines, return_index=True)
    xy, number = places(np.concatenate([coords, extra]))
    return Vertices(line.astype(np.int64), _along(coords, line), number[: len(coords)], xy, number[len(coords) :])


def lacking(vertices: Vertices, line: IntArray, point: IntArray) -> IntArray:
    """Return the rows of pairs of a line and a place, each pair once, where the line has no vertex at the place."""
    size = len(vertices.xy)
    key = line * size + point
    _, once = np.unique(key, return_index=True)
    return np.asarray(once[~np.isin(key[once], vertices.line * size + vertices.point)])


def inserted(vertices: Vertices, line: IntArray, along: FloatArray, point: IntArray) -> Vertices:
    """Return the vertices with further ones in between, by how far along their line they are."""
    lines = np.concatenate([vertices.line, line])
    ways = np.concatenate([vertices.along, along])
    order = np.lexsort([np.arange(len(lines)), ways, lines])
    points = np.concatenate([vertices.point, point])
    return Vertices(lines[order], ways[order], points[order], vertices.xy, vertices.extra)


def shapes_of(vertices: Vertices, rows: IntArray) -> NDArray[np.object_]:
    """Return the LineStrings of some lines, shape (rows,), without repeated points.

    A line all of whose vertices are one place keeps two of them: it has no length.
    """
    here = np.isin(vertices.line, rows)
    line, point, end = vertices.line[here], vertices.point[here], vertices.ends[here]
    again = np.concatenate([[False], (line[1:] == line[:-1]) & (point[1:] == point[:-1])])[: len(line)]
    single = np.bincount(line[~again], minlength=int(rows.max(initial=-1)) + 1) == 1
    keep = ~again | (end & single[line])
    keep &= ~(single[line] & ~end)
    shapes = shapely.linestrings(vertices.xy[point[keep]], indices=np.searchsorted(np.unique(rows), line[keep]))
    return np.asarray(shapes, dtype=object)[np.searchsorted(np.unique(rows), rows)]


def _along(coords: FloatArray, line: IntArray) -> FloatArray:
    """Metres from the start of its line to each vertex."""
    step = np.hypot(*np.diff(coords, axis=0, prepend=coords[:1]).T)
    first = np.diff(line, prepend=-1) != 0
    step[first] = 0.0
    total = np.cumsum(step)
    return np.asarray(total - total[first][np.cumsum(first) - 1])
