"""Write the report of a plan and the assessment of today's network: one HTML file each, nothing beside it."""

from __future__ import annotations

import os
from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from geo_data.atomic import atomic_path
from optimizer.report.sections import Context, sections_of
from optimizer.report.sections.title import title_of

if TYPE_CHECKING:
    from geo_data.findings import Language
    from optimizer.assessment import Assessment
    from optimizer.plan import Plan
    from optimizer.problem import Problem
    from optimizer.report.terms import Terms

__all__ = ["assessment_html", "page_of", "report_html", "write_assessment", "write_report"]


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


def report_html(
    problem: Problem,
    plan: Plan,
    assessment: Assessment | None,
    *,
    language: Language | None = None,
    terms: Terms | None = None,
) -> str:
    """Return the report of a plan as text.

    Parameters
    ----------
    problem, plan, assessment
        The question, the answer, and today's network.
    language
        Of the words; left out, that of the project file.
    terms
        Terms of the budget; without them the report has none.
    """
    return page_of(Context(problem, plan, assessment, language or problem.network.language, terms))


def assessment_html(problem: Problem, assessment: Assessment, *, language: Language | None = None) -> str:
    """Return the assessment of today's network as text."""
    return page_of(Context(problem, assessment, None, language or problem.network.language))


def page_of(context: Context) -> str:
    """Return a report as one HTML page that fetches nothing."""
    title = title_of(context)
    sections = sections_of(context)
    template = _environment().get_template("page.html.j2")
    return template.render(
        lang="zh-CN" if context.language == "zh" else "en-GB",
        title=title.document,
        heading=title.heading,
        meta=title.meta,
        theme_words=context.say("Light / dark"),
        sections=sections,
        foot=title.foot,
    )


def _environment() -> Environment:
    """Return what renders templates; a value that a template misses is an error."""
    environment = Environment(
        loader=FunctionLoader(_template),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.globals |= {"style": Markup(_template("report.css")), "script": Markup(_template("report.js"))}
    environment.globals["draw"] = environment.get_template("blocks.html.j2").module.draw  # type: ignore[attr-defined]
    return environment


def _template(name: str) -> str:
    """Return the text of a template, style sheet or script of the package."""
    return resources.files("optimizer.report").joinpath("templates", name).read_text(encoding="utf-8")
