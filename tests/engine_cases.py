"""Instances for the engine's tests: random ones, shared benchmark files, an exact oracle for small ones."""

from __future__ import annotations

import gzip
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest
import scipy.optimize as so
import scipy.sparse as sp
from scipy.sparse import csgraph

from optimizer.engine.instance import Side, SteinerInstance

DATA = Path(os.environ.get("METROPLAN_DATA", Path(__file__).parents[2] / "shared" / "data"))


def side_of(
    cost: list[float],
    rows: list[list[float]],
    row_lower: list[float],
    row_upper: list[float] | None = None,
    upper: list[float] | None = None,
    integer: bool = True,
) -> Side:
    """Side problem written by hand: columns from 0 to `upper` (default 1)."""
    n = len(cost)
    matrix = np.array(rows, dtype=float).reshape(len(rows), n)
    return Side(
        np.array(cost, dtype=float),
        np.zeros(n),
        np.ones(n) if upper is None else np.array(upper, dtype=float),
        np.full(n, integer),
        sp.csr_array(matrix),
        np.array(row_lower, dtype=float),
        np.full(len(rows), np.inf) if row_upper is None else np.array(row_upper, dtype=float),
    )


def instance_of(
    n_nodes: int,
    edges: list[tuple[int, int, float]],
    required: list[int],
    optional: list[tuple[int, int]] | None = None,
    side: Side | None = None,
    root: int | None = None,
) -> SteinerInstance:
    """Instance from lists: edges (a, b, cost), required nodes, optional pairs (node, column)."""
    mask = np.zeros(n_nodes, dtype=bool)
    mask[required] = True
    pairs = np.array(optional or [], dtype=np.int64).reshape(-1, 2)
    return SteinerInstance(
        n_nodes,
        np.array([e[0] for e in edges], dtype=np.int64),
        np.array([e[1] for e in edges], dtype=np.int64),
        np.array([e[2] for e in edges], dtype=float),
        required[0] if root is None else root,
        mask,
        pairs[:, 0].copy(),
        pairs[:, 1].copy(),
        side_of([], [], []) if side is None else side,
    )


def random_case(seed: int, n: int = 9, m: int = 15, quota: bool = True) -> SteinerInstance:
    """A connected random instance: whole or fractional costs, zeros, parallel edges, shared columns and nodes.

    With `quota` the side has binary columns at optional nodes, one with two nodes, a continuous column, a
    quota row that the continuous column can relax at a price, and a choice row with an upper limit.
    """
    rng = np.random.default_rng(seed)
    ends = [(int(rng.integers(0, v)), v) for v in range(1, n)]
    while len(ends) < m:
        a, b = (int(x) for x in rng.choice(n, 2, replace=False))
        ends.append((a, b))
    order = rng.permutation(n)
    cost = rng.integers(0, 9, m) + (rng.random(m) if seed % 2 else 0.0)
    edges = [(int(order[a]), int(order[b]), float(c)) for (a, b), c in zip(ends, cost, strict=True)]
    nodes = [int(v) for v in rng.permutation(n)]
    required = nodes[: int(rng.integers(1, 4))]
    if not quota:
        return instance_of(n, edges, nodes[: int(rng.integers(2, 6))])
    k = int(rng.integers(2, 6))
    at = [int(v) for v in rng.choice(nodes, k)]
    optional = [(v, j) for j, v in enumerate(at)] + [(int(rng.choice(nodes)), 0)]
    weight = [float(w) for w in rng.integers(1, 8, k)]
    price = [float(c) for c in rng.integers(0, 4, k)]
    side = side_of(
        [*price, float(rng.integers(1, 6))],
        [[*weight, 1.0], [1.0] * k + [0.0]],
        [0.6 * sum(weight), 0.0],
        [np.inf, float(max(1, k - 1))],
        [1.0] * k + [float(sum(weight))],
    )
    return instance_of(n, edges, required, optional, side)


def exact_optimum(instance: SteinerInstance, time_limit_s: float = 60.0) -> float:
    """Optimum by a multi-commodity flow program in HiGHS, an oracle that shares nothing with the engine.

    One commodity a terminal node; flow of v on an arc <= use of its edge; v receives 1, or its column.
    Returns inf when there is no solution.
    """
    n, m, k = instance.n_nodes, instance.cost.size, instance.side.cost.size
    sinks = sorted(({*np.flatnonzero(instance.required), *instance.optional_node.tolist()}) - {instance.root})
    optional = [v for v in sinks if not instance.required[v]]
    n_var = m + k + len(optional) + 2 * m * len(sinks) + 1  # one idle, so that there is any
    connect = {int(v): m + k + i for i, v in enumerate(optional)}
    rows: list[int] = []
    cols: list[int] = []
    vals: list[float] = []
    low: list[float] = []
    high: list[float] = []

    def row(entries: list[tuple[int, float]], lower: float, upper: float) -> None:
        for c, x in entries:
            rows.append(len(low))
            cols.append(c)
            vals.append(x)
        low.append(lower)
        high.append(upper)

    for i, v in enumerate(sinks):
        base = m + k + len(optional) + 2 * m * i
        for e in range(m):
            row([(base + 2 * e, 1.0), (e, -1.0)], -np.inf, 0.0)
            row([(base + 2 * e + 1, 1.0), (e, -1.0)], -np.inf, 0.0)
        for w in range(n):
            if w == instance.root:
                continue
            into = [(base + 2 * e, 1.0) for e in np.flatnonzero(instance.head == w)]
            into += [(base + 2 * e + 1, 1.0) for e in np.flatnonzero(instance.tail == w)]
            out = [(base + 2 * e, -1.0) for e in np.flatnonzero(instance.tail == w)]
            out += [(base + 2 * e + 1, -1.0) for e in np.flatnonzero(instance.head == w)]
            extra = [(connect[v], -1.0)] if w == v and v in connect else []
            want = 1.0 if w == v and v not in connect else 0.0
            row(into + out + extra, want, want)
    for v, j in zip(instance.optional_node, instance.optional_column, strict=True):
        if int(v) in connect:
            row([(m + int(j), 1.0), (connect[int(v)], -float(instance.side.upper[j]))], -np.inf, 0.0)
    coo = instance.side.rows.tocoo()
    for i in range(instance.side.row_lower.size):
        take = coo.coords[0] == i
        entries = [(m + int(c), float(x)) for c, x in zip(coo.coords[1][take], coo.data[take], strict=True)]
        row(entries, float(instance.side.row_lower[i]), float(instance.side.row_upper[i]))
    cost = np.concatenate([instance.cost, instance.side.cost, np.zeros(n_var - m - k)])
    lower = np.concatenate([np.zeros(m), instance.side.lower, np.zeros(n_var - m - k)])
    upper = np.concatenate([np.ones(m), instance.side.upper, np.ones(n_var - m - k)])
    whole = np.concatenate(
        [np.ones(m), instance.side.integer, np.ones(len(optional)), np.zeros(2 * m * len(sinks) + 1)]
    )
    matrix = sp.csr_array((vals, (rows, cols)), shape=(len(low), n_var))
    result = so.milp(
        cost,
        integrality=whole,
        bounds=so.Bounds(lower, upper),
        constraints=so.LinearConstraint(matrix, np.array(low), np.array(high)),
        options={"time_limit": time_limit_s, "mip_rel_gap": 0.0},
    )
    if result.status == 2:
        return math.inf
    assert result.status == 0, result.message
    return float(result.fun) + instance.offset


def metro_case(n: int, circle: bool = True) -> SteinerInstance:
    """The shared metro instance of `n` nodes with latency relaxed; OXCs and exports are constants in it."""
    path = DATA / "metro" / f"gabriel-{n}.json.gz"
    with gzip.open(path) as file:
        data = json.load(file)
    par, sites, centers = data["parameters"], data["sites"], data["centers"]
    offset = math.ceil(par["oxc_share"] * len(sites) - 1e-9) * par["oxc_cost"]
    offset += math.ceil(par["export_share"] * len(centers) - 1e-9) * par["export_cost"]
    places = data["places"] if circle else []
    weight = [p["weight"] for p in places]
    case = instance_of(
        len(data["nodes"]),
        [(e["a"], e["b"], e["cost"]) for e in data["links"]],
        [c["node"] for c in centers],
        [(p["node"], j) for j, p in enumerate(places)],
        side_of([p["access_cost"] for p in places], [weight], [par["circle_share"] * sum(weight)]) if places else None,
    )
    return SteinerInstance(**{**vars(case), "offset": offset})


def steinlib_case(name: str) -> tuple[SteinerInstance, float]:
    """A SteinLib instance, for example ``b01``, with its optimum."""
    edges, terminals, n = [], [], 0
    for line in (DATA / "steinlib" / name[0].upper() / f"{name}.stp").read_text().splitlines():
        match line.split():
            case ["Nodes", count]:
                n = int(count)
            case ["E", a, b, c]:
                edges.append((int(a) - 1, int(b) - 1, float(c)))
            case ["T", v]:
                terminals.append(int(v) - 1)
    optima = (DATA / "steinlib" / "optima.csv").read_text().splitlines()
    optimum = next(float(row.split(",")[5]) for row in optima if f",{name}.stp," in row)
    return instance_of(n, edges, terminals), optimum


def check_tree(instance: SteinerInstance, edges: np.ndarray, z: np.ndarray, objective: float) -> None:
    """Assert that a solution is one: nodes connected, bounds, whole columns, rows, objective."""
    side, n = instance.side, instance.n_nodes
    ends = (np.ones(edges.size), (instance.tail[edges], instance.head[edges]))
    _, label = csgraph.connected_components(sp.csr_array(ends, shape=(n, n)), directed=False)
    inside = label == label[instance.root]
    assert inside[instance.required].all()
    assert inside[instance.optional_node[z[instance.optional_column] > 1e-9]].all()
    assert np.unique(edges).size == edges.size
    assert np.all((z >= side.lower - 1e-9) & (z <= side.upper + 1e-9))
    assert z[side.integer] == pytest.approx(np.round(z[side.integer]), abs=1e-9)
    activity = side.rows @ z
    assert np.all((activity >= side.row_lower - 1e-6) & (activity <= side.row_upper + 1e-6))
    value = instance.offset + instance.cost[edges].sum() + side.cost @ z
    assert objective == pytest.approx(value)
