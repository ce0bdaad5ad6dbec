"""Plans along points of the linear program with limits."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.limited_problem import LimitedProblem
from optimizer.engine.presolve import Rooted
from optimizer.engine.primal import heuristic
from optimizer.engine.repair import plan_on
from optimizer.engine.ruin import improve_plan

__all__ = ["chosen", "follow", "improve_along", "links_of", "offer_improved", "plan_limit"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Plan = tuple[Floats, float]

IMPROVE_SHARE = 0.03  # of the time left


def links_of(problem: LimitedProblem, edges: Ints | Bools) -> Bools:
    """Links of edges."""
    links = np.zeros(problem.rooted.free.size, dtype=np.bool_)
    links[problem.rooted.link[edges]] = True
    return links


def plan_limit(problem: LimitedProblem, phase: str) -> tuple[Callable[[], bool], float]:
    """Return when to end a plan in the making, as a question and as a deadline; the first one is made in any case."""
    watch = problem.watch
    if not np.isfinite(watch.objective):
        return lambda: False, np.inf
    return lambda: watch.report(phase), monotonic() + watch.seconds_left


def _along(problem: LimitedProblem, x: Floats) -> Plan | None:
    """Build a plan along a point: a tree that prefers what it uses, what it uses nearly whole, and routes."""
    rooted, layout, watch = problem.rooted, problem.layout, problem.watch
    used = np.clip(layout.use(x), 0.0, 1.0)
    z = np.clip(x[layout.side : layout.side + rooted.side_column.size], 0.0, None)
    cost = layout.instance.cost * (1.0 - 0.99 * used)
    deadline = monotonic() + 0.1 * watch.seconds_left
    tree = heuristic(layout.instance, layout.graph, search_cost=cost, z_hint=z, seed=problem.seed, deadline=deadline)
    links = links_of(problem, used > 0.9)
    if tree is not None:
        links |= links_of(problem, tree.edges)
    oxc = rooted.model.graph.oxc
    worth = np.where(oxc >= 0, np.clip(x[layout.side + rooted.side_of[oxc]], 0.0, 1.0), 0.0)
    stop, end = plan_limit(problem, "primal")
    return plan_on(rooted, links, problem.fallback, worth, stop, end)


def follow(problem: LimitedProblem, x: Floats) -> None:
    """Offer a plan along a point."""
    with problem.watch.phase("primal"):
        problem.offer(_along(problem, x), "primal")


def offer_improved(problem: LimitedProblem, plan: Plan, phase: str) -> None:
    """Offer a plan; where it is the best so far, offer what ruin and recreate make of it, too."""
    if problem.offer(plan, phase) and not problem.watch.done:
        with problem.watch.phase("primal"):
            _improved(problem, plan)


def improve_along(problem: LimitedProblem, x: Floats) -> Bools:
    """Improve a plan along a point by ruin and recreate: another start leads elsewhere; return its links."""
    with problem.watch.phase("primal"):
        plan = _along(problem, x)
        values = None if plan is None else _improved(problem, plan)[0]
    return chosen(problem.rooted, values)


def _improved(problem: LimitedProblem, plan: Plan) -> Plan:
    """Return and offer what ruin and recreate make of a plan."""
    watch = problem.watch
    seconds = IMPROVE_SHARE * watch.seconds_left
    found = improve_plan(problem.rooted, plan, lambda: watch.report("better plans"), seconds, problem.seed)
    problem.offer(found, "better plans")
    watch.log(f"ruin and recreate: {plan[1]:.8g} -> {found[1]:.8g}")
    return found


def chosen(rooted: Rooted, values: Floats | None) -> Bools:
    """Links of a plan, none without one, shape (links,)."""
    return np.zeros_like(rooted.free) if values is None else values[rooted.model.graph.use] > 0.5
