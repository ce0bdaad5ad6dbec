"""What capacity costs on a link: the cheapest pieces for every load."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.design.dominance import useful_pieces
from optimizer.design.problem import DesignProblem, Link

__all__ = ["Staircases", "staircases"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SMALL = 1e-9
MOST_STEPS = 20_000


@dataclass(frozen=True)
class Staircases:
    """Steps of every link, capacity and cost growing, padded with inf; no piece is step 0.

    Parameters
    ----------
    capacity, cost
        Shape (links, steps); capacity includes what is installed, cost the fixed charge.
    pieces
        Of each module, one array (steps, modules) a link.
    """

    capacity: Floats
    cost: Floats
    pieces: tuple[Ints, ...]

    def steps(self, load: Floats) -> Ints:
        """The cheapest step that carries each link's load, shape (links,); past the last where none does."""
        found: Ints = (self.capacity < load[:, None] * (1 - SMALL) - SMALL).sum(axis=1)
        return found

    def design(self, steps: Ints) -> Floats:
        """Pieces of all modules, link by link."""
        return np.concatenate([p[s] for p, s in zip(self.pieces, steps, strict=True)] or [np.zeros(0)]).astype(float)


def staircases(problem: DesignProblem) -> Staircases:
    """Return the steps of every link."""
    total = sum(c.demand for c in problem.commodities)
    found = [_steps(link, total) for link in problem.links]
    width = max((len(cost) for _, cost, _ in found), default=1) + 1
    capacity, cost = np.full((len(found), width), np.inf), np.full((len(found), width), np.inf)
    for i, (size, price, _) in enumerate(found):
        capacity[i, : size.size], cost[i, : size.size] = size, price
    return Staircases(capacity, cost, tuple(pieces for _, _, pieces in found))


def _steps(link: Link, total: float) -> tuple[Floats, Floats, Ints]:
    """Steps of one link: module by module, what is dearer and smaller left out."""
    size, cost, pieces = np.zeros(1), np.zeros(1), np.zeros((1, len(link.modules)), dtype=np.int64)
    for i, (module, most) in enumerate(zip(link.modules, useful_pieces(link.modules, total), strict=True)):
        counts = np.arange(int(most) + 1)
        size = (size[:, None] + counts * module.capacity).ravel()
        cost = (cost[:, None] + counts * module.cost).ravel()
        pieces = np.repeat(pieces, counts.size, axis=0)
        pieces[:, i] = np.tile(counts, pieces.shape[0] // counts.size)
        kept = _best(size, cost, total)
        size, cost, pieces = size[kept], cost[kept], pieces[kept]
    return size + link.capacity, cost + np.where(pieces.any(axis=1), link.fixed_cost, 0.0), pieces


def _best(size: Floats, cost: Floats, total: float) -> Ints:
    """Steps that are not dearer than a larger one, up to the first that carries everything."""
    order = np.lexsort((-size, cost))
    largest = np.maximum.accumulate(size[order])
    grows = np.ones(order.size, dtype=bool)
    grows[1:] = largest[1:] > largest[:-1]
    kept = order[grows]
    enough = np.flatnonzero(size[kept] >= total)
    last = int(enough[0]) + 1 if enough.size else kept.size
    return kept[: min(last, MOST_STEPS)]
