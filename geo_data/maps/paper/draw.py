"""Draw layers on matplotlib axes, in metres."""

from __future__ import annotations

from collections.abc import Iterable

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from geo_data.maps.classes import layer_classes
from geo_data.maps.style import MapLayer, Style

__all__ = ["MARKERS", "PAPER", "dashes", "draw_layers", "draw_mark", "size_factor"]

PAPER = "#ffffff"
POINTS_PER_PIXEL = 0.75
_SCALE_STEPS = (np.log2([20.0, 150.0, 300.0]), [1.1, 0.78, 0.6])  # metres a millimetre of paper; factor
MARKERS = {"circle": "o", "square": "s", "diamond": "D", "triangle": "^"}
_AREA = {"circle": 1.0, "square": 0.88, "diamond": 0.8, "triangle": 1.1}  # as the web map draws them


def size_factor(metres_per_mm: float) -> float:
    """Return the factor on marks at a map scale: smaller on maps of a whole city, as the interactive map does by zoom.

    Examples
    --------
    >>> [round(size_factor(x), 2) for x in (10.0, 100.0, 200.0, 1000.0)]
    [1.1, 0.84, 0.71, 0.6]
    """
    return float(np.interp(np.log2(metres_per_mm), _SCALE_STEPS[0], _SCALE_STEPS[1]))


def draw_layers(ax: Axes, layers: Iterable[tuple[MapLayer, gpd.GeoDataFrame]], scale: float) -> None:
    """Draw layers, first at the bottom.

    Parameters
    ----------
    ax
        Axes in the frames' coordinate system.
    layers
        Layers with their frames in that system, without missing geometries.
    scale
        Factor on all widths and sizes.
    """
    for depth, (layer, frame) in enumerate(layers):
        geometry = frame.geometry.to_numpy()
        for part in layer_classes(layer):
            if len(part.rows):
                _draw_class(ax, geometry[part.rows], part.style, scale, 1.0 + depth)


def _draw_class(ax: Axes, geometry: NDArray[np.object_], style: Style, scale: float, depth: float) -> None:
    if style.mark == "line":
        _draw_lines(ax, geometry, style, scale, depth)
    elif style.mark == "polygon":
        _draw_areas(ax, geometry, style, scale, depth)
    else:
        draw_mark(ax, shapely.get_coordinates(geometry), style, scale, depth)


def _draw_lines(ax: Axes, geometry: NDArray[np.object_], style: Style, scale: float, depth: float) -> None:
    xy, owner = shapely.get_coordinates(shapely.get_parts(geometry), return_index=True)
    segments = np.split(xy, np.flatnonzero(np.diff(owner)) + 1)
    width = style.size * POINTS_PER_PIXEL * scale
    if style.halo:
        ring = width + 2 * style.halo * POINTS_PER_PIXEL * scale
        ax.add_collection(LineCollection(segments, colors=PAPER, linewidths=ring, zorder=depth), autolim=False)
    lines = LineCollection(
        segments,
        colors=style.colour,
        linewidths=width,
        linestyles=dashes(style),
        alpha=style.opacity,
        zorder=depth + 0.1,
    )
    lines.set_capstyle("butt" if style.dash else "round")
    ax.add_collection(lines, autolim=False)


def dashes(style: Style) -> str | tuple[float, tuple[float, ...]]:
    """Return the dash pattern as matplotlib takes it."""
    return (0.0, style.dash) if style.dash else "solid"


def _draw_areas(ax: Axes, geometry: NDArray[np.object_], style: Style, scale: float, depth: float) -> None:
    for area in shapely.get_parts(geometry):
        rings = [Outline(np.asarray(ring.coords)[:, :2], closed=True) for ring in (area.exterior, *area.interiors)]
        outline = Outline.make_compound_path(*rings)
        ax.add_patch(PathPatch(outline, facecolor=style.colour, alpha=style.opacity, linewidth=0, zorder=depth))
        edge = {"linewidth": style.size * POINTS_PER_PIXEL * scale, "linestyle": dashes(style)}
        ax.add_patch(PathPatch(outline, fill=False, edgecolor=style.colour, zorder=depth + 0.1, **edge))


def draw_mark(ax: Axes, xy: NDArray[np.float64], style: Style, scale: float, depth: float) -> PathCollection:
    """Draw point marks at `xy`, shape (points, 2), and return them."""
    pixel = POINTS_PER_PIXEL * scale
    stroke = max(1.2, style.size * 0.2) * pixel if style.hollow else 0.0
    size = style.size * _AREA[style.mark] * pixel - stroke
    if style.halo:
        _scatter(ax, xy, style, size + stroke + 2 * style.halo * pixel, PAPER, 0.0, depth, scale)
    face = PAPER if style.hollow else style.colour
    return _scatter(ax, xy, style, size, face, stroke, depth + 0.1, scale)


def _scatter(
    ax: Axes, xy: NDArray[np.float64], style: Style, size: float, face: str, stroke: float, depth: float, scale: float
) -> PathCollection:
    pixel = POINTS_PER_PIXEL * scale / 72
    figure = ax.get_figure(root=True)
    assert figure is not None
    shift = ScaledTranslation(style.offset[0] * pixel, -style.offset[1] * pixel, figure.dpi_scale_trans)
    return ax.scatter(
        xy[:, 0],
        xy[:, 1],
        s=size**2,
        marker=MARKERS[style.mark],
        facecolors=face,
        edgecolors=style.colour,
        linewidths=stroke,
        alpha=style.opacity,
        zorder=depth,
        transform=ax.transData + shift,
    )
