"""Pieces that say the same thing twice: loops, duplicates, and roads along which fibre lies already."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.findings import Finding
from geo_data.network.pieces import note

__all__ = ["drop_duplicates", "drop_loops", "drop_twins"]

TWIN_SHARE = 0.02
TWIN_KM = 0.002
"""Pieces between the same nodes are one trench when their lengths differ by at most 2 % or 2 m ..."""
TWIN_APART_M = 15.0
"""... and neither runs farther than this from the other: two ways round a square block are equally long."""


def drop_loops(pieces: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out pieces that end where they start: no route needs them."""
    loop = (pieces["a"] == pieces["b"]).to_numpy()
    told = note("loops-dropped", pieces[loop], "loops that lead nowhere")
    return pieces[~loop], told


def drop_duplicates(pieces: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Keep the shortest of pieces of one kind and class between the same nodes and of nearly one length.

    The spare pairs of existing pieces laid together add up: two cables in one duct.
    """
    keys = ["a", "b", "existing", "lit", "class"]
    ranked = pieces.sort_values([*keys, "length_km", "source"], kind="stable")
    same = np.array((ranked[keys] == ranked[keys].shift()).all(axis=1))
    after = np.flatnonzero(same)
    same[after] = _one_trench(ranked.iloc[after], ranked.iloc[after - 1])
    group = np.cumsum(~same)
    ranked["spare_pairs"] = ranked.groupby(group)["spare_pairs"].transform("sum")
    again = np.concatenate([[False], group[1:] == group[:-1]]) if len(group) else np.zeros(0, dtype=bool)
    told = note("duplicates-dropped", ranked[again], "duplicates")
    return ranked[~again], told


def drop_twins(pieces: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out candidate pieces along which existing fibre lies: same nodes, nearly the same length."""
    existing = pieces["existing"].to_numpy(dtype=bool)
    candidates = pieces[~existing].reset_index(names="row")[["row", "a", "b"]]
    fibre = pieces[existing].reset_index(names="fibre")[["fibre", "a", "b"]]
    both = candidates.merge(fibre, on=["a", "b"])
    twin = _one_trench(pieces.loc[both["row"]], pieces.loc[both["fibre"]])
    out = pieces.index.isin(both.loc[twin, "row"])
    told = note("twins-dropped", pieces[out], "candidates along existing fibre")
    return pieces[~out], told


def _one_trench(these: pd.DataFrame, those: pd.DataFrame) -> NDArray[np.bool_]:
    """Whether pieces between the same nodes, row by row, run along each other."""
    a, b = these["length_km"].to_numpy(dtype=np.float64), those["length_km"].to_numpy(dtype=np.float64)
    near = np.abs(a - b) <= np.maximum(TWIN_KM, TWIN_SHARE * np.minimum(a, b))
    this, that = these["geometry"].to_numpy(dtype=object), those["geometry"].to_numpy(dtype=object)
    near[near] = shapely.hausdorff_distance(this[near], that[near], densify=0.1) <= TWIN_APART_M
    return np.asarray(near)
