"""Two routes that share nothing: the pair of least total latency within the limits of both, exactly.

A search on conflicts: each route is taken for itself first, as quick as it can be; when the two share something they
must not, either the first has to avoid it or the second. Any pair that complies does one of the two, so nothing is
lost; the sum of the two latencies only grows, so the first pair without a conflict is the best one.
The search runs on chains of links, see ``optimizer.disjoint_network``.

The idea is that of conflict-based search (Sharon, Stern, Felner, Sturtevant 2015, doi:10.1016/j.artint.2014.11.006).
Length-bounded disjoint paths are NP-hard (Li, McCormick, Simchi-Levi 1990), so the search may grow exponentially;
lit networks are nearly trees and it does not there.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint_flow import TwoUnits
from optimizer.disjoint_network import Arc, Network, network_of
from optimizer.model import Demand, Graph

__all__ = ["Pair", "SearchLimit", "Way", "disjoint_pair"]

MOST_WORK = 4_000_000
"""Search nodes times arcs of the network that are looked at before the search gives up."""
LEAST_NODES = 3
FEW_CONFLICTS = 12
"""Shared things, spread over all, of which the one that costs most to avoid is sought."""

Bools = NDArray[np.bool_]


class SearchLimit(Exception):  # noqa: N818 - not an error: the caller decides
    """The search was given up: whether there is a pair is not known."""


@dataclass(frozen=True)
class Way:
    """A route: node and link numbers in order, latency in the graph without offset."""

    nodes: tuple[int, ...]
    links: tuple[int, ...]
    us: float


@dataclass(frozen=True)
class Pair:
    """Two routes; the first complies with the demand's own limit, the second with that of ``Demand.second``."""

    first: Way
    second: Way


def disjoint_pair(
    graph: Graph, chosen: Bools, optical: Bools, demand: Demand, *, least: bool = True, most_work: int = MOST_WORK
) -> Pair | None:
    """Return the two routes of a protected demand with the least total latency, None when there are none.

    Parameters
    ----------
    graph
        The planning graph.
    chosen
        Links that may be used, shape (links,).
    optical
        Nodes whose OXC decision is taken, shape (nodes,).
    demand
        A demand with a second route.
    least
        Whether the total has to be least; otherwise any two routes that comply will do, which is quicker.
    most_work
        Search nodes times arcs after which the search gives up.

    Raises
    ------
    SearchLimit
        If the search was given up without an answer.
    ValueError
        If the demand has no second route.
    """
    if demand.second is None:
        raise ValueError(f"Demand '{demand.label}' has no second route.")
    network = network_of(graph, chosen, optical, demand, demand.second)
    budgets = (demand.budget_us, demand.second.budget_us)
    ways = _least_total(network)
    if ways is None:
        return None
    if ways[0].things.isdisjoint(ways[1].things) and (pair := _ordered(ways[0].way, ways[1].way, budgets)):
        return pair
    if not least and (pair := _one_then_other(network, ways, budgets)):
        return pair
    n_arcs = sum(len(out) for out in network.arcs.values())
    return _search(network, budgets, max(LEAST_NODES, most_work // max(1, n_arcs)))


def _one_then_other(network: Network, ways: _Ways, budgets: tuple[float, float]) -> Pair | None:
    """Return a given way with the quickest other one that shares nothing with it, if both comply; None otherwise."""
    for found in ways:
        other = _quickest(network, found.things, max(budgets))
        pair = None if other is None else _ordered(found.way, other.way, budgets)
        if pair is not None:
            return pair
    return None


def _least_total(network: Network) -> _Ways | None:
    """Return two routes of least total latency that share no chain or node they may not; None without any.

    They may still share a risk group or miss a limit. Both directions of a chain count as the chain.
    """
    flow = TwoUnits()
    for v, out in network.arcs.items():
        for arc in out:
            flow.add((v, 1), (arc.head, 0), arc.us, 1 if arc.things else 2, (v, arc))
        passing = 0.0 if v == network.source else network.pass_us[v]
        if v not in network.targets:
            flow.add((v, 0), (v, 1), passing, 1 if v in network.node_thing else 2)
    for t in network.targets:
        flow.add((t, 0), None, 0.0, 1 if t in network.node_thing else 2)
    ways = flow.send((network.source, 1), None)
    if ways is None:
        return None
    first, second = (_along(network, [step[1] for step in way]) for way in ways)  # type: ignore[index]
    return first, second


def _ordered(a: Way, b: Way, budgets: tuple[float, float]) -> Pair | None:
    """Return two ways as a pair that keeps both limits, the quicker one first where that is free; None if none does."""
    for first, second in sorted(((a, b), (b, a)), key=lambda pair: pair[0].us):
        if first.us <= budgets[0] and second.us <= budgets[1]:
            return Pair(first, second)
    return None


def _search(network: Network, budgets: tuple[float, float], most_nodes: int) -> Pair | None:
    """Best first over what either route has to avoid."""
    none: frozenset[int] = frozenset()
    start = _node(network, budgets, (none, none))
    if start is None:
        return None
    order = itertools.count()
    heap = [(start[0], next(order), start[1], start[2])]
    for _ in range(most_nodes):
        if not heap:
            return None
        _, _, avoided, ways = heapq.heappop(heap)
        shared = sorted(ways[0].things & ways[1].things)
        if not shared:
            return _ordered(ways[0].way, ways[1].way, budgets)
        some = shared if len(shared) <= FEW_CONFLICTS else shared[:: -(-len(shared) // FEW_CONFLICTS)]
        for child in _children(network, budgets, avoided, ways, some):
            heapq.heappush(heap, (child[0], next(order), child[1], child[2]))
    raise SearchLimit


_Avoided = tuple[frozenset[int], frozenset[int]]


@dataclass(frozen=True)
class _Found:
    """A route and the things on it."""

    way: Way
    things: frozenset[int]


_Ways = tuple[_Found, _Found]
_SearchNode = tuple[float, _Avoided, _Ways]


def _node(network: Network, budgets: tuple[float, float], avoided: _Avoided) -> _SearchNode | None:
    """Return the search node where each route avoids its own things, None when one of them cannot."""
    first = _quickest(network, avoided[0], budgets[0])
    if first is None:
        return None
    second = _quickest(network, avoided[1], budgets[1])
    return None if second is None else (first.way.us + second.way.us, avoided, (first, second))


def _children(
    network: Network, budgets: tuple[float, float], avoided: _Avoided, ways: _Ways, shared: Sequence[int]
) -> list[_SearchNode]:
    """Return the two ways out of the shared thing that costs most to avoid: none when neither route can."""
    worst: list[_SearchNode] = []
    worst_key = (-1.0, -1.0)
    for thing in shared:
        children = []
        for k in (0, 1):
            found = _quickest(network, avoided[k] | {thing}, budgets[k])
            if found is not None:
                pair = (found, ways[1]) if k == 0 else (ways[0], found)
                without = (avoided[0] | {thing}, avoided[1]) if k == 0 else (avoided[0], avoided[1] | {thing})
                children.append((pair[0].way.us + pair[1].way.us, without, pair))
        if not children:
            return []
        key = (-float(len(children)), min(c[0] for c in children))
        if not worst or key > worst_key:
            worst, worst_key = children, key
    return worst


def _quickest(network: Network, avoided: frozenset[int], budget_us: float) -> _Found | None:
    """Return the quickest route that avoids some things, None when it takes longer than the budget."""
    best = {network.source: 0.0}
    came: dict[int, tuple[int, Arc]] = {}
    heap = [(0.0, network.source)]
    done: set[int] = set()
    while heap:
        us, v = heapq.heappop(heap)
        if v in done:
            continue
        done.add(v)
        if us > budget_us:
            return None
        if v in network.targets:
            if network.node_thing.get(v) in avoided:
                continue
            return _walked(network, v, came)
        for arc in network.arcs.get(v, ()):
            w = arc.head
            if w in done or not avoided.isdisjoint(arc.things) or network.node_thing.get(w) in avoided:
                continue
            far = us + arc.us + (0.0 if w in network.targets else network.pass_us[w])
            if far < best.get(w, np.inf):
                best[w] = far
                came[w] = (v, arc)
                heapq.heappush(heap, (far, w))
    return None


def _walked(network: Network, target: int, came: dict[int, tuple[int, Arc]]) -> _Found:
    """Return the route that Dijkstra's labels tell."""
    arcs: list[Arc] = []
    v = target
    while v != network.source:
        v, arc = came[v]
        arcs.append(arc)
    arcs.reverse()
    return _along(network, arcs)


def _along(network: Network, arcs: Sequence[Arc]) -> _Found:
    """Return the route along arcs from the source."""
    passed = [network.pass_us[arc.head] for arc in arcs[:-1]]
    us = math.fsum([*(arc.us for arc in arcs), *passed])
    nodes = [network.source]
    for arc in arcs:
        nodes += [*arc.nodes, arc.head]
    things = frozenset().union(*(a.things for a in arcs)) | {
        network.node_thing[v] for v in nodes[1:] if v in network.node_thing
    }
    return _Found(Way(tuple(nodes), tuple(k for a in arcs for k in a.links), us), things)
