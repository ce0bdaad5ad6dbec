"""Assumed metro sites and access points: on main roads and on streets, closer where the city is denser."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo_data.examples.builder.districts import nearest_district
from geo_data.examples.builder.rivers import CRS
from geo_data.examples.builder.roads import LOCAL, MAIN, Density, RoadGraph
from geo_data.examples.builder.spread import spread

__all__ = [
    "MetroSites",
    "access_point_layer",
    "choose_bends",
    "choose_metro_sites",
    "metro_site_layer",
    "numbered_names",
    "sites_with_oxc",
]

APART_M = 400.0
ON_LINE_M = 0.01


@dataclass(frozen=True)
class MetroSites:
    """Road vertices of the metro sites, and which of them are major, and which stand on existing fibre."""

    vertex: NDArray[np.int64]
    major: NDArray[np.bool_]
    on_fibre: NDArray[np.bool_]


def choose_metro_sites(
    graph: RoadGraph, density: Density, counts: tuple[int, int, int], rng: np.random.Generator
) -> MetroSites:
    """Choose metro sites at crossroads of main roads.

    Parameters
    ----------
    graph, density
        The roads and how dense they are.
    counts
        Number of sites, of major sites, and of minor sites away from existing fibre.
    rng
        Source of chance.
    """
    n_sites, n_major, n_off = counts
    crossroads = graph.vertices_of(MAIN)
    crossroads = crossroads[graph.degree()[crossroads] >= 3]
    vertex = crossroads[spread(graph.xy[crossroads], density.at(graph.xy[crossroads]), n_sites, rng)]
    dense = density.at(graph.xy[vertex])
    major = _mask(n_sites, spread(graph.xy[vertex], dense, n_major, rng))
    minor = np.flatnonzero(~major)
    off = _mask(n_sites, minor[np.argsort(dense[minor], kind="stable")][1 : 2 * n_off : 2])
    return MetroSites(vertex, major, ~off)


def choose_bends(
    graph: RoadGraph, density: Density, sites: MetroSites, count: int, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Choose crossroads of main roads, away from metro sites, over which fibre rings are drawn."""
    crossroads = graph.vertices_of(MAIN)
    crossroads = crossroads[graph.degree()[crossroads] >= 3]
    away = cKDTree(graph.xy[sites.vertex]).query(graph.xy[crossroads])[0]
    crossroads = crossroads[away > APART_M]
    return crossroads[spread(graph.xy[crossroads], density.at(graph.xy[crossroads]), count, rng)]


def _mask(size: int, members: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return True at `members`."""
    mask = np.zeros(size, dtype=bool)
    mask[members] = True
    return mask


def numbered_names(points: NDArray[np.float64], noun_zh: str, noun_en: str) -> list[str]:
    """Name each point after its district, numbered within it, in both languages."""
    count: Counter[str] = Counter()
    names = []
    for district in nearest_district(points):
        count[district.name_en] += 1
        number = count[district.name_en]
        names.append(f"{district.name_zh}{noun_zh}{number} {district.name_en} {noun_en}{number}".replace("  ", " "))
    return names


def metro_site_layer(graph: RoadGraph, sites: MetroSites) -> gpd.GeoDataFrame:
    """Return the layer of metro sites, exactly on road vertices."""
    xy = graph.xy[sites.vertex]
    return gpd.GeoDataFrame(
        {
            "id": [f"S{k:03d}" for k in range(1, len(xy) + 1)],
            "name": numbered_names(xy, "局", ""),
            "major": sites.major,
            "oxc": False,
            "source": "assumed",
        },
        geometry=gpd.points_from_xy(*xy.T),
        crs=CRS,
    )


def sites_with_oxc(
    site_layer: gpd.GeoDataFrame, lit: gpd.GeoSeries, density: Density, count: int, rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Choose the sites where an OXC works today: major, on lit fibre, in the denser half, well apart."""
    xy = shapely.get_coordinates(site_layer.geometry.to_numpy())
    on_lit = shapely.distance(site_layer.geometry.to_numpy(), shapely.union_all(lit.to_numpy())) < ON_LINE_M
    fit = np.flatnonzero(site_layer["major"].to_numpy() & on_lit)
    dense = density.at(xy[fit])
    fit = fit[dense >= np.median(dense)]
    return _mask(len(xy), fit[spread(xy[fit], np.ones(len(fit)), count, rng)])


def access_point_layer(
    graph: RoadGraph, density: Density, count: int, optical_share: float, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return `count` access points at street corners; the densest `optical_share` of them is optical today."""
    corners = graph.vertices_of((*LOCAL, "secondary"))
    corners = corners[graph.degree()[corners] >= 3]
    xy = graph.xy[corners[spread(graph.xy[corners], density.at(graph.xy[corners]), count, rng)]]
    dense = density.at(xy) + rng.normal(0.0, 0.1, count)
    return gpd.GeoDataFrame(
        {
            "id": [f"A{k:03d}" for k in range(1, count + 1)],
            "name": numbered_names(xy, "综合接入点", "access point "),
            "optical": _mask(count, np.argsort(-dense, kind="stable")[: round(optical_share * count)]),
            "source": "assumed",
        },
        geometry=gpd.points_from_xy(*xy.T),
        crs=CRS,
    )
