"""Where a run stands: clock, best design, bound; safe to use from two threads."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from optimizer.solution import Progress, ProgressCallback, relative_gap

__all__ = ["PROVEN", "State"]

Floats = NDArray[np.float64]

PROVEN = 1e-6
"""Relative gap that counts as proven."""
EVERY_S = 0.5


class State:
    """One run.

    Parameters
    ----------
    time_limit_s
        Seconds it has.
    gap
        Relative gap at which to stop.
    on_progress
        Told of news; True cancels.
    """

    def __init__(self, time_limit_s: float, gap: float, on_progress: ProgressCallback | None) -> None:
        self.began = time.perf_counter()
        self.limit, self.gap_wanted, self.on_progress = time_limit_s, max(gap, PROVEN), on_progress
        self.x: Floats | None = None
        self.objective, self.bound = np.inf, -np.inf
        self.cancelled = False
        self.phases: dict[str, float] = {}
        self._told = -np.inf
        self._lock = threading.RLock()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.perf_counter() - self.began

    @property
    def left(self) -> float:
        """Seconds left."""
        return self.limit - self.seconds

    @property
    def closed(self) -> bool:
        """Whether the gap is small enough."""
        return relative_gap(self.objective, self.bound) <= self.gap_wanted

    @property
    def done(self) -> bool:
        """Whether to stop."""
        return self.cancelled or self.left <= 0 or self.closed

    def offer(self, x: Floats, objective: float, phase: str) -> bool:
        """Take a design if it is better."""
        with self._lock:
            if objective >= self.objective - 1e-9 * abs(objective):
                return False
            self.x, self.objective = x.copy(), objective
        self.report(phase, now=True)
        return True

    def prove(self, bound: float, phase: str) -> None:
        """Take a lower bound; it cannot pass the best design but by rounding."""
        with self._lock:
            better = bound > self.bound
            self.bound = max(self.bound, min(bound, self.objective))
        if better:
            self.report(phase)

    def report(self, phase: str, now: bool = False) -> None:
        """Tell the caller, at most twice a second unless there is a new design."""
        if self.on_progress is None:
            return
        with self._lock:
            if not now and self.seconds - self._told < EVERY_S:
                return
            self._told = self.seconds
            if self.on_progress(Progress(phase, self.seconds, self.objective, self.bound)):
                self.cancelled = True

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Count the seconds of a phase."""
        began = time.perf_counter()
        try:
            yield
        finally:
            with self._lock:
                self.phases[name] = self.phases.get(name, 0.0) + time.perf_counter() - began
