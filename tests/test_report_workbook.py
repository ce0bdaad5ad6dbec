"""The workbook: real numbers, live sums with their values, filters, frozen heads."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from optimizer.report import write_workbook
from tests.report_cases import small_plan, small_problem

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
    summary = {row[0]: row[1] for row in _rows(path, "Summary", values=False)}
    assert summary["Total cost"] == "=SUM(Bill!$F$4:$F$10)"
    assert summary["Investment (capex)"] == '=SUMIF(Bill!$B$4:$B$10,"capex",Bill!$F$4:$F$10)'


def test_budget_refers_to_the_cells_it_means(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    page = book["Summary"]
    row = {page.cell(r, 1).value: r for r in range(1, 30)}
    total, contingency, tax = row["Total cost"], row["Contingency, share of total"], row["Tax rate"]
    assert page.cell(row["Budget without tax"], 2).value == f"=B{total}*(1+B{contingency})"
    assert page.cell(row["Budget with tax"], 2).value == f"=B{row['Budget without tax']}*(1+B{tax})"
    assert page.cell(contingency, 2).value == 0
    book.close()


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
