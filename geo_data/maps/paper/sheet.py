"""The sheet: paper, its measures in millimetres, and the round scale at which a map fits on it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = [
    "DPI",
    "PAPERS",
    "POINTS_PER_MM",
    "SOFT",
    "Area",
    "Graticule",
    "Orientation",
    "Page",
    "Paper",
    "Sheet",
    "Window",
    "axes_mm",
    "page",
    "round_scale",
    "set_window",
]

DPI = 200
"""Of pictures; drawings have none, but sizes are worked out at it."""

POINTS_PER_MM = 72 / 25.4
SOFT = "#59626d"
"""Colour of words that are not the main thing."""

Paper = Literal["A3", "A4"]
Orientation = Literal["auto", "landscape", "portrait"]
Graticule = Literal["none", "degrees", "metres"]

Area = tuple[float, float, float, float]
"""x and y of the upper left corner from that of the sheet, width, height; in mm."""

Window = tuple[float, float, float, float]
"""left, bottom, right, top of what a map shows, in metres of its coordinate system."""

_STEPS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 7.5, 8.0, 10.0)


@dataclass(frozen=True)
class Sheet:
    """What a print map is drawn on.

    Parameters
    ----------
    paper
        'A3' or 'A4'.
    orientation
        'landscape', 'portrait', or 'auto' for the one that shows the map larger.
    graticule
        Lines over the map with their values at its edge: 'none', 'degrees' of longitude and latitude, or 'metres' of
        the map's own coordinate system.
    window
        What the map shows, in metres of the coordinate system that its layers share; None for everything.
    """

    paper: Paper = "A3"
    orientation: Orientation = "auto"
    graticule: Graticule = "none"
    window: Window | None = None

    def __post_init__(self) -> None:
        """Refuse what is not known."""
        for thing, value, kind in (
            ("Paper size", self.paper, Paper),
            ("Orientation", self.orientation, Orientation),
            ("Graticule", self.graticule, Graticule),
        ):
            if value not in get_args(kind):
                raise ValueError(f"{thing} '{value}' is not known. Use one of {', '.join(get_args(kind))}.")


@dataclass(frozen=True)
class Page:
    """Measures of a page in mm.

    Parameters
    ----------
    paper
        Name of the paper size.
    width, height
        Of the page.
    margin
        White on all sides.
    column
        Width of one column of the legend.
    gap
        Between map and column, and between columns.
    scale
        Factor on text and marks: 1 on A3.
    """

    paper: Paper
    width: float
    height: float
    margin: float
    column: float
    gap: float
    scale: float

    def columns_width(self, columns: int) -> float:
        """Return the width of several columns with the gaps between them."""
        return columns * self.column + (columns - 1) * self.gap

    def map_width(self, columns: int) -> float:
        """Return what is left for the map beside that many columns."""
        return self.width - 2 * self.margin - self.columns_width(columns) - self.gap


PAPERS: dict[Paper, Page] = {
    "A3": Page("A3", 420.0, 297.0, 10.0, 88.0, 6.0, 1.0),
    "A4": Page("A4", 297.0, 210.0, 7.0, 65.0, 4.5, 0.73),
}
"""Pages in landscape."""


def page(paper: Paper, *, portrait: bool) -> Page:
    """Return the page of a paper size, upright where `portrait`."""
    lying = PAPERS[paper]
    if not portrait:
        return lying
    return Page(paper, lying.height, lying.width, lying.margin, lying.column, lying.gap, lying.scale)


def round_scale(least: float) -> float:
    """Return the scale number N of 1 : N that is round and not below `least`.

    Examples
    --------
    >>> round_scale(182_000.0), round_scale(4_000.0)
    (200000.0, 4000.0)
    """
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _STEPS if step * power >= least * (1 - 1e-9))


def axes_mm(figure: Figure, of: Page, area: Area, **options: Any) -> Axes:
    """Return bare axes on an area of the page whose unit is a millimetre, y growing downwards."""
    x, y, width, height = area
    box = (x / of.width, 1 - (y + height) / of.height, width / of.width, height / of.height)
    ax = figure.add_axes(box, **options)
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.axis("off")
    return ax


def set_window(ax: Axes, middle: tuple[float, float], width: float, height: float) -> None:
    """Set the extent and draw the frame."""
    ax.set(xlim=(middle[0] - width / 2, middle[0] + width / 2), ylim=(middle[1] - height / 2, middle[1] + height / 2))
    ax.axis("on")
    ax.set(xticks=[], yticks=[], facecolor="#fdfdfc")
    for side in ax.spines.values():
        side.set(edgecolor="#6b7480", zorder=99)
