"""How many pieces of a module can be of use: fewer where others do the same for no more."""

from __future__ import annotations

import math
from collections.abc import Sequence

from optimizer.design.problem import Module

__all__ = ["useful_pieces"]

FINEST = 10_000
"""Steps of capacity that are looked at; finer ones are rounded against the module that would be left out."""
SMALL = 1e-9


def useful_pieces(modules: Sequence[Module], total: float) -> tuple[float, ...]:
    """Pieces of each module that some cheapest design needs at most.

    A module is of no use where pieces of others, as many as one likes, have its capacity for no more; and k pieces are
    not where one piece of another has theirs for no more. More than carries every demand is never of use.

    Parameters
    ----------
    modules
        Of one link.
    total
        Sum of all demands.
    """
    left = [
        math.ceil(total / m.capacity - SMALL) if m.most is None else min(m.most, math.ceil(total / m.capacity - SMALL))
        for m in modules
    ]
    for i in sorted(range(len(modules)), key=lambda i: (-modules[i].capacity, -modules[i].cost)):
        others = [m for j, m in enumerate(modules) if j != i and left[j] > 0 and m.most is None]
        if left[i] > 0 and _least_cost(others, modules[i].capacity) <= modules[i].cost * (1 + SMALL):
            left[i] = 0
    return tuple(float(_fewer(modules, left, i)) for i in range(len(modules)))


def _least_cost(modules: Sequence[Module], capacity: float) -> float:
    """Least cost of pieces that together have a capacity; never told too low. O(steps x modules)."""
    if not modules:
        return math.inf
    step = capacity / min(FINEST, max(1, round(capacity / min(m.capacity for m in modules) * 4)))
    goal = math.ceil(capacity / step - SMALL)
    sizes = [(math.floor(m.capacity / step + SMALL), m.cost) for m in modules]
    least = [0.0] + [math.inf] * goal
    for reached in range(1, goal + 1):
        least[reached] = min(
            (least[max(0, reached - size)] + cost for size, cost in sizes if size > 0), default=math.inf
        )
    return least[goal]


def _fewer(modules: Sequence[Module], left: Sequence[int], i: int) -> int:
    """Pieces of module `i` before one piece of another takes over."""
    most = left[i]
    for j, other in enumerate(modules):
        if j == i or left[j] == 0 or other.most is not None:
            continue
        whole = math.floor(other.capacity / modules[i].capacity + SMALL)
        dear = math.ceil(other.cost / modules[i].cost - SMALL) if modules[i].cost > 0 else whole + 1
        if dear <= whole and whole > 1:
            most = min(most, max(dear, 2) - 1)
    return most
