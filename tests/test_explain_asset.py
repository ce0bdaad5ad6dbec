"""Why an asset is in a plan, or why not: who needs it known by hand, its price the difference of two other solves."""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from optimizer import Plan, Problem, ProjectError, solve
from optimizer.explaining import explain
from optimizer.explaining.answers import AssetAnswer
from optimizer.formulate import Formulation, formulate
from optimizer.reference import solve_reference
from tests.networks import four_sites_ring, problem
from tests.random_problems import random_problem

GOALS = {
    "interconnect_latency": {"limit_us": 1000.0},
    "export_400g": {},
    "oxc_share": {},
    "latency_circle": {"share": 0.6},
}


@cache
def ring() -> tuple[Problem, Plan]:
    """The ring with four goals, and its plan: A2 serves 6 of 10, over the road S4-S3."""
    question = problem(four_sites_ring(), **GOALS)
    return question, solve(question)


def asset(name: str) -> AssetAnswer:
    """Explain an asset of the ring."""
    return explain(*ring(), name)


def test_the_plan_is_the_one_known_by_hand() -> None:
    plan = ring()[1]
    assert plan.objective == pytest.approx(8050.0)
    assert {k.id for k in plan.links if k.lit} == {"S1-S2", "S2-S3", "S3-S4", "C1-S1", "C2-S3", "C3-S2", "A2-S4"}


def test_a_link_of_the_plan() -> None:
    told = asset("S1-S2")
    assert (told.in_plan, told.asset_kind, told.own_cost, told.length_km) == (True, "link", 1000.0, 10.0)
    assert told.needs.relations == ("C1-C2",)
    assert told.needs.cut_off == ("C1",)
    assert told.needs.goals_missed == ("Centers on one network", "Interconnection latency")
    assert told.difference is not None  # S4-S1 (1,200) in its place (1,000)
    assert told.difference.cost == pytest.approx(200.0)
    assert (told.difference.least, told.difference.most) == (pytest.approx(200.0, abs=0.01),) * 2
    assert told.swap is not None
    assert (told.swap.links_in, told.swap.links_out) == (("S4-S1",), ("S1-S2",))
    assert told.text[1] == "Leaving it out costs CNY 200 more (exact: both plans are proven optimal)."


def test_a_link_that_is_not_in_the_plan() -> None:
    told = asset("S4-S1")  # in place of S3-S4 (1,100): the ring is closed the other way around
    assert told.in_plan is False
    assert told.difference is not None
    assert told.difference.cost == pytest.approx(100.0)
    assert told.text[:2] == (
        "Link 'S4-S1', 12.0 km is not in the plan; CNY 1.200 k by itself.",
        "Forcing it in costs CNY 100 more (exact: both plans are proven optimal).",
    )


def test_a_link_that_no_network_can_do_without() -> None:
    told = asset("C2-S3")
    assert (told.replaceable, told.difference) == (False, None)
    assert told.text[1] == "No network meets the goals without it."
    assert "Centers 'C1' and 'C2' cannot be joined: the best way there is takes 'C2-S3', which must_not rules out." in (
        told.reasons
    )
    assert told.needs.access_points == ("A2",)
    assert told.needs.places == ("P3",)


def test_equipment() -> None:
    new = next(s.id for s in ring()[1].sites if s.oxc and s.id in ("S1", "S3"))
    first, other = asset(new), asset("S4")
    assert (first.asset_kind, first.in_plan, other.in_plan) == ("oxc", True, False)
    assert first.needs.relations == ("C1-C2",)
    assert first.needs.goals_missed == ("OXC at major sites",)
    assert first.difference is not None
    assert first.difference.cost == pytest.approx(0.0)  # the other of S1 and S3 does as well
    assert other.difference is not None
    assert other.difference.cost == pytest.approx(2000.0)  # it is no major site
    export = asset("C2" if ring()[1].centers[0].export_400g else "C1")
    assert export.difference is not None
    assert export.difference.cost == pytest.approx(0.0)
    point = asset("A1")  # 50 and 100 of lead-in beside A2, which the share needs
    assert point.difference is not None
    assert point.difference.cost == pytest.approx(150.0)
    assert point.goals == ("1 ms latency circle: 100.00%, was 60.00%",)


def test_a_route_stands_for_all_its_links() -> None:
    net = four_sites_ring()
    road = tuple(("F1",) if name in ("S3-S4", "S4-S1") else (name,) for name in net.links["id"])
    question = problem(replace(net, link_sources=road))
    told = explain(question, solve(question), "F1")
    assert (told.asset_kind, told.links, told.own_cost) == ("route", ("S3-S4", "S4-S1"), 2300.0)
    assert told.difference is not None  # one of the two short sides, 1,000 each, is not needed then
    assert told.difference.cost == pytest.approx(1300.0)


def test_what_is_in_service_cannot_be_left_out_and_a_lit_link_can() -> None:
    net = four_sites_ring(lit_side=True)
    net = replace(net, metro_sites=net.metro_sites.assign(oxc=[True, False, False, False]))
    question = problem(net)
    plan = solve(question)
    oxc = explain(question, plan, "S1")
    assert (oxc.in_service_today, oxc.difference) == (True, None)
    assert oxc.text[1] == "What is in service today cannot be left out."
    side = explain(question, plan, "S1-S2")
    assert side.difference is not None
    assert side.difference.cost == pytest.approx(2300.0)  # round the other way: 1,100 and 1,200


def test_an_asset_that_the_planner_has_fixed_is_measured_against_the_opposite() -> None:
    question = problem(four_sites_ring(), fixed_choices={"must_build": ["S3-S4"], "must_not": ["S2-S3"]})
    plan = solve(question)
    built = explain(question, plan, "S2-S3")
    assert built.difference is not None
    assert built.difference.cost == pytest.approx(-200.0)  # then S4-S1 (1,200) is not needed, S2-S3 (1,000) is
    question = problem(four_sites_ring(), fixed_choices={"must_build": ["S4"]})
    out = explain(question, solve(question), "S4")
    assert out.difference is not None
    assert out.difference.cost == pytest.approx(-3100.0)  # the OXC and the road S3-S4 to it


def test_the_id_of_a_center_means_its_export_and_not_its_lead_in() -> None:
    net = four_sites_ring()
    made_of = tuple((name, "C1") if name == "C1-S1" else (name,) for name in net.links["id"])
    question = problem(replace(net, link_sources=made_of), export_400g={}, fixed_choices={"must_not": ["C1"]})
    plan = solve(question)
    assert [c.id for c in plan.centers if c.export_400g] == ["C2"]
    told = explain(question, plan, "C1")
    assert told.asset_kind == "export"
    assert told.difference is not None
    assert told.difference.cost == pytest.approx(0.0)


def test_what_no_goal_decides_on_is_said() -> None:
    question = problem(four_sites_ring())
    told = explain(question, solve(question), "A1")
    assert (told.difference, told.replaceable) == (None, None)
    assert told.text[1] == "No goal of this question decides on 'A1': ask one that does, with share = 0 if need be."


def test_an_id_that_names_nothing() -> None:
    with pytest.raises(ProjectError, match=r"'S1-S3' is no link, route, metro site, .* Did you mean 'S2-S3'\?"):
        asset("S1-S3")


def test_quick_answers_do_not_solve() -> None:
    told = explain(*ring(), "S1-S2", solve=False)
    assert (told.difference, told.replaceable) == (None, True)
    assert told.text[1] == "The goals can be met without it; what that costs was not asked."


def test_a_plan_within_a_budget_is_measured_by_what_it_reaches() -> None:
    question = problem(four_sites_ring(), oxc_share={"share": 1.0}, budget={"limit": 6500.0})
    plan = solve(question)  # 2,300 of links and two OXCs of 2,000
    told = explain(question, plan, "S2-S3")
    assert told.difference is not None
    assert told.difference.plan.cost == pytest.approx(6300.0)
    assert told.difference.cost == pytest.approx(1300.0)  # S3-S4 and S4-S1 in place of it


def reference_cost(formulation: Formulation, fixed: dict[int, float]) -> float:
    """Return the least cost by HiGHS on the flow program, some columns fixed; inf when there is none."""
    model = formulation.model
    lower, upper = model.lower.copy(), model.upper.copy()
    for column, value in fixed.items():
        lower[column] = upper[column] = value
    found = solve_reference(replace(model, lower=lower, upper=upper))
    return np.inf if found.values is None else found.objective


def columns_of(question: Problem, formulation: Formulation, name: str) -> list[int]:
    """Return the columns that an id stands for."""
    families = formulation.families
    use = list(families["use"].values())
    links = [use[k] for k in question.links_by_id.get(name, ())]
    return links or [families[f][name] for f in ("oxc", "export", "serve") if name in families.get(f, {})]


def assets_to_ask(question: Problem, plan: Plan, seed: int) -> list[str]:
    """Return two assets that can be decided on: a random one of the plan, and one that is not."""
    formulation = formulate(question)
    rule = question.requirement_named("fixed_choices")
    named = {*getattr(rule, "must_build"), *getattr(rule, "must_not")}  # noqa: B009
    had = {s.id for s in question.metro_sites if s.oxc} | {c.id for c in question.centers if c.ports_400g}
    had |= {a.id for a in question.access_points if a.optical}
    has = {k.id for k in plan.links if k.lit} | {s.id for s in plan.sites if s.oxc}
    has |= {c.id for c in plan.centers if c.export_400g} | {a.id for a in plan.access_points if a.equipped}
    known = sorted(
        {n for f in ("use", "oxc", "export", "serve") for n in formulation.families.get(f, {})} - named - had
    )
    rng = random.Random(seed)
    picked = [rng.choice(some) for some in ([n for n in known if n in has], [n for n in known if n not in has]) if some]
    return [n for n in picked if columns_of(question, formulation, n)]


def compared(seed: int) -> int:
    """Compare the answers about two assets with two solves by HiGHS; return how many there were."""
    question = random_problem(seed, protected=seed >= 2000)
    formulation = formulate(question)
    base = reference_cost(formulation, {})
    if np.isinf(base):
        return 0
    plan = solve(question)
    names = assets_to_ask(question, plan, seed)
    for name in names:
        told = explain(question, plan, name, gap=1e-6)
        columns = columns_of(question, formulation, name)
        other = reference_cost(formulation, dict.fromkeys(columns, 0.0 if told.in_plan else 1.0))
        if np.isinf(other):
            assert (told.difference, told.replaceable) == (None, False)
            continue
        assert told.difference is not None
        assert told.difference.exact
        for known in (told.difference.cost, told.difference.least, told.difference.most):
            assert known == pytest.approx(other - base, abs=0.01)
    return len(names)


@pytest.mark.parametrize("seed", range(300, 308))
def test_why_and_why_not_equal_the_difference_of_two_other_solves(seed: int) -> None:
    assert compared(seed) in (0, 1, 2)


@pytest.mark.slow
def test_a_hundred_answers_equal_the_difference_of_two_other_solves() -> None:
    assert sum(compared(seed) for seed in [*range(308, 360), *range(2300, 2312)]) >= 100
