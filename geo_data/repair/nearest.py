"""The line nearest to a point, and the point of it that is nearest."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["feet", "nearest_lines"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
ObjectArray = NDArray[np.object_]


def nearest_lines(points: ObjectArray, lines: ObjectArray) -> tuple[IntArray, FloatArray]:
    """Return the row of the line nearest to each point, of lines equally near the first, and how far away it is.

    There must be a line.
    """
    (point, line), distance = shapely.STRtree(lines).query_nearest(points, return_distance=True, all_matches=True)
    order = np.lexsort([line, point])
    first = order[np.unique(point[order], return_index=True)[1]]
    return line[first].astype(np.int64), np.asarray(distance[first])


def feet(points: ObjectArray, lines: ObjectArray) -> FloatArray:
    """Return the nearest place on each line to its point, shape (points, 2)."""
    along = shapely.line_locate_point(lines, points)
    return np.asarray(shapely.get_coordinates(shapely.line_interpolate_point(lines, along)), dtype=np.float64)
