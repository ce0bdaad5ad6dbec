"""Reductions keep an optimal solution and lead back to the original edges."""

from __future__ import annotations

import numpy as np
import pytest
from engine_cases import DATA, check_tree, exact_optimum, instance_of, metro_case, random_case, side_of, steinlib_case

from optimizer.engine.eliminate import eliminate
from optimizer.engine.graph import graph_of
from optimizer.engine.lagrange import lagrangian_bound
from optimizer.engine.primal import heuristic
from optimizer.engine.reduce import reduce

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"benchmark data not found at {DATA}")


def test_chain_leaf_and_parallel_edges_by_hand() -> None:
    # 0-1-2 is a chain of 2 + 3 beside the direct edge 0-2 of 6; node 3 is a useless leaf; 4 is optional.
    edges = [(0, 1, 2.0), (1, 2, 3.0), (0, 2, 6.0), (1, 3, 1.0), (2, 4, 7.0), (2, 4, 8.0)]
    case = instance_of(5, edges, [0, 2], [(4, 0)], side_of([0.0], [], []))
    reduced = reduce(case, special_distance=False)
    assert reduced.included.tolist() == [0, 1]  # the edge 0-2 of length 5 is the only one left at 0
    assert reduced.instance.offset == 5.0
    assert reduced.instance.cost.tolist() == [7.0]
    assert reduced.expand(np.array([0])).tolist() == [0, 1, 4]
    assert reduced.node[3] == -1
    assert reduced.instance.n_nodes == 2


def test_free_edges_are_contracted() -> None:
    case = instance_of(4, [(0, 1, 0.0), (1, 2, 4.0), (0, 2, 5.0), (2, 3, 1.0)], [0, 3])
    reduced = reduce(case)
    assert reduced.instance.n_nodes == 1
    assert reduced.instance.offset == 5.0
    assert reduced.expand(np.empty(0, dtype=np.int64)).tolist() == [0, 1, 3]


def test_edge_with_a_walk_over_required_nodes_goes() -> None:
    # Between 0 and 2 the way over the required node 1 has stretches of 3 only, so the edge of 5 is not needed;
    # were 1 optional, it would be.
    edges = [(0, 1, 3.0), (1, 2, 3.0), (0, 2, 5.0), (0, 3, 9.0), (1, 3, 9.0), (2, 3, 9.0)]
    side = side_of([0.0], [], [])
    with_stop = reduce(instance_of(4, edges, [0, 1, 2], [(3, 0)], side))
    assert with_stop.instance.offset == 6.0
    without = reduce(instance_of(4, edges, [0, 2], [(1, 0), (3, 0)], side_of([0.0, 0.0], [], [])))
    assert (np.sort(without.instance.cost) == [3.0, 3.0, 5.0, 9.0]).all()


@pytest.mark.parametrize("seed", range(40))
def test_reduction_keeps_the_optimum(seed: int) -> None:
    case = random_case(seed, n=10, m=17, quota=seed % 3 > 0)
    best = exact_optimum(case)
    reduced = reduce(case, special_distance=seed % 5 > 0)
    assert exact_optimum(reduced.instance) == pytest.approx(best, abs=1e-6)
    tree = heuristic(reduced.instance, graph_of(reduced.instance))
    assert (tree is None) == np.isinf(best)
    if tree is None:
        return
    check_tree(case, reduced.expand(tree.edges), tree.z, tree.objective)
    # Once more with bound-based elimination, mapped through both.
    graph = graph_of(reduced.instance)
    bound = lagrangian_bound(reduced.instance, graph, tree=tree)
    gone = eliminate(reduced.instance, graph, bound, tree.objective)
    twice = reduce(reduced.instance, dropped=gone.edges, closed=gone.columns).after(reduced)
    value = exact_optimum(twice.instance)
    assert value == pytest.approx(best, abs=1e-6)
    again = heuristic(twice.instance, graph_of(twice.instance))
    assert again is not None
    check_tree(case, twice.expand(again.edges), again.z, again.objective)


@needs_data
@pytest.mark.parametrize(("name", "edges_left"), [("b03", 5), ("b09", 5), ("c05", 80), ("c10", 200)])
def test_reduction_on_steinlib(name: str, edges_left: int) -> None:
    case, optimum = steinlib_case(name)
    reduced = reduce(case)
    assert reduced.instance.cost.size <= edges_left
    tree = heuristic(reduced.instance, graph_of(reduced.instance))
    assert tree is not None
    check_tree(case, reduced.expand(tree.edges), tree.z, tree.objective)
    assert optimum <= tree.objective <= 1.01 * optimum


@needs_data
@pytest.mark.parametrize("name", ["b03", pytest.param("c20", marks=pytest.mark.slow)])
def test_reductions_alone_solve_some_of_steinlib(name: str) -> None:
    case, optimum = steinlib_case(name)
    reduced = reduce(case)
    assert reduced.instance.cost.size == 0
    assert reduced.instance.offset == optimum
    edges = reduced.expand(np.empty(0, dtype=np.int64))
    check_tree(case, edges, np.empty(0), optimum)


@needs_data
def test_reduction_on_metro_300_without_circle() -> None:
    case = metro_case(300, circle=False)
    reduced = reduce(case)
    assert reduced.instance.cost.size < 0.6 * case.cost.size
    tree = heuristic(reduced.instance, graph_of(reduced.instance))
    assert tree is not None
    assert tree.objective == pytest.approx(72_577.5, abs=0.1)
