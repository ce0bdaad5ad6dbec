"""Compiled kernels against scipy and brute force."""

from __future__ import annotations

from collections.abc import Callable

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp
from scipy.sparse import csgraph

from optimizer.engine import kernels
from optimizer.engine.cut_kernels import terminal_cuts, unserved
from optimizer.engine.flow_kernels import min_cut
from optimizer.engine.graph import Graph, build_graph


def random_graph(rng: np.random.Generator, n: int, m: int) -> Graph:
    """A connected random graph: a random tree plus random edges, parallel ones included."""
    tree = [(int(rng.integers(0, v)), v) for v in range(1, n)]
    pairs = [tuple(rng.choice(n, 2, replace=False)) for _ in range(m - n + 1)]
    ends = np.array(tree + pairs, dtype=np.int64)
    return build_graph(n, ends[:, 0], ends[:, 1])


def arc_matrix(graph: Graph, weight: np.ndarray, pick: Callable[[float, float], float]) -> sp.csr_array:
    """Dense-enough matrix of arc weights; `pick` says how parallel arcs combine."""
    best: dict[tuple[int, int], float] = {}
    for a, w in enumerate(weight):
        key = (int(graph.arc_tail[a]), int(graph.arc_head[a]))
        best[key] = pick(best[key], float(w)) if key in best else float(w)
    rows, cols = np.array(list(best)).T
    return sp.csr_array((np.array(list(best.values())), (rows, cols)), shape=(graph.n_nodes,) * 2)


def test_adjacency_of_a_triangle_with_a_parallel_edge() -> None:
    graph = build_graph(3, np.array([0, 1, 2, 0]), np.array([1, 2, 0, 1]))
    assert graph.first.tolist() == [0, 3, 6, 8]
    assert graph.out_arc.tolist() == [0, 5, 6, 1, 2, 7, 3, 4]
    assert graph.out_node.tolist() == [1, 2, 1, 0, 2, 0, 1, 0]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("flip", [0, 1])
def test_dijkstra_equals_scipy(seed: int, flip: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, 40, 90)
    cost = rng.uniform(1, 10, 2 * graph.n_edges)
    sources = np.array([3, 17, 29])
    dist, pred, owner = kernels.dijkstra(*graph.csr, cost, flip, sources, np.zeros(3), np.inf)
    matrix = arc_matrix(graph, cost, min)
    every = csgraph.dijkstra(matrix.T if flip else matrix, indices=sources)
    assert dist == pytest.approx(every.min(axis=0))
    assert every[owner, np.arange(40)] == pytest.approx(dist)
    for v in np.flatnonzero(pred >= 0):
        a = pred[v]
        ends = (graph.arc_tail[a], graph.arc_head[a])
        before = ends[flip]
        assert ends[1 - flip] == v
        assert dist[v] == pytest.approx(dist[before] + cost[a])


def test_dijkstra_stops_at_radius_and_honours_start() -> None:
    graph = build_graph(4, np.array([0, 1, 2]), np.array([1, 2, 3]))
    dist, _, owner = kernels.dijkstra(*graph.csr, np.ones(6), 0, np.array([0, 3]), np.array([0.0, 1.5]), 2.0)
    assert dist.tolist() == [0.0, 1.0, 2.0, 1.5]
    assert owner.tolist() == [0, 0, 0, 1]


def test_union_find() -> None:
    parent = np.arange(5)
    assert kernels.union(parent, 4, 1)
    assert kernels.union(parent, 1, 3)
    assert not kernels.union(parent, 3, 4)
    assert kernels.find(parent, 4) == 1
    assert kernels.find(parent, 0) == 0


@pytest.mark.parametrize("seed", range(10))
def test_min_cut_value_and_extreme_sides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    graph = random_graph(rng, 12, 26)
    capacity = rng.integers(0, 5, 2 * graph.n_edges).astype(float)
    flow, root_side, sink_side = min_cut(*graph.csr, capacity, 0, 11, np.inf)
    whole = arc_matrix(graph, capacity, lambda x, y: x + y)
    assert flow == csgraph.maximum_flow(whole.astype(np.int32), 0, 11).flow_value
    least, smallest_root, smallest_sink = np.inf, 12, 12
    for bits in range(1 << 10):
        side = np.array([True, *((bits >> i) & 1 for i in range(10)), False], dtype=bool)
        value = capacity[side[graph.arc_tail] & ~side[graph.arc_head]].sum()
        if value < least:
            least, smallest_root, smallest_sink = value, 12, 12
        if value == least:
            smallest_root = min(smallest_root, int(side.sum()))
            smallest_sink = min(smallest_sink, int((~side).sum()))
    assert flow == least
    assert capacity[root_side[graph.arc_tail] & ~root_side[graph.arc_head]].sum() == least
    assert capacity[~sink_side[graph.arc_tail] & sink_side[graph.arc_head]].sum() == least
    assert (root_side.sum(), sink_side.sum()) == (smallest_root, smallest_sink)


def test_min_cut_stops_at_the_limit() -> None:
    graph = build_graph(2, np.array([0]), np.array([1]))
    assert min_cut(*graph.csr, np.array([7.0, 0.0]), 0, 1, 1.0)[0] == 1.0


@pytest.mark.parametrize("creep", [0.0, 1e-6])
@pytest.mark.parametrize("nested", [0, 3])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("closed", [False, True])
def test_terminal_cuts_separate_and_are_violated(creep: float, nested: int, both: bool, closed: bool) -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        graph = random_graph(rng, 30, 60)
        capacity = rng.uniform(0, 0.6, 60 * 2) * (rng.random(120) < 0.6)
        sinks = np.array([5, 9, 28, 0, 13])
        need = np.array([1.0, 0.4, 1.0, 1.0, 0.7])
        wanted = np.zeros(30)
        wanted[sinks] = [2.0, 0.4, 1.0, 1.0, 0.7]
        first, arcs, of, most = terminal_cuts(
            *graph.csr, capacity + creep, 0, sinks, need, 1e-4, both, nested, 100_000, wanted, closed
        )
        for s in range(5):
            flow = min_cut(*graph.csr, capacity, 0, int(sinks[s]), float(need[s]))[0]
            violated = sinks[s] != 0 and flow < need[s] - 1e-4
            assert (s in of) == violated
        for c, s in enumerate(of):
            cut = arcs[first[c] : first[c + 1]]
            assert capacity[cut].sum() < need[s] - 1e-5
            shut = np.zeros(120, dtype=bool)
            shut[cut] = True
            dist, _, _ = kernels.dijkstra(
                *graph.csr, np.where(shut, np.inf, 1.0), 0, np.array([0]), np.zeros(1), np.inf
            )
            assert np.isinf(dist[sinks[s]])
            assert np.isinf(dist[most[c]])
            assert wanted[most[c]] >= wanted[sinks[s]], "behind the cut, and wants more if anything"
            assert len(set(cut.tolist())) == cut.size


@pytest.mark.parametrize("seed", range(20))
def test_unserved_sinks_are_those_a_maximum_flow_does_not_serve(seed: int) -> None:
    random = np.random.default_rng(seed)
    n, m = 14, 30
    tail, head = random.integers(0, n, m), random.integers(0, n, m)
    keep = tail != head
    graph = build_graph(n, tail[keep], head[keep])
    capacity = np.where(random.random(2 * graph.n_edges) < 0.6, random.choice([0.25, 0.5, 1.0], 2 * graph.n_edges), 0.0)
    network = nx.DiGraph()
    network.add_nodes_from(range(n))
    for a in range(2 * graph.n_edges):
        u, v = int(graph.arc_tail[a]), int(graph.arc_head[a])
        before = network[u][v]["capacity"] if network.has_edge(u, v) else 0.0
        network.add_edge(u, v, capacity=before + float(capacity[a]))
    sinks, need = np.arange(1, n), random.choice([0.25, 0.6, 1.0], n - 1)
    short = unserved(*graph.csr, capacity, 0, sinks, need, 1e-3)
    flow = np.array([nx.maximum_flow_value(network, 0, int(s)) for s in sinks])
    assert short.tolist() == (flow < need - 1e-3).tolist()
