"""What a part of a run takes over from it."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from time import monotonic

import numpy as np

from optimizer.engine.watch import Watch

__all__ = ["Part"]


class Part:
    """A part of a run: the run's plan, cutoff and clock, with a time limit of its own. See `Watch`.

    Parameters
    ----------
    run
        The run, or a part of one, that it belongs to.
    seconds
        Time it may take.
    """

    def __init__(self, run: Watch, seconds: float = np.inf) -> None:
        self.run = run
        self.deadline = monotonic() + min(seconds, run.seconds_left)

    @property
    def objective(self) -> float:
        """Of the best plan of the run."""
        return self.run.objective

    @property
    def cutoff(self) -> float:
        """Cost that a plan has to stay below to be worth finding."""
        return self.run.cutoff

    @property
    def beyond(self) -> float:
        """Least cost that is clearly above the ceiling."""
        return self.run.beyond

    @property
    def step(self) -> float:
        """What costs of plans differ by at least, 0 where nothing is known of it."""
        return self.run.step

    @property
    def closed(self) -> bool:
        """Whether nothing better is left."""
        return self.run.closed

    @property
    def done(self) -> bool:
        """Whether to stop."""
        return self.closed or self.seconds_left <= 0.0 or self.run.done

    @property
    def seconds(self) -> float:
        """Seconds since the start of the whole run."""
        return self.run.seconds

    @property
    def seconds_left(self) -> float:
        """Seconds until its limit."""
        return max(0.0, self.deadline - monotonic())

    def report(self, phase: str, now: bool = False) -> bool:
        """Tell the caller where the run stands; return whether to stop."""
        return self.run.report(phase, now) or self.seconds_left <= 0.0

    def phase(self, name: str) -> AbstractContextManager[None]:
        """Count nothing: the phase around it counts."""
        return nullcontext()

    def detail(self, what: str) -> None:
        """Log a detail."""
        self.run.detail(what)
