"""Compiled loops of the packing heuristic: parts of commodities are taken off and put back where they cost least."""

# ruff: noqa: NPY002 - compiled code knows the old generator alone
from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled

__all__ = ["Ground", "Packing", "improve"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Ground(NamedTuple):
    """What is packed where.

    Parameters
    ----------
    source, target, amount
        Of every part, shape (parts,).
    start, out, head
        Arcs that leave each node, and where every arc ends; arc l + links is l turned.
    shared
        Whether both directions share the capacity of a link.
    capacity, cost
        Steps of every link, padded with inf.
    per_unit
        Routing cost of every arc.
    first_route, last_route
        Routes of every part, -1 where it may take every way.
    route_start, route_arcs, route_cost
        Arcs and further cost per unit of the routes.
    """

    source: Ints
    target: Ints
    amount: Floats
    start: Ints
    out: Ints
    head: Ints
    shared: bool
    capacity: Floats
    cost: Floats
    per_unit: Floats
    first_route: Ints
    last_route: Ints
    route_start: Ints
    route_arcs: Ints
    route_cost: Floats


class Packing(NamedTuple):
    """Arcs of every part's way, how many, and which of the routes it is (-1: none of them)."""

    way: Ints
    length: Ints
    taken: Ints


@compiled
def _cost_at(g: Ground, link: int, load: float) -> float:
    """Cost of the cheapest step that carries a load."""
    low, high = 0, g.capacity.shape[1] - 1
    need = load * (1.0 - 1e-9) - 1e-9
    while low < high:
        middle = (low + high) // 2
        if g.capacity[link, middle] >= need:
            high = middle
        else:
            low = middle + 1
    return float(g.cost[link, low])


@compiled
def _link_load(g: Ground, load: Floats, link: int) -> float:
    """What counts against the capacity of a link."""
    links = g.head.size // 2
    if g.shared:
        return float(load[link] + load[link + links])
    return float(max(load[link], load[link + links]))


@compiled
def _added(g: Ground, load: Floats, arc: int, amount: float) -> float:
    """What it costs to put an amount on an arc."""
    links = g.head.size // 2
    link = arc % links
    before = _link_load(g, load, link)
    after = before + amount if g.shared else max(before, load[arc] + amount)
    found = amount * g.per_unit[arc]
    if after > before:
        found += _cost_at(g, link, after) - _cost_at(g, link, before)
    return float(found)


@compiled
def _shortest(g: Ground, k: int, load: Floats, noise: Floats, way: Ints) -> int:
    """Fill in the cheapest way for a part; return its length, -1 where there is none."""
    n, links = g.start.size - 1, g.head.size // 2
    dist, by, done = np.full(n, np.inf), np.full(n, -1, np.int64), np.zeros(n, np.bool_)
    dist[g.source[k]] = 0.0
    while True:
        v, least = -1, np.inf
        for u in range(n):
            if not done[u] and dist[u] < least:
                v, least = u, dist[u]
        if v < 0:
            return -1
        if v == g.target[k]:
            break
        done[v] = True
        for at in range(g.start[v], g.start[v + 1]):
            arc = g.out[at]
            if not done[g.head[arc]]:
                reached = least + _added(g, load, arc, g.amount[k]) * noise[arc % links] + 1e-9
                if reached < dist[g.head[arc]]:
                    dist[g.head[arc]], by[g.head[arc]] = reached, arc
    length, node = 0, g.target[k]
    while node != g.source[k]:
        arc = by[node]
        way[length] = arc
        length += 1
        node = g.head[arc + links] if arc < links else g.head[arc - links]
    for i in range(length // 2):
        way[i], way[length - 1 - i] = way[length - 1 - i], way[i]
    return length


@compiled
def _cheapest_route(g: Ground, k: int, load: Floats, noise: Floats) -> int:
    """The route of a part that costs least, -1 where none can carry it."""
    links = g.head.size // 2
    best, chosen = np.inf, -1
    for r in range(g.first_route[k], g.last_route[k]):
        value = g.route_cost[r] * g.amount[k]
        for i in range(g.route_start[r], g.route_start[r + 1]):
            arc = g.route_arcs[i]
            value += _added(g, load, arc, g.amount[k]) * noise[arc % links]
        if value < best:
            best, chosen = value, r
    return chosen


@compiled
def _put(g: Ground, p: Packing, k: int, load: Floats, noise: Floats) -> bool:
    """Put a part where it costs least; False where it can be nowhere."""
    p.taken[k] = -1
    if g.first_route[k] < 0:
        p.length[k] = _shortest(g, k, load, noise, p.way[k])
    else:
        r = _cheapest_route(g, k, load, noise)
        p.taken[k] = r
        p.length[k] = -1
        if r >= 0:
            p.length[k] = g.route_start[r + 1] - g.route_start[r]
            for i in range(p.length[k]):
                p.way[k, i] = g.route_arcs[g.route_start[r] + i]
    if p.length[k] < 0:
        p.length[k] = 0
        return False
    for i in range(p.length[k]):
        load[p.way[k, i]] += g.amount[k]
    return True


@compiled
def _total(g: Ground, p: Packing, load: Floats) -> float:
    """Cost of everything."""
    found, links = 0.0, g.head.size // 2
    for link in range(links):
        found += _cost_at(g, link, _link_load(g, load, link))
        found += load[link] * g.per_unit[link] + load[link + links] * g.per_unit[link + links]
    for k in range(p.taken.size):
        if p.taken[k] >= 0:
            found += g.amount[k] * g.route_cost[p.taken[k]]
    return found


@compiled
def _choose(g: Ground, p: Packing, off: NDArray[np.bool_]) -> int:
    """Mark the parts to take off: those on a link or two, or some by chance; return how many."""
    links = g.head.size // 2
    kind, lot = np.random.random(), np.random.random() ** 2 * 0.3
    hit, other = np.random.randint(0, links), np.random.randint(0, links)
    count = 0
    for k in range(g.source.size):
        off[k] = kind >= 0.75 and np.random.random() < lot
        if kind < 0.75:
            for i in range(p.length[k]):
                link = p.way[k, i] % links
                if (link == hit and (kind > 0.2 or np.random.random() < 0.6)) or (kind < 0.35 and link == other):
                    off[k] = True
        count += off[k]
    return count


@compiled
def _fill(g: Ground, p: Packing, which: Ints, load: Floats, noise: Floats) -> bool:
    """Put parts in, large ones rather first; False where one can be nowhere."""
    order = which[np.argsort(-g.amount[which] * (0.3 + np.random.random(which.size)))]
    for k in order:  # noqa: SIM110 - compiled
        if not _put(g, p, k, load, noise):
            return False
    return True


@compiled
def improve(g: Ground, p: Packing, seed: int, rounds: int, heat: float, fresh: bool) -> float:
    """Improve a packing in place; return its cost, inf where some part can be nowhere.

    Parameters
    ----------
    rounds
        How often parts are taken off and put back.
    heat
        Share of the cost by which a packing may become dearer for a while, cooling to 0.
    fresh
        Whether to begin with nothing packed.
    """
    np.random.seed(seed)
    links, parts = g.head.size // 2, g.source.size
    load, quiet, off = np.zeros(2 * links), np.ones(links), np.zeros(parts, np.bool_)
    if fresh:
        if not _fill(g, p, np.arange(parts), load, 0.5 + np.random.random(links)):
            return np.inf
    else:
        for k in range(parts):
            for i in range(p.length[k]):
                load[p.way[k, i]] += g.amount[k]
    value = _total(g, p, load)
    best, best_way, best_length, best_taken = value, p.way.copy(), p.length.copy(), p.taken.copy()
    for step in range(rounds):
        if _choose(g, p, off) == 0:
            continue
        way, length, taken, old = p.way.copy(), p.length.copy(), p.taken.copy(), load.copy()
        which = np.flatnonzero(off)
        for part in which:
            for i in range(p.length[part]):
                load[p.way[part, i]] -= g.amount[part]
        for arc in range(2 * links):
            if load[arc] < 1e-9:
                load[arc] = 0.0
        noise = quiet if np.random.random() < 0.5 else 0.8 + 0.4 * np.random.random(links)
        new = _total(g, p, load) if _fill(g, p, which, load, noise) else np.inf
        if new < value + heat * best * (1.0 - step / rounds) * np.random.random():
            value = new
            if new < best - 1e-9 * abs(best):
                best = new
                best_way[:], best_length[:], best_taken[:] = p.way, p.length, p.taken
        else:
            p.way[:], p.length[:], p.taken[:], load[:] = way, length, taken, old
    p.way[:], p.length[:], p.taken[:] = best_way, best_length, best_taken
    return best
