"""The audit: silent on a good plan, and it catches everything planted in one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from optimizer.auditing import audit
from optimizer.pipeline import solve
from optimizer.plan import Plan
from optimizer.problem import Problem
from tests.networks import four_sites_ring, problem


@pytest.fixture(scope="module")
def question() -> Problem:
    return problem(
        four_sites_ring(lit_side=True),
        interconnect_latency={"limit_us": 270},
        export_400g={"share": 0.5},
        oxc_share={"share": 0.5},
        latency_circle={"share": 0.4},
        terminal_latency={"share": 0.7},
    )


@pytest.fixture(scope="module")
def plan(question: Problem) -> Plan:
    return solve(question, solver="highs", time_limit_s=30)


def changed(items: tuple[Any, ...], name: str, **fields: Any) -> tuple[Any, ...]:
    """Return items with fields of the one called `name` changed."""
    found = tuple(replace(i, **fields) if name in (getattr(i, "id", ""), getattr(i, "name", "")) else i for i in items)
    assert found != items
    return found


def test_a_good_plan_passes(question: Problem, plan: Plan) -> None:
    assert audit(question, plan) == []


def _first_oxc(plan: Plan) -> str:
    return next(s.id for s in plan.sites if s.oxc)


def _understated(plan: Plan) -> Plan:
    relation = plan.relations[0]
    route = replace(relation.routes[0], latency_us=relation.routes[0].latency_us - 1.0)
    return replace(plan, relations=changed(plan.relations, relation.id, routes=(route,)))


def _cheaper_line(plan: Plan) -> Plan:
    lines = (replace(plan.cost[0], total=plan.cost[0].total - 100.0), *plan.cost[1:])
    return replace(plan, cost=lines)


PLANTED: dict[str, tuple[Callable[[Plan], Plan], str]] = {
    "link removed": (
        lambda p: replace(p, links=tuple(k for k in p.links if k.id != "S2-S3")),
        "uses link 'S2-S3', which is not lit",
    ),
    "existing link removed": (
        lambda p: replace(p, links=tuple(k for k in p.links if k.id != "S1-S2")),
        "Existing link 'S1-S2' is missing",
    ),
    "link named twice": (lambda p: replace(p, links=(*p.links, p.links[0])), "stands twice in the plan"),
    "OXC removed": (
        lambda p: replace(p, sites=changed(p.sites, _first_oxc(p), oxc=False, cost=0.0)),
        "OXC at major sites",
    ),
    "OXC given away": (lambda p: replace(p, sites=changed(p.sites, _first_oxc(p), cost=0.0)), "OXC at 'S"),
    "latency understated": (_understated, "working route takes"),
    "cost line wrong": (_cheaper_line, "is not"),
    "total wrong": (lambda p: replace(p, objective=p.objective - 1.0), "The objective is"),
    "link cost wrong": (lambda p: replace(p, links=changed(p.links, "S2-S3", cost=1.0)), "Link 'S2-S3' costs 1,000.00"),
    "met without a route": (
        lambda p: replace(p, relations=changed(p.relations, "C1-C2", routes=())),
        "is told met and has no route",
    ),
    "complies and told not met": (
        lambda p: replace(p, relations=changed(p.relations, "C1-C2", met=False)),
        "'C1-C2' is told not met",
    ),
    "share rounded down": (
        lambda p: replace(p, goals=changed(p.goals, "oxc_share", target=1 / 3, numerator=1.0, achieved=1 / 3)),
        "Goal 'OXC at major sites' reaches 2 of 3 sites; the plan says 1 of 3",
    ),
    "target lowered": (lambda p: replace(p, goals=changed(p.goals, "oxc_share", target=0.4)), "asks 50.00%"),
    "goal left out": (lambda p: replace(p, goals=p.goals[1:]), "is missing from the plan"),
    "route over a link that is not lit": (
        lambda p: replace(p, links=changed(p.links, "C2-S3", lit=False, built=False, cost=0.0)),
        "uses link 'C2-S3', which is not lit",
    ),
    "link that does not exist": (
        lambda p: replace(p, links=(*p.links, replace(p.links[0], id="L99"))),
        "Link 'L99' is no link of the network",
    ),
    "link shortened": (lambda p: replace(p, links=changed(p.links, "S2-S3", length_km=5.0)), "is 10.000000 km long"),
    "existing told as new": (
        lambda p: replace(p, links=changed(p.links, "S1-S2", lit_today=False)),
        "told as existing",
    ),
    "place covered out of reach": (
        lambda p: replace(p, places=changed(p.places, "P3", covered=True)),
        "Key place 'P3' is told covered",
    ),
    "place made heavier": (lambda p: replace(p, places=changed(p.places, "P1", weight=9.0)), "weighs 3, not 9"),
    "place dropped": (lambda p: replace(p, places=p.places[1:]), "Key place 'P1' is missing"),
    "export told without a port": (
        lambda p: replace(p, centers=tuple(replace(c, ports_400g=0) for c in p.centers)),
        "is told with 0 400G ports",
    ),
    "optimal at a gap": (lambda p: replace(p, bound=p.objective * 0.9, gap=0.1), "called optimal"),
    "gap understated": (lambda p: replace(p, bound=p.objective * 0.9, status="feasible"), "The gap is 10.0"),
    "bound above the cost": (lambda p: replace(p, bound=p.objective + 1.0), "The bound"),
}


@pytest.mark.parametrize("case", PLANTED)
def test_planted_breaches_are_caught(question: Problem, plan: Plan, case: str) -> None:
    plant, message = PLANTED[case]
    breaches = audit(question, plant(plan))
    assert any(message in b for b in breaches), breaches


def test_an_oxc_away_from_the_lit_network_does_not_count(question: Problem, plan: Plan) -> None:
    dark = changed(plan.sites, "S4", oxc=True, cost=2000.0)
    sites = tuple(replace(s, oxc=False, cost=0.0) if s.id == _first_oxc(plan) else s for s in dark)
    listed = problem(
        four_sites_ring(lit_side=True),
        interconnect_latency={"limit_us": 1000},
        oxc_share={"share": 0.5, "sites": ["S4", "S1"]},
    )
    breaches = audit(listed, replace(plan, sites=sites))
    assert any("0 of 2 sites" in b for b in breaches), breaches


def test_what_must_be_built_is_asked_for(plan: Plan) -> None:
    asked = problem(four_sites_ring(lit_side=True), fixed_choices={"must_build": ["S4-S1"], "must_not": ["S2-S3"]})
    breaches = audit(asked, plan)
    assert "'S4-S1' must be built and is not in the plan." in breaches
    assert "Link 'S2-S3' is lit, and the planner said it must not be." in breaches
