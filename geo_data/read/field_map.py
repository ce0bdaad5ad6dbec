"""Shapefiles of an export: full column names and texts from the tables ``fields.csv`` and ``long_texts.csv`` beside."""

from __future__ import annotations

import csv
from pathlib import Path

import geopandas as gpd

from geo_data.findings import counted
from geo_data.read.remarks import remark

__all__ = ["FIELD_MAPS", "with_full_columns"]

FIELD_MAPS = ("fields.csv", "long_texts.csv")
"""Tables that an export puts beside its Shapefiles: column names over 10 bytes, texts over 254 bytes."""


def with_full_columns(frame: gpd.GeoDataFrame, path: Path) -> gpd.GeoDataFrame:
    """Return the features with the columns' names and texts as they were before the export cut them."""
    names = {row["field"]: row["column"] for row in _rows(path, 0, ("file", "column", "field"))}
    full = {c: names[c] for c in frame.columns if names.get(c, c) != c and names[c] not in frame.columns}
    if full:
        frame = frame.rename(columns=full)
        told = ", ".join(f"{short} = {name}" for short, name in full.items())
        remark(frame, "note", "columns-full", f"Columns have their full names from {FIELD_MAPS[0]}: {told}.")
    whole = sum(_restored(frame, row) for row in _rows(path, 1, ("file", "column", "row", "text")))
    if whole:
        told = f"Read whole from {FIELD_MAPS[1]}: {counted(whole, 'text')} that the table cuts."
        remark(frame, "note", "texts-full", told, "", whole)
    return frame


def _rows(path: Path, table: int, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of the table that speak of this Shapefile; none where it is another table of that name, or no text."""
    file = path.with_name(FIELD_MAPS[table])
    if not file.is_file():
        return []
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(text)
            ours = tuple(reader.fieldnames or ()) == columns
            return [row for row in reader if row["file"] == path.stem and None not in row.values()] if ours else []
    except (UnicodeDecodeError, csv.Error):
        return []


def _restored(frame: gpd.GeoDataFrame, row: dict[str, str]) -> bool:
    """Put a text into its cell, if the cell still holds the beginning of it: the table may have been edited."""
    number = int(row["row"]) - 1 if row["row"].isdecimal() else len(frame)
    if number >= len(frame) or number < 0 or row["column"] not in frame.columns:
        return False
    at = (frame.index[number], row["column"])
    cell = frame.loc[at]
    if not isinstance(cell, str) or not cell or not row["text"].startswith(cell):
        return False
    frame.loc[at] = row["text"]
    return True
