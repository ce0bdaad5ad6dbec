"""Networks in the Open Fibre Data Standard as layers."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import geo_world as gw
import geopandas as gpd
import pytest
from ofds_cases import OFDS, needs_standard, package, write
from pyproj import Geod

import geo_data
from geo_data.read.files import read_file
from geo_data.read.ofds import looks_like_ofds, ofds_layers, read_ofds, read_package
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable
from geo_data.write.ofds_package import write_package


def _read(path: Path, name: str, **settings: str) -> gpd.GeoDataFrame:
    return read_ofds(path, name, LayerSettings(file=path.name, **settings))


def _said(frame: gpd.GeoDataFrame) -> dict[str, str]:
    return {remark.code: remark.found for remark in frame.attrs.get("remarks", ())}


@pytest.mark.parametrize("form", ["json", "geojson", "csv"])
@pytest.mark.parametrize(
    ("name", "settings", "ids"),
    [
        ("fibre_routes", {}, ["S1", "S2", "S6"]),
        ("candidate_routes", {}, ["S3", "S4"]),
        ("candidate_routes", {"layer": "planned"}, ["S3"]),
        ("fibre_routes", {"layer": "operational, decommissioned"}, ["S1", "S5"]),
        ("fibre_routes", {"layer": "spans"}, ["S1", "S2", "S6"]),
        ("fibre_routes", {"layer": "*"}, ["S1", "S2", "S3", "S4", "S5", "S6"]),
        ("", {"layer": "spans"}, ["S1", "S2", "S3", "S4", "S5", "S6"]),
        ("", {"layer": "nodes"}, ["P1", "P2", "D1", "A1", "A2", "J1", "O1"]),
        ("centers", {}, ["D1"]),
        ("metro_sites", {}, ["P1", "P2"]),
        ("access_points", {}, ["A1", "A2"]),
        ("key_places", {"layer": "tower; cabinet"}, ["P2", "A1"]),
    ],
)
def test_records_find_their_layers(
    form: Any, name: str, settings: dict[str, str], ids: list[str], tmp_path: Path
) -> None:
    path = tmp_path / ("p.json" if form == "json" else form)
    write_package(read_package(write(package(), tmp_path / "q.json")), path, form)
    assert looks_like_ofds(path)
    assert _read(path, name, **settings)["id"].tolist() == ids


def test_columns_of_routes_are_worked_out_and_all_others_kept(tmp_path: Path) -> None:
    path = write(package(), tmp_path / "p.json")
    routes = _read(path, "fibre_routes").set_index("id")
    assert routes["fibre_pairs"].fillna(0).tolist() == [48, 0, 0]
    assert routes["spare_pairs"].fillna(0).tolist() == [1, 36, 0]
    assert routes["lit"].tolist() == [True, False, True]
    assert routes["source"].tolist() == ["Optics Valley Fibre"] * 3
    assert routes.loc["S1", ["supplier/name", "technologies", "networkProviders"]].tolist() == [
        "Cable Co",
        "otn;ip",
        '[{"id": "n", "name": "Net; Co"}]',
    ]
    assert routes.crs == "EPSG:4326"
    candidates = _read(path, "candidate_routes").set_index("id")
    assert candidates["class"].tolist() == ["other", "aerial"]
    assert candidates["phase/id"].tolist()[0] == "2027"
    assert list(candidates.geometry["S4"].coords) == [(114.43, 30.5), (114.44, 30.5)]


def test_columns_of_nodes_tell_what_runs_there(tmp_path: Path) -> None:
    path = write(package(), tmp_path / "p.json")
    assert _read(path, "metro_sites")["oxc"].tolist() == [False, True]
    assert _read(path, "access_points")["optical"].tolist() == [True, False]
    assert _read(path, "metro_sites")["name"].tolist()[0] == "关山"


def test_nothing_is_left_out_silently(tmp_path: Path) -> None:
    path = write(package(), tmp_path / "p.json")
    said = _said(_read(path, "fibre_routes"))
    assert said["ofds-left-out"] == (
        "Spans of the file that are not in layer 'fibre_routes': "
        "1 of status decommissioned, 1 of status planned, 1 of status underConstruction."
    )
    assert said["ofds-status-missing"] == "Spans without status: 1; they are read as existing and lit."
    assert said["ofds-reference"] == "Spans that end at a node which the network has not: S6 (nowhere)."
    assert said["ofds-spare-pairs"].startswith("Spans that offer dark fibre without saying how much: 1;")
    drawn = _said(_read(path, "candidate_routes"))
    assert drawn["ofds-route-missing"] == "Spans without a route, drawn straight between their nodes: S4."
    sites = _said(_read(path, "metro_sites"))
    assert sites["ofds-left-out"] == (
        "Nodes of the file that are not in layer 'metro_sites': "
        "2 of type (none), 1 of type cabinet, 1 of type pop, 1 of type pop;dataCentre."
    )


def test_ids_of_two_networks_are_told_apart(tmp_path: Path) -> None:
    both = package()
    both["networks"].append({**package()["networks"][0], "id": "second"})
    both["networks"][1]["spans"] = both["networks"][1]["spans"][:1]
    routes = _read(write(both, tmp_path / "p.json"), "fibre_routes")
    assert routes["id"].tolist() == [
        "a096d627-72e1-4f9b-b129-951b1737bff4/S1", "S2", "S6", "second/S1"]  # fmt: skip
    assert _said(routes)["ofds-id-shared"].startswith("Ids that stand in more than one network: 1;")


@pytest.mark.parametrize(
    ("crs", "x", "said"),
    [
        ({"uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}, 114.40, None),
        ({"name": "urn:ogc:def:crs:EPSG::4326"}, 114.40, None),
        ({"uri": "http://www.opengis.net/def/crs/EPSG/0/32650"}, 117.0, "The network is in WGS 84 / UTM zone 50N;"),
        ({"name": "local grid"}, 114.40, "The network states the coordinate system 'local grid', which is not known;"),
    ],
)
def test_coordinate_systems(crs: dict[str, str], x: float, said: str | None, tmp_path: Path) -> None:
    document = package()
    network = document["networks"][0]
    network["crs"] = crs
    if "32650" in str(crs):
        network["nodes"][0]["location"]["coordinates"] = [500_000.0, 0.0]
    sites = _read(write(document, tmp_path / "p.json"), "metro_sites")
    assert sites.geometry.x[0] == pytest.approx(x, abs=1e-3)
    assert _said(sites).get("ofds-crs", "").startswith(said or "")
    assert ("ofds-crs" in _said(sites)) == (said is not None)


@pytest.mark.parametrize(
    ("text", "name", "found"),
    [
        ("", "fibre_routes", "is not valid JSON at line 1: Expecting value"),
        ('{"networks": [', "fibre_routes", "is not valid JSON at line 1: Expecting value"),
        ('{"networks": 3}', "fibre_routes", "has 'networks' that is no list"),
        ("[1, 2]", "fibre_routes", "holds no network of the Open Fibre Data Standard"),
        ('{"a": 1}', "fibre_routes", "holds no network of the Open Fibre Data Standard"),
        ('{"networks": []}', "hazards", "holds nodes and spans of a fibre network, no hazards"),
        ('{"networks": []}', "key_places", "does not say which of its nodes are key places"),
    ],
)  # fmt: skip
def test_unreadable(text: str, name: str, found: str, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=f"^{found}"):
        _read(path, name)


def test_choosing_nodes_for_a_line_layer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="gives 'fibre_routes' from its spans, not from its nodes"):
        _read(write(package(), tmp_path / "p.json"), "fibre_routes", layer="nodes")


def test_wrong_values_are_told_and_the_rest_is_read(tmp_path: Path) -> None:
    document = package()
    network = document["networks"][0]
    network["nodes"] += [None, 7]
    network["nodes"][0]["location"] = {"type": "Point", "coordinates": [float("nan"), 30.5]}
    network["nodes"][1]["location"]["coordinates"] = [[1, 2], [3, 4]]
    network["spans"][0]["route"]["coordinates"][1] = "here"
    network["phases"] = {"id": "1"}
    document["networks"].append("x")
    path = write(document, tmp_path / "p.json")
    package_read = read_package(path)
    assert [found for _, code, found, _ in package_read.found if code == "ofds-value"] == [
        "An entry of 'nodes' is null, not an object; left out.",
        "An entry of 'nodes' is 7, not an object; left out.",
        '\'phases\' is {"id": "1"}, not a list; left out.',
        'A network is "x", not an object; left out.',
    ]
    assert _read(path, "metro_sites").geometry.isna().tolist() == [True, True]
    assert _read(path, "fibre_routes").geometry.isna().tolist() == [True, False, False]


def test_networks_kept_elsewhere_are_told(tmp_path: Path) -> None:
    links = [{"rel": "tag:opentelecomdata.net,2022:nodesAPI", "href": "https://example.com/nodes"}]
    path = write({"networks": [{"id": "1", "name": "Togo", "links": links}]}, tmp_path / "p.json")
    assert _said(_read(path, "fibre_routes"))["ofds-elsewhere"] == (
        "Network 'Togo' keeps its nodes and spans elsewhere: https://example.com/nodes."
    )


def test_geojson_one_feature_a_line(tmp_path: Path) -> None:
    write_package(read_package(write(package(), tmp_path / "q.json")), tmp_path / "g", "geojson")
    features = json.loads((tmp_path / "g" / "spans.geojson").read_text(encoding="utf-8"))["features"]
    lines = tmp_path / "spans.geojsonl"
    lines.write_text("\n".join(json.dumps(feature) for feature in features), encoding="utf-8")
    assert _read(lines, "fibre_routes")["id"].tolist() == ["S1", "S2", "S6"]
    assert _read(lines, "metro_sites")["id"].tolist() == ["P1", "P2"]  # written out at the ends of the spans


def test_rows_of_csv_tables_that_belong_to_nothing_are_told(tmp_path: Path) -> None:
    write_package(read_package(write(package(), tmp_path / "q.json")), tmp_path / "c", "csv")
    with (tmp_path / "c" / "spans_networkProviders.csv").open("a", encoding="utf-8") as file:
        file.write("a096d627-72e1-4f9b-b129-951b1737bff4,S9,n,Net\n")
    text = (tmp_path / "c" / "nodes.csv").read_text(encoding="utf-8")
    (tmp_path / "c" / "nodes.csv").write_text(text.replace("POINT (114.4 30.5)", "114.4 30.5"), encoding="utf-8")
    found = [text for _, _, text, _ in read_package(tmp_path / "c").found]
    assert found == [
        "The location of 'P1' in nodes.csv is no well-known text: '114.4 30.5'.",
        "A row of spans_networkProviders.csv belongs to 'S9', which is not in spans.csv; left out.",
    ]


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("a.json", '{"nodes": [], "links": [], "directed": false}', False),
        ("a.json", '{"type": "FeatureCollection", "features": []}', False),
        ("a.geojson", '{"type":"Feature","properties":{"featureType":"node","network":{"id":"1"}}}', True),
        ("a.json", '{"networks": [], "nodes": []}', True),
        ("nodes.csv", "id,name,lon,lat\n", False),
        ("nodes.csv", "id,nodes/0/id\n", True),
        ("a.gpkg", '{"networks": [], "nodes": []}', False),
        ("a.json", "", False),
    ],
)
def test_what_looks_like_the_standard(name: str, text: str, is_one: bool, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert looks_like_ofds(tmp_path / name) is is_one
    assert looks_like_ofds(tmp_path) is is_one
    assert looks_like_ofds(tmp_path / "none") is False


def test_a_project_reads_its_layers_from_one_package(tmp_path: Path) -> None:
    write(package(), tmp_path / "net.json")
    region = geo_data.read_region(gw.write_project(tmp_path, gw.cross(), '[layers.fibre_routes]\nfile = "net.json"\n'))
    assert region.layers["fibre_routes"]["id"].tolist() == ["S1", "S2", "S6"]
    assert region.layers["fibre_routes"]["fibre_pairs"].tolist() == [48, 0, 0]
    told = {finding.code for finding in region.findings if finding.layer == "fibre_routes"}
    assert {"ofds-left-out", "ofds-status-missing", "ofds-reference", "ofds-spare-pairs"} <= told


def _spoilt(value: Any, chance: random.Random) -> Any:
    """The value with something in it replaced, doubled or taken away."""
    if isinstance(value, dict):
        kept = {k: _spoilt(v, chance) for k, v in value.items() if chance.random() > 0.02}
        return (
            {**kept, chance.choice(["id", "nodes", "type", "coordinates", "geometry"]): kept}
            if chance.random() < 0.01
            else kept
        )
    if isinstance(value, list):
        kept_list = [_spoilt(v, chance) for v in value for _ in range(2 if chance.random() < 0.01 else 1)]
        return kept_list[: chance.randrange(3)] if chance.random() < 0.02 else kept_list
    return chance.choice([None, "", -1, 1e400, True, [], {}, "9" * 400, [[]]]) if chance.random() < 0.03 else value


@pytest.mark.parametrize("form", ["json", "geojson", "csv"])
def test_spoilt_packages_are_read_or_refused(form: Any, tmp_path: Path) -> None:
    source = tmp_path / ("p.json" if form == "json" else form)
    write_package(read_package(write(package(), tmp_path / "q.json")), source, form)
    files = [source] if source.is_file() else sorted(source.iterdir())
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    read = 0
    for seed in range(8 if form == "csv" else 25):
        chance = random.Random(seed)
        for file, text in texts.items():
            spoilt = json.dumps(_spoilt(json.loads(text), chance)) if form != "csv" else _cut(text, chance)
            file.write_text(spoilt, encoding="utf-8")
        for name in ("fibre_routes", "metro_sites"):
            try:
                frame = _read(source, name)
            except Unreadable:
                continue
            assert isinstance(frame, gpd.GeoDataFrame)
            read += 1
    assert read > 10


def _cut(text: str, chance: random.Random) -> str:
    """The text with a piece taken out."""
    start = chance.randrange(len(text))
    return text[:start] + text[start + chance.randrange(20) :]


@needs_standard
def test_the_standards_package_gives_a_route_and_two_sites() -> None:
    path = OFDS / "examples" / "json" / "network-package.json"
    assert ofds_layers(path) == ("nodes", "spans")
    route = read_file(path, "fibre_routes", LayerSettings(file="x"))
    drawn = json.loads(path.read_text(encoding="utf-8"))["networks"][0]["spans"][0]["route"]["coordinates"]
    metres = Geod(ellps="WGS84").line_length(*zip(*drawn, strict=True))
    assert Geod(ellps="WGS84").geometry_length(route.geometry[0]) == metres == pytest.approx(243_884, abs=1_000)
    assert route[["id", "name", "fibre_pairs", "spare_pairs", "lit", "supplier/name"]].to_numpy().tolist() == [
        ["1", "Accra to Kumasi", 12, 1, True, "ProjectCo"]
    ]
    assert read_file(path, "metro_sites", LayerSettings(file="x"))["name"].tolist() == ["Accra", "Kumasi"]


@needs_standard
def test_the_standards_invalid_examples_are_told() -> None:
    folder = OFDS / "examples" / "json"
    said = _said(_read(folder / "network-package-invalid.json", "fibre_routes"))
    assert said["ofds-value"] == "'contracts' is {}, not a list; left out."
    assert said["ofds-left-out"] == "Spans of the file that are not in layer 'fibre_routes': 1 of status open."
    said = _said(_read(folder / "network-package-additional-checks.json", "fibre_routes"))
    assert said["ofds-reference"] == "Spans that end at a node which the network has not: 1 (Accra), 1 (Kumasi)."
