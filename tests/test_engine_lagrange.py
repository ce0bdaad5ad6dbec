"""The bound on whole instances is valid for any multipliers, and elimination keeps an optimal solution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engine_cases import DATA, exact_optimum, instance_of, metro_case, random_case, side_of

from optimizer.engine.eliminate import eliminate, eliminate_arcs
from optimizer.engine.graph import graph_of
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.lagrange import bound_at, lagrangian_bound
from optimizer.engine.primal import heuristic

needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"benchmark data not found at {DATA}")


def without(case: SteinerInstance, edges: np.ndarray, columns: np.ndarray) -> SteinerInstance:
    """The case without some edges and with some columns held at 0."""
    stay = ~edges
    upper = np.where(columns, 0.0, case.side.upper)
    return replace(
        case,
        tail=case.tail[stay],
        head=case.head[stay],
        cost=case.cost[stay],
        side=replace(case.side, upper=upper),
    )


def test_bound_by_hand() -> None:
    # Two optional leaves at 4 and 6 with weight 1 each, one is needed: optimum 4. Priced at 5, the near one brings
    # 1 more than it costs and the far one pays its prize: 5 - 10 + (4 + 5) = 4.
    side = side_of([0.0, 0.0], [[1.0, 1.0]], [1.0])
    case = instance_of(3, [(0, 1, 4.0), (0, 2, 6.0)], [0], [(1, 0), (2, 1)], side)
    found = bound_at(case, graph_of(case), np.array([5.0]), root=0, arc_cost=np.repeat(case.cost, 2))
    assert found.value == pytest.approx(4.0)
    gone = eliminate(case, graph_of(case), found, 4.0)
    assert gone.edges.tolist() == [False, True]
    assert gone.columns.tolist() == [False, True]


def test_arcs_towards_the_root_go_first() -> None:
    case = instance_of(3, [(0, 1, 1.0), (1, 2, 1.0)], [0, 2])
    found = lagrangian_bound(case, graph_of(case))
    assert found.value == 2.0
    gone = eliminate_arcs(graph_of(case), 0, found.ascent.reduced, found.leaf, found.value, 2.0)
    assert gone.tolist() == [False, True, False, True]


@pytest.mark.parametrize("seed", range(40))
def test_bound_is_valid_and_elimination_keeps_the_optimum(seed: int) -> None:
    case = random_case(seed, n=7, m=11, quota=seed % 4 > 0)
    graph = graph_of(case)
    best = exact_optimum(case)
    tree = heuristic(case, graph)
    if tree is None:
        assert np.isinf(best)
        return
    rng = np.random.default_rng(seed)
    roots = np.flatnonzero(case.required)
    rows = case.side.row_lower.size
    bounds = [
        lagrangian_bound(case, graph, tree=tree, root=int(rng.choice(roots))),
        lagrangian_bound(case, graph),
        lagrangian_bound(case, graph, row_price=rng.normal(size=rows), rounds=1),
    ]
    for bound in bounds:
        assert bound.value <= best + 1e-6
        for upper in (best, tree.objective):
            gone = eliminate(case, graph, bound, upper)
            assert exact_optimum(without(case, gone.edges, gone.columns)) == pytest.approx(best, abs=1e-6)


def test_bounds_of_random_cases_are_close() -> None:
    # A handful of columns against a quota leaves a wide integrality gap, which no multiplier can close.
    gaps = []
    for seed in range(30):
        case = random_case(seed, n=8, m=13)
        tree, best = heuristic(case, graph_of(case)), exact_optimum(case)
        if tree is not None and best > 0.0:
            gaps.append(1.0 - lagrangian_bound(case, graph_of(case), tree=tree).value / best)
    assert len(gaps) > 15
    assert float(np.median(gaps)) < 0.25


@needs_data
@pytest.mark.parametrize(("circle", "gap", "gone"), [(True, 0.005, 250), (False, 0.001, 400)])
def test_bound_and_elimination_on_metro_300(circle: bool, gap: float, gone: int) -> None:
    case = metro_case(300, circle)
    graph = graph_of(case)
    tree = heuristic(case, graph)
    assert tree is not None
    bound = lagrangian_bound(case, graph, tree=tree)
    assert (1.0 - gap) * tree.objective <= bound.value <= tree.objective
    assert eliminate(case, graph, bound, tree.objective).edges.sum() >= gone
