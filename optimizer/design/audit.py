"""Whether a design holds: recomputed from the problem and the design alone, without the solver."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.design.problem import Commodity, DesignProblem
from optimizer.design.solution import DesignSolution, RoutedFlow

__all__ = ["TOLERANCE", "audit_design", "design_cost"]

TOLERANCE = 1e-6
"""Relative: how far rounding may go."""


def audit_design(problem: DesignProblem, solution: DesignSolution) -> tuple[str, ...]:
    """Return every breach in words; none for a design that holds.

    Checked are the pieces of modules (whole, not negative, not too many), every route (leads from source to target,
    is one of those allowed), every demand (carried in full), every link's capacity (each direction, or both together
    where they share), whole flows where they have to be, and the cost against the stated objective.
    """
    if solution.modules is None:
        return ("There is no design to check.",)
    shape = [len(counts) for counts in solution.modules]
    if shape != [len(link.modules) for link in problem.links]:
        return ("The design does not name a number of pieces for every module of every link.",)
    return (
        *_pieces(problem, solution.modules),
        *_routes(problem, solution),
        *_demands(problem, solution),
        *_capacities(problem, solution),
        *_cost(problem, solution),
    )


def design_cost(problem: DesignProblem, solution: DesignSolution) -> float:
    """Cost of modules, fixed charges, routing, and of what is installed."""
    total = problem.installed_cost
    for link, counts in zip(problem.links, solution.modules or (), strict=True):
        total += math.fsum(n * module.cost for n, module in zip(counts, link.modules, strict=True))
        total += link.fixed_cost if any(counts) else 0.0
    return total + math.fsum(_flow_cost(problem, flow) for flow in solution.routing)


def _flow_cost(problem: DesignProblem, flow: RoutedFlow) -> float:
    """Cost of carrying a flow."""
    per_unit = math.fsum(problem.links[i].routing_cost for i in flow.links)
    routes = problem.commodities[flow.commodity].routes
    if routes is not None and flow.route is not None:
        per_unit += routes[flow.route].cost
    return flow.amount * per_unit


def _pieces(problem: DesignProblem, modules: tuple[tuple[int, ...], ...]) -> Iterator[str]:
    """Numbers of pieces."""
    for number, (link, counts) in enumerate(zip(problem.links, modules, strict=True)):
        for count, module in zip(counts, link.modules, strict=True):
            if count < 0 or count != int(count):
                yield f"Link {number} has {count} pieces of its module of {module.capacity:g}; take a whole number."
            if module.most is not None and count > module.most:
                yield f"Link {number} has {count} pieces of its module of {module.capacity:g}; {module.most} are most."


def _routes(problem: DesignProblem, solution: DesignSolution) -> Iterator[str]:
    """Every route leads where it has to and is allowed."""
    for flow in solution.routing:
        commodity = problem.commodities[flow.commodity]
        if _end(problem, commodity, flow.links) != commodity.target:
            yield f"Commodity {flow.commodity} has a route over {list(flow.links)} that does not reach its target."
        if commodity.routes is not None and not _is_allowed(commodity, flow):
            yield f"Commodity {flow.commodity} takes a route over {list(flow.links)} that is none of its own."
        if flow.amount < 0 or (problem.integral and abs(flow.amount - round(flow.amount)) > TOLERANCE):
            yield f"Commodity {flow.commodity} has {flow.amount:g} units on a route."


def _is_allowed(commodity: Commodity, flow: RoutedFlow) -> bool:
    """Whether a flow takes the route that it names."""
    routes = commodity.routes or ()
    return flow.route is not None and 0 <= flow.route < len(routes) and routes[flow.route].links == flow.links


def _end(problem: DesignProblem, commodity: Commodity, links: tuple[int, ...]) -> int | None:
    """Where a walk over links from the source ends; None where they do not join."""
    at = commodity.source
    for number in links:
        link = problem.links[number]
        if at not in (link.a, link.b):
            return None
        at = link.b if at == link.a else link.a
    return at


def _demands(problem: DesignProblem, solution: DesignSolution) -> Iterator[str]:
    """Every demand is carried."""
    carried = [0.0] * len(problem.commodities)
    for flow in solution.routing:
        carried[flow.commodity] += flow.amount
    for number, (commodity, amount) in enumerate(zip(problem.commodities, carried, strict=True)):
        if abs(amount - commodity.demand) > TOLERANCE * max(1.0, commodity.demand):
            yield f"Commodity {number} asks for {commodity.demand:g} units and carries {amount:g}."


def _capacities(problem: DesignProblem, solution: DesignSolution) -> Iterator[str]:
    """No link carries more than it has."""
    load = [[0.0, 0.0] for _ in problem.links]
    for flow in solution.routing:
        at = problem.commodities[flow.commodity].source
        for number in flow.links:
            back = at != problem.links[number].a
            load[number][back] += flow.amount
            at = problem.links[number].a if back else problem.links[number].b
    for number, (link, counts) in enumerate(zip(problem.links, solution.modules or (), strict=True)):
        has = link.capacity + math.fsum(n * m.capacity for n, m in zip(counts, link.modules, strict=True))
        used = sum(load[number]) if problem.shared else max(load[number])
        if used > has + TOLERANCE * max(1.0, has):
            yield f"Link {number} carries {used:g} units and has capacity for {has:g}."


def _cost(problem: DesignProblem, solution: DesignSolution) -> Iterator[str]:
    """The stated cost is the cost, and no design costs less than the bound."""
    cost = design_cost(problem, solution)
    if abs(cost - solution.objective) > TOLERANCE * max(1.0, abs(cost)):
        yield f"The design costs {cost:.6g}, and {solution.objective:.6g} is stated."
    if solution.bound > cost + TOLERANCE * max(1.0, abs(cost)):
        yield f"The design costs {cost:.6g}, less than the bound of {solution.bound:.6g}."
