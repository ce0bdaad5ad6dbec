"""Windows: everything outside a part of the network stays as the best plan has it, the part itself is solved exactly.

Within a thousand links the linear program with its length-bounded cuts takes milliseconds, so that a window is proven
optimal, or improved, in a second; windows grow as long as that holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.limited_problem import LimitedProblem, part_of
from optimizer.engine.master import Row
from optimizer.engine.routing import distances
from optimizer.engine.run import Inner, Run

__all__ = ["Windows"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WORTH = 3  # times as many links as the first window that a problem has to have
GROW = 1.5
QUICK_S = 3.0  # seconds below which a window counts as easy
WINDOW_S, WINDOW_SHARE = 12.0, 1 / 6  # seconds it may take, and share of all
AGAIN = 0.3  # how much likelier a place is that was not tried before
PATIENCE_S, PATIENCE = 20.0, 0.5  # windows end after so many seconds, and this share of all they took, in vain


@dataclass
class Windows:
    """Tries windows around the links of the best plan, the dear and untried ones more often.

    Parameters
    ----------
    base
        The whole problem.
    run
        The run; its best plan is improved.
    search
        Solves a part of the problem, or improves plans until its watch is done.
    seed
        Of the choice of places.
    least
        Links of the first window; there is none in a problem that has not several times as many.

    Notes
    -----
    The idea is that of local branching by neighbourhoods (Shaw 1998, doi:10.1007/3-540-49481-2_30).
    """

    base: LimitedProblem
    run: Run
    search: Callable[[LimitedProblem], None]
    seed: int = 0
    least: int = 1000
    size: float = field(init=False)
    chance: Floats = field(init=False)
    random: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        self.size = self.least
        self.chance = np.ones(self.base.rooted.free.size)
        self.random = np.random.default_rng(self.seed)

    def improve(self, seconds: float) -> None:
        """Try windows for at most `seconds`, fewer when they lead to nothing."""
        began = last = monotonic()
        if np.count_nonzero(~self.base.rooted.free) < WORTH * self.least:
            return
        while self.run.values is not None and not self.run.done and monotonic() < began + seconds:
            before = self.run.objective
            self._try(self.run.values, min(WINDOW_S, WINDOW_SHARE * seconds, began + seconds - monotonic()))
            if self.run.objective < before:
                last = monotonic()
            elif monotonic() - last > max(PATIENCE_S, PATIENCE * (monotonic() - began)):
                break
        self.run.log(f"windows of up to {int(self.size)} links, {monotonic() - began:.1f} s")

    def _try(self, values: Floats, seconds: float) -> None:
        """Solve one window, and choose the size of the next."""
        rooted = self.base.rooted
        used = values[rooted.model.graph.use] > 0.5
        places = np.flatnonzero(used & ~rooted.free & rooted.latency.open_links)
        if not places.size or seconds <= 0.0:
            return
        weight = self.chance[places] * (rooted.model.cost[rooted.model.graph.use[places]] + 1e-9)
        place = int(self.random.choice(places, p=weight / weight.sum()))
        inside = self._around(int(rooted.model.graph.tail[place]))
        self.chance[inside] *= AGAIN
        started, inner = monotonic(), _Quiet(self.run, seconds)
        self.search(_window(self.base, inner, inside, used))
        if inner.closed and monotonic() - started < QUICK_S:
            self.size = min(self.size * GROW, used.size)
        elif not inner.closed:
            self.size = max(self.size / GROW, self.least / 2)

    def _around(self, node: int) -> Bools:
        """Return the links nearest to a node, shape (links,)."""
        rooted = self.base.rooted
        graph = rooted.model.graph
        zero, start = np.zeros(graph.n_nodes), np.array([node])
        away, _ = distances(*rooted.latency.graph.csr, graph.us, zero, rooted.latency.open_links, start, np.inf)
        near = np.minimum(away[graph.tail], away[graph.head])
        inside = np.zeros(near.size, dtype=np.bool_)
        inside[np.argsort(near, kind="stable")[: int(self.size)]] = True
        return inside


class _Quiet(Inner):
    """One of many parts of a run, whose end is a detail."""

    def log(self, what: str) -> None:
        """Log where it stands as a detail."""
        self.detail(what)


def _window(base: LimitedProblem, inner: Inner, inside: Bools, used: Bools) -> LimitedProblem:
    """Return the problem where links outside the window are used exactly if they are in the plan."""
    rooted = base.rooted
    part = part_of(base, (inside | used | rooted.free)[rooted.link], inner)
    link, extra = part.rooted.link, part.layout.extra
    kept = np.flatnonzero((used & ~inside & ~rooted.free)[link])
    part.master.add([Row(np.array([2 * e, 2 * e + 1, extra + e]), np.ones(3), 1.0) for e in kept.tolist()])
    return part
