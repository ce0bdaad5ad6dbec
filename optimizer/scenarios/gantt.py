"""The works of all years as bars over months: permits that are waited for, and what is built in every year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from geo_data.maps.palette import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, ROAD, SKY, VERMILLION
from optimizer.report import numbers
from optimizer.report.language import ENGLISH, Say
from optimizer.scenarios.charts import axes, text_at, ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from optimizer.scenarios.phases_document import Phases, PhaseYear

__all__ = ["gantt"]

_ROWS = (
    ("permits", "Permits waited for", GREY),
    ("built_links", "New fibre", VERMILLION),
    ("lit_links", "Fibre lit", BLUE),
    ("oxcs", "OXCs", PURPLE),
    ("exports", "New 400G exports", GREEN),
    ("access_points", "Access points", ORANGE),
)


def gantt(phases: Phases, say: Say = ENGLISH) -> Figure:
    """Return bars of works over the years; permits are asked for at the start, and the bar ends with the longest."""
    years = phases.years
    first = years[0].year
    under = say(
        "{project}, scenario {scenario}: built within the year; permits are asked for at the start",
        project=phases.project, scenario=phases.scenario,
    )  # fmt: skip
    figure, ax = axes(say("Works of every year"), under, height=5.0)
    lengths = _lengths(phases)
    for row, (kind, _, colour) in enumerate(_ROWS):
        for year in years:
            if kind == "permits":
                _permits(ax, year, first, row, say)
                continue
            count = len(getattr(year.added, kind))
            if count:
                at = year.year - first
                ax.barh(row, 0.92, 0.62, left=at + 0.04, color=colour)
                text_at(ax, at + 0.5, row, _words(count, lengths.get((kind, year.year)), say), (0, -3.5), _ink(colour))
    ax.set_yticks(range(len(_ROWS)), [say(title) for _, title, _ in _ROWS])
    ax.invert_yaxis()
    ax.set_xlim(0, years[-1].year - first + 1)
    ax.set_xticks([y.year - first + 0.5 for y in years], [str(y.year) for y in years])
    ax.vlines(range(years[-1].year - first + 2), -0.5, len(_ROWS) - 0.5, color=ROAD, linewidth=1.0, zorder=0)
    ax.tick_params(length=0)
    ticks(ax, 11)
    ax.set_position((0.17, 0.1, 0.81, 0.7))
    return figure


def _permits(ax: Axes, year: PhaseYear, first: int, row: int, say: Say) -> None:
    """Draw the wait for the permits of what a year builds, from the start of the horizon, one line a year."""
    if not year.permits:
        return
    months = max(year.permits.values())
    k = year.year - first
    at = row - 0.2 + 0.2 * (k % 3)
    ax.barh(at, months / 12, 0.16, left=0.0, color=SKY, edgecolor=GREY, linewidth=0.6)
    told = "{n} link of {year}, up to {months} months"
    words = say(told if len(year.permits) == 1 else told.replace("link", "links"),
                n=len(year.permits), year=year.year, months=f"{months:g}")  # fmt: skip
    text_at(ax, months / 12, at, words, (4, -3), BLACK, 8, "left")


def _lengths(phases: Phases) -> dict[tuple[str, int], float]:
    """Return the kilometres of new and of newly lit fibre of every year."""
    if phases.problem is None:
        return {}
    links = phases.problem.network.links
    km = dict(zip(map(str, links["id"]), links["length_km"], strict=True))
    return {
        (kind, y.year): math.fsum(float(km[name]) for name in getattr(y.added, kind))
        for y in phases.years
        for kind in ("built_links", "lit_links")
    }


def _words(count: int, length_km: float | None, say: Say) -> str:
    if length_km is None:
        return str(count)
    return say("{length}, {n} links", length=numbers.kilometres(length_km), n=count)


def _ink(colour: str) -> str:
    return BLACK if colour in (ORANGE, SKY) else "white"
