"""What every step changed, as a GeoPackage to look at in QGIS."""

from __future__ import annotations

import os
from collections.abc import Sequence

import geopandas as gpd
import pandas as pd
import pyogrio
from pyproj import CRS

from geo_data.atomic import atomic_path
from geo_data.repair.step import StepReport

__all__ = ["summary", "write_changes"]


def write_changes(steps: Sequence[StepReport], crs: CRS, path: str | os.PathLike[str]) -> None:
    """Write one layer for every step that changed something, and the table ``steps`` with their counts.

    A layer has one row a line: those with state 'before' went, those with state 'after' came instead, under the same
    ``change`` number; ``source`` is the id of the feature in its layer, ``reason`` says why. The file appears whole or
    not at all.
    """
    with atomic_path(path) as part:
        pyogrio.write_dataframe(summary(steps), part, layer="steps", driver="GPKG")
        for step in steps:
            if len(step.changes):
                _write(step.changes.frame(crs), part, step.name)


def summary(steps: Sequence[StepReport]) -> pd.DataFrame:
    """Return one row a step: lines, points and kilometres before and after, changes, kilometres added and removed."""
    columns = [
        "step", "changes", "lines_before", "lines_after", "points_before", "points_after", "km_before", "km_added",
        "km_removed", "km_after",
    ]  # fmt: skip
    rows = [
        (
            step.name, len(step.changes), step.before.lines, step.after.lines, step.before.points, step.after.points,
            step.before.km, step.changes.km_added, step.changes.km_removed, step.after.km,
        )
        for step in steps
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _write(frame: gpd.GeoDataFrame, path: os.PathLike[str], layer: str) -> None:
    """Append one layer."""
    pyogrio.write_dataframe(frame, path, layer=layer, driver="GPKG", append=True, geometry_type="LineString")
