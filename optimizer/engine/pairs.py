"""Demands for two routes: what they ask of one route, which of them a choice breaks, and by which routes they hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint import Pair, SearchLimit, disjoint_pair
from optimizer.model import ALWAYS, Demand, Model

if TYPE_CHECKING:
    from optimizer.engine.presolve import Rooted

__all__ = ["broken_pairs", "is_met", "pair_of", "pairs_of", "surely_none", "with_second_routes"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MOST_WORK = 400_000
"""Work of one search for two routes; beyond, the engine takes them as not there and keeps its bound honest."""


def with_second_routes(model: Model) -> Model:
    """Return the model with a plain demand for every second route that its pair's first one does not imply.

    A protected demand counts as one for its first route wherever single routes are looked after; both are relaxations.
    """
    implied: list[Demand] = []
    for demand in model.demands:
        if demand.second is not None and not demand.second.ends and demand.second.budget_us < demand.budget_us:
            implied.append(demand.routes[1])
    return replace(model, demands=(*model.demands, *implied))


def pairs_of(model: Model) -> tuple[int, ...]:
    """Return the numbers of the demands for two routes."""
    return tuple(i for i, d in enumerate(model.demands) if d.second is not None)


def pair_of(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> Pair | None:
    """Return two routes of a demand over `links` and the links used in any case; None when none are found.

    Parameters
    ----------
    demand
        Number of a demand for two routes.
    links, oxc
        Links in use, shape (links,); nodes whose OXC is there, shape (nodes,).
    """
    try:
        return _pair(rooted, demand, links, oxc)
    except SearchLimit:
        return None


def surely_none(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> bool:
    """Return whether it is proven that a demand has no two routes over `links`."""
    try:
        return _pair(rooted, demand, links, oxc) is None
    except SearchLimit:
        return False


def _pair(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> Pair | None:
    """Return two routes, None when it is proven that there are none; raises `SearchLimit` when neither is known."""
    used = (links | rooted.free) & rooted.latency.open_links
    asked = rooted.model.demands[demand]
    return disjoint_pair(rooted.model.graph, used, oxc, asked, least=False, most_work=MOST_WORK)


def broken_pairs(rooted: Rooted, values: Floats) -> list[int]:
    """Return the demands for two routes that a plan says are met and whose routes are not there."""
    graph = rooted.model.graph
    links, oxc = values[graph.use] > 0.5, (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    asked = [d for d in rooted.pairs if is_met(rooted.model, d, values)]
    return [d for d in asked if pair_of(rooted, d, links, oxc) is None]


def is_met(model: Model, demand: int, values: Floats) -> bool:
    """Return whether `values` say that a demand is met."""
    met = model.demands[demand].met
    return met == ALWAYS or bool(values[met] > 0.5)
