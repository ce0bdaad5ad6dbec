"""A front as files and words: page, chart, and the table that page and terminal share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from optimizer.report import numbers
from optimizer.report.language import ENGLISH, Say, speaker
from optimizer.scenarios.front_document import Front, FrontPoint
from optimizer.scenarios.page import Page, Section, Table, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_data.findings import Language

__all__ = ["chart", "points_table", "reason_lines", "sections", "write_front"]

_NONE = numbers.NO_VALUE
_WORDS = (
    "Every point is the least cost at which the level is reached, all other goals as they are, proven to within its "
    "gap. Points that are not efficient cost as much as one that asks more."
)


def write_front(front: Front, folder: Path, language: Language | None = None) -> None:
    """Write page, chart and workbook of a front into a folder; without a language in that of the project."""
    from optimizer.scenarios.charts import save_chart
    from optimizer.scenarios.workbooks import front_workbook

    network = front.problem.network if front.problem else None
    language = language or (network.language if network else "en")
    say = speaker(language)
    figure = chart(front, say)
    save_chart(figure, folder / "front.svg")
    save_chart(figure, folder / "front.png")
    page = Page(
        say("{project}: cost against {goal}", project=front.project, goal=_lower(say(front.title))),
        say("Scenario {name}", name=front.scenario), sections(front, figure, say),
        [(say("Chart"), "front.svg"), (say("Workbook"), "front.xlsx"), (say("Data"), "front.json")],
        network.assumed if network else "", network.credits if network else (), language,
    )  # fmt: skip
    front_workbook(front, folder / "front.xlsx", say)
    (folder / "report.html").write_text(render(page), encoding="utf-8")


def sections(front: Front, figure: Figure | None, say: Say) -> list[Section]:
    """Return what a page says of a front."""
    words = (say(_WORDS), *reason_lines(front, say))
    return [Section(say("What each level costs"), words, figure, [("", points_table(front, say))])]


def points_table(front: Front, say: Say = ENGLISH) -> Table:
    """Return one row a point."""
    rows = []
    for k, point in enumerate(front.points):
        before = front.points[k - 1] if k else None
        rows.append(
            [
                _level(front, point.value),
                *_cost_cells(front, point, say),
                _more(front, point, before, say),
                *_notes(point, say),
            ]
        )
    head = ["Asked", "Cost", "Proven at least", "Gap", "Reached", "More than before", "Assets", "Efficient"]
    return Table([say(title) for title in head], rows, [True] * 7)


def reason_lines(front: Front, say: Say = ENGLISH) -> list[str]:
    """Return why levels cannot be reached, the first of them only: those after it ask more."""
    first = next((p for p in front.points if p.cost is None), None)
    return [] if first is None else [f"{_level(front, first.value)}: {say(reason)}" for reason in first.reasons]


def chart(front: Front, say: Say = ENGLISH) -> Figure:
    """Return cost over the level, the gap of every point as a bar down to its bound."""
    from geo_data.maps.palette import BLACK, BLUE, ROAD
    from optimizer.scenarios.charts import axes, label, scale_of, text_at, ticks

    good = [p for p in front.points if p.cost is not None]
    divisor, unit = scale_of(max((p.cost or 0.0 for p in good), default=1.0), front.currency, say)
    worst = numbers.gap(max((p.gap or 0.0 for p in good), default=0.0))
    told = "{project}, scenario {scenario}: least cost of every level, proven to within {gap}"
    under = say(told, project=front.project, scenario=front.scenario, gap=worst)
    figure, ax = axes(say("What it costs: {goal}", goal=say(front.title)), under)
    x = [_x(front, p.value) for p in good]
    y = [(p.cost or 0.0) / divisor for p in good]
    low = [(p.bound or 0.0) / divisor for p in good]
    ax.vlines(x, low, y, color=BLUE, linewidth=6, alpha=0.35, label=say("Gap to the proven bound"))
    ax.plot(x, y, color=BLUE, linewidth=1.6, marker="o", markersize=7)
    top = max(y, default=1.0)
    for k, (at, cost) in enumerate(zip(x, y, strict=True)):
        text_at(ax, at, cost, f"{cost:,.4g}", (0, 10 if k % 2 == 0 or len(x) < 9 else -18), BLACK, 9.5)
    ax.set_ylim(0, top * 1.15)
    _spread(ax, front, say)
    _own_level(ax, front, top, say)
    ax.grid(axis="y", color=ROAD, linewidth=0.6)
    words = "{goal}: share asked, %" if front.setting == "share" else "{goal}: limit, µs (tighter to the right)"
    label(ax, say(words, goal=say(front.title)), say("Cost with operation, {currency}", currency=unit))
    ticks(ax)
    return figure


def _spread(ax: Axes, front: Front, say: Say) -> None:
    """Set the range of levels, and hatch what no network can reach."""
    from geo_data.maps.palette import GREY
    from optimizer.scenarios.charts import text_at

    every = [_x(front, p.value) for p in front.points]
    room = 0.06 * ((max(every) - min(every)) or 1.0)
    low, high = min(every) - room, max(every) + room
    impossible = [_x(front, p.value) for p in front.points if p.cost is None]
    good = [_x(front, p.value) for p in front.points if p.cost is not None]
    if impossible:
        down = front.setting == "limit_us"
        edge = (impossible[0] + good[-1]) / 2 if good else (high if down else low)
        ax.axvspan(
            low if down else edge, edge if down else high, facecolor="none", edgecolor=GREY, hatch="//", alpha=0.4
        )
        text_at(ax, (edge + (low if down else high)) / 2, ax.get_ylim()[1] * 0.5, say("no network can"), (0, 0), GREY)
    ax.set_xlim(*((high, low) if front.setting == "limit_us" else (low, high)))


def _own_level(ax: Axes, front: Front, top: float, say: Say) -> None:
    """Draw the level that the project asks."""
    from geo_data.maps.palette import VERMILLION
    from optimizer.scenarios.charts import text_at

    rule = front.problem.requirement_named(front.goal) if front.problem else None
    if rule is None:
        return
    at = _x(front, float(getattr(rule, front.setting)))
    low, high = sorted(ax.get_xlim())
    if low <= at <= high:
        ax.axvline(at, color=VERMILLION, linewidth=1.4, linestyle=(0, (5, 3)))
        near = abs(at - ax.get_xlim()[0]) < 0.3 * (high - low)  # the words stand where there is room
        side: Literal["left", "right"] = "left" if near else "right"
        text_at(ax, at, top * 0.04, say("asked by the project"), (5 if near else -5, 0), VERMILLION, 9.5, side)


def _x(front: Front, value: float) -> float:
    return 100 * value if front.setting == "share" else value


def _level(front: Front, value: float) -> str:
    return numbers.share(value) if front.setting == "share" else f"< {value:,.10g} µs"


def _cost_cells(front: Front, point: FrontPoint, say: Say) -> list[str]:
    if point.cost is None or point.bound is None or point.gap is None:
        return [say("no network can"), _NONE, _NONE, _NONE]
    reached = _NONE
    if point.reached is not None:
        reached = numbers.share(point.reached) if front.setting == "share" else numbers.microseconds(point.reached)
    cost, bound = (say(numbers.money(x, front.currency)) for x in (point.cost, point.bound))
    return [cost, bound, numbers.gap(point.gap), reached]


def _more(front: Front, point: FrontPoint, before: FrontPoint | None, say: Say) -> str:
    if point.cost is None or before is None or before.cost is None:
        return _NONE
    more = point.cost - before.cost
    return say("nothing") if more <= 1e-9 * point.cost else f"+{say(numbers.money(more, front.currency))}"


def _notes(point: FrontPoint, say: Say) -> list[str]:
    return [str(len(point.built)) if point.cost is not None else _NONE, say("yes" if point.efficient else "no")]


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
