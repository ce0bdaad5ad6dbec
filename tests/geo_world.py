"""Small worlds for the geodata tests: drawn in metres around a corner near Wuhan, written as project files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from pyproj import CRS

import geo_data

UTM = CRS.from_epsg(32650)
EAST, NORTH = 240_000.0, 3_380_000.0
"""Corner of the drawing sheet; sheet coordinates are metres from here."""

Place = tuple[float, float]


def at(x: float, y: float) -> shapely.Point:
    """Point at sheet coordinates."""
    return shapely.Point(EAST + x, NORTH + y)


def line(*places: Place) -> shapely.LineString:
    """Line through sheet coordinates."""
    return shapely.LineString([(EAST + x, NORTH + y) for x, y in places])


def points(places: Mapping[str, Place], **columns: Any) -> gpd.GeoDataFrame:
    """Point layer from ids and places."""
    table = pd.DataFrame({"id": list(places), **columns})
    return gpd.GeoDataFrame(table, geometry=[at(*p) for p in places.values()], crs=UTM)


def lines(ways: Mapping[str, Sequence[Place]], **columns: Any) -> gpd.GeoDataFrame:
    """Line layer from ids and ways."""
    table = pd.DataFrame({"id": list(ways), **columns})
    return gpd.GeoDataFrame(table, geometry=[line(*w) for w in ways.values()], crs=UTM)


def region(layers: Mapping[str, gpd.GeoDataFrame], **settings: Any) -> geo_data.Region:
    """Region straight from layers, without files; missing columns and layers are filled in from the schema."""
    full = {spec.name: _complete(spec, layers.get(spec.name)) for spec in geo_data.LAYERS}
    return geo_data.Region("test", full, {}, UTM, geo_data.NetworkSettings(**settings))


def network(layers: Mapping[str, gpd.GeoDataFrame], **settings: Any) -> geo_data.Network:
    """Network straight from layers; slack is 1 unless stated."""
    return geo_data.build_network(region(layers, **{"slack": 1.0, **settings}))


def write_project(folder: Path, layers: Mapping[str, gpd.GeoDataFrame], more: str = "", **extra: str) -> Path:
    """Write layers as GeoPackages and a project file naming them; `extra` adds lines to a layer's section."""
    text = ['[project]\nname = "Test"\n']
    for name, layer in layers.items():
        layer.to_file(folder / f"{name}.gpkg", layer=name)
        text.append(f'[layers.{name}]\nfile = "{name}.gpkg"\n{extra.get(name, "")}\n')
    file = folder / "project.toml"
    file.write_text("\n".join([*text, more]), encoding="utf-8")
    return file


def cross() -> dict[str, gpd.GeoDataFrame]:
    """Four roads of 1 km from one crossing; a center and a site at the ends of two, fibre on none."""
    roads = lines(
        {"east": [(0, 0), (1000, 0)], "north": [(0, 0), (0, 1000)],
         "south": [(0, 0), (0, -1000)], "west": [(0, 0), (-1000, 0)]}
    )  # fmt: skip
    return {
        "centers": points({"C1": (1000, 30), "C2": (-1000, 30)}, racks=[1200.0, 4000.0]),
        "metro_sites": points({"S1": (20, 1000)}),
        "candidate_routes": roads,
    }


def _complete(spec: geo_data.LayerSpec, given: gpd.GeoDataFrame | None) -> gpd.GeoDataFrame:
    """The layer with all columns of the schema."""
    kinds = {"text": "str", "number": "float64", "integer": "int64", "boolean": "bool"}
    empty = {"text": "", "number": float("nan"), "integer": 0, "boolean": False}
    rows = 0 if given is None else len(given)
    columns = {
        c.name: pd.Series([c.default if c.default is not None else empty[c.type]] * rows, dtype=kinds[c.type])
        for c in spec.columns
    }
    table = pd.DataFrame(columns)
    for name in [] if given is None else [c for c in given.columns if c != "geometry"]:
        table[name] = given[name].to_numpy()
    shapes = [] if given is None else given.geometry.to_numpy()
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=UTM))
