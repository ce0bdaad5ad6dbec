"""The cut loop: solve the linear program, add the rows its point breaks, fix what cannot be in a better plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.kernels import dijkstra
from optimizer.engine.master import LpResult, Master, Row
from optimizer.engine.separate import Layout, creep_of, degree_rows, steiner_rows, whole_columns
from optimizer.engine.watch import Watch

__all__ = ["CutLoop", "cut_loop", "fix_by_cost"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

VIOLATION = 1e-3
NESTED = 5
SLOW_S = 1.0  # for a round, after which cuts with few arcs are no longer sought
MAX_ARCS = 200_000  # in the cuts of a round
SEPARATION_S = 5.0  # of Steiner cuts in a round
PATIENCE = 8  # rounds without progress worth having
PROGRESS = 1e-5  # relative rise of the bound that counts as progress
FORGET = 6  # solves a row may stay slack
MANY, SOON = 8_000, 2  # where there are many rows, only so many solves


@dataclass(frozen=True)
class CutLoop:
    """Outcome of a cut loop: the last point and whether the program has no solution below the cutoff."""

    last: LpResult | None
    infeasible: bool
    bound: float
    rounds: int


def cut_loop(
    run: Watch,
    layout: Layout,
    master: Master,
    *,
    more_rows: Callable[[Floats, bool], list[Row]] = lambda _, __: [],
    on_point: Callable[[Floats, int], None] = lambda _, __: None,
    phase: str = "cuts",
    proves: bool = True,
    inward: bool = False,
    seconds: float = np.inf,
    max_rounds: int = 1_000_000,
) -> CutLoop:
    """Run the loop until no row is broken, progress ends, or the run is done.

    Parameters
    ----------
    more_rows
        Further rows that a point breaks (length-bounded cuts); the flag tells whether no Steiner cut is broken.
    on_point
        Called with the point and round, to build plans from.
    proves
        Whether its bounds hold for the whole run.
    inward
        Whether Steiner cuts are sought inside of the points. It gets over bounds that stand still where costs are much
        the same; with limits a round takes longer and lifts the bound less.
    """
    last: LpResult | None = None
    best, stalled, rounds, quick = -np.inf, 0, 0, True
    center = np.zeros(0)
    end = run.seconds + seconds
    while not run.done and run.seconds < end and rounds < max_rounds:
        rounds += 1
        with run.phase("LP"):
            result = master.solve(min(run.seconds_left, end - run.seconds), lambda: run.report(phase))
        if result.infeasible:
            return CutLoop(last, True, run.cutoff, rounds)
        if not result.solved:
            break
        last = result
        stalled = 0 if result.bound > best + PROGRESS * abs(best) else stalled + 1
        best = max(best, result.bound)
        if proves:
            run.prove(best, phase)
            fix_by_cost(run, layout, master, result)
        if run.report(phase) or run.done:
            break
        on_point(result.x, rounds)
        began = monotonic()
        with run.phase("separation"):
            center = _between(center, result.x, master) if inward and rounds > 1 else result.x
            creep = creep_of(layout, master) if quick else np.zeros(layout.side)
            rows = _steiner_rows(layout, result.x, center, creep)
            rows += more_rows(result.x, not rows)
            rows += degree_rows(layout, result.x)
        if not rows or stalled > PATIENCE:
            break
        quick = not rows or monotonic() - began < SLOW_S
        run.detail(f"round {rounds}: bound {result.bound:.8g}, {len(rows)} rows broken, {len(master.rows)} in")
        master.forget(FORGET if len(master.rows) < MANY else SOON)
        master.add(rows)
    return CutLoop(last, False, best, rounds)


def _between(center: Floats, x: Floats, master: Master) -> Floats:
    """Return the center of the next round, half-way to the point."""
    return np.clip(0.5 * (center + x), master.lower, master.upper)


def _steiner_rows(layout: Layout, x: Floats, center: Floats, creep: Floats) -> list[Row]:
    """Steiner cuts that the point between `center` and `x` breaks, and where `x` breaks none of these, its own.

    Optimal points of one program are many, and cuts of one leave the bound at the next; those of a point further
    inside hold for many of them (Ben-Ameur and Neto 2007, doi:10.1002/net.20137).
    """

    def broken(point: Floats) -> list[Row]:
        return steiner_rows(
            layout,
            point,
            violation=VIOLATION,
            creep=creep,
            nested=NESTED,
            max_arcs=MAX_ARCS,
            seconds=SEPARATION_S,
        )

    if center is x:
        return broken(x)
    rows = broken(0.5 * (center + x))
    useful = any(row.values @ x[row.columns] < row.lower - VIOLATION for row in rows)
    return rows if useful else broken(x)


def fix_by_cost(run: Watch, layout: Layout, master: Master, result: LpResult) -> int:
    """Fix columns that no plan below the cutoff can have at another value; return how many.

    An arc is also fixed when every way from the root through it on to a terminal costs too much in reduced costs:
    in an arborescence whose leaves are terminals each arc lies on such a way. So is an edge used beside it when every
    way through it from a terminal to another costs too much: in a plan without needless links each lies on a route.
    """
    spare = run.cutoff - result.bound
    if not np.isfinite(spare):
        return 0
    reduced, whole = result.reduced, whole_columns(layout)
    wide = master.upper > master.lower
    zero = np.flatnonzero(wide & (master.lower == 0.0) & (reduced > spare))
    one = np.flatnonzero(wide & (master.upper == 1.0) & (-reduced > spare) & whole)
    arcs = np.flatnonzero(wide[: layout.side] & (_way_costs(layout, master, reduced) > spare))
    zero = np.union1d(zero[whole[zero]], arcs)
    if layout.extra >= 0:
        beside = wide[layout.extra :] & (_route_costs(layout, master, reduced) > spare)
        zero = np.union1d(zero, layout.extra + np.flatnonzero(beside))
    master.tighten(zero, np.zeros(zero.size), np.zeros(zero.size))
    master.tighten(one, np.ones(one.size), np.ones(one.size))
    return int(zero.size + one.size)


def _way_costs(layout: Layout, master: Master, reduced: Floats) -> Floats:
    """Reduced cost of the cheapest way from the root through each arc on to a terminal, shape (arcs,)."""
    graph, root = layout.graph, layout.instance.root
    cost = _open_costs(master, reduced)[: layout.side]
    start = np.array([root], dtype=np.int64)
    there = dijkstra(*graph.csr, cost, 0, start, np.zeros(1), np.inf)[0]
    on = dijkstra(*graph.csr, cost, 1, layout.terminal, _end_costs(layout, master, reduced), np.inf)[0]
    return there[graph.arc_tail] + cost + on[graph.arc_head]


def _route_costs(layout: Layout, master: Master, reduced: Floats) -> Floats:
    """Reduced cost of the cheapest way between terminals through each edge, used beside the arborescence, (edges,)."""
    graph = layout.graph
    cost = _open_costs(master, reduced)
    beside = cost[layout.extra :]
    either = np.minimum(np.minimum(cost[0 : layout.side : 2], cost[1 : layout.side : 2]), beside)
    ends = np.append(layout.terminal, layout.instance.root)
    start = np.append(_end_costs(layout, master, reduced), 0.0)
    away = dijkstra(*graph.csr, np.repeat(either, 2), 0, ends, start, np.inf)[0]
    return away[graph.arc_tail[0::2]] + beside + away[graph.arc_head[0::2]]


def _end_costs(layout: Layout, master: Master, reduced: Floats) -> Floats:
    """Reduced cost of connecting each terminal, shape (terminals,)."""
    return np.where(layout.presence >= 0, _open_costs(master, reduced)[layout.presence], 0.0)


def _open_costs(master: Master, reduced: Floats) -> Floats:
    """Reduced cost of having each column above 0: none where it is in any case, inf where it cannot, (columns,)."""
    cost = np.where(master.lower > 0.0, 0.0, np.maximum(reduced, 0.0))
    return np.where(master.upper > 0.0, cost, np.inf)
