"""Reading a metro instance: nodes, links, centers, sites, places and pairs as they stand in the file."""

from __future__ import annotations

import gzip
import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "InstanceError",
    "Link",
    "MetroInstance",
    "Parameters",
    "Place",
    "data_folder",
    "instance_of",
    "is_metro",
    "read_instance",
]


class InstanceError(Exception):
    """The instance is absent or cannot be used; the message says what to do."""


@dataclass(frozen=True)
class Link:
    """One link: ends, length, cost to use it."""

    a: int
    b: int
    km: float
    cost: float


@dataclass(frozen=True)
class Place:
    """One place: the node it attaches at, its weight, cost and latency of its own access link."""

    node: int
    weight: float
    access_cost: float
    access_us: float


@dataclass(frozen=True)
class Parameters:
    """Latencies in microseconds, costs in thousands, shares from 0 to 1."""

    us_per_km: float
    transit_us: float
    oxc_us: float
    end_us: float
    limit_us: float
    oxc_cost: float
    export_cost: float
    oxc_share: float
    export_share: float
    circle_share: float
    protection_limit_us: float = math.inf


@dataclass(frozen=True)
class MetroInstance:
    """One metro instance; nodes count from 0."""

    name: str
    n_nodes: int
    links: tuple[Link, ...]
    centers: tuple[int, ...]
    sites: tuple[int, ...]
    places: tuple[Place, ...]
    pairs: tuple[tuple[int, int], ...]
    parameters: Parameters
    large_pairs: tuple[tuple[int, int], ...] = ()

    @property
    def least_oxcs(self) -> int:
        """OXCs that the share asks for."""
        return math.ceil(self.parameters.oxc_share * len(self.sites) - 1e-9)

    @property
    def exports(self) -> int:
        """400G exports, a constant of the instance."""
        return math.ceil(self.parameters.export_share * len(self.centers) - 1e-9)

    @property
    def forced_cost(self) -> float:
        """Cost that the shares force whatever is decided: the least number of OXCs, and the exports."""
        p = self.parameters
        return self.least_oxcs * p.oxc_cost + self.exports * p.export_cost

    @property
    def least_weight(self) -> float:
        """Weight of places that the circle has to cover."""
        return self.parameters.circle_share * sum(p.weight for p in self.places)


def data_folder() -> Path:
    """Return the folder of benchmark data.

    Raises
    ------
    InstanceError
        If it is not there.
    """
    given = os.environ.get("METROPLAN_DATA")
    folder = Path(given) if given else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        raise InstanceError(
            f"Benchmark data is not there: looked in '{folder}'. It is no part of the repository; "
            "set METROPLAN_DATA to the folder that holds 'metro/', or give a file with --instance."
        )
    return folder


def is_metro(path: Path) -> bool:
    """Return whether a file may be a metro instance: JSON, gzipped or not, and no GeoJSON."""
    if path.is_dir() or not path.name.removesuffix(".gz").endswith(".json"):
        return False
    raw = path.read_bytes()
    if raw[:2] == b"\x1f\x8b":
        return True
    try:
        data = json.loads(raw)
    except ValueError:
        return True  # reading it will say what is wrong
    return not (isinstance(data, dict) and data.get("type") in ("FeatureCollection", "Feature"))


def read_instance(path: Path) -> MetroInstance:
    """Read an instance from JSON, gzipped or not.

    Raises
    ------
    InstanceError
        If the file is absent, no JSON, or lacks something.
    """
    try:
        raw = path.read_bytes()
        data = json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except OSError as error:
        raise InstanceError(f"Instance '{path}' cannot be read: {error.strerror}.") from error
    except (ValueError, EOFError, gzip.BadGzipFile) as error:
        raise InstanceError(f"Instance '{path}' is no JSON: {error}.") from error
    try:
        instance = instance_of(data, path.name.split(".")[0])
    except KeyError as error:
        raise InstanceError(f"Instance '{path}' lacks the key {error}.") from error
    except (TypeError, ValueError) as error:
        raise InstanceError(f"Instance '{path}' has a value of the wrong kind: {error}.") from error
    _check(instance, path)
    return instance


def instance_of(data: dict[str, Any], name: str) -> MetroInstance:
    """Return the instance that stands in `data`, the content of a file."""
    return MetroInstance(
        name=str(data.get("name", name)),
        n_nodes=len(data["nodes"]),
        links=tuple(Link(int(k["a"]), int(k["b"]), float(k["km"]), float(k["cost"])) for k in data["links"]),
        centers=tuple(int(c["node"]) for c in data["centers"]),
        sites=tuple(int(v) for v in data["sites"]),
        places=tuple(
            Place(int(p["node"]), float(p["weight"]), float(p["access_cost"]), float(p["access_us"]))
            for p in data["places"]
        ),
        pairs=tuple((int(a), int(b)) for a, b in data["pairs"]),
        parameters=_parameters(data["parameters"]),
        large_pairs=tuple((int(a), int(b)) for a, b in data.get("large_pairs", ())),
    )


def _parameters(data: dict[str, Any]) -> Parameters:
    """Return the parameters; only the limit of protection routes may be left out."""
    given = [k for k in Parameters.__annotations__ if k != "protection_limit_us" or k in data]
    return Parameters(**{k: float(data[k]) for k in given})


def _check(instance: MetroInstance, path: Path) -> None:
    """Raise when a node number is out of range or there is no center."""
    used = {v for k in instance.links for v in (k.a, k.b)} | {*instance.centers, *instance.sites}
    used |= {p.node for p in instance.places} | {v for pair in (*instance.pairs, *instance.large_pairs) for v in pair}
    wrong = sorted(v for v in used if not 0 <= v < instance.n_nodes)
    if wrong:
        raise InstanceError(f"Instance '{path}' names node {wrong[0]}, but has nodes 0 to {instance.n_nodes - 1}.")
    if not instance.centers:
        raise InstanceError(f"Instance '{path}' has no center; nothing is to be connected.")
