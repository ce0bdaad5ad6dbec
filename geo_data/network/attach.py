"""Where centers, metro sites and access points meet the routes.

Rule: everything goes to the nearest point of the nearest route that is no bridge. A metro site goes to existing fibre
instead when that is within the attach limit and at most ``prefer_fibre_m`` farther than the nearest route of any kind.
A center or access point with equipment in service goes to existing fibre wherever that is within the attach limit: it
is tied to it today.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.checks.report import thing
from geo_data.datum import lonlat
from geo_data.findings import Finding
from geo_data.network.gather import gather_routes
from geo_data.network.routes import Routes
from geo_data.network.zones import cut_off_by_zones
from geo_data.region import Region
from geo_data.repair.nearest import feet, nearest_lines
from geo_data.schema import layer_spec

__all__ = ["FACILITY_LAYERS", "LEAD_IN_APART_M", "Attachment", "attach", "check_attach", "more_points"]

FACILITY_LAYERS = ("centers", "metro_sites", "access_points")
"""Layers whose features become nodes."""
LEAD_IN_APART_M = 20.0
"""Two lead-ins of one center meet the routes at least this far from each other."""


@dataclass(frozen=True)
class Attachment:
    """Nearest points on routes.

    Parameters
    ----------
    xy
        The points, shape (features, 2), in metres.
    route
        Row of the route in ``Routes``, shape (features,).
    distance_m
        From the feature to the point, shape (features,).
    tied
        True for a center or access point in service that meets existing fibre, shape (features,).
    """

    xy: NDArray[np.float64]
    route: NDArray[np.int64]
    distance_m: NDArray[np.float64]
    tied: NDArray[np.bool_]


def attach(region: Region, routes: Routes, layer: str) -> Attachment:
    """Return where the features of one layer meet the routes."""
    points = region.layers[layer].geometry.to_numpy()
    bridge, existing = routes.table["bridge"].to_numpy(dtype=bool), routes.table["existing"].to_numpy(dtype=bool)
    nearest = _nearest(points, routes, ~bridge if (~bridge).any() else bridge)
    in_service = _in_service(region, layer)
    if not existing.any() or not len(points):
        return nearest
    fibre = _nearest(points, routes, existing & ~bridge if (existing & ~bridge).any() else existing)
    settings = region.settings
    detour = np.where(in_service, np.inf, settings.prefer_fibre_m if layer == "metro_sites" else -np.inf)
    take = (fibre.distance_m <= settings.attach_limit_m) & (fibre.distance_m <= nearest.distance_m + detour)
    return Attachment(
        np.where(take[:, None], fibre.xy, nearest.xy),
        np.where(take, fibre.route, nearest.route),
        np.where(take, fibre.distance_m, nearest.distance_m),
        take & in_service,
    )


def _in_service(region: Region, layer: str) -> NDArray[np.bool_]:
    """Centers with export ports and access points with equipment today, shape (features,)."""
    frame = region.layers[layer]
    if layer == "centers":
        ports = frame["export_ports_400g"] + frame["export_ports_other"]
        return np.asarray(ports.to_numpy(dtype=np.float64) > 0, dtype=np.bool_)
    if layer == "access_points":
        return np.asarray(frame["optical"], dtype=np.bool_)
    return np.zeros(len(frame), dtype=np.bool_)


def check_attach(region: Region, routes: Routes | None = None) -> list[Finding]:
    """Return a finding for every facility that is farther from the region's routes than the attach limit.

    Routes that are gathered already need not be gathered again.
    """
    routes = gather_routes(region) if routes is None else routes
    if not len(routes.lines):
        return [
            Finding(
                "error",
                "routes-none",
                "There is no fibre route and no candidate route to plan on.",
                "Give at least one line in fibre_routes or candidate_routes.",
            )
        ]
    found = [f for name in FACILITY_LAYERS for f in _too_far(region, routes, name)]
    return cut_off_by_zones(region, found, check_attach)


def more_points(
    point: shapely.Point, first: NDArray[np.float64], routes: Routes, tree: shapely.STRtree, number: int, limit_m: float
) -> list[NDArray[np.float64]]:
    """Return up to `number` further points where a center may meet the routes, nearest first, apart from each other."""
    rows = np.sort(tree.query(point, predicate="dwithin", distance=limit_m))
    rows = rows[~routes.table["bridge"].to_numpy(dtype=bool)[rows]]
    near = feet(np.full(len(rows), point, dtype=object), routes.lines[rows])
    distance = np.hypot(near[:, 0] - point.x, near[:, 1] - point.y)
    chosen = [first]
    for foot in near[np.argsort(distance, kind="stable")]:
        if len(chosen) <= number and all(np.hypot(*(foot - c)) >= LEAD_IN_APART_M for c in chosen):
            chosen.append(foot)
    return chosen[1:]


def _nearest(points: NDArray[np.object_], routes: Routes, allowed: NDArray[np.bool_]) -> Attachment:
    """Nearest point on the allowed routes; of routes equally near the first."""
    rows = np.flatnonzero(allowed)
    if not len(points) or not len(rows):
        return Attachment(
            np.zeros((len(points), 2)),
            np.zeros(len(points), dtype=np.int64),
            np.full(len(points), np.inf),
            np.zeros(len(points), dtype=np.bool_),
        )
    nearest, distance = nearest_lines(points, routes.lines[rows])
    route = rows[nearest]
    return Attachment(feet(points, routes.lines[route]), route, distance, np.zeros(len(points), dtype=np.bool_))


def _too_far(region: Region, routes: Routes, name: str) -> list[Finding]:
    """Findings for the features of one layer."""
    layer, limit = region.layers[name], region.settings.attach_limit_m
    met = attach(region, routes, name)
    far = np.flatnonzero(met.distance_m > limit)
    places = lonlat(shapely.get_coordinates(layer.geometry.to_numpy()[far]), region.crs)
    existing = routes.table["existing"].to_numpy(dtype=bool)
    return [
        Finding(
            "error",
            "attach-too-far",
            f"{thing(layer_spec(name))} '{layer['id'].iloc[row]}' is {met.distance_m[row]:,.0f} m from the nearest "
            f"{'fibre' if existing[met.route[row]] else 'candidate'} route (limit {limit:g} m).",
            "Move it, add a route, or raise attach_limit_m.",
            file=region.file_of(name),
            layer=name,
            feature=str(layer["id"].iloc[row]),
            lon=float(lon),
            lat=float(lat),
        )
        for row, (lon, lat) in zip(far, places, strict=True)
    ]
