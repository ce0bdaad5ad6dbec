"""Project folders of cities beside the shipped example: real roads, the rest assumed by the example's own recipe.

Sites, fibre and lit fibre come from the parts of the example's builder that know no city; centers, places and terminal
areas are spread by how dense the streets are, for nothing is drawn by hand here.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray

from benchmarks.neatnet_data import CACHE, roads_file
from geo_data.examples.builder.fibre import cable_network, fibre_routes
from geo_data.examples.builder.light import light
from geo_data.examples.builder.places import KINDS
from geo_data.examples.builder.roads import LOCAL, MAIN, Density, RoadGraph, density_of, largest_piece, road_graph
from geo_data.examples.builder.sites import MetroSites, choose_bends, choose_metro_sites, sites_with_oxc
from geo_data.examples.builder.source import GRID_M
from geo_data.examples.builder.spread import spread

__all__ = ["CITIES", "City", "build_city", "city_folder"]

VERSION = 1
"""Part of the folder's name: raise it when the recipe changes, so that old folders are left alone."""
SETBACK_M = 40.0
"""How far a center or place stands from its street corner, at most, in each direction."""
RING_STOPS = 12
OXCS, LIT_SHARE, FIBRE_SHARE, BENDS_PER_KM = 6, 0.5, 0.2, 0.026
"""OXCs of today, share of the fibre that is lit, fibre over all road before dead ends are taken back, crossroads."""
AREA_M = 3000.0
PEOPLE = 1_000_000


@dataclass(frozen=True)
class City:
    """A city of the road data: its folder there, title, and the size of the plan (sites, major, off fibre)."""

    folder: str
    title: str
    metro_sites: tuple[int, int, int] = (120, 64, 16)
    access_points: int = 400
    key_places: int = 1500
    seed: int = 2027


CITIES: Mapping[str, City] = {
    "liege": City("liege_1656", "Liège"),
    "auckland": City("auckland_869", "Auckland"),
    "slc": City("slc_4881", "Salt Lake City"),
}

RACKS = (
    12000, 8000, 5200, 3600, 2800, 2600, 2400, 2200, 2000, 1800, 1800, 1600, 1500, 1400, 1200, 1000,
    800, 700, 650, 600, 500, 400, 300, 300,
)  # fmt: skip
"""Of the centers, those of the shipped example: 4 large, 12 medium, 8 small."""
PORTS_400G = (4, 2, 0, 0, 2)
"""400G ports of the first centers today; the others have none."""
UNBUILT = 3
"""Every third center has no other port: it is under construction."""


def city_folder(name: str) -> Path:
    """Return the project folder of a city, kept in the cache; built on first use, and said so."""
    target = CACHE / f"city-{name}-{VERSION}"
    if not target.is_dir():
        print(f"Building the project of {CITIES[name].title} in {target} ...", file=sys.stderr)
        CACHE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            build_city(
                CITIES[name], gpd.read_parquet(roads_file(f"{CITIES[name].folder}/original.parquet")), Path(folder)
            )
            shutil.copytree(folder, f"{folder}-whole")
            Path(f"{folder}-whole").replace(target)
    return target


def build_city(city: City, table: gpd.GeoDataFrame, folder: Path) -> None:
    """Write layers and project file of a city into a folder; the same roads and seed give the same layers."""
    for name, layer in _layers(city, table).items():
        layer.to_parquet(folder / f"{name}.parquet", index=False)
    (folder / "project.toml").write_text(_project_file(city), encoding="utf-8")


def _layers(city: City, table: gpd.GeoDataFrame) -> dict[str, gpd.GeoDataFrame]:
    """Return the layers by name."""
    rng = np.random.default_rng(city.seed)
    roads = _roads(table)
    graph = road_graph(roads)
    density = density_of(graph)
    sites = choose_metro_sites(graph, density, city.metro_sites, rng)
    site_xy = graph.xy[sites.vertex]
    corners = graph.vertices_of(MAIN + LOCAL)
    at = corners[spread(graph.xy[corners], density.at(graph.xy[corners]), len(RACKS), rng)][rng.permutation(len(RACKS))]
    fibre = _fibre(graph, density, sites, at, rng).set_crs(roads.crs, allow_override=True)
    site_layer = _points(site_xy, "S", roads.crs).assign(major=sites.major, oxc=False)
    site_layer["oxc"] = sites_with_oxc(site_layer, fibre.geometry[fibre["lit"]], density, OXCS, rng)
    return {
        "candidate_routes": roads,
        "metro_sites": site_layer,
        "fibre_routes": fibre,
        "centers": _centers(graph.xy[at], roads.crs, rng),
        "access_points": _access_points(graph, density, city.access_points, roads.crs, rng),
        "key_places": _key_places(graph, density, city.key_places, roads.crs, rng),
        "terminal_areas": _terminal_areas(graph, density, roads.crs, rng),
    }


def _roads(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the largest piece of the roads as candidate routes."""
    lines = shapely.transform(table.geometry.to_numpy(), lambda xy: np.round(xy / GRID_M) * GRID_M)
    columns = {
        "id": [f"w{k:06d}" for k in range(len(table))],
        "name": "",
        "class": table["highway"].astype(str).to_numpy(),
        "bridge": False,
        "source": "OpenStreetMap",
    }
    roads = gpd.GeoDataFrame(columns, geometry=lines, crs=table.crs)
    return largest_piece(roads[roads.length > 0.0].reset_index(drop=True))


def _points(xy: NDArray[np.float64], letter: str, crs: object) -> gpd.GeoDataFrame:
    """Return numbered, assumed points."""
    ids = [f"{letter}{k:04d}" for k in range(1, len(xy) + 1)]
    points = gpd.points_from_xy(*xy.T)
    return gpd.GeoDataFrame({"id": ids, "name": ids, "source": "assumed"}, geometry=points, crs=crs)


def _fibre(
    graph: RoadGraph,
    density: Density,
    sites: MetroSites,
    centers: NDArray[np.int64],
    rng: np.random.Generator,
) -> gpd.GeoDataFrame:
    """Lay a lit ring through sites all around, tie in the rest, light what is dense."""
    on = sites.vertex[sites.on_fibre]
    road_km = float(graph.length_m.sum()) / 1000
    bends = choose_bends(graph, density, sites, round(BENDS_PER_KM * road_km), rng)
    served = centers[[k for k in range(len(centers)) if (k + 1) % UNBUILT]]
    points = np.unique(np.concatenate([on, served, bends]))
    ring = _ring(graph, on)
    cable = cable_network(graph, points, [(ring, True)], FIBRE_SHARE * road_km)
    routes = fibre_routes(cable, {*on.tolist(), *served.tolist()})
    fast = [v for v, n in zip(centers.tolist(), PORTS_400G, strict=False) if n]
    lit = light(routes, _joined(routes, ring[0], fast), density, LIT_SHARE)
    pairs = rng.choice((48, 96, 144, 288), len(routes))
    return routes.drop(columns=["a", "b"]).assign(
        id=[f"F{k:04d}" for k in range(1, len(routes) + 1)], fibre_pairs=pairs, spare_pairs=pairs // 4, lit=lit,
        source="assumed",
    )  # fmt: skip


def _joined(routes: gpd.GeoDataFrame, start: int, vertices: list[int]) -> list[int]:
    """Return those of the vertices that the fibre joins to `start`."""
    net: nx.Graph[int] = nx.Graph(zip(routes["a"].tolist(), routes["b"].tolist(), strict=True))
    joined = nx.node_connected_component(net, start)
    return [v for v in vertices if v in joined]


def _ring(graph: RoadGraph, vertices: NDArray[np.int64]) -> list[int]:
    """Return vertices around the middle of all, one a sector, each the one nearest to the usual distance."""
    away = graph.xy[vertices] - graph.xy[vertices].mean(axis=0)
    sector = ((np.arctan2(away[:, 1], away[:, 0]) + np.pi) / (2 * np.pi) * RING_STOPS).astype(int) % RING_STOPS
    far = np.abs(np.hypot(*away.T) - np.median(np.hypot(*away.T)))
    inside = [np.flatnonzero(sector == s) for s in range(RING_STOPS)]
    return [int(vertices[members[far[members].argmin()]]) for members in inside if len(members)]


def _centers(corners: NDArray[np.float64], crs: object, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the centers, each a little off its corner."""
    fast = np.zeros(len(RACKS), dtype=np.int64)
    fast[: len(PORTS_400G)] = PORTS_400G
    other = np.where((np.arange(1, len(RACKS) + 1) % UNBUILT) > 0, 4, 0)
    return _points(corners + rng.uniform(-SETBACK_M, SETBACK_M, corners.shape), "C", crs).assign(
        racks=RACKS, export_ports_400g=fast, export_ports_other=other, export_gbps_other=100.0 * other
    )


def _access_points(
    graph: RoadGraph, density: Density, count: int, crs: object, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return access points at street corners; those where the city is densest are optical today."""
    corners = graph.vertices_of((*LOCAL, "secondary"))
    corners = corners[graph.degree()[corners] >= 3]
    xy = graph.xy[corners[spread(graph.xy[corners], density.at(graph.xy[corners]), count, rng)]]
    return _points(xy, "A", crs).assign(optical=density.at(xy) > np.quantile(density.at(xy), 0.65))


def _key_places(
    graph: RoadGraph, density: Density, count: int, crs: object, rng: np.random.Generator
) -> gpd.GeoDataFrame:
    """Return key places beside streets, more where the city is dense, their kinds dealt by chance."""
    corners = graph.vertices_of(MAIN + LOCAL)
    pull = density.at(graph.xy[corners]) + 0.02
    xy = graph.xy[rng.choice(corners, count, replace=False, p=pull / pull.sum())]
    kinds = rng.choice(sorted(KINDS), count)
    people = [int(rng.integers(*KINDS[str(k)].people)) for k in kinds]
    return _points(xy + rng.uniform(-SETBACK_M, SETBACK_M, xy.shape), "P", crs).assign(
        kind=kinds, weight=[KINDS[str(k)].weight for k in kinds], population=people
    )


def _terminal_areas(graph: RoadGraph, density: Density, crs: object, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return squares that hold streets, with people as they are dense and access by chance."""
    corners = graph.xy[graph.vertices_of(LOCAL)]
    cells, number = np.unique(np.floor(corners / AREA_M).astype(np.int64), axis=0, return_counts=True)
    southwest = np.asarray(cells[number >= 20] * AREA_M, dtype=np.float64)
    middles = southwest + AREA_M / 2
    pull = density.at(middles) + 0.03
    people = np.maximum(np.round(PEOPLE * pull / pull.sum() / 100) * 100, 100).astype(int)
    access = rng.choice(("pon", "5g_public", "5g_sa", "fgotn"), len(middles), p=(0.61, 0.07, 0.18, 0.14))
    areas = _points(middles, "T", crs).assign(population=people, access=access)
    return areas.set_geometry(shapely.box(*southwest.T, *(southwest + AREA_M).T), crs=crs)


def _project_file(city: City) -> str:
    """Return the text of project.toml: the goals of the shipped example."""
    layers = ("centers", "metro_sites", "access_points", "key_places", "terminal_areas", "fibre_routes",
              "candidate_routes")  # fmt: skip
    head = [
        "[project]",
        f'name = "{city.title}"',
        'currency = "CNY"',
        'credits = ["Roads © OpenStreetMap contributors, ODbL 1.0 (by way of neatnet 0.1.6)"]',
        'assumed = "All but the roads is assumed: made up by rule and chance for a benchmark, surveyed by nobody."',
        "",
    ]
    files = [f'[layers.{name}]\nfile = "{name}.parquet"\n' for name in layers]
    goals = [
        "[requirements.interconnect_latency]\nlimit_us = 1000\nshare = 1.0\n",
        "[requirements.export_400g]\nshare = 0.5\n",
        "[requirements.oxc_share]\nshare = 0.5\n",
        "[requirements.latency_circle]\nlimit_us = 1000\nshare = 0.7\n",
        "[requirements.terminal_latency]\nlimit_us = 10000\nshare = 0.8\n",
    ]
    return "\n".join([*head, *files, *goals])
