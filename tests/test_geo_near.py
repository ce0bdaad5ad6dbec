"""Headers that may mean a column: told once, and only where somebody may have meant it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo_data.checks.columns import clean_columns
from geo_data.checks.report import Report
from geo_data.schema import LAYERS

ROUTES = next(spec for spec in LAYERS if spec.name == "candidate_routes")
CENTERS = next(spec for spec in LAYERS if spec.name == "centers")


def _said(table: dict[str, list[object]], report: Report, code: str) -> list[str]:
    """Findings of a kind about a table."""
    frame = pd.DataFrame(table)
    report.ids = np.array([str(i) for i in frame["id"]], dtype=object)
    clean_columns(frame, {}, report)
    return [f.message for f in report.findings if f.code == code]


def test_a_header_that_may_mean_several_columns_is_told_once() -> None:
    table: dict[str, list[object]] = {"id": ["a"], "racks": [5], "export_port": [2]}
    assert _said(table, Report(CENTERS, "c.csv"), "column-near") == [
        "'export_port' may be export_ports_400g or export_ports_other or export_gbps_other, which are not there; "
        'the defaults are used. If it is meant, map it: columns = { export_ports_400g = "export_port" }.'
    ]


@pytest.mark.parametrize(
    ("header", "cells"),
    [("Layer", ["roads"]), ("network/name", ["A"]), ("src", [None]), ("type", [""]), ("kind", ["candidate"])],
    ids=["drawing", "another-thing", "nothing", "blank", "plan"],
)
def test_a_header_that_nobody_meant_is_not_told(header: str, cells: list[object]) -> None:
    assert _said({"id": ["a"], header: cells}, Report(ROUTES, "r.csv"), "column-near") == []


def test_a_type_of_road_may_be_its_class() -> None:
    said = _said({"id": ["a"], "kind": ["residential"]}, Report(ROUTES, "r.csv"), "column-near")
    assert said == [
        "Column 'class' is not there, but 'kind' is; the default is used. If it is meant, map it: "
        'columns = { class = "kind" }.'
    ]


def test_a_formula_that_found_nothing_is_told() -> None:
    table: dict[str, list[object]] = {"id": ["a", "b", "c"], "racks": ["#N/A", "-", "12"]}
    assert _said(table, Report(CENTERS, "c.csv"), "value-lost") == [
        "racks is #N/A in 1 of 3 rows ('a'); that was taken as empty. Correct the formula, or leave the cell empty."
    ]
