"""Phases as files and words: page, charts, a map of every year, and the tables that page and terminal share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report import numbers
from optimizer.report.language import ENGLISH, Say, speaker
from optimizer.scenarios.assets import KINDS
from optimizer.scenarios.page import Page, Section, Table, render
from optimizer.scenarios.phases_document import Phases, PhaseYear

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo_data.findings import Language

__all__ = ["chart", "goals_table", "sections", "summary_lines", "write_phases", "years_table"]

_NONE = numbers.NO_VALUE
_WORDS = (
    "What is built stays. Money of later years is worth less by the discount rate; budgets hold in prices of the first "
    "year, operation included. Spent at the least: what the goals of the year, and the budgets of those after it, "
    "force to be spent by its end."
)
_OPTIMAL = "All years cost {cost} in money of the first one; proven optimal (gap {gap})."
_FEASIBLE = "All years cost {cost} in money of the first one; no schedule costs less than {bound} (gap {gap})."
_ALIKE = "Planned year by year, each for itself: {cost}, no more."
_DEARER = "Planned year by year, each for itself: {cost}, {more} more."


def write_phases(phases: Phases, folder: Path, language: Language | None = None) -> None:
    """Write page, charts and maps of phases into a folder; without a language in that of the project."""
    from geo_data.maps import write_map_html, write_print_map
    from optimizer.scenarios.charts import save_chart
    from optimizer.scenarios.gantt import gantt
    from optimizer.scenarios.stage_maps import stages_map
    from optimizer.scenarios.workbooks import phases_workbook

    assert phases.problem is not None  # what `phases` returns has one
    language = language or phases.problem.network.language
    say = speaker(language)
    spending, works = chart(phases, say), gantt(phases, say)
    for name, figure in (("spending", spending), ("works", works)):
        save_chart(figure, folder / f"{name}.svg")
        save_chart(figure, folder / f"{name}.png")
    stages = [(str(y.year), y.added) for y in phases.years]
    facts = [(f"Spent in {y.year}", numbers.money(y.spent, phases.currency)) for y in phases.years]
    document = stages_map(phases.problem, stages, "What every year builds", facts, language)
    write_map_html(document, folder / "map.html")
    write_print_map(document, folder / "map.png")
    for k, year in enumerate(phases.years):
        words = f"Built by the end of {year.year}"
        until = stages_map(phases.problem, stages[: k + 1], words, facts[: k + 1], language)
        write_print_map(until, folder / f"map-{year.year}.png")
    phases_workbook(phases, folder / "phases.xlsx", say)
    (folder / "report.html").write_text(render(_page(phases, spending, works, language)), encoding="utf-8")


def years_table(phases: Phases, say: Say = ENGLISH) -> Table:
    """Return budget, spending and works, one row a year."""
    money = phases.currency
    rows = [
        [
            str(y.year),
            say("any" if y.budget is None else numbers.money(y.budget, money)),
            *(say(numbers.money(v, money)) for v in (y.spent, y.discounted, y.total, y.least_total)),
            *(str(len(getattr(y.added, kind))) for kind in KINDS),
            str(len(y.permits)),
        ]
        for y in phases.years
    ]
    head = ["Year", "Budget", "Spent", "Worth at first", "Spent so far", "at the least"]
    works = ["Built", "Lit", "OXCs", "Exports", "Access points", "With permits"]
    return Table([say(title) for title in (*head, *works)], rows, [False, *(True for _ in range(11))])


def goals_table(phases: Phases, say: Say = ENGLISH) -> Table:
    """Return what is reached by the end of every year, and what it asks."""
    titles = dict.fromkeys(g.title for y in phases.years for g in y.goals)
    rows = [[say(title), *(_reached(y, title, say) for y in phases.years)] for title in titles]
    return Table([say("Goal"), *(str(y.year) for y in phases.years)], rows, [False, *(True for _ in phases.years)])


def summary_lines(phases: Phases, say: Say = ENGLISH) -> list[str]:
    """Return what is proven, and how building year by year compares."""
    s, money = phases.summary, phases.currency
    cost, bound = (say(numbers.money(x, money)) for x in (s.objective, s.bound))
    told = _OPTIMAL if s.status == "optimal" else _FEASIBLE
    lines = [say(told, cost=cost, bound=bound, gap=numbers.gap(s.gap))]
    greedy = phases.greedy
    if greedy.objective is None:
        lines.append(say("Planned year by year, each for itself: {reason}", reason=say(greedy.reason)))
    else:
        more = greedy.objective - s.objective
        told = _ALIKE if more <= 1e-9 * s.objective else _DEARER
        cost, more_words = (say(numbers.money(x, money)) for x in (greedy.objective, more))
        lines.append(say(told, cost=cost, more=more_words))
    return lines


def chart(phases: Phases, say: Say = ENGLISH) -> Figure:
    """Return what every year spends within its budget, and the running total."""
    from geo_data.maps.palette import BLACK, BLUE, ORANGE, ROAD, VERMILLION
    from optimizer.scenarios.charts import axes, label, scale_of, text_at, ticks, with_legend

    years = phases.years
    divisor, unit = scale_of(max(y.total for y in years), phases.currency, say)
    told = "{project}, scenario {scenario}: in prices of {year}, operation included"
    under = say(told, project=phases.project, scenario=phases.scenario, year=years[0].year)
    figure, ax = axes(say("What every year spends"), under)
    x = list(range(len(years)))
    ax.bar(x, [y.spent / divisor for y in years], 0.55, color=BLUE, label=say("Spent in the year"), zorder=2)
    for k, y in enumerate(years):
        if y.budget is not None:
            first = all(z.budget is None for z in years[:k])
            words = say("Budget of the year") if first else "_"  # matplotlib leaves names with _ out of the legend
            ax.hlines(y.budget / divisor, k - 0.36, k + 0.36, color=VERMILLION, linewidth=2.4, label=words, zorder=3)
    ax.plot(
        x,
        [y.total / divisor for y in years],
        color=BLACK,
        marker="o",
        linewidth=1.6,
        label=say("Spent so far"),
        zorder=4,
    )
    least = [y.least_total / divisor for y in years]
    ax.plot(
        x, least, color=ORANGE, marker="_", markersize=16, linestyle=(0, (2, 2)), label=say("At the least"), zorder=3
    )
    for k, y in enumerate(years):
        text_at(ax, k, y.total / divisor, f"{y.total / divisor:,.4g}", (0, 9), BLACK)
        if k:
            inside = y.spent > 0.06 * years[-1].total
            offset, colour = ((0, -15), "white") if inside else ((0, 4), BLACK)
            text_at(ax, k, y.spent / divisor, f"{y.spent / divisor:,.4g}", offset, colour)
    ax.set_xticks(x, [str(y.year) for y in years])
    ax.set_xlim(-0.6, len(x) - 0.4)
    most = max([y.total for y in years] + [y.budget or 0.0 for y in years]) / divisor
    ax.set_ylim(0, most * 1.14)
    ax.grid(axis="y", color=ROAD, linewidth=0.6)
    label(ax, "", say("Cost with operation, {currency}", currency=unit))
    ticks(ax)
    with_legend(figure, ax, 4)
    return figure


def _reached(year: PhaseYear, title: str, say: Say) -> str:
    goal = next((g for g in year.goals if g.title == title), None)
    if goal is None:
        return say("not asked")
    return say("{n} of {all}", n=numbers.share(goal.achieved, goal.target), all=numbers.share(goal.target))


def _page(phases: Phases, spending: Figure, works: Figure, language: Language) -> Page:
    say = speaker(language)
    network = phases.problem.network if phases.problem else None
    rate = numbers.share(phases.discount_rate)
    files = (
        ("Map", "map.html"),
        ("Spending", "spending.svg"),
        ("Works", "works.svg"),
        ("Workbook", "phases.xlsx"),
        ("Data", "phases.json"),
    )
    return Page(
        say("{project}: what every year builds", project=phases.project),
        say("Scenario {name}, discounted at {rate} a year", name=phases.scenario, rate=rate),
        sections(phases, spending, works, say),
        [(say(words), file) for words, file in files],
        network.assumed if network else "", network.credits if network else (), language,
    )  # fmt: skip


def sections(phases: Phases, spending: Figure | None, works: Figure | None, say: Say) -> list[Section]:
    """Return what a page says of phases."""
    added = [
        [str(y.year), say(title), str(len(getattr(y.added, kind))), ", ".join(getattr(y.added, kind))]
        for y in phases.years
        for kind, title in KINDS.items()
        if getattr(y.added, kind)
    ]
    head = [say(title) for title in ("Year", "Kind", "Count", "Ids")]
    reached = (say("Reached by the end of the year, of what it asks"), goals_table(phases, say))
    words = (*summary_lines(phases, say), say(_WORDS))
    return [
        Section(say("Years"), words, spending, [("", years_table(phases, say))]),
        Section(say("Goals"), (), None, [reached]),
        Section(say("Works"), (), works, [("", Table(head, added, [False, False, True]))]),
    ]
