"""All lines of a region as one table, in an order that does not depend on the input's."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.findings import Finding
from geo_data.region import Region

__all__ = ["BRIDGE_SUFFIX", "EXISTING_CLASS", "Routes", "candidate_lines", "drawn_routes"]

EXISTING_CLASS = "existing"
"""Class of existing fibre in ``class_km``."""
BRIDGE_SUFFIX = ":bridge"
"""Added to the class of candidate lines over a bridge or through a tunnel."""


@dataclass(frozen=True)
class Routes:
    """Existing lines first, then candidates, each in order of id.

    Parameters
    ----------
    lines
        LineStrings in metres, shape (routes,).
    table
        One row a line: ``id``, ``name``, ``class`` (with ``:bridge``), ``existing``, ``lit``, ``spare_pairs``,
        ``bridge``, ``level``. The class of lines in a zone bears its cost factor until the network is put together.
    findings
        What zones and waters took or changed.
    """

    lines: NDArray[np.object_]
    table: pd.DataFrame
    findings: tuple[Finding, ...] = ()


def drawn_routes(region: Region) -> Routes:
    """Return fibre routes and candidate routes together, as they were drawn."""
    fibre, roads = _ordered(region.layers["fibre_routes"]), candidate_lines(region.layers["candidate_routes"])
    table = pd.concat([_existing(fibre), roads.table], ignore_index=True)
    return Routes(np.concatenate([fibre.geometry.to_numpy(), roads.lines]), table)


def candidate_lines(layer: gpd.GeoDataFrame) -> Routes:
    """Return the candidate routes of a layer as they were drawn."""
    roads = _ordered(layer)
    return Routes(roads.geometry.to_numpy(), _candidates(roads))


def _ordered(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Rows by id; parts of one feature by place."""
    bounds = shapely.bounds(layer.geometry.to_numpy())
    order = np.lexsort([*bounds.T[::-1], layer["id"].astype(str).to_numpy(dtype=str)])
    return layer.iloc[order]


def _existing(fibre: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows of existing fibre."""
    return pd.DataFrame(
        {
            "id": fibre["id"].to_numpy(dtype=object),
            "name": fibre["name"].to_numpy(dtype=object),
            "class": np.full(len(fibre), EXISTING_CLASS, dtype=object),
            "existing": np.ones(len(fibre), dtype=bool),
            "lit": fibre["lit"].to_numpy(dtype=bool),
            "spare_pairs": fibre["spare_pairs"].to_numpy(dtype=np.int64),
            "bridge": fibre["bridge"].to_numpy(dtype=bool),
            "level": fibre["level"].to_numpy(dtype=np.int64),
        }
    )


def _candidates(roads: gpd.GeoDataFrame) -> pd.DataFrame:
    """Rows of candidate routes."""
    bridge = roads["bridge"].to_numpy(dtype=bool)
    plain = roads["class"].to_numpy(dtype=object)
    return pd.DataFrame(
        {
            "id": roads["id"].to_numpy(dtype=object),
            "name": roads["name"].to_numpy(dtype=object),
            "class": np.where(bridge, plain + BRIDGE_SUFFIX, plain) if len(roads) else plain,
            "existing": np.zeros(len(roads), dtype=bool),
            "lit": np.zeros(len(roads), dtype=bool),
            "spare_pairs": np.zeros(len(roads), dtype=np.int64),
            "bridge": bridge,
            "level": roads["level"].to_numpy(dtype=np.int64),
        }
    )
