"""The problem with its latency limits as a linear program, and its parts on fewer links."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.contract import contracted, parts_of
from optimizer.engine.latency import build_latency
from optimizer.engine.link_rows import add_link_rows
from optimizer.engine.master import Master, Row
from optimizer.engine.presolve import Rooted
from optimizer.engine.separate import Layout, build_master, layout_of
from optimizer.engine.watch import Watch

__all__ = ["LimitedProblem", "new_problem", "part_of"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Offer = Callable[[tuple[Floats, float] | None, str], bool]


@dataclass(frozen=True)
class LimitedProblem:
    """What the parts of the search share.

    Parameters
    ----------
    rooted
        The model, or the part of it on fewer links.
    watch
        Clock, cost to beat and bound.
    offer
        Takes a plan (values, objective) and what found it.
    layout, master
        Its linear program, with extra columns. Its nodes are those of `rooted`, edges as there, but what links used
        in any case tie together is one node (see `node`), and those links have no columns to decide.
    node
        Node of the layout of every node of the planning graph, shape (nodes,).
    fallback
        Values of a plan on all links, which tells how limits can be kept where a heuristic does not find out.
    seed
        Of the heuristics.
    """

    rooted: Rooted
    watch: Watch
    offer: Offer
    layout: Layout
    master: Master
    node: Ints
    fallback: Floats | None
    seed: int


def new_problem(
    rooted: Rooted, watch: Watch, offer: Offer, fallback: Floats | None, seed: int, rows: Sequence[Row] = ()
) -> LimitedProblem:
    """Return a problem with the rows known."""
    free = rooted.free[rooted.link]
    node = parts_of(rooted.steiner, free)
    layout = layout_of(contracted(rooted.steiner, node), extra=True)
    master = build_master(layout)
    decided = layout.extra + np.flatnonzero(free)
    master.tighten(decided, np.zeros(decided.size), np.zeros(decided.size))
    add_link_rows(rooted.link_rows, rooted.link, rooted.free, layout, master)
    master.add(rows)
    return LimitedProblem(rooted, watch, offer, layout, master, node, fallback, seed)


def part_of(problem: LimitedProblem, kept: Bools, watch: Watch) -> LimitedProblem:
    """Return the problem on the `kept` edges, with the rows and bounds found so far."""
    rooted = _restricted(problem.rooted, kept)
    part = new_problem(rooted, watch, problem.offer, problem.fallback, problem.seed, _translated(problem, kept))
    alive = np.flatnonzero(_alive_columns(problem.layout, kept))
    part.master.tighten(np.arange(alive.size), problem.master.low[alive], problem.master.high[alive])
    part.master.start_from(problem.master.basis(), alive)
    return part


def _restricted(rooted: Rooted, kept: Bools) -> Rooted:
    """Return the problem on some of its edges."""
    steiner = rooted.steiner
    open_links = np.zeros_like(rooted.latency.open_links)
    open_links[rooted.link[kept]] = True
    smaller = replace(steiner, tail=steiner.tail[kept], head=steiner.head[kept], cost=steiner.cost[kept])
    latency = build_latency(rooted.model, rooted.latency.demands, open_links)
    return replace(rooted, steiner=smaller, link=rooted.link[kept], latency=latency)


def _translated(problem: LimitedProblem, kept: Bools) -> tuple[Row, ...]:
    """Return the added rows in the columns of the problem on the `kept` edges."""
    alive = _alive_columns(problem.layout, kept)
    number = np.where(alive, np.cumsum(alive) - 1, -1)
    rows = []
    for row in problem.master.rows[problem.master.fixed_rows :]:
        columns = number[row.columns]
        here = columns >= 0
        rows.append(replace(row, columns=columns[here], values=row.values[here]))
    return tuple(rows)


def _alive_columns(layout: Layout, kept: Bools) -> Bools:
    """Columns that remain when only the `kept` edges do."""
    return np.concatenate([np.repeat(kept, 2), np.ones(layout.extra - layout.side, dtype=np.bool_), kept])
