"""The title block in the lower right corner: what the drawing is, of which state, and who answers for it."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from geo_data.maps.palette import BLACK
from geo_data.maps.paper.sheet import POINTS_PER_MM, SOFT
from geo_data.maps.paper.text import cut, fit_lines, write
from geo_data.maps.style import MapDocument

__all__ = ["block_height", "title_block"]

_ROW = 7.4  # mm on A3
_TITLE_ROW = 10.6
_LABEL, _VALUE = 5.9, 8.2  # points on A3

Cell = tuple[str, str, float]
"""Label, value, share of the row's width."""


def block_height(scale: float) -> float:
    """Return the height of the block in mm."""
    return (_TITLE_ROW + 5 * _ROW) * scale


def title_block(
    ax: Axes, width: float, step: float, doc: MapDocument, said: Mapping[str, str], sheet: str, coordinates: str
) -> None:
    """Draw the block on axes in mm whose upper left corner is the block's.

    Parameters
    ----------
    ax, width, step
        Axes, width in mm, factor on text and rows.
    doc, said
        The document, and the words of its language.
    sheet
        Scale and paper, for example '1:200,000 (A3)'.
    coordinates
        Name of the coordinate system.
    """
    rows: tuple[tuple[float, tuple[Cell, ...]], ...] = (
        (_ROW, ((said["project"], doc.project or doc.title, 1.0),)),
        (_TITLE_ROW, ((said["title"], doc.subtitle or doc.title, 1.0),)),
        (_ROW, ((said["scenario"], doc.scenario, 0.64), (said["revision"], doc.revision, 0.36))),
        (_ROW, ((said["scale"], sheet, 0.64), (said["date"], doc.date, 0.36))),
        (_ROW, ((said["coordinates"], coordinates, 0.5), (said["run"], doc.run_id, 0.5))),
        (_ROW, ((said["drawn_by"], "", 0.5), (said["checked_by"], "", 0.5))),
    )
    y = 0.0
    for height, cells in rows:
        _row(ax, y, height * step, width, step, cells)
        y += height * step
    ax.add_patch(
        Rectangle((0, 0), width, y, fill=False, edgecolor=BLACK, linewidth=1.0 * step, zorder=3, clip_on=False)
    )


def _row(ax: Axes, y: float, height: float, width: float, step: float, cells: tuple[Cell, ...]) -> None:
    x = 0.0
    for label, value, share in cells:
        _cell(ax, (x, y, width * share, height), label, value, step)
        x += width * share
        if x < width - 0.01:
            ax.add_line(Line2D([x, x], [y, y + height], color=BLACK, linewidth=0.5 * step))
    ax.add_line(Line2D([0, width], [y + height, y + height], color=BLACK, linewidth=0.5 * step))


def _cell(ax: Axes, area: tuple[float, float, float, float], label: str, value: str, step: float) -> None:
    """Write label above value; a value too wide is written smaller, on two lines where there is room, then cut."""
    x, y, width, height = area
    inside = (width - 2.4 * step) * POINTS_PER_MM
    write(ax, x + 1.2 * step, y + 0.7 * step, label, _LABEL * step, color=SOFT, va="top")
    most = 2 if height > _ROW * step * 1.2 else 1
    lines, size = fit_lines(value, _VALUE * step, inside, most, 0.72)
    for k, line in enumerate(lines):
        at = y + 3.1 * step + k * size * 1.22 / POINTS_PER_MM
        write(ax, x + 1.2 * step, at, cut(line, size, inside), size, color=BLACK, va="top")
