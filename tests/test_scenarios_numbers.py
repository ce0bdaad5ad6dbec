"""Ladders, fronts, prices and years on a network whose every state can be tried."""

from __future__ import annotations

import itertools
from dataclasses import replace

import jsonschema
import pandas as pd
import pytest

from geo_data.network.types import SharedRisk
from optimizer.errors import InfeasibleError, ProjectError
from optimizer.problem import Problem
from optimizer.scenarios import front, ladder, phases, sensitivity
from optimizer.scenarios.documents import document, document_schema
from optimizer.scenarios.phases_settings import PhaseSettings, horizon_of
from optimizer.scenarios.schedule import Schedule, least_spending, repaired
from tests.networks import problem
from tests.scenario_cases import GOALS, State, best_years, states, two_ways

EXACT = {"gap": 1e-6}


@pytest.fixture(scope="module")
def asked() -> Problem:
    return problem(two_ways(), catalogue={"dark_pair_km_year": 8.0}, **GOALS)


@pytest.fixture(scope="module")
def every(asked: Problem) -> list[State]:
    return states(asked)


def within(cost: float) -> float:
    return cost + 1e-6


@pytest.mark.slow
def test_ladder_equals_all_states(asked: Problem, every: list[State]) -> None:
    budgets = (400.0, 600.0, 2700.0)
    found = ladder(asked, [*budgets, 600.0], **EXACT)
    assert [s.budget for s in found.steps] == list(budgets)
    built: set[str] = set()
    for step in found.steps:
        pays = [s for s in every if s.cost <= within(step.budget) and s.met["connected_centers"]]
        free = max((s.score for s in pays), default=0.0)
        assert step.free_optimum.score == pytest.approx(free, abs=1e-6)
        if not pays:
            assert (step.status, step.built, step.cost) == ("too_small", (), 0.0)
            assert "costs at least CNY 500" in step.reasons[0]
            continue
        nested = [s for s in pays if built <= s.assets]
        best = max(s.score for s in nested)
        assert step.score == pytest.approx(best, abs=1e-6)
        assert step.cost == pytest.approx(min(s.cost for s in nested if s.score > best - 1e-6))
        assert step.nesting_price.score == pytest.approx(free - best, abs=1e-6)
        assert built <= set(step.built)
        assert set(step.built) == built | set(step.added.ids)
        built = set(step.built)
    assert found.end is not None
    assert found.end.cost == pytest.approx(min(s.cost for s in every if all(s.met.values())))
    jsonschema.validate(document("ladder", found), document_schema("ladder"))
    assert list(found.frame()["budget"]) == list(budgets)


@pytest.mark.slow
def test_nesting_has_its_price() -> None:
    """With weight on exports alone, 1,500 buys both of them; the place that 2,450 pays for instead comes too late."""
    asked = problem(two_ways(), **{**GOALS, "export_400g": {"share": 1.0}, "oxc_share": {"share": 0.0}})
    every = states(asked)
    found = ladder(asked, [1050.0, 1300.0], **EXACT)
    first, second = found.steps
    pays = [s for s in every if s.cost <= within(1300.0) and s.met["connected_centers"]]
    best = max(s.score for s in pays if set(first.built) <= s.assets)
    assert second.score == pytest.approx(best, abs=1e-6)
    assert second.nesting_price.score == pytest.approx(max(s.score for s in pays) - best, abs=1e-6)


def test_ladder_needs_a_budget(asked: Problem) -> None:
    with pytest.raises(ProjectError, match="needs at least one budget"):
        ladder(asked, [])


@pytest.mark.parametrize("goal", ["latency_circle", "export_400g"])
def test_front_equals_all_states(asked: Problem, every: list[State], goal: str) -> None:
    found = front(asked, goal, values=[1.0, 0.0, 0.5], **EXACT)
    assert [p.value for p in found.points] == [0.0, 0.5, 1.0]
    others = {k: v["share"] for k, v in GOALS.items() if k != goal}
    for point in found.points:
        best = min(s.cost for s in every if s.reaches({**others, goal: point.value}))
        assert point.cost == pytest.approx(best)
        assert point.gap is not None
        assert point.gap <= 1e-6
    assert found.points[-1].efficient
    jsonschema.validate(document("front", found), document_schema("front"))
    assert list(found.frame()["value"]) == [0.0, 0.5, 1.0]


def test_front_over_the_limit_ends_where_no_network_can(asked: Problem) -> None:
    """C1-S1-C2 takes 5 km, 10 us at its ends and 1 us at the OXC: 36 us; C1-C2 directly 55 us."""
    found = front(asked, "interconnect_latency", values=[30.0, 36.0, 36.5, 60.0, 100.0], **EXACT)
    assert [p.value for p in found.points] == [100.0, 60.0, 36.5, 36.0, 30.0]
    assert [p.status for p in found.points] == ["optimal"] * 3 + ["infeasible"] * 2
    assert found.points[2].reached == pytest.approx(36.0)
    assert found.points[0].same_as is None
    assert found.points[1].same_as == 100.0
    assert found.points[3].reasons
    assert found.points[4].reasons == found.points[3].reasons
    assert [p.efficient for p in found.points] == [False, False, True, False, False]


def test_front_refuses_what_is_no_goal(asked: Problem) -> None:
    with pytest.raises(ProjectError, match="Did you mean 'latency_circle'"):
        front(asked, "latency_circel")
    with pytest.raises(ProjectError, match="has no limit_us to move"):
        front(asked, "oxc_share", setting="limit_us")
    with pytest.raises(ProjectError, match=r"1\.5 is no share"):
        front(asked, values=[1.5])


def test_sensitivity_by_hand(asked: Problem) -> None:
    """3 km of trench for 300, 10 km of dark fibre for 400: they meet at 133.33 a km, or 6 a pair-km and year."""
    found = sensitivity(asked, ["trench_km", "dark_pair_km_year", "oxc_common"], change=0.5, **EXACT)
    effects = {e.name: e for e in found.prices}
    trench = effects["trench_km"]
    assert trench.spent == pytest.approx(600.0)
    assert trench.low.kept == trench.low.best == pytest.approx(found.objective - 300.0)
    assert not trench.low.changes
    assert trench.high.kept == pytest.approx(found.objective + 300.0)
    assert trench.high.best == pytest.approx(found.objective + 250.0)
    point = trench.high.break_point
    assert point is not None
    assert point.price == pytest.approx(400 / 3)
    assert point.exact
    assert (point.gained, point.lost) == (("F1",), ("C2-S1",))
    dark = effects["dark_pair_km_year"]
    assert dark.spent == 0.0
    assert dark.high.best == pytest.approx(found.objective)
    assert dark.low.break_point is not None
    assert dark.low.break_point.price == pytest.approx(6.0)
    assert dark.low.best == pytest.approx(found.objective - 100.0)
    assert not effects["oxc_common"].low.changes
    jsonschema.validate(document("sensitivity", found), document_schema("sensitivity"))
    assert set(found.frame()["price"]) == set(effects)


def test_sensitivity_takes_the_prices_that_matter(asked: Problem) -> None:
    found = sensitivity(asked, breaks=False, **EXACT)
    assert [e.name for e in found.prices][:3] == ["oxc_common", "oxc_direction", "trench_km"]
    assert all(e.spent > 0 for e in found.prices)
    with pytest.raises(ProjectError, match="Did you mean 'trench_km'"):
        sensitivity(asked, ["trench"])


FIRST = {"export_400g": 0.0, "oxc_share": 0.0, "latency_circle": 0.0}
YEARS = [
    (("2026", None, FIRST), ("2027", None, {})),
    (("2026", 1100.0, FIRST), ("2027", 2000.0, {"oxc_share": 0.0}), ("2028", 2200.0, {})),
    (("2026", 3000.0, FIRST), ("2027", 300.0, {})),
    (("2026", 501.0, FIRST), ("2028", 700.0, {})),
]


@pytest.mark.parametrize("years", YEARS)
@pytest.mark.parametrize("rate", [0.0, 0.1])
def test_phases_equal_all_states(asked: Problem, every: list[State], years: tuple[object, ...], rate: float) -> None:
    settings: dict[str, object] = {"discount_rate": rate}
    for year, budget, shares in years:  # type: ignore[misc]
        table = {"requirements": {k: {"share": v} for k, v in shares.items()}}
        settings[year] = table if budget is None else {**table, "budget": budget}
    base = {k: v["share"] for k, v in GOALS.items()}
    goals = [{**base, **shares} for _, _, shares in years]  # type: ignore[misc]
    budgets = [float("inf") if b is None else b for _, b, _ in years]  # type: ignore[misc]
    factors = [(1 + rate) ** (int(years[0][0]) - int(y)) for y, _, _ in years]  # type: ignore[misc,index]
    best = best_years(every, goals, budgets, factors)
    if best == float("inf"):
        with pytest.raises(InfeasibleError, match=r"budgets are too small|No schedule"):
            phases(asked, settings, method="exact", **EXACT)
        return
    exact = phases(asked, settings, method="exact", **EXACT)
    assert exact.summary.objective == pytest.approx(best)
    assert exact.summary.status == "optimal"
    staged = phases(asked, settings, method="staged", **EXACT)
    assert staged.summary.bound <= best + 1e-6
    assert staged.summary.objective >= best - 1e-6
    for found in (exact, staged):
        built: set[str] = set()
        for year, goal, budget in zip(found.years, goals, budgets, strict=True):
            assert built | set(year.added.ids) == set(year.built)
            built = set(year.built)
            assert next(s for s in every if s.assets == built).reaches(goal)
            assert year.spent <= budget * (1 + 1e-6)
            assert year.least_total <= year.total + 1e-6
        jsonschema.validate(document("phases", found), document_schema("phases"))
    assert exact.greedy.objective is None or exact.greedy.objective >= best - 1e-6


def test_trenches_are_opened_once(every: list[State]) -> None:
    """C2-S1 and A1-S1 share a trench: the place waits for 2028, but its 100 of trench are dug with the first."""
    net = two_ways()
    shared = replace(net, shared_risks=(SharedRisk("T1", "trench", "one street", (2, 3)),))
    asked = problem(shared, catalogue={"dark_pair_km_year": 8.0}, **GOALS)
    table = {"requirements": {k: {"share": v} for k, v in FIRST.items()}}
    settings = {"discount_rate": 0.1, "2026": table, "2028": {}}
    goals = [{**{k: v["share"] for k, v in GOALS.items()}, **FIRST}, {k: v["share"] for k, v in GOALS.items()}]
    twice = best_years(every, goals, [1e9, 1e9], [1.0, 1.1**-2])
    once = best_years(every, goals, [1e9, 1e9], [1.0, 1.1**-2], alike=[("C2-S1", "A1-S1")])
    assert once == pytest.approx(twice + 100 * (1 - 1.1**-2))
    for method in ("exact", "staged"):
        assert phases(asked, settings, method=method, **EXACT).summary.objective == pytest.approx(once)  # type: ignore[arg-type]
        free = phases(asked, {**settings, "dig_once": False}, method=method, **EXACT)  # type: ignore[arg-type]
        assert free.summary.objective == pytest.approx(twice)


def test_phases_refuse_what_cannot_be(asked: Problem) -> None:
    with pytest.raises(ProjectError, match="asks less of 'oxc_share' than the year before"):
        phases(asked, {"2026": {}, "2027": {"requirements": {"oxc_share": {"share": 0.2}}}})
    with pytest.raises(ProjectError, match="has no year"):
        phases(asked, {"discount_rate": 0.1})
    with pytest.raises(ProjectError, match="Did you mean 'start_month'"):
        phases(asked, {"start_moth": 2, "2026": {}})
    with pytest.raises(ProjectError, match=r"\[phases.2026.requirements.oxc\] does not exist"):
        phases(asked, {"2026": {"requirements": {"oxc": {"share": 0.2}}}})
    with pytest.raises(InfeasibleError, match=r"at least CNY 500.* has to be spent"):
        phases(asked, {"2026": {"budget": 400, "requirements": {k: {"share": 0} for k in FIRST}}, "2027": {}})


def test_states_are_all_there(every: list[State]) -> None:
    assert len({s.assets for s in every}) == 2 ** len(next(iter([s for s in every if len(s.assets) == 9])).assets)
    assert len(every) == len(list(itertools.product([0, 1], repeat=9)))


def test_links_wait_for_their_permits() -> None:
    """The way to C2 crosses a railway, 9 months: asked for in June it is late for 2026, and dark fibre costs 100 more."""
    net = two_ways()
    crossed = replace(net, crossings=pd.DataFrame({"rail": [0, 0, 1, 0, 0]}))
    prices = {"dark_pair_km_year": 8.0, "crossing": {"rail": 0.0}, "crossing_months": {"rail": 9.0}}
    asked = problem(crossed, catalogue=prices)
    for method in ("exact", "staged"):
        early = phases(asked, {"2026": {}, "2027": {}}, method=method, **EXACT)
        assert early.summary.objective == pytest.approx(500.0)
        assert early.years[0].permits == {"C2-S1": 9.0}
        late = phases(asked, {"start_month": 6, "2026": {}, "2027": {}}, method=method, **EXACT)
        assert late.summary.objective == pytest.approx(600.0)
        assert late.years[0].added.lit_links == ("F1",)
        assert late.years[0].permits == {}


def test_bound_on_the_spending_by_hand(asked: Problem) -> None:
    """At least 100 and 900, 500 of it at most in the second year: 400 in the first, so 400 + 500 / 1.1."""
    horizon = horizon_of(asked, PhaseSettings.read({"discount_rate": 0.1, "2026": {}, "2027": {"budget": 500.0}}))
    bound, needed = least_spending([100.0, 900.0], horizon)
    assert needed == [400.0, 900.0]
    assert bound == pytest.approx(400 + 500 / 1.1)


def test_what_is_over_a_budget_is_built_earlier(asked: Problem) -> None:
    """450 may be spent in 2027: of works for 300, 200 and 250 the first is moved, which is just enough."""
    years = {"2026": {"budget": 450.0}, "2027": {"budget": 450.0}}
    horizon = horizon_of(asked, PhaseSettings.read({"discount_rate": 0.1, **years}))
    works = {("oxcs", "S1"): 300.0, ("exports", "C1"): 200.0, ("exports", "C2"): 250.0}
    moved = repaired(Schedule(dict.fromkeys(works, 1), works), horizon)
    assert moved is not None
    assert moved.spent(2) == [300.0, 450.0]
    assert moved.objective(horizon) == pytest.approx(300 + 450 / 1.1)
    tight = replace(horizon, budgets=(299.0, 450.0))
    assert repaired(Schedule(dict.fromkeys(works, 1), works), tight) is None
