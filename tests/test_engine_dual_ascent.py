"""Dual ascent: valid bounds, dual feasibility, cuts that separate."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from engine_cases import DATA, exact_optimum, random_case, steinlib_case

from optimizer.engine.dual_ascent import DualAscent, dual_ascent
from optimizer.engine.graph import Graph, build_graph, graph_of
from optimizer.engine.kernels import dijkstra, find, union

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"benchmark data not found at {DATA}")


def test_path_is_solved_and_its_arcs_are_used_up() -> None:
    graph = build_graph(3, np.array([0, 1]), np.array([1, 2]))
    ascent = dual_ascent(graph, np.array([4.0, 4.0, 3.0, 3.0]), 0, np.array([2]), np.array([np.inf]))
    assert ascent.bound == 7.0
    assert ascent.reduced.tolist() == [0.0, 4.0, 0.0, 3.0]


def test_prize_below_the_way_is_paid_and_the_rest_of_the_cost_stays() -> None:
    graph = build_graph(3, np.array([0, 1]), np.array([1, 2]))
    ascent = dual_ascent(graph, np.array([4.0, 4.0, 3.0, 3.0]), 0, np.array([2]), np.array([5.0]))
    assert ascent.bound == 5.0
    assert ascent.slack.tolist() == [0.0]
    assert ascent.reduced.tolist() == [2.0, 4.0, 0.0, 3.0]


def test_terminal_at_the_root_costs_nothing() -> None:
    graph = build_graph(2, np.array([0]), np.array([1]))
    ascent = dual_ascent(graph, np.ones(2), 0, np.array([0, 0]), np.array([np.inf, 3.0]))
    assert ascent.bound == 0.0


def test_unreachable_required_terminal_has_no_finite_bound() -> None:
    graph = build_graph(3, np.array([0]), np.array([1]))
    assert dual_ascent(graph, np.ones(2), 0, np.array([2]), np.array([np.inf])).bound == np.inf
    assert dual_ascent(graph, np.ones(2), 0, np.array([2]), np.array([6.0])).bound == 6.0
    closed = np.array([np.inf, 1.0])
    assert dual_ascent(graph, closed, 0, np.array([1]), np.array([np.inf])).bound == np.inf


def prize_optimum(graph: Graph, cost: np.ndarray, root: int, nodes: np.ndarray, prizes: np.ndarray) -> float:
    """Optimum of the prize-collecting problem by trying every set of edges (for up to 12 edges)."""
    best = np.inf
    for chosen in itertools.product([False, True], repeat=graph.n_edges):
        parent = np.arange(graph.n_nodes)
        for e in np.flatnonzero(chosen):
            union(parent, int(graph.tail[e]), int(graph.head[e]))
        out = [find(parent, int(v)) != find(parent, root) for v in nodes]
        best = min(best, cost[np.array(chosen)].sum() + prizes[np.array(out)].sum())
    return float(best)


def check_dual(graph: Graph, arc_cost: np.ndarray, root: int, nodes: np.ndarray, ascent: DualAscent) -> None:
    """The recorded cuts separate, fit under the arc costs, and sum to the bound."""
    paid = np.zeros_like(arc_cost)
    for c, t in enumerate(ascent.cut_terminal):
        cut = ascent.cut_arc[ascent.cut_first[c] : ascent.cut_first[c + 1]]
        paid[cut] += ascent.cut_value[c]
        closed = np.zeros_like(arc_cost)
        closed[cut] = np.inf
        dist, _, _ = dijkstra(*graph.csr, closed, 0, np.array([root]), np.zeros(1), 1.0)
        assert np.isinf(dist[nodes[t]])
    assert ascent.reduced == pytest.approx(arc_cost - paid, abs=1e-9)
    assert ascent.cut_value.sum() == pytest.approx(ascent.bound)


@pytest.mark.parametrize("seed", range(30))
def test_bound_of_the_prize_problem_is_valid(seed: int) -> None:
    rng = np.random.default_rng(seed)
    case = random_case(seed, n=7, m=11, quota=False)
    graph = graph_of(case)
    nodes = rng.permutation(7)[:4]
    prizes = np.where(rng.random(4) < 0.4, np.inf, rng.integers(0, 12, 4)).astype(float)
    arc_cost = np.repeat(case.cost, 2)
    ascent = dual_ascent(graph, arc_cost, case.root, nodes, prizes, max_cut_arcs=10_000)
    best = prize_optimum(graph, case.cost, case.root, nodes, prizes)
    assert ascent.bound <= best + 1e-9
    assert ascent.bound >= 0.5 * best
    check_dual(graph, arc_cost, case.root, nodes, ascent)


@pytest.mark.parametrize("seed", range(20))
def test_bound_of_the_steiner_problem_is_valid(seed: int) -> None:
    case = random_case(seed, n=10, m=18, quota=False)
    nodes = np.flatnonzero(case.required)
    ascent = dual_ascent(graph_of(case), np.repeat(case.cost, 2), case.root, nodes, np.full(nodes.size, np.inf))
    best = exact_optimum(case)
    assert ascent.bound <= best + 1e-7
    assert ascent.bound >= 0.8 * best


@needs_data
@pytest.mark.parametrize(("name", "share"), [("b05", 1.0), ("b18", 1.0), ("c05", 1.0), ("c13", 0.99), ("c18", 0.97)])
def test_bound_on_steinlib_is_close_to_the_published_optimum(name: str, share: float) -> None:
    case, optimum = steinlib_case(name)
    nodes = np.flatnonzero(case.required)
    ascent = dual_ascent(graph_of(case), np.repeat(case.cost, 2), case.root, nodes, np.full(nodes.size, np.inf))
    assert share * optimum <= ascent.bound <= optimum + 1e-6
