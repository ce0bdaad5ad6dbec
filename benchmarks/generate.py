"""Metro instances by chance, of the same kind as the shared ones: same counts, kinds, costs and parameters.

Nodes lie evenly over 120 x 90 km and are joined by the Gabriel graph (K. R. Gabriel, R. R. Sokal: A new statistical
approach to geographic variation analysis, Systematic Zoology 18, 1969): two nodes are linked when no other lies in the
circle over them. About 35 % of the links are existing fibre, laid along shortest ways between nodes 10 to 35 km apart.
"""

from __future__ import annotations

import gzip
import json
import math
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree

from benchmarks.instance import MetroInstance, instance_of

__all__ = ["COUNTS", "generate", "generated", "write_instance"]

WIDTH_KM, HEIGHT_KM = 120.0, 90.0
DETOUR = (1.0, 1.25)
"""Range of laid length over straight distance."""
EXISTING_SHARE = 0.35
EXISTING_KM = (10.0, 35.0)
COST_PER_KM = {"existing": 20.0, "candidate": 300.0}
"""Thousands to light a km of existing fibre, and to trench one."""
ACCESS_DETOUR, ACCESS_COST, ACCESS_COST_PER_KM = 1.2, 50.0, 40.0
WEIGHT_MEDIAN, WEIGHT_SIGMA = 100.0, 0.8
"""Weights of places are log-normal."""
LARGE_SHARE, MEDIUM_SHARE = 0.25, 0.4
"""Shares of the centers, rounded down; the others are small."""
PARAMETERS = {
    "us_per_km": 4.9, "transit_us": 50.0, "oxc_us": 1.0, "end_us": 10.0, "limit_us": 1000.0,
    "protection_limit_us": 1500.0, "oxc_cost": 3000.0, "export_cost": 800.0, "oxc_share": 0.5, "export_share": 0.5,
    "circle_share": 0.7,
}  # fmt: skip

COUNTS = {100: (8, 12, 50), 300: (15, 30, 150), 1000: (30, 60, 500), 3000: (50, 120, 1500), 10000: (80, 200, 3000)}
"""Centers, sites and places by number of nodes; sizes between are interpolated."""

Points = NDArray[np.float64]
Ints = NDArray[np.int64]


def generate(nodes: int, seed: int) -> MetroInstance:
    """Return an instance; the same size and seed always give the same one.

    Parameters
    ----------
    nodes
        Number of nodes, at least 20.
    seed
        Of the chance.
    """
    return instance_of(generated(nodes, seed), f"gabriel-{nodes}-seed{seed}")


def generated(nodes: int, seed: int) -> dict[str, Any]:
    """Return an instance as it stands in a file.

    Raises
    ------
    ValueError
        If there are too few nodes.
    """
    if nodes < 20:
        raise ValueError(f"An instance of {nodes} nodes was asked for; it needs at least 20.")
    rng = np.random.default_rng([nodes, seed])
    xy = np.column_stack([rng.uniform(0, WIDTH_KM, nodes), rng.uniform(0, HEIGHT_KM, nodes)]).round(4)
    ends = gabriel(xy)
    km = (np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T) * rng.uniform(*DETOUR, len(ends))).round(3)
    kind = np.where(_existing(xy, ends, km, rng), "existing", "candidate").tolist()
    n_centers, n_sites, n_places = counts(nodes)
    chosen = rng.choice(nodes, n_centers + n_sites, replace=False)
    centers = _centers(np.sort(chosen[:n_centers]), rng)
    large = [c["node"] for c in centers if c["size"] == "large"]
    return {
        "name": f"gabriel-{nodes}-seed{seed}",
        "units": {"xy": "km", "km": "km", "cost": "thousand", "latency": "us"},
        "nodes": xy.tolist(),
        "links": [
            {"a": a, "b": b, "km": k, "cost": round(k * COST_PER_KM[what], 1), "kind": what}
            for (a, b), k, what in zip(ends.tolist(), km.tolist(), kind, strict=True)
        ],
        "centers": centers,
        "sites": np.sort(chosen[n_centers:]).tolist(),
        "places": _places(xy, n_places, rng),
        "pairs": [list(p) for p in combinations([c["node"] for c in centers if c["size"] != "small"], 2)],
        "large_pairs": [list(p) for p in combinations(large, 2)],
        "parameters": dict(PARAMETERS),
    }


def write_instance(data: dict[str, Any], path: Path) -> None:
    """Write an instance as JSON, gzipped when the name ends in .gz; the same instance gives the same bytes."""
    text = json.dumps(data).encode()
    path.write_bytes(gzip.compress(text, mtime=0) if path.suffix == ".gz" else text)


def counts(nodes: int) -> tuple[int, ...]:
    """Return the numbers of centers, sites and places; between the known sizes on a line of logarithms."""
    if nodes in COUNTS:
        return COUNTS[nodes]
    sizes = np.log(list(COUNTS))
    table = np.log(np.array(list(COUNTS.values()), dtype=np.float64))
    return tuple(max(2, round(math.exp(np.interp(math.log(nodes), sizes, column)))) for column in table.T)


def gabriel(xy: Points) -> Ints:
    """Return the links of the Gabriel graph of points, shape (links, 2), smaller end first, sorted."""
    corners = Delaunay(xy).simplices
    sides = np.concatenate([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    pairs = np.unique(np.sort(sides, axis=1), axis=0)
    middle = (xy[pairs[:, 0]] + xy[pairs[:, 1]]) / 2
    radius = np.hypot(*(xy[pairs[:, 0]] - xy[pairs[:, 1]]).T) / 2
    nearest, _ = cKDTree(xy).query(middle)
    return np.asarray(pairs[nearest >= radius * (1 - 1e-9)], dtype=np.int64)


def _existing(xy: Points, ends: Ints, km: Points, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return which links are existing fibre: shortest ways between nodes a while apart, up to the share."""
    network: nx.Graph[int] = nx.Graph()
    network.add_weighted_edges_from((a, b, k) for (a, b), k in zip(ends.tolist(), km.tolist(), strict=True))
    number = {(a, b): i for i, (a, b) in enumerate(ends.tolist())}
    existing = np.zeros(len(ends), dtype=np.bool_)
    while existing.sum() < EXISTING_SHARE * len(ends):
        start = int(rng.integers(len(xy)))
        away = np.hypot(*(xy - xy[start]).T)
        goals = np.flatnonzero((away > EXISTING_KM[0]) & (away < EXISTING_KM[1]))
        if len(goals):
            walk = nx.shortest_path(network, start, int(rng.choice(goals)), weight="weight")
            existing[[number[min(p), max(p)] for p in pairwise(walk)]] = True
    return existing


def _centers(nodes: Ints, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return centers with their sizes dealt by chance."""
    large, medium = int(LARGE_SHARE * len(nodes)), int(MEDIUM_SHARE * len(nodes))
    sizes = ["large"] * large + ["medium"] * medium + ["small"] * (len(nodes) - large - medium)
    return [{"node": v, "size": sizes[k]} for v, k in zip(nodes.tolist(), rng.permutation(len(nodes)), strict=True)]


def _places(xy: Points, count: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return places anywhere in the area, each attached to the node nearest to it."""
    spots = np.column_stack([rng.uniform(0, WIDTH_KM, count), rng.uniform(0, HEIGHT_KM, count)])
    away, node = cKDTree(xy).query(spots)
    km = (ACCESS_DETOUR * np.asarray(away)).tolist()
    weight = np.maximum(1.0, np.exp(rng.normal(math.log(WEIGHT_MEDIAN), WEIGHT_SIGMA, count)).round())
    return [
        {
            "node": v,
            "weight": w,
            "access_cost": round(ACCESS_COST + ACCESS_COST_PER_KM * k, 1),
            "access_us": round(PARAMETERS["us_per_km"] * k, 4),
        }
        for v, w, k in zip(np.asarray(node).tolist(), weight.tolist(), km, strict=True)
    ]
