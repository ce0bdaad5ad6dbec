"""Classes of candidate routes: none may carry a name that the network gives to something else."""

from __future__ import annotations

import numpy as np
import pandas as pd

from geo_data.checks.report import Report
from geo_data.network.routes import BRIDGE_SUFFIX, EXISTING_CLASS
from geo_data.network.types import LEAD_IN_CLASS

__all__ = ["check_classes"]


def check_classes(table: pd.DataFrame, report: Report) -> None:
    """Report classes that would be priced as something else: 'existing', 'lead_in', anything ending in ':bridge'."""
    names = table["class"].astype(str)
    reserved = names.isin([EXISTING_CLASS, LEAD_IN_CLASS]) | names.str.endswith(BRIDGE_SUFFIX)
    for row in np.flatnonzero(reserved):
        found = f"has class = '{names.iloc[row]}', a name that is reserved."
        report.row("error", "class-reserved", row, found, "Give the class another name; say bridge = true for bridges.")
