"""Map layers of the ground that routes run over: water and other obstacles, zones, hazard areas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

from geo_data.maps.palette import BLACK, GREY, ORANGE, PURPLE, SKY
from geo_data.maps.style import MapLayer, Style

if TYPE_CHECKING:
    from optimizer.problem import Problem

__all__ = ["ground_layers"]

_GROUND = "Surroundings"


def ground_layers(problem: Problem) -> list[MapLayer]:
    """Return what the planner gave of the ground, lowest first: it is why routes go round, cost more or share a risk.

    Water and forbidden zones are shown at first, the others can be switched on.
    """
    around = problem.network.surroundings
    return [*_obstacles(around.get("obstacles")), *_zones(around.get("zones")), *_hazards(around.get("hazards"))]


def _obstacles(frame: gpd.GeoDataFrame | None) -> list[MapLayer]:
    """Water as areas or lines; railways and motorways as lines."""
    if frame is None or not len(frame):
        return []
    water = (frame["kind"] == "water").to_numpy()
    area = frame.geometry.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()
    tooltip = (("name", "Name"), ("kind", "Kind"))
    looks = (
        ("water_areas", "Water", water & area, Style("polygon", SKY, 0.8, opacity=0.25), True),
        ("water_lines", "Watercourse", water & ~area, Style("line", SKY, 1.6), True),
        ("obstacle_lines", "Railway or motorway to cross", ~water, Style("line", GREY, 1.4, dash=(6.0, 2.0)), False),
    )
    return [
        MapLayer(name, title, _GROUND, frame[rows], style, tooltip, visible=shown, base=True)
        for name, title, rows, style, shown in looks
        if rows.any()
    ]


def _zones(frame: gpd.GeoDataFrame | None) -> list[MapLayer]:
    """Forbidden zones, and those where digging costs more or less."""
    if frame is None or not len(frame):
        return []
    forbidden = frame["forbidden"].to_numpy(dtype=np.bool_)
    tooltip = (("name", "Name"), ("cost_factor", "Trench price, times the usual"))
    shut, priced = Style("polygon", BLACK, 1.2, opacity=0.12), Style("polygon", ORANGE, 1.2, opacity=0.15)
    looks = (
        ("zones_forbidden", "Zone closed to new routes", forbidden, shut, True),
        ("zones_priced", "Zone with another trench price", ~forbidden, priced, False),
    )
    return [
        MapLayer(name, title, _GROUND, frame[rows], style, tooltip, visible=shown, base=True)
        for name, title, rows, style, shown in looks
        if rows.any()
    ]


def _hazards(frame: gpd.GeoDataFrame | None) -> list[MapLayer]:
    """Hazard areas."""
    if frame is None or not len(frame):
        return []
    style = Style("polygon", PURPLE, 1.2, opacity=0.2)
    tooltip = (("name", "Name"), ("kind", "Kind"))
    return [MapLayer("hazard_areas", "Hazard area", _GROUND, frame, style, tooltip, visible=False, base=True)]
