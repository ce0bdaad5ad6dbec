"""Crossings of railways, waters and motorways by new routes, counted from the geometry.

Two prices belong to a crossing, and neither is charged twice. The *permit* and what is fixed about it: one for every
crossing that is counted here, on a bridge or not. The *metre price* over water: a stretch over a water area is priced
as bridge or bore, whether the planner marked it as a bridge or not (``over_water``); what is marked keeps its class.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.datum import geodesic_km
from geo_data.findings import Finding, counted
from geo_data.network.cut import cut_new, line_parts
from geo_data.network.routes import BRIDGE_SUFFIX, Routes

if TYPE_CHECKING:
    from geo_data.region import Region

__all__ = ["count_crossings", "over_water"]

PROBE_M = 5.0
"""A route crosses a line when it is off the line this far before and after, ..."""
OFF_M = 0.5
"""... by more than this: one that ends at the line, or runs along it, does not cross it."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def over_water(routes: Routes, region: Region) -> Routes:
    """Return the routes with new stretches over water areas in the class of bridges, cut at the banks."""
    obstacles = region.layers["obstacles"]
    water = obstacles[(obstacles["kind"] == "water").to_numpy() & _is_area(obstacles)]
    if not len(water):
        return routes
    routes, wet = cut_new(routes, shapely.union_all(water.geometry.to_numpy()), column="bridge")
    if not wet.any():
        return routes
    table = routes.table.copy()
    table.loc[wet, "class"] = table.loc[wet, "class"] + BRIDGE_SUFFIX
    km = float(geodesic_km(routes.lines[wet], region.crs).sum()) * region.settings.slack
    count = int(table.loc[wet, "id"].nunique())
    words = counted(count, "candidate route")
    found = f"{words} over water and not marked as bridge: {km:,.2f} km laid are priced as bridge or bore."
    told = Finding("note", "water-unmarked", found, file=region.file_of("obstacles"), layer="obstacles", count=count)
    return replace(routes, table=table, findings=(*routes.findings, told))


def count_crossings(lines: NDArray[np.object_], obstacles: gpd.GeoDataFrame, gap_m: float) -> pd.DataFrame | None:
    """Return how many obstacles every line crosses: one row a line, one column a kind; None without obstacles.

    Parameters
    ----------
    lines
        LineStrings in metres.
    obstacles
        The layer: ``kind`` and lines or areas.
    gap_m
        Crossings of one kind that follow each other within this are one: the tracks of a line, both carriageways.

    Notes
    -----
    A line obstacle counts where the route passes from one side to the other, an area once for every stretch in it.
    A route that ends in an area crosses it too: somebody has to grant the permit.
    """
    if not len(obstacles):
        return None
    kinds, kind = np.unique(obstacles["kind"].to_numpy(dtype=str), return_inverse=True)
    shapes = obstacles.geometry.to_numpy()
    obstacle, route = shapely.STRtree(lines).query(shapes, predicate="intersects")
    area = _is_area(obstacles)[obstacle]
    found = [
        _through(lines, shapes, route[area], obstacle[area]),
        _across(lines, shapes, route[~area], obstacle[~area]),
    ]
    row, what, start, end = (np.concatenate(column) for column in zip(*found, strict=True))
    counts = np.zeros((len(lines), len(kinds)), dtype=np.int64)
    first = _first_of_each(row * len(kinds) + kind[what], start, end, gap_m)
    np.add.at(counts, (first // len(kinds), first % len(kinds)), 1)
    return pd.DataFrame(counts, columns=kinds.tolist())


def _is_area(obstacles: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Which obstacles are areas."""
    return np.asarray(shapely.get_dimensions(obstacles.geometry.to_numpy()) == 2, dtype=np.bool_)


def _through(
    lines: NDArray[np.object_], shapes: NDArray[np.object_], route: Ints, obstacle: Ints
) -> tuple[Ints, Ints, Floats, Floats]:
    """Stretches of lines in areas: line, obstacle, where the stretch starts and ends in metres along the line."""
    parts, of = line_parts(shapely.intersection(lines[route], shapes[obstacle]))
    keep = shapely.length(parts) > OFF_M
    parts, of = parts[keep], of[keep]
    one = shapely.line_locate_point(lines[route[of]], shapely.get_point(parts, 0))
    other = shapely.line_locate_point(lines[route[of]], shapely.get_point(parts, -1))
    return route[of].astype(np.int64), obstacle[of].astype(np.int64), np.minimum(one, other), np.maximum(one, other)


def _across(
    lines: NDArray[np.object_], shapes: NDArray[np.object_], route: Ints, obstacle: Ints
) -> tuple[Ints, Ints, Floats, Floats]:
    """Points where lines pass from one side of a line obstacle to the other."""
    met = shapely.intersection(lines[route], shapes[obstacle])
    xy, of = shapely.get_coordinates(met, return_index=True)
    line, barrier = lines[route[of]], shapes[obstacle[of]]
    along = np.asarray(shapely.line_locate_point(line, shapely.points(xy)), dtype=np.float64)
    crosses = _off(line, barrier, along - PROBE_M) & _off(line, barrier, along + PROBE_M)
    of, along = of[crosses], along[crosses]
    return route[of].astype(np.int64), obstacle[of].astype(np.int64), along, along


def _off(line: NDArray[np.object_], barrier: NDArray[np.object_], along: Floats) -> NDArray[np.bool_]:
    """Whether the line is off the barrier at a place; its end where the place is beyond it."""
    place = shapely.line_interpolate_point(line, np.clip(along, 0.0, shapely.length(line)))
    return np.asarray(shapely.distance(place, barrier) > OFF_M, dtype=np.bool_)


def _first_of_each(key: Ints, start: Floats, end: Floats, gap_m: float) -> Ints:
    """Key of every run of stretches that follow each other within the gap."""
    order = np.lexsort([start, key])
    key, start, end = key[order], start[order], end[order]
    if not len(key):
        return key
    far = float(end.max()) + gap_m + 1.0  # keys are laid one after the other, so that one running maximum serves all
    rank = np.unique(key, return_inverse=True)[1]
    start, end = start + rank * far, end + rank * far
    reached = np.maximum.accumulate(end)
    new = np.concatenate([[True], start[1:] - reached[:-1] > gap_m])
    return np.asarray(key[new], dtype=np.int64)
