"""The exact search: latency relaxed first, then, only for the limits that break, with length-bounded cuts."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import cache, partial
from time import monotonic

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.attended import attended
from optimizer.engine.carry import Memory, NodeCut
from optimizer.engine.completion import complete
from optimizer.engine.graph import graph_of
from optimizer.engine.grid import floor_of, step_of
from optimizer.engine.limited import solve_limited, solve_part
from optimizer.engine.limited_problem import new_problem
from optimizer.engine.link_rows import keeps
from optimizer.engine.presolve import Impossible, NotRooted, Rooted, presolve
from optimizer.engine.primal import heuristic
from optimizer.engine.relaxation import Relaxation
from optimizer.engine.relaxed import solve_relaxed
from optimizer.engine.repair import plan_on
from optimizer.engine.ruin import improve_plan
from optimizer.engine.run import Run
from optimizer.engine.site_prices import priced_plans
from optimizer.engine.steiner_tree import Tree
from optimizer.engine.warm import small_model
from optimizer.engine.windows import Windows
from optimizer.model import Model
from optimizer.solution import Progress, ProgressCallback, Solution

__all__ = ["solve"]

logger = logging.getLogger(__name__)

IMPROVE_SHARE = 0.1  # of the time left
PRICES_SHARE = 0.06  # of the time left that plans at prices of sites may take
WINDOWS_SHARE = 0.4  # of the time left that exact windows may take
WHOLE_GAP = 1e-3  # of the plan on all links, which only tells how limits can be kept
START_PRICE = 0.1  # of their cost, for links of the plan to start from

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def solve(
    model: Model,
    *,
    time_limit_s: float = 300.0,
    gap: float = 1e-6,
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
    start: NDArray[np.bool_] | None = None,
    ceiling: float = np.inf,
    proven: float = -np.inf,
    memory: Memory | None = None,
) -> Solution:
    """Return a plan of least cost, with a proven bound.

    Parameters
    ----------
    model
        The model. Models without a root (see `presolve`) go to the compact flow program.
    time_limit_s
        Seconds it may take; the best plan so far is returned then.
    gap
        Relative gap at which to stop.
    on_progress
        Called on the way; returning True cancels the run.
    seed
        Of the heuristics; the same model, seed and versions give the same objective unless time runs out.
    start
        Links of a plan of a like question to start from, shape (links,); it need not fit.
    ceiling
        Cost above which a plan is of no use: the search ends with the first plan within it, not the cheapest, or with
        a bound that is not below it when it is shown that there is none.
    proven
        Cost that no plan is below, known beforehand: of the same question with fewer choices settled.
    memory
        What earlier solves on the same network learned; this one uses it and puts in what it learns.
    """
    run = Run(time_limit_s, gap, None, ceiling)
    run.bound = proven

    def search(report: ProgressCallback) -> Solution:
        report(Progress("preparing", 0.0, np.inf, -np.inf))
        _warm_up()
        run.on_progress = report
        run.begin()
        return _solve(model, run, seed, start, memory)

    def best(cancelled: bool) -> Solution:
        run.cancelled |= cancelled
        return run.solution(_name())

    return attended(search, on_progress, best, late=lambda: run.late)


def _name() -> str:
    """Return the name of the engine, with what it solves linear programs by."""
    return f"metroplan engine (HiGHS {highspy.Highs().version()})"


@cache
def _warm_up() -> None:
    """Compile the kernels, or load them, before any clock runs: the first use on a machine takes most of a minute."""
    logger.info("Preparing the kernels; the first use on a machine compiles them")
    _solve(small_model(), Run(60.0, 1e-6, None), seed=0)


def _solve(
    model: Model, run: Run, seed: int, start: NDArray[np.bool_] | None = None, memory: Memory | None = None
) -> Solution:
    """Solve on the clock of a run."""
    name = _name()
    run.step, run.floor = step_of(model), floor_of(model)
    try:
        with run.phase("presolve"):
            rooted = presolve(model)
    except Impossible as reason:
        logger.info("Infeasible: %s", reason)
        return run.solution(name, infeasible=True)
    except NotRooted as reason:
        logger.info("No rooted structure (%s): solved as a flow program.", reason)
        return _by_flow(model, run)
    return _search(rooted, run, name, seed, start, Memory() if memory is None else memory)


def _by_flow(model: Model, run: Run) -> Solution:
    """Solve the compact flow program."""
    from optimizer.flow import compact
    from optimizer.solvers import solve_program

    found = solve_program(compact(model), "highs", time_limit_s=run.seconds_left, gap=0.0, on_progress=run.on_progress)
    values = None if found.values is None else found.values[: model.n_columns]
    return replace(found, values=values, seconds=run.seconds)


def _search(
    rooted: Rooted, run: Run, name: str, seed: int, start: NDArray[np.bool_] | None, memory: Memory
) -> Solution:
    """Solve a rooted model."""
    if rooted.link_rows:
        run.admits = lambda values: keeps(rooted.link_rows, values[rooted.model.graph.use] > 0.5)
    with run.phase("presolve"):
        whole = complete(rooted, rooted.latency.open_links, seconds=run.seconds_left, gap=WHOLE_GAP)
    if whole is None and not run.done and _every_pair_known(rooted):
        return run.solution(name, infeasible=True)
    values = None if whole is None else whole[0]
    cuts, links = _relaxed(rooted, run, values, seed, start, memory)
    if not run.done:
        _improved(rooted, run, seed)
        _by_prices(rooted, run, values, seed, links)
        _by_windows(rooted, run, values, seed)
        solve_limited(rooted, run, values, partial(_settled, rooted.model, run, seed), seed, cuts, links)
    return run.solution(name)


def _every_pair_known(rooted: Rooted) -> bool:
    """Return whether no search for two routes was given up so far."""
    return all(rooted.latency.no_pair.values())


def _improved(rooted: Rooted, run: Run, seed: int) -> None:
    """Improve the best plan by ruin and recreate."""
    if run.values is not None:
        with run.phase("primal"):
            plan = (run.values, run.objective)
            seconds = IMPROVE_SHARE * run.seconds_left
            run.offer(improve_plan(rooted, plan, lambda: run.report("better plans"), seconds, seed), "better plans")
        run.log("ruin and recreate")


def _by_prices(rooted: Rooted, run: Run, fallback: Floats | None, seed: int, links: NDArray[np.bool_] | None) -> None:
    """Improve plans of trees that avoid electrical sites where limits break on the best network without limits."""
    if links is None or run.values is None:
        return
    end = monotonic() + PRICES_SHARE * run.seconds_left

    def stop() -> bool:
        return run.report("better plans") or monotonic() > end

    with run.phase("primal"):
        for plan in priced_plans(rooted, links, fallback, run.objective - run.bound, stop):
            seconds = end - monotonic()
            better = improve_plan(rooted, plan, stop, seconds, seed)
            best = run.offer(better, "better plans")
            run.log(f"tree at prices of sites: {plan[1]:.8g} -> {better[1]:.8g}")
            if not best:
                break


def _by_windows(rooted: Rooted, run: Run, fallback: Floats | None, seed: int) -> None:
    """Improve the best plan by solving windows around its links exactly."""
    with run.phase("windows"):
        base = new_problem(rooted, run, run.offer, fallback, seed)
        Windows(base, run, solve_part, seed).improve(WINDOWS_SHARE * run.seconds_left)


def _settled(model: Model, run: Run, seed: int, links: NDArray[np.bool_], seconds: float) -> None:
    """Offer the best plan with given links that a search of its own finds within seconds, unless none is cheaper."""

    def on_progress(progress: Progress) -> bool:
        return run.report("corridors") or progress.bound >= run.cutoff

    lower = model.lower.copy()
    lower[model.graph.use[links]] = 1.0
    found = _solve(replace(model, lower=lower), Run(seconds, run.gap, on_progress), seed)
    if found.values is not None:
        run.offer((found.values, found.objective), "corridors")


def _links_of(rooted: Rooted, edges: Ints | NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Links of edges of the relaxed problem (numbers or a mask)."""
    links = np.zeros(rooted.free.size, dtype=np.bool_)
    links[rooted.link[edges]] = True
    return links


def _relaxed(
    rooted: Rooted, run: Run, whole: Floats | None, seed: int, start: NDArray[np.bool_] | None, memory: Memory
) -> tuple[list[NodeCut], NDArray[np.bool_] | None]:
    """Solve the problem without latency, and make plans of its trees; return cuts that mattered, the best links."""

    def stop() -> bool:
        """Return whether to stop; out of time, the first plan is still made."""
        return run.report("first plan") and (run.cancelled or run.values is not None)

    def on_tree(tree: Tree) -> None:
        end = run.deadline if run.values is not None else np.inf
        run.offer(plan_on(rooted, _links_of(rooted, tree.edges), whole, stop=stop, deadline=end), "first plan")

    known = memory.recalled(rooted.steiner)
    binding = bool(rooted.latency.demands or rooted.pairs or rooted.link_rows)
    relaxation = Relaxation(run, on_tree, proves=True, seconds=run.seconds_left * (0.5 if binding else 1.0))
    if start is not None:
        with run.phase("start"):
            # without the plan on all links: to add all its routes to those of the start takes long and costs too much
            run.offer(plan_on(rooted, start & rooted.latency.open_links, stop=stop), "plan to start from")
            if not run.done and not known:
                relaxation.offer(_tree_along(rooted, start))
    if run.done:
        return [], None
    solve_relaxed(relaxation, rooted.steiner, seed=seed, known=known)
    memory.learn(rooted.steiner, relaxation.cuts)
    run.log(f"latency relaxed: {relaxation.objective:.8g}, bound {relaxation.bound:.8g}")
    return relaxation.cuts, None if relaxation.tree is None else _links_of(rooted, relaxation.tree.edges)


def _tree_along(rooted: Rooted, start: NDArray[np.bool_]) -> Tree | None:
    """Return a good tree of the relaxed problem that prefers the links of a plan."""
    cost = rooted.steiner.cost * np.where(start[rooted.link], START_PRICE, 1.0)
    return heuristic(rooted.steiner, graph_of(rooted.steiner), search_cost=cost)
