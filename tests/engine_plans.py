"""Checks of engine solutions that share nothing with the engine."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from optimizer.model import Graph, Model
from optimizer.solution import Solution

TOLERANCE = 1e-6


def check_solution(model: Model, solution: Solution) -> None:
    """Assert that a solution keeps bounds, rows, whole numbers, every routed demand and its own objective."""
    values = solution.values
    assert values is not None
    assert np.all(values >= model.lower - TOLERANCE)
    assert np.all(values <= model.upper + TOLERANCE)
    assert np.array_equal(values[model.integer], np.round(values[model.integer]))
    activity = model.rows @ values
    assert np.all(activity >= model.row_lower - TOLERANCE)
    assert np.all(activity <= model.row_upper + TOLERANCE)
    assert model.objective(values) == solution.objective
    assert solution.bound <= solution.objective
    for demand, us in zip(model.demands, latencies(model, values), strict=True):
        if demand.met >= 0 and values[demand.met] < 0.5:
            continue
        total = us + demand.offset_us
        assert total < demand.limit_us - 1e-7 if demand.strict else total <= demand.limit_us + 1e-7, demand.label


def latencies(model: Model, values: NDArray[np.float64]) -> list[float]:
    """Latency of the best route of every demand on the chosen links, by networkx; inf without one."""
    graph = _split(model.graph, values)
    found = []
    for demand in model.demands:
        if demand.source in demand.targets:
            found.append(0.0)
            continue
        reach = nx.single_source_dijkstra_path_length(graph, (demand.source, "out"), weight="us")
        found.append(min((reach.get((t, "in"), math.inf) for t in demand.targets), default=math.inf))
    return found


def _split(graph: Graph, values: NDArray[np.float64]) -> nx.MultiDiGraph:
    """Every node as an arc from where routes come in to where they go out, which costs its passing latency."""
    split = nx.MultiDiGraph()
    for v in range(graph.n_nodes):
        oxc = graph.oxc[v] >= 0 and values[graph.oxc[v]] > 0.5
        split.add_edge((v, "in"), (v, "out"), us=graph.oxc_us[v] if oxc else graph.transit_us[v])
    for a, b, us, use in zip(graph.tail, graph.head, graph.us, graph.use, strict=True):
        if values[use] > 0.5:
            split.add_edge((int(a), "out"), (int(b), "in"), us=us)
            split.add_edge((int(b), "out"), (int(a), "in"), us=us)
    return split
