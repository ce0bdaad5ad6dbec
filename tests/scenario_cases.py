"""A network with nine decisions, and every one of its 512 states: the oracle of ladders, fronts, prices and years."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from geo_data.network import Network
from optimizer.bill import bill
from optimizer.facts import Choice, Measured
from optimizer.problem import Problem
from optimizer.requirements.budget import reached
from tests.networks import network

GOALS: Mapping[str, Mapping[str, Any]] = {
    "interconnect_latency": {"share": 1.0},
    "export_400g": {"share": 0.5},
    "oxc_share": {"share": 1.0},
    "latency_circle": {"share": 0.5},
}
LINKS = ("C1-C2", "C1-S1", "C2-S1", "A1-S1", "F1")
ASSETS = (*LINKS, "S1", "C1", "C2", "A1")


def two_ways() -> Network:
    r"""Two centers that meet at one site, or directly; dark fibre beside one way.

    ::

        C1 --2 km-- S1 --3 km-- C2      C1 --9 km-- C2 directly
                    |  \.10 km dark./  F1
                    A1 (1 km)
    """
    return network(
        {
            "C1": ("center", 0.0, 0.0),
            "S1": ("metro_site", 2.0, 0.0),
            "C2": ("center", 5.0, 0.0),
            "A1": ("access_point", 2.0, 1.0),
        },
        [
            ("C1-C2", "C1", "C2", 9.0, "candidate"),
            ("C1-S1", "C1", "S1", 2.0, "candidate"),
            ("C2-S1", "C2", "S1", 3.0, "candidate"),
            ("A1-S1", "A1", "S1", 1.0, "candidate"),
            ("F1", "S1", "C2", 10.0, "existing"),
        ],
        centers={"C1": {"racks": 12000.0}, "C2": {"racks": 1500.0}},
        sites={"S1": {}},
        access_points={"A1": {}},
        places=[{"id": "P1", "at": "A1", "weight": 2.0}],
    )


@dataclass(frozen=True)
class State:
    """Assets that are there, what they cost, and how far every goal is reached, in the order of the requirements."""

    assets: frozenset[str]
    cost: float
    shares: Mapping[str, float]
    met: Mapping[str, bool]
    score: float

    def reaches(self, shares: Mapping[str, float]) -> bool:
        """Return whether all centers are on one network and the shares are reached."""
        return self.met["connected_centers"] and all(self.shares[k] >= v - 1e-9 for k, v in shares.items())


def states(problem: Problem) -> list[State]:
    """Return every state of the nine decisions."""
    return [
        _state(problem, frozenset(chosen))
        for n in range(len(ASSETS) + 1)
        for chosen in itertools.combinations(ASSETS, n)
    ]


def _state(problem: Problem, assets: frozenset[str]) -> State:
    used = np.array([name in assets for name in problem.network.links["id"]])
    exports = {name: 1 for name in ("C1", "C2") if name in assets}
    choice = Choice(used, frozenset({"S1"} & assets), exports, frozenset({"A1"} & assets))
    facts = Measured(problem, choice).facts
    goals = [g for r in problem.requirements if (g := r.measure(problem, facts)) is not None]
    wishes = [reached(g) for g in goals if g.name != "connected_centers"]
    return State(
        assets,
        sum(line.total for line in bill(problem, choice)),
        {g.name: g.achieved for g in goals},
        {g.name: g.met for g in goals},
        sum(wishes) / len(wishes),
    )


def best_years(
    every: Sequence[State],
    goals: Sequence[Mapping[str, float]],
    budgets: Sequence[float],
    factors: Sequence[float],
    alike: Sequence[tuple[str, ...]] = (),
) -> float:
    """Return the least discounted cost of states that grow from year to year, by trying all of them; inf if none.

    ``alike``: assets that may be built in one year only.
    """
    reach: dict[tuple[frozenset[str], frozenset[tuple[str, int]]], float] = {(frozenset(), frozenset()): 0.0}
    price = {a: next(s.cost for s in every if s.assets == {a}) for a in ASSETS}
    for t, (asked, budget, factor) in enumerate(zip(goals, budgets, factors, strict=True)):
        later: dict[tuple[frozenset[str], frozenset[tuple[str, int]]], float] = {}
        for state in every:
            if not state.reaches(asked):
                continue
            for (before, dug), cost in reach.items():
                if not before <= state.assets:
                    continue
                added = state.assets - before
                spent = sum(price[a] for a in added)
                now = {("/".join(g), t) for g in alike if added & set(g)}
                if spent > budget + 1e-9 or any(name == n and year != y for name, year in dug for n, y in now):
                    continue
                key = (state.assets, dug | now)
                later[key] = min(later.get(key, np.inf), cost + factor * spent)
        reach = later
    return min(reach.values(), default=np.inf)
