"""400G exports at computing centers (target b)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from optimizer.pricing import export_port_cost
from optimizer.requirements.base import Facts, Goal, Requirement, needed, share_goal, share_row

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Center, Problem

__all__ = ["Export400G"]

Basis = Literal["centers", "ports", "gbps"]


class Export400G(Requirement):
    r"""Medium and larger centers that leave at 400 Gbit/s.

    - basis ``centers``: centers with at least one 400G export, at least ceil(share x centers);
    - basis ``ports``: :math:`\sum_c (q_c + n_c) \ge s \sum_c (q_c + n_c + o_c)`, q_c 400G ports today, n_c new ones,
      o_c ports of other speeds;
    - basis ``gbps``: the same with 400 Gbit/s a 400G port and the other ports' rate.

    A new export counts at a center that the lit network joins (see ``connected_centers``). Source: MIIT notice of
    16 October 2025, 400 Gbps export deployment rate.
    """

    key: ClassVar[str] = "export_400g"
    title: ClassVar[str] = "400G exports"

    share: float = Field(0.5, ge=0, le=1, description="Share to reach, 0 to 1")
    basis: Basis = Field("centers", description="What is counted: centers, ports, or gbps")
    ports_per_export: int = Field(1, ge=1, le=64, description="400G ports a new export gets (basis centers)")

    def definition(self) -> str:
        """Return the definition in words."""
        return {
            "centers": "medium and larger centers with at least one 400G export / all such centers",
            "ports": "400G export ports / all export ports of medium and larger centers",
            "gbps": "Gbit/s on 400G export ports / Gbit/s on all export ports of medium and larger centers",
        }[self.basis]

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield a question without centers, or one that no number of ports answers."""
        centers = _judged(problem)
        if not centers:
            yield "[requirements.export_400g] needs medium or larger centers; the layer 'centers' has none."
        if self.basis != "centers" and self.share == 1 and any(c.ports_other for c in centers):
            yield (
                f"[requirements.export_400g] share = 1 of {self.basis} cannot be reached while ports of other speeds "
                "are in service; ask less, or take those ports out of the data."
            )

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Add the export decision of every center, and the share row."""
        price = export_port_cost(problem.catalogue)
        centers = _judged(problem)
        if self.basis == "centers":
            columns = [
                model.column("export", c.id, cost=0.0, lower=1.0)
                if c.ports_400g
                else model.column("export", c.id, cost=price * self.ports_per_export)
                for c in centers
            ]
            share_row(model, self.key, ((c, 1.0) for c in columns), self.share, whole=True)
            return
        today, other = self._today(centers)
        most = max(
            0,
            math.ceil((self.share * (today + other) - today) / max(1e-9, 1 - self.share) / self._unit() - 1e-9),
        )
        columns = [model.column("export", c.id, cost=price, upper=float(most)) for c in centers]
        if self.key in model.wishes:
            self._wish(model, columns, today, today + other, most)
            return
        terms = [(c, self._unit() * (1 - self.share)) for c in columns]
        model.row(self.key, terms, lower=self.share * (today + other) - today)

    def _wish(self, model: ModelBuilder, columns: list[int], today: float, total: float, most: int) -> None:
        """Add how far the share is reached: it grows ever slower with the ports, so chords bound it exactly."""
        reach = model.column("reach", self.key, integer=False)

        def part(ports: int) -> float:
            at_400g, all_ = today + self._unit() * ports, total + self._unit() * ports
            return min(1.0, at_400g / all_ / self.share) if all_ and self.share else 1.0

        for ports in range(most):
            step = part(ports + 1) - part(ports)
            terms = [(reach, 1.0), *((c, -step) for c in columns)]
            model.row(f"{self.key} {ports}", terms, upper=part(ports) - step * ports)

    def new_ports(self, column_value: float) -> int:
        """Return the 400G ports that the value of an export column stands for."""
        return round(column_value) * (self.ports_per_export if self.basis == "centers" else 1)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count centers, ports or rate."""
        centers = _judged(problem)
        if self.basis == "centers":
            counted = [(facts.ports_400g[c.id] > 0, 1.0) for c in centers]
            return share_goal(self, self.definition(), self.share, counted, "centers")
        at_400g = self._unit() * sum(facts.ports_400g[c.id] for c in centers)
        other = self._today(centers)[1]
        return Goal(self.key, self.title, self.definition(), self.share, at_400g, at_400g + other, self._words())

    def forced_cost(self, problem: Problem) -> float:
        """Return the price of the exports that the share needs beyond today's."""
        centers = _judged(problem)
        if self.basis != "centers":
            return 0.0
        missing = needed(self.share, len(centers)) - sum(c.ports_400g > 0 for c in centers)
        return max(0, missing) * export_port_cost(problem.catalogue) * self.ports_per_export

    def _unit(self) -> float:
        return 400.0 if self.basis == "gbps" else 1.0

    def _words(self) -> str:
        return "Gbit/s" if self.basis == "gbps" else "ports"

    def _today(self, centers: tuple[Center, ...]) -> tuple[float, float]:
        """Return what is at 400G and what is at other speeds today, in the basis' unit."""
        today = self._unit() * sum(c.ports_400g for c in centers)
        other = sum(c.gbps_other if self.basis == "gbps" else float(c.ports_other) for c in centers)
        return today, other


def _judged(problem: Problem) -> tuple[Center, ...]:
    return tuple(c for c in problem.centers if c.medium_or_larger)
