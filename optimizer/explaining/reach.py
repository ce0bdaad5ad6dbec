"""The most that a network can do: the greatest value of every decision at once.

More links, OXCs, exports and access points never break a route or a share, so the points that meet such a model have a
greatest one: take everything, then take back what cannot be (a relation too far away, a place whose access point must
not be equipped) until nothing changes. A question has an answer exactly when that point meets it. Only rows that trade
decisions against each other (a budget) have no greatest point; where a model has some, ``exact`` is False.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint import Pair, SearchLimit, disjoint_pair
from optimizer.explaining.distances import Distances
from optimizer.model import ALWAYS, Demand, Model

__all__ = ["Reach", "greatest", "two_routes"]

Floats = NDArray[np.float64]
_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Reach:
    """The greatest point of a model, and what it misses.

    Parameters
    ----------
    model
        The model.
    values
        Greatest value of every column, shape (columns,).
    distances
        Best latencies over the links that may be used.
    unmet
        Numbers of the demands that no network meets.
    lost
        Those among them that must be met.
    broken
        Labels of the rows that no network meets.
    exact
        Whether the point proves that the model can be met when nothing is lost or broken.
    """

    model: Model
    values: Floats
    distances: Distances
    unmet: tuple[int, ...]
    lost: tuple[int, ...]
    broken: tuple[str, ...]
    exact: bool

    @property
    def possible(self) -> bool | None:
        """Whether the model can be met; None when the point does not tell."""
        if self.lost or self.broken:
            return False
        return True if self.exact else None


def greatest(model: Model) -> Reach:
    """Return the greatest point of a model. Takes a shortest-path search from every target, and one for each pair."""
    upper = np.where(model.integer, np.floor(model.upper + _TOLERANCE), model.upper)
    unmet: set[int] = set()
    lost: set[int] = set()
    exact = True
    distances: Distances | None = None
    while True:
        before = upper.copy()
        now = _distances(model, upper)
        if distances is None or not np.array_equal(now.optical, distances.optical):
            distances = now
            missed, sure = _missed(model, distances, unmet)
            exact &= sure
            unmet |= missed
            lost |= {number for number in missed if not _given_up(model, upper, number)}
        broken, whole = _lowered_by_rows(model, upper)
        if np.array_equal(before, upper):
            numbers = tuple(sorted(unmet)), tuple(sorted(lost))
            return Reach(model, upper, distances, *numbers, broken, exact and whole)


def _distances(model: Model, upper: Floats) -> Distances:
    """Return the best latencies over what may be used."""
    graph = model.graph
    optical = (graph.oxc >= 0) & (upper[graph.oxc] > 0.5)
    targets = tuple(sorted({t for d in model.demands for t in d.targets}))
    return Distances(graph, upper[graph.use] > 0.5, optical, targets)


def _given_up(model: Model, upper: Floats, number: int) -> bool:
    """Set the decision that a demand is met to 0; return False where it must be met."""
    met = model.demands[number].met
    if met == ALWAYS or model.lower[met] > 0.5:
        return False
    upper[met] = 0.0
    return True


def two_routes(distances: Distances, demand: Demand) -> Pair | None:
    """Return two routes of a protected demand over the links that may be used, None when there are none.

    Raises
    ------
    SearchLimit
        If the search was given up.
    """
    as_they_are = replace(distances.graph, transit_us=distances.pass_us, oxc_us=distances.pass_us)
    return disjoint_pair(as_they_are, distances.open_links, distances.optical, demand, least=False)


def _missed(model: Model, distances: Distances, known: set[int]) -> tuple[set[int], bool]:
    """Return the demands that no route meets, and whether every search came to its end."""
    missed: set[int] = set()
    sure = True
    for number, demand in enumerate(model.demands):
        if number in known or (demand.source in demand.targets and demand.second is None):
            continue
        best_us = distances.best_us(demand)
        if not (math.isfinite(best_us) and best_us <= demand.budget_us) or any(r.budget_us < 0 for r in demand.routes):
            missed.add(number)
        elif demand.second is not None and demand.source not in demand.targets:
            try:
                if two_routes(distances, demand) is None:
                    missed.add(number)
            except SearchLimit:
                sure = False
    return missed, sure


def _lowered_by_rows(model: Model, upper: Floats) -> tuple[tuple[str, ...], bool]:
    """Lower `upper` as far as rows ask it; return the rows that no point meets, and whether this proves the others."""
    broken: list[str] = []
    whole = True
    for i, label in enumerate(model.row_labels):
        span = slice(model.rows.indptr[i], model.rows.indptr[i + 1])
        columns, terms = model.rows.indices[span], model.rows.data[span]
        for sign, least in ((1.0, model.row_lower[i]), (-1.0, -model.row_upper[i])):
            if math.isfinite(least):
                held = _keep(model, upper, columns, sign * terms, float(least))
                whole &= held is not None
                if held is False and label not in broken:
                    broken.append(label)
    return tuple(broken), whole


def _keep(model: Model, upper: Floats, columns: NDArray[np.int32], terms: Floats, least: float) -> bool | None:
    """Keep the row ``terms @ x >= least``; return whether it can be met, None when the greatest point does not tell."""
    slack = _TOLERANCE * max(1.0, abs(least), float(np.abs(terms).sum()))
    if terms @ upper[columns] >= least - slack:
        return True
    down = np.flatnonzero((terms < 0) & (upper[columns] > model.lower[columns]))
    best = np.where(terms < 0, model.lower[columns], upper[columns])
    if terms @ best < least - slack:
        return False
    if down.size > 1:
        return None
    column, term = int(columns[down[0]]), float(terms[down[0]])
    others = float(terms @ upper[columns] - term * upper[column])
    value = (least - others) / term
    upper[column] = math.floor(value + _TOLERANCE) if model.integer[column] else value
    return True
