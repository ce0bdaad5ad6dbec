"""Every export format holds the plan."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import ezdxf
import geopandas as gpd
import networkx as nx
import openpyxl
import pyogrio
import pytest

from geo_data.write import WriteOptions
from optimizer.report import EXPORTERS, exporter, plan_layers
from tests.report_cases import small_plan, small_problem


@pytest.mark.parametrize("key", [e.key for e in EXPORTERS if e.key != "gnpy"])  # needs traffic, see test_light
def test_every_format_is_written(key: str, tmp_path: Path) -> None:
    entry = exporter(key)
    path = tmp_path / f"plan{entry.suffix}"
    entry.write(small_problem(), small_plan(), path, WriteOptions("武汉 Wuhan: plan 20250102-030405-abcd"))
    assert _CHECKS[key](path)


def test_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="'dwg' is not known; use one of gpkg, geojson, kml, kmz, shp, fgb"):
        exporter("dwg")


def _gpkg(path: Path) -> bool:
    layers = {name for name, _ in pyogrio.list_layers(path)}
    return {layer.name for layer in plan_layers(small_problem(), small_plan())} <= layers


def _geojson(path: Path) -> bool:
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return len(features) == sum(len(layer.frame) for layer in plan_layers(small_problem(), small_plan()))


def _kml(path: Path) -> bool:
    names = {e.text for e in ElementTree.parse(path).iter() if e.tag.endswith("}name")}
    return "武汉 Wuhan: plan 20250102-030405-abcd" in names


def _graphml(path: Path) -> bool:
    graph = nx.read_graphml(path)
    ends = {frozenset((a, b)) for a, b in graph.edges()}
    return graph.number_of_edges() == 10 and frozenset(("j1", "S4")) in ends and "A2" not in graph


def _xlsx(path: Path) -> bool:
    book = openpyxl.load_workbook(path)
    names = book.sheetnames
    book.close()
    return "Bill" in names


def _files(path: Path) -> bool:
    """Every layer stands in the folder, the zip or the drawing."""
    found = {str(name) for name, _ in pyogrio.list_layers(path)}
    return {layer.name for layer in plan_layers(small_problem(), small_plan())} <= found


def _kmz(path: Path) -> bool:
    titles = {layer.title for layer in plan_layers(small_problem(), small_plan())}
    return titles == {str(name) for name, _ in pyogrio.list_layers(path)}


def _parquet(path: Path) -> bool:
    return all(
        len(gpd.read_parquet(path / f"{a.name}.parquet")) == len(a.frame)
        for a in plan_layers(small_problem(), small_plan())
    )


def _dxf(path: Path) -> bool:
    drawing = ezdxf.readfile(path)
    built = [mark for mark in drawing.modelspace() if mark.dxf.layer == "Fibre-built"]
    return len(built) == 3 and not drawing.audit().errors


def _ofds(path: Path) -> bool:
    spans = json.loads(path.read_text(encoding="utf-8"))["networks"][0]["spans"]
    return [span["status"] for span in spans].count("planned") == 3 and len(spans) == 10


_CHECKS = {
    "gpkg": _gpkg, "geojson": _geojson, "kml": _kml, "kmz": _kmz, "shp": _files, "fgb": _files, "parquet": _parquet,
    "dxf": _dxf, "graphml": _graphml, "ofds": _ofds, "xlsx": _xlsx,
}  # fmt: skip
