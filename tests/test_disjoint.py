"""Two disjoint routes within limits: against listing every pair of routes, and by hand."""

from __future__ import annotations

import itertools
import math
import random

import networkx as nx
import numpy as np
import pytest

from optimizer.disjoint import Pair, Way, disjoint_pair
from optimizer.model import Demand, Graph, SecondRoute


def graph_of(
    n: int,
    links: list[tuple[int, int, float]],
    transit: dict[int, float] | None = None,
    risks: tuple[tuple[int, ...], ...] = (),
) -> Graph:
    ends = np.array([link[:2] for link in links], dtype=np.int64).reshape(-1, 2)
    passing = np.array([(transit or {}).get(v, 0.0) for v in range(n)])
    none = np.full(n, -1, dtype=np.int64)
    us = np.array([link[2] for link in links], dtype=np.float64)
    return Graph(n, ends[:, 0].copy(), ends[:, 1].copy(), us, np.arange(len(links)), passing, passing, none, risks)


def pair_of(graph: Graph, demand: Demand) -> Pair | None:
    every = np.ones(graph.us.size, dtype=np.bool_)
    return disjoint_pair(graph, every, np.zeros(graph.n_nodes, dtype=np.bool_), demand)


def all_ways(graph: Graph, demand: Demand) -> list[Way]:
    """Every simple route that stops at the first target it reaches."""
    net = nx.MultiGraph()
    net.add_nodes_from(range(graph.n_nodes))
    for k in range(graph.us.size):
        net.add_edge(int(graph.tail[k]), int(graph.head[k]), key=k)
    found = []
    for target in demand.targets:
        for path in nx.all_simple_edge_paths(net, demand.source, target):
            inner = [v for _, v, _ in path[:-1]]
            if not set(inner) & set(demand.targets):
                links = tuple(k for _, _, k in path)
                us = float(sum(graph.us[k] for k in links) + sum(graph.transit_us[v] for v in inner))
                found.append(Way((demand.source, *inner, target), links, us))
    return found


def may_stand_together(graph: Graph, second: SecondRoute, a: Way, b: Way) -> bool:
    links = set(a.links) & set(b.links) - second.shared
    free = {int(v) for k in second.shared for v in (graph.tail[k], graph.head[k])}
    nodes = set(a.nodes[1:-1]) & set(b.nodes[1:-1]) - free
    groups = [g for g in graph.risks if set(g) & set(a.links) - second.shared and set(g) & set(b.links) - second.shared]
    return not (
        links or (second.nodes and nodes) or (second.risks and groups) or (second.ends and a.nodes[-1] == b.nodes[-1])
    )


def best_total(graph: Graph, demand: Demand) -> float:
    second = demand.second
    assert second is not None
    every = all_ways(graph, demand)
    totals = [
        a.us + b.us
        for a, b in itertools.product(every, every)
        if a.us <= demand.budget_us and b.us <= second.budget_us and may_stand_together(graph, second, a, b)
    ]
    return min(totals, default=math.inf)


def test_two_sides_of_a_ring() -> None:
    ring = graph_of(4, [(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0), (3, 0, 5.0)])
    pair = pair_of(ring, Demand("d", 0, (2,), second=SecondRoute()))
    assert pair is not None
    assert (pair.first.links, pair.first.us) == ((0, 1), 3.0)
    assert (pair.second.nodes, pair.second.us) == ((0, 3, 2), 8.0)


def test_the_limits_are_strict_and_belong_to_their_own_route() -> None:
    ring = graph_of(4, [(0, 1, 1.0), (1, 2, 2.0), (2, 3, 3.0), (3, 0, 5.0)])
    assert pair_of(ring, Demand("d", 0, (2,), 3.0, second=SecondRoute())) is None
    assert pair_of(ring, Demand("d", 0, (2,), 3.0, strict=False, second=SecondRoute(8.0, strict=False))) is not None
    assert pair_of(ring, Demand("d", 0, (2,), 3.0, strict=False, second=SecondRoute(8.0))) is None


def test_the_trap_where_the_quickest_route_blocks_every_second_one() -> None:
    # 0-1-2-3 is quickest; only 0-1-3 and 0-2-3 stand together
    trap = graph_of(4, [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (0, 2, 4.0), (1, 3, 4.0)])
    pair = pair_of(trap, Demand("d", 0, (3,), second=SecondRoute()))
    assert pair is not None
    assert {pair.first.links, pair.second.links} == {(0, 4), (3, 2)}


def test_a_shared_duct_and_a_shared_lead_in() -> None:
    links = [(4, 0, 1.0), (0, 1, 1.0), (1, 2, 1.0), (0, 3, 1.0), (3, 2, 1.0)]
    demand = Demand("d", 4, (2,), second=SecondRoute(risks=True, nodes=True, shared=frozenset({0})))
    assert pair_of(graph_of(5, links), demand) is not None
    assert pair_of(graph_of(5, links, risks=((1, 4),)), demand) is None
    assert pair_of(graph_of(5, links), Demand("d", 4, (2,), second=SecondRoute())) is None


def test_dual_homing_ends_at_two_sites_and_stops_at_the_first() -> None:
    line = graph_of(3, [(0, 1, 1.0), (0, 1, 2.0), (1, 2, 1.0)])
    homing = Demand("d", 0, (1, 2), second=SecondRoute(ends=True))
    assert pair_of(line, homing) is None
    fork = graph_of(3, [(0, 1, 1.0), (0, 2, 9.0), (1, 2, 1.0)])
    pair = pair_of(fork, homing)
    assert pair is not None
    assert {pair.first.nodes, pair.second.nodes} == {(0, 1), (0, 2)}


@pytest.mark.parametrize("seed", range(300))
def test_listing_every_pair_of_routes_finds_the_same(seed: int) -> None:
    rng = random.Random(seed)
    n = rng.randint(2, 8)
    links = [(rng.randrange(v), v, float(rng.randint(0, 9))) for v in range(1, n)]
    links += [(*rng.sample(range(n), 2), float(rng.randint(0, 9))) for _ in range(rng.randint(1, 6))]
    risks = tuple(tuple(sorted(rng.sample(range(len(links)), 2))) for _ in range(rng.randint(0, 3)))
    graph = graph_of(n, links, {v: float(rng.choice([0, 0, 5])) for v in range(n)}, risks)
    ends = rng.random() < 0.3
    source, *targets = rng.sample(range(n), min(n, rng.randint(3, 4) if ends else 2))
    alone = [k for k, link in enumerate(links) if source in link[:2]]
    second = SecondRoute(
        limit_us=rng.choice([math.inf, float(rng.randint(5, 40))]),
        strict=rng.random() < 0.5,
        risks=rng.random() < 0.6,
        nodes=rng.random() < 0.4,
        ends=ends,
        shared=frozenset(alone if len(alone) == 1 else ()),
    )
    demand = Demand("d", source, tuple(targets), rng.choice([math.inf, float(rng.randint(5, 30))]), second=second)
    pair = pair_of(graph, demand)
    best = best_total(graph, demand)
    if pair is None:
        assert best == math.inf
        return
    assert pair.first.us + pair.second.us == pytest.approx(best)
    assert pair.first.us <= demand.budget_us
    assert pair.second.us <= second.budget_us
    assert may_stand_together(graph, second, pair.first, pair.second)
