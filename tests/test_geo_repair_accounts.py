"""What the repair tells adds up, whatever was drawn; and GEOS' own noder finds the same nodes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import geo_world as gw
import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import geo_data
from geo_data.datum import geodesic_km
from geo_data.examples import example_folder
from geo_data.repair import Repair, summary

SWITCHES = st.fixed_dictionaries(
    {
        "snap_tolerance_m": st.sampled_from([0.001, 0.1, 3.0]),
        "node_crossings": st.booleans(),
        "heal_gaps_m": st.sampled_from([0.0, 8.0]),
        "twins_within_m": st.sampled_from([0.0, 12.0]),
        "skip_steps": st.lists(
            st.sampled_from(["zero_length", "duplicates", "twins", "orient", "trim", "dissolve"]), unique=True
        ),
    }
)


def _scrawl(seed: int, n: int = 25) -> gpd.GeoDataFrame:
    """Lines drawn carelessly on a small sheet: some on a grid, some doubled, turned, dots, on bridges and levels."""
    rng = np.random.default_rng(seed)
    ways: dict[str, list[gw.Place]] = {}
    for i in range(n):
        size = rng.integers(2, 5)
        places = rng.integers(0, 12, (size, 2)) * 10.0 if rng.random() < 0.7 else rng.uniform(0, 110, (size, 2))
        places += rng.uniform(-2, 2, places.shape) * (rng.random() < 0.5)
        way = [(float(x), float(y)) for x, y in places]
        if len(set(way)) > 1:
            ways[f"w{i}"] = way
    ways |= {f"d{name}": way[::-1] for name, way in ways.items() if rng.random() < 0.15}
    return gw.lines(
        ways,
        bridge=[bool(b) for b in rng.random(len(ways)) < 0.15],
        level=[int(v) for v in rng.integers(0, 2, len(ways))],
    )


def _assert_adds_up(repair: Repair, km_in: float) -> None:
    """Assert that every step tells every kilometre and every line it touched."""
    km = km_in
    for step in repair.steps:
        assert step.before.km == pytest.approx(km, abs=1e-6)
        km += step.changes.km_added - step.changes.km_removed
        assert step.after.km == pytest.approx(km, abs=1e-6)
        if step.name != "grid":  # which tells all lines as one
            came = step.changes.rows["after"].to_numpy(dtype=bool)
            assert step.after.lines - step.before.lines == came.sum() - (~came).sum()
    assert km == pytest.approx(repair.drawing.km, abs=1e-6)
    drawn = float(geodesic_km(repair.drawing.lines, repair.drawing.crs).sum())
    assert km == pytest.approx(drawn, abs=1e-6)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 100_000), switches=SWITCHES)
def test_lengths_add_up_for_any_drawing_and_any_switches(seed: int, switches: dict[str, object]) -> None:
    lines = _scrawl(seed)
    km_in = float(geodesic_km(lines.geometry.to_numpy(), gw.UTM).sum())
    network = geo_data.plan_lines(lines, geo_data.NetworkSettings(**switches))
    _assert_adds_up(network.repair, km_in)
    assert network.links["length_km"].sum() == pytest.approx(network.repair.drawing.km, abs=1e-6)


def test_lengths_add_up_for_one_drawing() -> None:
    lines = _scrawl(11)
    km_in = float(geodesic_km(lines.geometry.to_numpy(), gw.UTM).sum())
    switches = geo_data.NetworkSettings(node_crossings=True, heal_gaps_m=8, snap_tolerance_m=3)
    network = geo_data.plan_lines(lines, switches)
    _assert_adds_up(network.repair, km_in)
    busy = {step.name for step in network.repair.steps if len(step.changes)}
    assert busy >= {"grid", "snap", "node_crossings", "heal_gaps", "split", "duplicates", "orient", "dissolve"}


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 100_000), switches=SWITCHES)
def test_what_is_not_told_is_not_changed(seed: int, switches: dict[str, object]) -> None:
    """Taking away what went and adding what came turns the drawing before a step into the one after it."""
    lines = _scrawl(seed)
    network = geo_data.plan_lines(lines, geo_data.NetworkSettings(**switches))
    here = Counter(shapely.to_wkb(shapely.set_precision(network.repair.drawing.lines, 0)).tolist())
    for step in reversed(network.repair.steps):
        if step.name == "grid":
            break
        rows = step.changes.rows
        came = rows["after"].to_numpy(dtype=bool)
        shapes = shapely.to_wkb(shapely.set_precision(rows["geometry"].to_numpy(dtype=object), 0))
        assert not Counter(shapes[came].tolist()) - here, step.name
        here = here - Counter(shapes[came].tolist()) + Counter(shapes[~came].tolist())
    rounded = shapely.transform(lines.geometry.to_numpy(), lambda xy: np.round(xy * 1000) / 1000)
    assert here == Counter(shapely.to_wkb(shapely.set_precision(rounded, 0)).tolist())


@pytest.mark.slow
@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 100_000), shuffle=st.integers(0, 1000), switches=SWITCHES)
def test_order_of_lines_changes_nothing(seed: int, shuffle: int, switches: dict[str, object]) -> None:
    lines = _scrawl(seed)
    one = geo_data.plan_lines(lines, geo_data.NetworkSettings(**switches))
    other = geo_data.plan_lines(lines.sample(frac=1.0, random_state=shuffle), geo_data.NetworkSettings(**switches))
    pd.testing.assert_frame_equal(summary(one.repair.steps), summary(other.repair.steps))
    assert one.link_sources == other.link_sources
    assert shapely.equals_exact(one.links.geometry.to_numpy(), other.links.geometry.to_numpy()).all()


def _geos(lines: np.ndarray) -> tuple[set[tuple[float, ...]], float]:
    """Ends of the lines that GEOS nodes and merges, and their length in metres."""
    merged = shapely.get_parts(shapely.line_merge(shapely.unary_union(lines)))
    ends = np.concatenate([shapely.get_coordinates(shapely.get_point(merged, i)) for i in (0, -1)])
    return {tuple(p) for p in ends.tolist()}, float(shapely.length(merged).sum())


@pytest.mark.parametrize("seed", range(8))
def test_nodes_are_those_of_the_noder_of_geos(seed: int) -> None:
    """On one level, with crossings joined and nothing left out, an independent program finds the same nodes."""
    rng = np.random.default_rng(seed)
    ways = {f"w{i}": [tuple(p) for p in rng.uniform(0, 1000, (3, 2)).round(3)] for i in range(12)}
    lines = gw.lines(ways)
    switches = geo_data.NetworkSettings(node_crossings=True, snap_tolerance_m=0.001, skip_steps=["duplicates"])
    network = geo_data.plan_lines(lines, switches)
    nodes, metres = _geos(network.repair.drawing.lines)  # GEOS finds nothing more to cut
    assert len(shapely.get_parts(shapely.unary_union(network.links.geometry.to_numpy()))) == len(network.links)
    drawn, drawn_m = _geos(lines.geometry.to_numpy())
    mine = shapely.get_coordinates(network.nodes.geometry.to_numpy())
    distance = np.hypot(*(mine[:, None, :] - np.array(sorted(drawn))[None, :, :]).transpose(2, 0, 1))
    own = [f for f in lines.geometry if not f.is_simple]
    if not own:  # a line that crosses itself is left alone: it may be a spiral ramp
        assert len(mine) == len(nodes)
        assert distance.min(axis=1).max() < 0.002  # crossings are drawn to the millimetre
        assert distance.min(axis=0).max() < 0.002
        assert metres == pytest.approx(drawn_m, abs=0.05)


def test_changes_are_written_as_they_are_told(tmp_path: Path) -> None:
    region = geo_data.read_region(Path(example_folder("wuhan-core")) / "project.toml")
    repair = geo_data.repair_routes(region)
    file = tmp_path / "changes.gpkg"
    repair.write_changes(file)
    layers = [name for name, _ in pyogrio.list_layers(file)]
    told = [step.name for step in repair.steps if len(step.changes)]
    assert sorted(layers) == sorted(["steps", *told])
    steps = pyogrio.read_dataframe(file, layer="steps").set_index("step")
    assert steps["km_before"].iloc[0] + steps["km_added"].sum() - steps["km_removed"].sum() == pytest.approx(
        steps["km_after"].iloc[-1], abs=1e-6
    )
    twins = pyogrio.read_dataframe(file, layer="twins")
    assert set(twins["action"]) == {"removed"}
    assert twins["km"].sum() == pytest.approx(steps.loc["twins", "km_removed"])
    assert set(twins["source"]) <= set(region.layers["candidate_routes"]["id"])
    cut = pyogrio.read_dataframe(file, layer="split").groupby(["change", "state"])["km"].sum().unstack()
    assert (cut["after"] - cut["before"]).abs().max() < 1e-9


@pytest.mark.slow
def test_the_whole_city_adds_up() -> None:
    region = geo_data.read_region(Path(example_folder("wuhan")) / "project.toml")
    km_in = sum(
        float(geodesic_km(region.layers[name].geometry.to_numpy(), region.crs).sum())
        for name in ("fibre_routes", "candidate_routes")
    )
    repair = geo_data.repair_routes(region)
    network = geo_data.build_network(region)
    taken = sum(f.km or 0.0 for f in network.findings if f.code == "zone-forbidden") / region.settings.slack
    assert taken > 5.0
    _assert_adds_up(repair, km_in - taken)
    routes = ~network.links["id"].str.startswith("lead-in:")
    laid = network.links.loc[routes, "length_km"].sum()
    assert laid == pytest.approx(repair.drawing.km * region.settings.slack, abs=1e-6)
