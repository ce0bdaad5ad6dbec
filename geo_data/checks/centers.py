"""Size of computing centers: without it nobody can tell whether a goal speaks of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.checks.report import Report

__all__ = ["check_sizes"]

SIZES = ("racks", "mw", "pflops")


def check_sizes(table: pd.DataFrame, report: Report) -> None:
    """Warn of centers that give neither racks nor MW nor PFLOPS; once when none does."""
    unknown = table[list(SIZES)].isna().all(axis=1)
    if unknown.all() and len(table) > 1:
        found = f"None of the {len(table)} centers gives racks, mw or pflops, so all count as small."
        report.layer("warning", "center-size-missing", found, "Fill in or map one of them.", count=len(table))
        return
    for row in np.flatnonzero(unknown & ~_told_wrong(report)):
        found = "gives neither racks nor mw nor pflops, so it counts as small."
        report.row("warning", "center-size-missing", row, found, "Fill in one of them.")


def _told_wrong(report: Report) -> NDArray[np.bool_]:
    """Rows whose size is there but wrong, and reported so already."""
    wrong = {f.feature for f in report.findings if f.code in {"value-type", "value-range"} and f.feature}
    return np.isin(report.ids.astype(str), list(wrong))
