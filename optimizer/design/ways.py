"""Every way between two nodes that takes few links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from optimizer.design.problem import Link

__all__ = ["ways_within"]


def ways_within(links: Sequence[Link], n_nodes: int, source: int, target: int, most: int) -> Iterator[tuple[int, ...]]:
    """Yield every way that passes no node twice and takes at most `most` links; O(ways x links) with look-ahead."""
    beside: list[list[tuple[int, int]]] = [[] for _ in range(n_nodes)]
    for number, link in enumerate(links):
        beside[link.a].append((number, link.b))
        beside[link.b].append((number, link.a))
    return _extend(beside, _hops_to(beside, target), (), (source,), target, most)


def _hops_to(beside: list[list[tuple[int, int]]], target: int) -> dict[int, int]:
    """Fewest links to the target from every node that reaches it."""
    hops, edge = {target: 0}, [target]
    while edge:
        following = []
        for v in edge:
            for _, w in beside[v]:
                if w not in hops:
                    hops[w] = hops[v] + 1
                    following.append(w)
        edge = following
    return hops


def _extend(
    beside: list[list[tuple[int, int]]],
    hops: dict[int, int],
    way: tuple[int, ...],
    passed: tuple[int, ...],
    target: int,
    most: int,
) -> Iterator[tuple[int, ...]]:
    """Yield the ways that begin with this one."""
    if passed[-1] == target:
        yield way
        return
    for number, node in beside[passed[-1]]:
        if node not in passed and len(way) + 1 + hops.get(node, most) <= most:
            yield from _extend(beside, hops, (*way, number), (*passed, node), target, most)
