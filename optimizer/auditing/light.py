"""The light of a plan, computed again from the network, the catalogue and the plan's own words alone."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from optimizer.auditing.light_channels import channel_breaches, clash_breaches
from optimizer.auditing.light_equipment import material_breaches, pair_breaches, switch_breaches
from optimizer.auditing.light_traffic import traffic_breaches

if TYPE_CHECKING:
    from optimizer.light.parts import LightPlan
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["light_breaches"]


def light_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
    """Yield what in the light of a plan is not so: traffic, routes, clashes, overloads, reach, ports, directions."""
    asked, light = problem.requirement_named("capacity"), plan.light
    if asked is None or light is None:
        if asked is not None:
            yield "The plan has no light, and traffic was asked to be carried."
        elif light is not None:
            yield "The plan has light, and nobody asked traffic to be carried."
        return
    yield from traffic_breaches(problem, plan, light)
    yield from _sections(problem, plan, light)
    for channel in light.channels:
        yield from channel_breaches(problem, plan, light, channel)
    yield from clash_breaches(light)
    yield from pair_breaches(problem, plan, light)
    yield from switch_breaches(problem, plan, light)
    yield from material_breaches(problem, plan, light)
    yield from _routes(plan, light)


def _sections(problem: Problem, plan: Plan, light: LightPlan) -> Iterator[str]:
    """Sections run over lit links from end to end without a metro site between; length, amplifiers told truly."""
    lit = {k.id: k for k in plan.links if k.lit}
    ids = [str(name) for name in problem.network.nodes["id"]]
    stops = {ids[s.node] for s in problem.metro_sites}
    spacing = problem.catalogue["amplifier_spacing_km"]
    if len({s.id for s in light.sections}) < len(light.sections):
        yield "Sections of light are listed twice."
    for section in light.sections:
        where, at = f"Section '{section.id}'", section.a
        for i, name in enumerate(section.links):
            link = lit.get(name)
            if link is None:
                yield f"{where} runs over link '{name}', which is not lit in the plan."
                break
            if at not in (link.a, link.b):
                yield f"{where} breaks off at {at}: link '{name}' joins {link.a} and {link.b}."
                break
            at = link.b if at == link.a else link.a
            if at in stops and i < len(section.links) - 1:
                yield f"{where} passes metro site {at} as if it were a junction."
        else:
            if at != section.b:
                yield f"{where} ends at {at}, not {section.b}."
        km = math.fsum(lit[name].length_km for name in section.links if name in lit)
        if not math.isclose(km, section.length_km, rel_tol=1e-9, abs_tol=1e-6):
            yield f"{where} is {km:.6f} km long, not {section.length_km:.6f}."
        needed = (max(1, math.ceil(km / spacing - 1e-9)) - 1) * section.pairs
        if section.amplifiers != needed:
            yield f"{where} needs {needed} line amplifiers, the plan has {section.amplifiers}."


def _routes(plan: Plan, light: LightPlan) -> Iterator[str]:
    """The routes of the relations are those of their channels."""
    sections = {s.id: s for s in light.sections}
    routes = {(r.id, route.role): set(route.links) for r in plan.relations for route in r.routes}
    for channel in light.channels:
        links = {k for s in channel.stretches for q in s.sections if q in sections for k in sections[q].links}
        told = routes.get((channel.relation, channel.role))
        if told is not None and told != links:
            yield f"Channel '{channel.id}' does not run along the {channel.role} route of its relation."
