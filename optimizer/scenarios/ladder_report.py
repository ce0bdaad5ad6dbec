"""A ladder as files and words: page, chart, map of the steps, and the tables that page and terminal share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from optimizer.report import numbers
from optimizer.scenarios.assets import KINDS
from optimizer.scenarios.ladder_document import Ladder
from optimizer.scenarios.page import Page, Section, Table, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["end_words", "goals_table", "steps_table", "write_ladder"]

_NONE = numbers.NO_VALUE
_WORDS = (
    "Every step has all that the step before has, and reaches the most its budget pays for on top of it. The score is "
    "the weighted mean of how far each goal is reached; nothing counts beyond a target. The free optimum is the best "
    "plan of the same budget that need not extend anything; what it reaches more is the price of nesting."
)


def write_ladder(ladder: Ladder, folder: Path) -> None:
    """Write page, chart and map of a ladder into a folder."""
    from geo_data.maps import write_map_html, write_print_map
    from optimizer.scenarios.charts import save_chart
    from optimizer.scenarios.stage_maps import stages_map

    figure = chart(ladder)
    save_chart(figure, folder / "ladder.svg")
    save_chart(figure, folder / "ladder.png")
    assert ladder.problem is not None  # what `ladder` returns has one
    stages = [(f"{k}: {numbers.money(s.budget, ladder.currency)}", s.added) for k, s in enumerate(ladder.steps, 1)]
    document = stages_map(ladder.problem, stages, "Budget steps")
    write_map_html(document, folder / "map.html")
    write_print_map(document, folder / "map.png")
    (folder / "report.html").write_text(render(_page(ladder, figure)), encoding="utf-8")


def steps_table(ladder: Ladder) -> Table:
    """Return budget, cost and score of every step beside its free optimum."""
    money = ladder.currency
    rows = [
        [
            numbers.money(s.budget, money),
            numbers.money(s.cost, money) if s.status != "too_small" else "too small",
            _score(s.score),
            _score(s.free_optimum.score),
            _points(s.nesting_price.score),
            _points(s.nesting_price.score_at_most),
            *(str(len(getattr(s.assets, kind))) for kind in KINDS),
        ]
        for s in ladder.steps
    ]
    head = ["Budget", "Cost", "Score", "Free optimum", "Price of nesting", "at most"]
    kinds = ["Built", "Lit", "OXCs", "Exports", "Access points"]
    return Table([*head, *kinds], rows, [True] * (len(head) + len(kinds)))


def goals_table(ladder: Ladder) -> Table:
    """Return what every step reaches of every goal."""
    titles = dict.fromkeys(g.title for s in ladder.steps for g in s.goals)
    rows = []
    for title in titles:
        goals = [next(g for g in s.goals if g.title == title) for s in ladder.steps]
        rows.append([title, numbers.share(goals[0].target), *(numbers.share(g.achieved, g.target) for g in goals)])
    budgets = [numbers.money(s.budget, ladder.currency) for s in ladder.steps]
    return Table(["Goal", "Asked", *budgets], rows, [False, *(True for _ in range(len(budgets) + 1))])


def end_words(ladder: Ladder) -> list[str]:
    """Return what the end goals cost, planned for at once and step by step, and why a step has no plan."""
    lines = [f"{numbers.money(s.budget, ladder.currency)}: {reason}" for s in ladder.steps for reason in s.reasons]
    end = ladder.end
    if end is None:
        return [*lines, "No network meets the end goals."]
    cost, nested, price, most = (
        numbers.money(x, ladder.currency)
        for x in (end.cost, end.nested_cost, end.nesting_price, end.nesting_price_at_most)
    )
    tail = f"{nested} when the last step is extended to them: {price} more (at most {most})."
    return [*lines, f"All goals in full cost {cost} when planned for at once, {tail}"]


def chart(ladder: Ladder) -> Figure:
    """Return score over budget, nested and free."""
    from geo_data.maps.palette import BLACK, BLUE, ROAD, VERMILLION
    from optimizer.scenarios.charts import axes, label, scale_of, text_at, ticks, with_legend

    divisor, unit = scale_of(max(s.budget for s in ladder.steps), ladder.currency)
    under = f"{ladder.project}, scenario {ladder.scenario}: weighted mean of how far every goal is reached"
    figure, ax = axes("What each budget reaches", under)
    x = [s.budget / divisor for s in ladder.steps]
    nested = [100 * s.score for s in ladder.steps]
    free = [100 * s.free_optimum.score for s in ladder.steps]
    ax.plot(
        x, nested, color=BLUE, linewidth=2.2, marker="o", markersize=8, label="Steps that extend each other", zorder=3
    )
    look: dict[str, Any] = {"markerfacecolor": "white", "markeredgewidth": 2.0, "markersize": 11}
    ax.plot(
        x, free, linestyle="", color=VERMILLION, marker="s", label="Free optimum of the same budget", zorder=2, **look
    )
    for at, y in zip(x, nested, strict=True):
        text_at(ax, at, y, f"{y:.1f} %", (0, -18), BLACK)
    ax.set_ylim(0, 108)
    ax.set_xlim(0, max(x) * 1.08)
    ax.grid(axis="y", color=ROAD, linewidth=0.6)
    label(ax, f"Budget, operation included, {unit}", "Score, %")
    ticks(ax)
    with_legend(figure, ax, 2)
    return figure


def _page(ladder: Ladder, figure: Figure) -> Page:
    added = [
        [numbers.money(s.budget, ladder.currency), title, ", ".join(getattr(s.added, kind))]
        for s in ladder.steps
        for kind, title in KINDS.items()
        if getattr(s.added, kind)
    ]
    sections = [
        Section("Steps", (_WORDS, *end_words(ladder)), figure, [("", steps_table(ladder))]),
        Section("Goals", (), None, [("", goals_table(ladder))]),
        Section("What each step adds", (), None, [("", Table(["Step", "Kind", "Ids"], added))] if added else []),
    ]
    network = ladder.problem.network if ladder.problem else None
    return Page(
        f"{ladder.project}: budget ladder", f"Scenario {ladder.scenario}", sections,
        [("Map", "map.html"), ("Chart", "ladder.svg"), ("Data", "ladder.json")],
        network.assumed if network else "", network.credits if network else (),
    )  # fmt: skip


def _score(value: float) -> str:
    return f"{100 * value:.1f} %"


def _points(value: float) -> str:
    """Return a difference of scores, rounded up so that it never flatters."""
    if value <= 0:
        return "0"
    return f"{max(0.01, value * 100):.2f} points"
