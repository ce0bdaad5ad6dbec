"""What is said about a question: why it has no answer, the conflicts, the nearest goals."""

from __future__ import annotations

from collections.abc import Iterator

from optimizer.explaining.answers import Conflict, GoalReach, Nearest, Obstacle, QuestionAnswer
from optimizer.report import numbers

__all__ = ["conflict_lines", "goal_line", "nearest_line", "obstacle_lines", "reason_lines"]

_SHOWN = 5
_PARTS = 12
"""Parts of a conflict that are told by name."""


def reason_lines(answer: QuestionAnswer) -> list[str]:
    """Return why a question has no answer, one reason a line, for the message of an error."""
    near = [f"Can be met: {nearest_line(one, '')}" for one in answer.nearest]
    return [
        *(goal_line(goal) for goal in answer.goals if not goal.can_be_met),
        *obstacle_lines(answer.obstacles, _SHOWN),
        *(line for conflict in answer.conflicts for line in conflict_lines(conflict)),
        *near,
        *answer.advice,
    ]


def goal_line(goal: GoalReach) -> str:
    """Return what of a goal any network reaches at the most."""
    counted = f"{numbers.quantity(goal.numerator)} of {numbers.quantity(goal.denominator)} {goal.unit}"
    reached = f"{counted} ({goal.most:.2%})"
    return (
        f"{goal.title}: even with every link, OXC and access point built, {reached} can be reached; "
        f"{goal.target:.2%} is asked."
    )


def obstacle_lines(obstacles: tuple[Obstacle, ...], shown: int) -> Iterator[str]:
    """Yield the first obstacles of each goal, and how many more there are; what is said once is not said again."""
    said: set[str] = set()
    for goal in dict.fromkeys(o.goal for o in obstacles):
        texts = [t for t in dict.fromkeys(o.text for o in obstacles if o.goal == goal) if t not in said]
        said.update(texts)
        yield from texts[:shown]
        if len(texts) > shown:
            yield f"{len(texts) - shown} more of the kind ({goal})."


def conflict_lines(conflict: Conflict) -> Iterator[str]:
    """Yield which parts cannot be met together."""
    named = [part.words if part.setting else f"{part.title} ({part.words})" for part in conflict.parts]
    if len(named) == 1:
        yield f"By itself this cannot be met: {named[0]}."
        return
    together = "; ".join(named[:_PARTS])
    if len(named) > _PARTS:
        together += f"; and {len(named) - _PARTS} more"
    which = "without any one of them the others can" if conflict.irreducible else "perhaps fewer of them already"
    yield f"These cannot be met together: {together} ({which})."


def nearest_line(near: Nearest, currency: str) -> str:
    """Return a nearest question in a line, with its cost where it was solved."""
    if near.plan is None:
        return f"{near.text}."
    cost = numbers.money(near.plan.cost, currency)
    return f"{near.text}. Costs {cost}, gap {numbers.gap(near.plan.gap)}: confirmed by solving."
