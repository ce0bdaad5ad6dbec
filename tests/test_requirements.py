"""Every requirement: the answer known by hand on the ring of four sites, priced with round numbers."""

from __future__ import annotations

import re

import pytest

from optimizer.errors import InfeasibleError
from optimizer.pipeline import solve
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.requirements import REQUIREMENTS
from optimizer.requirements.base import TOLERANCE_US, complies, needed
from tests.networks import four_sites_ring, network, problem

SOLVERS = ("auto", "highs")


def plan_of(question: Problem, solver: str = "auto") -> Plan:
    plan = solve(question, solver=solver, time_limit_s=30)
    assert plan.status == "optimal"
    assert plan.bound <= plan.objective
    return plan


def lit(plan: Plan) -> set[str]:
    return {link.id for link in plan.links if link.lit}


@pytest.mark.parametrize("solver", SOLVERS)
def test_connected_centers_take_the_two_short_sides(solver: str) -> None:
    # C1-S1-S2-S3-C2 and C3: 1 + 10 + 10 + 1 + 1 = 23 km at 100
    plan = plan_of(problem(four_sites_ring()), solver)
    assert plan.objective == pytest.approx(2300.0)
    assert lit(plan) == {"C1-S1", "S1-S2", "S2-S3", "C2-S3", "C3-S2"}


def test_connected_centers_may_leave_small_ones_out() -> None:
    plan = plan_of(problem(four_sites_ring(), connected_centers={"centers": "medium"}))
    assert plan.objective == pytest.approx(2200.0)


def test_lit_routes_cost_nothing_and_dark_ones_their_lease() -> None:
    assert plan_of(problem(four_sites_ring(lit_side=True))).objective == pytest.approx(1300.0)
    ring = four_sites_ring(lit_side=True)
    ring.links.loc[ring.links["id"] == "S1-S2", "lit"] = False
    assert plan_of(problem(ring)).objective == pytest.approx(1300.0 + 10 * 5 * 1.0)


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("limit_us", "cost", "way"),
    [
        # by S2: 22 km x 5 + three electrical sites x 50 + 10 = 270; by S4: 25 km x 5 + 150 + 10 = 285
        (270.01, 2300.0, 270.0),
        # an OXC saves 49 us
        (270.0, 4300.0, 221.0),
        (221.0, 6300.0, 172.0),
        (172.0, 8300.0, 123.0),
    ],
)
def test_interconnect_latency_is_strict_and_buys_oxcs(solver: str, limit_us: float, cost: float, way: float) -> None:
    plan = plan_of(problem(four_sites_ring(), interconnect_latency={"limit_us": limit_us}), solver)
    assert plan.objective == pytest.approx(cost)
    assert plan.relations[0].routes[0].latency_us == pytest.approx(way)
    assert plan.relations[0].met


def test_interconnect_latency_out_of_reach_names_the_relation_and_its_best_route() -> None:
    question = problem(four_sites_ring(), interconnect_latency={"limit_us": 123.0})
    with pytest.raises(
        InfeasibleError, match=re.escape("C1-C2: the best possible route takes 123.0 us; the limit is < 123 us")
    ):
        solve(question)


def test_interconnect_latency_there_and_back_halves_the_limit() -> None:
    rule = {"limit_us": 540.02, "direction": "round_trip"}
    assert plan_of(problem(four_sites_ring(), interconnect_latency=rule)).objective == pytest.approx(2300.0)
    rule = {"limit_us": 540.0, "direction": "round_trip"}
    assert plan_of(problem(four_sites_ring(), interconnect_latency=rule)).objective == pytest.approx(4300.0)


def test_interconnect_latency_share_leaves_the_dearest_relation_out() -> None:
    # listed pairs: C1-C3 takes 12 x 5 + 100 + 10 = 170 us, C1-C2 needs an OXC to get under 270
    pairs = [["C1", "C3"], ["C2", "C1"]]
    half = problem(four_sites_ring(), interconnect_latency={"limit_us": 270, "share": 0.5, "pairs": pairs})
    assert plan_of(half).objective == pytest.approx(2300.0)
    more = problem(four_sites_ring(), interconnect_latency={"limit_us": 270, "share": 0.51, "pairs": pairs})
    assert plan_of(more).objective == pytest.approx(4300.0)


def test_export_400g_counts_medium_and_larger_centers_rounded_up() -> None:
    assert plan_of(problem(four_sites_ring(), export_400g={"share": 0.5})).objective == pytest.approx(2300.0 + 500.0)
    assert plan_of(problem(four_sites_ring(), export_400g={"share": 0.51})).objective == pytest.approx(2300.0 + 1000.0)


def test_export_400g_of_today_counts_and_costs_nothing() -> None:
    ring = four_sites_ring()
    ring.centers.loc[ring.centers["id"] == "C2", "export_ports_400g"] = 2
    plan = plan_of(problem(ring, export_400g={"share": 0.5}))
    assert plan.objective == pytest.approx(2300.0)
    assert [c.ports_400g for c in plan.centers] == [0, 2, 0]


@pytest.mark.parametrize(("basis", "ports"), [("ports", 6), ("gbps", 2)])
def test_export_400g_by_ports_and_by_rate(basis: str, ports: int) -> None:
    # six other ports of 100G at C1: half of all ports needs 6 new ones; half of all rate needs 600 / 400 -> 2
    ring = four_sites_ring()
    ring.centers.loc[ring.centers["id"] == "C1", ["export_ports_other", "export_gbps_other"]] = [6, 600.0]
    plan = plan_of(problem(ring, export_400g={"share": 0.5, "basis": basis}))
    assert plan.objective == pytest.approx(2300.0 + 500.0 * ports)
    assert sum(c.ports_400g for c in plan.centers) == ports


def test_oxc_share_rounds_up_and_stays_on_the_lit_network() -> None:
    # half of three major sites is two; S1, S2, S3 are on the way anyway
    plan = plan_of(problem(four_sites_ring(), oxc_share={"share": 0.5}))
    assert plan.objective == pytest.approx(2300.0 + 4000.0)


def test_oxc_share_of_a_list_has_to_join_the_site() -> None:
    # S4 hangs on S3 by 11 km
    plan = plan_of(problem(four_sites_ring(), oxc_share={"share": 1.0, "sites": ["S4"]}))
    assert plan.objective == pytest.approx(2300.0 + 1100.0 + 2000.0)
    assert next(s for s in plan.sites if s.id == "S4").oxc


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize(
    ("share", "cost"),
    [
        (0.0, 2300.0),
        (0.4, 2300.0 + 100.0 + 50.0),  # A1 carries 4 of 10
        (0.41, 2300.0 + 1100.0 + 100.0 + 50.0),  # A2 carries 6 of 10, by S3-S4
        (0.61, 2300.0 + 1200.0 + 100.0 + 100.0),
    ],
)
def test_latency_circle_serves_the_cheapest_weight(solver: str, share: float, cost: float) -> None:
    plan = plan_of(problem(four_sites_ring(), latency_circle={"share": share}), solver)
    assert plan.objective == pytest.approx(cost)


def test_latency_circle_is_strict_about_the_drop() -> None:
    # P1: A1-S2-C3 is 2 km x 5 + 50 + 100 = 160 us; P2 has 2 km of drop more: 170 us
    plan = plan_of(problem(four_sites_ring(), latency_circle={"share": 0.3, "limit_us": 160.01}))
    assert {p.id: p.covered for p in plan.places} == {"P1": True, "P2": False, "P3": False}
    plan = plan_of(problem(four_sites_ring(), latency_circle={"share": 0.3, "limit_us": 160.0}))
    assert plan.objective > 2450.0


@pytest.mark.parametrize(
    ("by", "denominator"),
    [("key_places", 10.0), ("access_points", 2.0), ("population", 100.0), ("area", 2.0), ("centers", 3.0)],
)
def test_latency_circle_weighs_what_is_asked(by: str, denominator: float) -> None:
    plan = plan_of(problem(four_sites_ring(), latency_circle={"share": 0.5, "by": by}))
    goal = next(g for g in plan.goals if g.name == "latency_circle")
    assert goal.denominator == denominator
    assert goal.met


def test_terminal_latency_counts_people_and_their_access() -> None:
    plan = plan_of(problem(four_sites_ring(), terminal_latency={"share": 0.7}))
    assert plan.objective == pytest.approx(2300.0)
    goal = next(g for g in plan.goals if g.name == "terminal_latency")
    assert (goal.numerator, goal.denominator) == (70.0, 100.0)
    with pytest.raises(InfeasibleError, match="70 of 100 people"):
        solve(problem(four_sites_ring(), terminal_latency={"share": 0.71}))
    only = {"share": 1.0, "technologies": ["pon"]}
    assert plan_of(problem(four_sites_ring(), terminal_latency=only)).objective == pytest.approx(2300.0)


def test_fixed_choices_build_and_leave_out() -> None:
    must = {"must_build": ["S4-S1", "S4", "C2"]}
    plan = plan_of(problem(four_sites_ring(), fixed_choices=must, export_400g={"share": 0.0}))
    assert plan.objective == pytest.approx(2300.0 + 1200.0 + 2000.0 + 500.0 - 0.0)
    assert {"S4-S1"} <= lit(plan)
    without = plan_of(problem(four_sites_ring(), fixed_choices={"must_not": ["S1-S2"]}))
    # C1-S1-S4-S3-C2 and S3-S2-C3: 1 + 12 + 11 + 1 + 10 + 1
    assert without.objective == pytest.approx(3600.0)
    assert "S1-S2" not in lit(without)


def test_centers_that_no_links_join_are_named() -> None:
    question = problem(four_sites_ring(), fixed_choices={"must_not": ["S1-S2", "S4-S1"]}, interconnect_latency={})
    with pytest.raises(InfeasibleError, match="Centers 'C1' and 'C2' cannot be joined"):
        solve(question)


def test_shares_round_up() -> None:
    assert [needed(0.5, 7), needed(0.5, 8), needed(0.7, 10), needed(1.0, 3), needed(0.0, 3)] == [4, 4, 7, 3, 0]


def test_exactly_the_limit_does_not_comply() -> None:
    assert not complies(1000.0, 1000.0)
    assert complies(999.999, 1000.0)
    from optimizer.model import LATENCY_TOLERANCE_US

    assert LATENCY_TOLERANCE_US == TOLERANCE_US


def test_centers_are_classed_by_racks_or_megawatts() -> None:
    ends = {"C1": {"racks": 10000.0}, "C2": {"mw": 7.5}, "C3": {"mw": 2.4975}, "C4": {"pflops": 500.0}}
    nodes = {name: ("center", float(i), 0.0) for i, name in enumerate(ends)}
    links = [(f"L{i}", f"C{i}", f"C{i + 1}", 1.0, "candidate") for i in range(1, 4)]
    question = problem(network(nodes, links, centers=ends))
    assert [c.size_class for c in question.centers] == ["hyperscale", "large", "small", "medium"]


def test_every_requirement_states_its_rule_and_is_known_once() -> None:
    keys = [kind.key for kind in REQUIREMENTS]
    assert len(keys) == len(set(keys))
    for kind in REQUIREMENTS:
        assert kind.title
        assert kind.__doc__
        for name, field in kind.model_fields.items():
            assert field.description or name == "centers", f"{kind.key}.{name} has no description"
