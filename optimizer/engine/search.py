"""The exact search: latency relaxed first, then, only for the limits that break, with length-bounded cuts."""

from __future__ import annotations

import logging

import highspy
import numpy as np
from numpy.typing import NDArray

from optimizer.engine.branch import branch
from optimizer.engine.completion import broken, complete
from optimizer.engine.cutloop import cut_loop
from optimizer.engine.guide import guided_tree, wanted_nodes
from optimizer.engine.length_rows import length_rows
from optimizer.engine.master import Master, Row
from optimizer.engine.presolve import Impossible, NotRooted, Rooted, presolve
from optimizer.engine.repair import plan_on, serve, tidy
from optimizer.engine.run import Run
from optimizer.engine.separate import Layout, build_master, degree_rows, layout_of, steiner_rows
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
    whole = complete(rooted, rooted.latency.open_links, seconds=run.seconds_left)
    if whole is None and not run.done:
        return run.solution(name, infeasible=True)
    if whole is not None:
        with run.phase("first plan"):
            _first_plan(rooted, run, whole)
    hard = _relaxed(rooted, run, whole)
    if not run.done:
        _with_latency(rooted, run, whole, hard)
    return run.solution(name)


def _first_plan(rooted: Rooted, run: Run, whole: tuple[Floats, float]) -> None:
    """Find a plan quickly: a tree to the nodes of a plan on all links, and routes where limits break."""
    layout = layout_of(rooted.steiner)
    wanted = rooted.steiner.required.copy()
    chosen = whole[0][rooted.side_column][rooted.steiner.optional_column] > 0.5
    wanted[rooted.steiner.optional_node[chosen]] = True
    links = _links_of(rooted, guided_tree(layout, wanted, rooted.steiner.cost))
    run.offer(plan_on(rooted, links, whole[0]), "first plan")


def _links_of(rooted: Rooted, edges: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Links of edges of the relaxed problem."""
    links = np.zeros(rooted.free.size, dtype=np.bool_)
    links[rooted.link[edges]] = True
    return links


def _integer(layout: Layout) -> NDArray[np.bool_]:
    """Columns that have to be whole."""
    whole = np.ones(layout.n_columns, dtype=np.bool_)
    side = layout.instance.side
    whole[layout.side : layout.side + side.cost.size] = side.integer
    return whole


class _Heuristic:
    """Builds plans from points of the linear or integer program."""

    def __init__(self, rooted: Rooted, run: Run, layout: Layout, whole: Floats | None) -> None:
        self.rooted, self.run, self.layout, self.whole = rooted, run, layout, whole

    def from_lp(self, x: Floats, rounds: int) -> None:
        """Follow a fractional point, every few rounds."""
        if rounds % 4 == 1:
            with self.run.phase("primal"):
                self.follow(x)

    def follow(self, x: Floats) -> None:
        """Build a plan that uses what `x` uses, and connects it where it does not hang together."""
        wanted = wanted_nodes(self.layout, x)
        if wanted is None:
            return
        cost = self.rooted.steiner.cost * (1.0 - 0.999 * np.clip(self.layout.use(x), 0.0, 1.0))
        tree = guided_tree(self.layout, wanted, cost)
        if self.layout.extra >= 0:
            tree |= self.layout.use(x) > 0.9
        self.run.offer(plan_on(self.rooted, _links_of(self.rooted, tree), self.whole), "primal")


def _relaxed(rooted: Rooted, run: Run, whole: tuple[Floats, float] | None) -> set[int]:
    """Solve the problem without latency; return the demands that broke at its optimum."""
    layout = layout_of(rooted.steiner)
    master = build_master(layout)
    heuristic = _Heuristic(rooted, run, layout, None if whole is None else whole[0])
    loop = cut_loop(run, layout, master, on_point=heuristic.from_lp)
    if loop.infeasible:
        run.prove(run.cutoff, "cuts")
    hard: set[int] = set()

    def broken_rows(x: Floats) -> list[Row]:
        return steiner_rows(layout, x, violation=0.5, creep=1e-6, nested=5, max_arcs=200_000)

    if not run.done:
        with run.phase("branch"):
            found = branch(run, master, _integer(layout), broken_rows, heuristic.follow)
        if found.x is not None:
            links = _links_of(rooted, layout.use(found.x) > 0.5)
            plan = complete(rooted, links)
            if plan is not None:
                run.offer(tidy(rooted, plan), "branch")
            hard |= _broken_at(rooted, layout, found.x)
    return hard


def _broken_at(rooted: Rooted, layout: Layout, x: Floats) -> set[int]:
    """Demands over their limit at an integer point."""
    values = np.zeros(rooted.model.n_columns)
    values[rooted.model.graph.use[_links_of(rooted, layout.use(x) > 0.5) | rooted.free]] = 1.0
    values[rooted.side_column] = x[layout.side : layout.side + rooted.side_column.size]
    return set(broken(rooted, values).tolist())


def _with_latency(rooted: Rooted, run: Run, whole: tuple[Floats, float] | None, hard: set[int]) -> None:
    """Solve the problem with every limit, cutting only for the demands that break."""
    layout = layout_of(rooted.steiner, extra=True)
    master = build_master(layout)
    heuristic = _Heuristic(rooted, run, layout, None if whole is None else whole[0])

    hard |= set(rooted.latency.demands)

    def more_rows(x: Floats) -> list[Row]:
        return length_rows(rooted, layout, master, x, sorted(hard), 1e-2)

    def broken_rows(x: Floats) -> list[Row]:
        rows = steiner_rows(layout, x, violation=0.5, creep=1e-6, nested=5, max_arcs=200_000)
        if not rows:
            new = _broken_at(rooted, layout, x)
            hard.update(new)
            rows = length_rows(rooted, layout, master, x, sorted(new), 0.5)
        return rows

    def separate(x: Floats) -> list[Row]:
        rows = steiner_rows(layout, x, violation=1e-2, creep=1e-6, nested=3, max_arcs=200_000)
        return rows + degree_rows(layout, x, 1e-2) + more_rows(x)

    def accept(x: Floats) -> bool:
        plan = complete(rooted, _links_of(rooted, layout.use(x) > 0.5))
        if plan is not None:
            run.offer(tidy(rooted, plan), "branch")
        return plan is not None

    with run.phase("latency"):
        loop = cut_loop(run, layout, master, more_rows=more_rows, on_point=heuristic.from_lp, phase="latency cuts")
    if loop.infeasible:
        run.prove(run.cutoff, "latency cuts")
    if not run.done:
        with run.phase("branch"):
            branch_and_cut(run, layout, master, Rules(_integer(layout), separate, broken_rows, accept, heuristic.follow))
