"""Computing centers stand on one lit network."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from optimizer.model import Demand
from optimizer.requirements.base import Facts, Goal, Requirement, share_goal

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Center, Problem

__all__ = ["ConnectedCenters"]


class ConnectedCenters(Requirement):
    """Every center (or every medium and larger one) is joined to the others by links that are lit.

    For each center c but one (the largest, r): a routed demand c -> r without a latency limit.
    """

    key: ClassVar[str] = "connected_centers"
    title: ClassVar[str] = "Centers on one network"
    default: ClassVar[bool] = True

    centers: Literal["all", "medium"] = Field("all", description="all, or medium: medium and larger ones only")

    def definition(self) -> str:
        """Return the definition in words."""
        which = "all centers" if self.centers == "all" else "medium and larger centers"
        return f"{which} joined by lit links / {which}"

    def root(self, problem: Problem) -> Center:
        """Return the center the others are joined to: the one with most racks."""
        return max(problem.active_centers, key=lambda c: (c.racks, c.id))

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add a routed demand from every center to the largest."""
        root = self.root(problem)
        for center in problem.active_centers:
            if center.id != root.id:
                model.demand(Demand(f"connect {center.id}", center.node, (root.node,)))

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count centers with a route to the largest."""
        root = self.root(problem).id
        reached = [
            (c.id == root or facts.pair_us[min(c.id, root), max(c.id, root)] < float("inf"), 1.0)
            for c in problem.active_centers
        ]
        return share_goal(self, self.definition(), 1.0, reached, "centers")
