"""Other solvers beside the engine: same case, same time limit, one run, as a ratio.

The plain arc-flow program in PuLP, and the open Steiner solver steinerpy on Steiner trees. Each solver runs in a
process of its own, one after the other, so that memory and threads are its own.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Any

from benchmarks.cases import Case
from benchmarks.children import GivenUpError, run_child
from benchmarks.steiner_py import STEINERPY

__all__ = ["PLAIN", "compare", "others", "ratios", "table"]

PLAIN = ("pulp:HiGHS", "pulp:CBC")
"""The plain program is given to these."""

GRACE_S = 30.0
"""Seconds that the others may take beyond their limit, to start, to read and to audit, before they are ended."""


def others(case: Case) -> tuple[str, ...]:
    """Return who runs beside the engine; where steinerpy could and is absent, that is told."""
    if not case.is_steiner:
        return PLAIN
    if find_spec("steinerpy") is None:
        print("steinerpy is not installed and is left out; `pip install steinerpy` adds it.", file=sys.stderr)
        return PLAIN
    return (*PLAIN, STEINERPY)


def compare(
    arguments: Sequence[str], solvers: Sequence[str] = ("engine", *PLAIN), limit_s: float | None = None
) -> dict[str, Any]:
    """Return one record a solver, and how each compares to the first.

    Some solvers look at no clock for minutes: the others are ended `GRACE_S` after their limit, and that is told.

    Parameters
    ----------
    arguments
        Of ``python -m benchmarks run``: the case, the time limit.
    solvers
        Who runs; the first is what the others are held against.
    limit_s
        Seconds for each, as in the arguments; None lets the others run on.

    Raises
    ------
    RuntimeError
        If a run fails.
    """
    end_s = None if limit_s is None else limit_s + GRACE_S
    records = [run_child([*arguments, "--solver", solvers[0]])]
    records += [_record(arguments, solver, records[0]["case"], end_s) for solver in solvers[1:]]
    return {
        "case": records[0]["case"],
        "records": records,
        "ratios": {r["solver"]: ratios(r, records[0]) for r in records[1:]},
    }


def _record(arguments: Sequence[str], solver: str, case: str, end_s: float | None) -> dict[str, Any]:
    """Return the record of one solver, one without a plan if it had to be ended."""
    try:
        return run_child([*arguments, "--solver", solver], end_s)
    except GivenUpError:
        note = f"kept no limit and was ended after {end_s:.0f} s"
        nothing = dict.fromkeys(("objective", "bound", "gap", "first_plan_seconds", "peak_mb"))
        return {"case": case, "solver": solver, "status": "ended", "seconds": end_s, "audited": False, "note": note} | (
            nothing
        )


def ratios(other: dict[str, Any], engine: dict[str, Any]) -> dict[str, float | None]:
    """Return time, memory and cost of another solver over those of the engine; None where one has no plan."""
    keys = {"seconds": "seconds", "first_plan": "first_plan_seconds", "memory": "peak_mb", "objective": "objective"}
    return {name: _ratio(other[key], engine[key]) for name, key in keys.items()}


def table(result: dict[str, Any]) -> str:
    """Return the comparison for people."""
    head = f"{'solver':<34}{'status':>10}{'objective':>13}{'gap':>9}{'seconds':>10}{'first plan':>12}{'MB':>8}"
    lines = [f"{result['case']}: other solvers beside the engine", head]
    for r in result["records"]:
        lines.append(
            f"{r['solver'][:33]:<34}{r['status']:>10}{_text(r['objective'], '.1f'):>13}{_text(r['gap'], '.2%'):>9}"
            f"{r['seconds']:>10.1f}{_text(r['first_plan_seconds'], '.1f'):>12}{_text(r['peak_mb'], '.0f'):>8}"
        )
    lines += [f"{r['solver']}: {r['note']}" for r in result["records"] if r.get("note")]
    for solver, ratio in result["ratios"].items():
        parts = ", ".join(f"{name} x{value:.2f}" for name, value in ratio.items() if value is not None)
        lines.append(f"{solver} / engine: {parts}")
    return "\n".join(lines)


def _ratio(a: float | None, b: float | None) -> float | None:
    """Return a / b, None where that makes no sense."""
    return None if a is None or not b else round(a / b, 4)


def _text(value: float | None, form: str) -> str:
    """Return a number in words, a dash for none."""
    return "-" if value is None else format(value, form)
