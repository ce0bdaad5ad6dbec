"""The lit network of a plan measured by networkx."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np

from optimizer.auditing.diversity import homed_centers, protected_pairs
from optimizer.auditing.light_reach import reached_pairs
from optimizer.auditing.light_traffic import carried_pairs
from optimizer.auditing.passing import pass_us_of
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements.base import Facts

__all__ = ["facts_of", "lit_graph"]


def lit_graph(problem: Problem, plan: Plan) -> nx.Graph[int]:
    """Return the lit network over node numbers, passing latency of sites put half on each arc."""
    node = {str(name): i for i, name in enumerate(problem.network.nodes["id"])}
    pass_us = pass_us_of(problem, plan)
    length = dict(zip(problem.network.links["id"], problem.network.links["length_km"], strict=True))
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(node)))
    for link in plan.links:
        if not link.lit or link.id not in length or link.a not in node or link.b not in node:
            continue
        a, b = node[link.a], node[link.b]
        us = length[link.id] * problem.us_per_km + (pass_us.get(a, 0.0) + pass_us.get(b, 0.0)) / 2
        if not graph.has_edge(a, b) or graph[a][b]["us"] > us:
            graph.add_edge(a, b, us=us)
    return graph


def facts_of(problem: Problem, plan: Plan, graph: nx.Graph[int]) -> Facts:
    """Measure the lit network by networkx."""
    pass_us = pass_us_of(problem, plan)
    pair_us: dict[tuple[str, str], float] = {}
    nearest = np.full(len(problem.network.nodes), math.inf)
    active = {c.id for c in problem.active_centers}
    for center in problem.centers:
        reach = nx.single_source_dijkstra_path_length(graph, center.node, weight="us")
        half = pass_us.get(center.node, 0.0) / 2
        us = {n: max(0.0, d - half - pass_us.get(n, 0.0) / 2) if n != center.node else 0.0 for n, d in reach.items()}
        for other in problem.centers:
            if center.id < other.id:
                pair_us[center.id, other.id] = us.get(other.node, math.inf)
        if center.id in active:
            for n, value in us.items():
                nearest[n] = min(nearest[n], value)
    site_node = {s.id: s.node for s in problem.metro_sites}
    oxc = {s.id for s in plan.sites if s.oxc and (s.oxc_today or nearest[site_node[s.id]] < math.inf)}
    ports = {c.id: 0 for c in problem.centers} | {c.id: c.ports_400g for c in plan.centers}
    return Facts(
        frozenset(oxc),
        ports,
        pair_us,
        nearest,
        frozenset(a.id for a in plan.access_points if a.equipped),
        protected_pairs(problem, plan),
        homed_centers(problem, plan),
        carried_pairs(problem, plan),
        reached_pairs(problem, plan),
    )
