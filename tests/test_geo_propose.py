"""Guessing layers, columns, encodings and coordinate systems of files as planners have them."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely

from geo_data.describe.template import write_template
from geo_data.propose import LayerGuess, Proposal, copy_files, data_text, name_from, propose
from geo_data.propose.axes import likely_axes
from geo_data.propose.columns import ColumnGuess, guess_columns
from geo_data.propose.values import misfit
from geo_data.read.project import read_project
from geo_data.schema import Column, layer_spec

LON, LAT = [114.30, 114.32, 114.34], [30.55, 30.57, 30.56]


def points(**columns: Any) -> gpd.GeoDataFrame:
    """Three places in Wuhan with columns."""
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(LON, LAT), crs=4326)


def lines(**columns: Any) -> gpd.GeoDataFrame:
    """Two ways between them with columns."""
    shapes = [shapely.LineString([(LON[i], LAT[i]), (LON[i + 1], LAT[i + 1])]) for i in range(2)]
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=4326)


def table(path: Path, columns: dict[str, list[Any]], encoding: str = "utf-8") -> Path:
    """A table on disk, CSV or workbook."""
    frame = pd.DataFrame(columns)
    if path.suffix == ".xlsx":
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, encoding=encoding)
    return path


def mapping(guess: LayerGuess) -> dict[str, str]:
    """Columns of the schema and the headers found for them."""
    return {c.column.name: c.source for c in guess.columns if c.source}


def only(paths: list[Path]) -> LayerGuess:
    """The one layer that is proposed."""
    (guess,) = propose(paths).layers
    return guess


def written(proposal: Proposal, folder: Path) -> dict[str, Any]:
    """The proposed sections, as a project file holds them."""
    text = data_text(proposal, "城市", name_from(folder, {}))
    (folder / "project.toml").write_text(text, encoding="utf-8")
    return tomllib.loads(text)


@pytest.fixture
def messy(tmp_path: Path) -> Path:
    """A folder as planners have them: GBK Shapefile without .prj and .cpg, Chinese workbook, KML, GeoParquet."""
    sites = points(站点编号=["S1", "S2", "S3"], 站点名称=["走马岭", "吴家山", "古田"], 是否骨干=["是", "否", "是"])
    sites.to_file(tmp_path / "城域站点.shp", encoding="GBK")
    for suffix in (".prj", ".cpg"):
        (tmp_path / f"城域站点{suffix}").unlink()
    centers = {"数据中心名称": ["甲", "乙", "丙"], "编号": ["C1", "C2", "C3"], "标准机架": [1200, 4000, 12000],
               "经度": LON, "纬度": LAT, "地址": ["武汉"] * 3}  # fmt: skip
    table(tmp_path / "算力中心.xlsx", centers)
    lines(光缆编号=["F1", "F2"], 光缆名称=["甲缆", "乙缆"], 纤芯数=[144, 96]).to_file(
        tmp_path / "现网光缆.kml", driver="KML"
    )
    lines(osm_id=[7, 8], highway=["primary", "trunk"]).to_crs(32650).to_parquet(tmp_path / "streets.parquet")
    return tmp_path


def test_messy_files_become_a_project_that_can_be_read(messy: Path) -> None:
    proposal = propose([messy])
    assert proposal.names == ("centers", "metro_sites", "fibre_routes", "candidate_routes")
    assert [guess.sure for guess in proposal.layers] == ["sure"] * 4
    assert proposal.left == ()
    project = written(proposal, messy)
    layers = project["layers"]
    assert project["project"]["name"] == "城市"
    assert layers["centers"] == {
        "file": "算力中心.xlsx",
        "crs": "EPSG:4326",
        "columns": {"id": "编号", "name": "数据中心名称", "racks": "标准机架"},
    }
    assert layers["metro_sites"] == {
        "file": "城域站点.shp",
        "encoding": "GB18030",
        "crs": "EPSG:4326",
        "columns": {"id": "站点编号", "name": "站点名称", "major": "是否骨干"},
    }
    assert layers["fibre_routes"]["columns"] == {"id": "光缆编号", "name": "光缆名称", "fibre_pairs": "纤芯数"}
    assert layers["candidate_routes"]["columns"] == {"id": "osm_id", "class": "highway"}
    region = read_project(messy / "project.toml").region
    assert region is not None
    assert region.layers["metro_sites"]["name"].tolist() == ["走马岭", "吴家山", "古田"]
    assert region.layers["metro_sites"]["major"].tolist() == [True, False, True]
    assert region.layers["fibre_routes"]["fibre_pairs"].tolist() == [72, 48]
    assert region.layers["candidate_routes"]["class"].tolist() == ["primary", "trunk"]


def test_every_guess_is_told_in_the_file(messy: Path) -> None:
    text = " ".join(data_text(propose([messy]), "x", name_from(messy, {})).replace("\n#", "").split())
    assert "Computing centers 算力中心: sure, because it is called '算力中心'" in text
    assert "LOOK: the file does not state its coordinate system; the numbers look like degrees in China" in text
    assert '"GCJ-02" (Amap, Tencent) or "BD-09" (Baidu)' in text
    assert 'encoding = "GB18030" # guessed: the file does not say; look at the names' in text
    assert 'fibre_pairs = "纤芯数" # times 0.5: whole number (pairs), 0 or more' in text
    assert "Not used: 地址." in text
    assert "Not in the file: mw, pflops, export_ports_400g (0)" in text


def test_the_encoding_is_guessed_in_a_zip_file_too(tmp_path: Path) -> None:
    file = table(tmp_path / "centers.csv", {"编号": ["C1", "C2"], "名称": ["数据中心甲", "数据中心乙"], "经度": LON[:2],
                                            "纬度": LAT[:2], "机架数": [100, 200]}, "gb18030")  # fmt: skip
    with zipfile.ZipFile(tmp_path / "centers.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(file, file.name)
    proposal = propose([tmp_path / "centers.zip"])
    assert written(proposal, tmp_path)["layers"]["centers"]["encoding"] == "GB18030"
    frames = read_project(tmp_path / "project.toml").frames
    assert frames["centers"]["name"].tolist() == ["数据中心甲", "数据中心乙"]


def test_layers_of_one_file(tmp_path: Path) -> None:
    file = tmp_path / "network.gpkg"
    points(SITE_ID=["a", "b", "c"]).to_file(file, layer="POP_sites")
    points(DC_ID=["d", "e", "f"], rack_count=[1, 2, 3]).to_file(file, layer="data_centres")
    lines(cable_id=["F1", "F2"], cores=[24, 48]).to_file(file, layer="cables_2024")
    layers = written(propose([file]), tmp_path)["layers"]
    assert {name: section["layer"] for name, section in layers.items()} == {
        "centers": "data_centres", "metro_sites": "POP_sites", "fibre_routes": "cables_2024"}  # fmt: skip
    assert layers["centers"]["columns"] == {"id": "DC_ID", "racks": "rack_count"}


def test_a_street_graph(tmp_path: Path) -> None:
    graph = nx.MultiDiGraph(crs="epsg:4326")
    for node, (x, y) in enumerate(zip(LON, LAT, strict=True)):
        graph.add_node(node, x=x, y=y, street_count=2)
    graph.add_edge(0, 1, osmid="7", highway="primary", length=2900.0)
    graph.add_edge(1, 2, osmid="8", highway="residential", length=2100.0)
    nx.write_graphml(graph, tmp_path / "streets.graphml")
    proposal = propose([tmp_path / "streets.graphml"])
    guess = next(g for g in proposal.layers if g.spec.name == "candidate_routes")
    assert guess.sure == "sure"
    assert mapping(guess)["class"] in {"highway", "class"}
    assert mapping(guess)["id"]


def test_a_filled_workbook_needs_nothing_to_be_looked_at_but_its_datum(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    write_template(tmp_path / "data.xlsx")
    book = load_workbook(tmp_path / "data.xlsx")
    for at, (x, y) in enumerate(zip(LON, LAT, strict=True), start=5):
        for column, value in enumerate([f"C{at}", "甲", x, y, 1200], start=1):
            book["centers"].cell(at, column, value)
        for column, value in enumerate([f"S{at}", "乙", x + 0.01, y, "yes"], start=1):
            book["metro_sites"].cell(at, column, value)
    book.save(tmp_path / "data.xlsx")
    proposal = propose([tmp_path / "data.xlsx"])
    assert proposal.names == ("centers", "metro_sites")
    assert all(guess.sure == "sure" and not guess.missing and not guess.unused for guess in proposal.layers)
    assert {left.why for left in proposal.left} == {"has no features"}
    layers = written(proposal, tmp_path)["layers"]
    assert layers["centers"] == {"file": "data.xlsx", "layer": "centers", "crs": "EPSG:4326"}


def test_what_must_be_there_and_is_not(tmp_path: Path) -> None:
    points(名称=["a", "b", "c"], 类型=["医院", "高校", "银行"]).to_file(tmp_path / "重点场所.geojson")
    proposal = propose([tmp_path / "重点场所.geojson"])
    text = data_text(proposal, "x", name_from(tmp_path, {}))
    for layer in ("centers", "metro_sites", "candidate_routes", "access_points"):
        assert f"# [layers.{layer}]" in text
    assert "# FILL IN: Access points 综合接入点, needed by the key places: none of the files looks like it." in text
    assert set(tomllib.loads(text)["layers"]) == {"key_places"}


def test_required_columns_that_nothing_will_do_for(tmp_path: Path) -> None:
    points(片区编号=["a", "b", "c"], 户数=[100, 200, 300]).to_file(tmp_path / "终端片区.geojson")
    guess = only([tmp_path / "终端片区.geojson"])
    assert [c.column.name for c in guess.missing] == ["access"]
    text = data_text(propose([tmp_path / "终端片区.geojson"]), "x", name_from(tmp_path, {}))
    assert 'population = "户数"   # LOOK: a guess; People in the area (number (people), 0 or more)' in text
    assert '# access = "..."   # FILL IN: required (text); no column of the file will do; add one' in text


def test_the_second_file_of_a_layer_is_told(tmp_path: Path) -> None:
    lines(光缆编号=["F1", "F2"], 纤芯数=[24, 48]).to_file(tmp_path / "光缆.geojson")
    lines(光缆编号=["G1", "G2"]).to_file(tmp_path / "光缆2.geojson")
    proposal = propose([tmp_path])
    assert proposal.names == ("fibre_routes",)
    assert proposal.left[0].look.path.name == "光缆2.geojson"
    assert proposal.left[0].why.startswith("looks like 'fibre_routes', which '光缆.geojson' is already; merge them")
    assert "# NOT USED: 光缆2.geojson" in data_text(proposal, "x", name_from(tmp_path, {}))


def test_files_that_tell_nothing_are_left_with_what_they_may_be(tmp_path: Path) -> None:
    points(wert=[1, 2, 3]).to_file(tmp_path / "x1.geojson")
    table(tmp_path / "notes.csv", {"text": ["a", "b"]})
    (tmp_path / "broken.gpkg").write_bytes(b"SQLite format 3\0" + b"\1" * 200)
    proposal = propose([tmp_path, tmp_path / "gone.shp"])
    why = {left.look.path.name: left.why for left in proposal.left}
    assert proposal.layers == ()
    assert why["x1.geojson"] == "nothing in its names, columns or values tells which layer it is"
    assert why["notes.csv"].startswith("has neither a WKT column nor a column for x.")
    assert "cannot be read" in why["broken.gpkg"]
    assert why["gone.shp"] == "does not exist. Correct its path."
    assert "metro_sites" in next(left.maybe for left in proposal.left if left.look.path.name == "x1.geojson")


@pytest.mark.parametrize(
    ("name", "columns", "layer"),
    [
        ("路网.geojson", {}, "candidate_routes"),
        ("roads_2024.geojson", {}, "candidate_routes"),
        ("候选光缆路由.geojson", {}, "candidate_routes"),
        ("fibreCables.geojson", {}, "fibre_routes"),
        ("a.geojson", {"highway": ["primary", "service"]}, "candidate_routes"),
        ("a.geojson", {"spare_pairs": [1, 2]}, "fibre_routes"),
        ("railways.geojson", {}, "obstacles"),
        ("水系.geojson", {"类型": ["河流", "湖泊"]}, "obstacles"),
    ],
)
def test_which_layer_lines_are(tmp_path: Path, name: str, columns: dict[str, Any], layer: str) -> None:
    lines(**columns, n=[1, 2]).to_file(tmp_path / name)
    assert only([tmp_path / name]).spec.name == layer


@pytest.mark.parametrize(
    ("name", "columns", "layer"),
    [
        ("idc.geojson", {}, "centers"),
        ("a.geojson", {"IT负荷(kW)": [1, 2, 3]}, "centers"),
        ("汇聚机房.geojson", {}, "metro_sites"),
        ("综合接入点.geojson", {}, "access_points"),
        ("a.geojson", {"类型": ["医院", "高校", "产业园区"]}, "key_places"),
        ("a.geojson", {"接入方式": ["FTTH", "5G公网", "pon"], "常住人口(万人)": [1, 2, 3]}, "terminal_areas"),
    ],
)
def test_which_layer_points_are(tmp_path: Path, name: str, columns: dict[str, Any], layer: str) -> None:
    points(**columns, n=[1, 2, 3]).to_file(tmp_path / name)
    assert only([tmp_path / name]).spec.name == layer


def guess_of(layer: str, column: str, cells: dict[str, list[Any]]) -> ColumnGuess:
    """What is guessed for one column of a table."""
    guesses = guess_columns(layer_spec(layer), pd.DataFrame(cells))
    return next(g for g in guesses if g.column.name == column)


@pytest.mark.parametrize(
    ("cells", "source", "how"),
    [
        ({"id": ["a", "b"], "编号": ["c", "d"]}, "id", "same"),
        ({"ID": ["x.1", "x.2"], "站点编号": ["c", "d"]}, "站点编号", "alias"),  # x.1: a driver's own count
        ({"站点编号": ["c", "c"], "编号": ["c", "d"]}, "编号", "alias"),  # the first is not unique
        ({"序号": [1, 2]}, "序号", "maybe"),
        ({"站点名称": ["p", "q"]}, "站点名称", "made"),
        ({"站点名称": ["p", "p"]}, "#", "made"),
        ({"长度": [1.5, 2.5]}, "#", "made"),
    ],
)
def test_identifiers(cells: dict[str, list[Any]], source: str, how: str) -> None:
    guess = guess_of("metro_sites", "id", cells)
    assert (guess.source, guess.how) == (source, how)


@pytest.mark.parametrize(
    ("cells", "source", "how"),
    [
        ({"标准机架数": [1000], "机柜数": [500]}, "标准机架数", "alias"),
        ({"机柜数": [500]}, "机柜数", "maybe"),
        ({"机柜数": ["many"]}, "", "none"),  # a guess has to fit its values
        ({"规划标准机架数": [500]}, "规划标准机架数", "near"),
        ({"机架规模(万架)": [0.5]}, "机架规模(万架)", "unit"),
        ({"机架数(U)": [42]}, "", "none"),  # another unit
    ],
)
def test_racks(cells: dict[str, list[Any]], source: str, how: str) -> None:
    guess = guess_of("centers", "racks", cells)
    assert (guess.source, guess.how) == (source, how)


def test_a_sure_header_with_wrong_values_is_doubted() -> None:
    guess = guess_of("metro_sites", "major", {"是否骨干": ["核心", "汇聚", "接入"]})
    assert guess.source == "是否骨干"
    assert guess.doubt == "3 of 3 values are neither yes nor no (such as '核心')"
    assert not guess.sure


@pytest.mark.parametrize(
    ("column", "cells", "said"),
    [
        (Column("id", "text", "."), ["a", "", "b"], "nothing stands in 1 of 3 cells"),
        (Column("id", "text", "."), ["a", "a", "b"], "1 of 3 values stands more than once"),
        (Column("n", "number", ".", minimum=0), ["1", "-2", "-3"], "2 of 3 values are out of range (such as '-2')"),
        (Column("n", "integer", "."), ["1.5", "2.5"], "2 of 2 values are no whole numbers (such as '1.5')"),
        (Column("n", "number", "."), ["x", "y", "1"], "2 of 3 values are no numbers (such as 'x')"),
        (Column("n", "number", "."), ["", "-", None], "all its cells are empty"),
        (Column("n", "number", "."), [*["1"] * 19, "x"], ""),  # one mistake in twenty is no other column
        (Column("k", "text", ".", choices=("rail",), words=(("铁路", "rail"),)), ["铁路", "rail"], ""),
    ],
)
def test_values_that_do_not_fit(column: Column, cells: list[Any], said: str) -> None:
    assert misfit(column, pd.Series(cells, dtype=object)) == said


def test_degrees_outside_china_and_numbers_the_wrong_way_round(tmp_path: Path) -> None:
    abroad = table(tmp_path / "sites.csv", {"id": [1, 2], "lon": [5.5, 5.6], "lat": [50.6, 50.7]})
    assert only([abroad]).crs.crs == "EPSG:4326"
    assert only([abroad]).crs.why == "the numbers look like degrees"
    turned = table(tmp_path / "pop.csv", {"id": [1, 2], "x": LAT[:2], "y": LON[:2]})
    guess = only([turned])
    assert guess.crs.swapped
    section = written(propose([turned]), tmp_path)["layers"]["metro_sites"]
    assert (section["x"], section["y"]) == ("y", "x")


def test_metres_are_told_by_the_other_layers(tmp_path: Path) -> None:
    points(rack_count=[1, 2, 3]).to_file(tmp_path / "idc.gpkg")
    metres = points().to_crs(4547).geometry  # CGCS2000, 3 degrees, 114 E
    survey = table(tmp_path / "站点.csv", {"站点编号": ["a", "b", "c"], "X": metres.y.tolist(), "Y": metres.x.tolist()})
    guess = next(g for g in propose([tmp_path]).layers if g.spec.name == "metro_sites")
    assert (guess.crs.crs, guess.crs.swapped) == ("EPSG:4547", True)
    assert "Chinese survey tables write X for north" in guess.crs.why
    assert only([survey]).crs.crs == ""
    assert only([survey]).crs.why == "the numbers are metres of some grid that cannot be told"


def test_the_grid_of_another_file_is_tried(tmp_path: Path) -> None:
    belgian = gpd.GeoSeries.from_xy([5.5, 5.6], [50.6, 50.7], crs="EPSG:4326").to_crs(31370)  # Belgian Lambert 72
    gpd.GeoDataFrame({"cable_id": [1]}, geometry=[shapely.LineString(belgian.tolist())], crs=31370).to_file(
        tmp_path / "cables.gpkg"
    )
    table(tmp_path / "datacentres.csv", {"dc_id": [1, 2], "X": belgian.x.tolist(), "Y": belgian.y.tolist()})
    guess = next(g for g in propose([tmp_path]).layers if g.spec.name == "centers")
    assert (guess.crs.crs, guess.crs.swapped) == ("EPSG:31370", False)
    assert guess.crs.why == "in this grid its metres lie near the other layers"


def test_the_number_of_a_zone_tells_the_grid(tmp_path: Path) -> None:
    metres = points().to_crs(4526).geometry  # CGCS2000, 3 degrees, zone 38
    file = table(tmp_path / "sites.csv", {"id": [1, 2, 3], "x": metres.x.tolist(), "y": metres.y.tolist()})
    assert only([file]).crs.crs == "EPSG:4526"
    section = written(propose([file]), tmp_path)["layers"]["metro_sites"]
    assert section["crs"] == "EPSG:4526"


def test_coordinate_columns_by_likeness(tmp_path: Path) -> None:
    file = table(tmp_path / "sites.csv", {"id": [1, 2], "局站GPS经度": LON[:2], "局站GPS纬度": LAT[:2]}, "GBK")
    section = written(propose([file]), tmp_path)["layers"]["metro_sites"]
    assert (section["x"], section["y"]) == ("局站GPS经度", "局站GPS纬度")
    assert section["encoding"] == "GB18030"
    assert likely_axes(["经理", "plate", "along"]) is None
    assert likely_axes(["横坐标(m)", "纵坐标(m)"]) == ("横坐标(m)", "纵坐标(m)")


def test_row_numbers_as_identifiers_are_read(tmp_path: Path) -> None:
    lines(名称=["同名", "同名"]).to_file(tmp_path / "路网.geojson")
    proposal = propose([tmp_path / "路网.geojson"])
    assert written(proposal, tmp_path)["layers"]["candidate_routes"]["columns"]["id"] == "#"
    region = read_project(tmp_path / "project.toml")
    notes = [f.found for f in region.findings if f.code == "ids-numbered"]
    assert notes == ["Identifiers are the rows' numbers in the file: candidate_routes-1 to candidate_routes-2."]


def test_odd_headers_and_cells_leave_the_file_sound(tmp_path: Path) -> None:
    odd = {"站点编号": ["a\nb", "c\x7f", "c\x7f"], 'na"me\\#\n[x]': ["1", "2", "3"], "站点名称\x7f": ["p", "q", "q"]}
    points(**odd).to_parquet(tmp_path / "sites.parquet")
    layers = written(propose([tmp_path / "sites.parquet"]), tmp_path)["layers"]
    assert layers["metro_sites"]["columns"] == {"id": "站点编号", "name": "站点名称\x7f"}


def test_the_order_of_files_changes_nothing(messy: Path) -> None:
    files = sorted(p for p in messy.iterdir() if p.suffix in {".shp", ".xlsx", ".kml", ".parquet"})
    name = name_from(messy, {})
    assert data_text(propose(files), "x", name) == data_text(propose(files[::-1]), "x", name)


def test_copies_keep_companions_and_clash_with_nothing(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        points(id=["1", "2", "3"]).to_file(tmp_path / folder / "sites.shp")
    files = [tmp_path / "a" / "sites.shp", tmp_path / "b" / "sites.shp"]
    places = copy_files(files, tmp_path / "data")
    assert places == {files[0]: tmp_path / "data" / "sites.shp", files[1]: tmp_path / "data" / "2" / "sites.shp"}
    assert {p.suffix for p in (tmp_path / "data" / "2").iterdir()} >= {".shp", ".shx", ".dbf", ".prj"}
    assert name_from(tmp_path, places)(files[1]) == "data/2/sites.shp"
    with pytest.raises(FileExistsError, match="is there already, and nothing was copied"):
        copy_files(files, tmp_path / "data")


def test_nothing_is_left_out_silently(messy: Path) -> None:
    """Every header of every file is used, told as unused, or holds the place."""
    for guess in propose([messy]).layers:
        frame = guess.look.frame
        assert frame is not None
        headers = {str(c) for c in frame.columns if c != frame.geometry.name}
        assert headers == set(mapping(guess).values()) | set(guess.unused)
        assert np.isfinite(frame.geometry.bounds.to_numpy()).all()
