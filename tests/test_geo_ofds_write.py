"""Networks written in the Open Fibre Data Standard, and read back."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from ofds_cases import OFDS, breaches, needs_standard, package, write
from shapely.geometry import LineString, MultiLineString, Point

from geo_data.read.ofds import OfdsPackage, read_ofds, read_package
from geo_data.read.ofds.compare import lost_fields
from geo_data.read.settings import LayerSettings
from geo_data.write.ofds import OfdsOrganisation, OfdsPhase, ofds_network, write_ofds
from geo_data.write.ofds_package import OfdsForm, write_package

FORMS: tuple[OfdsForm, ...] = ("json", "geojson", "csv")


def _target(folder: Path, form: OfdsForm) -> Path:
    return folder / ("out.json" if form == "json" else f"out-{form}")


def _nodes() -> gpd.GeoDataFrame:
    """A center, a metro site, an access point and a junction on a line eastwards."""
    table = {
        "id": ["C1", "S1", "A1", "j1"],
        "kind": ["center", "metro_site", "access_point", "junction"],
        "name": ["光谷中心", "", "接入点", None],
        "oxc": [None, True, None, None],
        "status": [None, "planned", None, None],
        "phase": [None, "2027", None, None],
    }
    return gpd.GeoDataFrame(table, geometry=[Point(114 + k / 100, 30) for k in range(4)], crs=4326)


def _links() -> gpd.GeoDataFrame:
    """Three links: lit, dark, to be built."""
    table = {
        "id": ["L1", "L2", "L3"],
        "a": ["C1", "S1", "A1"],
        "b": ["S1", "A1", "j1"],
        "kind": ["existing", "existing", "candidate"],
        "lit": [True, False, False],
        "name": ["珞喻路", "民族大道", ""],
        "length_km": [1.01, 1.02, 1.03],
        "fibre_pairs": [48, 12, 0],
        "spare_pairs": [4, 0, 0],
        "class": ["other", "other", "aerial"],
        "srlg": ["d1;d2", "", ""],
        "phase": [None, None, 2027],
        "cost": [0.0, 0.0, 12345.5],
    }
    places = [[(114 + k / 100, 30), (114.005 + k / 100, 30.001), (114.01 + k / 100, 30)] for k in range(3)]
    return gpd.GeoDataFrame(table, geometry=[LineString(p) for p in places], crs=4326).to_crs(32650)


def _network(**more: Any) -> dict[str, Any]:
    owner = OfdsOrganisation("Wuhan Metro Fibre", "CN-1", "CN", "https://example.com")
    phases = [OfdsPhase("2027", "Second year", "2027-01-01", "2027-12-31")]
    return ofds_network(_nodes(), _links(), name="武汉", provider=owner, phases=phases, published="2026-11-22", **more)


def test_states_lengths_and_fibres_become_fields_of_the_standard() -> None:
    spans = _network()["spans"]
    fields = ("id", "start", "end", "status", "fibreLength", "fibreCount", "darkFibre", "deployment", "phase")
    assert [[span.get(field) for field in fields] for span in spans] == [
        ["L1", "C1", "S1", "operational", 1.01, 96, True, ["belowGround"], None],
        ["L2", "S1", "A1", "inactive", 1.02, 24, False, ["belowGround"], None],
        ["L3", "A1", "j1", "planned", 1.03, None, None, ["aboveGround"], {"id": "2027", "name": "2027"}],
    ]
    assert spans[0]["route"]["coordinates"] == [[114.0, 30.0], [114.005, 30.001], [114.01, 30.0]]
    assert spans[0]["physicalInfrastructureProvider"] == {"id": "CN-1", "name": "Wuhan Metro Fibre"}
    assert [spans[0][key] for key in ("srlg", "cost", "lit", "spare_pairs")] == ["d1;d2", 0.0, True, 4]


def test_nodes_have_types_and_places() -> None:
    nodes = _network()["nodes"]
    assert [[n["id"], n.get("name"), n.get("type"), n.get("accessPoint"), n["status"]] for n in nodes] == [
        ["C1", "光谷中心", ["dataCentre"], None, "operational"],
        ["S1", None, ["pop"], None, "planned"],
        ["A1", "接入点", ["aggregationPoint"], True, "operational"],
        ["j1", None, None, None, "operational"],
    ]
    assert nodes[3]["location"] == {"type": "Point", "coordinates": [114.03, 30.0]}


def test_the_networks_own_fields() -> None:
    network = _network()
    assert uuid.UUID(network["id"]).version == 5
    assert network["id"] == _network()["id"]
    assert network["id"] != ofds_network(_nodes(), _links(), name="武汉")["id"]
    assert network["phases"][0] == {"id": "2027", "name": "Second year", "description": "2027-01-01 to 2027-12-31"}
    assert network["organisations"] == [
        {"id": "CN-1", "name": "Wuhan Metro Fibre", "country": "CN", "website": "https://example.com",
         "roles": ["physicalInfrastructureProvider"]}
    ]  # fmt: skip
    assert network["crs"]["uri"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@pytest.mark.parametrize("form", FORMS)
def test_every_column_comes_back(form: OfdsForm, tmp_path: Path) -> None:
    path = _target(tmp_path, form)
    lost = write_ofds(_nodes(), _links(), path, name="武汉", form=form)
    assert lost == (
        ()
        if form != "csv"
        else tuple(
            f"The form 'csv' keeps as text {field} ({number} values)."
            for field, number in {
                "nodes/oxc": 1, "spans/cost": 3, "spans/fibre_pairs": 3, "spans/length_km": 3, "spans/lit": 3,
                "spans/spare_pairs": 3,
            }.items()
        )
    )  # fmt: skip
    back = read_ofds(path, "", LayerSettings(file="x", layer="spans")).set_index("id")
    for column in ("name", "kind", "lit", "length_km", "fibre_pairs", "spare_pairs", "class", "srlg", "cost"):
        given = _links().set_index("id")[column].astype(str).tolist()
        assert back[column].fillna("").astype(str).tolist() == given, column
    away = back.geometry.to_crs(32650).hausdorff_distance(_links().set_index("id").geometry)
    assert away.max() < 0.02


def test_layers_read_from_the_standard_are_written_back_whole(tmp_path: Path) -> None:
    source = write(package(), tmp_path / "p.json")
    nodes, spans = (read_ofds(source, "", LayerSettings(file="x", layer=kind)) for kind in ("nodes", "spans"))
    spans = spans[spans["end"] != "nowhere"]
    network = ofds_network(nodes, spans.rename(columns={"start": "a", "end": "b"}), name="光谷 network")
    wanted = package()["networks"][0]
    kept = {**wanted, "spans": [s for s in wanted["spans"] if s["id"] in set(spans["id"])]}
    lost = lost_fields([{"id": network["id"], "nodes": kept["nodes"], "spans": kept["spans"]}], [network])
    assert lost == {}
    assert {entry["id"] for entry in network["organisations"]} == {"c", "n"}
    assert {entry["id"] for entry in network["phases"]} == {"2027"}


def test_what_is_no_value_of_the_standard_keeps_another_name() -> None:
    links = _links().assign(
        status=["new", "planned", None], technologies=["", "otn;otn", "otn"], capacity=["x", "1", "2.5"]
    )
    spans = ofds_network(_nodes(), links, name="n")["spans"]
    fields = ("status", "status_as_given", "technologies", "technologies_as_given", "capacity", "capacity_as_given")
    assert [[span.get(field) for field in fields] for span in spans] == [
        ["operational", "new", None, None, None, "x"],
        ["planned", None, None, "otn;otn", 1, None],
        ["planned", None, ["otn"], None, 2.5, None],
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"a": ["C1", "S1", "X9"]}, "Link 'L3' ends at node 'X9', which is none of the 4 nodes"),
        ({"a": [0, 1, 4], "b": [1, 2, 3]}, r"Link 'L3' ends at node 4, but there are 4 nodes \(0 is the first\)"),
        ({"id": ["L1", "L1", "L3"]}, "Id 'L1' stands at more than one link. Give every link its own"),
        ({"id": ["L1", None, "L3"]}, "A link has no id. Give every link one"),
    ],
)
def test_networks_that_cannot_be_written(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ofds_network(_nodes(), _links().assign(**change), name="n")


def test_lines_in_parts_are_refused() -> None:
    links = _links()
    parts = MultiLineString([[(0, 0), (1, 1)], [(2, 2), (3, 3)]])
    links = links.set_geometry(gpd.GeoSeries([parts, *links.geometry[1:]], crs=links.crs))
    with pytest.raises(
        ValueError, match=r"Link 'L1' is a MultiLineString; the standard's routes have one part\. Split it"
    ):
        ofds_network(_nodes(), links, name="n")


def test_row_numbers_name_nodes_too() -> None:
    spans = ofds_network(_nodes(), _links().assign(a=[0, 1, 2], b=[1, 2, 3]), name="n")["spans"]
    assert [(span["start"], span["end"]) for span in spans] == [("C1", "S1"), ("S1", "A1"), ("A1", "j1")]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "out.json"
    path.write_text("old", encoding="utf-8")
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_package(OfdsPackage(({"id": object()},)), path)
    assert path.read_text(encoding="utf-8") == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize("form", FORMS)
def test_a_full_package_loses_nothing_in_any_form(form: OfdsForm, tmp_path: Path) -> None:
    document = package()
    path = _target(tmp_path, form)
    assert write_package(read_package(write(document, tmp_path / "p.json")), path, form) == (
        ("The form 'csv' keeps as text spans/spare_pairs (1 values).",) if form == "csv" else ()
    )
    again = read_package(path).networks
    assert {k: v for k, v in lost_fields(document["networks"], again).items() if k != "spans/spare_pairs"} == {}
    assert [node["id"] for node in again[0]["nodes"]] == [node["id"] for node in document["networks"][0]["nodes"]]


def test_a_loss_is_counted_by_field() -> None:
    before = [{"id": "1", "nodes": [{"id": "a", "type": ["pop", "ixp"], "power": True}, {"id": "b", "x": 1}]}]
    after = [{"id": "1", "nodes": [{"id": "b", "x": 1.0, "more": 2}, {"id": "a", "type": ["pop"], "power": "True"}]}]
    assert lost_fields(before, after) == {"nodes/power": 1, "nodes/type": 1}
    assert lost_fields(before, before) == {}


@needs_standard
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    "example",
    [
        "json/network-package.json",
        "csv",
        "geojson/nodes.geojson",
        "geojson/spans.geojson",
        "geojson/multiple-networks.geojson",
    ],
)
def test_the_standards_examples_are_written_whole_and_valid(example: str, form: OfdsForm, tmp_path: Path) -> None:
    source = read_package(OFDS / "examples" / example)
    path = _target(tmp_path, form)
    assert source.found == ()
    assert write_package(source, path, form) == ()
    again = read_package(path)
    assert again.found == ()
    assert breaches(again.document()) == []


@needs_standard
def test_the_standards_three_forms_say_the_same(tmp_path: Path) -> None:
    json_form, csv_form = (read_package(OFDS / "examples" / p) for p in ("json/network-package.json", "csv"))
    assert json_form.networks == csv_form.networks
    for name in ("nodes", "spans"):
        source = OFDS / "examples" / "geojson" / f"{name}.geojson"
        write_package(read_package(source), tmp_path / name, "geojson")
        ours, theirs = (
            json.loads(p.read_text(encoding="utf-8")) for p in (tmp_path / name / f"{name}.geojson", source)
        )
        assert _without_our_own(ours) == _without_our_own(theirs)


def _without_our_own(collection: dict[str, Any]) -> dict[str, Any]:
    """Features without the lists that only our writer keeps with the network."""
    for feature in collection["features"]:
        for kind in ("organisations", "phases"):
            feature["properties"]["network"].pop(kind, None)
    return collection


@needs_standard
@pytest.mark.parametrize(
    ("example", "form", "lost"),
    [
        ("json/api-response.json", "geojson", ["id (2", "links/href (2", "links/rel (2", "name (2"]),
        ("json/api-response.json", "json", []),
        ("geojson/api-response.geojson", "csv", ["links between packages"]),
        ("geojson/api-response.geojson", "geojson", []),
    ],
)
def test_what_a_form_cannot_carry_is_said(example: str, form: OfdsForm, lost: list[str], tmp_path: Path) -> None:
    said = write_package(read_package(OFDS / "examples" / example), _target(tmp_path, form), form)
    assert len(said) == len(lost)
    assert all(f"The form '{form}' cannot carry {what}" in sentence for what, sentence in zip(lost, said, strict=True))


@needs_standard
@pytest.mark.parametrize("form", FORMS)
def test_our_own_networks_are_valid(form: OfdsForm, tmp_path: Path) -> None:
    path = _target(tmp_path, form)
    write_package(OfdsPackage((_network(),)), path, form)
    assert breaches(read_package(path).document()) == []
