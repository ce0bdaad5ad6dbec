"""Write the report of a plan and the assessment of today's network: one HTML file each, nothing beside it."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from geo_data.atomic import atomic_path
from optimizer.report import content, numbers
from optimizer.report.charts import goal_bar, latency_chart
from optimizer.report.figure import map_figure
from optimizer.report.layers import plan_layers
from optimizer.report.maps import node_names
from optimizer.report.permits import permit_words
from optimizer.report.summary import goal_target, goal_value, status_words, summarise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from optimizer.assessment import Assessment
    from optimizer.plan import LinkPlan, Plan
    from optimizer.problem import Problem
    from optimizer.report.summary import State

__all__ = ["assessment_html", "report_html", "write_assessment", "write_report"]


def write_report(problem: Problem, plan: Plan, assessment: Assessment | None, path: str | os.PathLike[str]) -> None:
    """Write the report of a plan.

    Parameters
    ----------
    problem
        The question.
    plan
        The answer.
    assessment
        Today's network, to show beside the plan; None leaves those columns out.
    path
        Where the file shall stand; it appears whole or not at all.
    """
    page = report_html(problem, plan, assessment)
    with atomic_path(path) as part:
        part.write_text(page, encoding="utf-8")


def write_assessment(problem: Problem, assessment: Assessment, path: str | os.PathLike[str]) -> None:
    """Write where today's network stands against every goal, relation by relation."""
    page = assessment_html(problem, assessment)
    with atomic_path(path) as part:
        part.write_text(page, encoding="utf-8")


def report_html(problem: Problem, plan: Plan, assessment: Assessment | None) -> str:
    """Return the report of a plan as text."""
    names = node_names(problem)
    figures = summarise(plan)
    new_links = content.link_rows(problem, plan, names, _is_new)
    return _render(
        "report.html.j2",
        **_shared(problem, plan, assessment, names),
        plan=plan,
        figures=figures,
        status=status_words(plan),
        cost=content.cost_rows(plan),
        new_links=new_links,
        link_groups=content.link_groups(new_links),
        permits=permit_words(plan.links),
        oxcs=sorted((s for s in plan.sites if s.oxc), key=lambda s: (s.oxc_today, not s.major, s.id)),
        exports=content.new_exports(plan),
        catalogue=content.catalogue_rows(problem),
    )


def _is_new(link: LinkPlan) -> bool:
    """Return whether the plan builds or lights the link."""
    return link.built or (link.lit and not link.lit_today)


def assessment_html(problem: Problem, assessment: Assessment) -> str:
    """Return the assessment of today's network as text."""
    names = node_names(problem)
    return _render(
        "assessment.html.j2",
        **_shared(problem, assessment, None, names),
        assessment=assessment,
        oxcs=sorted((s for s in assessment.sites if s.oxc), key=lambda s: (not s.major, s.id)),
        exports=content.new_exports(assessment),
    )


def _shared(problem: Problem, state: State, assessment: Assessment | None, names: dict[str, str]) -> dict[str, Any]:
    """Return what both pages show: goals, relations, their chart, what is assumed."""
    relations = content.relation_rows(state, assessment, names)
    return {
        "problem": problem,
        "currency": problem.catalogue.currency,
        "with_today": assessment is not None,
        "goals": content.goal_rows(state, assessment),
        "relations": relations,
        "with_protection": any(row.protection for row in relations),
        "figure": map_figure(plan_layers(problem, state)),
        "chart": _chart(state, relations, with_today=assessment is not None),
        "requirements": problem.requirements,
    }


def _chart(state: State, relations: Sequence[content.RelationRow], *, with_today: bool) -> Markup:
    """Return the latency chart; empty without relations."""
    if not relations:
        return Markup("")
    planned = hasattr(state, "cost")
    panels = content.latency_panels(relations, planned=planned, with_today=with_today)
    return latency_chart(panels, min(row.relation.limit_us for row in relations))


def _render(template: str, **values: Any) -> str:
    """Return a page made of a template; a value that the template misses is an error."""
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "money": numbers.money,
        "exact": numbers.exact_money,
        "km": numbers.kilometres,
        "us": numbers.microseconds,
        "share": numbers.share,
        "gap": numbers.gap,
        "count": numbers.count,
        "quantity": numbers.quantity,
        "plain": numbers.plain,
        "seconds": numbers.seconds,
        "signs": numbers.signs,
        "goal_value": lambda goal: goal_value(goal).replace(" %", "\u00a0%"),
        "goal_target": goal_target,
    }
    environment.globals |= {
        "goal_bar": goal_bar,
        "style": Markup(_template("report.css")),
        "script": Markup(_template("report.js")),
    }
    return environment.get_template(template).render(**values)


def _template(name: str) -> str:
    """Return the text of a template, style sheet or script of the package."""
    return resources.files("optimizer.report").joinpath("templates", name).read_text(encoding="utf-8")
