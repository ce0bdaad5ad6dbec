"""Frames, layers and map document of the small plan."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import pytest
from shapely.geometry import LineString, Polygon

from optimizer.report import frames, map_document, plan_layers
from tests.report_cases import CRS, small_assessment, small_plan, small_problem


def test_links_have_one_state_each_and_their_geometry() -> None:
    frame = frames.links_frame(small_problem(), small_plan()).set_index("id")
    assert frame["state"].value_counts().to_dict() == {"lit_today": 6, "built": 3, "newly_lit": 1}
    assert frame.loc["L3", "state"] == "newly_lit"
    assert frame.loc["L1", "name"] == "珞喻路"
    assert frame.loc["L4"].geometry.coords[0] == (240_000.0, 3_391_000.0)  # runs from j1
    assert frame.crs == "EPSG:32650"


def test_today_has_no_new_link() -> None:
    frame = frames.links_frame(small_problem(), small_assessment())
    assert set(frame["state"]) == {"lit_today", "dark"}


def test_relations_keep_those_without_a_route() -> None:
    frame = frames.relations_frame(small_problem(), small_assessment()).set_index("id")
    assert frame["role"].to_dict() == {"C01-C02": "none", "C01-C03": "working", "C02-C03": "working"}
    assert frame.loc["C01-C02"].geometry.is_empty
    assert frame.loc["C01-C03", "latency_us"] == 1162.5
    assert frame.loc["C02-C03"].geometry.geom_type == "LineString"


def test_layers_split_what_is_new_from_what_exists() -> None:
    layers = {layer.name: len(layer.frame) for layer in plan_layers(small_problem(), small_plan())}
    assert layers == {
        "terminal_areas": 2,
        "candidate_routes": 3,
        "existing_lit": 6,
        "newly_lit": 1,
        "built": 3,
        "places_missed": 1,
        "places_covered": 2,
        "access_none": 1,
        "access_new": 1,
        "sites_other": 1,
        "sites_major": 1,
        "oxc_existing": 1,
        "oxc_new": 1,
        "centers": 4,
        "exports_existing": 1,
        "exports_new": 1,
    }


def test_new_fibre_differs_in_stroke_and_colour() -> None:
    looks = {layer.name: layer.style for layer in plan_layers(small_problem(), small_plan())}
    fibre = [looks[name] for name in ("existing_lit", "newly_lit", "built")]
    assert len({style.colour for style in fibre}) == 3
    assert len({(style.dash, style.size) for style in fibre}) == 3


def test_layers_of_a_network_without_users() -> None:
    problem, plan = small_problem(), small_plan()
    network = problem.network
    empty = replace(network, key_places=network.key_places[:0], terminal_areas=network.terminal_areas[:0])
    bare = replace(plan, places=(), terminal_areas=())
    names = {layer.name for layer in plan_layers(replace(problem, network=empty), bare)}
    assert not names & {"places_missed", "places_covered", "terminal_areas"}
    assert "built" in names


def test_map_document_names_hops_and_leaves_junctions_out() -> None:
    document = map_document(small_problem(), small_plan())
    relation = document.routes["C01-C02"]
    assert relation.title == "C01-C02: 东湖高新智算中心 – 汉口云计算中心"
    assert relation.routes[0].hops == ("东湖高新智算中心", "光谷枢纽", "武昌枢纽", "汉口枢纽", "汉口云计算中心")
    assert document.run_id == "20250102-030405-abcd"
    assert document.date == "2025-01-02"
    assert document.note.startswith("Centers, sites")


def test_every_link_of_a_route_stands_in_a_line_layer() -> None:
    document = map_document(small_problem(), small_plan())
    drawn = {key for layer in document.layers if layer.style.mark == "line" for key in layer.frame["id"]}
    used = {link for relation in document.routes.values() for route in relation.routes for link in route.links}
    assert used <= drawn


def test_map_of_today_shows_goals_but_no_cost() -> None:
    document = map_document(small_problem(), small_assessment())
    assert document.facts == ()
    assert [goal.met for goal in document.goals] == [False, False, False, False, True]
    assert "today" in document.subtitle


@pytest.mark.parametrize("weights", [(1.0, 1.0, 1.0), (1.0, 2.0, 2.0), (3.0, 2.0, 1.5)])
def test_every_place_has_a_size_class_that_the_legend_names(weights: tuple[float, ...]) -> None:
    plan = small_plan()
    places = tuple(replace(p, weight=w) for p, w in zip(plan.places, weights, strict=True))
    layers = [
        layer
        for layer in plan_layers(small_problem(), replace(plan, places=places))
        if layer.name.startswith("places_")
    ]
    for layer in layers:
        named = {variant.value for variant in layer.style.variants}
        assert (not named and len(set(weights)) == 1) or set(layer.frame["weight_class"]) <= named


def test_the_ground_lies_below_what_is_planned_and_only_what_explains_routes_is_shown() -> None:
    problem = small_problem()
    square = Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000)])
    line = LineString([(0, 0), (5000, 5000)])

    def frame(geometry: list[object], **columns: list[object]) -> gpd.GeoDataFrame:
        size = len(geometry)
        return gpd.GeoDataFrame(
            {"id": [f"x{i}" for i in range(size)], "name": [""] * size, **columns}, geometry=geometry, crs=CRS
        )

    around = {
        "obstacles": frame([square, line, line], kind=["water", "water", "rail"]),
        "zones": frame([square, square], forbidden=[True, False], cost_factor=[1.0, 2.0]),
        "hazards": frame([square], kind=["flood"]),
    }
    changed = replace(problem, network=replace(problem.network, surroundings=around))
    layers = plan_layers(changed, small_plan())
    ground = [(layer.name, len(layer.frame), layer.visible) for layer in layers[:6]]
    assert ground == [
        ("water_areas", 1, True),
        ("water_lines", 1, True),
        ("obstacle_lines", 1, False),
        ("zones_forbidden", 1, True),
        ("zones_priced", 1, False),
        ("hazard_areas", 1, False),
    ]
    assert all(layer.base for layer in layers[:6])
    assert len(layers) == 6 + len(plan_layers(problem, small_plan()))


def test_railways_given_as_areas_and_as_lines_stand_in_layers_of_one_kind_each() -> None:
    problem = small_problem()
    shapes = [Polygon([(0, 0), (1000, 0), (1000, 1000), (0, 1000)]), LineString([(0, 0), (5000, 5000)])]
    rail = gpd.GeoDataFrame({"id": ["a", "b"], "name": ["", ""], "kind": ["rail"] * 2}, geometry=shapes, crs=CRS)
    changed = replace(problem, network=replace(problem.network, surroundings={"obstacles": rail}))
    found = {layer.name: layer for layer in plan_layers(changed, small_plan())}
    assert found["obstacle_areas"].frame["id"].tolist() == ["a"]
    assert found["obstacle_areas"].style.mark == "polygon"
    assert found["obstacle_lines"].frame["id"].tolist() == ["b"]
    assert found["obstacle_lines"].style.mark == "line"
