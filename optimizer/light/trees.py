"""Cheap trees that join all centers with traffic over metro sites: routes that share equipment and fibre pairs.

A tree is grown center by center (H. Takahashi and A. Matsuyama, Math. Japonica 24, 573, 1980): each is tied by its
cheapest way to a site of the tree, where a link under a section already costs one more fibre pair, a link that is not
lit its price, a site without an OXC one, and a full OXC a further direction. Then centers are taken out and tied in
again; what is a little dearer is kept, ever less so as time goes by (threshold accepting, G. Dueck and T. Scheuer,
J. Comput. Phys. 90, 161, 1990).
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

__all__ = ["Ground", "Tree", "grow_trees", "tree_way"]

Floats = NDArray[np.float64]
_SLACK = 0.03
"""How much dearer a tree may be to be gone on from, at first, as a share of its price."""
_NOISY, _NOISE = 0.3, 0.5
"""Share of trees grown at moved prices, and by what share at the most prices are moved up or down."""
_FARTHER = 1.5
"""How much farther than last time a center's way to the tree is looked for, at first."""
_TRIES = 200
"""Trees that are tried at the most, a center."""


@dataclass(frozen=True)
class Ground:
    """Where trees grow, and prices.

    ``light``: price of lighting links, ``inf`` where it may not be; ``more``: of one more fibre pair on them; ``site``:
    of an OXC by node; ``pair_slots``: what a fibre pair holds; ``offers``: channel types for the traffic of two centers
    by node pair, as most noise, price and slots, cheapest first.
    """

    n_nodes: int
    ends: NDArray[np.int64]
    light: Floats
    more: Floats
    km: Floats
    site: Mapping[int, float]
    centers: tuple[int, ...]
    pair_slots: int
    direction: float
    directions_free: int
    offers: Mapping[tuple[int, int], tuple[tuple[float, float, int], ...]]
    section_noise: Callable[[float], float]


@dataclass(frozen=True)
class Tree:
    """Sections (a, b, links in order from a to b), and what they cost."""

    sections: tuple[tuple[int, int, tuple[int, ...]], ...]
    cost: float


def grow_trees(
    ground: Ground,
    *,
    time_limit_s: float,
    rng: np.random.Generator,
    most: int = 5,
    start: Tree | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> list[Tree]:
    """Return the cheapest trees found, cheapest first, and the one that grows from `start`; none where none can.

    `stop` is asked before every tree.
    """
    began = time.perf_counter()
    arcs = _Arcs(ground)
    known = None if start is None else _grown(ground, arcs, list(ground.centers), start.sections)
    current = known or _grown(ground, arcs, list(ground.centers), ())
    if current is None:
        return []
    best = {_key(current): current}
    slack = _SLACK * current.cost
    tries = _TRIES * len(ground.centers)
    for number in range(tries):
        left = 1.0 - max(number / tries, (time.perf_counter() - began) / max(time_limit_s, 1e-9))
        if left <= 0 or stop():
            break
        again = _another(ground, arcs, current, rng)
        if again is not None and again.cost < current.cost + slack * left * left:
            current = again
            best[_key(again)] = again
    found = sorted(best.values(), key=lambda t: t.cost)[:most]
    return found if known is None or known in found else [*found, known]


def _key(tree: Tree) -> frozenset[tuple[int, ...]]:
    return frozenset(links for _, _, links in tree.sections)


def _another(ground: Ground, arcs: _Arcs, tree: Tree, rng: np.random.Generator) -> Tree | None:
    """Return a tree with some centers taken out and tied in again, in another order."""
    n = min(len(ground.centers) - 1, int(rng.integers(1, max(2, len(ground.centers) // 2) + 1)))
    out = set(rng.choice(ground.centers, size=n, replace=False).tolist())
    kept = _pruned(tree.sections, [c for c in ground.centers if c not in out])
    noise = rng.uniform(1 - _NOISE, 1 + _NOISE, ground.n_nodes) if rng.random() < _NOISY else None
    return _grown(ground, arcs, rng.permutation(ground.centers).tolist(), kept, noise)


class _Arcs:
    """The links both ways as one matrix, whose weights are filled in anew for every search."""

    def __init__(self, ground: Ground) -> None:
        links = np.flatnonzero(np.isfinite(ground.light))
        a, b = ground.ends[links, 0], ground.ends[links, 1]
        tail, head = np.concatenate([a, b]), np.concatenate([b, a])
        order = np.lexsort((head, tail))
        self.tail, self.head, self.link = tail[order], head[order], np.concatenate([links, links])[order]
        self.n = ground.n_nodes
        new = (np.diff(self.tail, prepend=-1) != 0) | (np.diff(self.head, prepend=-1) != 0)
        self._first = np.flatnonzero(new)
        self._indices = self.head[self._first].astype(np.int32)
        self._indptr = np.searchsorted(self.tail[self._first], np.arange(self.n + 1)).astype(np.int32)
        self._start = np.searchsorted(self.tail, np.arange(self.n + 1))
        self.reached: dict[int, float] = {}

    def search(
        self, link_price: Floats, node_price: Floats, source: int, limit: float = math.inf
    ) -> tuple[Floats, NDArray[np.int32]]:
        """Return distances up to a limit and predecessors from a node; of parallel links the cheapest counts."""
        if not len(self.link):
            return np.full(self.n, math.inf), np.full(self.n, -9999, dtype=np.int32)
        weight = np.maximum(link_price[self.link] + node_price[self.head], 1e-6)
        least = np.minimum.reduceat(weight, self._first)
        matrix = sp.csr_array((least, self._indices, self._indptr), shape=(self.n, self.n))
        distance, before = dijkstra(matrix, indices=np.array([source]), return_predecessors=True, limit=limit)
        return distance[0], before[0]

    def link_between(self, u: int, v: int, link_price: Floats) -> int:
        """Return the cheapest link between two neighbours."""
        at = slice(self._start[u], self._start[u + 1])
        some = self.link[at][self.head[at] == v].tolist()
        return int(min(some, key=lambda k: (link_price[k], k)))


Sections = Sequence[tuple[int, int, tuple[int, ...]]]


def _grown(
    ground: Ground, arcs: _Arcs, order: Sequence[int], kept: Sections, noise: Floats | None = None
) -> Tree | None:
    """Return a tree with every center of the order tied in, None when one cannot be.

    `noise`: factor on the prices of links and sites by node, for variety.
    """
    sections = list(kept)
    for center in order:
        if any(center in (a, b) for a, b, _ in sections):
            continue
        added = _tie(ground, arcs, sections, center, order, noise)
        if added is None:
            return None
        sections += added
    return Tree(tuple(sections), _cost(ground, sections))


def _tie(
    ground: Ground, arcs: _Arcs, sections: Sections, center: int, order: Sequence[int], noise: Floats | None
) -> list[tuple[int, int, tuple[int, ...]]] | None:
    """Return the sections of the cheapest way from a center to a site of the tree, or to another center at first."""
    use = Counter(k for _, _, links in sections for k in links)
    link_price = ground.light + 100.0 * ground.km
    taken = np.fromiter(use, dtype=np.int64, count=len(use))
    link_price[taken] = ground.more[taken] + 100.0 * ground.km[taken]
    degree = Counter(n for a, b, _ in sections for n in (a, b) if n in ground.site)
    node_price = np.zeros(ground.n_nodes)
    for node, price in ground.site.items():
        node_price[node] = 0.0 if node in degree else price
    if noise is not None:
        node_price *= noise
        link_price *= noise[ground.ends[:, 0]]
    for node in ground.centers:
        node_price[node] = math.inf if node != center and sections else 0.0
    node_price = np.where(np.isfinite(node_price), node_price, 1e15)
    limit = _FARTHER * arcs.reached.get(center, math.inf) if sections else math.inf
    distance, before = arcs.search(link_price, node_price, center, limit)
    if sections and not np.isfinite(distance[list(degree)]).any():
        distance, before = arcs.search(link_price, node_price, center)
    if sections:
        extra = {n: ground.direction * (d >= ground.directions_free) for n, d in degree.items()}
        goal = min(extra, key=lambda n: (distance[n] + extra[n], n), default=None)
    else:
        goal = next((c for c in order if c != center and np.isfinite(distance[c])), None)
    if goal is None or not np.isfinite(distance[goal]) or distance[goal] >= 1e14:
        return None
    arcs.reached[center] = float(distance[goal])
    nodes = [int(goal)]
    while nodes[-1] != center:
        nodes.append(int(before[nodes[-1]]))
    return _cut(ground, arcs, nodes[::-1], link_price, need_site=not sections)


def _cut(
    ground: Ground, arcs: _Arcs, nodes: Sequence[int], link_price: Floats, *, need_site: bool
) -> list[tuple[int, int, tuple[int, ...]]] | None:
    """Return a way as sections between sites."""
    found = []
    start, links = nodes[0], []
    for u, v in pairwise(nodes):
        links.append(arcs.link_between(u, v, link_price))
        if v in ground.site or v == nodes[-1]:
            found.append((start, v, tuple(links)))
            start, links = v, []
    return None if need_site and len(found) < 2 else found


def _pruned(sections: Sections, centers: Iterable[int]) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
    """Return the sections without those that only lead to centers that are taken out."""
    wanted, some = set(centers), list(sections)
    while True:
        degree = Counter(n for a, b, _ in some for n in (a, b))
        left = [s for s in some if all(degree[n] > 1 or n in wanted for n in s[:2])]
        if len(left) == len(some):
            return tuple(some)
        some = left


def _cost(ground: Ground, sections: Sections) -> float:
    """Return links, pairs, OXCs and directions of a tree, as many pairs as its traffic fills."""
    noise = [ground.section_noise(float(ground.km[list(links)].sum())) for _, _, links in sections]
    loads, far = _loads(ground, sections, noise)
    pairs = [max(1, math.ceil(n / ground.pair_slots)) for n in loads]
    use: Counter[int] = Counter()
    degree: Counter[int] = Counter()
    for (a, b, links), n in zip(sections, pairs, strict=True):
        use.update(dict.fromkeys(links, n))
        degree.update({a: n, b: n})
    cost = sum(float(ground.light[k]) + (n - 1) * float(ground.more[k]) for k, n in use.items())
    cost += sum(
        ground.site[n] + ground.direction * max(0, d - ground.directions_free)
        for n, d in degree.items()
        if n in ground.site
    )
    return cost + far


def _loads(ground: Ground, sections: Sections, noise: Sequence[float]) -> tuple[list[int], float]:
    """Return the slots that cross every section, and what channel types cost beyond the cheapest to reach so far."""
    at: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for i, (a, b, _) in enumerate(sections):
        at[a].append((b, i))
        at[b].append((a, i))
    loads, far = [0] * len(sections), 0.0
    for source in ground.centers:
        came = {source: (-1, -1)}
        queue = [source]
        for node in queue:
            for other, i in at[node]:
                if other not in came:
                    came[other] = (node, i)
                    queue.append(other)
        for target in ground.centers:
            offers = ground.offers.get((source, target), ())
            node, total, way = target, 0.0, []
            while offers and node in came and node != source:
                node, i = came[node]
                way.append(i)
                total += noise[i]
            if offers:
                dear = 3 * offers[0][1], offers[0][2]
                price, slots = next(((p, n) for most, p, n in offers if total <= most), dear)
                far += price - offers[0][1]
                for i in way:
                    loads[i] += slots
    return loads, far


def tree_way(
    tree: Tree, source: int, target: int, ends: NDArray[np.int64]
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """Return nodes and links of the way between two centers in a tree."""
    at: dict[int, list[tuple[int, tuple[int, ...]]]] = defaultdict(list)
    for a, b, links in tree.sections:
        at[a].append((b, links))
        at[b].append((a, links[::-1]))
    came: dict[int, tuple[int, tuple[int, ...]]] = {source: (source, ())}
    queue = [source]
    for node in queue:
        for other, links in at[node]:
            if other not in came:
                came[other] = (node, links)
                queue.append(other)
    if target not in came:
        return None
    links_back: list[int] = []
    node = target
    while node != source:
        node, links = came[node]
        links_back += links[::-1]
    way = links_back[::-1]
    nodes = [source]
    for k in way:
        nodes.append(int(ends[k, 1]) if ends[k, 0] == nodes[-1] else int(ends[k, 0]))
    return tuple(nodes), tuple(way)
