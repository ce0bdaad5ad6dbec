"""Which goals bind and what each costs: known by hand on the ring, the difference of two other solves elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from optimizer import solve
from optimizer.explaining import explain
from optimizer.explaining.answers import GoalPrice, GoalsAnswer, Step
from optimizer.explaining.changing import Change, changed, left_out
from optimizer.formulate import formulate
from optimizer.problem import Problem
from optimizer.reference import solve_reference
from optimizer.solution import Progress
from tests.networks import four_sites_ring, problem
from tests.random_problems import random_problem

GOALS = {
    "interconnect_latency": {"limit_us": 1000.0},
    "export_400g": {},
    "oxc_share": {},
    "latency_circle": {"share": 0.6},
    "protection": {"between": "medium"},
}


@cache
def ring() -> GoalsAnswer:
    """The prices of five goals on the ring; its plan lights all four sides."""
    question = problem(four_sites_ring(), **GOALS)
    return explain(question, solve(question))


def price(name: str) -> GoalPrice:
    """Return the price of a goal on the ring."""
    return next(g for g in ring().goals if g.name == name)


def cost(step: Step | None) -> float:
    """Return the cost of a step that was answered."""
    assert step is not None
    assert step.difference is not None
    return step.difference.cost


def test_the_plan_is_the_one_known_by_hand() -> None:
    assert ring().plan.cost == pytest.approx(9250.0)  # ring 4,300 with lead-ins, A2 150, C3 100, OXCs 4,000, export 500
    assert ring().finished
    assert [g.name for g in ring().goals] == list(GOALS)


def test_counted_goals_go_by_one() -> None:
    oxc = price("oxc_share")
    assert oxc.binds is True
    assert oxc.more is not None
    assert oxc.more.words == "3 of 3 sites instead of 2"
    assert (cost(oxc.more), cost(oxc.less), cost(oxc.without)) == (
        pytest.approx(2000.0),
        pytest.approx(-2000.0),
        pytest.approx(-4000.0),
    )
    export = price("export_400g")
    assert (cost(export.more), cost(export.without)) == (pytest.approx(500.0), pytest.approx(-500.0))
    assert export.less == export.without  # one less than one is none


def test_weighed_goals_go_by_a_percentage_point() -> None:
    circle = price("latency_circle")
    assert circle.more is not None
    assert circle.more.words == "61 % instead of 60 %"
    assert circle.more.setting.value == pytest.approx(0.61)
    assert (cost(circle.more), cost(circle.less), cost(circle.without)) == (
        pytest.approx(150.0),  # A1 and its lead-in beside A2
        pytest.approx(0.0),  # 59 % are more than the 4 of 10 of A1 too
        pytest.approx(-150.0),
    )


def test_where_all_is_asked_the_limit_is_tightened() -> None:
    latency, protected = price("interconnect_latency"), price("protection")
    assert latency.more is not None
    assert (latency.more.words, latency.more.by) == ("limit 990 us instead of 1,000", "plan")
    assert cost(latency.more) == pytest.approx(0.0)
    assert latency.binds is False
    assert protected.more is None
    assert protected.binds is True
    assert cost(protected.without) == pytest.approx(-1200.0)  # the dearest side of the ring


def test_what_no_network_can_do_is_said() -> None:
    question = problem(four_sites_ring(), oxc_share={"share": 0.6}, fixed_choices={"must_not": ["S2"]})
    (oxc,) = explain(question, solve(question)).goals
    assert oxc.more is not None
    assert (oxc.more.possible, oxc.more.difference) == (False, None)


def test_finished_solves_are_not_repeated(tmp_path: Path) -> None:
    question = problem(four_sites_ring(), oxc_share={}, export_400g={})
    plan = solve(question)
    first = explain(question, plan, solves=tmp_path)
    again = explain(question, plan, solves=tmp_path)
    assert (first.solves, again.solves) == (5, 0)
    assert again.goals == first.goals


def test_stopped_it_tells_what_it_has_and_goes_on_from_there(tmp_path: Path) -> None:
    question = problem(four_sites_ring(), oxc_share={}, export_400g={})
    plan = solve(question)
    begun: list[str] = []

    def third(_: Progress) -> bool:
        return len(begun) > 3  # two solves say two lines each: begun, and done

    cut = explain(question, plan, solves=tmp_path, on_step=begun.append, on_progress=third)
    assert cut.finished is False
    assert cut.notes[0] == "Stopped: what is not told was not solved."
    assert 0 < cut.solves < 5
    rest = explain(question, plan, solves=tmp_path)
    assert rest.finished
    assert rest.solves + cut.solves == 5


def test_one_goal_alone() -> None:
    question = problem(four_sites_ring(), oxc_share={}, export_400g={})
    (only,) = explain(question, solve(question), goals=["oxc_share"]).goals
    assert only.name == "oxc_share"


def least(question: Problem) -> float:
    """Return the least cost by HiGHS on the flow program."""
    found = solve_reference(formulate(question).model)
    return np.inf if found.values is None else found.objective


def check(seed: int) -> int:
    """Compare every step with two solves by HiGHS; return how many there were."""
    question = random_problem(seed)
    base = least(question)
    if np.isinf(base):
        return 0
    steps = 0
    for goal in explain(question, solve(question), gap=1e-6).goals:
        for step in (goal.more, goal.less, goal.without):
            if step is None:
                continue
            s = step.setting
            other = changed(question, Change(s.goal, s.name, s.value)) if s.value else left_out(question, s.goal)
            if step.possible is False:
                assert np.isinf(least(other))
                continue
            assert cost(step) == pytest.approx(least(other) - base, abs=0.01)
            steps += 1
    return steps


@pytest.mark.parametrize("seed", range(400, 406))
def test_prices_equal_the_difference_of_two_other_solves(seed: int) -> None:
    assert check(seed) >= 0


@pytest.mark.slow
def test_prices_of_many_random_questions_equal_the_difference_of_two_other_solves() -> None:
    assert sum(check(seed) for seed in range(406, 430)) >= 50
