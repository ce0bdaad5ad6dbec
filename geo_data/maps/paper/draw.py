"""Draw layers on matplotlib axes, in metres."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import geopandas as gpd
import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from geo_data.maps.classes import layer_classes
from geo_data.maps.style import MapLayer, Style

__all__ = [
    "MARKERS",
    "PAPER",
    "Drawn",
    "dashes",
    "draw_layers",
    "draw_mark",
    "metres_per_mm",
    "on_paper",
    "size_factor",
]

Drawn = tuple[MapLayer, gpd.GeoDataFrame]
"""A layer, and its features in the map's coordinate system without missing geometries."""

PAPER = "#ffffff"
POINTS_PER_PIXEL = 0.75
_SCALE_STEPS = (np.log2([20.0, 150.0, 300.0]), [1.1, 0.78, 0.6])  # metres a millimetre of paper; factor
MARKERS = {"circle": "o", "square": "s", "diamond": "D", "triangle": "^"}
_AREA = {"circle": 1.0, "square": 0.88, "diamond": 0.8, "triangle": 1.1}  # as the web map draws them
_ROUGH_MM = 0.04  # lines may leave their course by this much on paper: nobody sees it, and files stay small
_VERTICES = 20_000  # in one outline; renderers refuse endless ones
_VECTOR_MOST = 150_000  # background vertices that vector files carry; more than this becomes a picture inside them


def size_factor(per_mm: float) -> float:
    """Return the factor on marks at a map scale: smaller on maps of a whole city, as the interactive map does by zoom.

    Examples
    --------
    >>> [round(size_factor(x), 2) for x in (10.0, 100.0, 200.0, 1000.0)]
    [1.1, 0.84, 0.71, 0.6]
    """
    return float(np.interp(np.log2(per_mm), _SCALE_STEPS[0], _SCALE_STEPS[1]))


def metres_per_mm(ax: Axes) -> float:
    """Return how many metres a millimetre of paper stands for."""
    x0, x1 = ax.get_xlim()
    return float((x1 - x0) / (ax.get_window_extent().width / ax.figure.dpi * 25.4))


def draw_layers(ax: Axes, layers: Iterable[Drawn], scale: float) -> None:
    """Draw layers, first at the bottom; only what lies in the axes' window.

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
                _draw_class(ax, geometry[part.rows], layer, part.style, scale, 1.0 + depth)


def _draw_class(
    ax: Axes, geometry: NDArray[np.object_], layer: MapLayer, style: Style, scale: float, depth: float
) -> None:
    if style.mark == "line":
        _draw_lines(ax, on_paper(ax, geometry, merged=layer.base or bool(style.dash)), style, scale, depth)
    elif style.mark == "polygon":
        _draw_areas(ax, on_paper(ax, geometry), style, scale, depth)
    else:
        draw_mark(ax, shapely.get_coordinates(geometry), style, scale, depth)


def on_paper(ax: Axes, geometry: NDArray[np.object_], *, merged: bool = False) -> NDArray[np.object_]:
    """Return the single parts of lines or areas in the window and a little beyond it, as fine as paper shows.

    `merged` joins lines end to end: dashes run on, and there are fewer of them.
    """
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    beyond = (x1 - x0) * 0.02
    window = (x0 - beyond, y0 - beyond, x1 + beyond, y1 + beyond)
    box = shapely.bounds(geometry)
    near = (box[:, 0] <= window[2]) & (box[:, 2] >= window[0]) & (box[:, 1] <= window[3]) & (box[:, 3] >= window[1])
    parts = shapely.get_parts(shapely.force_2d(geometry[near]))
    if merged and len(parts):
        parts = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
    parts = shapely.get_parts(shapely.clip_by_rect(shapely.simplify(parts, _ROUGH_MM * metres_per_mm(ax)), *window))
    return np.asarray(parts[~shapely.is_empty(parts)], dtype=object)


def _draw_lines(ax: Axes, lines: NDArray[np.object_], style: Style, scale: float, depth: float) -> None:
    """Draw lines as few outlines, so that translucent ones do not grow darker where they overlap.

    As artists, not patches: matplotlib would look for the extent of every patch, which takes longer than drawing it.
    """
    width = style.size * POINTS_PER_PIXEL * scale
    cap = "butt" if style.dash else "round"
    picture = int(shapely.get_num_coordinates(lines).sum()) > _VECTOR_MOST
    common = {"fill": False, "joinstyle": "round", "rasterized": picture}
    for outline in _outlines(lines):
        if style.halo:
            ring = width + 2 * style.halo * POINTS_PER_PIXEL * scale
            ax.add_artist(PathPatch(outline, edgecolor=PAPER, linewidth=ring, capstyle=cap, zorder=depth, **common))
        stroke = {"linewidth": width, "linestyle": dashes(style), "alpha": style.opacity, "capstyle": cap}
        ax.add_artist(PathPatch(outline, edgecolor=style.colour, zorder=depth + 0.1, **stroke, **common))


def _outlines(lines: NDArray[np.object_]) -> Iterator[Outline]:
    """Yield the lines as compound outlines of limited length."""
    count = shapely.get_num_coordinates(lines)
    chunk = np.cumsum(count) // _VERTICES
    for number in np.unique(chunk):
        inside = chunk == number
        xy = shapely.get_coordinates(lines[inside])
        codes = np.full(len(xy), Outline.LINETO, dtype=Outline.code_type)
        codes[np.cumsum(count[inside]) - count[inside]] = Outline.MOVETO
        yield Outline(xy, codes)


def dashes(style: Style) -> str | tuple[float, tuple[float, ...]]:
    """Return the dash pattern as matplotlib takes it."""
    return (0.0, style.dash) if style.dash else "solid"


def _draw_areas(ax: Axes, areas: NDArray[np.object_], style: Style, scale: float, depth: float) -> None:
    for area in areas:
        rings = [Outline(np.asarray(ring.coords)[:, :2], closed=True) for ring in (area.exterior, *area.interiors)]
        outline = Outline.make_compound_path(*rings)
        ax.add_artist(PathPatch(outline, facecolor=style.colour, alpha=style.opacity, linewidth=0, zorder=depth))
        edge = {"linewidth": style.size * POINTS_PER_PIXEL * scale, "linestyle": dashes(style)}
        ax.add_artist(PathPatch(outline, fill=False, edgecolor=style.colour, zorder=depth + 0.1, **edge))


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
