"""Relations with a protection route beside the working one (1+1)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from optimizer.model import ALWAYS, Demand
from optimizer.requirements.base import Facts, Goal, one_way_limit_us, share_goal, share_row
from optimizer.requirements.diversity import CenterClass, Diverse, centers_of_class

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Center, Problem

__all__ = ["Protection"]


class Protection(Diverse):
    r"""Relations that keep a route when any one link, shared-risk group or node fails.

    A relation is protected when the lit network holds a working route W and a protection route P between its centers
    with :math:`W \cap P = \emptyset` over links (and, as asked, over shared-risk groups and nodes passed), W within the
    limit of ``interconnect_latency`` where that judges the relation, P within ``limit_us``. At least
    ``ceil(share x relations)`` relations are protected. The limits are strict.
    """

    key: ClassVar[str] = "protection"
    title: ClassVar[str] = "Protected relations"

    between: CenterClass = Field(
        "large", description="Relations between centers of this class and larger: large, medium, all"
    )
    centers: tuple[str, ...] | None = Field(
        None, description="Instead: every relation of these centers (ids) with medium and larger ones"
    )
    pairs: tuple[tuple[str, str], ...] | None = Field(None, description="Instead: listed pairs of center ids")

    def definition(self) -> str:
        """Return the definition in words."""
        if self.pairs is not None:
            which = "listed relations"
        elif self.centers is not None:
            which = "relations of listed centers"
        else:
            size = {
                "large": "large and hyperscale centers",
                "medium": "medium and larger centers",
                "all": "all centers",
            }
            which = f"relations between {size[self.between]}"
        return f"{which} with two routes that share {self.apart_words()} / all such relations"

    def relations(self, problem: Problem) -> tuple[tuple[Center, Center], ...]:
        """Return the pairs to protect, each in the order of its ids."""
        by_id = {c.id: c for c in problem.centers}
        if self.pairs is not None:
            keys = {(min(a, b), max(a, b)) for a, b in self.pairs}
        elif self.centers is not None:
            others = [c.id for c in centers_of_class(problem, "medium")]
            keys = {(min(a, b), max(a, b)) for a in self.centers for b in others if a != b}
        else:
            keys = set(combinations(sorted(c.id for c in centers_of_class(problem, self.between)), 2))
        return tuple((by_id[a], by_id[b]) for a, b in sorted(keys))

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield ids that are no centers, a question without relations, and centers that cannot leave twice."""
        known = {c.id for c in problem.centers}
        named = [name for pair in self.pairs or () for name in pair] + list(self.centers or ())
        unknown = [name for name in named if name not in known]
        for name in unknown:
            yield f"[requirements.protection] names '{name}', which is no computing center."
        for a, b in self.pairs or ():
            if a == b:
                yield f"[requirements.protection] pairs has '{a}' with itself."
        if unknown:
            return
        relations = self.relations(problem)
        if not relations:
            yield (
                f"[requirements.protection] finds no relation between centers of class '{self.between}'; "
                "ask between = 'medium' or 'all', or list pairs or centers."
            )
        yield from self.lead_in_problems(problem, tuple(sorted({c for r in relations for c in r}, key=lambda c: c.id)))

    def demand(self, problem: Problem, a: Center, b: Center, met: int = ALWAYS) -> Demand:
        """Return the demand for both routes of a relation."""
        label = f"protect {a.id}-{b.id}"
        limit = self._working_limit_us(problem, a, b)
        return Demand(label, a.node, (b.node,), limit, True, met, problem.pair_end_us, self.second(problem, (a, b)))

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add one demand for two routes a relation; with a share below 1 a column tells whether it is met."""
        columns: list[int] = []
        for a, b in self.relations(problem):
            met = model.column("protected", f"{a.id}-{b.id}") if self.optional(problem) else ALWAYS
            columns.append(met)
            model.demand(self.demand(problem, a, b, met))
        if self.optional(problem):
            share_row(model, self.key, ((c, 1.0) for c in columns), self.share, whole=True)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count relations with both routes."""
        counted = [((a.id, b.id) in facts.protected, 1.0) for a, b in self.relations(problem)]
        return share_goal(self, self.definition(), self.share, counted, "relations")

    def _working_limit_us(self, problem: Problem, a: Center, b: Center) -> float:
        """Return the limit that the relation's working route has anyway."""
        rule = problem.requirement_named("interconnect_latency")
        if rule is None or (a, b) not in getattr(rule, "relations")(problem):  # noqa: B009
            return math.inf
        return one_way_limit_us(float(getattr(rule, "limit_us")), getattr(rule, "direction"))  # noqa: B009
