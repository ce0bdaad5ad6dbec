"""Scenarios or finished runs side by side: goals, cost, quantities, and what changes between any two."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal

from optimizer.plan import GoalResult, Plan
from optimizer.problem import Problem
from optimizer.report.summary import summarise
from optimizer.scenarios.assets import KINDS, Assets, assets_of, common, without
from optimizer.scenarios.money import Money
from optimizer.scenarios.question import settings_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "QUANTITIES",
    "Answer",
    "Change",
    "Comparison",
    "ComparisonDocument",
    "Mixed",
    "ScenarioResult",
    "SettingChange",
    "compared",
]

QUANTITIES: Mapping[str, str] = {
    "built_km": "New fibre built, km",
    "built_links": "New links built",
    "newly_lit_km": "Existing fibre newly lit, km",
    "newly_lit_links": "Existing links newly lit",
    "new_oxcs": "New OXCs",
    "new_exports": "New 400G exports",
    "new_access_points": "Access points newly equipped",
}
"""What is counted in every plan, with its name for people."""


@dataclass(frozen=True)
class ScenarioResult:
    """One scenario or run of a comparison.

    ``same_as``: name of the earlier one that asks the same question and so has the same plan. ``run``: the folder its
    plan is kept in. Costs include operation over the horizon; all of them are None where no network meets the goals,
    and ``reasons`` tells why. ``settings``: what differs from the first one, by dotted name.
    """

    name: str
    status: Literal["optimal", "feasible", "infeasible"]
    same_as: str | None
    run: str | None
    objective: Money | None
    bound: Money | None
    gap: float | None
    capex: Money | None
    opex: Money | None
    quantities: dict[str, float]
    cost_groups: dict[str, Money]
    goals: tuple[GoalResult, ...]
    assets: Assets
    settings: dict[str, Any]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class SettingChange:
    """A setting that two questions have differently; None where one of them does not have it."""

    name: str
    a: Any
    b: Any


@dataclass(frozen=True)
class Change:
    """What changes from `a` to `b`: cost (of `b` less that of `a`), assets that only one has, settings."""

    a: str
    b: str
    cost: Money
    only_a: Assets
    only_b: Assets
    both: int
    settings: tuple[SettingChange, ...]


@dataclass(frozen=True)
class Mixed:
    """An asset that some plans have and others have not."""

    id: str
    kind: Literal["built_links", "lit_links", "oxcs", "exports", "access_points"]
    plans: tuple[str, ...]


@dataclass(frozen=True)
class ComparisonDocument:
    """``comparison.json``, field by field.

    ``no_regret``: what every plan adds. ``mixed``: what only some add, those in most plans first. Scenarios that ask
    the same question as one before count once.
    """

    schema_version: str
    project: str
    currency: str
    scenarios: tuple[ScenarioResult, ...]
    no_regret: Assets
    mixed: tuple[Mixed, ...]
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Comparison(ComparisonDocument):
    """A comparison with the plans it was made of.

    Parameters
    ----------
    answers
        Question and plan of every scenario that has one, by name.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)

    def goals_frame(self) -> pd.DataFrame:
        """Return reached shares, one row a goal and one column a scenario."""
        import pandas as pd

        return pd.DataFrame({s.name: {g.title: g.achieved for g in s.goals} for s in self.scenarios})

    def quantities_frame(self) -> pd.DataFrame:
        """Return cost and quantities, one row each and one column a scenario."""
        import pandas as pd

        cost = f"Cost with operation, {self.currency}"
        rows = {
            s.name: {cost: s.objective} | {QUANTITIES[k]: v for k, v in s.quantities.items()} for s in self.scenarios
        }
        return pd.DataFrame(rows, index=[cost, *QUANTITIES.values()])

    def assets_frame(self) -> pd.DataFrame:
        """Return every asset of any plan with its kind, and whether each scenario has it."""
        import pandas as pd

        planned = [s for s in self.scenarios if s.objective is not None]
        rows = [
            {"id": name, "kind": kind, **{s.name: name in set(getattr(s.assets, kind)) for s in planned}}
            for kind in KINDS
            for name in sorted({n for s in planned for n in getattr(s.assets, kind)})
        ]
        return pd.DataFrame(rows, columns=["id", "kind", *(s.name for s in planned)])


@dataclass(frozen=True)
class Answer:
    """A question with its plan, or with the reasons why there is none.

    Parameters
    ----------
    name
        Of the scenario or run.
    problem, plan, reasons
        Question and what came out.
    key
        Of the question.
    run
        Folder the plan is kept in; None when it is not on disk.
    """

    name: str
    problem: Problem
    plan: Plan | None
    key: str
    run: str | None = None
    reasons: tuple[str, ...] = ()


def compared(project: str, answers: Sequence[Answer]) -> Comparison:
    """Return the comparison of two or more answers, in their order."""
    results = tuple(_result(answer, answers) for answer in answers)
    planned = [r for r in results if r.objective is not None and r.same_as is None]
    every = common([r.assets for r in planned]) if planned else Assets()
    settings = {a.name: settings_of(a.problem) for a in answers}
    return Comparison(
        "1.0",
        project,
        answers[0].problem.catalogue.currency,
        results,
        every,
        _mixed(planned, every),
        tuple(_change(a, b, settings) for a, b in combinations(planned, 2)),
        {a.name: a for a in answers if a.plan is not None},
    )


def _result(answer: Answer, answers: Sequence[Answer]) -> ScenarioResult:
    same = next((a.name for a in answers if a.key == answer.key), answer.name)
    changed = _changed(settings_of(answers[0].problem), settings_of(answer.problem))
    shared: dict[str, Any] = {
        "name": answer.name,
        "same_as": None if same == answer.name else same,
        "run": answer.run,
        "settings": {c.name: c.b for c in changed},
        "reasons": answer.reasons,
    }
    plan = answer.plan
    if plan is None:
        none: dict[str, Any] = dict.fromkeys(("objective", "bound", "gap", "capex", "opex"))
        none |= {"quantities": {}, "cost_groups": {}, "goals": (), "assets": Assets()}
        return ScenarioResult(status="infeasible", **none, **shared)
    figures = summarise(plan)
    return ScenarioResult(
        status=plan.status,
        objective=plan.objective,
        bound=plan.bound,
        gap=plan.gap,
        capex=figures.capex,
        opex=figures.opex,
        quantities={name: float(getattr(figures, name)) for name in QUANTITIES},
        cost_groups=cost_groups(plan),
        goals=plan.goals,
        assets=assets_of(plan),
        **shared,
    )


_GROUPS = (
    ("New fibre", ("New route", "Dearer ground", "Cheaper ground", "Crossing of")),
    ("Lit fibre", ("Dark fibre", "Line amplifier")),
    ("OXCs", ("OXC",)),
    ("400G exports", ("400G",)),
    ("Access points", ("Access point", "Optical access")),
    ("Operation", ("Operation of",)),
)


def cost_groups(plan: Plan) -> dict[str, float]:
    """Return the bill in a few groups that add up to it."""
    groups = {name: 0.0 for name, _ in _GROUPS}
    for line in plan.cost:
        name = next((name for name, heads in _GROUPS if line.item.startswith(heads)), "Other")
        groups[name] = groups.get(name, 0.0) + line.total
    return groups


def _mixed(planned: Sequence[ScenarioResult], every: Assets) -> tuple[Mixed, ...]:
    """Return what some plans have and others have not, those in most plans first."""
    found = [
        Mixed(name, kind, tuple(r.name for r in planned if name in getattr(r.assets, kind)))  # type: ignore[arg-type]
        for kind in KINDS
        for name in sorted({n for r in planned for n in getattr(r.assets, kind)} - set(getattr(every, kind)))
    ]
    return tuple(sorted(found, key=lambda m: (-len(m.plans), list(KINDS).index(m.kind), m.id)))


def _change(a: ScenarioResult, b: ScenarioResult, settings: Mapping[str, Mapping[str, Any]]) -> Change:
    cost = (b.objective or 0.0) - (a.objective or 0.0)
    only_a, only_b = without(a.assets, b.assets), without(b.assets, a.assets)
    changed = _changed(settings[a.name], settings[b.name])
    return Change(a.name, b.name, cost, only_a, only_b, len(common([a.assets, b.assets])), changed)


def _changed(a: Mapping[str, Any], b: Mapping[str, Any]) -> tuple[SettingChange, ...]:
    """Return the settings that differ, by name; requirements that only one asks are told by their settings."""
    names = sorted(n for n in a.keys() | b.keys() if a.get(n) != b.get(n))
    return tuple(SettingChange(n, a.get(n), b.get(n)) for n in names)
