"""The light question in numbers: which routes and channel types, which OXCs, how many fibre pairs a section.

A *section* runs between two places with equipment, a center or a metro site, through junctions where fibre is only
spliced: its fibre pairs are its own even where sections run side by side. A *route* is a row of sections; it is cut
into transparent stretches at the sites it passes that have no OXC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["LightRoute", "Offer", "Option", "Question", "Section", "SiteRow"]


@dataclass(frozen=True)
class Section:
    """A way between two nodes with equipment.

    ``noise`` of passing it (see ``optimizer.light.noise``); ``amplifiers`` a fibre pair needs on it.
    """

    a: int
    b: int
    links: tuple[int, ...]
    length_km: float
    noise: float = 0.0
    amplifiers: int = 0


@dataclass(frozen=True)
class LightRoute:
    """A route of a relation: all its nodes and links, sections by number, and the sites between them.

    ``us``: latency with an OXC wherever one may stand; ``sites[i]`` lies between ``sections[i]`` and
    ``sections[i + 1]``.
    """

    nodes: tuple[int, ...]
    links: tuple[int, ...]
    sections: tuple[int, ...]
    sites: tuple[int, ...]
    us: float


@dataclass(frozen=True)
class Option:
    """One way to carry a relation: a channel type, and its working route, with a protection route or without.

    ``channels``: how many channels each route carries. ``budgets_us``: what the latency of each may reach.
    """

    demand: int
    mode: int
    routes: tuple[LightRoute, ...]
    channels: tuple[int, ...]
    budgets_us: tuple[float, ...]


@dataclass(frozen=True)
class Offer:
    """A metro site that an OXC may stand at: its price, 0 where one works today; what it takes off the latency.

    ``on_network``: whether the lit network joins it whatever is chosen here.
    """

    node: int
    cost: float
    today: bool
    us_saved: float
    on_network: bool = True


@dataclass(frozen=True)
class SiteRow:
    """``lower <= sum(coefficient * OXC at node) <= upper``."""

    terms: Mapping[int, float]
    lower: float
    upper: float


@dataclass(frozen=True)
class Question:
    """Everything that decides, and all prices with operation over the horizon.

    Parameters
    ----------
    n_demands
        Number of relations with traffic; each gets exactly one option.
    options
        What there is to choose from.
    sections
        Sections that the routes run through.
    offers
        Metro sites by node.
    rows
        What the goals ask of OXCs.
    mode_cost
        Price of one port of every channel type.
    mode_slots
        Slots of the grid that a channel takes.
    mode_noise
        Most noise that it closes with; ``inf`` where reach is not asked.
    slots
        Slots of a fibre pair.
    add_drop_noise
        Noise of adding and dropping.
    ports_today
        Ports of a (node, channel type) in service: they end channels at no cost.
    link_cost
        Price of links that are not lit yet.
    pair_cost
        Price of one more fibre pair of a link.
    pair_limit
        Fibre pairs that a link has at most.
    pairs_free
        Fibre pairs of a link that cost nothing here.
    amplifier_cost, amplifiers_paid
        Price of a line amplifier, and how many are paid for already.
    direction_cost, directions_free, directions_most
        Price of a direction of an OXC beyond those it comes with, their number, and the most it takes.
    """

    n_demands: int
    options: tuple[Option, ...]
    sections: tuple[Section, ...]
    offers: Mapping[int, Offer]
    rows: tuple[SiteRow, ...]
    mode_cost: tuple[float, ...]
    mode_slots: tuple[int, ...]
    mode_noise: tuple[float, ...]
    slots: int
    add_drop_noise: float = 0.0
    ports_today: Mapping[tuple[int, int], int] = field(default_factory=dict)
    link_cost: Mapping[int, float] = field(default_factory=dict)
    pair_cost: Mapping[int, float] = field(default_factory=dict)
    pair_limit: Mapping[int, int] = field(default_factory=dict)
    pairs_free: Mapping[int, int] = field(default_factory=dict)
    amplifier_cost: float = 0.0
    amplifiers_paid: float = 0.0
    direction_cost: float = 0.0
    directions_free: int = 4
    directions_most: int = 32
