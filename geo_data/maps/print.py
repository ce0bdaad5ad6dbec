"""Write the print map: one sheet of paper as PDF, SVG or PNG."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from geo_data.maps.palette import BLACK
from geo_data.maps.paper.column import Column, least_share, words_column
from geo_data.maps.paper.draw import PAPER, draw_layers, size_factor
from geo_data.maps.paper.furniture import north_arrow, scale_bar
from geo_data.maps.paper.graticule import ROOM_MM, draw_graticule, true_north
from geo_data.maps.paper.ground import Ground, extent, ground
from geo_data.maps.paper.inset import crowded, dense_window, largest_free
from geo_data.maps.paper.labels import Box, draw_labels
from geo_data.maps.paper.sheet import Area, Page, Sheet, axes_mm, page, round_scale
from geo_data.maps.paper.text import fit_lines, wrap, write
from geo_data.maps.paper.title_block import block_height, title_block
from geo_data.maps.style import MapDocument
from geo_data.maps.words import words
from geo_data.write.atomic import atomic_path

__all__ = ["PRINT_SUFFIXES", "print_figure", "write_print_map"]

_LOG = logging.getLogger(__name__)

PRINT_SUFFIXES = (".pdf", ".svg", ".png")

_DPI = 200
_SOFT = "#59626d"
_POINTS_PER_MM = 72 / 25.4
_SHARES = (1.0, 0.94, 0.88, 0.84, 0.8, 0.76, 0.72, 0.68, 0.64, 0.6)
_COLUMNS = (1, 2, 3)
_AROUND = 1.05  # of the extent: white between the outermost features and the frame
_ZOOM = 2.4  # of the inset against the main map
_INSET_LEAST = 42.0  # mm of the shorter side on A3
_RC: dict[Any, Any] = {"path.simplify": True, "text.usetex": False, "text.hinting": "none", "svg.fonttype": "path"}
_RC |= {"svg.hashsalt": "metroplan", "pdf.fonttype": 3}


@dataclass(frozen=True)
class _Plan:
    """What stands where: a page with its columns written, and the main map's area and scale.

    Parameters
    ----------
    figure, page
        The sheet, and its measures.
    map
        Area of the main map.
    scale
        N of 1 : N.
    marks
        Factor on marks.
    block
        Area of the title block.
    free
        What the columns leave free above the title block.
    """

    figure: Figure
    page: Page
    map: Area
    scale: float
    marks: float
    block: Area
    free: Area


def write_print_map(doc: MapDocument, path: str | os.PathLike[str], sheet: Sheet | None = None) -> None:
    """Write the document as a sheet to print, with title block, legend, scale, north, sources and insets.

    Parameters
    ----------
    doc
        What to show; layers that are not visible are left out.
    path
        Where the file shall stand: ``.pdf`` and ``.svg`` are drawings with their fonts inside, ``.png`` is a picture
        at 200 dpi. It appears whole or not at all.
    sheet
        Paper, orientation, graticule; A3 without lines if left out.

    Raises
    ------
    ValueError
        If the file name says no known format.
    """
    suffix = Path(path).suffix.lower()
    if suffix not in PRINT_SUFFIXES:
        raise ValueError(f"'{os.fspath(path)}' is no print map. Use a name that ends in {', '.join(PRINT_SUFFIXES)}.")
    with rc_context(_RC), atomic_path(path) as part:
        figure = print_figure(doc, sheet or Sheet())
        figure.savefig(part, dpi=_DPI, format=suffix[1:], metadata=_metadata(doc, suffix))


def print_figure(doc: MapDocument, sheet: Sheet | None = None) -> Figure:
    """Return the sheet as a figure of its own; no window, no global state."""
    sheet = sheet or Sheet()
    under = ground(doc)
    plan = _planned(doc, under, sheet)
    main = _map(plan.figure, plan.page, plan.map, under, plan.scale)
    step, per_mm, said = plan.page.scale, plan.scale / 1000, words(doc.language)
    draw_graticule(main, sheet.graticule, under.crs, 6.4 * step)
    draw_layers(main, under.drawn, plan.marks)
    taken = [
        scale_bar(main, per_mm, step, f"1:{plan.scale:,.0f} ({sheet.paper})"),
        north_arrow(main, per_mm, step, said["north"], true_north(main, under.crs)),
    ]
    taken += _inset(plan, main, under, taken, said["detail"])
    placed, missed = draw_labels(main, under.drawn, 8.2 * step, plan.marks, [_pixels(main, box) for box in taken])
    if missed:
        _LOG.info("Print map '%s': %d names stand on the main map, %d had no room.", doc.title, placed, missed)
    block = axes_mm(plan.figure, plan.page, plan.block, label="block")
    title_block(block, plan.block[2], step, doc, said, f"1:{plan.scale:,.0f} ({sheet.paper})", under.crs.name)
    return plan.figure


def _planned(doc: MapDocument, under: Ground, sheet: Sheet) -> _Plan:
    """Return the page on which the map is largest."""
    upright = {"auto": (False, True), "landscape": (False,), "portrait": (True,)}[sheet.orientation]
    plans = [_laid_out(doc, under, page(sheet.paper, portrait=portrait), sheet) for portrait in upright]
    return min(plans, key=lambda plan: plan.scale)  # the first, landscape, where both show it alike


def _laid_out(doc: MapDocument, under: Ground, of: Page, sheet: Sheet) -> _Plan:
    """Write everything but the map on a page, in as few columns as the legend can be read in."""
    step = of.scale
    room = ROOM_MM * step if sheet.graticule != "none" else 0.0
    shares = [share for share in _SHARES if share >= least_share(step)]
    numbers = [n for n in _COLUMNS if n == 1 or of.map_width(n) > 0.4 * of.width]
    for columns, tight, share in product(numbers, (False, True), shares):
        figure = Figure(figsize=(of.width / 25.4, of.height / 25.4), dpi=_DPI, facecolor=PAPER)
        FigureCanvasAgg(figure)
        top = _head(figure, of, doc, of.map_width(columns))
        foot = _foot(figure, of, doc, of.map_width(columns))
        area = (of.margin + room, top + room, of.map_width(columns) - 2 * room, foot - top - 2 * room)
        scale = _scale(under, area)
        marks = step * size_factor(scale / 1000 * step)
        block, free, left_out = _columns(figure, of, doc, columns, share, marks, tight=tight)
        if not left_out:
            break
    if left_out:
        _LOG.warning("Print map '%s': the legend has no room for %d entries on %s.", doc.title, left_out, of.paper)
    return _Plan(figure, of, area, scale, marks, block, free)


def _head(figure: Figure, of: Page, doc: MapDocument, width: float) -> float:
    """Write title and subtitle, and return where the map may begin, in mm."""
    ax, y = axes_mm(figure, of, (of.margin, 0, width, of.height)), of.margin - of.scale
    for text, size, colour, bold in ((doc.title, 22.0, BLACK, True), (doc.subtitle, 11.0, _SOFT, False)):
        lines, fitted = fit_lines(text, size * of.scale, width * _POINTS_PER_MM, 2, 0.55)
        for line in lines:
            write(ax, 0, y, line, fitted, bold=bold, color=colour, va="top")
            y += fitted * 1.36 / _POINTS_PER_MM
    return y + 2.5 * of.scale


def _foot(figure: Figure, of: Page, doc: MapDocument, width: float) -> float:
    """Write the sources below the map, and return where the map has to end, in mm."""
    if not doc.credits:
        return of.height - of.margin
    size = 7.0 * of.scale
    sources = f"{words(doc.language)['sources']}: {'; '.join(doc.credits)}"
    lines = wrap(sources, size, width * _POINTS_PER_MM)
    ax, top = axes_mm(figure, of, (of.margin, 0, width, of.height)), of.height - of.margin
    for k, line in enumerate(reversed(lines)):
        write(ax, 0, top - k * size * 1.3 / _POINTS_PER_MM, line, size, color=_SOFT, va="bottom")
    return top - len(lines) * size * 1.3 / _POINTS_PER_MM - 1.8 * of.scale


def _columns(
    figure: Figure, of: Page, doc: MapDocument, columns: int, share: float, marks: float, *, tight: bool
) -> tuple[Area, Area, int]:
    """Write note and columns; return the areas of the title block and of what is free above, and what had no room."""
    width, step = of.columns_width(columns), of.scale
    x = of.width - of.margin - width
    top = _note(figure, of, doc.note, (x, of.margin, width, of.height))
    bottom, tall = of.height - of.margin, block_height(step)
    block = (of.width - of.margin - of.column, bottom - tall, of.column, tall)
    ends = [bottom - top] * (columns - 1) + [block[1] - 4 * step - top]
    ax = axes_mm(figure, of, (x, top, width, bottom - top), label="columns")
    column = Column(ax, of.column, of.gap, tuple(ends), step * share, min(marks, step * share), tight=tight)
    words_column(column, doc, words(doc.language))
    used = column.y if column.number == columns - 1 else 0.0
    free = (block[0], top + used + 8 * step, of.column, block[1] - top - used - 13 * step)
    return block, free, column.left_out


def _note(figure: Figure, of: Page, note: str, area: Area) -> float:
    """Write what must be said about the data in a tinted box, and return where the columns may begin, in mm."""
    _, y, width, _ = area
    if not note:
        return y
    step = of.scale
    ax = axes_mm(figure, of, area)
    lines = wrap(note, 8.4 * step, (width - 6 * step) * _POINTS_PER_MM)
    height = (len(lines) * 4.0 + 3.4) * step
    ax.add_patch(Rectangle((0, 0), width, height, facecolor="#fff3d6", edgecolor="#e6b84f", linewidth=0.8))
    for k, line in enumerate(lines):
        write(ax, 3 * step, (1.7 + 4.0 * k) * step, line, 8.4 * step, color="#5c4000", va="top")
    return y + height + 3.5 * step


def _scale(under: Ground, area: Area) -> float:
    """Return the round scale at which the extent fits into an area."""
    x0, y0, x1, y1 = extent(under.drawn)
    return round_scale(max((x1 - x0) / area[2], (y1 - y0) / area[3]) * 1000 * _AROUND)


def _map(figure: Figure, of: Page, area: Area, under: Ground, scale: float) -> Axes:
    """Return axes in metres on an area, with the middle of the extent in their midst."""
    x0, y0, x1, y1 = extent(under.drawn)
    ax = axes_mm(figure, of, area, label="map")
    _window(ax, ((x0 + x1) / 2, (y0 + y1) / 2), scale / 1000 * area[2], scale / 1000 * area[3])
    return ax


def _window(ax: Axes, middle: tuple[float, float], width: float, height: float) -> None:
    """Set the extent and draw the frame."""
    ax.set(xlim=(middle[0] - width / 2, middle[0] + width / 2), ylim=(middle[1] - height / 2, middle[1] + height / 2))
    ax.axis("on")
    ax.set(xticks=[], yticks=[], facecolor="#fdfdfc")
    for side in ax.spines.values():
        side.set(edgecolor="#6b7480", zorder=99)


def _inset(plan: _Plan, main: Axes, under: Ground, taken: list[Box], title: str) -> list[Box]:
    """Draw the crowded part larger, below the legend or where the map is empty; return what it takes of the map."""
    step = plan.page.scale
    crowd = crowded(under.drawn, plan.scale / 1000, step)
    if not len(crowd):
        return []
    box = largest_free(main, under.drawn, taken, _INSET_LEAST * step * plan.scale / 1000)
    place = _area_on_page(plan, main, box) if box is not None else (0.0, 0.0, 0.0, 0.0)
    on_map = place[2] * place[3] > plan.free[2] * max(plan.free[3], 0.0)
    area = place if on_map else plan.free
    if min(area[2:]) < _INSET_LEAST * step:
        _LOG.warning("Print map: the dense part has no room for a detail; A3 or another orientation may have.")
        return []
    scale = round_scale(plan.scale / _ZOOM)
    width, height = scale / 1000 * area[2], scale / 1000 * area[3]
    corner = dense_window(crowd, width, height)
    if corner is None:
        return []
    window = (*corner, corner[0] + width, corner[1] + height)
    _draw_inset(plan, under, area, window, scale, title, on_map=on_map)
    _frame_window(main, window, step)
    return [box] if on_map and box is not None else []


def _area_on_page(plan: _Plan, main: Axes, box: Box) -> Area:
    """Return the area of a box of the main map."""
    per_mm, x0, y1 = plan.scale / 1000, main.get_xlim()[0], main.get_ylim()[1]
    width, height = (box[2] - box[0]) / per_mm, (box[3] - box[1]) / per_mm
    return (plan.map[0] + (box[0] - x0) / per_mm, plan.map[1] + (y1 - box[3]) / per_mm, width, height)


def _draw_inset(plan: _Plan, under: Ground, area: Area, window: Box, scale: float, title: str, *, on_map: bool) -> None:
    """Draw a window of the map on an area of the page, its title above it, or inside where it stands on the map."""
    of, step = plan.page, plan.page.scale
    ax = axes_mm(plan.figure, of, area, zorder=4, label="inset")
    middle = ((window[0] + window[2]) / 2, (window[1] + window[3]) / 2)
    _window(ax, middle, window[2] - window[0], window[3] - window[1])
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
    draw_labels(ax, under.drawn, 6.8 * step, marks, [_pixels(ax, box) for box in taken])


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


def _pixels(ax: Axes, box: Box) -> Box:
    """Return a box of data units in pixels."""
    (x0, y0), (x1, y1) = ax.transData.transform([box[:2], box[2:]])
    return (float(x0), float(y0), float(x1), float(y1))


def _metadata(doc: MapDocument, suffix: str) -> dict[str, Any]:
    """Return what the file says about itself; no clock time, so that the same map gives the same file."""
    about = ", ".join(part for part in (doc.subtitle, doc.run_id) if part)
    if suffix == ".pdf":
        return {"Title": doc.title, "Subject": about, "Creator": "metroplan", "CreationDate": None}
    if suffix == ".svg":
        return {"Title": doc.title, "Description": about, "Creator": "metroplan", "Date": None}
    return {"Title": doc.title, "Description": about, "Software": "metroplan"}
