"""A cheap route within a latency limit, over links that cost nothing where they are there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled
from optimizer.engine.kernels import heap_pop, heap_push
from optimizer.engine.latency import passing_us, route

if TYPE_CHECKING:
    from optimizer.engine.presolve import Rooted

__all__ = ["cheap_route"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STEPS = 10  # of the search for the price of a microsecond; three or four are usual
TIE = 1e-9  # of the dearest link: what a microsecond costs in the cheapest route, and its inverse in the quickest


class _Way(NamedTuple):
    """A route: its links, their cost, and its latency."""

    links: Ints
    cost: float
    us: float


def cheap_route(rooted: Rooted, demand: int, links: Bools, oxc: Bools, purse: float = np.inf) -> Ints:
    """Return a cheap route of a demand within its limit, `links` being free.

    Empty when there is no route, or surely none within the limit that costs less than `purse`; the quickest one where
    none keeps the limit.

    Notes
    -----
    Lagrangian search (Handler and Zang 1980, doi:10.1002/net.3230100403): the price of a microsecond is the one at
    which a route too slow and a route quick enough cost the same, until no other is cheaper at it. Each search ends
    at a target, or where a route within the limit would cost the purse.
    """
    model, latency = rooted.model, rooted.latency
    asked = model.demands[demand]
    cost = np.where(links | rooted.free, 0.0, np.maximum(model.cost[model.graph.use], 0.0))
    scale, budget = float(cost.max(initial=0.0)), asked.budget_us
    if scale <= 0.0:
        return route(latency, demand, latency.open_links, oxc)
    targets = np.zeros(model.graph.n_nodes, dtype=np.bool_)
    targets[list(asked.targets)] = True
    passing = passing_us(latency, oxc)

    def way(per_cost: float, per_us: float, limit: float) -> _Way | None:
        found = _way(
            *latency.graph.csr, latency.graph.arc_tail, cost, model.graph.us, passing, per_cost, per_us,
            latency.open_links, asked.source, targets, limit,
        )  # fmt: skip
        return _Way(*found) if found[0].size else None

    cheap = way(1.0, TIE * scale, purse + TIE * scale * budget)
    if cheap is None or cheap.us <= budget:
        return _links(cheap)
    quick = way(TIE / scale, 1.0, np.inf)
    if quick is None or quick.us > budget:
        return _links(quick)
    for _ in range(STEPS):
        price = (quick.cost - cheap.cost) / (cheap.us - quick.us)
        if price <= TIE * scale:
            break
        found = way(1.0, price, purse + price * budget)
        if found is None:
            return _links(None)
        if found.cost + price * found.us >= cheap.cost + price * cheap.us - TIE * scale:
            break
        cheap, quick = (cheap, found) if found.us <= budget else (found, quick)
    return quick.links


def _links(way: _Way | None) -> Ints:
    """Links of a route, none without one."""
    return np.zeros(0, dtype=np.int64) if way is None else way.links


@compiled
def _way(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    arc_tail: Ints,
    cost: Floats,
    us: Floats,
    passing: Floats,
    per_cost: float,
    per_us: float,
    allowed: Bools,
    source: int,
    targets: Bools,
    limit: float,
) -> tuple[Ints, float, float]:
    """Links, cost and latency of the route to a target of least ``per_cost * cost + per_us * latency``, up to `limit`.

    No links when there is none. O(links log nodes), less where a target is near.
    """
    n = first.size - 1
    price = np.full(n, np.inf)
    pred = np.full(n, -1, dtype=np.int64)
    heap = np.empty(n, dtype=np.int64)
    place = np.full(n, -1, dtype=np.int64)
    price[source] = 0.0
    size = heap_push(heap, place, 0, price, source)
    end = -1
    while size > 0:
        u = heap_pop(heap, place, size, price)
        size -= 1
        if targets[u]:
            end = u
            break
        base = price[u] if u == source else price[u] + per_us * passing[u]
        for k in range(first[u], first[u + 1]):
            e = out_arc[k] >> 1
            v = out_node[k]
            value = base + per_cost * cost[e] + per_us * us[e]
            if allowed[e] and value < price[v] and value <= limit:
                price[v] = value
                pred[v] = out_arc[k]
                size = heap_push(heap, place, size, price, v)
    count = 0
    v = end
    while v >= 0 and pred[v] >= 0:
        count += 1
        v = arc_tail[pred[v]]
    links = np.empty(count, dtype=np.int64)
    total_cost, total_us = 0.0, 0.0
    v = end
    for i in range(count):
        links[i] = pred[v] >> 1
        total_cost += cost[links[i]]
        total_us += us[links[i]]
        v = arc_tail[pred[v]]
        if v != source:
            total_us += passing[v]
    return links, total_cost, total_us
