"""The marks of points as small pictures, so that a KMZ shows them without the Internet."""

from __future__ import annotations

from io import BytesIO

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from geo_data.maps.style import Style

__all__ = ["ICON_PIXELS", "icon_name", "icon_png"]

ICON_PIXELS = 28.0
"""Diameter of a mark when Google Earth shows its picture at scale 1 (32 pixels)."""
_MARKER = {"circle": "o", "square": "s", "diamond": "D", "triangle": "^"}
_SIZE = {"circle": 28.0, "square": 25.0, "diamond": 20.0, "triangle": 27.0}  # a diamond is a square on its corner


def icon_name(style: Style) -> str:
    """Return the file name of the mark's picture."""
    return f"{style.mark}{'_hollow' if style.hollow else ''}.png"


def icon_png(style: Style) -> bytes:
    """Return the mark in white on nothing, 64 x 64 pixels: KML multiplies its colour with the style's."""
    figure = Figure(figsize=(32 / 72, 32 / 72), dpi=144)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), frameon=False, xticks=[], yticks=[], xlim=(-1, 1), ylim=(-1, 1))
    face = "none" if style.hollow else "white"
    wide = 5.0 if style.hollow else 0.0
    size = _SIZE[style.mark] - wide
    axes.plot([0], [0], _MARKER[style.mark], ms=size, mfc=face, mec="white", mew=wide)
    out = BytesIO()
    figure.savefig(out, format="png", transparent=True)
    return out.getvalue()
