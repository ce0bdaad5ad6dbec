"""The columns beside the print map: facts, goals and legend, written from top to bottom in millimetres."""

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
from geo_data.maps.paper.sheet import POINTS_PER_MM, SOFT
from geo_data.maps.paper.text import fit_lines, wrap, write
from geo_data.maps.style import Goal, MapDocument, MapLayer, Style

__all__ = ["Column", "least_share", "words_column"]

_LINE = "#d5dae0"
_BODY = 8.4  # points on A3
_READABLE = 4.9  # points


@dataclass
class Column:
    """A pen that moves down one column after the other.

    Parameters
    ----------
    ax
        Axes in millimetres, y growing downwards.
    width, gap
        Width of a column and white between two, in mm.
    limits
        Where each column ends, in mm from the top.
    scale
        Factor on text and distances.
    marks
        Factor on marks, that of the map beside.
    x, y
        Where the pen stands.
    number
        Column it is in.
    left_out
        Things for which there was no room.
    tight
        Whether rows stand close, and goals have no bars.
    """

    ax: Axes
    width: float
    gap: float
    limits: tuple[float, ...]
    scale: float
    marks: float
    x: float = 0.0
    y: float = 0.0
    number: int = 0
    left_out: int = 0
    tight: bool = False

    @property
    def row(self) -> float:
        """Height of a row of the legend in mm on A3."""
        return 3.9 if self.tight else 4.5

    def room(self, need: float) -> bool:
        """Say whether `need` mm are free here, after going on to the next column if they are not."""
        need *= self.scale
        while self.y + need > self.limits[self.number] and self.number + 1 < len(self.limits):
            self.number, self.y = self.number + 1, 0.0
            self.x += self.width + self.gap
        free = not self.left_out and self.y + need <= self.limits[self.number]
        self.left_out += not free
        return free

    def heading(self, text: str) -> None:
        """Write a heading over a thin line; it does not stand at the end of a column."""
        if not self.room(16.0):
            return
        self.y += 2.4 * self.scale if self.y else 0.0
        write(self.ax, self.x, self.y, text, 9.5 * self.scale, bold=True, color=BLACK, va="top")
        self.y += 5.2 * self.scale
        ends = [self.x, self.x + self.width]
        self.ax.add_line(Line2D(ends, [self.y, self.y], color=_LINE, linewidth=0.8))
        self.y += 1.8 * self.scale

    def paragraph(self, text: str, size: float, colour: str = SOFT, indent: float = 0.0) -> None:
        """Write text in as many lines as it needs."""
        size *= self.scale
        for line in wrap(text, size, (self.width - indent) * POINTS_PER_MM):
            write(self.ax, self.x + indent, self.y, line, size, color=colour, va="top")
            self.y += size * 1.32 / POINTS_PER_MM

    def facts(self, doc: MapDocument) -> None:
        """Write the facts in two columns, value under label."""
        half = (self.width / 2 - 1.5 * self.scale) * POINTS_PER_MM
        for start in range(0, len(doc.facts), 2):
            if not self.room(10.6):
                return
            for k, (label, value) in enumerate(doc.facts[start : start + 2]):
                x = self.x + k * self.width / 2
                self._fitted(x, self.y, label, 7.6, half, SOFT)
                self._fitted(x, self.y + 3.7 * self.scale, value, 12, half, BLACK, bold=True)
            self.y += 10.6 * self.scale

    def goal(self, goal: Goal, word: str) -> None:
        """Write a goal with its tick, and a bar where it is a share."""
        if not self.room(12.0):
            return
        step, colour = self.scale, GREEN if goal.met else VERMILLION
        write(self.ax, self.x, self.y, "✓" if goal.met else "×", 10 * step, bold=True, color=colour, va="top")
        top, indent = self.y, 5.0 * step
        self.paragraph(goal.label, 9, BLACK, indent)
        self.y += 0.4 * step
        write(self.ax, self.x + indent, self.y, goal.value, 8 * step, color=SOFT, va="top")
        right = self.x + self.width
        write(self.ax, right, self.y, f"{word} {goal.target}", 8 * step, color=SOFT, va="top", ha="right")
        self.y += 4.4 * step
        if goal.share is not None and not self.tight:
            self._bar(goal.share, goal.target_share, indent, colour)
        self.y = max(self.y, top + 6 * step) + (0.2 if self.tight else 1.6) * step

    def legend(self, layers: tuple[MapLayer, ...], said: Mapping[str, str]) -> None:
        """Write the legend by groups, topmost layer first; what has no room is counted."""
        shown = [layer for layer in reversed(layers) if layer.in_legend and layer.visible]
        before = self.left_out
        for group in dict.fromkeys(layer.group for layer in shown):
            if group and self.room(9.0):
                write(self.ax, self.x, self.y, group, 7.6 * self.scale, color=SOFT, va="top")
                self.y += (self.row - 0.1) * self.scale
            elif group:
                self.left_out -= 1
            for layer in (layer for layer in shown if layer.group == group):
                self._layer(layer, said["other"])
            self.y += (0.2 if self.tight else 0.8) * self.scale
        if self.left_out > before:
            text = said["more"].format(n=self.left_out - before)
            write(self.ax, self.x, self.y, text, _BODY * self.scale, color=SOFT, va="top")

    def _layer(self, layer: MapLayer, other: str) -> None:
        classes = layer_classes(layer, other)
        if len(classes) == 1 or (layer.base and layer.style.mark == "line"):
            self._entry(classes[0].style, layer.title, 0.0)
            return
        if not self.room(9.0):
            return
        self.paragraph(layer.title, _BODY, BLACK)
        self.y += 0.6 * self.scale
        for part in classes:
            self._entry(part.style, part.title, 3.0 * self.scale)

    def _entry(self, style: Style, title: str, indent: float) -> None:
        step = self.scale
        lines = wrap(title, _BODY * step, (self.width - indent - 13 * step) * POINTS_PER_MM)
        row = max(self.row, self._mark_mm(style) / step)
        if not self.room(max(row, len(lines) * _BODY * 1.32 / POINTS_PER_MM)):
            return
        top, self.y = self.y, self.y + (row - self.row) / 2 * step
        self._swatch(style, self.x + indent, self.y + 1.75 * step)
        self.paragraph(title, _BODY, BLACK, indent + 13 * step)
        self.y = max(self.y, top + row * step)

    def _mark_mm(self, style: Style) -> float:
        """Return the height of a point mark with a little white, in mm."""
        tall = style.size * 1.2 * POINTS_PER_PIXEL * self.marks / POINTS_PER_MM
        return tall + 0.4 * self.scale if style.mark in MARKERS else 0.0

    def _swatch(self, style: Style, x: float, y: float) -> None:
        length, width = 10.0 * self.scale, style.size * POINTS_PER_PIXEL * self.marks
        if style.mark in MARKERS:
            centred = replace(style, offset=(0.0, 0.0), halo=0.0, by=None, variants=())
            draw_mark(self.ax, np.array([[x + length / 2, y]]), centred, self.marks, 2.0)
        elif style.mark == "line":
            line = Line2D([x, x + length], [y, y], color=style.colour, dash_capstyle="butt", alpha=style.opacity)
            line.set(linewidth=max(0.8, width), linestyle=dashes(style), solid_capstyle="butt")
            self.ax.add_line(line)
        else:
            corner, height = (x, y - 1.6 * self.scale), 3.2 * self.scale
            self.ax.add_patch(Rectangle(corner, length, height, facecolor=style.colour, alpha=style.opacity))
            edge = Rectangle(corner, length, height, fill=False, edgecolor=style.colour)
            edge.set(linewidth=width, linestyle=dashes(style))
            self.ax.add_patch(edge)

    def _bar(self, share: float, target: float | None, indent: float, colour: str) -> None:
        x, length, height = self.x + indent, self.width - indent, 1.3 * self.scale
        self.ax.add_patch(Rectangle((x, self.y), length, height, facecolor=_LINE, linewidth=0))
        reached = length * min(max(share, 0.0), 1.0)
        self.ax.add_patch(Rectangle((x, self.y), reached, height, facecolor=colour, linewidth=0))
        if target is not None:
            at = x + length * min(max(target, 0.0), 1.0)
            self.ax.add_line(Line2D([at, at], [self.y - 0.7, self.y + height + 0.7], color=BLACK, linewidth=1.1))
        self.y += height + 0.8 * self.scale

    def _fitted(self, x: float, y: float, text: str, size: float, width: float, colour: str, **looks: bool) -> None:
        """Write one line, smaller where it is too wide."""
        lines, smaller = fit_lines(text, size * self.scale, width, 1, 0.7)
        for line in lines:
            write(self.ax, x, y, line, smaller, color=colour, va="top", **looks)


def least_share(scale: float) -> float:
    """Return the least factor at which the legend can still be read on a page of that scale."""
    return _READABLE / (_BODY * scale)


def words_column(column: Column, doc: MapDocument, said: Mapping[str, str]) -> None:
    """Fill the columns with facts, goals and legend."""
    if doc.facts:
        column.heading(said["result"])
        column.facts(doc)
    if doc.goals:
        column.heading(said["goals"])
        for goal in doc.goals:
            column.goal(goal, said["target"])
    column.heading(said["legend"])
    if doc.layers:
        column.legend(doc.layers, said)
    else:
        column.paragraph(said["no_layers"], _BODY)
