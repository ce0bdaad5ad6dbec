"""The planning network of small drawings, solved by hand."""

from __future__ import annotations

import logging

import geo_world as gw
import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Geod

import geo_data
from geo_data.datum import geodesic_km


def _by_source(network: geo_data.Network) -> dict[str, float]:
    """Metres of every link by its id."""
    return {i: round(km * 1000, 1) for i, km in zip(network.links["id"], network.links["length_km"], strict=True)}


def _metres(*places: gw.Place) -> float:
    """Geodesic length of a drawn way in metres."""
    return float(geodesic_km(np.array([gw.line(*places)], dtype=object), gw.UTM)[0]) * 1000


def _codes(network: geo_data.Network) -> dict[str, int]:
    """Count of things by kind of finding."""
    return {f.code: f.count for f in network.findings}


def test_cross_of_four_lines_keeps_its_junction() -> None:
    network = gw.network(gw.cross(), prune_dead_ends=False)
    assert network.nodes["kind"].tolist() == [
        "center",
        "center",
        "metro_site",
        "junction",
        "junction",
        "junction",
        "junction",
    ]
    assert network.nodes["id"].tolist()[:3] == ["C1", "C2", "S1"]
    km = _by_source(network)
    assert set(km) == {"east", "north", "south", "west", "lead-in:C1", "lead-in:C2"}
    assert km["north"] == pytest.approx(_metres((0, 0), (0, 1000)), abs=0.1)
    assert km["lead-in:C1"] == pytest.approx(_metres((1000, 0), (1000, 30)), abs=0.1)
    assert network.links["kind"].unique().tolist() == ["candidate"]


def test_dead_ends_are_left_out_and_told() -> None:
    network = gw.network(gw.cross())
    assert set(network.links["id"]) == {"east", "north", "west", "lead-in:C1", "lead-in:C2"}
    told = next(f for f in network.findings if f.code == "dead-ends-dropped")
    assert told.message == "Left out as candidate spurs that lead to nothing: 1 stretch, 1.0 km laid."
    assert told.km == pytest.approx(_metres((0, 0), (0, -1000)) / 1000)


def test_metro_site_stands_on_the_route_and_center_hangs_on_a_lead_in() -> None:
    network = gw.network(gw.cross())
    site = network.nodes.geometry.iloc[2]
    assert (site.x, site.y) == pytest.approx((gw.EAST, gw.NORTH + 1000))
    assert network.metro_sites["lead_in_m"].tolist() == pytest.approx([20.0])
    center = network.nodes.geometry.iloc[0]
    assert (center.x, center.y) == (gw.EAST + 1000, gw.NORTH + 30)
    assert np.sum(network.ends == 0) == 1  # nothing passes through a center
    assert network.centers["node"].tolist() == [0, 1]


def test_t_junction_cuts_the_line_it_touches() -> None:
    layers = gw.cross()
    layers["candidate_routes"] = gw.lines({"main": [(-1000, 0), (1000, 0)], "stem": [(0, 0.05), (0, 1000)]})
    km = _by_source(gw.network(layers))
    assert km["main"] == pytest.approx(_metres((-1000, 0), (0, 0)), abs=0.2)
    assert km["main#2"] == pytest.approx(_metres((1000, 0), (0, 0)), abs=0.2)
    assert km["stem"] == pytest.approx(_metres((0, 0), (0, 1000)), abs=0.2)


def test_stem_that_ends_short_of_the_line_is_not_joined() -> None:
    layers = gw.cross()
    layers["candidate_routes"] = gw.lines({"main": [(-1000, 0), (1000, 0)], "stem": [(0, 0.2), (0, 1000)]})
    with pytest.raises(
        geo_data.DataError, match=r"Metro site 'S1' has no way to the computing centers: its route lies"
    ):
        gw.network(layers)
    assert "stem" in _by_source(gw.network(layers, snap_tolerance_m=0.3))


def test_lines_that_cross_join_only_when_asked() -> None:
    layers = gw.cross()
    layers["candidate_routes"] = gw.lines({"x": [(-1000, 0), (1000, 0)], "y": [(0, -1000), (0, 1000)]})
    with pytest.raises(geo_data.DataError, match="set node_crossings = true"):
        gw.network(layers)
    assert set(_by_source(gw.network(layers, node_crossings=True))) == {"x", "x#2", "y", "lead-in:C1", "lead-in:C2"}


def test_bridges_join_nothing_they_cross() -> None:
    layers = gw.cross()
    ways = {"x": [(-1000, 0), (1000, 0)], "y": [(0, -1000), (0, 1000)]}
    layers["candidate_routes"] = gw.lines(ways, bridge=[False, True])
    layers["metro_sites"] = gw.points({"S1": (500, 0)})
    network = gw.network(layers, node_crossings=True)
    assert _codes(network) == {"components-dropped": 1}


def test_chain_becomes_one_link_with_its_geometry_and_classes() -> None:
    ways = {"a": [(0, 0), (0, 100)], "b": [(50, 100), (0, 100)], "c": [(50, 100), (50, 300)]}
    layers = {
        "centers": gw.points({"C1": (0, 0), "C2": (50, 300)}),
        "metro_sites": gw.points({"S1": (0, 0)}),
        "candidate_routes": gw.lines(
            ways, **{"class": ["primary", "primary", "aerial"], "bridge": [False, True, False]}
        ),
    }
    network = gw.network(layers)
    chain = network.links.set_index("id").loc["a"]
    assert chain["sources"] == "a;b;c"
    assert network.link_sources[network.links["id"].tolist().index("a")] == ("a", "b", "c")
    assert shapely.equals(chain.geometry, gw.line((0, 0), (0, 100), (50, 100), (50, 300)))
    ends = network.nodes.geometry.to_numpy()[[chain["a"], chain["b"]]]
    assert shapely.get_coordinates(ends).tolist() == [list(chain.geometry.coords[0]), list(chain.geometry.coords[-1])]
    row = network.class_km.loc[network.links["id"] == "a"].iloc[0] * 1000
    assert row.to_dict() == pytest.approx(
        {
            "aerial": _metres((50, 100), (50, 300)),
            "lead_in": 0.0,
            "primary": _metres((0, 0), (0, 100)),
            "primary:bridge": _metres((50, 100), (0, 100)),
        }
    )


def test_rows_of_class_km_add_up_to_the_length() -> None:
    network = gw.network(gw.cross(), slack=1.05)
    assert network.class_km.sum(axis=1).to_numpy() == pytest.approx(network.links["length_km"].to_numpy())
    assert _by_source(network)["east"] == pytest.approx(1.05 * _metres((0, 0), (1000, 0)), abs=0.1)


def test_fibre_on_a_road_replaces_it_and_keeps_lit_and_dark_apart() -> None:
    layers = gw.cross()
    layers["fibre_routes"] = gw.lines(
        {"F1": [(-1000, 0), (0, 0)], "F2": [(0, 0), (600, 0)]}, lit=[True, False], spare_pairs=[4, 12]
    )
    network = gw.network(layers)
    links = network.links.set_index("id")
    assert links.loc["F1", ["kind", "lit", "spare_pairs"]].tolist() == ["existing", True, 4]
    assert links.loc["F2", ["kind", "lit", "spare_pairs"]].tolist() == ["existing", False, 12]
    assert "west" not in links.index
    assert links.loc["east", "length_km"] * 1000 == pytest.approx(_metres((600, 0), (1000, 0)), abs=0.1)
    assert _codes(network)["twins-dropped"] == 2


def test_two_ways_round_a_square_block_are_no_twins() -> None:
    layers = {
        "centers": gw.points({"C1": (0, 0), "C2": (200, 200)}),
        "metro_sites": gw.points({"S1": (0, 0)}),
        "candidate_routes": gw.lines({"low": [(0, 0), (200, 0), (200, 200)]}),
        "fibre_routes": gw.lines({"high": [(0, 0), (0, 200), (200, 200)]}),
    }
    assert {"low", "high"} < set(gw.network(layers).links["id"])


def test_duplicates_go_and_their_spare_pairs_add_up() -> None:
    layers = gw.cross()
    layers["candidate_routes"] = gw.lines(
        {"r": [(-1000, 0), (1000, 0)], "s": [(0, 0), (0, 1000)], "t": [(0, 1000), (0, 0)]}
    )
    layers["fibre_routes"] = gw.lines({"F1": [(0, 0), (1000, 0)], "F2": [(1000, 0), (0, 0)]}, spare_pairs=[3, 5])
    network = gw.network(layers)
    links = network.links.set_index("id")
    assert links.loc["F1", "spare_pairs"] == 8
    assert "t" not in links.index
    assert _codes(network)["duplicates-dropped"] == 2


def test_loops_go_and_are_told() -> None:
    layers = gw.cross()
    ring = gw.lines({"ring": [(0, 0), (100, 50), (50, 100), (0, 0)]})
    layers["candidate_routes"] = gw.lines(
        {
            "x": [(-1000, 0), (0, 0)],
            "y": [(0, 0), (1000, 0)],
            "z": [(0, 0), (0, 1000)],
            "r": list(ring.geometry[0].coords),
        }
    )
    layers["candidate_routes"].loc[3, "geometry"] = ring.geometry[0]
    network = gw.network(layers)
    assert _codes(network)["loops-dropped"] == 1
    assert "r" not in set(network.links["id"])


def test_two_sites_on_one_point_are_patched_together() -> None:
    layers = gw.cross()
    layers["metro_sites"] = gw.points({"S1": (0, 1000), "S2": (10, 1000)})
    network = gw.network(layers)
    patch = network.links.set_index("id").loc["patch:S2"]
    assert (patch["kind"], patch["length_km"], patch["lit"]) == ("existing", 0.0, False)
    assert [patch["a"], patch["b"]] == network.metro_sites["node"].tolist() == [2, 3]
    assert network.nodes["kind"].value_counts()["metro_site"] == 2


def test_site_prefers_fibre_unless_a_road_is_much_nearer() -> None:
    layers = gw.cross()
    layers["fibre_routes"] = gw.lines({"F": [(-1000, 80), (1000, 80)], "G": [(-1000, 80), (-1000, 0)]})
    layers["metro_sites"] = gw.points({"S1": (500, 0)})
    near = gw.network(layers)
    assert near.metro_sites["lead_in_m"].tolist() == pytest.approx([80.0])
    strict = gw.network(layers, prefer_fibre_m=50)
    assert strict.metro_sites["lead_in_m"].tolist() == pytest.approx([0.0], abs=1e-6)


def test_nothing_is_attached_to_a_bridge() -> None:
    layers = gw.cross()
    layers["candidate_routes"]["bridge"] = [False, True, False, False]
    layers["centers"] = gw.points({"C1": (40, 30), "C2": (5, 60)})
    layers["metro_sites"] = gw.points({"S1": (0, 0)})
    network = gw.network(layers)
    assert network.centers["lead_in_m"].tolist() == pytest.approx([30.0, 60.0])  # the bridge is 5 m away


def test_center_on_a_route_still_has_a_lead_in_of_a_metre() -> None:
    layers = gw.cross()
    layers["centers"] = gw.points({"C1": (500, 0), "C2": (-500, 0)})
    links = gw.network(layers).links.set_index("id")
    assert links.loc["lead-in:C1", "length_km"] == 0.001


def test_two_lead_ins_meet_the_routes_apart() -> None:
    layers = gw.cross()
    layers["centers"] = gw.points({"C1": (40, 30), "C2": (-500, 10)})
    network = gw.network(layers, lead_ins=2, attach_limit_m=200, prune_dead_ends=False)
    first = network.links[network.links["id"].str.startswith("lead-in:C1")]
    assert sorted(round(km * 1000) for km in first["length_km"]) == [30, 40]
    assert sum(network.links["id"].str.startswith("lead-in:C2")) == 1  # nothing else within 200 m
    assert network.centers["lead_in_m"].tolist() == pytest.approx([30.0, 10.0])


def test_places_go_to_the_nearest_access_point_and_areas_to_the_nearest_site() -> None:
    layers = gw.cross()
    layers["access_points"] = gw.points({"A1": (500, 10), "A2": (-500, 10)})
    layers["key_places"] = gw.points({"P1": (-480, 10), "P2": (300, 10)})
    area = gw.points({"T1": (20, 1300)}, population=[100.0], access=["pon"])
    layers["terminal_areas"] = area.set_geometry(area.buffer(100, cap_style="square"))
    network = gw.network(layers, slack=1.1)
    assert network.key_places["node"].tolist() == [4, 3]
    assert network.nodes["id"].tolist()[3:5] == ["A1", "A2"]
    assert network.key_places["access_km"].tolist() == pytest.approx([0.022, 0.22], rel=1e-3)
    assert network.key_places["area_km2"].tolist() == [0.0, 0.0]
    assert network.terminal_areas["node"].tolist() == network.metro_sites["node"].tolist()
    assert network.terminal_areas["access_km"].tolist() == pytest.approx([0.33], rel=1e-3)
    assert network.terminal_areas["area_km2"].tolist() == pytest.approx([0.04], rel=2e-3)


def test_site_too_far_is_an_error_in_a_planners_words() -> None:
    layers = gw.cross()
    layers["metro_sites"] = gw.points({"S-17": (0, 1412)})
    message = (
        r"Metro site 'S-17' is 412 m from the nearest candidate route \(limit 200 m\)\. "
        r"Move it, add a route, or raise attach_limit_m\."
    )
    with pytest.raises(geo_data.DataError, match=message) as caught:
        gw.network(layers, attach_limit_m=200)
    finding = caught.value.findings[0]
    assert (finding.layer, finding.feature, finding.code) == ("metro_sites", "S-17", "attach-too-far")
    assert finding.lat == pytest.approx(30.5, abs=0.1)


def test_every_facility_in_another_part_is_named() -> None:
    layers = gw.cross()
    far = gw.lines({"east": [(0, 0), (1000, 0)], "south": [(0, 0), (0, -1000)], "alone": [(-900, 0), (-1500, 0)]})
    layers["candidate_routes"] = far
    layers["metro_sites"] = gw.points({"S1": (0, -500), "S2": (-1300, 0)})
    layers["centers"] = gw.points({"C1": (900, 0), "C2": (-1000, 0), "C3": (0, -900)})
    with pytest.raises(geo_data.DataError) as caught:
        gw.network(layers)
    found = {(f.code, f.feature) for f in caught.value.findings}
    assert found == {("network-disconnected", ""), ("facility-disconnected", "C2"), ("facility-disconnected", "S2")}
    text = str(caught.value)
    assert "The computing centers lie in 2 separate parts of the network (2, 1 centers)." in text
    assert "Computing center 'C2' has no way to most of the other computing centers" in text


@pytest.mark.parametrize(
    ("gap", "found", "advice", "cure"),
    [
        (
            0.45,
            "come within 0.450 m of each other at",
            "Set snap_tolerance_m = 0.5 to join them",
            {"snap_tolerance_m": 0.5},
        ),
        (3.2, "come within 3.2 m of each other at", "Set heal_gaps_m = 4 to join them", {"heal_gaps_m": 4}),
        (80.0, "come within 80.0 m of each other at", "Add the missing route there", None),
    ],
)
def test_the_gap_between_two_parts_is_measured_and_its_cure_works(
    gap: float, found: str, advice: str, cure: dict[str, float] | None
) -> None:
    layers = gw.cross()
    layers["candidate_routes"] = gw.lines({"main": [(-1000, 0), (1000, 0)], "stem": [(100, gap), (0, 1000)]})
    with pytest.raises(geo_data.DataError, match=found) as caught:
        gw.network(layers)
    finding = caught.value.findings[0]
    assert finding.message.endswith(f"('stem' and 'main'). {advice}, or {finding.advice.partition(', or ')[2]}")
    lon, lat = (float(word) for word in finding.found.partition("each other at ")[2].partition(" (")[0].split(", "))
    place = gpd.GeoSeries([gw.at(100, gap / 2)], crs=gw.UTM).to_crs(4326).iloc[0]
    assert (lon, lat) == pytest.approx((place.x, place.y), abs=1e-5)
    if cure:
        assert {"main", "stem"} <= set(gw.network(layers, **cure).links["id"])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, r"The two parts cross at .* \('y' and 'x'\)\. If they meet there, set node_crossings = true\."),
        ({"level": [0, 1]}, r"cross on different levels at .* If they meet there, correct bridge and level; else add"),
    ],
)
def test_parts_that_cross_are_told_apart_from_gaps(columns: dict[str, list[int]], message: str) -> None:
    layers = gw.cross()
    layers["candidate_routes"] = gw.lines({"x": [(-1000, 0), (1000, 0)], "y": [(0, -1000), (0, 1000)]}, **columns)
    with pytest.raises(geo_data.DataError, match=message):
        gw.network(layers)


def test_a_gap_without_a_loose_end_is_not_said_to_heal() -> None:
    """Two rings side by side: neither setting would join them, so a route is missing."""
    layers = gw.cross()
    ring = [(-1000, 0), (1000, 0), (1000, -500), (-1000, -500), (-1000, 0)]
    layers["candidate_routes"] = gw.lines({"low": ring, "high": [(x, 3 - y) for x, y in ring]})
    layers["metro_sites"] = gw.points({"S1": (0, 503)})
    layers["centers"] = gw.points({"C1": (900, -530), "C2": (-900, -530)})
    with pytest.raises(geo_data.DataError, match=r"come within 3\.0 m .* Add the missing route there, or leave the"):
        gw.network(layers)


def test_part_of_the_map_without_centers_is_left_out_and_told() -> None:
    layers = gw.cross()
    layers["candidate_routes"] = gw.lines({"x": [(-1000, 0), (1000, 0)], "y": [(5000, 0), (6000, 0)]})
    layers["metro_sites"] = gw.points({"S1": (0, 0)})
    told = [f.message for f in gw.network(layers).findings]
    assert told == [
        "Left out as 1 separate part of the map without a computing center: 1 stretch, 1.0 km laid. "
        "If they should connect, raise snap_tolerance_m or set node_crossings = true."
    ]


def test_junction_names_avoid_the_facilities() -> None:
    layers = gw.cross()
    layers["centers"] = gw.points({"j1": (1000, 30), "C2": (-1000, 30)})
    ids = gw.network(layers).nodes["id"].tolist()
    assert ids == ["C2", "j1", "S1", "jj1", "jj2", "jj3"]


def test_lengths_are_geodesic() -> None:
    """One degree of latitude from 30 to 31 north is 110,861 m on WGS 84 (Karney 2013 gives the same)."""
    lon = 117.0
    way = shapely.LineString([(lon, 30.0), (lon, 31.0)])
    drawn = gpd.GeoSeries([way], crs=4326).to_crs(32650)
    km = geodesic_km(drawn.to_numpy(), gw.UTM)[0]
    assert km == pytest.approx(Geod(ellps="WGS84").inv(lon, 30.0, lon, 31.0)[2] / 1000, rel=1e-9)
    assert km == pytest.approx(110.861, abs=0.001)
    assert drawn.length.iloc[0] / 1000 == pytest.approx(km * 0.9996, rel=1e-6)  # what the map projection would say


def test_the_network_is_logged_not_printed(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.INFO, logger="geo_data"):
        gw.network(gw.cross())
    assert "network of 6 nodes and 5 links" in caplog.text
    assert capsys.readouterr().out == ""


def test_equipment_in_service_is_tied_to_fibre_by_a_lit_lead_in() -> None:
    layers = gw.cross()
    layers["fibre_routes"] = gw.lines({"fibre": [(-1000, 100), (1000, 100)]}, lit=[True])
    layers["candidate_routes"] = gw.lines(
        {"road": [(-1000, 0), (1000, 0)], "join": [(0, 0), (0, 100)], "up": [(0, 100), (0, 1000)]}
    )
    layers["centers"] = gw.points({"C1": (1000, 30), "C2": (-1000, 30)}, export_ports_other=[4, 0])
    layers["access_points"] = gw.points({"A1": (500, 20), "A2": (400, 20)}, optical=[True, False])
    links = gw.network(layers).links.set_index("id")
    lead_ins = links.loc[["lead-in:C1", "lead-in:C2", "lead-in:A1", "lead-in:A2"]]
    assert lead_ins["kind"].tolist() == ["existing", "candidate", "existing", "candidate"]
    assert lead_ins["lit"].tolist() == [True, False, True, False]
    # 70 m to the fibre, 30 m to the road; 80 m and 20 m
    assert lead_ins["length_km"].tolist() == pytest.approx([0.07, 0.03, 0.08, 0.02], rel=1e-3)
