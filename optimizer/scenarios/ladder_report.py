"""A ladder as files and words: page, chart, map of the steps, and the tables that page and terminal share."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.report import numbers
from optimizer.report.language import ENGLISH, Say, speaker
from optimizer.scenarios.assets import KINDS, Assets
from optimizer.scenarios.ladder_document import Ladder
from optimizer.scenarios.page import Page, Section, Table, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo_data.findings import Language

__all__ = ["chart", "end_words", "goals_table", "sections", "stages_of", "steps_table", "write_ladder"]

_NONE = numbers.NO_VALUE
_WORDS = (
    "Every step has all that the step before has, and reaches the most its budget pays for on top of it. The score is "
    "the weighted mean of how far each goal is reached; nothing counts beyond a target. The free optimum is the best "
    "plan of the same budget that need not extend anything; what it reaches more is the price of nesting."
)
_END = (
    "All goals in full cost {cost} when planned for at once, {nested} when the last step is extended to them: {price} "
    "more (at most {most})."
)

_FILES = (("Map", "map.html"), ("Chart", "ladder.svg"), ("Workbook", "ladder.xlsx"), ("Data", "ladder.json"))


def write_ladder(ladder: Ladder, folder: Path, language: Language | None = None) -> None:
    """Write page, chart and map of a ladder into a folder; without a language in that of the project."""
    from geo_data.maps import write_map_html, write_print_map
    from optimizer.scenarios.charts import save_chart
    from optimizer.scenarios.stage_maps import stages_map
    from optimizer.scenarios.workbooks import ladder_workbook

    assert ladder.problem is not None  # what `ladder` returns has one
    language = language or ladder.problem.network.language
    figure = chart(ladder, speaker(language))
    save_chart(figure, folder / "ladder.svg")
    save_chart(figure, folder / "ladder.png")
    document = stages_map(ladder.problem, stages_of(ladder), "Budget steps", language=language)
    write_map_html(document, folder / "map.html")
    write_print_map(document, folder / "map.png")
    ladder_workbook(ladder, folder / "ladder.xlsx", speaker(language))
    (folder / "report.html").write_text(render(_page(ladder, figure, language)), encoding="utf-8")


def stages_of(ladder: Ladder) -> list[tuple[str, Assets]]:
    """Return title and added assets of every step."""
    return [(f"{k}: {numbers.money(s.budget, ladder.currency)}", s.added) for k, s in enumerate(ladder.steps, 1)]


def steps_table(ladder: Ladder, say: Say = ENGLISH) -> Table:
    """Return budget, cost and score of every step beside its free optimum."""
    money = ladder.currency
    rows = [
        [
            say(numbers.money(s.budget, money)),
            say(numbers.money(s.cost, money) if s.status != "too_small" else "too small"),
            _score(s.score),
            _score(s.free_optimum.score),
            _points(s.nesting_price.score, say),
            _points(s.nesting_price.score_at_most, say),
            *(str(len(getattr(s.assets, kind))) for kind in KINDS),
        ]
        for s in ladder.steps
    ]
    head = ["Budget", "Cost", "Score", "Free optimum", "Price of nesting", "at most"]
    kinds = ["Built", "Lit", "OXCs", "Exports", "Access points"]
    return Table([say(title) for title in (*head, *kinds)], rows, [True] * (len(head) + len(kinds)))


def goals_table(ladder: Ladder, say: Say = ENGLISH) -> Table:
    """Return what every step reaches of every goal."""
    titles = dict.fromkeys(g.title for s in ladder.steps for g in s.goals)
    rows = []
    for title in titles:
        goals = [next(g for g in s.goals if g.title == title) for s in ladder.steps]
        rows.append([say(title), numbers.share(goals[0].target), *(numbers.share(g.achieved, g.target) for g in goals)])
    budgets = [say(numbers.money(s.budget, ladder.currency)) for s in ladder.steps]
    return Table([say("Goal"), say("Asked"), *budgets], rows, [False, *(True for _ in range(len(budgets) + 1))])


def end_words(ladder: Ladder, say: Say = ENGLISH) -> list[str]:
    """Return what the end goals cost, planned for at once and step by step, and why a step has no plan."""
    lines = [
        f"{say(numbers.money(s.budget, ladder.currency))}: {say(reason)}" for s in ladder.steps for reason in s.reasons
    ]
    if ladder.weights:
        told = ", ".join(f"{name} {weight:g}" for name, weight in ladder.weights.items())
        lines.append(say("Weights in the score: {weights}; all others 1.", weights=told))
    end = ladder.end
    if end is None:
        return [*lines, say("No network meets the end goals.")]
    cost, nested, price, most = (
        say(numbers.money(x, ladder.currency))
        for x in (end.cost, end.nested_cost, end.nesting_price, end.nesting_price_at_most)
    )
    return [*lines, say(_END, cost=cost, nested=nested, price=price, most=most)]


def chart(ladder: Ladder, say: Say = ENGLISH) -> Figure:
    """Return score over budget, nested and free."""
    from geo_data.maps.palette import BLACK, BLUE, ROAD, VERMILLION
    from optimizer.scenarios.charts import axes, label, scale_of, text_at, ticks, with_legend

    divisor, unit = scale_of(max(s.budget for s in ladder.steps), ladder.currency, say)
    told = "{project}, scenario {scenario}: weighted mean of how far every goal is reached"
    under = say(told, project=ladder.project, scenario=ladder.scenario)
    figure, ax = axes(say("What each budget reaches"), under)
    x = [s.budget / divisor for s in ladder.steps]
    nested = [100 * s.score for s in ladder.steps]
    free = [100 * s.free_optimum.score for s in ladder.steps]
    ax.plot(
        x,
        nested,
        color=BLUE,
        linewidth=2.2,
        marker="o",
        markersize=8,
        label=say("Steps that extend each other"),
        zorder=3,
    )
    look: dict[str, Any] = {"markerfacecolor": "white", "markeredgewidth": 2.0, "markersize": 11}
    ax.plot(
        x,
        free,
        linestyle="",
        color=VERMILLION,
        marker="s",
        label=say("Free optimum of the same budget"),
        zorder=2,
        **look,
    )
    for at, y in zip(x, nested, strict=True):
        text_at(ax, at, y, f"{y:.1f} %", (0, -18 if y > 12 else 9), BLACK)
    low = min(*nested, *free)
    ax.set_ylim(max(0.0, 10 * math.floor(low / 10 - 0.5)), 102)
    room = 0.15 * ((max(x) - min(x)) or max(x))
    ax.set_xlim(max(0.0, min(x) - room), max(x) + room)
    ax.grid(axis="y", color=ROAD, linewidth=0.6)
    label(ax, say("Budget, operation included, {currency}", currency=unit), say("Score, %"))
    ticks(ax)
    with_legend(figure, ax, 2)
    return figure


def _page(ladder: Ladder, figure: Figure, language: Language) -> Page:
    say = speaker(language)
    network = ladder.problem.network if ladder.problem else None
    return Page(
        say("{project}: budget ladder", project=ladder.project), say("Scenario {name}", name=ladder.scenario),
        sections(ladder, figure, say),
        [(say(title), name) for title, name in _FILES],
        network.assumed if network else "", network.credits if network else (), language,
    )  # fmt: skip


def sections(ladder: Ladder, figure: Figure | None, say: Say) -> list[Section]:
    """Return what a page says of a ladder."""
    rows = [
        [say(numbers.money(s.budget, ladder.currency)), say(title), ", ".join(getattr(s.added, kind))]
        for s in ladder.steps
        for kind, title in KINDS.items()
        if getattr(s.added, kind)
    ]
    added = Table([say("Step"), say("Kind"), say("Ids")], rows)
    return [
        Section(say("Steps"), (say(_WORDS), *end_words(ladder, say)), figure, [("", steps_table(ladder, say))]),
        Section(say("Goals"), (), None, [("", goals_table(ladder, say))]),
        Section(say("What each step adds"), (), None, [("", added)] if rows else []),
    ]


def _score(value: float) -> str:
    return f"{100 * value:.1f} %"


def _points(value: float, say: Say) -> str:
    """Return a difference of scores, rounded up so that it never flatters."""
    if value <= 0:
        return "0"
    return say("{n} points", n=f"{max(0.01, value * 100):.2f}")
