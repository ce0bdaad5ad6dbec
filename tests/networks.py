"""Small named networks that can be solved by hand, and a catalogue of round numbers to price them with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString, Point

from geo_data.network import Network
from optimizer.catalogue import load_catalogue
from optimizer.problem import Problem
from optimizer.requirements import REQUIREMENTS, Requirement

CRS = "EPSG:32650"

ROUND = {
    "fibre_us_per_km": 5.0,
    "amplifier_us": 0.0,
    "oxc_us": 1.0,
    "electrical_transit_us": 50.0,
    "transponder_pair_us": 10.0,
    "access_device_us": 90.0,
    "trench_km": 100.0,
    "cable_km": 0.0,
    "dark_pair_km_year": 1.0,
    "amplifier_site": 0.0,
    "oxc_common": 1000.0,
    "oxc_direction": 250.0,
    "oxc_directions": 4.0,
    "port_400g": 500.0,
    "access_device": 20.0,
    "access_fitout": 30.0,
    "opex_passive": 0.0,
    "opex_active": 0.0,
    "horizon_years": 5.0,
    "discount_rate": 0.0,
}
"""5 us a km, 100 a km of new route, 5 a km of dark fibre, 2,000 an OXC, 500 an export, 50 an access point."""


def network(
    nodes: Mapping[str, tuple[str, float, float]],
    links: Sequence[tuple[Any, ...]],
    *,
    centers: Mapping[str, Mapping[str, Any]],
    sites: Mapping[str, Mapping[str, Any]] | None = None,
    access_points: Mapping[str, Mapping[str, Any]] | None = None,
    places: Iterable[Mapping[str, Any]] = (),
    areas: Iterable[Mapping[str, Any]] = (),
) -> Network:
    """Make a network by hand.

    ``nodes``: id -> (kind, x km, y km). ``links``: (id, a, b, km, kind[, lit]) with kind 'candidate' or 'existing'.
    The facility tables give what differs from the defaults of the schema.
    """
    number = {name: i for i, name in enumerate(nodes)}
    points = {name: Point(x * 1000, y * 1000) for name, (_, x, y) in nodes.items()}
    node_frame = gpd.GeoDataFrame(
        {"id": list(nodes), "kind": [k for k, _, _ in nodes.values()]}, geometry=list(points.values()), crs=CRS
    )
    rows = [
        {
            "id": name, "a": number[a], "b": number[b], "kind": kind, "lit": bool(rest and rest[0]), "spare_pairs": 0,
            "name": "", "length_km": float(km), "sources": name, "geometry": LineString([points[a], points[b]]),
        }
        for name, a, b, km, kind, *rest in links
    ]  # fmt: skip
    link_frame = gpd.GeoDataFrame(rows, geometry="geometry", crs=CRS)
    existing = (link_frame["kind"] == "existing").to_numpy()
    km = link_frame["length_km"].to_numpy()
    class_km = pd.DataFrame({"existing": np.where(existing, km, 0.0), "residential": np.where(existing, 0.0, km)})

    def facilities(table: Mapping[str, Mapping[str, Any]] | None, defaults: Mapping[str, Any]) -> gpd.GeoDataFrame:
        table = table or {}
        data = [{**defaults, **row, "id": i, "node": number[i], "lead_in_m": 0.0} for i, row in table.items()]
        columns = ["id", *defaults, "node", "lead_in_m"]
        return gpd.GeoDataFrame(data, columns=columns, geometry=[points[i] for i in table], crs=CRS)

    def served(table: Iterable[Mapping[str, Any]], defaults: Mapping[str, Any]) -> gpd.GeoDataFrame:
        data = [{**defaults, **row, "node": number[row["at"]]} for row in table]
        columns = ["id", *defaults, "node"]
        return gpd.GeoDataFrame(data, columns=columns, geometry=[points[r["at"]] for r in data], crs=CRS)

    text = {"name": "", "source": "assumed"}
    ports = {"export_ports_400g": 0, "export_ports_other": 0, "export_gbps_other": 0.0}
    return Network(
        name="by hand",
        nodes=node_frame,
        links=link_frame,
        class_km=class_km,
        centers=facilities(centers, {**text, "racks": np.nan, "mw": np.nan, "pflops": np.nan, **ports}),
        metro_sites=facilities(sites, {**text, "major": True, "oxc": False}),
        access_points=facilities(access_points, {**text, "optical": False}),
        key_places=served(places, {**text, "kind": "other", "weight": 1.0, "population": 0.0, "access_km": 0.0}),
        terminal_areas=served(areas, {**text, "population": 1.0, "access": "pon", "access_km": 0.0, "area_km2": 1.0}),
        crs=CRS,
        assumed="Everything here is made by hand.",
        link_sources=tuple((str(name),) for name in link_frame["id"]),
    )


def problem(net: Network, *, catalogue: Mapping[str, Any] | None = None, **requirements: Mapping[str, Any]) -> Problem:
    """Return the problem of a network with requirements by key, priced with round numbers."""
    found: list[Requirement] = [
        kind.model_validate(requirements.get(kind.key, {}))
        for kind in REQUIREMENTS
        if kind.default or kind.key in requirements
    ]
    prices = load_catalogue("CNY", {**ROUND, **(catalogue or {})})
    return Problem(net.name, "base", net, prices, tuple(found))


def four_sites_ring(*, lit_side: bool = False) -> Network:
    """Four metro sites on a ring of 10 km sides; two big centers at opposite corners, a small one, two access points.

    ::

        C1 - S1 --- S2 - C3(small), A1
              |      |
        A2 - S4 --- S3 - C2

    Lead-ins are 1 km. ``lit_side`` makes the side S1-S2 existing and lit.
    """
    nodes = {
        "S1": ("metro_site", 0.0, 10.0),
        "S2": ("metro_site", 10.0, 10.0),
        "S3": ("metro_site", 10.0, 0.0),
        "S4": ("metro_site", 0.0, 0.0),
        "C1": ("center", -1.0, 10.0),
        "C2": ("center", 11.0, 0.0),
        "C3": ("center", 11.0, 10.0),
        "A1": ("access_point", 10.0, 11.0),
        "A2": ("access_point", -1.0, 0.0),
    }
    side = ("existing", True) if lit_side else ("candidate",)
    links = [
        ("S1-S2", "S1", "S2", 10.0, *side),
        ("S2-S3", "S2", "S3", 10.0, "candidate"),
        ("S3-S4", "S3", "S4", 11.0, "candidate"),
        ("S4-S1", "S4", "S1", 12.0, "candidate"),
        ("C1-S1", "C1", "S1", 1.0, "candidate"),
        ("C2-S3", "C2", "S3", 1.0, "candidate"),
        ("C3-S2", "C3", "S2", 1.0, "candidate"),
        ("A1-S2", "A1", "S2", 1.0, "candidate"),
        ("A2-S4", "A2", "S4", 1.0, "candidate"),
    ]
    return network(
        nodes,
        links,
        centers={"C1": {"racks": 12000.0}, "C2": {"racks": 1500.0}, "C3": {"racks": 200.0}},
        sites={"S1": {}, "S2": {}, "S3": {}, "S4": {"major": False}},
        access_points={"A1": {}, "A2": {}},
        places=[
            {"id": "P1", "at": "A1", "weight": 3.0},
            {"id": "P2", "at": "A1", "weight": 1.0, "access_km": 2.0},
            {"id": "P3", "at": "A2", "weight": 6.0},
        ],
        areas=[
            {"id": "T1", "at": "S1", "population": 70.0},
            {"id": "T2", "at": "S4", "population": 30.0, "access": "5g_public"},
        ],
    )
