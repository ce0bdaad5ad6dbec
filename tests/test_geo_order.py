"""What must not matter, and what must add up: order of rows, lengths told."""

from __future__ import annotations

import geo_world as gw
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, reject, settings
from hypothesis import strategies as st

import geo_data
from geo_data.datum import geodesic_km

SLACK = 1.05


def _town(seed: int, side: int = 5) -> dict[str, gpd.GeoDataFrame]:
    """A grid of streets with gaps, shifted ends, doubled lines, fibre on some streets, and facilities beside them."""
    rng = np.random.default_rng(seed)
    ways: dict[str, list[gw.Place]] = {}
    for x in range(side):
        for y in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx < side and y + dy < side and (rng.random() > 0.15 or y == 0 or x == 0):
                    middle = (100 * (x + dx / 2) + rng.integers(-9, 9), 100 * (y + dy / 2) + rng.integers(-9, 9))
                    jog = rng.uniform(-0.03, 0.03)
                    ways[f"w{x}{y}{dx}"] = [(100 * x + jog, 100 * y), middle, (100 * (x + dx), 100 * (y + dy) + jog)]
    names = list(ways)
    fibre = {f"F{n}": ways[n] for n in names if rng.random() < 0.3}
    ways |= {f"d{n}": ways[n][::-1] for n in names if rng.random() < 0.1}

    def scatter(prefix: str, n: int) -> dict[str, gw.Place]:
        return {f"{prefix}{i}": tuple(rng.uniform(0, 100 * (side - 1), 2)) for i in range(n)}

    layers = {
        "centers": gw.points(scatter("C", 3)),
        "metro_sites": gw.points(scatter("S", 5)),
        "access_points": gw.points(scatter("A", 6)),
        "key_places": gw.points(scatter("P", 9)),
        "candidate_routes": gw.lines(ways, name=[n[:2] for n in ways]),
    }
    if fibre:
        layers["fibre_routes"] = gw.lines(
            fibre, lit=[n[1:3] == "w0" for n in fibre], spare_pairs=list(range(len(fibre)))
        )
    return layers


def _network(layers: dict[str, gpd.GeoDataFrame], **settings: float | bool) -> geo_data.Network:
    """The town's network; towns with a cut-off corner are of no use here."""
    try:
        return gw.network(layers, **settings)
    except geo_data.DataError:
        reject()


def _same(one: geo_data.Network, other: geo_data.Network) -> None:
    """Assert that two networks are equal in every table."""
    for name in ("nodes", "links", "centers", "metro_sites", "access_points", "key_places", "terminal_areas"):
        a, b = getattr(one, name), getattr(other, name)
        assert shapely.equals_exact(a.geometry.to_numpy(), b.geometry.to_numpy()).all(), name
        pd.testing.assert_frame_equal(
            pd.DataFrame(a.drop(columns="geometry")), pd.DataFrame(b.drop(columns="geometry"))
        )
    pd.testing.assert_frame_equal(one.class_km, other.class_km)
    assert one.findings == other.findings
    assert one.link_sources == other.link_sources


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), shuffle=st.integers(0, 10_000))
def test_order_of_rows_changes_nothing(seed: int, shuffle: int) -> None:
    _assert_order_free(seed, shuffle)


def test_order_of_rows_changes_nothing_in_one_town() -> None:
    _assert_order_free(seed=7, shuffle=11)


def _assert_order_free(seed: int, shuffle: int) -> None:
    """Assert that a town and the same town with shuffled rows give one network."""
    layers = _town(seed)
    mixed = {n: f.sample(frac=1.0, random_state=shuffle).reset_index(drop=True) for n, f in layers.items()}
    _same(_network(layers), _network(mixed))


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), prune=st.booleans())
def test_every_metre_is_in_the_network_or_told(seed: int, prune: bool) -> None:
    layers = _town(seed)
    network = _network(layers, slack=SLACK, prune_dead_ends=prune)
    drawn = sum(
        geodesic_km(layers[n].geometry.to_numpy(), gw.UTM).sum()
        for n in ("candidate_routes", "fibre_routes")
        if n in layers
    )
    routes_km = network.links.loc[~network.links["id"].str.startswith("lead-in:"), "length_km"].sum()
    told = sum(f.km for f in network.findings if f.km is not None)
    assert routes_km + told == pytest.approx(SLACK * drawn, rel=2e-4)  # ends move by up to the snap tolerance


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_network_keeps_its_contract(seed: int) -> None:
    network = _network(_town(seed))
    links, nodes = network.links, network.nodes
    assert links["id"].is_unique
    assert nodes["id"].is_unique
    assert (links["a"] < links["b"]).all()
    assert np.array_equal(np.unique(network.ends), np.arange(len(nodes)))
    start = shapely.get_point(links.geometry.to_numpy(), 0)
    end = shapely.get_point(links.geometry.to_numpy(), -1)
    assert shapely.equals_exact(start, nodes.geometry.to_numpy()[links["a"]], tolerance=1e-6).all()
    assert shapely.equals_exact(end, nodes.geometry.to_numpy()[links["b"]], tolerance=1e-6).all()
    degree = np.bincount(network.ends.ravel(), minlength=len(nodes))
    assert (degree[nodes["kind"].isin(["center", "access_point"])] == 1).all()
    assert not links.loc[links["lit"], "kind"].eq("candidate").any()
    assert network.class_km.sum(axis=1).to_numpy() == pytest.approx(links["length_km"].to_numpy())
    junction = np.flatnonzero((nodes["kind"] == "junction") & (degree == 2))
    state = links["kind"] + links["lit"].astype(str) + links["id"].str.startswith("lead-in").astype(str)
    for node in junction:  # only where fibre ends, lit fibre turns dark, or a lead-in starts may a chain stop
        assert state[(network.ends == node).any(axis=1)].nunique() == 2
