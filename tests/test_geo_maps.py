"""Maps: what documents refuse, how they are packed, what the page does in a browser, what the sheet shows."""

from __future__ import annotations

import base64
import gzip
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import pytest
import shapely
from matplotlib.figure import Figure
from matplotlib.image import imread
from shapely.geometry import LineString, Point, Polygon

from geo_data.maps.classes import layer_classes
from geo_data.maps.encode import encode_geometry, payload, varints
from geo_data.maps.html import map_html, write_map_html
from geo_data.maps.paper.furniture import round_length_m
from geo_data.maps.paper.inset import dense_window
from geo_data.maps.paper.labels import draw_labels, place
from geo_data.maps.paper.sheet import Sheet
from geo_data.maps.paper.text import printable, text_width, wrap
from geo_data.maps.print import print_figure, write_print_map
from geo_data.maps.style import MapDocument, MapLayer, Relation, Route, Style, Variant
from geo_data.maps.words import words
from tests.map_cases import at, centers, existing, new_links, small_city, some_findings

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]


# What documents refuse


def test_style_refuses_unknown_marks_colours_and_variants_without_column() -> None:
    with pytest.raises(ValueError, match=r"Mark 'star' is not known. Use one of line, circle"):
        Style("star", "#000000")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="Colour 'red' is not of the form #rrggbb"):
        Style("line", "red")
    with pytest.raises(ValueError, match="no column to choose by"):
        Style("line", "#000000", variants=(Variant("a", "A", Style("line", "#000000")),))


def test_layer_refuses_missing_columns_and_coordinate_system() -> None:
    frame = gpd.GeoDataFrame({"id": ["a"]}, geometry=[Point(0, 0)])
    with pytest.raises(ValueError, match="Layer 'x' has no coordinate system"):
        MapLayer("x", "X", "G", frame, Style("circle", "#000000"))
    with pytest.raises(ValueError, match="Layer 'x' has no column 'name'; it has id, geometry"):
        MapLayer("x", "X", "G", frame.set_crs(4326), Style("circle", "#000000"), label="name")


def test_document_refuses_two_layers_of_one_name() -> None:
    with pytest.raises(ValueError, match="Layer name 'centers' stands twice"):
        small_city(layers=(centers(), centers()))


def test_route_over_a_link_of_no_layer_is_refused() -> None:
    relation = Relation("A-B", "C1", "C2", 1000.0, True, (Route("working", 1.0, 1.0, links=("L1", "L99")),))
    with pytest.raises(ValueError, match="Relation 'r': link 'L99' of its working route stands in no line layer"):
        payload(small_city(routes={"r": relation}))


# Classes


def test_features_of_no_variant_come_last_under_their_own_title() -> None:
    style = Style("circle", "#000000", by="kind", variants=(Variant("1", "One", Style("circle", "#111111")),))
    frame = gpd.GeoDataFrame({"kind": [2, 1, 3]}, geometry=[Point(i, 0) for i in range(3)], crs=4326)
    classes = layer_classes(MapLayer("k", "K", "G", frame, style), "rest")
    assert [(c.title, c.rows.tolist()) for c in classes] == [("One", [1]), ("rest", [0, 2])]


# Packing


def test_varints_are_leb128() -> None:
    assert varints(np.array([0, 127, 128, 300])) == bytes([0, 0x7F, 0x80, 0x01, 0xAC, 0x02])


def test_points_are_counts_and_zigzag_differences() -> None:
    got = encode_geometry(np.array([Point(1e-6, -1e-6), Point(3e-6, -1e-6)]))
    assert got == bytes([1, 1, 2, 1, 4, 0])


def test_line_and_polygon_carry_counts_of_coordinates_and_rings() -> None:
    line = encode_geometry(np.array([LineString([(0, 0), (1e-6, 0)])]))
    assert line == bytes([1, 2, 0, 0, 2, 0])
    triangle = encode_geometry(np.array([Polygon([(0, 0), (1e-6, 0), (0, 1e-6)])]))
    assert triangle[:3] == bytes([1, 1, 4])


def test_payload_says_what_the_page_needs_and_no_more() -> None:
    data, _ = payload(small_city())
    fibre, sites = data["layers"][1], data["layers"][3]
    assert fibre["columns"] == {"length_km": [3.15, None], "id": ["L1", "L2"]}
    assert [layer["search"] for layer in data["layers"]] == [["name"], ["id"], ["id"], ["name", "id"], ["name", "id"]]
    assert sites["class"] == [0, 1, 1]
    assert [c["title"] for c in sites["classes"]] == ["OXC", "other"]
    there, back = data["relations"]
    assert there["routes"][0]["links"] == [(2, 0), (1, 0), (2, 1)]
    assert there["routes"][1]["way"] == 0
    assert back["limit"] is None
    assert back["routes"] == []


def test_payload_carries_the_label_beside_the_name() -> None:
    layer = centers()
    short = replace(layer, frame=layer.frame.assign(label=["硚口", "Han Yang"]), label="label")
    (data,) = payload(MapDocument("t", layers=(short,)))[0]["layers"]
    assert data["columns"]["label"] == ["硚口", "Han Yang"]
    assert data["search"] == ["name", "id"]


def test_features_without_geometry_are_left_out_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    layer = existing()
    holed = replace(layer, frame=layer.frame.assign(geometry=[None, layer.frame.geometry.iloc[1]]))
    with caplog.at_level(logging.WARNING):
        data, _ = payload(
            MapDocument(
                "t",
                layers=(holed,),
                routes={"r": Relation("r", "a", "b", 1, True, (Route("working", 1, 1, links=("L2",)),))},
            )
        )
    assert data["layers"][0]["n"] == 1
    assert data["relations"][0]["routes"][0]["links"] == [(0, 0)]
    assert "Layer 'existing': 1 features without geometry are not drawn." in caplog.text


def test_page_is_one_file_without_addresses_and_safe_against_names() -> None:
    page = map_html(small_city(title="</script><img src=x onerror=alert(1)>"))
    own = re.sub(r"<script>/\*\*.*?</script>", "", page, flags=re.DOTALL)
    assert "<img src=x" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)=["']?https?:""", own)
    assert "Copyright (c) 2023, MapLibre contributors" in page


def test_page_holds_its_data_compressed() -> None:
    page = map_html(small_city())
    found = re.search(r'id="data">([^<]+)<', page)
    assert found is not None
    data = json.loads(gzip.decompress(base64.b64decode(found[1])))
    assert [layer["name"] for layer in data["layers"]] == ["区", "existing", "new_links", "sites", "centers"]
    assert data["words"]["working"] == "Working"


def test_big_networks_stay_small() -> None:
    rng = np.random.default_rng(1)
    steps = rng.normal(0, 60, (24_000, 4, 2)).cumsum(axis=1) + rng.uniform(0, 40_000, (24_000, 1, 2)) + at(0, 0)
    frame = gpd.GeoDataFrame(geometry=shapely.linestrings(steps), crs="EPSG:32650")
    page = map_html(
        MapDocument("Big", layers=(MapLayer("roads", "Roads", "G", frame, Style("line", "#cfd4da", 0.7), base=True),))
    )
    assert len(page) < 2.5e6  # 1.2 MB of it are the map library


def test_findings_with_a_place_become_a_layer_and_all_are_listed() -> None:
    data, _ = payload(small_city(findings=some_findings()))
    layer = data["layers"][-1]
    assert (layer["name"], layer["n"]) == ("findings", 2)
    assert [(c["title"], c["n"], c["mark"]) for c in layer["classes"]] == [
        ("Error", 1, "triangle"),
        ("Warning", 1, "diamond"),
        ("Note", 0, "circle"),
    ]
    assert [(f["severity"], f["row"]) for f in data["findings"]] == [("note", None), ("error", 1), ("warning", 0)]
    assert data["findings"][1]["where"] == "centers.gpkg · centers · C9"


def test_words_exist_in_both_languages() -> None:
    english, chinese = words("en"), words("zh")
    assert english.keys() == chinese.keys()
    assert all(re.search("[\u4e00-\u9fff]", text) for text in chinese.values())


# The page in a browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Return Debian's chromium, or skip."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """Return a function that opens a document from the file system; at the end nothing may have gone wrong."""
    wrong: list[str] = []
    pages: list[Any] = []

    def opened(doc: MapDocument, **options: Any) -> Any:
        write_map_html(doc, tmp_path / "map.html")
        page = browser.new_page(viewport={"width": 1280, "height": 800}, **options)
        pages.append(page)
        page.on(
            "console",
            lambda m: wrong.append(m.text) if m.type in ("error", "warning") and "GPU stall" not in m.text else None,
        )
        page.on("pageerror", lambda e: wrong.append(str(e)))
        page.on("request", lambda r: None if r.url.startswith(("file:", "blob:", "data:")) else wrong.append(r.url))
        page.goto((tmp_path / "map.html").as_uri())
        page.wait_for_selector("html[data-ready=yes]", timeout=60_000)
        return page

    yield opened
    for page in pages:
        page.close()
    assert wrong == []


@pytest.mark.browser
@pytest.mark.slow
def test_browser_relation_shows_route_latency_and_hops(open_page: Any) -> None:
    page = open_page(small_city())
    assert page.locator("#relation-list button").count() == 2
    page.fill("#search", "硚口")
    assert page.locator("#relation-list button").count() == 1
    page.click("[data-relation='C1-C2']")
    card = page.inner_text("#chosen")
    assert "123.4 µs" in card
    assert "< 1,000.0 µs" in card
    assert "456.7 µs" in card
    assert page.locator("#chosen .route >> nth=0 >> li").all_inner_texts() == [
        "硚口智算中心",
        "北站",
        "东站",
        "Han Yang",
    ]
    page.keyboard.press("Escape")
    assert page.inner_text("#chosen") == ""
    page.fill("#search", "nowhere")
    assert page.inner_text("#relation-empty") == "No relation matches."


@pytest.mark.browser
@pytest.mark.slow
def test_browser_route_is_drawn_and_layers_switch(open_page: Any) -> None:
    page = open_page(small_city())
    before = page.screenshot(clip={"x": 372, "y": 0, "width": 600, "height": 800})
    page.click("[data-layer='new_links'] input")
    page.wait_for_timeout(400)
    without = page.screenshot(clip={"x": 372, "y": 0, "width": 600, "height": 800})
    assert _pixels_like(before, (213, 94, 0)) > _pixels_like(without, (213, 94, 0)) + 200
    assert _pixels_like(without, (240, 228, 66)) == 0
    page.click("#labels button:has-text('硚口智算中心')")
    page.wait_for_timeout(1200)
    assert "硚口智算中心" in page.inner_text("#chosen h3")
    assert "1 / 2 met" in page.inner_text("#chosen")
    drawn = page.screenshot(clip={"x": 372, "y": 0, "width": 600, "height": 800})
    assert _pixels_like(drawn, (240, 228, 66)) > 500


@pytest.mark.browser
@pytest.mark.slow
def test_browser_tooltip_tells_a_feature_as_text(open_page: Any) -> None:
    page = open_page(small_city())
    page.click("#labels button:has-text('Han Yang')", trial=True)
    label = page.locator("#labels button:has-text('Han Yang')")
    label.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    tip = page.inner_text("#tooltip")
    assert "Han Yang & <b>South</b>" in tip
    assert "Computing centers · Small" in tip
    assert "640" in tip


@pytest.mark.browser
@pytest.mark.slow
def test_browser_dark_theme_and_chinese(open_page: Any) -> None:
    page = open_page(small_city(language="zh"), color_scheme="dark")
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    dark = page.screenshot()
    assert _pixels_like(dark, (19, 23, 28)) > 200_000
    page.click("#theme-button")
    page.wait_for_timeout(300)
    assert _pixels_like(page.screenshot(), (251, 251, 250)) > 200_000
    assert page.inner_text("#goals-title") == "目标"


@pytest.mark.browser
@pytest.mark.slow
def test_browser_search_finds_features_by_name_and_id_and_shows_hidden_layers(open_page: Any) -> None:
    page = open_page(small_city())
    page.keyboard.press("/")
    page.keyboard.type("江岸")
    assert page.locator("#feature-list button").all_inner_texts() == ["江岸区\nDistricts"]
    page.keyboard.press("Enter")
    assert page.locator("[data-layer='区'] input").is_checked()
    assert page.inner_text("#found h3 span") == "江岸区"
    page.fill("#search", "s1")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.inner_text("#found h3 span") == "北站"
    assert "OXC" in page.inner_text("#found table")
    page.wait_for_timeout(1000)
    ring = page.screenshot(clip={"x": 372, "y": 0, "width": 600, "height": 800})
    assert _pixels_like(ring, (176, 18, 123)) > 50
    page.keyboard.press("Escape")
    assert page.inner_text("#found") == ""
    page.fill("#search", "nowhere")
    assert page.inner_text("#feature-empty") == "Nothing on the map has this in its name or id."


@pytest.mark.browser
@pytest.mark.slow
def test_browser_findings_are_listed_filtered_and_flown_to(open_page: Any) -> None:
    page = open_page(small_city(findings=some_findings(), routes={}))
    entries = page.locator("#finding-list .finding")
    assert entries.count() == 3
    assert "Center 'C9' stands in the river." in entries.nth(0).inner_text()  # errors first
    assert page.locator("#relations-title").count() == 0
    assert page.locator("[data-layer='findings'] .n >> nth=0").inner_text() == "2"
    before = page.screenshot(clip={"x": 372, "y": 0, "width": 600, "height": 800})
    page.click("#severities [data-severity=error]")
    assert entries.count() == 2
    page.click("#severities [data-severity=error]")
    page.fill("#search", "太短")
    assert entries.count() == 1
    entries.first.click()
    page.wait_for_timeout(1200)
    assert entries.first.get_attribute("aria-current") == "true"
    after = page.screenshot(clip={"x": 372, "y": 0, "width": 600, "height": 800})
    assert _pixels_like(after, (176, 18, 123)) > 50
    assert before != after
    assert page.locator("div.finding").count() == 0
    page.fill("#search", "")
    assert "no place on the map" in page.locator("div.finding").inner_text()


@pytest.mark.browser
@pytest.mark.slow
def test_browser_prints_the_map_as_a_picture_on_light_ground(open_page: Any) -> None:
    page = open_page(small_city(), color_scheme="dark")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "light"
    assert page.evaluate("document.getElementById('picture').src.length") > 20_000
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.locator("#picture").is_hidden()


@pytest.mark.browser
@pytest.mark.slow
def test_browser_empty_document_says_so(open_page: Any) -> None:
    page = open_page(MapDocument("Nothing yet"))
    assert page.locator("section.relations").count() == 0
    assert page.inner_text("#layer-empty") == "This map has no layers."


@pytest.mark.browser
@pytest.mark.slow
def test_browser_layer_without_features_opens(open_page: Any) -> None:
    layer = centers()
    empty = replace(layer, frame=layer.frame.iloc[:0])
    page = open_page(MapDocument("Empty layer", layers=(empty,)))
    assert page.locator("[data-layer='centers'] .n >> nth=0").inner_text() == "0"


def _pixels_like(png: bytes, colour: tuple[int, int, int]) -> int:
    """Count pixels within 6 of a colour in every channel."""
    import io  # only pictures need it

    pixels = np.rint(imread(io.BytesIO(png), format="png")[..., :3] * 255)
    return int((np.abs(pixels - colour).max(axis=-1) <= 6).sum())


# The sheet


@pytest.mark.parametrize(("size", "pixels"), [("A3", (3307, 2338)), ("A4", (2338, 1653))])
def test_png_has_the_size_of_the_paper(tmp_path: Path, size: Any, pixels: tuple[int, int]) -> None:
    write_print_map(small_city(), tmp_path / "map.png", Sheet(size))
    image = imread(tmp_path / "map.png")
    assert (image.shape[1], image.shape[0]) == pixels
    vermillion = np.abs(np.rint(image[..., :3] * 255) - (213, 94, 0)).max(axis=-1) <= 2
    assert vermillion.sum() > 1000  # the new links


def test_sheet_refuses_what_is_not_known(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"Paper size 'A0' is not known. Use one of A3, A4."):
        Sheet("A0")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"Graticule 'miles' is not known. Use one of none, degrees, metres."):
        Sheet("A4", graticule="miles")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"'map.jpg' is no print map. Use a name that ends in .pdf, .svg, .png."):
        write_print_map(small_city(), "map.jpg")
    assert list(tmp_path.iterdir()) == []


def test_sheet_names_everything_once() -> None:
    texts = [text.get_text() for ax in print_figure(small_city(), Sheet("A4")).axes for text in ax.texts]
    for wanted in (
        "小城 Smallville",
        "Plan at $5 minimum_cost",
        "run-7f3a",
        "2026-11-22",
        "硚口智算中心",
        "CNY 41.82 M",
        "New links",
        "✓",
        "×",
    ):
        assert wanted in texts
    assert "Districts" not in texts  # not visible at first, so not on paper


def test_sheet_changes_no_global_state(tmp_path: Path) -> None:
    before = dict(mpl.rcParams)
    fonts = len(mpl.font_manager.fontManager.ttflist)
    write_print_map(small_city(), tmp_path / "map.png", Sheet("A4"))
    assert dict(mpl.rcParams) == before
    assert len(mpl.font_manager.fontManager.ttflist) == fonts


def _axes(figure: Figure, name: str) -> Any:
    """Return the axes of a part of the sheet, None where it has no such part."""
    return next((ax for ax in figure.axes if ax.get_label() == name), None)


def _texts(ax: Any) -> dict[str, Any]:
    return {text.get_text(): text for text in ax.texts}


def test_sheet_of_nothing_and_of_one_point() -> None:
    nothing = print_figure(MapDocument("Nothing"), Sheet("A4"))
    assert "This map has no layers." in _texts(_axes(nothing, "columns"))
    one = replace(centers(), frame=centers().frame.iloc[:1])
    x0, x1 = _axes(print_figure(MapDocument("One", layers=(one,)), Sheet("A4")), "map").get_xlim()
    assert 200 <= x1 - x0 <= 2000


def test_long_legends_take_a_second_column_and_stay_readable() -> None:
    many = tuple(replace(new_links(), name=f"n{i}", title=f"Links of year {i}") for i in range(90))
    figure = print_figure(small_city(layers=many), Sheet("A4"))
    column, block = _axes(figure, "columns"), _axes(figure, "block")
    entries = [text for name, text in _texts(column).items() if name.startswith("Links of year")]
    assert len(entries) == 90
    assert min(text.get_fontsize() for text in entries) >= 4.9
    assert {round(text.get_position()[0] // 60) for text in entries} == {0, 1}  # two columns
    lowest = min(text.get_window_extent().y0 for text in entries if text.get_position()[0] > 60)
    assert lowest > block.get_window_extent().y1


def test_endless_legends_say_how_much_they_leave_out(caplog: pytest.LogCaptureFixture) -> None:
    many = tuple(replace(new_links(), name=f"n{i}", title=f"Links of year {i}") for i in range(160))
    with caplog.at_level(logging.WARNING):
        texts = _texts(_axes(print_figure(small_city(layers=many), Sheet("A4")), "columns"))
    left = 160 - sum(name.startswith("Links of year") for name in texts)
    assert left > 20
    assert f"and {left} more, see the interactive map" in texts
    assert f"{left} legend entries have no room on A4" in caplog.text


def test_missing_glyphs_are_marked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert printable("硚口 龘 \U0001f600") == "硚口 〓 〓"
    assert "no glyph for 龘" in caplog.text


def test_wrap_breaks_between_words_and_between_chinese_characters() -> None:
    assert wrap("one two three", 10, text_width("one two", 10) + 1) == ["one two", "three"]
    assert wrap("城域毫秒用算", 10, text_width("城域毫", 10) + 1) == ["城域毫", "秒用算"]


def test_scale_bar_lengths_are_round() -> None:
    assert [round_length_m(x) for x in (999.9, 1000.0, 7300.0, 51_000.0, 4.9)] == [500.0, 1000.0, 5000.0, 50_000.0, 2.0]


def test_labels_go_round_what_is_taken() -> None:
    frame = (0.0, 0.0, 100.0, 100.0)
    first = place((50, 50), (20, 10), 2, np.zeros((0, 4)), frame)
    assert first == (52.0, 45.0, 72.0, 55.0)
    assert place((50, 50), (20, 10), 2, np.array([first]), frame) == (28.0, 45.0, 48.0, 55.0)
    assert place((50, 50), (20, 10), 2, np.array([frame]), frame) is None


def test_labels_of_points_outside_the_window_are_not_written() -> None:
    ax = _axes(print_figure(small_city(), Sheet("A4")), "map")
    written = len(ax.texts)
    ax.set_xlim(at(2000, 0)[0], at(6000, 0)[0])  # leaves the west center out
    assert draw_labels(ax, [(centers(), centers().frame)], 8.0, 1.0) == (1, 0)
    assert [text.get_text() for text in ax.texts[written:]] == ["Han Yang & <b>South</b>"]


def test_dense_window_finds_the_crowd_and_ignores_an_even_spread() -> None:
    crowd = np.array([[10.0, 10.0], [11.0, 10.0], [10.0, 11.0], [90.0, 90.0]])
    corner = dense_window(crowd, 10.0, 10.0)
    assert corner is not None
    assert corner == pytest.approx((10 + 1 / 3 - 5, 10 + 1 / 3 - 5))
    grid = np.array([[x, y] for x in range(0, 100, 10) for y in range(0, 100, 10)], dtype=np.float64)
    assert dense_window(grid, 12.0, 12.0) is None
