"""Every export format holds the plan."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import openpyxl
import pyogrio
import pytest

from optimizer.report import EXPORTERS, exporter, plan_layers
from tests.report_cases import small_plan, small_problem


@pytest.mark.parametrize("key", [e.key for e in EXPORTERS])
def test_every_format_is_written(key: str, tmp_path: Path) -> None:
    entry = exporter(key)
    path = tmp_path / f"plan{entry.suffix}"
    entry.write(small_problem(), small_plan(), path)
    assert _CHECKS[key](path)


def test_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(KeyError, match="'dwg' is not known; use one of gpkg, geojson, kml, graphml, xlsx"):
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


_CHECKS = {"gpkg": _gpkg, "geojson": _geojson, "kml": _kml, "graphml": _graphml, "xlsx": _xlsx}
