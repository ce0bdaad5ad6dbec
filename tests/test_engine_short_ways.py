"""Rows of short ways: every point that has one or pays satisfies them, every whole point that does neither breaks one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator

import numpy as np
import pytest
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.engine.instance import Side, SteinerInstance
from optimizer.engine.separate import Layout, layout_of
from optimizer.engine.short_ways import ALWAYS_OPEN, ShortWay, ShortWays

Edges = list[tuple[int, int]]

KEPT = ((0, 1), (1, 4), (4, 5), (0, 5))


def case(seed: int) -> tuple[Edges, dict[int, int], int]:
    """Return edges on nodes 0 to 5, of which 0 and 5 are terminals and some others sites, their columns, and sections.

    Side column 0 stands for the pair, the others for sites; one site is always open.
    """
    rng = random.Random(seed)
    edges = [pair for pair in itertools.combinations(range(6), 2) if rng.random() < 0.5 and pair not in KEPT]
    edges = [(0, 1), (1, 4), (4, 5), *edges]
    some = rng.sample(range(1, 5), rng.randint(1, 3))
    columns = {node: 1 + i for i, node in enumerate(some)}
    if len(some) > 2:
        columns[some[-1]] = ALWAYS_OPEN
    return edges[:7], columns, rng.randint(1, 3)


def layout(edges: Edges, n_side: int) -> Layout:
    """Return the columns of edges and so many yes/no side columns."""
    tail, head = np.array(edges, dtype=np.int64).T
    none = sp.csr_array((0, n_side))
    side = Side(np.ones(n_side), np.zeros(n_side), np.ones(n_side), np.ones(n_side, dtype=np.bool_), none,
                np.zeros(0), np.zeros(0))  # fmt: skip
    required = np.zeros(6, dtype=np.bool_)
    required[[0, 5]] = True
    empty = np.zeros(0, dtype=np.int64)
    instance = SteinerInstance(6, tail, head, np.ones(len(edges)), 0, required, empty, empty, side)
    return layout_of(instance, extra=True)


def has_short_way(edges: Edges, used: tuple[int, ...], sites: dict[int, bool], sections: int) -> bool:
    """Return whether used edges have a way from 0 to 5 over open sites alone, of so many sections at the most."""

    def walk(at: int, seen: frozenset[int], passed: int) -> bool:
        if at == 5:
            return passed < sections
        nexts = [b if a == at else a for (a, b), u in zip(edges, used, strict=True) if u and at in (a, b)]
        return any(walk(v, seen | {v}, passed + (v in sites)) for v in nexts if v not in seen and sites.get(v, True))

    return walk(0, frozenset([0]), 0)


def whole_points(
    edges: Edges, columns: dict[int, int], plan: Layout, sections: int
) -> Iterator[tuple[NDArray[np.float64], bool]]:
    """Yield every choice of edges and sites, the pair's column 0, and whether there is a short way."""
    free = [node for node, column in columns.items() if column != ALWAYS_OPEN]
    for used in itertools.product((0, 1), repeat=len(edges)):
        for chosen in itertools.product((0, 1), repeat=len(free)):
            x = np.zeros(plan.n_columns)
            x[plan.extra :] = used
            open_ = dict.fromkeys(columns, True) | {n: bool(v) for n, v in zip(free, chosen, strict=True)}
            for node, value in zip(free, chosen, strict=True):
                x[plan.side + columns[node]] = value
            yield x, has_short_way(edges, used, open_, sections)


@pytest.mark.parametrize("seed", range(10))
def test_rows_of_short_ways_agree_with_every_choice(seed: int) -> None:
    edges, columns, sections = case(seed)
    plan = layout(edges, 1 + len(columns))
    way = ShortWay(0, 5, sections, plan.side)
    placed = {node: c if c == ALWAYS_OPEN else plan.side + c for node, c in columns.items()}
    sought = ShortWays(plan, [way], placed)
    every = np.ones(len(edges), dtype=np.bool_)
    points = list(whole_points(edges, columns, plan, sections))
    short = np.array([x for x, is_short in points if is_short]).reshape(-1, plan.n_columns)
    rng = np.random.default_rng(seed)
    for i in rng.permutation(len(points))[:50].tolist():
        x, is_short = points[i]
        rows = sought.rows(x, every)
        assert bool(rows) is not is_short
    for _ in range(10):
        rows = sought.rows(np.where(rng.random(plan.n_columns) < 0.5, 0.0, rng.random(plan.n_columns)), every)
        for row in rows:
            assert (short[:, row.columns] @ row.values >= row.lower - 1e-9).all()
            assert plan.side in row.columns, "who pays is free"
