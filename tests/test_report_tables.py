"""Results as tables: the same numbers as the plan, with places."""

from __future__ import annotations

import pytest

import optimizer
from geo_data.findings import Finding
from tests.report_cases import small_assessment, small_plan, small_problem


def test_tables_of_a_plan_add_up_to_it() -> None:
    tables = optimizer.frames(small_problem(), small_plan())
    assert tables.cost["total"].sum() == pytest.approx(small_plan().objective)
    assert tables.goals["met"].tolist() == [True] * 5
    assert tables.goals.loc[1, "achieved"] == pytest.approx(2 / 3)
    built = tables.links[tables.links["state"] == "built"]
    assert built["length_km"].sum() == pytest.approx(9.75)
    assert str(tables.sites.crs) == "EPSG:32650"
    assert len(tables.relations) == 3


def test_tables_of_today_have_no_bill() -> None:
    tables = optimizer.frames(small_problem(), small_assessment())
    assert tables.cost.empty
    assert tables.goals["met"].sum() == 1
    assert (tables.links["state"] != "built").all()


def test_records_of_any_kind_become_rows() -> None:
    findings = [Finding("warning", "site_far", "Site 'S-1' is far.", "Move it."), Finding("note", "snapped", "1 end.")]
    table = optimizer.frame_of(findings)
    assert table["severity"].tolist() == ["warning", "note"]
    assert optimizer.frame_of([{"budget": 1.0, "built": {"links": 2}}])["built.links"].tolist() == [2]
    assert optimizer.frame_of([]).empty
    with pytest.raises(TypeError, match=r"A record of type int makes no row\. Give dataclasses or mappings"):
        optimizer.frame_of([3])
