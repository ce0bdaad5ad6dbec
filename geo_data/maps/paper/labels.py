"""Names beside points, placed so that none covers another name or a mark; one without room gets a thin leader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, withStroke
from numpy.typing import NDArray

from geo_data.maps.classes import class_numbers
from geo_data.maps.palette import BLACK
from geo_data.maps.paper.draw import PAPER, POINTS_PER_PIXEL
from geo_data.maps.paper.text import font, printable, text_width
from geo_data.maps.style import MapLayer

__all__ = ["Box", "draw_labels", "place"]

Box = tuple[float, float, float, float]
"""left, bottom, right, top"""

_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_RINGS = (1.0, 2.2, 3.6, 5.5)  # distances to try, in multiples of the gap


def draw_labels(ax: Axes, layers: Iterable[tuple[MapLayer, gpd.GeoDataFrame]], size: float, scale: float) -> int:
    """Write the labels of point layers and return how many found a place.

    Names closest to the middle of the crowd are placed first; those that fit nowhere are left out.
    """
    layers = list(layers)
    frame = ax.get_window_extent()
    unit = ax.figure.dpi / 72
    taken = np.array([_around(xy, 4 * unit * scale) for xy in _marks(ax, layers)]).reshape(-1, 4)
    placed = 0
    for text, at, gap in _wanted(ax, layers, scale):
        width, height = text_width(text, size) * unit, size * 1.15 * unit
        inside = (frame.x0, frame.y0, frame.x1, frame.y1)
        box = place(at, (width, height), gap * unit, taken, inside)
        if box is None:
            continue
        taken = np.vstack([taken, box])
        _write(ax, text, at, box, size, gap * unit)
        placed += 1
    return placed


def place(
    at: tuple[float, float], size: tuple[float, float], gap: float, taken: NDArray[np.float64], inside: Box
) -> Box | None:
    """Return the first free box around a point, nearest ring first; None when all are taken.

    `taken` has shape (boxes, 4).
    """
    width, height = size
    for ring in _RINGS:
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


def _marks(ax: Axes, layers: list[tuple[MapLayer, gpd.GeoDataFrame]]) -> Iterator[tuple[float, float]]:
    """Yield the places of labelled points and other large marks, which names must not cover."""
    for layer, frame in layers:
        largest = max([layer.style.size, *(variant.style.size for variant in layer.style.variants)])
        if layer.style.mark not in ("line", "polygon") and largest >= 8 and not frame.empty:
            offset = np.array(layer.style.offset) * [1, -1] * POINTS_PER_PIXEL * ax.figure.dpi / 72
            for x, y in ax.transData.transform(shapely.get_coordinates(frame.geometry.to_numpy())) + offset:
                yield float(x), float(y)


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


def _around(at: tuple[float, float], reach: float) -> Box:
    return (at[0] - reach, at[1] - reach, at[0] + reach, at[1] + reach)


def _within(box: Box, frame: Box) -> bool:
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlaps(box: Box, taken: NDArray[np.float64]) -> bool:
    apart = (taken[:, 2] <= box[0]) | (box[2] <= taken[:, 0]) | (taken[:, 3] <= box[1]) | (box[3] <= taken[:, 1])
    return not bool(apart.all())
