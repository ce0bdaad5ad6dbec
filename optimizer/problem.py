"""The whole question in one frozen value: network, prices, goals, and the decisions that answer it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.network import Network
from optimizer.catalogue import Catalogue
from optimizer.requirements.base import Requirement, one_way_limit_us

__all__ = ["POLICY_LIMITS_US", "AccessPoint", "Center", "KeyPlace", "MetroSite", "Problem", "SizeClass", "TerminalArea"]

SizeClass = Literal["hyperscale", "large", "medium", "small"]
POLICY_LIMITS_US = {"interconnect_latency": 1000.0, "latency_circle": 1000.0, "terminal_latency": 10_000.0}
"""Limits of the 2027 targets, one way."""

_R = TypeVar("_R", bound=Requirement)


@dataclass(frozen=True)
class Center:
    """A computing center at a node of the network."""

    id: str
    name: str
    node: int
    racks: float
    size_class: SizeClass
    ports_400g: int
    ports_other: int
    gbps_other: float

    @property
    def medium_or_larger(self) -> bool:
        """Whether the center counts in the goals for medium and larger centers."""
        return self.size_class != "small"


@dataclass(frozen=True)
class MetroSite:
    """A site that passes traffic on; `oxc` tells whether it has an OXC today."""

    id: str
    name: str
    node: int
    major: bool
    oxc: bool


@dataclass(frozen=True)
class AccessPoint:
    """A comprehensive access point; `optical` tells whether it has optical equipment today."""

    id: str
    name: str
    node: int
    optical: bool


@dataclass(frozen=True)
class KeyPlace:
    """A user of compute behind an access point, `access_km` of drop away."""

    id: str
    name: str
    kind: str
    weight: float
    population: float
    access_point: int
    access_km: float


@dataclass(frozen=True)
class TerminalArea:
    """End users behind a metro site."""

    id: str
    name: str
    population: float
    area_km2: float
    access: str
    metro_site: int
    access_km: float


@dataclass(frozen=True)
class Problem:
    """Network, catalogue and requirements; nothing in it changes.

    Parameters
    ----------
    name, scenario
        Of the project and its scenario ('base' when none is named).
    network
        The planning network.
    catalogue
        Prices and latencies.
    requirements
        Goals and rules, in the order of the registry.
    inputs
        SHA-256 of every input file by its name.
    """

    name: str
    scenario: str
    network: Network
    catalogue: Catalogue
    requirements: tuple[Requirement, ...]
    inputs: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def centers(self) -> tuple[Center, ...]:
        """The computing centers, in the order of their ids."""
        return tuple(_center(row, self.catalogue) for row in _rows(self.network.centers))

    @cached_property
    def metro_sites(self) -> tuple[MetroSite, ...]:
        """The metro sites, in the order of their ids."""
        return tuple(
            MetroSite(str(r["id"]), str(r["name"]), int(r["node"]), bool(r["major"]), bool(r["oxc"]))
            for r in _rows(self.network.metro_sites)
        )

    @cached_property
    def access_points(self) -> tuple[AccessPoint, ...]:
        """The access points, in the order of their ids."""
        return tuple(
            AccessPoint(str(r["id"]), str(r["name"]), int(r["node"]), bool(r["optical"]))
            for r in _rows(self.network.access_points)
        )

    @cached_property
    def key_places(self) -> tuple[KeyPlace, ...]:
        """The key places, in the order of their ids; ``access_point`` is a position in ``access_points``."""
        position = {a.node: i for i, a in enumerate(self.access_points)}
        return tuple(
            KeyPlace(
                str(r["id"]),
                str(r["name"]),
                str(r["kind"]),
                float(r["weight"]),
                float(r["population"]),
                position[int(r["node"])],
                float(r["access_km"]),
            )
            for r in _rows(self.network.key_places)
        )

    @cached_property
    def terminal_areas(self) -> tuple[TerminalArea, ...]:
        """The terminal areas, in the order of their ids; ``metro_site`` is a position in ``metro_sites``."""
        position = {s.node: i for i, s in enumerate(self.metro_sites)}
        return tuple(
            TerminalArea(
                str(r["id"]),
                str(r["name"]),
                float(r["population"]),
                float(r["area_km2"]),
                str(r["access"]),
                position[int(r["node"])],
                float(r["access_km"]),
            )
            for r in _rows(self.network.terminal_areas)
        )

    @cached_property
    def active_centers(self) -> tuple[Center, ...]:
        """Centers that are part of the one lit network, and so can serve places: see ``connected_centers``."""
        rule = self.requirement_named("connected_centers")
        medium_only = rule is not None and getattr(rule, "centers", "all") == "medium"
        return tuple(c for c in self.centers if c.medium_or_larger or not medium_only)

    @cached_property
    def pairs(self) -> tuple[tuple[Center, Center], ...]:
        """Pairs of medium and larger centers, each once, in the order of their ids."""
        return tuple(combinations([c for c in self.centers if c.medium_or_larger], 2))

    @cached_property
    def links_by_id(self) -> Mapping[str, tuple[int, ...]]:
        """Numbers of the links that an id names: a link's own id, or a route that links were made of.

        A link made of a part of a route may have the route's id; ``link:ID`` names that link alone. A lead-in is
        made of its center or site too, whose id means the equipment there.
        """
        found: dict[str, list[int]] = {}
        equipment = {x.id for kind in (self.centers, self.metro_sites, self.access_points) for x in kind}
        network = self.network
        for number, (name, sources) in enumerate(zip(network.links["id"], network.link_sources, strict=True)):
            for key in {str(name), f"link:{name}", *sources} - equipment:
                found.setdefault(key, []).append(number)
        return {key: tuple(numbers) for key, numbers in found.items()}

    @cached_property
    def forbidden_links(self) -> frozenset[int]:
        """Numbers of the links that the plan has to do without."""
        rule = self.requirement_named("fixed_choices")
        names = getattr(rule, "must_not", ())
        return frozenset(link for name in names for link in self.links_by_id.get(name, ()))

    @cached_property
    def wishes(self) -> frozenset[str]:
        """Keys of the goals that a budget makes wishes: reached as far as the money goes."""
        budget = self.requirement_named("budget")
        return frozenset() if budget is None else frozenset(getattr(budget, "wishes")(self))  # noqa: B009

    @cached_property
    def relations(self) -> tuple[tuple[Center, Center], ...]:
        """Pairs of centers that are judged: those of ``interconnect_latency``, else all of medium and larger ones.

        Those that ``protection`` names come on top.
        """
        rule, protection = self.requirement_named("interconnect_latency"), self.requirement_named("protection")
        judged = self.pairs if rule is None else tuple(getattr(rule, "relations")(self))  # noqa: B009
        more = () if protection is None else tuple(getattr(protection, "relations")(self))  # noqa: B009
        return tuple(sorted({*judged, *more}, key=lambda pair: (pair[0].id, pair[1].id))) if more else judged

    @cached_property
    def lone_lead_ins(self) -> Mapping[int, int]:
        """Node of every center with only one link to it, and that link."""
        ends = self.network.ends
        degree = np.bincount(ends.ravel(), minlength=len(self.network.nodes))
        lone = {c.node for c in self.centers if degree[c.node] == 1}
        return {int(v): k for k, pair in enumerate(ends) for v in pair if int(v) in lone}

    @cached_property
    def risks(self) -> tuple[tuple[int, ...], ...]:
        """Numbers of the links of every shared-risk group."""
        return tuple(group.links for group in self.network.shared_risks)

    def limit_us(self, key: str) -> float:
        """Return the one-way limit that a requirement judges by; the policy's own where the project does not ask it."""
        rule = self.requirement_named(key)
        if rule is None:
            return POLICY_LIMITS_US[key]
        return one_way_limit_us(float(getattr(rule, "limit_us")), getattr(rule, "direction"))  # noqa: B009

    def requirement(self, kind: type[_R]) -> _R | None:
        """Return the requirement of a kind, None when the project does not ask it."""
        return next((r for r in self.requirements if isinstance(r, kind)), None)

    def requirement_named(self, key: str) -> Requirement | None:
        """Return the requirement with a key, None when the project does not ask it."""
        return next((r for r in self.requirements if r.key == key), None)

    @cached_property
    def us_per_km(self) -> float:
        """Latency per laid kilometre: fibre, and line amplifiers pro rata of their spacing."""
        c = self.catalogue
        return c["fibre_us_per_km"] + c["amplifier_us"] / c["amplifier_spacing_km"]

    @cached_property
    def link_us(self) -> NDArray[np.float64]:
        """Latency of every link, to the picosecond, shape (links,)."""
        length_km = np.asarray(self.network.links["length_km"], dtype=np.float64)
        return np.asarray(np.round(length_km * self.us_per_km, 6), dtype=np.float64)

    @cached_property
    def transit_us(self) -> NDArray[np.float64]:
        """Latency of passing every node without a new OXC, shape (nodes,)."""
        passing = np.zeros(len(self.network.nodes))
        for site in self.metro_sites:
            passing[site.node] = self.catalogue["oxc_us" if site.oxc else "electrical_transit_us"]
        return passing

    @cached_property
    def pair_end_us(self) -> float:
        """Latency of the equipment at the two ends of a relation between centers."""
        return self.catalogue["transponder_pair_us"]

    @cached_property
    def access_end_us(self) -> float:
        """Latency of the equipment at the two ends of a route from an access point to a center."""
        return self.catalogue["access_device_us"] + self.catalogue["transponder_pair_us"]

    def place_end_us(self, place: KeyPlace) -> float:
        """Latency outside the routed part for a key place: drop, access equipment, far transponder."""
        return round(place.access_km * self.us_per_km + self.access_end_us, 6)

    def area_drop_us(self, area: TerminalArea) -> float:
        """Latency outside the routed part for a terminal area, access technology left out."""
        return round(area.access_km * self.us_per_km + self.pair_end_us, 6)

    def area_end_us(self, area: TerminalArea) -> float:
        """Latency outside the routed part for a terminal area, access technology included."""
        return self.area_drop_us(area) + self.catalogue[f"access_us.{area.access}"]


def _rows(frame: pd.DataFrame) -> list[Mapping[str, Any]]:
    """Return the rows of a layer in the order of their ids."""
    if not len(frame):
        return []
    columns = [c for c in frame.columns if c != "geometry"]
    ordered = frame[columns].sort_values("id")
    return [{str(k): v for k, v in row.items()} for row in ordered.to_dict("records")]


def _center(row: Mapping[str, Any], catalogue: Catalogue) -> Center:
    racks = _racks(row, catalogue)
    sizes: tuple[SizeClass, ...] = ("hyperscale", "large", "medium")
    size_class: SizeClass = next((s for s in sizes if racks >= catalogue[f"racks.{s}"]), "small")
    return Center(
        str(row["id"]),
        str(row["name"]),
        int(row["node"]),
        racks,
        size_class,
        int(row["export_ports_400g"]),
        int(row["export_ports_other"]),
        float(row["export_gbps_other"]),
    )


def _racks(row: Mapping[str, Any], catalogue: Catalogue) -> float:
    """Return standard racks from racks, MW of IT load, or PFLOPS, whichever is given first."""
    racks, mw, pflops = (float(row.get(k, math.nan)) for k in ("racks", "mw", "pflops"))
    if not math.isnan(racks):
        return racks
    if not math.isnan(mw):
        return mw * 1000 / catalogue["kw_per_rack"]
    return 0.0 if math.isnan(pflops) else pflops / catalogue["pflops_per_rack"]
