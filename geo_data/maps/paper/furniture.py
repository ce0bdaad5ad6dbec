"""Scale bar, north arrow and the window on the densest part."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle
from numpy.typing import NDArray

from geo_data.maps.palette import BLACK
from geo_data.maps.paper.draw import PAPER
from geo_data.maps.paper.text import write

__all__ = ["dense_window", "north_arrow", "round_length_m", "scale_bar"]


def round_length_m(longest_m: float) -> float:
    """Return the longest of 1, 2 or 5 times a power of ten that is not above `longest_m`.

    Examples
    --------
    >>> round_length_m(7300.0)
    5000.0
    """
    power = 10.0 ** math.floor(math.log10(longest_m))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= longest_m * (1 + 1e-9))


def scale_bar(ax: Axes, size: float) -> None:
    """Draw a bar of four fields in the lower left corner; one unit of the axes is a metre."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    length, height = round_length_m((x1 - x0) / 4), (y1 - y0) / 130
    x, y = x0 + (x1 - x0) * 0.02, y0 + (y1 - y0) * 0.022
    ground = Rectangle((x - 2 * height, y - height), length * 1.13 + 4 * height, 5.4 * height)
    ground.set(facecolor=PAPER, alpha=0.85, zorder=95, linewidth=0)
    ax.add_patch(ground)
    for k in range(4):
        field = Rectangle((x + k * length / 4, y), length / 4, height, edgecolor=BLACK, linewidth=0.7, zorder=96)
        field.set_facecolor(BLACK if k % 2 == 0 else PAPER)
        ax.add_patch(field)
    unit, name = (1000.0, "km") if length >= 1000 else (1.0, "m")
    for share in (0.0, 0.5, 1.0):
        text = f"{length * share / unit:g}" + (f" {name}" if share == 1.0 else "")
        write(ax, x + share * length, y + 1.5 * height, text, size, ha="center", va="bottom", zorder=97)


def north_arrow(ax: Axes, letter: str, size: float) -> None:
    """Draw an arrow to grid north in the upper left corner."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    unit = (y1 - y0) / 100
    x, y = x0 + (x1 - x0) * 0.03, y1 - 8.2 * unit
    shape = np.array([(0, 4.5), (1.3, 0), (0, 0.9), (-1.3, 0)]) * unit + (x, y)
    ax.add_patch(Polygon(shape, closed=True, facecolor=BLACK, edgecolor=PAPER, linewidth=0.8, zorder=97))
    write(ax, x, y + 5.0 * unit, letter, size, ha="center", va="bottom", bold=True, zorder=97)


def dense_window(xy: NDArray[np.float64], width: float, height: float) -> tuple[float, float] | None:
    """Return the lower left corner of the window of this size that holds most points; None when it holds under 15 %.

    Windows are tried with each point at the middle: O(n^2), made for the few hundred marks of a map.
    """
    if not len(xy):
        return None
    apart = np.abs(xy[:, None, :] - xy[None, :, :])
    inside = (apart[..., 0] <= width / 2) & (apart[..., 1] <= height / 2)
    best = int(np.argmax(inside.sum(axis=1)))
    if inside[best].mean() < 0.15:
        return None
    middle = xy[inside[best]].mean(axis=0)
    return float(middle[0] - width / 2), float(middle[1] - height / 2)
