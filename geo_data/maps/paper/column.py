"""The column beside the print map: facts, goals and legend, written from top to bottom in millimetres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from geo_data.maps.classes import layer_classes
from geo_data.maps.palette import BLACK, GREEN, VERMILLION
from geo_data.maps.paper.draw import MARKERS, POINTS_PER_PIXEL, dashes, draw_mark
from geo_data.maps.paper.text import wrap, write
from geo_data.maps.style import Goal, MapDocument, MapLayer, Style

__all__ = ["Column", "words_column"]

_SOFT = "#59626d"
_LINE = "#d5dae0"
_POINTS_PER_MM = 72 / 25.4


@dataclass
class Column:
    """A pen that moves down the column.

    Parameters
    ----------
    ax
        Axes in millimetres, y growing downwards.
    width
        Width of the column in mm.
    scale
        Factor on text and distances.
    marks
        Factor on marks, that of the map beside.
    y
        Where the pen stands, in mm from the top.
    """

    ax: Axes
    width: float
    scale: float
    marks: float
    y: float = 0.0

    def heading(self, text: str) -> None:
        """Write a heading over a thin line."""
        self.y += 2.4 * self.scale
        write(self.ax, 0, self.y, text, 9.5 * self.scale, bold=True, color=BLACK, va="top")
        self.y += 5.2 * self.scale
        self.ax.add_line(Line2D([0, self.width], [self.y, self.y], color=_LINE, linewidth=0.8))
        self.y += 1.8 * self.scale

    def paragraph(self, text: str, size: float, colour: str = _SOFT, indent: float = 0.0) -> None:
        """Write text in as many lines as it needs."""
        size *= self.scale
        for line in wrap(text, size, (self.width - indent) * _POINTS_PER_MM):
            write(self.ax, indent, self.y, line, size, color=colour, va="top")
            self.y += size * 1.32 / _POINTS_PER_MM

    def facts(self, doc: MapDocument) -> None:
        """Write the facts in two columns, value under label."""
        for start in range(0, len(doc.facts), 2):
            for k, (label, value) in enumerate(doc.facts[start : start + 2]):
                x = k * self.width / 2
                write(self.ax, x, self.y, label, 7.6 * self.scale, color=_SOFT, va="top")
                write(self.ax, x, self.y + 3.7 * self.scale, value, 12 * self.scale, bold=True, color=BLACK, va="top")
            self.y += 10.6 * self.scale

    def goal(self, goal: Goal, word: str) -> None:
        """Write a goal with its tick, and a bar where it is a share."""
        step, colour = self.scale, GREEN if goal.met else VERMILLION
        write(self.ax, 0, self.y, "✓" if goal.met else "×", 10 * step, bold=True, color=colour, va="top")
        top, indent = self.y, 5.0 * step
        self.paragraph(goal.label, 9, BLACK, indent)
        self.y += 0.4 * step
        write(self.ax, indent, self.y, goal.value, 8 * step, color=_SOFT, va="top")
        write(self.ax, self.width, self.y, f"{word} {goal.target}", 8 * step, color=_SOFT, va="top", ha="right")
        self.y += 4.4 * step
        if goal.share is not None:
            self._bar(goal.share, goal.target_share, indent, colour)
        self.y = max(self.y, top + 6 * step) + 1.6 * step

    def legend(self, layers: tuple[MapLayer, ...], other: str) -> None:
        """Write the legend by groups, topmost layer first."""
        shown = [layer for layer in reversed(layers) if layer.in_legend and layer.visible]
        for group in dict.fromkeys(layer.group for layer in shown):
            write(self.ax, 0, self.y, group, 7.6 * self.scale, color=_SOFT, va="top")
            self.y += 4.4 * self.scale
            for layer in (layer for layer in shown if layer.group == group):
                self._layer(layer, other)
            self.y += 0.8 * self.scale

    def _layer(self, layer: MapLayer, other: str) -> None:
        classes = layer_classes(layer, other)
        if len(classes) == 1 or (layer.base and layer.style.mark == "line"):
            self._entry(classes[0].style, layer.title, 0.0)
            return
        write(self.ax, 0, self.y, layer.title, 8.4 * self.scale, color=BLACK, va="top")
        self.y += 4.5 * self.scale
        for part in classes:
            self._entry(part.style, part.title, 3.0 * self.scale)

    def _entry(self, style: Style, title: str, indent: float) -> None:
        step = self.scale
        self._swatch(style, indent, self.y + 1.75 * step)
        top = self.y
        self.paragraph(title, 8.4, BLACK, indent + 13 * step)
        self.y = max(self.y, top + 4.5 * step)

    def _swatch(self, style: Style, x: float, y: float) -> None:
        length, width = 10.0 * self.scale, style.size * POINTS_PER_PIXEL * self.marks
        if style.mark in MARKERS:
            centred = replace(style, offset=(0.0, 0.0), halo=0.0, by=None, variants=())
            draw_mark(self.ax, np.array([[x + length / 2, y]]), centred, self.marks, 2.0)
        elif style.mark == "line":
            line = Line2D([x, x + length], [y, y], color=style.colour, dash_capstyle="butt", alpha=style.opacity)
            line.set(linewidth=max(0.8, width), linestyle=dashes(style))
            self.ax.add_line(line)
        else:
            corner, height = (x, y - 1.6 * self.scale), 3.2 * self.scale
            self.ax.add_patch(Rectangle(corner, length, height, facecolor=style.colour, alpha=style.opacity))
            edge = Rectangle(corner, length, height, fill=False, edgecolor=style.colour)
            edge.set(linewidth=width, linestyle=dashes(style))
            self.ax.add_patch(edge)

    def _bar(self, share: float, target: float | None, x: float, colour: str) -> None:
        length, height = self.width - x, 1.3 * self.scale
        self.ax.add_patch(Rectangle((x, self.y), length, height, facecolor=_LINE, linewidth=0))
        self.ax.add_patch(
            Rectangle((x, self.y), length * min(max(share, 0.0), 1.0), height, facecolor=colour, linewidth=0)
        )
        if target is not None:
            at = x + length * min(max(target, 0.0), 1.0)
            self.ax.add_line(Line2D([at, at], [self.y - 0.7, self.y + height + 0.7], color=BLACK, linewidth=1.1))
        self.y += height + 0.8 * self.scale


def words_column(column: Column, doc: MapDocument, said: Mapping[str, str]) -> None:
    """Fill the column with facts, goals and legend."""
    if doc.facts:
        column.heading(said["result"])
        column.facts(doc)
    if doc.goals:
        column.heading(said["goals"])
        for goal in doc.goals:
            column.goal(goal, said["target"])
    column.heading(said["legend"])
    if doc.layers:
        column.legend(doc.layers, said["other"])
    else:
        column.paragraph(said["no_layers"], 8.4)
