"""Assumed terminal areas: hexagons clipped to where there are streets, with people and access technology."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo_data.examples.builder.rivers import CRS, water
from geo_data.examples.builder.roads import LOCAL, Density, RoadGraph
from geo_data.examples.builder.sites import numbered_names

__all__ = ["terminal_area_layer"]

STREET_REACH_M = 300.0
SMALLEST_SHARE = 0.06
"""Pieces below this share of a hexagon are left out."""
PUBLIC_5G_SHARE, SLICED_5G_SHARE, FGOTN_SHARE = 0.07, 0.18, 0.14
"""Shares of the people by access technology; all others have PON."""


def _hexagons(bounds: NDArray[np.float64], side_m: float) -> list[BaseGeometry]:
    """Hexagons that cover the bounds, column by column."""
    angles = np.deg2rad(np.arange(0, 360, 60))
    corner = side_m * np.column_stack([np.cos(angles), np.sin(angles)])
    west, south, east, north = bounds
    step_x, step_y = 1.5 * side_m, np.sqrt(3) * side_m
    middles = [
        (west + i * step_x, south + (j + 0.5 * (i % 2)) * step_y)
        for i in range(int((east - west) / step_x) + 2)
        for j in range(int((north - south) / step_y) + 2)
    ]
    return [shapely.polygons(corner + np.array(m)) for m in middles]


def _built_up(graph: RoadGraph) -> BaseGeometry:
    """Where there are streets, without the rivers."""
    street = np.isin(graph.road_class, LOCAL)
    lines = shapely.linestrings(np.stack([graph.xy[graph.tail[street]], graph.xy[graph.head[street]]], axis=1))
    ground = shapely.union_all(shapely.buffer(shapely.simplify(lines, 1.0), STREET_REACH_M, quad_segs=2))
    return shapely.difference(ground, water())


def _pieces(area: BaseGeometry, smallest_m2: float) -> list[BaseGeometry]:
    """Return the polygons of an area that are worth a row, without holes, drawn with fewer points."""
    polygons = [shapely.Polygon(p.exterior) for p in shapely.get_parts(area) if p.geom_type == "Polygon"]
    return [shapely.simplify(p, 40.0) for p in polygons if p.area >= smallest_m2]


def terminal_area_layer(
    graph: RoadGraph, density: Density, side_m: float, people: int, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return terminal areas that hold `people` in all.

    Parameters
    ----------
    graph, density
        The roads and how dense they are.
    side_m
        Side of the hexagons.
    people
        Population of all areas together, before rounding to hundreds.
    rng
        Source of chance.
    """
    ground = _built_up(graph)
    bounds = np.concatenate([graph.xy.min(axis=0), graph.xy.max(axis=0)])
    cut = [shapely.intersection(ground, h) for h in _hexagons(bounds, side_m)]
    areas = np.array([p for c in cut for p in _pieces(c, SMALLEST_SHARE * 2.6 * side_m**2)])
    middles = shapely.get_coordinates(shapely.point_on_surface(areas))
    pull = shapely.area(areas) * (density.at(middles) + 0.03) * rng.uniform(0.85, 1.15, len(areas))
    population = np.maximum(np.round(people * pull / pull.sum() / 100) * 100, 100).astype(int)
    return gpd.GeoDataFrame(
        {
            "id": [f"T{k:03d}" for k in range(1, len(areas) + 1)],
            "name": numbered_names(middles, "片区", "area "),
            "population": population,
            "access": _access(population, density.at(middles), rng),
            "source": "assumed",
        },
        geometry=areas,
        crs=CRS,
    )


def _access(population: NDArray[np.int64], dense: NDArray[np.float64], rng: np.random.Generator) -> list[str]:
    """Public 5G at the thin edge, fine-grain OTN in the dense middle, sliced 5G and PON mixed between them."""
    access = np.full(len(population), "pon", dtype=object)
    total = population.sum()
    by_density = np.argsort(dense, kind="stable")
    reached = np.cumsum(population[by_density])
    access[by_density[reached <= PUBLIC_5G_SHARE * total]] = "5g_public"
    from_top = np.cumsum(population[by_density[::-1]])
    access[by_density[::-1][from_top <= FGOTN_SHARE * total]] = "fgotn"
    rest = rng.permutation(np.flatnonzero(access == "pon"))
    access[rest[np.cumsum(population[rest]) <= SLICED_5G_SHARE * total]] = "5g_sa"
    return [str(a) for a in access]
