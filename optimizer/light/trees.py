"""Cheap trees that join all centers with traffic over metro sites: routes that share equipment and fibre pairs.

A tree is grown center by center (H. Takahashi and A. Matsuyama, Math. Japonica 24, 573, 1980): each is tied by its
cheapest way to a site of the tree, where a link under a section already costs one more fibre pair, a link that is not
lit its price, a site without an OXC one, and a full OXC a further direction. Then centers are taken out and tied in
again; what is a little dearer is kept, ever less so (threshold accepting, G. Dueck and T. Scheuer, J. Comput. Phys. 90,
161, 1990). Light that turns between three sections that meet differs in its slots, so what turns there has to fit into
one fibre pair or one of the three gets another. Rows of such tries begin from the cheapest tree and from trees grown
afresh in turn: two rows of a few seconds differ by a tenth of the price, and a long row is no better than a short one.
"""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.graph import build_graph
from optimizer.light.tree_kernels import tie, tree_cost

__all__ = ["Ground", "Tree", "grow_trees", "tree_way"]

Floats = NDArray[np.float64]
_SLACK = 0.01
"""How much dearer a tree may be to be gone on from, at first, as a share of its price."""
_NOISY, _NOISE = 0.3, 0.5
"""Share of trees grown at moved prices, and by what share at the most prices are moved up or down."""
_FILL = 0.9
"""Share of a fibre pair's slots that trees fill: beyond it, channels seldom find the same slots all along."""
_LENGTH = 100.0
"""Price of a km on top, so that of ways that cost the same the shorter is taken."""
_TRIES, _IDLE = 200, 6
"""Trees that are tried in a row, a center, and how many such rows without a cheaper one end the search."""


@dataclass(frozen=True)
class Ground:
    """Where trees grow, and prices.

    ``light``: price of lighting links, ``inf`` where it may not be; ``more``: of one more fibre pair on them; ``site``:
    of an OXC by node; ``slots``: of a fibre pair; ``offers``: channel types for the traffic of two centers by node
    pair, as most noise, price and slots, cheapest first.
    """

    n_nodes: int
    ends: NDArray[np.int64]
    light: Floats
    more: Floats
    km: Floats
    site: Mapping[int, float]
    centers: tuple[int, ...]
    slots: int
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
    soil = _Soil(ground)
    known = None if start is None else _grown(soil, list(ground.centers), start.sections)
    current = known or _grown(soil, list(ground.centers), ())
    if current is None:
        return []
    best: dict[frozenset[tuple[int, ...]], Tree] = {}
    least, idle = math.inf, 0
    end = began + time_limit_s
    while not best or (idle < _IDLE and time.perf_counter() < end and not stop()):
        for tree in _leg(soil, current, rng, end, stop):
            best[_key(tree)] = tree
        cheapest = min(best.values(), key=lambda t: t.cost)
        idle = 0 if cheapest.cost < least - 1e-9 * abs(least) else idle + 1
        least = cheapest.cost
        afresh = _grown(soil, rng.permutation(ground.centers).tolist(), (), _noise(ground, rng)) if idle % 2 else None
        current = afresh or cheapest
    found = sorted(best.values(), key=lambda t: t.cost)[:most]
    return found if known is None or known in found else [*found, known]


def _leg(soil: _Soil, tree: Tree, rng: np.random.Generator, end: float, stop: Callable[[], bool]) -> list[Tree]:
    """Return the trees that were gone on from, one after the other: the first may be dearer, the last hardly."""
    began, found = time.perf_counter(), [tree]
    slack = _SLACK * tree.cost
    tries = _TRIES * len(soil.ground.centers)
    for number in range(tries):
        left = 1.0 - max(number / tries, (time.perf_counter() - began) / max(end - began, 1e-9))
        if left <= 0 or stop():
            break
        again = _another(soil, found[-1], rng)
        if again is not None and again.cost < found[-1].cost + slack * left * left:
            found.append(again)
    return found


def _noise(ground: Ground, rng: np.random.Generator) -> Floats:
    """Return factors on prices by node, for variety."""
    return rng.uniform(1 - _NOISE, 1 + _NOISE, ground.n_nodes)


def _key(tree: Tree) -> frozenset[tuple[int, ...]]:
    return frozenset(links for _, _, links in tree.sections)


def _another(soil: _Soil, tree: Tree, rng: np.random.Generator) -> Tree | None:
    """Return a tree with some centers taken out and tied in again, in another order."""
    ground = soil.ground
    n = min(len(ground.centers) - 1, int(rng.integers(1, max(2, len(ground.centers) // 2) + 1)))
    out = set(rng.choice(ground.centers, size=n, replace=False).tolist())
    kept = _pruned(tree.sections, [c for c in ground.centers if c not in out])
    noise = _noise(ground, rng) if rng.random() < _NOISY else None
    return _grown(soil, rng.permutation(ground.centers).tolist(), kept, noise)


class _Soil:
    """The ground as arrays for the kernels, and the tree that grows on it."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.open = np.flatnonzero(np.isfinite(ground.light))
        graph = build_graph(ground.n_nodes, ground.ends[self.open, 0], ground.ends[self.open, 1])
        self._graph, n, m = graph, ground.n_nodes, ground.light.size
        self._site = np.full(n, math.inf)
        self._site[list(ground.site)] = list(ground.site.values())
        self._closed = np.zeros(n, dtype=np.bool_)
        self._closed[list(ground.centers)] = True
        self._light, self._more = ground.light + _LENGTH * ground.km, ground.more + _LENGTH * ground.km
        self._used, self._degree = np.zeros(m, dtype=np.int64), np.zeros(n, dtype=np.int64)
        whole = [np.zeros(n, dtype=np.int64) for _ in range(3)]
        self._room = (np.full(n, math.inf), whole[0], np.full(n, -1, dtype=np.int64), whole[1], whole[2])
        self._cost_room = (
            np.full(n, -1, dtype=np.int64), np.zeros(m, dtype=np.int64), np.zeros(n, dtype=np.int64),
        )  # fmt: skip
        self._plain = np.ones(n)
        self._centers = np.array(ground.centers, dtype=np.int64)
        some = [ground.offers.get((a, b), ()) for a in ground.centers for b in ground.centers]
        self._first_offer = np.cumsum([0, *map(len, some)])
        self._offers = np.array([o for offers in some for o in offers], dtype=np.float64).reshape(-1, 3)
        self._noise: dict[tuple[int, ...], float] = {}

    def begin(self, sections: Sections) -> None:
        """Start a tree."""
        self._used[:] = 0
        self._degree[:] = 0
        self.add(sections)

    def add(self, sections: Sections) -> None:
        """Let the tree have sections more."""
        for a, b, links in sections:
            self._used[list(links)] += 1
            self._degree[[a, b]] += 1

    def has(self, node: int) -> bool:
        """Return whether a section ends at a node."""
        return bool(self._degree[node])

    def way(self, center: int, goal: int, noise: Floats | None) -> tuple[list[int], list[int]]:
        """Return nodes and links of the cheapest way from a center to the tree, or to `goal`; no links where none."""
        g, ground = self._graph, self.ground
        arcs = tie(
            *g.csr, self.open, self._light, self._more, self._used, self._site, self._degree, self._closed,
            self._plain if noise is None else noise, ground.direction, ground.directions_free, center, goal, self._room,
        )  # fmt: skip
        return [center, *g.arc_head[arcs].tolist()], self.open[arcs >> 1].tolist()

    def cost(self, sections: Sections) -> float:
        """Return what a tree costs: as many pairs as its traffic fills."""
        ground = self.ground
        start = np.cumsum([0, *(len(links) for _, _, links in sections)])
        return float(tree_cost(
            np.array([s[:2] for s in sections], dtype=np.int64).reshape(-1, 2), start,
            np.array([k for _, _, links in sections for k in links], dtype=np.int64),
            np.array([self._noise_of(links) for _, _, links in sections]), ground.light, ground.more, self._site,
            ground.direction, ground.directions_free, ground.slots, int(_FILL * ground.slots), self._centers,
            self._first_offer, self._offers, self._cost_room,
        ))  # fmt: skip

    def _noise_of(self, links: tuple[int, ...]) -> float:
        if links not in self._noise:
            self._noise[links] = self.ground.section_noise(float(self.ground.km[list(links)].sum()))
        return self._noise[links]


Sections = Sequence[tuple[int, int, tuple[int, ...]]]


def _grown(soil: _Soil, order: Sequence[int], kept: Sections, noise: Floats | None = None) -> Tree | None:
    """Return a tree with every center of the order tied in, None when one cannot be.

    `noise`: factor on the prices of links and sites by node, for variety.
    """
    sections = list(kept)
    soil.begin(sections)
    for center in order:
        if soil.has(center):
            continue
        added = _tie(soil, center, order, noise, need_site=not sections)
        if added is None:
            return None
        sections += added
        soil.add(added)
    return Tree(tuple(sections), soil.cost(sections))


def _tie(
    soil: _Soil, center: int, order: Sequence[int], noise: Floats | None, *, need_site: bool
) -> list[tuple[int, int, tuple[int, ...]]] | None:
    """Return the sections of the cheapest way from a center to a site of the tree, or to another center at first."""
    for goal in [c for c in order if c != center] if need_site else [-1]:
        nodes, links = soil.way(center, goal, noise)
        if links:
            found = _cut(soil.ground, nodes, links)
            return None if need_site and len(found) < 2 else found
    return None


def _cut(ground: Ground, nodes: Sequence[int], links: Sequence[int]) -> list[tuple[int, int, tuple[int, ...]]]:
    """Return a way as sections between sites."""
    found, start = [], 0
    for at in range(1, len(nodes)):
        if nodes[at] in ground.site or at == len(nodes) - 1:
            found.append((nodes[start], nodes[at], tuple(links[start:at])))
            start = at
    return found


def _pruned(sections: Sections, centers: Iterable[int]) -> tuple[tuple[int, int, tuple[int, ...]], ...]:
    """Return the sections without those that only lead to centers that are taken out."""
    wanted, some = set(centers), list(sections)
    while True:
        degree = Counter(n for a, b, _ in some for n in (a, b))
        left = [s for s in some if all(degree[n] > 1 or n in wanted for n in s[:2])]
        if len(left) == len(some):
            return tuple(some)
        some = left


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
