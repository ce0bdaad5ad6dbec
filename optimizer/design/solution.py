"""What a design is: modules on links, routes of commodities, and how far it is proven."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.solution import Status, relative_gap

__all__ = ["DesignSolution", "RoutedFlow"]


@dataclass(frozen=True)
class RoutedFlow:
    """Part of a commodity on one route.

    Parameters
    ----------
    commodity
        Its number.
    links
        Numbers of the links, from the commodity's source to its target.
    amount
        Units, above 0.
    route
        Which of the commodity's routes; None where it may take every way.
    """

    commodity: int
    links: tuple[int, ...]
    amount: float
    route: int | None = None


@dataclass(frozen=True)
class DesignSolution:
    """Outcome of designing.

    Parameters
    ----------
    status
        optimal (proven to 1e-6), feasible (a design with a gap), infeasible (proven that none exists), unknown.
    modules
        Pieces of each module of each link; None without a design.
    routing
        Routes that carry the demands; empty without a design.
    objective
        Cost of modules, fixed charges and routing; inf without a design.
    bound
        Proven lower bound on the cost of every design.
    seconds
        Wall-clock time.
    solver
        Name and version.
    phases
        Seconds by phase.
    """

    status: Status
    modules: tuple[tuple[int, ...], ...] | None
    routing: tuple[RoutedFlow, ...]
    objective: float
    bound: float
    seconds: float
    solver: str
    phases: tuple[tuple[str, float], ...] = ()
    cancelled: bool = False

    @property
    def gap(self) -> float:
        """Relative gap between objective and bound."""
        return relative_gap(self.objective, self.bound)
