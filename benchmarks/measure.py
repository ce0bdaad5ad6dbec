"""Run one question with one solver and say what came of it, plan audited."""

from __future__ import annotations

import logging
import math
import resource
import sys
import time
from dataclasses import asdict, dataclass

from benchmarks.question import Question, variable_gap
from benchmarks.steiner_py import STEINERPY, solve_steinerpy
from benchmarks.trace import Point, Trace, reached
from optimizer.errors import TooLargeError
from optimizer.solution import ProgressCallback, Solution

__all__ = ["Record", "as_json", "measure", "peak_mb"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Record:
    """What a run reached; None where there is nothing to say.

    Costs are in the currency of the question (thousands for metro instances). Seconds are for building the model and
    solving it; reading files and loading the engine's compiled kernels come before.

    Parameters
    ----------
    reached
        Seconds to each gap, see ``trace.GAPS``.
    phases
        Seconds by phase: ``read`` and ``kernels`` (loaded, or compiled on first use) before the clock, ``build`` of the
        model, the solver's own, ``other`` (what its phases leave), and ``audit`` after the clock.
    trace
        Seconds, cost of the best plan and bound, wherever the gap shrank.
    forced_cost
        Cost that the shares force whatever is decided; `variable_gap` leaves it out.
    seed
        Of a generated instance.
    cancel_seconds
        From cancelling to the answer.
    note
        Why a solver was not even begun: its program is too large, or was not built in time.
    """

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
    time_limit_s: float = 0.0
    known_objective: float | None = None
    known_bound: float | None = None
    forced_cost: float = 0.0
    seed: int | None = None
    reached: dict[str, float | None] | None = None
    phases: dict[str, float] | None = None
    trace: tuple[Point, ...] = ()
    cancel_seconds: float | None = None
    note: str | None = None


def measure(
    name: str,
    question: Question,
    *,
    solver: str = "engine",
    time_limit_s: float = 300.0,
    gap: float = 0.0,
    known: tuple[float | None, float | None] = (None, None),
    on_progress: ProgressCallback | None = None,
    seed: int | None = None,
    cancel_after_s: float = math.inf,
) -> Record:
    """Solve and audit.

    Parameters
    ----------
    name
        Of the case, for the record.
    question
        What to solve.
    solver
        ``engine``, ``steinerpy`` (Steiner trees only), or one for the plain flow program (``highs``, ...).
    time_limit_s
        Seconds for the solver; building the model comes on top.
    gap
        Relative gap at which to stop.
    known
        Best objective and bound known.
    on_progress
        Called on the way.
    seed
        Of a generated instance, for the record.
    cancel_after_s
        Seconds after which to cancel.
    """
    built = question.seconds.get("build", 0.0)
    began = time.perf_counter()
    trace = Trace(began, on_progress, cancel_after_s)
    note = None
    try:
        found = _solve(question, solver, time_limit_s, gap, trace)
    except TooLargeError as error:
        note = str(error)
        found = Solution("unknown", None, math.inf, -math.inf, time.perf_counter() - began, solver)
    ended = time.perf_counter()
    solving = ended - began
    trace.add(found.objective, found.bound)
    points = trace.points_from(solving - found.seconds - built)
    audited = _audited(question, found)
    phases = {**question.seconds, **_phases(found, solving), "audit": time.perf_counter() - began - solving}
    return Record(
        case=name,
        solver=found.solver if solver in ("engine", STEINERPY) else f"plain flow, {found.solver}",
        status=found.status,
        nodes=question.nodes,
        links=question.links,
        objective=_number(found.objective, 4),
        bound=_number(found.bound, 4),
        gap=_number(found.gap, 8),
        variable_gap=_number(variable_gap(question, found.objective, found.bound), 8),
        seconds=round(built + found.seconds, 3),
        first_plan_seconds=None if found.first_plan_seconds is None else round(built + found.first_plan_seconds, 3),
        peak_mb=round(peak_mb(), 1),
        audited=audited,
        time_limit_s=time_limit_s,
        known_objective=None if known[0] is None else _number(known[0], 4),
        known_bound=None if known[1] is None else _number(known[1], 4),
        forced_cost=round(question.forced_cost, 4),
        seed=seed,
        reached=reached(points),
        phases={k: round(v, 3) for k, v in phases.items()},
        trace=points,
        cancel_seconds=None if trace.cancelled is None else round(ended - trace.cancelled, 3),
        note=note,
    )


def as_json(record: Record) -> dict[str, object]:
    """Return the record as JSON knows it."""
    return asdict(record)


def _solve(question: Question, solver: str, time_limit_s: float, gap: float, trace: Trace) -> Solution:
    """Solve with the engine, steinerpy, or the plain flow program with another solver."""
    if solver == "engine":
        from optimizer.engine import solve

        return solve(question.model, time_limit_s=time_limit_s, gap=gap, on_progress=trace.on_progress)
    if solver == STEINERPY:
        return solve_steinerpy(question.model, time_limit_s)
    from optimizer.reference import solve_reference

    return solve_reference(question.model, solver, time_limit_s=time_limit_s, gap=gap, on_progress=trace.on_progress)


def _phases(found: Solution, solving: float) -> dict[str, float]:
    """Return the solver's phases, what came before them, and what they leave."""
    own = dict(found.phases)
    other = max(0.0, found.seconds - sum(own.values()))
    return {"kernels": max(0.0, solving - found.seconds), **own, "other": other}


def _audited(question: Question, found: Solution) -> bool:
    """Return whether there is a plan and it holds; say what breaks."""
    if found.values is None:
        return False
    broken = question.breaches(found)
    for breach in broken:
        log.error("Audit of %s: %s.", question.name, breach)
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
