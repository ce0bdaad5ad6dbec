"""A plan taken over to a like question: what it builds stays, everything else is measured anew and audited."""

from __future__ import annotations

import numpy as np

from optimizer.auditing import audit
from optimizer.formulate import Formulation, formulate
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements.export_400g import Export400G
from optimizer.result import make_plan
from optimizer.scenarios.assets import assets_of
from optimizer.solution import Solution

__all__ = ["decisions_of", "replan"]


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
    formulation = formulate(problem)
    values = decisions_of(problem, formulation, plan)
    if values is None:
        return None
    proven = Solution("feasible", values, plan.objective, bound, 0.0, plan.provenance.solver)
    made = make_plan(problem, formulation, proven, run_id=plan.run_id, seed=plan.provenance.seed)
    kept = assets_of(made) == assets_of(plan)  # a question may have decisions that are not told by the assets
    return made if kept and not audit(problem, made) else None


def decisions_of(problem: Problem, formulation: Formulation, plan: Plan) -> np.typing.NDArray[np.float64] | None:
    """Return values of the decisions to build; None when the question lacks one of them."""
    assets, families = assets_of(plan), formulation.families
    values = np.zeros(formulation.model.n_columns)
    wanted = {
        "use": {link.id for link in plan.links if link.lit},
        "oxc": set(assets.oxcs),
        "export": set(assets.exports),
        "serve": set(assets.access_points),
    }
    for family, names in wanted.items():
        columns = families.get(family, {})
        if not names <= columns.keys():
            return None
        values[[columns[name] for name in names]] = 1.0
    export = problem.requirement(Export400G)
    if export is not None and export.basis != "centers":
        today = {c.id: c.ports_400g for c in problem.centers}
        ports = {c.id: c.ports_400g - today[c.id] for c in plan.centers if c.id in assets.exports}
        values[[families["export"][name] for name in ports]] = list(ports.values())
    return values
