"""Identifiers: there, single in their layer, and single over all point layers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from geo_data.checks.report import Report, listing
from geo_data.findings import counted

__all__ = ["check_clashes", "check_ids"]


def check_ids(report: Report) -> None:
    """Report rows without an identifier and identifiers that stand more than once."""
    for row in np.flatnonzero(report.ids == ""):
        report.row("error", "id-missing", row, "has no id.", "Give it one that is unique.")
    ids = pd.Series(report.ids, dtype=object)
    first = pd.Series(np.arange(len(ids))).groupby(ids).transform("min").to_numpy()
    for row in np.flatnonzero((first != np.arange(len(ids))) & (report.ids != "")):
        found = f"in row {row + 1} has the id of row {first[row] + 1}."
        report.row("error", "id-duplicate", row, found, "Give it another id.")


def check_clashes(reports: Mapping[str, Report]) -> None:
    """Report identifiers that two point layers use."""
    points = [r for r in reports.values() if "LineString" not in r.spec.geometry]
    for i, report in enumerate(points):
        for other in points[:i]:
            both = sorted(set(report.ids) & set(other.ids) - {""})
            if both:
                words = counted(len(both), "id stands", "ids stand")
                found = f"{words} in layer '{other.spec.name}' too: {listing(both)}."
                advice = "Make them unique over all point layers, for example with a prefix."
                report.layer("error", "id-clash", found, advice, count=len(both))
