"""A finished result as what stands beside a plan in its review pack: read from its folder, nothing solved."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from pydantic import TypeAdapter, ValidationError

from geo_data.maps import MapDocument
from optimizer.report import blocks, numbers
from optimizer.report.language import Say, speaker
from optimizer.report.review.beside import Beside
from optimizer.report.terms import Terms
from optimizer.runs import RunError
from optimizer.scenarios import compare_report, front_report, ladder_report, phases_report, sensitivity_report
from optimizer.scenarios.charts import save_chart
from optimizer.scenarios.documents import DOCUMENTS, document
from optimizer.scenarios.gantt import gantt
from optimizer.scenarios.page import Section, Table, short, svg_of
from optimizer.scenarios.sensitivity_document import Sensitivity, Side
from optimizer.scenarios.stage_maps import stages_map

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from geo_data.findings import Language
    from optimizer.problem import Problem

__all__ = ["read_beside"]

_OWN = Terms()
"""Amounts in the currency they are in."""
_MOST_ROWS = 25


@dataclass(frozen=True)
class _Kind:
    """How a kind of result speaks: its title, charts by name, sections around its first two charts, map sheets."""

    title: str
    charts: Callable[[Any, Say], dict[str, Figure]]
    sections: Callable[..., list[Section]]
    sheets: Callable[[Any, Problem, Language], Sequence[tuple[str, MapDocument]]] = lambda *_: ()


def read_beside(folder: Path, problem: Problem, language: Language, terms: Terms = _OWN) -> Beside:
    """Return a finished result as what stands beside a plan.

    Parameters
    ----------
    folder
        Of ``compare``, ``ladder``, ``front``, ``phases`` or ``sensitivity``.
    problem
        The plan's question; its network carries the maps.
    language
        Of words, charts and maps.
    terms
        Their currency is the one to tell every amount in.

    Raises
    ------
    RunError
        If the folder holds no such result, cannot be read, or is of another project.
    """
    kind = next((name for name in _KINDS if (folder / f"{name}.json").is_file()), None)
    if kind is None:
        raise RunError(f"'{folder}' holds no result to stand beside a plan (known: {', '.join(_KINDS)}).")
    text = (folder / f"{kind}.json").read_text(encoding="utf-8")
    found = _read(kind, text, folder, problem, terms.rate)
    if terms.currency not in ("", found.currency):
        found = _told_in(found, terms)
        text = json.dumps(document(kind, found), ensure_ascii=False, indent=1)
    if found.project != problem.name:
        raise RunError(f"'{folder}' is of project '{found.project}', and the run of '{problem.name}'.")
    how, say = _KINDS[kind], speaker(language)
    name = f"front-{found.goal}" if kind == "front" else kind
    figures = how.charts(found, say)
    made = how.sections(found, *figures.values(), say)
    charts = tuple((f"{name}-{chart}", partial(save_chart, figure)) for chart, figure in figures.items())
    sheets = how.sheets(found, problem, language)
    return Beside(name, text, _section(name, say(how.title), made, say), charts, tuple(sheets))


def _read(kind: str, text: str, folder: Path, problem: Problem, rate: float) -> Any:
    """Return the result of a document, amounts divided by the rate, with the question where the result holds one."""
    module, name = DOCUMENTS[kind]
    try:
        read = TypeAdapter(getattr(import_module(module), name)).validate_json(text, context={"rate": rate})
    except ValidationError as error:
        raise RunError(
            f"'{folder / f'{kind}.json'}' cannot be read ({error.error_count()} errors); run `metroplan` for it again."
        ) from None
    whole = getattr(import_module(module), name.removesuffix("Document"))
    values = {f.name: getattr(read, f.name) for f in fields(read)}
    return whole(**values) if kind == "comparison" else replace(whole(**values), problem=problem)


def _told_in(found: Any, terms: Terms) -> Any:
    """Return a result whose amounts are in the currency of the terms already with its name, and prices in it, too."""
    own, rate = f"{found.currency} ", terms.rate
    if not isinstance(found, Sensitivity):
        return replace(found, currency=terms.currency)

    def side(old: Side) -> Side:
        point = old.break_point
        return replace(
            old,
            price=old.price / rate,
            break_point=None if point is None else replace(point, price=point.price / rate),
        )

    prices = [
        replace(
            p,
            value=p.value / rate,
            unit=f"{terms.currency} {p.unit.removeprefix(own)}",
            low=side(p.low),
            high=side(p.high),
        )
        if p.unit.startswith(own)
        else p
        for p in found.prices
    ]
    return replace(found, currency=terms.currency, prices=tuple(prices))


def _section(kind: str, title: str, made: Sequence[Section], say: Say) -> blocks.Section:
    """Return the sections of a page as one of a report."""
    found: list[blocks.Block] = []
    for part in made:
        tables = [(words, table) for words, table in part.tables if _fits(table)]
        if not (part.words or part.chart or tables):
            continue
        found.append(blocks.Heading(part.title))
        found += [blocks.Text(line) for line in part.words]
        if part.chart is not None:
            found.append(blocks.Drawing(_plain(svg_of(part.chart))))
        for words, table in tables:
            found += [blocks.Text(words, "quiet")] if words else []
            found.append(_table(table))
    found.append(blocks.Text(say("Every id stands in {file}.", file=f"{kind}.json"), "quiet"))
    return blocks.Section(kind, title, title, tuple(found))


def _fits(table: Table) -> bool:
    """Return whether a table can be read on paper; long lists of ids cannot."""
    return 0 < len(table.rows) <= _MOST_ROWS


def _table(table: Table) -> blocks.Table:
    """Return a table of a report; columns get room by what stands in them."""
    rows = [[short(cell) for cell in row] for row in table.rows]
    numeric = [k < len(table.numeric) and table.numeric[k] for k in range(len(table.columns))]
    columns = tuple(
        blocks.Column(title, number, min(40, max(5, *(len(row[k].encode("gbk", "replace")) for row in rows))))
        for k, (title, number) in enumerate(zip(table.columns, numeric, strict=True))
    )
    cells = tuple(
        tuple(blocks.Cell(cell, "number" if number else "plain") for cell, number in zip(row, numeric, strict=True))
        for row in rows
    )
    return blocks.Table(columns, cells)


def _plain(svg: str) -> Markup:
    """Return a chart of matplotlib as one of a report: no names of its own, and no style that reaches others."""
    found = re.search(r'viewBox="([^"]*)"[^>]*>(.*)</svg>', svg, re.DOTALL)
    assert found is not None  # what matplotlib writes has both
    body = re.sub(r"<metadata>.*?</metadata>|<style[^>]*>.*?</style>", "", found[2], flags=re.DOTALL)
    body = body.replace("xlink:href", "href")
    return Markup(
        f'<svg class="chart" viewBox="{found[1]}" role="img">'
        f'<g stroke-linejoin="round" stroke-linecap="butt">{body}</g></svg>'
    )


def _phase_charts(found: Any, say: Say) -> dict[str, Figure]:
    return {"spending": phases_report.chart(found, say), "works": gantt(found, say)}


def _phase_sheets(found: Any, problem: Problem, language: Language) -> list[tuple[str, MapDocument]]:
    """Return one sheet a year: what stands by its end, told apart by the year that built it."""
    say = speaker(language)
    stages = [(str(y.year), y.added) for y in found.years]
    facts = [(f"Spent in {y.year}", numbers.money(y.spent, found.currency)) for y in found.years]
    return [
        (
            say(f"Built by the end of {year.year}"),
            stages_map(problem, stages[:k], f"Built by the end of {year.year}", facts[:k], language),
        )
        for k, year in enumerate(found.years, start=1)
    ]


def _ladder_sheets(found: Any, problem: Problem, language: Language) -> list[tuple[str, MapDocument]]:
    document = stages_map(problem, ladder_report.stages_of(found), "Budget steps", language=language)
    return [(speaker(language)("Budget steps"), document)]


_KINDS: Mapping[str, _Kind] = {
    "comparison": _Kind("Scenarios", lambda f, say: {"cost": compare_report.chart(f, say)}, compare_report.sections),
    "ladder": _Kind(
        "Budget steps", lambda f, say: {"score": ladder_report.chart(f, say)}, ladder_report.sections, _ladder_sheets
    ),
    "front": _Kind("What each level costs", lambda f, say: {"cost": front_report.chart(f, say)}, front_report.sections),
    "phases": _Kind("What every year builds", _phase_charts, phases_report.sections, _phase_sheets),
    "sensitivity": _Kind(
        "What prices do to the cost", lambda f, say: {"tornado": sensitivity_report.chart(f, say)},
        sensitivity_report.sections,
    ),
}  # fmt: skip
