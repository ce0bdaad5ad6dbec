"""``ladder``: budget steps that extend each other, the free optimum of every budget, and the price of nesting.

A step is the plan of highest score within its budget that has everything the step before has; at the same score the
cheapest. The free optimum has the same budget and no step before. The price of nesting is the difference of their
scores and, for the end goals, of the costs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from optimizer.errors import InfeasibleError, ProjectError
from optimizer.pipeline import assess
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.project import Project
from optimizer.report import numbers
from optimizer.scenarios.assets import Assets, assets_of, without
from optimizer.scenarios.ladder_document import FreeOptimum, Ladder, LadderEnd, LadderStep, NestingPrice
from optimizer.scenarios.question import question_key
from optimizer.scenarios.session import Session, session
from optimizer.scenarios.shelf import Solved
from optimizer.solution import ProgressCallback
from optimizer.variants import best_within, with_budget, with_fixed, without_budget

__all__ = ["ladder"]

_EQUAL = 1e-9


def ladder(
    asked: Project | Problem,
    budgets: Iterable[float],
    *,
    scenario: str = "base",
    weights: Mapping[str, float] | None = None,
    solves: Path | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    seed: int = 0,
    on_step: Callable[[str], None] | None = None,
    on_progress: ProgressCallback | None = None,
) -> Ladder:
    """Return nested budget steps with their free optima.

    Parameters
    ----------
    asked
        A project, or a question by itself.
    budgets
        In the project's currency; taken from the least to the greatest, each once.
    scenario
        Of the project.
    weights
        Weight of goals by key in the score, those left out weigh 1; None takes those of ``[requirements.budget]``.
    solves, time_limit_s, gap, seed, on_step, on_progress
        As in ``compare``.

    Raises
    ------
    ProjectError
        If there is no budget, or the weights name no goals of the project.
    StoppedError
        If `on_progress` stopped it.
    """
    steps = sorted({float(b) for b in budgets})
    if not steps:
        raise ProjectError(["A ladder needs at least one budget, for example 5e6."])
    whole = asked.problem(scenario) if isinstance(asked, Project) else asked
    problem = without_budget(whole)
    if weights is None:
        weights = getattr(whole.requirement_named("budget"), "weights", {})
    with_budget(problem, steps[0], weights=weights)  # tells at once what is wrong with them
    work = session(solves, time_limit_s=time_limit_s, gap=gap, seed=seed, on_step=on_step, on_progress=on_progress)
    return _Climb(problem, work, dict(weights)).ladder(steps)


class _Climb:
    """The solves of one ladder."""

    def __init__(self, problem: Problem, work: Session, weights: dict[str, float]) -> None:
        self.problem = problem
        self.work = work
        self.weights = weights
        self.today = assess(problem).goals

    def ladder(self, budgets: Sequence[float]) -> Ladder:
        """Solve the end, then step by step the free optimum and what extends the step before."""
        end = self.work.solve(self.problem, "end goals, without a budget").plan
        steps: list[LadderStep] = []
        plans: dict[int, Plan] = {}
        last = end
        built = Assets()
        for k, budget in enumerate(budgets):
            words = f"[{k + 1}/{len(budgets)}] {numbers.money(budget, self.problem.catalogue.currency)}"
            free = self._within(budget, (), end, last, 1.0, f"{words}, free optimum")
            nested = self._nested(budget, built, free, end, last, f"{words}, extending the step before")
            step = self._step(budget, built, free, nested)
            steps.append(step)
            built = step.assets
            if nested.plan is not None:
                plans[k] = last = nested.plan
        finish = None if end is None else self._finish(end, built)
        asked = self.problem
        told = ("1.0", asked.name, asked.scenario, asked.catalogue.currency)
        return Ladder(*told, tuple(steps), finish, self.weights, asked, plans)

    def _within(
        self, budget: float, keep: Iterable[str], end: Plan | None, start: Plan | None, score_bound: float, words: str
    ) -> Solved:
        """Return the best plan within a budget that has some assets, when no score exceeds `score_bound`."""
        kept = tuple(sorted(keep))
        if end is not None and end.objective <= budget and set(kept) <= set(assets_of(end).exact_ids):
            return Solved(end, self.work.gap, self.work.time_limit_s, 0.0, (), 1.0, 1.0)
        key = question_key(self.problem, "budget", budget, kept, sorted(self.weights.items()))

        def solve() -> Solved:
            known: dict[str, Any] = {
                "start": start,
                "proven": self.work.proven(self.problem),
                "score_bound": score_bound,
            }
            try:
                found = best_within(self.problem, budget, weights=self.weights, keep=kept, **known, **self.work.options)
            except InfeasibleError as error:
                return Solved(None, self.work.gap, self.work.time_limit_s, 0.0, error.reasons)
            limits = self.work.gap, self.work.time_limit_s
            return Solved(found.plan, *limits, 0.0, (), found.score, found.score_bound)

        return self.work.once(key, self.problem, words, solve)

    def _nested(
        self, budget: float, built: Assets, free: Solved, end: Plan | None, last: Plan | None, words: str
    ) -> Solved:
        """Return the best plan within a budget that extends the last one; the free optimum where it does so already."""
        if free.plan is None or set(built.ids) <= set(assets_of(free.plan).ids):
            return free
        most = 1.0 if free.score_bound is None else free.score_bound
        return self._within(budget, built.exact_ids, end, last, most, words)

    def _step(self, budget: float, built: Assets, free: Solved, nested: Solved) -> LadderStep:
        """Return a step as data."""
        beside = self._free(free)
        if nested.plan is None:
            price = NestingPrice(beside.score, beside.score_bound, None)
            none = ("too_small", 0.0, built.ids, built, Assets(), self.today, 0.0, 0.0)
            return LadderStep(budget, *none, beside, price, None, nested.reasons)
        plan, assets = nested.plan, assets_of(nested.plan)
        score, bound = nested.score or 0.0, nested.score_bound or 0.0
        most = max(beside.score_bound, score)
        free_score = max(beside.score, score)  # what a step reaches, the free optimum reaches too
        if free_score > beside.score:
            beside = _as_free(plan, free_score, most, nested)
        price = NestingPrice(_clean(free_score - score), _clean(most - score), None)
        return LadderStep(
            budget, plan.status, plan.objective, assets.ids, assets, without(assets, built), plan.goals, score,
            min(bound, most), beside, price, _folder(nested),
        )  # fmt: skip

    def _free(self, free: Solved) -> FreeOptimum:
        if free.plan is None:
            return FreeOptimum(0.0, 0.0, 0.0, (), self.today, None)
        return _as_free(free.plan, free.score or 0.0, free.score_bound or 0.0, free)

    def _finish(self, end: Plan, built: Assets) -> LadderEnd | None:
        """Return what the end goals cost when the last step is extended to them."""
        nested = end
        if not set(built.ids) <= set(assets_of(end).ids):
            asked = with_fixed(self.problem, must_build=built.exact_ids)
            found = self.work.solve(asked, "end goals, extending the last step").plan
            if found is None:
                return None
            nested = found
        cost = min(end.objective, nested.objective)  # a nested plan is free to be the free one
        price = _clean(nested.objective - cost)
        most = _clean(nested.objective - end.bound)
        return LadderEnd(cost, end.bound, nested.objective, max(nested.bound, end.bound), price, most, None)


def _as_free(plan: Plan, score: float, bound: float, solved: Solved) -> FreeOptimum:
    return FreeOptimum(plan.objective, score, max(bound, score), assets_of(plan).ids, plan.goals, _folder(solved))


def _folder(solved: Solved) -> str | None:
    return None if solved.folder is None else str(solved.folder)


def _clean(value: float) -> float:
    """Return a difference that cannot be negative, without the dust of rounding."""
    return value if value > _EQUAL else 0.0
