"""Why questions have no answer: reasons known by hand, conflicts and nearest goals proven by a solver we did not write."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from optimizer import InfeasibleError, solve
from optimizer.explaining import conflict as search
from optimizer.explaining import explain
from optimizer.explaining.answers import Conflict, ConflictPart, Nearest, QuestionAnswer, Setting
from optimizer.explaining.asked import Part, parts_asked, without
from optimizer.explaining.nearest import apply
from optimizer.explaining.possible import Clock, budget_limit, musts, possible
from optimizer.explaining.question_words import conflict_lines
from optimizer.formulate import formulate
from optimizer.problem import Problem
from optimizer.reference import solve_reference
from tests.infeasible_cases import CASES
from tests.networks import four_sites_ring, network, problem
from tests.random_problems import random_problem


@cache
def answer_of(name: str) -> QuestionAnswer:
    """Explain a case, once."""
    return explain(CASES[name].problem)


def can_be_met(question: Problem) -> bool:
    """Ask HiGHS on the plain flow program."""
    found = solve_reference(formulate(musts(question)).model)
    return found.values is not None and found.objective <= budget_limit(question) + 1e-6


def names(conflict: Conflict) -> frozenset[str]:
    """Return the parts of a conflict as the cases write them."""
    return frozenset(f"{p.setting} {p.item}" if p.setting else p.goal for p in conflict.parts)


def changes(near: Nearest) -> frozenset[tuple[str, str, object]]:
    """Return what a nearest question changes as the cases write it."""
    return frozenset((s.goal, s.name, s.removed or s.value) for s in near.settings)


def part_of(question: Problem, name: str) -> Part:
    """Return the part of a question that the cases call so."""
    return next(p for p in parts_asked(question) if (f"{p.setting} {p.item}" if p.setting else p.goal) == name)


def test_there_are_thirty_kinds() -> None:
    assert len(CASES) >= 30


@pytest.mark.parametrize("name", CASES)
def test_the_reason_is_the_right_one(name: str) -> None:
    case = CASES[name]
    answer = answer_of(name)
    assert answer.possible is False
    assert case.obstacles <= {(o.goal, o.kind, o.subject) for o in answer.obstacles}
    assert {names(c) for c in answer.conflicts} == case.conflicts
    assert all(c.irreducible for c in answer.conflicts)
    assert {changes(n) for n in answer.nearest} == case.nearest


@pytest.mark.parametrize("name", CASES)
def test_conflicts_are_conflicts_and_none_of_their_parts_can_be_spared(name: str) -> None:
    question = CASES[name].problem
    asked = parts_asked(question)
    for conflict in CASES[name].conflicts:
        parts = [part_of(question, n) for n in conflict]
        alone = without(question, *(p for p in asked if p not in parts))
        assert not can_be_met(alone)
        for part in parts:
            assert can_be_met(without(alone, part))


@pytest.mark.parametrize("name", CASES)
def test_the_nearest_questions_are_solved_and_nothing_nearer_can_be_met(name: str) -> None:
    case = CASES[name]
    question = case.problem
    answer = answer_of(name)
    for near in answer.nearest:
        assert near.plan is not None
        loosened = apply(question, near.settings)
        again = solve_reference(formulate(musts(loosened)).model)
        assert again.objective == pytest.approx(near.plan.cost)
        for setting in near.settings:
            others = apply(question, [s for s in near.settings if s is not setting])
            nearer = others if setting.removed else apply(others, [_nearer(setting)])
            assert not can_be_met(nearer), setting
    if case.cost is not None:
        assert answer.nearest[0].plan is not None
        costs = {n.plan.cost for n in answer.nearest if n.plan is not None}
        assert case.cost in {round(c, 6) for c in costs}


def _nearer(s: Setting) -> Setting:
    """Return a setting a little nearer to what was asked."""
    if s.name == "share":
        return replace(s, value=min(float(s.asked or 0), float(s.value or 0) + 0.0002))
    if s.name in ("limit_us", "limit"):
        return replace(s, value=float(s.value or 0) - 1.0)
    return replace(s, value=s.asked)


def test_the_physics_adds_up() -> None:
    answer = explain(CASES["limit too small"].problem, confirm=False)
    (far,) = answer.obstacles
    assert far.best_us == pytest.approx(123.0)
    assert far.fibre_us == pytest.approx(110.0)
    assert far.sites_us == pytest.approx(3.0)
    assert far.equipment_us == pytest.approx(10.0)
    assert far.length_km == pytest.approx(22.0)
    assert far.shortfall_us == pytest.approx(3.0)
    assert far.shortfall_km == pytest.approx(0.6)
    assert far.text == (
        "Relation C1-C2: the best possible route takes 123.0 us; the limit is < 120 us. That is 3.0 us (0.6 km of "
        "fibre) too long: 110.0 us in 22.0 km of fibre, 3.0 us at 3 metro sites passed, 10.0 us at its ends."
    )


def test_what_is_ruled_out_is_named_with_what_it_would_bring() -> None:
    answer = explain(CASES["must_not cuts the quick way"].problem, confirm=False)
    (far,) = answer.obstacles
    assert far.links == ("S2-S3",)
    assert far.text.endswith("Without must_not on 'S2-S3' it would take 123.0 us.")


def test_islands_are_told_with_the_gap_between_them() -> None:
    answer = explain(CASES["two islands"].problem, confirm=False)
    assert answer.obstacles[0].text == (
        "Centers 'C1' and 'C2' cannot be joined: no links lead from one to the other; "
        "their parts come nearest at 'S2' and 'S1', 30.00 km apart."
    )
    assert answer.nearest == ()
    assert answer.advice[0].startswith("Add candidate routes between the parts")


def test_a_question_with_an_answer_is_told_with_the_most_of_every_goal() -> None:
    answer = explain(
        problem(four_sites_ring(), oxc_share={"share": 0.5}, latency_circle={"limit_us": 130.0, "share": 0.3})
    )
    assert answer.possible is True
    assert {g.name: g.most for g in answer.goals} == {"connected_centers": 1.0, "oxc_share": 1.0, "latency_circle": 0.4}
    assert (answer.obstacles, answer.conflicts, answer.nearest) == ((), (), ())


def test_the_error_of_solve_tells_reasons_conflict_and_nearest_goals() -> None:
    with pytest.raises(InfeasibleError) as caught:
        solve(CASES["OXC share over a forbidden site"].problem)
    assert caught.value.reasons == (
        "OXC at major sites: even with every link, OXC and access point built, 2 of 3 sites (66.67%) can be reached; "
        "100.00% is asked.",
        "Metro site 'S2' cannot get an OXC: must_not names it.",
        "These cannot be met together: 'S2' must not be used; OXC at major sites (major metro sites with an OXC on the "
        "lit network, for 100 %) (without any one of them the others can).",
        "Can be met: take 'S2' out of must_not.",
        "Can be met: OXC at major sites: 66.66 % instead of 100 % (2 of 3 sites).",
    )


@pytest.mark.parametrize("seed", [*range(60), *range(2000, 2030)])
def test_whether_there_is_an_answer_is_known_without_solving(seed: int) -> None:
    question = random_problem(seed, protected=seed >= 2000)
    assert possible(question, Clock(0.0)) is (solve_reference(formulate(question).model).values is not None)


@pytest.mark.slow
def test_the_nearest_goals_of_random_questions_are_the_nearest() -> None:
    told = 0
    for seed in range(60, 105):
        question = random_problem(seed)
        for near in explain(question, confirm=False).nearest:
            told += 1
            assert can_be_met(apply(question, near.settings))
            for setting in near.settings:
                others = apply(question, [s for s in near.settings if s is not setting])
                assert not can_be_met(others if setting.removed else apply(others, [_nearer(setting)]))
    assert told > 10


def meshed(side: int) -> Problem:
    """Two centers at opposite corners of a grid whose links, two a node, are all ruled out."""
    nodes = {f"N{i}-{j}": ("junction", float(i), float(j)) for i in range(side) for j in range(side)}
    nodes["N0-0"], nodes[f"N{side - 1}-{side - 1}"] = ("center", 0.0, 0.0), ("center", side - 1.0, side - 1.0)
    steps = [((i, j), (i + a, j + b)) for i in range(side) for j in range(side) for a, b in ((0, 1), (1, 0))]
    ends = [(f"N{i}-{j}", f"N{k}-{m}") for (i, j), (k, m) in steps if max(k, m) < side]
    links = [(f"L{n:04}", a, b, 1.0, "candidate") for n, (a, b) in enumerate(ends)]
    centers = {name: {"racks": 2000.0} for name, (kind, _, _) in nodes.items() if kind == "center"}
    return problem(network(nodes, links, centers=centers), fixed_choices={"must_not": [link[0] for link in links]})


def test_thousands_of_fixed_choices_take_a_few_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Problem] = []
    monkeypatch.setattr(search, "possible", lambda q, clock: asked.append(q) or possible(q, clock))
    (found,) = search.conflicts(meshed(30), Clock(60.0))
    assert found.irreducible
    assert sorted(p.item for p in found.parts) == ["", "L1710", "L1739"]  # the two at the last corner
    assert len(asked) <= 40


def test_a_search_for_conflicts_that_ran_out_of_time_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    checks: list[Problem] = []
    monkeypatch.setattr(search, "possible", lambda q, clock: checks.append(q) or possible(q, clock))
    (found,) = search.conflicts(meshed(6), Clock(60.0, stop=lambda: len(checks) >= 3))
    assert not found.irreducible
    assert len(found.parts) > 3
    words = " ".join(conflict_lines(Conflict(tuple(told_part(p) for p in found.parts), found.irreducible)))
    assert "perhaps fewer of them already" in words
    assert f"and {len(found.parts) - 12} more" in words


def test_an_answer_that_ran_out_of_time_is_told_as_far_as_it_goes() -> None:
    answer = explain(meshed(6), time_limit_s=1e-9)
    assert answer.possible is False
    assert answer.conflicts == ()
    assert answer.nearest == ()
    assert [line.split(" ran out")[0] for line in answer.advice if "ran out" in line] == [
        "The search for conflicts",
        "The search for the nearest goals that can be met",
    ]


def told_part(part: Part) -> ConflictPart:
    return ConflictPart(part.goal, part.title, part.words, part.setting, part.item)
