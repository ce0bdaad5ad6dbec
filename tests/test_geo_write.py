"""Writers: whole files or none, and what other programs read in them."""

from __future__ import annotations

import json
import sqlite3
import xml.etree.ElementTree as ET
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pyogrio
import pytest
import shapely
from pyproj import Transformer
from shapely.geometry import LineString, Point

from geo_data.write import WriteOptions, atomic_path, write_geojson, write_gpkg, write_graphml, write_kml
from geo_data.write.qml import layer_qml
from tests.map_cases import UTM, at, centers, existing, small_city

LAYERS = small_city().layers
KML = {"k": "http://www.opengis.net/kml/2.2"}


# Whole or not at all


def test_atomic_path_replaces_only_when_the_block_ends_well(tmp_path: Path) -> None:
    target = tmp_path / "new folder" / "plan.txt"
    with atomic_path(target) as part:
        part.write_text("first")
        assert part.parent == target.parent
        assert part.suffix == ".txt"
        assert not target.exists()
    with pytest.raises(RuntimeError, match="stopped"):
        _write_half(target)
    assert target.read_text() == "first"
    assert [p.name for p in target.parent.iterdir()] == ["plan.txt"]


def _write_half(target: Path) -> None:
    with atomic_path(target) as part:
        part.write_text("half")
        raise RuntimeError("stopped")


def test_atomic_path_says_when_nothing_was_written(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match=r"Nothing was written for '.*plan.txt'"),
        atomic_path(tmp_path / "plan.txt"),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("write", [write_gpkg, write_geojson, write_kml])
def test_writers_leave_an_earlier_file_alone_when_they_fail(tmp_path: Path, write: object) -> None:
    target = tmp_path / "plan"
    target.write_text("earlier")
    with pytest.raises(ValueError, match="Layer names 'CENTERS', 'centers' stand twice in one export"):
        write((centers(), replace(centers(), name="CENTERS")), target)  # type: ignore[operator]
    assert target.read_text() == "earlier"
    assert [p.name for p in tmp_path.iterdir()] == ["plan"]


# GeoPackage


def test_gpkg_holds_every_layer_as_it_was(tmp_path: Path) -> None:
    write_gpkg(LAYERS, tmp_path / "plan.gpkg")
    tables = {str(name): kind for name, kind in pyogrio.list_layers(tmp_path / "plan.gpkg")}
    assert tables == {
        "区": "Polygon",
        "existing": "MultiLineString",
        "new_links": "LineString",
        "sites": "Point",
        "centers": "Point",
        "layer_styles": None,
    }
    back = gpd.read_file(tmp_path / "plan.gpkg", layer="centers")
    assert back.crs == UTM
    assert back["name"].tolist() == ["硚口智算中心", "Han Yang & <b>South</b>"]
    assert back["racks"].tolist() == [3200.0, 640.0]
    assert back.geometry.iloc[0].equals(Point(at(500, 500)))


def test_gpkg_styles_are_defaults_where_qgis_looks(tmp_path: Path) -> None:
    write_gpkg(LAYERS, tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        rows = base.execute(
            "SELECT f_table_name, f_geometry_column, useAsDefault, styleQML FROM layer_styles"
        ).fetchall()
        titles = dict(base.execute("SELECT table_name, identifier FROM gpkg_contents").fetchall())
    assert [(name, column, default) for name, column, default, _ in rows] == [
        (layer.name, "geom", 1) for layer in LAYERS
    ]
    assert all(ET.fromstring(qml).tag == "qgis" for *_, qml in rows)
    assert titles["existing"] == "Existing fibre"


def test_gpkg_takes_empty_layers_and_names_it_keeps_for_itself(tmp_path: Path) -> None:
    empty = replace(existing(), frame=existing().frame.iloc[:0])
    odd = replace(centers(), frame=centers().frame.assign(fid=["a", "b"], geom=[1, 2]))
    write_gpkg((empty, odd), tmp_path / "plan.gpkg")
    assert pyogrio.read_info(tmp_path / "plan.gpkg", layer="existing")["geometry_type"] == "LineString"
    assert gpd.read_file(tmp_path / "plan.gpkg", layer="centers")["fid_"].tolist() == ["a", "b"]


def test_gpkg_takes_two_layers_of_one_title(tmp_path: Path) -> None:
    write_gpkg((centers(), replace(existing(), title="Computing centers")), tmp_path / "plan.gpkg")
    with closing(sqlite3.connect(tmp_path / "plan.gpkg")) as base:
        rows = base.execute("SELECT identifier FROM gpkg_contents WHERE data_type = 'features' ORDER BY 1").fetchall()
    assert rows == [("Computing centers (centers)",), ("Computing centers (existing)",)]


def test_qml_has_a_category_a_variant_and_dashes_in_millimetres() -> None:
    sites = ET.fromstring(layer_qml(LAYERS[3], "others"))
    categories = [(c.get("value"), c.get("label")) for c in sites.iter("category")]
    assert categories == [("true", "OXC"), ("", "others")]
    links = ET.fromstring(layer_qml(LAYERS[2]))
    stroke = {o.get("name"): o.get("value") for o in links.findall(".//symbol/layer")[-1].iter("Option")}
    assert stroke["line_width"] == "0.900"  # 3.4 px
    assert stroke["customdash"] == "1.799;0.900"
    assert stroke["use_custom_dash"] == "1"
    assert ET.fromstring(layer_qml(centers())).find(".//text-style").get("fieldName") == "name"  # type: ignore[union-attr]


def test_qml_writes_labels_from_the_scale_of_their_zoom() -> None:
    root = ET.fromstring(layer_qml(replace(centers(), label_min_zoom=10.0, min_zoom=9.0)))
    rendering = root.find(".//settings/rendering")
    assert rendering is not None
    # QGIS reads scaleMax of labels as the smallest scale: 1:272,989 is zoom 10
    assert (rendering.get("scaleVisibility"), rendering.get("scaleMax"), rendering.get("scaleMin")) == (
        "1",
        "272989",
        "1",
    )
    assert (root.get("hasScaleBasedVisibilityFlag"), root.get("minScale"), root.get("maxScale")) == ("1", "545979", "0")


# GeoJSON


def test_geojson_is_wgs84_with_layer_and_right_handed_rings(tmp_path: Path) -> None:
    write_geojson(LAYERS, tmp_path / "plan.geojson")
    data = json.loads((tmp_path / "plan.geojson").read_text(encoding="utf-8"))
    assert "crs" not in data
    assert [f["properties"]["layer"] for f in data["features"]] == [
        "区",
        *["existing"] * 2,
        *["new_links"] * 2,
        *["sites"] * 3,
        *["centers"] * 2,
    ]
    area = shapely.geometry.shape(data["features"][0]["geometry"])
    assert area.exterior.is_ccw
    assert not area.interiors[0].is_ccw
    lon, lat = data["features"][-2]["geometry"]["coordinates"]
    assert (lon, lat) == pytest.approx(
        Transformer.from_crs(UTM, 4326, always_xy=True).transform(*at(500, 500)), abs=1e-7
    )
    assert len(str(lon).split(".")[1]) <= 9
    west, south, east, north = data["bbox"]
    assert (west, south) < (lon, lat) < (east, north)
    assert data["features"][2]["properties"]["length_km"] is None


def test_geojson_refuses_a_column_called_layer(tmp_path: Path) -> None:
    layer = replace(centers(), frame=centers().frame.assign(layer="x"))
    with pytest.raises(ValueError, match="Layer 'centers' has a column 'layer'"):
        write_geojson((layer,), tmp_path / "plan.geojson")


def test_geojson_keeps_features_without_geometry(tmp_path: Path) -> None:
    frame = centers().frame
    layer = replace(centers(), frame=frame.assign(geometry=[None, frame.geometry.iloc[1]]))
    write_geojson((layer,), tmp_path / "plan.geojson")
    features = json.loads((tmp_path / "plan.geojson").read_text(encoding="utf-8"))["features"]
    assert features[0]["geometry"] is None
    assert features[1]["properties"]["racks"] == 640.0


# KML


def test_kml_has_folders_styles_and_data(tmp_path: Path) -> None:
    write_kml(LAYERS, tmp_path / "plan.kml", WriteOptions("小城"))
    root = ET.parse(tmp_path / "plan.kml").getroot()
    assert [f.findtext("k:name", namespaces=KML) for f in root.iterfind(".//k:Folder", KML)] == [
        layer.title for layer in LAYERS
    ]
    links = root.findall(".//k:Folder", KML)[2]
    url = links.findtext("k:Placemark/k:styleUrl", namespaces=KML)
    assert url is not None
    style = root.find(f".//k:Style[@id='{url[1:]}']", KML)
    assert style is not None
    assert style.findtext("k:LineStyle/k:color", namespaces=KML) == "ff005ed5"
    names = [
        m.findtext("k:name", namespaces=KML) for m in root.findall(".//k:Folder", KML)[4].iterfind("k:Placemark", KML)
    ]
    assert names == ["硚口智算中心", "Han Yang & <b>South</b>"]
    values = {
        d.get("name"): d.text
        for d in root.findall(".//k:Folder", KML)[3].findall(".//k:Placemark[1]//k:SimpleData", KML)
    }
    assert values == {"id": "S1", "name": "北站", "oxc": "1"}


def test_kml_reads_back_in_gdal(tmp_path: Path) -> None:
    write_kml(LAYERS, tmp_path / "plan.kml")
    back = gpd.read_file(tmp_path / "plan.kml", layer="Districts")
    expected = LAYERS[0].frame.to_crs(4326).geometry.iloc[0]
    assert shapely.force_2d(back.geometry.iloc[0]).symmetric_difference(expected).area < expected.area * 1e-5


# GraphML


def test_graphml_reads_back_in_networkx(tmp_path: Path) -> None:
    places = [Point(at(0, 0)), Point(at(1000, 0)), Point(at(0, 1000))]
    nodes = gpd.GeoDataFrame({"id": ["S1", "S2", "江"], "racks": [1.5, None, 3.0]}, geometry=places, crs=UTM)
    lines = [LineString([places[0], places[1]]), LineString([places[0], places[1]]), LineString([places[1], places[2]])]
    links = gpd.GeoDataFrame(
        {"id": ["L1", "L2", "L3"], "a": [0, 0, 1], "b": [1, 1, 2], "lit": [True, False, True]}, geometry=lines, crs=UTM
    )
    write_graphml(nodes, links, tmp_path / "network.graphml")
    graph = nx.read_graphml(tmp_path / "network.graphml", force_multigraph=True)
    assert sorted(graph) == ["S1", "S2", "江"]
    assert graph.nodes["S1"]["racks"] == 1.5
    assert "racks" not in graph.nodes["S2"]
    assert graph.number_of_edges("S1", "S2") == 2
    assert sorted(data["id"] for *_, data in graph.edges(data=True)) == ["L1", "L2", "L3"]
    assert graph.nodes["江"]["latitude"] == pytest.approx(30.53, abs=0.02)
    with pytest.raises(ValueError, match="Link 'L3' ends at nodes 1 and 2, but there are 2 nodes"):
        write_graphml(nodes.iloc[:2], links, tmp_path / "network.graphml")
