"""Identifiers: there, single in their layer, and single over all point layers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo_data.check_report import Report, listing

__all__ = ["check_clashes", "check_ids"]


def check_ids(report: Report) -> None:
    """Report rows without an identifier and identifiers that stand more than once."""
    for row in np.flatnonzero(report.ids == ""):
        report.row("error", "id-missing", int(row), "has no id.", "Give it one that is unique.")
    ids = pd.Series(report.ids, dtype=object)
    for row in np.flatnonzero(ids.duplicated().to_numpy() & (report.ids != "")):
        first = int(np.flatnonzero(report.ids == report.ids[row])[0])
        report.row(
            "error", "id-duplicate", int(row), f"in row {row + 1} has the id of row {first + 1}.", "Give it another id."
        )


def check_clashes(reports: Mapping[str, Report]) -> None:
    """Report identifiers that two point layers use."""
    points = [r for r in reports.values() if "LineString" not in r.spec.geometry]
    for i, report in enumerate(points):
        for other in points[:i]:
            both = sorted(set(report.ids) & set(other.ids) - {""})
            if both:
                report.layer(
                    "error",
                    "id-clash",
                    f"{len(both)} ids stand in layer '{other.spec.name}' too: {listing(both)}.",
                    "Make them unique over all point layers, for example with a prefix.",
                    count=len(both),
                )
