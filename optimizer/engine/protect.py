"""Second routes for a set of links: the cheapest pair of routes that the links and a few more hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint import Pair
from optimizer.engine.candidates import candidates
from optimizer.engine.pairs import is_met, pair_of
from optimizer.engine.presolve import Rooted

__all__ = ["cheap_pair", "keep_pairs", "protected"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

TOLLS = (0.0, 0.3, 1.0, 3.0, 10.0, 1000.0)
"""Weights of latency beside cost, both over their mean, tried in turn until a pair keeps its limits."""


def protected(rooted: Rooted, links: Bools, oxc: Bools, demands: tuple[int, ...]) -> Bools | None:
    """Return `links` and what gives each of the `demands` two routes; None when one of them finds none."""
    links = links.copy()
    for d in demands:
        if pair_of(rooted, d, links, oxc) is None:
            added = cheap_pair(rooted, d, links, oxc)
            if added is None:
                return None
            links[added] = True
    return links


def keep_pairs(rooted: Rooted, links: Bools, oxc: Bools, values: Floats) -> Bools | None:
    """Return `links` and what gives every pair that is met in `values` its two routes; None when one finds none."""
    return protected(rooted, links, oxc, tuple(d for d in rooted.pairs if is_met(rooted.model, d, values)))


def cheap_pair(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> Ints | None:
    """Return the links to add so that a demand has two routes, as cheap as the search finds; None without any.

    The cheapest pair of link-disjoint routes (Suurballe 1974) is tried first, then a route and the cheapest other one
    that shares nothing with it; latency weighs more and more until the limits are kept. The last resort is the quickest
    pair over all links.
    """
    asked = rooted.model.demands[demand]
    second = asked.second
    if second is None:
        return np.zeros(0, dtype=np.int64)
    cost = np.where(links | rooted.free, 0.0, rooted.model.cost[rooted.model.graph.use])
    us = rooted.model.graph.us
    scale = float(cost.mean()) / max(float(us.mean()), 1e-9) if cost.any() else 1.0
    best, best_cost = None, np.inf
    for toll in TOLLS:
        prices = np.where(rooted.latency.open_links, cost + (1e-6 + toll) * scale * us, np.inf)
        for taken in candidates(rooted, asked, second, prices):
            price = float(cost[taken].sum())
            if price < best_cost and pair_of(rooted, demand, _with(links, taken), oxc) is not None:
                best, best_cost = taken, price
        if best is not None:
            return best
    pair = pair_of(rooted, demand, rooted.latency.open_links, oxc)
    return None if pair is None else _links_of(pair)


def _with(links: Bools, taken: Ints) -> Bools:
    """Return `links` and some more."""
    more = links.copy()
    more[taken] = True
    return more


def _links_of(pair: Pair) -> Ints:
    """Return the links of both routes."""
    return np.unique(np.array([*pair.first.links, *pair.second.links], dtype=np.int64))
