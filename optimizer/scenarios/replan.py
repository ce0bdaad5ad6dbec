"""A plan taken over to a like question: what it builds stays, everything else is measured anew and audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.auditing import audit
from optimizer.formulate import Formulation, formulate
from optimizer.model import Model
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements.export_400g import Export400G
from optimizer.result import make_plan
from optimizer.scenarios.assets import FAMILIES, Assets, assets_of
from optimizer.solution import Solution

__all__ = ["Made", "decisions_of", "plan_of", "replan", "with_assets"]


@dataclass(frozen=True)
class Made:
    """What is built, and the audited plan of it; None where it breaks what is asked."""

    assets: Assets
    plan: Plan | None


def replan(problem: Problem, plan: Plan, bound: float) -> Plan | None:
    """Return what a plan builds as the answer to another question on the same network, None when it does not fit.

    Parameters
    ----------
    problem
        The other question.
    plan
        An audited plan.
    bound
        Proven for the other question.
    """
    assets = assets_of(plan)
    return plan_of(problem, assets, bound=bound, ports=_new_ports(problem, plan, assets), like=plan).plan


def plan_of(
    problem: Problem,
    built: Assets | NDArray[np.float64],
    *,
    bound: float = 0.0,
    ports: Mapping[str, int] | None = None,
    like: Plan | None = None,
) -> Made:
    """Return the plan of what is built, audited.

    Parameters
    ----------
    problem
        The question.
    built
        Assets beyond today's network, or values of all decisions of the question's model.
    bound
        Proven for the question.
    ports
        New ports of exports, where the question counts ports.
    like
        Plan whose run id, seed and solver are told.
    """
    formulation = formulate(problem)
    values = _values(problem, formulation, built, ports or {}) if isinstance(built, Assets) else built
    if values is None:
        return Made(Assets(), None)
    solver, seed = ("schedule", 0) if like is None else (like.provenance.solver, like.provenance.seed)
    proven = Solution("feasible", values, formulation.model.objective(values), bound, 0.0, solver)
    made = make_plan(problem, formulation, proven, run_id="" if like is None else like.run_id, seed=seed)
    found = assets_of(made)
    kept = not isinstance(built, Assets) or found == built  # a question may have decisions that no asset tells
    return Made(found, made if kept and not audit(problem, made) else None)


def decisions_of(problem: Problem, formulation: Formulation, plan: Plan) -> NDArray[np.float64] | None:
    """Return the values of the decisions to build, shape (columns,); None when the question lacks one of them."""
    assets = assets_of(plan)
    return _values(problem, formulation, assets, _new_ports(problem, plan, assets))


def with_assets(
    formulation: Formulation, *, least: Assets | None, most: Assets | None, ports: Mapping[str, int]
) -> Model:
    """Return the model of a question with what has to be built, or with nothing beside what may be.

    Parameters
    ----------
    formulation
        The question.
    least, most
        What has to be there; what may be there beside today's network. None leaves that open.
    ports
        New ports of exports that have to be there, where the question counts ports.
    """
    model = formulation.model
    lower, upper = model.lower.copy(), model.upper.copy()
    for family, kinds in FAMILIES.items():
        columns = formulation.families.get(family, {})
        if most is not None:
            may = {name for kind in kinds for name in getattr(most, kind)}
            barred = [c for name, c in columns.items() if name not in may and model.cost[c] > 0 and model.lower[c] <= 0]
            upper[barred] = 0.0
        for name in () if least is None else (n for kind in kinds for n in getattr(least, kind)):
            column = columns[name]
            lower[column] = min(upper[column], float(ports.get(name, 1)) if upper[column] > 1 else 1.0)
    return replace(model, lower=lower, upper=upper)


def _new_ports(problem: Problem, plan: Plan, assets: Assets) -> dict[str, int]:
    """Return how many new 400G ports every center with a new export gets."""
    today = {c.id: c.ports_400g for c in problem.centers}
    return {c.id: c.ports_400g - today[c.id] for c in plan.centers if c.id in set(assets.exports)}


def _values(
    problem: Problem, formulation: Formulation, assets: Assets, ports: Mapping[str, int]
) -> NDArray[np.float64] | None:
    """Return the values of the decisions to build, shape (columns,); None when the question lacks one of them."""
    families = formulation.families
    values = np.zeros(formulation.model.n_columns)
    for family, kinds in FAMILIES.items():
        names = [name for kind in kinds for name in getattr(assets, kind)]
        columns = families.get(family, {})
        if not set(names) <= columns.keys():
            return None
        values[[columns[name] for name in names]] = 1.0
    export = problem.requirement(Export400G)
    if export is not None and export.basis != "centers":
        values[[families["export"][name] for name in assets.exports]] = [ports.get(n, 1) for n in assets.exports]
    return values
