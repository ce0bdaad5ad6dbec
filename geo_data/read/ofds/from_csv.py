"""The CSV form of the Open Fibre Data Standard: one table a list, tied together by ids."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from geo_data.read.ofds.detect import CSV_TABLES
from geo_data.read.ofds.fields import DESCRIBED_BY, GEOMETRY, RECORDS, Found, Json, nested
from geo_data.read.ofds.shapes import geometry_from_wkt
from geo_data.read.unreadable import Unreadable

__all__ = ["networks_from_csv"]


def networks_from_csv(folder: Path, encoding: str, found: list[Found]) -> list[Json]:
    """Return networks in the standard's JSON form from the tables in `folder`.

    Networks come from ``networks.csv``; where it is missing, from the network ids in the other tables.
    """
    tables = {p.stem: _table(p, encoding) for p in sorted(folder.glob("*.csv")) if p.stem.split("_")[0] in CSV_TABLES}
    if not tables:
        raise Unreadable("holds no table of the Open Fibre Data Standard", "Name the folder with nodes.csv, spans.csv.")
    networks: dict[str, Json] = {}
    for row in tables.get("networks", []):
        networks[row.get("id", "")] = nested(row, "networks")
    for key in (*RECORDS, "links"):
        for row in tables.get(key, []):
            network = networks.setdefault(row.get("id", ""), nested({"id": row.get("id", "")}, "networks"))
            network.setdefault(key, []).append(_record(row, key, found))
    for stem, rows in tables.items():
        parent, _, child = stem.partition("_")
        if child and parent in RECORDS:
            _add_children(networks, parent, child, rows, found)
    for network in networks.values():
        network.setdefault("links", [DESCRIBED_BY])
    return list(networks.values())


def _table(path: Path, encoding: str) -> list[dict[str, str]]:
    """Rows of a table as text; blank cells are ''."""
    try:
        table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding=encoding or "utf-8-sig")
    except pd.errors.EmptyDataError:
        return []
    except pd.errors.ParserError as error:
        raise Unreadable(f"has a table '{path.name}' that cannot be read: {error}", "Export it again.") from error
    return [{str(k): str(v) for k, v in row.items()} for row in table.fillna("").to_dict("records")]


def _record(row: dict[str, str], kind: str, found: list[Found]) -> Json:
    """One entry of a network's list."""
    cells = _below(row, f"{kind}/0/")
    shape: Any = None
    if kind in GEOMETRY:
        text = cells.pop(GEOMETRY[kind], "")
        shape = geometry_from_wkt(text)
        if text and shape is None:
            what = (
                f"The {GEOMETRY[kind]} of '{cells.get('id', '')}' in {kind}.csv is no well-known text: {text[:60]!r}."
            )
            found.append(("warning", "ofds-value", what, "Correct it; POINT (lon lat) or LINESTRING (lon lat, ...)."))
    record = nested(cells, kind if kind in RECORDS else "networks")
    return record if shape is None else {**record, GEOMETRY[kind]: shape}


def _below(row: dict[str, str], prefix: str) -> dict[str, str]:
    """Cells of the columns under a path, with the path taken off."""
    return {name.removeprefix(prefix): value for name, value in row.items() if name.startswith(prefix)}


def _add_children(
    networks: dict[str, Json], parent: str, child: str, rows: list[dict[str, str]], found: list[Found]
) -> None:
    """Put the rows of a list inside records where they belong."""
    owners = {
        (key, str(record.get("id", ""))): record
        for key, network in networks.items()
        for record in reversed(network.get(parent, []))
    }
    for row in rows:
        name = row.get(f"{parent}/0/id", "")
        owner = owners.get((row.get("id", ""), name))
        if owner is None:
            text = f"A row of {parent}_{child}.csv belongs to '{name}', which is not in {parent}.csv; left out."
            found.append(("warning", "ofds-reference", text, "Correct the id, or add the row it means."))
            continue
        cells = _below(row, f"{parent}/0/{child}/0/")
        owner.setdefault(child, []).append(nested(cells, "networks"))
