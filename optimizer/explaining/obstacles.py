"""What no network can do, and the physics why: too far, not joined, no second road, ruled out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.explaining.answers import Obstacle, ObstacleKind
from optimizer.explaining.distances import Distances
from optimizer.explaining.obstacle_words import Made, gap_words, latency_words, list_words, subject_words
from optimizer.explaining.reach import Reach
from optimizer.explaining.second_routes import why_no_second
from optimizer.formulate import Formulation
from optimizer.model import Demand
from optimizer.problem import Problem

__all__ = ["obstacles"]

_EXPLAINED = 50
"""Demands for two routes that are looked into, the searches take their time."""


def obstacles(problem: Problem, formulation: Formulation, reach: Reach, goals: frozenset[str]) -> tuple[Obstacle, ...]:
    """Return what keeps the named goals and fixed choices from being met, for each goal the worst first."""
    view = _View(problem, formulation, reach)
    found = [*view.of_demands(goals), *view.of_equipment(goals)]
    order = {r.key: i for i, r in enumerate(problem.requirements)}
    unreachable = float("inf")
    return tuple(
        sorted(
            found,
            key=lambda o: (
                order[o.goal],
                -o.weight,
                -(unreachable if o.shortfall_us is None else o.shortfall_us),
                o.subject,
            ),
        )
    )


@dataclass(frozen=True)
class _View:
    """The question, its model, and the greatest point of that."""

    problem: Problem
    formulation: Formulation
    reach: Reach

    def of_demands(self, goals: frozenset[str]) -> Iterator[Obstacle]:
        """Yield the routed demands of the goals that no network meets."""
        lost = set(self.reach.lost)
        explained = 0
        for number in self.reach.unmet:
            goal = self.formulation.asked_by[number]
            demand = self.reach.model.demands[number]
            own = demand.label.startswith(("serve ", "join "))
            if own and number not in lost:
                continue  # told with what it serves
            if self._told_by_center(demand):
                continue
            goal = "fixed_choices" if own else goal
            if goal in goals or number in lost:
                explained += demand.second is not None
                yield self._explained(goal, demand, self._weight(goal, demand), explained <= _EXPLAINED)

    def of_equipment(self, goals: frozenset[str]) -> Iterator[Obstacle]:
        """Yield OXCs, exports and access points that are ruled out or not joined."""
        for goal, family, what in (
            ("oxc_share", "oxc", "Metro site '{}' cannot get an OXC: {}."),
            ("export_400g", "export", "Center '{}' cannot get a 400G export: {}."),
            ("latency_circle", "serve", "Access point '{}' cannot be equipped: {}."),
        ):
            if goal in goals:
                for name, column in self.formulation.families.get(family, {}).items():
                    if self.reach.values[column] < 0.5:
                        ruled_out = self.reach.model.upper[column] < 0.5
                        why = "must_not names it" if ruled_out else "no link that may be used joins it to a center"
                        kind: ObstacleKind = "ruled_out" if ruled_out else "not_connected"
                        yield Obstacle(goal, kind, name, 1.0, what.format(name, why))

    def _told_by_center(self, demand: Demand) -> bool:
        """Return whether a relation has no route because one of its centers is joined to nothing, which is told."""
        ends = {demand.source, *demand.targets}
        pair = demand.label.startswith(("interconnect ", "protect "))
        return pair and not np.isfinite(self.reach.distances.best_us(demand)) and bool(ends & self._cut_off)

    @cached_property
    def _cut_off(self) -> frozenset[int]:
        """Nodes of the centers that cannot be joined to the largest."""
        demands = [self.reach.model.demands[number] for number in self.reach.lost]
        return frozenset(d.source for d in demands if d.label.startswith("connect "))

    def _explained(self, goal: str, demand: Demand, weight: float, deep: bool) -> Obstacle:
        best_us = self.reach.distances.best_us(demand)
        if not np.isfinite(best_us):
            return self._not_connected(goal, demand, weight)
        if best_us > demand.budget_us:
            return self._too_far(goal, demand, weight)
        if not deep:
            text = f"{subject_words(self.problem, demand)} has no two routes that keep what is asked."
            return Obstacle(goal, "no_second_route", _subject(demand), weight, text)
        why = why_no_second(self.problem, self.reach.distances, demand)
        text = f"{subject_words(self.problem, demand)} {why.words}"
        links = tuple(self._ids[k] for k in why.links)
        return Obstacle(goal, why.kind, _subject(demand), weight, text, limit_us=why.limit_us, best_us=why.best_us,
                        shortfall_us=why.shortfall_us, links=links, risks=why.risks,
                        shortfall_km=self._km(why.shortfall_us))  # fmt: skip

    def _not_connected(self, goal: str, demand: Demand, weight: float) -> Obstacle:
        """Nothing leads there: a link that must not be used, or no link at all."""
        ruled_out = self._ruled_out(demand)
        who = self._joined_words(demand)
        if ruled_out:
            text = f"{who}: the best way there is takes {list_words(ruled_out)}, which must_not rules out."
        else:
            apart = gap_words(self.problem, self.reach.distances, demand)
            text = f"{who}: no links lead from one to the other{apart}."
        kind: ObstacleKind = "ruled_out" if ruled_out else "not_connected"
        return Obstacle(goal, kind, _subject(demand), weight, text, links=tuple(ruled_out))

    def _joined_words(self, demand: Demand) -> str:
        """Return who cannot be joined to whom."""
        centers = {c.node: c.id for c in self.problem.centers}
        if demand.source in centers and len(demand.targets) == 1 and demand.targets[0] in centers:
            a, b = sorted((centers[demand.source], centers[demand.targets[0]]))
            return f"Centers '{a}' and '{b}' cannot be joined"
        to = "two metro sites" if demand.second is not None and demand.second.ends else "any computing center"
        return f"{subject_words(self.problem, demand)} cannot be joined to {to}"

    def _too_far(self, goal: str, demand: Demand, weight: float) -> Obstacle:
        way = self.reach.distances.way(demand)
        links, nodes = ((), ()) if way is None else (way.links, way.nodes)
        graph = self.reach.model.graph
        fibre_us = float(graph.us[list(links)].sum())
        sites_us = float(self.reach.distances.pass_us[list(nodes[1:-1])].sum())
        best_us = fibre_us + sites_us + demand.offset_us
        shortfall_us = max(0.0, best_us - demand.limit_us)
        length_km = float(self._length_km[list(links)].sum())
        passed = sum(v in self._sites for v in nodes[1:-1])
        made = Made(fibre_us, length_km, sites_us, passed, demand.offset_us)
        who = subject_words(self.problem, demand)
        text = latency_words(who, demand.limit_us, best_us, self._km(shortfall_us) or 0.0, made)
        better_us = self._everywhere.best_us(demand) + demand.offset_us
        ruled_out: list[str] = []
        if better_us < best_us - 1e-6:
            ruled_out = self._ruled_out(demand)
            text += f" Without must_not on {list_words(ruled_out)} it would take {better_us:.1f} us."
        return Obstacle(goal, "too_far", _subject(demand), weight, text, best_us, demand.limit_us, shortfall_us,
                        self._km(shortfall_us), length_km, fibre_us, sites_us, demand.offset_us,
                        tuple(ruled_out))  # fmt: skip

    def _ruled_out(self, demand: Demand) -> list[str]:
        """Return the ids under must_not on the best route there would be without them."""
        way = self._everywhere.way(demand)
        if way is None:
            return []
        closed = ~self.reach.distances.open_links
        links = [self._ids[k] for k in way.links if closed[k]]
        dark = self._everywhere.optical & ~self.reach.distances.optical
        return [*dict.fromkeys(links), *(self._sites[v] for v in way.nodes[1:-1] if dark[v] and v in self._sites)]

    @cached_property
    def _everywhere(self) -> Distances:
        """Best latencies with nothing ruled out."""
        graph, targets = self.reach.model.graph, self.reach.distances.targets
        return Distances(graph, np.ones(graph.us.size, dtype=np.bool_), graph.oxc >= 0, targets)

    @cached_property
    def _sites(self) -> dict[int, str]:
        """Metro sites by their node."""
        return {s.node: s.id for s in self.problem.metro_sites}

    @cached_property
    def _ids(self) -> list[str]:
        return [str(name) for name in self.problem.network.links["id"]]

    @cached_property
    def _length_km(self) -> NDArray[np.float64]:
        return np.asarray(self.problem.network.links["length_km"], dtype=np.float64)

    def _km(self, us: float | None) -> float | None:
        return None if us is None or self.problem.us_per_km <= 0 else us / self.problem.us_per_km

    def _weight(self, goal: str, demand: Demand) -> float:
        """Return what a demand counts in the share row of its goal."""
        model = self.reach.model
        if demand.met < 0 or goal not in model.row_labels:
            return 1.0
        return float(model.rows[[model.row_labels.index(goal)], [demand.met]][0])


def _subject(demand: Demand) -> str:
    """Return the id that a demand is about: its label without the word in front."""
    return demand.label.removeprefix("join ").partition(" ")[2]
