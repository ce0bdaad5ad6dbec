"""The problem without latency, solved exactly: good trees first, then cuts, ever smaller graphs, and branching."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.branch import branch
from optimizer.engine.carry import NodeCut, binding_cuts, carried_rows
from optimizer.engine.cutloop import cut_loop, fix_by_cost
from optimizer.engine.eliminate import eliminate
from optimizer.engine.graph import graph_of
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.lagrange import lagrangian_bound
from optimizer.engine.master import Master, Row
from optimizer.engine.primal import heuristic, union_instance
from optimizer.engine.reduce import Reduced, reduce
from optimizer.engine.relaxation import Relaxation
from optimizer.engine.run import Pace
from optimizer.engine.seeds import seed_rows
from optimizer.engine.separate import Layout, build_master, creep_of, layout_of, steiner_rows, whole_columns
from optimizer.engine.steiner_tree import Tree
from optimizer.engine.subtree import best_subtree

__all__ = ["solve_relaxed"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TREES = 8  # heuristic trees whose union is solved
THOROUGH = 12_000  # edges up to which the slow reduction tests are run
SHRINK = 0.7  # share of the edges left below which the graph is made anew
TREES_SHARE = 0.1  # of the time left that all first trees may take
TREE_SHARE = 0.01  # of the time left that one of the first trees may take
HEURISTIC_EVERY = 4  # rounds of the cut loop
HEURISTIC_SHARE = 0.3  # of the time since the cut loop began
ENOUGH = 0.1  # share of the run's gap that the relaxed problem's own may be


def solve_relaxed(
    relaxation: Relaxation,
    instance: SteinerInstance,
    *,
    seed: int = 0,
    whole: bool = True,
    known: Sequence[NodeCut] = (),
) -> None:
    """Solve an instance to optimality or until time runs out; trees are in the edges of `instance`.

    Parameters
    ----------
    relaxation
        Where trees and bounds go.
    instance
        The problem.
    seed
        Of the heuristics.
    whole
        True for the whole problem: several heuristic trees, whose union is solved first.
    known
        Cuts of a like instance: the linear program starts from them at once, and trees follow its points.
    """
    with relaxation.phase("reduce"):
        reduced = reduce(instance, special_distance=instance.tail.size <= THOROUGH)
    relaxation.log(f"reduced: {instance.tail.size} -> {reduced.instance.tail.size} edges")
    with relaxation.phase("primal"):
        trees = (
            [] if known else _trees(relaxation, reduced, seed, _how_many(relaxation, reduced.instance) if whole else 1)
        )
    if whole and trees:
        _first_bound(relaxation, reduced, trees[0])
    if whole and len(trees) > 1:
        _solve_union(relaxation, reduced, trees, seed)
    while not relaxation.done:
        smaller = None if known else _by_ascent(relaxation, reduced, seed)
        smaller = smaller or _cut_and_branch(relaxation, instance, reduced, seed, known, keep_cuts=whole)
        if smaller is None:
            return
        reduced = smaller


def _how_many(relaxation: Relaxation, instance: SteinerInstance) -> int:
    """Number of heuristic trees worth building: they make the cost to stay below, few are enough where it is known."""
    known = np.isfinite(relaxation.beyond) or relaxation.tree is not None
    return 1 if known else min(TREES, 1 + instance.tail.size // 30)


def _offer(relaxation: Relaxation, reduced: Reduced, tree: Tree | None) -> None:
    """Offer a tree of the reduced instance."""
    if tree is not None and tree.objective < relaxation.objective:
        relaxation.offer(replace(tree, edges=reduced.expand(tree.edges)))


def _trees(relaxation: Relaxation, reduced: Reduced, seed: int, number: int) -> list[Tree]:
    """Heuristic trees from different starts, the best offered."""
    trees: list[Tree] = []
    graph = graph_of(reduced.instance)
    end = monotonic() + TREES_SHARE * relaxation.seconds_left
    for k in range(number):
        if relaxation.report("first trees") or relaxation.done or (trees and monotonic() > end):
            break
        deadline = monotonic() + TREE_SHARE * relaxation.seconds_left
        tree = heuristic(reduced.instance, graph, seed=seed + k, deadline=deadline)
        if tree is not None:
            trees.append(tree)
            _offer(relaxation, reduced, tree)
    return trees


def _first_bound(relaxation: Relaxation, reduced: Reduced, tree: Tree) -> None:
    """Prove a first bound at once; better ones follow."""
    with relaxation.phase("dual ascent"):
        bound = lagrangian_bound(reduced.instance, graph_of(reduced.instance), tree=tree)
    relaxation.prove(bound.value, "dual ascent")


def _solve_union(relaxation: Relaxation, reduced: Reduced, trees: list[Tree], seed: int) -> None:
    """Solve the union of some trees: it is small, and its optimum usually is close to that of the whole."""
    part = union_instance(reduced.instance, trees)

    def on_tree(tree: Tree) -> None:
        _offer(relaxation, reduced, replace(tree, edges=np.sort(part.edges[tree.edges])))

    inner = Relaxation(relaxation, on_tree, proves=False, seconds=0.1 * relaxation.seconds_left)
    with relaxation.phase("union"):
        solve_relaxed(inner, part.instance, seed=seed, whole=False)
    inner.log(f"union of {len(trees)} trees: {part.edges.size} edges")


def _by_ascent(relaxation: Relaxation, reduced: Reduced, seed: int) -> Reduced | None:
    """Remove what dual ascent shows to be too dear; None when that is little."""
    instance, graph = reduced.instance, graph_of(reduced.instance)
    tree = None
    with relaxation.phase("primal"):
        if not relaxation.near:
            tree = heuristic(instance, graph, seed=seed, deadline=monotonic() + 0.05 * relaxation.seconds_left)
            _offer(relaxation, reduced, tree)
    with relaxation.phase("dual ascent"):
        bound = lagrangian_bound(instance, graph, tree=tree)
    relaxation.prove(bound.value, "dual ascent")
    if not np.isfinite(relaxation.cutoff) or relaxation.done:
        return None
    with relaxation.phase("reduce"):
        gone = eliminate(instance, graph, bound, relaxation.cutoff)
        relaxation.log(f"dual ascent {bound.value:.8g}: {gone.edges.size} edges, {int(gone.edges.sum())} can go")
        if gone.edges.sum() <= (1.0 - SHRINK) * gone.edges.size:
            return None
        return reduce(instance, dropped=gone.edges, closed=gone.columns).after(reduced)


def _cut_and_branch(
    relaxation: Relaxation,
    whole: SteinerInstance,
    reduced: Reduced,
    seed: int,
    known: Sequence[NodeCut],
    keep_cuts: bool,
) -> Reduced | None:
    """Run the cut loop, then branch; return a smaller instance when the loop showed that much of it can go."""
    instance = reduced.instance
    layout = layout_of(instance)
    master = build_master(layout)
    with relaxation.phase("dual ascent"):
        master.add(carried_rows(layout, known, reduced.node) or seed_rows(layout, seed))

    pace = Pace(HEURISTIC_SHARE)

    def follow(x: Floats) -> None:
        with relaxation.phase("primal"), pace.work():
            _offer(relaxation, reduced, _guided(relaxation, layout, x, seed))

    def on_point(x: Floats, rounds: int) -> None:
        if rounds % HEURISTIC_EVERY == 0 and pace.due() and not relaxation.near:
            follow(x)

    loop = cut_loop(relaxation, layout, master, on_point=on_point, inward=True)
    if keep_cuts:
        relaxation.cuts += binding_cuts(whole, graph_of(whole), reduced, layout, master)
    if loop.infeasible:
        relaxation.prove(relaxation.cutoff, "cuts")
        return None
    if loop.last is not None and not relaxation.done:
        follow(loop.last.x)
        fix_by_cost(relaxation, layout, master, loop.last)
    gone = layout.use(master.high) <= 0.0
    relaxation.log(f"cuts: {loop.rounds} rounds, {gone.size} edges, {int(gone.sum())} can go")
    if relaxation.done:
        return None
    if np.count_nonzero(gone) > (1.0 - SHRINK) * gone.size:
        with relaxation.phase("reduce"):
            return _fixed(reduced, layout, master, gone).after(reduced)
    if not _enough(relaxation):
        _branch(relaxation, reduced, layout, master, follow)
    return None


def _enough(relaxation: Relaxation) -> bool:
    """Tell whether most of the gap left comes from the limits, so that the problem without them is solved enough."""
    gap = relaxation.run.objective - relaxation.bound
    own = relaxation.objective - relaxation.bound
    return bool(relaxation.proves and np.isfinite(gap) and own < ENOUGH * gap)


def _fixed(reduced: Reduced, layout: Layout, master: Master, gone: Bools) -> Reduced:
    """Reduce with what the linear program fixed."""
    side = reduced.instance.side
    part = slice(layout.side, layout.side + side.cost.size)
    tighter = replace(side, lower=master.low[part].copy(), upper=master.high[part].copy())
    return reduce(replace(reduced.instance, side=tighter), dropped=gone)


def _branch(
    relaxation: Relaxation, reduced: Reduced, layout: Layout, master: Master, follow: Callable[[Floats], None]
) -> None:
    """Branch until the instance is solved."""

    def broken_rows(x: Floats) -> list[Row]:
        return steiner_rows(layout, x, violation=0.5, creep=creep_of(layout, master), nested=5, max_arcs=200_000)

    with relaxation.phase("branch"):
        found = branch(relaxation, master, whole_columns(layout), broken_rows, follow)
    if found.x is not None:
        _offer(relaxation, reduced, best_subtree(layout.instance, layout.graph, layout.use(found.x) > 0.5))
    relaxation.prove(found.bound, "branch")
    relaxation.log(f"branch: {found.rounds} integer programs")


def _guided(relaxation: Relaxation, layout: Layout, x: Floats, seed: int) -> Tree | None:
    """Heuristic tree along a point of the linear program."""
    instance = layout.instance
    cost = instance.cost * (1.0 - 0.99 * np.clip(layout.use(x), 0.0, 1.0))
    z = np.clip(x[layout.side : layout.side + instance.side.cost.size], 0.0, None)
    deadline = monotonic() + 0.1 * relaxation.seconds_left
    return heuristic(instance, layout.graph, search_cost=cost, z_hint=z, seed=seed, deadline=deadline)
