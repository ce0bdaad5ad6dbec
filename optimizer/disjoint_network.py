"""The chosen network for two routes: chains as arcs, and what two routes may not share as numbered things.

Chains through nodes where nothing happens become one arc, dead ends go, and things that are always shared together (the
links of a chain, a duct they lie in) become one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.model import Demand, Graph, SecondRoute

__all__ = ["Arc", "Network", "network_of"]

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Arc:
    """A chain of links from one node that matters to another, walked in one direction.

    ``things`` are what its links and inner nodes are or belong to: elements that two routes may not share.
    """

    head: int
    us: float
    links: tuple[int, ...]
    nodes: tuple[int, ...]
    things: frozenset[int]


@dataclass(frozen=True)
class Network:
    """The chosen network as arcs, and between which nodes two routes are asked.

    Parameters
    ----------
    arcs
        Arcs that leave every node that matters.
    pass_us
        Latency of passing every node, by number.
    node_thing
        The thing that a node is which two routes may not share.
    source, targets
        Ends.
    """

    arcs: dict[int, list[Arc]]
    pass_us: list[float]
    node_thing: dict[int, int]
    source: int
    targets: frozenset[int]


def network_of(graph: Graph, chosen: Bools, optical: Bools, demand: Demand, second: SecondRoute) -> Network:
    """Return the chosen network with chains contracted."""
    passing = np.where(optical & (graph.oxc >= 0), graph.oxc_us, graph.transit_us).tolist()
    members = _members(graph, chosen, demand, second)
    of_link: dict[int, set[int]] = {}
    of_node: dict[int, int] = {}
    for number, key in enumerate(sorted(members)):
        links, nodes = members[key]
        for k in links:
            of_link.setdefault(k, set()).add(number)
        for v in nodes:
            of_node[v] = number
    ends = {demand.source, *demand.targets}
    lists = graph.tail.tolist(), graph.head.tolist(), graph.us.tolist()
    arcs = _Chains(*lists, passing, _incident(graph, chosen, ends), of_link, of_node).arcs(ends)
    same = _always_together(arcs, of_node)
    merged = {
        v: [Arc(a.head, a.us, a.links, a.nodes, frozenset(same[t] for t in a.things)) for a in out]
        for v, out in arcs.items()
    }
    node_thing = {v: same[t] for v, t in of_node.items() if t in same}
    return Network(merged, passing, node_thing, demand.source, frozenset(demand.targets))


def _always_together(arcs: dict[int, list[Arc]], of_node: dict[int, int]) -> dict[int, int]:
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


def _incident(graph: Graph, chosen: Bools, kept: set[int]) -> dict[int, list[int]]:
    """Return the chosen links at every node, dead ends pruned away."""
    at: dict[int, list[int]] = {}
    for k in np.flatnonzero(chosen).tolist():
        for v in (int(graph.tail[k]), int(graph.head[k])):
            at.setdefault(v, []).append(k)
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


@dataclass(frozen=True)
class _Chains:
    """The chosen network link by link, to be walked: plain lists, which are quicker than arrays one number at a time.

    Parameters
    ----------
    tail, head, us
        Of every link.
    passing
        Latency of passing every node.
    at
        Links at every node.
    of_link, of_node
        The things that links and nodes belong to.
    """

    tail: list[int]
    head: list[int]
    us: list[float]
    passing: list[float]
    at: dict[int, list[int]]
    of_link: dict[int, set[int]]
    of_node: dict[int, int]

    def arcs(self, ends: set[int]) -> dict[int, list[Arc]]:
        """Return the arcs leaving every node that matters: the `ends` and forks."""
        matters = {v for v, links in self.at.items() if len(links) != 2} | (ends & self.at.keys())
        arcs: dict[int, list[Arc]] = {v: [] for v in matters}
        for v in matters:
            for link in self.at[v]:
                arc = self._walk(matters, v, link)
                if arc.head != v:
                    arcs[v].append(arc)
        return arcs

    def _walk(self, matters: set[int], start: int, link: int) -> Arc:
        """Walk one chain from `start` over `link` to the next node that matters."""
        links: list[int] = []
        nodes: list[int] = []
        things: set[int] = set()
        us, v = 0.0, start
        while True:
            links.append(link)
            things |= self.of_link.get(link, set())
            us += self.us[link]
            v = self.head[link] if self.tail[link] == v else self.tail[link]
            if v in matters:
                return Arc(v, us, tuple(links), tuple(nodes), frozenset(things))
            nodes.append(v)
            us += self.passing[v]
            if v in self.of_node:
                things.add(self.of_node[v])
            one, other = self.at[v]
            link = other if one == link else one
