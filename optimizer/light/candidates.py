"""Routes worth trying: cheapest ways at prices that follow what the plan uses, within the latency limit.

Every relation's cheapest way is found by Dijkstra at marginal prices: what is chosen already is cheap, a link that is
not lit costs its price, a site without an OXC what passing it costs. Repeated, the prices draw routes together (slope
scaling, D. Kim and P. M. Pardalos, Oper. Res. Lett. 24, 195, 1999); random prices add variety.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from optimizer.problem import Center, Problem

__all__ = ["Tariff", "cheapest_ways", "tariffs"]

Floats = NDArray[np.float64]
Way = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Tariff:
    """Prices of links and of passing nodes; ``inf`` where nothing goes."""

    link: Floats
    node: Floats


@dataclass(frozen=True)
class Prices:
    """What decides a tariff.

    ``link``: price of lighting, 0 where lit; ``site``: of an OXC by node; ``pass_cost``: of passing electrically.
    """

    link: Floats
    km: Floats
    site: Mapping[int, float]
    pass_cost: float
    lit_km: float
    used: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


def tariffs(
    prices: Prices,
    chosen_links: Iterable[int],
    chosen_sites: Iterable[int],
    share: int,
    rng: np.random.Generator | None,
) -> Tariff:
    """Return marginal prices: what is chosen costs a share of itself, the rest in full."""
    some = list(chosen_links)
    link = prices.link.copy()
    link[some] /= max(1, share)
    link = link + prices.km * prices.lit_km
    node = np.zeros(len(prices.used))
    cheap = set(chosen_sites)
    for at, price in prices.site.items():
        node[at] = min(prices.pass_cost, price / max(1, share) if at in cheap else price)
    if rng is not None:
        link = link * rng.uniform(0.6, 1.8, len(link))
        node = node * rng.uniform(0.6, 1.8, len(node))
    return Tariff(link, node)


def cheapest_ways(
    problem: Problem, tariff: Tariff, pairs: Sequence[tuple[Center, Center]]
) -> dict[tuple[str, str], Way]:
    """Return the cheapest way of every pair at a tariff, as nodes and links; pairs without a way are left out."""
    matrix, link_of = _matrix(problem, tariff)
    sources = sorted({a.node for a, _ in pairs})
    row = {node: i for i, node in enumerate(sources)}
    if not sources or not link_of:
        return {}
    _, before = dijkstra(matrix, indices=np.array(sources), return_predecessors=True)
    found: dict[tuple[str, str], Way] = {}
    for a, b in pairs:
        nodes = _walk(before[row[a.node]], a.node, b.node)
        if nodes is not None:
            found[a.id, b.id] = nodes, tuple(link_of[u, v] for u, v in pairwise(nodes))
    return found


def _matrix(problem: Problem, tariff: Tariff) -> tuple[sp.csr_array, dict[tuple[int, int], int]]:
    """Return arc prices with half of each end's, the cheapest of parallel links, and which link that is."""
    ends, n = problem.network.ends, len(problem.network.nodes)
    price = tariff.link + (tariff.node[ends[:, 0]] + tariff.node[ends[:, 1]]) / 2
    open_links = np.flatnonzero(np.isfinite(price))
    order = open_links[np.argsort(-price[open_links], kind="stable")]
    cheapest: dict[tuple[int, int], int] = {}
    for link, (a, b) in zip(order.tolist(), ends[order].tolist(), strict=True):
        cheapest[a, b] = cheapest[b, a] = link
    if not cheapest:
        return sp.csr_array((n, n)), cheapest
    tail, head = np.array(list(cheapest)).T
    links = np.fromiter(cheapest.values(), dtype=np.int64)
    weight = np.maximum(price[links], 1e-9)
    return sp.csr_array((weight, (tail, head)), shape=(n, n)), cheapest


def _walk(before: NDArray[np.int32], start: int, end: int) -> tuple[int, ...] | None:
    """Return the nodes from start to end, None without a way."""
    if before[end] < 0:
        return None
    nodes = [end]
    while nodes[-1] != start:
        nodes.append(int(before[nodes[-1]]))
    return tuple(reversed(nodes))
