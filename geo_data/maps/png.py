"""Write the print map: one sheet of paper at 200 dpi."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from geo_data.maps.encode import drawable
from geo_data.maps.palette import BLACK
from geo_data.maps.paper.column import Column, words_column
from geo_data.maps.paper.draw import PAPER, draw_layers, size_factor
from geo_data.maps.paper.furniture import dense_window, north_arrow, scale_bar
from geo_data.maps.paper.labels import draw_labels
from geo_data.maps.paper.text import wrap, write
from geo_data.maps.style import MapDocument, MapLayer
from geo_data.maps.words import words
from geo_data.write.atomic import atomic_path

__all__ = ["map_figure", "write_map_png"]

Size = Literal["A3", "A4"]
Drawn = tuple[MapLayer, gpd.GeoDataFrame]

_DPI = 200
_COLUMN_SCALES = (1.0, 0.94, 0.88, 0.82, 0.76, 0.7, 0.64, 0.58, 0.52)
_MOST_POINTS = 1500  # looked at for the detail window
_ZOOM = 2.4  # of the detail window against the main map


@dataclass(frozen=True)
class _Sheet:
    """Measures of the sheet in mm; `scale` is the factor on text and marks."""

    width: float
    height: float
    margin: float
    column: float
    head: float
    foot: float
    scale: float


_SHEETS: dict[str, _Sheet] = {
    "A3": _Sheet(420.0, 297.0, 10.0, 88.0, 21.0, 7.0, 1.0),
    "A4": _Sheet(297.0, 210.0, 7.0, 62.2, 14.8, 5.0, 0.707),
}


def write_map_png(doc: MapDocument, path: str | os.PathLike[str], size: Size = "A3") -> None:
    """Write the document as a print map, landscape, 200 dpi.

    Parameters
    ----------
    doc
        What to show; layers that are not visible are left out.
    path
        Where the file shall stand; it appears whole or not at all.
    size
        Paper size.

    Raises
    ------
    ValueError
        If the paper size is not known.
    """
    if size not in _SHEETS:
        raise ValueError(f"Paper size '{size}' is not known. Use one of {', '.join(_SHEETS)}.")
    with rc_context({"path.simplify": True, "text.usetex": False, "text.hinting": "none"}), atomic_path(path) as part:
        figure = map_figure(doc, size)
        figure.savefig(part, dpi=_DPI, metadata={"Title": doc.title, "Software": "metroplan"})


def map_figure(doc: MapDocument, size: Size = "A3") -> Figure:
    """Return the sheet as a figure of its own; no window, no global state."""
    sheet, said = _SHEETS[size], words(doc.language)
    figure = Figure(figsize=(sheet.width / 25.4, sheet.height / 25.4), dpi=_DPI, facecolor=PAPER)
    FigureCanvasAgg(figure)
    whole = _millimetres(figure, sheet, 0, 0, sheet.width, sheet.height)
    top = _head_and_foot(whole, doc, sheet, said["run"])
    drawn = _metric(doc)
    main = _map_axes(figure, sheet, drawn)
    marks = sheet.scale * size_factor(_metres_per_mm(main) * sheet.scale)
    draw_layers(main, drawn, marks)
    draw_labels(main, drawn, 8.2 * sheet.scale, marks)
    scale_bar(main, 7.5 * sheet.scale)
    north_arrow(main, said["north"], 9 * sheet.scale)
    end = _column(figure, doc, sheet, top, marks)
    _detail(figure, main, drawn, sheet, end, said["detail"])
    return figure


def _millimetres(figure: Figure, sheet: _Sheet, x: float, y: float, width: float, height: float) -> Axes:
    """Return bare axes at (x, y) from the upper left corner whose unit is a millimetre, y growing downwards."""
    box = (x / sheet.width, 1 - (y + height) / sheet.height, width / sheet.width, height / sheet.height)
    ax = figure.add_axes(box)
    ax.set(xlim=(0, width), ylim=(height, 0))
    ax.axis("off")
    return ax


def _head_and_foot(ax: Axes, doc: MapDocument, sheet: _Sheet, run: str) -> float:
    """Write title, subtitle and note above, credits, run and date below; return where the note ends, in mm."""
    left, step = sheet.margin, sheet.scale
    write(ax, left, sheet.margin - 1 * step, doc.title, 22 * step, bold=True, color=BLACK, va="top")
    write(ax, left, sheet.margin + 10.5 * step, doc.subtitle, 11 * step, color="#59626d", va="top")
    bottom = sheet.height - sheet.margin + 1.5 * step
    write(ax, left, bottom, "   ·   ".join(doc.credits), 7.6 * step, color="#59626d", va="bottom")
    marks = [f"{run} {doc.run_id}" if doc.run_id else "", doc.date]
    write(
        ax,
        sheet.width - left,
        bottom,
        "   ·   ".join(m for m in marks if m),
        7.6 * step,
        color="#59626d",
        ha="right",
        va="bottom",
    )
    return _note(ax, doc.note, sheet)


def _note(ax: Axes, note: str, sheet: _Sheet) -> float:
    """Write what must be said about the data in a tinted box at the upper right, and return where it ends, in mm."""
    if not note:
        return sheet.margin
    step, width = sheet.scale, sheet.column
    lines = wrap(note, 8.6 * step, (width - 6 * step) * 72 / 25.4)
    height = (len(lines) * 4.1 + 3.6) * step
    x, y = sheet.width - sheet.margin - width, sheet.margin
    ax.add_patch(Rectangle((x, y), width, height, facecolor="#fff3d6", edgecolor="#e6b84f", linewidth=0.8))
    for k, line in enumerate(lines):
        write(ax, x + 3 * step, y + (1.8 + 4.1 * k) * step, line, 8.6 * step, color="#5c4000", va="top")
    return y + height


def _metric(doc: MapDocument) -> list[Drawn]:
    """Return the visible layers in one metric coordinate system, that of the UTM zone in their midst."""
    layers = [drawable(layer) for layer in doc.layers if layer.visible]
    filled = [layer.frame.geometry for layer in layers if len(layer.frame)]
    if not filled:
        return [(layer, layer.frame) for layer in layers]
    crs = gpd.GeoSeries(pd.concat([series.iloc[:: max(1, len(series) // 500)] for series in filled])).estimate_utm_crs()
    return [(layer, layer.frame.to_crs(crs)) for layer in layers]


def _map_axes(figure: Figure, sheet: _Sheet, drawn: list[Drawn]) -> Axes:
    """Return the main map's axes, its extent widened to the frame."""
    width = sheet.width - 2 * sheet.margin - sheet.column - 6 * sheet.scale
    height = sheet.height - 2 * sheet.margin - sheet.head - sheet.foot + 4 * sheet.scale
    box = (sheet.margin, sheet.margin + sheet.head - 4 * sheet.scale, width, height)
    ax = _millimetres(figure, sheet, *box)
    x0, y0, x1, y1 = _extent(drawn)
    per_mm = max((x1 - x0) / width, (y1 - y0) / height) * 1.07
    middle = ((x0 + x1) / 2, (y0 + y1) / 2)
    _window(ax, middle, per_mm * width, per_mm * height)
    return ax


def _metres_per_mm(ax: Axes) -> float:
    """Return how many metres a millimetre of paper stands for."""
    x0, x1 = ax.get_xlim()
    return float((x1 - x0) / (ax.get_window_extent().width / _DPI * 25.4))


def _window(ax: Axes, middle: tuple[float, float], width: float, height: float) -> None:
    """Set the extent and draw the frame."""
    ax.set(xlim=(middle[0] - width / 2, middle[0] + width / 2), ylim=(middle[1] - height / 2, middle[1] + height / 2))
    ax.axis("on")
    ax.set(xticks=[], yticks=[], facecolor="#fdfdfc")
    for side in ax.spines.values():
        side.set(edgecolor="#8d96a1", zorder=99)


def _extent(drawn: list[Drawn]) -> tuple[float, float, float, float]:
    """Return the extent of all but the background; of the background where there is nothing else."""
    frames = [f for layer, f in drawn if len(f) and not layer.base] or [f for _, f in drawn if len(f)]
    if not frames:
        return (0.0, 0.0, 1000.0, 1000.0)
    boxes = np.array([frame.total_bounds for frame in frames])
    (x0, y0), (x1, y1) = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
    least = 200.0  # metres: a single point still gets surroundings
    return (min(x0, x1 - least), min(y0, y1 - least), max(x1, x0 + least), max(y1, y0 + least))


def _column(figure: Figure, doc: MapDocument, sheet: _Sheet, note_end: float, marks: float) -> float:
    """Write the column at the right, smaller where it is long, and return where it ends, in mm from the top."""
    top = max(sheet.margin + sheet.head - 8 * sheet.scale, note_end + 1.5 * sheet.scale)
    x, height = sheet.width - sheet.margin - sheet.column, sheet.height - top - sheet.margin - sheet.foot / 2
    said = words(doc.language)
    for share in _COLUMN_SCALES:
        ax = _millimetres(figure, sheet, x, top, sheet.column, height)
        column = Column(ax, sheet.column, sheet.scale * share, min(marks, sheet.scale * share))
        words_column(column, doc, said)
        if column.y <= height or share == _COLUMN_SCALES[-1]:
            return top + column.y
        ax.remove()
    return top


def _is_marks(layer: MapLayer) -> bool:
    """Say whether the layer counts where the detail window looks for the crowd."""
    return layer.style.mark not in ("line", "polygon") and not layer.base


def _detail(figure: Figure, main: Axes, drawn: list[Drawn], sheet: _Sheet, top: float, title: str) -> None:
    """Draw the densest part larger, in what the column leaves free."""
    top += 8 * sheet.scale
    side = sheet.column
    height = min(side, sheet.height - sheet.margin - sheet.foot - top)
    points = [shapely.get_coordinates(f.geometry.to_numpy()) for layer, f in drawn if _is_marks(layer) and len(f)]
    if height < 45 * sheet.scale or not points:
        return
    per_mm = _metres_per_mm(main) / _ZOOM
    xy = np.concatenate(points)
    corner = dense_window(xy[:: 1 + len(xy) // _MOST_POINTS], per_mm * side, per_mm * height)
    if corner is None:
        return
    ax = _millimetres(figure, sheet, sheet.width - sheet.margin - side, top, side, height)
    _window(ax, (corner[0] + per_mm * side / 2, corner[1] + per_mm * height / 2), per_mm * side, per_mm * height)
    marks = sheet.scale * size_factor(per_mm * sheet.scale)
    draw_layers(ax, drawn, marks)
    draw_labels(ax, drawn, 6.8 * sheet.scale, marks)
    write(ax, 0, 1.02, title, 8.4 * sheet.scale, color=BLACK, va="bottom", transform=ax.transAxes)
    main.add_patch(
        Rectangle(corner, per_mm * side, per_mm * height, fill=False, edgecolor=BLACK, linewidth=0.9, zorder=80)
    )
