"""The problem without latency, solved exactly: good trees first, then cuts, ever smaller graphs, and branching."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.branch import branch
from optimizer.engine.cutloop import cut_loop
from optimizer.engine.dual_ascent import dual_ascent
from optimizer.engine.graph import Graph, graph_of
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.master import Master, Row
from optimizer.engine.primal import heuristic, union_instance
from optimizer.engine.run import CUTOFF, PROVEN, Run
from optimizer.engine.separate import Layout, build_master, cut_row, layout_of, steiner_rows, whole_columns
from optimizer.engine.steiner_tree import Tree
from optimizer.engine.subtree import relaxed_subtree
from optimizer.solution import relative_gap

__all__ = ["Relaxation", "solve_relaxed"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TREES = 8  # heuristic trees whose union is solved
SEED_ARCS = 200_000  # arcs in the cuts taken from dual ascent
SHRINK = 0.7  # share of the edges left below which the graph is made anew
HEURISTIC_EVERY = 4  # rounds of the cut loop


class Relaxation:
    """The run of a relaxed problem: its own best tree and bound on the clock of the whole run.

    Parameters
    ----------
    run
        The run (or relaxation) this belongs to.
    on_tree
        Called with every better tree.
    proves
        Whether its bounds hold for `run`.
    seconds
        Time it may take.
    """

    def __init__(self, run: Run | Relaxation, on_tree: Callable[[Tree], None], proves: bool, seconds: float) -> None:
        self.run, self.on_tree, self.proves = run, on_tree, proves
        self.deadline = monotonic() + min(seconds, run.seconds_left)
        self.tree: Tree | None = None
        self.bound = -np.inf

    @property
    def objective(self) -> float:
        """Of the best tree."""
        return self.tree.objective if self.tree is not None else np.inf

    @property
    def cutoff(self) -> float:
        """Cost that a tree has to stay below to be worth finding."""
        return self.objective - max(CUTOFF * abs(self.objective), 1e-9) if self.tree is not None else np.inf

    @property
    def closed(self) -> bool:
        """Whether the best tree is proven."""
        return relative_gap(self.objective, self.bound) <= PROVEN or self.run.closed

    @property
    def done(self) -> bool:
        """Whether to stop."""
        return self.closed or self.seconds_left <= 0.0 or self.run.done

    @property
    def seconds(self) -> float:
        """Seconds since the start of the whole run."""
        return self.run.seconds

    @property
    def seconds_left(self) -> float:
        """Seconds until its limit."""
        return max(0.0, self.deadline - monotonic())

    def offer(self, tree: Tree | None) -> None:
        """Take a tree if it is the best so far."""
        if tree is not None and tree.objective < self.objective - 1e-9 * max(1.0, abs(tree.objective)):
            self.tree = tree
            self.bound = min(self.bound, tree.objective)
            self.on_tree(tree)

    def prove(self, bound: float, phase: str) -> None:
        """Take a lower bound; edges may have been removed by the best tree's cost, so it never exceeds that."""
        bound = min(bound, self.cutoff)
        self.bound = max(self.bound, bound)
        if self.proves:
            self.run.prove(bound, phase)

    def report(self, phase: str, now: bool = False) -> bool:
        """Tell the caller where the run stands; return whether to stop."""
        return self.run.report(phase, now) or self.seconds_left <= 0.0

    def phase(self, name: str) -> AbstractContextManager[None]:
        """Count the seconds of a phase."""
        return self.run.phase(name)

    def log(self, what: str) -> None:
        """Log where this stands."""
        self.run.log(f"{what} (relaxed {self.objective:.8g}, bound {self.bound:.8g})")


def solve_relaxed(relaxation: Relaxation, instance: SteinerInstance, *, seed: int = 0, whole: bool = True) -> None:
    """Solve an instance to optimality or until time runs out; trees are in the edges of `instance`.

    Parameters
    ----------
    whole
        True for the whole problem: several heuristic trees, whose union is solved first.
    """
    graph = graph_of(instance)
    with relaxation.phase("primal"):
        trees = _trees(relaxation, instance, graph, seed, TREES if whole else 1)
    if whole and len(trees) > 1:
        _solve_union(relaxation, instance, trees, seed)
    kept = np.arange(instance.tail.size)
    while not relaxation.done:
        smaller = _on_edges(instance, kept)
        gone = _cut_and_branch(relaxation, smaller, kept, seed)
        if gone is None:
            return
        kept = kept[~gone]


def _trees(relaxation: Relaxation, instance: SteinerInstance, graph: Graph, seed: int, number: int) -> list[Tree]:
    """Heuristic trees from different starts, the best offered."""
    trees = []
    for k in range(number):
        if relaxation.report("first trees") or relaxation.done:
            break
        tree = heuristic(instance, graph, seed=seed + k, deadline=monotonic() + 0.2 * relaxation.seconds_left)
        if tree is not None:
            trees.append(tree)
            relaxation.offer(tree)
    return trees


def _solve_union(relaxation: Relaxation, instance: SteinerInstance, trees: list[Tree], seed: int) -> None:
    """Solve the union of some trees: it is small, and its optimum usually is close to that of the whole."""
    part = union_instance(instance, trees)

    def on_tree(tree: Tree) -> None:
        relaxation.offer(replace(tree, edges=np.sort(part.edges[tree.edges])))

    inner = Relaxation(relaxation, on_tree, proves=False, seconds=0.1 * relaxation.seconds_left)
    with relaxation.phase("union"):
        solve_relaxed(inner, part.instance, seed=seed, whole=False)
    inner.log(f"union of {len(trees)} trees: {part.edges.size} edges")


def _on_edges(instance: SteinerInstance, kept: Ints) -> SteinerInstance:
    """Return the instance with the edges of `kept` only."""
    return replace(instance, tail=instance.tail[kept], head=instance.head[kept], cost=instance.cost[kept])


def _cut_and_branch(relaxation: Relaxation, instance: SteinerInstance, kept: Ints, seed: int) -> Bools | None:
    """Run the cut loop, then branch; return edges to remove when that makes a much smaller graph first."""
    layout = layout_of(instance)
    master = build_master(layout)
    if relaxation.tree is not None:
        with relaxation.phase("dual ascent"):
            master.add(_seed_rows(layout, relaxation.tree, kept))

    def follow(x: Floats) -> None:
        with relaxation.phase("primal"):
            tree = _guided(relaxation, layout, x, seed)
            relaxation.offer(None if tree is None else replace(tree, edges=kept[tree.edges]))

    def on_point(x: Floats, rounds: int) -> None:
        if rounds % HEURISTIC_EVERY == 0:
            follow(x)

    loop = cut_loop(relaxation, layout, master, on_point=on_point)
    if loop.infeasible:
        relaxation.prove(relaxation.cutoff, "cuts")
        return None
    gone = layout.use(master.high) <= 0.0
    relaxation.log(f"cuts: {loop.rounds} rounds, {gone.size} edges, {int(gone.sum())} can go")
    if relaxation.done:
        return None
    if loop.last is not None:
        follow(loop.last.x)
    if np.count_nonzero(~gone) < SHRINK * gone.size:
        return gone
    _branch(relaxation, layout, master, follow)
    return None


def _branch(relaxation: Relaxation, layout: Layout, master: Master, follow: Callable[[Floats], None]) -> None:
    """Branch until the instance is solved."""

    def broken_rows(x: Floats) -> list[Row]:
        return steiner_rows(layout, x, violation=0.5, creep=1e-6, nested=5, max_arcs=200_000)

    with relaxation.phase("branch"):
        found = branch(relaxation, master, whole_columns(layout), broken_rows, follow)
    if found.x is not None:
        follow(found.x)
    relaxation.prove(found.bound, "branch")
    relaxation.log(f"branch: {found.rounds} integer programs")


def _guided(relaxation: Relaxation, layout: Layout, x: Floats, seed: int) -> Tree | None:
    """Heuristic tree along a point of the linear program."""
    instance = layout.instance
    cost = instance.cost * (1.0 - 0.99 * np.clip(layout.use(x), 0.0, 1.0))
    z = np.clip(x[layout.side : layout.side + instance.side.cost.size], 0.0, None)
    deadline = monotonic() + 0.1 * relaxation.seconds_left
    return heuristic(instance, layout.graph, search_cost=cost, z_hint=z, seed=seed, deadline=deadline)


def _seed_rows(layout: Layout, tree: Tree, kept: Ints) -> list[Row]:
    """Cuts of a dual ascent with the prizes that the best tree suggests."""
    instance, graph = layout.instance, layout.graph
    edges = np.isin(kept, tree.edges)
    prizes = np.full(layout.terminal.size, np.inf)
    optional = layout.presence >= 0
    if optional.any():
        prizes[optional] = _prizes(instance, graph, edges)[layout.terminal[optional]]
    ascent = dual_ascent(
        graph, np.repeat(instance.cost, 2), instance.root, layout.terminal, prizes, max_cut_arcs=SEED_ARCS
    )
    cuts = zip(ascent.cut_first[:-1], ascent.cut_first[1:], ascent.cut_terminal, strict=True)
    return [cut_row(layout, ascent.cut_arc[a:b], int(t)) for a, b, t in cuts if b > a]


def _prizes(instance: SteinerInstance, graph: Graph, edges: Bools) -> Floats:
    """What it is worth to connect each node, by the prices of the side rows on a tree, shape (nodes,)."""
    price = relaxed_subtree(instance, graph, edges)
    prize = np.zeros(instance.n_nodes)
    if price is not None:
        value = np.maximum(instance.side.rows.T @ price - instance.side.cost, 0.0) * instance.side.upper
        np.add.at(prize, instance.optional_node, value[instance.optional_column])
    return prize
