"""Feet: the points where facilities meet the routes, made nodes with everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.network.attach import FACILITY_LAYERS, Attachment, attach, more_points
from geo_data.network.routes import Routes
from geo_data.region import Region
from geo_data.repair.drawing import Nodes

__all__ = ["Feet", "Spots", "feet_of", "find_spots"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Spots:
    """Places on the routes as they were drawn where facilities are to meet them.

    Parameters
    ----------
    meets
        Where every feature of each facility layer meets the routes.
    owner
        Row of the center of every further lead-in.
    further
        Where these lead-ins meet the routes, shape (further lead-ins, 2).
    """

    meets: Mapping[str, Attachment]
    owner: IntArray
    further: NDArray[np.float64]

    @property
    def xy(self) -> NDArray[np.float64]:
        """All places, those of the centers first, shape (places, 2)."""
        return np.concatenate([*(self.meets[name].xy for name in FACILITY_LAYERS), self.further])


@dataclass(frozen=True)
class Feet:
    """Nodes of the repaired routes where facilities meet them.

    Parameters
    ----------
    points
        Node of every feature, by facility layer; for centers that of the first lead-in.
    distance_m
        Metres from every feature to that point, by facility layer.
    tied
        True for features whose first lead-in exists today, by facility layer.
    center_owner, center_points
        Row of the center and node of every lead-in of the centers.
    """

    points: Mapping[str, IntArray]
    distance_m: Mapping[str, NDArray[np.float64]]
    tied: Mapping[str, NDArray[np.bool_]]
    center_owner: IntArray
    center_points: IntArray

    def every(self) -> IntArray:
        """All feet, each once."""
        return np.unique(np.concatenate([self.center_points, *self.points.values()]))


def find_spots(region: Region, routes: Routes) -> Spots:
    """Return where facilities meet the routes."""
    meets = {name: attach(region, routes, name) for name in FACILITY_LAYERS}
    return Spots(meets, *_further_lead_ins(region, routes, meets["centers"]))


def feet_of(spots: Spots, nodes: Nodes) -> Feet:
    """Return the nodes that the spots became; the marks of the nodes are the spots' places."""
    ends = np.cumsum([len(spots.meets[name].xy) for name in FACILITY_LAYERS])
    *groups, more = np.split(nodes.mark, ends)
    points = dict(zip(FACILITY_LAYERS, groups, strict=True))
    return Feet(
        points=points,
        distance_m={name: meet.distance_m for name, meet in spots.meets.items()},
        tied={name: meet.tied for name, meet in spots.meets.items()},
        center_owner=np.concatenate([np.arange(len(points["centers"])), spots.owner]),
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
