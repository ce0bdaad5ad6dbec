"""Explanations on the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING

from optimizer.cli.output import console
from optimizer.explaining.answers import AssetAnswer, GoalsAnswer, QuestionAnswer
from optimizer.explaining.goal_words import binding_words, goal_rows, reached_words
from optimizer.explaining.question_words import conflict_lines, goal_line, nearest_line, obstacle_lines
from optimizer.report import numbers
from optimizer.report.numbers import signs

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

__all__ = ["tell"]

_SHOWN = 5
_WIDEST = 120


def tell(answer: QuestionAnswer | AssetAnswer | GoalsAnswer) -> None:
    """Print an answer."""
    out = console()
    out.print()
    if isinstance(answer, QuestionAnswer):
        _question(out, answer)
    elif isinstance(answer, AssetAnswer):
        _asset(out, answer)
    else:
        _goals(out, answer)


def _question(out: Console, answer: QuestionAnswer) -> None:
    head = f"{answer.project}, scenario {answer.scenario}"
    if answer.possible is not False:
        known = "can be met" if answer.possible else "may be met: the search for a first plan ran out of time"
        out.print(f"{head}: the goals {known}.", style="bold green" if answer.possible else "bold yellow")
        _heading(out, "The most that any network reaches, everything built")
        for goal in answer.goals:
            most, target = numbers.share(goal.most, goal.target), numbers.share(goal.target)
            counted = f"{numbers.quantity(goal.numerator)} of {numbers.quantity(goal.denominator)} {signs(goal.unit)}"
            _line(out, f"{goal.title}: asked {target}, at most {most} ({counted})")
        return
    out.print(f"{head}: no network meets these goals, whatever it costs.", style="bold red")
    _section(out, "Why", [*(goal_line(g) for g in answer.goals if not g.can_be_met),
                          *obstacle_lines(answer.obstacles, _SHOWN)])  # fmt: skip
    _section(out, "In conflict", [line for c in answer.conflicts for line in conflict_lines(c)])
    _heading(out, "Nearest goals that can be met")
    for near in answer.nearest:
        _line(out, nearest_line(near, answer.currency), "- ")
        for line in near.project_lines.splitlines():
            out.print(f"      {line}", style="cyan")
    if not answer.nearest:
        _line(out, "None by one change of a setting.")
    _section(out, "What helps", list(answer.advice))


def _asset(out: Console, answer: AssetAnswer) -> None:
    head, *rest = answer.text
    out.print(f"{answer.project}, scenario {answer.scenario}, run {answer.run_id}", style="dim")
    out.print(signs(head), style="bold")
    for line in rest:
        _line(out, line)


def _goals(out: Console, answer: GoalsAnswer) -> None:
    cost = numbers.money(answer.plan.cost, answer.currency)
    out.print(f"{answer.project}, scenario {answer.scenario}, run {answer.run_id}", style="dim")
    out.print(f"What the goals cost. Plan: {cost}, gap {numbers.gap(answer.plan.gap)}", style="bold")
    looks = {True: "bold", False: "dim", None: "yellow"}
    for goal in answer.goals:
        out.print(f"\n{goal.title}: {binding_words(goal)}", style=looks[goal.binds])
        _line(out, reached_words(goal))
        out.print(_table(goal_rows(goal, answer.currency)))
    for note in answer.notes:
        out.print(f"\n{note}")


def _table(rows: Iterable[tuple[str, str, str, str]]) -> Table:
    """One row a step: which, what changes, the difference in cost, what is proven."""
    from rich.table import Table

    table = Table(box=None, show_header=False, padding=(0, 2, 0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column()
    table.add_column(style="bold", justify="right", no_wrap=True)
    table.add_column(style="dim")
    for row in rows:
        table.add_row(*row)
    return table


def _section(out: Console, title: str, lines: list[str]) -> None:
    if lines:
        _heading(out, title)
        for line in lines:
            _line(out, line, "- ")


def _heading(out: Console, title: str) -> None:
    out.print(f"\n{title}", style="bold")


def _line(out: Console, text: str, mark: str = "", hang: int = 2) -> None:
    """Print a line that wraps below its own beginning."""
    width = min(out.width, _WIDEST)
    first, more = f"  {mark}", "  " + " " * max(len(mark), hang if not mark else 0)
    out.print(textwrap.fill(signs(text), width, initial_indent=first, subsequent_indent=more, break_on_hyphens=False))
