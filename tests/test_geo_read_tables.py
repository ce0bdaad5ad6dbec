"""Tables as planners keep them: encodings, separators, headers in Chinese, coordinates in every spelling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from geo_data.describe.template import write_template
from geo_data.read.coordinates import coordinate_values, line_values
from geo_data.read.files import list_layers, read_file
from geo_data.read.headers import header_fits, header_in
from geo_data.read.layer import CheckedLayer, read_layer
from geo_data.read.remarks import take_remarks
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable
from geo_data.schema import layer_spec


def _read(path: Path, layer: str = "centers", **settings: Any) -> CheckedLayer:
    """One layer as the project reads it."""
    return read_layer(layer_spec(layer), LayerSettings(file=path.name, crs="EPSG:4326", **settings), path.parent)


def _frame(path: Path, layer: str = "centers", **settings: Any) -> gpd.GeoDataFrame:
    """The rows that are of use; nothing may stop the planning."""
    checked = _read(path, layer, **settings)
    assert checked.frame is not None, checked.report.findings
    assert not [f for f in checked.report.findings if f.severity == "error"]
    return checked.frame


def _codes(path: Path, layer: str = "centers", **settings: Any) -> set[str]:
    return {f.code for f in _read(path, layer, **settings).report.findings}


CHINESE = '编号,名称,机架数（架）,经度,纬度\n007,光谷中心,1200,114.5,30.5\nC2,"汉口,中心",4000,114.25,30.75\n'
SAME = {
    "utf8.csv": CHINESE.encode(),
    "bom.csv": b"\xef\xbb\xbf" + CHINESE.encode(),
    "gb18030.csv": CHINESE.encode("gb18030"),
    "utf16.txt": CHINESE.replace(",", "\t").replace('"汉口\t中心"', "汉口,中心").encode("utf-16"),
    "utf16be.txt": CHINESE.encode("utf-16-be"),
    "semicolon.csv": CHINESE.replace('"汉口,中心"', "汉口+中心")
    .replace(",", ";")
    .replace(".", ",")
    .replace("+", ",")
    .encode(),
    "title.csv": ("武汉市算力中心清单,,,,\n" + CHINESE).encode(),
    "units.csv": CHINESE.replace("（架）", "").replace("纬度\n", "纬度\n-,-,架,°,°\n").encode(),
    "crlf.csv": CHINESE.replace("\n", "\r\n").encode(),
    "dms.csv": CHINESE.replace("114.5", "114°30′00″E").replace("30.75", "北纬30度45分").encode(),
    "pair.csv": '编号,名称,机架数,经纬度\n007,光谷中心,1200,"114.5,30.5"\nC2,"汉口,中心",4000,114.25 30.75\n'.encode(),
}


@pytest.mark.parametrize("name", SAME)
def test_every_spelling_of_a_table_gives_the_same_layer(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(SAME[name])
    frame = _frame(tmp_path / name)
    assert frame["id"].tolist() == ["007", "C2"]
    assert frame["name"].tolist() == ["光谷中心", "汉口,中心"]
    assert frame["racks"].tolist() == [1200.0, 4000.0]
    assert shapely.get_coordinates(frame.geometry).tolist() == [[114.5, 30.5], [114.25, 30.75]]


def test_what_was_guessed_skipped_and_taken_is_said(tmp_path: Path) -> None:
    text = CHINESE.replace("（架）", "").replace("编号", "序号,编号").replace("007", "1,007").replace("C2", "2,C2")
    (tmp_path / "c.csv").write_bytes(("武汉市,,,,,\n" + text).encode("gb18030"))
    found = [f.message for f in _read(tmp_path / "c.csv").report.findings]
    assert found == [
        "The header was found in row 2; what stands above was not read.",
        "File 'c.csv' does not state its text encoding; it was read as GB18030. State it if names look wrong: "
        'encoding = "GB18030".',
        "Columns taken by their other names: '编号' as id, '名称' as name, '机架数' as racks. Map what is meant otherwise "
        "under columns = { ... }.",
        "Columns not used: '序号'.",
    ]


def test_mapping_goes_before_other_names(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("编号,代号,racks,机架数,lon,lat\n1,A,5,7,114,30\n", encoding="utf-8")
    assert _frame(tmp_path / "c.csv")[["id", "racks"]].iloc[0].tolist() == ["1", 5.0]
    mapped = _frame(tmp_path / "c.csv", columns={"id": "代号", "racks": "机架数"})
    assert mapped[["id", "racks"]].iloc[0].tolist() == ["A", 7.0]


def test_headers_in_another_unit_are_converted_or_left_alone() -> None:
    centers = layer_spec("centers")
    assert header_fits("机架数（架）", centers.column("racks"))
    assert header_fits("Racks (racks)", centers.column("racks"))
    assert not header_fits("racks (kW)", centers.column("racks"))
    assert not header_fits("IT负荷", centers.column("mw"))  # of which unit?
    assert header_in(["经度", "机架规模", "标准机架数"], centers.column("racks")) == "标准机架数"


def test_header_cut_for_two_columns_is_taken_for_none(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("id,racks,export_por,lon,lat\n1,5,9,114,30\n", encoding="utf-8")
    checked = _read(tmp_path / "c.csv")
    assert [f.message for f in checked.report.findings if f.code == "column-ambiguous"] == [
        "Column 'export_por' may be export_ports_400g or export_ports_other; it was taken for none of them. "
        'Map it: columns = { export_ports_400g = "export_por" }.'
    ]
    assert checked.frame is not None
    assert checked.frame["export_ports_400g"].tolist() == [0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("114°18'30\"E", 114 + 18 / 60 + 30 / 3600),
        ("E114°18′30.6″", 114 + 18 / 60 + 30.6 / 3600),
        ("东经114度18分30秒", 114 + 18 / 60 + 30 / 3600),
        ("114 18 30", 114 + 18 / 60 + 30 / 3600),
        ("114:18.5", 114 + 18.5 / 60),
        ("30°30′S", -30.5),
        ("-71°30'", -71.5),
        ("１１４．５", 114.5),
        ("114,25", 114.25),
        ("W 71.5", -71.5),
        ("1.145e2", 114.5),
    ],
)
def test_coordinate_in_any_spelling(text: str, value: float) -> None:
    assert coordinate_values(pd.Series([text]))[0] == pytest.approx(value, abs=1e-12)


@pytest.mark.parametrize("text", ["", "-", "114°61'", "114°10'75\"", "光谷", "114;30", "1,2,3", "0x10"])
def test_text_that_is_no_coordinate_gives_none(text: str) -> None:
    assert not coordinate_values(pd.Series([text])) > -1e9


def test_places_in_one_cell() -> None:
    assert line_values("114.3,30.5") == [(114.3, 30.5)]
    assert line_values("114.3,30.5;114.4,30.6|114.5,30.7") == [(114.3, 30.5), (114.4, 30.6), (114.5, 30.7)]
    assert line_values("[114.3，30.5]") == [(114.3, 30.5)]
    assert line_values("114.3") == []
    assert line_values("114.3,30.5;x") == []


@pytest.mark.parametrize(
    "head", ["lon1,lat1,lon2,lat2", "x_from,y_from,x_to,y_to", "起点经度,起点纬度,终点经度,终点纬度"]
)
def test_lines_from_their_ends(head: str, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(f"id,{head}\n1,114,30,114.5,30.25\n", encoding="utf-8")
    frame = _frame(tmp_path / "r.csv", "candidate_routes")
    assert frame.geometry.iloc[0].wkt == "LINESTRING (114 30, 114.5 30.25)"
    assert "lines-from-ends" in _codes(tmp_path / "r.csv", "candidate_routes")


def test_line_without_one_end_has_no_geometry(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,lon1,lat1,lon2,lat2\n1,114,30,114.5,\n", encoding="utf-8")
    assert "geometry-empty" in _codes(tmp_path / "r.csv", "candidate_routes")


def test_long_cell_of_wkt_is_read(tmp_path: Path) -> None:
    places = ", ".join(f"{114 + i / 1e5:.5f} 30" for i in range(20_000))
    (tmp_path / "r.csv").write_text(f'id,wkt\n1,"LINESTRING ({places})"\n', encoding="utf-8")
    assert shapely.get_num_coordinates(_frame(tmp_path / "r.csv", "candidate_routes").geometry.iloc[0]) == 20_000


def test_curves_as_text_are_told(tmp_path: Path) -> None:
    text = 'id,wkt\n1,"CIRCULARSTRING (114 30, 114.1 30.1, 114.2 30)"\n2,"LINESTRING (114 30, 114.5 30)"\n'
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    found = {f.code: f.message for f in _read(tmp_path / "r.csv", "candidate_routes").report.findings}
    assert found["geometry-curve"] == (
        "1 geometry is a curve (CIRCULARSTRING and the like), which is not read from text. Export them as lines, or "
        "as GeoPackage."
    )
    assert (
        "Candidate route '1' has wkt = 'CIRCULARSTRING (114 30, 114.1 30.1, 114.2 30)', which is"
        in found["geometry-empty"]
    )


def test_row_with_too_many_cells_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("id,name,racks,lon,lat\n1,光谷,一期,5,114,30\n2,b,5,114,30\n", encoding="utf-8")
    found = [f.message for f in _read(tmp_path / "c.csv").report.findings if f.code == "row-ragged"]
    assert found == [
        "1 row has more cells than the header has columns (row 2); the rest was cut off. Put text that holds the "
        "separator in quotes."
    ]


def test_double_and_blank_headers_keep_their_cells(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("id,racks,,racks,lon,lat\n1,5,x,6,114,30\n", encoding="utf-8")
    frame = read_file(tmp_path / "c.csv", "centers", LayerSettings(file="c.csv"))
    assert frame.iloc[0].drop("geometry").to_dict() == {"id": "1", "racks": "5", "column 3": "x", "racks (4)": "6"}


def test_thousands_are_not_taken_for_decimals(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_text("id;racks;lon;lat\n1;1,200;114,5;30,5\n", encoding="utf-8")
    found = [f.message for f in _read(tmp_path / "c.csv").report.findings if f.code == "value-type"]
    assert found[0].startswith("Computing center '1' has racks = '1,200' where a number belongs.")


def _book(path: Path, rows: list[list[Any]], title: str = "Sheet1", merge: str = "") -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if merge:
        sheet.merge_cells(merge)
    book.save(path)
    return book


ROWS = [
    ["编号", "名称", "机架数", "经度", "纬度"],
    [7.0, "光谷", 1200, 114.5, 30.5],
    ["007", "汉口", 4000.0, "114°15'E", 30.75],
]


def test_workbook_with_a_title_and_merged_cells(tmp_path: Path) -> None:
    rows = [["武汉市算力中心"], [], ROWS[0], ROWS[1], [*ROWS[2][:1], None, *ROWS[2][2:]]]
    _book(tmp_path / "c.xlsx", rows, merge="B4:B5")
    frame = _frame(tmp_path / "c.xlsx")
    assert frame["id"].tolist() == ["7", "007"]
    assert frame["name"].tolist() == ["光谷", "光谷"]
    assert frame["racks"].tolist() == [1200.0, 4000.0]
    assert shapely.get_coordinates(frame.geometry).tolist() == [[114.5, 30.5], [114.25, 30.75]]
    assert {"header-found", "cells-merged", "columns-taken"} <= _codes(tmp_path / "c.xlsx")


def test_rows_above_the_header_that_look_like_data_are_told(tmp_path: Path) -> None:
    table = tmp_path / "c.csv"
    table.write_text("C2,West,4000,114.2,30.5\nid,name,racks,lon,lat\nC1,East,1200,114.5,30.5\n", encoding="utf-8")
    assert _frame(table)["id"].tolist() == ["C1"]
    found = [f for f in _read(table, "centers").report.findings if f.code == "rows-above-header"]
    assert [(f.severity, f.count) for f in found] == [("warning", 1)]
    assert found[0].message.startswith("Not read, though every column is filled: 1 row above the header (row 1).")
    titled = tmp_path / "t.csv"
    titled.write_text("Centers of the city,,,,\nid,name,racks,lon,lat\nC1,East,1200,114.5,30.5\n", encoding="utf-8")
    assert "rows-above-header" not in _codes(titled)


def test_sheet_is_found_by_the_layers_names_or_stated(tmp_path: Path) -> None:
    book = _book(tmp_path / "c.xlsx", ROWS, "Computing centers")
    book.create_sheet("说明")
    book.save(tmp_path / "c.xlsx")
    assert list_layers(tmp_path / "c.xlsx") == ("Computing centers", "说明")
    assert len(_frame(tmp_path / "c.xlsx")) == 2
    with pytest.raises(Unreadable, match="has no sheet 'Computing'") as caught:
        read_file(tmp_path / "c.xlsx", "centers", LayerSettings(file="c.xlsx", layer="Computing"))
    assert caught.value.advice == "Did you mean 'Computing centers'?"
    with pytest.raises(Unreadable, match="has 2 sheets: Computing centers, 说明"):
        read_file(tmp_path / "c.xlsx", "hazards", LayerSettings(file="c.xlsx"))


def test_formulas_without_a_saved_value_are_told(tmp_path: Path) -> None:
    _book(tmp_path / "c.xlsx", [ROWS[0], [1, "光谷", "=600*2", 114.5, 30.5]])
    found = [f.message for f in _read(tmp_path / "c.xlsx").report.findings if f.code == "formula-unsaved"]
    assert found == [
        "1 formula has no saved value in sheet 'Sheet1'; its cell is empty. Open it in a spreadsheet, save it "
        "and try again."
    ]


def test_stray_cell_far_away_neither_hangs_nor_hides(tmp_path: Path) -> None:
    book = _book(tmp_path / "c.xlsx", ROWS)
    sheet = book.active
    assert sheet is not None
    sheet["XFD900000"] = "x"
    book.save(tmp_path / "c.xlsx")
    assert len(_frame(tmp_path / "c.xlsx")) == 2
    found = [f.message for f in _read(tmp_path / "c.xlsx").report.findings if f.code == "cells-far"]
    assert found == [
        "Sheet 'Sheet1' has cells far from its table, from row 900000 and column XFD on; they were not read. Delete "
        "them, or move them to the table."
    ]


def test_template_filled_in_is_read_without_its_notes(tmp_path: Path) -> None:
    write_template(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book["centers"]
    head = [cell.value for cell in sheet[1]]
    for name, value in {"id": "007", "lon": 114.5, "lat": 30.5, "racks": 1200}.items():
        sheet.cell(5, head.index(name) + 1, value)
    book.save(tmp_path / "t.xlsx")
    frame = _frame(tmp_path / "t.xlsx")
    assert frame[["id", "racks", "export_ports_400g"]].to_numpy().tolist() == [["007", 1200.0, 0]]
    assert _codes(tmp_path / "t.xlsx") == set()


def test_old_or_locked_workbook_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512))
    with pytest.raises(Unreadable, match=r"is an old workbook \(\.xls\), or one with a password") as caught:
        read_file(tmp_path / "c.xls", "centers", LayerSettings(file="c.xls"))
    assert caught.value.advice == "Save it as .xlsx without a password."


def test_parquet_with_wkb_wkt_or_coordinates(tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["1", "2"]})
    table.assign(geom=shapely.to_wkb(shapely.points([[114.0, 30.0], [114.5, 30.5]]))).to_parquet(tmp_path / "b.parquet")
    table.assign(WKT=["POINT (114 30)", "POINT (114.5 30.5)"]).to_parquet(tmp_path / "t.parquet")
    table.assign(lon=[114.0, 114.5], lat=[30.0, 30.5]).to_parquet(tmp_path / "x.parquet")
    for name in ("b", "t", "x"):
        frame = _frame(tmp_path / f"{name}.parquet")
        assert shapely.get_coordinates(frame.geometry).tolist() == [[114.0, 30.0], [114.5, 30.5]]


def test_remarks_are_taken_once(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(CHINESE.encode("gb18030"))
    frame = read_file(tmp_path / "c.csv", "centers", LayerSettings(file="c.csv"))
    assert [r.code for r in take_remarks(frame)] == ["encoding-guessed"]
    assert take_remarks(frame) == ()
