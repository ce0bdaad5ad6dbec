"""Fields of the Open Fibre Data Standard 0.3 as data: what is a list, a number, a geometry, and how paths are built.

The standard's own names stay as they are; nested fields are joined with '/', as in its CSV form.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias

from geo_data.findings import Severity

__all__ = [
    "DESCRIBED_BY",
    "GEOMETRY",
    "OBJECT_LISTS",
    "RECORDS",
    "TYPES",
    "FieldType",
    "Found",
    "Json",
    "flat",
    "nested",
    "typed",
]

Json: TypeAlias = dict[str, Any]
Found: TypeAlias = tuple[Severity, str, str, str]
"""Severity, code, what was found, what to do."""

FieldType: TypeAlias = Literal["list", "number", "integer", "boolean"]

DESCRIBED_BY: Json = {
    "rel": "describedby",
    "href": "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/0__3__0/schema/network-schema.json",
}
"""First link of every network: the schema that it follows."""

RECORDS = ("nodes", "spans", "phases", "organisations", "contracts")
"""The lists of a network whose entries have an ``id``."""

GEOMETRY: Mapping[str, str] = {"nodes": "location", "spans": "route"}

TYPES: Mapping[str, Mapping[str, FieldType]] = {
    "networks": {"accuracy": "number"},
    "nodes": {"type": "list", "technologies": "list", "accessPoint": "boolean", "power": "boolean"},
    "spans": {
        "transmissionMedium": "list",
        "deployment": "list",
        "technologies": "list",
        "countries": "list",
        "directed": "boolean",
        "darkFibre": "boolean",
        "fibreCount": "integer",
        "fibreLength": "number",
        "capacity": "number",
    },
    "phases": {},
    "organisations": {"roles": "list"},
    "contracts": {"value/amount": "number"},
}
"""Fields that are not text, by the list they stand in."""

OBJECT_LISTS = frozenset({"internationalConnections", "networkProviders", "funders", "documents", "relatedPhases"})
"""Fields that are lists of objects: tables of their own in the CSV form, JSON text in a layer's columns."""


def flat(record: Mapping[str, Any], without: Iterable[str] = ()) -> Json:
    """Return a record with nested fields joined by '/', lists of plain values by ';', other lists as JSON text.

    Examples
    --------
    >>> flat({"id": "1", "phase": {"id": "p"}, "type": ["pop", "ixp"], "route": {}}, without=["route"])
    {'id': '1', 'phase/id': 'p', 'type': 'pop;ixp'}
    """
    left = set(without)
    out: Json = {}
    for key, value in record.items():
        if key in left or value is None:
            continue
        if isinstance(value, dict):
            out.update({f"{key}/{inner}": v for inner, v in flat(value).items()})
        elif isinstance(value, list):
            out[key] = _list_text(value)
        else:
            out[key] = value
    return out


def _list_text(values: list[Any]) -> str:
    """A list in one cell."""
    if any(isinstance(v, dict | list) for v in values):
        return json.dumps(values, ensure_ascii=False)
    return ";".join(str(v) for v in values)


def nested(cells: Mapping[str, Any], kind: str) -> Json:
    """Return a record from cells with '/' in their names; text becomes what the standard says the field is.

    Blank cells are left out. What does not fit the standard's type stays text, so that nothing is lost.

    Examples
    --------
    >>> nested({"id": "1", "phase/id": "p", "phase/name": "", "type": "pop;ixp", "power": "True"}, "nodes")
    {'id': '1', 'phase': {'id': 'p'}, 'type': ['pop', 'ixp'], 'power': True}
    """
    out: Json = {}
    for path, value in cells.items():
        if value is None or value == "":
            continue
        place, last = _place(out, path)
        place[last] = typed(value, path, kind)
    return out


def _place(record: Json, path: str) -> tuple[Json, str]:
    """The dictionary that a path ends in and its last name; record and whole path where a value is in the way."""
    *outer, last = path.split("/")
    place = record
    for part in outer:
        inner = place.setdefault(part, {})
        if not isinstance(inner, dict):
            return record, path
        place = inner
    return place, last


def typed(value: Any, path: str, kind: str) -> Any:
    """Return a cell as the type that the standard gives the field."""
    if not isinstance(value, str):
        return value
    if path in OBJECT_LISTS:
        return _object_list(value)
    match TYPES[kind].get(path):
        case "list":
            return [part.strip() for part in value.split(";") if part.strip()]
        case "boolean":
            return {"true": True, "false": False, "1": True, "0": False}.get(value.strip().lower(), value)
        case "integer" | "number":
            return _number(value)
        case _:
            return value


def _object_list(value: str) -> Any:
    """A list of objects from JSON text."""
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, list) else value


def _number(value: str) -> Any:
    """A whole number where it is one, else a number, else the text."""
    for make in (int, float):
        try:
            return make(value)
        except (ValueError, OverflowError):
            continue
    return value
