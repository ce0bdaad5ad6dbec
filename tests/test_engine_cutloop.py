"""The cut loop: cuts from inside of the points lead to the same bound, and get over bounds that stand still."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest

from benchmarks.instance import InstanceError, data_folder
from benchmarks.steinlib import SteinerTree, read_stp, steiner_model
from optimizer.engine import solve
from optimizer.engine.cutloop import cut_loop
from optimizer.engine.master import stack
from optimizer.engine.presolve import presolve
from optimizer.engine.run import Run
from optimizer.engine.separate import build_master, layout_of, steiner_rows


def random_tree(seed: int, n: int, m: int, terminals: int, dearest: int) -> SteinerTree:
    """Return a connected random network with whole costs from 1 on."""
    rng = np.random.default_rng(seed)
    ends = {(int(rng.integers(v)), v) for v in range(1, n)}
    while len(ends) < m:
        a, b = sorted(rng.choice(n, 2, replace=False).tolist())
        ends.add((a, b))
    edges = tuple((a, b, float(rng.integers(1, dearest + 1))) for a, b in sorted(ends))
    return SteinerTree("random", n, edges, tuple(rng.choice(n, terminals, replace=False).tolist()))


@pytest.mark.parametrize("seed", range(6))
def test_cuts_from_inside_lead_to_the_same_bound(seed: int) -> None:
    layout = layout_of(presolve(steiner_model(random_tree(seed, 24, 60, 8, 9))).steiner)
    bounds = []
    for inward in (False, True):
        run = Run(60.0, 1e-6, None)
        loop = cut_loop(run, layout, build_master(layout), inward=inward)
        assert loop.last is not None
        left = steiner_rows(layout, loop.last.x, violation=1e-2, creep=0.0, nested=5, max_arcs=100_000)
        assert left == []
        bounds.append(loop.bound)
    assert bounds[1] == pytest.approx(bounds[0], rel=1e-3)


@pytest.mark.parametrize("seed", range(4))
def test_rows_that_come_and_go_stay_those_of_the_matrix(seed: int) -> None:
    """The bound of a program that gained and lost rows is that of one made of the rows it has then."""
    rng = np.random.default_rng(seed)
    layout = layout_of(presolve(steiner_model(random_tree(seed, 24, 60, 8, 9))).steiner)
    master = build_master(layout)
    lost = 0
    for _ in range(12):
        result = master.solve(10.0)
        assert result.solved
        rows = steiner_rows(layout, result.x, violation=1e-2, creep=0.0, nested=1, max_arcs=100_000)
        lost += master.forget(int(rng.integers(1, 3)))
        master.add(rows)
        start, columns, values = stack(master.rows)
        held = master.matrix
        assert np.array_equal(held.indptr, start)
        assert np.array_equal(held.indices, columns)
        assert np.array_equal(held.data, values)
        assert [r.lower for r in master.rows] == master.row_limits[0].tolist()
        assert master.age.size == len(master.rows)
    assert lost
    other = master.copy()
    assert other.solve(10.0).bound == pytest.approx(master.solve(10.0).bound)


@pytest.mark.parametrize("seed", range(4))
def test_few_terminals_in_a_dense_network_as_cheap_as_can_be(seed: int) -> None:
    tree = random_tree(seed, 30, 200, 4, 3)
    found = solve(steiner_model(tree), time_limit_s=60)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(_cheapest(tree))


@pytest.mark.slow
def test_a_bound_that_stands_still_is_got_over() -> None:
    try:
        path = data_folder() / "steinlib" / "C" / "c18.stp"
    except InstanceError as error:
        pytest.skip(str(error))
    found = solve(steiner_model(read_stp(path)), time_limit_s=60)
    assert found.status == "optimal"
    assert found.objective == pytest.approx(113.0)
    assert "branch" not in dict(found.phases)


def _cheapest(tree: SteinerTree) -> float:
    """Dreyfus and Wagner (1971), doi:10.1002/net.3230010302: cheapest trees of every set of terminals and a node."""
    network: nx.Graph[int] = nx.Graph()
    network.add_weighted_edges_from(tree.edges)
    far = np.array(
        [
            [dict(nx.single_source_dijkstra_path_length(network, v))[w] for w in range(tree.n_nodes)]
            for v in range(tree.n_nodes)
        ]
    )
    last, *others = tree.terminals
    best = {1 << i: far[t] for i, t in enumerate(others)}
    for chosen in range(1, 1 << len(others)):
        if chosen not in best:
            parts = [s for s in range(1, chosen) if s & chosen == s]
            meet = np.min([best[s] + best[chosen ^ s] for s in parts], axis=0)
            best[chosen] = np.min(meet[None, :] + far, axis=1)
    return float(best[(1 << len(others)) - 1][last])
