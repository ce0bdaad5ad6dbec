"""A small question that passes through all phases: solved once, it compiles the kernels or loads them."""

from __future__ import annotations

import numpy as np

from optimizer.model import Demand, Graph, Model, ModelBuilder

__all__ = ["small_model"]

SIDE = 7
"""Nodes along one side of the grid."""


def small_model() -> Model:
    """Return a grid with four centers at its corners, sites that slow routes down, and places to choose from.

    The latency limit binds, so that the search has to cut for it and to branch.
    """
    n = SIDE * SIDE
    node = np.arange(n).reshape(SIDE, SIDE)
    tail = np.concatenate([node[:, :-1].ravel(), node[:-1].ravel()])
    head = np.concatenate([node[:, 1:].ravel(), node[1:].ravel()])
    rng = np.random.default_rng(7)
    builder = ModelBuilder()
    for k, cost in enumerate(rng.integers(5, 60, tail.size)):
        builder.column("use", str(k), cost=float(cost))
    corners = [0, SIDE - 1, n - SIDE, n - 1]
    others = rng.permutation(np.setdiff1d(np.arange(n), corners))
    sites, places = others[:10], others[10:30]
    oxc = np.full(n, -1, dtype=np.int64)
    for v in sites.tolist():
        oxc[v] = builder.column("oxc", str(v), cost=40.0)
        builder.demand(Demand(f"join {v}", v, (0,), met=int(oxc[v])))
    builder.row("oxc", [(int(oxc[v]), 1.0) for v in sites.tolist()], lower=2.0)
    covered = [(builder.column("covered", str(v)), float(1 + v % 3)) for v in places.tolist()]
    for (column, _), v in zip(covered, places.tolist(), strict=True):
        builder.demand(Demand(f"place {v}", v, tuple(corners), 300.0, met=column))
    builder.row("circle", covered, lower=0.6 * sum(w for _, w in covered))
    for a in corners[1:]:
        builder.demand(Demand(f"connect {a}", a, (0,)))
        builder.demand(Demand(f"limit {a}", a, (0,), 140.0))
    transit = np.zeros(n)
    transit[sites] = 50.0
    after = np.where(transit > 0, 1.0, 0.0)
    us = np.full(tail.size, 10.0)
    return builder.build(Graph(n, tail, head, us, np.arange(tail.size), transit, after, oxc))
