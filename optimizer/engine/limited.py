"""The problem with its latency limits: length-bounded cuts, neighbourhoods of good points, branch and cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.carry import NodeCut, carried_rows
from optimizer.engine.completion import broken, complete
from optimizer.engine.cutloop import CutLoop, cut_loop, fix_by_cost
from optimizer.engine.dive import dive
from optimizer.engine.latency import build_latency
from optimizer.engine.length_rows import length_rows, likely_rows
from optimizer.engine.master import Master, Row
from optimizer.engine.presolve import Rooted
from optimizer.engine.primal import heuristic
from optimizer.engine.repair import plan_on, tidy
from optimizer.engine.run import Inner, Pace, Run
from optimizer.engine.seeds import seed_rows
from optimizer.engine.separate import Layout, build_master, degree_rows, layout_of, steiner_rows, whole_columns
from optimizer.engine.tree import Rules, branch_and_cut

__all__ = ["solve_limited"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HEURISTIC_EVERY = 8  # rounds of the cut loop
HEURISTIC_SHARE = 0.2  # of the time since the cut loop began
LIMITS_S = 5.0  # seconds a round of length-bounded cuts may take
STAGE = 16  # rounds of the cut loop before plans are sought and the graph is made smaller
NEAR = 0.01  # links of at least this value are near the point
SHARE_NEAR = 0.25  # of the time left that a neighbourhood may take
SMALL_ENOUGH = 0.8  # of the links, above which a neighbourhood is not worth it


@dataclass(frozen=True)
class _Problem:
    """What the parts of the search share."""

    rooted: Rooted
    run: Run | Inner
    layout: Layout
    master: Master
    fallback: Floats | None
    seed: int


def solve_limited(
    rooted: Rooted, run: Run, fallback: Floats | None, seed: int = 0, cuts: Sequence[NodeCut] = ()
) -> None:
    """Solve a rooted model with every limit to the end, or until the run is done.

    Parameters
    ----------
    fallback
        Values of a plan on all links, which tells how limits can be kept where a heuristic does not find out.
    cuts
        Steiner cuts to start from.
    """
    problem = _problem(rooted, run, fallback, seed, ())
    with run.phase("dual ascent"):
        problem.master.add(carried_rows(problem.layout, cuts))
        problem.master.add(seed_rows(problem.layout, seed))
    searched = False
    while not run.done:
        with run.phase("latency cuts"):
            loop = _cut(problem)
        if run.done or loop.last is None:
            break
        ended = loop.rounds < STAGE
        with run.phase("neighbourhood"):
            _dive(problem)
            if ended and not searched:
                _neighbourhood(problem, loop.last.x)
        with run.phase("latency cuts"):
            problem = _shrunk(problem)
        if ended and searched:
            break
        searched |= ended
    if not run.done:
        with run.phase("branch"):
            _branch(problem)


def _problem(rooted: Rooted, run: Run | Inner, fallback: Floats | None, seed: int, rows: tuple[Row, ...]) -> _Problem:
    layout = layout_of(rooted.steiner, extra=True)
    master = build_master(layout)
    master.add(rows)
    return _Problem(rooted, run, layout, master, fallback, seed)


def _cut(problem: _Problem) -> CutLoop:
    """Run some rounds of the cut loop at the root."""
    run = problem.run

    pace = Pace(HEURISTIC_SHARE)

    def on_point(x: Floats, rounds: int) -> None:
        if rounds % HEURISTIC_EVERY == 0 and pace.due():
            with pace.work():
                _follow(problem, x)

    loop = cut_loop(
        run,
        problem.layout,
        problem.master,
        more_rows=lambda x, connected: _limits(problem, x, connected),
        on_point=on_point,
        phase="latency cuts",
        max_rounds=STAGE,
    )
    run.log(f"latency cuts: {loop.rounds} rounds, {len(problem.master.rows)} rows")
    if loop.infeasible:
        run.prove(run.cutoff, "latency cuts")
    return loop


def _rules(problem: _Problem) -> Rules:
    layout = problem.layout
    built = np.zeros(layout.n_columns, dtype=np.bool_)
    built[: layout.side] = built[layout.extra :] = True
    return Rules(
        whole_columns(layout),
        built,
        lambda x: _separate(problem, x),
        lambda x: _exact(problem, x),
        lambda x: _accept(problem, x),
    )


def _branch(problem: _Problem) -> None:
    branch_and_cut(problem.run, problem.layout, problem.master, _rules(problem))


def _dive(problem: _Problem) -> None:
    rules = _rules(problem)
    dive(problem.run, problem.master, rules.integer, rules.built, rules.separate, rules.exact, rules.accept)
    problem.run.log("dive")


def _shrunk(problem: _Problem) -> _Problem:
    """Return the problem without the edges that the best plan's cost shows to be too dear."""
    result = problem.master.solve(problem.run.seconds_left)
    if not result.solved:
        return problem
    fix_by_cost(problem.run, problem.layout, problem.master, result)
    kept = problem.layout.use(problem.master.high) > 0.0
    free = int((problem.master.high > problem.master.low).sum())
    problem.run.log(f"{int(kept.sum())} of {kept.size} links may be in a better plan, {free} open columns")
    kept |= problem.rooted.free[problem.rooted.link]
    if kept.mean() > SMALL_ENOUGH:
        return problem
    return _part(problem, kept, problem.run)


def _part(problem: _Problem, kept: Bools, run: Run | Inner) -> _Problem:
    """Return the problem on the `kept` edges, with the rows and bounds found so far."""
    rooted = _restricted(problem.rooted, kept)
    part = _problem(rooted, run, problem.fallback, problem.seed, _translated(problem, kept))
    alive = np.flatnonzero(_alive(problem.layout, kept))
    part.master.tighten(np.arange(alive.size), problem.master.low[alive], problem.master.high[alive])
    return part


def _neighbourhood(problem: _Problem, x: Floats) -> None:
    """Solve the problem on the links near a point and in the best plan: small, and often as good as the whole."""
    near = (problem.layout.use(x) > NEAR) | problem.rooted.free[problem.rooted.link]
    if problem.run.objective < np.inf and isinstance(problem.run, Run) and problem.run.values is not None:
        near |= problem.run.values[problem.rooted.model.graph.use[problem.rooted.link]] > 0.5
    if near.mean() > SMALL_ENOUGH:
        return
    inner = Inner(problem.run, SHARE_NEAR * problem.run.seconds_left)
    part = _part(problem, near, inner)
    _dive(part)
    _branch(part)
    inner.log(f"neighbourhood of {int(near.sum())} links")


def _restricted(rooted: Rooted, kept: Bools) -> Rooted:
    """Return the problem on some of its edges."""
    steiner = rooted.steiner
    open_links = np.zeros_like(rooted.latency.open_links)
    open_links[rooted.link[kept]] = True
    smaller = replace(steiner, tail=steiner.tail[kept], head=steiner.head[kept], cost=steiner.cost[kept])
    latency = build_latency(rooted.model, rooted.latency.demands, open_links)
    return replace(rooted, steiner=smaller, link=rooted.link[kept], latency=latency)


def _translated(problem: _Problem, kept: Bools) -> tuple[Row, ...]:
    """Return the added rows in the columns of the problem on the `kept` edges."""
    alive = _alive(problem.layout, kept)
    number = np.where(alive, np.cumsum(alive) - 1, -1)
    rows = []
    for row in problem.master.rows[problem.master.fixed_rows :]:
        columns = number[row.columns]
        here = columns >= 0
        rows.append(Row(columns[here], row.values[here], row.lower, row.upper))
    return tuple(rows)


def _alive(layout: Layout, kept: Bools) -> Bools:
    """Columns that remain when only the `kept` edges do."""
    return np.concatenate([np.repeat(kept, 2), np.ones(layout.extra - layout.side, dtype=np.bool_), kept])


def _limits(problem: _Problem, x: Floats, connected: bool) -> list[Row]:
    """Length-bounded cuts that a fractional point breaks."""
    seconds = min(LIMITS_S, problem.run.seconds_left)
    return likely_rows(problem.rooted, problem.layout, problem.master, x, connected, 1e-2, seconds)


def _separate(problem: _Problem, x: Floats) -> list[Row]:
    rows = steiner_rows(problem.layout, x, violation=1e-2, creep=1e-6, nested=3, max_arcs=200_000)
    rows += _limits(problem, x, not rows)
    return rows + degree_rows(problem.layout, x, 1e-2)


def _exact(problem: _Problem, x: Floats) -> list[Row]:
    """Rows that a whole point breaks."""
    rows = steiner_rows(problem.layout, x, violation=0.5, creep=1e-6, nested=5, max_arcs=200_000)
    if rows:
        return rows
    worst = broken(problem.rooted, _values(problem, x)).tolist()
    return length_rows(problem.rooted, problem.layout, problem.master, x, worst, 0.5)


def _values(problem: _Problem, x: Floats) -> Floats:
    """Values of the model's columns at a whole point."""
    rooted, layout = problem.rooted, problem.layout
    values = np.zeros(rooted.model.n_columns)
    values[rooted.model.graph.use[_links(problem, layout.use(x) > 0.5) | rooted.free]] = 1.0
    values[rooted.side_column] = x[layout.side : layout.side + rooted.side_column.size]
    return values


def _links(problem: _Problem, edges: Ints | Bools) -> Bools:
    """Links of edges."""
    links = np.zeros(problem.rooted.free.size, dtype=np.bool_)
    links[problem.rooted.link[edges]] = True
    return links


def _accept(problem: _Problem, x: Floats) -> bool:
    """Take a whole point that breaks no row as a plan."""
    plan = complete(problem.rooted, _links(problem, problem.layout.use(x) > 0.5))
    if plan is not None:
        problem.run.offer(tidy(problem.rooted, plan), "branch")
    return plan is not None


def _follow(problem: _Problem, x: Floats) -> None:
    """Build a plan along a point: a tree that prefers what it uses, what it uses nearly whole, and routes."""
    rooted, layout, run = problem.rooted, problem.layout, problem.run
    used = np.clip(layout.use(x), 0.0, 1.0)
    z = np.clip(x[layout.side : layout.side + rooted.side_column.size], 0.0, None)
    cost = rooted.steiner.cost * (1.0 - 0.99 * used)
    deadline = monotonic() + 0.1 * run.seconds_left
    with run.phase("primal"):
        tree = heuristic(
            rooted.steiner, layout.graph, search_cost=cost, z_hint=z, seed=problem.seed, deadline=deadline
        )
        links = _links(problem, used > 0.9)
        if tree is not None:
            links |= _links(problem, tree.edges)
        run.offer(plan_on(rooted, links, problem.fallback), "primal")
