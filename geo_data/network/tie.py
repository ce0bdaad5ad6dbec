"""Links that no route gives: lead-ins of centers and access points, and patches between sites in one building."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.datum import geodesic_km
from geo_data.network.links import LinkRows
from geo_data.network.nodes import Numbering
from geo_data.network.routes import EXISTING_CLASS
from geo_data.network.types import LEAD_IN_CLASS
from geo_data.region import Region

__all__ = ["IN_HOUSE_PAIRS", "lead_ins", "patches"]

IN_HOUSE_PAIRS = 999
"""Fibre pairs between metro sites at one place: as many as anyone needs."""
LEAD_IN_LEAST_KM = 0.001
"""A lead-in is at least a metre long, so that it is never free by mistake."""

IntArray = NDArray[np.int64]


def lead_ins(
    region: Region,
    numbering: Numbering,
    layer: str,
    owner: IntArray,
    foot: IntArray,
    tied: NDArray[np.bool_],
    xy: NDArray[np.float64],
) -> LinkRows:
    """Return one link from each owner (row of the layer) to its foot (point of the routes).

    Lead-ins that tie equipment in service to existing fibre (`tied`) are existing and lit, the others candidates.
    """
    ids = region.layers[layer]["id"].to_numpy(dtype=object)[owner]
    start = shapely.get_coordinates(region.layers[layer].geometry.to_numpy()[owner])
    shapes = np.asarray(shapely.linestrings(np.stack([start, xy[foot]], axis=1)), dtype=object)
    km = np.maximum(geodesic_km(shapes, region.crs) * region.settings.slack, LEAD_IN_LEAST_KM)
    ends = (numbering.facility[layer][owner], numbering.of_point[foot])
    rows = _rows(ends, "candidate", km, LEAD_IN_CLASS, [f"lead-in:{i}" for i in ids], ids, 0, shapes)
    rows.table["kind"] = np.where(tied, "existing", "candidate")
    rows.table["lit"] = tied
    if tied.any():
        rows.class_km[LEAD_IN_CLASS] = np.where(tied, 0.0, km)
        rows.class_km[EXISTING_CLASS] = np.where(tied, km, 0.0)
    return rows


def patches(region: Region, numbering: Numbering, feet: Mapping[str, IntArray], xy: NDArray[np.float64]) -> LinkRows:
    """Return a zero-length existing link from each metro site to the first one at the same place."""
    point = feet["metro_sites"]
    mine, first = numbering.facility["metro_sites"], numbering.of_point[point]
    second = np.flatnonzero(mine != first)
    ids = region.layers["metro_sites"]["id"].to_numpy(dtype=object)[second]
    at = xy[point[second]]
    shapes = np.asarray(shapely.linestrings(np.stack([at, at], axis=1)), dtype=object)
    names = [f"patch:{i}" for i in ids]
    return _rows(
        (first[second], mine[second]),
        "existing",
        np.zeros(len(ids)),
        EXISTING_CLASS,
        names,
        ids,
        IN_HOUSE_PAIRS,
        shapes,
    )


def _rows(
    ends: tuple[IntArray, IntArray],
    kind: str,
    km: NDArray[np.float64],
    class_name: str,
    base: list[str],
    ids: NDArray[np.object_],
    pairs: int,
    shapes: NDArray[np.object_],
) -> LinkRows:
    """Link rows that all have one kind and class."""
    table = pd.DataFrame(
        {
            "a": ends[0],
            "b": ends[1],
            "kind": kind,
            "lit": False,
            "spare_pairs": pairs,
            "name": "",
            "length_km": km,
            "sources": ids,
            "all_sources": [(i,) for i in ids],
            "base": base,
            "geometry": shapes,
        }
    )
    return LinkRows(table, pd.DataFrame({class_name: km}))
