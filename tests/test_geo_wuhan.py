"""The installed examples as they are read by everyone: real roads, whole length accounted for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

import geo_data
from geo_data.datum import geodesic_km
from geo_data.examples import example_folder


def _read(name: str) -> tuple[geo_data.Region, geo_data.Network]:
    """Region and network of an example."""
    region = geo_data.read_region(Path(example_folder(name)) / "project.toml")
    return region, geo_data.build_network(region)


def _assert_sound(region: geo_data.Region, network: geo_data.Network) -> None:
    """Every facility stands on one connected network, and every laid metre is in it or told."""
    n = len(network.nodes)
    ends = network.ends
    graph = sp.coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))
    assert connected_components(graph, directed=False)[0] == 1
    for layer in ("centers", "metro_sites", "access_points"):
        assert len(getattr(network, layer)) == len(region.layers[layer])
    drawn = sum(
        geodesic_km(region.layers[x].geometry.to_numpy(), region.crs).sum()
        for x in ("candidate_routes", "fibre_routes")
    )
    told = sum(f.km for f in network.findings if f.km is not None)
    routes = network.links.loc[~network.links["id"].str.startswith("lead-in:"), "length_km"].sum()
    assert routes + told == pytest.approx(region.settings.slack * drawn, rel=1e-6)
    assert not geo_data.errors_in(network.findings)
    assert network.credits
    assert network.assumed


def test_district_example() -> None:
    region, network = _read("wuhan-core")
    _assert_sound(region, network)
    assert 200 < len(network.links) < 1000


@pytest.mark.slow
def test_whole_city_becomes_a_network_a_quarter_its_size() -> None:
    region, network = _read("wuhan")
    assert len(region.layers["candidate_routes"]) > 90_000
    _assert_sound(region, network)
    assert len(network.nodes) < 20_000
    assert len(network.links) < 30_000
    assert set(network.class_km.columns) > {"existing", "lead_in", "primary", "residential", "trunk"}
