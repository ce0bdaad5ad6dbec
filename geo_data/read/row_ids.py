"""Identifiers for files that have none: the rows' numbers, where the project file asks for them."""

from __future__ import annotations

import geopandas as gpd

from geo_data.checks.report import Report
from geo_data.read.settings import LayerSettings

__all__ = ["ROW_NUMBER", "with_row_ids"]

ROW_NUMBER = "#"
"""Column of the file that every file has: its rows' numbers behind the layer's name ('zones-1')."""


def with_row_ids(raw: gpd.GeoDataFrame, settings: LayerSettings, report: Report) -> gpd.GeoDataFrame:
    """Return the rows with a column '#' where the mapping names it; called before rows are left out."""
    if ROW_NUMBER not in settings.columns.values() or ROW_NUMBER in raw.columns:
        return raw
    found = f"Identifiers are the rows' numbers in the file: {report.spec.name}-1 to {report.spec.name}-{len(raw)}."
    advice = "They change when rows are put in or taken out; give the file identifiers of its own to keep them."
    report.layer("note", "ids-numbered", found, advice, len(raw))
    numbered = raw.assign(**{ROW_NUMBER: [f"{report.spec.name}-{row}" for row in range(1, len(raw) + 1)]})
    return numbered.set_geometry(raw.geometry.name)
