"""Designs with modular capacities: one run as a record, the suite as a table beside the plain flow program in HiGHS."""

from __future__ import annotations

import json
import logging
import math
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cases.sndlib import DesignCase
from benchmarks.children import run_child
from benchmarks.instance import InstanceError
from benchmarks.measure import peak_mb
from benchmarks.trace import Point, Trace, reached
from optimizer.design import (
    DesignProblem,
    DesignSolution,
    SndlibError,
    audit_design,
    prepare,
    read_sndlib,
    solve_design,
    solve_plain,
)
from optimizer.solution import ProgressCallback

__all__ = ["PLAIN", "DesignRecord", "design_records", "design_table", "measure_design"]

log = logging.getLogger(__name__)

ENGINE, PLAIN = "engine", "highs"
PATIENCE, GRACE_S = 1.5, 120.0
"""A run that takes longer than so many times its limit and so many seconds more is given up."""

Solver = Callable[[DesignProblem, float, float, ProgressCallback | None, int], DesignSolution]
SOLVERS: Mapping[str, Solver] = {ENGINE: solve_design, PLAIN: solve_plain}


@dataclass(frozen=True)
class DesignRecord:
    """What a run reached; None where there is nothing to say. Seconds are for solving, reading comes before."""

    case: str
    model: str
    solver: str
    status: str
    nodes: int
    links: int
    commodities: int
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    peak_mb: float
    audited: bool
    time_limit_s: float
    known_objective: float | None
    known_bound: float | None
    reached: dict[str, float | None]
    phases: dict[str, float]
    trace: tuple[Point, ...]


def measure_design(
    case: DesignCase | Path,
    model: str,
    *,
    solver: str = ENGINE,
    time_limit_s: float | None = None,
    gap: float = 0.0,
    on_progress: ProgressCallback | None = None,
) -> DesignRecord:
    """Read, solve and audit.

    Parameters
    ----------
    case
        A case, or a file.
    model
        Of SNDlib, for example D-B-M.
    solver
        ``engine``, or ``highs`` for the plain flow program.
    time_limit_s
        Seconds; None for the case's own, 300 for a file.

    Raises
    ------
    InstanceError
        If the file cannot be read or the model is not solved.
    ValueError
        If there is no such solver.
    """
    if solver not in SOLVERS:
        raise ValueError(f"Designs are solved by {' or '.join(SOLVERS)}, not by '{solver}'.")
    path = case if isinstance(case, Path) else case.path
    try:
        problem = read_sndlib(path, model)
    except SndlibError as error:
        raise InstanceError(str(error)) from error
    if solver == ENGINE:
        prepare()
    limit = time_limit_s or (300.0 if isinstance(case, Path) else case.time_limit_s)
    began = time.perf_counter()
    trace = Trace(began, on_progress)
    found = SOLVERS[solver](problem, limit, gap, trace.on_progress, 0)
    trace.add(found.objective, found.bound)
    name = path.name.split(".")[0] if isinstance(case, Path) else case.name
    known = (math.nan, math.nan) if isinstance(case, Path) else (case.known.objective, case.known.bound)
    return _record(name, model, problem, found, limit, known, trace)


def _record(
    name: str,
    model: str,
    problem: DesignProblem,
    found: DesignSolution,
    limit: float,
    known: tuple[float, float],
    trace: Trace,
) -> DesignRecord:
    """The record of a run."""
    breaches = audit_design(problem, found) if found.modules is not None else ()
    for breach in breaches:
        log.error("Audit of %s: %s", name, breach)
    points = trace.points_from(0.0)
    return DesignRecord(
        case=name,
        model=model,
        solver=found.solver,
        status=found.status,
        nodes=problem.n_nodes,
        links=len(problem.links),
        commodities=len(problem.commodities),
        objective=_number(found.objective),
        bound=_number(found.bound),
        gap=_number(found.gap, 8),
        seconds=round(found.seconds, 3),
        peak_mb=round(peak_mb(), 1),
        audited=found.modules is not None and not breaches,
        time_limit_s=limit,
        known_objective=_number(known[0]),
        known_bound=_number(known[1]),
        reached=reached(points),
        phases={k: round(v, 3) for k, v in found.phases},
        trace=points,
    )


def design_records(cases: Sequence[DesignCase], time_scale: float, file: Path | None) -> list[dict[str, Any]]:
    """Return two records a case, engine and plain flow program, those of the file first looked at."""
    kept = _kept(file)
    wanted = [(case, solver, round(case.time_limit_s * time_scale, 3)) for case in cases for solver in SOLVERS]
    for case, solver, limit in wanted:
        if (case.name, solver, limit) in kept:
            continue
        print(f"{case.name} with {solver} ...", file=sys.stderr, flush=True)
        arguments = [case.name, "--solver", solver, "--time-limit", str(limit)]
        record = run_child(arguments, timeout_s=PATIENCE * limit + GRACE_S)
        kept[case.name, solver, limit] = record
        if file is not None:
            with file.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(record) + "\n")
    return [kept[case.name, solver, limit] for case, solver, limit in wanted]


def _kept(file: Path | None) -> dict[tuple[str, str, float], dict[str, Any]]:
    """Records of a file."""
    if file is None or not file.exists():
        return {}
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {(r["case"], _who(r), round(r["time_limit_s"], 3)): r for r in records}


def _who(record: Mapping[str, Any]) -> str:
    """Which of the solvers made a record."""
    return PLAIN if str(record["solver"]).startswith("plain") else ENGINE


def design_table(records: Sequence[dict[str, Any]]) -> str:
    """Return the records as a table in Markdown, a row a case."""
    head = ("Case", "Nodes / links / demands", "Engine: cost", "bound", "gap", "s", "HiGHS: cost", "bound", "gap", "s",
            "Cost, bound over HiGHS", "Seconds of HiGHS over engine's", "Known: cost / bound")  # fmt: skip
    rows = [head, ("---", *["---:"] * (len(head) - 1))]
    by_case: dict[str, dict[str, dict[str, Any]]] = {}
    for record in records:
        by_case.setdefault(record["case"], {})[_who(record)] = record
    rows += [_row(name, pair[ENGINE], pair[PLAIN]) for name, pair in by_case.items() if len(pair) == len(SOLVERS)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _row(name: str, engine: Mapping[str, Any], plain: Mapping[str, Any]) -> tuple[str, ...]:
    """The row of a case."""
    ratios = f"{_ratio(engine['objective'], plain['objective'])}, {_ratio(engine['bound'], plain['bound'])}"
    return (
        name,
        f"{engine['nodes']} / {engine['links']} / {engine['commodities']}",
        *_reached(engine),
        *_reached(plain),
        ratios,
        _ratio(plain["seconds"], engine["seconds"], ".1f"),
        f"{_amount(engine['known_objective'])} / {_amount(engine['known_bound'])}",
    )


def _reached(record: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """Cost, bound, gap and seconds."""
    gap = "proven" if record["status"] == "optimal" else "-" if record["gap"] is None else f"{record['gap']:.2%}"
    audit = "" if record["audited"] or record["objective"] is None else " (audit objects)"
    return _amount(record["objective"]) + audit, _amount(record["bound"]), gap, f"{record['seconds']:.1f}"


def _amount(value: float | None) -> str:
    """A cost, a dash for none."""
    return "-" if value is None else f"{value:,.1f}"


def _ratio(a: float | None, b: float | None, form: str = ".4f") -> str:
    """A ratio, a dash where it makes no sense."""
    return "-" if a is None or not b else format(a / b, form)


def _number(value: float, digits: int = 4) -> float | None:
    """A rounded number, None where there is none."""
    return round(value, digits) if math.isfinite(value) else None
