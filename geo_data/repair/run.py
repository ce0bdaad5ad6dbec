"""The steps one after the other, each held to what it tells."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass

from geo_data.findings import Finding
from geo_data.read.settings import NetworkSettings
from geo_data.repair.drawing import Drawing
from geo_data.repair.step import Step, StepReport, count
from geo_data.repair.write import write_changes

__all__ = ["Repair", "repair"]

_log = logging.getLogger(__name__)
UNTOLD_KM = 1e-6


@dataclass(frozen=True)
class Repair:
    """A drawing after some steps, and what each of them did."""

    drawing: Drawing
    steps: tuple[StepReport, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What a planner should be told, in the order it was done."""
        return tuple(f for step in self.steps for f in step.findings)

    def write_changes(self, path: str | os.PathLike[str]) -> None:
        """Write a GeoPackage with one layer a step: every line that went or came, and why; see ``write_changes``."""
        write_changes(self.steps, self.drawing.crs, path)


def repair(drawing: Drawing, settings: NetworkSettings, steps: tuple[Step, ...]) -> Repair:
    """Return the drawing after the steps that are not switched off.

    Parameters
    ----------
    drawing
        Lines as they were drawn, or as earlier steps left them.
    settings
        Tolerances, and the steps to skip.
    steps
        Steps in order, usually ``STEPS`` or the first of them.

    Raises
    ------
    RuntimeError
        When a step changes a length that it does not tell; a bug.
    """
    reports: list[StepReport] = []
    size = count(drawing)
    for step in steps:
        if step.name in settings.skip_steps:
            continue
        started = time.perf_counter()
        outcome = step.run(drawing, settings)
        before, size = size, size if outcome.drawing is drawing else count(outcome.drawing)
        report = StepReport(step.name, before, size, outcome.changes, outcome.findings)
        _hold(report)
        _log.debug("%s: %d changes, %.3f s", step.name, len(outcome.changes), time.perf_counter() - started)
        reports.append(report)
        drawing = outcome.drawing
    return Repair(drawing, tuple(reports))


def _hold(report: StepReport) -> None:
    """Raise when kilometres came or went untold."""
    changes = report.changes
    untold = report.after.km - (report.before.km + changes.km_added - changes.km_removed)
    if abs(untold) > UNTOLD_KM:
        raise RuntimeError(f"Step '{report.name}' changed {untold:.6f} km that it does not tell; report this as a bug.")
