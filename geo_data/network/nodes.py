"""Node numbers: centers, metro sites, access points, then the junctions that are left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.network.attach import FACILITY_LAYERS
from geo_data.region import Region

__all__ = ["Numbering", "number_nodes"]

IntArray = NDArray[np.int64]
KINDS = {"centers": "center", "metro_sites": "metro_site", "access_points": "access_point"}


@dataclass(frozen=True)
class Numbering:
    """Nodes and how points map to them.

    Parameters
    ----------
    nodes
        The node table.
    facility
        Node of every feature, by layer.
    of_point
        Node that stands at each point of the routes, -1 where none does; shape (points,).
    """

    nodes: gpd.GeoDataFrame
    facility: Mapping[str, IntArray]
    of_point: IntArray


def number_nodes(region: Region, feet: Mapping[str, IntArray], used: IntArray, xy: NDArray[np.float64]) -> Numbering:
    """Number the nodes; a metro site stands on the routes, junctions follow from west to east.

    Parameters
    ----------
    region
        The layers.
    feet
        Point where every facility meets the routes.
    used
        Points that links end at or facilities meet.
    xy
        Places of all points.
    """
    sizes = [len(region.layers[name]) for name in FACILITY_LAYERS]
    start = np.concatenate([[0], np.cumsum(sizes)])
    facility = {n: np.arange(start[i], start[i + 1]) for i, n in enumerate(FACILITY_LAYERS)}
    of_point = np.full(len(xy), -1, dtype=np.int64)
    of_point[feet["metro_sites"][::-1]] = facility["metro_sites"][::-1]  # the first of several on one point
    plain = np.unique(used[of_point[used] < 0])
    of_point[plain] = start[-1] + np.arange(len(plain))
    ids = [str(v) for name in FACILITY_LAYERS for v in region.layers[name]["id"]]
    prefix = _free_prefix(ids)
    kinds = [KINDS[name] for name, size in zip(FACILITY_LAYERS, sizes, strict=True) for _ in range(size)]
    shapes = np.concatenate(
        [
            region.layers["centers"].geometry.to_numpy(),
            shapely.points(xy[feet["metro_sites"]]),
            region.layers["access_points"].geometry.to_numpy(),
            shapely.points(xy[plain]),
        ]
    )
    table = pd.DataFrame(
        {"id": [*ids, *(f"{prefix}{i + 1}" for i in range(len(plain)))], "kind": [*kinds, *["junction"] * len(plain)]}
    )
    return Numbering(gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=region.crs)), facility, of_point)


def _free_prefix(ids: list[str]) -> str:
    """'j', or longer where a facility is called 'j5'."""
    prefix = "j"
    while any(i.startswith(prefix) and i[len(prefix) :].isdigit() for i in ids):
        prefix += "j"
    return prefix
