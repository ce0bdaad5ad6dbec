"""The decision to equip an access point, shared by the requirements that serve users through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from optimizer.model import Demand
from optimizer.pricing import access_point_cost

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Problem

__all__ = ["serve_column"]


def serve_column(problem: Problem, model: ModelBuilder, access_point: str) -> int:
    """Return the column that equips an access point and joins it to an active center; declared at first use."""
    members = model.families.get("serve", {})
    if access_point in members:
        return members[access_point]
    point = next(a for a in problem.access_points if a.id == access_point)
    cost = 0.0 if point.optical else access_point_cost(problem.catalogue)
    column = model.column("serve", access_point, cost=cost)
    targets = tuple(c.node for c in problem.active_centers)
    model.demand(Demand(f"serve {access_point}", point.node, targets, met=column))
    return column
