"""Scale bar with the scale, and the arrow to true north; each returns the room it takes."""

from __future__ import annotations

import math

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Polygon, Rectangle

from geo_data.maps.palette import BLACK
from geo_data.maps.paper.draw import PAPER
from geo_data.maps.paper.labels import Box
from geo_data.maps.paper.text import write

__all__ = ["north_arrow", "round_length_m", "scale_bar"]


def round_length_m(longest_m: float) -> float:
    """Return the longest of 1, 2 or 5 times a power of ten that is not above `longest_m`.

    Examples
    --------
    >>> round_length_m(7300.0)
    5000.0
    """
    power = 10.0 ** math.floor(math.log10(longest_m))
    return next(step * power for step in (5.0, 2.0, 1.0) if step * power <= longest_m * (1 + 1e-9))


def scale_bar(ax: Axes, per_mm: float, step: float, scale: str) -> Box:
    """Draw a bar of four fields in the lower left corner under the scale as text, and return its box in data units.

    One unit of the axes is a metre, `per_mm` of them a millimetre of paper; `step` is the factor on sizes.
    """
    (x0, x1), (y0, _) = ax.get_xlim(), ax.get_ylim()
    mm = per_mm * step
    length, height = round_length_m((x1 - x0) / 4), 1.6 * mm
    x, y = x0 + 6.5 * mm, y0 + 4.5 * mm
    box = (x0 + 2 * mm, y0 + 2 * mm, x + length + 11 * mm, y + height + 9.6 * mm)
    ground = Rectangle(box[:2], box[2] - box[0], box[3] - box[1], facecolor=PAPER, alpha=0.88, zorder=95, linewidth=0)
    ax.add_patch(ground)
    for k in range(4):
        field = Rectangle((x + k * length / 4, y), length / 4, height, edgecolor=BLACK, linewidth=0.7, zorder=96)
        field.set_facecolor(BLACK if k % 2 == 0 else PAPER)
        ax.add_patch(field)
    unit, name = (1000.0, "km") if length >= 1000 else (1.0, "m")
    for share in (0.0, 0.5, 1.0):
        text = f"{length * share / unit:g}" + (f" {name}" if share == 1.0 else "")
        write(ax, x + share * length, y + height + 0.8 * mm, text, 7.5 * step, ha="center", va="bottom", zorder=97)
    write(ax, x, y + height + 5 * mm, scale, 8.4 * step, ha="left", va="bottom", bold=True, zorder=97)
    return box


def north_arrow(ax: Axes, per_mm: float, step: float, letter: str, degrees: float) -> Box:
    """Draw an arrow in the upper left corner that stands `degrees` right of upright, and return its box."""
    x0, y1, mm = ax.get_xlim()[0], ax.get_ylim()[1], per_mm * step
    x, y, unit = x0 + 9 * mm, y1 - 15.5 * mm, 2.4 * mm
    turn = math.radians(degrees)
    turned = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    shape = np.array([(0, 4.5), (1.3, 0), (0, 0.9), (-1.3, 0)]) @ turned * unit + (x, y)
    ax.add_patch(Polygon(shape, closed=True, facecolor=BLACK, edgecolor=PAPER, linewidth=0.8, zorder=97))
    tip = np.array([0.0, 5.4]) @ turned * unit + (x, y)
    write(ax, tip[0], tip[1], letter, 9 * step, ha="center", va="center", bold=True, zorder=97)
    return (x0 + 3 * mm, y - mm, x + 6 * mm, y1)
