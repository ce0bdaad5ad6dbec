"""The small map and the charts inside the report."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import LineString, Point

from geo_data.maps.style import MapLayer, Style
from optimizer.report import plan_layers
from optimizer.report.charts import LatencyPanel, goal_bar, latency_chart
from optimizer.report.figure import map_figure as figure_and_legend
from tests.report_cases import small_plan, small_problem


def map_figure(layers: list[MapLayer]) -> str:
    """Return figure and legend as they stand in the page."""
    return "".join(figure_and_legend(layers))


def _layer(name: str) -> MapLayer:
    return next(layer for layer in plan_layers(small_problem(), small_plan()) if layer.name == name)


def test_figure_draws_every_new_thing_and_no_user_of_compute() -> None:
    svg = map_figure(plan_layers(small_problem(), small_plan()))
    for title in ("New fibre, built", "Existing fibre, newly lit", "New OXC", "New 400G export", "Large center"):
        assert title in svg
    assert "Key place" not in svg
    assert "Terminal area" not in svg
    assert [re.sub("<.*?>", "", t) for t in re.findall(r'<text class="label".*?</text>', svg)] == [
        "C01",
        "C02",
        "C03",
        "C04",
    ]


def test_figure_keeps_north_up_and_metres_equal() -> None:
    layer = _layer("built")
    square = layer.frame.iloc[:1].copy()
    square["geometry"] = [LineString([(0, 0), (0, 1000), (1000, 1000)])]
    svg = map_figure([replace(layer, frame=square.set_crs("EPSG:32650", allow_override=True))])
    path = re.search(r'class="line"[^>]* d="M([\d. ]+)l([-\d. ]+)"', svg)
    assert path is not None
    moves = np.array(path[2].split(), dtype=float).reshape(-1, 2)
    assert moves[0, 0] == 0
    assert moves[0, 1] < 0  # north is up: y of a screen runs down
    assert moves[1, 0] == pytest.approx(-moves[0, 1], abs=0.1)


def test_scale_bar_is_true() -> None:
    layer = _layer("built")
    road = layer.frame.iloc[:1].copy()
    road["geometry"] = [LineString([(0, 0), (10_320, 0)])]
    svg = map_figure([replace(layer, frame=road)])
    assert ">2 km<" in svg
    bar = re.search(r'class="scale" d="M14.0 [\d.]+v5h([\d.]+)v-5"', svg)
    assert bar is not None
    assert float(bar[1]) == pytest.approx(1032 / 10_320 * 2000, abs=0.1)


def test_figure_of_one_point_is_drawn() -> None:
    layer = _layer("centers")
    alone = layer.frame.iloc[:1].copy()
    alone["geometry"] = [Point(0, 0)]
    assert "<svg" in map_figure([replace(layer, frame=alone)])


def test_figure_of_nothing_is_empty() -> None:
    assert map_figure([]) == ""


def test_latency_chart_counts_every_relation_once() -> None:
    panel = LatencyPanel("As planned", [5.0, 5.1, 400.0, 999.0], 3, "bar-plan")
    svg = latency_chart([panel], 1000.0)
    assert sum(int(n) for n in re.findall(r"<title>relations: (\d+)</title>", svg)) == 4
    assert ">3</text>" in svg
    assert "limit: &lt; 1,000 µs" in svg


def test_latency_chart_keeps_what_is_beyond_the_limit() -> None:
    svg = latency_chart([LatencyPanel("Today", [2500.0], 0, "bar-today")], 1000.0)
    assert "<title>relations: 1</title>" in svg


@pytest.mark.parametrize(("planned", "style"), [(0.5, "bar-ok"), (0.499, "bar-bad")])
def test_goal_bar_tells_met_from_missed(planned: float, style: str) -> None:
    assert f'class="{style}"' in goal_bar(0.5, planned, None)


def test_figure_leaves_out_what_is_not_shown_at_first_and_draws_areas_as_areas() -> None:
    hidden = replace(_layer("built"), name="risk_trench", title="One trench", visible=False)
    water = _layer("built").frame.iloc[:1].copy()
    water["geometry"] = [Point(240_000, 3_390_000).buffer(3000)]
    lake = MapLayer("water_areas", "Water", "Surroundings", water, Style("polygon", "#56b4e9", opacity=0.25), base=True)
    svg = map_figure([lake, _layer("built"), hidden])
    assert "One trench" not in svg
    area = re.search(
        r'<path style="[^"]*" class="area" fill-rule="evenodd" fill-opacity="0.25"[^>]* d="M([^"]+)z"', svg
    )
    assert area is not None
    assert "Water" in svg
    assert svg.count('class="line"') == map_figure([_layer("built")]).count('class="line"')
