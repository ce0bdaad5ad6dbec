"""Numbers given in decimal steps, told from measured ones."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["decimals"]

MAX_DECIMALS = 6
"""Numbers with more decimals than this count as measured, not as given in decimal steps."""


def decimals(values: NDArray[np.float64], most: int = MAX_DECIMALS) -> int | None:
    """Return how many decimals write every finite value exactly (to rounding), or None when `most` do not.

    Examples
    --------
    >>> decimals(np.array([50.0, 0.3, 4.88]))
    2
    """
    finite = values[np.isfinite(values)]
    for digits in range(most + 1):
        scaled = finite * 10.0**digits
        if np.all(np.abs(scaled - np.rint(scaled)) <= 1e-11 * np.maximum(1.0, np.abs(scaled))):
            return digits
    return None
