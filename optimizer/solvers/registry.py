"""The solvers of flow programs by name."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from optimizer.flow import FlowProgram
from optimizer.solution import ProgressCallback, Solution
from optimizer.solvers.cpsat import solve_cpsat
from optimizer.solvers.highs import solve_highs
from optimizer.solvers.outcome import Answer, Run, solution_of
from optimizer.solvers.pulp_bridge import ALIASES, pulp_names, solve_pulp

__all__ = ["SOLVERS", "SolverEntry", "solve_program", "solver_names"]

SolveFunction = Callable[[FlowProgram, Run], Answer]


@dataclass(frozen=True)
class SolverEntry:
    """One solver: its name on the command line, what it is, and the function that runs it."""

    name: str
    meaning: str
    solve: SolveFunction


SOLVERS: tuple[SolverEntry, ...] = (
    SolverEntry("highs", "HiGHS, mixed-integer programming", solve_highs),
    SolverEntry("cpsat", "CP-SAT of OR-Tools, constraint programming in whole numbers", solve_cpsat),
    SolverEntry("scip", "SCIP through PuLP (extra 'scip')", partial(solve_pulp, name="SCIP_PY")),
    SolverEntry("pulp:CBC", "CBC as it comes with PuLP", partial(solve_pulp, name="PULP_CBC_CMD")),
    SolverEntry("pulp:HiGHS", "HiGHS through PuLP", partial(solve_pulp, name="HiGHS")),
)
"""Solvers by name; besides these, ``pulp:NAME`` reaches every solver that PuLP knows."""


def solver_names() -> tuple[str, ...]:
    """Return every name that `solve_program` understands."""
    known = [entry.name for entry in SOLVERS]
    return (*known, *(name for n in pulp_names() if (name := f"pulp:{n}") not in known))


def solve_program(
    program: FlowProgram,
    solver: str = "highs",
    *,
    time_limit_s: float | None = None,
    gap: float = 0.0,
    on_progress: ProgressCallback | None = None,
    start: Mapping[int, float] | None = None,
) -> Solution:
    """Solve a flow program; the values of the solution are those of the program's columns.

    Parameters
    ----------
    program
        What to solve.
    solver
        One of `solver_names`, small or capital letters.
    time_limit_s
        Seconds allowed; None for no limit.
    gap
        Relative gap at which to stop; the status says `optimal` only where the bound proves it.
    on_progress
        Called on the way; returning True cancels the run.
    start
        Values of some columns of a known answer, which HiGHS begins from.

    Raises
    ------
    ValueError
        If there is no such solver, with the nearest names.
    RuntimeError
        If the solver is not installed or fails.
    """
    run = Run(time_limit_s=time_limit_s, gap=gap, on_progress=on_progress, start=start or {})
    return solution_of(program, _find(solver)(program, run), run)


def _find(name: str) -> SolveFunction:
    """Return the function that runs the solver called `name`."""
    for entry in SOLVERS:
        if entry.name.lower() == name.lower():
            return entry.solve
    bridge, _, wanted = name.partition(":")
    if bridge.lower() == "pulp" and wanted:
        names = {n.lower(): n for n in pulp_names()} | {k.lower(): v for k, v in ALIASES.items()}
        if wanted.lower() in names:
            return partial(solve_pulp, name=names[wanted.lower()])
    raise ValueError(_unknown(name))


def _unknown(name: str) -> str:
    """Return the message for a name nobody knows."""
    known = solver_names()
    lower = {n.lower(): n for n in known}
    near = [lower[n] for n in difflib.get_close_matches(name.lower(), lower, n=2, cutoff=0.5)]
    hint = f" Did you mean {' or '.join(repr(n) for n in near)}?" if near else ""
    return f"There is no solver '{name}'.{hint} Known solvers: {', '.join(known)}."
