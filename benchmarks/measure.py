"""Run one case with one solver and say what came of it, plan audited."""

from __future__ import annotations

import logging
import math
import resource
import sys
import time
from dataclasses import asdict, dataclass

from benchmarks.audit import audit
from benchmarks.instance import MetroInstance
from benchmarks.metro import MetroModel, chosen, metro_model
from optimizer.model import Model
from optimizer.solution import ProgressCallback, Solution, relative_gap

__all__ = ["Record", "as_json", "measure", "peak_mb"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Record:
    """What a run reached; costs in thousands, None where there is nothing to say."""

    case: str
    solver: str
    status: str
    nodes: int
    links: int
    objective: float | None
    bound: float | None
    gap: float | None
    variable_gap: float | None
    seconds: float
    first_plan_seconds: float | None
    peak_mb: float
    audited: bool
    known_objective: float | None = None
    known_bound: float | None = None
    phases: dict[str, float] | None = None


def measure(
    name: str,
    instance: MetroInstance,
    *,
    circle: bool = True,
    protected: bool = False,
    solver: str = "engine",
    time_limit_s: float = 300.0,
    gap: float = 0.0,
    known: tuple[float | None, float | None] = (None, None),
    on_progress: ProgressCallback | None = None,
) -> Record:
    """Build, solve and audit.

    Parameters
    ----------
    name
        Of the case, for the record.
    instance
        What to solve.
    circle
        Whether the latency circle is asked for.
    protected
        Whether the large pairs need two routes.
    solver
        ``engine``, or a solver of the plain flow program (``highs``, ``pulp:CBC``, ...).
    time_limit_s
        Seconds for the solver; building the model comes on top and is in `phases`.
    gap
        Relative gap at which to stop.
    known
        Best objective and bound known.
    on_progress
        Called on the way.
    """
    started = time.perf_counter()
    metro = metro_model(instance, circle, protected)
    built = time.perf_counter()
    found = _solve(metro.model, solver, time_limit_s, gap, on_progress)
    solved = time.perf_counter()
    audited = _audited(instance, metro, found, circle, protected)
    phases = {"build": built - started, **dict(found.phases), "audit": time.perf_counter() - solved}
    return Record(
        case=name,
        solver=found.solver if solver == "engine" else f"plain flow, {found.solver}",
        status=found.status,
        nodes=instance.n_nodes,
        links=len(instance.links),
        objective=_number(found.objective, 4),
        bound=_number(found.bound, 4),
        gap=_number(found.gap, 8),
        variable_gap=_number(variable_gap(instance, found), 8),
        seconds=round(solved - started, 3),
        first_plan_seconds=None if found.first_plan_seconds is None else round(found.first_plan_seconds, 3),
        peak_mb=round(peak_mb(), 1),
        audited=audited,
        known_objective=None if known[0] is None else _number(known[0], 4),
        known_bound=None if known[1] is None else _number(known[1], 4),
        phases={k: round(v, 3) for k, v in phases.items()},
    )


def variable_gap(instance: MetroInstance, found: Solution) -> float:
    """Return the gap over the cost that can still vary: without the OXCs and exports that the shares force."""
    return relative_gap(found.objective - instance.forced_cost, found.bound - instance.forced_cost)


def as_json(record: Record) -> dict[str, object]:
    """Return the record as JSON knows it."""
    return asdict(record)


def _solve(
    model: Model, solver: str, time_limit_s: float, gap: float, on_progress: ProgressCallback | None
) -> Solution:
    """Solve with the engine, or the plain flow program with another solver."""
    if solver == "engine":
        from optimizer.engine import solve

        return solve(model, time_limit_s=time_limit_s, gap=gap, on_progress=on_progress)
    from optimizer.reference import solve_reference

    return solve_reference(model, solver, time_limit_s=time_limit_s, gap=gap, on_progress=on_progress)


def _audited(instance: MetroInstance, metro: MetroModel, found: Solution, circle: bool, protected: bool) -> bool:
    """Return whether there is a plan and it holds; say what breaks."""
    if found.values is None:
        return False
    broken = audit(instance, chosen(instance, metro, found.values), found.objective, circle, protected)
    for breach in broken:
        log.error("Audit of %s: %s.", instance.name, breach)
    return not broken


def peak_mb() -> float:
    """Return the peak resident memory of this process, or of its largest child (CBC runs as one), in MB."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    unit = 1024.0 if sys.platform != "darwin" else 1024.0 * 1024.0
    return max(own, child) / unit


def _number(value: float, digits: int) -> float | None:
    """Return a rounded number, None for an infinite one, which JSON does not know."""
    return round(value, digits) if math.isfinite(value) else None
