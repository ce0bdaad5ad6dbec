"""Centers that reach two metro sites by two routes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from optimizer.model import ALWAYS, Demand
from optimizer.requirements.base import Facts, Goal, one_way_limit_us, share_goal, share_row
from optimizer.requirements.diversity import CLASS_WORDS, CenterClass, Diverse, centers_of_class

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Center, Problem

__all__ = ["DualHoming"]


class DualHoming(Diverse):
    """Centers homed on two metro sites: two lit routes to different sites, which share nothing that one event may cut.

    Each route ends at the first metro site it reaches. ``limit_us`` bounds both. At least ``ceil(share x centers)``
    centers are homed twice.
    """

    key: ClassVar[str] = "dual_homing"
    title: ClassVar[str] = "Dual homing"

    homed: CenterClass = Field("large", description="Centers of this class and larger: large, medium, all")
    centers: tuple[str, ...] | None = Field(None, description="Instead: listed center ids")

    def definition(self) -> str:
        """Return the definition in words."""
        which = "listed centers" if self.centers is not None else CLASS_WORDS[self.homed]
        return f"{which} with routes to two metro sites that share {self.apart_words()} / {which}"

    def judged(self, problem: Problem) -> tuple[Center, ...]:
        """Return the centers that are counted."""
        if self.centers is None:
            return centers_of_class(problem, self.homed)
        wanted = set(self.centers)
        return tuple(c for c in problem.centers if c.id in wanted)

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield ids that are no centers, a question without centers or sites, centers that cannot leave twice."""
        known = {c.id for c in problem.centers}
        for name in self.centers or ():
            if name not in known:
                yield f"[requirements.dual_homing] centers names '{name}', which is no computing center."
        if not self.judged(problem):
            yield (
                f"[requirements.dual_homing] finds no center of class '{self.homed}'; "
                "ask homed = 'medium' or 'all', or list centers."
            )
        if len(problem.metro_sites) < 2:
            yield f"[requirements.dual_homing] needs two metro sites; there are {len(problem.metro_sites)}."
        yield from self.lead_in_problems(problem, self.judged(problem))

    def demand(self, problem: Problem, center: Center, met: int = ALWAYS) -> Demand:
        """Return the demand for both homes of a center."""
        targets = tuple(sorted({s.node for s in problem.metro_sites}))
        second = self.second(problem, (center,), ends=True)
        limit = second.limit_us if self.limit_us is None else one_way_limit_us(self.limit_us, self.direction)
        label = f"home {center.id}"
        return Demand(label, center.node, targets, limit, True, met, problem.pair_end_us, second)

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add one demand for two routes a center; with a share below 1 a column tells whether it is met."""
        columns: list[int] = []
        for center in self.judged(problem):
            met = model.column("homed", center.id) if self.optional(problem) else ALWAYS
            columns.append(met)
            model.demand(self.demand(problem, center, met))
        if self.optional(problem):
            share_row(model, self.key, ((c, 1.0) for c in columns), self.share, whole=True)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count centers with two homes."""
        counted = [(c.id in facts.dual_homed, 1.0) for c in self.judged(problem)]
        return share_goal(self, self.definition(), self.share, counted, "centers")
