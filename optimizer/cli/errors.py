"""Every error as one clear report with the right exit code; a traceback never reaches the planner."""

from __future__ import annotations

import logging
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from optimizer.cli.output import console, print_json

if TYPE_CHECKING:
    from geo_data import DataError
    from optimizer.errors import MetroplanError

__all__ = ["BAD", "NO_PLAN", "Report", "describe", "reporting"]

BAD = 1
"""Exit code: data or plan do not meet what was asked."""

NO_PLAN = 3
"""Exit code: stopped with no plan."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Report:
    """What is said about an error.

    Parameters
    ----------
    kind
        For machines: 'data', 'project', 'infeasible', 'no_plan', 'audit', 'run', 'stopped', 'files', 'bug'.
    title
        One sentence.
    lines
        Everything that was found.
    exit_code
        See the exit codes of the program.
    findings
        Findings about the data, as records.
    """

    kind: str
    title: str
    lines: tuple[str, ...]
    exit_code: int
    findings: list[dict[str, Any]] = field(default_factory=list)


@contextmanager
def reporting(as_json: bool) -> Iterator[None]:
    """Turn every error of the block into a report and an exit code.

    Raises
    ------
    typer.Exit
        After an error was reported. Wrong use is left to typer (exit code 2).
    """
    try:
        yield
    except (typer.Exit, typer.BadParameter, typer.Abort):
        raise
    except (Exception, KeyboardInterrupt) as error:
        report = describe(error)
        _log.debug("failed: %s", report.title, exc_info=error)
        _say(report, as_json)
        raise typer.Exit(report.exit_code) from None


def describe(error: BaseException) -> Report:
    """Return what to say about an error."""
    from geo_data import DataError
    from optimizer.errors import MetroplanError

    if isinstance(error, DataError):
        return _data(error)
    if isinstance(error, MetroplanError):
        return _told(error)
    if isinstance(error, KeyboardInterrupt):
        return Report("stopped", "Stopped at once. Nothing was written.", (), NO_PLAN)
    if isinstance(error, OSError) and error.filename:
        return Report("files", f"'{error.filename}': {error.strerror}.", (), BAD)
    return _bug(error)


def _data(error: DataError) -> Report:
    """Return everything that was found in the data."""
    from geo_data import to_records, to_text

    lines = tuple(to_text(error.findings).splitlines())
    return Report("data", "The data cannot be planned with.", lines, BAD, to_records(error.findings))


def _told(error: MetroplanError) -> Report:
    """Return the report of an error that brings its own words."""
    from optimizer.errors import AuditError, InfeasibleError, NoPlanError, ProjectError

    if isinstance(error, ProjectError):
        return Report("project", "The project cannot be planned with.", error.problems, BAD)
    if isinstance(error, InfeasibleError):
        return Report("infeasible", "No network meets these goals, whatever it costs.", error.reasons, NO_PLAN)
    if isinstance(error, NoPlanError):
        return Report("no_plan", "Stopped with no plan.", (str(error),), NO_PLAN)
    if isinstance(error, AuditError):
        title = "The plan failed its independent audit and was not written. This is a bug: please report it."
        return Report("audit", title, (*error.breaches, *_notes(error)), BAD)
    return Report("run", str(error), (), BAD)


def _bug(error: BaseException) -> Report:
    """Return the report of a defect of ours, with the place of its log."""
    from importlib.metadata import version

    title = f"Something went wrong that is not your fault: {type(error).__name__}: {error}"
    logs = _notes(error) or (f"The log is in '{_write_log(error)}'.",)
    lines = (*logs, f"Please report this with the log and the command you gave (metroplan {version('metroplan')}).")
    return Report("bug", title, lines, BAD)


def _notes(error: BaseException) -> tuple[str, ...]:
    """Return what was noted on the error on its way, such as the place of its log."""
    return tuple(getattr(error, "__notes__", ()))


def _write_log(error: BaseException) -> Path:
    """Write the traceback to a file that stays."""
    with tempfile.NamedTemporaryFile("w", prefix="metroplan-", suffix=".log", delete=False, encoding="utf-8") as file:
        file.write("".join(traceback.format_exception(error)))
    return Path(file.name)


def _say(report: Report, as_json: bool) -> None:
    """Print a report for people or machines."""
    if as_json:
        content = {"error": report.kind, "message": report.title, "details": list(report.lines)}
        found = {"findings": report.findings} if report.findings else {}
        print_json({**content, **found, "exit_code": report.exit_code})
        return
    out = console(error=True)
    out.print(report.title, style="bold red")
    for line in report.lines:
        out.print(f"  {line}")
