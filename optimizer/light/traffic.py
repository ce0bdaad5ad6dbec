r"""How much traffic every relation carries: from a table, or by gravity on racks.

Gravity: center i sends and takes :math:`E_i = \min(\max(r\,k_i, l), u)` Gbit/s (racks :math:`k_i`, rate a rack r,
least l, most u), and the relation of i and j carries :math:`T_{ij} = f_i f_j` with factors f such that
:math:`\sum_{j \ne i} T_{ij} = E_i`: the symmetric case of Furness' balancing (K. P. Furness, Traffic Engineering and
Control 7, 1965). Where one center has more than all others together can take, the rest of it leaves no relation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from optimizer.problem import Problem
    from optimizer.requirements.capacity import Capacity

__all__ = ["Traffic", "gravity_matrix", "traffic_of"]

_ROUNDS = 500


@dataclass(frozen=True)
class Traffic:
    """What one relation carries in the target year, each way.

    ``gbps`` on its working route, ``protection_gbps`` held free for it on its protection route.
    """

    a: str
    b: str
    gbps: float
    protection_gbps: float

    @property
    def id(self) -> str:
        """Name of the relation."""
        return f"{self.a}-{self.b}"


def traffic_of(problem: Problem, rule: Capacity) -> tuple[Traffic, ...]:
    """Return the traffic of every relation that has some, in the order of their ids, grown to the target year."""
    grown = (1 + rule.growth) ** (rule.target_year - rule.base_year)
    table = _given(rule) if rule.demands else _by_gravity(problem, rule)
    protected = _protected(problem)
    found = []
    for (a, b), (gbps, held) in sorted(table.items()):
        spare = gbps * rule.protection if held is None else held
        if gbps > 0:
            found.append(Traffic(a, b, gbps * grown, spare * grown if (a, b) in protected else 0.0))
    return tuple(found)


def _given(rule: Capacity) -> dict[tuple[str, str], tuple[float, float | None]]:
    """Return the table's rows by relation; rows of one relation add up."""
    table: dict[tuple[str, str], tuple[float, float | None]] = {}
    for row in rule.demands:
        key = (min(row.a, row.b), max(row.a, row.b))
        gbps, held = table.get(key, (0.0, None))
        more = row.protection_gbps
        table[key] = (gbps + row.gbps, held if more is None else (held or 0.0) + more)
    return table


def _by_gravity(problem: Problem, rule: Capacity) -> dict[tuple[str, str], tuple[float, float | None]]:
    """Return the gravity model between medium and larger centers."""
    centers = [c for c in problem.centers if c.medium_or_larger]
    exports = np.array([min(max(rule.gbps_per_rack * c.racks, rule.least_gbps), rule.most_gbps) for c in centers])
    matrix = gravity_matrix(exports)
    return {
        (centers[i].id, centers[j].id): (round(float(matrix[i, j]), 3), None)
        for i in range(len(centers))
        for j in range(i + 1, len(centers))
    }


def gravity_matrix(exports: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the symmetric matrix with an empty diagonal whose rows add up to `exports`, shape (centers, centers)."""
    n = len(exports)
    if n < 2:
        return np.zeros((n, n))
    most = exports.sum() - exports
    goal = np.minimum(exports, most)
    factor = np.sqrt(goal / max(goal.sum(), 1e-12)) * np.sqrt(goal.sum())
    for _ in range(_ROUNDS):
        others = factor.sum() - factor
        wanted = np.divide(goal, others, out=np.zeros(n), where=others > 0)
        factor = np.sqrt(factor * wanted)  # the geometric mean damps the swing of plain balancing
    matrix = np.outer(factor, factor)
    np.fill_diagonal(matrix, 0.0)
    return matrix


def _protected(problem: Problem) -> set[tuple[str, str]]:
    """Return the relations that ``protection`` names."""
    rule = problem.requirement_named("protection")
    return set() if rule is None else {(a.id, b.id) for a, b in getattr(rule, "relations")(problem)}  # noqa: B009
