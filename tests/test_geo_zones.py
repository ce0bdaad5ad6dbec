"""Zones: forbidden ones cut candidate routes, the others change the price of digging and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geo_world as gw
import geopandas as gpd
import pandas as pd
import pytest
import shapely

import geo_data


def _zones(boxes: Mapping[str, tuple[float, float, float, float]], **columns: Any) -> gpd.GeoDataFrame:
    """Zone layer from boxes in sheet coordinates."""
    shapes = [shapely.box(gw.EAST + a, gw.NORTH + b, gw.EAST + c, gw.NORTH + d) for a, b, c, d in boxes.values()]
    return gpd.GeoDataFrame(pd.DataFrame({"id": list(boxes), **columns}), geometry=shapes, crs=gw.UTM)


def _street(**classes: Any) -> dict[str, gpd.GeoDataFrame]:
    """One street of 1 km from west to east with a center at each end and a site in the west."""
    return {
        "centers": gw.points({"C1": (0, -30), "C2": (1000, -30)}),
        "metro_sites": gw.points({"S1": (0, 0)}),
        "candidate_routes": gw.lines({"street": [(0, 0), (1000, 0)]}, **classes),
    }


def _two_streets() -> dict[str, gpd.GeoDataFrame]:
    """The street, and a detour 500 m north of it."""
    layers = _street()
    ways = {"street": [(0, 0), (1000, 0)], "detour": [(0, 0), (0, 500), (1000, 500), (1000, 0)]}
    return {**layers, "candidate_routes": gw.lines(ways)}


def _priced(network: geo_data.Network, link: str) -> dict[str, float]:
    """Priced metres of a link by class."""
    assert network.priced_km is not None
    row = network.priced_km[network.links["id"] == link].iloc[0] * 1000
    return {str(k): round(float(v), 1) for k, v in row.items() if v}


def test_without_zones_nothing_is_priced_apart() -> None:
    assert gw.network(_street()).priced_km is None


def test_forbidden_zone_takes_what_lies_in_it_and_says_how_much() -> None:
    layers = _two_streets()
    layers["zones"] = _zones({"Z1": (400, -100, 700, 100)}, name=["军事区"], forbidden=[True])
    network = gw.network(layers)
    assert set(network.links["id"]) == {"detour", "lead-in:C1", "lead-in:C2"}
    told = next(f for f in network.findings if f.code == "zone-forbidden")
    assert told.found == "Forbidden zone 'Z1' (军事区) takes 0.30 km laid from 1 candidate route."
    assert (told.layer, told.feature, told.count) == ("zones", "Z1", 1)
    assert told.km == pytest.approx(0.3, abs=0.001)


def test_both_ends_of_a_cut_street_stay_where_something_hangs_on_them() -> None:
    layers = _two_streets()
    layers["zones"] = _zones({"Z1": (400, -100, 700, 100)}, forbidden=[True])
    links = gw.network(layers, prune_dead_ends=False).links.set_index("id")
    assert sorted(i for i in links.index if i.startswith("street")) == ["street", "street#2"]
    assert links.loc[["street", "street#2"], "length_km"].sum() == pytest.approx(0.7, abs=0.001)


def test_street_along_the_border_stays() -> None:
    layers = _street()
    layers["zones"] = _zones({"Z1": (0, 0, 1000, 100)}, forbidden=[True])
    assert "street" in set(gw.network(layers).links["id"])


def test_existing_fibre_in_a_forbidden_zone_stays() -> None:
    layers = _two_streets()
    layers["fibre_routes"] = gw.lines({"cable": [(0, 0), (1000, 0)]})
    layers["zones"] = _zones({"Z1": (400, -100, 700, 100)}, forbidden=[True])
    links = gw.network(layers).links.set_index("id")
    assert links.loc["cable", "kind"] == "existing"
    assert links.loc["cable", "length_km"] == pytest.approx(1.0, abs=0.001)


def test_facility_far_from_every_route_that_is_left_is_told_as_cut_off() -> None:
    layers = _street()
    layers["zones"] = _zones({"Z1": (300, -500, 1500, 500)}, forbidden=[True])
    found = geo_data.network.attach.check_attach(gw.region(layers))
    assert [(f.code, f.feature) for f in found] == [("zone-cuts-off", "C2")]
    assert found[0].found == (
        "Computing center 'C2' is 701 m from the nearest candidate route (limit 500 m). "
        "The forbidden zones cut it off: without them it would be connected."
    )


def test_facility_beyond_a_zone_across_the_only_street_is_told_as_cut_off() -> None:
    layers = _street()
    layers["zones"] = _zones({"Z1": (400, -100, 500, 100)}, forbidden=[True])
    with pytest.raises(geo_data.DataError) as error:
        gw.network(layers)
    codes = {f.code for f in error.value.findings if f.severity == "error"}
    assert codes == {"zone-cuts-off"}


def test_facility_that_is_apart_anyway_is_not_laid_to_the_zones() -> None:
    layers = _street()
    layers["centers"] = gw.points({"C1": (0, 30), "C2": (1000, 900)})
    layers["zones"] = _zones({"Z1": (400, -100, 500, 100)}, forbidden=[True])
    found = geo_data.network.attach.check_attach(gw.region(layers))
    assert [(f.code, f.feature) for f in found] == [("attach-too-far", "C2")]


def test_lead_in_through_a_forbidden_zone_is_told() -> None:
    layers = _street()
    layers["zones"] = _zones({"Z1": (950, -20, 1050, -10)}, forbidden=[True])
    network = gw.network(layers)
    told = next(f for f in network.findings if f.code == "zone-lead-in")
    assert told.found == "'lead-in:C2' is drawn straight through a forbidden zone for 10 m."


def test_factor_prices_the_metres_in_the_zone_and_leaves_lengths_alone() -> None:
    layers = _street(**{"class": ["primary"]})
    plain = gw.network(layers)
    layers["zones"] = _zones({"rock": (400, -100, 700, 100)}, cost_factor=[2.0])
    network = gw.network(layers)
    assert _priced(network, "street") == {"primary": pytest.approx(1300, abs=1)}
    assert network.class_km.columns.tolist() == plain.class_km.columns.tolist() == ["lead_in", "primary"]
    assert network.class_km.to_numpy() == pytest.approx(plain.class_km.to_numpy(), abs=1e-6)
    assert network.links["length_km"].to_numpy() == pytest.approx(plain.links["length_km"].to_numpy(), abs=1e-6)
    assert len(network.nodes) == len(plain.nodes)


def test_factor_holds_for_bridges_and_lead_ins_too() -> None:
    layers = _street(**{"class": ["primary"], "bridge": [True]})
    layers["metro_sites"] = gw.points({"S1": (0, 200)})
    layers["candidate_routes"] = gw.lines(
        {"deck": [(0, 0), (1000, 0)], "a": [(0, 0), (0, 300)], "b": [(1000, 0), (1000, 300)]},
        **{"class": ["primary", "tertiary", "tertiary"], "bridge": [True, False, False]},
    )
    layers["centers"] = gw.points({"C1": (20, 100), "C2": (980, 100)})
    layers["zones"] = _zones({"rock": (-100, -50, 10, 150), "sand": (500, -50, 1100, 50)}, cost_factor=[2.0, 0.8])
    network = gw.network(layers)
    deck = next(i for i in network.links["id"] if "primary:bridge" in _priced(network, i))
    assert _priced(network, deck)["primary:bridge"] == pytest.approx(10 * 2 + 490 + 500 * 0.8, abs=1)
    assert _priced(network, "lead-in:C1") == {"lead_in": pytest.approx(10 * 2 + 10, abs=0.2)}


def test_where_zones_overlap_the_higher_factor_holds() -> None:
    layers = _street()
    layers["zones"] = _zones({"rock": (200, -100, 500, 100), "sand": (400, -100, 800, 100)}, cost_factor=[2.0, 0.5])
    network = gw.network(layers)
    assert _priced(network, "street") == {"other": pytest.approx(200 + 300 * 2 + 300 * 0.5 + 200, abs=1)}
    told = next(f for f in network.findings if f.code == "zones-overlap")
    assert told.found == (
        "Zones 'rock' (factor 2) and 'sand' (factor 0.5) overlap on 0.02 km2; the higher factor holds there."
    )


def test_plain_ground_stated_over_a_cheap_zone_is_plain() -> None:
    layers = _street()
    layers["zones"] = _zones({"sand": (0, -100, 1000, 100), "town": (0, -50, 500, 50)}, cost_factor=[0.5, 1.0])
    assert _priced(gw.network(layers), "street") == {"other": pytest.approx(500 + 250, abs=1)}


def test_order_of_zones_changes_nothing() -> None:
    layers = _street()
    zones = _zones({"a": (200, -100, 500, 100), "b": (400, -100, 800, 100)}, cost_factor=[2.0, 3.0])
    one = gw.network({**layers, "zones": zones})
    other = gw.network({**layers, "zones": zones.iloc[::-1].reset_index(drop=True)})
    pd.testing.assert_frame_equal(one.priced_km, other.priced_km)
    assert _priced(one, "street") == {"other": pytest.approx(200 + 200 * 2 + 400 * 3 + 200, abs=1)}


def test_what_overlapping_forbidden_zones_take_is_counted_once() -> None:
    layers = _two_streets()
    layers["zones"] = _zones({"Z1": (400, -100, 700, 100), "Z2": (600, -100, 800, 100)}, forbidden=[True, True])
    network = gw.network(layers)
    told = {f.feature: f.km for f in network.findings if f.code == "zone-forbidden"}
    assert told == {"Z1": pytest.approx(0.3, abs=0.001), "Z2": pytest.approx(0.1, abs=0.001)}
    lengths = network.links["length_km"].sum() + sum(f.km or 0.0 for f in network.findings)
    whole = gw.network(_two_streets())
    drawn = whole.links["length_km"].sum() + sum(f.km or 0.0 for f in whole.findings)
    assert lengths == pytest.approx(drawn, abs=1e-6)
