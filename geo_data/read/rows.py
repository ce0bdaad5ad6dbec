"""Rows of a file that belong to the layer: `where` picks them by the values of columns."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

import geopandas as gpd
import numpy as np

from geo_data.checks.columns import text_values
from geo_data.checks.report import Report, listing
from geo_data.findings import counted, suggest
from geo_data.read.unreadable import Unreadable

__all__ = ["rows_where"]


def rows_where(frame: gpd.GeoDataFrame, where: Mapping[str, tuple[str, ...]], report: Report) -> gpd.GeoDataFrame:
    """Return the rows whose columns have the wanted values, and say how many they are.

    Raises
    ------
    Unreadable
        Where the file has no such column.
    """
    if not where:
        return frame
    keep = np.ones(len(frame), dtype=bool)
    for column, wanted in where.items():
        text = text_values(frame[_column(frame, column)])
        values = set(text)
        good = [v for v in values if any(fnmatchcase(v, w) for w in wanted)]
        keep &= np.isin(text, good)
        if not good:
            found = f"where asks for {column} = {listing(wanted)}, which no row has."
            report.layer("warning", "where-nothing", found, f"It has: {listing(sorted(values), 12)}.")
    report.layer("note", "where", f"where picked {int(keep.sum()):,} of {counted(len(frame), 'row')}.")
    return frame.loc[keep]


def _column(frame: gpd.GeoDataFrame, name: str) -> str:
    """The file's column, in any case."""
    columns = [str(c) for c in frame.columns if c != frame.geometry.name]
    found = next((c for c in columns if c == name), None) or next(
        (c for c in columns if c.lower() == name.lower()), None
    )
    if found is None:
        near = suggest(name, columns)
        hint = f"Did you mean '{near}'?" if near else f"Columns: {', '.join(columns)}."
        raise Unreadable(f"has no column '{name}', which where names", hint)
    return found
