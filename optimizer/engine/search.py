"""The exact search: latency relaxed first, then, only for the limits that break, with length-bounded cuts."""

from __future__ import annotations

import logging
from time import monotonic

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.engine.completion import broken, complete
from optimizer.engine.cutloop import cut_loop
from optimizer.engine.graph import graph_of
from optimizer.engine.length_rows import length_rows
from optimizer.engine.master import Row
from optimizer.engine.presolve import Impossible, NotRooted, Rooted, presolve
from optimizer.engine.primal import heuristic
from optimizer.engine.relaxed import Relaxation, solve_relaxed
from optimizer.engine.repair import plan_on, tidy
from optimizer.engine.run import Run
from optimizer.engine.separate import Layout, build_master, degree_rows, layout_of, steiner_rows, whole_columns
from optimizer.engine.steiner_tree import Tree
from optimizer.engine.tree import Rules, branch_and_cut
from optimizer.model import Model
from optimizer.solution import ProgressCallback, Solution

__all__ = ["solve"]

logger = logging.getLogger(__name__)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def solve(
    model: Model,
    *,
    time_limit_s: float = 300.0,
    gap: float = 1e-6,
    on_progress: ProgressCallback | None = None,
    seed: int = 0,
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
    """
    run = Run(time_limit_s, gap, on_progress)
    name = f"metroplan engine (HiGHS {highspy.Highs().version()})"
    try:
        with run.phase("presolve"):
            rooted = presolve(model)
    except Impossible as reason:
        logger.info("Infeasible: %s", reason)
        return run.solution(name, infeasible=True)
    except NotRooted as reason:
        logger.info("No rooted structure (%s): solved as a flow program.", reason)
        return _by_flow(model, run)
    return _search(rooted, run, name, seed)


def _by_flow(model: Model, run: Run) -> Solution:
    """Solve the compact flow program."""
    from dataclasses import replace

    from optimizer.flow import compact
    from optimizer.solvers import solve_program

    found = solve_program(compact(model), "highs", time_limit_s=run.seconds_left, gap=0.0, on_progress=run.on_progress)
    values = None if found.values is None else found.values[: model.n_columns]
    return replace(found, values=values, seconds=run.seconds)


def _search(rooted: Rooted, run: Run, name: str, seed: int) -> Solution:
    """Solve a rooted model."""
    with run.phase("presolve"):
        whole = complete(rooted, rooted.latency.open_links, seconds=run.seconds_left)
    if whole is None and not run.done:
        return run.solution(name, infeasible=True)
    values = None if whole is None else whole[0]
    _relaxed(rooted, run, values, seed)
    if not run.done:
        _with_latency(rooted, run, values, seed)
    return run.solution(name)


def _links_of(rooted: Rooted, edges: Ints | NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Links of edges of the relaxed problem (numbers or a mask)."""
    links = np.zeros(rooted.free.size, dtype=np.bool_)
    links[rooted.link[edges]] = True
    return links


def _relaxed(rooted: Rooted, run: Run, whole: Floats | None, seed: int) -> None:
    """Solve the problem without latency, and make plans of its trees."""

    def on_tree(tree: Tree) -> None:
        run.offer(plan_on(rooted, _links_of(rooted, tree.edges), whole), "first plan")

    binding = bool(rooted.latency.demands)
    relaxation = Relaxation(run, on_tree, proves=True, seconds=run.seconds_left * (0.5 if binding else 1.0))
    solve_relaxed(relaxation, rooted.steiner, seed=seed)
    run.log(f"latency relaxed: {relaxation.objective:.8g}, bound {relaxation.bound:.8g}")


def _broken_at(rooted: Rooted, layout: Layout, x: Floats) -> set[int]:
    """Demands over their limit at an integer point."""
    values = np.zeros(rooted.model.n_columns)
    values[rooted.model.graph.use[_links_of(rooted, layout.use(x) > 0.5) | rooted.free]] = 1.0
    values[rooted.side_column] = x[layout.side : layout.side + rooted.side_column.size]
    return set(broken(rooted, values).tolist())


def _with_latency(rooted: Rooted, run: Run, whole: Floats | None, seed: int) -> None:
    """Solve the problem with every limit, by length-bounded cuts."""
    layout = layout_of(rooted.steiner, extra=True)
    master = build_master(layout)
    demands = rooted.latency.demands
    graph = graph_of(rooted.steiner)

    def follow(x: Floats) -> None:
        used = np.clip(layout.use(x), 0.0, 1.0)
        z = np.clip(x[layout.side : layout.side + rooted.side_column.size], 0.0, None)
        cost = rooted.steiner.cost * (1.0 - 0.99 * used)
        deadline = monotonic() + 0.1 * run.seconds_left
        with run.phase("primal"):
            tree = heuristic(rooted.steiner, graph, search_cost=cost, z_hint=z, seed=seed, deadline=deadline)
            links = _links_of(rooted, used > 0.9)
            if tree is not None:
                links |= _links_of(rooted, tree.edges)
            run.offer(plan_on(rooted, links, whole), "primal")

    def on_point(x: Floats, rounds: int) -> None:
        if rounds % 4 == 0:
            follow(x)

    def more_rows(x: Floats) -> list[Row]:
        return length_rows(rooted, layout, master, x, demands, 1e-2)

    def separate(x: Floats) -> list[Row]:
        rows = steiner_rows(layout, x, violation=1e-2, creep=1e-6, nested=3, max_arcs=200_000)
        return rows + degree_rows(layout, x, 1e-2) + more_rows(x)

    def exact(x: Floats) -> list[Row]:
        rows = steiner_rows(layout, x, violation=0.5, creep=1e-6, nested=5, max_arcs=200_000)
        return rows or length_rows(rooted, layout, master, x, sorted(_broken_at(rooted, layout, x)), 0.5)

    def accept(x: Floats) -> bool:
        plan = complete(rooted, _links_of(rooted, layout.use(x) > 0.5))
        if plan is not None:
            run.offer(tidy(rooted, plan), "branch")
        return plan is not None

    with run.phase("latency cuts"):
        loop = cut_loop(run, layout, master, more_rows=more_rows, on_point=on_point, phase="latency cuts")
    if loop.infeasible:
        run.prove(run.cutoff, "latency cuts")
    run.log(f"latency cuts: {loop.rounds} rounds, {len(master.rows)} rows")
    if not run.done:
        with run.phase("branch"):
            branch_and_cut(run, layout, master, Rules(whole_columns(layout), separate, exact, accept, follow))
