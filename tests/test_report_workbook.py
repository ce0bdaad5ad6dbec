"""The workbook: real numbers, live sums with their values, filters, frozen heads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from optimizer.report import write_workbook
from optimizer.report.terms import Terms, in_currency
from tests.report_cases import small_plan, small_problem
from tests.workbook_values import Workbook

SHEETS = [
    "Summary",
    "Bill",
    "Links",
    "OXC",
    "Exports",
    "Access points",
    "Relations",
    "Places",
    "Terminal areas",
    "Assumptions",
]


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "bom.xlsx"
    write_workbook(small_problem(), small_plan(), path)
    return path


def _rows(path: Path, sheet: str, *, values: bool = True) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(path, data_only=values)
    rows = [tuple(row) for row in book[sheet].iter_rows(min_row=3, values_only=True)]
    book.close()
    return rows


def test_sheets_in_order(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == SHEETS
    book.close()


def test_bill_equals_the_plan_to_the_cent(path: Path) -> None:
    rows = _rows(path, "Bill")
    plan = small_plan()
    assert [row[0] for row in rows[1:-1]] == [line.item for line in plan.cost]
    assert [row[5] for row in rows[1:-1]] == pytest.approx([line.total for line in plan.cost], abs=0.005)
    assert rows[-1][0] == "Total"
    assert rows[-1][5] == pytest.approx(plan.objective, abs=0.005)


def test_totals_are_live(path: Path) -> None:
    assert _rows(path, "Bill", values=False)[-1][5] == "=SUM(F4:F10)"
    assert _rows(path, "Bill", values=False)[1][5] == "=C4*E4"
    summary: dict[object, object] = {}
    for row in _rows(path, "Summary", values=False):
        summary.setdefault(row[0], row[1])
    assert summary["Total cost"] == "=SUM(Bill!$F$4:$F$10)"
    assert summary["Investment (capex)"] == '=SUMIF(Bill!$B$4:$B$10,"capex",Bill!$F$4:$F$10)'


def test_budget_without_terms_is_the_cost_and_can_be_filled_in(path: Path) -> None:
    book, plan = Workbook(path), small_plan()
    assert book.row("Summary", "Contingency, share of the investment")[1] == 0
    assert book.row("Summary", "Tax rate")[1] == 0
    assert book.row("Summary", "Total")[1:4] == pytest.approx([plan.objective, 0.0, plan.objective])


def test_budget_follows_its_terms_and_every_formula_gives_what_is_cached(tmp_path: Path) -> None:
    write_workbook(small_problem(), small_plan(), tmp_path / "w.xlsx", terms=Terms(0.1, 0.09, price_base="2026-06"))
    book, plan = Workbook(tmp_path / "w.xlsx"), small_plan()
    capex = sum(line.total for line in plan.cost if line.kind == "capex")
    opex = plan.objective - capex
    assert book.row("Summary", "Investment (capex)", 1)[1:4] == pytest.approx([capex, 0.09 * capex, 1.09 * capex])
    assert book.row("Summary", "Contingency")[1:4] == pytest.approx([0.1 * capex, 0.009 * capex, 0.109 * capex])
    total = 1.1 * capex + opex
    assert book.row("Summary", "Total")[1:4] == pytest.approx([total, 0.09 * total, 1.09 * total])
    assert book.row("Summary", "Price base")[1] == "2026-06"
    cached = openpyxl.load_workbook(tmp_path / "w.xlsx", data_only=True)
    formulas = book.formulas()
    assert len(formulas) > 40
    for (sheet, cell), text in formulas.items():
        assert book.value(sheet, cell) == pytest.approx(cached[sheet][cell].value, abs=0.005), (sheet, cell, text)
    cached.close()


def test_a_tax_rate_written_over_one_line_changes_the_budget_by_its_tax(tmp_path: Path) -> None:
    write_workbook(small_problem(), small_plan(), tmp_path / "w.xlsx", terms=Terms(0.0, 0.09))
    book = Workbook(tmp_path / "w.xlsx")
    before = book.row("Summary", "Total")[2]
    book.book["Bill"]["G4"] = 0.13
    line = small_plan().cost[0]
    assert book.row("Summary", "Total")[2] - before == pytest.approx(0.04 * line.total)  # type: ignore[operator]


def test_another_currency_keeps_the_sum_in_the_plans_own(tmp_path: Path) -> None:
    terms = Terms(currency="EUR", rate=7.8)
    problem, plan = in_currency(small_problem(), small_plan(), terms)
    write_workbook(problem, plan, tmp_path / "w.xlsx", terms=terms, own_currency="CNY")
    book = Workbook(tmp_path / "w.xlsx")
    assert book.row("Summary", "Total")[1] == pytest.approx(8_000_000.42 / 7.8)
    assert book.row("Summary", "Total in CNY")[1] == pytest.approx(8_000_000.42)
    assert "Total, EUR" in [c.value for c in book.book["Bill"][3]]


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"contingency": 10.0}, r"Contingency 10 is no share\. Give a number from 0 to 1"),
        ({"rate": 0.0}, r"Exchange rate 0 is none\. Give a number above 0"),
        ({"price_base": "June"}, r"Price base 'June' is no month\. Write it as year and month: 2026-06"),
        ({"currency": "euro"}, r"Currency 'euro' is no code\. Write three capital letters"),
    ],
)
def test_terms_that_are_none_are_refused(terms: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Terms(**terms)


def test_a_currency_without_a_rate_is_refused() -> None:
    with pytest.raises(ValueError, match=r"EUR asks for an exchange rate: give how many CNY one EUR costs"):
        in_currency(small_problem(), small_plan(), Terms(currency="EUR"))
    with pytest.raises(ValueError, match=r"The plan is in CNY already: leave the rate out"):
        in_currency(small_problem(), small_plan(), Terms(rate=7.8))


@pytest.mark.parametrize("sheet", SHEETS[1:])
def test_tables_are_ready_to_filter_and_print(path: Path, sheet: str) -> None:
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    assert page.freeze_panes == "B4"
    assert page.auto_filter.ref is not None
    assert page.auto_filter.ref.startswith("A3:")
    assert page.page_setup.orientation == "landscape"
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_title_rows == "$3:$3"
    book.close()


def test_links_come_new_first_with_units_in_heads(path: Path) -> None:
    head, *rows = _rows(path, "Links")
    assert head[6:9] == ("Laid length, km", "Fibre pairs used", "Cost with operation, CNY")
    assert [row[0] for row in rows[:4]] == ["L4", "D4", "E1", "L3"]
    assert rows[0][1:6] == ("New, built", None, "trunk", "j1", "青山站")
    assert rows[-1][6] == pytest.approx(39.25)


def test_relations_carry_full_precision(path: Path) -> None:
    rows = {row[0]: row for row in _rows(path, "Relations")}
    assert rows["C02-C03"][3:6] == (1000.0, "yes", 999.98)
    assert rows["C01-C02"][8] == "东湖高新智算中心 → 光谷枢纽 → 武昌枢纽 → 汉口枢纽 → 汉口云计算中心"


def test_assumptions_flag_what_is_assumed_and_what_the_project_changed(path: Path) -> None:
    rows = {row[0]: row for row in _rows(path, "Assumptions")}
    assert rows["trench_km"][1:5] == (500_000.0, "CNY per km", "no", "yes")
    assert rows["oxc_us"][3] == "yes"


def test_a_name_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    from dataclasses import replace

    plan = small_plan()
    places = (replace(plan.places[0], name="=1+1"), *plan.places[1:])
    write_workbook(small_problem(), replace(plan, places=places), tmp_path / "bom.xlsx")
    book = openpyxl.load_workbook(tmp_path / "bom.xlsx")
    cell = book["Places"]["B4"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    book.close()
