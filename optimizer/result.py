"""Solution -> Plan, and a network without a solution -> Assessment."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import numpy as np

from optimizer.assessment import Assessment
from optimizer.bill import bill
from optimizer.facts import Choice, Measured, today
from optimizer.formulate import Formulation
from optimizer.parts import parts as parts_of
from optimizer.plan import SCHEMA_VERSION, BudgetResult, Plan, Provenance, WishResult
from optimizer.problem import Problem
from optimizer.requirements.budget import Budget, reached
from optimizer.requirements.export_400g import Export400G
from optimizer.solution import Solution, relative_gap

__all__ = ["binding_of", "choice_of", "make_assessment", "make_plan"]

_PACKAGES = (
    "metroplan",
    "highspy",
    "ortools",
    "pulp",
    "numpy",
    "scipy",
    "networkx",
    "geopandas",
    "shapely",
    "pyproj",
)


def choice_of(problem: Problem, formulation: Formulation, values: np.typing.NDArray[np.float64]) -> Choice:
    """Return what a solution chooses; lit links and equipment of today belong to it."""
    base = today(problem)
    families = formulation.families
    chosen = {f: {k for k, c in members.items() if values[c] > 0.5} for f, members in families.items()}
    use = np.fromiter(families["use"].values(), dtype=np.int64)
    export = problem.requirement(Export400G)
    ports: dict[str, int] = {}
    if export is not None:
        had = {c.id for c in problem.centers if c.ports_400g} if export.basis == "centers" else set()
        ports = {k: export.new_ports(values[c]) for k, c in families["export"].items() if k not in had}
    return Choice(
        base.used | (values[use] > 0.5),
        base.oxc | chosen["oxc"],
        {k: n for k, n in ports.items() if n},
        base.equipped | chosen.get("serve", set()),
    )


def make_plan(
    problem: Problem,
    formulation: Formulation,
    solution: Solution,
    *,
    run_id: str,
    seed: int,
    score_bounds: tuple[float, Mapping[str, float]] | None = None,
) -> Plan:
    """Return the plan of a solution that has values.

    `score_bounds`: within a budget, the score that no plan exceeds and how far each wish can be reached at the most.

    Raises
    ------
    ValueError
        If the solution has no values: a plan cannot be made without one.
    """
    if solution.values is None or solution.status not in ("optimal", "feasible"):
        raise ValueError(f"A plan cannot be made from a solution with status '{solution.status}'.")
    choice = choice_of(problem, formulation, solution.values)
    lines = bill(problem, choice)
    objective = float(sum(line.total for line in lines))
    forced = sum(r.forced_cost(problem) for r in problem.requirements if r.key not in problem.wishes)
    bound = min(objective, max(forced, solution.bound))  # what the shares force is a bound by itself
    measured = Measured(problem, choice)
    shared = parts_of(problem, measured)
    budget = None if score_bounds is None else _budget_result(problem, measured, *score_bounds)
    proven = relative_gap(objective, bound) <= 1e-6 if budget is None else budget.score_bound - budget.score <= 1e-6
    return Plan(
        schema_version=SCHEMA_VERSION,
        run_id=run_id,
        project=problem.name,
        scenario=problem.scenario,
        status="optimal" if proven else "feasible",
        objective=objective,
        bound=bound,
        gap=relative_gap(objective, bound),
        variable_gap=relative_gap(objective - forced, bound - forced),
        currency=problem.catalogue.currency,
        cost=lines,
        binding=binding_of(shared),
        provenance=_provenance(problem, solution, seed),
        budget=budget,
        **shared,
    )


def _budget_result(
    problem: Problem, measured: Measured, score_bound: float, bounds: Mapping[str, float]
) -> BudgetResult:
    """Return what the plan reaches of the wishes."""
    rule = problem.requirement(Budget)
    if rule is None:
        raise ValueError("The problem has no budget.")
    goals = {r.key: r.measure(problem, measured.facts) for r in problem.requirements}
    weights = rule.weights_of(problem)
    part = {key: reached(goal) for key in weights if (goal := goals[key]) is not None}
    total = sum(weights.values())
    score = sum(w * part[key] for key, w in weights.items()) / total
    wishes = tuple(WishResult(k, w, part[k], max(part[k], bounds.get(k, 1.0))) for k, w in weights.items())
    return BudgetResult(rule.limit, score, max(score, score_bound), wishes, rule.must, rule.order)


def make_assessment(problem: Problem) -> Assessment:
    """Return where today's network stands against every goal."""
    return Assessment(problem.name, problem.scenario, **parts_of(problem, Measured(problem, today(problem))))


def binding_of(parts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which goals and limits are tight: nothing could be taken away without missing them."""
    tight = [
        f"{g.title}: {g.numerator:,.9g} of {g.denominator:,.9g} {g.unit} "
        f"({g.achieved * 100:.4g} %, asked {g.target * 100:.4g} %)"
        for g in parts["goals"]
        if g.name != "connected_centers" and g.target > 0 and g.achieved - g.target < 0.005
    ]
    worst = [(r.routes[0].latency_us / r.limit_us, r) for r in parts["relations"] if r.met]
    if not worst:
        return tuple(tight)
    share, slowest = max(worst, key=lambda pair: pair[0])
    words = "binds" if share > 0.95 else "does not bind"
    taken = f"{slowest.routes[0].latency_us:.1f} of {slowest.limit_us:g} us"
    return (*tight, f"Latency limit {words}: the slowest relation, {slowest.id}, takes {taken}")


def _provenance(problem: Problem, solution: Solution, seed: int) -> Provenance:
    versions = {name: version(name) for name in _PACKAGES} | {"python": platform.python_version()}
    network = problem.network
    return Provenance(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=versions,
        solver=solution.solver,
        seed=seed,
        inputs=dict(problem.inputs),
        seconds=solution.seconds,
        first_plan_seconds=solution.first_plan_seconds,
        phases=dict(solution.phases),
        catalogue={n: i.value for n, i in sorted(problem.catalogue.items.items())},
        assumed=network.assumed,
        credits=network.credits,
    )
