"""Which question a problem asks: a key that two share when their plans are the same, and how far two are apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from geo_data.network import Network
from optimizer.problem import Problem

__all__ = ["difference", "question_key", "settings_of"]

_NETWORK_APART = 4.0
"""Difference of two problems on different networks: more than a few changed settings."""


def question_key(problem: Problem, *more: object) -> str:
    """Return 16 hexadecimal digits of network, prices and requirements; names and order of settings do not count.

    Parameters
    ----------
    problem
        The question.
    more
        What else is asked, for example a budget.
    """
    asked = {"network": network_hash(problem.network), "settings": settings_of(problem), "more": [str(m) for m in more]}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def settings_of(problem: Problem) -> dict[str, Any]:
    """Return prices and settings of the requirements by their dotted name, as plain values."""
    found: dict[str, Any] = {"currency": problem.catalogue.currency}
    found |= {f"catalogue.{name}": item.value for name, item in problem.catalogue.items.items()}
    for rule in problem.requirements:
        found |= _flat(f"requirements.{rule.key}", {"asked": True, **rule.model_dump(mode="json")})
    return found


def difference(a: Problem, b: Problem) -> float:
    """Return how far two questions are apart: 0 for the same, at most 1 for every setting that differs.

    Numbers count by how much they differ relative to the larger, everything else counts 1.
    """
    one, other = settings_of(a), settings_of(b)
    apart = sum(_apart(one.get(name), other.get(name)) for name in one.keys() | other.keys())
    same = a.network is b.network or network_hash(a.network) == network_hash(b.network)
    return apart + (0.0 if same else _NETWORK_APART)


def network_hash(network: Network) -> str:
    """Return a hash of everything about a network that a plan depends on."""
    digest = hashlib.sha256()
    tables = (
        network.nodes, network.links, network.class_km, network.priced_km, network.crossings, network.centers,
        network.metro_sites, network.access_points, network.key_places, network.terminal_areas,
    )  # fmt: skip
    for table in tables:
        digest.update(_table_bytes(table))
    digest.update(repr([(r.id, r.links) for r in network.shared_risks]).encode())
    return digest.hexdigest()


def _table_bytes(table: pd.DataFrame | None) -> bytes:
    """Return what stands in a table, geometry left out: lengths and prices are columns of their own."""
    if table is None:
        return b"none"
    plain = pd.DataFrame(table.drop(columns="geometry") if isinstance(table, gpd.GeoDataFrame) else table)
    rows = pd.util.hash_pandas_object(plain, index=False).to_numpy()
    return repr(list(plain.columns)).encode() + rows.tobytes()


def _flat(prefix: str, table: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        flat |= _flat(f"{prefix}.{key}", value) if isinstance(value, Mapping) else {f"{prefix}.{key}": value}
    return flat


def _apart(a: Any, b: Any) -> float:
    """Return how far two values are apart, 0 to 1."""
    if a == b:
        return 0.0
    if isinstance(a, int | float) and isinstance(b, int | float) and not isinstance(a, bool):
        return float(min(1.0, abs(a - b) / max(abs(a), abs(b))))
    return 1.0
