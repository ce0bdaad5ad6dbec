"""Names beside points and along lines, placed so that none covers another name or a mark; far ones get a leader."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patheffects import Normal, withStroke
from numpy.typing import NDArray
from shapely.geometry import LineString

from geo_data.maps.classes import class_numbers, layer_classes
from geo_data.maps.palette import BLACK
from geo_data.maps.paper.draw import PAPER, POINTS_PER_PIXEL, Drawn
from geo_data.maps.paper.text import font, printable, text_width
from geo_data.maps.style import MapLayer

__all__ = ["Box", "along", "draw_labels", "pixels", "place"]

Box = tuple[float, float, float, float]
"""left, bottom, right, top"""

_SIDES = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
_NEAR = (1.0, 2.0)  # distances to try, in multiples of the gap
_FAR = (3.5, 5.5)
_LARGE = 11.0  # pixels: names never cover marks of this size, and smaller ones only where there is no other room
_SMALL = 7.0
_ALONG = (0.5, 0.35, 0.65, 0.2, 0.8)  # places on a line to try, as shares of its length
_STRAIGHT = 0.96  # chord over arc below which a name would leave its line
_LINE_SIZE = 0.86  # of names along lines against those of points


@dataclass(frozen=True)
class _Name:
    """A name of a point: text, place in pixels, gap in points."""

    text: str
    at: tuple[float, float]
    gap: float


def draw_labels(
    ax: Axes, layers: Iterable[Drawn], size: float, scale: float, taken: Sequence[Box] = ()
) -> tuple[int, int]:
    """Write the names of points, then those of lines; return how many found a place and how many did not.

    Layers on top come first, and of a layer the names closest to the middle of the crowd. `taken` are boxes in pixels
    that stay free.
    """
    layers = list(layers)
    frame, unit = ax.get_window_extent(), ax.figure.dpi / 72
    inside = (frame.x0, frame.y0, frame.x1, frame.y1)
    hard = np.vstack([_marks(ax, layers, scale, _LARGE, math.inf), np.array(taken, dtype=np.float64).reshape(-1, 4)])
    soft = _marks(ax, layers, scale, _SMALL, _LARGE)
    placed = missed = 0
    for name in _points(ax, layers, scale):
        if not _within((*name.at, *name.at), inside):
            continue
        extent = (text_width(name.text, size) * unit, size * 1.15 * unit)
        box = _search(name.at, extent, name.gap * unit, hard, soft, inside)
        if box is not None:
            hard = np.vstack([hard, box])
            _write_beside(ax, name, box, size, name.gap * unit)
        placed, missed = placed + (box is not None), missed + (box is None)
    for text, parts in _lines(ax, layers):
        boxes = _write_along(ax, text, parts, size * _LINE_SIZE, np.vstack([hard, soft]), inside)
        hard = np.vstack([hard, boxes])
        placed, missed = placed + bool(len(boxes)), missed + (not len(boxes))
    return placed, missed


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


def along(
    line: LineString, width: float, height: float, taken: NDArray[np.float64], inside: Box
) -> tuple[tuple[float, float], float, NDArray[np.float64]] | None:
    """Return middle, angle in degrees and boxes of a name along a line; None where it bends or is taken everywhere.

    All in pixels. The name stands above the line, below it where that is taken. Its boxes are squares in a row, shape
    (boxes, 4).
    """
    for share in _ALONG:
        from_, to = share * line.length - width / 2, share * line.length + width / 2
        if from_ < 0 or to > line.length:
            continue
        (xa, ya), (xb, yb) = line.interpolate(from_).coords[0], line.interpolate(to).coords[0]
        if math.hypot(xb - xa, yb - ya) < _STRAIGHT * width:
            continue
        turn = math.atan2(yb - ya, xb - xa) if xb >= xa else math.atan2(ya - yb, xa - xb)
        for side in (0.75, -0.75):
            x = (xa + xb) / 2 - math.sin(turn) * height * side
            y = (ya + yb) / 2 + math.cos(turn) * height * side
            boxes = _row(x, y, turn, width, height)
            if all(_within(tuple(box), inside) and not _overlaps(tuple(box), taken) for box in boxes):
                return (x, y), math.degrees(turn), boxes
    return None


def _row(x: float, y: float, turn: float, width: float, height: float) -> NDArray[np.float64]:
    """Return squares that cover a turned name."""
    steps = np.linspace(-0.5, 0.5, max(2, math.ceil(width / height) + 1)) * max(width - height, 0.0)
    middle = np.column_stack([x + steps * math.cos(turn), y + steps * math.sin(turn)])
    return np.hstack([middle - height / 2, middle + height / 2])


def _points(ax: Axes, layers: list[Drawn], scale: float) -> Iterator[_Name]:
    """Yield the names of points, layer on top first, the most crowded names of a layer first."""
    for layer, frame in reversed(layers):
        if not _named(layer) or layer.style.mark in ("line", "polygon") or frame.empty:
            continue
        pixels = ax.transData.transform(shapely.get_coordinates(shapely.centroid(frame.geometry.to_numpy())))
        styles = [variant.style for variant in layer.style.variants] + [layer.style]
        numbers = class_numbers(layer)
        for row in np.argsort(np.hypot(*(pixels - np.median(pixels, axis=0)).T), kind="stable"):
            text = frame[layer.label].iloc[row]
            if isinstance(text, str) and text:
                gap = styles[numbers[row]].size * POINTS_PER_PIXEL * scale * 0.6 + 1.5
                yield _Name(text, (float(pixels[row, 0]), float(pixels[row, 1])), gap)


def _lines(ax: Axes, layers: list[Drawn]) -> Iterator[tuple[str, list[LineString]]]:
    """Yield every name of a line layer once, the longest first, with the parts that carry it in pixels."""
    for layer, frame in reversed(layers):
        if not _named(layer) or layer.style.mark != "line" or frame.empty:
            continue
        named = frame[frame[layer.label].map(lambda text: isinstance(text, str) and text != "")]
        found = []
        for text, rows in named.groupby(layer.label, sort=True):
            merged = shapely.line_merge(shapely.multilinestrings(shapely.get_parts(rows.geometry.to_numpy())))
            pixels = shapely.transform(merged, ax.transData.transform)
            parts = sorted(shapely.get_parts(pixels), key=lambda line: -float(line.length))
            found.append((str(text), parts[:3]))
        yield from sorted(found, key=lambda name: -float(name[1][0].length))


def _named(layer: MapLayer) -> bool:
    return layer.label is not None and layer.label_in_print


def _marks(ax: Axes, layers: list[Drawn], scale: float, least: float, below: float) -> NDArray[np.float64]:
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


def _write_beside(ax: Axes, name: _Name, box: Box, size: float, gap: float) -> None:
    _write(ax, name.text, ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), size)
    end = np.clip(name.at, (box[0], box[1]), (box[2], box[3]))
    if np.hypot(*(end - name.at)) > 2 * gap:
        ends = ax.transData.inverted().transform(np.array([name.at, end]))
        ax.plot(ends[:, 0], ends[:, 1], color=BLACK, linewidth=0.5, zorder=60, scalex=False, scaley=False)


def _write_along(
    ax: Axes, text: str, parts: list[LineString], size: float, taken: NDArray[np.float64], inside: Box
) -> NDArray[np.float64]:
    """Write a name along the first of the parts that has room, and return its boxes: none when there was no room."""
    unit = ax.figure.dpi / 72
    for part in parts:
        found = along(part, text_width(text, size) * unit, size * 1.15 * unit, taken, inside)
        if found is not None:
            middle, angle, boxes = found
            _write(ax, text, middle, size, angle)
            return boxes
    return np.zeros((0, 4))


def _write(ax: Axes, text: str, middle: tuple[float, float], size: float, angle: float = 0.0) -> None:
    """Write a name in a ring of paper colour at a place in pixels."""
    x, y = ax.transData.inverted().transform(middle)
    made = ax.text(
        x,
        y,
        printable(text),
        fontproperties=font(size),
        color=BLACK,
        ha="center",
        va="center" if angle else "center_baseline",
        rotation=angle,
        zorder=90,
        parse_math=False,
    )
    made.set_path_effects([withStroke(linewidth=size * 0.32, foreground=PAPER), Normal()])


def _within(box: Box, frame: Box) -> bool:
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]


def _overlaps(box: Box, taken: NDArray[np.float64]) -> bool:
    apart = (taken[:, 2] <= box[0]) | (box[2] <= taken[:, 0]) | (taken[:, 3] <= box[1]) | (box[3] <= taken[:, 1])
    return not bool(apart.all())


def pixels(ax: Axes, box: Box) -> Box:
    """Return a box of data units in pixels."""
    (x0, y0), (x1, y1) = ax.transData.transform([box[:2], box[2:]])
    return (float(x0), float(y0), float(x1), float(y1))
