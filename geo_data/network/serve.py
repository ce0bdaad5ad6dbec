"""Key places and terminal areas: which access point or metro site serves them, and how far away it is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from scipy.spatial import cKDTree

from geo_data.datum import area_km2, geodesic_km

__all__ = ["serve"]


def serve(layer: gpd.GeoDataFrame, servers: gpd.GeoDataFrame, slack: float, crs: CRS) -> gpd.GeoDataFrame:
    """Return the layer's rows with ``node``, ``access_km`` and ``area_km2``.

    Every row goes to the nearest server in a straight line, an area from its centroid; the laid length is the geodesic
    times `slack`.

    Parameters
    ----------
    layer, servers
        Features, and the facilities that may serve them with their ``node``; both in `crs`.
    slack
        Laid length over drawn length.
    crs
        Metric coordinate system.
    """
    shapes = layer.geometry.to_numpy()
    middle = shapely.centroid(shapes)
    node, km = np.zeros(len(layer), dtype=np.int64), np.zeros(len(layer))
    if len(layer) and len(servers):
        at = shapely.get_coordinates(servers.geometry.to_numpy())
        nearest = cKDTree(at).query(shapely.get_coordinates(middle))[1]
        node = servers["node"].to_numpy(dtype=np.int64)[nearest]
        km = geodesic_km(_straight(shapely.get_coordinates(middle), at[nearest]), crs) * slack
    return layer.assign(node=node, access_km=km, area_km2=area_km2(shapes, crs))


def _straight(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.object_]:
    """Straight lines from starts to ends."""
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=object)
