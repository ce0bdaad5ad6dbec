"""Map layers of the ground that routes run over: water and other obstacles, zones, hazard areas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.maps.palette import BLACK, GREY, ORANGE, PURPLE, SKY
from geo_data.maps.style import MapLayer, Style

if TYPE_CHECKING:
    from optimizer.problem import Problem

__all__ = ["ground_layers"]

_GROUND = "Surroundings"
_Look: TypeAlias = tuple[str, str, NDArray[np.bool_], Style, bool]
"""Name, title, rows, style, whether it is shown at first."""


def ground_layers(problem: Problem) -> list[MapLayer]:
    """Return what the planner gave of the ground, lowest first: it is why routes go round, cost more or share a risk.

    Water and forbidden zones are shown at first, the others can be switched on.
    """
    around = problem.network.surroundings
    parts = (("obstacles", _obstacles), ("zones", _zones), ("hazards", _hazards))
    return [layer for name, layers in parts if name in around for layer in layers(around[name])]


def _obstacles(frame: gpd.GeoDataFrame) -> list[MapLayer]:
    """Water, and railways and motorways; areas and lines apart, since a layer of a map holds one kind."""
    water = (frame["kind"] == "water").to_numpy()
    area = shapely.get_dimensions(frame.geometry.to_numpy()) == 2
    dashed = (6.0, 2.0)
    looks = (
        ("water_areas", "Water", water & area, Style("polygon", SKY, 0.8, opacity=0.25), True),
        ("water_lines", "Watercourse", water & ~area, Style("line", SKY, 1.6), True),
        ("obstacle_areas", "Railway or motorway area", ~water & area, Style("polygon", GREY, 1.4, dashed, 0.2), False),
        ("obstacle_lines", "Railway or motorway to cross", ~water & ~area, Style("line", GREY, 1.4, dashed), False),
    )
    return _layers(frame, (("name", "Name"), ("kind", "Kind")), looks)


def _zones(frame: gpd.GeoDataFrame) -> list[MapLayer]:
    """Forbidden zones, and those where digging costs more or less."""
    forbidden = frame["forbidden"].to_numpy(dtype=np.bool_)
    shut, priced = Style("polygon", BLACK, 1.2, opacity=0.12), Style("polygon", ORANGE, 1.2, opacity=0.15)
    looks = (
        ("zones_forbidden", "Zone closed to new routes", forbidden, shut, True),
        ("zones_priced", "Zone with another trench price", ~forbidden, priced, False),
    )
    return _layers(frame, (("name", "Name"), ("cost_factor", "Trench price, times the usual")), looks)


def _hazards(frame: gpd.GeoDataFrame) -> list[MapLayer]:
    """Hazard areas."""
    style = Style("polygon", PURPLE, 1.2, opacity=0.2)
    looks = (("hazard_areas", "Hazard area", np.ones(len(frame), dtype=np.bool_), style, False),)
    return _layers(frame, (("name", "Name"), ("kind", "Kind")), looks)


def _layers(frame: gpd.GeoDataFrame, tooltip: tuple[tuple[str, str], ...], looks: Iterable[_Look]) -> list[MapLayer]:
    """One background layer a look."""
    return [
        MapLayer(name, title, _GROUND, frame[rows], style, tooltip, visible=shown, base=True)
        for name, title, rows, style, shown in looks
    ]
