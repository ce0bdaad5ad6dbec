"""The latency circle around compute (target d)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from optimizer.model import Demand
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
from optimizer.requirements.serving import serve_column

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Problem

__all__ = ["LatencyCircle"]

By = Literal["key_places", "access_points", "population", "area", "centers"]

_UNITS = {
    "key_places": "weight of key places",
    "access_points": "access points",
    "population": "people",
    "area": "km2",
    "centers": "centers",
}


@dataclass(frozen=True)
class _Item:
    """Something that is in the circle or not."""

    id: str
    node: int
    weight: float
    end_us: float
    access_point: str | None = None


class LatencyCircle(Requirement):
    r"""Weight of what reaches an active center within a limit: :math:`\sum_p w_p y_p \ge s \sum_p w_p`.

    y_p is 1 when a lit route leads from the node that serves p to some active center with

    .. math:: \sum_l t_l + \sum_s p_s + e_p < L,

    e_p the latency of drop and equipment at both ends. Key places and access points need equipment at their access
    point, which costs. Source: MIIT notice of 16 October 2025, coverage of the 1 ms latency circle.
    """

    key: ClassVar[str] = "latency_circle"
    title: ClassVar[str] = "1 ms latency circle"

    limit_us: float = Field(1000.0, gt=0, description="Latency limit in microseconds, not itself allowed")
    share: float = Field(0.7, ge=0, le=1, description="Share of the weight to cover, 0 to 1")
    by: By = Field("key_places", description="What is weighed: key_places, access_points, population, area, centers")
    direction: Direction = Field("one_way", description="one_way, or round_trip: there and back within the limit")

    def definition(self) -> str:
        """Return the definition in words."""
        way = "one way" if self.direction == "one_way" else "there and back"
        unit = _UNITS[self.by]
        return f"{unit} with a route to an active center of < {self.limit_us:g} us {way} / all {unit}"

    def items(self, problem: Problem) -> list[_Item]:
        """Return what is judged, with its weight."""
        if self.by == "key_places":
            points = problem.access_points
            return [
                _Item(
                    p.id,
                    points[p.access_point].node,
                    p.weight,
                    problem.place_end_us(p),
                    points[p.access_point].id,
                )
                for p in problem.key_places
            ]
        if self.by == "access_points":
            return [_Item(a.id, a.node, 1.0, problem.access_end_us, a.id) for a in problem.access_points]
        if self.by == "centers":
            return [_Item(c.id, c.node, 1.0, problem.pair_end_us) for c in problem.centers]
        sites = problem.metro_sites
        return [
            _Item(
                t.id,
                sites[t.metro_site].node,
                t.population if self.by == "population" else t.area_km2,
                problem.area_drop_us(t),
            )
            for t in problem.terminal_areas
        ]

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield a question with nothing to weigh."""
        layer = {"population": "terminal_areas", "area": "terminal_areas"}.get(self.by, self.by)
        if math.fsum(i.weight for i in self.items(problem)) <= 0:
            yield (
                f"[requirements.latency_circle] by = '{self.by}' finds no weight in the layer '{layer}'. "
                "Give the layer, its weights, or another 'by'."
            )

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add a coverage decision and its limited demand for every item, and the share row."""
        limit = one_way_limit_us(self.limit_us, self.direction)
        weighted: list[tuple[int, float]] = []
        for item in self.items(problem):
            column = model.column("covered", item.id)
            weighted.append((column, item.weight))
            if item.access_point is not None:
                serve = serve_column(problem, model, item.access_point)
                model.row(f"serve {item.id}", [(serve, 1.0), (column, -1.0)], lower=0.0)
            targets = tuple(c.node for c in problem.active_centers if c.node != item.node)
            model.demand(Demand(f"circle {item.id}", item.node, targets, limit, True, column, item.end_us))
        share_row(model, self.key, weighted, self.share)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Weigh the items whose best route complies."""
        limit = one_way_limit_us(self.limit_us, self.direction)
        counted = [(complies(self._latency(problem, facts, i), limit), i.weight) for i in self.items(problem)]
        return share_goal(self, self.definition(), self.share, counted, _UNITS[self.by])

    def _latency(self, problem: Problem, facts: Facts, item: _Item) -> float:
        if item.access_point is not None and item.access_point not in facts.equipped_access_points:
            return math.inf
        if self.by == "centers":
            active = {c.id for c in problem.active_centers}
            others = [us for pair, us in facts.pair_us.items() if item.id in pair and (set(pair) - {item.id}) & active]
            return min(others, default=math.inf) + item.end_us
        return float(facts.nearest_us[item.node]) + item.end_us
