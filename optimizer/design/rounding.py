"""Mixed-integer rounding of what crosses a cut.

For ``sum_k c_k Y_k >= R`` with whole ``Y_k >= 0`` and a divisor d let ``t = R / d`` and ``f = t - floor(t)``. Then
``sum_k (floor(c_k / d) f + min(f, c_k / d - floor(c_k / d))) Y_k >= f ceil(t)`` (Nemhauser and Wolsey 1990). Rounded
again by its own coefficients it gives the partition inequalities that describe divisible capacities completely
(Pochet and Wolsey 1995); with a divisor above everything it is the knapsack cover ``sum min(c_k, R) Y_k >= R``.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = ["chains", "rounded", "rounded_by_chain"]

Floats = NDArray[np.float64]

WHOLE = 1e-7
"""Nearer than this to a whole number counts as whole."""
FEW, MANY = 4, 8
"""Up to so many sizes of modules every chain of roundings is tried; up to so many every pair."""


def rounded(size: Floats, need: Floats, divisor: Floats) -> tuple[Floats, Floats]:
    """Round inequalities ``size @ Y >= need``, one a row.

    Parameters
    ----------
    size
        Coefficients, at least 0, shape (rows, sizes).
    need
        Right sides, shape (rows,); those at most 0 stay as they are.
    divisor
        Above 0, shape (rows,).

    Returns
    -------
    size, need
        Of the rounded inequalities; where rounding says nothing new, as they were.
    """
    ratio, t = size / divisor[:, None], need / divisor
    floor_t, floor_ratio = np.floor(t + WHOLE), np.floor(ratio + WHOLE)
    f = t - floor_t
    useful = (f > WHOLE) & (need > 0)
    part = np.clip(ratio - floor_ratio, 0.0, 1.0)
    new = floor_ratio * f[:, None] + np.minimum(part, f[:, None])
    return (
        np.where(useful[:, None], new * divisor[:, None], size),
        np.where(useful, f * (floor_t + 1.0) * divisor, need),
    )


def chains(sizes: int) -> Iterator[tuple[int, ...]]:
    """Orders in which to divide by the (growing) coefficients of sizes; `sizes` itself stands for the need."""
    every = range(sizes)
    if sizes <= FEW:
        for length in range(1, sizes + 1):
            yield from combinations(every, length)
    else:
        yield from ((k,) for k in every)
        yield from combinations(every, 2) if sizes <= MANY else ((0, k) for k in every if k)
    yield (sizes,)
    yield (0, sizes)


def rounded_by_chain(capacity: Floats, need: Floats, chain: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Round every need by a chain of divisors.

    Parameters
    ----------
    capacity
        Sizes of modules in growing order, shape (sizes,).
    need
        Above 0, shape (rows,).
    """
    size = np.broadcast_to(capacity, (need.size, capacity.size)).copy()
    for k in chain:
        divisor = size[:, k] if k < capacity.size else np.maximum(size.max(axis=1), need)
        size, need = rounded(size, need, np.maximum(divisor, WHOLE * capacity[0]))
    return np.minimum(size, need[:, None]), need
