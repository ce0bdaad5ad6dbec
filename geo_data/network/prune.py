"""What no plan can use: parts of the map without a center, and spurs that lead to nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo_data.findings import Finding
from geo_data.network.pieces import note

__all__ = ["component_labels", "dead_ends", "drop_components"]


def component_labels(pieces: pd.DataFrame, n_points: int) -> NDArray[np.int64]:
    """Return the component of every point, shape (points,)."""
    graph = sp.coo_array((np.ones(len(pieces)), (pieces["a"], pieces["b"])), shape=(n_points, n_points))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def drop_components(
    pieces: pd.DataFrame, labels: NDArray[np.int64], wanted: NDArray[np.int64]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Keep the components that the `wanted` points (centers' feet) belong to."""
    here = labels[pieces["a"].to_numpy()]
    keep = np.isin(here, labels[wanted])
    parts = len(np.unique(here[~keep]))
    where = f"{parts:,} separate part{'' if parts == 1 else 's'} of the map without a computing center"
    advice = "If they should connect, raise snap_tolerance_m or set node_crossings = true."
    told = note("components-dropped", pieces[~keep], where, advice)
    return pieces[keep], told


def dead_ends(pieces: pd.DataFrame, keep_points: NDArray[np.int64], n_points: int) -> NDArray[np.bool_]:
    """Return which pieces are candidate spurs that, taken off again and again, end at a point nobody needs."""
    ends = pieces[["a", "b"]].to_numpy(dtype=np.int64)
    existing = pieces["existing"].to_numpy(dtype=bool)
    free = np.ones(n_points, dtype=bool)
    free[keep_points] = False
    alive = np.ones(len(pieces), dtype=bool)
    while True:
        leaf = free & (np.bincount(ends[alive].ravel(), minlength=n_points) == 1)
        spur = alive & ~existing & leaf[ends].any(axis=1)
        if not spur.any():
            return ~alive
        alive &= ~spur
