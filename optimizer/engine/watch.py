"""What the parts of the search need to know of the run they work for."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

__all__ = ["Watch"]


class Watch(Protocol):
    """A run, or a part of one: clock, cost to beat, proven bound, reports. See `Run`."""

    @property
    def objective(self) -> float:
        """Cost of the best solution, inf while there is none."""

    @property
    def bound(self) -> float:
        """Proven lower bound, -inf while there is none."""

    @property
    def cutoff(self) -> float:
        """Cost that a solution has to stay below to be worth finding."""

    @property
    def beyond(self) -> float:
        """Cost that is of no use, whatever the best solution costs; inf without a ceiling."""

    @property
    def step(self) -> float:
        """What costs of plans differ by at least, 0 where nothing is known of it."""

    @property
    def closed(self) -> bool:
        """Whether nothing better is left."""

    @property
    def done(self) -> bool:
        """Whether to stop."""

    @property
    def seconds(self) -> float:
        """Seconds since the start of the whole run."""

    @property
    def seconds_left(self) -> float:
        """Seconds until its limit."""

    def prove(self, bound: float, phase: str) -> None:
        """Take a lower bound."""

    def report(self, phase: str, now: bool = False) -> bool:
        """Tell the caller where the run stands; return whether to stop."""

    def phase(self, name: str) -> AbstractContextManager[None]:
        """Count the seconds of a phase."""

    def log(self, what: str) -> None:
        """Log where the run stands."""

    def detail(self, what: str) -> None:
        """Log a detail."""
