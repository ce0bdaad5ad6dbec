"""Where words go: results to standard output, progress and errors to standard error, JSON alone on standard output."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from optimizer.plan import GoalResult

__all__ = ["console", "goal_records", "print_goals", "print_json"]


def console(*, error: bool = False) -> Console:
    """Return a console on standard output or standard error; words are shown as they are, without markup."""
    from rich.console import Console

    return Console(stderr=error, markup=False, highlight=False, soft_wrap=True)


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document; numbers that JSON does not know become null."""
    typer.echo(json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False))


def goal_records(goals: Iterable[GoalResult]) -> list[dict[str, Any]]:
    """Return the goals as they stand in ``plan.json``."""
    return [asdict(goal) for goal in goals]


def print_goals(goals: Iterable[GoalResult]) -> None:
    """Print what is asked and what is reached, with the definition of each goal below it."""
    from optimizer.report.numbers import signs
    from optimizer.report.summary import goal_target, goal_value

    rows = list(goals)
    width = max((len(goal.title) for goal in rows), default=0)
    out = console()
    for goal in rows:
        mark, style = ("met    ", "green") if goal.met else ("NOT MET", "bold red")
        out.print(mark, style=style, end="")
        out.print(f"  {goal.title:<{width}}  asked {goal_target(goal):<7}  reached {goal_value(goal)}")
        out.print(f"         {signs(goal.definition)}", style="dim")


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, Path) else value
