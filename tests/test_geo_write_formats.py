"""Shapefile, FlatGeobuf, GeoParquet, KMZ, DXF: what is lost is told, in the coordinates that were asked for."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import ezdxf
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from pyproj import Geod
from shapely.geometry import LineString, Point, Polygon

from geo_data.datum.chinese import gcj02_to_wgs84
from geo_data.maps.style import MapLayer, Style
from geo_data.read.layer import read_layer
from geo_data.read.settings import LayerSettings
from geo_data.schema import layer_spec
from geo_data.write import (
    FORMATS,
    Coordinates,
    WriteOptions,
    refuse_coordinates,
    write_dxf,
    write_flatgeobuf,
    write_geojson,
    write_geoparquet,
    write_gpkg,
    write_kml,
    write_kmz,
    write_shapefile,
)
from geo_data.write.dbf_fields import field_names
from geo_data.write.dxf_looks import layer_name
from geo_data.write.dxf_text import cad_text, cad_tokens, fitting
from geo_data.write.file_set import file_names, file_set
from geo_data.write.layer_frames import typed_frame
from tests.map_cases import UTM, at, centers, existing, small_city

LAYERS = small_city().layers
GCJ = WriteOptions("小城", Coordinates.parse("gcj02"))


def frame_of(**columns: list[object]) -> gpd.GeoDataFrame:
    """Return two points with columns."""
    return gpd.GeoDataFrame(columns, geometry=[Point(at(0, 0)), Point(at(100, 0))], crs=UTM)


# Coordinates


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("EPSG:4490", "EPSG:4490 (China Geodetic Coordinate System 2000)"),
        ("CGCS2000", "EPSG:4490 (China Geodetic Coordinate System 2000)"),
        ("epsg:4547", "EPSG:4547 (CGCS2000 / 3-degree Gauss-Kruger CM 114E)"),
        ("gcj02", "GCJ-02"),
        ("BD 09", "BD-09"),
    ],
)
def test_coordinates_go_by_the_names_planners_use(text: str, name: str) -> None:
    assert Coordinates.parse(text).name == name


def test_unknown_coordinates_are_refused() -> None:
    with pytest.raises(ValueError, match=r"'mars' is no known coordinate system\. Write an EPSG code"):
        Coordinates.parse("mars")


def test_formats_refuse_coordinates_they_cannot_hold() -> None:
    grid, degrees, shifted = (Coordinates.parse(text) for text in ("EPSG:4547", "EPSG:4490", "GCJ-02"))
    for coordinates in (None, grid, degrees, shifted):
        refuse_coordinates("gpkg", "any", coordinates)
    for coordinates in (None, Coordinates.parse("WGS84"), shifted):
        refuse_coordinates("kml", "degrees", coordinates)
    refuse_coordinates("dxf", "metres", grid)
    with pytest.raises(ValueError, match="Format 'kml' holds degrees of WGS 84"):
        refuse_coordinates("kml", "degrees", degrees)
    with pytest.raises(ValueError, match="Format 'dxf' is a drawing in metres, and GCJ-02 is no map grid"):
        refuse_coordinates("dxf", "metres", shifted)
    with pytest.raises(ValueError, match="Format 'dxf' is a drawing in metres, and EPSG:2263"):  # feet
        refuse_coordinates("dxf", "metres", Coordinates.parse("EPSG:2263"))
    with pytest.raises(ValueError, match="Format 'xlsx' has no choice of coordinates"):
        refuse_coordinates("xlsx", "none", degrees)


def test_shifted_coordinates_are_named_in_the_file_and_shift_back(tmp_path: Path) -> None:
    true = centers().frame.to_crs(4326).geometry.iloc[0]
    assert write_gpkg(LAYERS, tmp_path / "plan.gpkg", GCJ) == ()
    table = gpd.read_file(tmp_path / "plan.gpkg", layer="centers")
    assert table.crs is not None
    assert table.crs.name == "GCJ-02"
    there = np.array([table.geometry.iloc[0].coords[0]])
    away = Geod(ellps="WGS84").inv(*there[0], true.x, true.y)[2]
    assert 300 < away < 700
    assert gcj02_to_wgs84(there)[0] == pytest.approx((true.x, true.y), abs=1e-9)

    (told,) = write_geojson(LAYERS, tmp_path / "plan.geojson", GCJ)
    assert told.startswith("Coordinates are GCJ-02, shifted by 100 m and more")
    data = json.loads((tmp_path / "plan.geojson").read_text(encoding="utf-8"))
    assert (data["datum"], data["note"]) == ("GCJ-02", told)
    assert data["features"][-2]["geometry"]["coordinates"] == pytest.approx(there[0], abs=1e-9)

    (told,) = write_kml(LAYERS, tmp_path / "plan.kml", GCJ)
    assert f"<description>{told}</description>" in (tmp_path / "plan.kml").read_text(encoding="utf-8")
    write_shapefile((centers(),), tmp_path / "plan.zip", GCJ)
    with zipfile.ZipFile(tmp_path / "plan.zip") as archive:
        assert archive.read("centers.prj").decode().startswith('GEOGCS["GCS_GCJ-02"')
        assert "Coordinates: GCJ-02" in archive.read("README.txt").decode()


def test_tables_take_any_system(tmp_path: Path) -> None:
    options = WriteOptions(coordinates=Coordinates.parse("EPSG:4547"))
    write_flatgeobuf((centers(),), tmp_path / "fgb", options)
    write_geoparquet((centers(),), tmp_path / "parquet", options)
    expected = centers().frame.to_crs(4547).geometry
    for found in (
        gpd.read_file(tmp_path / "fgb" / "centers.fgb").set_index("id").loc[["C1", "C2"]],
        gpd.read_parquet(tmp_path / "parquet" / "centers.parquet"),
    ):
        assert found.crs.to_epsg() == 4547
        assert shapely.distance(found.geometry.to_numpy(), expected.to_numpy()).max() == 0.0


# Columns


def test_columns_of_mixed_objects_get_the_type_they_hold() -> None:
    frame = frame_of(
        yes=[True, None], whole=[1, None], number=[1, 2.5], text=["x", 3], huge=[2**70, None], none=[None, None]
    )
    frame = frame.astype(dict.fromkeys(["number", "none"], object)).assign(whole=pd.Series([1, None], dtype=object))
    types = {name: str(kind) for name, kind in typed_frame(frame).dtypes.items()}
    assert types == {
        "yes": "boolean", "whole": "Int64", "number": "Float64", "text": "str", "huge": "str", "none": "str",
        "geometry": "geometry",
    }  # fmt: skip


def test_gpkg_tells_renamed_columns_and_styles_follow(tmp_path: Path) -> None:
    frame = centers().frame.rename(columns={"size": "FID"}).assign(Name=["a", "b"])
    layer = replace(centers(), frame=frame, style=replace(centers().style, by="FID"))
    assert write_gpkg((layer,), tmp_path / "plan.gpkg") == (
        "Column 'FID' of layer 'centers' is called 'FID_' in the GeoPackage: the name was taken.",
        "Column 'Name' of layer 'centers' is called 'Name_' in the GeoPackage: the name was taken.",
    )
    styles = pyogrio.read_dataframe(tmp_path / "plan.gpkg", layer="layer_styles")
    assert 'attr="FID_"' in styles["styleQML"].iloc[0]


def test_gpkg_takes_a_layer_of_several_kinds(tmp_path: Path) -> None:
    mixed = frame_of(id=["a", "b"]).set_geometry([Point(at(0, 0)), LineString([at(0, 0), at(9, 9)])], crs=UTM)
    write_gpkg((MapLayer("mixed", "Mixed", "All", mixed, Style("circle", "#d55e00")),), tmp_path / "plan.gpkg")
    assert gpd.read_file(tmp_path / "plan.gpkg", layer="mixed").geom_type.tolist() == ["Point", "LineString"]


# Shapefile


def test_field_names_are_ten_bytes_and_all_different() -> None:
    names = field_names(
        ["length_km", "electrical_hops", "electrical_km", "ELECTRICAL", "敷设长度公里", "敷设长度米", ""]
    )
    assert list(names.values()) == [
        "length_km", "electrical", "electric_2", "ELECTRIC_3", "敷设长", "敷设_2", "field",
    ]  # fmt: skip
    assert all(len(name.encode()) <= 10 for name in names.values())


def test_shapefile_tells_every_loss(tmp_path: Path) -> None:
    long = "汉阳大道" * 30  # 360 bytes
    frame = frame_of(electrical_hops=[1, 2], electrical_km=[1e-20, 2.0], note=[long, "short"])
    layer = MapLayer("站点", "Sites", "Nodes", frame, Style("circle", "#d55e00"))
    notes = write_shapefile((layer,), tmp_path / "plan.zip", WriteOptions("小城"))
    assert notes == (
        "Shapefile: 2 column names cut to 10 bytes; fields.csv says which is which.",
        "Shapefile: 1 text over 254 bytes cut; whole in long_texts.csv.",
        "Shapefile: numbers too large or too small for the table were changed in 'electrical_km' of 站点 (1).",
    )
    with zipfile.ZipFile(tmp_path / "plan.zip") as archive:
        assert archive.testzip() is None
        assert {Path(name).suffix for name in archive.namelist()} == {
            ".shp",
            ".shx",
            ".dbf",
            ".prj",
            ".cpg",
            ".csv",
            ".txt",
        }
        assert archive.read("站点.cpg") == b"UTF-8"
        rows = list(csv.reader(io.StringIO(archive.read("fields.csv").decode("utf-8-sig"))))
        assert rows == [["file", "column", "field"], ["站点", "electrical_hops", "electrical"],
                        ["站点", "electrical_km", "electric_2"], ["站点", "note", "note"]]  # fmt: skip
        texts = list(csv.reader(io.StringIO(archive.read("long_texts.csv").decode("utf-8-sig"))))
        assert texts == [["file", "column", "row", "text"], ["站点", "note", "1", long]]
        readme = archive.read("README.txt").decode()
        assert readme.startswith("小城\n")
        assert all(note in readme for note in notes)
    back = pyogrio.read_dataframe(tmp_path / "plan.zip", layer="站点")
    assert back["note"].tolist() == [long[:84], "short"]  # 252 bytes: no half characters


def test_shapefile_splits_layers_of_several_kinds(tmp_path: Path) -> None:
    shapes = [Point(at(0, 0)), LineString([at(0, 0), at(9, 9)]), None, shapely.GeometryCollection([Point(at(1, 1))])]
    frame = gpd.GeoDataFrame({"id": list("abcd")}, geometry=shapes, crs=UTM)
    layer = MapLayer("mixed", "Mixed", "All", frame, Style("circle", "#d55e00"))
    assert write_shapefile((layer,), tmp_path / "plan") == (
        "Shapefile: layer 'mixed': 1 geometry collection left out.",
        "Shapefile: layer 'mixed' mixes points, lines or areas and is split into mixed_line, mixed_point.",
    )
    found = {p.stem: gpd.read_file(p)["id"].tolist() for p in (tmp_path / "plan").glob("*.shp")}
    assert found == {"mixed_line": ["b", "c"], "mixed_point": ["a"]}


def test_shapefile_takes_empty_layers_and_refuses_the_name_of_one_file(tmp_path: Path) -> None:
    empty = replace(existing(), frame=existing().frame.iloc[:0])
    assert write_shapefile((empty,), tmp_path / "plan.zip") == ()
    assert pyogrio.read_info(tmp_path / "plan.zip")["geometry_type"] == "LineString"
    with pytest.raises(ValueError, match=r"plan.shp': Shapefiles are several files and come in one .zip"):
        write_shapefile((empty,), tmp_path / "plan.shp")


# Several files


def test_folders_appear_whole_or_not_at_all(tmp_path: Path) -> None:
    for target in (tmp_path / "plan", tmp_path / "plan.zip"):
        with pytest.raises(RuntimeError, match="stopped"):
            _write_half(target)
    assert list(tmp_path.iterdir()) == []


def _write_half(target: Path) -> None:
    with file_set(target) as folder:
        (folder / "half").write_text("x")
        raise RuntimeError("stopped")


def test_folders_are_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "plan").mkdir()
    write_flatgeobuf((centers(),), tmp_path / "plan")  # an empty folder is no loss
    assert [p.name for p in (tmp_path / "plan").iterdir()] == ["centers.fgb"]
    with pytest.raises(FileExistsError, match="plan' is there already, and a folder is not written over"):
        write_flatgeobuf((centers(),), tmp_path / "plan")
    write_flatgeobuf(LAYERS, tmp_path / "plan.zip")
    write_flatgeobuf((centers(),), tmp_path / "plan.zip")
    assert pyogrio.list_layers(tmp_path / "plan.zip")[:, 0].tolist() == ["centers"]


def test_file_names_are_those_every_system_takes() -> None:
    names = ["a/b", "a:b", "区", 'x"y.', "..."]
    assert file_names(replace(centers(), name=name) for name in names) == ["a_b", "a_b_", "区", "x_y", "layer"]


def test_flatgeobuf_and_geoparquet_take_gaps_and_empty_layers(tmp_path: Path) -> None:
    gaps = replace(centers(), frame=centers().frame.assign(geometry=[None, Point(at(1, 1))], bbox=[1, 2]))
    empty = replace(existing(), frame=existing().frame.iloc[:0])
    write_flatgeobuf((gaps, empty), tmp_path / "fgb")
    write_geoparquet((gaps, empty), tmp_path / "parquet")
    assert gpd.read_file(tmp_path / "fgb" / "centers.fgb").geometry.isna().tolist() == [True, False]
    assert pyogrio.read_info(tmp_path / "fgb" / "existing.fgb")["geometry_type"] == "LineString"
    back = gpd.read_parquet(tmp_path / "parquet" / "centers.parquet")
    assert (back.geometry.isna().tolist(), back["bbox"].tolist()) == ([True, False], [1, 2])
    assert len(gpd.read_parquet(tmp_path / "parquet" / "existing.parquet")) == 0


# KMZ


def test_kmz_carries_its_marks(tmp_path: Path) -> None:
    write_kmz(LAYERS, tmp_path / "plan.kmz")
    with zipfile.ZipFile(tmp_path / "plan.kmz") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "doc.kml", "files/circle_hollow.png", "files/diamond.png", "files/square.png",
        ]  # fmt: skip
        assert "maps.google.com" not in archive.read("doc.kml").decode()
        picture = archive.read("files/diamond.png")
    assert picture.startswith(b"\x89PNG")
    assert pyogrio.list_layers(tmp_path / "plan.kmz")[:, 0].tolist() == [layer.title for layer in LAYERS]


def test_kml_keeps_places_without_geometry_and_shows_what_xml_cannot_hold(tmp_path: Path) -> None:
    frame = frame_of(id=["a", "b\x0b"]).set_geometry([None, Point(at(0, 0))], crs=UTM)
    layer = MapLayer("sites", "Sites", "Nodes", frame, Style("circle", "#d55e00"))
    write_kml((layer,), tmp_path / "plan.kml")
    back = gpd.read_file(tmp_path / "plan.kml", layer="Sites")
    assert back["id2"].tolist() == ["a", "b\ufffd"]
    assert back.geometry.isna().tolist() == [True, False]


# DXF


def test_drawing_text_is_gbk_on_one_line() -> None:
    assert cad_text("a\nb^c 汉口²😀") == "a^Jb^ c 汉口\\U+00B2\\U+D83D\\U+DE00"
    assert fitting(cad_tokens("汉²x"), 8) == ("汉", ["\\U+00B2", "x"])
    assert layer_name("Fibre", 'a/b: "x", y', " 新 建 ") == "Fibre-a b x y-新 建"


def test_dxf_is_a_sound_drawing_in_metres(tmp_path: Path) -> None:
    notes = write_dxf(LAYERS, tmp_path / "plan.dxf", WriteOptions("小城"))
    assert notes == (
        "DXF: drawn in metres of EPSG:32650 (WGS 84 / UTM zone 50N); 'plan.prj' beside it says so to GIS programs.",
    )
    drawing = ezdxf.readfile(tmp_path / "plan.dxf")
    assert not drawing.audit().errors
    assert (drawing.dxfversion, drawing.encoding, drawing.units) == ("AC1018", "gbk", 6)
    assert drawing.header.custom_vars.get("Coordinate system") == "EPSG:32650 (WGS 84 / UTM zone 50N)"
    space = drawing.modelspace()
    new = space.query('LWPOLYLINE[layer=="Network-new_links"]')
    assert [tuple(point[:2]) for point in new[0].get_points()] == [at(500, 500), at(1000, 1000)]
    assert drawing.layers.get("Network-new_links").rgb == (213, 94, 0)
    assert drawing.layers.get("Network-new_links").dxf.linetype == "DASH_2_1"
    assert drawing.layers.get("Background-区").is_off()
    sites = {mark.dxf.layer: mark.dxf.name for mark in space.query("INSERT")}
    assert set(sites) >= {"Equipment-sites-OXC", "Equipment-sites-other", "Equipment-centers-Large"}
    (large,) = space.query('INSERT[layer=="Equipment-centers-Large"]')
    assert tuple(large.dxf.insert)[:2] == at(500, 500)
    assert {a.dxf.tag: a.dxf.text for a in large.attribs} == {
        "id": "C1", "name": "硚口智算中心", "size": "large", "racks": "3200.0",
    }  # fmt: skip
    assert all(attribute.is_invisible for attribute in large.attribs)
    labels = space.query('TEXT[layer=="Equipment-centers-Large-text"]')
    assert [label.dxf.text for label in labels] == ["硚口智算中心"]
    assert not drawing.layers.get("Equipment-centers-Large-text").is_off()
    assert drawing.layers.get("Equipment-sites-OXC-text").is_off()


def test_dxf_reads_in_gdal_with_chinese_names(tmp_path: Path) -> None:
    write_dxf(LAYERS, tmp_path / "plan.dxf")
    table = pyogrio.read_dataframe(tmp_path / "plan.dxf", layer="entities", INLINE_BLOCKS="NO")
    assert "硚口智算中心" in set(table["Text"])
    assert "Background-区" in set(table["Layer"])


def test_dxf_of_degrees_is_drawn_in_their_utm_zone_or_what_is_asked(tmp_path: Path) -> None:
    degrees = replace(centers(), frame=centers().frame.to_crs(4326))
    (told,) = write_dxf((degrees,), tmp_path / "a.dxf")
    assert "EPSG:32650" in told
    (told,) = write_dxf((degrees,), tmp_path / "b.dxf", WriteOptions(coordinates=Coordinates.parse("EPSG:4547")))
    assert "EPSG:4547" in told
    mark = ezdxf.readfile(tmp_path / "b.dxf").modelspace().query("INSERT")[0]
    expected = centers().frame.to_crs(4547).geometry.iloc[0]
    assert (mark.dxf.insert.x, mark.dxf.insert.y) == pytest.approx((expected.x, expected.y), abs=1e-6)


def test_dxf_tells_features_without_geometry_and_texts_beyond_its_room(tmp_path: Path) -> None:
    area = Polygon([at(0, 0), at(9, 0), at(9, 9)])
    frame = frame_of(id=["a", "b"], text=["汉" * 9000, "x"]).set_geometry([area, None], crs=UTM)
    layer = MapLayer("zones", "Zones", "Ground", frame, Style("polygon", "#d55e00"))
    assert write_dxf((layer,), tmp_path / "a.dxf")[1:] == (
        "DXF: 1 text cut to what a mark of a drawing can hold.",
        "DXF: 1 feature without geometry left out: there is nothing to draw.",
    )
    assert not ezdxf.readfile(tmp_path / "a.dxf").audit().errors


@pytest.mark.parametrize(
    ("key", "file"),
    [("gpkg", "a.gpkg"), ("geojson", "a.geojson"), ("kml", "a.kml"), ("kmz", "a.kmz"), ("shp", "a.zip")],
)
def test_metroplan_takes_its_shifted_exports_back_to_wgs84(tmp_path: Path, key: str, file: str) -> None:
    layer = replace(LAYERS[3], name="metro_sites")
    {form.key: form for form in FORMATS}[key].write((layer,), tmp_path / file, GCJ)
    checked = read_layer(layer_spec("metro_sites"), LayerSettings(file=file), tmp_path)
    assert checked.frame is not None
    back = checked.frame.to_crs(UTM).geometry.to_numpy()
    assert shapely.distance(back, layer.frame.geometry.to_numpy()).max() < 1e-4
    assert (
        checked.report.findings[0].found
        == "The file says that its coordinates are GCJ-02; they were taken back to WGS 84."
    )
