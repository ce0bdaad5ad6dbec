"""Compiled kernels of trees: the cheapest way from a center to a site of a tree, and what a tree costs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled
from optimizer.engine.kernels import heap_pop, heap_push

__all__ = ["tie", "tree_cost"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

DEARER = 3.0
"""Times the price of the cheapest channels, where no type reaches."""
LEAST = 1e-6


@compiled
def tie(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    link: Ints,
    light: Floats,
    more: Floats,
    used: Ints,
    site: Floats,
    degree: Ints,
    closed: Bools,
    noise: Floats,
    direction: float,
    free: int,
    source: int,
    goal: int,
    room: tuple[Floats, Ints, Ints, Ints, Ints],
) -> Ints:
    """Return the arcs of the cheapest way from a center to a site of the tree, or to the node `goal` if that is not -1.

    Parameters
    ----------
    first, out_arc, out_node
        Links as a graph, see ``optimizer.engine.graph``; ``link[arc >> 1]`` is the link's number.
    light, more, used
        Price of a link, of one more pair on it, and how often the tree uses it, by link.
    site, degree
        Price of an OXC, inf where there is no site; sections of the tree that end there; by node.
    closed
        Nodes that are not passed.
    noise
        Factor on prices by node.
    direction, free
        Price of a direction of an OXC beyond so many.
    room
        Distances (inf), heap, places (-1), last arcs, nodes seen: as they were again afterwards; shape (nodes,) each.

    Returns
    -------
    arcs
        From the center on, none where there is no way.
    """
    dist, heap, place, pred, seen = room
    n_seen, size = 1, 0
    seen[0] = source
    dist[source], pred[source] = 0.0, -1
    size = heap_push(heap, place, size, dist, source)
    best, end = np.inf, -1
    while size > 0:
        v = heap_pop(heap, place, size, dist)
        size -= 1
        if dist[v] >= best:
            break
        if v == goal:
            best, end = dist[v], v
            break
        if goal < 0 and degree[v] > 0 and np.isfinite(site[v]):
            total = dist[v] + (direction if degree[v] >= free else 0.0)
            if total < best:
                best, end = total, v
        if closed[v] and v != source:
            continue
        for k in range(first[v], first[v + 1]):
            w, number = out_node[k], link[out_arc[k] >> 1]
            if closed[w] and w != goal:
                continue
            price = more[number] if used[number] > 0 else light[number]
            price *= noise[v] if out_arc[k] & 1 == 0 else noise[w]
            if degree[w] == 0 and np.isfinite(site[w]):
                price += site[w] * noise[w]
            d = dist[v] + max(price, LEAST)
            if d < dist[w]:
                if dist[w] == np.inf:
                    seen[n_seen] = w
                    n_seen += 1
                dist[w], pred[w] = d, out_arc[k]
                size = heap_push(heap, place, size, dist, w)
    length = 0
    v = end
    while v >= 0 and v != source:
        length += 1
        v = _tail(first, out_node, pred[v], out_arc, v)
    arcs = np.empty(length, dtype=np.int64)
    v = end
    while v >= 0 and v != source:
        length -= 1
        arcs[length] = pred[v]
        v = _tail(first, out_node, pred[v], out_arc, v)
    for i in range(n_seen):
        dist[seen[i]], place[seen[i]] = np.inf, -1
    return arcs


@compiled
def _tail(first: Ints, out_node: Ints, arc: int, out_arc: Ints, head: int) -> int:
    """Return the node that an arc into `head` leaves."""
    for k in range(first[head], first[head + 1]):
        if out_arc[k] == arc ^ 1:
            return int(out_node[k])
    return -1


@compiled
def tree_cost(
    ends: Ints,
    start: Ints,
    links: Ints,
    noise: Floats,
    light: Floats,
    more: Floats,
    site: Floats,
    direction: float,
    free: int,
    slots: int,
    filled: int,
    centers: Ints,
    first_offer: Ints,
    offers: Floats,
    room: tuple[Ints, Ints, Ints],
) -> float:
    """Return links, pairs, OXCs, directions, and channel types beyond the cheapest of a tree, inf where it is in parts.

    Parameters
    ----------
    ends, start, links, noise
        Of every section the two nodes, where its links begin among all, these, and its noise.
    light, more, site, direction, free
        See `tie`.
    slots, filled
        Slots of a fibre pair, and how many of them a tree fills.
    centers
        Nodes of centers, shape (centers,).
    first_offer, offers
        For centers i and j, offers from ``first_offer[i * centers + j]`` to the next: most noise, price and slots,
        cheapest first.
    room
        Numbers of nodes (-1), how often a link is used (0): as they were again afterwards; queue.
    """
    number, use, queue = room
    n_sections, n_nodes, n = ends.shape[0], 0, centers.size
    local = np.empty((n_sections, 2), dtype=np.int64)
    nodes = np.empty(2 * n_sections, dtype=np.int64)
    for s in range(n_sections):
        for i in range(2):
            v = ends[s, i]
            if number[v] < 0:
                number[v] = n_nodes
                nodes[n_nodes] = v
                n_nodes += 1
            local[s, i] = number[v]
    loads = np.zeros(n_sections, dtype=np.int64)
    turns = np.zeros((n_sections, n_sections), dtype=np.int64)  # slots from one section on to another
    cost = 0.0
    by = np.empty(n_nodes, dtype=np.int64)
    before = np.empty(n_nodes, dtype=np.int64)
    for i in range(n):
        source = number[centers[i]]
        by[:] = -1
        if source < 0:
            continue
        by[source], before[source] = n_sections, -1
        queue[0] = source
        head, tail = 0, 1
        while head < tail:
            v = queue[head]
            head += 1
            for s in range(n_sections):
                for side in range(2):
                    w = local[s, 1 - side]
                    if local[s, side] == v and by[w] < 0:
                        by[w], before[w] = s, v
                        queue[tail] = w
                        tail += 1
        for j in range(n):
            low, high = first_offer[i * n + j], first_offer[i * n + j + 1]
            target = number[centers[j]]
            if low == high or target < 0 or by[target] < 0:
                continue
            total, v = 0.0, target
            while v != source:
                total += noise[by[v]]
                v = before[v]
            price, wide = DEARER * offers[low, 1], offers[low, 2]
            for k in range(low, high):
                if total <= offers[k, 0]:
                    price, wide = offers[k, 1], offers[k, 2]
                    break
            cost += price - offers[low, 1]
            v = target
            while v != source:
                loads[by[v]] += int(wide)
                if before[v] != source:
                    turns[by[v], by[before[v]]] += int(wide)
                    turns[by[before[v]], by[v]] += int(wide)
                v = before[v]
    pairs = np.maximum(1, -(-loads // filled))
    _untangle(local, start, links, more, turns, slots, pairs)
    directions = np.zeros(n_nodes, dtype=np.int64)
    for s in range(n_sections):
        directions[local[s, 0]] += pairs[s]
        directions[local[s, 1]] += pairs[s]
        for k in range(start[s], start[s + 1]):
            use[links[k]] += pairs[s]
    for k in range(links.size):
        if use[links[k]] > 0:
            cost += light[links[k]] + (use[links[k]] - 1) * more[links[k]]
            use[links[k]] = 0
    for i in range(n_nodes):
        v = nodes[i]
        number[v] = -1
        if np.isfinite(site[v]):
            cost += site[v] + direction * max(0, directions[i] - free)
    return cost


@compiled
def _untangle(local: Ints, start: Ints, links: Ints, more: Floats, turns: Ints, slots: int, pairs: Ints) -> None:
    """Give a second pair to the cheapest of three sections of one pair that meet where too much turns between them.

    Light from the first to the second, from the second to the third and from the third to the first all differ in
    their slots, each two of them on a section they share; so together they have to fit into one pair.
    """
    n = pairs.size
    for a in range(n):
        for b in range(a + 1, n):
            if turns[a, b] == 0:
                continue
            node = local[a, 0] if local[a, 0] in (local[b, 0], local[b, 1]) else local[a, 1]
            for c in range(n):
                if c in (a, b) or node not in (local[c, 0], local[c, 1]):
                    continue
                if c < b and turns[a, c] > 0:
                    continue  # looked at already, as a, c, b
                if max(pairs[a], pairs[b], pairs[c]) > 1 or turns[a, b] + turns[b, c] + turns[a, c] <= slots:
                    continue
                cheapest, least = a, np.inf
                for s in (a, b, c):
                    price = 0.0
                    for k in range(start[s], start[s + 1]):
                        price += more[links[k]]
                    if price < least:
                        cheapest, least = s, price
                pairs[cheapest] += 1
