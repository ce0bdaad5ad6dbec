"""GeoParquet, and plain Parquet whose geometry is a column of WKB, WKT or coordinates."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_data.read.points import frame_of_table
from geo_data.read.settings import LayerSettings

__all__ = ["read_parquet"]

WKB_COLUMNS = ("geometry", "geom", "wkb", "the_geom", "wkb_geometry")


def read_parquet(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:  # noqa: ARG001
    """Return the rows of a Parquet file with their geometry."""
    import pyarrow.parquet as pq

    if b"geo" in (pq.read_schema(path).metadata or {}):
        return gpd.read_parquet(path, to_pandas_kwargs={"integer_object_nulls": True})  # long ids beside blanks
    table = pq.read_table(path).to_pandas(integer_object_nulls=True)
    for column in table.columns:
        if str(column).lower() in WKB_COLUMNS and _holds_bytes(table[column]):
            shapes = shapely.from_wkb(table[column].to_numpy(dtype=object), on_invalid="ignore")
            return gpd.GeoDataFrame(table.drop(columns=column), geometry=np.asarray(shapes, dtype=object))
    return frame_of_table(table, settings)


def _holds_bytes(cells: pd.Series) -> bool:
    """Whether the column's cells are bytes."""
    return any(isinstance(cell, bytes) for cell in cells.head(1000))
