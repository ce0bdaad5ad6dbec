"""Files that say themselves that they are in GCJ-02 or BD-09, which no registry knows."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd

from geo_data.datum.chinese import shifted_name
from geo_data.read.archive import kml_bytes

__all__ = ["own_shift"]

HEAD = 4096
"""Bytes at the beginning of a file in which it says so."""
_SAID = re.compile(rb'(?:"datum"\s*:\s*"|Coordinates are )(GCJ-02|BD-09)')


def own_shift(path: Path, frame: gpd.GeoDataFrame) -> str:
    """Return 'GCJ-02' or 'BD-09' where the file names it: as its system, or at its beginning as exports do; else ''."""
    if frame.crs is not None:
        named = shifted_name(frame.crs.name.removeprefix("GCS_"))  # Esri's prefix in .prj files
        if named:
            return named
    suffix = path.suffix.lower()
    if suffix not in (".geojson", ".json", ".kml", ".kmz"):
        return ""
    said = _SAID.search(kml_bytes(path)[:HEAD] if suffix in (".kml", ".kmz") else _head(path))
    return said[1].decode() if said else ""


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)
