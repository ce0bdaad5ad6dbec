"""Annealing on the steps of the links: capacities go up and down, the linear program of the flows tells what it costs.

The least routing cost is convex in the capacities, so its prices at one design bound it from below at all others: most
moves are turned down by them alone, others as soon as the dual simplex method passes what would be taken (simulated
annealing: S. Kirkpatrick, C. Gelatt, M. Vecchi, Science 220 (1983); the bound is that of L-shaped cuts).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimizer.design.oracle import Oracle
from optimizer.design.program import FlowProgram
from optimizer.design.staircase import Staircases

__all__ = ["Annealer"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

COOLING = 1.5
"""The temperature falls as this power of the share of time left."""
ONE, FAR, BESIDE, ANY = 0.3, 0.45, 0.75, 0.9
"""Up to these shares a move is a step of a link, several, one of it and of a link beside it, of any; else of three."""


class Annealer:
    """Anneals designs of one problem.

    Parameters
    ----------
    program
        The flow formulation; flows need not be whole.
    seed
        Of the chance.
    """

    def __init__(self, program: FlowProgram, stairs: Staircases, seed: int) -> None:
        self.program, self.stairs = program, stairs
        self.oracle = Oracle(program)
        self.rng = np.random.default_rng(seed)
        self.last = np.isfinite(stairs.cost).sum(axis=1) - 1
        self.beside = _beside(program)

    def run(
        self, design: Floats, heat: float, share_left: Callable[[], float], offer: Callable[[Floats], None]
    ) -> None:
        """Anneal from a design.

        Parameters
        ----------
        heat
            Rise of the cost, as a share of it, that is taken with probability 1/e at first.
        share_left
            Tells the share of time that is left; ends at 0.
        offer
            Handed every best design so far.
        """
        links = np.arange(self.last.size)
        added = np.bincount(self.program.module_link, self.program.module_capacity * design, minlength=links.size)
        steps = np.minimum(self.stairs.steps(self.program.installed + added), self.last)
        capacity = self.stairs.capacity[links, steps]
        routing, paid = self.oracle.carry(capacity), float(self.stairs.cost[links, steps].sum())
        if not math.isfinite(routing):
            return
        prices, best = self.oracle.prices(), paid + routing
        while (left := share_left()) > 0:
            new = self._moved(steps)
            wider, dearer = self.stairs.capacity[links, new], float(self.stairs.cost[links, new].sum())
            most = paid + routing + heat * best * left**COOLING * self.rng.exponential()
            if dearer + routing + float(prices @ (wider - capacity)) >= most:
                continue
            found = self.oracle.carry(wider, most - dearer)
            if dearer + found >= most:
                continue
            steps, capacity, routing, paid = new, wider, found, dearer
            prices = self.oracle.prices()
            if paid + routing < best:
                best = paid + routing
                offer(self.stairs.design(steps))

    def _moved(self, steps: Ints) -> Ints:
        """Steps of one link to three changed."""
        rng, kind = self.rng, self.rng.random()
        new, link = steps.copy(), int(rng.integers(steps.size))
        if kind < ONE:
            new[link] += rng.choice((-1, 1))
        elif kind < FAR:
            new[link] += rng.choice((-3, -2, 2, 3))
        else:
            beside = self.beside[link]
            other = rng.choice(beside) if kind < BESIDE and beside.size else rng.integers(steps.size)
            new[link] += rng.choice((-1, 1))
            new[other] += rng.choice((-2, -1, -1, -1, -1, 1, 1, 1, 1, 2))
            if kind >= ANY:
                new[rng.integers(steps.size)] += rng.choice((-1, 1))
        return np.clip(new, 0, self.last)


def _beside(program: FlowProgram) -> tuple[Ints, ...]:
    """Links that end at a node of each link."""
    n = program.arcs.n_links
    a, b = program.arcs.tail[:n], program.arcs.head[:n]
    touch = (a[:, None] == a) | (a[:, None] == b) | (b[:, None] == a) | (b[:, None] == b)
    np.fill_diagonal(touch, False)
    return tuple(np.flatnonzero(row) for row in touch)
