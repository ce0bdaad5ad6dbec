"""The shipped examples: complete, labelled, plausible, small, and the same when they are built again."""

from __future__ import annotations

import os
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal
from scipy.spatial import cKDTree

from geo_data.examples import copy_example, example_folder, example_names
from geo_data.examples.builder.assemble import assemble
from geo_data.examples.builder.plans import WUHAN, WUHAN_CORE, ExamplePlan
from geo_data.examples.builder.rivers import CROSSINGS, CRS
from geo_data.examples.builder.source import read_roads
from geo_data.examples.builder.write import FILES
from geo_data.schema import LAYERS, layer_spec

SOURCES = {"candidate_routes": {"OpenStreetMap"}, "obstacles": {"OpenStreetMap", "assumed"}}
POINT_LAYERS = ("centers", "metro_sites", "access_points", "key_places", "terminal_areas")
YANGTZE_FIBRE = {
    "Baishazhou Yangtze Bridge",
    "Yingwuzhou Yangtze Bridge",
    "Wuhan Yangtze Bridge",
    "Second Wuhan Yangtze Bridge",
    "Erqi Yangtze Bridge",
    "Tianxingzhou Yangtze Bridge",
}


@cache
def layer(example: str, name: str) -> gpd.GeoDataFrame:
    """A layer of an example in metres, read without the product's own readers."""
    path = example_folder(example) / FILES[name]
    if path.suffix == ".parquet":
        return gpd.read_parquet(path)
    if path.suffix == ".csv":
        table = pd.read_csv(path)
        points = gpd.points_from_xy(table["lon"], table["lat"], crs="EPSG:4326")
        return gpd.GeoDataFrame(table.drop(columns=["lon", "lat"]), geometry=points).to_crs(CRS)
    return gpd.read_file(path).to_crs(CRS)


def edges_of(lines: gpd.GeoDataFrame) -> set[tuple[tuple[float, float], tuple[float, float]]]:
    """Pairs of following vertices of all lines, each pair in ascending order."""
    found = set()
    for line in lines.geometry:
        points = [tuple(p) for p in shapely.get_coordinates(line).tolist()]
        found |= {(min(a, b), max(a, b)) for a, b in pairwise(points)}
    return found


def crossings_with_fibre(example: str) -> set[str]:
    """English names of the crossings over which existing fibre runs."""
    roads = layer(example, "candidate_routes")
    wet = roads[roads["bridge"]]
    fibre = edges_of(layer(example, "fibre_routes"))
    used = {n for n, line in zip(wet["name"], wet.geometry, strict=True) if edges_of(wet[wet.geometry == line]) & fibre}
    return {c.name_en for c in CROSSINGS if c.name in used}


@pytest.mark.parametrize("example", example_names())
@pytest.mark.parametrize("name", list(FILES))
def test_layers_follow_the_schema_and_every_feature_is_labelled(example: str, name: str) -> None:
    frame, spec = layer(example, name), layer_spec(name)
    assert set(frame.columns) - {"geometry"} <= {c.name for c in spec.columns}
    assert {c.name for c in spec.columns if c.required} <= set(frame.columns)
    assert set(frame.geometry.geom_type) <= set(spec.geometry)
    assert frame.geometry.is_valid.all()
    assert not frame.isna().to_numpy().any()
    assert set(frame["source"]) <= SOURCES.get(name, {"assumed"})
    assert frame["id"].is_unique


@pytest.mark.parametrize("example", example_names())
def test_ids_are_unique_over_all_point_layers_and_names_speak_two_languages(example: str) -> None:
    ids = pd.concat([layer(example, name)["id"] for name in POINT_LAYERS])
    assert ids.is_unique
    for name in POINT_LAYERS:
        names = layer(example, name)["name"]
        assert names.is_unique
        assert names.str.contains("[\u4e00-\u9fff]").all()
        assert names.str.contains("[A-Z][a-z]").all()
    assert layer(example, "centers")["source"].eq("assumed").all()


def test_wuhan_has_the_promised_numbers() -> None:
    sizes = {spec.name: len(layer("wuhan", spec.name)) for spec in LAYERS}
    assert sizes["candidate_routes"] == 92_667
    assert (sizes["centers"], sizes["metro_sites"], sizes["access_points"], sizes["key_places"]) == (24, 120, 400, 1500)
    assert 60 <= sizes["terminal_areas"] <= 100
    racks = layer("wuhan", "centers")["racks"]
    assert ((racks >= 3000).sum(), racks.between(1000, 2999).sum(), (racks < 1000).sum()) == (4, 12, 8)
    sites = layer("wuhan", "metro_sites")
    assert (sites["major"].sum(), sites["oxc"].sum(), sites.loc[sites["oxc"], "major"].all()) == (64, 6, True)
    assert (layer("wuhan", "centers")["export_ports_400g"] > 0).sum() == 3


def test_core_has_the_promised_numbers() -> None:
    sizes = {spec.name: len(layer("wuhan-core", spec.name)) for spec in LAYERS}
    assert 1_400 <= sizes["candidate_routes"] <= 1_700
    assert (sizes["centers"], sizes["metro_sites"], sizes["access_points"], sizes["key_places"]) == (7, 14, 30, 100)
    assert (layer("wuhan-core", "centers")["racks"] >= 1000).sum() == 5
    assert layer("wuhan-core", "metro_sites")["major"].sum() == 8
    whole = set(layer("wuhan", "candidate_routes")["id"])
    assert set(layer("wuhan-core", "candidate_routes")["id"]) < whole


def test_key_places_are_weighted_by_kind() -> None:
    places = layer("wuhan", "key_places")
    counts = {"industry_park": 260, "hospital": 240, "university": 140, "government": 420, "finance": 440}
    assert places["kind"].value_counts().to_dict() == counts
    weights = {"industry_park": 5.0, "hospital": 4.0, "university": 4.0, "government": 3.0, "finance": 2.0}
    assert (places["weight"] == places["kind"].map(weights)).all()
    assert places["population"].between(50, 20_000).all()


@pytest.mark.parametrize(("example", "low", "high"), [("wuhan", 11e6, 13e6), ("wuhan-core", 2e5, 3e5)])
def test_terminal_areas_hold_the_people_and_little_public_5g(example: str, low: float, high: float) -> None:
    areas = layer(example, "terminal_areas")
    people = areas.groupby("access")["population"].sum()
    assert set(people.index) == {"pon", "fgotn", "5g_sa", "5g_public"}
    assert low <= people.sum() <= high
    assert 0.02 < people["5g_public"] / people.sum() < 0.08
    assert areas.union_all().area == pytest.approx(areas.area.sum(), rel=0.01)


@pytest.mark.parametrize(("example", "low", "high"), [("wuhan", 700, 900), ("wuhan-core", 18, 26)])
def test_fibre_has_the_promised_length_half_of_it_lit_and_hangs_together(example: str, low: float, high: float) -> None:
    fibre = layer(example, "fibre_routes")
    assert low <= fibre.length.sum() / 1000 <= high
    assert fibre.loc[fibre["lit"]].length.sum() / fibre.length.sum() == pytest.approx(0.5, abs=0.05)
    assert nx.is_connected(nx.Graph(edges_of(fibre)))
    assert nx.is_connected(nx.Graph(edges_of(fibre[fibre["lit"]])))
    assert (fibre["spare_pairs"] <= fibre["fibre_pairs"]).all()
    assert (fibre["spare_pairs"] > 0).all()


@pytest.mark.parametrize("example", example_names())
def test_fibre_lies_exactly_on_roads(example: str) -> None:
    assert edges_of(layer(example, "fibre_routes")) <= edges_of(layer(example, "candidate_routes"))


def test_fibre_crosses_the_rivers_on_real_bridges_several_times() -> None:
    used = crossings_with_fibre("wuhan")
    assert {name for name in used if "Yangtze" in name} == YANGTZE_FIBRE
    assert {"Jianghan Bridge", "Yuehu Bridge", "Zhiyin Bridge", "Changfeng Bridge", "Third Ring Han Bridge"} <= used
    assert crossings_with_fibre("wuhan-core") == {"Zhiyin Bridge", "Gutian Bridge"}


def test_fibre_forms_rings() -> None:
    net = nx.Graph(edges_of(layer("wuhan", "fibre_routes")))
    on_spurs = {v for a, b in nx.bridges(net) for v in (a, b)}
    assert len(on_spurs) < 0.2 * len(net)


@pytest.mark.slow
def test_every_crossing_has_lines_and_only_crossings_do() -> None:
    roads = layer("wuhan", "candidate_routes")
    assert (roads["bridge"] == (roads["name"] != "")).all()
    assert set(roads.loc[roads["bridge"], "name"]) == {c.name for c in CROSSINGS}
    dry_ways = roads[~roads["bridge"]]
    pieces = [len(p) for p in nx.connected_components(nx.Graph(edges_of(dry_ways)))]
    assert sorted(pieces)[-3] > 5_000  # Hankou, Hanyang and Wuchang: three towns once no bridge is left
    assert sum(sorted(pieces)[-3:]) > 0.99 * sum(pieces)


def test_sites_stand_where_they_should() -> None:
    fibre = layer("wuhan", "fibre_routes")
    lit = shapely.union_all(fibre.geometry[fibre["lit"]].to_numpy())
    sites, centers = layer("wuhan", "metro_sites"), layer("wuhan", "centers")
    on_fibre = sites.distance(shapely.union_all(fibre.geometry.to_numpy())) < 0.01
    assert on_fibre[sites["major"]].all()
    assert 100 <= on_fibre.sum() < 120
    assert (sites.distance(lit)[sites["oxc"]] < 0.01).all()
    assert (centers.distance(lit)[centers["export_ports_400g"] > 0] < 100).all()
    vertices = cKDTree(shapely.get_coordinates(layer("wuhan", "candidate_routes").geometry.to_numpy()))
    assert vertices.query(shapely.get_coordinates(sites.geometry.to_numpy()))[0].max() == 0.0
    assert vertices.query(shapely.get_coordinates(layer("wuhan", "key_places").geometry.to_numpy()))[0].max() < 130


@pytest.mark.parametrize("example", example_names())
def test_project_file_names_every_layer_and_the_licence(example: str) -> None:
    folder = example_folder(example)
    project = tomllib.loads((folder / "project.toml").read_text(encoding="utf-8"))
    assert {name: entry["file"] for name, entry in project["layers"].items()} == FILES
    assert all((folder / file).is_file() for file in FILES.values())
    assert "© OpenStreetMap contributors, ODbL 1.0" in project["project"]["credits"][0]
    assert "assumed" in project["project"]["assumed"]
    assert "© OpenStreetMap contributors, ODbL 1.0" in (folder / "README.md").read_text(encoding="utf-8")


def test_examples_are_small() -> None:
    for example, limit in (("wuhan", 6_000_000), ("wuhan-core", 1_000_000)):
        assert sum(f.stat().st_size for f in example_folder(example).iterdir()) < limit


def test_example_is_copied_whole_into_a_new_folder(tmp_path: Path) -> None:
    copy = copy_example("wuhan-core", tmp_path / "deep" / "mine")
    assert copy == tmp_path / "deep" / "mine"
    for original in example_folder("wuhan-core").iterdir():
        assert (copy / original.name).read_bytes() == original.read_bytes()


def test_example_is_not_copied_over_anything(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"is a folder that is not empty\. Give a new or empty folder"):
        copy_example("wuhan-core", tmp_path)
    with pytest.raises(FileExistsError, match="is a file"):
        copy_example("wuhan-core", tmp_path / "notes.txt")
    assert [f.name for f in tmp_path.iterdir()] == ["notes.txt"]


def test_unknown_example_says_which_there_are() -> None:
    with pytest.raises(ValueError, match=r"no example 'wuhu'\. Choose one of: wuhan, wuhan-core"):
        example_folder("wuhu")


def assert_rebuilt(plan: ExamplePlan) -> None:
    """Building from the shipped roads gives the shipped layers."""
    roads = layer("wuhan", "candidate_routes")
    for name, made in assemble(plan, roads).items():
        shipped = layer(plan.folder, name)[made.columns.tolist()]
        built = made.to_crs(shipped.crs)
        assert shapely.hausdorff_distance(shipped.geometry.to_numpy(), built.geometry.to_numpy()).max() < 0.2
        same_place = shipped.set_geometry(built.geometry.to_numpy(), crs=built.crs)
        assert_geodataframe_equal(same_place, built, check_dtype=False, check_like=True)


def test_core_is_built_again_the_same() -> None:
    assert_rebuilt(WUHAN_CORE)


@pytest.mark.slow
def test_wuhan_is_built_again_the_same() -> None:
    assert_rebuilt(WUHAN)


@pytest.mark.slow
def test_roads_come_from_the_source_unchanged() -> None:
    source = os.environ.get("METROPLAN_NEATNET")
    if not source:
        pytest.skip("set METROPLAN_NEATNET to neatnet-0.1.6.tar.gz from PyPI to rebuild the roads from their source")
    roads = read_roads(Path(source))
    assert_geodataframe_equal(roads, layer("wuhan", "candidate_routes"), check_dtype=False)
    assert np.isin(shapely.get_coordinates(roads.geometry.to_numpy()) * 64 % 1, [0.0]).all()
