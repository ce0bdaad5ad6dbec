"""Nodes and spans of the Open Fibre Data Standard from the rows of frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo_data.datum import WGS84
from geo_data.read.ofds.fields import TYPES, Json, nested, typed
from geo_data.write.layer_frames import plain_columns

__all__ = ["node_records", "span_records"]

_DIGITS = 9  # decimals of a degree, 0.1 mm: lengths stay within a millimetre a kilometre
_FIBRES_A_PAIR = 2
_NODE_TYPES = {"center": ["dataCentre"], "metro_site": ["pop"], "access_point": ["aggregationPoint"]}
_STATUSES = frozenset({"operational", "underConstruction", "planned", "decommissioned", "proposed", "inactive"})
_TEXT = frozenset({"id", "name", "status", "start", "end", "readyForServiceDate", "fibreType"})
_OBJECTS = frozenset(
    {"address", "physicalInfrastructureProvider", "supplier"}
    | {"deploymentDetails", "fibreTypeDetails", "capacityDetails", "crs"}
)
_WORKED_OUT = ("a", "b", "network/id", "network/name")
"""Columns that the record says in another way."""


def node_records(nodes: gpd.GeoDataFrame, owner: Json | None) -> list[Json]:
    """Return one record a node; see ``ofds_network``."""
    records: list[Json] = []
    for row, shape in _rows(nodes, "node"):
        kind = str(row.get("kind", ""))
        made: Json = {"status": "operational"}
        if kind in _NODE_TYPES:
            made |= {"type": _NODE_TYPES[kind], **({"accessPoint": True} if kind == "access_point" else {})}
        record = _record(row, made, "nodes", owner)
        records.append(record if shape is None else {**record, "location": _geojson(shape)})
    return records


def span_records(links: gpd.GeoDataFrame, nodes: Sequence[Json], owner: Json | None) -> list[Json]:
    """Return one record a link; see ``ofds_network``."""
    names = [str(node["id"]) for node in nodes]
    starts, ends = (_ends(links, column, names) for column in ("a", "b"))
    records: list[Json] = []
    for (row, shape), start, end in zip(_rows(links, "link"), starts, ends, strict=True):
        record = _record(row, {**_span_fields(row), "start": start, "end": end}, "spans", owner)
        if shape is not None and shape.geom_type != "LineString":
            raise ValueError(
                f"Link '{row['id']}' is a {shape.geom_type}; the standard's routes have one part. Split it."
            )
        records.append(record if shape is None else {**record, "route": _geojson(shape)})
    return records


def _rows(frame: gpd.GeoDataFrame, word: str) -> list[tuple[Json, Any]]:
    """Every row as plain values with its shape in WGS 84; what is missing is left out."""
    places = frame.geometry.to_crs(WGS84)
    shapes = shapely.transform(places.to_numpy(), lambda xy: np.round(xy, _DIGITS), include_z=False)
    gone = (frame.geometry.isna() | frame.geometry.is_empty).to_numpy()
    columns = plain_columns(frame)
    ids = [str(value) for value in columns.get("id", [None] * len(frame))]
    twice = pd.Series(ids)[pd.Series(ids).duplicated()]
    if "None" in ids or "" in ids:
        raise ValueError(f"A {word} has no id. Give every {word} one.")
    if len(twice):
        raise ValueError(f"Id '{twice.iloc[0]}' stands at more than one {word}. Give every {word} its own.")
    rows = [{k: v[i] for k, v in columns.items() if v[i] is not None} for i in range(len(frame))]
    return [(row, None if none else shape) for row, shape, none in zip(rows, shapes, gone, strict=True)]


def _ends(links: gpd.GeoDataFrame, column: str, names: list[str]) -> list[str]:
    """Ids of the nodes that a column names, by id or by row number."""
    values = links[column].tolist()
    known = set(names)
    by_number = pd.api.types.is_integer_dtype(links[column]) and not {str(v) for v in values} <= known
    out: list[str] = []
    for value, link in zip(values, links["id"], strict=True):
        if by_number and not 0 <= value < len(names):
            raise ValueError(f"Link '{link}' ends at node {value}, but there are {len(names)} nodes (0 is the first).")
        out.append(names[value] if by_number else str(value))
        if out[-1] not in known:
            raise ValueError(f"Link '{link}' ends at node '{value}', which is none of the {len(names)} nodes.")
    return out


def _span_fields(row: Json) -> Json:
    """Fields of the standard that the product's own columns tell."""
    kind, lit = str(row.get("kind", "")), row.get("lit")
    made: Json = {"status": "planned" if kind == "candidate" else "inactive" if lit is False else "operational"}
    made |= {"transmissionMedium": ["fibre"], "directed": False}
    if "length_km" in row:
        made["fibreLength"] = row["length_km"]
    pairs = row.get("fibre_pairs")
    if isinstance(pairs, int | float) and pairs > 0:
        made["fibreCount"] = int(pairs) * _FIBRES_A_PAIR
    if "class" in row:
        made["deployment"] = ["aboveGround" if row["class"] == "aerial" else "belowGround"]
    if isinstance(row.get("spare_pairs"), int | float) and kind != "candidate":
        made["darkFibre"] = row["spare_pairs"] > 0
    return made


def _record(row: Json, made: Json, kind: str, owner: Json | None) -> Json:
    """The row's own fields over those worked out for it; what does not fit the standard's type keeps another name."""
    cells: Json = {}
    for name, value in row.items():
        if name in _WORKED_OUT or value == "":
            continue
        cell = str(value) if name in _TEXT else _whole(value) if TYPES[kind].get(name) == "integer" else value
        fits = _fits(name, typed(cell, name, kind), kind)
        cells[name if fits else f"{name}_as_given"] = cell
    phase = _whole(cells.pop("phase", None))
    first: Json = {name: cells[name] for name in ("id", "name") if name in cells}
    owned: Json = {"physicalInfrastructureProvider": owner} if owner else {}
    record: Json = {**first, **owned, **made, **nested(cells, kind)}
    if phase is not None and "phase" not in record:
        record["phase"] = {"id": str(phase), "name": str(phase)}
    return record


def _whole(value: Any) -> Any:
    """A whole number that stands in a column with blanks, where it became a fraction."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _fits(name: str, value: Any, kind: str) -> bool:
    """Whether a value is what the standard says its field is."""
    if name == "status":
        return value in _STATUSES
    wanted = TYPES[kind].get(name)
    if wanted == "list":
        return isinstance(value, list) and len(set(value)) == len(value) > 0
    if wanted == "boolean":
        return isinstance(value, bool)
    if wanted == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if wanted == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return name not in _OBJECTS


def _geojson(shape: Any) -> Json:
    """A Point or LineString as a GeoJSON object."""
    rows = shapely.get_coordinates(shape).tolist()
    return {"type": shape.geom_type, "coordinates": rows[0] if shape.geom_type == "Point" else rows}
