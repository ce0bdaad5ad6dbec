"""The map of a plan, or of today's network: layers, headline facts, goals, and the way of every relation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from geo_data.maps.style import Goal, MapDocument, Relation, Route
from optimizer.plan import GoalResult, Plan, RelationPlan, RoutePlan
from optimizer.report import numbers
from optimizer.report.chinese import in_chinese
from optimizer.report.layers import plan_layers
from optimizer.report.summary import State, goal_target, goal_value, summarise

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geo_data.findings import Language
    from optimizer.problem import Problem

__all__ = ["map_document"]


def map_document(
    problem: Problem, state: State, *, language: Language | None = None, revision: str | None = None
) -> MapDocument:
    """Return the map of a plan (or an assessment), ready for ``geo_data.maps`` to write.

    Parameters
    ----------
    problem
        The question.
    state
        The plan, or the assessment of today's network.
    language, revision
        What the map says instead of the project file's ``language`` and ``revision``.
    """
    english = _document(problem, state, problem.network.revision if revision is None else revision)
    return in_chinese(english) if (language or problem.network.language) == "zh" else english


def _document(problem: Problem, state: State, revision: str) -> MapDocument:
    """Return the map in English."""
    network = problem.network
    names = node_names(problem)
    planned = isinstance(state, Plan)
    return MapDocument(
        title=network.name or problem.name,
        subtitle=_subtitle(problem, planned=planned),
        layers=tuple(plan_layers(problem, state)),
        credits=network.credits,
        note=network.assumed,
        run_id=state.run_id if isinstance(state, Plan) else "",
        date=state.provenance.created[:10] if isinstance(state, Plan) else "",
        facts=_facts(state) if isinstance(state, Plan) else (),
        goals=tuple(_goal(goal) for goal in state.goals),
        routes={relation.id: _relation(relation, names) for relation in state.relations},
        project=problem.name,
        scenario=problem.scenario,
        revision=revision,
    )


def node_names(problem: Problem) -> dict[str, str]:
    """Return the names of centers, metro sites and access points by id; the id itself where none is."""
    network = problem.network
    named: dict[str, str] = {}
    for layer in (network.centers, network.metro_sites, network.access_points):
        if len(layer):
            named.update({str(i): str(n) or str(i) for i, n in zip(layer["id"], layer["name"], strict=True)})
    return named


def _subtitle(problem: Problem, *, planned: bool) -> str:
    parts = [
        "Plan of OXCs, 400G exports and fibre" if planned else "The network today",
        problem.name if problem.name != problem.network.name else "",
        f"scenario {problem.scenario}" if problem.scenario != "base" else "",
    ]
    return ", ".join(part for part in parts if part)


def _facts(plan: Plan) -> tuple[tuple[str, str], ...]:
    figures = summarise(plan)
    return (
        ("Total cost", numbers.money(figures.total_cost, plan.currency)),
        ("Gap to the proven bound", numbers.gap(figures.gap)),
        ("Goals reached", f"{figures.goals_met} of {figures.goals}"),
        ("New fibre built", numbers.kilometres(figures.built_km)),
        ("Existing fibre newly lit", numbers.kilometres(figures.newly_lit_km)),
        ("New OXCs", numbers.count(figures.new_oxcs)),
        ("New 400G exports", numbers.count(figures.new_exports)),
        ("Access points newly equipped", numbers.count(figures.new_access_points)),
    )


def _goal(goal: GoalResult) -> Goal:
    return Goal(goal.title, goal_value(goal), goal_target(goal), goal.met, goal.achieved, goal.target)


def _relation(relation: RelationPlan, names: Mapping[str, str]) -> Relation:
    title = f"{relation.id}: {names.get(relation.a, relation.a)} – {names.get(relation.b, relation.b)}"
    routes = tuple(_route(route, names) for route in relation.routes)
    return Relation(title, relation.a, relation.b, relation.limit_us, relation.met, routes)


def _route(route: RoutePlan, names: Mapping[str, str]) -> Route:
    hops = tuple(names[node] for node in route.nodes if node in names)
    return Route(route.role, route.latency_us, route.length_km, hops, route.links)
