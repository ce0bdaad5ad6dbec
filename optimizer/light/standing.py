"""Where a solve with traffic stands: best plan, bound and seconds of the whole, told from more than one thread."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from optimizer.solution import Progress, ProgressCallback, relative_gap

__all__ = ["Standing"]

EVERY_S = 0.2


@dataclass
class Standing:
    """Cost of the best plan with traffic and the bound of all, and whom to tell.

    Parameters
    ----------
    on_progress
        Called with where the solve stands, by one thread at a time; returning True stops it.
    gap
        Relative gap that is small enough.
    seconds_before
        Seconds that the solve took before.

    Notes
    -----
    ``first_plan_s`` tells when the first plan that carries the traffic was there.
    """

    on_progress: ProgressCallback | None
    gap: float
    seconds_before: float = 0.0
    objective: float = math.inf
    bound: float = -math.inf
    stopped: bool = False
    first_plan_s: float | None = None
    _began: float = field(default_factory=time.perf_counter)
    _told: float = -math.inf
    _lock: Lock = field(default_factory=Lock)

    @property
    def seconds(self) -> float:
        """Seconds since the solve began."""
        return self.seconds_before + time.perf_counter() - self._began

    @property
    def done(self) -> bool:
        """Whether the solve was stopped or the gap is small enough."""
        return self.stopped or relative_gap(self.objective, self.bound) <= self.gap

    def stop(self) -> None:
        """End the solve with what there is."""
        self.stopped = True

    def offer(self, objective: float, phase: str) -> None:
        """Take the cost of a plan that carries the traffic."""
        self.objective = min(self.objective, objective)
        if self.first_plan_s is None:
            self.first_plan_s = self.seconds
        self.tell(phase)

    def prove(self, bound: float, phase: str) -> None:
        """Take a bound of plans that carry the traffic."""
        self.bound = max(self.bound, bound)
        self.tell(phase)

    def tell(self, phase: str) -> bool:
        """Tell where the solve stands; return whether to end what is going on."""
        with self._lock:
            self._told = time.perf_counter()
            bound = min(self.bound, self.objective)
            if self.on_progress is not None and self.on_progress(Progress(phase, self.seconds, self.objective, bound)):
                self.stopped = True
        return self.done

    def look_up(self, phase: str) -> bool:
        """Tell where the solve stands if that was some time ago; return whether it was stopped."""
        if time.perf_counter() > self._told + EVERY_S:
            self.tell(phase)
        return self.stopped

    def part(self, phase: str, bound_of: Callable[[float], float] | None = None) -> ProgressCallback:
        """Return what a part of the solve calls with its own progress; ``bound_of``: what its bound proves of all."""

        def told(progress: Progress) -> bool:
            if bound_of is not None:
                self.bound = max(self.bound, bound_of(progress.bound))
            return self.tell(phase)

        return told
