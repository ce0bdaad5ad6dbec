"""Where the main map is too crowded to read, and where on the sheet that part is drawn larger."""

from __future__ import annotations

import math

import numpy as np
import shapely
from matplotlib.axes import Axes
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation
from scipy.spatial import KDTree

from geo_data.maps.paper.draw import Drawn
from geo_data.maps.paper.labels import Box

__all__ = ["crowded", "dense_window", "largest_free"]

_NO_MARKS = ("line", "polygon")
_MOST_POINTS = 1500  # looked at for the window
_TOUCHING_MM = 1.6  # marks nearer to each other than this are hard to tell apart
_CROWD = 12  # so many of them make a detail worth its room
_SHARE = 0.15  # of the crowd that the window has to hold
_CELLS = 96  # columns of the grid on which a free place is sought
_TALL = 2.0  # longest side of an inset over its shortest


def crowded(drawn: list[Drawn], per_mm: float, step: float) -> NDArray[np.float64]:
    """Return the places of marks that nearly touch another on the main map, shape (points, 2).

    Only point marks count, and none of the background.
    """
    marks = [f.geometry.to_numpy() for layer, f in drawn if layer.style.mark not in _NO_MARKS and not layer.base]
    found = [shapely.get_coordinates(geometry) for geometry in marks if len(geometry)]
    if not found:
        return np.zeros((0, 2))
    xy = np.unique(np.round(np.concatenate(found), 1), axis=0)
    if len(xy) < _CROWD:
        return np.zeros((0, 2))
    away = np.asarray(KDTree(xy).query(xy, k=[2])[0])[:, 0]
    near = np.asarray(xy[away < _TOUCHING_MM * step * per_mm], dtype=np.float64)
    return near if len(near) >= _CROWD else np.zeros((0, 2))


def dense_window(xy: NDArray[np.float64], width: float, height: float) -> tuple[float, float] | None:
    """Return the lower left corner of the window of this size that holds most points; None when it holds under 15 %.

    Windows are tried with each point at the middle: O(n^2), so at most 1,500 points are looked at.
    """
    if not len(xy):
        return None
    xy = xy[:: 1 + len(xy) // _MOST_POINTS]
    apart = np.abs(xy[:, None, :] - xy[None, :, :])
    inside = (apart[..., 0] <= width / 2) & (apart[..., 1] <= height / 2)
    best = int(np.argmax(inside.sum(axis=1)))
    if inside[best].mean() < _SHARE:
        return None
    middle = xy[inside[best]].mean(axis=0)
    return float(middle[0] - width / 2), float(middle[1] - height / 2)


def largest_free(ax: Axes, drawn: list[Drawn], taken: list[Box], least: float) -> Box | None:
    """Return the largest box at the edge of the main map that covers no feature but background; None below `least`.

    All in data units; `least` is the shortest side. Boxes in `taken` are not covered either.
    """
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    cell = (x1 - x0) / _CELLS
    columns, rows = _CELLS, int((y1 - y0) / cell)
    full = _occupied(drawn, taken, (x0, y0), cell, (columns, rows))
    sums = np.pad(np.cumsum(np.cumsum(full, axis=0), axis=1), ((1, 0), (1, 0)))
    best, area = None, 0.0
    for width in range(columns // 2, math.ceil(least / cell) - 1, -1):
        for height in range(
            min(int(width * _TALL), rows // 2), max(math.ceil(least / cell), int(width / _TALL)) - 1, -1
        ):
            if width * height <= area:
                break
            count = sums[width:, height:] - sums[:-width, height:] - sums[width:, :-height] + sums[:-width, :-height]
            edge = np.ones(count.shape, dtype=bool)
            edge[1:-1, 1:-1] = False
            found = np.argwhere((count == 0) & edge)
            if len(found):
                (i, j), area = found[0], float(width * height)
                best = (x0 + i * cell, y0 + j * cell, x0 + (i + width) * cell, y0 + (j + height) * cell)
    return best if best is None else _inwards(best, (x0, y0, x1, y1), cell)


def _occupied(
    drawn: list[Drawn], taken: list[Box], corner: tuple[float, float], cell: float, shape: tuple[int, int]
) -> NDArray[np.int64]:
    """Return which cells of the map hold features or lie next to one, as 0 and 1, shape (columns, rows)."""
    geometry = [f.geometry.to_numpy() for layer, f in drawn if len(f) and not layer.base]
    dense = [shapely.get_coordinates(_stepped(g, cell / 2)) for g in geometry]
    at = ((np.concatenate([np.zeros((0, 2)), *dense]) - corner) // cell).astype(np.int64)
    at = at[((at >= 0) & (at < shape)).all(axis=1)]
    full = np.zeros(shape, dtype=bool)
    full[at[:, 0], at[:, 1]] = True
    for box in taken:
        low = np.maximum(((np.array(box[:2]) - corner) // cell).astype(np.int64), 0)
        high = ((np.array(box[2:]) - corner) // cell).astype(np.int64) + 1
        full[low[0] : max(high[0], 0), low[1] : max(high[1], 0)] = True
    return binary_dilation(full, np.ones((3, 3), dtype=bool)).astype(np.int64)


def _stepped(geometry: NDArray[np.object_], step: float) -> NDArray[np.object_]:
    """Return geometries whose coordinates are at most `step` apart; points stay as they are."""
    lines = shapely.length(geometry) > 0  # zero-length lines cannot be cut either
    return np.concatenate([geometry[~lines], shapely.segmentize(geometry[lines], step)])


def _inwards(box: Box, frame: Box, cell: float) -> Box:
    """Return the box with some white between it and the frame."""
    return (
        max(box[0], frame[0] + cell),
        max(box[1], frame[1] + cell),
        min(box[2], frame[2] - cell),
        min(box[3], frame[3] - cell),
    )
