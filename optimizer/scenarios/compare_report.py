"""A comparison as files and words: page, chart, map, and the tables that page and terminal share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report import numbers
from optimizer.report.language import ENGLISH, Say, speaker
from optimizer.report.summary import goal_value
from optimizer.scenarios.assets import KINDS, Assets
from optimizer.scenarios.comparison import QUANTITIES, Change, Comparison, ScenarioResult
from optimizer.scenarios.page import Page, Section, Table, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo_data.findings import Language

__all__ = ["change_words", "changes_table", "chart", "goals_table", "quantities_table", "sections", "write_comparison"]

_NONE = numbers.NO_VALUE
_SIGNS = "+ what the second adds, − what it does without."
_REGRET = "What every plan has, to be built whichever scenario comes true."


_FILES = (("Map", "map.html"), ("Chart", "cost.svg"), ("Workbook", "comparison.xlsx"), ("Data", "comparison.json"))


def write_comparison(comparison: Comparison, folder: Path, language: Language | None = None) -> None:
    """Write page, chart and map of a comparison into a folder; without a language in that of the project."""
    from geo_data.maps import write_map_html, write_print_map
    from optimizer.scenarios.charts import save_chart
    from optimizer.scenarios.maps import changes_map
    from optimizer.scenarios.workbooks import comparison_workbook

    planned = bool(comparison.answers)
    own: list[Language] = [a.problem.network.language for a in comparison.answers.values()]
    spoken: Language = language or (own[0] if own else "en")
    figure = chart(comparison, speaker(spoken)) if planned else None
    if figure is not None:
        save_chart(figure, folder / "cost.svg")
        save_chart(figure, folder / "cost.png")
        document = changes_map(comparison, spoken)
        write_map_html(document, folder / "map.html")
        write_print_map(document, folder / "map.png")
        comparison_workbook(comparison, folder / "comparison.xlsx", speaker(spoken))
    (folder / "report.html").write_text(render(_page(comparison, figure, spoken)), encoding="utf-8")


def chart(comparison: Comparison, say: Say = ENGLISH) -> Figure:
    """Return the bars of cost."""
    from optimizer.scenarios.charts import cost_chart

    groups = {s.name: s.cost_groups for s in comparison.scenarios if s.objective is not None}
    worst = max(s.gap or 0.0 for s in comparison.scenarios)
    under = say(
        "{project}: cost of each plan by what is bought; proven to within {gap}",
        project=comparison.project, gap=numbers.gap(worst),
    )  # fmt: skip
    return cost_chart(say("What each scenario costs"), under, groups, comparison.currency, say)


def quantities_table(comparison: Comparison, say: Say = ENGLISH) -> Table:
    """Return cost, gap and quantities, one column a scenario."""
    several, currency = comparison.scenarios, comparison.currency

    def money(amount: float | None) -> str:
        return _NONE if amount is None else say(numbers.money(amount, currency))

    rows = [
        [say("Cost with operation"), *(money(s.objective) for s in several)],
        [say("of it capital"), *(money(s.capex) for s in several)],
        [say("of it operation"), *(money(s.opex) for s in several)],
        [say("Gap to the proven bound"), *(_NONE if s.gap is None else numbers.gap(s.gap) for s in several)],
    ]
    rows += [
        [say(title), *(numbers.quantity(round(s.quantities[key], 1)) if s.quantities else _NONE for s in several)]
        for key, title in QUANTITIES.items()
    ]
    return Table(["", *(_name(s, say) for s in several)], rows, [False, *(True for _ in several)])


def goals_table(comparison: Comparison, say: Say = ENGLISH) -> Table:
    """Return what is reached, one row a goal and one column a scenario."""
    several = comparison.scenarios
    titles = dict.fromkeys(g.title for s in several for g in s.goals)
    rows = [[say(title), *(_reached(s, title, say) for s in several)] for title in titles]
    return Table([say("Goal"), *(_name(s, say) for s in several)], rows, [False, *(True for _ in several)])


def changes_table(comparison: Comparison, say: Say = ENGLISH) -> Table:
    """Return what changes between any two plans."""
    rows = [
        [
            f"{c.a} → {c.b}",
            _signed(c.cost, comparison.currency, say),
            str(c.both),
            *(_plus_minus(c, kind) for kind in KINDS),
        ]
        for c in comparison.changes
    ]
    titles = ("From → to", "Cost", "In both", "Built", "Lit", "OXCs", "Exports", "Access points")
    return Table([say(title) for title in titles], rows, [False, *(True for _ in range(7))])


def change_words(change: Change, currency: str) -> list[str]:
    """Return a change in sentences, with ids."""
    lines = [f"{change.a} → {change.b}: {_signed(change.cost, currency, ENGLISH)}, {change.both} assets in both"]
    lines += [f"  only in {change.a}: {words}" for words in _listed(change.only_a)]
    lines += [f"  only in {change.b}: {words}" for words in _listed(change.only_b)]
    return lines


def _name(result: ScenarioResult, say: Say) -> str:
    return result.name if result.same_as is None else say("{a} (as {b})", a=result.name, b=result.same_as)


def _reached(result: ScenarioResult, title: str, say: Say) -> str:
    goal = next((g for g in result.goals if g.title == title), None)
    if goal is None:
        return _NONE if result.status == "infeasible" else say("not asked")
    return say("{n} of {all}", n=numbers.share(goal.achieved, goal.target), all=numbers.share(goal.target))


def _plus_minus(change: Change, kind: str) -> str:
    gone, new = len(getattr(change.only_a, kind)), len(getattr(change.only_b, kind))
    return f"+{new} −{gone}" if gone or new else "="


def _signed(amount: float, currency: str, say: Say) -> str:
    words = say(numbers.money(abs(amount), currency))
    return say("no difference") if abs(amount) < 0.005 else f"{'+' if amount > 0 else '−'}{words}"


def _listed(assets: Assets) -> list[str]:
    return [f"{title}: {', '.join(getattr(assets, k))}" for k, title in KINDS.items() if getattr(assets, k)]


def _page(comparison: Comparison, figure: Figure | None, language: Language) -> Page:
    say = speaker(language)
    network = next((a.problem.network for a in comparison.answers.values()), None)
    planned = [s for s in comparison.scenarios if s.objective is not None and s.same_as is None]
    names = ", ".join(s.name for s in comparison.scenarios)
    links = [(say(title), name) for title, name in _FILES] if planned else []
    return Page(
        say("{project}: plans compared", project=comparison.project), say("Compared: {names}", names=names),
        sections(comparison, figure, say), links,
        network.assumed if network else "", network.credits if network else (), language,
    )  # fmt: skip


def sections(comparison: Comparison, figure: Figure | None, say: Say) -> list[Section]:
    """Return what a page says of a comparison."""
    goals = [
        (say("Reached, of what is asked"), goals_table(comparison, say)),
        (say("Definitions"), _definitions(comparison, say)),
    ]
    made = [
        Section(say("Cost and quantities"), (), figure, [("", quantities_table(comparison, say))]),
        Section(say("Goals"), (), None, goals),
        Section(say("What differs in the questions"), (), None, [("", _settings_table(comparison, say))]),
        Section(say("What changes between any two"), (say(_SIGNS),), None, [("", changes_table(comparison, say))]),
        Section(say("No regret"), (say(_REGRET),), None, [("", _regret_table(comparison, say))]),
        Section(say("Only in some plans"), (), None, [("", _mixed_table(comparison, say))] if comparison.mixed else []),
    ]
    reasons = [f"{s.name}: {say(reason)}" for s in comparison.scenarios for reason in s.reasons]
    if reasons:
        made.insert(1, Section(say("Scenarios that no network can meet"), reasons))
    return made


def _regret_table(comparison: Comparison, say: Say) -> Table:
    rows = []
    for kind, title in KINDS.items():
        names = getattr(comparison.no_regret, kind)
        rows.append([say(title), str(len(names)), ", ".join(names) or _NONE])
    return Table([say("Kind"), say("Count"), say("Ids")], rows, [False, True])


def _mixed_table(comparison: Comparison, say: Say) -> Table:
    planned = sum(s.objective is not None and s.same_as is None for s in comparison.scenarios)
    rows = [
        [m.id, say(KINDS[m.kind]), say("{n} of {all}", n=len(m.plans), all=planned), ", ".join(m.plans)]
        for m in comparison.mixed
    ]
    return Table([say(t) for t in ("Asset", "Kind", "Plans", "In the plans")], rows, [False, False, True])


def _definitions(comparison: Comparison, say: Say) -> Table:
    found = {g.title: g for s in comparison.scenarios for g in s.goals}
    rows = [[say(g.title), say(numbers.signs(g.definition)), say(goal_value(g))] for g in found.values()]
    return Table([say(t) for t in ("Goal", "Definition used", "For example")], rows)


def _settings_table(comparison: Comparison, say: Say) -> Table:
    first = comparison.scenarios[0].name
    names = sorted({name for s in comparison.scenarios for name in s.settings})
    base: dict[str, object] = {s.name: s.a for c in comparison.changes if c.a == first for s in c.settings}
    rows = [[name, *_values(comparison.scenarios, name, base)] for name in names]
    return Table([say("Setting"), *(s.name for s in comparison.scenarios)], rows)


def _values(scenarios: Sequence[ScenarioResult], name: str, base: dict[str, object]) -> list[str]:
    """Return the values of a setting; those like the first one's are left blank."""
    words = [_setting(s.settings[name]) if name in s.settings else "" for s in scenarios]
    return [_setting(base.get(name, _NONE)), *words[1:]]


def _setting(value: object) -> str:
    """Return the value of a setting for people."""
    return f"{value:,.10g}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
