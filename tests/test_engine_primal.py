"""Side problem, choice on a tree, local search and heuristic against hand-solved cases and an exact oracle."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest
from engine_cases import (
    DATA,
    check_tree,
    exact_optimum,
    instance_of,
    metro_case,
    random_case,
    side_of,
    steinlib_case,
)

from optimizer.engine.graph import graph_of
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.local_search import improve
from optimizer.engine.primal import heuristic, recombine, repair_side, union_instance
from optimizer.engine.side import price_side, solve_program, solve_side
from optimizer.engine.steiner_tree import grow_tree, prune_leaves, spanning_tree
from optimizer.engine.subtree import best_subtree

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"benchmark data not found at {DATA}")


def quota_star() -> SteinerInstance:
    """Root 0 with three optional leaves at 4, 5 and 3; weights 2, 3, 2; at least 4 of weight."""
    side = side_of([0.0, 1.0, 0.0], [[2.0, 3.0, 2.0]], [4.0])
    return instance_of(4, [(0, 1, 4.0), (0, 2, 5.0), (0, 3, 3.0)], [0], [(1, 0), (2, 1), (3, 2)], side)


def test_side_problem_by_hand() -> None:
    side = quota_star().side
    z, cost = solve_side(side, np.array([4.0, 5.0, 3.0])) or (np.empty(0), 0.0)
    assert z.tolist() == [1.0, 0.0, 1.0]
    assert cost == 7.0
    z, cost = solve_side(side, np.array([4.0, 5.0, 3.0]), np.array([False, True, True])) or (np.empty(0), 0.0)
    assert z.tolist() == [0.0, 1.0, 1.0]
    assert cost == 9.0
    assert solve_side(side, None, np.array([True, False, False])) is None


def test_price_of_the_quota_by_hand() -> None:
    priced = price_side(quota_star().side, np.array([4.0, 5.0, 3.0]))
    assert priced is not None
    assert priced.cost == pytest.approx(3.0 + 4.0)
    assert priced.row_dual == pytest.approx([2.0])


def test_empty_side_problem() -> None:
    assert solve_side(side_of([], [], [])) is not None
    assert solve_side(side_of([], [[]], [1.0])) is None


@pytest.mark.parametrize("seed", range(5))
def test_core_of_a_large_side_problem_keeps_the_optimum(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.integers(5, 60, 300).astype(float)
    side = side_of((rng.uniform(1, 2, 300) * weight).tolist(), [weight.tolist()], [0.6 * weight.sum()])
    core, quick = solve_program(side, gap=1e-9), solve_program(side, quick=True)
    relaxed = solve_program(side, relaxed=True)
    assert core is not None
    assert quick is not None
    assert relaxed is not None
    assert relaxed.cost <= core.cost <= quick.cost <= relaxed.cost * 1.001
    # A knapsack of 300: dynamic program over the weight.
    best = np.full(int(weight.sum()) + 1, np.inf)
    best[0] = 0.0
    for w, c in zip(weight.astype(int), side.cost, strict=True):
        best[w:] = np.minimum(best[w:], best[:-w] + c)
    assert core.cost == pytest.approx(best[int(np.ceil(0.6 * weight.sum() - 1e-9)) :].min(), rel=1e-7)


def test_growth_joins_the_nearest_first_and_respects_prizes() -> None:
    case = instance_of(5, [(0, 1, 2.0), (1, 2, 2.0), (2, 3, 5.0), (0, 4, 1.0)], [0])
    inside = np.array([True, False, False, False, False])
    prize = np.array([0.0, 0.0, np.inf, 4.9, 0.5])
    edges, nodes = grow_tree(*graph_of(case).csr, case.cost, inside, prize)
    assert np.flatnonzero(edges).tolist() == [0, 1]
    assert np.flatnonzero(nodes).tolist() == [0, 1, 2]
    prize[3] = 5.0
    edges, _ = grow_tree(*graph_of(case).csr, case.cost, inside, prize)
    assert np.flatnonzero(edges).tolist() == [0, 1, 2]


def test_spanning_tree_takes_the_cheaper_parallel_edge_and_pruning_drops_leaves() -> None:
    case = instance_of(4, [(0, 1, 3.0), (0, 1, 2.0), (1, 2, 1.0), (2, 3, 1.0)], [0, 1])
    csr = graph_of(case).csr
    edges = spanning_tree(*csr, case.cost, np.ones(4, dtype=bool), np.ones(4, dtype=bool), 0)
    assert np.flatnonzero(edges).tolist() == [1, 2, 3]
    prune_leaves(*csr, edges, case.required)
    assert np.flatnonzero(edges).tolist() == [1]


def test_key_path_exchange_by_hand() -> None:
    # Tree 0-1-2 with the dear edge 1-2 (9); the way 0-3-2 costs 5.
    case = instance_of(4, [(0, 1, 1.0), (1, 2, 9.0), (0, 3, 3.0), (3, 2, 2.0)], [0, 1, 2])
    tree = np.array([True, True, False, False])
    better = improve(graph_of(case), case.cost, tree, case.required, 0)
    assert np.flatnonzero(better).tolist() == [0, 2, 3]
    assert tree.tolist() == [True, True, False, False]


def test_key_vertex_elimination_by_hand() -> None:
    # A star of three 4s through node 3 costs 12; the two direct edges cost 5 each and no single exchange pays:
    # one direct edge (5) against one arm (4).
    edges = [(0, 3, 4.0), (1, 3, 4.0), (2, 3, 4.0), (0, 1, 5.0), (1, 2, 5.0)]
    case = instance_of(4, edges, [0, 1, 2])
    better = improve(graph_of(case), case.cost, np.array([True, True, True, False, False]), case.required, 0)
    assert np.flatnonzero(better).tolist() == [3, 4]


@pytest.mark.parametrize("seed", range(30))
def test_local_search_keeps_a_tree_and_never_loses(seed: int) -> None:
    case = random_case(seed, n=30, m=70, quota=False)
    graph = graph_of(case)
    rng = np.random.default_rng(seed)
    keep = case.required.copy()
    keep[rng.permutation(30)[:8]] = True
    inside = np.zeros(30, dtype=bool)
    inside[case.root] = True
    edges, _ = grow_tree(*graph.csr, rng.uniform(1, 2, 70), inside, np.where(keep, np.inf, 0.0))
    better = improve(graph, case.cost, edges, keep, case.root)
    check_tree(case, np.flatnonzero(better), np.empty(0), float(case.cost[better].sum()))
    nodes = np.unique([case.tail[better], case.head[better]])
    assert better.sum() == nodes.size - 1
    assert np.isin(np.flatnonzero(keep), nodes).all()
    assert case.cost[better].sum() <= case.cost[edges].sum() + 1e-9


@pytest.mark.parametrize("seed", range(40))
def test_choice_on_a_tree_is_exact(seed: int) -> None:
    case = random_case(seed, n=9, m=8)  # 8 edges on 9 nodes: the graph is a tree
    found = best_subtree(case, graph_of(case), np.ones(8, dtype=bool))
    best = exact_optimum(case)
    assert (found is None) == np.isinf(best)
    if found is not None:
        check_tree(case, found.edges, found.z, found.objective)
        assert found.objective == pytest.approx(best, abs=1e-6)


def test_choice_on_a_tree_by_hand() -> None:
    case = quota_star()
    found = repair_side(case, np.arange(3))
    assert found is not None
    assert found.edges.tolist() == [0, 2]
    assert found.z.tolist() == [1.0, 0.0, 1.0]
    assert found.objective == 7.0
    assert repair_side(case, np.array([0])) is None


@pytest.mark.parametrize("seed", range(60))
def test_heuristic_is_feasible_and_near_the_optimum(seed: int) -> None:
    case = random_case(seed, n=9, m=15, quota=seed % 3 > 0)
    best = exact_optimum(case)
    found = heuristic(case, graph_of(case), seed=seed % 4)
    assert (found is None) == np.isinf(best)
    if found is not None:
        check_tree(case, found.edges, found.z, found.objective)
        assert best - 1e-6 <= found.objective <= 1.5 * best + 1e-6


def test_heuristic_finds_most_optima_of_small_cases() -> None:
    hits = 0
    for seed in range(30):
        case = random_case(1000 + seed, n=8, m=13)
        trees = [heuristic(case, graph_of(case), seed=s) for s in range(3)]
        values = [tree.objective for tree in trees if tree is not None]
        hits += min(values, default=np.inf) <= exact_optimum(case) + 1e-6 or np.isinf(exact_optimum(case))
    assert hits >= 27


def test_heuristic_says_none_when_a_required_node_is_cut_off() -> None:
    case = instance_of(3, [(0, 1, 1.0)], [0, 2])
    assert heuristic(case, graph_of(case)) is None


def test_heuristic_is_the_same_for_the_same_seed() -> None:
    case = random_case(7, n=40, m=90)
    first, second = (heuristic(case, graph_of(case), seed=5) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.edges.tolist() == second.edges.tolist()


def test_union_keeps_the_trees_and_maps_back() -> None:
    case = random_case(11, n=12, m=24)
    trees = [t for t in (heuristic(case, graph_of(case), seed=s) for s in range(4)) if t is not None]
    part = union_instance(case, trees)
    assert set(part.edges) == set(itertools.chain(*(t.edges.tolist() for t in trees)))
    assert (part.nodes[part.instance.tail] == case.tail[part.edges]).all()
    assert exact_optimum(part.instance) <= min(t.objective for t in trees) + 1e-6
    best = recombine(case, trees)
    check_tree(case, best.edges, best.z, best.objective)
    assert best.objective <= min(t.objective for t in trees)


@needs_data
@pytest.mark.parametrize("name", ["b05", "b10", "b16", "c05", "c08", "c15"])
def test_heuristic_on_steinlib(name: str) -> None:
    case, optimum = steinlib_case(name)
    trees = [heuristic(case, graph_of(case), seed=s) for s in range(4)]
    best = recombine(case, [t for t in trees if t is not None])
    check_tree(case, best.edges, best.z, best.objective)
    assert optimum <= best.objective <= 1.01 * optimum


@needs_data
@pytest.mark.parametrize(("circle", "limit"), [(True, 102_200.0), (False, 72_600.0)])
def test_heuristic_on_metro_300(circle: bool, limit: float) -> None:
    case = metro_case(300, circle)
    found = heuristic(case, graph_of(case), deadline=time.monotonic() + 10.0)
    assert found is not None
    check_tree(case, found.edges, found.z, found.objective)
    assert found.objective <= limit
