"""The grid that costs lie on: where every plan costs whole steps, a bound above the last step below one proves it."""

from __future__ import annotations

import math

import numpy as np

from optimizer.model import Model

__all__ = ["cutoff_of", "floor_of", "lifted", "provable", "step_of", "worth_finding"]

CUTOFF = 1e-7
"""Solutions within this relative distance of the best plan's cost are not looked for."""

SLACK = 1e-3
"""Share of a step that a bound has to lie above a step to count as the next one."""

EXACT = 2.0**53  # up to here floating-point numbers tell whole numbers apart

FINEST = 1e-5
"""Steps below this share of the dearest column are no help."""


def step_of(model: Model) -> float:
    """Return a step that the costs of any two plans differ by a multiple of, 0 where none is known.

    It is the greatest common divisor of all costs when these are whole numbers and only whole columns cost anything.
    """
    priced = model.cost != 0.0
    cost = np.abs(model.cost[priced])
    if cost.size == 0 or not model.integer[priced].all() or cost.max() > EXACT or np.any(cost != np.round(cost)):
        return 0.0
    step = float(np.gcd.reduce(cost.astype(np.int64)))
    return step if step >= FINEST * cost.max() else 0.0


def floor_of(model: Model) -> float:
    """Return what any plan costs at the least if every column takes its cheapest value."""
    priced = model.cost != 0.0
    cost = model.cost[priced]
    cheapest = np.where(cost > 0.0, model.lower[priced], model.upper[priced])
    return float(model.offset + cost @ cheapest)


def worth_finding(cost: float, step: float = 0.0) -> float:
    """Return the cost that a solution has to stay below to be worth finding beside one of `cost`."""
    return cost - max(CUTOFF * abs(cost), 1e-9, (1.0 - SLACK) * step) if np.isfinite(cost) else cost


def lifted(bound: float, cost: float, step: float) -> float:
    """Return the least cost at or above a `bound` that is whole steps from `cost`; the bound itself without a step."""
    if step <= 0.0 or not np.isfinite(cost) or not np.isfinite(bound):
        return bound
    return max(bound, cost - step * max(0, math.floor((cost - bound) / step + SLACK)))


def cutoff_of(cost: float, step: float, beyond: float) -> float:
    """Return the cost that a solution has to stay below beside one of `cost` and with costs `beyond` of no use."""
    return min(worth_finding(cost, step), worth_finding(beyond))


def provable(bound: float, cost: float, step: float, beyond: float, floor: float = -np.inf) -> float:
    """Return what a `bound` proves beside a solution of `cost`, `floor` being proven already.

    Decisions may have been fixed by that cost, or as costs `beyond` are of no use: it is never more than is worth
    finding.
    """
    return min(max(lifted(bound, cost, step), floor), worth_finding(min(cost, beyond)))
