"""Protection and dual homing: answers by hand on the ring of four sites, and broken plans the audit catches."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from geo_data.network.types import Network, SharedRisk
from optimizer.auditing import audit
from optimizer.errors import InfeasibleError
from optimizer.pipeline import solve
from optimizer.plan import Plan
from optimizer.problem import Problem
from tests.networks import four_sites_ring, network, problem

SOLVERS = ("auto", "highs")
# the whole ring (10 + 10 + 11 + 12 km) and three lead-ins of 1 km, at 100 a km
RING = 4600.0


def protected(net: Network | None = None, **settings: Any) -> Problem:
    return problem(net or four_sites_ring(), protection={"between": "medium", **settings})


def plan_of(question: Problem, solver: str = "auto") -> Plan:
    plan = solve(question, solver=solver, time_limit_s=30)
    assert plan.status == "optimal"
    return plan


def in_one_duct(*links: str) -> Network:
    ring = four_sites_ring()
    numbers = tuple(i for i, name in enumerate(ring.links["id"]) if name in links)
    return replace(ring, shared_risks=(SharedRisk("duct", "given", "duct under the railway", numbers),))


def two_lead_ins() -> Network:
    """The ring where C1 also has a lead-in of 1 km to S4."""
    ring = four_sites_ring()
    nodes = {row.id: (row.kind, row.geometry.x / 1000, row.geometry.y / 1000) for row in ring.nodes.itertuples()}
    ids = list(nodes)
    links = [(r.id, ids[r.a], ids[r.b], r.length_km, r.kind) for r in ring.links.itertuples()]
    return network(
        nodes,
        [*links, ("C1-S4", "C1", "S4", 1.0, "candidate")],
        centers={"C1": {"racks": 12000.0}, "C2": {"racks": 1500.0}, "C3": {"racks": 200.0}},
        sites={"S1": {}, "S2": {}, "S3": {}, "S4": {"major": False}},
    )


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("disjoint", ["link", "srlg", "node", "node_srlg"])
def test_protection_closes_the_ring(solver: str, disjoint: str) -> None:
    plan = plan_of(protected(disjoint=disjoint), solver)
    assert plan.objective == pytest.approx(RING)
    (relation,) = plan.relations
    assert relation.protected
    working, protection = relation.routes
    # by S2: 22 km x 5 + three electrical sites x 50 + 10 = 270; by S4: 25 km x 5 + 150 + 10 = 285
    assert (working.role, working.latency_us) == ("working", pytest.approx(270.0))
    assert (protection.role, protection.latency_us) == ("protection", pytest.approx(285.0))
    goal = next(g for g in plan.goals if g.name == "protection")
    assert (goal.numerator, goal.denominator, goal.met) == (1.0, 1.0, True)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(("limit_us", "cost"), [(270.01, RING), (270.0, RING + 2000), (221.0, RING + 4000)])
def test_the_limit_of_the_protection_route_is_strict_and_buys_oxcs(solver: str, limit_us: float, cost: float) -> None:
    assert plan_of(protected(limit_us=limit_us), solver).objective == pytest.approx(cost)


@pytest.mark.parametrize("solver", SOLVERS)
def test_the_working_route_keeps_the_limit_of_the_relation(solver: str) -> None:
    question = problem(
        four_sites_ring(),
        interconnect_latency={"limit_us": 270.0},
        protection={"between": "medium", "disjoint": "link"},
    )
    plan = plan_of(question, solver)
    assert plan.objective == pytest.approx(RING + 2000.0)
    assert plan.relations[0].routes[0].latency_us < 270.0


@pytest.mark.parametrize("solver", SOLVERS)
def test_two_sides_in_one_duct_protect_nothing(solver: str) -> None:
    net = in_one_duct("S1-S2", "S3-S4")
    assert plan_of(protected(net, disjoint="link"), solver).objective == pytest.approx(RING)
    with pytest.raises(InfeasibleError, match=re.escape("Protected relations: even with every link")):
        solve(protected(net, disjoint="srlg"), solver=solver)
    # two sides of one way may share a duct
    assert plan_of(protected(in_one_duct("S1-S2", "S2-S3"), disjoint="srlg"), solver).objective == pytest.approx(RING)


def test_a_relation_that_nothing_protects_is_named_with_the_link_that_every_route_takes() -> None:
    ring = four_sites_ring()
    kept = ring.links["id"] != "S3-S4"
    net = replace(
        ring, links=ring.links[kept].reset_index(drop=True), class_km=ring.class_km[kept].reset_index(drop=True)
    )
    net = replace(net, link_sources=tuple((str(name),) for name in net.links["id"]))
    found = re.escape(
        "Relation C1-C2 cannot be protected: every route takes link 'S1-S2', 'S2-S3'. Add candidate routes"
    )
    with pytest.raises(InfeasibleError, match=found):
        solve(protected(net))


def test_a_share_of_the_relations() -> None:
    pairs = [["C1", "C2"], ["C1", "C3"]]
    assert plan_of(protected(pairs=pairs, share=0.0)).objective == pytest.approx(2300.0)
    plan = plan_of(protected(pairs=pairs, share=0.5))
    assert plan.objective == pytest.approx(RING)
    assert sum(r.protected for r in plan.relations) == 2  # the ring protects both


def test_relations_of_listed_centers() -> None:
    plan = plan_of(protected(centers=["C3"]))
    assert [r.id for r in plan.relations if r.protected] == ["C1-C3", "C2-C3"]


@pytest.mark.parametrize("solver", SOLVERS)
def test_dual_homing_takes_both_lead_ins(solver: str) -> None:
    plan = plan_of(problem(two_lead_ins(), dual_homing={"centers": ["C1"]}), solver)
    assert plan.objective == pytest.approx(2400.0)
    homes = next(c.homes for c in plan.centers if c.id == "C1")
    assert {h.nodes for h in homes} == {("C1", "S1"), ("C1", "S4")}


def test_a_center_with_one_lead_in_to_a_site_has_one_home() -> None:
    with pytest.raises(InfeasibleError, match="Dual homing: even with every link"):
        solve(problem(four_sites_ring(), dual_homing={"centers": ["C1"]}))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"protection": {"pairs": [["C1", "C9"]]}}, "names 'C9', which is no computing center"),
        ({"protection": {"between": "large"}}, "finds no relation between centers of class 'large'"),
        (
            {"protection": {"between": "medium", "lead_ins": "separate"}},
            "center 'C1' has one lead-in. Set lead_ins = 2",
        ),
        ({"dual_homing": {"centers": ["C9"]}}, "centers names 'C9', which is no computing center"),
    ],
)
def test_settings_that_fit_no_network_are_told(settings: dict[str, Any], message: str) -> None:
    question = problem(four_sites_ring(), **settings)
    found = [p for r in question.requirements for p in r.problems(question)]
    assert any(message in line for line in found), found


# ---- broken plans ----


def with_routes(plan: Plan, **changes: Any) -> Plan:
    (relation,) = plan.relations
    return replace(plan, relations=(replace(relation, **changes),))


def breaches(plan: Plan, question: Problem) -> str:
    return "\n".join(audit(question, plan))


def test_the_audit_catches_two_routes_that_are_one() -> None:
    question = protected()
    plan = plan_of(question)
    working, protection = plan.relations[0].routes
    twice = with_routes(plan, routes=(working, replace(working, role="protection")))
    assert "both its routes use link 'S1-S2'" in breaches(twice, question)
    alone = with_routes(plan, routes=(working,))
    assert "is told protected with routes working" in breaches(alone, question)
    swapped = with_routes(plan, routes=(replace(protection, role="working"), replace(working, role="protection")))
    assert breaches(swapped, question) == ""  # no limit forbids the slower way to work
    hidden = with_routes(plan, protected=False)
    assert "has 2 routes and is not told protected" in breaches(hidden, question)
    assert "Protected relations: 0 of 1" in breaches(hidden, question)


def test_the_audit_catches_a_shared_duct_and_a_shared_node() -> None:
    question = protected(disjoint="link")
    plan = plan_of(question)
    ducts = protected(in_one_duct("S1-S2", "S4-S1"), disjoint="srlg")
    assert "both its routes run through shared risk 'duct' (duct under the railway)" in breaches(plan, ducts)
    crossing = network(
        {"C1": ("center", 0, 0), "C2": ("center", 4, 0), "M": ("metro_site", 2, 0)}
        | {f"J{i}": ("junction", 1 + 2 * (i % 2), 1 - 2 * (i // 2)) for i in range(4)},
        [
            (f"{end}-J{i}", end, f"J{i}", 1.0, "candidate")
            for end, inner in (("C1", (0, 2)), ("C2", (1, 3)))
            for i in inner
        ]
        + [(f"M-J{i}", "M", f"J{i}", 1.0, "candidate") for i in range(4)],
        centers={"C1": {"racks": 2000.0}, "C2": {"racks": 2000.0}},
        sites={"M": {}},
    )
    plan = plan_of(protected(crossing, disjoint="link"))
    assert "both its routes pass node 'M'" in breaches(plan, protected(crossing, disjoint="node"))
    with pytest.raises(InfeasibleError):
        solve(protected(crossing, disjoint="node"))


def test_the_audit_catches_late_routes_and_false_latencies() -> None:
    plan = plan_of(protected())
    late = breaches(plan, protected(limit_us=285.0))
    assert "its protection route takes 285.000 us; the limit is < 285 us" in late
    working, protection = plan.relations[0].routes
    quick = with_routes(plan, routes=(working, replace(protection, latency_us=200.0)))
    assert "protection route takes 285.0000 us, not 200.0000" in breaches(quick, protected())


def test_the_audit_catches_homes_that_are_one_site() -> None:
    question = problem(two_lead_ins(), dual_homing={"centers": ["C1"]})
    plan = plan_of(question)
    center = plan.centers[0]
    one, other = center.homes
    same = replace(center, homes=(one, replace(one, role="protection")))
    found = breaches(replace(plan, centers=(same, *plan.centers[1:])), question)
    assert f"has both its routes to metro site '{one.nodes[-1]}'" in found
    assert "Dual homing: 0 of 1" in found
    wrong = replace(center, homes=(replace(one, nodes=("C2", *one.nodes[1:])), other))
    assert "route to a metro site runs from C2" in breaches(replace(plan, centers=(wrong, *plan.centers[1:])), question)
