"""``phases``: which year builds what, for the whole horizon at once, with a proven gap.

Small networks are solved as one program over all years. On large ones the goals of every year are solved by
themselves, which bounds the spending up to that year (``least_spending``); then the last year is planned first, and the
years before from what it builds. The best of that and of year by year is taken, with the bound.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np

from optimizer.errors import InfeasibleError, NoPlanError, ProjectError
from optimizer.formulate import formulate
from optimizer.pipeline import run_solver, start_links
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.project import Project
from optimizer.report import numbers
from optimizer.scenarios.assets import Assets, assets_of, without
from optimizer.scenarios.multi_year import MOST_COLUMNS, program_size, solve_multi_year
from optimizer.scenarios.phases_document import GreedyYears, Phases, PhasesSummary, PhaseYear
from optimizer.scenarios.phases_settings import Horizon, PhaseSettings, horizon_of
from optimizer.scenarios.question import question_key
from optimizer.scenarios.replan import plan_of, with_assets
from optimizer.scenarios.schedule import Asset, Schedule, assets_in, least_spending, prices_of, repaired, schedule_of
from optimizer.scenarios.session import Session, session
from optimizer.scenarios.shelf import Solved
from optimizer.solution import ProgressCallback, relative_gap

__all__ = ["phases"]

Method = Literal["auto", "exact", "staged"]


def phases(
    asked: Project | Problem,
    settings: PhaseSettings | Mapping[str, Any] | None = None,
    *,
    method: Method = "auto",
    scenario: str = "base",
    solves: Path | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Callable[[str], None] | None = None,
    on_progress: ProgressCallback | None = None,
) -> Phases:
    """Return what every year builds.

    Parameters
    ----------
    asked
        A project, or a question by itself.
    settings
        Years with budgets and goals; left out: the section [phases] of the project.
    method
        ``exact``: one program for all years; ``staged``: see above; ``auto`` takes the first on small networks.
    scenario, solves, time_limit_s, gap, seed, on_step, on_progress
        As in ``ladder``.

    Raises
    ------
    ProjectError
        If there are no settings, or they are wrong.
    InfeasibleError
        If no network meets the goals of a year, or the budgets are proven too small.
    NoPlanError
        If no schedule within the budgets was found.
    StoppedError
        If `on_progress` stopped it.
    """
    problem = asked.problem(scenario) if isinstance(asked, Project) else asked
    horizon = horizon_of(problem, _settings(asked, settings))
    work = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step, on_progress=on_progress)
    exact = method == "exact" or (method == "auto" and program_size(horizon) <= MOST_COLUMNS)
    return _Years(horizon, work).phases(exact=exact)


def _settings(asked: Project | Problem, settings: PhaseSettings | Mapping[str, Any] | None) -> PhaseSettings:
    if isinstance(settings, PhaseSettings):
        return settings
    table = settings
    if table is None:
        table = asked.content.get("phases") if isinstance(asked, Project) else None
    if table is None:
        raise ProjectError(["The project has no section [phases]. Add for example [phases.2026] with budget = 3e7."])
    return PhaseSettings.read(table)


class _Years:
    """The solves of one horizon."""

    def __init__(self, horizon: Horizon, work: Session) -> None:
        self.horizon = horizon
        self.work = work
        self.ports: dict[str, int] = {}

    def phases(self, *, exact: bool) -> Phases:
        """Solve every year by itself, then find the schedule."""
        alone = self._alone()
        self._count_ports(alone)
        bound, least = least_spending([p.bound for p in alone], self.horizon)
        self._refuse_small_budgets(least)
        prices = prices_of(self.horizon, self.ports)
        greedy, told = self._greedy(alone, prices)
        if exact:
            best, proven = self._exact(prices)
            bound = max(bound, proven)
        else:
            found = [s for s in (self._from_the_end(alone, prices), greedy) if s is not None]
            if not found:
                raise NoPlanError(
                    "No schedule within the budgets was found, though it is not proven that there is none. "
                    "Raise the budgets of the first years, or ask less of them."
                )
            best = min(found, key=lambda s: s.objective(self.horizon))
        return self._document(best, bound, least, alone[-1], told, exact=exact)

    def _alone(self) -> list[Plan]:
        """Return the plan of every year by itself, the last year first."""
        found: dict[int, Plan] = {}
        for t in reversed(range(len(self.horizon.years))):
            solved = self.work.solve(self.horizon.problems[t], f"{self.horizon.years[t]}, its goals by themselves")
            if solved.plan is None:
                raise InfeasibleError([f"{self.horizon.years[t]}: {reason}" for reason in solved.reasons])
            found[t] = solved.plan
        return [found[t] for t in range(len(self.horizon.years))]

    def _count_ports(self, plans: Sequence[Plan]) -> None:
        """Keep how many ports every export gets at the most."""
        today = {c.id: c.ports_400g for c in self.horizon.last.centers}
        for plan in plans:
            for center in plan.centers:
                new = center.ports_400g - today[center.id]
                self.ports[center.id] = max(self.ports.get(center.id, 0), new)

    def _refuse_small_budgets(self, least: Sequence[float]) -> None:
        """Refuse budgets that are proven too small."""
        if least[0] <= self.horizon.budgets[0] * (1 + 1e-9):
            return
        currency = self.horizon.last.catalogue.currency
        needed, budget = (numbers.money(x, currency) for x in (least[0], self.horizon.budgets[0]))
        raise InfeasibleError(
            [
                f"The budgets are too small: by the end of {self.horizon.years[0]} at least {needed} has to be spent "
                f"to reach its goals and to keep the years after it within theirs; its budget is {budget}."
            ]
        )

    def _exact(self, prices: Mapping[Asset, float]) -> tuple[Schedule, float]:
        """Return the schedule of the one program for all years, and its bound."""
        self.work.say("all years at once")
        found, values = solve_multi_year(
            self.horizon, time_limit_s=self.work.time_limit_s, gap=self.work.gap, on_progress=self.work.on_progress
        )
        if found.status == "infeasible":
            raise InfeasibleError(
                ["No schedule keeps the budgets, the permits' lead times and the goals of all years."]
            )
        if not values:
            raise NoPlanError("Stopped before a schedule was found. Give it more time, or method 'staged'.")
        states = [plan_of(p, v).assets for p, v in zip(self.horizon.problems, values, strict=True)]
        return schedule_of(states, prices), found.bound

    def _from_the_end(self, alone: Sequence[Plan], prices: Mapping[Asset, float]) -> Schedule | None:
        """Plan the last year first, and every year before from what the one after it has."""
        states = [assets_of(alone[-1])]
        for t in range(len(self.horizon.years) - 2, -1, -1):
            words = f"{self.horizon.years[t]}, from what later years build"
            plan = self._bounded(t, words, alone[t], most=states[0])
            states.insert(0, assets_of(alone[t] if plan is None else plan))  # None: later works need longer permits
        return repaired(schedule_of(states, prices), self.horizon)

    def _greedy(self, alone: Sequence[Plan], prices: Mapping[Asset, float]) -> tuple[Schedule | None, GreedyYears]:
        """Plan year by year, each at the least cost on top of the years before."""
        states = [assets_of(alone[0])]
        for t in range(1, len(self.horizon.years)):
            plan = self._bounded(t, f"{self.horizon.years[t]}, on top of the years before", alone[t], least=states[-1])
            if plan is None:
                reason = f"{self.horizon.years[t]}: its goals cannot be met on top of the years before."
                return None, GreedyYears(None, (), reason)
            states.append(assets_of(plan))
        plain = schedule_of(states, prices)
        spent = tuple(plain.spent(len(self.horizon.years)))
        years = zip(self.horizon.years, spent, self.horizon.budgets, strict=True)
        over = [str(year) for year, s, budget in years if s > budget * (1 + 1e-9)]
        found = repaired(plain, self.horizon)
        if found is None:
            why = f"over the budget of {', '.join(over)}" if over else "not to be had with each trench opened once"
            return None, GreedyYears(None, spent, f"It is {why}.")
        return found, GreedyYears(found.objective(self.horizon), tuple(found.spent(len(self.horizon.years))))

    def _bounded(
        self, t: int, words: str, start: Plan, *, least: Assets | None = None, most: Assets | None = None
    ) -> Plan | None:
        """Return the plan of a year with what has to be there, or with nothing beside what may be; None if none can."""
        problem, work = self.horizon.problems[t], self.work
        key = question_key(problem, "least", None if least is None else least.ids, "most", most and most.ids)

        def solve() -> Solved:
            form = formulate(problem)
            model = with_assets(form, least=least, most=most, ports=self.ports)
            found = run_solver(model, "auto", start=start_links(problem, start), **work.options)
            if found.values is None and found.status != "infeasible":
                raise NoPlanError(f"{words}: stopped without a plan. Give it more time.")
            plan = None if found.values is None else plan_of(problem, found.values, bound=found.bound).plan
            return Solved(plan, work.gap, work.time_limit_s, found.seconds)

        return work.once(key, problem, words, solve).plan

    def _document(
        self, best: Schedule, bound: float, least: Sequence[float], end: Plan, greedy: GreedyYears, *, exact: bool
    ) -> Phases:
        """Return the schedule as data, every year audited."""
        h = self.horizon
        plans = tuple(self._plan(t, assets_in(best, t)) for t in range(len(h.years)))
        objective = best.objective(h)
        bound = min(bound, objective)
        gap = relative_gap(objective, bound)
        summary = PhasesSummary(
            "optimal" if gap <= 1e-6 else "feasible", "exact" if exact else "staged", objective, bound, gap,
            end.objective, end.bound,
        )  # fmt: skip
        years = tuple(self._year(t, best, least[t], plans[t]) for t in range(len(h.years)))
        return Phases(
            "1.0", h.last.name, h.last.scenario, h.last.catalogue.currency, h.discount_rate, bool(h.trenches), summary,
            years, greedy, h.last, plans,
        )  # fmt: skip

    def _plan(self, t: int, state: Assets) -> Plan:
        """Return the audited plan of what is there at the end of a year.

        Raises
        ------
        NoPlanError
            If it does not meet the goals of the year: a defect, said as such.
        """
        made = plan_of(self.horizon.problems[t], state, ports=self.ports).plan
        if made is None:
            raise NoPlanError(
                f"The schedule of {self.horizon.years[t]} failed its audit. This is a bug: please report it."
            )
        return made

    def _year(self, t: int, best: Schedule, least: float, plan: Plan) -> PhaseYear:
        """Return a year as data."""
        h = self.horizon
        state = assets_in(best, t)
        added = without(state, assets_in(best, t - 1))
        spent = best.spent(len(h.years))
        months = {link.id: link.lead_time_months for link in plan.links}
        waits = {name: months[name] for name in added.built_links if months[name] > 0}
        budget = None if np.isinf(h.budgets[t]) else h.budgets[t]
        return PhaseYear(
            h.years[t], budget, spent[t], spent[t] * h.factors[t], sum(spent[: t + 1]), least, state.ids, added, waits,
            plan.goals,
        )  # fmt: skip
