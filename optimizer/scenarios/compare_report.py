"""A comparison as files and words: page, chart, map, and the tables that page and terminal share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.report import numbers
from optimizer.report.summary import goal_value
from optimizer.scenarios.assets import KINDS, Assets
from optimizer.scenarios.comparison import QUANTITIES, Change, Comparison, ScenarioResult
from optimizer.scenarios.page import Page, Section, Table, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["change_words", "changes_table", "goals_table", "quantities_table", "write_comparison"]

_NONE = numbers.NO_VALUE
_SIGNS = "+ what the second adds, − what it does without."


def write_comparison(comparison: Comparison, folder: Path) -> None:
    """Write page, chart and map of a comparison into a folder."""
    from geo_data.maps import write_map_html, write_print_map
    from optimizer.scenarios.charts import save_chart
    from optimizer.scenarios.maps import changes_map

    planned = bool(comparison.answers)
    figure = chart(comparison) if planned else None
    if figure is not None:
        save_chart(figure, folder / "cost.svg")
        save_chart(figure, folder / "cost.png")
        document = changes_map(comparison)
        write_map_html(document, folder / "map.html")
        write_print_map(document, folder / "map.png")
    (folder / "report.html").write_text(render(_page(comparison, figure)), encoding="utf-8")


def chart(comparison: Comparison) -> Figure:
    """Return the bars of cost."""
    from optimizer.scenarios.charts import cost_chart

    groups = {s.name: s.cost_groups for s in comparison.scenarios if s.objective is not None}
    worst = max(s.gap or 0.0 for s in comparison.scenarios)
    under = f"{comparison.project}: cost of each plan by what is bought; proven to within {numbers.gap(worst)}"
    return cost_chart("What each scenario costs", under, groups, comparison.currency)


def quantities_table(comparison: Comparison) -> Table:
    """Return cost, gap and quantities, one column a scenario."""
    several, currency = comparison.scenarios, comparison.currency

    def money(amount: float | None) -> str:
        return _NONE if amount is None else numbers.money(amount, currency)

    rows = [
        ["Cost with operation", *(money(s.objective) for s in several)],
        ["of it capital", *(money(s.capex) for s in several)],
        ["of it operation", *(money(s.opex) for s in several)],
        ["Gap to the proven bound", *(_NONE if s.gap is None else numbers.gap(s.gap) for s in several)],
    ]
    rows += [
        [title, *(numbers.quantity(round(s.quantities[key], 1)) if s.quantities else _NONE for s in several)]
        for key, title in QUANTITIES.items()
    ]
    return Table(["", *(_name(s) for s in several)], rows, [False, *(True for _ in several)])


def goals_table(comparison: Comparison) -> Table:
    """Return what is reached, one row a goal and one column a scenario."""
    several = comparison.scenarios
    titles = dict.fromkeys(g.title for s in several for g in s.goals)
    rows = [[title, *(_reached(s, title) for s in several)] for title in titles]
    return Table(["Goal", *(_name(s) for s in several)], rows, [False, *(True for _ in several)])


def changes_table(comparison: Comparison) -> Table:
    """Return what changes between any two plans."""
    rows = [
        [f"{c.a} → {c.b}", _signed(c.cost, comparison.currency), str(c.both), *(_plus_minus(c, kind) for kind in KINDS)]
        for c in comparison.changes
    ]
    titles = ("Built", "Lit", "OXCs", "Exports", "Access points")
    return Table(["From → to", "Cost", "In both", *titles], rows, [False, *(True for _ in range(7))])


def change_words(change: Change, currency: str) -> list[str]:
    """Return a change in sentences, with ids."""
    lines = [f"{change.a} → {change.b}: {_signed(change.cost, currency)}, {change.both} assets in both"]
    lines += [f"  only in {change.a}: {words}" for words in _listed(change.only_a)]
    lines += [f"  only in {change.b}: {words}" for words in _listed(change.only_b)]
    return lines


def _name(result: ScenarioResult) -> str:
    return result.name if result.same_as is None else f"{result.name} (as {result.same_as})"


def _reached(result: ScenarioResult, title: str) -> str:
    goal = next((g for g in result.goals if g.title == title), None)
    if goal is None:
        return _NONE if result.status == "infeasible" else "not asked"
    return f"{numbers.share(goal.achieved, goal.target)} of {numbers.share(goal.target)}"


def _plus_minus(change: Change, kind: str) -> str:
    gone, new = len(getattr(change.only_a, kind)), len(getattr(change.only_b, kind))
    return f"+{new} −{gone}" if gone or new else "="


def _signed(amount: float, currency: str) -> str:
    words = numbers.money(abs(amount), currency)
    return "no difference" if abs(amount) < 0.005 else f"{'+' if amount > 0 else '−'}{words}"


def _listed(assets: Assets) -> list[str]:
    return [f"{title}: {', '.join(getattr(assets, k))}" for k, title in KINDS.items() if getattr(assets, k)]


def _page(comparison: Comparison, figure: Figure | None) -> Page:
    network = next((a.problem.network for a in comparison.answers.values()), None)
    planned = [s for s in comparison.scenarios if s.objective is not None and s.same_as is None]
    regret = Table(["Kind", "Count", "Ids"], [_asset_row(comparison.no_regret, k) for k in KINDS], [False, True])
    rows = [[m.id, KINDS[m.kind], f"{len(m.plans)} of {len(planned)}", ", ".join(m.plans)] for m in comparison.mixed]
    mixed = Table(["Asset", "Kind", "Plans", "In the plans"], rows, [False, False, True])
    goals = [("Reached, of what is asked", goals_table(comparison)), ("Definitions", _definitions(comparison))]
    sections = [
        Section("Cost and quantities", (), figure, [("", quantities_table(comparison))]),
        Section("Goals", (), None, goals),
        Section("What differs in the questions", (), None, [("", _settings_table(comparison))]),
        Section("What changes between any two", (_SIGNS,), None, [("", changes_table(comparison))]),
        Section(
            "No regret", ("What every plan has, to be built whichever scenario comes true.",), None, [("", regret)]
        ),
        Section("Only in some plans", (), None, [("", mixed)] if comparison.mixed else []),
    ]
    reasons = [f"{s.name}: {reason}" for s in comparison.scenarios for reason in s.reasons]
    if reasons:
        sections.insert(1, Section("Scenarios that no network can meet", reasons))
    names = ", ".join(s.name for s in comparison.scenarios)
    links = [("Map", "map.html"), ("Chart", "cost.svg"), ("Data", "comparison.json")] if planned else []
    return Page(
        f"{comparison.project}: plans compared", f"Compared: {names}", sections, links,
        network.assumed if network else "", network.credits if network else (),
    )  # fmt: skip


def _asset_row(assets: Assets, kind: str) -> list[str]:
    names = getattr(assets, kind)
    return [KINDS[kind], str(len(names)), ", ".join(names) or _NONE]


def _definitions(comparison: Comparison) -> Table:
    found = {g.title: g for s in comparison.scenarios for g in s.goals}
    rows = [[g.title, numbers.signs(g.definition), goal_value(g)] for g in found.values()]
    return Table(["Goal", "Definition used", "For example"], rows)


def _settings_table(comparison: Comparison) -> Table:
    first = comparison.scenarios[0].name
    names = sorted({name for s in comparison.scenarios for name in s.settings})
    base: dict[str, object] = {s.name: s.a for c in comparison.changes if c.a == first for s in c.settings}
    rows = [[name, *_values(comparison.scenarios, name, base)] for name in names]
    return Table(["Setting", *(s.name for s in comparison.scenarios)], rows)


def _values(scenarios: Sequence[ScenarioResult], name: str, base: dict[str, object]) -> list[str]:
    """Return the values of a setting; those like the first one's are left blank."""
    words = [str(s.settings[name]) if name in s.settings else "" for s in scenarios]
    return [str(base.get(name, _NONE)), *words[1:]]
