"""What a run says while it works: a live display on a terminal, plain lines anywhere else."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import typer

from optimizer.cli.output import console
from optimizer.report import numbers
from optimizer.solution import Progress

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["History", "Watcher", "watching", "worth_a_line"]

_SHOWN = 10
_NOTED_GAIN = 0.9
"""A line is due when the gap falls below this part of the last one told."""
_SILENCE_S = 15.0
"""A line is due after so many seconds without one: whoever waits sees that work goes on."""

_STOPPING = "Stopping with the best plan; Ctrl-C again ends at once"

_log = logging.getLogger(__name__)


class Watcher(Protocol):
    """Something that tells how a run goes."""

    def step(self, name: str) -> None:
        """Tell that a step before the search begins ('Reading the data')."""

    def report(self, progress: Progress) -> None:
        """Take a report of the search."""

    def stopping(self) -> None:
        """Tell that the search was asked to stop."""


@dataclass
class History:
    """Reports worth a line, in order; one writer, any number of readers.

    Parameters
    ----------
    currency
        Of costs.
    latest
        The last report, worth a line or not.
    lines
        Reports that were worth one.
    """

    currency: str = ""
    latest: Progress | None = None
    lines: list[Progress] = field(default_factory=list)

    def add(self, progress: Progress) -> bool:
        """Take a report; return whether it is worth a line."""
        due = worth_a_line(self.lines, progress)
        self.latest = progress
        if due:
            self.lines.append(progress)
        return due

    def words(self, progress: Progress) -> str:
        """Return a report as one line: seconds, phase, cost of the plan, bound, gap."""
        phase, plan, bound, gap = self.cells(progress)
        return f"[{progress.seconds:7.1f} s] {phase:<24} plan {plan:<16} bound {bound:<16} gap {gap}"

    def cells(self, progress: Progress) -> tuple[str, str, str, str]:
        """Return phase, cost of the plan, bound and gap in words."""
        plan = self._money(progress.objective, "none yet")
        if progress.bound <= 0:  # nothing costs less than nothing: such a bound says nothing
            return progress.phase, plan, "none yet", numbers.gap(math.inf)
        return progress.phase, plan, self._money(progress.bound, "none yet"), numbers.gap(progress.gap)

    def _money(self, amount: float, missing: str) -> str:
        return numbers.money(amount, self.currency) if math.isfinite(amount) else missing


def worth_a_line(told: Sequence[Progress], progress: Progress) -> bool:
    """Return whether a report tells something new: a phase, a better plan, a first bound, a gap a tenth smaller."""
    if progress.phase not in {line.phase for line in told}:
        return True
    last = told[-1]
    if progress.objective < last.objective - 1e-9 * abs(progress.objective):
        return True
    if progress.bound > 0 >= last.bound or progress.seconds >= last.seconds + _SILENCE_S:
        return True
    return progress.bound > 0 and progress.gap < _NOTED_GAIN * last.gap


@contextmanager
def watching(history: History, *, quiet: bool) -> Iterator[Watcher]:
    """Show a run live on a terminal, as plain lines otherwise, and not at all when `quiet`."""
    if quiet:
        yield _Lines(history, shown=False)
    elif console(error=True).is_terminal:
        from rich.live import Live

        screen = _Screen(history, time.monotonic())
        with Live(get_renderable=screen.draw, console=console(error=True), refresh_per_second=5):
            yield screen
    else:
        yield _Lines(history, shown=True)


@dataclass
class _Lines:
    """One line for everything new, in the log and on standard error."""

    history: History
    shown: bool

    def step(self, name: str) -> None:
        self._say(name)

    def report(self, progress: Progress) -> None:
        if self.history.add(progress):
            self._say(self.history.words(progress))

    def stopping(self) -> None:
        self._say(_STOPPING)

    def _say(self, line: str) -> None:
        _log.info(line)
        if self.shown:
            typer.echo(line, err=True)


@dataclass
class _Screen:
    """A small table that is drawn anew several times a second."""

    history: History
    started: float
    now: str = "Starting"
    hint: str = ""

    def step(self, name: str) -> None:
        _log.info(name)
        self.now, self.hint = name, ""

    def report(self, progress: Progress) -> None:
        if self.history.add(progress):
            _log.info(self.history.words(progress))
        if self.now != _STOPPING:
            self.now, self.hint = progress.phase, "   Ctrl-C keeps the best plan"

    def stopping(self) -> None:
        self.step(_STOPPING)

    def draw(self) -> RenderableType:
        """Return the picture of this moment."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        seconds = time.monotonic() - self.started
        head = Text.assemble((f"{self.now} ", "bold"), (f"{seconds:.0f} s", "cyan"), (self.hint, "dim"))
        table = Table(box=None, pad_edge=False)
        for title in ("Seconds", "Phase", "Plan", "Bound", "Gap"):
            table.add_column(title, justify="left" if title == "Phase" else "right", no_wrap=True)
        for progress in self.history.lines[-_SHOWN:]:
            table.add_row(f"{progress.seconds:.1f}", *self.history.cells(progress))
        latest = self.history.latest
        if latest is not None and latest is not self.history.lines[-1]:
            table.add_row(f"{latest.seconds:.1f}", *self.history.cells(latest), style="dim")
        return Group(head, table) if self.history.lines else head
