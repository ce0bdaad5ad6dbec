"""Who uses an asset in a plan, and who would miss its goal if it failed: told without solving."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from optimizer.explaining.answers import Needs
from optimizer.explaining.distances import Distances
from optimizer.explaining.named import Named
from optimizer.facts import Choice, Measured
from optimizer.formulate import formulate
from optimizer.model import Demand
from optimizer.parts import parts
from optimizer.plan import Plan, RoutePlan
from optimizer.problem import Problem

__all__ = ["choice_of_plan", "needs_of"]


def needs_of(problem: Problem, plan: Plan, asset: Named) -> Needs:
    """Return who uses an asset of a plan, and what would be missed without it."""
    use = _Use(problem, plan, asset)
    before, after = use.measured, use.failed
    lost = {
        kind: _no_more(getattr(plan, kind), after[kind], flag)
        for kind, flag in (("relations", "met"), ("places", "covered"), ("terminal_areas", "met"))
    }
    met = {g.name for g in plan.goals if g.met}
    points = use.points
    return Needs(
        relations=tuple(r.id for r in plan.relations if r.routes and use.on(r.routes[0])),
        protection=tuple(r.id for r in plan.relations if any(use.on(way) for way in r.routes[1:])),
        homes=tuple(c.id for c in plan.centers if any(use.on(way) for way in c.homes)),
        oxc_sites=tuple(s.id for s in plan.sites if s.oxc and not s.oxc_today and use.reaches_over(use.node_of(s.id))),
        access_points=points,
        places=tuple(p.id for p in plan.places if p.covered and p.access_point in set(points)),
        areas=tuple(a.id for a in plan.terminal_areas if a.met and use.reaches_over(use.node_of(a.metro_site))),
        relations_lost=lost["relations"],
        places_lost=lost["places"],
        areas_lost=lost["terminal_areas"],
        cut_off=use.cut_off(before),
        goals_missed=tuple(g.title for g in after["goals"] if g.name in met and not g.met),
    )


def choice_of_plan(problem: Problem, plan: Plan) -> Choice:
    """Return what a plan lights, builds and equips."""
    lit = {link.id for link in plan.links if link.lit}
    had = {c.id: c.ports_400g for c in problem.centers}
    ports = {c.id: c.ports_400g - had.get(c.id, 0) for c in plan.centers}
    return Choice(
        np.array([str(name) in lit for name in problem.network.links["id"]], dtype=np.bool_),
        frozenset(s.id for s in plan.sites if s.oxc),
        {name: n for name, n in ports.items() if n > 0},
        frozenset(a.id for a in plan.access_points if a.equipped),
    )


@dataclass(frozen=True)
class _Use:
    """A plan with the asset in question."""

    problem: Problem
    plan: Plan
    asset: Named

    @cached_property
    def choice(self) -> Choice:
        """What the plan has."""
        return choice_of_plan(self.problem, self.plan)

    @cached_property
    def measured(self) -> Measured:
        """What it does."""
        return Measured(self.problem, self.choice)

    @cached_property
    def failed(self) -> dict[str, Any]:
        """What it does without the asset, in the words of a plan."""
        return parts(self.problem, self._without)

    @cached_property
    def _without(self) -> Measured:
        name, choice = self.asset.id, self.choice
        used = choice.used.copy()
        used[list(self.asset.links)] = False
        kind = self.asset.kind
        less = replace(
            choice,
            used=used,
            oxc=choice.oxc - {name} if kind == "oxc" else choice.oxc,
            new_ports={k: n for k, n in choice.new_ports.items() if kind != "export" or k != name},
            equipped=choice.equipped - {name} if kind == "access_point" else choice.equipped,
        )
        return Measured(self.problem, less)

    @cached_property
    def _ids(self) -> frozenset[str]:
        links = self.problem.network.links["id"]
        return frozenset(str(links.iat[k]) for k in self.asset.links)

    @cached_property
    def _node(self) -> int:
        """Node of the metro site in question, -1 for other assets."""
        return next(
            (s.node for s in self.problem.metro_sites if self.asset.kind == "oxc" and s.id == self.asset.id), -1
        )

    def on(self, route: RoutePlan) -> bool:
        """Return whether a route of the plan uses the asset."""
        if self.asset.links:
            return not self._ids.isdisjoint(route.links)
        return self._node >= 0 and str(self.problem.network.nodes["id"].iat[self._node]) in route.nodes[1:-1]

    def node_of(self, name: str) -> int:
        """Return the node of a metro site or access point."""
        return self._nodes[name]

    @cached_property
    def _nodes(self) -> dict[str, int]:
        sites = {s.id: s.node for s in self.problem.metro_sites}
        return sites | {a.id: a.node for a in self.problem.access_points}

    @cached_property
    def _to_centers(self) -> Distances:
        """Quickest routes in the plan to the active centers."""
        graph = formulate(self.problem).model.graph
        optical = np.zeros(graph.n_nodes, dtype=np.bool_)
        optical[[s.node for s in self.problem.metro_sites if s.id in self.choice.oxc]] = True
        optical &= graph.oxc >= 0
        targets = tuple(sorted({c.node for c in self.problem.active_centers}))
        return Distances(graph, self.choice.used, optical, targets)

    def reaches_over(self, node: int) -> bool:
        """Return whether the route of a node to its nearest center uses the asset."""
        way = self._to_centers.way(Demand("", node, self._to_centers.targets))
        if way is None:
            return False
        return not set(self.asset.links).isdisjoint(way.links) or self._node in way.nodes[1:-1]

    @cached_property
    def points(self) -> tuple[str, ...]:
        """Equipped access points that use the asset."""
        if self.asset.kind == "access_point":
            return (self.asset.id,) if self.asset.in_plan else ()
        equipped = (a.id for a in self.plan.access_points if a.equipped)
        return tuple(name for name in equipped if self.reaches_over(self.node_of(name)))

    def cut_off(self, before: Measured) -> tuple[str, ...]:
        """Return centers, metro sites with an OXC and access points that nothing joins without the asset."""
        was, now = np.isfinite(before.nearest[0]), np.isfinite(self._without.nearest[0])
        lost = was & ~now
        sites = [s.id for s in self.problem.metro_sites if lost[s.node] and s.id in self.choice.oxc]
        points = [a.id for a in self.problem.access_points if lost[a.node] and a.id in self.choice.equipped]
        return (*self._centers_cut_off(before), *sites, *points)

    def _centers_cut_off(self, before: Measured) -> list[str]:
        """Return the centers that no longer reach any other one they reached."""
        old, new = before.facts.pair_us, self._without.facts.pair_us
        broken = [pair for pair, us in old.items() if np.isfinite(us) and not np.isfinite(new[pair])]
        kept = {name for pair, us in new.items() if np.isfinite(us) for name in pair}
        return sorted({name for pair in broken for name in pair} - kept)


def _no_more(before: Iterable[Any], after: Iterable[Any], flag: str) -> tuple[str, ...]:
    """Return the ids of what was reached and is not any more."""
    still = {x.id for x in after if getattr(x, flag)}
    return tuple(x.id for x in before if getattr(x, flag) and x.id not in still)
