"""PuLP as the bridge to what a planner owns: CBC, Gurobi, CPLEX, COPT, XPRESS, SCIP, ... Every PuLP line is
here.

PuLP 3 calls a run `Optimal` that its time limit stopped, and hands over numbers for infeasible models; so the
status is read from ``sol_status``, the bound from the solver itself, and the values are checked by the
caller.
"""

from __future__ import annotations

import contextlib
import logging
import math
import re
import tempfile
import warnings
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizer.flow import FlowProgram, not_built
from optimizer.solvers.outcome import Answer, Reporter, Run

__all__ = ["ALIASES", "pulp_names", "pulp_problem", "solve_pulp"]

ALIASES = {"CBC": "PULP_CBC_CMD", "SCIP": "SCIP_PY", "HIGHS": "HiGHS"}
"""Short names beside PuLP's own."""

log = logging.getLogger(__name__)


def pulp_names() -> tuple[str, ...]:
    """Return the names of all solvers PuLP knows, whether or not they are installed."""
    import pulp

    return tuple(dict.fromkeys(pulp.listSolvers(onlyAvailable=False)))


def pulp_problem(program: FlowProgram, run: Run | None = None) -> tuple[Any, list[Any]]:
    """Return the program as a ``pulp.LpProblem``, and its variables in the order of the program's columns.

    PuLP itself lists variables by name. A constant cost becomes the column `constant`, fixed to 1, because
    PuLP's files and solvers drop constants.

    Raises
    ------
    TooLargeError
        If it is not built within the time limit of the `run`.
    """
    import pulp

    problem = pulp.LpProblem("metroplan", pulp.LpMinimize)
    names = _file_names(program.names)
    kinds = np.where(program.integer, "Integer", "Continuous")
    columns = [
        problem.add_variable(n, _finite(low), _finite(up), cat=str(kind))
        for n, low, up, kind in zip(names, program.lower, program.upper, kinds, strict=True)
    ]
    # PuLP forgets variables that stand nowhere: those stand in the objective with a zero.
    told = (program.cost != 0.0) | (np.bincount(program.rows.indices, minlength=len(columns)) == 0)
    objective = [(columns[j], float(program.cost[j])) for j in np.flatnonzero(told)]
    if program.offset:
        objective.append((problem.add_variable("constant", 1.0, 1.0, cat="Continuous"), program.offset))
    problem.setObjective(pulp.LpAffineExpression(objective))
    for constraint in _constraints(pulp, program, columns):
        if run is not None and run.over:
            raise not_built(run.time_limit_s or 0.0, len(columns))
        problem += constraint
    return problem, columns


def solve_pulp(program: FlowProgram, run: Run, name: str) -> Answer:
    """Solve with the solver PuLP calls `name` (``PULP_CBC_CMD``, ``HiGHS``, ``GUROBI``, ...).

    PuLP gives no news on the way: the caller is asked once before the run whether to go on.

    Raises
    ------
    RuntimeError
        If that solver is not installed or fails.
    TooLargeError
        If the time is over before PuLP has the program.
    """
    import pulp

    reporter = Reporter(run, f"pulp {name}")
    title = f"pulp:{name} {pulp.__version__}"
    if reporter.report(math.inf, -math.inf):
        return Answer(None, -math.inf, title, cancelled=True)
    problem, columns = pulp_problem(program, run)
    with tempfile.TemporaryDirectory() as folder, _quiet():
        log_file = Path(folder) / "solver.log"
        solver = _solver(pulp, name, run, log_file)
        if hasattr(solver, "tmpDir"):
            solver.tmpDir = folder
        _run(pulp, problem, solver, name)
        bound = _bound(pulp, problem, log_file, run)
    values = _values(columns) if _has_plan(pulp, problem) else None
    if values is not None:
        reporter.report(program.objective(values), bound)
    return Answer(
        values=values,
        bound=bound,
        solver=title,
        infeasible=problem.status == pulp.LpStatusInfeasible,
        first_plan_seconds=reporter.first_plan_seconds,
    )


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep PuLP's notes on its coming version 4 from users, who can do nothing about them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _solver(pulp: Any, name: str, run: Run, log_file: Path) -> Any:
    """Return PuLP's solver object, told time limit and gap."""
    options: dict[str, Any] = {"msg": False, "gapRel": run.gap}
    if run.seconds_left is not None:
        options["timeLimit"] = run.seconds_left
    if name in ("PULP_CBC_CMD", "COIN_CMD"):
        options["logPath"] = str(log_file)
    try:
        solver = pulp.getSolver(name, **options)
        available = solver.available()
    except (pulp.PulpSolverError, TypeError) as error:
        raise RuntimeError(f"PuLP cannot set up solver '{name}': {error}") from error
    if not available:
        raise RuntimeError(
            f"Solver '{name}' is known to PuLP but not installed here. Install it, or choose one of: "
            f"{', '.join(sorted(pulp.listSolvers(onlyAvailable=True)))}."
        )
    return solver


def _run(pulp: Any, problem: Any, solver: Any, name: str) -> None:
    """Solve; an error of the solver names it."""
    try:
        problem.solve(solver)
    except pulp.PulpSolverError as error:
        raise RuntimeError(f"Solver '{name}' failed: {error}") from error


def _has_plan(pulp: Any, problem: Any) -> bool:
    """Return whether PuLP claims a plan."""
    return problem.sol_status in (pulp.LpSolutionOptimal, pulp.LpSolutionIntegerFeasible)


def _values(columns: list[Any]) -> NDArray[np.float64] | None:
    """Return the values of the columns; None when the solver left one without."""
    values = [v.varValue for v in columns]
    return None if None in values else np.array(values, dtype=np.float64)


def _bound(pulp: Any, problem: Any, log_file: Path, run: Run) -> float:
    """Return a proven bound: the solver's, the one in CBC's log, or the optimum itself when it was exact."""
    model: Any = getattr(problem, "solverModel", None)
    if hasattr(model, "getDualbound"):
        bound = float(model.getDualbound())
    elif hasattr(model, "getInfo") and any(v.cat == "Integer" for v in problem.variables()):
        bound = float(model.getInfo().mip_dual_bound)
    else:
        bound = _logged_bound(log_file)
    if math.isfinite(bound) and abs(bound) < 1e19:
        return bound
    exact = problem.sol_status == pulp.LpSolutionOptimal and run.gap == 0.0
    return float(pulp.value(problem.objective)) if exact else -math.inf


def _logged_bound(log_file: Path) -> float:
    """Return the last lower bound in CBC's log, -inf when it says none."""
    text = log_file.read_text(errors="replace") if log_file.exists() else ""
    found = re.findall(r"^Lower bound:\s+(\S+)", text, flags=re.MULTILINE)
    return float(found[-1]) if found else -math.inf


def _constraints(pulp: Any, program: FlowProgram, columns: list[Any]) -> Iterator[Any]:
    """Yield every row as a constraint; a row with two different limits becomes two."""
    rows = program.rows
    for i, label in enumerate(_file_names(program.row_labels)):
        span = slice(rows.indptr[i], rows.indptr[i + 1])
        terms = [(columns[j], float(a)) for j, a in zip(rows.indices[span], rows.data[span], strict=True)]
        low, up = float(program.row_lower[i]), float(program.row_upper[i])
        if low == up:
            yield pulp.LpConstraint(pulp.LpAffineExpression(terms), pulp.LpConstraintEQ, label, low)
            continue
        if math.isfinite(low):
            yield pulp.LpConstraint(pulp.LpAffineExpression(terms), pulp.LpConstraintGE, f"{label}_low", low)
        if math.isfinite(up):
            yield pulp.LpConstraint(pulp.LpAffineExpression(terms), pulp.LpConstraintLE, f"{label}_up", up)


def _finite(limit: float) -> float | None:
    """Return the limit as PuLP wants it: None where there is none."""
    return float(limit) if math.isfinite(limit) else None


def _file_names(names: Iterable[str]) -> list[str]:
    """Return the names in letters, digits and underscores, unique and short enough for every file format."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:100]
        plain = plain if plain[:1].isalpha() and plain[:1] not in "eE" else f"x_{plain}"
        seen[plain] = seen.get(plain, 0) + 1
        result.append(plain if seen[plain] == 1 else f"{plain}__{seen[plain]}")
    return result
