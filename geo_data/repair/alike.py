"""Whether two lines between the same nodes are one trench."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

__all__ = ["one_trench"]

TWIN_SHARE = 0.02
TWIN_KM = 0.002
"""Lines between the same nodes are one trench when their lengths differ by at most 2 % or 2 m ..."""
TWIN_APART_M = 15.0
"""... and neither runs farther than this from the other: two ways round a square block are equally long."""


def one_trench(these: pd.DataFrame, those: pd.DataFrame) -> NDArray[np.bool_]:
    """Return whether lines between the same nodes, row by row, run along each other."""
    a, b = these["km"].to_numpy(dtype=np.float64), those["km"].to_numpy(dtype=np.float64)
    near = np.abs(a - b) <= np.maximum(TWIN_KM, TWIN_SHARE * np.minimum(a, b))
    this, that = these["geometry"].to_numpy(dtype=object), those["geometry"].to_numpy(dtype=object)
    near[near] = shapely.hausdorff_distance(this[near], that[near], densify=0.1) <= TWIN_APART_M
    return np.asarray(near)
