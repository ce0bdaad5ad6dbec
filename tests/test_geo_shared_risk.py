"""Shared-risk groups from the geometry: trenches, bridges, hazard areas, nodes, and what the planner gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geo_world as gw
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import geo_data
from geo_data.network.types import SharedRisk
from geo_data.shared_risk.side_by_side import side_by_side

Way = Sequence[gw.Place]


def _runs(one: Way, other: Way, within_m: float = 10.0) -> list[tuple[float, float]]:
    """Stretches of one line beside another."""
    runs = side_by_side(np.array([gw.line(*one)]), np.array([gw.line(*other)]), within_m)
    return [(round(a, 3), round(b, 3)) for a, b in zip(runs.start.tolist(), runs.end.tolist(), strict=True)]


def test_parallel_lines_run_side_by_side_where_both_are() -> None:
    assert _runs([(0, 0), (500, 0)], [(100, 8), (300, 8)]) == [(100.0, 300.0)]
    assert _runs([(0, 0), (500, 0)], [(300, 8), (100, 8)]) == [(100.0, 300.0)]  # drawn the other way
    assert _runs([(0, 0), (500, 0)], [(100, 10.5), (300, 10.5)]) == []
    assert _runs([(0, 0), (500, 0)], [(100, 10), (300, 10)]) == [(100.0, 300.0)]  # the limit itself counts


def test_lines_that_cross_fork_or_follow_each_other_do_not() -> None:
    assert _runs([(0, 0), (500, 0)], [(250, -100), (250, 100)]) == []
    assert _runs([(0, 0), (500, 0)], [(500, 0), (900, 0)]) == []
    fork = _runs([(0, 0), (500, 0)], [(0, 0), (500, 200)])  # 21.8 degrees: 10 m across after 26.9 m
    assert fork == [(0.0, 26.926)]


def test_run_goes_round_a_bend_and_over_a_short_gap() -> None:
    bend = [(0.0, 0.0), (200.0, 0.0), (300.0, 50.0), (500.0, 50.0)]
    beside = [(x, y + 5.0) for x, y in bend]
    ((start, end),) = _runs(bend, beside)
    assert start == 0.0
    assert end == pytest.approx(200 + np.hypot(100, 50) + 200, abs=0.1)
    runs = side_by_side(
        np.array([gw.line((0, 0), (500, 0))]),
        np.array([gw.line((0, 5), (200, 5), (203, 40), (206, 5), (500, 5))]),
        10.0,
    )
    assert [(float(a), float(b)) for a, b in zip(runs.start, runs.end, strict=True)] == [(0.0, 500.0)]


def test_runs_agree_with_points_measured_one_by_one() -> None:
    rng = np.random.default_rng(3)
    for _ in range(30):
        first = np.cumsum(rng.normal((40, 0), (5, 6), (8, 2)), axis=0)
        second = first + rng.normal((0, 8), (2, 4), (8, 2))
        one, other = gw.line(*map(tuple, first)), gw.line(*map(tuple, second))
        runs = side_by_side(np.array([one]), np.array([other]), 10.0)
        places = shapely.line_interpolate_point(one, np.arange(0.5, one.length, 1.0))
        near = float(np.sum(shapely.distance(places, other) <= 10.0))
        assert float((runs.end - runs.start).sum()) == pytest.approx(near, abs=0.15 * one.length)


def _network(ways: Mapping[str, Way], more: Mapping[str, Any] | None = None, **columns: Any) -> dict[str, Any]:
    """Layers with candidate routes between a center far west and one far east, all tied together by two spines."""
    low = min(y for way in ways.values() for _, y in way) - 500
    high = max(y for way in ways.values() for _, y in way) + 500
    spines = {"spine-west": [(-200, low), (-200, high)], "spine-east": [(1200, low), (1200, high)]}
    tied = {name: [(-200.0, way[0][1]), *way, (1200.0, way[-1][1])] for name, way in ways.items()}
    filled = {name: [*values, *[_plain(name)] * 2] for name, values in columns.items()}
    return {
        "centers": gw.points({"C1": (-230, low + 300), "C2": (1230, low + 300)}),
        "metro_sites": gw.points({"S1": (-200, low + 10)}),
        "candidate_routes": gw.lines({**tied, **spines}, **filled),
        **(more or {}),
    }


def _plain(column: str) -> Any:
    return False if column == "bridge" else ""


def _groups(layers: Mapping[str, gpd.GeoDataFrame], **shared_risk: Any) -> dict[tuple[str, frozenset[str]], SharedRisk]:
    """Groups by kind and ids of their links."""
    network = gw.network(layers, prune_dead_ends=False, shared_risk=shared_risk)
    ids = network.links["id"].to_numpy()
    return {(r.kind, frozenset(ids[list(r.links)])): r for r in network.shared_risks}


def _of(groups: Mapping[tuple[str, frozenset[str]], SharedRisk], kind: str) -> set[frozenset[str]]:
    return {links for k, links in groups if k == kind}


PARALLEL = {"a": [(0.0, 0.0), (1000.0, 0.0)], "b": [(0.0, 30.0), (300.0, 8.0), (700.0, 8.0), (1000.0, 30.0)]}


def test_links_in_one_trench_are_a_group_with_its_reason() -> None:
    groups = _groups(_network(PARALLEL, name=["解放大道", ""]))
    assert _of(groups, "trench") == {frozenset({"a", "b"})}
    (risk,) = groups.values()
    assert risk.name.startswith("one trench along 解放大道, 4")
    metres = float(risk.name.rpartition(", ")[2].removesuffix(" m"))
    assert metres == pytest.approx(400 + 2 * 27.3, abs=1)  # the slants come within 10 m 27 m before they level out
    assert risk.id.startswith("trench-")


def test_limits_of_a_trench_are_settings() -> None:
    layers = _network(PARALLEL)
    assert not _groups(layers, trench_within_m=7.9)
    assert not _groups(layers, trench_along_m=456.0)
    assert _of(_groups(layers, trench_along_m=454.0), "trench") == {frozenset({"a", "b"})}
    assert {r.name.split(",")[0] for r in _groups(layers).values()} == {"one trench of a"}


def test_street_of_links_in_a_row_beside_a_long_one_makes_groups_of_two() -> None:
    ways = {"long": [(0.0, 0.0), (1000.0, 0.0)], "row": [(0.0, 8.0), (1000.0, 8.0)]}
    layers = _network(ways)
    layers["metro_sites"] = gw.points({"S1": (500, 10)})  # cuts the row in two links
    assert _of(_groups(layers), "trench") == {frozenset({"long", "row"}), frozenset({"long", "row#2"})}


def test_three_in_one_trench_are_one_group() -> None:
    ways = {name: [(0.0, y), (1000.0, y)] for name, y in (("a", 0.0), ("b", 6.0), ("c", 12.0))}
    assert _of(_groups(_network(ways)), "trench") == {frozenset({"a", "b", "c"})}  # seen from b


def test_existing_fibre_shares_the_trench_of_a_candidate() -> None:
    layers = _network({"a": PARALLEL["a"]})
    layers["fibre_routes"] = gw.lines({"cable": [(-200, 60), (0, 60), (200, 5), (600, 5), (800, 60), (1200, 60)]})
    assert _of(_groups(layers), "trench") == {frozenset({"a", "cable"})}


CARRIAGEWAYS = {"north": [(0.0, 0.0), (1000.0, 0.0)], "south": [(0.0, -25.0), (1000.0, -25.0)]}


def test_both_carriageways_of_a_bridge_are_over_one_bridge() -> None:
    groups = _groups(_network(CARRIAGEWAYS, name=["长江大桥", "长江大桥"], bridge=[True, True]))
    assert {(k, r.name) for (k, _), r in groups.items()} == {("bridge", "bridge 长江大桥")}
    assert _of(groups, "bridge") == {frozenset({"north", "south"})}


def test_bridges_far_apart_are_two_though_they_bear_one_name() -> None:
    ways = {**CARRIAGEWAYS, "far": [(0.0, 900.0), (1000.0, 900.0)]}
    groups = _groups(_network(ways, name=["二桥"] * 3, bridge=[True] * 3))
    assert _of(groups, "bridge") == {frozenset({"north", "south"})}


def test_fibre_along_a_bridge_is_over_it_without_being_marked_and_a_road_under_it_is_not() -> None:
    layers = _network({"deck": CARRIAGEWAYS["north"]}, bridge=[True], name=["长江隧道"])
    layers["fibre_routes"] = gw.lines({"cable": [(-200, 60), (100, 28), (900, 28), (1200, 60)]})
    under = gw.lines({"under": [(-200, -400), (500, -400), (500, 400), (1200, 400)]}, name="", bridge=False)
    layers["candidate_routes"] = pd.concat([layers["candidate_routes"], under], ignore_index=True)
    groups = _groups(layers)
    assert _of(groups, "bridge") == {frozenset({"deck", "cable"})}
    assert {r.name for r in groups.values()} == {"tunnel 长江隧道"}


def test_hazard_area_groups_what_lies_in_it() -> None:
    ways = {
        "a": [(0.0, 0.0), (1000.0, 0.0)],
        "b": [(0.0, 300.0), (1000.0, 300.0)],
        "c": [(0.0, 900.0), (1000.0, 900.0)],
    }
    flood = shapely.box(gw.EAST + 400, gw.NORTH - 50, gw.EAST + 600, gw.NORTH + 400)
    frame = gpd.GeoDataFrame({"id": ["H1"], "name": ["汉口低地"], "kind": ["flood"]}, geometry=[flood], crs=gw.UTM)
    groups = _groups(_network(ways, {"hazards": frame}))
    assert _of(groups, "hazard") == {frozenset({"a", "b"})}
    (risk,) = groups.values()
    assert (risk.id, risk.name) == ("hazard-H1", "flood area 汉口低地, links of 2.8 km")


def test_given_groups_are_honoured_and_merged_with_found_ones_of_the_same_links() -> None:
    ways = {**PARALLEL, "c": [(0.0, 900.0), (1000.0, 900.0)]}
    groups = _groups(_network(ways, srlg=["D7; ring", "D7", "ring；alone"]))
    assert {(k, tuple(sorted(links))) for k, links in groups} == {("given", ("a", "b")), ("given", ("a", "c"))}
    both = groups["given", frozenset({"a", "b"})]
    assert both.id == "D7"
    assert both.name.startswith("given group D7; one trench of a, b, 4")
    assert groups["given", frozenset({"a", "c"})].name == "given group ring"


def test_link_made_of_several_routes_is_in_the_groups_of_each() -> None:
    layers = _network({"a": [(0.0, 0.0), (1000.0, 0.0)], "b": [(0.0, 900.0), (1000.0, 900.0)]})
    ways = {"a1": [(-200, 0), (300, 0)], "a2": [(300, 0), (1200, 0)], "b": [(-200, 900), (1200, 900)]}
    spines = {"w": [(-200, -500), (-200, 1400)], "e": [(1200, -500), (1200, 1400)]}
    layers["candidate_routes"] = gw.lines({**ways, **spines}, srlg=["", "D1", "D1", "", ""])
    assert _of(_groups(layers), "given") == {frozenset({"a1", "b"})}


def test_nodes_are_groups_only_where_asked() -> None:
    layers = _network({"a": [(0.0, 0.0), (1000.0, 0.0)], "b": [(0.0, 900.0), (1000.0, 900.0)]})
    layers["metro_sites"] = gw.points({"S1": (-200, 0)})
    assert not _groups(layers)
    sites = _groups(layers, nodes="sites")
    assert [r.name for r in sites.values()] == ["metro site S1"]
    assert all("a" in links for _, links in sites)
    every = _groups(layers, nodes="all")
    assert len(every) > len(sites)
    assert {r.kind for r in every.values()} == {"node"}


def test_groups_do_not_depend_on_the_order_of_the_input() -> None:
    rng = np.random.default_rng(5)
    ways = {f"r{i}": [(0.0, 7.0 * i), (1000.0, 7.0 * i)] for i in range(9)}
    one = _network(ways, srlg=["x"] * 3 + [""] * 6)
    other = dict(one)
    other["candidate_routes"] = one["candidate_routes"].iloc[rng.permutation(11)].reset_index(drop=True)
    first, second = gw.network(one, prune_dead_ends=False), gw.network(other, prune_dead_ends=False)
    assert first.shared_risks == second.shared_risks
    assert len(first.shared_risks) == 7  # r0 to r2 as given, r1 to r3, r2 to r4, ...
    assert [r.id for r in first.shared_risks] == sorted({r.id for r in first.shared_risks})


def test_bridges_of_wuhan_core_bear_their_names() -> None:
    folder = Path(geo_data.__file__).parent / "examples" / "wuhan-core"
    network = geo_data.build_network(geo_data.read_region(folder))
    names = sorted(r.name for r in network.shared_risks if r.kind == "bridge")
    assert names == ["bridge 古田桥 Gutian Bridge", "bridge 知音桥 Zhiyin Bridge"]
    told = next(f for f in network.findings if f.code == "shared-risks-found")
    assert told.count == len(network.shared_risks)
