"""Feet: the points where facilities meet the routes, cut into the routes with everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.network.attach import FACILITY_LAYERS, Attachment, attach, more_points
from geo_data.network.noding import Noded, crossing_points, node_lines
from geo_data.network.routes import Routes
from geo_data.region import Region

__all__ = ["Feet", "node_with_feet"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Feet:
    """Points of the noded routes where facilities meet them.

    Parameters
    ----------
    points
        Point of every feature, by facility layer; for centers that of the first lead-in.
    distance_m
        Metres from every feature to that point, by facility layer.
    tied
        True for features whose first lead-in exists today, by facility layer.
    center_owner, center_points
        Row of the center and point of every lead-in of the centers.
    """

    points: Mapping[str, IntArray]
    distance_m: Mapping[str, NDArray[np.float64]]
    tied: Mapping[str, NDArray[np.bool_]]
    center_owner: IntArray
    center_points: IntArray

    def every(self) -> IntArray:
        """All feet, each once."""
        return np.unique(np.concatenate([self.center_points, *self.points.values()]))


def node_with_feet(region: Region, routes: Routes) -> tuple[Noded, Feet]:
    """Cut the routes where they meet each other and where facilities meet them."""
    meets = {name: attach(region, routes, name) for name in FACILITY_LAYERS}
    owner, further = _further_lead_ins(region, routes, meets["centers"])
    extra = [*(meets[name].xy for name in FACILITY_LAYERS), further]
    ends = np.cumsum([len(places) for places in extra])
    if region.settings.node_crossings:
        extra.append(crossing_points(routes.lines, routes.table["bridge"].to_numpy(dtype=bool)))
    noded = node_lines(routes.lines, np.concatenate(extra), region.settings.snap_tolerance_m)
    *groups, more, _ = np.split(noded.extra, ends)
    points = dict(zip(FACILITY_LAYERS, groups, strict=True))
    return noded, Feet(
        points=points,
        distance_m={name: meet.distance_m for name, meet in meets.items()},
        tied={name: meet.tied for name, meet in meets.items()},
        center_owner=np.concatenate([np.arange(len(points["centers"])), owner]),
        center_points=np.concatenate([points["centers"], more]),
    )


def _further_lead_ins(region: Region, routes: Routes, first: Attachment) -> tuple[IntArray, NDArray[np.float64]]:
    """Row of the center and place of every lead-in after the first."""
    number = region.settings.lead_ins - 1
    if not number:
        return np.zeros(0, dtype=np.int64), np.zeros((0, 2))
    tree = shapely.STRtree(routes.lines)
    found = [
        more_points(point, first.xy[row], routes, tree, number, region.settings.attach_limit_m)
        for row, point in enumerate(region.layers["centers"].geometry)
    ]
    owner = np.repeat(np.arange(len(found)), [len(places) for places in found])
    return owner, np.array([xy for places in found for xy in places]).reshape(-1, 2)
