"""Families of files: found by content, read with what they carry, and what they lose said."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from typing import Any

import geo_world as gw
import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo_data.checks.report import Report
from geo_data.maps.style import MapLayer, Style
from geo_data.read.archive import MOST_MEMBERS
from geo_data.read.files import list_layers, read_file
from geo_data.read.formats import READERS, family_of
from geo_data.read.layer import CheckedLayer, read_layer
from geo_data.read.settings import LayerSettings
from geo_data.read.source import fingerprint
from geo_data.read.unreadable import Unreadable
from geo_data.schema import layer_spec
from geo_data.write import write_geojson, write_shapefile


def _sites() -> gpd.GeoDataFrame:
    return gw.points({"S1": (0, 0), "S2": (500, 0)}, name=["一号站", "二号站"])


def _read(path: Path, spec: str = "metro_sites", **settings: Any) -> CheckedLayer:
    return read_layer(layer_spec(spec), LayerSettings(file=path.name, **settings), path.parent)


def _rows(path: Path, spec: str = "metro_sites", **settings: Any) -> gpd.GeoDataFrame:
    checked = _read(path, spec, **settings)
    assert checked.frame is not None, checked.report.findings
    assert not [f for f in checked.report.findings if f.severity == "error"]
    return checked.frame


def _said(path: Path, code: str, spec: str = "metro_sites", **settings: Any) -> list[str]:
    return [f.message for f in _read(path, spec, **settings).report.findings if f.code == code]


def _zip(path: Path, *files: Path, folder: str = "") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            for part in [file] if file.is_file() else sorted(p for p in file.rglob("*") if p.is_file()):
                archive.write(part, folder + str(part.relative_to(file.parent)))
    return path


DRIVERS = {
    "s.gdb": "OpenFileGDB",
    "s.fgb": "FlatGeobuf",
    "s.tab": "MapInfo File",
    "s.mif": "MapInfo File",
    "s.gml": "GML",
}


@pytest.mark.parametrize("file", DRIVERS)
def test_every_family_gives_the_same_layer(file: str, tmp_path: Path) -> None:
    options = {"encoding": "UTF-8"} if DRIVERS[file] == "MapInfo File" else {}
    _sites().to_file(tmp_path / file, driver=DRIVERS[file], engine="pyogrio", **options)
    frame = _rows(tmp_path / file).sort_values("id")  # FlatGeobuf puts near features together
    assert frame[["id", "name"]].to_numpy().tolist() == [["S1", "一号站"], ["S2", "二号站"]]
    assert shapely.distance(frame.geometry.to_numpy(), _sites().geometry.to_numpy()).max() < 0.01
    assert frame.crs.to_epsg() == 32650


def test_the_table_of_families_is_whole() -> None:
    names = [family.name for family in READERS]
    assert len(set(names)) == len(names)
    assert {"gpkg", "geojson", "shp", "kml", "gdb", "fgb", "dxf", "parquet", "csv", "xlsx", "ofds", "osm", "graph"} <= {
        *names
    }
    for family in READERS:
        assert family.title
        assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in family.suffixes)


def test_content_goes_before_the_suffix(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.gpkg")
    wrong = (tmp_path / "s.gpkg").rename(tmp_path / "s.csv")
    assert _rows(wrong)["id"].tolist() == ["S1", "S2"]
    assert _said(wrong, "suffix-wrong") == [
        "The file is named '.csv' but holds GeoPackage; it was read as that. Name it '.gpkg'."
    ]
    assert family_of(wrong)[0].name == "gpkg"


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("a.dwg", b"AC1027" + bytes(100), r"is an AutoCAD drawing \(DWG\)"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b"\0" * 64, "holds nothing but blanks"),
        ("a.gpkg", b"<OGRVRTDataSource/>", r"is a pointer to other files \(VRT\)"),
        ("a.doc", b"hello", "has the ending '.doc', which is none that is read"),
        ("a", b"hello", "has no ending"),
        ("a.zip", b"PK\x03\x04" + bytes(40), "is cut off or damaged"),
        ("a.dbf", b"\x03" * 40, "is one part of a Shapefile"),
    ],
)
def test_files_that_hold_no_layer_say_what_they_are(name: str, content: bytes, found: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(Unreadable, match=found):
        read_file(tmp_path / name, "centers", LayerSettings(file=name))


def test_folder_that_is_no_geodatabase_names_its_files(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.gpkg")
    with pytest.raises(Unreadable, match="is a folder") as caught:
        read_file(tmp_path, "centers", LayerSettings(file="."))
    assert caught.value.advice == "Name one of its files: s.gpkg."


KML = """<?xml version="1.0" encoding="{encoding}"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>武汉</name>
<Folder><name>光缆</name>
 <Placemark><name>甲-乙</name><description><![CDATA[<table><tr><th>纤芯数</th><td>48</td></tr>
  <tr><td>状态</td><td>在用 &amp; 好</td></tr></table>]]></description>
  <ExtendedData><Data name="lit"><value>yes</value></Data>
  <SchemaData schemaUrl="#s"><SimpleData name="owner">电信</SimpleData></SchemaData></ExtendedData>
  <LineString><coordinates>114.3,30.5,12 114.4,30.6,15</coordinates></LineString></Placemark>
 <Folder><name>支线</name><Placemark id="p9"><name>乙-丙</name><MultiGeometry>
  <LineString><coordinates>114.4,30.6 114.5,30.6</coordinates></LineString>
  <Point><coordinates>114.4,30.6</coordinates></Point></MultiGeometry></Placemark></Folder></Folder>
<Folder><name>局站</name><Placemark><name>甲</name><Point><coordinates>114.3,30.5,0</coordinates></Point></Placemark>
</Folder></Document></kml>"""


@pytest.mark.parametrize("encoding", ["UTF-8", "GB2312"])
def test_kml_keeps_folders_data_and_tables_in_descriptions(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "m.kml").write_bytes(
        KML.format(encoding=encoding).encode("gb18030" if encoding == "GB2312" else "utf-8")
    )
    raw = read_file(tmp_path / "m.kml", "", LayerSettings(file="m.kml"))
    assert raw["folder"].tolist() == ["光缆", "支线", "局站"]
    assert raw.iloc[0][["name", "纤芯数", "状态", "lit", "owner"]].tolist() == [
        "甲-乙",
        "48",
        "在用 & 好",
        "yes",
        "电信",
    ]
    assert raw.crs.to_epsg() == 4326
    assert list_layers(tmp_path / "m.kml") == ("光缆", "支线", "局站")


def test_kml_folder_feeds_a_layer(tmp_path: Path) -> None:
    (tmp_path / "m.kml").write_text(KML.format(encoding="UTF-8"), encoding="utf-8")
    cables = _rows(tmp_path / "m.kml", "fibre_routes", layer="光缆", columns={"id": "name"})
    assert cables[["id", "fibre_pairs", "lit"]].to_numpy().tolist() == [["甲-乙", 24, True], ["乙-丙", 0, False]]
    assert [g.wkt for g in cables.geometry] == [
        "LINESTRING (114.3 30.5, 114.4 30.6)",
        "LINESTRING (114.4 30.6, 114.5 30.6)",
    ]
    said = {
        f.code: f.found
        for f in _read(tmp_path / "m.kml", "fibre_routes", layer="光缆", columns={"id": "name"}).report.findings
    }
    assert said["heights-dropped"] == "1 feature has heights, which were left out: lengths are those on the map."
    assert (
        said["geometry-collection"]
        == "1 feature holds shapes of several kinds; the parts that the layer takes were taken."
    )
    sites = _rows(tmp_path / "m.kml", where={"folder": "局站"})
    assert sites[["id", "name"]].to_numpy().tolist() == [["甲", "甲"]]


def test_kmz_is_kml_in_a_zip_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "m.kmz", "w") as archive:
        archive.writestr("files/readme.txt", "x")
        archive.writestr("doc.kml", KML.format(encoding="UTF-8"))
    assert _rows(tmp_path / "m.kmz", layer="局站")["name"].tolist() == ["甲"]


def test_kml_bomb_and_broken_xml_are_refused(tmp_path: Path) -> None:
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    (tmp_path / "b.kml").write_text(
        f'<?xml version="1.0"?><!DOCTYPE k [<!ENTITY a0 "lol">{entities}]><kml><Placemark><name>&a11;</name></Placemark></kml>'
    )
    with pytest.raises(Unreadable, match="is no sound XML: limit on input amplification factor"):
        read_file(tmp_path / "b.kml", "", LayerSettings(file="b.kml"))
    (tmp_path / "c.kml").write_text(KML.format(encoding="UTF-8")[:400], encoding="utf-8")
    with pytest.raises(Unreadable, match="is no sound XML"):
        read_file(tmp_path / "c.kml", "", LayerSettings(file="c.kml"))


def _dxf(path: Path) -> Path:
    """A drawing in Chinese with two cable layers, a block with an attribute, a point and the text beside it."""
    entities: list[tuple[int, Any]] = [
        (0, "SECTION"), (2, "HEADER"), (9, "$ACADVER"), (1, "AC1015"), (9, "$DWGCODEPAGE"), (3, "ANSI_936"), (0, "ENDSEC"),
        (0, "SECTION"), (2, "BLOCKS"), (0, "BLOCK"), (8, 0), (2, "SITE"), (70, 0), (10, 0), (20, 0), (30, 0), (3, "SITE"),
        (0, "CIRCLE"), (8, 0), (10, 0), (20, 0), (40, 5), (0, "ENDBLK"), (8, 0), (0, "ENDSEC"),
        (0, "SECTION"), (2, "ENTITIES"),
        (0, "LWPOLYLINE"), (5, "A1"), (8, "现状光缆"), (90, 3), (70, 0), (10, 0), (20, 0), (10, 100), (20, 0), (10, 200), (20, 0),
        (0, "POLYLINE"), (5, "B1"), (8, "现状光缆"), (66, 1), (0, "VERTEX"), (8, 0), (10, 0), (20, 0), (0, "VERTEX"), (8, 0),
        (10, 0), (20, 50), (0, "SEQEND"), (8, 0),
        (0, "LINE"), (5, "A3"), (8, "规划路由"), (10, 0), (20, 0), (30, 3), (11, 5), (21, 12), (31, 3),
        (0, "INSERT"), (5, "A4"), (8, "局站"), (2, "SITE"), (66, 1), (10, 50), (20, 50), (0, "ATTRIB"), (8, "局站"), (10, 50),
        (20, 50), (40, 2.5), (1, "S-17"), (2, "CODE"), (0, "SEQEND"), (8, "局站"),
        (0, "POINT"), (5, "A5"), (8, "局站"), (10, 70), (20, 70),
        (0, "TEXT"), (5, "A6"), (8, "注记"), (10, 71), (20, 71), (40, 2.5), (1, "武汉站"), (0, "ENDSEC"), (0, "EOF"),
    ]  # fmt: skip
    start = entities.index((2, "ENTITIES"))
    corner = {10: 500_000, 11: 500_000, 20: 3_380_000, 21: 3_380_000}
    moved = [
        (code, value + corner[code] if i > start and code in corner else value)
        for i, (code, value) in enumerate(entities)
    ]
    path.write_bytes("".join(f"{code}\n{value}\n" for code, value in moved).encode("gb18030"))
    return path


def test_drawing_gives_lines_by_layer(tmp_path: Path) -> None:
    path = _dxf(tmp_path / "d.dxf")
    assert list_layers(path) == ("现状光缆", "规划路由", "局站", "注记")
    cables = _rows(path, "fibre_routes", layer="现状光缆", crs="EPSG:4547")
    assert cables["id"].tolist() == ["A1", "B1"]
    assert cables.length.tolist() == [200.0, 50.0]
    planned = _rows(path, "candidate_routes", where={"Layer": "规划*"}, crs="EPSG:4547")
    assert planned.length.tolist() == [13.0]
    assert _said(path, "entities-left-out", "fibre_routes", layer="现状光缆", crs="EPSG:4547") == []
    assert _said(path, "entities-left-out", "fibre_routes", crs="EPSG:4547") == [
        "Entities of other kinds were left out: 2 Point, 1 text."
    ]


def test_drawing_gives_points_with_attributes_and_names_beside_them(tmp_path: Path) -> None:
    path = _dxf(tmp_path / "d.dxf")
    raw = read_file(path, "metro_sites", LayerSettings(file="d.dxf"))
    assert raw["BlockName"].fillna("").tolist() == ["SITE", ""]
    assert raw["CODE"].fillna("").tolist() == ["S-17", ""]
    assert raw["name"].fillna("").tolist() == ["", "武汉站"]
    assert [p.wkt for p in shapely.force_2d(raw.geometry.to_numpy())] == [
        "POINT (500050 3380050)",
        "POINT (500070 3380070)",
    ]


def test_drawing_states_no_coordinate_system(tmp_path: Path) -> None:
    assert _said(_dxf(tmp_path / "d.dxf"), "crs-missing", "fibre_routes") == [
        "The file does not state its coordinate system. State it under [layers.fibre_routes], for example "
        'crs = "EPSG:4326" (WGS 84) or crs = "EPSG:4490" (CGCS2000).'
    ]


def test_shapefile_in_a_zip_with_chinese_names(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "局站.shp", encoding="GB18030")
    (tmp_path / "局站.cpg").unlink()
    path = _zip(tmp_path / "z.zip", *sorted(tmp_path.glob("局站.*")), folder="data/")
    assert _rows(path)["name"].tolist() == ["一号站", "二号站"]
    assert len(_said(path, "encoding-guessed")) == 1


def test_a_file_in_a_zip_says_itself_that_it_is_shifted(tmp_path: Path) -> None:
    centers = gpd.GeoDataFrame(
        {"id": ["C1", "C2"], "class": ["a", "b"]}, geometry=gpd.points_from_xy([114.3, 114.4], [30.5, 30.6], [8, 9])
    )
    text = centers.to_json().replace("{", '{"datum": "GCJ-02", ', 1)
    (tmp_path / "c.geojson").write_text(text, encoding="utf-8")
    _zip(tmp_path / "c.zip", tmp_path / "c.geojson")
    settings = {f: LayerSettings(file=f, where={"class": ("a",)}, columns={"id": "#"}) for f in ("c.geojson", "c.zip")}
    plain, zipped = (read_layer(layer_spec("centers"), s, tmp_path) for s in settings.values())
    assert zipped.source is not None
    assert zipped.source.datum == "GCJ-02"
    assert zipped.report.places[0] == pytest.approx([114.294577, 30.502458], abs=1e-6)
    assert zipped.report.places.tolist() == plain.report.places.tolist()


def test_geodatabase_in_a_zip(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.gdb", driver="OpenFileGDB", engine="pyogrio", layer="stations")
    path = _zip(tmp_path / "s.gdb.zip", tmp_path / "s.gdb")
    assert _rows(path)["id"].tolist() == ["S1", "S2"]
    assert _rows(path, layer="stations")["id"].tolist() == ["S1", "S2"]


def test_zip_of_several_files_has_to_be_told_which(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.gpkg")
    _sites().iloc[:1].to_file(tmp_path / "t.gpkg")
    path = _zip(tmp_path / "z.zip", tmp_path / "s.gpkg", tmp_path / "t.gpkg")
    assert list_layers(path) == ("s", "t")
    assert _rows(path, layer="t")["id"].tolist() == ["S1"]
    with pytest.raises(Unreadable, match="holds 2 files: s, t"):
        read_file(path, "metro_sites", LayerSettings(file="z.zip"))


def test_a_file_in_a_zip_and_a_layer_in_it_are_named_with_a_slash(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "city.gpkg", layer="sites")
    _sites().iloc[:1].to_file(tmp_path / "city.gpkg", layer="few", mode="a")
    _sites().iloc[1:].to_file(tmp_path / "t.gpkg")
    path = _zip(tmp_path / "z.zip", tmp_path / "city.gpkg", tmp_path / "t.gpkg", folder="new/")
    assert list_layers(path) == ("city/sites", "city/few", "t")
    for name, ids in (("city/few", ["S1"]), ("city.gpkg/sites", ["S1", "S2"]), ("new/city.gpkg/few", ["S1"]),
                      ("t.gpkg", ["S2"])):  # fmt: skip
        assert _rows(path, layer=name)["id"].tolist() == ids
    with pytest.raises(Unreadable, match="has no layer 'fewer'"):
        read_file(path, "", LayerSettings(file="z.zip", layer="city/fewer"))
    only = _zip(tmp_path / "only.zip", tmp_path / "city.gpkg")
    assert list_layers(only) == ("sites", "few")
    assert _rows(only, layer="few")["id"].tolist() == _rows(only, layer="city/few")["id"].tolist() == ["S1"]


def _export(path: Path) -> Path:
    """Shapefiles of an export, with a column name and a text that their tables cut."""
    sites = _sites().assign(electrical_hops=[3, 4], electrical_sites=["站" * 100, "b"])
    cables = gw.lines({"F1": [(0, 0), (500, 0)]}, fibre_pairs=[24], spare_pairs=[12])
    looks = Style("circle", "#000000"), Style("line", "#000000")
    write_shapefile([MapLayer("sites", "Sites", "Nodes", sites, looks[0]),
                     MapLayer("cables", "Cables", "Fibre", cables, looks[1])], path)  # fmt: skip
    return path


@pytest.mark.parametrize("name", ["plan.zip", "plan"])
def test_shapefiles_of_an_export_have_full_names_and_texts_again(name: str, tmp_path: Path) -> None:
    path = _export(tmp_path / name)
    file = path if path.is_file() else path / "sites.shp"
    settings = LayerSettings(file=name, layer="sites" if path.is_file() else "")
    raw = read_file(file, "metro_sites", settings)
    assert raw["electrical_hops"].tolist() == [3, 4]
    assert raw["electrical_sites"].tolist() == ["站" * 100, "b"]
    assert {r.code: r.found for r in raw.attrs["remarks"]} == {
        "columns-full": "Columns have their full names from fields.csv: "
        "electrical = electrical_hops, electric_2 = electrical_sites.",
        "texts-full": "Read whole from long_texts.csv: 1 text that the table cuts.",
    }
    if path.is_file():
        assert list_layers(path) == ("cables", "sites")
        assert _rows(path, "fibre_routes", layer="cables")["spare_pairs"].tolist() == [12]


def test_tables_beside_a_shapefile_count_only_as_far_as_they_fit(tmp_path: Path) -> None:
    path = _export(tmp_path / "plan") / "sites.shp"
    before = fingerprint(path)
    texts = path.with_name("long_texts.csv")
    texts.write_text(texts.read_text("utf-8").replace("站" * 100, "别" * 100), "utf-8")  # the cell says something else
    assert read_file(path, "", LayerSettings(file="sites.shp"))["electrical_sites"].tolist()[0] == "站" * 84
    assert fingerprint(path) != before
    path.with_name("fields.csv").write_bytes(b"\xff\xfe other")
    assert "electrical" in read_file(path, "", LayerSettings(file="sites.shp")).columns


def test_zip_that_leads_outside_or_grows_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "e.zip", "w") as archive:
        archive.writestr("../evil.csv", "id,lon,lat\n1,1,1\n")
    with pytest.raises(Unreadable, match=r"holds the unsafe path '\.\./evil\.csv'"):
        read_file(tmp_path / "e.zip", "", LayerSettings(file="e.zip"))
    with zipfile.ZipFile(tmp_path / "m.zip", "w") as archive:
        for i in range(MOST_MEMBERS + 1):
            archive.writestr(f"{i}.csv", "")
    with pytest.raises(Unreadable, match=r"would unpack to 20,001 files"):
        read_file(tmp_path / "m.zip", "", LayerSettings(file="m.zip"))
    content = bytearray(_zip(tmp_path / "b.zip", _csv(tmp_path / "b.csv")).read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 5 * 1024**3 % 2**32 + 2**31)
    (tmp_path / "b.zip").write_bytes(bytes(content))
    with pytest.raises(Unreadable, match=r"would unpack to 1 file of|holds a broken file|longer than it says"):
        read_file(tmp_path / "b.zip", "", LayerSettings(file="b.zip"))


def _csv(path: Path) -> Path:
    path.write_text("id,lon,lat\n" + "1,114,30\n" * 1000)
    return path


def test_shapefile_without_its_companions(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.shp", encoding="UTF-8")
    for suffix in (".shx", ".prj"):
        (tmp_path / f"s{suffix}").unlink()
    before = sorted(p.name for p in tmp_path.iterdir())
    frame = _rows(tmp_path / "s.shp", crs="EPSG:32650")
    assert frame[["id", "name"]].to_numpy().tolist() == [["S1", "一号站"], ["S2", "二号站"]]
    assert [g.x for g in frame.geometry] == [gw.EAST, gw.EAST + 500]
    assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert _said(tmp_path / "s.shp", "crs-missing") != []
    assert _said(tmp_path / "s.shp", "shx-missing") == ["The index (.shx) is missing; it was made anew from the .shp."]
    (tmp_path / "s.dbf").unlink()
    assert _said(tmp_path / "s.shp", "dbf-missing") == [
        "The table (.dbf) is missing, so the features have no columns. Copy the .dbf beside the .shp."
    ]
    (tmp_path / "s.shp").write_bytes((tmp_path / "s.shp").read_bytes()[:-9])
    with pytest.raises(Unreadable, match=r"has no index \(.shx\) and is cut off"):
        read_file(tmp_path / "s.shp", "metro_sites", LayerSettings(file="s.shp"))


def test_shapefile_in_capitals(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.shp", encoding="GB18030")
    (tmp_path / "s.cpg").unlink()
    for part in sorted(tmp_path.iterdir()):
        part.rename(tmp_path / part.name.upper())
    assert _rows(tmp_path / "S.SHP")["name"].tolist() == ["一号站", "二号站"]


def test_shapefile_that_states_the_wrong_encoding(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.shp", encoding="GB18030")
    (tmp_path / "s.cpg").write_text("UTF-8")
    assert _rows(tmp_path / "s.shp")["name"].tolist() == ["一号站", "二号站"]
    assert _said(tmp_path / "s.shp", "encoding-wrong") == [
        'Its text is not UTF-8 as stated; it was read as GB18030. State it: encoding = "GB18030".'
    ]


def test_text_cut_in_half_a_character_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.shp", encoding="UTF-8")
    table = (tmp_path / "s.dbf").read_bytes()
    cut = "二号站".encode()
    (tmp_path / "s.dbf").write_bytes(table.replace(cut, cut[:-1] + b" "))
    assert _rows(tmp_path / "s.shp")["name"].tolist() == ["一号站", "二号"]
    assert len(_said(tmp_path / "s.shp", "text-cut")) == 1


def test_chinese_headers_cut_by_a_shapefile_are_found(tmp_path: Path) -> None:
    fibre = gw.lines({"F1": [(0, 0), (1000, 0)]}, 空闲纤对数=[12], 是否已开通=["是"])
    fibre.to_file(tmp_path / "f.shp", encoding="GB18030")
    assert _rows(tmp_path / "f.shp", "fibre_routes")[["spare_pairs", "lit"]].iloc[0].tolist() == [12, True]


def test_where_picks_rows_so_that_one_file_feeds_two_layers(tmp_path: Path) -> None:
    roads = gw.lines({"a": [(0, 0), (1000, 0)], "b": [(0, 0), (0, 1000)], "c": [(0, 0), (0, -9)]}, state=["CABLE-EX", "PLAN", "CABLE-NEW"])  # fmt: skip
    roads.to_file(tmp_path / "r.gpkg")
    assert _rows(tmp_path / "r.gpkg", "fibre_routes", where={"state": "CABLE-*"})["id"].tolist() == ["a", "c"]
    assert _rows(tmp_path / "r.gpkg", "candidate_routes", where={"STATE": ["PLAN", "x"]})["id"].tolist() == ["b"]
    assert _said(tmp_path / "r.gpkg", "where", "fibre_routes", where={"state": "PLAN"}) == ["where picked 1 of 3 rows."]
    assert _said(tmp_path / "r.gpkg", "where-nothing", "fibre_routes", where={"state": "plan"}) == [
        "where asks for state = 'plan', which no row has. It has: 'CABLE-EX', 'CABLE-NEW', 'PLAN'."
    ]
    assert _said(tmp_path / "r.gpkg", "file-unreadable", "fibre_routes", where={"stat": "x"}) == [
        "File 'r.gpkg' has no column 'stat', which where names. Did you mean 'state'?"
    ]


def test_dates_in_identifiers_stay_text(tmp_path: Path) -> None:
    sites = _sites().to_crs(4326)
    sites["id"] = ["2024-01-05", "2024/02/06"]
    sites.to_file(tmp_path / "s.geojson")
    assert _rows(tmp_path / "s.geojson")["id"].tolist() == ["2024-01-05", "2024/02/06"]


def test_collections_give_the_parts_that_the_layer_takes() -> None:
    from geo_data.read.shapes import flat_shapes

    line, point = shapely.LineString([(0, 0), (1, 0)]), shapely.Point(5, 5)
    nested = shapely.GeometryCollection(
        [shapely.GeometryCollection([line, point]), shapely.LineString([(0, 1), (1, 1)])]
    )
    only = shapely.GeometryCollection([point])
    frame = gpd.GeoDataFrame(pd.DataFrame({"id": ["a", "b"]}), geometry=[nested, only], crs=4326)
    report = Report(layer_spec("candidate_routes"), "x")
    shapes = flat_shapes(frame, report).geometry
    assert shapes.iloc[0].wkt == "MULTILINESTRING ((0 0, 1 0), (0 1, 1 1))"
    assert shapes.iloc[1].geom_type == "GeometryCollection"
    assert [f.count for f in report.findings] == [1]


def _several(path: Path) -> Path:
    """An export of points and lines in one GeoJSON file."""
    sites = MapLayer("sites", "Sites", "Nodes", _sites().assign(oxc=[True, False]), Style("circle", "#000000"))
    cables = gw.lines({"F1": [(0, 0), (500, 0)], "F2": [(500, 0), (500, 900)]}, fibre_pairs=[24, 12])
    write_geojson([sites, MapLayer("fibre_routes", "Cables", "Fibre", cables, Style("line", "#000000"))], path)
    return path


def test_several_layers_in_one_geojson_are_read_one_by_one(tmp_path: Path) -> None:
    path = _several(tmp_path / "plan.geojson")
    assert list_layers(path) == ("sites", "fibre_routes")
    sites = _rows(path, layer="sites")
    assert sites[["id", "name", "oxc"]].to_numpy().tolist() == [["S1", "一号站", True], ["S2", "二号站", False]]
    assert _rows(path, "fibre_routes")["fibre_pairs"].tolist() == [24, 12]  # by its own name
    assert _said(path, "columns-unused", "fibre_routes") == []
    with pytest.raises(Unreadable, match="has no layer 'site'") as told:
        read_file(path, "", LayerSettings(file=path.name, layer="site"))
    assert told.value.advice == "Did you mean 'sites'?"


def test_all_layers_of_a_geojson_together_are_told(tmp_path: Path) -> None:
    path = _several(tmp_path / "plan.geojson")
    assert _said(path, "layers-together") == [
        "All features were read; their property 'layer' tells 2 layers: sites, fibre_routes. "
        "Name one with layer = '...' if only that is meant."
    ]
    assert _said(path, "layers-together", where={"layer": ("sites",)}) == []


def test_a_property_layer_of_one_value_or_with_gaps_tells_no_layers(tmp_path: Path) -> None:
    for cells in (["A", "A"], ["A", None]):
        _sites().to_crs(4326).assign(layer=cells).to_file(tmp_path / "s.geojson")
        assert list_layers(tmp_path / "s.geojson") == ()
        assert len(_rows(tmp_path / "s.geojson", layer="s")) == 2


def test_shapefile_with_one_name_for_two_columns(tmp_path: Path) -> None:
    _sites().to_file(tmp_path / "s.shp", encoding="UTF-8")
    table = (tmp_path / "s.dbf").read_bytes()
    (tmp_path / "s.dbf").write_bytes(table.replace(b"name\0", b"id\0\0\0", 1))
    with pytest.raises(Unreadable, match="has several columns called 'id'"):
        read_file(tmp_path / "s.shp", "metro_sites", LayerSettings(file="s.shp"))
