"""Size of computing centers: without it nobody can tell whether a goal speaks of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_data.check_report import Report

__all__ = ["check_sizes"]

SIZES = ("racks", "mw", "pflops")


def check_sizes(table: pd.DataFrame, report: Report) -> None:
    """Warn of centers that give neither racks nor MW nor PFLOPS."""
    unknown = table[list(SIZES)].isna().all(axis=1)
    for row in np.flatnonzero(unknown):
        found = "gives neither racks nor mw nor pflops, so it counts as small."
        report.row("warning", "center-size-missing", row, found, "Fill in one of them.")
