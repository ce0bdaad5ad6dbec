"""Comparison, ladder, front and phases as workbooks: real numbers, a sheet a table, for a planner's own sums."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from optimizer.report.language import ENGLISH, Say
from optimizer.report.sheets import Cell, Column, Kind, Sheet
from optimizer.report.workbook import write_sheets
from optimizer.scenarios.assets import KINDS, Assets, assets_of

if TYPE_CHECKING:
    from optimizer.scenarios.comparison import Comparison
    from optimizer.scenarios.front_document import Front
    from optimizer.scenarios.ladder_document import Ladder
    from optimizer.scenarios.phases_document import Phases

__all__ = ["comparison_workbook", "front_workbook", "ladder_workbook", "phases_workbook"]

_WIDTHS: Mapping[Kind, float] = {"text": 30.0, "money": 18.0}
_LADDER: Mapping[str, tuple[str, Kind]] = {
    "budget": ("Budget", "money"),
    "cost": ("Cost", "money"),
    "score": ("Score", "share"),
    "free_score": ("Free optimum", "share"),
    "nesting_price": ("Price of nesting", "gap"),
    "built": ("Assets so far", "whole"),
}
_FRONT: Mapping[str, tuple[str, Kind]] = {
    "cost": ("Cost", "money"),
    "bound": ("Proven at least", "money"),
    "gap": ("Gap", "gap"),
    "efficient": ("Efficient", "word"),
    "id": ("Id", "id"),
    "kind": ("Kind", "text"),
}
_PHASES: Mapping[str, tuple[str, Kind]] = {
    "year": ("Year", "year"),
    "budget": ("Budget", "money"),
    "spent": ("Spent", "money"),
    "discounted": ("Discounted", "money"),
    "total": ("Spent so far", "money"),
    "least_total": ("At least so far", "money"),
}


def comparison_workbook(found: Comparison, path: Path, say: Say = ENGLISH) -> None:
    """Write goals, quantities and assets of every scenario."""
    names = [s.name for s in found.scenarios]
    shares: dict[str, tuple[str, Kind]] = {"": ("Goal", "text"), **{n: (n, "share") for n in names}}
    values: dict[str, tuple[str, Kind]] = {"": ("Quantity", "text"), **{n: (n, "value") for n in names}}
    assets: dict[str, tuple[str, Kind]] = {"id": ("Id", "id"), "kind": ("Kind", "text")}
    has = found.assets_frame()
    has["kind"] = [say(KINDS[kind]) for kind in has["kind"]]
    sheets = [
        _sheet("Goals", "How far each goal is reached", _named(found.goals_frame(), say), shares, say),
        _sheet("Quantities", "Cost and quantities", _named(found.quantities_frame(), say), values, say),
        _sheet("Assets", "Which scenario has what", has, assets, say),
    ]
    write_sheets(path, sheets, found.project, say)


def ladder_workbook(found: Ladder, path: Path, say: Say = ENGLISH) -> None:
    """Write the steps of a ladder, and what each adds."""
    added = [(s.budget, s.added) for s in found.steps]
    sheets = [
        _sheet("Steps", f"Budget steps, {found.currency}", found.frame(), _LADDER, say),
        _sheet(
            "Added", "What each step adds", _added("budget", added, say), _of_step("budget", "Budget", "money"), say
        ),
    ]
    write_sheets(path, sheets, _note(found.project, found.scenario, say), say)


def front_workbook(found: Front, path: Path, say: Say = ENGLISH) -> None:
    """Write the points of a front, and what the plan of each builds."""
    kind: Kind = "share" if found.setting == "share" else "value"
    asked = {"value": ("Asked", kind), "reached": ("Reached", kind)}
    built = _added("value", [(value, assets_of(plan)) for value, plan in found.plans.items()], say)
    sheets = [
        _sheet("Points", say("What each level costs"), found.frame(), {**asked, **_FRONT}, say),
        _sheet("Built", "What each level builds", built, {**asked, **_FRONT}, say),
    ]
    write_sheets(path, sheets, _note(found.project, found.scenario, say), say)


def phases_workbook(found: Phases, path: Path, say: Say = ENGLISH) -> None:
    """Write the years, and what each adds."""
    added = [(y.year, y.added) for y in found.years]
    sheets = [
        _sheet("Years", f"Years, {found.currency}", found.frame(), _PHASES, say),
        _sheet("Added", "What each year adds", _added("year", added, say), _of_step("year", "Year", "year"), say),
    ]
    write_sheets(path, sheets, _note(found.project, found.scenario, say), say)


def _note(project: str, scenario: str, say: Say) -> str:
    return f"{project}, {say('Scenario {name}', name=scenario)}"


def _named(frame: pd.DataFrame, say: Say) -> pd.DataFrame:
    """Return a table with its index as first column."""
    return frame.rename(index=lambda word: say(str(word))).rename_axis("").reset_index()


def _of_step(name: str, head: str, kind: Kind) -> dict[str, tuple[str, Kind]]:
    return {name: (head, kind), "kind": ("Kind", "text"), "id": ("Id", "id")}


def _added(name: str, steps: Sequence[tuple[float, Assets]], say: Say) -> pd.DataFrame:
    """Return one row an asset: step, kind, id."""
    rows = [
        (step, say(title), asset)
        for step, assets in steps
        for kind, title in KINDS.items()
        for asset in getattr(assets, kind)
    ]
    return pd.DataFrame(rows, columns=[name, "kind", "id"])


def _sheet(name: str, title: str, frame: pd.DataFrame, known: Mapping[str, tuple[str, Kind]], say: Say) -> Sheet:
    """Return a table; columns that are not known are goals with their shares, or yes and no."""
    columns = [_column(str(c), frame[c], known, say) for c in frame.columns]
    rows = tuple(tuple(_cell(v) for v in row) for row in frame.itertuples(index=False, name=None))
    return Sheet(say(name), say(title), tuple(columns), rows)


def _column(name: str, values: pd.Series, known: Mapping[str, tuple[str, Kind]], say: Say) -> Column:
    usual: Kind = "word" if values.dtype == bool else "share"
    head, kind = known.get(name, (name, usual))
    return Column(say(head), kind, _WIDTHS.get(kind, 14.0))


def _cell(value: object) -> Cell:
    """Return a plain value; what is missing is an empty cell."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    item = getattr(value, "item", None)
    plain: Cell = item() if callable(item) else value  # type: ignore[assignment]
    return plain
