"""Makes all layers of one example out of the roads."""

from __future__ import annotations

import math
from itertools import combinations

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.examples.builder.areas import terminal_area_layer
from geo_data.examples.builder.centers import center_layer, street_of
from geo_data.examples.builder.districts import DISTRICTS, District
from geo_data.examples.builder.fibre import cable_network, fibre_routes
from geo_data.examples.builder.light import light
from geo_data.examples.builder.places import key_place_layer
from geo_data.examples.builder.plans import ExamplePlan
from geo_data.examples.builder.rivers import CROSSINGS, Crossing, to_metres
from geo_data.examples.builder.roads import Density, RoadGraph, density_of, largest_piece, road_graph
from geo_data.examples.builder.sites import (
    MetroSites,
    access_point_layer,
    choose_bends,
    choose_metro_sites,
    metro_site_layer,
    sites_with_oxc,
)
from geo_data.examples.builder.terrain import hazard_layer, obstacle_layer, zone_layer

__all__ = ["assemble"]

CABLE_SIZES = {True: (144, 288), False: (48, 96, 144)}
"""Fibre pairs in lit and in dark cables."""


def assemble(plan: ExamplePlan, all_roads: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers of an example by name; the same plan and roads always give the same layers."""
    rng = np.random.default_rng(plan.seed)
    roads = _cut(all_roads, plan.box)
    graph = road_graph(roads)
    density = density_of(graph)
    sites = choose_metro_sites(graph, density, plan.metro_sites, rng)
    site_layer = metro_site_layer(graph, sites)
    fibre = _fibre_layer(plan, graph, density, sites, site_layer, rng)
    site_layer["oxc"] = sites_with_oxc(site_layer, fibre.geometry[fibre["lit"]], density, plan.oxcs, rng)
    return {
        "candidate_routes": roads,
        "metro_sites": site_layer,
        "fibre_routes": fibre,
        "centers": center_layer(graph, plan.centers),
        "access_points": access_point_layer(graph, density, plan.access_points, plan.optical_share, rng),
        "key_places": key_place_layer(graph, plan.key_places, rng),
        "terminal_areas": terminal_area_layer(graph, density, plan.hexagon_m, plan.people, rng),
        "obstacles": obstacle_layer(roads),
        "hazards": hazard_layer(roads),
        "zones": zone_layer(roads),
    }


def _cut(roads: gpd.GeoDataFrame, box: tuple[float, float, float, float] | None) -> gpd.GeoDataFrame:
    """Return the largest connected piece of the roads that lie within the box."""
    if box is None:
        return roads
    corners = to_metres(np.array(box).reshape(2, 2))
    return largest_piece(roads[roads.within(shapely.box(*corners.ravel()))].reset_index(drop=True))


def _walk(names: tuple[str, ...], graph: RoadGraph, site_vertices: NDArray[np.int64]) -> list[int]:
    """Road vertices of a ring: the site nearest to each district, both ends of a line of each crossing."""
    walk: list[int] = []
    for name in names:
        crossing = next((c for c in CROSSINGS if c.name_en == name), None)
        if crossing is None:
            district = next(d for d in DISTRICTS if d.name_en == name)
            walk.append(int(site_vertices[_distance(graph, site_vertices, district).argmin()]))
        else:
            walk.extend(sorted(_banks(graph, crossing), key=lambda v: math.dist(graph.xy[v], graph.xy[walk[-1]])))
    return walk


def _banks(graph: RoadGraph, crossing: Crossing) -> tuple[int, int]:
    """Two vertices on the banks between which one carriageway of the crossing runs."""
    wet = np.flatnonzero(graph.bridge == crossing.name)
    lines: nx.Graph[int] = nx.Graph()
    lines.add_edges_from(zip(graph.tail[wet].tolist(), graph.head[wet].tolist(), strict=True))
    first = int(graph.tail[wet[_distance(graph, graph.tail[wet], crossing).argmin()]])
    carriageway = sorted(nx.node_connected_component(lines, first))
    return max(combinations(carriageway, 2), key=lambda p: math.dist(graph.xy[p[0]], graph.xy[p[1]]))


def _distance(graph: RoadGraph, vertices: NDArray[np.int64], place: District | Crossing) -> NDArray[np.float64]:
    """Metres from each vertex to a place."""
    return np.asarray(np.hypot(*(graph.xy[vertices] - to_metres(np.array([[place.lon, place.lat]]))).T))


def _fibre_layer(
    plan: ExamplePlan,
    graph: RoadGraph,
    density: Density,
    sites: MetroSites,
    site_layer: gpd.GeoDataFrame,
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Lay the fibre of the example and fill the columns of its layer."""
    on = sites.vertex[sites.on_fibre]
    bends = choose_bends(graph, density, sites, plan.bends, rng)
    served = street_of(graph, tuple(c for c in plan.centers if c.in_service))
    rings = [(_walk(ring.stops, graph, on), ring.lit) for ring in plan.rings]
    points = np.unique(np.concatenate([on, served, bends]))
    cable = cable_network(graph, points, rings, plan.fibre_km)
    routes = fibre_routes(cable, {*sites.vertex.tolist(), *served.tolist()})
    fast = street_of(graph, tuple(c for c in plan.centers if c.ports_400g > 0))
    lit = light(routes, fast.tolist(), density, plan.lit_share)
    pairs = np.array([rng.choice(CABLE_SIZES[bool(b)]) for b in lit])
    spare = np.floor(pairs * np.where(lit, rng.uniform(0.1, 0.4, len(lit)), rng.uniform(0.4, 0.9, len(lit)))).astype(
        int
    )
    return gpd.GeoDataFrame(
        {
            "id": [f"F{k:03d}" for k in range(1, len(routes) + 1)],
            "name": _route_names(routes, graph, sites, site_layer),
            "fibre_pairs": pairs,
            "spare_pairs": spare,
            "lit": lit,
            "source": "assumed",
        },
        geometry=routes.geometry.to_numpy(),
        crs=routes.crs,
    )


def _route_names(
    routes: gpd.GeoDataFrame, graph: RoadGraph, sites: MetroSites, site_layer: gpd.GeoDataFrame
) -> list[str]:
    """Name each route after the metro sites nearest to its ends."""
    names = site_layer["name"].tolist()
    at_sites = graph.xy[sites.vertex]

    def nearest(vertex: int) -> str:
        return str(names[int(np.hypot(*(at_sites - graph.xy[vertex]).T).argmin())])

    pairs = [(nearest(a), nearest(b)) for a, b in routes[["a", "b"]].to_numpy().tolist()]
    return [a if a == b else f"{a} - {b}" for a, b in pairs]
