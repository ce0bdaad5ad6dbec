"""Links over one bridge or through one tunnel, whichever carriageway they take."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import scipy.sparse as sp
import shapely
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo_data.region import Region
from geo_data.shared_risk.group import Group
from geo_data.shared_risk.side_by_side import side_by_side

__all__ = ["bridges"]

ALONG_M = 50.0
"""A link is over a bridge when it runs along it for so many metres, or for half of a shorter bridge."""

Ints = NDArray[np.int64]


def bridges(links: gpd.GeoDataFrame, region: Region, within_m: float) -> list[Group]:
    """Return a group for every bridge that several links run along.

    A bridge is what the lines marked so say: lines of one name that come within `within_m` metres of each other are
    one bridge, and so are lines that run side by side that near. Links need not be marked themselves: fibre laid
    along a road bridge is over it.
    """
    decks = _decks(region)
    if not len(decks):
        return []
    shapes = decks.geometry.to_numpy()
    runs = side_by_side(shapes, links.geometry.to_numpy(), within_m)
    pairs = pd.DataFrame({"deck": runs.line, "link": runs.other, "m": runs.end - runs.start})
    pairs = pairs.groupby(["deck", "link"])["m"].sum().reset_index()
    over = pairs[pairs["m"] >= np.minimum(ALONG_M, shapely.length(shapes)[pairs["deck"]] / 2)]
    bridge = _one_bridge(decks, within_m)
    found = over.assign(bridge=bridge[over["deck"].to_numpy()]).groupby("bridge")
    return [
        Group("bridge", _words(decks[bridge == number]), frozenset(int(k) for k in rows["link"]))
        for number, rows in found
    ]


def _decks(region: Region) -> gpd.GeoDataFrame:
    """Lines marked as bridge or tunnel, fibre and candidates, in order of id."""
    columns = ["id", "name", "geometry"]
    layers = [region.layers[name] for name in ("fibre_routes", "candidate_routes")]
    marked = [layer.loc[layer["bridge"].to_numpy(dtype=bool), columns] for layer in layers]
    table = pd.concat([m for m in marked if len(m)] or marked[:1], ignore_index=True)
    return gpd.GeoDataFrame(table, geometry="geometry", crs=region.crs).sort_values(
        "id", kind="stable", ignore_index=True
    )


def _one_bridge(decks: gpd.GeoDataFrame, within_m: float) -> Ints:
    """Number of the bridge that each line is a part of."""
    shapes, names = decks.geometry.to_numpy(), decks["name"].to_numpy(dtype=str)
    abreast = side_by_side(shapes, None, within_m)
    i, j = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=within_m)
    named = (names[i] == names[j]) & (names[i] != "")
    one, other = np.concatenate([i[named], abreast.line]), np.concatenate([j[named], abreast.other])
    graph = sp.coo_array((np.ones(len(one)), (one, other)), shape=(len(decks), len(decks)))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _words(decks: gpd.GeoDataFrame) -> str:
    """Name of a bridge, or the lines it is made of."""
    names = sorted({str(name) for name in decks["name"] if name})
    if names:
        tunnel = any(word in names[0].lower() for word in ("tunnel", "隧"))
        return f"{'tunnel' if tunnel else 'bridge'} {names[0]}"
    metres = float(shapely.length(decks.geometry.to_numpy()).max())
    return f"bridge or tunnel {decks['id'].iloc[0]}, {metres:,.0f} m"
