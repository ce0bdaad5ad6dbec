"""Every transparent stretch of light closes with a margin."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from optimizer.requirements.base import Facts, Goal, Requirement, share_goal

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Problem

__all__ = ["OpticalReach"]


class OpticalReach(Requirement):
    r"""The noise of every transparent stretch leaves the margin its channel type needs.

    With noise told as 1/OSNR in 0.1 nm: add and drop, booster, spans and amplifiers of all its sections add up to at
    most :math:`10^{-(OSNR_{required} + margin)/10}`; see ``optimizer.light.noise``. Channels are regenerated at metro
    sites without an OXC only.
    """

    key: ClassVar[str] = "optical_reach"
    title: ClassVar[str] = "Optical reach"

    margin_db: float = Field(2.0, ge=0, le=10, description="Margin above the OSNR that a receiver needs, dB")
    tighter_db: float = Field(0.0, ge=0, le=10, description="Noise of the reach model raised by this, dB")

    def definition(self) -> str:
        """Return the definition in words."""
        return (
            f"relations all of whose stretches of light close with {self.margin_db:g} dB of margin / all with traffic"
        )

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield that there is no light to judge."""
        if problem.requirement_named("capacity") is None:
            yield "[requirements.optical_reach] judges the channels of traffic: add [requirements.capacity]."

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add nothing: reach is decided with the channels (see ``optimizer.light``)."""

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count relations whose light reaches."""
        from optimizer.light.traffic import traffic_of

        rule = problem.requirement_named("capacity")
        counted = [((t.a, t.b) in facts.reached, 1.0) for t in traffic_of(problem, rule)] if rule else []  # type: ignore[arg-type]
        return share_goal(self, self.definition(), 1.0, counted, "relations")
