"""What the engine has to reach on two cores, and what it aims at; with what its first prototype reached.

Gaps are relative; both the whole gap and the variable one (see ``question.variable_gap``) have to be reached within the
seconds, by a plan that the audit passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.trace import PROVEN, seconds_to

__all__ = ["TARGETS", "Goal", "Target", "holds"]


@dataclass(frozen=True)
class Goal:
    """Gap to reach in time; None where a measure is not asked for.

    Parameters
    ----------
    gap, variable_gap
        Relative gaps, 0 for a proven optimum.
    seconds
        Time for it.
    peak_mb
        Most memory.
    first_plan_seconds
        Time for the first plan.
    """

    gap: float
    seconds: float
    variable_gap: float | None = None
    peak_mb: float | None = None
    first_plan_seconds: float | None = None

    @property
    def words(self) -> str:
        """The goal for people."""
        gap = f"{100 * self.gap:g} %" if self.gap else "proven"
        both = "" if self.variable_gap is None else f" / {100 * self.variable_gap:g} %"
        memory = "" if self.peak_mb is None else f", {self.peak_mb / 1024:g} GB"
        first = "" if self.first_plan_seconds is None else f", plan in {self.first_plan_seconds:g} s"
        return f"{gap}{both} in {self.seconds:g} s{memory}{first}"


@dataclass(frozen=True)
class Target:
    """What a case must reach, what it aims at, and what the prototype reached."""

    must: Goal
    aim: Goal
    prototype: str = ""


GB = 1024.0
STEINLIB = Target(Goal(0.0, 60.0), Goal(0.0, 10.0))

TARGETS: Mapping[str, Target] = {
    "metro-300": Target(Goal(0.0, 15.0), Goal(0.0, 3.0), "proven in 15 s"),
    "metro-1000": Target(Goal(0.001, 300.0), Goal(0.0, 60.0), "0.33 % / 0.75 % at 300 s"),
    "metro-3000": Target(Goal(0.005, 300.0, 0.015), Goal(0.001, 300.0), "1.5 % / 3.3 % at 125 s"),
    "metro-10000": Target(
        Goal(0.02, 600.0, 0.06, peak_mb=2 * GB, first_plan_seconds=20.0),
        Goal(0.005, 600.0, 0.015, peak_mb=2 * GB, first_plan_seconds=5.0),
        "13 % / 31 % at 349 s, plan in 40 s",
    ),
    "metro-300-protected": Target(Goal(0.01, 300.0), Goal(0.0, 300.0)),
    "metro-1000-protected": Target(Goal(0.03, 600.0), Goal(0.01, 600.0)),
    "wuhan": Target(
        Goal(0.003, 120.0, 0.006, peak_mb=4 * GB), Goal(0.0, 300.0, peak_mb=4 * GB), "0-0.04 % in 44-225 s"
    ),
    "wuhan-400us": Target(
        Goal(0.003, 300.0, 0.006, peak_mb=4 * GB), Goal(0.0005, 600.0, peak_mb=4 * GB), "0.12-0.19 % in 160-220 s"
    ),
    "steinlib-b": Target(STEINLIB.must, STEINLIB.aim, "18 of 18 proven"),
    "steinlib-c": Target(STEINLIB.must, STEINLIB.aim, "15 of 20 proven"),
}
"""By case, or by set of SteinLib."""


def holds(record: Mapping[str, Any], goal: Goal) -> bool | None:
    """Return whether a run reached a goal; None when it was stopped before the time of the goal was over."""
    if record.get("objective") is None or not record.get("audited"):
        return None if record["status"] == "unknown" and _stopped_early(record, goal) else False
    if goal.peak_mb is not None and record["peak_mb"] > goal.peak_mb:
        return False
    if goal.first_plan_seconds is not None and record["first_plan_seconds"] > goal.first_plan_seconds:
        return False
    times = [seconds_to(record["trace"], max(goal.gap, PROVEN))]
    if goal.variable_gap is not None:
        times.append(seconds_to(record["trace"], max(goal.variable_gap, PROVEN), record["forced_cost"]))
    if all(t is not None and t <= goal.seconds for t in times):
        return True
    return None if _stopped_early(record, goal) else False


def _stopped_early(record: Mapping[str, Any], goal: Goal) -> bool:
    """Whether the run had less time than the goal grants."""
    return bool(record["time_limit_s"] < goal.seconds - 1e-6 and record["status"] != "optimal")
