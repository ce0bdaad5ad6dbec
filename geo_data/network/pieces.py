"""The table that lines go through on their way to links: one row a stretch between two nodes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.datum import geodesic_km
from geo_data.findings import Finding
from geo_data.network.noding import Noded
from geo_data.network.routes import Routes

__all__ = ["COLUMNS", "degree", "make_pieces", "note"]

COLUMNS = ("a", "b", "length_km", "existing", "lit", "spare_pairs", "class", "name", "source", "geometry")
"""Columns of a piece table; ``a`` < ``b`` or equal, ``geometry`` runs from a to b, ``length_km`` is as laid."""


def make_pieces(noded: Noded, routes: Routes, crs: CRS, slack: float) -> pd.DataFrame:
    """Return the piece table of noded routes."""
    table = routes.table.iloc[noded.line]
    turn = noded.a > noded.b
    geometry = noded.geometry.copy()
    geometry[turn] = shapely.reverse(geometry[turn])
    return pd.DataFrame(
        {
            "a": np.minimum(noded.a, noded.b),
            "b": np.maximum(noded.a, noded.b),
            "length_km": geodesic_km(noded.geometry, crs) * slack,
            "existing": table["existing"].to_numpy(),
            "lit": table["lit"].to_numpy(),
            "spare_pairs": table["spare_pairs"].to_numpy(),
            "class": table["class"].to_numpy(),
            "name": table["name"].to_numpy(),
            "source": table["id"].to_numpy(),
            "geometry": geometry,
        }
    )


def degree(pieces: pd.DataFrame, n_points: int) -> NDArray[np.int64]:
    """Return the number of piece ends at every point, shape (points,)."""
    ends = pieces[["a", "b"]].to_numpy().ravel()
    return np.bincount(ends, minlength=n_points).astype(np.int64)


def note(code: str, dropped: pd.DataFrame, reason: str, advice: str = "") -> list[Finding]:
    """Return a note on what was left out, with count and laid kilometres; nothing when nothing was."""
    if not len(dropped):
        return []
    km = float(dropped["length_km"].sum())
    stretches = "1 stretch" if len(dropped) == 1 else f"{len(dropped):,} stretches"
    found = f"Left out as {reason}: {stretches}, {km:,.1f} km laid."
    return [Finding("note", code, found, advice, count=len(dropped), km=km)]
