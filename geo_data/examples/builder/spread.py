"""Spreads points over a city: closer together where the streets are denser."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

__all__ = ["spread"]


def spread(
    points: NDArray[np.float64], density: NDArray[np.float64], count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose `count` of the points so that they stand apart by about 1 / sqrt(density).

    Parameters
    ----------
    points
        Candidates in metres, shape (n, 2).
    density
        Relative density at each, 0 to 1, shape (n,).
    count
        How many to choose.
    rng
        Gives the order in which candidates are tried.

    Returns
    -------
    numpy.ndarray
        Numbers of the chosen points in ascending order, shape (count,).

    Raises
    ------
    ValueError
        If there are fewer candidates than `count`.
    """
    if len(points) < count:
        raise ValueError(f"{count} points wanted, but there are only {len(points)} candidates.")
    order = rng.permutation(len(points))
    apart = 1.0 / np.sqrt(np.maximum(density, 0.02))
    tree = cKDTree(points)
    low, high = 0.0, float(np.ptp(points, axis=0).max())
    best = order[:count]
    for _ in range(30):
        scale = (low + high) / 2
        chosen = _keep_apart(tree, points, apart * scale, order)
        if len(chosen) >= count:
            low, best = scale, chosen
        else:
            high = scale
    return np.sort(best[:count])


def _keep_apart(
    tree: cKDTree, points: NDArray[np.float64], apart: NDArray[np.float64], order: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Take points in order, each removing the candidates around it."""
    free = np.ones(len(points), dtype=bool)
    chosen = []
    for k in order:
        if free[k]:
            chosen.append(k)
            free[tree.query_ball_point(points[k], apart[k])] = False
    return np.array(chosen, dtype=np.int64)
