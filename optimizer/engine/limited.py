"""The problem with its latency limits: length-bounded cuts, neighbourhoods of good points, branch and cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.aim import Aim, aimed
from optimizer.engine.aside import Aside
from optimizer.engine.carry import NodeCut
from optimizer.engine.completion import SECONDS, broken, complete
from optimizer.engine.corridor import corridors
from optimizer.engine.cutloop import CutLoop, cut_loop, fix_by_cost
from optimizer.engine.dive import dive
from optimizer.engine.follow import chosen, follow, improve_along, links_of, offer_improved, plan_limit
from optimizer.engine.length_rows import length_rows, likely_rows
from optimizer.engine.limited_problem import LimitedProblem, new_problem, part_of
from optimizer.engine.master import Master, Row
from optimizer.engine.pair_rows import missing_rows, pair_rows
from optimizer.engine.presolve import Rooted
from optimizer.engine.repair import tidy
from optimizer.engine.root_choice import at_better_root, moved, rooted_problem
from optimizer.engine.root_rows import best_root, root_rows
from optimizer.engine.run import Inner, Pace, Run
from optimizer.engine.seeds import seed_rows
from optimizer.engine.separate import creep_of, degree_rows, steiner_rows, whole_columns
from optimizer.engine.tree import Rules, branch_and_cut
from optimizer.engine.windows import Windows

__all__ = ["root_bound", "solve_limited", "solve_part"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Settle = Callable[[Bools, float], None]
"""Offers a plan that uses given links, shape (links,), after at most so many seconds."""

AIM = 0.25  # of the way from the bound to the best plan
AIMS = 3
AIMS_LEAST, AIMS_MOST = 0.5, 1000  # share of links that the best plan's cost has to leave, and number, for aims
SHARE_AIM_CUTS = 0.1  # of the time left that cuts for aims may take
SHARE_AIM = 0.25  # of the time left that the search for plans below an aim may take
HEURISTIC_EVERY = 8  # rounds of the cut loop
HEURISTIC_SHARE = 0.2  # of the time since the cut loop began
LIMITS_S = 5.0  # seconds a round of length-bounded cuts may take
ROOT_ROUNDS = 24  # of cuts that judge a root
CLOSURE_ROUNDS = 1000  # of cuts that judge a root where little of the network is left: all that bind
ROOT_SHARE = 0.03  # of the time left that a root may take
STAGE = 16  # rounds of the cut loop before plans are sought and the graph is made smaller
NEAR = (0.02, 0.1, 0.5)  # links above the first of these values that leaves few enough are near the point
SHARE_PLANS = 0.2  # of the time left in which both threads of the tree seek plans
WIDE = 0.005  # gap above which routes of limits that are dear to keep are settled
CORRIDORS, SHARE_CORRIDOR = 3, 0.035  # how many, and the share of the time left that plans around one may take
SHARE_DIVE = 0.15  # of the time left that a dive in the whole problem may take
SHARE_NEAR = 0.15  # of the time left that a neighbourhood may take
SHARE_WINDOWS = 0.12  # of the time left that windows may take
WINDOW = 300  # links of the first one, those that are closed included
SMALL_ENOUGH = 0.8  # of the links, above which a neighbourhood is not worth it


def solve_limited(
    rooted: Rooted,
    run: Run,
    fallback: Floats | None,
    settle: Settle,
    seed: int = 0,
    cuts: Sequence[NodeCut] = (),
    relaxed: Bools | None = None,
) -> None:
    """Solve a rooted model with every limit to the end, or until the run is done.

    Parameters
    ----------
    fallback
        Values of a plan on all links, which tells how limits can be kept where a heuristic does not find out.
    settle
        Offers plans that use given links.
    cuts
        Steiner cuts to start from.
    relaxed
        Links of a good network without limits: the root goes where it breaks most of them, shape (links,).
    """
    if relaxed is not None:
        rooted, cuts = moved(rooted, best_root(rooted, relaxed), cuts)
    problem = new_problem(rooted, run, run.offer, fallback, seed)
    with run.phase("dual ascent"):
        rooted_problem(problem, cuts)
    with run.phase("root"):
        seconds = ROOT_SHARE * run.seconds_left
        problem = at_better_root(problem, cuts, lambda p: root_bound(p, seconds))
    searched = False
    plans = [chosen(rooted, run.values)]
    while not run.done:
        with run.phase("latency cuts"):
            loop = _cut(problem)
        if run.done or loop.last is None:
            break
        ended = loop.rounds < STAGE
        first = len(plans) == 1
        if not searched and (ended or first):
            plans += [improve_along(problem, loop.last.x), chosen(rooted, run.values)]
        if first:
            with run.phase("aims"):
                _aims(problem)
        if ended and not searched:
            with run.phase("corridors"):
                _by_corridors(problem, settle)
                plans.append(chosen(rooted, run.values))
            with run.phase("neighbourhood"):
                _dive(replace(problem, watch=Inner(run, SHARE_DIVE * run.seconds_left)))
                _neighbourhood(problem, loop.last.x, np.logical_or.reduce(plans))
            with run.phase("windows"):
                Windows(_still_open(problem), run, solve_part, seed, WINDOW).improve(SHARE_WINDOWS * run.seconds_left)
        with run.phase("latency cuts"):
            problem = _shrunk(problem)
        if ended and searched:
            break
        if ended:
            with run.phase("root"):
                problem = _at_better_root(problem)
        searched |= ended
    if not run.done:
        with run.phase("branch"):
            _branch(problem, SHARE_PLANS * run.seconds_left)


def _at_better_root(problem: LimitedProblem) -> LimitedProblem:
    """Return the problem at the root that is best on what is left of the network."""
    seconds = ROOT_SHARE * problem.watch.seconds_left
    return at_better_root(problem, (), lambda p: root_bound(p, seconds, CLOSURE_ROUNDS), closure=True)


def _by_corridors(problem: LimitedProblem, settle: Settle) -> None:
    """Look for plans around routes that are dear to keep within limits, where the gap is wide.

    With demands for two routes the gap is wide because of them.
    """
    run = problem.watch
    if problem.rooted.pairs or not WIDE * abs(run.cutoff) < run.cutoff - run.bound < np.inf:
        return
    result = problem.master.solve(run.seconds_left)
    found = islice(corridors(problem, result.x), CORRIDORS) if result.solved else ()
    for links in found:
        if run.done:
            return
        settle(links, SHARE_CORRIDOR * run.seconds_left)
        run.log(f"corridor of {int(links.sum())} links")


def _aims(problem: LimitedProblem) -> None:
    """Look for plans well below the best one where its cost leaves most links, and show where there are none.

    An aim that no plan is below is a bound, and the next one lies above it. See `Aim`. With demands for two routes
    bounds are too weak for that: at 300 nodes a fruitless aim took a third of the time.
    """
    run = problem.watch
    left = problem.layout.use(problem.master.high) > 0.0
    few = AIMS_LEAST * left.size < np.count_nonzero(left) < AIMS_MOST
    if problem.rooted.pairs or not np.isfinite(run.cutoff) or not few:
        return
    end = run.seconds + SHARE_AIM_CUTS * run.seconds_left
    for _ in range(AIMS):
        result = problem.master.solve(run.seconds_left)
        if not result.solved or run.done or run.seconds >= end:
            return
        low = Aim(run, end - run.seconds, run.bound + AIM * (run.cutoff - run.bound))
        closed = _none_below(aimed(problem, result, low), low)
        run.log(f"aim {low.cost:.8g}: {'closed' if closed else 'open'}")
        if not closed:
            return


def _none_below(part: LimitedProblem, aim: Aim) -> bool:
    """Return whether no plan is left to find below an aim: by cuts that leave none, or by a tree."""
    while not aim.done:
        loop = _cut(part)
        part = part if aim.done else _shrunk(part)
        if loop.rounds < STAGE:
            break
    if not aim.done:
        aim = Aim(aim.run, SHARE_AIM * aim.run.seconds_left, aim.cost)
        _dive(replace(part, watch=Inner(aim.run, aim.seconds_left)))  # a plan above the aim may help, too
        _branch(replace(part, watch=aim))
    return aim.closed


def solve_part(problem: LimitedProblem) -> None:
    """Solve a small problem, or improve plans in it until its watch is done."""
    problem.master.add(seed_rows(problem.layout, problem.seed))
    while not problem.watch.done:
        loop = _cut(problem)
        if loop.last is None or loop.infeasible:
            return
        if loop.rounds < STAGE:
            break
    if not problem.watch.done:
        _branch(problem)


def root_bound(problem: LimitedProblem, seconds: float, rounds: int = ROOT_ROUNDS) -> float:
    """Add cuts for some rounds, without plans on the way; return the bound."""
    loop = cut_loop(
        problem.watch,
        problem.layout,
        problem.master,
        more_rows=lambda x, connected: _limits(problem, x, connected),
        phase="root",
        seconds=seconds,
        max_rounds=rounds,
    )
    return _judged(problem, loop, "root").bound


def _cut(problem: LimitedProblem) -> CutLoop:
    """Run some rounds of the cut loop at the root."""
    run = problem.watch
    pace = Pace(HEURISTIC_SHARE)

    def on_point(x: Floats, rounds: int) -> None:
        if rounds % HEURISTIC_EVERY == 0 and pace.due():
            with pace.work():
                follow(problem, x)

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
    return _judged(problem, loop, "latency cuts")


def _judged(problem: LimitedProblem, loop: CutLoop, phase: str) -> CutLoop:
    """Take from a cut loop that nothing is below the cutoff, where it showed that."""
    if loop.infeasible:
        problem.watch.prove(problem.watch.cutoff, phase)
    return loop


def _rules(problem: LimitedProblem) -> Rules:
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


def _branch(problem: LimitedProblem, plans_s: float = 0.0) -> None:
    def helper(master: Master) -> tuple[Aside, Rules]:
        aside = Aside(problem.watch, problem.offer)
        return aside, _rules(replace(problem, watch=aside, offer=aside.offer, master=master))

    branch_and_cut(problem.watch, problem.layout, problem.master, _rules(problem), helper=helper, plans_s=plans_s)


def _dive(problem: LimitedProblem) -> None:
    rules = _rules(problem)
    dive(problem.watch, problem.master, rules.integer, rules.built, rules.separate, rules.exact, rules.accept)
    problem.watch.log("dive")


def _shrunk(problem: LimitedProblem) -> LimitedProblem:
    """Return the problem without the edges that the best plan's cost shows to be too dear."""
    result = problem.master.solve(problem.watch.seconds_left)
    if not result.solved:
        return problem
    fix_by_cost(problem.watch, problem.layout, problem.master, result)
    kept = problem.layout.use(problem.master.high) > 0.0
    free = int((problem.master.high > problem.master.low).sum())
    problem.watch.log(f"{int(kept.sum())} of {kept.size} links may be in a better plan, {free} open columns")
    kept |= problem.rooted.free[problem.rooted.link]
    if kept.mean() > SMALL_ENOUGH:
        return problem
    return part_of(problem, kept, problem.watch)


def _still_open(problem: LimitedProblem) -> LimitedProblem:
    """Return the problem without the edges that are fixed at 0."""
    kept = problem.layout.use(problem.master.high) > 0.0
    return part_of(problem, kept | problem.rooted.free[problem.rooted.link], problem.watch)


def _neighbourhood(problem: LimitedProblem, x: Floats, plans: Bools) -> None:
    """Solve the problem on the links of some plans, with what is near a point: small, and often better.

    `plans` are links that some plan uses, shape (links,).
    """
    planned = (plans | problem.rooted.free)[problem.rooted.link]
    nears = [planned | (problem.layout.use(x) > value) for value in NEAR]
    near = next((links for links in nears if links.mean() <= SMALL_ENOUGH), None)
    if near is None:
        return
    inner = Inner(problem.watch, SHARE_NEAR * problem.watch.seconds_left)
    part = part_of(problem, near, inner)
    _dive(part)
    _branch(part, np.inf)
    inner.log(f"neighbourhood of {int(near.sum())} links")


def _limits(problem: LimitedProblem, x: Floats, connected: bool) -> list[Row]:
    """Cuts of two routes and length-bounded cuts that a fractional point breaks."""
    seconds = min(LIMITS_S, problem.watch.seconds_left)
    rows = pair_rows(problem, x, 1e-2, seconds) + root_rows(problem, x, 1e-2, seconds)
    return rows + likely_rows(problem.rooted, problem.layout, problem.master, x, connected and not rows, 1e-2, seconds)


def _separate(problem: LimitedProblem, x: Floats) -> list[Row]:
    creep = creep_of(problem.layout, problem.master)
    rows = _open(problem, steiner_rows(problem.layout, x, violation=1e-2, creep=creep, nested=3, max_arcs=200_000))
    rows += _limits(problem, x, not rows)
    return rows + degree_rows(problem.layout, x, 1e-2)


def _open(problem: LimitedProblem, rows: list[Row]) -> list[Row]:
    """Return rows without the columns that are 0 in any better plan, which cuts of few open arcs have many of."""
    open_ = problem.master.high > 0.0
    kept = [(row, open_[row.columns]) for row in rows]
    return [replace(row, columns=row.columns[k], values=row.values[k]) for row, k in kept]


def _exact(problem: LimitedProblem, x: Floats) -> list[Row]:
    """Rows that a whole point breaks."""
    creep = creep_of(problem.layout, problem.master)
    rows = _open(problem, steiner_rows(problem.layout, x, violation=0.5, creep=creep, nested=5, max_arcs=200_000))
    if rows:
        return rows
    values = _values(problem, x)
    worst = broken(problem.rooted, values).tolist()
    rows = length_rows(problem.rooted, problem.layout, problem.master, x, worst, 0.5)
    rows += root_rows(problem, x, 0.5) if rows else []
    return rows or missing_rows(problem, x, values)


def _values(problem: LimitedProblem, x: Floats) -> Floats:
    """Values of the model's columns at a whole point."""
    rooted, layout = problem.rooted, problem.layout
    values = np.zeros(rooted.model.n_columns)
    values[rooted.model.graph.use[links_of(problem, layout.use(x) > 0.5) | rooted.free]] = 1.0
    values[rooted.side_column] = x[layout.side : layout.side + rooted.side_column.size]
    return values


def _accept(problem: LimitedProblem, x: Floats) -> float:
    """Take the links of a point as a plan; return its cost with exactly these links, inf when there is none."""
    stop, end = plan_limit(problem, "branch")
    links = links_of(problem, problem.layout.use(x) > 0.5)
    plan = complete(problem.rooted, links, seconds=min(SECONDS, end - monotonic()))
    if plan is not None:
        offer_improved(problem, tidy(problem.rooted, plan, stop), "branch")
    return np.inf if plan is None else plan[1]
