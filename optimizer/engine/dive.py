"""Diving: round a point of the linear program up step by step, separating all the way, until it is a plan."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.master import Master, Row
from optimizer.engine.watch import Watch

__all__ = ["dive"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE = 1e-6
SURE = 0.95  # values from here on are rounded up at once
SHARE = 0.1  # of the fractional columns that is rounded up in a step
STEPS = 40


def dive(
    run: Watch,
    master: Master,
    integer: Bools,
    built: Bools,
    separate: Callable[[Floats], list[Row]],
    exact: Callable[[Floats], list[Row]],
    accept: Callable[[Floats], float],
    fixed: tuple[tuple[int, float, float], ...] = (),
) -> bool:
    """Dive from the subproblem `fixed`; return whether it ended in a plan. Rows found stay in the master.

    Only the columns `built` (links) are rounded; once they are whole, `accept` chooses the others exactly. See
    `Rules` for the functions. The bounds of the master are those that hold everywhere afterwards.
    """
    chosen = {column: (low, high) for column, low, high in fixed}
    found = False
    for _ in range(STEPS):
        if run.report("dive") or run.done:
            break
        columns = np.array(list(chosen), dtype=np.int64)
        bounds = np.array(list(chosen.values())).reshape(-1, 2)
        master.restrict(columns, bounds[:, 0], bounds[:, 1])
        result = master.solve(run.seconds_left, lambda: run.report("dive"))
        if not result.solved or result.bound >= run.cutoff:
            break
        x = result.x
        part = np.where(integer, np.abs(x - np.round(x)), 0.0)
        whole = bool(part.max(initial=0.0) <= WHOLE)
        x = np.where(integer, np.round(x), x) if whole else x
        if part[built].max(initial=0.0) <= WHOLE and np.isfinite(accept(x)):
            found = True
            break
        rows = exact(x) if whole else separate(x)
        master.add(rows)
        for j in _next(x, part, built, master):
            chosen[int(j)] = (float(np.ceil(x[j] - WHOLE)), float(master.high[j]))
    master.restrict(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    return found


def _next(x: Floats, part: Floats, built: Bools, master: Master) -> NDArray[np.int64]:
    """Columns to round up next: those nearly whole, and the largest of the others."""
    above = x - np.floor(x)
    open_ = built & (master.lower < master.upper) & (part > WHOLE)
    sure = np.flatnonzero(open_ & (above >= SURE))
    rest = np.flatnonzero(open_ & (above < SURE))
    count = max(1, int(SHARE * rest.size)) if not sure.size else 0
    return np.concatenate([sure, rest[np.argsort(-above[rest], kind="stable")][:count]])
