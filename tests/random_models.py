"""Small random models with every mix of goals, the same for the same seed.

Latencies are whole microseconds and limits often equal the latency of a real route, so ties with the limit,
strict and not, are common; costs are small whole numbers, so ties in cost are too.
"""

from __future__ import annotations

import itertools
import math
import random
from dataclasses import dataclass, replace

import networkx as nx
import numpy as np

from optimizer.model import ALWAYS, Demand, Graph, Model, ModelBuilder, SecondRoute

__all__ = ["random_model"]


@dataclass
class _Draft:
    """What the parts of a model share while it is drawn."""

    rng: random.Random
    n_nodes: int
    links: list[tuple[int, int]]
    us: list[int]
    transit_us: list[int]
    oxc_us: list[int]
    builder: ModelBuilder
    use: list[int]
    oxc: list[int]
    centers: list[int]
    sites: list[int]


def random_model(seed: int, most_nodes: int = 12, most_links: int = 24, *, protected: bool = False) -> Model:
    """Return the random model of `seed` with 2 to `most_nodes` nodes and at most `most_links` links.

    With `protected` some relations need two routes, with every kind of diversity and limit.
    """
    rng = random.Random(seed)
    draft = _network(rng, rng.randint(2, most_nodes), most_links, spare=3 if protected else 0)
    _interconnect(draft)
    _shares_of_pairs(draft)
    _oxc_share(draft)
    _circle(draft)
    _exports(draft)
    _fixed_choices(draft)
    _budget(draft)
    graph = _graph(draft)
    return draft.builder.build(replace(graph, risks=_protection(draft)) if protected else graph)


def _network(rng: random.Random, n: int, most_links: int, spare: int) -> _Draft:
    """Draw nodes, links (a tree, chords, some parallels), roles and the decisions on them."""
    links = [(rng.randrange(v), v) for v in range(1, n)]
    if n > 4 and rng.random() < 0.05:
        links.pop()  # a piece of the network lies apart
    room = min(most_links, n + spare + rng.randint(0, n)) - len(links)
    for _ in range(max(0, room)):
        a, b = rng.sample(range(n), 2) if rng.random() < 0.85 else rng.choice(links)
        links.append((a, b))
    builder = ModelBuilder(offset=float(rng.choice([0, 0, 10])))
    use = [
        builder.column("use", f"L{i}", cost=float(0 if rng.random() < 0.2 else rng.randint(1, 12)))
        for i in range(len(links))
    ]
    nodes = rng.sample(range(n), n)
    centers = sorted(nodes[: rng.randint(1, min(4, n))])
    sites = sorted(v for v in nodes if rng.random() < 0.45)[:4]
    transit = [rng.choice([5, 10, 20]) if v in sites else (3 if rng.random() < 0.1 else 0) for v in range(n)]
    draft = _Draft(
        rng, n, links, [rng.randint(0, 15) for _ in links], transit, [min(1, t) for t in transit],
        builder, use, [-1] * n, centers, sites,
    )  # fmt: skip
    for v in sites:
        if rng.random() < 0.85:
            draft.oxc[v] = builder.column("oxc", f"S{v}", cost=float(rng.randint(0, 9)))
    return draft


def _graph(draft: _Draft) -> Graph:
    """Return the graph in arrays."""
    ends = np.array(draft.links, dtype=np.int64).reshape(-1, 2)
    return Graph(
        n_nodes=draft.n_nodes,
        tail=ends[:, 0].copy(),
        head=ends[:, 1].copy(),
        us=np.array(draft.us, dtype=np.float64),
        use=np.array(draft.use, dtype=np.int64),
        transit_us=np.array(draft.transit_us, dtype=np.float64),
        oxc_us=np.array(draft.oxc_us, dtype=np.float64),
        oxc=np.array(draft.oxc, dtype=np.int64),
    )


def _interconnect(draft: _Draft) -> None:
    """Connect every center to the first, sometimes within a limit; rarely one that needs no link at all."""
    root = draft.centers[0]
    limited = draft.rng.random() < 0.3
    for c in draft.centers[1:]:
        limit = _limit(draft, root, c, 0.2, 1.2) if limited else math.inf
        draft.builder.demand(Demand(f"connect {root}-{c}", c, (root,), limit, draft.rng.random() < 0.5))
    if draft.rng.random() < 0.1:
        draft.builder.demand(Demand("at home", root, (root,), 5.0, offset_us=draft.rng.choice([1.0, 1.0, 1.0, 9.0])))


def _shares_of_pairs(draft: _Draft) -> None:
    """Limit the latency of pairs of centers: always, or a share of them by `met` columns."""
    rng, builder = draft.rng, draft.builder
    pairs = [p for p in itertools.combinations(draft.centers, 2) if rng.random() < 0.7]
    share = rng.choice([None, 0.5, 0.67, 1.0])
    met = []
    for a, b in pairs:
        column = ALWAYS if share is None else builder.column("met", f"{a}-{b}")
        met.append(column)
        offset = float(rng.choice([0, 2]))
        limit = _limit(draft, a, b, 0.0, 0.9) + offset
        builder.demand(Demand(f"pair {a}-{b}", a, (b,), limit, rng.random() < 0.5, column, offset))
    if share is not None and pairs:
        builder.row("share of pairs", dict.fromkeys(met, 1.0), lower=math.ceil(share * len(pairs) - 1e-9))


def _oxc_share(draft: _Draft) -> None:
    """Ask for a share of OXCs, each at a site that is connected to the root center."""
    rng, builder = draft.rng, draft.builder
    columns = {v: draft.oxc[v] for v in draft.sites if draft.oxc[v] >= 0}
    if not columns or rng.random() < 0.3:
        return
    least = math.ceil(rng.choice([0.25, 0.5, 1.0]) * len(columns))
    builder.row("share of OXCs", dict.fromkeys(columns.values(), 1.0), lower=least)
    if rng.random() < 0.75:
        for v, column in columns.items():
            builder.demand(Demand(f"OXC {v} connected", v, (draft.centers[0],), met=column))


def _circle(draft: _Draft) -> None:
    """Ask that enough weight of places reaches a center in time, some through one of two access points."""
    rng, builder = draft.rng, draft.builder
    if rng.random() < 0.35:
        return
    weights: dict[int, float] = {}
    for p in range(rng.randint(1, 3)):
        covered = builder.column("covered", f"P{p}", cost=float(rng.randint(0, 4)))
        weights[covered] = float(rng.randint(1, 9))
        if rng.random() < 0.4:
            _serve(draft, p, covered)
        else:
            builder.demand(_to_some_center(draft, f"place {p}", rng.randrange(draft.n_nodes), covered))
    builder.row("circle", weights, lower=math.ceil(rng.choice([0.3, 0.7, 1.0]) * sum(weights.values()) - 1e-9))


def _serve(draft: _Draft, place: int, covered: int) -> None:
    """Let a place be covered through one of two access points."""
    ways = []
    for k in range(2):
        column = draft.builder.column("serve", f"A{k}-P{place}", cost=float(draft.rng.randint(0, 3)))
        node = draft.rng.randrange(draft.n_nodes)
        draft.builder.demand(_to_some_center(draft, f"place {place} by {k}", node, column))
        ways.append(column)
    draft.builder.row(f"cover {place}", {covered: 1.0, ways[0]: -1.0, ways[1]: -1.0}, upper=0.0)


def _to_some_center(draft: _Draft, label: str, node: int, met: int) -> Demand:
    """Return the demand for a route from `node` to any of some centers."""
    targets = tuple(draft.rng.sample(draft.centers, draft.rng.randint(1, len(draft.centers))))
    limit = _limit(draft, node, targets[0], 0.0, 0.8) if draft.rng.random() < 0.8 else math.inf
    return Demand(label, node, targets, limit, draft.rng.random() < 0.5, met)


def _exports(draft: _Draft) -> None:
    """Ask for exports at a share of the centers and for ports in whole numbers."""
    rng, builder = draft.rng, draft.builder
    if rng.random() < 0.5:
        return
    exports, ports = {}, {}
    for c in draft.centers[:3]:
        export = builder.column("export", f"C{c}", cost=float(rng.randint(1, 6)))
        port = builder.column("ports", f"C{c}", cost=0.5, upper=3.0)
        builder.row(f"ports need export {c}", {port: 1.0, export: -3.0}, upper=0.0)
        builder.row(f"export has ports {c}", {port: 1.0, export: -1.0}, lower=0.0)
        exports[export], ports[port] = 1.0, 1.0
        if rng.random() < 0.3:
            builder.demand(Demand(f"export {c} leaves", c, (draft.centers[0],), met=export))
    builder.row("share of exports", exports, lower=math.ceil(len(exports) / 2))
    builder.row("ports", ports, lower=float(rng.randint(0, 3 * len(ports))))


def _fixed_choices(draft: _Draft) -> None:
    """Fix a few links and OXCs: must build, or must not."""
    for column in [*draft.use, *(c for c in draft.oxc if c >= 0)]:
        draw = draft.rng.random()
        if draw < 0.1:
            draft.builder.fix(column, 1.0 if draw < 0.06 else 0.0)


def _budget(draft: _Draft) -> None:
    """Sometimes allow only so many links, or tie two links together."""
    if draft.rng.random() < 0.12:
        draft.builder.row("links", dict.fromkeys(draft.use, 1.0), upper=float(draft.rng.randint(1, len(draft.use) + 1)))
    if len(draft.use) > 2 and draft.rng.random() < 0.1:
        a, b = draft.rng.sample(draft.use, 2)
        draft.builder.row("same trench", {a: 1.0, b: -1.0}, lower=0.0, upper=0.0)


def _protection(draft: _Draft) -> tuple[tuple[int, ...], ...]:
    """Ask two routes of some pairs and centers; return the shared-risk groups."""
    rng, builder = draft.rng, draft.builder
    pairs = [p for p in itertools.combinations(draft.centers, 2) if rng.random() < 0.6]
    share = rng.choice([None, None, 0.5])
    met = []
    for a, b in pairs:
        column = ALWAYS if share is None and rng.random() < 0.4 else builder.column("protected", f"{a}-{b}")
        met.append(column)
        second = _second(draft, a, (b,), ends=False)
        limit = _limit(draft, a, b, 0.6, 1.6) if rng.random() < 0.5 else math.inf
        builder.demand(Demand(f"protect {a}-{b}", a, (b,), limit, rng.random() < 0.5, column, second=second))
    columns = [c for c in met if c != ALWAYS]
    if columns:
        builder.row("share of protected pairs", dict.fromkeys(columns, 1.0), lower=math.ceil(len(columns) / 2))
    if len(draft.sites) > 1 and rng.random() < 0.4:
        center = rng.choice(draft.centers)
        targets = tuple(v for v in draft.sites if v != center)
        second = _second(draft, center, targets, ends=True)
        builder.demand(Demand(f"home {center}", center, targets, met=ALWAYS, second=second))
    sizes = [2 for _ in range(rng.randint(0, 3))]
    return tuple(tuple(sorted(rng.sample(range(len(draft.links)), min(n, len(draft.links))))) for n in sizes)


def _second(draft: _Draft, source: int, targets: tuple[int, ...], *, ends: bool) -> SecondRoute:
    """Draw what a second route has to keep."""
    rng = draft.rng
    lone = [[k for k, link in enumerate(draft.links) if v in link] for v in (source, *targets)]
    shared = {links[0] for links in lone if len(links) == 1} if rng.random() < 0.8 else set()
    limit = _limit(draft, source, targets[0], 0.7, 1.6) if rng.random() < 0.5 else math.inf
    return SecondRoute(limit, rng.random() < 0.5, 0.0, rng.random() < 0.6, rng.random() < 0.3, ends, frozenset(shared))


def _limit(draft: _Draft, a: int, b: int, low: float, high: float) -> float:
    """Return the latency of some real route between the two, as a limit that sits exactly on a tie half of
    the time.

    0 picks the quickest route with every OXC, 1 one of the slowest; values above 1 leave room.
    """
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(draft.n_nodes))
    graph.add_edges_from((u, v, {"us": us}) for (u, v), us in zip(draft.links, draft.us, strict=True))
    latencies = []
    paths = nx.all_simple_edge_paths(graph, a, b, cutoff=7) if a != b else iter([])
    for path in itertools.islice(paths, 60):
        passed = [v for _, v, _ in path[:-1]]
        if a == b:
            continue
        passing = draft.oxc_us if draft.rng.random() < 0.5 else draft.transit_us
        latencies.append(sum(graph.edges[e]["us"] for e in path) + sum(passing[v] for v in passed))
    if not latencies:
        return float(draft.rng.randint(0, 20))
    latencies.sort()
    where = low + (high - low) * draft.rng.random()
    chosen = latencies[min(len(latencies) - 1, int(where * len(latencies)))]
    return float(chosen + draft.rng.choice([0, 0, 1, 3]))
