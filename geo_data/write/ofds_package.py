"""Write a network package of the Open Fibre Data Standard 0.3 in its three forms."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal, TypeAlias

from geo_data.atomic import atomic_path
from geo_data.read.ofds.compare import lost_fields
from geo_data.read.ofds.fields import Json
from geo_data.read.ofds.package import OfdsPackage, read_package
from geo_data.write.ofds_csv import tables
from geo_data.write.ofds_geojson import collections

__all__ = ["OfdsForm", "write_package"]

OfdsForm: TypeAlias = Literal["json", "geojson", "csv"]


def write_package(package: OfdsPackage, path: str | os.PathLike[str], form: OfdsForm = "json") -> tuple[str, ...]:
    """Write networks and return what the form cannot carry, one sentence a field: what is written is read to know it.

    Parameters
    ----------
    package
        Networks in the standard's JSON form.
    path
        A file for ``json``; a folder for ``geojson`` (``nodes.geojson``, ``spans.geojson``) and ``csv`` (one file a
        table). Every file appears whole or not at all; other files in the folder stay.
    form
        One of the standard's forms of publication. GeoJSON has no place for a network without nodes and spans; CSV has
        none for links between packages and makes text of numbers in fields that the standard does not know.
    """
    _WRITERS[form](package, Path(path))
    if form == "json":  # its own form: nothing can be lost
        return ()
    written = read_package(Path(path))
    lost = lost_fields(package.networks, written.networks)
    gone = lost_fields(package.networks, written.networks, as_text=True) if lost else {}
    links = () if package.links == written.links else ("The form 'csv' cannot carry links between packages.",)
    words = {field: "cannot carry" if field in gone else "keeps as text" for field in lost}
    return (*(f"The form '{form}' {words[field]} {field} ({number} values)." for field, number in lost.items()), *links)


def _json(package: OfdsPackage, path: Path) -> None:
    _dump(package.document(), path)


def _geojson(package: OfdsPackage, folder: Path) -> None:
    for name, collection in collections(package.networks, package.links).items():
        _dump(collection, folder / f"{name}.geojson")


def _csv(package: OfdsPackage, folder: Path) -> None:
    for name, rows in tables(package.networks).items():
        _table(rows, folder / f"{name}.csv")


_WRITERS: dict[OfdsForm, Callable[[OfdsPackage, Path], None]] = {"json": _json, "geojson": _geojson, "csv": _csv}


_RECORD_DEPTH = {"networks": 4, "features": 2}


def _dump(document: Json, path: Path) -> None:
    """One JSON document, one record on a line."""
    with atomic_path(path) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        file.write(_text(document, _RECORD_DEPTH["networks" if "networks" in document else "features"]) + "\n")


def _text(value: Any, depth: int) -> str:
    """JSON whose outer `depth` levels are spread over lines."""
    if depth and isinstance(value, dict):
        inner = ",\n".join(f"{json.dumps(key, ensure_ascii=False)}: {_text(v, depth - 1)}" for key, v in value.items())
        return f"{{\n{inner}\n}}"
    if depth and isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        return "[\n" + ",\n".join(_text(entry, depth - 1) for entry in value) + "\n]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _table(rows: Iterable[dict[str, Any]], path: Path) -> None:
    """One table, its columns in order of first appearance."""
    listed = list(rows)
    columns = list(dict.fromkeys(name for row in listed for name in row))
    with atomic_path(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)
