"""Extracts of OpenStreetMap as candidate routes and obstacles."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geo_world as gw
import geopandas as gpd
import osmium
import pytest

import geo_data
from geo_data.read.files import read_file
from geo_data.read.osm_rules import level_of, obstacle_kind, road_class
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable

DATA = Path(__file__).parent / "data"
EXTRACTS = (DATA / "crossing.osm", DATA / "crossing.osm.pbf")
"""The same ways, written by hand as XML and made into PBF with osmium; ids and tags stand in the XML file."""


def _read(path: Path, name: str, layer: str = "") -> gpd.GeoDataFrame:
    return read_file(path, name, LayerSettings(file=path.name, layer=layer)).set_index("id")


def _said(frame: gpd.GeoDataFrame) -> dict[str, str]:
    return {remark.code: remark.found for remark in frame.attrs.get("remarks", ())}


@pytest.mark.parametrize("path", EXTRACTS, ids=["xml", "pbf"])
def test_roads_become_candidate_routes(path: Path) -> None:
    routes = _read(path, "candidate_routes")
    columns = ["name", "class", "bridge", "level"]
    assert {i: list(row) for i, row in zip(routes.index, routes[columns].to_numpy(), strict=True)} == {
        "101": ["珞喻路", "primary", False, 0],
        "102": ["小巷", "living_street", False, 0],
        "103": ["G4", "trunk", True, 1],
        "104": ["", "secondary", True, -2],
        "108": ["", "service", False, 0],
        "205": ["", "motorway", False, 0],
        "206": ["", "motorway", True, 1],
    }
    assert routes.crs == "EPSG:4326"
    assert list(routes.geometry["101"].coords) == [(114.4, 30.5), (114.41, 30.5), (114.42, 30.5)]
    assert json.loads(routes["other_tags"]["101"]) == {"maxspeed": "60"}
    assert routes["highway"]["103"] == "trunk_link"


@pytest.mark.parametrize("path", EXTRACTS, ids=["xml", "pbf"])
def test_what_is_no_road_is_told(path: Path) -> None:
    said = _said(_read(path, "candidate_routes"))
    assert said["osm-left-out"] == (
        "Ways that are not in the layer, by tag: footway 1, construction 1, service (driveway) 1."
    )
    assert "© OpenStreetMap contributors, ODbL" in said["osm-credit"]


@pytest.mark.parametrize("path", EXTRACTS, ids=["xml", "pbf"])
def test_rail_water_and_motorways_become_obstacles(path: Path) -> None:
    obstacles = _read(path, "obstacles")
    assert obstacles["kind"].to_dict() == {"201": "rail", "203": "water", "205": "motorway"}
    assert obstacles["name"]["201"] == "武九线"
    assert _said(obstacles)["osm-left-out"] == (
        "Ways that are not in the layer, by tag: railway=subway 1, waterway=ditch 1, motorway 1."
    )


def test_a_planner_may_choose() -> None:
    assert _read(EXTRACTS[0], "candidate_routes", "footway; trunk_link")["class"].to_dict() == {
        "103": "trunk",
        "105": "footway",
    }
    assert _read(EXTRACTS[0], "obstacles", "rail, water").index.tolist() == ["201", "203"]


def test_roads_meet_where_they_share_a_node_and_nowhere_else(tmp_path: Path) -> None:
    shutil.copy(EXTRACTS[1], tmp_path)
    settings = '[layers.candidate_routes]\nfile = "crossing.osm.pbf"\n[network]\nprune_dead_ends = false\nattach_limit_m = 90000\n'
    layers = gw.cross()
    del layers["candidate_routes"]
    network = geo_data.build_network(geo_data.read_region(gw.write_project(tmp_path, layers, settings)))
    of_street, of_viaduct, of_lane = (
        {xy for link in network.links.itertuples() if way in link.sources.split(";") for xy in link.geometry.coords}
        for way in ("101", "103", "102")
    )
    assert len(of_street & of_lane) == 1
    assert not of_viaduct  # with tunnel and motorways a ring of its own, which leads nowhere


@pytest.mark.parametrize("name", ["centers", "fibre_routes", "hazards", "key_places"])
def test_other_layers_are_refused(name: str) -> None:
    with pytest.raises(
        Unreadable, match="is an extract of OpenStreetMap, which is read for roads and obstacles, not for"
    ):
        _read(EXTRACTS[0], name)


def test_an_extract_that_breaks_off_is_refused(tmp_path: Path) -> None:
    text = EXTRACTS[0].read_text(encoding="utf-8")
    path = tmp_path / "cut.osm"
    path.write_text(text[: text.index('<way id="106"') + 30], encoding="utf-8")
    with pytest.raises(Unreadable, match="is broken: XML parsing error at line 19"):
        _read(path, "candidate_routes")
    content = EXTRACTS[1].read_bytes()
    (tmp_path / "cut.osm.pbf").write_bytes(content[: len(content) // 2])
    with pytest.raises(Unreadable, match="is broken: PBF error: unexpected EOF"):
        _read(tmp_path / "cut.osm.pbf", "candidate_routes")


def test_ways_that_the_extract_cuts_are_told(tmp_path: Path) -> None:
    path = tmp_path / "clipped.osm"
    text = EXTRACTS[0].read_text(encoding="utf-8")
    path.write_text(text.replace('<node id="2" version="1" lat="30.500" lon="114.420"/>', ""), encoding="utf-8")
    packed = tmp_path / "clipped.osm.pbf"
    with osmium.SimpleWriter(packed) as writer:
        for thing in osmium.FileProcessor(path):
            writer.add(thing)
    for extract in (path, packed):
        routes = _read(extract, "candidate_routes")
        assert _said(routes)["osm-nodes-missing"] == (
            "Ways with nodes that are not in the extract: 1 cut short (101); "
            "1 left out, with no stretch inside it (108)."
        )
        assert list(routes.geometry["101"].coords) == [(114.4, 30.5), (114.41, 30.5)]
        assert "108" not in routes.index


def test_a_way_is_not_drawn_straight_over_what_is_missing(tmp_path: Path) -> None:
    text = EXTRACTS[0].read_text(encoding="utf-8")
    five = '<nd ref="1"/><nd ref="9"/><nd ref="77"/><nd ref="3"/><nd ref="2"/>'
    path = tmp_path / "clipped.osm"
    path.write_text(text.replace('<nd ref="1"/><nd ref="3"/><nd ref="2"/>', five), encoding="utf-8")
    line = _read(path, "candidate_routes").geometry["101"]
    assert line.wkt == "MULTILINESTRING ((114.4 30.5, 114.395 30.505), (114.41 30.5, 114.42 30.5))"


def test_new_nodes_of_an_editor_and_nodes_behind_their_ways_are_found(tmp_path: Path) -> None:
    path = tmp_path / "drawn.osm"
    path.write_text(
        '<?xml version="1.0"?><osm version="0.6" generator="JOSM"><node id="-1" lat="30.5" lon="114.4"/>'
        '<way id="-9"><nd ref="-1"/><nd ref="7"/><tag k="highway" v="primary"/></way>'
        '<node id="7" lat="30.5" lon="114.5"/></osm>',
        encoding="utf-8",
    )
    routes = _read(path, "candidate_routes")
    assert list(routes.geometry["-9"].coords) == [(114.4, 30.5), (114.5, 30.5)]
    assert "osm-nodes-missing" not in _said(routes)


def test_squares_are_left_out_and_told_and_ring_roads_kept(tmp_path: Path) -> None:
    path = tmp_path / "square.osm"
    text = EXTRACTS[0].read_text(encoding="utf-8")
    ring = '<nd ref="1"/><nd ref="2"/><nd ref="4"/><nd ref="1"/><tag k="highway" v="pedestrian"/>'
    more = f'<way id="401">{ring}<tag k="area" v="yes"/></way><way id="402">{ring}</way></osm>'
    path.write_text(text.replace("</osm>", more), encoding="utf-8")
    routes = _read(path, "candidate_routes")
    assert "402" in routes.index
    assert "401" not in routes.index
    assert "pedestrian (area) 1" in _said(routes)["osm-left-out"]


def test_an_empty_extract_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "none.osm"
    path.write_text('<?xml version="1.0"?><osm version="0.6"></osm>', encoding="utf-8")
    frame = read_file(path, "candidate_routes", LayerSettings(file="x"))
    assert len(frame) == 0
    assert {"id", "class", "bridge", "level", "geometry"} <= set(frame.columns)


@pytest.mark.parametrize(
    ("tags", "road", "obstacle", "level"),
    [
        ({"highway": "motorway_link"}, "motorway", "", 0),
        ({"highway": "motorway", "tunnel": "yes"}, "motorway", "", -1),
        ({"highway": "steps"}, "", "", 0),
        ({"highway": "service", "service": "alley"}, "service", "", 0),
        ({"railway": "tram"}, "", "", 0),
        ({"railway": "rail", "bridge": "yes"}, "", "rail", 1),
        ({"railway": "monorail", "bridge": "yes"}, "", "", 1),
        ({"waterway": "river", "tunnel": "culvert"}, "", "", -1),
        ({"waterway": "stream"}, "", "", 0),
        ({"highway": "primary", "layer": "3", "bridge": "no"}, "primary", "", 3),
        ({"highway": "primary", "layer": "99"}, "primary", "", 0),
        ({}, "", "", 0),
    ],
)
def test_the_rules(tags: dict[str, str], road: str, obstacle: str, level: int) -> None:
    assert (road_class(tags), obstacle_kind(tags), level_of(tags)) == (road, obstacle, level)
