"""Errors a planner may meet, by whose fault they are.

::

    MetroplanError
    ├── ProjectError        the project file asks something that does not exist; exit code 1
    ├── InfeasibleError     the question has no answer; exit code 3
    ├── NoPlanError         stopped before a plan was found; exit code 3
    ├── TooLargeError       the question is too large for the plain flow program; exit code 1
    └── AuditError          a plan failed its independent check: our fault, please report; exit code 1
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from geo_data.findings import suggest

__all__ = [
    "AuditError",
    "InfeasibleError",
    "MetroplanError",
    "NoPlanError",
    "ProjectError",
    "TooLargeError",
    "did_you_mean",
]


class MetroplanError(Exception):
    """Base of all errors with a message meant for the planner."""


class ProjectError(MetroplanError):
    """The project file is wrong; carries every problem found in it."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class InfeasibleError(MetroplanError):
    """No network whatever its cost meets the goals; carries the reasons in a planner's words."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))


class NoPlanError(MetroplanError):
    """The run was stopped before it had a plan."""


class TooLargeError(MetroplanError):
    """The question is too large for the way it was to be solved or written."""


class AuditError(MetroplanError):
    """The independent check found breaches in a plan."""

    def __init__(self, breaches: Sequence[str]) -> None:
        self.breaches = tuple(breaches)
        super().__init__("\n".join(self.breaches))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `` Did you mean '...'?`` with the nearest known word, or nothing."""
    near = suggest(word, known)
    return f" Did you mean '{near}'?" if near else ""
