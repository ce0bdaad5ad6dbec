"""The crowded part of the map, drawn larger: below the legend, or where the main map is empty."""

from __future__ import annotations

import logging

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from geo_data.maps.palette import BLACK
from geo_data.maps.paper.draw import PAPER, draw_layers, size_factor
from geo_data.maps.paper.ground import Ground
from geo_data.maps.paper.inset import crowded, dense_window, largest_free
from geo_data.maps.paper.labels import Box, draw_labels, pixels
from geo_data.maps.paper.layout import Layout
from geo_data.maps.paper.sheet import Area, axes_mm, round_scale, set_window
from geo_data.maps.paper.text import write

__all__ = ["draw_detail"]

_LOG = logging.getLogger(__name__)
_ZOOM = 2.4  # of the detail against the main map
_LEAST_MM = 42.0  # of its shorter side on A3


def draw_detail(plan: Layout, main: Axes, under: Ground, taken: list[Box], title: str) -> list[Box]:
    """Draw the crowded part larger, below the legend or where the map is empty; return what it takes of the map."""
    step = plan.page.scale
    crowd = crowded(under.drawn, plan.scale / 1000, step)
    if not len(crowd):
        return []
    box = largest_free(main, under.drawn, taken, _LEAST_MM * step * plan.scale / 1000)
    place = _area_on_page(plan, main, box) if box is not None else (0.0, 0.0, 0.0, 0.0)
    on_map = place[2] * place[3] > plan.free[2] * max(plan.free[3], 0.0)
    area = place if on_map else plan.free
    if min(area[2:]) < _LEAST_MM * step:
        _LOG.warning("Print map: the dense part has no room for a detail; A3 or another orientation may have.")
        return []
    scale = round_scale(plan.scale / _ZOOM)
    width, height = scale / 1000 * area[2], scale / 1000 * area[3]
    corner = dense_window(crowd, width, height)
    if corner is None:
        return []
    window = (*corner, corner[0] + width, corner[1] + height)
    _draw(plan, under, area, window, scale, title, on_map=on_map)
    _frame_window(main, window, step)
    return [box] if on_map and box is not None else []


def _area_on_page(plan: Layout, main: Axes, box: Box) -> Area:
    """Return the area of a box of the main map."""
    per_mm, x0, y1 = plan.scale / 1000, main.get_xlim()[0], main.get_ylim()[1]
    width, height = (box[2] - box[0]) / per_mm, (box[3] - box[1]) / per_mm
    return (plan.map[0] + (box[0] - x0) / per_mm, plan.map[1] + (y1 - box[3]) / per_mm, width, height)


def _draw(plan: Layout, under: Ground, area: Area, window: Box, scale: float, title: str, *, on_map: bool) -> None:
    """Draw a window of the map on an area of the page, its title above it, or inside where it stands on the map."""
    of, step = plan.page, plan.page.scale
    ax = axes_mm(plan.figure, of, area, zorder=4, label="inset")
    middle = ((window[0] + window[2]) / 2, (window[1] + window[3]) / 2)
    set_window(ax, middle, window[2] - window[0], window[3] - window[1])
    for side in ax.spines.values():
        side.set(edgecolor=BLACK, linewidth=1.1 * step)
    marks = step * size_factor(scale / 1000 * step)
    draw_layers(ax, under.drawn, marks)
    text, per_mm = f"{title}  1:{scale:,.0f}", scale / 1000
    taken: list[Box] = []
    if on_map:
        taken = [_inside_title(ax, text, per_mm * step, step)]
    else:
        write(ax, 0, 1.015, text, 8.4 * step, color=BLACK, va="bottom", transform=ax.transAxes)
    draw_labels(ax, under.drawn, 6.8 * step, marks, [pixels(ax, box) for box in taken])


def _inside_title(ax: Axes, text: str, mm: float, step: float) -> Box:
    """Write the title on a plate in the upper left corner of the inset, and return its box."""
    x0, y1 = ax.get_xlim()[0], ax.get_ylim()[1]
    made = write(ax, x0 + 1.5 * mm, y1 - 1.2 * mm, text, 8.0 * step, color=BLACK, va="top", zorder=98)
    (left, low), (right, high) = ax.transData.inverted().transform(made.get_window_extent().get_points())
    box = (left - mm, low - 0.8 * mm, right + mm, high + 1.2 * mm)
    plate = Rectangle(box[:2], box[2] - box[0], box[3] - box[1], facecolor=PAPER, alpha=0.9, linewidth=0, zorder=97)
    ax.add_patch(plate)
    return box


def _frame_window(main: Axes, window: Box, step: float) -> None:
    """Frame on the main map what the inset shows."""
    width, height = window[2] - window[0], window[3] - window[1]
    main.add_patch(Rectangle(window[:2], width, height, fill=False, edgecolor=BLACK, linewidth=1.1 * step, zorder=80))
