"""Latency between medium and larger computing centers (target a)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from optimizer.model import ALWAYS, Demand
from optimizer.requirements.base import (
    Direction,
    Facts,
    Goal,
    Requirement,
    complies,
    one_way_limit_us,
    share_goal,
    share_row,
)

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Center, Problem

__all__ = ["InterconnectLatency"]


class InterconnectLatency(Requirement):
    r"""Pairs of centers whose working route is quicker than a limit.

    A relation r = (i, j) is met when a lit route has

    .. math:: \sum_{l} t_l + \sum_{s} p_s + e < L,

    t_l latency of its links, p_s of the metro sites it passes, e of the transponders, L ``limit_us`` (half of it for a
    round trip). At least ``ceil(share x relations)`` relations are met. Strictly less: a route of exactly L does not
    comply. Source: MIIT notice of 16 October 2025, target on one-way optical-layer interconnection latency.
    """

    key: ClassVar[str] = "interconnect_latency"
    title: ClassVar[str] = "Interconnection latency"

    limit_us: float = Field(1000.0, gt=0, description="Latency limit in microseconds, not itself allowed")
    share: float = Field(1.0, ge=0, le=1, description="Share of relations that must comply, 0 to 1")
    direction: Direction = Field("one_way", description="one_way, or round_trip: there and back within the limit")
    pairs: tuple[tuple[str, str], ...] | None = Field(
        None, description="Listed pairs of center ids; left out: all pairs of medium and larger centers"
    )

    def definition(self) -> str:
        """Return the definition in words."""
        which = "listed pairs of centers" if self.pairs is not None else "pairs of medium and larger centers"
        way = "one way" if self.direction == "one_way" else "there and back"
        return f"{which} whose working route takes < {self.limit_us:g} us {way} / all such pairs"

    def relations(self, problem: Problem) -> tuple[tuple[Center, Center], ...]:
        """Return the pairs that are judged, each in the order of its ids."""
        if self.pairs is None:
            return problem.pairs
        by_id = {c.id: c for c in problem.centers}
        wanted = sorted({(min(a, b), max(a, b)) for a, b in self.pairs})
        return tuple((by_id[a], by_id[b]) for a, b in wanted)

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield listed ids that are no centers, and a question without pairs."""
        known = {c.id for c in problem.centers}
        for a, b in self.pairs or ():
            for name in (a, b):
                if name not in known:
                    yield f"[requirements.interconnect_latency] pairs names '{name}', which is no computing center."
            if a == b:
                yield f"[requirements.interconnect_latency] pairs has '{a}' with itself."
        if self.pairs is None and not problem.pairs:
            yield (
                "[requirements.interconnect_latency] needs two medium or larger centers (1,000 racks and more); "
                f"the layer 'centers' has {sum(c.medium_or_larger for c in problem.centers)}. "
                "Correct racks, list pairs, or leave the requirement out."
            )

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add one limited demand a relation; with a share below 1 a column tells whether it is met."""
        limit = one_way_limit_us(self.limit_us, self.direction)
        columns: list[int] = []
        for a, b in self.relations(problem):
            label = f"{a.id}-{b.id}"
            met = model.column("met", label) if self.optional(problem) else ALWAYS
            columns.append(met)
            model.demand(Demand(f"interconnect {label}", a.node, (b.node,), limit, True, met, problem.pair_end_us))
        if self.optional(problem):
            share_row(model, self.key, ((c, 1.0) for c in columns), self.share, whole=True)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count relations whose best route complies."""
        limit = one_way_limit_us(self.limit_us, self.direction)
        counted = [
            (complies(facts.pair_us[a.id, b.id] + problem.pair_end_us, limit), 1.0) for a, b in self.relations(problem)
        ]
        return share_goal(self, self.definition(), self.share, counted, "relations")
