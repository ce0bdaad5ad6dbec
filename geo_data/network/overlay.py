"""Pieces that say the same thing twice: loops, duplicates, and roads along which fibre lies already."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.findings import Finding
from geo_data.network.pieces import note

__all__ = ["drop_duplicates", "drop_loops", "drop_twins"]

TWIN_SHARE = 0.02
TWIN_KM = 0.002
"""Pieces between the same nodes are one trench when their lengths differ by at most 2 % or 2 m."""


def drop_loops(pieces: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out pieces that end where they start: no route needs them."""
    loop = (pieces["a"] == pieces["b"]).to_numpy()
    told = note("loops-dropped", pieces[loop], "{count} loops ({km} km laid) lead nowhere and were left out.")
    return pieces[~loop], told


def drop_duplicates(pieces: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Keep the shortest of pieces of one kind and class between the same nodes and of nearly one length.

    The spare pairs of existing pieces laid together add up: two cables in one duct.
    """
    keys = ["a", "b", "existing", "lit", "class"]
    ranked = pieces.sort_values([*keys, "length_km", "source"], kind="stable")
    same = (ranked[keys] == ranked[keys].shift()).all(axis=1).to_numpy()
    apart = ~_close(ranked["length_km"].to_numpy(), ranked["length_km"].shift(fill_value=0.0).to_numpy())
    group = np.cumsum(~same | apart)
    ranked["spare_pairs"] = ranked.groupby(group)["spare_pairs"].transform("sum")
    again = np.concatenate([[False], group[1:] == group[:-1]]) if len(group) else np.zeros(0, dtype=bool)
    told = note("duplicates-dropped", ranked[again], "{count} duplicate stretches ({km} km laid) were left out.")
    return ranked[~again], told


def drop_twins(pieces: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out candidate pieces along which existing fibre lies: same nodes, nearly the same length."""
    existing = pieces["existing"].to_numpy(dtype=bool)
    candidates = pieces[~existing].reset_index(names="row")[["row", "a", "b", "length_km"]]
    both = candidates.merge(pieces[existing][["a", "b", "length_km"]], on=["a", "b"], suffixes=("", "_fibre"))
    twin = both.loc[_close(both["length_km"].to_numpy(), both["length_km_fibre"].to_numpy()), "row"]
    out = pieces.index.isin(twin)
    told = note("twins-dropped", pieces[out], "{count} candidate stretches ({km} km laid) were left out because existing "
                "fibre lies along them.")  # fmt: skip
    return pieces[~out], told


def _close(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether two lengths are nearly equal."""
    return np.asarray(np.abs(a - b) <= np.maximum(TWIN_KM, TWIN_SHARE * np.minimum(a, b)))
