"""What is proven for one question is used for another only where it holds."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.catalogue import Catalogue
from optimizer.errors import InfeasibleError
from optimizer.explaining.changing import changed_rule
from optimizer.formulate import formulate
from optimizer.pipeline import solve
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.reference import solve_reference
from optimizer.scenarios import session as module
from optimizer.scenarios.prices import price_names
from optimizer.scenarios.restriction import asks_more
from optimizer.scenarios.session import Session
from optimizer.scenarios.shelf import Shelf
from optimizer.variants import best_within, with_budget, with_fixed
from tests.networks import four_sites_ring, problem
from tests.random_problems import random_problem

GOALS: dict[str, Any] = {
    "interconnect_latency": {"limit_us": 270},
    "oxc_share": {"share": 0.5},
    "latency_circle": {"share": 0.8},
    "export_400g": {"share": 0.5},
}
PROTECTION = {"between": "all", "disjoint": "link"}


def ring(**more: Any) -> Problem:
    return problem(four_sites_ring(), **{**GOALS, **more})


def priced(question: Problem, name: str, factor: float) -> Problem:
    items = question.catalogue.items
    item = replace(items[name], value=items[name].value * factor)
    return replace(question, catalogue=Catalogue(question.catalogue.currency, {**items, name: item}))


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (ring(), ring(oxc_share={"share": 0.6})),
        (ring(), ring(interconnect_latency={"limit_us": 260})),
        (ring(), ring(terminal_latency={"share": 0.1})),
        (ring(), with_fixed(ring(), must_build=["S1"], must_not=["S1-S2"])),
        (ring(), priced(ring(), "trench_km", 1.3)),
        (ring(), ring(protection=PROTECTION)),
        (ring(protection=PROTECTION), ring(protection=PROTECTION | {"disjoint": "node"})),
        (ring(protection=PROTECTION), ring(protection=PROTECTION | {"limit_us": 900.0})),
    ],
)
def test_asking_more_is_told_from_asking_less(less: Problem, more: Problem) -> None:
    assert asks_more(more, less)
    assert asks_more(less, less)
    assert not asks_more(less, more)


@pytest.mark.parametrize(
    "other",
    [
        ring(latency_circle={"share": 0.8, "by": "access_points"}),
        ring(interconnect_latency={"limit_us": 270, "direction": "round_trip"}),
        ring(connected_centers={"centers": "medium"}),
        ring(oxc_share={"share": 0.5, "sites": ["S1"]}),
        ring(export_400g={"share": 0.5, "basis": "ports"}),
        priced(ring(), "oxc_us", 1.5),
        with_budget(ring(), 5000.0),
        replace(ring(), network=four_sites_ring(lit_side=True)),
    ],
)
def test_a_doubt_counts_as_no(other: Problem) -> None:
    assert not asks_more(other, ring())
    assert not asks_more(ring(), other)


def test_two_ways_to_miss_each_other_are_none() -> None:
    assert not asks_more(ring(oxc_share={"share": 0.6}, latency_circle={"share": 0.7}), ring())
    ports = {"export_400g": {"share": 0.4, "basis": "ports"}}
    assert not asks_more(ring(export_400g={"share": 0.6, "basis": "ports"}), ring(**ports))


def test_what_was_asked_to_be_built_and_is_ruled_out_later_asks_no_more() -> None:
    built = with_fixed(ring(), must_build=["S1-S2"])
    assert not asks_more(changed_rule(built, "fixed_choices", must_not=("link:S1-S2",)), built)


def test_no_price_makes_anything_cheaper_when_it_rises() -> None:
    for question in (ring(terminal_latency={}, protection=PROTECTION), random_problem(3)):
        cost = formulate(question).model.cost
        for name in price_names(question):
            assert (formulate(priced(question, name, 1.5)).model.cost >= cost).all()


def harder(question: Problem, rng: random.Random) -> Problem:
    """Return the question with two things changed by chance, often harder, sometimes not."""
    for _ in range(2):
        rule = rng.choice(question.requirements)
        if rule.key == "fixed_choices":
            name = str(rng.choice(list(question.network.links["id"])))
            field = rng.choice(("must_build", "must_not"))
            question = changed_rule(question, rule.key, **{field: (*getattr(rule, field), f"link:{name}")})
        elif getattr(rule, "share", None) is not None and rng.random() < 0.7:
            share = min(1.0, max(0.0, rule.share + rng.uniform(-0.05, 0.5)))  # type: ignore[attr-defined]
            question = changed_rule(question, rule.key, share=share)
        elif getattr(rule, "limit_us", None) is not None:
            question = changed_rule(question, rule.key, limit_us=rule.limit_us * rng.uniform(0.7, 1.02))  # type: ignore[attr-defined]
        else:
            question = priced(question, rng.choice(price_names(question)), rng.uniform(0.98, 1.5))
    return question


def least(question: Problem) -> float:
    found = solve_reference(formulate(question).model)
    return math.inf if found.values is None else found.objective


def check(seed: int) -> bool:
    """Compare what asks more with what it costs more; return whether it was told to ask more."""
    rng = random.Random(seed)
    question = random_problem(seed, most_nodes=10, most_links=15, protected=seed % 3 == 0)
    other = harder(question, rng)
    work = Session(Shelf(), gap=1e-6)
    try:
        plan = work.solve(question, "as it is").plan
    except InfeasibleError:
        plan = None
    if plan is None or not asks_more(other, question):
        return False
    true = least(other)
    assert work.proven(other) == plan.bound
    assert plan.bound <= true * (1 + 1e-9) + 1e-6
    warm = work.solve(other, "asking more").plan
    assert (math.inf if warm is None else warm.objective) == pytest.approx(true, rel=1e-6, abs=1e-6)
    return True


def test_what_was_proven_never_exceeds_the_optimum() -> None:
    assert sum(check(seed) for seed in range(9000, 9030)) >= 6


@pytest.mark.slow
def test_what_was_proven_never_exceeds_the_optimum_on_many() -> None:
    assert sum(check(seed) for seed in range(9030, 9430)) >= 100


def test_a_session_hands_on_what_it_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[float] = []

    def spy(question: Problem, *, proven: float, **options: Any) -> Plan:
        told.append(proven)
        return solve(question, proven=proven, **options)

    monkeypatch.setattr(module, "solve", spy)
    work = Session(Shelf(), gap=1e-6)
    first = work.solve(ring(), "first").plan
    work.solve(ring(oxc_share={"share": 0.9}), "more")
    work.solve(ring(oxc_share={"share": 0.3}), "less")
    assert first is not None
    assert first.bound == pytest.approx(8200.0)
    assert told == [-math.inf, first.bound, -math.inf]


def test_what_the_engine_learned_is_kept_with_a_solve(tmp_path: Path) -> None:
    first = Session(Shelf(tmp_path), gap=1e-6)
    first.solve(ring(), "first")
    again = Session(Shelf(tmp_path), gap=1e-6)
    again.solve(ring(), "first")
    again.solve(ring(oxc_share={"share": 0.9}), "more")
    first.shelf = Shelf()
    first.solve(ring(oxc_share={"share": 0.9}), "more")
    assert (first.new, again.new, again.kept) == (2, 1, 1)
    assert first.memory.cuts
    assert again.memory.root == first.memory.root
    assert [c.terminal for c in again.memory.cuts] == [c.terminal for c in first.memory.cuts]
    pairs = zip(again.memory.cuts, first.memory.cuts, strict=True)
    assert all(np.array_equal(kept.inside, made.inside) for kept, made in pairs)


def test_work_of_other_kinds_proves_nothing_about_the_question() -> None:
    work = Session(Shelf(), gap=1e-6)
    kept = work.solve(with_fixed(ring(), must_build=["S1", "S2", "S3"]), "dearer")
    assert kept.plan is not None
    work.once("another key", ring(), "a question with a row of its own", lambda: kept)
    assert work.proven(ring()) == -math.inf


@pytest.mark.parametrize("budget", [3000.0, 6000.0, 8000.0])
def test_a_budget_below_what_is_proven_is_not_asked_for_everything(budget: float) -> None:
    phases: list[str] = []
    cold = best_within(ring(), budget, gap=1e-4)
    warm = best_within(ring(), budget, gap=1e-4, proven=8200.0, on_progress=lambda p: phases.append(p.phase))
    assert (warm.score, warm.score_bound) == pytest.approx((cold.score, cold.score_bound), abs=2e-4)
    assert phases
    assert not any(words.startswith("everything") for words in phases)
    assert np.isfinite(warm.plan.objective)
    assert warm.plan.objective <= budget
