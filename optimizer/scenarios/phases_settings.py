"""The section [phases] of a project file: years with their budgets and goals, and the question of every year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from optimizer.errors import ProjectError, did_you_mean
from optimizer.pricing import lead_time_months
from optimizer.problem import Problem
from optimizer.requirements import REQUIREMENTS, Requirement
from optimizer.variants import with_fixed, without_budget

__all__ = ["Horizon", "PhaseSettings", "YearSettings", "horizon_of"]


class YearSettings(BaseModel):
    """[phases.YEAR]: what a year may cost, and what of the goals differs from the project's own.

    Parameters
    ----------
    budget
        Most that what is built in the year may cost, operation included, in prices of the first year; left out: any.
    requirements
        Tables as in a scenario; goals that are not named hold as the project asks them, ``share = 0`` asks nothing yet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    budget: float | None = Field(None, ge=0)
    requirements: dict[str, dict[str, Any]] = Field(default_factory=dict)


class PhaseSettings(BaseModel):
    """[phases]: the years in which is built.

    Parameters
    ----------
    discount_rate
        A year, 0.05 for 5 %; left out: that of the catalogue.
    start_month
        Month of the first year, 1 to 12, in which permits are asked for, all at once. A new link can be finished by the
        end of a year when its longest permit is there by then.
    dig_once
        Whether a trench is opened in one year only: new links that share one are built in the same year.
    years
        Settings of every year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    discount_rate: float | None = Field(None, ge=0, le=1)
    start_month: int = Field(1, ge=1, le=12)
    dig_once: bool = True
    years: dict[int, YearSettings] = Field(min_length=1)

    @classmethod
    def read(cls, table: Mapping[str, Any]) -> PhaseSettings:
        """Return the settings of the section.

        Raises
        ------
        ProjectError
            With everything that is wrong.
        """
        years = {int(key): value for key, value in table.items() if key.isdigit()}
        rest = {key: value for key, value in table.items() if not key.isdigit()}
        if not years:
            raise ProjectError(["[phases] has no year. Add for example [phases.2026] with budget = 3e7."])
        try:
            return cls.model_validate({**rest, "years": years})
        except ValidationError as error:
            raise ProjectError([_explained(e, cls) for e in error.errors()]) from None


@dataclass(frozen=True)
class Horizon:
    """The questions of all years.

    Parameters
    ----------
    years
        In order.
    problems
        Question of every year by itself, links whose permits are not there in time left out.
    budgets
        Of every year, ``inf`` where any cost will do.
    factors
        What money of a year is worth in the first one.
    discount_rate, start_month
        See ``PhaseSettings``.
    trenches
        Numbers of the new links that share a trench, in groups of two and more; empty when digging twice is allowed.
    """

    years: tuple[int, ...]
    problems: tuple[Problem, ...]
    budgets: tuple[float, ...]
    factors: tuple[float, ...]
    discount_rate: float
    start_month: int
    trenches: tuple[tuple[int, ...], ...]

    @property
    def months(self) -> tuple[int, ...]:
        """Months from when permits are asked for to the end of every year."""
        return tuple(_months(self.years[0], year, self.start_month) for year in self.years)

    @property
    def worth(self) -> tuple[float, ...]:
        """Weights of the totals spent by the end of every year, which make their sum the cost in money of the first."""
        return tuple(d - after for d, after in zip(self.factors, (*self.factors[1:], 0.0), strict=True))

    @property
    def last(self) -> Problem:
        """The question of the last year."""
        return self.problems[-1]


def horizon_of(problem: Problem, settings: PhaseSettings) -> Horizon:
    """Return the questions of all years of a question whose goals are those of no year in particular.

    Raises
    ------
    ProjectError
        If goals of a year are wrong, or ask less than the year before.
    """
    years = tuple(sorted(settings.years))
    whole = without_budget(problem)
    asked = _with_all_goals([_year(whole, year, settings.years[year]) for year in years])
    _refuse_easier(years, asked)
    rate = whole.catalogue["discount_rate"] if settings.discount_rate is None else settings.discount_rate
    first = years[0]
    late = [_late_links(whole, _months(first, year, settings.start_month)) for year in years]
    return Horizon(
        years=years,
        problems=tuple(_without_links(p, names) for p, names in zip(asked, late, strict=True)),
        budgets=tuple(np.inf if (b := settings.years[y].budget) is None else b for y in years),
        factors=tuple((1 + rate) ** (first - year) for year in years),
        discount_rate=rate,
        start_month=settings.start_month,
        trenches=_trenches(whole) if settings.dig_once else (),
    )


def _year(problem: Problem, year: int, settings: YearSettings) -> Problem:
    """Return the question with the goals of a year."""
    kinds = {kind.key: kind for kind in REQUIREMENTS if kind.key != "budget"}
    where = f"[phases.{year}.requirements"
    unknown = [k for k in settings.requirements if k not in kinds]
    if unknown:
        raise ProjectError([f"{where}.{k}] does not exist.{did_you_mean(k, kinds)}" for k in unknown])
    rules = {rule.key: rule for rule in problem.requirements}
    for key, table in settings.requirements.items():
        before = rules[key].model_dump() if key in rules else {}
        try:
            rules[key] = kinds[key].model_validate({**before, **table})
        except ValidationError as error:
            lines = [f"{where}.{key}] {'.'.join(map(str, e['loc']))}: {e['msg'].lower()}." for e in error.errors()]
            raise ProjectError(lines) from None
    order = [kind.key for kind in REQUIREMENTS]
    made = replace(problem, requirements=tuple(rules[key] for key in order if key in rules))
    wrong = [f"Year {year}: {words}" for rule in made.requirements for words in rule.problems(made)]
    if wrong:
        raise ProjectError(wrong)
    return made


def _with_all_goals(asked: list[Problem]) -> list[Problem]:
    """Return the questions with goals that only some years ask put into the others, with a share of 0."""
    rules = {r.key: r for problem in asked for r in problem.requirements}
    order = [kind.key for kind in REQUIREMENTS]
    found = []
    for problem in asked:
        have = {r.key: r for r in problem.requirements}
        more = {k: r.model_copy(update={"share": 0.0}) for k, r in rules.items() if k not in have}
        every = {**more, **have}
        found.append(replace(problem, requirements=tuple(every[k] for k in order if k in every)))
    return found


def _refuse_easier(years: tuple[int, ...], asked: list[Problem]) -> None:
    """Refuse a year that asks less than the one before: what is built stays."""
    lines: list[str] = []
    for year, before, now in zip(years[1:], asked, asked[1:], strict=False):
        for rule in before.requirements:
            after = now.requirement_named(rule.key)
            lines += [
                f"[phases.{year}] asks less of '{rule.key}' than the year before ({name} {old:g}, then {new:g}). "
                "What is built stays, so goals may only grow."
                for name, old, new in _eased(rule, after)
            ]
    if lines:
        raise ProjectError(lines)


def _eased(rule: Requirement, after: Requirement | None) -> list[tuple[str, float, float]]:
    """Return the settings by which a goal asks less than before."""
    found: list[tuple[str, float, float]] = []
    for name, sign in (("share", 1.0), ("limit_us", -1.0)):
        old, new = getattr(rule, name, None), getattr(after, name, None)
        if old is not None and new is not None and sign * (new - old) < -1e-12:
            found.append((name, float(old), float(new)))
    return found


def _months(first: int, year: int, start_month: int) -> int:
    return 12 * (year - first + 1) - start_month + 1


def _late_links(problem: Problem, months: int) -> tuple[str, ...]:
    """Return the ids of links whose permits take longer."""
    waits = lead_time_months(problem)
    fixed = getattr(problem.requirement_named("fixed_choices"), "must_build", ())
    waiting = zip(map(str, problem.network.links["id"]), waits, strict=True)
    return tuple(f"link:{name}" for name, wait in waiting if wait > months and name not in fixed)


def _without_links(problem: Problem, names: tuple[str, ...]) -> Problem:
    """Return the question without some links."""
    return with_fixed(problem, must_not=names) if names else problem


def _trenches(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """Return the new links of every trench that has two or more."""
    new = (problem.network.links["kind"] == "candidate").to_numpy()
    groups = [tuple(k for k in r.links if new[k]) for r in problem.network.shared_risks if r.kind == "trench"]
    return tuple(sorted({g for g in groups if len(g) > 1}))


def _explained(error: Mapping[str, Any], kind: type[BaseModel]) -> str:
    """Return what is wrong with a setting, in words."""
    where = ".".join(str(part) for part in error["loc"] if part != "years")
    if error["type"] == "extra_forbidden":
        known = [name for name in kind.model_fields if name != "years"]
        name = str(error["loc"][-1])
        return f"[phases] {where} is no setting (known: {', '.join(known)}, and years).{did_you_mean(name, known)}"
    return f"[phases] {where} is {error['input']!r}: {str(error['msg']).lower()}."
