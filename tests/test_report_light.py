"""Traffic and light in the report: told in both languages, in any currency, on the page and in print."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pypdf
import pytest

from optimizer.light.parts import LightPlan
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.report.html import page_of
from optimizer.report.sections import Context, sections_of
from optimizer.report.terms import Terms, in_currency
from optimizer.report.typeset import write_pdf
from optimizer.report.workbook import write_workbook
from tests.test_light import line, solved


@pytest.fixture(scope="module")
def lit() -> tuple[Problem, Plan]:
    question = line(700.0)
    return question, solved(question)


def _light(plan: Plan) -> LightPlan:
    assert plan.light is not None
    return plan.light


def test_light_is_told_in_chinese_too(lit: tuple[Problem, Plan]) -> None:
    section = next(s for s in sections_of(Context(*lit, language="zh")) if s.key == "light")
    assert (section.short, section.title) == ("光层", "业务与光层")
    page = page_of(Context(*lit, language="zh"))
    assert "全部波道（按透明段）" in page
    assert not re.search(r"Filter by|What light needs|Every channel", page)


def test_light_in_another_currency_adds_up(lit: tuple[Problem, Plan]) -> None:
    own = _light(lit[1])
    told = _light(in_currency(*lit, Terms(currency="EUR", rate=4.0))[1])
    assert sum(m.total for m in told.materials) == pytest.approx(sum(m.total for m in own.materials) / 4)
    assert all(m.total == pytest.approx(m.quantity * m.unit_cost) for m in told.materials)
    assert told.cost == pytest.approx(own.cost / 4)


def test_the_workbook_has_its_sheets_in_chinese(lit: tuple[Problem, Plan], tmp_path: Path) -> None:
    write_workbook(*lit, tmp_path / "w.xlsx", language="zh")
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    assert {"光层", "波道"} <= set(book.sheetnames)
    assert [c.value for c in book["波道"][3]][:3] == ["波道", "类型", "起点"]
    book.close()


@pytest.mark.slow
def test_a_spectrum_higher_than_a_page_is_printed_on_one(lit: tuple[Problem, Plan], tmp_path: Path) -> None:
    problem, plan = lit
    light = _light(plan)
    many = tuple(replace(light.sections[0], id=f"S{k}") for k in range(300))
    write_pdf(Context(problem, replace(plan, light=replace(light, sections=light.sections + many))), tmp_path / "r.pdf")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "r.pdf").pages)
    assert "Traffic and light" in text
    assert re.search(r"S299\.1", text)
