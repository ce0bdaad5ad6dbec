"""Lines of longitude and latitude, or of metres, over the print map, with their values at its edge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo_data.maps.paper.sheet import SOFT, Graticule
from geo_data.maps.paper.text import write

__all__ = ["ROOM_MM", "degrees_text", "draw_graticule", "step_degrees", "true_north"]

ROOM_MM = 4.2
"""White beside the frame that the values need, on A3."""

_LINES = 6.0  # wanted across the longer side
_INK = "#8d96a1"
_SECONDS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 18000, 36000, 108000)
_SAMPLES = 33  # points of a line: meridians and parallels bend in the plane

Line = tuple[str, NDArray[np.float64]]
"""Value as text, and points of shape (n, 2)."""


def draw_graticule(ax: Axes, kind: Graticule, crs: CRS, size: float) -> None:
    """Draw the lines below the layers and write their values around the frame; nothing for 'none'."""
    if kind == "none":
        return
    upright, level = _degrees(ax, crs) if kind == "degrees" else _metres(ax)
    for _, xy in (*upright, *level):
        ax.add_line(Line2D(xy[:, 0], xy[:, 1], color=_INK, linewidth=0.45, alpha=0.7, zorder=0.6))
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    for text, xy in upright:
        for y, va in ((y0, "top"), (y1, "bottom")):
            _value(ax, (float(np.interp(y, xy[:, 1], xy[:, 0])), y), text, size, va=va, ha="center")
    for text, xy in level:
        for x, ha in ((x0, "right"), (x1, "left")):
            _value(ax, (x, float(np.interp(x, xy[:, 0], xy[:, 1]))), text, size, va="center", ha=ha, rotation=90)


def true_north(ax: Axes, crs: CRS) -> float:
    """Return by how many degrees true north stands right of the sheet's upper edge, at the middle of the map."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    lon, lat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform((x0 + x1) / 2, (y0 + y1) / 2)
    back = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    (xa, ya), (xb, yb) = back.transform(lon, lat), back.transform(lon, lat + 0.01)
    return math.degrees(math.atan2(xb - xa, yb - ya))


def step_degrees(span: float) -> float:
    """Return a round step, in degrees, that cuts `span` degrees into about six.

    Examples
    --------
    >>> step_degrees(0.6) * 60
    10.0
    """
    wanted = span * 3600 / _LINES
    return next((s for s in _SECONDS if s >= wanted), _SECONDS[-1]) / 3600


def degrees_text(value: float, signs: str) -> str:
    """Return degrees, minutes and seconds as far as they are needed, with one of the two letters of `signs`.

    Examples
    --------
    >>> degrees_text(114.5, "EW"), degrees_text(-30.25, "NS")
    ('114°30′E', '30°15′S')
    """
    seconds = round(abs(value) * 3600)
    minutes, rest = f"{seconds // 60 % 60:02d}′", f"{seconds % 60:02d}″" if seconds % 60 else ""
    return f"{seconds // 3600}°{minutes if seconds % 3600 else ''}{rest}{signs[value < 0]}"


def _degrees(ax: Axes, crs: CRS) -> tuple[list[Line], list[Line]]:
    """Return meridians and parallels."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    west, south, east, north = Transformer.from_crs(crs, "EPSG:4326", always_xy=True).transform_bounds(x0, y0, x1, y1)
    step = step_degrees(max(east - west, (north - south)))
    back = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    lon, lat = np.linspace(west, east, _SAMPLES), np.linspace(south, north, _SAMPLES)
    upright = [
        (degrees_text(v, "EW"), np.column_stack(back.transform(np.full(_SAMPLES, v), lat)))
        for v in _multiples(west, east, step)
    ]
    level = [
        (degrees_text(v, "NS"), np.column_stack(back.transform(lon, np.full(_SAMPLES, v))))
        for v in _multiples(south, north, step)
    ]
    return upright, level


def _metres(ax: Axes) -> tuple[list[Line], list[Line]]:
    """Return lines of equal easting and northing."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    wanted = max(x1 - x0, y1 - y0) / _LINES
    power = 10.0 ** math.floor(math.log10(wanted))
    step = next(s * power for s in (1.0, 2.0, 5.0, 10.0) if s * power >= wanted)
    upright = [(_metres_text(v, "E"), np.array([(v, y0), (v, y1)])) for v in _multiples(x0, x1, step)]
    level = [(_metres_text(v, "N"), np.array([(x0, v), (x1, v)])) for v in _multiples(y0, y1, step)]
    return upright, level


def _metres_text(value: float, letter: str) -> str:
    """Return whole metres in groups of three, as survey sheets write them."""
    return f"{value:,.0f}".replace(",", "\u00a0") + f"\u00a0m\u00a0{letter}"


def _multiples(low: float, high: float, step: float) -> Sequence[float]:
    """Return the multiples of a step between two values."""
    return [k * step for k in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _value(ax: Axes, at: tuple[float, float], text: str, size: float, **options: Any) -> None:
    """Write a value outside the frame; none where its line leaves through another side."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    if not (x0 <= at[0] <= x1 and y0 <= at[1] <= y1):
        return
    figure = ax.figure
    gap = size * 0.35 / 72 * figure.dpi
    shift = {"top": (0, -gap), "bottom": (0, gap)}.get(str(options["va"])) or (
        (-gap, 0) if options["ha"] == "right" else (gap, 0)
    )
    x, y = ax.transData.inverted().transform(ax.transData.transform(at) + shift)
    write(ax, x, y, text, size, color=SOFT, clip_on=False, zorder=100, **options)
