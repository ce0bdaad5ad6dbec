"""A part of a run that works in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Event

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.part import Part
from optimizer.engine.watch import Watch

__all__ = ["Aside"]

Plan = tuple[NDArray[np.float64], float]


class Aside(Part):
    """What a second thread knows of a run: it never calls back, and its plans wait for the run's own thread.

    Parameters
    ----------
    run
        The run.
    offer
        Takes a plan (values, objective) and what found it, in the run's own thread.
    """

    def __init__(self, run: Watch, offer: Callable[[Plan | None, str], bool]) -> None:
        super().__init__(run)
        self._take = offer
        self._plans: SimpleQueue[tuple[Plan, str]] = SimpleQueue()
        self._stopped = Event()

    def stop(self) -> None:
        """Ask the thread to end."""
        self._stopped.set()

    def offer(self, plan: Plan | None, phase: str) -> bool:
        """Keep a plan for the run; return whether it would be the best."""
        if plan is None or not plan[1] < self.objective:
            return False
        self._plans.put((plan, phase))
        return True

    def hand_over(self) -> None:
        """Offer the run the plans found, in its own thread."""
        while True:
            try:
                plan, phase = self._plans.get_nowait()
            except Empty:
                return
            self._take(plan, phase)

    @property
    def bound(self) -> float:
        """Of the run."""
        return self.run.bound

    @property
    def done(self) -> bool:
        """Whether to stop."""
        return self._stopped.is_set() or super().done

    def prove(self, bound: float, phase: str) -> None:
        """Leave bounds to the run's own thread, which knows of all that is left to search."""

    def report(self, phase: str, now: bool = False) -> bool:
        """Return whether to stop."""
        return self._stopped.is_set() or self.seconds_left <= 0.0

    def log(self, what: str) -> None:
        """Log where the run stands."""
        self.run.log(f"aside: {what}")

    def detail(self, what: str) -> None:
        """Log a detail."""
        self.run.detail(f"aside: {what}")
