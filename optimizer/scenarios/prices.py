r"""``sensitivity``: what prices do to the cost, and the price at which the plan changes.

For a fixed plan x the cost is linear in a price p, :math:`c_x(p) = a_x + b_x p`; the least cost
:math:`V(p) = \min_x c_x(p)` is concave and piecewise linear (Gal, Postoptimal Analyses, Parametric Programming, and
Related Topics, 1995, ch. 4). So the break point next to today's price is found by cutting lines: where the lines of
today's plan and of another one meet, either nothing is cheaper, and they meet at the break, or a plan is, and its line
takes the place of the other (Eisner and Severance 1976, doi:10.1145/321978.321982).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from optimizer.catalogue import Catalogue, CatalogueItem
from optimizer.errors import InfeasibleError, NoPlanError, ProjectError, did_you_mean
from optimizer.formulate import Formulation, formulate
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.project import Project
from optimizer.scenarios.assets import assets_of, without
from optimizer.scenarios.replan import decisions_of
from optimizer.scenarios.restriction import is_price
from optimizer.scenarios.sensitivity_document import BreakPoint, PriceEffect, Sensitivity, Side
from optimizer.scenarios.session import Session, session
from optimizer.solution import ProgressCallback
from optimizer.variants import without_budget

__all__ = ["price_names", "sensitivity"]

_MOST_CUTS = 12
_EQUAL = 1e-6
"""Relative difference below which two costs are the same: what a plan counts as proven optimal by."""


def sensitivity(
    asked: Project | Problem,
    prices: Iterable[str] | None = None,
    *,
    change: float = 0.3,
    breaks: bool = True,
    scenario: str = "base",
    solves: Path | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Callable[[str], None] | None = None,
    on_progress: ProgressCallback | None = None,
) -> Sensitivity:
    """Return what prices do to the cost of the best plan.

    Parameters
    ----------
    asked
        A project, or a question by itself.
    prices
        Names of catalogue items; left out: every price on which the plan spends more than the gap.
    change
        By how much every price is lowered and raised, as a share, above 0 and below 1.
    breaks
        Whether the price at which the plan changes is looked for, down and up, within the change.
    scenario, solves, time_limit_s, gap, seed, on_step, on_progress
        As in ``ladder``.

    Raises
    ------
    ProjectError
        If a price does not exist, or has no part in the cost.
    InfeasibleError, NoPlanError
        If the question has no plan.
    StoppedError
        If `on_progress` stopped it.
    """
    if not 0 < change < 1:
        raise ProjectError([f"A change of {change:g} is asked; give a share above 0 and below 1, such as 0.3."])
    problem = _whole(asked, scenario)
    names = _known(problem, prices)
    work = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step, on_progress=on_progress)
    plan = _plan(work, problem, "prices as they are")
    formulation = formulate(problem)
    lines = [_line(problem, formulation, name) for name in names]
    wanted = [k for k in lines if k is not None and (prices is not None or k.spent(plan) > plan.objective * gap)]
    wanted.sort(key=lambda k: (-k.spent(plan), k.name))
    effects = tuple(_effect(work, k, plan, change, breaks, f"[{i}/{len(wanted)}]") for i, k in enumerate(wanted, 1))
    return Sensitivity(
        "1.0", problem.name, problem.scenario, problem.catalogue.currency, change, breaks, plan.objective, plan.bound,
        plan.gap, effects, problem, plan,
    )  # fmt: skip


def price_names(problem: Problem) -> tuple[str, ...]:
    """Return the catalogue items that are prices or rates of cost, in which the cost of a plan is linear."""
    catalogue = problem.catalogue
    return tuple(i.name for i in catalogue.items.values() if is_price(i.name, i.unit, catalogue.currency))


def _whole(asked: Project | Problem, scenario: str) -> Problem:
    """Return the question on the whole network: links that are no use at today's prices may be at others."""
    if isinstance(asked, Problem):
        return without_budget(asked)
    return replace(without_budget(asked.problem(scenario)), network=asked.network)


def _known(problem: Problem, prices: Iterable[str] | None) -> tuple[str, ...]:
    """Return the names of prices that are asked."""
    known = price_names(problem)
    if prices is None:
        return known
    wanted = tuple(dict.fromkeys(prices))
    wrong = [f"'{n}' is no price of the catalogue.{did_you_mean(n, known)}" for n in wanted if n not in known]
    if wrong:
        raise ProjectError([*wrong, f"Prices are: {', '.join(known)}."])
    return wanted


@dataclass(frozen=True)
class _Line:
    """How the cost of any plan depends on one price.

    Parameters
    ----------
    problem, formulation
        The question at today's prices.
    item
        The price.
    per_unit
        What every decision costs more when the price is one unit higher, shape (columns,).
    offset_per_unit
        What every plan costs more.
    """

    problem: Problem
    formulation: Formulation
    item: CatalogueItem
    per_unit: NDArray[np.float64]
    offset_per_unit: float

    @property
    def name(self) -> str:
        """Name of the price."""
        return self.item.name

    def slope(self, plan: Plan) -> float:
        """Return what a plan costs more when the price is one unit higher."""
        values = decisions_of(self.problem, self.formulation, plan)
        return 0.0 if values is None else float(self.per_unit @ values) + self.offset_per_unit

    def spent(self, plan: Plan) -> float:
        """Return the part of the cost that is in proportion to the price."""
        return self.slope(plan) * self.item.value

    def at(self, price: float) -> Problem:
        """Return the question at another price."""
        return _priced(self.problem, self.name, price)


def _priced(problem: Problem, name: str, price: float) -> Problem:
    """Return the problem with one price changed."""
    catalogue = problem.catalogue
    item = replace(catalogue.items[name], value=price, overridden=True)
    return replace(problem, catalogue=Catalogue(catalogue.currency, {**catalogue.items, name: item}))


def _line(problem: Problem, formulation: Formulation, name: str) -> _Line | None:
    """Return how costs depend on a price, None when no decision does."""
    item = problem.catalogue.items[name]
    step = item.value or 1.0
    dearer = formulate(_priced(problem, name, item.value + step)).model
    per_unit = (dearer.cost - formulation.model.cost) / step
    offset = (dearer.offset - formulation.model.offset) / step
    return _Line(problem, formulation, item, per_unit, float(offset)) if per_unit.any() or offset else None


def _plan(work: Session, problem: Problem, words: str) -> Plan:
    """Return the plan of a question that has to have one."""
    solved = work.solve(problem, words)
    if solved.plan is None:
        raise InfeasibleError(solved.reasons)
    return solved.plan


def _effect(work: Session, line: _Line, plan: Plan, change: float, breaks: bool, words: str) -> PriceEffect:
    """Return what one price does, down and up."""
    item, spent = line.item, line.spent(plan)
    low, high = (
        _side(work, line, plan, item.value * (1 + sign * change), breaks, f"{words} {item.name} {sign * change:+.0%}")
        for sign in (-1, 1)
    )
    return PriceEffect(item.name, item.value, item.unit, item.source, item.assumed, spent, low, high)


def _side(work: Session, line: _Line, plan: Plan, price: float, breaks: bool, words: str) -> Side:
    """Return the cost at another price, and the price on the way there at which the plan changes."""
    kept = _cost(line, plan, price)
    dearer = price > line.item.value
    if dearer and kept - plan.objective <= _EQUAL * plan.objective:  # nothing is spent on it: dearer changes nothing
        return Side(price, kept, kept, plan.bound, False, None)
    found = work.solve(line.at(price), words).plan
    if found is None:  # a price makes no question impossible
        raise NoPlanError(f"No plan was found at {line.name} = {price:g}, where today's plan costs {kept:,.0f}.")
    best = min(found.objective, kept)
    changes = best < kept * (1 - _EQUAL)
    point = _break_point(work, line, plan, found, price, words) if changes and breaks else None
    bound = min(best, max(found.bound, plan.bound if dearer else 0.0))
    return Side(price, kept, best, bound, changes, point)


def _cost(line: _Line, plan: Plan, price: float, found_at: float | None = None) -> float:
    """Return what a plan costs at a price; `found_at` is the price its objective was reckoned with."""
    return plan.objective + line.slope(plan) * (price - (line.item.value if found_at is None else found_at))


def _break_point(work: Session, line: _Line, plan: Plan, other: Plan, found_at: float, words: str) -> BreakPoint:
    """Return where today's plan stops being best on the way to a price at which another one is."""
    exact = False
    price = found_at
    for _ in range(_MOST_CUTS):
        price = _meeting(line, plan, other, found_at)
        better = work.solve(line.at(price), f"{words}, break near {price:,.6g}").plan
        kept = _cost(line, plan, price)
        if better is None or better.objective >= kept * (1 - _EQUAL):
            exact = better is not None and better.bound >= kept * (1 - 2 * _EQUAL)
            break
        other, found_at = better, price
    today, new = assets_of(plan), assets_of(other)
    return BreakPoint(price, price / line.item.value, without(new, today).ids, without(today, new).ids, exact)


def _meeting(line: _Line, plan: Plan, other: Plan, found_at: float) -> float:
    """Return the price at which two plans cost the same; the other one is cheaper at `found_at`."""
    ahead = _cost(line, plan, found_at) - other.objective
    steeper = line.slope(plan) - line.slope(other)
    return found_at - ahead / steeper
