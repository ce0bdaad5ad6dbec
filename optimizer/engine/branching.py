"""Which column to branch on: strong branching until pseudo-costs can be relied on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.master import LpResult, Master
from optimizer.engine.watch import Watch

__all__ = ["Choice", "PseudoCosts", "choose"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RELIABLE = 4  # trials after which pseudo-costs are trusted
TRIALS = 16  # columns tried at a node at most
ITERATIONS = 40  # simplex iterations of a trial
LOOK_AHEAD = 8  # trials without a better column after which no more are made
SMALL = 1e-6
ALIKE = 6  # decimals to which values are compared


class PseudoCosts:
    """Mean rise of the bound per unit of change, by column and direction.

    Parameters
    ----------
    columns
        Number of columns.
    """

    def __init__(self, columns: int) -> None:
        self.total = np.zeros((2, columns))
        self.trials = np.zeros((2, columns))

    def learn(self, column: int, up: int, rise: float, distance: float) -> None:
        """Take one trial."""
        self.total[up, column] += rise / max(distance, SMALL)
        self.trials[up, column] += 1

    def estimate(self, columns: Ints, up: int) -> Floats:
        """Rise per unit; where nothing is known, the mean of what is."""
        known = self.trials[up] > 0
        mean = self.total[up][known].sum() / self.trials[up][known].sum() if known.any() else 1.0
        trials = self.trials[up, columns]
        return np.where(trials > 0, self.total[up, columns] / np.maximum(trials, 1), mean)


@dataclass(frozen=True)
class Choice:
    """The column to branch on, with lower bounds of both children."""

    column: int
    down: float
    up: float


def choose(master: Master, result: LpResult, integer: NDArray[np.bool_], costs: PseudoCosts, run: Watch) -> Choice:
    """Return the column whose two children rise most (product of both rises).

    Achterberg, Koch and Martin (2005), doi:10.1016/j.orl.2004.04.002. Columns of the same value mostly are arcs of one
    chain, decided together: one of them is tried, else the trials go to one or two chains.
    """
    part = result.x - np.floor(result.x)
    columns = np.flatnonzero(integer & (np.minimum(part, 1.0 - part) > SMALL))
    down = costs.estimate(columns, 0) * part[columns]
    up = costs.estimate(columns, 1) * (1.0 - part[columns])
    score = np.maximum(down, SMALL) * np.maximum(up, SMALL)
    order = np.argsort(-score, kind="stable")
    seen: set[float] = set()
    best, best_score, behind, tried = int(columns[order[0]]), -1.0, 0, 0
    bounds = (result.bound, result.bound)
    basis = master.basis()
    for i in order:
        j = int(columns[i])
        if min(costs.trials[0, j], costs.trials[1, j]) >= RELIABLE:
            value, found = float(score[i]), (result.bound, result.bound)
        elif tried < TRIALS and (alike := round(float(result.x[j]), ALIKE)) not in seen:
            tried += 1
            seen.add(alike)
            found = _try_both(master, result, j, costs, basis)
            rises = np.minimum(np.array(found), run.cutoff) - result.bound
            value = float(np.prod(np.maximum(rises, SMALL)))
            if max(found) >= run.cutoff:
                return Choice(j, *found)
        else:
            continue
        if value > best_score:
            best, best_score, bounds, behind = j, value, found, 0
        else:
            behind += 1
            if behind > LOOK_AHEAD:
                break
    return Choice(best, *bounds)


def _try_both(master: Master, result: LpResult, column: int, costs: PseudoCosts, basis: object) -> tuple[float, float]:
    """Return the bounds of both children after a few simplex iterations."""
    value = result.x[column]
    low, high = float(master.lower[column]), float(master.upper[column])
    found = []
    for up, bounds in ((0, (low, np.floor(value))), (1, (np.ceil(value), high))):
        bound = max(result.bound, master.trial(column, bounds, ITERATIONS, basis))
        distance = value - np.floor(value) if up == 0 else np.ceil(value) - value
        if np.isfinite(bound):
            costs.learn(column, up, bound - result.bound, distance)
        found.append(bound)
    return found[0], found[1]
