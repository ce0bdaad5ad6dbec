"""The demand table of a project: a CSV or XLSX file with the traffic of relations."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from optimizer.errors import ProjectError, did_you_mean
from optimizer.requirements.base import Requirement
from optimizer.requirements.capacity import Capacity, DemandRow

__all__ = ["read_demands", "table_files", "with_tables"]

_COLUMNS = ("a", "b", "gbps", "protection_gbps")


def table_files(content: Mapping[str, Any]) -> list[str]:
    """Return the demand tables that a project file names, in its base and in its scenarios."""
    tables = [content, *content.get("scenarios", {}).values()]
    named = [t.get("requirements", {}).get("capacity", {}).get("table") for t in tables]
    return sorted({str(name) for name in named if name})


def with_tables(requirements: tuple[Requirement, ...], folder: Path) -> tuple[Requirement, ...]:
    """Return requirements with the rows of the demand table that ``capacity`` names, looked up from `folder`.

    Raises
    ------
    ProjectError
        If there is no such file, or its rows are no demands; all of them are named.
    """
    return tuple(
        r.model_copy(update={"demands": (*r.demands, *read_demands(folder / r.table))})
        if isinstance(r, Capacity) and r.table
        else r
        for r in requirements
    )


def read_demands(file: Path) -> tuple[DemandRow, ...]:
    """Return the rows of a demand table.

    Raises
    ------
    ProjectError
        If there is no such file, or its rows are no demands; all of them are named.
    """
    head = f"[requirements.capacity] table '{file.name}'"
    try:
        frame = pd.read_excel(file) if file.suffix.lower() == ".xlsx" else pd.read_csv(file, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise ProjectError([f"{head} cannot be read: {error}."]) from None
    frame.columns = [str(c).strip().lower() for c in frame.columns]
    wrong = [
        f"{head} has a column '{c}'; known are {', '.join(_COLUMNS)}.{did_you_mean(c, _COLUMNS)}"
        for c in frame.columns
        if c not in _COLUMNS and c not in ("source", "note")
    ]
    wrong += [f"{head} lacks the column '{c}'." for c in _COLUMNS[:3] if c not in frame.columns]
    if wrong:
        raise ProjectError(wrong)
    return _rows(frame, head)


def _rows(frame: pd.DataFrame, head: str) -> tuple[DemandRow, ...]:
    found, wrong = [], []
    for number, record in enumerate(frame.to_dict("records"), start=2):
        given = {k: v for k, v in record.items() if k in _COLUMNS and not pd.isna(v)}
        given |= {k: str(given[k]).strip() for k in ("a", "b") if k in given}
        try:
            found.append(DemandRow.model_validate(given))
        except ValidationError as error:
            wrong += [
                f"{head}, line {number}: {'.'.join(map(str, e['loc']))} {e['msg'].lower()}." for e in error.errors()
            ]
    if wrong:
        raise ProjectError(wrong)
    return tuple(found)
