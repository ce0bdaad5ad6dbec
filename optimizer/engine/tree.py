"""Branch and cut: a tree of subproblems whose linear programs go on separating, on one warm simplex a thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.aside import Aside
from optimizer.engine.branching import PseudoCosts, choose
from optimizer.engine.cutloop import fix_by_cost
from optimizer.engine.dive import dive
from optimizer.engine.frontier import Change, Frontier, Node
from optimizer.engine.master import LpResult, Master, Row
from optimizer.engine.run import Pace
from optimizer.engine.separate import Layout
from optimizer.engine.watch import Watch
from optimizer.worker import Worker

__all__ = ["Helper", "Rules", "branch_and_cut"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE = 1e-6  # values this close to a whole number count as whole
ROUNDS = 12  # rounds of separation at a node
WORTH = 0.03  # share of the gap a round has to close to go on
FORGET = 10  # solves a row may stay slack
LOG_EVERY = 100
DIVE_EVERY = 25  # nodes
DIVE_SHARE = 0.1  # of the time since the tree began
SAME = 1e-6  # relative distance at which costs are the same
HELP_AFTER_S = 10.0  # of one thread alone: what it proves by then goes the same way every time
POLL_S = 0.05
NEAR, DEEP = 0.1, 1.0  # share of the gap that a thread follows a node down: one for the bound, another for plans
BROKEN = 1e-2  # by which a row found elsewhere is broken


@dataclass(frozen=True)
class Rules:
    """What the tree knows of its problem.

    Parameters
    ----------
    integer
        Columns that must be whole, shape (columns,).
    built
        Columns of links, shape (columns,).
    separate
        Rows that a fractional point breaks (may miss some).
    exact
        Rows that a whole point breaks (misses none).
    accept
        Takes the links of a point as a plan, the other decisions chosen anew; returns its cost, inf without one.
    """

    integer: Bools
    built: Bools
    separate: Callable[[Floats], list[Row]]
    exact: Callable[[Floats], list[Row]]
    accept: Callable[[Floats], float]


Helper = Callable[[Master], tuple[Aside, Rules]]
"""Makes what a second thread needs beside a linear program of its own."""


@dataclass
class _Shared:
    """What the threads of a tree share."""

    costs: PseudoCosts
    plans_until: float
    frontier: Frontier = field(default_factory=Frontier)
    tried: set[bytes] = field(default_factory=set)
    found: list[deque[Row]] = field(default_factory=lambda: [deque()])
    """By thread: rows that others found and it has not looked at."""


def branch_and_cut(
    run: Watch,
    layout: Layout,
    master: Master,
    rules: Rules,
    phase: str = "branch",
    helper: Helper | None = None,
    plans_s: float = 0.0,
) -> bool:
    """Search the tree until the run is done; return whether it was searched to the end.

    This thread seeks plans for `plans_s` seconds, then it raises the bound. Where that takes long a second thread,
    which seeks plans, searches with it, if there is a `helper`.
    """
    shared = _Shared(PseudoCosts(master.cost.size), run.seconds + plans_s)
    tree = _Tree(run, layout, master, rules, phase, shared)
    if helper is None:
        tree.search()
    else:
        _search_together(tree, helper)
    master.restrict(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    run.prove(shared.frontier.least(), phase)
    return shared.frontier.searched


def _search_together(tree: _Tree, helper: Helper) -> None:
    """Search with a second thread from some time on."""
    begin = tree.run.seconds + HELP_AFTER_S
    second: tuple[Aside, Worker] | None = None

    def between() -> None:
        nonlocal second
        if second is not None:
            aside, worker = second
            aside.hand_over()
            worker.check()
        elif tree.run.seconds > begin and len(tree.shared.frontier):
            aside, other = tree.beside(helper)
            second = aside, Worker(other.search)
            second[1].start()

    try:
        tree.search(between)
    finally:
        if second is not None:
            aside, worker = second
            aside.stop()
            worker.join()
            aside.hand_over()
    if second is not None:
        second[1].check()


class _Tree:
    """One thread's work on a tree."""

    def __init__(
        self,
        run: Watch,
        layout: Layout,
        master: Master,
        rules: Rules,
        phase: str,
        shared: _Shared,
        worker: int = 0,
        root: LpResult | None = None,
    ) -> None:
        self.run, self.layout, self.master, self.rules, self.phase = run, layout, master, rules, phase
        self.shared, self.worker = shared, worker
        self.costs = shared.costs
        self.nodes = 0
        self.pace = Pace(DIVE_SHARE)
        self.root = root
        self.root_cutoff = np.inf

    def beside(self, helper: Helper) -> tuple[Aside, _Tree]:
        """Return another worker on the same tree, with the rows known so far."""
        self.shared.found.append(deque())
        master = self.master.copy()
        aside, rules = helper(master)
        return aside, _Tree(aside, self.layout, master, rules, self.phase, self.shared, self.worker + 1, self.root)

    def search(self, between: Callable[[], None] = lambda: None) -> None:
        """Dive from the node of least bound, again and again; `between` is called before every node."""
        frontier = self.shared.frontier
        try:
            while not self.run.done and not frontier.exhausted:
                node = frontier.take(self.worker, POLL_S)
                while True:
                    least = frontier.least()  # before plans are taken: what ended a node is never missed
                    between()
                    self.run.prove(least, self.phase)
                    if node is None or self.run.done:
                        break
                    deep = self.worker > 0 or self.run.seconds < self.shared.plans_until
                    near = DEEP if deep else NEAR
                    node = frontier.follow(self.worker, self._process(node), self.run.cutoff, near)
        finally:
            frontier.leave(self.worker)
        self._log()

    def _log(self) -> None:
        left, rows = len(self.shared.frontier), len(self.master.rows)
        self.run.log(f"{self.phase}: {self.nodes} nodes, {left} open, {rows} rows")

    def _enter(self, changes: tuple[Change, ...]) -> None:
        """Set the bounds of a node."""
        tightest: dict[int, tuple[float, float]] = {}
        for column, low, high in changes:
            a, b = tightest.get(column, (-np.inf, np.inf))
            tightest[column] = (max(a, low), min(b, high))
        columns = np.array(list(tightest), dtype=np.int64)
        bounds = np.array(list(tightest.values())).reshape(-1, 2)
        self.master.restrict(columns, bounds[:, 0], bounds[:, 1])

    def _process(self, node: Node) -> list[tuple[float, tuple[Change, ...]]]:
        """Solve a node, separate, and return its children (bound, changes), the one to dive into first."""
        if node.bound >= self.run.cutoff:
            return []
        self.nodes += 1
        if self.nodes % LOG_EVERY == 0:
            self._log()
        if self.nodes % DIVE_EVERY == 0 and self.pace.due():
            with self.pace.work():
                self._dive_from(node)
        self._fix_again()
        self._enter(node.changes)
        if np.any(self.master.lower > self.master.upper):
            return []
        result = self._solve(node)
        if result is None:
            return []
        return self._children(node, result)

    def _solve(self, node: Node) -> LpResult | None:
        """Cut loop at a node; None when the node is done with."""
        before = node.bound
        rounds = 0
        while not self.run.report(self.phase):
            result = self.master.solve(self.run.seconds_left, lambda: self.run.report(self.phase))
            if result.infeasible:
                return None
            if not result.solved:
                break
            node.bound = max(node.bound, result.bound)
            if node.bound >= self.run.cutoff:
                return None
            rounds += 1
            x = result.x
            whole = bool(np.all(np.abs(x - np.round(x))[self.rules.integer] <= WHOLE))
            x = np.where(self.rules.integer, np.round(x), x) if whole else x
            rows = self.rules.exact(x) if whole else self.rules.separate(x)
            if whole and not rows:
                if self.rules.accept(x) <= self._cost(x):
                    return None
                break  # no plan, or only a dearer one: what the point lacks was not found
            if np.all(np.abs(x - np.round(x))[self.rules.built] <= WHOLE):
                self._try(x)
            if not node.changes:
                self._keep_root(result)
            if not whole and (not rows or self._enough(node, before, rounds)):
                return result
            before = node.bound
            self.master.forget(FORGET)
            self.master.add(rows + self._found_elsewhere(x))
            for worker, others in enumerate(self.shared.found):
                if worker != self.worker:
                    others.extend(rows)
        self.shared.frontier.give_up(node)
        return None

    def _found_elsewhere(self, x: Floats) -> list[Row]:
        """Rows that another thread found since the last look and that a point breaks; all would be a burden."""
        mine = self.shared.found[self.worker]
        rows = [mine.popleft() for _ in range(len(mine))]
        return [r for r in rows if not r.lower - BROKEN <= r.values @ x[r.columns] <= r.upper + BROKEN]

    def _cost(self, x: Floats) -> float:
        """Cost of a point, with an allowance for rounding."""
        cost = float(self.master.cost @ x + self.master.offset)
        return cost + SAME * abs(cost)

    def _dive_from(self, node: Node) -> None:
        """Look for a plan below a node."""
        rules = self.rules
        dive(
            self.run,
            self.master,
            rules.integer,
            rules.built,
            rules.separate,
            rules.exact,
            rules.accept,
            fixed=node.changes,
        )

    def _try(self, x: Floats) -> None:
        """Try links that came out whole as a plan, once each."""
        links = np.round(x[self.rules.built]).astype(np.int8).tobytes()
        if links not in self.shared.tried:
            self.shared.tried.add(links)
            self.rules.accept(x)

    def _enough(self, node: Node, before: float, rounds: int) -> bool:
        """Tell whether separating on is not worth it."""
        limit = ROUNDS if node.changes else 10 * ROUNDS
        gap = self.run.cutoff - node.bound
        return rounds > limit or (rounds > 2 and np.isfinite(gap) and node.bound - before < WORTH * gap / 4)

    def _keep_root(self, result: LpResult) -> None:
        """Keep the root's reduced costs and fix by them."""
        self.root = result
        self.root_cutoff = self.run.cutoff
        fix_by_cost(self.run, self.layout, self.master, result)

    def _fix_again(self) -> None:
        """Fix by the root's reduced costs once a better plan is known."""
        if self.root is not None and self.run.cutoff < self.root_cutoff:
            self._enter(())
            self._keep_root(self.root)

    def _children(self, node: Node, result: LpResult) -> list[tuple[float, tuple[Change, ...]]]:
        """Choose a column and return the two subproblems."""
        choice = choose(self.master, result, self.rules.integer, self.costs, self.run)
        if min(choice.down, choice.up) >= self.run.cutoff:
            return []
        column, value = choice.column, result.x[choice.column]
        low, high = self.master.lower[column], self.master.upper[column]
        down = max(node.bound, choice.down), (*node.changes, (column, low, np.floor(value)))
        up = max(node.bound, choice.up), (*node.changes, (column, np.ceil(value), high))
        return [c for c in sorted((down, up), key=lambda c: c[0]) if c[0] < self.run.cutoff]
