"""Write the review pack of a finished run."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo_data.maps import MapDocument, write_map_html, write_print_book, write_print_map
from geo_data.write import write_gpkg
from optimizer.plan import plan_to_json
from optimizer.report.html import page_of
from optimizer.report.layers import plan_layers
from optimizer.report.maps import map_document
from optimizer.report.review.beside import Beside
from optimizer.report.review.map_set import MapSheet, map_set
from optimizer.report.sections import Context, charts_of
from optimizer.report.slides import standalone
from optimizer.report.summary import summarise
from optimizer.report.terms import Terms, budget_of, in_currency
from optimizer.report.typeset import picture_of, write_pdf
from optimizer.report.workbook import write_workbook

if TYPE_CHECKING:
    from geo_data.findings import Language
    from optimizer.assessment import Assessment
    from optimizer.plan import Plan
    from optimizer.problem import Problem

__all__ = ["review_record", "write_review"]

_log = logging.getLogger(__name__)


def write_review(
    folder: Path,
    problem: Problem,
    plan: Plan,
    today: Assessment | None,
    *,
    terms: Terms | None = None,
    language: Language | None = None,
    revision: str | None = None,
    beside: Sequence[Beside] = (),
    on_step: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Write everything a review asks for into `folder`; return what ``review.json`` says.

    Parameters
    ----------
    folder
        An existing folder.
    problem, plan, today
        The question, the answer, and today's network to show beside it.
    terms
        Contingency, tax, currency, price base; without them a budget of the plan's cost alone.
    language
        Of every document; left out, that of the project file.
    revision
        For the title blocks of the maps.
    beside
        Results that stand beside the plan: a section, charts and sheets each.
    on_step
        Is told what is done next.

    Raises
    ------
    ValueError
        If the terms do not fit the plan's currency.
    """
    terms = terms or Terms()
    told_problem, told_plan = in_currency(problem, plan, terms)
    context = Context(told_problem, told_plan, today, language or problem.network.language, terms, plan.currency,
                      tuple(result.section for result in beside))  # fmt: skip
    on_step("Report")
    (folder / "report.html").write_text(page_of(context), encoding="utf-8")
    write_pdf(context, folder / "report.pdf")
    on_step("Workbook")
    write_workbook(told_problem, told_plan, folder / "workbook.xlsx", language=context.language, terms=terms,
                   own_currency=plan.currency)  # fmt: skip
    on_step("Layers")
    write_gpkg(plan_layers(told_problem, told_plan), folder / "plan.gpkg")
    (folder / "plan.json").write_text(plan_to_json(told_plan), encoding="utf-8")
    charts = _charts(folder / "charts", context, beside)
    for result in beside:
        (folder / f"{result.name}.json").write_text(result.text, encoding="utf-8")
    on_step("Maps")
    sheets = _maps(folder, context, revision, beside, on_step)
    record = review_record(context, plan, charts, sheets)
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False)
    (folder / "review.json").write_text(text + "\n", encoding="utf-8")
    _log.info("Wrote the review pack of run %s: %d maps, %d charts", plan.run_id, len(sheets), len(charts))
    return record


def review_record(context: Context, own: Plan, charts: Iterable[str], sheets: Iterable[MapSheet]) -> dict[str, Any]:
    """Return the pack in figures: the budget under its terms, the headline figures, and what the pack holds."""
    plan, terms = context.plan, context.terms or Terms()
    budget = budget_of(plan, terms)
    figures = {k: v for k, v in asdict(summarise(plan)).items() if isinstance(v, int) or v < float("inf")}
    return {
        "run_id": plan.run_id,
        "project": plan.project,
        "scenario": plan.scenario,
        "language": context.language,
        "currency": plan.currency,
        "exchange": {"from": own.currency, "rate": terms.rate} if plan.currency != own.currency else None,
        "price_base": terms.price_base or None,
        "terms": {"contingency": terms.contingency, "vat": terms.vat},
        "budget": {
            name: {"without_tax": amount, "with_tax": budget.with_tax(amount)}
            for name, amount in (
                ("capex", budget.capex),
                ("contingency", budget.contingency),
                ("investment", budget.investment),
                ("opex", budget.opex),
                ("total", budget.total),
            )
        },
        "figures": figures,
        "goals": [asdict(goal) for goal in plan.goals],
        "charts": list(charts),
        "maps": [{"page": n, "key": s.key, "title": s.title} for n, s in enumerate(sheets, start=1)],
    }


def _charts(folder: Path, context: Context, beside: Sequence[Beside]) -> list[str]:
    """Write every chart as SVG and PNG; return their names."""
    folder.mkdir()
    names = []
    for drawing in charts_of(context):
        svg = standalone(drawing)
        (folder / f"{drawing.name}.svg").write_text(svg, encoding="utf-8")
        (folder / f"{drawing.name}.png").write_bytes(picture_of(svg))
        names.append(drawing.name)
    for name, write in (chart for result in beside for chart in result.charts):
        write(folder / f"{name}.svg")
        write(folder / f"{name}.png")
        names.append(name)
    return names


def _maps(
    folder: Path,
    context: Context,
    revision: str | None,
    beside: Sequence[Beside],
    on_step: Callable[[str], None],
) -> list[MapSheet]:
    """Write the interactive map, the overview as a picture, and all sheets as one PDF; return the sheets."""
    document = map_document(context.problem, context.state, language=context.language, revision=revision)
    write_map_html(document, folder / "map.html")
    write_print_map(document, folder / "map.png")
    sheets = list(map_set(context, document))
    for result in beside:
        several = enumerate(result.sheets, start=1)
        sheets += [MapSheet(f"{result.name}-{n}", title, _of_run(own, document)) for n, (title, own) in several]
    drawn = (_paged(sheet, number, len(sheets), context, on_step) for number, sheet in enumerate(sheets, start=1))
    write_print_book(((sheet.document, sheet.sheet) for sheet in drawn), folder / "maps.pdf")
    return sheets


def _of_run(own: MapDocument, document: MapDocument) -> MapDocument:
    """Return the map of a result with the run, date and revision of the pack's other maps."""
    return replace(own, run_id=document.run_id, date=document.date, revision=document.revision)


def _paged(sheet: MapSheet, number: int, of: int, context: Context, on_step: Callable[[str], None]) -> MapSheet:
    """Return a sheet that says which of the set it is."""
    on_step(f"Map {number} of {of}: {sheet.title}")
    said = context.say("sheet {n} of {all}", n=number, all=of)
    return replace(sheet, document=replace(sheet.document, subtitle=f"{sheet.document.subtitle} · {said}"))
