"""Two routes share nothing they may not, judged by the routes of the plan and the network alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Protocol, cast

from optimizer.auditing.routes import ground_of, route_breaches
from optimizer.plan import Plan, RelationPlan, RoutePlan
from optimizer.problem import Center, Problem
from optimizer.requirements.base import Direction, complies, one_way_limit_us

__all__ = ["diversity_breaches", "homed_centers", "protected_pairs"]


class _Rule(Protocol):
    """Settings of a requirement that asks two routes; the classes themselves know the model."""

    disjoint: str
    limit_us: float | None
    direction: Direction
    lead_ins: str

    def relations(self, problem: Problem) -> tuple[tuple[Center, Center], ...]:
        """Pairs to protect."""

    def judged(self, problem: Problem) -> tuple[Center, ...]:
        """Centers to home."""


def _rule(problem: Problem, key: str) -> _Rule | None:
    return cast("_Rule | None", problem.requirement_named(key))


def protected_pairs(problem: Problem, plan: Plan) -> frozenset[tuple[str, str]]:
    """Return the pairs of centers whose two routes in the plan stand the check."""
    rule = _rule(problem, "protection")
    if rule is None:
        return frozenset()
    asked = {(a.id, b.id) for a, b in rule.relations(problem)}
    told = [r for r in plan.relations if (r.a, r.b) in asked and r.protected]
    return frozenset((r.a, r.b) for r in told if not any(_pair_breaches(problem, rule, r)))


def homed_centers(problem: Problem, plan: Plan) -> frozenset[str]:
    """Return the centers whose routes to two metro sites in the plan stand the check."""
    rule = _rule(problem, "dual_homing")
    if rule is None:
        return frozenset()
    asked = {c.id for c in rule.judged(problem)}
    told = [c for c in plan.centers if c.id in asked and c.homes]
    return frozenset(c.id for c in told if not any(_home_breaches(problem, rule, c.id, c.homes)))


def diversity_breaches(problem: Problem, plan: Plan) -> Iterator[str]:
    """Yield what two routes share that they may not, and limits of protection routes that are missed."""
    rule = _rule(problem, "protection")
    asked = set() if rule is None else {(a.id, b.id) for a, b in rule.relations(problem)}
    for relation in plan.relations:
        if relation.protected and (rule is None or (relation.a, relation.b) not in asked):
            yield f"Relation '{relation.id}' is told protected, and nobody asked it."
        elif relation.protected and rule is not None:
            yield from _pair_breaches(problem, rule, relation)
        elif len(relation.routes) > 1:
            yield f"Relation '{relation.id}' has {len(relation.routes)} routes and is not told protected."
    homing = _rule(problem, "dual_homing")
    node = {c.id: c.node for c in problem.centers}
    sites: set[int | None] = {s.node for s in problem.metro_sites}
    ground = ground_of(problem, plan)
    for center in plan.centers:
        for route in center.homes:
            where = f"Center '{center.id}', {route.role} route to a metro site"
            yield from route_breaches(ground, where, route, {node.get(center.id)}, sites)
        if center.homes and homing is None:
            yield f"Center '{center.id}' is told with homes, and nobody asked them."
        elif center.homes and homing is not None:
            yield from _home_breaches(problem, homing, center.id, center.homes)


def _pair_breaches(problem: Problem, rule: _Rule, relation: RelationPlan) -> Iterator[str]:
    """What keeps the two routes of a relation from being working and protection."""
    where = f"Relation '{relation.id}'"
    yield from _together(problem, rule, where, relation.routes, (relation.a, relation.b))
    latency = problem.requirement_named("interconnect_latency")
    judged = () if latency is None else getattr(latency, "relations")(problem)  # noqa: B009
    if (relation.a, relation.b) in {(a.id, b.id) for a, b in judged} and relation.routes:
        limit = problem.limit_us("interconnect_latency")
        if not complies(relation.routes[0].latency_us, limit):
            told_us = relation.routes[0].latency_us
            yield f"{where}: its working route takes {told_us:.3f} us; the limit is < {limit:g} us."


def _home_breaches(problem: Problem, rule: _Rule, name: str, routes: tuple[RoutePlan, ...]) -> Iterator[str]:
    """What keeps two routes from homing a center on two metro sites."""
    where = f"Center '{name}'"
    yield from _together(problem, rule, where, routes, (name,))
    ids = problem.network.nodes["id"].to_list()
    sites = {ids[s.node] for s in problem.metro_sites}
    if len({route.nodes[-1] for route in routes}) < 2:
        yield f"{where} has both its routes to metro site '{routes[0].nodes[-1]}'."
    for route in routes:
        if passed := sites & set(route.nodes[1:-1]):
            yield f"{where}: its {route.role} route to a metro site passes metro site '{min(passed)}'."
    if rule.limit_us is not None and routes:
        limit = one_way_limit_us(rule.limit_us, rule.direction)
        if not complies(routes[0].latency_us, limit):
            yield f"{where}: its working route takes {routes[0].latency_us:.3f} us; the limit is < {limit:g} us."


def _together(
    problem: Problem, rule: _Rule, where: str, routes: tuple[RoutePlan, ...], centers: tuple[str, ...]
) -> Iterator[str]:
    """What two routes share, and whether the second keeps its limit."""
    if [r.role for r in routes] != ["working", "protection"]:
        yield f"{where} is told protected with routes {', '.join(r.role for r in routes) or 'none'}."
        return
    first, second = routes
    excused = _excused(problem, centers) if rule.lead_ins == "shared" else {}
    for link in sorted(set(first.links) & set(second.links) - set(excused)):
        yield f"{where}: both its routes use link '{link}'."
    if rule.disjoint in ("srlg", "node_srlg"):
        yield from _shared_risks(problem, where, set(first.links) - set(excused), set(second.links) - set(excused))
    if rule.disjoint in ("node", "node_srlg"):
        free = {node for ends in excused.values() for node in ends}
        for node in sorted(set(first.nodes[1:-1]) & set(second.nodes[1:-1]) - free):
            yield f"{where}: both its routes pass node '{node}'."
    if rule.limit_us is not None:
        limit = one_way_limit_us(rule.limit_us, rule.direction)
        if not complies(second.latency_us, limit):
            yield f"{where}: its protection route takes {second.latency_us:.3f} us; the limit is < {limit:g} us."


def _shared_risks(problem: Problem, where: str, first: set[str], second: set[str]) -> Iterator[str]:
    """Shared-risk groups with a link on either route."""
    names = [str(name) for name in problem.network.links["id"]]
    for group in problem.network.shared_risks:
        members = {names[k] for k in group.links}
        if members & first and members & second:
            yield f"{where}: both its routes run through shared risk '{group.id}' ({group.name})."


def _excused(problem: Problem, centers: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """Return the only lead-ins of centers that have just one, with the nodes at their ends."""
    ids = [str(name) for name in problem.network.nodes["id"]]
    rows = list(problem.network.links[["id", "a", "b"]].itertuples(index=False))
    degree = Counter(node for row in rows for node in (row.a, row.b))
    lone = {c.node for c in problem.centers if c.id in centers and degree[c.node] == 1}
    return {str(row.id): (ids[row.a], ids[row.b]) for row in rows if lone & {row.a, row.b}}
