"""Questions without an answer, of many kinds, each with what stands in the way, known by hand.

Mostly on ``four_sites_ring``: the short way C1-S1-S2-S3-C2 is 22 km (110 us of fibre), the long one over S4 25 km
(125 us); a site passed takes 1 us with an OXC and 50 us without, the ends of a relation 10 us. So the best latency of
C1-C2 is 123 us, that of a second route 138 us.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from geo_data.network import Network
from geo_data.network.types import SharedRisk
from optimizer.problem import Problem
from tests.networks import four_sites_ring, network, problem

__all__ = ["CASES", "Case"]

Asked = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Case:
    """A question without an answer.

    Parameters
    ----------
    net, asked
        Network and requirements.
    obstacles
        (goal, kind, subject) that have to be among those found.
    conflicts
        Sets of goals ('oxc_share') and fixed choices ('must_not S2') that cannot be met together.
    nearest
        What can be met instead: (goal, setting, value or removed id), for each way its changes.
    cost
        Cost of the first of them, by hand.
    """

    net: Network
    asked: Asked
    obstacles: frozenset[tuple[str, str, str]]
    conflicts: frozenset[frozenset[str]]
    nearest: frozenset[frozenset[tuple[str, str, Any]]]
    catalogue: Mapping[str, Any] = field(default_factory=dict)
    cost: float | None = None

    @property
    def problem(self) -> Problem:
        """The question."""
        return problem(self.net, catalogue=self.catalogue, **self.asked)


def _case(
    net: Network,
    asked: Asked,
    obstacles: list[tuple[str, str, str]],
    conflicts: list[set[str]],
    nearest: list[set[tuple[str, str, Any]]],
    **more: Any,
) -> Case:
    sets = frozenset(frozenset(c) for c in conflicts)
    return Case(net, asked, frozenset(obstacles), sets, frozenset(frozenset(n) for n in nearest), **more)


def _risky(*links: tuple[str, ...]) -> Network:
    """The ring with shared-risk groups."""
    ring = four_sites_ring()
    number = {name: k for k, name in enumerate(ring.links["id"])}
    groups = (SharedRisk(f"R{i}", "given", f"duct {i}", tuple(sorted(number[n] for n in names)))
              for i, names in enumerate(links))  # fmt: skip
    return replace(ring, shared_risks=tuple(groups))


def _two_islands() -> Network:
    """C1-S1 and C2-S2, 30 km apart, and nothing between them."""
    nodes = {"C1": ("center", 0.0, 0.0), "S1": ("metro_site", 1.0, 0.0), "S2": ("metro_site", 31.0, 0.0),
             "C2": ("center", 32.0, 0.0)}  # fmt: skip
    links = [("C1-S1", "C1", "S1", 1.0, "candidate"), ("S2-C2", "S2", "C2", 1.0, "candidate")]
    return network(nodes, links, centers={"C1": {"racks": 5000.0}, "C2": {"racks": 2000.0}}, sites={"S1": {}, "S2": {}})


def _small_island() -> Network:
    """Two large centers on one road, a small one that no road reaches."""
    nodes = {"C1": ("center", 0.0, 0.0), "C2": ("center", 5.0, 0.0), "C3": ("center", 50.0, 0.0),
             "S3": ("metro_site", 51.0, 0.0)}  # fmt: skip
    links = [("L12", "C1", "C2", 5.0, "candidate"), ("L33", "C3", "S3", 1.0, "candidate")]
    racks = {"C1": {"racks": 5000.0}, "C2": {"racks": 2000.0}, "C3": {"racks": 100.0}}
    return network(nodes, links, centers=racks, sites={"S3": {}})


def _one_site() -> Network:
    """Two centers at one metro site each way joined by a second road without a site."""
    nodes = {"C1": ("center", 0.0, 0.0), "S1": ("metro_site", 5.0, 0.0), "S9": ("metro_site", 90.0, 0.0),
             "C2": ("center", 10.0, 0.0)}  # fmt: skip
    links = [
        ("a", "C1", "S1", 5.0, "candidate"),
        ("b", "S1", "C2", 5.0, "candidate"),
        ("c", "C1", "C2", 12.0, "candidate"),
    ]
    racks = {"C1": {"racks": 5000.0}, "C2": {"racks": 4000.0}}
    return network(nodes, links, centers=racks, sites={"S1": {}, "S9": {}})


def _dumbbell() -> Network:
    """Two triangles that meet at the site M: every route of C1-C2 passes it."""
    nodes = {"C1": ("center", 0.0, 0.0), "A": ("junction", 5.0, 5.0), "M": ("metro_site", 10.0, 0.0),
             "B": ("junction", 15.0, 5.0), "C2": ("center", 20.0, 0.0)}  # fmt: skip
    links = [
        ("C1-M", "C1", "M", 10.0, "candidate"),
        ("C1-A", "C1", "A", 7.0, "candidate"),
        ("A-M", "A", "M", 7.0, "candidate"),
        ("M-C2", "M", "C2", 10.0, "candidate"),
        ("M-B", "M", "B", 7.0, "candidate"),
        ("B-C2", "B", "C2", 7.0, "candidate"),
    ]
    return network(nodes, links, centers={"C1": {"racks": 5000.0}, "C2": {"racks": 4000.0}}, sites={"M": {}})


def _three_pairs() -> Network:
    """Four medium centers on a line, 20 km apart: latencies 110, 210 and 310 us."""
    nodes = {f"C{k}": ("center", 20.0 * k, 0.0) for k in range(4)}
    links = [(f"L{k}", f"C{k}", f"C{k + 1}", 20.0, "candidate") for k in range(3)]
    return network(nodes, links, centers={f"C{k}": {"racks": 2000.0 + k} for k in range(4)})


RING = four_sites_ring()
LATENCY, PROTECTION, CIRCLE = "interconnect_latency", "protection", "latency_circle"

CASES: dict[str, Case] = {
    "limit too small": _case(
        RING, {LATENCY: {"limit_us": 120.0}},
        [(LATENCY, "too_far", "C1-C2")], [{LATENCY}], [{(LATENCY, "share", 0.0)}, {(LATENCY, "limit_us", 124.0)}],
        cost=2300.0,
    ),
    "limit reached exactly is not below": _case(
        RING, {LATENCY: {"limit_us": 123.0}},
        [(LATENCY, "too_far", "C1-C2")], [{LATENCY}], [{(LATENCY, "share", 0.0)}, {(LATENCY, "limit_us", 124.0)}],
    ),
    "round trip": _case(
        RING, {LATENCY: {"limit_us": 240.0, "direction": "round_trip"}},
        [(LATENCY, "too_far", "C1-C2")], [{LATENCY}], [{(LATENCY, "share", 0.0)}, {(LATENCY, "limit_us", 247.0)}],
    ),
    "limit below the equipment": _case(
        RING, {LATENCY: {"limit_us": 9.0}},
        [(LATENCY, "too_far", "C1-C2")], [{LATENCY}], [{(LATENCY, "share", 0.0)}, {(LATENCY, "limit_us", 124.0)}],
    ),
    "share of pairs": _case(
        _three_pairs(), {LATENCY: {"limit_us": 250.0, "share": 0.9}},
        [(LATENCY, "too_far", "C0-C3")], [{LATENCY}],
        [{(LATENCY, "share", 0.8333)}, {(LATENCY, "limit_us", 311.0)}], cost=6000.0,
    ),
    "listed pair": _case(
        _three_pairs(), {LATENCY: {"limit_us": 250.0, "pairs": [("C0", "C3")]}},
        [(LATENCY, "too_far", "C0-C3")], [{LATENCY}], [{(LATENCY, "share", 0.0)}, {(LATENCY, "limit_us", 311.0)}],
    ),
    "center that no road reaches": _case(
        _small_island(), {},
        [("connected_centers", "not_connected", "C3")], [{"connected_centers"}],
        [{("connected_centers", "centers", "medium")}], cost=500.0,
    ),
    "two islands": _case(
        _two_islands(), {}, [("connected_centers", "not_connected", "C2")], [{"connected_centers"}], [],
    ),
    "must_not cuts the only lead-in": _case(
        RING, {"fixed_choices": {"must_not": ["C2-S3"]}},
        [("connected_centers", "ruled_out", "C2")], [{"connected_centers", "must_not C2-S3"}],
        [{("fixed_choices", "must_not", "C2-S3")}], cost=2300.0,
    ),
    "must_not cuts the quick way": _case(
        RING, {LATENCY: {"limit_us": 130.0}, "fixed_choices": {"must_not": ["S2-S3", "A1-S2"]}},
        [(LATENCY, "too_far", "C1-C2")], [{LATENCY, "must_not S2-S3"}],
        [{("fixed_choices", "must_not", "S2-S3")}, {(LATENCY, "share", 0.0)}, {(LATENCY, "limit_us", 139.0)}],
    ),
    "must_not forbids the OXCs that a limit needs": _case(
        RING, {LATENCY: {"limit_us": 130.0}, "fixed_choices": {"must_not": ["S2", "A1"]}},
        [(LATENCY, "too_far", "C1-C2")], [{LATENCY, "must_not S2"}],
        [{("fixed_choices", "must_not", "S2")}, {(LATENCY, "share", 0.0)}, {(LATENCY, "limit_us", 139.0)}],
    ),
    "both ways around ruled out": _case(
        RING, {"fixed_choices": {"must_not": ["S2-S3", "S3-S4"]}},
        [("connected_centers", "ruled_out", "C2")], [{"connected_centers", "must_not S2-S3", "must_not S3-S4"}],
        [{("fixed_choices", "must_not", "S2-S3")}, {("fixed_choices", "must_not", "S3-S4")}],
    ),
    "OXC share over a forbidden site": _case(
        RING, {"oxc_share": {"share": 1.0}, "fixed_choices": {"must_not": ["S2"]}},
        [("oxc_share", "ruled_out", "S2")], [{"oxc_share", "must_not S2"}],
        [{("fixed_choices", "must_not", "S2")}, {("oxc_share", "share", 0.6666)}], cost=8300.0,
    ),
    "OXC share over a site that no road reaches": _case(
        _one_site(), {"oxc_share": {"share": 1.0}},
        [("oxc_share", "not_connected", "S9")], [{"oxc_share"}], [{("oxc_share", "share", 0.5)}], cost=3000.0,
    ),
    "export share over a forbidden center": _case(
        RING, {"export_400g": {"share": 1.0}, "fixed_choices": {"must_not": ["C1"]}},
        [("export_400g", "ruled_out", "C1")], [{"export_400g", "must_not C1"}],
        [{("fixed_choices", "must_not", "C1")}, {("export_400g", "share", 0.5)}], cost=3300.0,
    ),
    "circle that a few places are too far for": _case(
        RING, {CIRCLE: {"limit_us": 130.0, "share": 1.0}},
        [(CIRCLE, "too_far", "P3")], [{CIRCLE}],
        [{(CIRCLE, "share", 0.4)}, {(CIRCLE, "limit_us", 168.0)}],
    ),
    "circle over an access point that must not be equipped": _case(
        RING, {CIRCLE: {"share": 0.7}, "fixed_choices": {"must_not": ["A2"]}},
        [(CIRCLE, "ruled_out", "A2")], [{CIRCLE, "must_not A2"}],
        [{("fixed_choices", "must_not", "A2")}, {(CIRCLE, "share", 0.4)}],
    ),
    "circle over an access point whose lead-in is ruled out": _case(
        RING, {CIRCLE: {"share": 0.7}, "fixed_choices": {"must_not": ["A2-S4"]}},
        [(CIRCLE, "ruled_out", "P3")], [{CIRCLE, "must_not A2-S4"}],
        [{("fixed_choices", "must_not", "A2-S4")}, {(CIRCLE, "share", 0.4)}],
    ),
    "circle by people": _case(
        RING, {CIRCLE: {"by": "population", "limit_us": 60.0, "share": 0.9}},
        [(CIRCLE, "too_far", "T2")], [{CIRCLE}], [{(CIRCLE, "share", 0.7)}, {(CIRCLE, "limit_us", 72.0)}],
    ),
    "terminal areas whose access alone takes too long": _case(
        RING, {"terminal_latency": {"limit_us": 9000.0, "share": 0.9}},
        [("terminal_latency", "too_far", "T2")], [{"terminal_latency"}],
        [{("terminal_latency", "share", 0.7)}, {("terminal_latency", "limit_us", 10_072.0)}],
    ),
    "protection without a second road": _case(
        _three_pairs(), {PROTECTION: {"pairs": [("C0", "C3")]}},
        [(PROTECTION, "sole_link", "C0-C3")], [{PROTECTION}], [{(PROTECTION, "share", 0.0)}],
    ),
    "protection with one side of the ring ruled out": _case(
        RING, {PROTECTION: {"between": "medium"}, "fixed_choices": {"must_not": ["S3-S4"]}},
        [(PROTECTION, "sole_link", "C1-C2")], [{PROTECTION, "must_not S3-S4"}],
        [{("fixed_choices", "must_not", "S3-S4")}, {(PROTECTION, "share", 0.0)}], cost=4600.0,
    ),
    "protection within a limit that the second route misses": _case(
        RING, {LATENCY: {"limit_us": 130.0}, PROTECTION: {"between": "medium", "limit_us": 130.0}},
        [(PROTECTION, "second_too_far", "C1-C2")], [{LATENCY, PROTECTION}],
        [{(LATENCY, "share", 0.0)}, {(LATENCY, "limit_us", 139.0)}, {(PROTECTION, "share", 0.0)},
         {(PROTECTION, "limit_us", 139.0)}],
    ),
    "protection in a shared duct": _case(
        _risky(("S1-S2", "S4-S1")), {PROTECTION: {"between": "medium"}},
        [(PROTECTION, "shared_risk", "C1-C2")], [{PROTECTION}],
        [{(PROTECTION, "share", 0.0)}, {(PROTECTION, "disjoint", "link")}],
    ),
    "protection through one node": _case(
        _dumbbell(), {PROTECTION: {"disjoint": "node"}},
        [(PROTECTION, "shared_node", "C1-C2")], [{PROTECTION}],
        [{(PROTECTION, "share", 0.0)}, {(PROTECTION, "disjoint", "link")}],
    ),
    "dual homing with one site in reach": _case(
        _one_site(), {"dual_homing": {"homed": "all"}},
        [("dual_homing", "too_few_sites", "C1")], [{"dual_homing"}], [{("dual_homing", "share", 0.0)}],
    ),
    "must_build an OXC that no road reaches": _case(
        _one_site(), {"fixed_choices": {"must_build": ["S9"]}},
        [("fixed_choices", "not_connected", "S9")], [{"must_build S9"}], [{("fixed_choices", "must_build", "S9")}],
    ),
    "must_build an OXC whose roads are ruled out": _case(
        RING, {"fixed_choices": {"must_build": ["S4"], "must_not": ["S3-S4", "S4-S1"]}},
        [("fixed_choices", "ruled_out", "S4")], [{"must_build S4", "must_not S3-S4", "must_not S4-S1"}],
        [{("fixed_choices", "must_build", "S4")}, {("fixed_choices", "must_not", "S3-S4")},
         {("fixed_choices", "must_not", "S4-S1")}],
    ),
    "two goals, each with its own reason": _case(
        RING, {"oxc_share": {"share": 1.0}, "export_400g": {"share": 1.0}, "fixed_choices": {"must_not": ["S2", "C2"]}},
        [("oxc_share", "ruled_out", "S2"), ("export_400g", "ruled_out", "C2")],
        [{"oxc_share", "must_not S2"}, {"export_400g", "must_not C2"}],
        [{("oxc_share", "share", 0.6666), ("export_400g", "share", 0.5)},
         {("fixed_choices", "must_not", "S2"), ("fixed_choices", "must_not", "C2")}],
        cost=6800.0,
    ),
    "three goals, each with its own reason": _case(
        RING, {LATENCY: {"limit_us": 120.0}, "terminal_latency": {"limit_us": 9000.0, "share": 0.9},
               "oxc_share": {"share": 1.0}, "fixed_choices": {"must_not": ["S2"]}},
        [(LATENCY, "too_far", "C1-C2"), ("terminal_latency", "too_far", "T2"), ("oxc_share", "ruled_out", "S2")],
        [{LATENCY}, {"terminal_latency"}, {"oxc_share", "must_not S2"}],
        [{(LATENCY, "share", 0.0), ("terminal_latency", "share", 0.7), ("oxc_share", "share", 0.6666)},
         {(LATENCY, "share", 0.0), ("terminal_latency", "share", 0.7), ("fixed_choices", "must_not", "S2")}],
    ),
    "budget below the cheapest network": _case(
        RING, {LATENCY: {}, "oxc_share": {}, "budget": {"limit": 2000.0, "must": ["interconnect_latency"]}},
        [], [{LATENCY, "budget"}], [{("budget", "limit", 2300.0)}], cost=2300.0,
    ),
    "budget below what a must costs": _case(
        RING, {LATENCY: {}, "oxc_share": {}, CIRCLE: {}, "budget": {"limit": 5000.0, "must": [LATENCY, "oxc_share"]}},
        [], [{LATENCY, "oxc_share", "budget"}],
        [{("oxc_share", "share", 0.3333)}, {("budget", "limit", 6300.0)}], cost=4300.0,
    ),
}  # fmt: skip
"""Thirty and more kinds of questions without an answer, by what is wrong with them."""
