"""Branch and cut: a tree of subproblems whose linear programs go on separating, on one warm simplex."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.branching import PseudoCosts, choose
from optimizer.engine.cutloop import fix_by_cost
from optimizer.engine.dive import dive
from optimizer.engine.master import LpResult, Master, Row
from optimizer.engine.run import Pace
from optimizer.engine.separate import Layout
from optimizer.engine.watch import Watch

__all__ = ["Rules", "branch_and_cut"]

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
NEAR = 0.1  # share of the gap that a child may lie above the least bound to be gone on with


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


@dataclass(order=True)
class _Node:
    """A subproblem: bounds that differ from the root's."""

    bound: float
    number: int
    changes: tuple[tuple[int, float, float], ...] = field(compare=False)


def branch_and_cut(run: Watch, layout: Layout, master: Master, rules: Rules, phase: str = "branch") -> bool:
    """Search the tree until the run is done; return whether it was searched to the end."""
    tree = _Tree(run, layout, master, rules, phase)
    return tree.search()


class _Tree:
    def __init__(self, run: Watch, layout: Layout, master: Master, rules: Rules, phase: str) -> None:
        self.run, self.layout, self.master, self.rules, self.phase = run, layout, master, rules, phase
        self.costs = PseudoCosts(master.cost.size)
        self.open: list[_Node] = [_Node(-np.inf, 0, ())]
        self.tried: set[bytes] = set()
        self.stuck: list[_Node] = []
        self.count = 0
        self.nodes = 0
        self.pace = Pace(DIVE_SHARE)
        self.root: LpResult | None = None
        self.root_cutoff = np.inf

    def search(self) -> bool:
        """Dive from the node of least bound, again and again."""
        while self.open and not self.run.done:
            node: _Node | None = heapq.heappop(self.open)
            while node is not None:
                if self._stopped():
                    heapq.heappush(self.open, node)
                    break
                self.run.prove(self._least(node), self.phase)
                node = self._dive(self._process(node))
        self._enter(())
        finished = not self.open and not self.stuck
        self.run.prove(self._least(), self.phase)
        self.run.log(f"{self.phase}: {self.nodes} nodes, {len(self.open)} open, {len(self.master.rows)} rows")
        return finished

    def _stopped(self) -> bool:
        return self.run.done

    def _least(self, node: _Node | None = None) -> float:
        """Least bound of what is not searched yet; inf when nothing is left."""
        left = [*self.open[:1], *self.stuck, *([] if node is None else [node])]
        return min((n.bound for n in left), default=np.inf)

    def _dive(self, children: list[_Node]) -> _Node | None:
        """Go on with the first child as long as it lies near the least bound; keep the others for later."""
        least = min((n.bound for n in (*self.open[:1], *children)), default=np.inf)
        near = least + NEAR * (self.run.cutoff - least) if np.isfinite(least) else np.inf
        stay = children[:1] if children and not children[0].bound > near else []
        for node in children[len(stay) :]:
            heapq.heappush(self.open, node)
        return stay[0] if stay else None

    def _enter(self, changes: tuple[tuple[int, float, float], ...]) -> None:
        """Set the bounds of a node."""
        tightest: dict[int, tuple[float, float]] = {}
        for column, low, high in changes:
            a, b = tightest.get(column, (-np.inf, np.inf))
            tightest[column] = (max(a, low), min(b, high))
        columns = np.array(list(tightest), dtype=np.int64)
        bounds = np.array(list(tightest.values())).reshape(-1, 2)
        self.master.restrict(columns, bounds[:, 0], bounds[:, 1])

    def _process(self, node: _Node) -> list[_Node]:
        """Solve a node, separate, and return its children, the one to dive into first."""
        if node.bound >= self.run.cutoff:
            return []
        self.nodes += 1
        if self.nodes % LOG_EVERY == 0:
            self.run.log(f"{self.phase}: {self.nodes} nodes, {len(self.open)} open, {len(self.master.rows)} rows")
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

    def _solve(self, node: _Node) -> LpResult | None:
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
            self.master.add(rows)
        self.stuck.append(node)
        return None

    def _cost(self, x: Floats) -> float:
        """Cost of a point, with an allowance for rounding."""
        cost = float(self.master.cost @ x + self.master.offset)
        return cost + SAME * abs(cost)

    def _dive_from(self, node: _Node) -> None:
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
        if links not in self.tried:
            self.tried.add(links)
            self.rules.accept(x)

    def _enough(self, node: _Node, before: float, rounds: int) -> bool:
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

    def _children(self, node: _Node, result: LpResult) -> list[_Node]:
        """Choose a column and return the two subproblems."""
        choice = choose(self.master, result, self.rules.integer, self.costs, self.run)
        if min(choice.down, choice.up) >= self.run.cutoff:
            return []
        column, value = choice.column, result.x[choice.column]
        low, high = self.master.lower[column], self.master.upper[column]
        down = (column, low, np.floor(value)), max(node.bound, choice.down)
        up = (column, np.ceil(value), high), max(node.bound, choice.up)
        children = []
        for change, bound in sorted((down, up), key=lambda c: c[1]):
            if bound < self.run.cutoff:
                self.count += 1
                children.append(_Node(bound, self.count, (*node.changes, change)))
        return children
