"""Budget-limited planning: the most of the goals that a budget pays for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import InfeasibleError, MetroplanError, NoPlanError
from optimizer.formulate import Formulation, formulate
from optimizer.infeasible import reasons
from optimizer.model import Model
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements.budget import Budget
from optimizer.solution import Progress, ProgressCallback, Solution
from optimizer.variants.change import with_budget, with_fixed
from optimizer.variants.score import Most, Question, Spend, most_within, with_row

if TYPE_CHECKING:
    from optimizer.engine import Memory

__all__ = ["BudgetedPlan", "Within", "best_within", "one_program", "solve_within"]

KEPT = 1e-9
"""What later stages may fall short of earlier ones by, lest rounding leaves them nothing."""


@dataclass(frozen=True)
class BudgetedPlan:
    """The best plan within a budget.

    Parameters
    ----------
    plan
        The plan; its ``budget`` tells limit, score and how far each goal is reached.
    score, score_bound
        Weighted mean of how far the goals are reached (nothing counts beyond a target), 0 to 1, and what no plan
        within the budget exceeds.
    """

    plan: Plan
    score: float
    score_bound: float


@dataclass(frozen=True)
class Within:
    """Outcome of the search within a budget.

    Parameters
    ----------
    solution
        Values of the best plan, its cost, and a bound on the cost of any plan of its score.
    bounds
        How far each wish can be reached at the most, by its key; given those before it when the goals have an order.
    score_bound
        The score that no plan within the budget exceeds.
    """

    solution: Solution
    score_bound: float
    bounds: Mapping[str, float]


def best_within(
    problem: Problem,
    budget: float,
    *,
    weights: Mapping[str, float] | None = None,
    keep: Iterable[str] | None = None,
    must: Iterable[str] | None = None,
    order: Iterable[str] | None = None,
    start: Plan | None = None,
    time_limit_s: float = 300.0,
    gap: float = 1e-3,
    solver: str = "auto",
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
    proven: float = -np.inf,
    score_bound: float = 1.0,
    memory: Memory | None = None,
) -> BudgetedPlan:
    """Return the audited plan that reaches most of the goals within a budget, with a proven bound on its score.

    Parameters
    ----------
    problem
        The question; its goals with a share become wishes.
    budget
        Most that the plan may cost over the horizon.
    weights
        Weight of goals by key; those left out weigh 1.
    keep
        Ids of assets that have to be in the plan: links, routes, metro sites, centers, access points.
    must
        Keys of goals that hold in full.
    order
        Keys of goals to bring to their best one after the other, the first first.
    start
        An earlier plan of a like question.
    time_limit_s, gap, solver, on_progress, seed
        As ``optimizer.solve``; `gap` is the distance of score and its bound at which to stop.
    proven
        Cost that no plan is below that reaches every goal in full, when that is known.
    score_bound
        Score that no plan exceeds, when that is known: of the same budget with fewer choices settled.
    memory
        As ``optimizer.solve``.

    Raises
    ------
    InfeasibleError
        If what must hold costs more than the budget, or holds at no cost.
    NoPlanError
        If time ran out before there was a plan.
    """
    from optimizer.pipeline import audited, start_links

    asked = with_budget(
        problem,
        budget,
        weights=None if weights is None else dict(weights),
        must=None if must is None else tuple(must),
        order=None if order is None else tuple(order),
    )
    if keep is not None:
        asked = with_fixed(asked, must_build=keep)
    formulation = formulate(asked)
    found = solve_within(
        asked,
        formulation,
        solver=solver,
        time_limit_s=time_limit_s,
        gap=gap,
        on_progress=on_progress,
        seed=seed,
        start=start_links(asked, start),
        proven=proven,
        score_bound=score_bound,
        memory=memory,
    )
    plan = audited(asked, formulation, found.solution, seed, (found.score_bound, found.bounds))
    assert plan.budget is not None
    return BudgetedPlan(plan, plan.budget.score, plan.budget.score_bound)


def solve_within(
    problem: Problem,
    formulation: Formulation,
    *,
    solver: str,
    time_limit_s: float,
    gap: float,
    on_progress: ProgressCallback | None,
    seed: int,
    start: NDArray[np.bool_] | None,
    proven: float = -np.inf,
    score_bound: float = 1.0,
    memory: Memory | None = None,
) -> Within:
    """Return the values of highest score within the budget of a problem.

    Raises
    ------
    InfeasibleError, NoPlanError
        See ``best_within``.
    """
    budget = problem.requirement(Budget)
    if budget is None:
        raise ValueError("The problem has no budget.")
    began = monotonic()
    deadline = began + time_limit_s
    reach = formulation.families.get("reach", {})
    asker = _Asker(solver, gap, on_progress, seed, began, memory)
    model, bounds, found = formulation.model, dict.fromkeys(reach, 1.0), list[Most]()
    stages = _stages(budget, problem)
    whole = len(stages) == 1 and stages[0].keys() == reach.keys()  # else everything of a stage is not every goal
    for stage in stages:
        worth = {reach[key]: weight for key, weight in stage.items()}
        most = most_within(
            model,
            worth,
            budget.limit,
            asker,
            gap=gap,
            seconds=deadline - monotonic(),
            start=start,
            spend=_spending(worth, budget.limit) if solver == "auto" else None,
            cheapest=stage is stages[-1],
            proven=proven if whole else -np.inf,
            score_bound=score_bound if whole else 1.0,
        )
        if most.values is None and found:
            break  # time is up: what was reached so far stands
        if most.values is None:
            raise _nothing(problem, most, budget.limit)
        found.append(most)
        start = most.values[model.graph.use] > 0.5
        if len(stage) == 1:
            bounds[next(iter(stage))] = most.bound
        model = _kept(model, worth, most.values)
    weights = budget.weights_of(problem)
    return Within(_joined(found), _score_bound(weights, stages, found), bounds)


def one_program(problem: Problem, formulation: Formulation) -> Model:
    """Return the question within a budget as one model: least is the score below zero, and the cost is a row.

    For other solvers and for files; an order of the goals is not in it, their weights are. The engine does better by
    asking for more and more (see ``most_within``), since a row over links tells its bounds nothing.
    """
    budget = problem.requirement(Budget)
    if budget is None:
        return formulation.model
    model, weights = formulation.model, budget.weights_of(problem)
    paid = {int(c): float(model.cost[c]) for c in np.flatnonzero(model.cost)}
    within = with_row(model, "budget", paid, upper=budget.limit - model.offset)
    score = np.zeros(model.n_columns)
    for key, weight in weights.items():
        score[formulation.families["reach"][key]] = weight / sum(weights.values())
    return replace(within, cost=-score, offset=0.0)


def _stages(budget: Budget, problem: Problem) -> list[dict[str, float]]:
    """Return the weights of the wishes stage by stage, those of a stage adding up to 1."""
    weights = budget.weights_of(problem)
    rest = {key: w for key, w in weights.items() if key not in budget.order and w > 0}
    total = sum(rest.values())
    stages = [{key: 1.0} for key in budget.order]
    return stages + ([{key: w / total for key, w in rest.items()}] if rest else [])


def _kept(model: Model, worth: Mapping[int, float], values: NDArray[np.float64]) -> Model:
    """Return the model in which the next stage does no worse in what was weighed."""
    lower = model.lower.copy()
    columns = list(worth)
    lower[columns] = np.clip(values[columns] - KEPT, 0.0, 1.0)
    return replace(model, lower=lower)


@dataclass(frozen=True)
class _Asker:
    """Asks a solver, and tells what is asked in its progress reports."""

    solver: str
    gap: float
    on_progress: ProgressCallback | None
    seed: int
    began: float
    memory: Memory | None

    def __call__(self, question: Question) -> Solution:
        """Answer one question."""
        from optimizer.pipeline import run_solver

        tell = self.on_progress

        def report(progress: Progress) -> bool | None:
            words = f"{question.what}: {progress.phase}"
            return None if tell is None else tell(replace(progress, phase=words, seconds=monotonic() - self.began))

        return run_solver(
            question.model,
            self.solver,
            question.seconds,
            self.gap if question.ceiling == np.inf else 0.0,
            None if tell is None else report,
            self.seed,
            question.start,
            question.ceiling,
            memory=self.memory,
        )


def _spending(worth: Mapping[int, float], budget: float) -> Spend:
    """Return what spends the rest of a budget on the links of a plan."""
    from optimizer.engine.spend import spend

    return lambda model, links: spend(model, links, worth, budget)


def _nothing(problem: Problem, most: Most, limit: float) -> MetroplanError:
    """Return why there is no plan."""
    if most.impossible:
        return InfeasibleError(reasons(problem))
    currency = problem.catalogue.currency
    if most.too_dear:
        least = most.solutions[-1].bound
        return InfeasibleError(
            [
                f"What must hold whatever the budget (centers on one network, fixed choices, goals under must) costs "
                f"at least {currency} {least:,.0f}; the budget is {currency} {limit:,.0f}. Raise the budget, or take "
                "goals out of must."
            ]
        )
    return NoPlanError(f"Stopped before there was a plan within {currency} {limit:,.0f}. Give it more time.")


def _score_bound(weights: Mapping[str, float], stages: list[dict[str, float]], found: list[Most]) -> float:
    """Return the mean of what each stage can reach at the most, weighed by the wishes of the stage."""
    most = [*(m.bound for m in found), *(1.0 for _ in stages[len(found) :])]
    share = [sum(weights[key] for key in stage) for stage in stages]
    return sum(w * b for w, b in zip(share, most, strict=True)) / max(sum(share), 1e-300)


def _joined(found: list[Most]) -> Solution:
    """Return the last stage's plan as the solution of all stages together."""
    last, solutions = found[-1], [s for most in found for s in most.solutions]
    firsts = [s.first_plan_seconds for s in solutions if s.first_plan_seconds is not None]
    return replace(
        solutions[-1],
        status="feasible",
        values=last.values,
        objective=last.cost,
        bound=min(last.cost, last.cost_bound),
        seconds=sum(s.seconds for s in solutions),
        first_plan_seconds=firsts[0] if firsts else None,
        phases=_added(solutions),
        cancelled=any(s.cancelled for s in solutions),
    )


def _added(solutions: list[Solution]) -> tuple[tuple[str, float], ...]:
    """Return the seconds of every phase over all answers."""
    phases: dict[str, float] = {}
    for solution in solutions:
        for name, seconds in solution.phases:
            phases[name] = phases.get(name, 0.0) + seconds
    return tuple(phases.items())
