"""What lies on the way of the links, in the words of ``plan.json``: obstacles crossed and risks shared."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from optimizer.plan import SharedRiskPlan
from optimizer.problem import Problem

__all__ = ["crossings", "groups_of", "shared_risks"]


def crossings(problem: Problem) -> Mapping[int, dict[str, int]]:
    """Return how many obstacles of each kind a link crosses, for links that cross any."""
    table = problem.network.crossings
    if table is None:
        return {}
    counts = table.to_numpy(dtype=np.int64)
    return {
        int(i): {str(kind): int(n) for kind, n in zip(table.columns, counts[i], strict=True) if n}
        for i in np.flatnonzero(counts.any(axis=1))
    }


def groups_of(problem: Problem) -> Mapping[int, tuple[str, ...]]:
    """Return the ids of the shared-risk groups of a link, for links that are in any."""
    found: dict[int, list[str]] = {}
    for risk in problem.network.shared_risks:
        for link in risk.links:
            found.setdefault(link, []).append(risk.id)
    return {link: tuple(names) for link, names in found.items()}


def shared_risks(problem: Problem, used: NDArray[np.bool_]) -> tuple[SharedRiskPlan, ...]:
    """Return the shared-risk groups with a link that carries light, each with those links."""
    names = problem.network.links["id"].to_numpy()
    found = ((risk, tuple(str(names[k]) for k in risk.links if used[k])) for risk in problem.network.shared_risks)
    return tuple(SharedRiskPlan(risk.id, risk.kind, risk.name, links) for risk, links in found if links)
