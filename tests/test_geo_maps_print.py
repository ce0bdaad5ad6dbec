"""Print maps: sheets, scale, graticule, detail, names along lines, title block, and the files they become."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import CRS
from shapely.geometry import LineString, Point

from geo_data.maps.paper.graticule import degrees_text, step_degrees, true_north
from geo_data.maps.paper.ground import ground
from geo_data.maps.paper.inset import crowded, largest_free
from geo_data.maps.paper.labels import along
from geo_data.maps.paper.sheet import Sheet, round_scale
from geo_data.maps.paper.text import cut, fit_lines, text_width
from geo_data.maps.print import print_figure, write_print_map
from geo_data.maps.style import MapDocument, MapLayer, Style
from tests.map_cases import UTM, at, existing, small_city

INSIDE = (0.0, 0.0, 200.0, 200.0)
FREE = np.zeros((0, 4))


def _axes(doc: MapDocument, name: str, sheet: Sheet | None = None) -> Any:
    """Return the axes of a part of the sheet, None where it has no such part."""
    return next((ax for ax in print_figure(doc, sheet).axes if ax.get_label() == name), None)


def _texts(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.texts]


def _spots(xy: list[tuple[float, float]], size: float = 8.0) -> MapLayer:
    frame = gpd.GeoDataFrame({"id": range(len(xy))}, geometry=[Point(at(*p)) for p in xy], crs=UTM)
    return MapLayer("spots", "Spots", "G", frame, Style("circle", "#0072b2", size))


# Scale


def test_scales_are_round_and_never_smaller_than_asked() -> None:
    assert [round_scale(n) for n in (182_000, 200_000, 200_001, 9_100, 6_100)] == [
        200_000,
        200_000,
        250_000,
        10_000,
        7_500,
    ]


@pytest.mark.parametrize("paper", ["A3", "A4"])
def test_a_millimetre_of_paper_is_what_the_scale_says(paper: Any) -> None:
    figure = print_figure(small_city(), Sheet(paper))
    ax = next(ax for ax in figure.axes if ax.get_label() == "map")
    said = next(text for text in _texts(ax) if text.startswith("1:"))
    number = float(said.removeprefix("1:").split(" ")[0].replace(",", ""))
    width_mm = ax.get_window_extent().width / figure.dpi * 25.4
    assert (ax.get_xlim()[1] - ax.get_xlim()[0]) / (width_mm / 1000) == pytest.approx(number, rel=1e-6)
    assert said.endswith(f"({paper})")
    assert number == round_scale(number)


def test_a_tall_city_is_drawn_upright_and_a_wide_one_lying() -> None:
    tall, wide = _spots([(0, 0), (500, 9000)]), _spots([(0, 0), (9000, 500)])
    for layer, upright in ((tall, True), (wide, False)):
        figure = print_figure(MapDocument("T", layers=(layer,)))
        assert (figure.get_figheight() > figure.get_figwidth()) == upright
    lying = print_figure(MapDocument("T", layers=(tall,)), Sheet(orientation="landscape"))
    assert lying.get_figwidth() > lying.get_figheight()


def test_layers_of_one_metric_system_keep_it_and_others_get_the_zone_of_their_midst() -> None:
    near = replace(existing(), frame=existing().frame.to_crs("EPSG:4547"))  # CGCS2000, central meridian 114 degrees
    assert ground(MapDocument("T", layers=(near,))).crs == CRS("EPSG:4547")
    mixed = ground(MapDocument("T", layers=(near, replace(existing(), name="b"))))
    assert mixed.crs == CRS("EPSG:32650")
    assert ground(MapDocument("T")).crs is None


# Graticule and north


def test_degrees_are_written_as_far_as_they_are_needed() -> None:
    assert degrees_text(114.0, "EW") == "114°E"
    assert degrees_text(-0.5125, "NS") == "0°30′45″S"
    assert step_degrees(0.55) * 60 == pytest.approx(10)
    assert step_degrees(0.05) * 3600 == pytest.approx(30)


def test_graticule_of_metres_stands_where_it_says() -> None:
    ax = _axes(small_city(), "map", Sheet("A4", graticule="metres"))
    for line in ax.lines:
        xy = np.column_stack(line.get_data())
        fixed = xy[0, 0] if xy[0, 0] == xy[1, 0] else xy[0, 1]
        assert fixed % 500 == 0
    assert "241\u00a0000\u00a0m\u00a0E" in _texts(ax)


def test_graticule_of_degrees_bends_with_the_zone_and_north_turns_with_it() -> None:
    ax = _axes(small_city(), "map", Sheet("A4", graticule="degrees"))
    turn = true_north(ax, CRS(UTM))
    lon = 114.3  # 2.7 degrees west of the zone's middle: true north stands right of grid north
    assert turn == pytest.approx((117 - lon) * math.sin(math.radians(30.53)), abs=0.03)
    assert any(text.endswith("E") and "′" in text for text in _texts(ax))


# Detail of the crowd


def test_marks_that_touch_are_a_crowd_and_loose_ones_are_not() -> None:
    tight = _spots([(20 * k, 0) for k in range(20)] + [(9000, 9000)])
    loose = _spots([(500 * k, 0) for k in range(20)])
    for layer, n in ((tight, 20), (loose, 0)):
        assert len(crowded([(layer, layer.frame)], per_mm=50.0, step=1.0)) == n


def test_largest_free_place_covers_no_feature_nor_what_is_taken() -> None:
    ax = _axes(small_city(), "map")
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    layer = existing()
    taken = (x0, y1 - (y1 - y0) / 4, x1, y1)  # the upper quarter
    box = largest_free(ax, [(layer, layer.frame)], [taken], 300.0)
    assert box is not None
    assert not shapely.intersects(shapely.box(*box), layer.frame.geometry.to_numpy()).any()
    assert not shapely.box(*box).intersects(shapely.box(*taken))
    assert min(box[2] - box[0], box[3] - box[1]) >= 280
    assert largest_free(ax, [(layer, layer.frame)], [(x0, y0, x1, y1)], 300.0) is None


def test_crowd_gets_a_detail_larger_than_the_map_and_a_frame_on_it() -> None:
    rng = np.random.default_rng(3)
    crowd = [(float(x), float(y)) for x, y in rng.normal(4000, 250, (150, 2))]
    doc = MapDocument("T", layers=(_spots([(0, 0), (30_000, 20_000), *crowd]),))
    figure = print_figure(doc)
    main, detail = (next(ax for ax in figure.axes if ax.get_label() == name) for name in ("map", "inset"))
    per_pixel = [float(np.ptp(ax.get_xlim()) / ax.get_window_extent().width) for ax in (main, detail)]
    assert per_pixel[0] / per_pixel[1] > 1.9
    inside = [
        detail.get_xlim()[0] < at(x, y)[0] < detail.get_xlim()[1]
        and detail.get_ylim()[0] < at(x, y)[1] < detail.get_ylim()[1]
        for x, y in crowd
    ]
    assert np.mean(inside) > 0.9
    assert _axes(MapDocument("T", layers=(_spots([(0, 0), (30_000, 20_000)]),)), "inset") is None


# Names


def test_names_run_along_straight_stretches_above_the_line() -> None:
    line = LineString([(0, 100), (200, 100)])
    found = along(line, 60, 10, FREE, INSIDE)
    assert found is not None
    (x, y), angle, boxes = found
    assert (x, y, angle) == (100, 107.5, 0)
    assert boxes[:, 0].min() == pytest.approx(70)
    assert boxes[:, 2].max() == pytest.approx(130)


def test_names_are_never_upside_down_and_turn_with_the_line() -> None:
    found = along(LineString([(150, 150), (50, 50)]), 60, 10, FREE, INSIDE)
    assert found is not None
    assert found[1] == pytest.approx(45)


def test_names_go_below_a_taken_line_and_leave_bends_alone() -> None:
    line = LineString([(0, 100), (200, 100)])
    above = np.array([[0.0, 101.0, 200.0, 120.0]])
    found = along(line, 60, 10, above, INSIDE)
    assert found is not None
    assert found[0][1] == 92.5
    zigzag = LineString([(10 * k, 100 + 20 * (k % 2)) for k in range(15)])
    assert along(zigzag, 60, 10, FREE, INSIDE) is None
    assert along(line, 300, 10, FREE, INSIDE) is None


def test_every_line_name_stands_once_on_the_sheet() -> None:
    layer = existing()
    names = layer.frame.assign(name=["解放大道", "解放大道"])
    ax = _axes(MapDocument("T", layers=(replace(layer, frame=names, label="name"),)), "map")
    assert _texts(ax).count("解放大道") == 1


# Words


def test_long_text_shrinks_then_breaks_then_ends_in_an_ellipsis() -> None:
    width = text_width("武汉城域光网", 10)
    assert fit_lines("武汉城域光网", 10, width, 1, 0.5) == (["武汉城域光网"], 10)
    (line,), size = fit_lines("武汉城域光网规划", 10, width, 1, 0.5)
    assert line == "武汉城域光网规划"
    assert size == pytest.approx(7.5)
    assert fit_lines("武汉城域光网" * 9, 10, width, 2, 0.5)[0][1].endswith("…")
    assert text_width(cut("武汉城域光网规划", 10, width), 10) <= width


def test_title_block_says_what_and_when_and_leaves_room_to_sign() -> None:
    doc = small_city(project="武汉", scenario="budget_2027", revision="C", language="zh")
    texts = _texts(_axes(doc, "block"))
    for wanted in ("武汉", "budget_2027", "C", "2026-11-22", "run-7f3a", "WGS 84 / UTM zone 50N", "制图", "审核"):
        assert wanted in texts
    assert any(text.startswith("1:") and text.endswith("(A3)") for text in texts)


def test_sources_and_assumptions_stand_on_the_sheet() -> None:
    texts = [text for ax in print_figure(small_city(), Sheet("A4")).axes for text in _texts(ax)]
    assert "Sources: © OpenStreetMap contributors, ODbL 1.0" in texts
    assert "Centers are assumed data." in texts


def test_empty_map_says_so_and_claims_no_scale() -> None:
    doc = MapDocument("T")
    assert _texts(_axes(doc, "map", Sheet(graticule="degrees"))) == ["There is nothing to draw."]
    assert not any(text.startswith("1:") for text in _texts(_axes(doc, "block")))


# Files


def test_pdf_has_its_fonts_inside_and_the_same_map_gives_the_same_file(tmp_path: Path) -> None:
    files = [tmp_path / f"{name}.pdf" for name in "ab"]
    for file in files:
        write_print_map(small_city(), file, Sheet("A4"))
    first, second = (file.read_bytes() for file in files)
    assert first == second
    assert first.startswith(b"%PDF")
    assert b"NotoSansCJKsc" in first
    assert b"/MediaBox [ 0 0 841.8" in first  # A4 lying, in points
    assert len(first) < 150_000


def test_svg_needs_no_font_and_holds_the_lines_as_drawing(tmp_path: Path) -> None:
    write_print_map(small_city(), tmp_path / "a.svg", Sheet("A4"))
    text = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert "font-family" not in text
    assert "<image" not in text
    assert "#d55e00" in text  # the new links
    assert 'width="841.8' in text


def test_lines_without_end_become_a_picture_inside_the_drawing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo_data.maps.paper.draw._VECTOR_MOST", 4)
    write_print_map(MapDocument("T", layers=(existing(),)), tmp_path / "a.svg", Sheet("A4"))
    assert "<image" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_zero_length_lines_and_translucent_ones_are_drawn(caplog: pytest.LogCaptureFixture) -> None:
    lines = [LineString([at(0, 0), at(0, 0)]), LineString([at(0, 0), at(900, 900)])]
    frame = gpd.GeoDataFrame({"id": ["a", "b"]}, geometry=lines, crs=UTM)
    risk = MapLayer("r", "One trench", "Risks", frame, Style("line", "#e69f00", 6.0, opacity=0.6))
    with caplog.at_level(logging.WARNING):
        ax = _axes(MapDocument("T", layers=(risk,)), "map")
    assert len([p for p in ax.artists if p.get_alpha() == 0.6] + [p for p in ax.patches if p.get_alpha() == 0.6]) == 1
    assert caplog.text == ""
