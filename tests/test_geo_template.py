"""The workbook to fill in: it opens, says what it wants, refuses wrong cells, and is read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from geo_data import LAYERS, LayerSettings, layer_spec
from geo_data.describe.template import README, sheet_columns, write_template
from geo_data.read.layer import CheckedLayer, read_layer
from geo_data.schema import NOTE_MARK


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty workbook."""
    path = tmp_path_factory.mktemp("template") / "data.xlsx"
    write_template(path)
    return path


@pytest.fixture(scope="module")
def book(template: Path) -> Workbook:
    """The same, opened."""
    return load_workbook(template)


def row(sheet: Worksheet, number: int) -> list[Any]:
    """Cells of a row, numbered from 1."""
    return [cell.value for cell in sheet[number]]


def read(path: Path, layer: str) -> CheckedLayer:
    """A sheet as a project reads it."""
    return read_layer(layer_spec(layer), LayerSettings(file=path.name, crs="EPSG:4326"), path.parent)


def filled(template: Path, folder: Path, layer: str, rows: list[dict[str, Any]]) -> Path:
    """A copy of the workbook with rows below the head of a sheet."""
    book = load_workbook(template)
    sheet = book[layer]
    header = row(sheet, 1)
    for at, cells in enumerate(rows, start=5):
        for name, value in cells.items():
            sheet.cell(at, header.index(name) + 1, value)
    book.save(folder / "filled.xlsx")
    return folder / "filled.xlsx"


def test_one_sheet_a_layer_behind_the_readme(book: Workbook) -> None:
    assert book.sheetnames == [README, *(spec.name for spec in LAYERS)]
    words = [str(cell.value) for line in book[README].iter_rows() for cell in line if cell.value]
    assert all(spec.name in words and spec.title_zh in words for spec in LAYERS)
    assert any("EPSG:4490" in word for word in words)


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.name)
def test_the_head_of_a_sheet_says_everything(book: Workbook, spec: Any) -> None:
    sheet = book[spec.name]
    columns = sheet_columns(spec)
    assert row(sheet, 1) == [c.name for c in columns]
    assert {c.name for c in spec.columns} < set(row(sheet, 1))
    for column, title, note in zip(columns, row(sheet, 2), row(sheet, 3), strict=True):
        assert f"{column.title}\n{column.title_zh}" in title
        assert column.meaning in note
        assert column.unit in note
        assert ("required" in note) == column.required
    assert [str(sheet.cell(n, 1).value)[:2] for n in (2, 3, 4)] == [NOTE_MARK] * 3
    assert sheet.freeze_panes == "C5"


def test_cells_are_checked_while_they_are_typed(book: Workbook) -> None:
    rules = {
        (name, str(rule.sqref).split(":", maxsplit=1)[0][0]): rule
        for name in book.sheetnames
        for rule in book[name].data_validations.dataValidation
    }

    def rule(layer: str, column: str) -> Any:
        letter = "ABCDEFGHIJKLMNOP"[[c.name for c in sheet_columns(layer_spec(layer))].index(column)]
        return rules[layer, letter]

    assert (rule("obstacles", "kind").type, rule("obstacles", "kind").formula1) == ("list", '"rail,water,motorway"')
    assert rule("obstacles", "kind").errorStyle in (None, "stop")
    assert rule("candidate_routes", "class").errorStyle == "information"  # the catalogue may have more
    assert rule("metro_sites", "oxc").formula1 == '"yes,no"'
    assert (rule("centers", "racks").type, rule("centers", "racks").operator) == ("decimal", "greaterThanOrEqual")
    assert (rule("fibre_routes", "fibre_pairs").type, rule("fibre_routes", "fibre_pairs").formula1) == ("whole", "0")
    assert (rule("zones", "cost_factor").formula1, rule("zones", "cost_factor").formula2) == ("0.1", "100")
    assert (rule("centers", "lon").formula1, rule("centers", "lon").formula2) == ("-180", "180")
    assert rule("centers", "id").formula1 == "COUNTIF($A$5:$A$20001,A5)=1"
    assert str(rule("centers", "id").sqref) == "A5:A20001"


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.name)
def test_an_empty_sheet_has_no_features(template: Path, spec: Any) -> None:
    found = [f.code for f in read(template, spec.name).report.findings]
    assert found == ["layer-empty"]


def test_filled_points_are_read_back(template: Path, tmp_path: Path) -> None:
    rows = [
        {"id": "001", "name": "临空港", "lon": 114.1, "lat": 30.6, "racks": 12000, "export_ports_400g": 2},
        {"id": "C02", "lon": 114.4, "lat": 30.5, "mw": 7.5},
    ]
    read_back = read(filled(template, tmp_path, "centers", rows), "centers")
    assert read_back.frame is not None
    assert read_back.frame["id"].tolist() == ["001", "C02"]
    assert read_back.frame["name"].tolist() == ["临空港", ""]
    assert read_back.frame["racks"].tolist()[0] == 12000.0
    assert read_back.frame["export_ports_400g"].tolist() == [2, 0]
    assert [(p.x, p.y) for p in read_back.frame.geometry] == [(114.1, 30.6), (114.4, 30.5)]
    assert [f.message for f in read_back.report.findings if f.severity != "note"] == []


def test_filled_lines_and_areas_are_read_back(template: Path, tmp_path: Path) -> None:
    line = {"id": "F1", "wkt": "LINESTRING (114.3 30.5, 114.4 30.6)", "fibre_pairs": 72, "lit": "yes"}
    cable = read(filled(template, tmp_path, "fibre_routes", [line]), "fibre_routes")
    assert cable.frame is not None
    assert (cable.frame["fibre_pairs"].tolist(), cable.frame["lit"].tolist()) == ([72], [True])
    assert cable.frame.geometry.iloc[0].length == pytest.approx(0.02**0.5)
    area = {"id": "T1", "wkt": "POINT (114.3 30.5)", "population": 500, "access": "pon"}
    areas = read(filled(template, tmp_path, "terminal_areas", [area]), "terminal_areas")
    assert areas.frame is not None
    assert areas.frame["population"].tolist() == [500]


def test_a_workbook_of_some_layers(tmp_path: Path) -> None:
    write_template(tmp_path / "zones.xlsx", (layer_spec("zones"),))
    assert load_workbook(tmp_path / "zones.xlsx").sheetnames == [README, "zones"]


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.name)
def test_the_examples_of_every_column_are_good_data(template: Path, tmp_path: Path, spec: Any) -> None:
    examples = {c.name: c.example for c in sheet_columns(spec)}
    read_back = read(filled(template, tmp_path, spec.name, [examples]), spec.name)
    assert [f.message for f in read_back.report.findings if f.severity != "note"] == []
    assert read_back.frame is not None
    assert {c.name: read_back.frame[c.name].iloc[0] for c in spec.columns} == {c.name: c.example for c in spec.columns}
