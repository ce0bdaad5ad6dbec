"""Parts of the city, one sheet each: its districts where the project names a few, else the cells of a grid."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from optimizer.report import frames

if TYPE_CHECKING:
    from geo_data.maps.paper.sheet import Window
    from optimizer.report.sections import Context

__all__ = ["Part", "framed", "parts_of_city"]

_MOST_DISTRICTS = 16
_CELLS = 3  # along the longer side
_ASPECT = 1.12  # width over height of the map on an A3 sheet in landscape
_AROUND = 1.06
_LEAST_M = 2000.0


@dataclass(frozen=True)
class Part:
    """A part of the city: its key and name, and its window in metres."""

    key: str
    name: str
    window: Window


def parts_of_city(context: Context) -> tuple[Part, ...]:
    """Return the parts in which the plan adds something; none where the whole city is as small as one of them.

    Terminal areas are taken for districts when they are areas and no more than sixteen.
    """
    new = _new_things(context)
    if new.empty:
        return ()
    areas = context.problem.network.terminal_areas
    if 1 < len(areas) <= _MOST_DISTRICTS and (areas.geom_type.isin(["Polygon", "MultiPolygon"])).all():
        return _districts(areas, new)
    return _grid(new)


def _new_things(context: Context) -> gpd.GeoSeries:
    """Return what the plan builds, lights or equips."""
    problem, state = context.problem, context.state
    links = frames.links_frame(problem, state)
    picked = [links.geometry[links["state"].isin(["built", "newly_lit"])]]
    for frame in (frames.sites_frame(problem, state), frames.centers_frame(problem, state)):
        picked.append(frame.geometry[frame["status"] == "new"])
    return gpd.GeoSeries(pd.concat(picked, ignore_index=True), crs=problem.network.crs)


def _districts(areas: gpd.GeoDataFrame, new: gpd.GeoSeries) -> tuple[Part, ...]:
    rows = []
    for key, name, shape in zip(areas["id"], areas["name"], areas.geometry, strict=True):
        if new.intersects(shape).any():
            rows.append(Part(str(key), str(name) or str(key), framed(shape.bounds, _AROUND, _LEAST_M)))
    return tuple(rows)


def _grid(new: gpd.GeoSeries) -> tuple[Part, ...]:
    """Return the cells of a grid over the plan that hold something new, named A1, A2, ... from the north-west."""
    x0, y0, x1, y1 = new.total_bounds
    width = max((x1 - x0) / _CELLS, (y1 - y0) / _CELLS * _ASPECT, _LEAST_M)
    height = width / _ASPECT
    columns, rows = int(np.ceil((x1 - x0) / width - 1e-9)), int(np.ceil((y1 - y0) / height - 1e-9))
    if columns * rows <= 1:
        return ()
    left, top = (x0 + x1 - columns * width) / 2, (y0 + y1 + rows * height) / 2
    parts = []
    for row in range(rows):
        for column in range(columns):
            cell = (left + column * width, top - (row + 1) * height, left + (column + 1) * width, top - row * height)
            if len(new.cx[cell[0] : cell[2], cell[1] : cell[3]]):
                key = f"{ascii_uppercase[row]}{column + 1}"
                parts.append(Part(key, key, cell))
    return tuple(parts)


def framed(bounds: Window, around: float, least_m: float) -> Window:
    """Return bounds, `around` times as wide and high, and neither below `least_m`, what a map is good for."""
    x0, y0, x1, y1 = bounds
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    wide, high = (max(side * around, least_m) / 2 for side in (x1 - x0, y1 - y0))
    return (x - wide, y - high, x + wide, y + high)
