"""Where a layer came from: path, coordinate system, datum and fingerprint of the file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from geo_data.read.field_map import FIELD_MAPS

__all__ = ["LayerSource", "companion", "fingerprint", "parts_of"]


@dataclass(frozen=True)
class LayerSource:
    """The origin of one layer.

    Parameters
    ----------
    layer
        Name in the schema.
    path
        The file.
    crs
        Coordinate system it was read in (authority code, or the name where it has none).
    datum
        Its datum, for example 'China 2000' (CGCS2000).
    sha256
        Fingerprint of the file with its companions (.dbf, .prj, ...), in order of name.
    rows
        Features in the file.
    """

    layer: str
    path: Path
    crs: str
    datum: str
    sha256: str
    rows: int


def companion(path: Path, suffix: str) -> Path | None:
    """Return the part of a Shapefile with this suffix, in either case; None where it is missing."""
    return next((p for p in (path.with_suffix(suffix), path.with_suffix(suffix.upper())) if p.exists()), None)


def parts_of(path: Path) -> list[Path]:
    """Return the files that make up a layer: itself, its companions, or everything in a folder.

    Shapefile and MapInfo have companions; those of a Shapefile's export include the tables of its full names.
    """
    if path.is_dir():
        return sorted(p for p in path.rglob("*") if p.is_file())
    if path.suffix.lower() in {".shp", ".tab", ".mif"}:
        tables = [path.with_name(table) for table in FIELD_MAPS] if path.suffix.lower() == ".shp" else []
        return sorted(p for p in {*path.parent.glob(f"{path.stem}.*"), *tables} if p.is_file())
    return [path]


def fingerprint(path: Path) -> str:
    """Return the SHA-256 of the file with its companions."""
    digest = hashlib.sha256()
    for part in parts_of(path):
        digest.update(part.read_bytes())
    return digest.hexdigest()
