"""What a reader does with the report in a browser: sort, filter, change the theme, print."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from optimizer.report import write_report
from tests.report_cases import small_assessment, small_plan, small_problem

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-background-networking"]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Debian's chromium is not installed (apt-get install chromium)"),
]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """The report, opened from the file system; anything it fetches or throws fails the test."""
    from playwright.sync_api import sync_playwright

    path = tmp_path_factory.mktemp("report") / "report.html"
    write_report(small_problem(), small_plan(), small_assessment(), path)
    found: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("request", lambda request: request.url.startswith("file:") or found.append(request.url))
        page.goto(path.as_uri())
        yield page
        browser.close()
    assert found == []


def _first_column(page: object) -> list[str]:
    texts: list[str] = page.locator("#relations tbody tr:visible td:first-child").all_inner_texts()  # type: ignore[attr-defined]
    return texts


def test_columns_sort_by_number_both_ways(page: object) -> None:
    head = page.locator("#relations th", has_text="Today").locator("span")  # type: ignore[attr-defined]
    head.click()
    assert _first_column(page) == ["C02-C03", "C01-C03", "C01-C02"]  # 999.98, 1162.5, no route
    head.press("Enter")
    assert _first_column(page) == ["C01-C02", "C01-C03", "C02-C03"]


def test_filter_leaves_the_relations_of_a_center(page: object) -> None:
    field = page.locator("input.filter")  # type: ignore[attr-defined]
    field.fill("汉口")
    assert set(_first_column(page)) == {"C01-C02", "C02-C03"}
    field.fill("")
    assert len(_first_column(page)) == 3


def test_theme_changes_the_ground(page: object) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)  # type: ignore[attr-defined]
    page.locator("button.theme").click()  # type: ignore[attr-defined]
    assert page.evaluate(ground) != before  # type: ignore[attr-defined]


def test_nothing_is_wider_than_a_small_screen(page: object) -> None:
    page.set_viewport_size({"width": 390, "height": 800})  # type: ignore[attr-defined]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390  # type: ignore[attr-defined]
