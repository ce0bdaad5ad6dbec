"""A sensitivity as files and words: page, tornado chart, and the tables that page and terminal share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report import numbers
from optimizer.report.language import ENGLISH, Say, speaker
from optimizer.scenarios.page import Page, Section, Table, render
from optimizer.scenarios.sensitivity_document import BreakPoint, Sensitivity, Side

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from geo_data.findings import Language

__all__ = ["breaks_table", "chart", "prices_table", "sections", "write_sensitivity"]

_NONE = numbers.NO_VALUE
_WORDS = (
    "The plan kept: what today's plan costs when the price changes. The best plan: what the plan costs that is best "
    "for the changed price; the difference is what planning anew would save."
)
_BREAKS = (
    "The price nearest to today's, down and up, at which another plan becomes cheaper than today's. Up to there "
    "today's plan stays the best one, proven or to within the gap."
)


def write_sensitivity(found: Sensitivity, folder: Path, language: Language | None = None) -> None:
    """Write page and chart of a sensitivity into a folder; without a language in that of the project."""
    from optimizer.scenarios.charts import save_chart

    network = found.problem.network if found.problem else None
    language = language or (network.language if network else "en")
    say = speaker(language)
    figure = chart(found, say)
    save_chart(figure, folder / "tornado.svg")
    save_chart(figure, folder / "tornado.png")
    page = Page(
        say("{project}: sensitivity to prices", project=found.project),
        say("Scenario {name}, {base}", name=found.scenario, base=_base(found, say)), sections(found, figure, say),
        [(say("Chart"), "tornado.svg"), (say("Data"), "sensitivity.json")],
        network.assumed if network else "", network.credits if network else (), language,
    )  # fmt: skip
    (folder / "report.html").write_text(render(page), encoding="utf-8")


def sections(found: Sensitivity, figure: Figure | None, say: Say) -> list[Section]:
    """Return what a page says of a sensitivity."""
    made = [Section(say("What prices do to the cost"), (say(_WORDS),), figure, [("", prices_table(found, say))])]
    if found.searched:
        made.append(Section(say("When the plan changes"), (say(_BREAKS),), None, [("", breaks_table(found, say))]))
    return made


def prices_table(found: Sensitivity, say: Say = ENGLISH) -> Table:
    """Return what the plan kept and the best plan cost at the low and the high price."""
    rows = [
        [
            say("{name} (assumed)", name=effect.name) if effect.assumed else effect.name,
            f"{effect.value:,.10g} {say(effect.unit)}",
            say(numbers.money(effect.spent, found.currency)),
            *_cells(found, effect.low, say),
            *_cells(found, effect.high, say),
        ]
        for effect in found.prices
    ]
    low, high = f"−{found.change:.0%}", f"+{found.change:.0%}"
    head = [
        say("Price"),
        say("Today"),
        say("Spent on it"),
        say("{change}: plan kept", change=low),
        say("{change}: best plan", change=low),
        say("{change}: plan kept", change=high),
        say("{change}: best plan", change=high),
    ]
    return Table(head, rows, [False, *(True for _ in head[1:])])


def breaks_table(found: Sensitivity, say: Say = ENGLISH) -> Table:
    """Return the prices at which the plan changes."""
    rows = []
    for effect in found.prices:
        for side, words in ((effect.low, "below"), (effect.high, "above")):
            point = side.break_point
            if point is not None:
                rows.append([effect.name, say(words), *_break_cells(point, say)])
            else:
                end = say("not before {price}", price=f"{side.price:,.6g}")
                rows.append([effect.name, say(words), end, _NONE, _NONE, _NONE])
    head = ("Price", "Side", "The plan changes at", "Gains", "Loses", "Proven")
    return Table([say(title) for title in head], rows)


def chart(found: Sensitivity, say: Say = ENGLISH) -> Figure:
    """Return the tornado: a bar a price from the cost at the low to the cost at the high price."""
    from geo_data.maps.palette import BLACK, BLUE, ROAD, VERMILLION
    from optimizer.scenarios.charts import axes, label, scale_of, ticks, with_legend

    ends = [_best(side) for e in found.prices for side in (e.low, e.high)]
    divisor, unit = scale_of(max([found.objective, *ends]), found.currency, say)
    told = "{project}, scenario {scenario}: each price changed alone by {change}; {base}"
    change, today = numbers.share(found.change), _base(found, say)
    under = say(told, project=found.project, scenario=found.scenario, change=change, base=today)
    figure, ax = axes(say("What prices do to the cost"), under, height=2.7 + 0.42 * len(found.prices))
    base = found.objective / divisor
    for row, effect in enumerate(found.prices):
        for side, colour, words in ((effect.low, BLUE, "Price lowered"), (effect.high, VERMILLION, "Price raised")):
            best, kept = _best(side) / divisor, side.kept / divisor
            ax.barh(row, best - base, 0.6, left=base, color=colour, label=say(words) if row == 0 else None)
            ax.barh(row, kept - base, 0.6, left=base, facecolor="none", edgecolor=BLACK, linewidth=0.9,
                    label=say("Today's plan kept") if row == 0 and side is effect.high else None)  # fmt: skip
            _amount(ax, max(best, kept) if side is effect.high else min(best, kept), row, best - base)
    ax.axvline(base, color=BLACK, linewidth=1.2)
    ax.set_yticks(range(len(found.prices)), [e.name for e in found.prices])
    ax.invert_yaxis()
    ax.margins(x=0.14)
    ax.grid(axis="x", color=ROAD, linewidth=0.6)
    label(ax, say("Cost with operation, {currency}", currency=unit))
    ticks(ax)
    height = float(figure.get_size_inches()[1])
    ax.set_position((0.2, 1.05 / height, 0.77, 1 - 2.05 / height))
    with_legend(figure, ax, 3)
    return figure


def _amount(ax: Axes, x: float, row: int, amount: float) -> None:
    """Write what a price adds or saves beside its bar."""
    from geo_data.maps.palette import BLACK
    from geo_data.maps.paper.text import font

    sign = "+" if amount >= 0 else "–"  # the font of charts has no minus sign
    words = f" {sign}{abs(amount):,.3g} "
    side = "left" if amount >= 0 else "right"
    ax.text(x, row, words, va="center", ha=side, fontproperties=font(9.5), color=BLACK)


def _best(side: Side) -> float:
    return side.kept if side.best is None else side.best


def _base(found: Sensitivity, say: Say) -> str:
    cost = say(numbers.money(found.objective, found.currency))
    return say("{cost} today, gap {gap}", cost=cost, gap=numbers.gap(found.gap))


def _cells(found: Sensitivity, side: Side, say: Say) -> list[str]:
    kept = say(numbers.money(side.kept, found.currency))
    return [kept, say(numbers.money(_best(side), found.currency) if side.changes else "the same")]


def _break_cells(point: BreakPoint, say: Say) -> list[str]:
    words = f"{point.price:,.6g} ({(point.ratio - 1):+.1%})"
    return [words, _ids(point.gained, say), _ids(point.lost, say), say("yes" if point.exact else "within the gap")]


def _ids(names: tuple[str, ...], say: Say, most: int = 6) -> str:
    if not names:
        return _NONE
    told = ", ".join(names[:most])
    return say("{names} and {n} more", names=told, n=len(names) - most) if len(names) > most else told
