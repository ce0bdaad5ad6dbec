"""The plan with its light written down: what traffic changes of the plan without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from optimizer.facts import Measured
from optimizer.light.ask import least_light_cost
from optimizer.light.effect import effect_of
from optimizer.light.lit import Lit
from optimizer.light.parts import LightPlan
from optimizer.light.question import LightRoute
from optimizer.light.standing import Standing
from optimizer.parts import parts as parts_of
from optimizer.plan import LinkPlan, Plan, Provenance, RelationPlan, RoutePlan
from optimizer.problem import Problem
from optimizer.requirements.export_400g import Export400G
from optimizer.result import binding_of
from optimizer.solution import relative_gap

__all__ = ["least_beyond", "lit_plan"]


def lit_plan(problem: Problem, plan: Plan, lit: Lit, standing: Standing) -> Plan:
    """Return the plan without traffic with everything that light changes."""
    least = least_beyond(problem, plan, lit)
    bound = min(lit.cost, standing.bound)
    light = replace(lit.light, cost=lit.cost - plan.objective, least_cost=least)
    light = replace(light, effect=effect_of(problem, plan, lit.choice, light, lit.cost))
    shared = parts_of(problem, Measured(problem, lit.choice, light))
    shared["relations"] = _routed(problem, lit, shared["relations"])
    shared["links"] = _with_pairs(light, shared["links"])
    forced = sum(r.forced_cost(problem) for r in problem.requirements) + least
    return replace(
        plan,
        status="optimal" if relative_gap(lit.cost, bound) <= 1e-6 else "feasible",
        objective=lit.cost,
        bound=bound,
        gap=relative_gap(lit.cost, bound),
        variable_gap=relative_gap(lit.cost - forced, bound - forced),
        cost=lit.lines,
        light=light,
        binding=binding_of(shared),
        provenance=_provenance(plan, standing),
        **shared,
    )


def _provenance(plan: Plan, standing: Standing) -> Provenance:
    """Return the provenance with the time that light took, and when its first plan was there."""
    before, seconds = plan.provenance, standing.seconds
    phases = before.phases | {"light": seconds - before.seconds}
    return replace(before, seconds=seconds, first_plan_seconds=standing.first_plan_s, phases=phases)


def least_beyond(problem: Problem, plan: Plan, lit: Lit) -> float:
    """Return what light costs at the least beyond what the bound without traffic counts."""
    export = problem.requirement(Export400G)
    forced_ports = export.forced_cost(problem) if export is not None and export.basis == "centers" else _port_cost(plan)
    return max(0.0, least_light_cost(lit.base) - forced_ports)


def _port_cost(plan: Plan) -> float:
    """Return what 400G ports cost in a plan without traffic: no less than any plan needs for its goal."""
    return float(sum(c.cost for c in plan.centers))


def _routed(problem: Problem, lit: Lit, relations: Iterable[RelationPlan]) -> tuple[RelationPlan, ...]:
    """Return relations with the routes of their traffic."""
    chosen = {lit.base.traffic[o.demand].id: o.routes for o in lit.carried.choice.options}
    found = []
    for relation in relations:
        routes = chosen.get(relation.id)
        told = relation.routes if routes is None else tuple(_route(problem, lit, i, r) for i, r in enumerate(routes))
        found.append(replace(relation, routes=told))
    return tuple(found)


def _route(problem: Problem, lit: Lit, number: int, route: LightRoute) -> RoutePlan:
    ids, links = problem.network.nodes["id"], problem.network.links
    passing = Measured(problem, lit.choice).pass_us
    electrical = [s for s in route.sites if s not in lit.carried.choice.oxc]
    km = float(links["length_km"].to_numpy()[list(route.links)].sum())
    us = float(problem.link_us[list(route.links)].sum() + passing[list(route.nodes[1:-1])].sum())
    return RoutePlan(
        "protection" if number else "working", tuple(str(ids.iat[n]) for n in route.nodes),
        tuple(str(links["id"].iat[k]) for k in route.links), km, us + problem.pair_end_us, len(electrical),
    )  # fmt: skip


def _with_pairs(light: LightPlan, links: Iterable[LinkPlan]) -> tuple[LinkPlan, ...]:
    """Return links with their fibre pairs."""
    pairs: dict[str, int] = {}
    for section in light.sections:
        for name in section.links:
            pairs[name] = pairs.get(name, 0) + section.pairs
    return tuple(replace(k, fibre_pairs=max(k.fibre_pairs, pairs.get(k.id, 0))) for k in links)
