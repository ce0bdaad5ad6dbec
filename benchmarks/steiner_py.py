"""The open Steiner solver steinerpy (PyPI, MIT) on a question that is a Steiner tree problem."""

from __future__ import annotations

import contextlib
import io
import logging
import math
import time
from importlib.metadata import version
from importlib.util import find_spec

import networkx as nx
import numpy as np

from benchmarks.trace import PROVEN
from optimizer.model import ALWAYS, Model
from optimizer.solution import Solution, Status

__all__ = ["STEINERPY", "solve_steinerpy"]

log = logging.getLogger(__name__)

STEINERPY = "steinerpy"
"""Its name as a solver."""


def solve_steinerpy(model: Model, time_limit_s: float) -> Solution:
    """Solve a model whose every demand always holds and has no limit.

    Raises
    ------
    ValueError
        If steinerpy is not installed, or the model asks for more than a tree.
    """
    if find_spec("steinerpy") is None:
        raise ValueError("The solver 'steinerpy' is not installed: `pip install steinerpy`.")
    if model.rows.shape[0] or any(d.met != ALWAYS or math.isfinite(d.limit_us) or d.second for d in model.demands):
        raise ValueError("steinerpy solves Steiner tree problems only: name a case 'steinlib-...' or a .stp file.")
    from steinerpy import SteinerProblem  # type: ignore[import-untyped,unused-ignore]

    started = time.perf_counter()
    network, link_of = _network(model)
    terminals = sorted({v for d in model.demands for v in (d.source, d.targets[0])})
    name = f"steinerpy {version('steinerpy')}"
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            found = SteinerProblem(network, [terminals]).get_solution(time_limit=time_limit_s)
    except RuntimeError as error:  # how it says that it has no tree when its time is up
        log.info("%s: %s", name, error)
        return Solution("unknown", None, math.inf, -math.inf, time.perf_counter() - started, name)
    seconds = time.perf_counter() - started
    if found.objective is None or not math.isfinite(found.objective):
        return Solution("unknown", None, math.inf, -math.inf, seconds, name)
    values = np.zeros(model.n_columns)
    values[[link_of[min(a, b), max(a, b)] for a, b in found.original_selected_edges]] = 1.0
    status: Status = "optimal" if found.gap <= PROVEN else "feasible"
    bound = found.objective - max(0.0, found.gap) * abs(found.objective)
    return Solution(status, values, float(found.objective), bound, seconds, name)


def _network(model: Model) -> tuple[nx.Graph[int], dict[tuple[int, int], int]]:
    """Return the graph with the cost of each link, and the column of each pair of ends; the cheapest of parallels."""
    graph = model.graph
    network: nx.Graph[int] = nx.Graph()
    column: dict[tuple[int, int], int] = {}
    network.add_nodes_from(range(graph.n_nodes))
    order = np.argsort(-model.cost[graph.use], kind="stable")
    for a, b, use in zip(
        graph.tail[order].tolist(), graph.head[order].tolist(), graph.use[order].tolist(), strict=True
    ):
        network.add_edge(a, b, weight=float(model.cost[use]))
        column[min(a, b), max(a, b)] = use
    return network, column
