"""What two routes may not share, and where a building's only lead-in excuses them: for all that asks two routes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from optimizer.model import SecondRoute
from optimizer.requirements.base import Direction, Requirement, one_way_limit_us

if TYPE_CHECKING:
    from optimizer.problem import Center, Problem

__all__ = ["CLASS_WORDS", "CenterClass", "Disjoint", "Diverse", "centers_of_class"]

Disjoint = Literal["link", "srlg", "node", "node_srlg"]
CenterClass = Literal["large", "medium", "all"]

CLASS_WORDS = {"large": "large and hyperscale centers", "medium": "medium and larger centers", "all": "all centers"}
"""What the classes mean."""

_WORDS = {
    "link": "no link",
    "srlg": "no link and no shared-risk group",
    "node": "no link and no node",
    "node_srlg": "no link, no node and no shared-risk group",
}


class Diverse(Requirement):
    """Fields and helpers of a requirement that asks two routes."""

    disjoint: Disjoint = Field("srlg", description="What the routes may not share: link, srlg, node, or node_srlg")
    limit_us: float | None = Field(
        None, gt=0, description="Latency limit of the protection route, not itself allowed; left out: none"
    )
    direction: Direction = Field("one_way", description="one_way, or round_trip: there and back within the limit")
    share: float = Field(1.0, ge=0, le=1, description="Share that must be protected, 0 to 1")
    lead_ins: Literal["shared", "separate"] = Field(
        "shared", description="shared: both routes may use the lead-in of a center that has only one; separate: never"
    )

    def second(self, problem: Problem, centers: tuple[Center, ...], *, ends: bool = False) -> SecondRoute:
        """Return what the second route of a demand of `centers` has to keep."""
        limit = math.inf if self.limit_us is None else one_way_limit_us(self.limit_us, self.direction)
        shared = frozenset(problem.lone_lead_ins[c.node] for c in centers if c.node in problem.lone_lead_ins)
        return SecondRoute(
            limit_us=limit,
            offset_us=problem.pair_end_us,
            risks=self.disjoint in ("srlg", "node_srlg"),
            nodes=self.disjoint in ("node", "node_srlg"),
            ends=ends,
            shared=shared if self.lead_ins == "shared" else frozenset(),
        )

    def apart_words(self) -> str:
        """Return in words what the routes do not share."""
        but = " but a center's only lead-in" if self.lead_ins == "shared" else ""
        way = "one way" if self.direction == "one_way" else "there and back"
        limit = "" if self.limit_us is None else f", the protection route < {self.limit_us:g} us {way}"
        return f"{_WORDS[self.disjoint]}{but}{limit}"

    def lead_in_problems(self, problem: Problem, centers: tuple[Center, ...]) -> Iterator[str]:
        """Yield centers with one lead-in where both routes would need it."""
        if self.lead_ins == "separate":
            for center in centers:
                if center.node in problem.lone_lead_ins:
                    yield (
                        f"[requirements.{self.key}] lead_ins = 'separate', but center '{center.id}' has one lead-in. "
                        "Set lead_ins = 2 under [network], or lead_ins = 'shared' here."
                    )


def centers_of_class(problem: Problem, kind: CenterClass) -> tuple[Center, ...]:
    """Return the centers of a size class and larger."""
    wanted = {"large": ("large", "hyperscale"), "medium": ("medium", "large", "hyperscale")}
    return tuple(c for c in problem.centers if kind == "all" or c.size_class in wanted[kind])
