"""Charts of many plans as SVG and PNG, for slides and reports: labelled, with units, in colours that stay apart.

matplotlib draws; the font is the one of the print maps, which knows Chinese.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from geo_data.atomic import atomic_path
from geo_data.maps.palette import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, ROAD, SKY, VERMILLION
from geo_data.maps.paper.text import font, printable
from optimizer.report.chinese import sum_unit
from optimizer.report.language import ENGLISH, Say

__all__ = ["COLOURS", "RC", "axes", "cost_chart", "label", "save_chart", "scale_of", "text_at", "ticks", "with_legend"]

COLOURS = (BLUE, SKY, VERMILLION, PURPLE, GREEN, ORANGE, GREY)
_DPI = 160
_LEGEND = {"400G exports": "New 400G exports"}
"""Groups of cost that bear the name of a goal, which is another thing in Chinese."""
RC: dict[Any, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "metroplan",
    "text.usetex": False,
    "text.parse_math": False,
    "axes.unicode_minus": False,  # the font has no minus sign
}


def save_chart(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a chart as ``.svg`` or ``.png``; it appears whole or not at all."""
    suffix = Path(path).suffix.lower()[1:]
    stamp: Any = {"Date": None} if suffix == "svg" else None
    with rc_context(RC), atomic_path(path) as part:
        figure.savefig(part, format=suffix, dpi=_DPI, metadata=stamp)


def axes(title: str, under: str, *, width: float = 9.6, height: float = 5.4) -> tuple[Figure, Axes]:
    """Return a figure with one plot, its title and a line under it; `width` and `height` in inches."""
    figure = Figure(figsize=(width, height), facecolor="white")
    ax = figure.add_axes((0.1, 0.14, 0.86, 0.66))
    left = 0.025
    figure.text(left, 1 - 0.3 / height, printable(title), fontproperties=font(15), va="top", color=BLACK)
    figure.text(left, 1 - 0.68 / height, printable(under), fontproperties=font(10), va="top", color=GREY)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        ax.spines[side].set_color(GREY)
    ax.tick_params(colors=BLACK, length=3)
    ax.set_axisbelow(True)
    return figure, ax


def label(ax: Axes, x: str = "", y: str = "") -> None:
    """Name the axes."""
    ax.set_xlabel(printable(x), fontproperties=font(11), color=BLACK)
    ax.set_ylabel(printable(y), fontproperties=font(11), color=BLACK)


def ticks(ax: Axes, size: float = 10) -> None:
    """Set the font of the tick labels; call when the ticks stand."""
    for text in (*ax.get_xticklabels(), *ax.get_yticklabels()):
        text.set_fontproperties(font(size))


def scale_of(most: float, currency: str, say: Say = ENGLISH) -> tuple[float, str]:
    """Return the divisor and the words of a money axis."""
    if say is not ENGLISH:
        return sum_unit(most, currency)
    for divisor, words in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if most >= divisor:
            return divisor, f"{currency} {words}"
    return 1.0, currency


def cost_chart(
    title: str, under: str, groups: Mapping[str, Mapping[str, float]], currency: str, say: Say = ENGLISH
) -> Figure:
    """Return stacked bars of cost, one bar a plan.

    Parameters
    ----------
    title, under
        Words above the chart.
    groups
        Cost by group of every plan, by its name, first at the top.
    currency
        Of the costs.
    say
        Says the words of axis and legend.
    """
    names = list(groups)
    kinds = [k for k in dict.fromkeys(k for g in groups.values() for k in g) if any(g.get(k) for g in groups.values())]
    totals = [sum(g.values()) for g in groups.values()]
    divisor, unit = scale_of(max(totals, default=0.0), currency, say)
    figure, ax = axes(title, under, height=2.6 + 0.5 * len(names))
    left = [0.0] * len(names)
    for kind, colour in zip(kinds, _colours(kinds), strict=True):
        values = [g.get(kind, 0.0) / divisor for g in groups.values()]
        ax.barh(
            range(len(names)),
            values,
            0.62,
            left=left,
            color=colour,
            label=printable(say(_LEGEND.get(kind, kind))),
            edgecolor="white",
            linewidth=0.6,
        )
        left = [a + b for a, b in zip(left, values, strict=True)]
    for row, total in enumerate(totals):
        ax.text(total / divisor, row, f"  {total / divisor:,.4g}", va="center", fontproperties=font(10), color=BLACK)
    ax.set_yticks(range(len(names)), [printable(n) for n in names])
    ax.invert_yaxis()
    ax.set_xlim(0, max((t / divisor for t in totals), default=1.0) * 1.1 or 1.0)
    ax.grid(axis="x", color=ROAD, linewidth=0.6)
    label(ax, say("Cost with operation, {currency}", currency=unit))
    ticks(ax)
    _fit(figure, ax, names)
    with_legend(figure, ax, len(kinds))
    return figure


def _fit(figure: Figure, ax: Axes, names: Sequence[str]) -> None:
    """Give long names the room they need."""
    width, height = figure.get_size_inches()
    left = min(
        0.4, 0.03 + 0.0098 * max((len(n.encode("gbk", "replace")) for n in names), default=0) * 9.6 / width + 0.01
    )
    ax.set_position((left, 1.05 / height, 0.97 - left, 1 - 2.05 / height))


def _colours(kinds: Sequence[str]) -> list[str]:
    return [COLOURS[k % len(COLOURS)] for k in range(len(kinds))]


def with_legend(figure: Figure, ax: Axes, columns: int) -> None:
    """Put the legend in one line under the plot."""
    handles, names = ax.get_legend_handles_labels()
    figure.legend(
        handles,
        names,
        loc="lower left",
        bbox_to_anchor=(0.02, 0.0),
        ncols=max(1, min(7, columns)),
        prop=font(9.5),
        frameon=False,
        columnspacing=1.2,
        handlelength=1.2,
    )


def text_at(
    ax: Axes,
    x: float,
    y: float,
    words: str,
    offset: tuple[float, float],
    colour: str,
    size: float = 10,
    side: Literal["center", "right", "left"] = "center",
) -> None:
    """Write words beside a point, `offset` points away from it."""
    ax.annotate(
        printable(words),
        (x, y),
        offset,
        textcoords="offset points",
        ha=side,
        fontproperties=font(size),
        color=colour,
    )
