"""The audit's own arithmetic of cost: link by link, from the catalogue and the network."""

from __future__ import annotations

import math
from collections.abc import Iterator

from optimizer.auditing.light_equipment import light_cost
from optimizer.auditing.present import present_value
from optimizer.plan import LinkPlan, Plan
from optimizer.problem import Problem

__all__ = ["cost_breaches"]


def cost_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
    """Yield every cost in the plan that does not follow from the catalogue and what the plan builds."""
    prices = _prices(problem)
    row_of = {str(name): i for i, name in enumerate(problem.network.links["id"])}
    asked = 0.0
    for link in plan.links:
        if link.id not in row_of:
            continue
        cost = _link_cost(problem, link, row_of[link.id])
        asked += cost
        if not _same(cost, link.cost):
            yield f"Link '{link.id}' costs {cost:,.2f}, the plan says {link.cost:,.2f}."
    had_ports = {c.id: c.ports_400g for c in problem.centers}
    for what, name, told, cost in (
        *(("OXC at", s.id, s.cost, prices["oxc"] * (s.oxc and not s.oxc_today)) for s in plan.sites),
        *(
            ("400G export of", c.id, c.cost, prices["port"] * (c.ports_400g - had_ports.get(c.id, 0)))
            for c in plan.centers
        ),
        *(
            ("Equipment of", a.id, a.cost, prices["access"] * (a.equipped and not a.equipped_today))
            for a in plan.access_points
        ),
    ):
        asked += cost
        if not _same(cost, told):
            yield f"{what} '{name}' costs {cost:,.2f}, the plan says {told:,.2f}."
    asked += light_cost(problem, plan)
    for line in plan.cost:
        if not _same(line.quantity * line.unit_cost, line.total):
            yield f"Bill line '{line.item}': {line.quantity:,.4f} x {line.unit_cost:,.2f} is not {line.total:,.2f}."
    total = math.fsum(line.total for line in plan.cost)
    if not _same(total, asked):
        yield f"The bill adds up to {total:,.2f}; what the plan builds costs {asked:,.2f}."
    if not _same(plan.objective, asked):
        yield f"The objective is {plan.objective:,.2f}; what the plan builds costs {asked:,.2f}."


def _same(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9, abs_tol=0.005)


def _prices(problem: Problem) -> dict[str, float]:
    """Return the price of an OXC, a 400G port and an access point with operation over the horizon."""
    c = problem.catalogue
    years = present_value(c["horizon_years"], c["discount_rate"])
    active, passive = 1 + c["opex_active"] * years, 1 + c["opex_passive"] * years
    return {
        "oxc": (c["oxc_common"] + c["oxc_directions"] * c["oxc_direction"]) * active,
        "port": c["port_400g"] * active,
        "access": c["access_device"] * active + c["access_fitout"] * passive,
    }


def _link_cost(problem: Problem, link: LinkPlan, row: int) -> float:
    """Return what lighting one link costs: nothing when it is dark in the plan or lit today."""
    network, c = problem.network, problem.catalogue
    if not link.lit or bool(network.links["lit"].iat[row]):
        return 0.0
    years = present_value(c["horizon_years"], c["discount_rate"])
    length = float(network.links["length_km"].iat[row])
    amplifiers = length / c["amplifier_spacing_km"] * c["amplifier_site"] * (1 + c["opex_active"] * years)
    if network.links["kind"].iat[row] == "existing":
        return length * c["dark_pair_km_year"] * years + amplifiers
    capex = 0.0
    priced_km = network.class_km if network.priced_km is None else network.priced_km
    for (route_class, km), priced in zip(network.class_km.iloc[row].items(), priced_km.iloc[row], strict=True):
        if km > 0:
            name, _, bridge = str(route_class).partition(":")
            factor = c.family("class_factor").get(name.removesuffix("_link"), c["class_factor.other"])
            capex += priced * c["trench_km"] * factor * (c["bridge_factor"] if bridge else 1) + km * c["cable_km"]
    if network.crossings is not None:
        capex += sum(int(n) * c[f"crossing.{kind}"] for kind, n in network.crossings.iloc[row].items())
    return capex * (1 + c["opex_passive"] * years) + amplifiers
