"""Entries of a GeoJSON file's ``features`` that GDAL passes over in silence: they are counted and told."""

from __future__ import annotations

import json
import re
from pathlib import Path

import geopandas as gpd

from geo_data.findings import counted
from geo_data.read.remarks import remark

__all__ = ["tell_skipped"]

SHOWN = 5
_GEOMETRY = re.compile(rb'"geometry"\s*:')
_ODD = re.compile(
    rb'(?:\}\s*,|"features"\s*:\s*\[)\s*'
    rb'(?:[^\s{"\]]|"(?:[^"\\]|\\.)*"\s*[,\]]'
    rb'|\{(?!\s*(?:"id"\s*:\s*(?:"[^"\\]*"|[-\w.]+)\s*,\s*)?"type"\s*:\s*"Feature"))'
)
"""Where a list of objects goes on with something that does not begin as features do; also true of lists in features."""


def tell_skipped(frame: gpd.GeoDataFrame, path: Path) -> None:
    """Say which entries are no features: they are missing among the rows.

    The whole file is taken apart only where a quick look finds something odd: that costs as much as reading it.
    """
    content = path.read_bytes()
    if len(_GEOMETRY.findall(content)) == len(frame) and not _ODD.search(content):
        return
    skipped = [number for number, entry in enumerate(_entries(content), start=1) if not _is_feature(entry)]
    if not skipped:
        return
    which = ", ".join(map(str, skipped[:SHOWN])) + (", ..." if len(skipped) > SHOWN else "")
    words = counted(len(skipped), "entry of 'features' is no feature", "entries of 'features' are no features")
    found = f"{words}: left out (number {which})."
    advice = 'A feature is an object with "type": "Feature"; correct it, or export the file again.'
    remark(frame, "error", "features-skipped", found, advice, len(skipped))


def _entries(content: bytes) -> list[object]:
    """What stands in ``features``; nothing where the file is no collection (a sequence of lines, for one)."""
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        return []
    entries = whole.get("features") if isinstance(whole, dict) else None
    return entries if isinstance(entries, list) else []


def _is_feature(entry: object) -> bool:
    """Whether GDAL makes a row of it."""
    return isinstance(entry, dict) and entry.get("type") == "Feature"
