"""A budget: the goals become wishes, met as far as the money goes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from optimizer.errors import did_you_mean
from optimizer.requirements.base import Facts, Goal, Requirement

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Problem

__all__ = ["Budget", "reached"]


class Budget(Requirement):
    r"""As much of the goals as a budget pays for.

    Every goal with a share becomes a wish; what is reached counts in proportion, and nothing beyond the target:

    .. math:: \max \frac{\sum_g w_g \min(a_g / t_g, 1)}{\sum_g w_g} \quad \text{subject to} \quad \text{cost} \le B,

    a_g the reached share of goal g, t_g the share it asks, w_g its weight, B ``limit``. The cost is all the plan costs
    over the horizon, operation included. ``connected_centers``, ``fixed_choices`` and the goals under ``must`` hold as
    they are, and are paid first. With ``order`` the first goal is brought as near to its target as the budget allows,
    then the next with what is left, the others last by their weights.
    """

    key: ClassVar[str] = "budget"
    title: ClassVar[str] = "Budget"

    limit: float = Field(ge=0, description="Most that the plan may cost over the horizon, operation included")
    weights: dict[str, float] = Field(
        default_factory=dict, description="Weight of goals by their key; goals left out weigh 1"
    )
    must: tuple[str, ...] = Field((), description="Goals (keys) that hold in full; all others become wishes")
    order: tuple[str, ...] = Field((), description="Goals (keys) to bring to their best one after the other")

    def wishes(self, problem: Problem) -> tuple[str, ...]:
        """Return the keys of the goals that need not be met, in the order of the registry."""
        return tuple(key for key in _goals(problem) if key not in self.must)

    def weights_of(self, problem: Problem) -> dict[str, float]:
        """Return the weight of every wish."""
        return {key: self.weights.get(key, 1.0) for key in self.wishes(problem)}

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield keys that are no goals of the project, weights below zero, and a budget without wishes."""
        goals = _goals(problem)
        for where, names in (("weights", tuple(self.weights)), ("must", self.must), ("order", self.order)):
            for name in names:
                if name not in goals:
                    yield (
                        f"[requirements.budget] {where} names '{name}', which is no goal of this project "
                        f"(known: {', '.join(goals) or 'none'}).{did_you_mean(name, goals)}"
                    )
        if problem.requirement_named("capacity") is not None:
            yield (
                "[requirements.budget] cannot be kept together with [requirements.capacity]: what traffic needs is "
                "bought after the network is chosen. Take one of the two out."
            )
        for name, weight in self.weights.items():
            if not weight >= 0 or weight == float("inf"):
                yield f"[requirements.budget] weights.{name} is {weight}; a weight is a number of 0 or more."
        for name in self.order:
            if name in self.must:
                yield f"[requirements.budget] '{name}' stands under must and order; a must is not a wish."
        if not any(self.weights_of(problem).values()):
            yield (
                "[requirements.budget] has nothing to weigh: ask a goal that is not under must, with a weight above 0."
            )

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add nothing: the search asks for more and more of the wishes until no plan is within the budget."""

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Return None: a rule, not a share."""
        return None


def _goals(problem: Problem) -> list[str]:
    """Return the keys of the goals that have a share to fall short of."""
    return [r.key for r in problem.requirements if r.has_share()]


def reached(goal: Goal) -> float:
    """Return how far a goal is reached, 0 to 1, nothing counted beyond its target."""
    return 1.0 if goal.met or goal.target <= 0 else goal.achieved / goal.target
