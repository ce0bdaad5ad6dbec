"""Latency from application terminals to servers (target e)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

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

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Problem, TerminalArea

__all__ = ["TerminalLatency"]


class TerminalLatency(Requirement):
    r"""People whose terminals reach a server within a limit: :math:`\sum_t w_t y_t \ge s \sum_t w_t`.

    y_t is 1 when access technology, drop and the lit route from the area's metro site to some active center together
    take less than ``limit_us``. Source: MIIT notice of 16 October 2025, latency from terminal to server.
    """

    key: ClassVar[str] = "terminal_latency"
    title: ClassVar[str] = "Terminal latency"

    limit_us: float = Field(10_000.0, gt=0, description="Latency limit in microseconds, not itself allowed")
    share: float = Field(0.8, ge=0, le=1, description="Share of the people, 0 to 1")
    direction: Direction = Field("one_way", description="one_way, or round_trip: there and back within the limit")
    technologies: tuple[str, ...] | None = Field(
        None, description="Access technologies that are judged (pon, fgotn, 5g_sa, ...); left out: all"
    )

    def definition(self) -> str:
        """Return the definition in words."""
        way = "one way" if self.direction == "one_way" else "there and back"
        who = f"people on {', '.join(self.technologies)}" if self.technologies is not None else "people"
        return f"{who} whose access and metro route to a server take < {self.limit_us:g} us {way} / all such {who}"

    def judged(self, problem: Problem) -> list[TerminalArea]:
        """Return the areas that are counted."""
        return [t for t in problem.terminal_areas if self.technologies is None or t.access in self.technologies]

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield technologies without a latency, and a question without people."""
        known = sorted(problem.catalogue.family("access_us"))
        for technology in sorted({t.access for t in problem.terminal_areas} | set(self.technologies or ())):
            if technology not in known:
                yield (
                    f"Access technology '{technology}' has no latency in the catalogue (known: {', '.join(known)}). "
                    f'Add it under [catalogue.access_us], for example "{technology}" = 2000.'
                )
        if sum(t.population for t in self.judged(problem)) <= 0:
            yield "[requirements.terminal_latency] finds no people in the layer 'terminal_areas'."

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add a decision and its limited demand for every area, and the share row."""
        limit = one_way_limit_us(self.limit_us, self.direction)
        targets = tuple(c.node for c in problem.active_centers)
        weighted: list[tuple[int, float]] = []
        for area in self.judged(problem):
            column = model.column("terminal", area.id)
            weighted.append((column, area.population))
            node = problem.metro_sites[area.metro_site].node
            end_us = problem.area_end_us(area)
            model.demand(Demand(f"terminal {area.id}", node, targets, limit, True, column, end_us))
        share_row(model, self.key, weighted, self.share)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count the people of areas that comply."""
        limit = one_way_limit_us(self.limit_us, self.direction)
        counted: list[tuple[bool, float]] = []
        for area in self.judged(problem):
            route_us = float(facts.nearest_us[problem.metro_sites[area.metro_site].node])
            counted.append((complies(route_us + problem.area_end_us(area), limit), area.population))
        return share_goal(self, self.definition(), self.share, counted, "people")
