"""Names beside points, placed so that none covers another name or a mark; one without room gets a thin leader."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, withStroke
from numpy.typing import NDArray

from geo_data.maps.classes import class_numbers, layer_classes
from geo_data.maps.palette import BLACK
from geo_data.maps.paper.draw import PAPER, POINTS_PER_PIXEL
from geo_data.maps.paper.text import font, printable, text_width
from geo_data.maps.style import MapLayer

__all__ = ["Box", "draw_labels", "place"]

Box = tuple[float, float, float, float]
"""left, bottom, right, top"""

_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_NEAR = (1.0, 2.0)  # distances to try, in multiples of the gap
_FAR = (3.5, 5.5)
_LARGE = 11.0  # pixels: names never cover marks of this size, and smaller ones only where there is no other room
_SMALL = 7.0


def draw_labels(ax: Axes, layers: Iterable[tuple[MapLayer, gpd.GeoDataFrame]], size: float, scale: float) -> int:
    """Write the labels of point layers and return how many found a place.

    Names closest to the middle of the crowd are placed first; those that fit nowhere are left out.
    """
    layers = list(layers)
    frame, unit = ax.get_window_extent(), ax.figure.dpi / 72
    inside = (frame.x0, frame.y0, frame.x1, frame.y1)
    hard, soft = _marks(ax, layers, scale, _LARGE, math.inf), _marks(ax, layers, scale, _SMALL, _LARGE)
    placed = 0
    for text, at, gap in _wanted(ax, layers, scale):
        if not _within((*at, *at), inside):
            continue
        extent = (text_width(text, size) * unit, size * 1.15 * unit)
        box = _search(at, extent, gap * unit, hard, soft, inside)
        if box is not None:
            hard = np.vstack([hard, box])
            _write(ax, text, at, box, size, gap * unit)
            placed += 1
    return placed


def _search(
    at: tuple[float, float],
    size: tuple[float, float],
    gap: float,
    hard: NDArray[np.float64],
    soft: NDArray[np.float64],
    inside: Box,
) -> Box | None:
    """Return a free box: near and clear of all, near over small marks, then the same further off."""
    both = np.vstack([hard, soft])
    for rings, taken in ((_NEAR, both), (_NEAR, hard), (_FAR, both), (_FAR, hard)):
        box = place(at, size, gap, taken, inside, rings)
        if box is not None:
            return box
    return None


def place(
    at: tuple[float, float],
    size: tuple[float, float],
    gap: float,
    taken: NDArray[np.float64],
    inside: Box,
    rings: tuple[float, ...] = _NEAR + _FAR,
) -> Box | None:
    """Return the first free box around a point, nearest ring first; None when all are taken.

    `taken` has shape (boxes, 4).
    """
    width, height = size
    for ring in rings:
        for dx, dy in _SIDES:
            x = at[0] + dx * (gap * ring + width / 2)
            y = at[1] + dy * (gap * ring + height / 2)
            box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
            if _within(box, inside) and not _overlaps(box, taken):
                return box
    return None


def _wanted(
    ax: Axes, layers: list[tuple[MapLayer, gpd.GeoDataFrame]], scale: float
) -> Iterator[tuple[str, tuple[float, float], float]]:
    """Yield text, place in pixels and gap in points, layer on top first, the most crowded names of a layer first."""
    for layer, frame in reversed(layers):
        if layer.label is None or not layer.label_in_print or layer.style.mark in ("line", "polygon") or frame.empty:
            continue
        pixels = ax.transData.transform(shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy())))
        styles = [variant.style for variant in layer.style.variants] + [layer.style]
        for row in np.argsort(np.hypot(*(pixels - np.median(pixels, axis=0)).T), kind="stable"):
            text = frame[layer.label].iloc[row]
            if isinstance(text, str) and text:
                gap = styles[class_numbers(layer)[row]].size * POINTS_PER_PIXEL * scale * 0.6 + 1.5
                yield text, (float(pixels[row, 0]), float(pixels[row, 1])), gap


def _marks(
    ax: Axes, layers: list[tuple[MapLayer, gpd.GeoDataFrame]], scale: float, least: float, below: float
) -> NDArray[np.float64]:
    """Return the boxes of point marks of a size from `least` to `below` pixels, shape (marks, 4)."""
    pixel = POINTS_PER_PIXEL * scale * ax.figure.dpi / 72
    found = [np.zeros((0, 4))]
    for layer, frame in layers:
        for part in layer_classes(layer):
            style = part.style
            if style.mark not in ("line", "polygon") and least <= style.size < below and len(part.rows):
                xy = ax.transData.transform(shapely.get_coordinates(frame.geometry.to_numpy()[part.rows]))
                middle, reach = xy + np.array(style.offset) * [1, -1] * pixel, 0.45 * style.size * pixel
                found.append(np.hstack([middle - reach, middle + reach]))
    return np.vstack(found)


def _write(ax: Axes, text: str, at: tuple[float, float], box: Box, size: float, gap: float) -> None:
    to_data = ax.transData.inverted()
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    x, y = to_data.transform(middle)
    made = ax.text(
        x,
        y,
        printable(text),
        fontproperties=font(size),
        color=BLACK,
        ha="center",
        va="center_baseline",
        zorder=90,
        parse_math=False,
    )
    made.set_path_effects([withStroke(linewidth=size * 0.32, foreground=PAPER), Normal()])
    end = np.clip(at, (box[0], box[1]), (box[2], box[3]))
    if np.hypot(*(end - at)) > 2 * gap:
        _leader(ax, to_data.transform(np.array([at, end])))


def _leader(ax: Axes, ends: NDArray[np.float64]) -> None:
    ax.plot(ends[:, 0], ends[:, 1], color=BLACK, linewidth=0.5, zorder=60, scalex=False, scaley=False)


def _within(box: Box, frame: Box) -> bool:
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlaps(box: Box, taken: NDArray[np.float64]) -> bool:
    apart = (taken[:, 2] <= box[0]) | (box[2] <= taken[:, 0]) | (taken[:, 3] <= box[1]) | (box[3] <= taken[:, 1])
    return not bool(apart.all())
