"""A step of the repair: what it is called, what it does, and how its work is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import shapely

from geo_data.findings import Finding, counted
from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import Changes
from geo_data.repair.drawing import Drawing

__all__ = ["Counts", "Outcome", "Step", "StepReport", "count", "left_out"]


@dataclass(frozen=True)
class Outcome:
    """What a step gives back: the new drawing, every change, and what a planner should be told."""

    drawing: Drawing
    changes: Changes
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Step:
    """One step.

    Parameters
    ----------
    name
        Short name, a layer of the file of changes and a word of ``skip_steps``.
    does
        What it does, in one line.
    run
        The step itself; gives the same drawing back where there is nothing to do.
    needed
        Empty, or why the step cannot be left out.
    planning
        False for what mends the drawing, True for what leaves out things that no plan needs.
    """

    name: str
    does: str
    run: Callable[[Drawing, NetworkSettings], Outcome]
    needed: str = ""
    planning: bool = False


@dataclass(frozen=True)
class Counts:
    """Size of a drawing: lines, vertices, geodesic kilometres as drawn."""

    lines: int
    points: int
    km: float


@dataclass(frozen=True)
class StepReport:
    """What one step did."""

    name: str
    before: Counts
    after: Counts
    changes: Changes
    findings: tuple[Finding, ...]


def count(drawing: Drawing) -> Counts:
    """Return the size of a drawing."""
    return Counts(len(drawing.table), int(shapely.get_num_coordinates(drawing.lines).sum()), drawing.km)


def left_out(code: str, changes: Changes, slack: float, reason: str, advice: str = "") -> tuple[Finding, ...]:
    """Return a note on lines that were left out, with count and laid kilometres; nothing when nothing was."""
    if not len(changes):
        return ()
    km = (changes.km_removed - changes.km_added) * slack
    stretches = counted(len(changes), "stretch", "stretches")
    found = f"Left out as {reason}: {stretches}, {km:,.1f} km laid."
    return (Finding("note", code, found, advice, count=len(changes), km=km),)
