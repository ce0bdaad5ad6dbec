"""The light of a plan in the words of ``plan.json``: traffic, channels, sections, ports, what it costs and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["ChannelPlan", "LightPlan", "MaterialLine", "SectionPlan", "StretchPlan", "SwitchPlan", "TrafficPlan",
           "carried_by", "reached_by"]  # fmt: skip


@dataclass(frozen=True)
class TrafficPlan:
    """Traffic of a relation in the target year each way, Gbit/s: on its working route, held on its protection route."""

    id: str
    a: str
    b: str
    gbps: float
    protection_gbps: float


@dataclass(frozen=True)
class SectionPlan:
    """A way between two places with equipment, spliced through at junctions: its fibre pairs and line amplifiers.

    ``a`` and ``b`` are node ids, ``links`` run from a to b; ``amplifiers`` counts those of all pairs; ``noise`` is
    1/OSNR in 0.1 nm.
    """

    id: str
    a: str
    b: str
    links: tuple[str, ...]
    length_km: float
    pairs: int
    amplifiers: int
    noise: float


@dataclass(frozen=True)
class StretchPlan:
    """A transparent stretch of a channel: node ids of its ends, sections in order, the pair on each (from 0), slots.

    Slots ``first_slot`` to ``first_slot + slots - 1`` from the lower edge of the band. ``osnr_db`` by the additive
    model; ``margin_db`` above what the receiver needs.
    """

    start: str
    end: str
    sections: tuple[str, ...]
    pairs: tuple[int, ...]
    first_slot: int
    slots: int
    osnr_db: float
    margin_db: float


@dataclass(frozen=True)
class ChannelPlan:
    """One channel of a relation, from center to center, cut into stretches where it is regenerated."""

    id: str
    relation: str
    role: Literal["working", "protection"]
    type: str
    gbps: float
    stretches: tuple[StretchPlan, ...]


@dataclass(frozen=True)
class SwitchPlan:
    """What light needs at a metro site: directions of its OXC (one a fibre pair and section), or electrical ports.

    ``express``: channels that pass optically; ``transit_ports``: ports of those that pass electrically;
    ``extra_directions``: beyond those an OXC comes with.
    """

    site: str
    oxc: bool
    directions: int
    extra_directions: int
    express: int
    transit_ports: int


@dataclass(frozen=True)
class MaterialLine:
    """One thing to order, with its place: quantity x unit price = total, before operation."""

    place: str
    item: str
    quantity: float
    unit: str
    unit_cost: float
    total: float
    assumed: bool
    source: str


@dataclass(frozen=True)
class LightPlan:
    """Light of a plan.

    ``cost``: what it adds to the plan, operation included, with 400G ports at centers; ``least_cost``: what any plan
    has to add, proven. ``effect``: how the plan differs from the one without traffic, in sentences.
    """

    traffic_source: str
    year: int
    utilisation: float
    band_ghz: float
    slot_ghz: float
    margin_db: float | None
    tighter_db: float
    cost: float
    least_cost: float
    traffic: tuple[TrafficPlan, ...]
    channels: tuple[ChannelPlan, ...]
    sections: tuple[SectionPlan, ...]
    switches: tuple[SwitchPlan, ...]
    materials: tuple[MaterialLine, ...]
    effect: tuple[str, ...]


def carried_by(light: LightPlan) -> frozenset[tuple[str, str]]:
    """Return the relations whose channels have room for their traffic, by their centers' ids."""
    room: dict[tuple[str, str], float] = {}
    for channel in light.channels:
        key = channel.relation, channel.role
        room[key] = room.get(key, 0.0) + channel.gbps * light.utilisation
    return frozenset(
        (t.a, t.b)
        for t in light.traffic
        if room.get((t.id, "working"), 0.0) >= t.gbps - 1e-6
        and room.get((t.id, "protection"), 0.0) >= t.protection_gbps - 1e-6
    )


def reached_by(light: LightPlan) -> frozenset[tuple[str, str]]:
    """Return the relations all of whose stretches of light have the margin that is asked."""
    if light.margin_db is None:
        return frozenset()
    short = {c.relation for c in light.channels if any(s.margin_db < light.margin_db - 1e-9 for s in c.stretches)}
    lit = {c.relation for c in light.channels}
    return frozenset((t.a, t.b) for t in light.traffic if t.id in lit - short)
