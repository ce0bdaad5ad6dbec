"""Identifiers that are whole numbers beyond 2^53, in columns with blanks: no reader may lose their last digits."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import networkx as nx
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shapely.geometry import Point

from geo_data.checks.columns import text_values
from geo_data.read.files import read_file
from geo_data.read.settings import LayerSettings

LONG = 2**60 + 1
FILES = ("a.gpkg", "a.geojson", "a.fgb", "a.shp", "a.gdb", "a.csv", "a.parquet", "t.parquet", "duck.parquet")


def _texts(path: Path, layer: str = "") -> list[str]:
    frame = read_file(path, "", LayerSettings(file=path.name, layer=layer))
    return text_values(frame["code"]).tolist()


def _write(path: Path) -> None:
    """The same three codes, the second missing, in any format."""
    codes = pd.array([LONG, None, 7], dtype="Int64")
    sites = gpd.GeoDataFrame({"id": ["a", "b", "c"], "code": codes}, geometry=[Point(114, 30)] * 3, crs=4326)
    table = sites.drop(columns="geometry").assign(lon=114.0, lat=30.0)
    if path.name == "a.csv":
        table.to_csv(path, index=False)
    elif path.name == "t.parquet":
        table.to_parquet(path)
    elif path.name == "duck.parquet":  # as programs other than pandas write it
        pq.write_table(pa.Table.from_pandas(table).replace_schema_metadata(None), path)
    elif path.name == "a.parquet":
        sites.to_parquet(path)
    else:
        sites.to_file(path, driver="OpenFileGDB" if path.suffix == ".gdb" else None, TARGET_ARCGIS_VERSION=(
            "ARCGIS_PRO_3_2_OR_LATER") if path.suffix == ".gdb" else None)  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_long_numbers_beside_blanks_keep_their_digits(name: str, tmp_path: Path) -> None:
    _write(tmp_path / name)
    assert _texts(tmp_path / name) == ["1152921504606846977", "", "7"]


@pytest.mark.parametrize("name", ["g.graphml", "g.json"])
def test_graphs_keep_them_on_nodes_and_edges(name: str, tmp_path: Path) -> None:
    graph = nx.Graph()
    for node, code in ((1, {"code": LONG}), (2, {}), (3, {"code": 7})):
        graph.add_node(node, x=114.0 + node / 100, y=30.0, **code)
    graph.add_edge(1, 2, code=LONG)
    graph.add_edge(2, 3)
    if name == "g.graphml":
        nx.write_graphml(graph, tmp_path / name)
    else:
        (tmp_path / name).write_text(json.dumps(nx.node_link_data(graph, edges="links")), encoding="utf-8")
    assert _texts(tmp_path / name, "nodes") == ["1152921504606846977", "", "7"]
    assert _texts(tmp_path / name, "edges") == ["1152921504606846977", ""]


def test_digits_that_a_workbook_has_lost_are_told(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "局站"
    for row in (
        ["id", "lon", "lat"],
        [1.23456789012346e18, 114, 30],
        [123456789012345, 114, 30],
        ["12345678901234567890", 114, 30],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    frame = read_file(tmp_path / "a.xlsx", "", LayerSettings(file="a.xlsx"))
    assert frame["id"].tolist()[1:] == ["123456789012345", "12345678901234567890"]
    assert [(r.code, r.found) for r in frame.attrs["remarks"]] == [
        ("digits-lost", "Whole numbers of more than 15 digits in sheet '局站', which a workbook rounds: 1.")
    ]
