"""Independent check of a plan by networkx: from the instance and what was chosen alone, no model, no row."""

from __future__ import annotations

import math

import networkx as nx

from benchmarks.choice import Choice
from benchmarks.instance import MetroInstance

__all__ = ["audit", "cost_of"]

TOLERANCE_US = 1e-6


def audit(
    instance: MetroInstance,
    choice: Choice,
    objective: float,
    circle: bool = True,
    protected: bool = False,
    pair_share: float = 1.0,
) -> list[str]:
    """Return every breach of a plan, in words; empty when it holds and costs what it claims."""
    network = _chosen_network(instance, choice)
    found = _centers(instance, network) + _oxcs(instance, choice)
    late = _late_pairs(instance, network)
    if len(instance.pairs) - len(late) < math.ceil(pair_share * len(instance.pairs) - 1e-9):
        found += late
    if circle:
        found += _circle(instance, choice, network)
    if protected:
        found += [line for pair in instance.large_pairs for line in _protection(instance, choice, pair)]
    cost = cost_of(instance, choice)
    if abs(cost - objective) > 1e-6 * max(1.0, abs(cost)):
        found.append(f"the plan costs {cost:.4f}, but {objective:.4f} is claimed")
    return found


def cost_of(instance: MetroInstance, choice: Choice) -> float:
    """Return the cost of a plan: links, OXCs, exports, access of covered places."""
    p = instance.parameters
    return (
        sum(instance.links[i].cost for i in sorted(choice.links))
        + len(choice.oxc_sites) * p.oxc_cost
        + instance.exports * p.export_cost
        + sum(instance.places[i].access_cost for i in sorted(choice.places))
    )


def _chosen_network(instance: MetroInstance, choice: Choice) -> nx.MultiDiGraph[int]:
    """Return the chosen links as arcs; entering a node costs its passing as well, to be taken off at the end."""
    network: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    network.add_nodes_from(range(instance.n_nodes))
    for i in sorted(choice.links):
        link = instance.links[i]
        us = instance.parameters.us_per_km * link.km
        for tail, head in ((link.a, link.b), (link.b, link.a)):
            network.add_edge(tail, head, us=us + _passing(instance, choice, head))
    for v in network:
        network.nodes[v]["passing"] = _passing(instance, choice, v)
    return network


def _passing(instance: MetroInstance, choice: Choice, node: int) -> float:
    """Return the latency of passing a node."""
    if node in choice.oxc_sites:
        return instance.parameters.oxc_us
    return instance.parameters.transit_us if node in instance.sites else 0.0


def _centers(instance: MetroInstance, network: nx.MultiDiGraph[int]) -> list[str]:
    """Return the centers that are not connected to the first."""
    reached = nx.descendants(network, instance.centers[0]) | {instance.centers[0]}
    return [f"center {c} is not connected" for c in instance.centers if c not in reached]


def _late_pairs(instance: MetroInstance, network: nx.MultiDiGraph[int]) -> list[str]:
    """Return the pairs without a route within the limit."""
    p, found = instance.parameters, []
    for a in sorted({a for a, _ in instance.pairs}):
        latency = nx.single_source_dijkstra_path_length(network, a, weight="us")
        for b in (b for first, b in instance.pairs if first == a):
            us = latency.get(b, float("inf")) - network.nodes[b]["passing"] + p.end_us
            if us > p.limit_us + TOLERANCE_US:
                found.append(f"pair {a}-{b} has {us:.3f} us, allowed are {p.limit_us} us")
    return found


def _protection(instance: MetroInstance, choice: Choice, pair: tuple[int, int]) -> list[str]:
    """Return what is wrong with the two routes of a protected pair."""
    name, p = f"pair {pair[0]}-{pair[1]}", instance.parameters
    if pair not in choice.routes:
        return [f"{name} is not protected"]
    first, second = choice.routes[pair]
    found = [f"{name}: both routes use link {k}" for k in sorted(set(first) & set(second))]
    for role, links, limit in (("working", first, p.limit_us), ("protection", second, p.protection_limit_us)):
        us = _route_us(instance, choice, pair, links)
        if us is None:
            found.append(f"{name}: its {role} route is no way over chosen links")
        elif us + p.end_us > limit + TOLERANCE_US:
            found.append(f"{name}: its {role} route has {us + p.end_us:.3f} us, allowed are {limit} us")
    return found


def _route_us(instance: MetroInstance, choice: Choice, pair: tuple[int, int], links: tuple[int, ...]) -> float | None:
    """Return the latency of a route walked link by link, None when it does not lead from end to end."""
    at, us = pair[0], 0.0
    for k in links:
        link = instance.links[k]
        if k not in choice.links or at not in (link.a, link.b):
            return None
        us += instance.parameters.us_per_km * link.km + (_passing(instance, choice, at) if at != pair[0] else 0.0)
        at = link.b if at == link.a else link.a
    return us if at == pair[1] else None


def _oxcs(instance: MetroInstance, choice: Choice) -> list[str]:
    """Return what is wrong with number and sites of the OXCs."""
    found = [f"an OXC stands at node {v}, which is no site" for v in sorted(choice.oxc_sites - set(instance.sites))]
    if len(choice.oxc_sites) < instance.least_oxcs:
        found.append(f"{len(choice.oxc_sites)} OXCs, asked are {instance.least_oxcs}")
    return found


def _circle(instance: MetroInstance, choice: Choice, network: nx.MultiDiGraph[int]) -> list[str]:
    """Return the covered places that reach no center in time, and whether they weigh enough.

    Searching from the centers, entering a node costs its passing: what a route from a place pays at its own node.
    """
    p = instance.parameters
    latency = nx.multi_source_dijkstra_path_length(network, set(instance.centers), weight="us")
    found = []
    for i in sorted(choice.places):
        place = instance.places[i]
        us = latency.get(place.node, float("inf")) + place.access_us + p.end_us
        if us > p.limit_us + TOLERANCE_US:
            found.append(f"place {i} has {us:.3f} us, allowed are {p.limit_us} us")
    weight = sum(instance.places[i].weight for i in choice.places)
    if weight < instance.least_weight - 1e-6:
        found.append(f"the covered places weigh {weight:.1f}, asked are {instance.least_weight:.1f}")
    return found
