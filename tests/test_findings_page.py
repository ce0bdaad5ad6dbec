"""Findings as text, JSON and a page with a map: what `metroplan check` gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from typer.testing import Result

from geo_data import Finding
from geo_data.findings_map import findings_map
from optimizer.cli.findings_page import findings_page
from tests.corpus_cases import CORPUS, assemble
from tests.geo_world import cross

Run = Callable[..., Result]


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """The sound project with one id twice."""
    folder = tmp_path / "broken"
    assemble(CORPUS / "id-duplicate", folder)
    return folder


def test_page_goes_into_a_file(broken: Path, tmp_path: Path, metroplan: Run) -> None:
    page = tmp_path / "findings.html"
    result = metroplan("check", broken, "--format", "html", "-o", page)
    assert result.exit_code == 1
    text = page.read_text(encoding="utf-8")
    assert text.count("<tr data-number=") == 1
    assert "Candidate route &#39;east&#39; in row 3 has the id of row 1.</td><td>Give it another id.</td>" in text
    assert '<td class="place">114.29050, 30.51972</td>' in text
    assert text.count("<iframe") == 1
    assert "https://" not in text.replace("https://www.openstreetmap.org", "").split("<iframe")[0]


def test_json_and_text_go_into_files_too(broken: Path, tmp_path: Path, metroplan: Run) -> None:
    metroplan("check", broken, "--json", "-o", tmp_path / "f.json")
    told = json.loads((tmp_path / "f.json").read_text(encoding="utf-8"))
    assert (told["ok"], told["errors"], told["findings"][0]["code"]) == (False, 1, "id-duplicate")
    metroplan("check", broken, "-o", tmp_path / "f.txt")
    lines = (tmp_path / "f.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(
        "error: roads.csv (candidate_routes): Candidate route 'east' in row 3 has the id of row 1."
    )
    assert lines[-1] == "1 error, 0 warnings, 0 notes"


def test_sound_project_has_a_map_and_no_table(tmp_path: Path) -> None:
    file = assemble(CORPUS / "_base", tmp_path)
    page = findings_page(file, [])
    assert "<table>" not in page
    assert "Nothing found: the data can be planned with." in page
    assert "<iframe" in page


def test_page_without_any_layer_has_no_map(tmp_path: Path) -> None:
    file = assemble(CORPUS / "project-syntax", tmp_path)
    page = findings_page(file, [Finding("error", "project-syntax", "<b>No</b>.", file="project.toml")])
    assert "<iframe" not in page
    assert "&lt;b&gt;No&lt;/b&gt;." in page


def test_page_speaks_chinese_where_the_project_does(tmp_path: Path) -> None:
    file = assemble(CORPUS / "_base", tmp_path)
    file.write_text(file.read_text(encoding="utf-8").replace('"Corpus"', '"武汉"\nlanguage = "zh"'), encoding="utf-8")
    page = findings_page(file, [Finding("warning", "x", "y.", layer="centers")])
    assert '<html lang="zh-CN">' in page
    assert "检查结果: 武汉" in page
    assert "数据可用于规划。" in page


def test_map_draws_layers_of_every_kind_and_skips_what_is_nowhere() -> None:
    layers = {name: frame.assign(name="") for name, frame in cross().items()}
    nowhere = layers["centers"].set_geometry(gpd.GeoSeries.from_xy([1e12, 241000.0], [0.0, 3380000.0], crs=32650))
    document = findings_map("T", [Finding("error", "x", "y.", lon=114.0, lat=30.0)], {**layers, "centers": nowhere})
    assert [(layer.name, len(layer.frame), layer.base) for layer in document.layers] == [
        ("candidate_routes", 4, True),
        ("metro_sites", 1, False),
        ("centers", 1, False),
    ]
    areas = layers["metro_sites"].set_geometry(layers["metro_sites"].buffer(50))
    mixed = gpd.GeoDataFrame(
        {"id": ["a", "b"], "name": ["", ""]},
        geometry=[areas.geometry.iloc[0], cross()["centers"].geometry.iloc[0]],
        crs=32650,
    )
    document = findings_map("T", [], {"terminal_areas": mixed, "obstacles": areas.assign(id="o")})
    assert [(layer.name, layer.style.mark) for layer in document.layers] == [
        ("terminal_areas", "circle"),
        ("terminal_areas_2", "polygon"),
        ("obstacles", "polygon"),
    ]


@pytest.mark.slow
@pytest.mark.browser
def test_click_on_a_row_moves_the_map(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    file = assemble(CORPUS / "_base", tmp_path)
    found = [
        Finding("note", "n", "A note.", layer="centers"),
        Finding("error", "e", "An error.", layer="centers", feature="C1", lon=114.3, lat=30.524),
        Finding("warning", "w", "A warning.", layer="metro_sites", feature="S1", lon=114.6, lat=30.6),
    ]
    (tmp_path / "page.html").write_text(findings_page(file, found), encoding="utf-8")
    flags = ["--no-sandbox", "--disable-background-networking", "--use-gl=angle", "--use-angle=swiftshader"]
    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path="/usr/bin/chromium", args=[*flags, "--enable-unsafe-swiftshader"]
        )
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.goto(f"file://{tmp_path / 'page.html'}")
        frame = page.frame_locator("#map")
        frame.locator("html[data-ready=yes]").wait_for(timeout=60_000)
        rows = page.locator("tbody tr")
        assert rows.locator("td:first-child").all_inner_texts() == ["error", "warning", "note"]
        before = frame.locator(".maplibregl-ctrl-scale").inner_text()
        rows.nth(0).click()
        assert rows.nth(0).get_attribute("aria-current") == "true"
        page.wait_for_timeout(3000)
        assert frame.locator(".maplibregl-ctrl-scale").inner_text() != before
        page.get_by_role("button", name="error 1").click()
        page.locator("#search").fill("warning")
        assert page.locator("#shown").inner_text() == "1 / 3"
        page.locator("th", has_text="Layer").click()
        assert page.locator("th", has_text="Layer").get_attribute("aria-sort") == "ascending"
        assert trouble == []
        browser.close()
