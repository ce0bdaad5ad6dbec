"""Links that can go without cutting a needed node off, against a search for each link."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from optimizer.engine.bridges import spare_links
from optimizer.engine.graph import build_graph


def test_a_ring_with_a_tail() -> None:
    tail, head = np.array([0, 1, 2, 2, 3]), np.array([1, 2, 0, 3, 4])
    graph = build_graph(5, tail, head)
    needed = np.array([True, False, False, True, False])
    used = np.ones(5, dtype=np.bool_)
    assert spare_links(*graph.csr, used, needed, 0).tolist() == [True, True, True, False, True]


@pytest.mark.parametrize("seed", range(40))
def test_as_a_search_for_each_link(seed: int) -> None:
    random = np.random.default_rng(seed)
    n, m = 12, int(random.integers(8, 24))
    tail, head = random.integers(0, n, m), random.integers(0, n, m)
    keep = tail != head
    tail, head = tail[keep], head[keep]
    used, needed = random.random(tail.size) < 0.8, random.random(n) < 0.4
    spare = spare_links(*build_graph(n, tail, head).csr, used, needed, 0)

    def reached(links: np.ndarray) -> set[int]:
        network = nx.Graph()
        network.add_nodes_from(range(n))
        network.add_edges_from(zip(tail[links].tolist(), head[links].tolist(), strict=True))
        return set(nx.node_connected_component(network, 0)) & set(np.flatnonzero(needed).tolist())

    everything = reached(used)
    for link in range(tail.size):
        without = used.copy()
        without[link] = False
        assert spare[link] == bool(used[link] and reached(without) == everything)
