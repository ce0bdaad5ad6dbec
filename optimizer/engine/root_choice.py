"""Where the arborescence starts: limits at its root are cut on arcs, limits elsewhere on links, which is weaker.

At 1000 nodes the choice decides over half of what the limits add to the bound. Which limits press shows only at a point
of the linear program, so the root goes to the center whose cuts on links have the largest duals, as long as the bound
rises.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.carry import NodeCut, carried_rows, turned
from optimizer.engine.limited_problem import LimitedProblem, new_problem
from optimizer.engine.master import Row
from optimizer.engine.presolve import Rooted
from optimizer.engine.root_rows import root_cuts_possible, root_demands
from optimizer.engine.seeds import seed_rows

__all__ = ["at_better_root", "moved", "rooted_problem"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

PRESSING = 0.05  # share of the gap that the cuts on links of a center have to carry to try it as root


def moved(rooted: Rooted, root: int, cuts: Sequence[NodeCut]) -> tuple[Rooted, Sequence[NodeCut]]:
    """Return the problem and its cuts with another required node as root; both roots are connected in any case."""
    elsewhere = replace(rooted, steiner=replace(rooted.steiner, root=root))
    return elsewhere, turned(cuts, rooted.steiner.root, root)


def rooted_problem(problem: LimitedProblem, cuts: Sequence[NodeCut]) -> LimitedProblem:
    """Return a new problem with the cuts to start from in its linear program."""
    problem.master.add(carried_rows(problem.layout, cuts, problem.node))
    problem.master.add(seed_rows(problem.layout, problem.seed))
    return problem


def at_better_root(
    problem: LimitedProblem, cuts: Sequence[NodeCut], bound: Callable[[LimitedProblem], float], *, closure: bool = False
) -> LimitedProblem:
    """Return the problem at the best root found.

    Parameters
    ----------
    cuts
        Steiner cuts to start from.
    bound
        Adds cuts to a problem for a while and returns its bound.
    closure
        Whether it adds all that bind. Then cuts on links go along to the next root; else the next root would be judged
        by more of them.
    """
    if not root_cuts_possible(problem):
        return problem
    best, tried = bound(problem), {problem.rooted.steiner.root}
    while not problem.watch.done and (root := _pressing(problem, tried)) >= 0:
        tried.add(root)
        rooted, there = moved(problem.rooted, root, cuts)
        other = rooted_problem(_at(problem, rooted, _on_links(problem) if closure else ()), there)
        found = bound(other)
        problem.watch.log(f"root {root}: {len(root_demands(rooted))} limits there, bound {found:.8g}")
        if found <= best:
            break
        problem, best, cuts = other, found, there
    return problem


def _at(problem: LimitedProblem, rooted: Rooted, rows: Sequence[Row]) -> LimitedProblem:
    """Return the problem at another root, with some rows and with what is known of links and decisions, true of any."""
    other = new_problem(rooted, problem.watch, problem.offer, problem.fallback, problem.seed, rows)
    layout, low, high = problem.layout, problem.master.low, problem.master.high
    closed = np.flatnonzero(layout.use(high) <= 0.0)
    columns = np.concatenate([2 * closed, 2 * closed + 1, layout.extra + closed])
    other.master.tighten(columns, np.zeros(columns.size), np.zeros(columns.size))
    sides = np.arange(layout.side, layout.extra)
    other.master.tighten(sides, low[sides], high[sides])
    return other


def _on_links(problem: LimitedProblem) -> list[Row]:
    """Return the length-bounded cuts on links, with every column of their links: arcs closed here may be open there."""
    layout, found = problem.layout, []
    for row in (row for row in problem.master.rows if row.demand >= 0):
        aside = (row.columns >= layout.side) & (row.columns < layout.extra)
        links = row.columns[~aside]
        edge = np.unique(np.where(links < layout.side, links // 2, links - layout.extra))
        columns = np.concatenate([2 * edge, 2 * edge + 1, layout.extra + edge, row.columns[aside]])
        values = np.concatenate([np.ones(3 * edge.size), row.values[aside]])
        found.append(replace(row, columns=columns, values=values))
    return found


def _pressing(problem: LimitedProblem, tried: set[int]) -> int:
    """Return the required node whose limits, cut on links, carry most of the bound; -1 when none carries enough."""
    result = problem.master.solve(problem.watch.seconds_left)
    if not result.solved:
        return -1
    carried = np.zeros(problem.rooted.steiner.n_nodes)
    for row, dual in zip(problem.master.rows, result.dual, strict=True):
        if row.demand >= 0 and len((demand := problem.rooted.model.demands[row.demand]).targets) == 1:
            carried[[demand.source, demand.targets[0]]] += dual
    carried[~problem.rooted.steiner.required] = 0.0
    carried[list(tried)] = 0.0
    gap = problem.watch.cutoff - result.bound
    root = int(np.argmax(carried))
    return root if carried[root] > (PRESSING * gap if np.isfinite(gap) else 0.0) else -1
