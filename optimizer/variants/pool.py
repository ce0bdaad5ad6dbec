"""A few plans that differ really and cost little more than the best.

A plan differs by d from an earlier one when it does without at least d of the links (kilometres, OXC sites) that the
earlier one pays for: with x the choice and A what the earlier plan has, sum of a x over A <= sum of a over A, less d.
Adding useless links makes no difference, so none has to be bought to look different.

Each next plan is looked for with a price on what the earlier plans have, which finds cheap ones quickly; when that
fails, the exact search with the row decides whether there is any within the cost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import ProjectError, TooLargeError
from optimizer.formulate import Formulation, formulate
from optimizer.model import Model
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.solution import Progress, ProgressCallback, Solution
from optimizer.variants.score import with_row

if TYPE_CHECKING:
    from optimizer.engine import Memory

__all__ = ["Of", "Pool", "alternatives", "find_pool"]

Of = Literal["links", "km", "sites"]
Floats = NDArray[np.float64]

FIRST_PRICE = 0.03
"""Price on what earlier plans have, as a share of the cost of their links (or OXCs)."""

DEARER, CHEAPER, TRIES = 3.0, 0.5, 6
PRICED_GAP = 2e-3
PRICED_SHARE = 0.15  # of the time left
CENT = 0.005


@dataclass(frozen=True)
class Pool:
    """Plans that differ pairwise.

    Parameters
    ----------
    plans
        The best plan first, then the others in the order found.
    complete
        Whether it is proven that no further plan within the cost differs enough from these; False when as many as
        asked were found, or time ran out.
    most_cost
        Cost that no plan exceeds.
    """

    plans: tuple[Plan, ...]
    complete: bool
    most_cost: float


@dataclass(frozen=True)
class _Row:
    """Has to stay at most `upper`: what a plan may keep of an earlier one."""

    terms: Mapping[int, float]
    upper: float


def alternatives(
    problem: Problem,
    k: int,
    *,
    differ: float = 1,
    extra_cost_share: float = 0.02,
    of: Of = "links",
    first: Plan | None = None,
    time_limit_s: float = 600.0,
    gap: float = 1e-3,
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
) -> tuple[Plan, ...]:
    """Return up to `k` plans that differ, the best first; ``find_pool`` tells whether there are no more.

    Parameters
    ----------
    problem
        The question, without a budget.
    k
        Plans wanted, the best included.
    differ
        Links, kilometres or OXC sites of every earlier plan that a plan has to do without.
    extra_cost_share
        What a plan may cost beyond the first, as a share of its cost.
    of
        What is counted: ``links`` and ``km`` built or newly lit, or new OXC ``sites``.
    first
        The best plan, when it is known.
    time_limit_s, gap, on_progress, seed
        As ``optimizer.solve``; the time is for all plans together, the gap for the first.
    """
    return find_pool(
        problem,
        k,
        differ=differ,
        extra_cost_share=extra_cost_share,
        of=of,
        first=first,
        time_limit_s=time_limit_s,
        gap=gap,
        on_progress=on_progress,
        seed=seed,
    ).plans


def find_pool(
    problem: Problem,
    k: int,
    *,
    differ: float = 1,
    extra_cost_share: float = 0.02,
    of: Of = "links",
    first: Plan | None = None,
    time_limit_s: float = 600.0,
    gap: float = 1e-3,
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
    memory: Memory | None = None,
) -> Pool:
    """Return plans that differ, and whether there are no more; see ``alternatives``.

    Raises
    ------
    ProjectError
        If the problem has a budget, or a number is out of range.
    InfeasibleError, NoPlanError
        See ``optimizer.solve``; of the first plan only.
    """
    from optimizer.pipeline import audited, solve

    _check(problem, k, differ, extra_cost_share)
    deadline = monotonic() + time_limit_s
    if first is None:
        first = solve(problem, time_limit_s=time_limit_s, gap=gap, on_progress=on_progress, seed=seed, memory=memory)
    formulation = formulate(problem)
    most_cost = first.objective * (1 + extra_cost_share)
    finder = _Finder(formulation.model, most_cost, on_progress, seed, deadline, memory)
    plans, rows, complete = [first], [_row(formulation, first, of, differ)], False
    while len(plans) < k and not finder.stopped:
        found = finder.next(rows, len(plans) + 1)
        if found is None:
            complete = finder.none_left
            break
        plans.append(audited(problem, formulation, replace(found, bound=min(first.bound, found.objective)), seed))
        rows.append(_row(formulation, plans[-1], of, differ))
    return Pool(tuple(plans), complete, most_cost)


def _check(problem: Problem, k: int, differ: float, extra_cost_share: float) -> None:
    """Refuse what cannot be asked."""
    wrong = []
    if problem.requirement_named("budget") is not None:
        wrong.append("Alternatives are plans of nearly the least cost; take [requirements.budget] out of the question.")
    if k < 1:
        wrong.append(f"{k} plans are asked; ask one or more.")
    if not differ > 0:
        wrong.append(f"Plans are to differ by {differ:g}; ask more than 0.")
    if not extra_cost_share >= 0:
        wrong.append(f"An extra cost share of {extra_cost_share:g} is asked; ask 0 or more.")
    if wrong:
        raise ProjectError(wrong)


def _row(formulation: Formulation, plan: Plan, of: Of, differ: float) -> _Row:
    """Return what keeps a plan away from an earlier one."""
    terms: dict[int, float] = {}
    if of == "sites":
        terms = {formulation.families["oxc"][s.id]: 1.0 for s in plan.sites if s.oxc and not s.oxc_today}
    else:
        cost, use = formulation.model.cost, formulation.families["use"]
        paid = [link for link in plan.links if link.lit and cost[use[link.id]] > 0]
        terms = {use[link.id]: 1.0 if of == "links" else link.length_km for link in paid}
    return _Row(terms, sum(terms.values()) - differ)


class _Finder:
    """Finds one plan after the other."""

    def __init__(
        self,
        model: Model,
        most_cost: float,
        on_progress: ProgressCallback | None,
        seed: int,
        deadline: float,
        memory: Memory | None,
    ) -> None:
        self.model, self.most_cost, self.on_progress, self.memory = model, most_cost, on_progress, memory
        self.seed, self.deadline = seed, deadline
        self.none_left = self.stopped = False
        self.start: NDArray[np.bool_] | None = None

    def next(self, rows: list[_Row], number: int) -> Solution | None:
        """Return a plan that keeps the rows and the cost; None when there is none, or none was found."""
        if any(row.upper < 0 for row in rows):
            self.none_left = True
            return None
        return self._by_prices(rows, number) or (None if self.stopped else self._exactly(rows, number))

    def _by_prices(self, rows: list[_Row], number: int) -> Solution | None:
        """Look for a plan with prices on what earlier plans have, raised where too much of one is kept."""
        prices = np.full(len(rows), FIRST_PRICE)
        for _ in range(TRIES):
            found = self._ask(_priced(self.model, rows, prices), number, np.inf, PRICED_SHARE)
            if found.values is None or self.stopped:
                return None
            short = np.array([_kept(row, found.values) > row.upper + 1e-9 for row in rows])
            cost = self.model.objective(found.values)
            self.start = found.values[self.model.graph.use] > 0.5
            if cost <= self.most_cost + CENT and not short.any():
                return replace(found, objective=cost, status="feasible")
            if cost > self.most_cost and short.any():
                return None
            prices = np.where(short, DEARER * prices, prices) if short.any() else CHEAPER * prices
        return None

    def _exactly(self, rows: list[_Row], number: int) -> Solution | None:
        """Decide whether there is a plan."""
        exact = self.model
        for i, row in enumerate(rows):
            exact = with_row(exact, f"differ {i}", row.terms, upper=row.upper)
        try:
            found = self._ask(exact, number, self.most_cost, 1.0)
        except TooLargeError:  # not for the engine, and too large for the flow program
            return None
        if found.values is not None and self._fits(found.values, rows):
            return replace(found, status="feasible")
        self.none_left = found.status == "infeasible" or found.bound > self.most_cost
        return None

    def _fits(self, values: Floats, rows: list[_Row]) -> bool:
        """Return whether values keep the rows and the cost."""
        kept = all(_kept(row, values) <= row.upper + 1e-9 for row in rows)
        return kept and self.model.objective(values) <= self.most_cost + CENT

    def _ask(self, model: Model, number: int, ceiling: float, share: float) -> Solution:
        """Solve within a share of the time left."""
        from optimizer.pipeline import run_solver

        tell = self.on_progress

        def report(progress: Progress) -> bool | None:
            return None if tell is None else tell(replace(progress, phase=f"plan {number}: {progress.phase}"))

        seconds = max(0.1, share * (self.deadline - monotonic()))
        gap = PRICED_GAP if ceiling == np.inf else 0.0
        asked = None if tell is None else report
        found = run_solver(model, "auto", seconds, gap, asked, self.seed, self.start, ceiling, memory=self.memory)
        self.stopped |= found.cancelled or monotonic() >= self.deadline
        return found


def _kept(row: _Row, values: Floats) -> float:
    """Return how much of what an earlier plan has values keep."""
    return float(sum(a * round(values[c]) for c, a in row.terms.items()))


def _priced(model: Model, rows: list[_Row], prices: Floats) -> Model:
    """Return the model with a price on what earlier plans have."""
    cost = model.cost.copy()
    for row, price in zip(rows, prices, strict=True):
        columns = np.array(list(row.terms), dtype=np.int64)
        amounts = np.array(list(row.terms.values()))
        if amounts.sum() > 0:
            whole = float(model.cost[columns].sum()) or float(np.abs(model.cost).sum())  # what costs nothing today too
            cost[columns] += price * whole * amounts / amounts.sum()
    return replace(model, cost=cost)
