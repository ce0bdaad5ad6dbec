"""Street graphs and topologies as layers."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import pytest
from shapely.geometry import LineString, Point

from geo_data.read.files import read_file
from geo_data.read.graph_files import looks_like_graph
from geo_data.read.graph_values import line_of, place_of, plain
from geo_data.read.graphs import graph_layers
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable
from geo_data.write import WriteOptions
from geo_data.write.coordinates import Coordinates
from geo_data.write.graphml import write_graphml

ABILENE = """Creator "Topology Zoo Toolset"
graph [
  directed 0
  Network "Abilene"
  node [ id 0 label "New York" Country "United States" Longitude -74.00597 Internal 1 Latitude 40.71427 ]
  node [ id 1 label "Chicago" Longitude -87.65005 Latitude 41.85003 ]
  node [ id 2 label "None" hyperedge 1 ]
  node [ id 3 label "Chicago" Longitude -87.0 Latitude 41.0 ]
  edge [ source 0 target 1 LinkLabel "OC-192c" LinkSpeed "10" ]
  edge [ source 0 target 1 LinkLabel "OC-48" ]
  edge [ source 0 target 2 LinkLabel "OC-3" ]
]
"""


def _read(path: Path, name: str, **settings: str) -> gpd.GeoDataFrame:
    return read_file(path, name, LayerSettings(file=path.name, **settings))


def _said(frame: gpd.GeoDataFrame) -> dict[str, str]:
    return {remark.code: remark.found for remark in frame.attrs.get("remarks", ())}


def _street() -> Any:
    """A directed street graph as osmnx saves it: all text, both directions, one parallel street."""
    graph: Any = nx.MultiDiGraph(crs="epsg:32650")
    for node, (x, y) in {1: (0, 0), 2: (100, 0), 3: (100, 100)}.items():
        graph.add_node(node, x=str(500_000 + x), y=str(3_400_000 + y), street_count="3")
    bent = "LINESTRING (500000 3400000, 500050 3400010, 500100 3400000)"
    back = "LINESTRING (500100 3400000, 500050 3400010, 500000 3400000)"
    two = {"osmid": "[11, 12]", "highway": "['primary_link', 'residential']", "name": "['珞喻路', '民族大道']"}
    graph.add_edge(1, 2, key=0, **two, bridge="viaduct", oneway="False", geometry=bent)
    graph.add_edge(2, 1, key=0, **two, bridge="viaduct", oneway="False", geometry=back)
    graph.add_edge(2, 3, key=0, osmid="13", highway="tertiary")
    graph.add_edge(3, 2, key=0, osmid="13", highway="tertiary")
    graph.add_edge(2, 3, key=1, osmid="14", geometry="LINESTRING (500100 3400000, 500150 3400050, 500100 3400100)")
    return graph


def _save(graph: Any, path: Path) -> Path:
    if path.suffix == ".graphml":
        nx.write_graphml(graph, path)
    else:
        key = "links" if path.stem == "links" else "edges"
        path.write_text(json.dumps(nx.node_link_data(graph, edges=key), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("file", ["street.graphml", "links.json", "edges.json"])
def test_streets_become_lines_and_twins_one(file: str, tmp_path: Path) -> None:
    path = _save(_street(), tmp_path / file)
    lines = _read(path, "candidate_routes").set_index("id")
    assert lines.index.tolist() == ["1-2", "2-3", "2-3-2"]
    assert lines["name"].tolist() == ["珞喻路;民族大道", "", ""]
    assert lines["class"].fillna("").tolist() == ["primary", "tertiary", ""]
    assert [lines["bridge"].iloc[0], lines["level"].iloc[0]] == [True, 1]
    assert lines["osmid"].tolist() == ["11;12", "13", "14"]
    assert lines.crs == "EPSG:32650"
    assert lines.length.tolist() == pytest.approx([2 * 2600**0.5, 100, 2 * 5000**0.5])
    assert _said(lines) == {
        "graph-straight": "Edges without a line of their own, drawn straight between their nodes: 1.",
        "graph-twins": "Edges that are the way back of another, merged with it: 2.",
    }
    nodes = _read(path, "metro_sites")
    assert nodes["id"].tolist() == ["1", "2", "3"]
    assert nodes.geometry.tolist() == [Point(500_000, 3_400_000), Point(500_100, 3_400_000), Point(500_100, 3_400_100)]
    assert graph_layers(path) == ("nodes", "edges")


def test_streets_of_one_direction_stay(tmp_path: Path) -> None:
    graph = _street()
    graph.remove_edge(2, 1)
    graph.add_edge(3, 3, key=0, geometry="LINESTRING (0 0, 1 0, 1 1, 0 0)")
    lines = _read(_save(graph, tmp_path / "g.graphml"), "fibre_routes")
    assert sorted(lines["id"]) == ["1-2", "2-3", "2-3-2", "3-3"]


def test_topology_zoo(tmp_path: Path) -> None:
    path = tmp_path / "Abilene.gml"
    path.write_text(ABILENE, encoding="utf-8")
    lines = _read(path, "fibre_routes")
    assert lines[["id", "name", "a", "b"]].to_numpy().tolist() == [
        ["0-1", "OC-192c", "0", "1"],
        ["0-1-2", "OC-48", "0", "1"],
    ]
    assert list(lines.geometry[0].coords) == [(-74.00597, 40.71427), (-87.65005, 41.85003)]
    assert lines.crs == "EPSG:4326"
    assert _said(lines)["graph-place-missing"] == (
        "Edges left out, since they end at nodes without a place: 1. The nodes: 2."
    )
    nodes = _read(path, "metro_sites")
    assert nodes["name"].tolist() == ["New York", "Chicago", "Chicago"]
    assert _said(nodes)["graph-place-missing"] == "Nodes without a place, left out: 2."


@pytest.mark.parametrize("system", ["", "EPSG:32650", "EPSG:4490"])
def test_our_own_graphml_comes_back_whole(system: str, tmp_path: Path) -> None:
    nodes = gpd.GeoDataFrame({"id": ["S1", "S2"], "kind": "metro_site", "name": ["光谷", "汉口"]},
                             geometry=[Point(114.4, 30.5), Point(114.5, 30.6)], crs=4326)  # fmt: skip
    links = gpd.GeoDataFrame({"id": ["L1", "L2"], "a": [0, 1], "b": [1, 0], "lit": [True, False], "km": [1.5, 2.25]},
                             geometry=[LineString([(114.4, 30.5), (114.45, 30.52), (114.5, 30.6)]),
                                       LineString([(114.5, 30.6), (114.4, 30.5)])], crs=4326)  # fmt: skip
    path = tmp_path / "net.graphml"
    write_graphml(nodes, links, path, WriteOptions(coordinates=Coordinates.parse(system) if system else None))
    lines = _read(path, "fibre_routes")
    assert lines[["id", "lit", "km"]].to_numpy().tolist() == [["L1", True, 1.5], ["L2", False, 2.25]]
    assert (lines["a"] + lines["b"]).map(sorted).map("".join).tolist() == ["12SS", "12SS"]
    assert lines.geometry.to_crs(32650).hausdorff_distance(links.geometry.to_crs(32650)).max() < 0.001
    places = _read(path, "metro_sites")
    assert places[["id", "name", "kind"]].to_numpy().tolist() == [
        ["S1", "光谷", "metro_site"],
        ["S2", "汉口", "metro_site"],
    ]
    assert places.geometry.to_crs(32650).distance(nodes.geometry.to_crs(32650)).max() < 0.001
    assert _said(places) == {}


def test_a_shifted_graph_asks_for_its_system(tmp_path: Path) -> None:
    graph: Any = nx.Graph(crs="GCJ-02")
    graph.add_node("a", longitude=114.4, latitude=30.5)
    frame = _read(_save(graph, tmp_path / "g.graphml"), "metro_sites")
    assert frame.crs is None
    assert frame.attrs["remarks"][0].advice == "State it in the project file: crs = 'GCJ-02'."


def test_json_of_other_programs(tmp_path: Path) -> None:
    document = {
        "nodes": [{"name": "a", "pos": [114.1, 30.1]}, {"name": "b", "E": "114.2", "N": "30.2"}, "c"],
        "links": [{"source": 0, "target": 1, "value": {"x": [1]}}, {"source": {"name": "b"}, "target": "a"}],
    }
    path = tmp_path / "d3.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    lines = _read(path, "fibre_routes", crs="EPSG:4490", x="E", y="N")
    assert lines[["a", "b"]].to_numpy().tolist() == [["a", "b"], ["b", "a"]]
    assert lines["value"][0] == '{"x": [1]}'
    assert list(lines.geometry[1].coords) == [(114.2, 30.2), (114.1, 30.1)]
    assert lines.crs is None


@pytest.mark.parametrize(
    ("name", "text", "layer", "found"),
    [
        ("g.graphml", "", "fibre_routes", "is empty"),
        ("g.graphml", "<graphml><graph>", "fibre_routes", "is broken at line 1: no element found"),
        ("g.graphml", '<graphml xmlns="http://graphml.graphdrawing.org/xmlns"/>', "fibre_routes", "holds no graph"),
        ("g.gml", "graph [ node [ id 0 ", "fibre_routes", "is GML that cannot be read: "),
        ("g.gml", "graph [ node [ id 0 ] node [ id 0 ] ]", "metro_sites", "is GML that cannot be read: "),
        ("g.json", '{"nodes": [1], "links": [3], "directed": true}', "fibre_routes", "has a link without 'source'"),
        ("g.json", '{"nodes": [{"id": 1}], "links": [', "fibre_routes", "is not valid JSON at line 1"),
        ("g.json", '{"nodes": 7, "links": [], "directed": true}', "fibre_routes", "holds no graph"),
        ("g.json", '{"nodes": [{"id": 1, "a": 2}], "links": []}', "centers", "is a graph without coordinates; its nodes have a, id"),
        ("g.json", '{"nodes": [], "links": []}', "hazards", "is a graph, which has no areas for 'hazards'"),
        ("g.json", '{"nodes": [], "links": []}', "zones", "is a graph, which has no areas for 'zones'"),
    ],
)  # fmt: skip
def test_unreadable(name: str, text: str, layer: str, found: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(Unreadable, match=f"^{found}"):
        _read(tmp_path / name, layer)


@pytest.mark.parametrize(("name", "layer"), [("fibre_routes", "nodes"), ("centers", "edges"), ("centers", "halls")])
def test_wrong_choices_are_refused(name: str, layer: str, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=f"gives '{name}' from its|has no layer 'halls'"):
        _read(_save(_street(), tmp_path / "g.graphml"), name, layer=layer)


def test_of_several_graphs_the_first_is_read_and_told(tmp_path: Path) -> None:
    path = _save(_street(), tmp_path / "g.graphml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("</graph>", '</graph><graph edgedefault="undirected"/>'), encoding="utf-8")
    assert _said(_read(path, "metro_sites"))["graph-further"] == "The file holds 2 graphs; only the first is read."


@pytest.mark.parametrize(
    ("values", "place"),
    [
        ({"x": "1.5", "y": "2"}, (1.5, 2.0)),
        ({"Longitude": 3, "Latitude": 4}, (3.0, 4.0)),
        ({"x": "nan", "y": "2", "lon": 5, "lat": 6}, (5.0, 6.0)),
        ({"pos": "[7, 8]"}, (7.0, 8.0)),
        ({"x": "inf", "y": 1}, None),
        ({"x": True, "y": 1}, None),
        ({"x": None, "y": 1}, None),
        ({}, None),
    ],
)
def test_places(values: dict[str, Any], place: tuple[float, float] | None) -> None:
    found = place_of(values)
    assert (None if found is None else (found.x, found.y)) == place


@pytest.mark.parametrize(
    "value",
    [
        "LINESTRING (0 0, 1 1)",
        {"type": "LineString", "coordinates": [[0, 0], [1, 1]]},
        LineString([(0, 0), (1, 1)]).wkb_hex,
    ],
)
def test_lines_in_every_notation(value: Any) -> None:
    assert line_of({"geometry": value}) == LineString([(0, 0), (1, 1)])


@pytest.mark.parametrize("value", ["", "POINT (0 0)", "LINESTRING (0 0", {"type": "LineString"}, "00zz", 7, None, [1]])
def test_what_is_no_line(value: Any) -> None:
    assert line_of({"geometry": value}) is None


def test_cells_are_plain() -> None:
    assert plain({"a": [1, 2], "b": {"c": 1}, "d": "['x', 'y']", "e": "[not a list]", "f": None, "geometry": "g"}) == {
        "a": "1;2",
        "b": '{"c": 1}',
        "d": "x;y",
        "e": "[not a list]",
    }


@pytest.mark.parametrize(("head", "is_one"), [("<graphml>", True), ("graph [", True), ('{"nodes": [], "links": []}', True),
                                              ("<kml>", False), ('{"type": "Feature"}', False), ("id,name", False)])  # fmt: skip
def test_what_looks_like_a_graph(head: str, is_one: bool, tmp_path: Path) -> None:
    (tmp_path / "g").write_text(head, encoding="utf-8")
    assert looks_like_graph(tmp_path / "g") is is_one
    assert looks_like_graph(tmp_path / "none") is False


@pytest.mark.parametrize("file", ["g.graphml", "g.gml", "links.json"])
def test_spoilt_graphs_are_read_or_refused(file: str, tmp_path: Path) -> None:
    path = tmp_path / file
    if file == "g.gml":
        path.write_text(ABILENE, encoding="utf-8")
    else:
        _save(_street(), path)
    text = path.read_text(encoding="utf-8")
    read = 0
    for seed in range(60):
        chance = random.Random(seed)
        start = chance.randrange(len(text))
        path.write_text(
            text[:start] + chance.choice(["", "9", '"', "[", "0"]) + text[start + chance.randrange(6) :],
            encoding="utf-8",
        )
        for name in ("fibre_routes", "metro_sites"):
            try:
                read += isinstance(_read(path, name), gpd.GeoDataFrame)
            except Unreadable:
                continue
    assert read > 20
