"""Network design with modular capacities: links, modules, commodities; numbers only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Commodity", "DesignError", "DesignProblem", "Link", "Module", "Route"]

SHOWN = 5


class DesignError(Exception):
    """A design problem is not well posed; the message names every fault."""


@dataclass(frozen=True)
class Module:
    """A capacity that a link may have any whole number of times.

    Parameters
    ----------
    capacity
        That one piece adds, in the unit of the demands; above 0.
    cost
        Of one piece.
    most
        Pieces allowed on the link; None for any number.
    """

    capacity: float
    cost: float
    most: int | None = None


@dataclass(frozen=True)
class Link:
    """An undirected link.

    Parameters
    ----------
    a, b
        Ends, numbers of nodes.
    capacity
        Already installed, at no cost.
    modules
        What can be added.
    fixed_cost
        Paid once when any module is added.
    routing_cost
        Per unit of flow, in either direction.
    name
        For people.
    """

    a: int
    b: int
    capacity: float = 0.0
    modules: tuple[Module, ...] = ()
    fixed_cost: float = 0.0
    routing_cost: float = 0.0
    name: str = ""


@dataclass(frozen=True)
class Route:
    """A way that a commodity may take.

    Parameters
    ----------
    links
        Numbers of the links, from the commodity's source to its target.
    cost
        Per unit of flow, on top of the routing costs of its links.
    """

    links: tuple[int, ...]
    cost: float = 0.0


@dataclass(frozen=True)
class Commodity:
    """A demand between two nodes.

    Parameters
    ----------
    source, target
        Numbers of nodes.
    demand
        Units to route, at least 0.
    routes
        The only ways it may take (a latency limit is given by the routes that keep it); None for every way.
    name
        For people.
    """

    source: int
    target: int
    demand: float
    routes: tuple[Route, ...] | None = None
    name: str = ""


@dataclass(frozen=True)
class DesignProblem:
    """Which modules to install so that every demand can be routed, at least cost.

    Parameters
    ----------
    n_nodes
        Nodes count from 0.
    links
        Links; parallel ones are allowed.
    commodities
        Demands.
    shared
        True: both directions share the capacity of a link (SNDlib's U-U: a channel takes its slot on the fibre pair
        whichever end is called its source). False: every link has its capacity in each direction (D-B).
    integral
        Whether flows must be whole numbers (channels); demands then are.
    name
        For people.
    installed_cost
        Of what is installed already: the same in every design, part of its cost.

    Raises
    ------
    DesignError
        If it is not well posed; every fault is named.
    """

    n_nodes: int
    links: tuple[Link, ...]
    commodities: tuple[Commodity, ...]
    shared: bool = True
    integral: bool = False
    name: str = "design"
    installed_cost: float = 0.0

    def __post_init__(self) -> None:
        faults = [*_link_faults(self), *_commodity_faults(self)]
        if faults:
            more = f" (and {len(faults) - SHOWN} more faults)" if len(faults) > SHOWN else ""
            raise DesignError(f"Design problem '{self.name}': " + " ".join(faults[:SHOWN]) + more)


def _link_faults(problem: DesignProblem) -> Iterator[str]:
    """What is wrong with the links."""
    for number, link in enumerate(problem.links):
        what = f"Link {number}{f' ({link.name})' if link.name else ''}"
        if not (0 <= link.a < problem.n_nodes and 0 <= link.b < problem.n_nodes):
            yield f"{what} ends at nodes {link.a} and {link.b}; there are nodes 0 to {problem.n_nodes - 1}."
        elif link.a == link.b:
            yield f"{what} begins and ends at node {link.a}; take it out."
        if not all(_is_amount(v) for v in (link.capacity, link.fixed_cost, link.routing_cost)):
            yield f"{what} has a capacity or cost that is negative or no number; it has to be 0 or more."
        for module in link.modules:
            if not (_is_amount(module.cost) and _is_amount(module.capacity) and module.capacity > 0):
                yield f"{what} has a module of capacity {module.capacity} at cost {module.cost}; capacity is above 0."
            if module.most is not None and module.most < 0:
                yield f"{what} allows {module.most} pieces of a module; that is 0 or more."


def _commodity_faults(problem: DesignProblem) -> Iterator[str]:
    """What is wrong with the commodities."""
    for number, commodity in enumerate(problem.commodities):
        what = f"Commodity {number}{f' ({commodity.name})' if commodity.name else ''}"
        ends = (commodity.source, commodity.target)
        if not all(0 <= v < problem.n_nodes for v in ends):
            yield f"{what} runs between nodes {ends[0]} and {ends[1]}; there are nodes 0 to {problem.n_nodes - 1}."
        elif ends[0] == ends[1]:
            yield f"{what} begins and ends at node {ends[0]}; take it out."
        if not _is_amount(commodity.demand):
            yield f"{what} asks for {commodity.demand}; a demand is 0 or more."
        elif problem.integral and commodity.demand != round(commodity.demand):
            yield f"{what} asks for {commodity.demand}; whole flows need whole demands."
        for route in commodity.routes or ():
            if not _leads(problem, route, *ends):
                yield f"{what} has a route over {list(route.links)} that does not lead from {ends[0]} to {ends[1]}."
            if not _is_amount(route.cost):
                yield f"{what} has a route at cost {route.cost}; it has to be 0 or more."


def _is_amount(value: float) -> bool:
    """Whether a value is finite and not negative."""
    return math.isfinite(value) and value >= 0


def _leads(problem: DesignProblem, route: Route, source: int, target: int) -> bool:
    """Whether the links of a route join and lead from source to target."""
    at = source
    for number in route.links:
        if not 0 <= number < len(problem.links):
            return False
        link = problem.links[number]
        if at not in (link.a, link.b):
            return False
        at = link.b if at == link.a else link.a
    return at == target
