"""Every repair step on a small drawing solved by hand."""

from __future__ import annotations

import geo_world as gw
import geopandas as gpd
import numpy as np
import pydantic
import pytest
import shapely

import geo_data
from geo_data.datum import geodesic_km
from geo_data.network import LineNetwork
from geo_data.repair import STEPS, StepReport

Ways = dict[str, list[gw.Place]]


def _plan(ways: Ways, columns: dict[str, list[object]] | None = None, **settings: object) -> LineNetwork:
    """The network of drawn lines."""
    return geo_data.plan_lines(gw.lines(ways, **(columns or {})), geo_data.NetworkSettings(**settings))


def _step(network: LineNetwork, name: str) -> StepReport:
    """What one step did."""
    return next(step for step in network.repair.steps if step.name == name)


def _reasons(network: LineNetwork, name: str) -> list[tuple[str, str]]:
    """Feature and reason of every change of a step, those that came only."""
    frame = _step(network, name).changes.frame(gw.UTM)
    last = frame.drop_duplicates("change", keep="last")
    return sorted(zip(last["source"], last["reason"], strict=True))


def _metres(*places: gw.Place) -> float:
    return float(geodesic_km(np.array([gw.line(*places)], dtype=object), gw.UTM)[0]) * 1000


def test_the_registry_names_every_step_once_and_says_what_it_does() -> None:
    names = [step.name for step in STEPS]
    assert names == [
        "grid", "snap", "zero_length", "node_crossings", "heal_gaps", "split", "loops", "duplicates", "twins", "orient",
        "parts", "trim", "dissolve",
    ]  # fmt: skip
    assert all(step.does.endswith(".") for step in STEPS)
    assert [step.name for step in STEPS if step.needed] == ["grid", "snap", "split"]


def test_coordinates_are_held_in_millimetres_and_the_difference_is_told() -> None:
    network = _plan({"a": [(0, 0), (100.00004, 0)], "b": [(100.00003, 0), (100, 50)]})
    assert (len(network.nodes), len(network.links)) == (2, 1)
    step = _step(network, "grid")
    assert step.changes.reasons.tolist() == ["coordinates rounded to whole millimetres: 2 points"]
    assert step.after.km - step.before.km == pytest.approx(-4e-8, rel=0.1)
    assert step.changes.km_removed == pytest.approx(4e-8, rel=0.1)


def test_ends_close_together_become_one_and_the_move_is_told() -> None:
    network = _plan({"a": [(-100, 0), (0, 0)], "b": [(0.05, 0.03), (100, 0)]})
    assert (len(network.nodes), len(network.links)) == (2, 1)
    assert _reasons(network, "snap") == [("b", "moved by up to 0.058 m")]
    assert [f.found for f in network.repair.findings] == [
        "Ends of lines moved onto others close by: 1, by up to 0.058 m."
    ]
    step = _step(network, "snap")
    added = _metres((0, 0), (100, 0)) - _metres((0.05, 0.03), (100, 0))
    assert step.changes.km_added * 1000 == pytest.approx(added, abs=1e-6)
    frame = step.changes.frame(gw.UTM)
    assert frame["state"].tolist() == ["before", "after"]
    assert frame["action"].tolist() == ["changed", "changed"]
    assert shapely.get_coordinates(frame.geometry.to_numpy())[0].tolist() == [gw.EAST + 0.05, gw.NORTH + 0.03]


def test_snapping_stops_at_the_tolerance() -> None:
    ways: Ways = {"a": [(-100, 0), (0, 0)], "b": [(0.102, 0), (100, 0)]}
    assert _plan(ways).components == 2
    assert _plan(ways, snap_tolerance_m=0.103).components == 1


def test_a_line_runs_through_an_end_that_touches_it() -> None:
    network = _plan({"main": [(-100, 0), (100, 0)], "stem": [(0, 0.05), (0, 50)]})
    assert _reasons(network, "snap") == [("main", "runs through a point that lies on it")]
    assert _reasons(network, "split") == [("main", "cut into 2 where it meets others")]
    assert (len(network.nodes), len(network.links)) == (4, 3)


def test_a_line_that_snaps_to_nothing_goes_and_is_told() -> None:
    network = _plan({"a": [(-100, 0), (0, 0)], "dot": [(0, 0), (0.06, 0)], "b": [(0.06, 0), (100, 0)]})
    assert _reasons(network, "zero_length") == [("dot", "has no length")]
    assert [f.code for f in network.repair.findings] == ["ends-snapped", "zero-length-dropped"]
    assert _step(network, "snap").changes.km_removed * 1000 == pytest.approx(0.06, abs=1e-3)  # the dot's length


def test_crossings_are_joined_only_when_asked() -> None:
    ways: Ways = {"x": [(-100, 0), (100, 0)], "y": [(0, -100), (0, 100)], "z": [(50, -100), (50, 100)]}
    assert _plan(ways).components == 3
    network = _plan(ways, node_crossings=True)
    assert (network.components, len(network.nodes), len(network.links)) == (1, 8, 7)
    assert [f.found for f in network.repair.findings] == ["Lines that cross were joined at 2 places."]
    assert _reasons(network, "node_crossings")[0] == ("x", "gets points where it crosses other lines: 2")


def test_three_lines_that_cross_almost_at_one_place_meet_at_one_node() -> None:
    ways: Ways = {"x": [(-100, 0), (100, 0)], "y": [(0, -100), (0, 100)], "z": [(-100, -100.02), (100, 100)]}
    network = _plan(ways, node_crossings=True)
    assert (len(network.nodes), len(network.links)) == (7, 6)


def test_a_line_that_overshoots_another_by_a_hair_ends_there() -> None:
    network = _plan({"x": [(-100, 0), (100, 0)], "y": [(0, -0.05), (0, 100)]}, node_crossings=True)
    assert (network.components, len(network.links)) == (1, 3)


@pytest.mark.parametrize(
    ("columns", "parts"),
    [
        ({}, 1),
        ({"bridge": [False, True]}, 2),
        ({"bridge": [True, True]}, 2),  # bridges of unknown level: who knows which is above
        ({"level": [0, 1]}, 2),
        ({"level": [-1, 1]}, 2),
        ({"level": [1, 1], "bridge": [True, False]}, 1),  # two roads on one deck
    ],
)
def test_lines_that_cross_on_different_levels_do_not_meet(columns: dict[str, list[object]], parts: int) -> None:
    ways: Ways = {"x": [(-100, 0), (100, 0)], "y": [(0, -100), (0, 100)]}
    assert _plan(ways, columns, node_crossings=True).components == parts


@pytest.mark.parametrize(("columns", "parts"), [({}, 1), ({"bridge": [False, True]}, 2), ({"level": [0, 1]}, 2)])
def test_a_common_vertex_joins_only_lines_on_one_level(columns: dict[str, list[object]], parts: int) -> None:
    """Some drawings put a point where a bridge crosses a road; only an end joins the two."""
    ways: Ways = {"x": [(-100, 0), (0, 0), (100, 0)], "y": [(0, -100), (0, 0), (0, 100)]}
    assert _plan(ways, columns).components == parts


def test_a_bridge_meets_the_roads_at_its_ends() -> None:
    ways: Ways = {
        "west": [(-100, 0), (-50, 0)], "bridge": [(-50, 0), (0, 0), (50, 0)], "east": [(50, 0), (100, 0)],
        "under": [(0, -100), (0, 0), (0, 100)], "ramp": [(0, -100), (-50, 0)],
    }  # fmt: skip
    network = _plan(ways, {"level": [0, 1, 0, 0, 0]}, node_crossings=True)
    assert network.components == 1
    assert {frozenset(s) for s in network.link_sources} == {
        frozenset({"west"}), frozenset({"bridge", "east"}), frozenset({"under", "ramp"}),
    }  # fmt: skip


def test_an_end_on_a_bridge_joins_everything_there() -> None:
    ways: Ways = {"x": [(-100, 0), (0, 0), (100, 0)], "y": [(0, -100), (0, 0), (0, 100)], "ramp": [(50, 50), (0, 0)]}
    assert _plan(ways, {"level": [0, 1, 0]}).components == 1


def test_two_junctions_over_each_other_stay_apart() -> None:
    """Nodes are told apart by place alone: the lower junction has it, the upper lines pass."""
    ways: Ways = {
        "x": [(-100, 0), (0, 0), (100, 0)], "y": [(0, -100), (0, 0), (0, 100)],
        "u": [(-100, -100), (0, 0), (100, 100)], "v": [(-100, 100), (0, 0), (100, -100)],
    }  # fmt: skip
    network = _plan(ways, {"level": [0, 0, 1, 1]})
    assert network.components == 3
    assert sum(len(s) for s in network.link_sources) == 6  # x and y in two, u and v whole


def test_gaps_are_healed_only_when_asked() -> None:
    ways: Ways = {"a": [(-100, 0), (0, 0)], "b": [(3, 0), (100, 0)]}
    assert _plan(ways).components == 2
    assert _plan(ways, heal_gaps_m=2.9).components == 2
    network = _plan(ways, heal_gaps_m=3)
    assert (network.components, len(network.links)) == (1, 1)
    assert _reasons(network, "heal_gaps") == [("a", "gap of 3.00 m closed")]
    assert [f.found for f in network.repair.findings] == ["Gaps of up to 3 m closed at loose ends: 1, 0.003 km drawn."]
    assert _step(network, "heal_gaps").changes.km_added * 1000 == pytest.approx(_metres((0, 0), (3, 0)), abs=1e-6)


def test_a_loose_end_is_joined_to_the_line_it_stops_short_of() -> None:
    network = _plan({"main": [(-100, 0), (100, 0)], "stem": [(0, 4), (0, 50)]}, heal_gaps_m=5)
    assert (network.components, len(network.nodes), len(network.links)) == (1, 4, 3)
    assert network.links.set_index("id").loc["stem", "length_km"] * 1000 == pytest.approx(
        _metres((0, 0), (0, 50)), abs=1e-3
    )


def test_a_short_stub_is_not_tied_back_to_its_own_road() -> None:
    network = _plan({"main": [(-100, 0), (0, 0), (100, 0)], "stub": [(0, 0), (2, 4)]}, heal_gaps_m=5)
    assert len(_step(network, "heal_gaps").changes) == 0


@pytest.mark.parametrize(("level", "parts"), [(0, 1), (1, 2)])
def test_a_gap_to_a_bridge_is_healed_on_its_level_only(level: int, parts: int) -> None:
    ways: Ways = {"bridge": [(-100, 0), (100, 0)], "stem": [(0, 4), (0, 50)]}
    assert _plan(ways, {"level": [1, level]}, heal_gaps_m=5).components == 3 - parts


def test_a_joint_between_fibre_and_road_has_to_be_built() -> None:
    layers = gw.cross()
    layers["fibre_routes"] = gw.lines({"F": [(-1000, 2), (-5, 2)]}, lit=[True], spare_pairs=[4])
    layers["candidate_routes"] = gw.lines({"road": [(0, 2), (1000, 2)]})
    layers["metro_sites"] = gw.points({"S1": (0, 2)})
    links = gw.network(layers, heal_gaps_m=6, skip_steps=["dissolve"]).links
    joint = links[links["length_km"].between(0.0049, 0.0051)].iloc[0]
    assert (joint["kind"], joint["lit"], joint["spare_pairs"]) == ("candidate", False, 0)


def test_duplicates_go_whichever_way_they_were_drawn() -> None:
    ways: Ways = {"a": [(0, 0), (100, 0)], "b": [(100, 0), (0, 0)], "c": [(0, 0), (50, 1), (100, 0)]}
    network = _plan(ways)
    assert network.links["id"].tolist() == ["a"]
    assert _reasons(network, "duplicates") == [("b", "stands twice, as a"), ("c", "stands twice, as a")]
    assert len(_plan(ways, skip_steps=["duplicates"]).links) == 3


def test_spare_pairs_that_add_up_are_told() -> None:
    layers = gw.cross()
    layers["fibre_routes"] = gw.lines({"F1": [(0, 0), (1000, 0)], "F2": [(1000, 0), (0, 0)]}, spare_pairs=[3, 5])
    repair = geo_data.repair_routes(gw.region(layers))
    step = next(step for step in repair.steps if step.name == "duplicates")
    assert step.changes.reasons.tolist() == ["stands twice, as F1", "spare pairs of lines laid together: 8"]


def test_lines_run_from_west_to_east_and_turning_is_told() -> None:
    network = _plan({"a": [(100, 0), (0, 0)], "b": [(100, 0), (100, 50)], "c": [(100, 50), (100, 0), (200, 0)]})
    assert _reasons(network, "orient") == [("a", "turned round")]
    assert _step(network, "orient").changes.km_added == 0.0


def test_chains_are_dissolved_unless_switched_off() -> None:
    ways: Ways = {"a": [(0, 0), (100, 0)], "b": [(100, 0), (200, 0)], "c": [(200, 0), (300, 9)]}
    network = _plan(ways)
    assert network.link_sources == (("a", "b", "c"),)
    assert _reasons(network, "dissolve") == [("a", "3 stretches in a row are one")]
    apart = _plan(ways, skip_steps=["dissolve"])
    assert apart.link_sources == (("a",), ("b",), ("c",))
    assert [step.name for step in apart.repair.steps][-1] == "trim"


def test_fibre_beside_a_road_without_common_points_is_its_trench() -> None:
    """The fibre runs 6 m beside the road; a side street meets the road half way and must reach the fibre."""
    layers = gw.cross()
    layers["fibre_routes"] = gw.lines({"F": [(-1000, 6), (1000, 6)]})
    layers["candidate_routes"] = gw.lines({"road": [(-1000, 0), (0, 0), (1000, 0)], "side": [(0, 0), (0, -1000)]})
    layers["centers"] = gw.points({"C1": (1000, 36), "C2": (-1000, 36)})
    layers["metro_sites"] = gw.points({"S1": (0, -1000)})
    with pytest.raises(geo_data.DataError, match=r"come within 6\.0 m of each other"):
        gw.network(layers)
    network = gw.network(layers, twins_within_m=8)
    links = network.links.set_index("id")
    existing = links.loc[links["kind"] == "existing", "length_km"].sum() * 1000
    assert existing == pytest.approx(_metres((-1000, 6), (1000, 6)), abs=0.01)
    assert links.loc["F", "kind"] == "existing"
    tie = links[links["sources"] == "road;side"]
    assert tie["length_km"].sum() * 1000 == pytest.approx(_metres((0, 6), (0, 0), (0, -1000)), abs=0.01)
    told = {f.code: f for f in network.findings}
    assert told["twins-beside-dropped"].count == 2
    assert told["twins-beside-dropped"].km == pytest.approx(_metres((-1000, 0), (1000, 0)) / 1000)


def test_a_road_that_crosses_the_fibre_is_no_twin() -> None:
    layers = gw.cross()
    layers["fibre_routes"] = gw.lines({"F": [(-1000, 0), (1000, 0)]})
    layers["candidate_routes"] = gw.lines({"short": [(0, -7), (0, 7)], "far": [(0, 7), (0, 1000)]})
    layers["metro_sites"] = gw.points({"S1": (0, 1000)})
    sources = {s for x in gw.network(layers, twins_within_m=8, node_crossings=True).link_sources for s in x}
    assert {"short", "far"} < sources


def test_without_facilities_nothing_is_pruned() -> None:
    ring: list[gw.Place] = [(0, 0), (10, 5), (10, -5), (0, 0)]
    network = _plan({"spur": [(0, 0), (-100, 0)], "ring": ring, "far": [(500, 0), (600, 0)]})
    assert network.components == 2
    assert network.links["length_km"].sum() * 1000 == pytest.approx(
        _metres((0, 0), (-100, 0)) + _metres(*ring) + _metres((500, 0), (600, 0)), abs=1e-6
    )


def test_lines_in_degrees_and_in_parts_are_taken() -> None:
    two = shapely.MultiLineString([[(117.0, 30.5), (117.01, 30.5)], [(117.01, 30.5), (117.02, 30.5)]])
    network = geo_data.plan_lines(gpd.GeoDataFrame({"name": ["解放大道"]}, geometry=[two], crs=4326))
    assert len(network.links) == 1
    assert network.links["name"].tolist() == ["解放大道"]
    assert network.links["length_km"].sum() == pytest.approx(1.9198, abs=1e-3)  # 0.02 degrees at 30.5 north


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (gpd.GeoDataFrame(geometry=[shapely.LineString([(0, 0), (1, 1)])]), "do not state their coordinate system"),
        (gpd.GeoDataFrame(geometry=[shapely.Point(0, 0)], crs=4326), "of 1 feature 1 is no line"),
        (gpd.GeoDataFrame(geometry=[], crs=4326), "there are no features"),
    ],
)
def test_what_is_no_line_is_refused(frame: gpd.GeoDataFrame, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        geo_data.plan_lines(frame)


@pytest.mark.parametrize(
    ("skip", "message"),
    [
        (["split"], "'split' cannot be left out: nothing would meet without it"),
        (["snap"], "'snap' cannot be left out: set snap_tolerance_m = 0.001"),
        (["duplicate"], "'duplicate' is not known; did you mean 'duplicates'"),
        (["qqq"], "steps that can be left out: zero_length, node_crossings, heal_gaps"),
    ],
)
def test_steps_that_cannot_be_skipped_are_named(skip: list[str], message: str) -> None:
    with pytest.raises(pydantic.ValidationError, match=message):
        geo_data.NetworkSettings(skip_steps=skip)


def test_one_step_may_stand_without_brackets() -> None:
    assert geo_data.NetworkSettings(skip_steps="dissolve").skip_steps == ("dissolve",)
