"""Report, workbook, map and plan carry the same numbers."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from optimizer.plan import Plan
from optimizer.report import map_document, numbers, write_assessment, write_report, write_workbook
from optimizer.report.html import report_html
from optimizer.report.summary import goal_value, summarise
from tests.report_cases import small_assessment, small_plan, small_problem


def _by_id(page: str, name: str) -> str:
    found = re.search(rf'id="{name}">([^<]*)<', page)
    assert found is not None
    return found[1]


def _summary(path: Path) -> dict[str, object]:
    book = openpyxl.load_workbook(path, data_only=True)
    values = {str(row[0]): row[1] for row in book["Summary"].iter_rows(values_only=True) if row[0] is not None}
    book.close()
    return values


@pytest.fixture
def plan() -> Plan:
    return small_plan()


def test_total_cost_is_the_same_everywhere(plan: Plan, tmp_path: Path) -> None:
    page = report_html(small_problem(), plan, small_assessment())
    write_workbook(small_problem(), plan, tmp_path / "bom.xlsx")
    facts = dict(map_document(small_problem(), plan).facts)
    assert summarise(plan).total_cost == pytest.approx(plan.objective, abs=1e-6)
    assert _by_id(page, "total-cost") == facts["Total cost"] == "CNY 8.000 M"
    assert _summary(tmp_path / "bom.xlsx")["Total cost"] == pytest.approx(plan.objective, abs=0.005)
    assert "8,000,000.42" in page


def test_gap_is_the_same_everywhere(plan: Plan, tmp_path: Path) -> None:
    page = report_html(small_problem(), plan, None)
    write_workbook(small_problem(), plan, tmp_path / "bom.xlsx")
    facts = dict(map_document(small_problem(), plan).facts)
    assert _by_id(page, "gap") == facts["Gap to the proven bound"] == numbers.gap(plan.gap) == "10.01 %"
    assert _summary(tmp_path / "bom.xlsx")["Gap to the proven bound"] == 0.1001


def test_goals_are_the_same_everywhere(plan: Plan, tmp_path: Path) -> None:
    page = report_html(small_problem(), plan, small_assessment()).replace("\u00a0", " ")
    write_workbook(small_problem(), plan, tmp_path / "bom.xlsx")
    book = openpyxl.load_workbook(tmp_path / "bom.xlsx", data_only=True)
    rows = {row[0]: row for row in book["Summary"].iter_rows(values_only=True)}
    book.close()
    for goal, shown in zip(plan.goals, map_document(small_problem(), plan).goals, strict=True):
        assert shown.value == goal_value(goal)
        assert goal_value(goal) in page
        assert rows[goal.title][1:5] == (goal.target, pytest.approx(goal.achieved), goal.numerator, goal.denominator)
        assert rows[goal.title][6] == ("yes" if goal.met else "no")
    assert _by_id(page, "goals-reached") == "5 of 5"
    assert dict(map_document(small_problem(), plan).facts)["Goals reached"] == "5 of 5"


def test_report_fetches_nothing(plan: Plan) -> None:
    page = report_html(small_problem(), plan, small_assessment())
    assert not re.findall(r'(?:src|href)="(?!#)[^"]*"|url\(|@import|<link', page)


def test_report_shows_today_beside_the_plan(plan: Plan) -> None:
    page = report_html(small_problem(), plan, small_assessment())
    without = report_html(small_problem(), plan, None)
    assert "1,162.5" in page
    assert "1,162.5" not in without
    assert "Today, µs" in page
    assert "Today, µs" not in without


def test_latency_just_below_the_limit_is_not_shown_as_the_limit(plan: Plan) -> None:
    assert ">999.98<" in report_html(small_problem(), plan, None)


def test_assumed_is_said_where_it_holds(plan: Plan) -> None:
    page = report_html(small_problem(), plan, None)
    assert "Assumed data." in page
    assert "Centers, sites, places and existing fibre are assumed" in page
    assert page.count('class="tag assumed"') > 10
    assert '<code>trench_km</code></td><td class="n" data-v="500000.0">500,000</td>' in page


def test_names_cannot_break_the_page(plan: Plan) -> None:
    from dataclasses import replace

    hostile = replace(plan, binding=('<script>alert("x")</script> & more',), scenario="<b>")
    page = report_html(small_problem(), hostile, None)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt; &amp; more" in page


def test_plan_that_buys_nothing(plan: Plan, tmp_path: Path) -> None:
    from dataclasses import replace

    nothing = replace(
        plan, cost=(), objective=0.0, bound=0.0, gap=0.0, variable_gap=0.0, status="optimal", relations=(), binding=()
    )
    page = report_html(small_problem(), nothing, None)
    assert "today&#39;s network meets every goal" in page or "today's network meets every goal" in page
    assert "The project asks for no relation between centers." in page
    assert "Proven optimal" in page
    write_workbook(small_problem(), nothing, tmp_path / "bom.xlsx")
    assert _summary(tmp_path / "bom.xlsx")["Total cost"] == 0


def test_unknown_bound_is_said(plan: Plan) -> None:
    from dataclasses import replace

    page = report_html(small_problem(), replace(plan, gap=float("inf"), variable_gap=float("inf")), None)
    assert _by_id(page, "gap") == "not known"
    assert "proved no lower bound" in page


def test_assessment_page(tmp_path: Path) -> None:
    write_assessment(small_problem(), small_assessment(), tmp_path / "assessment.html")
    page = (tmp_path / "assessment.html").read_text(encoding="utf-8")
    assert _by_id(page, "goals-reached") == "1 of 5"
    assert "the network today" in page
    assert "no route" in page
    assert "武汉 Wuhan" in page


def test_a_failing_report_leaves_the_old_one(plan: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "write_text", _disk_full)
    with pytest.raises(OSError, match="No space left"):
        write_report(small_problem(), plan, None, target)
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def _disk_full(*_: object, **__: object) -> int:
    raise OSError(28, "No space left on device")
