"""The CSV form of the Open Fibre Data Standard: one table a list, columns named by their paths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geo_data.read.ofds.fields import GEOMETRY, RECORDS, Json, flat
from geo_data.read.ofds.shapes import wkt_of

__all__ = ["tables"]


def tables(networks: Iterable[Json]) -> dict[str, list[Json]]:
    """Return the rows of every table that has some, ``networks`` always among them."""
    out: dict[str, list[Json]] = {"networks": []}
    for network in networks:
        key = network.get("id", "")
        out["networks"].append(flat(network, (*RECORDS, "links")))
        for kind in (*RECORDS, "links"):
            entries = network.get(kind)
            for record in entries if isinstance(entries, list) and _is_object_list(entries) else []:
                _add(out, key, kind, record)
    return out


def _add(out: dict[str, list[Json]], network_id: Any, kind: str, record: Json) -> None:
    """One record: its row, and a row in a table of its own for every entry of its lists of objects."""
    shape = GEOMETRY.get(kind, "")
    children = {k: v for k, v in record.items() if _is_object_list(v)}
    row = _below(kind, flat(record, (*children, shape)))
    if shape in record:
        row[f"{kind}/0/{shape}"] = wkt_of(record[shape])
    out.setdefault(kind, []).append({"id": network_id, **row})
    for child, entries in children.items():
        for entry in entries:
            place = {"id": network_id, f"{kind}/0/id": record.get("id", "")}
            out.setdefault(f"{kind}_{child}", []).append({**place, **_below(f"{kind}/0/{child}", flat(entry))})


def _is_object_list(value: Any) -> bool:
    """Whether every entry is an object, and there are some."""
    return isinstance(value, list) and bool(value) and all(isinstance(entry, dict) for entry in value)


def _below(path: str, cells: Json) -> Json:
    """Cells with their whole paths."""
    return {f"{path}/0/{name}": value for name, value in cells.items()}
