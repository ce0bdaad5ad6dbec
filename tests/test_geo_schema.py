"""The schema as data: complete, without two meanings for one header, and the page made of it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geo_data.checks.columns import clean_columns
from geo_data.checks.report import Report
from geo_data.describe.page import PAGE, data_page, main
from geo_data.describe.words import allowed, default_of, need, offered, schema_records, sized
from geo_data.read.headers import header_fits, header_in
from geo_data.schema import LAYERS, Column, LayerSpec, header_key, layer_spec, place_columns

COLUMNS = [(spec, column) for spec in LAYERS for column in spec.columns]


def names(column: Column) -> list[str]:
    """Every header that means a column beyond doubt."""
    return [column.name, *column.aliases, *(header for header, _ in column.converted)]


def read(layer: str, table: dict[str, list[str]]) -> tuple[pd.DataFrame, list[str]]:
    """Return a table as it is read, and what was found."""
    report = Report(layer_spec(layer), "file.csv")
    report.ids = np.array(table["id"], dtype=object)
    cleaned = clean_columns(pd.DataFrame(table), {}, report)
    return cleaned, [f"{f.code}: {f.found}" for f in report.findings]


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.name)
def test_every_layer_and_column_speaks_both_languages(spec: LayerSpec) -> None:
    assert spec.title
    assert not spec.title_zh.isascii()
    assert len(spec.words) >= 5
    assert any(word.isascii() for word in spec.words)
    assert not all(word.isascii() for word in spec.words)
    for column in spec.columns:
        assert column.title.isascii(), column.name
        assert not column.title_zh.isascii(), column.name
        assert column.meaning
        assert column.example is not None, column.name


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.name)
def test_no_header_means_two_columns_of_a_layer(spec: LayerSpec) -> None:
    for column in spec.columns:
        for header in [*names(column), column.title_zh]:
            fitting = [c.name for c in spec.columns if header_fits(header, c)]
            assert fitting in ([column.name], []), header
    keys = Counter(header_key(h) for column in spec.columns for h in names(column))
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.name)
def test_what_has_to_be_confirmed_is_never_taken_by_itself(spec: LayerSpec) -> None:
    for column in spec.columns:
        assert [h for h in column.maybe if any(header_fits(h, c) for c in spec.columns)] == []


def test_every_alias_is_found_in_a_file() -> None:
    for spec, column in COLUMNS:
        for header in names(column):
            assert header_in(["something", header.upper()], column) == header.upper(), (spec.name, header)


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("标准机架", "racks"),
        ("机架数（个）", "racks"),
        ("算力（PFLOPS）", "pflops"),
        ("IT 负荷 (MW)", "mw"),
        ("DC_ID", "id"),
        ("数据中心名称", "name"),
    ],
)
def test_headers_of_centers(header: str, column: str) -> None:
    assert [c.name for c in layer_spec("centers").columns if header_fits(header, c)] == [column]


@pytest.mark.parametrize("header", ["机柜数", "算力", "功率", "IT负荷(J)", "fid"])
def test_headers_in_doubt_mean_nothing(header: str) -> None:
    assert [c.name for c in layer_spec("centers").columns if header_fits(header, c)] == []


def test_fibres_are_two_to_a_pair() -> None:
    table, found = read("fibre_routes", {"id": ["a", "b"], "纤芯数": ["144", "7"], "spare_fibres": ["24", ""]})
    assert table["fibre_pairs"].tolist() == [72, 3]
    assert table["spare_pairs"].tolist() == [12, 0]
    assert any("Numbers of '纤芯数' were multiplied by 0.5 for 'fibre_pairs' in pairs" in f for f in found)
    assert any("fractions of 1 were cut off" in f for f in found)


@pytest.mark.parametrize(
    ("layer", "header", "cell", "column", "value"),
    [
        ("centers", "机架数(万架)", "1.2", "racks", 12000.0),
        ("centers", "it_load_kw", "30000", "mw", 30.0),
        ("centers", "算力(EFLOPS)", "2", "pflops", 2000.0),
        ("terminal_areas", "常住人口(万人)", "1.19", "population", 11900.0),
        ("fibre_routes", "fibre_pairs", "72", "fibre_pairs", 72),
    ],
)
def test_other_units_are_converted(layer: str, header: str, cell: str, column: str, value: float) -> None:
    table, _ = read(layer, {"id": ["a"], "接入方式": ["pon"], header: [cell]})
    assert table[column].tolist() == pytest.approx([value])


def test_words_stand_for_values() -> None:
    table, found = read("obstacles", {"id": ["a", "b", "c"], "类型": ["铁路", "River", "motorway"]})
    assert table["kind"].tolist() == ["rail", "water", "motorway"]
    assert (
        "words-taken: Other words for kind stand in 2 of 3 rows, taken so: 'River' as 'water', '铁路' as 'rail'."
        in found
    )


@pytest.mark.parametrize(("spec", "column"), COLUMNS, ids=lambda x: x.name)
def test_words_and_defaults_are_values_of_their_column(spec: LayerSpec, column: Column) -> None:
    for word, value in column.words:
        assert not column.choices or value in column.choices
        assert column.value(word.upper()) == value
    if column.choices and column.default:
        assert column.default in column.choices
    usual = {"text": (str,), "boolean": (bool,), "integer": (int,), "number": (int, float)}
    assert type(column.example) in usual[column.type]


def test_columns_in_words() -> None:
    racks, kind, level = (layer_spec(a).column(b) for a, b in
                          (("centers", "racks"), ("obstacles", "kind"), ("fibre_routes", "level")))  # fmt: skip
    assert sized(racks) == "number (racks), 0 or more"
    assert (allowed(kind), need(kind), offered(kind)) == ("rail, water, motorway", "required", kind.choices)
    assert (allowed(level), default_of(level), need(level)) == ("-20 to 20", "0", "empty: 0")
    assert need(racks) == "optional"


def test_places_in_tables() -> None:
    places = {spec.name: [c.name for c in place_columns(spec)] for spec in LAYERS}
    assert places["centers"] == ["lon", "lat"]
    assert places["fibre_routes"] == places["terminal_areas"] == places["zones"] == ["wkt"]


def test_the_schema_for_machines_holds_every_column() -> None:
    records = schema_records(LAYERS)
    assert [(r["name"], c["name"]) for r in records for c in r["columns"]] == [(s.name, c.name) for s, c in COLUMNS]
    pairs = next(c for r in records for c in r["columns"] if c["name"] == "fibre_pairs")
    assert {"header": "纤芯数", "factor": 0.5} in pairs["converted"]


def test_unknown_layers_and_columns() -> None:
    with pytest.raises(KeyError, match="roads"):
        layer_spec("roads")
    with pytest.raises(KeyError, match="rack"):
        layer_spec("centers").column("rack")


def test_the_page_of_the_data_is_fresh(tmp_path: Path) -> None:
    assert PAGE.read_text(encoding="utf-8") == data_page(), "stale: run python -m geo_data.describe.page"
    main([str(tmp_path / "data.md")])
    page = (tmp_path / "data.md").read_text(encoding="utf-8")
    assert page == data_page()
    assert "| `racks` | Standard racks 标准机架数 | number | racks | 0 or more |" in page
    assert "- `fibre_pairs` also: 纤对数" in page
    assert "| GeoPackage | `.gpkg`" in page
