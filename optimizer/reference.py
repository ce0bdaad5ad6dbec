"""The reference: the model solved as one plain flow program, and written to files for other solvers.

Slow and simple on purpose. The engine has to find the same optimum wherever the reference can go.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import dijkstra

from optimizer.disjoint import disjoint_pair
from optimizer.flow import FlowProgram, compact
from optimizer.model import ALWAYS, Demand, Graph, Model
from optimizer.solution import ProgressCallback, Solution
from optimizer.solvers import solve_program

if TYPE_CHECKING:
    import pulp

__all__ = ["breaches", "solve_reference", "to_pulp", "write_lp", "write_mps"]

ROW_TOLERANCE = 1e-6

MOST_TIES = 50
"""How often plans are cut off that miss a limit by less than the solver tells apart."""

log = logging.getLogger(__name__)


def solve_reference(
    model: Model,
    solver: str = "highs",
    *,
    time_limit_s: float | None = None,
    gap: float = 0.0,
    on_progress: ProgressCallback | None = None,
) -> Solution:
    """Solve `model` as a flow program.

    Parameters
    ----------
    model
        The question.
    solver
        A name of ``optimizer.solvers.solver_names``, for example ``highs``, ``cpsat``, ``pulp:CBC``.
    time_limit_s, gap, on_progress
        See ``optimizer.solvers.solve_program``.

    Raises
    ------
    TooLargeError
        If the program is too large, or not built within the time limit.
    RuntimeError
        If a solver's plan breaks the model: a defect, never a plan.
    """
    started = time.perf_counter()
    program = compact(model, time_limit_s)
    for _ in range(MOST_TIES):
        left = None if time_limit_s is None else max(0.1, time_limit_s - (time.perf_counter() - started))
        found = solve_program(program, solver, time_limit_s=left, gap=gap, on_progress=on_progress)
        if found.values is None:
            return replace(found, seconds=time.perf_counter() - started)
        values = found.values[: program.n_model]
        ties = _missed(model, values)
        if not ties:
            break
        log.info("%d demands are over their limit by less than %s tells apart: cut off.", len(ties), found.solver)
        program = _cut_off(program, model, ties, values)
    if broken := breaches(model, values):
        raise RuntimeError(f"The plan of {found.solver} breaks the model: {'; '.join(broken[:3])}.")
    seconds = time.perf_counter() - started
    return replace(found, values=values, objective=model.objective(values), seconds=seconds)


def breaches(model: Model, values: NDArray[np.float64]) -> list[str]:
    """Return what `values`, shape (columns,), break: bounds, whole numbers, rows and routed demands, in
    words.

    Routes are searched for in the chosen links, without any flow.
    """
    off = (values < model.lower - ROW_TOLERANCE) | (values > model.upper + ROW_TOLERANCE)
    found = [f"column {model.names[j]} = {values[j]} is out of bounds" for j in np.flatnonzero(off)]
    off = model.integer & (np.abs(values - np.rint(values)) > ROW_TOLERANCE)
    found += [f"column {model.names[j]} = {values[j]} is not whole" for j in np.flatnonzero(off)]
    activity = model.rows @ values
    slack = ROW_TOLERANCE * (1.0 + np.abs(activity))
    off = (activity < model.row_lower - slack) | (activity > model.row_upper + slack)
    found += [f"row {model.row_labels[i]} has {activity[i]}" for i in np.flatnonzero(off)]
    return found + [_why(model.graph, demand, values) for demand in _missed(model, values)]


def to_pulp(model: Model) -> pulp.LpProblem:
    """Return `model` as a PuLP problem; variables are named as the model's columns, in letters PuLP allows.

    Examples
    --------
    ``to_pulp(model).solve(pulp.GUROBI(msg=False))`` hands the model to a solver you own.
    """
    from optimizer.solvers.pulp_bridge import pulp_problem

    return pulp_problem(compact(model))[0]


def write_mps(model: Model, path: str | Path) -> None:
    """Write `model` as a free MPS file, which every solver reads; it appears whole or not at all."""
    problem = to_pulp(model)
    _write_whole(Path(path), ".mps", problem.writeMPS)


def write_lp(model: Model, path: str | Path) -> None:
    """Write `model` as an LP file, which people can read too; it appears whole or not at all."""
    problem = to_pulp(model)
    _write_whole(Path(path), ".lp", problem.writeLP)


def _write_whole(path: Path, suffix: str, write: Callable[[str], object]) -> None:
    """Write beside `path`, flush to disk and rename."""
    handle, name = tempfile.mkstemp(suffix=suffix, prefix=f".{path.name}.", dir=path.parent)
    os.close(handle)
    draft = Path(name)
    try:
        write(name)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _missed(model: Model, values: NDArray[np.float64]) -> list[Demand]:
    """Return the demands that must hold and have no route within their budget in the chosen links."""
    return [d for d in model.demands if (d.met == ALWAYS or values[d.met] > 0.5) and not _holds(model.graph, d, values)]


def _why(graph: Graph, demand: Demand, values: NDArray[np.float64]) -> str:
    """Return what a missed demand lacks."""
    latency = _least_latency(graph, demand, values)
    if demand.second is not None and latency <= demand.budget_us:
        return f"demand {demand.label} has no second route within {demand.second.budget_us} us"
    return f"demand {demand.label} has {latency} us, allowed are {demand.budget_us} us"


def _holds(graph: Graph, demand: Demand, values: NDArray[np.float64]) -> bool:
    """Return whether a demand has its route, or its two routes, in the chosen links."""
    if demand.second is None or demand.source in demand.targets:
        return all(_least_latency(graph, route, values) <= route.budget_us for route in demand.routes)
    optical = (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    return disjoint_pair(graph, values[graph.use] > 0.5, optical, demand) is not None


def _cut_off(program: FlowProgram, model: Model, missed: list[Demand], values: NDArray[np.float64]) -> FlowProgram:
    """Return the program with a row for each missed demand: some link or OXC it lacks has to come, or it is not met.

    What is added to the choice as long as the demand stays missed need not come, which makes the row stronger.
    """
    rows = sp.lil_array((len(missed), len(program.names)))
    for i, demand in enumerate(missed):
        for j in _needed(model, demand, values):
            rows[i, j] = 1.0
        if demand.met != ALWAYS:
            rows[i, demand.met] -= 1.0
    lower = [1.0 if d.met == ALWAYS else 0.0 for d in missed]
    return replace(
        program,
        rows=sp.csr_array(sp.vstack([program.rows, rows])),
        row_lower=np.concatenate([program.row_lower, lower]),
        row_upper=np.concatenate([program.row_upper, np.full(len(missed), np.inf)]),
        row_labels=(*program.row_labels, *(f"tie {d.label}" for d in missed)),
    )


def _needed(model: Model, demand: Demand, values: NDArray[np.float64]) -> list[int]:
    """Return columns of links and OXCs, all unchosen, of which the demand needs at least one."""
    graph, grown, needed = model.graph, values.copy(), []
    for j in np.unique([*graph.use, *graph.oxc[graph.oxc >= 0]]):
        if values[j] < 0.5:
            grown[j] = 1.0
            if _holds(graph, demand, grown):
                grown[j] = 0.0
                needed.append(int(j))
    return needed


def _least_latency(graph: Graph, demand: Demand, values: NDArray[np.float64]) -> float:
    """Return the latency of the quickest route of `demand` in the chosen links, inf when there is none."""
    if demand.source in demand.targets:
        return 0.0
    chosen = values[graph.use] > 0.5
    tail = np.concatenate([graph.tail[chosen], graph.head[chosen]])
    head = np.concatenate([graph.head[chosen], graph.tail[chosen]])
    optical = (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    passing = np.where(optical, graph.oxc_us, graph.transit_us)
    passing[list(demand.targets)] = 0.0  # a route may stop at the first target it reaches
    step = np.tile(graph.us[chosen], 2) + passing[head]
    return float(np.min(_distances(graph.n_nodes, tail, head, step, demand.source)[list(demand.targets)]))


def _distances(
    n: int, tail: NDArray[np.int64], head: NDArray[np.int64], step: NDArray[np.float64], source: int
) -> NDArray[np.float64]:
    """Return the least sum of steps from the source to every node; of parallel arcs the quickest counts."""
    weight = sp.lil_array((n, n))
    for i in np.argsort(-step, kind="stable"):
        weight[tail[i], head[i]] = max(step[i], np.finfo(np.float64).tiny)
    return np.asarray(dijkstra(weight.tocsr(), indices=np.array([source]))[0], dtype=np.float64)
