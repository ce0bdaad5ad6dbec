"""Terminals that hang together through open gates: the bound against everything tried on small graphs."""

from __future__ import annotations

import itertools
import random
from collections.abc import Collection, Sequence

import numpy as np
import pytest

from optimizer.engine import run
from optimizer.engine.gates import gated_bound
from optimizer.model import Demand, Graph, Model, ModelBuilder

Links = Sequence[tuple[int, int]]


def _model(n: int, links: Links, prices: Sequence[float], required: Sequence[int], gates: Sequence[float]) -> Model:
    """Return a model that joins required nodes to node 0; node n - 1 - i is gate i."""
    builder = ModelBuilder()
    use = [builder.column("use", str(k), cost=c) for k, c in enumerate(prices)]
    for i, price in enumerate(gates):
        builder.column("gate", str(i), cost=price)
    for v in required[1:]:
        builder.demand(Demand(f"join {v}", v, (required[0],)))
    tail, head = np.array(links, dtype=np.int64).T
    none = np.zeros(n)
    return builder.build(
        Graph(n, tail, head, np.ones(len(links)), np.array(use), none, none, np.full(n, -1, dtype=np.int64))
    )


def _joined(n: int, links: Links, nodes: Sequence[int], closed: Collection[int]) -> bool:
    """Return whether links join nodes without passing closed ones."""
    seen, queue = {nodes[0]}, [nodes[0]]
    for v in queue:
        if v in closed:
            continue
        for a, b in links:
            other = b if a == v else a if b == v else -1
            if other >= 0 and other not in seen:
                seen.add(other)
                queue.append(other)
    return set(nodes) <= seen


def _case(seed: int) -> tuple[int, list[tuple[int, int]], list[float], list[int], list[int], list[float]]:
    rng = random.Random(seed)
    n = rng.randint(5, 7)
    pairs = list(itertools.combinations(range(n), 2))
    links = rng.sample(pairs, min(len(pairs), rng.randint(n, 9)))
    required = list(range(rng.randint(2, 3)))
    together = required[: rng.randint(2, len(required))]
    gates = [float(rng.randint(1, 9)) for _ in range(rng.randint(1, n - len(required)))]
    return n, links, [float(rng.randint(0, 9)) for _ in links], required, together, gates


def _asked(seed: int) -> tuple[Model, list[int], dict[int, tuple[int]], float]:
    """Return a model, the nodes to hang together, the columns of gates, and the least of all that can be chosen."""
    n, links, prices, required, together, gates = _case(seed)
    model = _model(n, links, prices, required, gates)
    columns = {n - 1 - i: (len(links) + i,) for i in range(len(gates))}
    best = np.inf
    for used in itertools.product((False, True), repeat=len(links)):
        some = [k for k, u in zip(links, used, strict=True) if u]
        if not _joined(n, some, required, ()):
            continue
        for opened in itertools.product((False, True), repeat=len(gates)):
            closed = {n - 1 - i for i, o in enumerate(opened) if not o}
            if _joined(n, some, together, closed):
                best = min(best, model.objective(np.array([*used, *opened], dtype=float)))
    return model, together, columns, best


@pytest.mark.parametrize("seed", range(60))
def test_bound_is_the_cost_of_the_best_of_everything_that_can_be_chosen(seed: int) -> None:
    model, together, columns, best = _asked(seed)
    found = gated_bound(model, together, columns, cutoff=90.0, seconds=20.0)
    if np.isfinite(best):
        assert found == pytest.approx(min(best, 90.0), rel=1e-6)


def test_a_bound_holds_wherever_the_search_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "REPORT_EVERY_S", -1.0)
    between = 0
    for seed in range(60):
        model, together, columns, best = _asked(seed)
        if not np.isfinite(best):
            continue
        before = -np.inf
        for last in range(2, 40, 3):
            reports = itertools.count(1)
            found = gated_bound(
                model,
                together,
                columns,
                cutoff=90.0,
                seconds=20.0,
                on_progress=lambda _, r=reports, n=last: next(r) > n,
            )
            assert found <= best + 1e-6
            between += before < found < best - 1e-6
            before = found
            if found >= best - 1e-6:
                break
    assert between > 10


def test_a_gate_is_opened_or_gone_around() -> None:
    """0 - 2 - 1 costs 2 and its gate 5; the detour 0 - 3 - 1 costs 6: the bound is 6, and 2 where all is open."""
    links, prices = [(0, 2), (2, 1), (0, 3), (3, 1)], [1.0, 1.0, 3.0, 3.0]
    model = _model(5, links, prices, [0, 1], [9.0, 9.0, 5.0])
    bounds = [gated_bound(model, [0, 1], g, cutoff=1e6, seconds=20.0) for g in ({2: (6,)}, {})]
    assert bounds == pytest.approx([6.0, 2.0])
    capped = gated_bound(model, [0, 1], {2: (6,)}, cutoff=4.0, seconds=20.0)
    assert capped <= 4.0
    assert gated_bound(model, [0, 4], {}, cutoff=1e6, seconds=20.0) == -np.inf, "a node that need not be connected"
