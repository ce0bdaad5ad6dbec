"""Crossings of rail, water and motorway: counted from the geometry, priced once, the same in engine, bill and audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geo_world as gw
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo_data
from geo_data.network.crossings import count_crossings


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(gw.EAST + west, gw.NORTH + south, gw.EAST + east, gw.NORTH + north)


def _obstacles(shapes: Sequence[tuple[str, Any]]) -> gpd.GeoDataFrame:
    """Obstacle layer from kinds and shapes."""
    table = pd.DataFrame({"id": [f"O{i}" for i in range(len(shapes))], "kind": [k for k, _ in shapes]})
    return gpd.GeoDataFrame(table, geometry=[s for _, s in shapes], crs=gw.UTM)


def _count(way: Sequence[gw.Place], shapes: Sequence[tuple[str, Any]], gap_m: float = 50.0) -> Mapping[str, int]:
    """Crossings of one line by kind."""
    counts = count_crossings(np.array([gw.line(*way)], dtype=object), _obstacles(shapes), gap_m)
    assert counts is not None
    return {str(k): int(v) for k, v in counts.iloc[0].items()}


STREET = [(0.0, 0.0), (1000.0, 0.0)]


def _track(x: float) -> shapely.LineString:
    """A line from south to north across the street."""
    return gw.line((x, -100), (x, 100))


def test_no_obstacles_is_no_table() -> None:
    assert count_crossings(np.array([gw.line(*STREET)], dtype=object), _obstacles([]), 50.0) is None


def test_lines_areas_and_kinds_are_counted_apart() -> None:
    shapes = [
        ("rail", _track(200)),
        ("rail", _track(500)),
        ("water", _box(600, -50, 800, 50)),
        ("motorway", _track(900)),
    ]
    assert _count(STREET, shapes) == {"motorway": 1, "rail": 2, "water": 1}


def test_parallel_tracks_within_the_gap_are_one_crossing() -> None:
    tracks = [("rail", _track(x)) for x in (300, 304, 340, 390, 441)]
    assert _count(STREET, tracks) == {"rail": 2}  # 300 to 390 in steps of at most 50 m, then 51 m
    assert _count(STREET, tracks, gap_m=51.0) == {"rail": 1}
    assert _count(STREET, tracks, gap_m=0.0) == {"rail": 5}


def test_kinds_do_not_merge_with_each_other() -> None:
    assert _count(STREET, [("rail", _track(300)), ("motorway", _track(310))]) == {"motorway": 1, "rail": 1}


def test_route_that_ends_at_a_line_or_runs_along_it_does_not_cross_it() -> None:
    assert _count(STREET, [("motorway", _track(1000))]) == {"motorway": 0}
    assert _count(STREET, [("motorway", gw.line((0, 0), (1000, 0)))]) == {"motorway": 0}
    wobbling = gw.line((0, 0.1), (500, -0.1), (1000, 0.1))
    assert _count(STREET, [("motorway", wobbling)]) == {"motorway": 0}


def test_route_that_ends_in_water_crosses_it_and_one_that_touches_the_bank_does_not() -> None:
    assert _count(STREET, [("water", _box(900, -50, 1100, 50))]) == {"water": 1}
    assert _count(STREET, [("water", _box(1000, -50, 1100, 50))]) == {"water": 0}


def test_route_that_comes_back_crosses_twice() -> None:
    way = [(0.0, 0.0), (500.0, 0.0), (500.0, 200.0), (0.0, 200.0)]
    assert _count(way, [("rail", gw.line((250, -100), (250, 300)))]) == {"rail": 2}


def test_many_lines_at_once_are_counted_as_one_by_one() -> None:
    rng = np.random.default_rng(7)
    shapes = [("rail", gw.line(*rng.uniform(0, 1000, (2, 2)))) for _ in range(8)]
    shapes += [("water", _box(*corner, *(corner + 150))) for corner in rng.uniform(0, 800, (5, 2))]
    ways = [[tuple(p) for p in rng.uniform(0, 1000, (3, 2))] for _ in range(40)]
    lines = np.array([gw.line(*way) for way in ways], dtype=object)
    together = count_crossings(lines, _obstacles(shapes), 50.0)
    assert together is not None
    assert together.to_dict("records") == [_count(way, shapes) for way in ways]
    assert together.to_numpy().sum() > 40


def _street_over(obstacles: gpd.GeoDataFrame, **columns: Any) -> dict[str, gpd.GeoDataFrame]:
    """One street of 1 km between two centers, with obstacles on its way."""
    return {
        "centers": gw.points({"C1": (0, -30), "C2": (1000, -30)}),
        "metro_sites": gw.points({"S1": (0, 0)}),
        "candidate_routes": gw.lines({"street": STREET}, **columns),
        "obstacles": obstacles,
    }


def _metres(network: geo_data.Network, link: str) -> dict[str, float]:
    """Metres of a link by class."""
    row = network.class_km[network.links["id"] == link].iloc[0] * 1000
    return {str(k): float(v) for k, v in row.items() if v}


def test_network_counts_candidate_links_only() -> None:
    layers = _street_over(_obstacles([("rail", _track(200)), ("rail", _track(600))]))
    layers["fibre_routes"] = gw.lines({"cable": [(0, 0), (0, 30), (1000, 30), (1000, 0)]})
    network = gw.network(layers)
    assert network.crossings is not None
    counts = dict(zip(network.links["id"], network.crossings["rail"], strict=True))
    assert counts == {"cable": 0, "lead-in:C1": 0, "lead-in:C2": 0, "street": 2}
    told = next(f for f in network.findings if f.code == "crossings-counted")
    assert told.found == "1 candidate link crosses rail 2 times; each crossing has its price and lead time."


def test_unmarked_stretch_over_water_is_priced_as_bridge_and_stays_one_link() -> None:
    layers = _street_over(_obstacles([("water", _box(400, -50, 700, 50))]), **{"class": ["primary"]})
    network = gw.network(layers)
    assert _metres(network, "street") == {
        "primary": pytest.approx(700, abs=1),
        "primary:bridge": pytest.approx(300, abs=1),
    }
    assert network.crossings is not None
    assert network.crossings["water"].tolist() == [0, 0, 1]
    told = next(f for f in network.findings if f.code == "water-unmarked")
    assert (
        told.found
        == "1 candidate route over water and not marked as bridge: 0.30 km laid are priced as bridge or bore."
    )


def test_marked_bridge_over_water_keeps_its_class_and_is_counted_once() -> None:
    layers = _street_over(_obstacles([("water", _box(400, -50, 700, 50))]))
    ways = {"west": [(0, 0), (350, 0)], "deck": [(350, 0), (750, 0)], "east": [(750, 0), (1000, 0)]}
    layers["candidate_routes"] = gw.lines(ways, **{"class": "primary", "bridge": [False, True, False]})
    network = gw.network(layers)
    assert _metres(network, "deck") == {
        "primary": pytest.approx(600, abs=1),
        "primary:bridge": pytest.approx(400, abs=1),
    }
    assert network.crossings is not None
    assert network.crossings["water"].sum() == 1
    assert not [f for f in network.findings if f.code == "water-unmarked"]
