"""What a report says, row by row, before any page or sheet shows it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from optimizer.light.modes import only_for_light
from optimizer.plan import CenterPlan, CostLine, GoalResult, LinkPlan, Plan, RelationPlan, RoutePlan
from optimizer.report.charts import LatencyPanel
from optimizer.report.frames import LINK_STATES, state_of_link
from optimizer.report.language import ENGLISH, Say

if TYPE_CHECKING:
    from optimizer.assessment import Assessment
    from optimizer.catalogue import CatalogueItem
    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = [
    "CostRow",
    "GoalRow",
    "LinkGroup",
    "LinkRow",
    "RelationRow",
    "catalogue_rows",
    "cost_rows",
    "goal_rows",
    "latency_panels",
    "link_groups",
    "link_rows",
    "new_exports",
    "relation_rows",
    "route_of",
]


@dataclass(frozen=True)
class GoalRow:
    """A goal as planned, beside today's (None when today was not assessed)."""

    planned: GoalResult
    today: GoalResult | None


@dataclass(frozen=True)
class CostRow:
    """A line of the bill with its share of the total, 0 to 1."""

    line: CostLine
    share: float


@dataclass(frozen=True)
class LinkRow:
    """A new or newly lit link with its names for people."""

    link: LinkPlan
    state: str
    name: str
    route_class: str
    a: str
    b: str


@dataclass(frozen=True)
class LinkGroup:
    """Links of one state along one route: how many, laid length in km, cost with operation.

    `named` tells whether `route` is the name of a route, else it is its class.
    """

    state: str
    route: str
    links: int
    length_km: float
    cost: float
    named: bool = True


@dataclass(frozen=True)
class RelationRow:
    """A relation with its routes: working and protection as planned, working today."""

    relation: RelationPlan
    a: str
    b: str
    working: RoutePlan | None
    protection: RoutePlan | None
    today: RoutePlan | None


def goal_rows(plan: State, assessment: Assessment | None) -> list[GoalRow]:
    """Return every goal with what it reaches as planned and today."""
    today = {goal.name: goal for goal in assessment.goals} if assessment else {}
    return [GoalRow(goal, today.get(goal.name)) for goal in plan.goals]


def cost_rows(plan: Plan) -> list[CostRow]:
    """Return the bill, dearest line first."""
    total = math.fsum(line.total for line in plan.cost)
    rows = [CostRow(line, line.total / total if total else 0.0) for line in plan.cost]
    return sorted(rows, key=lambda row: (-row.line.total, row.line.item))


def link_rows(
    problem: Problem, state: State, names: dict[str, str], which: Callable[[LinkPlan], bool]
) -> list[LinkRow]:
    """Return the chosen links, new ones first, longest first, with the names of routes and ends."""
    routes = dict(zip(problem.network.links["id"], problem.network.links["name"], strict=True))
    classes = dict(zip(problem.network.links["id"], problem.network.class_km.idxmax(axis=1), strict=True))
    rows = [
        LinkRow(
            link,
            LINK_STATES[state_of_link(link)],
            str(routes.get(link.id) or ""),
            _class_words(str(classes.get(link.id, ""))),
            names.get(link.a, link.a),
            names.get(link.b, link.b),
        )
        for link in state.links
        if which(link)
    ]
    order = list(LINK_STATES.values())
    return sorted(rows, key=lambda row: (order.index(row.state), -row.link.length_km, row.link.id))


def link_groups(rows: Sequence[LinkRow]) -> list[LinkGroup]:
    """Return the links gathered by state and route (its class where it has no name), new ones first, longest first."""
    gathered: dict[tuple[str, str, bool], list[LinkPlan]] = {}
    for row in rows:
        gathered.setdefault((row.state, row.name or row.route_class, bool(row.name)), []).append(row.link)
    groups = [
        LinkGroup(
            state, route, len(links), math.fsum(k.length_km for k in links), math.fsum(k.cost for k in links), named
        )
        for (state, route, named), links in gathered.items()
    ]
    order = list(LINK_STATES.values())
    return sorted(groups, key=lambda group: (order.index(group.state), -group.length_km, group.route))


def _class_words(route_class: str) -> str:
    """Return a route class in words; it stands where the route has no name."""
    return route_class.replace("_", " ").replace(":bridge", ", on a bridge or in a tunnel")


def new_exports(state: State) -> list[CenterPlan]:
    """Return the centers that have a 400G export, new ones first."""
    with_export = [center for center in state.centers if center.export_400g]
    return sorted(with_export, key=lambda center: (center.export_400g_today, center.id))


def relation_rows(state: State, assessment: Assessment | None, names: dict[str, str]) -> list[RelationRow]:
    """Return every relation, slowest working route first, those without a route before all."""
    today = {relation.id: relation for relation in assessment.relations} if assessment else {}
    rows = [_relation_row(relation, today.get(relation.id), names) for relation in state.relations]
    return sorted(rows, key=lambda row: (-_latency(row.working), row.relation.id))


def _relation_row(relation: RelationPlan, today: RelationPlan | None, names: dict[str, str]) -> RelationRow:
    return RelationRow(
        relation,
        names.get(relation.a, relation.a),
        names.get(relation.b, relation.b),
        route_of(relation, "working"),
        route_of(relation, "protection"),
        route_of(today, "working") if today else None,
    )


def route_of(relation: RelationPlan, role: Literal["working", "protection"]) -> RoutePlan | None:
    """Return the route of a relation in a role."""
    return next((route for route in relation.routes if route.role == role), None)


def _latency(route: RoutePlan | None) -> float:
    return route.latency_us if route else math.inf


def latency_panels(
    rows: Sequence[RelationRow], *, planned: bool, with_today: bool, say: Say = ENGLISH
) -> list[LatencyPanel]:
    """Return the panels of the latency chart: today, and as planned."""
    panels: list[LatencyPanel] = []
    if with_today:
        panels.append(_panel(say("Today"), [row.today for row in rows], "bar-today"))
    panels.append(_panel(say("As planned" if planned else "Today"), [row.working for row in rows], "bar-plan"))
    return panels


def _panel(title: str, routes: Sequence[RoutePlan | None], style: str) -> LatencyPanel:
    latencies = [route.latency_us for route in routes if route]
    return LatencyPanel(title, latencies, len(routes) - len(latencies), style)


def catalogue_rows(problem: Problem) -> list[CatalogueItem]:
    """Return every number the plan is priced and timed with, in the order of the catalogue.

    What only traffic uses is left out where none is asked for, unless the project file gives it.
    """
    items = problem.catalogue.items.values()
    carries = problem.requirement_named("capacity") is not None
    return [i for i in items if carries or i.overridden or not only_for_light(i.name)]
