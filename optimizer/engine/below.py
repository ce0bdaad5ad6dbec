"""Whether any solution costs less than an aim: the least bound first, every node a cut loop that fixes what it can.

Close above the bound, reduced costs leave so few links that a node takes seconds and the tree few nodes; the program
at hand is the same all the time, only its bounds change. A search that is broken off leaves the least bound of what is
open.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.aim import Aim
from optimizer.engine.branching import PseudoCosts, choose
from optimizer.engine.cutloop import cut_loop
from optimizer.engine.master import Master, Row
from optimizer.engine.run import Inner
from optimizer.engine.separate import Layout, whole_columns

__all__ = ["Below"]

Floats = NDArray[np.float64]
Bounds = tuple[Floats, Floats]

ROUNDS = 6
"""Of a cut loop at a node."""
WHOLE = 1e-6
"""Values this close to a whole number count as whole."""


class Below:
    """The search for solutions below an aim; the aim sinks to the cost of every one that is found.

    Parameters
    ----------
    aim
        Cost that solutions have to stay below, and clock.
    layout, master
        The linear program: it gains rows; its bounds are the same again after `search`.
    more_rows
        Rows beside Steiner cuts that a point breaks.
    exact
        All rows that a whole point breaks; none for a solution.

    Notes
    -----
    After `search`, ``least`` is what no solution costs less than, of those below the aim; inf where there is none.
    """

    def __init__(
        self,
        aim: Aim,
        layout: Layout,
        master: Master,
        more_rows: Callable[[Floats], list[Row]],
        exact: Callable[[Floats], list[Row]],
    ) -> None:
        self.aim, self.layout, self.master = aim, layout, master
        self.more_rows, self.exact = more_rows, exact
        self.whole = whole_columns(layout)
        self.costs = PseudoCosts(master.cost.size)
        self.nodes = self.rounds = 0
        self.least = -np.inf

    def search(self) -> bool:
        """Return whether it is shown that nothing is below the aim; else nothing costs less than `least`."""
        every, number = np.arange(self.master.cost.size), count()
        before = (self.master.low.copy(), self.master.high.copy())
        open_ = [(-np.inf, next(number), before)]
        while open_ and not self.aim.done:
            self.least, _, bounds = heapq.heappop(open_)
            self.master.tighten(every, *bounds)
            for bound, child in self._children():
                heapq.heappush(open_, (max(bound, self.least), next(number), child))
        self.master.tighten(every, *before)
        self.least = open_[0][0] if open_ else np.inf
        return not open_

    def _children(self) -> list[tuple[float, Bounds]]:
        """Return what is left to search of the node at hand: what it costs at the least, and its bounds."""
        master, node = self.master, Inner(self.aim, self.aim.seconds_left)
        loop = cut_loop(
            node, self.layout, master, more_rows=lambda x, _: self.more_rows(x), inward=self.nodes == 0,
            max_rounds=ROUNDS,
        )  # fmt: skip
        self.nodes += 1
        self.rounds += loop.rounds
        if loop.infeasible or node.bound >= node.cutoff:
            return []
        here = (master.low.copy(), master.high.copy())
        if loop.last is None or self.aim.done:
            return [(node.bound, here)]
        x = loop.last.x
        if np.all(np.abs(x - np.round(x))[self.whole] <= WHOLE):
            rows = self.exact(np.where(self.whole, np.round(x), x))
            if not rows:
                self.aim.cost = loop.bound
                return []
            master.add(rows)
            return [(node.bound, here)]
        choice = choose(master, loop.last, self.whole, self.costs, node)
        value, children = x[choice.column], []
        for bound, side, edge in ((choice.down, 1, np.floor(value)), (choice.up, 0, np.ceil(value))):
            if bound < node.cutoff:
                bounds = (here[0].copy(), here[1].copy())
                bounds[side][choice.column] = edge
                children.append((bound, bounds))
        return children
