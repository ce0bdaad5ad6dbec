"""Shapefiles with what often goes wrong: companions missing, text encoding unstated or stated wrongly, text cut."""

from __future__ import annotations

import shutil
import struct
import tempfile
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo_data.findings import counted
from geo_data.read.encoding import guess_encoding, say_guessed
from geo_data.read.field_map import with_full_columns
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.source import companion
from geo_data.read.unreadable import Unreadable
from geo_data.read.vector import read_vector

__all__ = ["read_shapefile"]

HEADER_BYTES = 100


def read_shapefile(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the features of a Shapefile."""
    if path.suffix.lower() != ".shp":
        whole = companion(path, ".shp")
        advice = f"Name {whole.name}." if whole is not None else "Copy its .shp beside it and name that."
        raise Unreadable("is one part of a Shapefile", advice)
    guess = "" if settings.encoding else guess_encoding(path)
    stated = settings.model_copy(update={"layer": "", "encoding": settings.encoding or guess})
    if companion(path, ".shx") is not None:
        frame = _read(path, name, stated)
    else:
        with tempfile.TemporaryDirectory() as folder:
            frame = _read(_with_index(path, Path(folder)), name, stated)
        remark(frame, "note", "shx-missing", "The index (.shx) is missing; it was made anew from the .shp.")
    if guess:
        say_guessed(frame, settings.file, guess)
    if companion(path, ".dbf") is None:
        found = "The table (.dbf) is missing, so the features have no columns."
        remark(frame, "warning", "dbf-missing", found, "Copy the .dbf beside the .shp.")
    _compare_counts(path, frame)
    return with_full_columns(frame, path)


def _compare_counts(path: Path, frame: gpd.GeoDataFrame) -> None:
    """Tell of a table with more or fewer rows than there are shapes: one of them belongs to another Shapefile."""
    table, index = companion(path, ".dbf"), companion(path, ".shx")
    if table is None or index is None:
        return
    with table.open("rb") as stream:
        rows = int.from_bytes(stream.read(8)[4:], "little")
    shapes = (index.stat().st_size - HEADER_BYTES) // 8
    if rows != shapes:
        sizes = f"The .shp has {counted(shapes, 'shape')}, the .dbf {counted(rows, 'row')}"
        found = f"{sizes}: one of them belongs to another Shapefile."
        remark(frame, "error", "dbf-count", found, "Copy all parts of the Shapefile again.")


def _read(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """The features; where some text is not in the encoding that is said, its bytes read one by one and told."""
    try:
        return read_vector(path, name, settings)
    except UnicodeDecodeError:
        frame = read_vector(path, name, settings.model_copy(update={"encoding": "ISO-8859-1"}))
        encoding = settings.encoding or "UTF-8"
        return _decoded(frame, encoding)


def _decoded(frame: gpd.GeoDataFrame, encoding: str) -> gpd.GeoDataFrame:
    """Text that was read byte by byte in `encoding`, or in GB18030 where that fits more cells."""
    texts = [c for c in frame.columns if c != frame.geometry.name and not pd.api.types.is_numeric_dtype(frame[c])]
    cells = {text for c in texts for text in frame[c].dropna() if isinstance(text, str) and not text.isascii()}
    wrong = {e: sum(not _fits(cell, e) for cell in cells) for e in dict.fromkeys((encoding, "UTF-8", "GB18030"))}
    best = min(wrong, key=lambda e: wrong[e])
    for c in texts:
        frame[c] = frame[c].map(lambda text: _recoded(text, best) if isinstance(text, str) else text)
    if best != encoding:
        found = f"Its text is not {encoding} as stated; it was read as {best}."
        remark(frame, "warning", "encoding-wrong", found, f'State it: encoding = "{best}".')
    if wrong[best]:
        words = counted(wrong[best], "text ends in half a character or holds", "texts end in half a character or hold")
        found = f"{words} broken ones; those were left out."
        remark(frame, "warning", "text-cut", found, "Export as GeoPackage, which does not cut text.", wrong[best])
    return frame


def _fits(cell: str, encoding: str) -> bool:
    """Whether the bytes of a cell are text in the encoding."""
    try:
        cell.encode("iso-8859-1").decode(encoding)
    except (UnicodeError, LookupError):
        return False
    return True


def _recoded(cell: str, encoding: str) -> str:
    """The bytes of a cell as text, broken characters left out."""
    return cell.encode("iso-8859-1", "ignore").decode(encoding, "ignore")


def _with_index(path: Path, folder: Path) -> Path:
    """Copy of a Shapefile with an index made from its records; the original is left alone."""
    content = path.read_bytes()
    records, at = [], HEADER_BYTES
    while at + 8 <= len(content):
        words = int.from_bytes(content[at + 4 : at + 8], "big")
        records.append(struct.pack(">ii", at // 2, words))
        at += 8 + 2 * words
    if not records or at > len(content):
        raise Unreadable("has no index (.shx) and is cut off", "Copy the .shx beside it, or export it again.")
    size = (HEADER_BYTES + 8 * len(records)) // 2
    copy = folder / f"{path.stem}.shp"
    for suffix in (".dbf", ".prj", ".cpg"):
        if (part := companion(path, suffix)) is not None:
            shutil.copyfile(part, copy.with_suffix(suffix))
    copy.write_bytes(content)
    copy.with_suffix(".shx").write_bytes(content[:24] + struct.pack(">i", size) + content[28:100] + b"".join(records))
    return copy
