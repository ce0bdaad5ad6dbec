"""How a sheet is laid out: title, sources, note and columns written, and what is left for the map."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from itertools import product

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from geo_data.maps.palette import BLACK
from geo_data.maps.paper.column import Column, least_share, words_column
from geo_data.maps.paper.draw import PAPER, size_factor
from geo_data.maps.paper.graticule import ROOM_MM
from geo_data.maps.paper.ground import Ground, extent
from geo_data.maps.paper.sheet import DPI, POINTS_PER_MM, SOFT, Area, Page, Sheet, axes_mm, page, round_scale
from geo_data.maps.paper.text import fit_lines, wrap, write
from geo_data.maps.paper.title_block import block_height
from geo_data.maps.style import MapDocument
from geo_data.maps.words import words

__all__ = ["Layout", "lay_out"]

_LOG = logging.getLogger(__name__)
_SHARES = (1.0, 0.94, 0.88, 0.84, 0.8, 0.76, 0.72, 0.68, 0.64, 0.6)
_COLUMNS = (1, 2, 3)
_AROUND = 1.05  # of the extent: white between the outermost features and the frame


@dataclass(frozen=True)
class Layout:
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
    left_out
        Things for which the columns had no room.
    """

    figure: Figure
    page: Page
    map: Area
    scale: float
    marks: float
    block: Area
    free: Area
    left_out: int


def lay_out(doc: MapDocument, under: Ground, sheet: Sheet) -> Layout:
    """Return the page on which the map is largest."""
    upright = {"auto": (False, True), "landscape": (False,), "portrait": (True,)}[sheet.orientation]
    plans = [_laid_out(doc, under, page(sheet.paper, portrait=portrait), sheet) for portrait in upright]
    best = min(plans, key=lambda plan: (plan.left_out, plan.scale))  # landscape, the first, where both are alike
    if best.left_out:
        _LOG.warning("Print map '%s': %d legend entries have no room on %s.", doc.title, best.left_out, sheet.paper)
    return best


def _laid_out(doc: MapDocument, under: Ground, of: Page, sheet: Sheet) -> Layout:
    """Write everything but the map on a page, in as few columns as the legend can be read in."""
    step = of.scale
    room = ROOM_MM * step if sheet.graticule != "none" else 0.0
    shares = [share for share in _SHARES if share >= least_share(step)]
    numbers = [n for n in _COLUMNS if n == 1 or of.map_width(n) > 0.4 * of.width]
    for columns, tight, share in product(numbers, (False, True), shares):
        figure = Figure(figsize=(of.width / 25.4, of.height / 25.4), dpi=DPI, facecolor=PAPER)
        FigureCanvasAgg(figure)
        top = _head(figure, of, doc, of.map_width(columns))
        foot = _foot(figure, of, doc, of.map_width(columns))
        area = (of.margin + room, top + room, of.map_width(columns) - 2 * room, foot - top - 2 * room)
        scale = _scale(under, area)
        marks = step * size_factor(scale / 1000 * step)
        block, free, left_out = _columns(figure, of, doc, columns, share, marks, tight=tight)
        if not left_out:
            break
    return Layout(figure, of, area, scale, marks, block, free, left_out)


def _head(figure: Figure, of: Page, doc: MapDocument, width: float) -> float:
    """Write title and subtitle, and return where the map may begin, in mm."""
    ax, y = axes_mm(figure, of, (of.margin, 0, width, of.height)), of.margin - of.scale
    for text, size, colour, bold in ((doc.title, 22.0, BLACK, True), (doc.subtitle, 11.0, SOFT, False)):
        lines, fitted = fit_lines(text, size * of.scale, width * POINTS_PER_MM, 2, 0.55)
        for line in lines:
            write(ax, 0, y, line, fitted, bold=bold, color=colour, va="top")
            y += fitted * 1.36 / POINTS_PER_MM
    return y + 2.5 * of.scale


def _foot(figure: Figure, of: Page, doc: MapDocument, width: float) -> float:
    """Write the sources below the map, and return where the map has to end, in mm."""
    if not doc.credits:
        return of.height - of.margin
    size = 7.0 * of.scale
    sources = f"{words(doc.language)['sources']}: {'; '.join(doc.credits)}"
    lines = wrap(sources, size, width * POINTS_PER_MM)
    ax, top = axes_mm(figure, of, (of.margin, 0, width, of.height)), of.height - of.margin
    for k, line in enumerate(reversed(lines)):
        write(ax, 0, top - k * size * 1.3 / POINTS_PER_MM, line, size, color=SOFT, va="bottom")
    return top - len(lines) * size * 1.3 / POINTS_PER_MM - 1.8 * of.scale


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
    lines = wrap(note, 8.4 * step, (width - 6 * step) * POINTS_PER_MM)
    height = (len(lines) * 4.0 + 3.4) * step
    ax.add_patch(Rectangle((0, 0), width, height, facecolor="#fff3d6", edgecolor="#e6b84f", linewidth=0.8))
    for k, line in enumerate(lines):
        write(ax, 3 * step, (1.7 + 4.0 * k) * step, line, 8.4 * step, color="#5c4000", va="top")
    return y + height + 3.5 * step


def _scale(under: Ground, area: Area) -> float:
    """Return the round scale at which the extent fits into an area."""
    x0, y0, x1, y1 = extent(under)
    return round_scale(max((x1 - x0) / area[2], (y1 - y0) / area[3]) * 1000 * _AROUND)
