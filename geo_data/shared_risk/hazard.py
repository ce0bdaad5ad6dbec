"""Links in one hazard area: a flood or a landslide that cuts one may cut all."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geo_data.shared_risk.group import Group

__all__ = ["hazards"]

INSIDE_M = 1.0
"""A link that has less than this in an area touches it."""


def hazards(links: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> list[Group]:
    """Return a group of the links with a part in each hazard area, in order of the areas' ids."""
    if not len(areas):
        return []
    lines, shapes = links.geometry.to_numpy(), areas.geometry.to_numpy()
    area, link = shapely.STRtree(lines).query(shapes, predicate="intersects")
    inside = shapely.length(shapely.intersection(lines[link], shapes[area])) >= INSIDE_M
    link, name = link[inside], areas["id"].to_numpy(dtype=str)[area[inside]]
    found = []
    for row in areas.drop_duplicates("id").sort_values("id", kind="stable").itertuples():
        members = frozenset(int(k) for k in link[name == str(row.id)])
        km = float(np.asarray(links["length_km"])[sorted(members)].sum())
        words = f"{row.kind} area {row.name or row.id}, links of {km:,.1f} km"
        found.append(Group("hazard", words, members, f"hazard-{row.id}"))
    return found
