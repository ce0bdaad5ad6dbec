"""Budget, order, pool of plans and what-if: by hand, and against programs that share nothing of their search."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from optimizer.auditing import audit
from optimizer.errors import InfeasibleError, ProjectError
from optimizer.formulate import formulate
from optimizer.pipeline import solve
from optimizer.plan import Plan, plan_from_json, plan_to_json
from optimizer.problem import Problem
from optimizer.reference import solve_reference
from optimizer.requirements.fixed_choices import FixedChoices
from optimizer.variants import (
    alternatives,
    best_within,
    find_pool,
    in_order,
    what_if,
    with_budget,
    with_fixed,
    with_shares,
    without_budget,
)
from optimizer.variants.score import with_row
from tests.networks import four_sites_ring, problem
from tests.random_problems import random_problem
from tests.variant_cases import best_score, exhaustive_score

FINE = 1e-4


def ring() -> Problem:
    """Two of three OXCs at 2,000, one of two exports at 500, both access points at 50 and their links, 2,300 beside."""
    goals = {"oxc_share": {"share": 0.5}, "latency_circle": {"share": 0.8}, "export_400g": {"share": 0.5}}
    return problem(four_sites_ring(), interconnect_latency={"limit_us": 270}, **goals)


def goals_of(question: Problem) -> list[str]:
    return [r.key for r in question.requirements if "share" in type(r).model_fields]


def budgeted(seed: int, *, protected: bool = False) -> Problem | None:
    """Return a random problem within a budget between nothing and all it wants; None when it has no answer."""
    rng = random.Random(seed)
    question = random_problem(seed, most_nodes=9, most_links=13, protected=protected)
    goals = goals_of(question)
    if not goals:
        return None
    try:
        whole = solve(question, time_limit_s=30).objective
    except InfeasibleError:
        whole = 3000.0
    weights = {key: float(rng.choice([0, 1, 2, 5])) for key in goals}
    weights[rng.choice(goals)] = 3.0
    must = [rng.choice(goals)] if len(goals) > 2 and rng.random() < 0.3 else []
    weights.update(dict.fromkeys(must, 1.0))
    if not any(w for key, w in weights.items() if key not in must):
        return None
    return with_budget(question, round(whole * rng.uniform(0.3, 1.1)), weights=weights, must=must)


# ---- Budget -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["auto", "highs"])
@pytest.mark.parametrize(
    ("budget", "score", "cost"),
    [
        (2300, 0.0, 2300.0),  # the centers' network alone
        (2450, 0.125, 2450.0),  # and A1: 4 of 10 places, half of the 80 % asked, a quarter of the score each goal
        (2800, 0.25, 2800.0),  # an export serves more of the score than A1 for less than both
        (4950, 0.25 + 0.25 + 0.25 / 1.5 + 0.125, 4950.0),  # one OXC in place: the relation, 1 of 1.5 sites, A1
        (8200, 1.0, 8200.0),
        (99999, 1.0, 8200.0),
    ],
)
def test_a_budget_buys_the_best_score(solver: str, budget: float, score: float, cost: float) -> None:
    found = best_within(ring(), budget, gap=FINE, solver=solver)
    assert found.score == pytest.approx(score)
    assert found.score <= found.score_bound <= found.score + FINE
    assert found.plan.objective == pytest.approx(cost)
    assert found.plan.budget is not None
    assert found.plan.budget.limit == budget
    assert plan_from_json(plan_to_json(found.plan)) == found.plan


@pytest.mark.parametrize("budget", [2300, 4800, 4850, 5200, 7000])
def test_what_is_known_of_a_budget_changes_no_score(budget: float) -> None:
    cold = best_within(ring(), budget, gap=FINE)
    start = best_within(ring(), 2300, gap=FINE).plan
    warm = best_within(ring(), budget, gap=FINE, start=start, score_bound=cold.score_bound)
    assert warm.score == pytest.approx(cold.score)
    assert warm.score <= warm.score_bound <= cold.score_bound
    again = best_within(ring(), budget, gap=FINE, start=cold.plan, score_bound=cold.score_bound)
    assert again.score == pytest.approx(cold.score)


def test_a_budget_below_what_must_hold_says_what_that_costs() -> None:
    with pytest.raises(InfeasibleError, match=r"costs at least CNY 2,300; the budget is CNY 2,299"):
        best_within(ring(), 2299)
    with pytest.raises(InfeasibleError, match=r"costs at least CNY 4,300"):  # one OXC brings the relation below 270 us
        best_within(ring(), 4000, must=["interconnect_latency"])


def test_keep_and_must_come_first() -> None:
    kept = best_within(ring(), 4950, keep=["S4-S1"], gap=FINE)
    assert "S4-S1" in {link.id for link in kept.plan.links if link.lit}
    assert kept.score < best_within(ring(), 4950, gap=FINE).score
    must = best_within(ring(), 4800, must=["interconnect_latency"], gap=FINE)
    assert must.plan.relations[0].met
    assert must.plan.budget is not None
    assert [w.name for w in must.plan.budget.wishes] == ["export_400g", "oxc_share", "latency_circle"]


def test_weights_decide_what_is_bought() -> None:
    circle = best_within(ring(), 2800, weights={"latency_circle": 9}, gap=FINE).plan
    assert [p.covered for p in circle.places] == [True, True, False]
    assert not any(c.export_400g for c in circle.centers)
    export = best_within(ring(), 2800, weights={"export_400g": 9}, gap=FINE).plan
    assert any(c.export_400g for c in export.centers)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"weights": {"latency_cirle": 1}}, "weights names 'latency_cirle', which is no goal .* Did you mean"),
        ({"must": ("connected_centers",)}, "must names 'connected_centers', which is no goal"),
        ({"order": ("oxc_share",), "must": ("oxc_share",)}, "'oxc_share' stands under must and order"),
        ({"weights": {"oxc_share": -1}}, r"weights.oxc_share is -1"),
        ({"must": ("interconnect_latency", "export_400g", "oxc_share", "latency_circle")}, "nothing to weigh"),
    ],
)
def test_wrong_settings_of_a_budget_are_told(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ProjectError, match=message):
        with_budget(ring(), 5000, **settings)


def test_the_audit_catches_a_broken_budget() -> None:
    question = with_budget(ring(), 5000)
    plan = solve(question, gap=FINE)
    assert plan.budget is not None
    assert audit(question, plan) == []
    assert audit(with_budget(ring(), 4000), plan)[0] == "The plan costs 4,950.00; the budget is 4,000.00."
    told = {
        "The score is": replace(plan.budget, score=0.9),
        "is above its bound": replace(plan.budget, score_bound=0.1),
        "The budget is 5,000.00, the plan says 6,000.00": replace(plan.budget, limit=6000.0),
        "reached to": replace(plan.budget, wishes=tuple(replace(w, reached=0.3) for w in plan.budget.wishes)),
        "wishes and their weights": replace(plan.budget, wishes=plan.budget.wishes[1:]),
    }
    for words, budget in told.items():
        assert any(words in b for b in audit(question, replace(plan, budget=budget))), words
    assert any("budget was asked" in b for b in audit(question, replace(plan, budget=None)))
    assert any("asked, and" in b or "where" in b for b in audit(without_budget(question), plan))


def agree_on_the_score(seed: int, *, protected: bool = False) -> None:
    question = budgeted(seed, protected=protected)
    if question is None:
        return
    best = best_score(question)
    try:
        plan = solve(question, time_limit_s=60, gap=FINE)
    except InfeasibleError:
        assert best == -math.inf, f"seed {seed}"
        return
    assert plan.budget is not None
    assert audit(question, plan) == []
    assert plan.budget.score <= best + 1e-6, f"seed {seed}"
    assert plan.budget.score_bound >= best - 1e-6, f"seed {seed}"
    assert plan.budget.score >= best - 1.1 * FINE, f"seed {seed}"


@pytest.mark.parametrize("seed", range(5000, 5012))
def test_the_score_is_that_of_one_program(seed: int) -> None:
    agree_on_the_score(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5012, 5150))
def test_the_score_is_that_of_one_program_on_many(seed: int) -> None:
    agree_on_the_score(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6000, 6050))
def test_the_score_is_that_of_one_program_where_relations_are_protected(seed: int) -> None:
    agree_on_the_score(seed, protected=True)


@pytest.mark.parametrize("budget", [700, 3500])
def test_the_score_is_that_of_trying_every_choice(budget: float) -> None:
    # open: two links, two OXCs, two exports, two access points
    net = four_sites_ring()
    lit = ~net.links["id"].isin(["S4-S1", "A2-S4"])
    net.links.loc[lit, ["kind", "lit"]] = ["existing", True]
    net.metro_sites.loc[net.metro_sites["id"].isin(["S3", "S4"]), "oxc"] = True
    goals = {"oxc_share": {"share": 0.9}, "latency_circle": {"share": 0.8}, "export_400g": {"share": 0.7}}
    question = with_budget(problem(net, **goals), budget, weights={"oxc_share": 2})
    plan = solve(question, gap=FINE)
    assert plan.budget is not None
    assert plan.budget.score == pytest.approx(exhaustive_score(question), abs=1.1 * FINE)


# ---- Order --------------------------------------------------------------------------------------------------------


def test_in_order_brings_the_first_goal_to_its_best() -> None:
    plan = in_order(ring(), ["oxc_share", "latency_circle"], budget=6450, gap=FINE)
    assert plan.budget is not None
    parts = {w.name: w.reached for w in plan.budget.wishes}
    assert parts == {"interconnect_latency": 1.0, "export_400g": 0.0, "oxc_share": 1.0, "latency_circle": 0.5}
    other = in_order(ring(), ["export_400g", "latency_circle"], budget=6450, gap=FINE)
    assert other.budget is not None
    assert {w.name: w.reached for w in other.budget.wishes}["latency_circle"] == 1.0
    with pytest.raises(ValueError, match="within a budget"):
        in_order(ring(), ["oxc_share"])


def agree_in_order(seed: int) -> None:
    question = budgeted(seed)
    if question is None:
        return
    rule = question.requirement_named("budget")
    wishes = list(question.wishes)
    random.Random(seed).shuffle(wishes)
    limit, must = getattr(rule, "limit"), getattr(rule, "must")  # noqa: B009
    asked = with_budget(question, limit, must=must, order=tuple(wishes))
    columns = formulate(asked).families["reach"]
    kept: dict[int, float] = {}
    expected: dict[str, float] = {}
    for key in wishes:
        alone = with_budget(question, limit, must=must, weights={k: float(k == key) for k in wishes})
        expected[key] = best_score(alone, lower=kept)
        if expected[key] == -math.inf:
            break
        kept[columns[key]] = expected[key] - 1e-7
    try:
        plan = solve(asked, time_limit_s=60, gap=FINE)
    except InfeasibleError:
        assert expected[wishes[0]] == -math.inf
        return
    assert plan.budget is not None
    for wish in plan.budget.wishes:
        assert wish.reached == pytest.approx(expected[wish.name], abs=2 * FINE), f"seed {seed}, {wish.name}"


@pytest.mark.parametrize("seed", range(5000, 5006))
def test_in_order_is_step_by_step(seed: int) -> None:
    agree_in_order(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5006, 5080))
def test_in_order_is_step_by_step_on_many(seed: int) -> None:
    agree_in_order(seed)


# ---- Pool ---------------------------------------------------------------------------------------------------------


def left_out(plan: Plan, earlier: Plan, of: str) -> float:
    """Return how much of what the earlier plan pays for the plan does without."""
    if of == "sites":
        return len({s.id for s in earlier.sites if s.cost > 0} - {s.id for s in plan.sites if s.cost > 0})
    lit = {link.id for link in plan.links if link.lit}
    lost = [link for link in earlier.links if link.lit and link.cost > 0 and link.id not in lit]
    return float(sum(link.length_km if of == "km" else 1 for link in lost))


def cheapest_other(question: Problem, plans: list[Plan], differ: float, of: str) -> float:
    """Return the least cost of a plan that differs from all of some plans, by one flow program."""
    formulation = formulate(question)
    model = formulation.model
    for i, plan in enumerate(plans):
        if of == "sites":
            terms = {formulation.families["oxc"][s.id]: 1.0 for s in plan.sites if s.cost > 0}
        else:
            use = formulation.families["use"]
            terms = {use[k.id]: k.length_km if of == "km" else 1.0 for k in plan.links if k.lit and k.cost > 0}
        if sum(terms.values()) < differ:
            return math.inf
        model = with_row(model, f"differ {i}", terms, upper=sum(terms.values()) - differ)
    found = solve_reference(model, gap=0.0)
    return found.objective if found.values is not None else math.inf


def check_pool(question: Problem, k: int, differ: float, extra: float, of: str) -> None:
    pool = find_pool(question, k, differ=differ, extra_cost_share=extra, of=of, time_limit_s=60, gap=1e-6)  # type: ignore[arg-type]
    plans = list(pool.plans)
    assert 1 <= len(plans) <= k
    assert pool.most_cost == pytest.approx(plans[0].objective * (1 + extra))
    for i, plan in enumerate(plans):
        assert audit(question, plan) == []
        assert plan.objective <= pool.most_cost + 0.01
        for earlier in plans[:i]:
            assert left_out(plan, earlier, of) >= differ - 1e-9
    assert pool.complete or len(plans) == k
    if pool.complete:
        assert cheapest_other(question, plans, differ, of) > pool.most_cost - 1e-6


def test_alternatives_differ_and_end_when_there_are_no_more() -> None:
    question = problem(four_sites_ring(), oxc_share={"share": 0.5}, latency_circle={"share": 0.4})
    check_pool(question, 4, 1, 0.5, "links")
    check_pool(question, 9, 2, 0.5, "links")
    check_pool(question, 4, 1, 0.0, "sites")
    check_pool(question, 4, 12, 0.6, "km")
    sites = alternatives(question, 5, differ=1, extra_cost_share=0.0, of="sites")
    assert len(sites) == 3  # two of three sites: three ways, all at the same cost
    assert len({tuple(s.oxc for s in plan.sites) for plan in sites}) == 3


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"k": 0}, "0 plans are asked"),
        ({"k": 2, "differ": 0}, "differ by 0"),
        ({"k": 2, "extra_cost_share": -0.1}, "extra cost share of -0.1"),
    ],
)
def test_wrong_numbers_of_a_pool_are_told(numbers: dict[str, float], message: str) -> None:
    with pytest.raises(ProjectError, match=message):
        find_pool(ring(), **numbers)  # type: ignore[arg-type]
    with pytest.raises(ProjectError, match="budget"):
        find_pool(with_budget(ring(), 5000), 2)


def check_random_pool(seed: int) -> None:
    rng = random.Random(seed)
    question = random_problem(seed, most_nodes=9, most_links=13)
    try:
        solve(question, time_limit_s=30)
    except InfeasibleError:
        return
    of = rng.choice(["links", "links", "km", "sites"])
    differ = {"links": rng.choice([1, 2]), "km": rng.choice([3.0, 10.0]), "sites": 1}[of]
    check_pool(question, 4, differ, rng.choice([0.0, 0.05, 0.3]), of)


@pytest.mark.parametrize("seed", range(7000, 7008))
def test_pools_are_distinct_within_cost_and_complete(seed: int) -> None:
    check_random_pool(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(7008, 7100))
def test_pools_are_distinct_within_cost_and_complete_on_many(seed: int) -> None:
    check_random_pool(seed)


# ---- What if ------------------------------------------------------------------------------------------------------


def check_what_if(seed: int) -> None:
    rng = random.Random(seed)
    question = random_problem(seed, most_nodes=10, most_links=15, protected=seed % 3 == 0)
    try:
        plan = solve(question, time_limit_s=30)
    except InfeasibleError:
        return
    fixed = question.requirement(FixedChoices)
    taken = set() if fixed is None else {*fixed.must_build, *fixed.must_not}
    built = [k.id for k in plan.links if k.lit and k.cost > 0] + [s.id for s in plan.sites if s.cost > 0]
    names = [str(name) for name in question.network.links["id"]]
    out = [name for name in rng.sample(built, min(1, len(built))) if name not in taken]
    into = [name for name in rng.sample(names, 1) if name not in taken and name not in out]
    asked = with_fixed(question, into, out)
    try:
        cold = solve(asked, time_limit_s=30, solver="highs").objective
    except InfeasibleError:
        cold = math.inf
    try:
        warm = what_if(question, plan, into, out, time_limit_s=30, gap=1e-6)
    except InfeasibleError:
        assert cold == math.inf, f"seed {seed}"
        return
    assert audit(asked, warm) == []
    assert warm.objective == pytest.approx(cold, rel=1e-6, abs=1e-6), f"seed {seed}"
    assert warm.status == "optimal"


@pytest.mark.parametrize("seed", range(8000, 8012))
def test_what_if_is_the_cold_solve(seed: int) -> None:
    check_what_if(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8012, 8150))
def test_what_if_is_the_cold_solve_on_many(seed: int) -> None:
    check_what_if(seed)


def test_fixed_choices_and_shares_are_checked() -> None:
    with pytest.raises(ProjectError, match="must_build names 'S9'"):
        with_fixed(ring(), ["S9"])
    with pytest.raises(ProjectError, match="'S1-S2' stands under must_build and must_not"):
        with_fixed(with_fixed(ring(), ["S1-S2"]), (), ["S1-S2"])
    with pytest.raises(ProjectError, match="no goal with a share"):
        with_shares(ring(), {"latency_cirle": 0.5})
    with pytest.raises(ProjectError, match=r"share of 1\.5"):
        with_shares(ring(), {"latency_circle": 1.5})
    assert solve(with_shares(ring(), {"oxc_share": 0.3, "latency_circle": 0})).objective == pytest.approx(4800.0)
    assert np.isclose(solve(without_budget(with_budget(ring(), 1.0))).objective, 8200.0)
