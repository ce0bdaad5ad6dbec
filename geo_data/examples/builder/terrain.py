"""What lies in the way of new routes: rivers and motorways to cross, low ground, ground that is dear or closed.

Rivers are drawn by hand, motorways are the roads of that class; low ground and zones are made up at places where such
ground is plausible.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_data.examples.builder.rivers import CRS, rivers, to_metres

__all__ = ["hazard_layer", "obstacle_layer", "zone_layer"]

Ring = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class _Area:
    """A made-up area: identifier, name in two languages, corners in degrees, and what its layer says of it."""

    id: str
    name: str
    corners: Ring
    kind: str = "other"
    forbidden: bool = False
    cost_factor: float = 1.0


HAZARDS = (
    _Area(
        "H1",
        "汉口江滩 Hankou bank of the Yangtze",
        (
            (114.2855, 30.5700), (114.2930, 30.5800), (114.3010, 30.5950), (114.3130, 30.6080), (114.3240, 30.6200),
            (114.3170, 30.6240), (114.3050, 30.6120), (114.2940, 30.5990), (114.2860, 30.5850), (114.2800, 30.5730),
        ),
        "flood",
    ),
    _Area(
        "H2",
        "古田汉江边 Gutian bank of the Han",
        ((114.1985, 30.5895), (114.2040, 30.5850), (114.2130, 30.5785), (114.2160, 30.5815), (114.2060, 30.5895)),
        "flood",
    ),
)  # fmt: skip
ZONES = (
    _Area(
        "Z1",
        "东湖风景区 East Lake scenic area",
        (
            (114.385, 30.552), (114.405, 30.553), (114.424, 30.557), (114.426, 30.572), (114.408, 30.583),
            (114.395, 30.573),
        ),
        forbidden=True,
    ),
    _Area(
        "Z2",
        "喻家山 Yujia hills, rock",
        ((114.390, 30.5190), (114.425, 30.5165), (114.440, 30.5240), (114.425, 30.5320), (114.392, 30.5300)),
        cost_factor=2.0,
    ),
    _Area(
        "Z3",
        "古田老工业区 Gutian old works, made ground",
        ((114.1990, 30.5800), (114.2110, 30.5720), (114.2200, 30.5760), (114.2080, 30.5880)),
        cost_factor=1.3,
    ),
)  # fmt: skip


def obstacle_layer(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the rivers, and the motorways among the roads as long lines."""
    waters = rivers()
    motorways = roads.geometry[(roads["class"] == "motorway").to_numpy()].to_numpy()
    lines = shapely.get_parts(shapely.line_merge(shapely.union_all(motorways)))
    bounds = shapely.bounds(lines)
    lines = lines[np.lexsort(bounds.T[::-1])] if len(lines) else lines
    table = pd.DataFrame(
        {
            "id": [*(f"W{k}" for k in range(1, len(waters) + 1)), *(f"M{k:03d}" for k in range(1, len(lines) + 1))],
            "name": [*waters, *[""] * len(lines)],
            "kind": [*["water"] * len(waters), *["motorway"] * len(lines)],
            "source": [*["assumed"] * len(waters), *["OpenStreetMap"] * len(lines)],
        }
    )
    return _near(gpd.GeoDataFrame(table, geometry=[*waters.values(), *lines], crs=CRS), roads)


def hazard_layer(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the hazard areas that the roads reach."""
    table = pd.DataFrame({"id": [a.id for a in HAZARDS], "name": [a.name for a in HAZARDS]})
    table = table.assign(kind=[a.kind for a in HAZARDS], source="assumed")
    return _near(gpd.GeoDataFrame(table, geometry=_shapes(HAZARDS), crs=CRS), roads)


def zone_layer(roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the zones that the roads reach."""
    table = pd.DataFrame({"id": [a.id for a in ZONES], "name": [a.name for a in ZONES]})
    table = table.assign(
        forbidden=[a.forbidden for a in ZONES], cost_factor=[a.cost_factor for a in ZONES], source="assumed"
    )
    return _near(gpd.GeoDataFrame(table, geometry=_shapes(ZONES), crs=CRS), roads)


def _shapes(areas: tuple[_Area, ...]) -> list[shapely.Polygon]:
    """Polygons in metres."""
    return [shapely.Polygon(to_metres(np.array(area.corners))) for area in areas]


def _near(layer: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Features within the extent of the roads."""
    return layer[layer.intersects(shapely.box(*roads.total_bounds))].reset_index(drop=True)
