"""What no plan can use: parts of the map without a center, and spurs that lead to nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo_data.findings import Finding
from geo_data.network.pieces import degree, note

__all__ = ["component_labels", "drop_components", "drop_dead_ends"]


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


def drop_dead_ends(
    pieces: pd.DataFrame, keep_points: NDArray[np.int64], n_points: int
) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out candidate spurs, again and again, that end at a point nobody needs."""
    free = np.ones(n_points, dtype=bool)
    free[keep_points] = False
    alive = pieces
    while True:
        leaf = free & (degree(alive, n_points) == 1)
        spur = ~alive["existing"].to_numpy(dtype=bool) & (leaf[alive["a"].to_numpy()] | leaf[alive["b"].to_numpy()])
        if not spur.any():
            break
        alive = alive[~spur]
    told = note("dead-ends-dropped", pieces.drop(alive.index), "candidate spurs that lead to nothing")
    return alive, told
