"""The folder of alternatives: every plan, and the page and map of how they differ."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from optimizer.explaining.several import Alternatives, AlternativesAnswer, OnePlan
from optimizer.plan import plan_to_json
from optimizer.report import numbers
from optimizer.scenarios.comparison import Answer, compared
from optimizer.scenarios.page import Table
from optimizer.scenarios.question import question_key

if TYPE_CHECKING:
    from geo_data.findings import Language

__all__ = ["COUNTED", "plans_table", "write_alternatives"]

COUNTED = {"links": "links", "km": "km", "sites": "OXC sites"}
"""What is counted, in words."""


def write_alternatives(found: Alternatives, folder: Path, language: Language | None = None) -> None:
    """Write every plan as JSON, and page, chart and map of how they differ; language: left out, the project's."""
    from optimizer.scenarios.compare_report import write_comparison
    from optimizer.scenarios.documents import document

    key = question_key(found.problem)
    answers = []
    for one, plan in zip(found.answer.plans, found.plans, strict=True):
        name = f"plan-{one.name.replace(' ', '-')}.json"
        (folder / name).write_text(plan_to_json(plan), encoding="utf-8")
        answers.append(Answer(one.name, found.problem, plan, f"{key} {one.name}", name))
    comparison = compared(found.answer.project, answers)
    write_comparison(comparison, folder, language)
    text = json.dumps(document("comparison", comparison), ensure_ascii=False, indent=1) + "\n"
    (folder / "comparison.json").write_text(text, encoding="utf-8")


def plans_table(answer: AlternativesAnswer) -> Table:
    """Return cost and differences, one row a plan."""
    rows = [_row(answer, one) for one in answer.plans]
    without = f"Without, of the best's {COUNTED[answer.of]}"
    columns = ["Plan", "Cost", "Extra", without, "New links", "OXCs", "Only here: links", "OXCs"]
    return Table(columns, rows, [False, True, True, True, True, True])


def _row(answer: AlternativesAnswer, one: OnePlan) -> list[str]:
    assets, only = one.assets, one.only_here
    best = answer.plans[0].name
    return [
        one.name,
        numbers.money(one.cost, answer.currency),
        f"{100 * one.extra_cost_share:.2f} %" if one.name != best else numbers.NO_VALUE,
        f"{one.does_without[best]:,.6g}" if one.name != best else numbers.NO_VALUE,
        str(len(assets.built_links) + len(assets.lit_links)),
        str(len(assets.oxcs)),
        _listed((*only.built_links, *only.lit_links)),
        _listed(only.oxcs),
    ]


def _listed(ids: Sequence[str]) -> str:
    more = f", ... ({len(ids)})" if len(ids) > 3 else ""
    return ", ".join(ids[:3]) + more if ids else numbers.NO_VALUE
