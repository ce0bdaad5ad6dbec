"""The whole way from a question to an audited plan."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.assessment import Assessment
from optimizer.attended import attended
from optimizer.auditing import audit
from optimizer.errors import AuditError, InfeasibleError, NoPlanError
from optimizer.formulate import Formulation, formulate
from optimizer.infeasible import reasons
from optimizer.model import Model
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.result import make_assessment, make_plan
from optimizer.solution import ProgressCallback, Solution

if TYPE_CHECKING:
    from optimizer.engine import Memory

__all__ = ["assess", "audited", "run_solver", "solve", "solver_names", "start_links"]

ENGINE_SHARE = 0.5
"""Share of the time that the plan without traffic takes at the most, where traffic is carried."""


def solve(
    problem: Problem,
    *,
    time_limit_s: float = 300.0,
    gap: float = 1e-6,
    solver: str = "auto",
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
    start: Plan | None = None,
    proven: float = -np.inf,
    memory: Memory | None = None,
) -> Plan:
    """Return an audited plan of least cost, or the best one found in time, with the bound that was proven.

    Parameters
    ----------
    problem
        The question.
    time_limit_s
        Seconds for the search.
    gap
        Relative gap at which to stop, 0 to 1.
    solver
        ``auto`` (the engine), or a name that ``solver_names`` lists: the same model as a plain flow program.
    on_progress
        Called with every report; returning True stops the search and keeps the best plan.
    seed
        Of the heuristics. Same question, seed and versions give the same cost.
    start
        An earlier plan of a like question: the search of the engine begins from its links, as far as they are still
        there. It makes the answer quicker, never worse. Named solvers do without.
    proven
        Cost that no plan is below, when that is known: the bound of the same question with fewer choices settled.
        Within a budget it is about plans that reach all goals in full. Where traffic is carried it is not used.
    memory
        What the engine learned from earlier questions on the same network, and learns from this one.

    Raises
    ------
    InfeasibleError
        If no network meets the goals, with the reasons.
    NoPlanError
        If the search was stopped before it had a plan.
    AuditError
        If the plan failed its independent check.
    """
    formulation = formulate(problem)
    links = start_links(problem, start)
    if problem.requirement_named("budget") is not None:
        return _solve_within(problem, formulation, time_limit_s, gap, solver, on_progress, seed, links, proven, memory)
    carries = problem.requirement_named("capacity") is not None
    seconds = time_limit_s * ENGINE_SHARE if carries else time_limit_s
    bare = -np.inf if carries else proven  # what is proven counts the light, which this model does not
    solution = run_solver(formulation.model, solver, seconds, gap, on_progress, seed, links, proven=bare, memory=memory)
    if solution.status == "infeasible":
        raise InfeasibleError(reasons(problem))
    if solution.values is None:
        raise NoPlanError(
            f"Stopped after {solution.seconds:.0f} s without a plan (bound {solution.bound:,.0f}). Give it more time."
        )
    if carries:
        if solution.cancelled:
            raise NoPlanError(_no_light(solution.seconds))
        return _carrying(problem, formulation, solution, solver, time_limit_s, gap, on_progress, seed)
    return audited(problem, formulation, solution, seed)


def _carrying(
    problem: Problem,
    formulation: Formulation,
    solution: Solution,
    solver: str,
    time_limit_s: float,
    gap: float,
    on_progress: ProgressCallback | None,
    seed: int,
) -> Plan:
    """Return an audited plan that carries its traffic, made from one without."""
    from optimizer.engine.gates import gated_bound
    from optimizer.light.design import with_light
    from optimizer.light.standing import Standing
    from optimizer.light.warm import prepare

    assert solution.values is not None
    prepare()
    values, left = solution.values, max(1.0, time_limit_s - solution.seconds)
    bare = make_plan(problem, formulation, solution, run_id=_run_id(problem), seed=seed)
    until = monotonic() + left
    kept: list[Callable[[], Plan]] = []

    def search(report: ProgressCallback) -> Plan:
        standing = Standing(report, gap, solution.seconds)
        standing.tell("light")
        told = standing.part("light: network")
        return with_light(
            problem,
            formulation,
            values,
            bare,
            standing,
            resolve=lambda model, links, seconds: run_solver(model, solver, seconds, gap, told, seed, links),
            prove=gated_bound if solver == "auto" else None,
            keep=kept.append,
            time_limit_s=left,
            gap=gap,
            seed=seed,
        )

    def best(cancelled: bool) -> Plan | None:
        if kept:
            return kept[-1]()
        if cancelled:
            raise NoPlanError(_no_light(time_limit_s - (until - monotonic())))
        return None

    return _passed(problem, attended(search, on_progress, best, late=lambda: bool(kept) and monotonic() > until))


def _no_light(seconds: float) -> str:
    return f"Stopped after {seconds:.0f} s, before a plan that carries the traffic was found. Give it more time."


def _solve_within(
    problem: Problem,
    formulation: Formulation,
    time_limit_s: float,
    gap: float,
    solver: str,
    on_progress: ProgressCallback | None,
    seed: int,
    start: NDArray[np.bool_] | None,
    proven: float,
    memory: Memory | None,
) -> Plan:
    """Return an audited plan of highest score within the budget."""
    from optimizer.variants.budget import solve_within

    found = solve_within(
        problem,
        formulation,
        solver=solver,
        time_limit_s=time_limit_s,
        gap=gap,
        on_progress=on_progress,
        seed=seed,
        start=start,
        proven=proven,
        memory=memory,
    )
    return audited(problem, formulation, found.solution, seed, (found.score_bound, found.bounds))


def audited(
    problem: Problem,
    formulation: Formulation,
    solution: Solution,
    seed: int,
    score_bounds: tuple[float, Mapping[str, float]] | None = None,
) -> Plan:
    """Return the plan of a solution, after its audit.

    Raises
    ------
    AuditError
        If the plan failed its independent check.
    """
    plan = make_plan(problem, formulation, solution, run_id=_run_id(problem), seed=seed, score_bounds=score_bounds)
    return _passed(problem, plan)


def _passed(problem: Problem, plan: Plan) -> Plan:
    """Return a plan that passes its audit."""
    breaches = audit(problem, plan)
    if breaches:
        raise AuditError(breaches)
    return plan


def assess(problem: Problem) -> Assessment:
    """Return where today's network stands against every goal; nothing is optimized."""
    return make_assessment(problem)


def solver_names() -> tuple[str, ...]:
    """Return the names of the solvers."""
    from optimizer.solvers import solver_names as named

    return ("auto", *named())


def run_solver(
    model: Model,
    solver: str,
    time_limit_s: float,
    gap: float,
    on_progress: ProgressCallback | None,
    seed: int,
    start: NDArray[np.bool_] | None = None,
    ceiling: float = np.inf,
    proven: float = -np.inf,
    memory: Memory | None = None,
) -> Solution:
    """Solve a model by the engine ('auto') or by a named solver on the flow program, which knows no ceiling."""
    if solver == "auto":
        from optimizer.engine import solve as engine

        limits = {"time_limit_s": time_limit_s, "gap": gap, "ceiling": ceiling, "proven": proven}
        return engine(model, **limits, on_progress=on_progress, seed=seed, start=start, memory=memory)
    from optimizer.reference import solve_reference

    # a solver told to stop at 1e-6 cannot always tell the bound it reached; at 0 it proves the optimum
    exact = gap if gap > 1e-6 else 0.0
    return solve_reference(model, solver=solver, time_limit_s=time_limit_s, gap=exact, on_progress=on_progress)


def start_links(problem: Problem, start: Plan | None) -> NDArray[np.bool_] | None:
    """Return which links of the problem an earlier plan lights, by their ids; None without one."""
    if start is None:
        return None
    lit = {link.id for link in start.links if link.lit}
    return np.array([str(name) in lit for name in problem.network.links["id"]], dtype=np.bool_)


def _run_id(problem: Problem) -> str:
    """Return a short id made of time and question."""
    now = datetime.now(UTC)
    text = (
        f"{problem.name}|{problem.scenario}|{sorted(problem.inputs.items())}|{problem.requirements}|{now.isoformat()}"
    )
    return f"{now:%Y%m%d-%H%M%S}-{hashlib.sha256(text.encode()).hexdigest()[:6]}"
