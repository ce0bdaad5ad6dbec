"""Two routes that share nothing: the pair of least total latency within the limits of both, exactly.

A search on conflicts: each route is taken for itself first, as quick as it can be; when the two share something they
must not, either the first has to avoid it or the second. Any pair that complies does one of the two, so nothing is
lost; the sum of the two latencies only grows, so the first pair without a conflict is the best one.
Before the search, chains through nodes where nothing happens become one arc, and things that are always shared
together (the links of a chain, a duct they lie in) become one.

The idea is that of conflict-based search (Sharon, Stern, Felner, Sturtevant 2015, doi:10.1016/j.artint.2014.11.006).
Length-bounded disjoint paths are NP-hard (Li, McCormick, Simchi-Levi 1990), so the search may grow exponentially;
lit networks are nearly trees and it does not there.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint_flow import TwoUnits
from optimizer.model import Demand, Graph, SecondRoute

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


@dataclass(frozen=True)
class _Arc:
    """A chain of links from one node that matters to another, walked in one direction.

    ``things`` are what its links and inner nodes are or belong to: elements that two routes may not share.
    """

    head: int
    us: float
    links: tuple[int, ...]
    nodes: tuple[int, ...]
    things: frozenset[int]


@dataclass(frozen=True)
class _Question:
    """The chosen network as arcs, and what is asked of it."""

    arcs: dict[int, list[_Arc]]
    pass_us: NDArray[np.float64]
    node_thing: dict[int, int]
    source: int
    targets: frozenset[int]


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
    question = _question(graph, chosen, optical, demand, demand.second)
    budgets = (demand.budget_us, demand.second.budget_us)
    ways = _least_total(question)
    if ways is None:
        return None
    if ways[0].things.isdisjoint(ways[1].things) and (pair := _ordered(ways[0].way, ways[1].way, budgets)):
        return pair
    if not least and (pair := _one_then_other(question, ways, budgets)):
        return pair
    n_arcs = sum(len(out) for out in question.arcs.values())
    return _search(question, budgets, max(LEAST_NODES, most_work // max(1, n_arcs)))


def _one_then_other(question: _Question, ways: _Ways, budgets: tuple[float, float]) -> Pair | None:
    """Return a given way with the quickest other one that shares nothing with it, if both comply; None otherwise."""
    for found in ways:
        other = _quickest(question, found.things, max(budgets))
        pair = None if other is None else _ordered(found.way, other.way, budgets)
        if pair is not None:
            return pair
    return None


def _least_total(question: _Question) -> _Ways | None:
    """Return two routes of least total latency that share no chain or node they may not; None without any.

    They may still share a risk group or miss a limit. Both directions of a chain count as the chain.
    """
    flow = TwoUnits()
    for v, out in question.arcs.items():
        for arc in out:
            flow.add((v, 1), (arc.head, 0), arc.us, 1 if arc.things else 2, (v, arc))
        passing = 0.0 if v == question.source else float(question.pass_us[v])
        if v not in question.targets:
            flow.add((v, 0), (v, 1), passing, 1 if v in question.node_thing else 2)
    for t in question.targets:
        flow.add((t, 0), None, 0.0, 1 if t in question.node_thing else 2)
    ways = flow.send((question.source, 1), None)
    if ways is None:
        return None
    first, second = (_along(question, [step[1] for step in way]) for way in ways)  # type: ignore[index]
    return first, second


def _ordered(a: Way, b: Way, budgets: tuple[float, float]) -> Pair | None:
    """Return two ways as a pair that keeps both limits, the quicker one first where that is free; None if none does."""
    for first, second in sorted(((a, b), (b, a)), key=lambda pair: pair[0].us):
        if first.us <= budgets[0] and second.us <= budgets[1]:
            return Pair(first, second)
    return None


def _search(question: _Question, budgets: tuple[float, float], most_nodes: int) -> Pair | None:
    """Best first over what either route has to avoid."""
    none: frozenset[int] = frozenset()
    start = _node(question, budgets, (none, none))
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
        for child in _children(question, budgets, avoided, ways, some):
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


def _node(question: _Question, budgets: tuple[float, float], avoided: _Avoided) -> _SearchNode | None:
    """Return the search node where each route avoids its own things, None when one of them cannot."""
    first = _quickest(question, avoided[0], budgets[0])
    if first is None:
        return None
    second = _quickest(question, avoided[1], budgets[1])
    return None if second is None else (first.way.us + second.way.us, avoided, (first, second))


def _children(
    question: _Question, budgets: tuple[float, float], avoided: _Avoided, ways: _Ways, shared: Sequence[int]
) -> list[_SearchNode]:
    """Return the two ways out of the shared thing that costs most to avoid: none when neither route can."""
    worst: list[_SearchNode] = []
    worst_key = (-1.0, -1.0)
    for thing in shared:
        children = []
        for k in (0, 1):
            found = _quickest(question, avoided[k] | {thing}, budgets[k])
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


def _quickest(question: _Question, avoided: frozenset[int], budget_us: float) -> _Found | None:
    """Return the quickest route that avoids some things, None when it takes longer than the budget."""
    best = {question.source: 0.0}
    came: dict[int, tuple[int, _Arc]] = {}
    heap = [(0.0, question.source)]
    done: set[int] = set()
    while heap:
        us, v = heapq.heappop(heap)
        if v in done:
            continue
        done.add(v)
        if us > budget_us:
            return None
        if v in question.targets:
            if question.node_thing.get(v) in avoided:
                continue
            return _walked(question, v, came)
        for arc in question.arcs.get(v, ()):
            w = arc.head
            if w in done or not avoided.isdisjoint(arc.things) or question.node_thing.get(w) in avoided:
                continue
            far = us + arc.us + (0.0 if w in question.targets else float(question.pass_us[w]))
            if far < best.get(w, np.inf):
                best[w] = far
                came[w] = (v, arc)
                heapq.heappush(heap, (far, w))
    return None


def _walked(question: _Question, target: int, came: dict[int, tuple[int, _Arc]]) -> _Found:
    """Return the route that Dijkstra's labels tell."""
    arcs: list[_Arc] = []
    v = target
    while v != question.source:
        v, arc = came[v]
        arcs.append(arc)
    arcs.reverse()
    return _along(question, arcs)


def _along(question: _Question, arcs: Sequence[_Arc]) -> _Found:
    """Return the route along arcs from the source."""
    passed = [float(question.pass_us[arc.head]) for arc in arcs[:-1]]
    us = math.fsum([*(arc.us for arc in arcs), *passed])
    nodes = [question.source]
    for arc in arcs:
        nodes += [*arc.nodes, arc.head]
    things = frozenset().union(*(a.things for a in arcs)) | {
        question.node_thing[v] for v in nodes[1:] if v in question.node_thing
    }
    return _Found(Way(tuple(nodes), tuple(k for a in arcs for k in a.links), us), things)


def _question(graph: Graph, chosen: Bools, optical: Bools, demand: Demand, second: SecondRoute) -> _Question:
    """Return the chosen network with chains contracted."""
    passing = np.where(optical & (graph.oxc >= 0), graph.oxc_us, graph.transit_us)
    members = _members(graph, chosen, demand, second)
    number = {key: i for i, key in enumerate(sorted(members))}
    of_link: dict[int, set[int]] = {}
    of_node: dict[int, int] = {}
    for key, (links, nodes) in members.items():
        for k in links:
            of_link.setdefault(k, set()).add(number[key])
        for v in nodes:
            of_node[v] = number[key]
    arcs = _chains(graph, chosen, passing, demand, of_link, of_node)
    same = _always_together(arcs, of_node)
    arcs = {v: [replace(a, things=frozenset(same[t] for t in a.things)) for a in out] for v, out in arcs.items()}
    node_thing = {v: same[t] for v, t in of_node.items() if t in same}
    return _Question(arcs, passing, node_thing, demand.source, frozenset(demand.targets))


def _always_together(arcs: dict[int, list[_Arc]], of_node: dict[int, int]) -> dict[int, int]:
    """Return for every thing the first of those that lie on the very same chains and nodes."""
    where: dict[int, list[tuple[int, ...]]] = {}
    for v in sorted(arcs):
        for arc in arcs[v]:
            for thing in arc.things:
                where.setdefault(thing, []).append((0, *sorted(arc.links)))
        if v in of_node:
            where.setdefault(of_node[v], []).append((1, v))
    first: dict[tuple[tuple[int, ...], ...], int] = {}
    return {thing: first.setdefault(tuple(sorted(set(where[thing]))), thing) for thing in sorted(where)}


_Key = tuple[int, int]


def _members(
    graph: Graph, chosen: Bools, demand: Demand, second: SecondRoute
) -> dict[_Key, tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return links and nodes of everything that two routes may not share, by (kind, number)."""
    members: dict[_Key, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    for link in np.flatnonzero(chosen).tolist():
        if link not in second.shared:
            members[0, link] = ((link,), ())
    if second.risks:
        for group, links in enumerate(graph.risks):
            own = tuple(k for k in links if chosen[k] and k not in second.shared)
            if len(own) > 1:
                members[1, group] = (own, ())
    free = {int(v) for k in second.shared for v in (graph.tail[k], graph.head[k])}
    if second.nodes:
        ends = {demand.source, *demand.targets}
        for v in np.unique(np.concatenate([graph.tail[chosen], graph.head[chosen]])).tolist():
            if v not in ends and v not in free:
                members[2, v] = ((), (v,))
    if second.ends:
        for v in demand.targets:
            members[3, v] = ((), (v,))
    return members


def _chains(
    graph: Graph,
    chosen: Bools,
    passing: NDArray[np.float64],
    demand: Demand,
    of_link: dict[int, set[int]],
    of_node: dict[int, int],
) -> dict[int, list[_Arc]]:
    """Return the arcs leaving every node that matters: the ends, forks, dead ends left out."""
    at = _incident(graph, chosen, {demand.source, *demand.targets})
    matters = {v for v, links in at.items() if len(links) != 2} | ({demand.source, *demand.targets} & at.keys())
    arcs: dict[int, list[_Arc]] = {v: [] for v in matters}
    for v in matters:
        for link in at[v]:
            arc = _walk(graph, at, matters, passing, v, link, of_link, of_node)
            if arc.head != v:
                arcs[v].append(arc)
    return arcs


def _incident(graph: Graph, chosen: Bools, keep: Iterable[int]) -> dict[int, list[int]]:
    """Return the chosen links at every node, dead ends pruned away."""
    at: dict[int, list[int]] = {}
    for k in np.flatnonzero(chosen).tolist():
        for v in (int(graph.tail[k]), int(graph.head[k])):
            at.setdefault(v, []).append(k)
    kept = set(keep)
    leaves = [v for v, links in at.items() if len(links) == 1 and v not in kept]
    while leaves:
        v = leaves.pop()
        if v not in at or not at[v]:
            at.pop(v, None)
            continue
        k = at.pop(v)[0]
        other = int(graph.head[k]) if int(graph.tail[k]) == v else int(graph.tail[k])
        at[other].remove(k)
        if len(at[other]) == 1 and other not in kept:
            leaves.append(other)
        elif not at[other]:
            at.pop(other)
    return at


def _walk(
    graph: Graph,
    at: dict[int, list[int]],
    matters: set[int],
    passing: NDArray[np.float64],
    start: int,
    link: int,
    of_link: dict[int, set[int]],
    of_node: dict[int, int],
) -> _Arc:
    """Walk one chain from `start` over `link` to the next node that matters."""
    links: list[int] = []
    nodes: list[int] = []
    things: set[int] = set()
    us, v = 0.0, start
    while True:
        links.append(link)
        things |= of_link.get(link, set())
        us += float(graph.us[link])
        v = int(graph.head[link]) if int(graph.tail[link]) == v else int(graph.tail[link])
        if v in matters:
            return _Arc(v, us, tuple(links), tuple(nodes), frozenset(things))
        nodes.append(v)
        us += float(passing[v])
        if v in of_node:
            things.add(of_node[v])
        link = next(k for k in at[v] if k != link)
