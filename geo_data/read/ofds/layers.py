"""Layers from a network in the Open Fibre Data Standard: spans become routes by status, nodes become points by type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geo_data.datum import WGS84
from geo_data.read.ofds.columns import node_cells, span_cells
from geo_data.read.ofds.fields import Found, Json
from geo_data.read.ofds.package import OfdsPackage, read_package
from geo_data.read.ofds.places import located, span_shapes
from geo_data.read.remarks import remark
from geo_data.read.settings import LayerSettings
from geo_data.read.unreadable import Unreadable

__all__ = ["NODE_LAYERS", "SPAN_LAYERS", "ofds_layers", "read_ofds"]

SPAN_LAYERS: dict[str, frozenset[str]] = {
    "fibre_routes": frozenset({"operational", "inactive", ""}),
    "candidate_routes": frozenset({"planned", "proposed", "underConstruction"}),
}
"""Statuses of the spans in each layer.

'inactive' is laid and not yet lit; a span without status is taken for existing; 'decommissioned' ones are in neither.
"""

NODE_LAYERS: dict[str, frozenset[str]] = {
    "centers": frozenset({"dataCentre"}),
    "metro_sites": frozenset({"pop", "ixp", "exchange", "addDropSite", "cableLanding"}),
    "access_points": frozenset({"cabinet", "aggregationPoint", "tower", "substation"}),
    "key_places": frozenset(),
}
"""Types of the nodes in each layer; a node of several types stands in the first of them that fits.

A node of no such type is an access point where ``accessPoint`` is true, else only an end of spans (splice, border).
"""


def read_ofds(path: Path, name: str, settings: LayerSettings) -> gpd.GeoDataFrame:
    """Return the nodes or spans that belong to a layer, with every field of the standard as a column.

    Parameters
    ----------
    path
        A file or folder as ``read_package`` takes it.
    name
        Layer of the schema; '' for all nodes or all spans.
    settings
        ``layer`` chooses statuses (of spans) or types (of nodes) instead of the usual ones: ``"planned, proposed"``,
        ``"pop, tower"``, ``"*"`` for all.

    Raises
    ------
    Unreadable
        If the file holds no network, or the layer is none that a network has.
    """
    if name and name not in SPAN_LAYERS and name not in NODE_LAYERS:
        raise Unreadable(
            f"holds nodes and spans of a fibre network, no {name.replace('_', ' ')}",
            f"Use it for {', '.join([*SPAN_LAYERS, *NODE_LAYERS])}, and name another file here.",
        )
    package = read_package(path, settings.encoding)
    found = list(package.found)
    spans = _wants_spans(name, settings.layer)
    rows = (_spans if spans else _nodes)(package, name, _choice(name, settings.layer), found)
    _qualify_ids(rows, found)
    shapes = [row.pop("geometry") for row in rows]
    table = pd.DataFrame(rows, columns=None if rows else ["id", "name"])
    frame = gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=WGS84, index=table.index), crs=WGS84)
    for severity, code, text, advice in found:
        remark(frame, severity, code, text, advice)
    return frame


def ofds_layers(path: Path) -> tuple[str, ...]:
    """Return 'nodes' and 'spans', as far as the file has them.

    Raises
    ------
    Unreadable
        If the file holds no network.
    """
    package = read_package(path)
    return tuple(kind for kind in ("nodes", "spans") if any(network.get(kind) for network in package.networks))


def _wants_spans(name: str, layer: str) -> bool:
    """Whether spans are asked for; saying 'nodes' or 'spans' must agree with the layer of the schema."""
    spans = name in SPAN_LAYERS or (not name and layer == "spans")
    if layer == ("nodes" if spans else "spans"):
        wanted = "spans" if spans else "nodes"
        raise Unreadable(f"gives '{name}' from its {wanted}, not from its {layer}", "Take layer = '...' out.")
    return spans


def _spans(package: OfdsPackage, name: str, chosen: frozenset[str], found: list[Found]) -> list[Json]:
    """Rows of the spans whose status the layer takes."""
    wanted = chosen or SPAN_LAYERS[name]
    rows: list[Json] = []
    left: Counter[str] = Counter()
    for network in package.networks:
        kept, out = _divided(network.get("spans", []), lambda s: wanted == {"*"} or _status(s) in wanted)
        left.update(_status(span) or "(none)" for span in out)
        shapes = span_shapes(network, kept, found)
        cells = [span_cells(span, network) for span in kept]
        rows += [{**c, "geometry": g} for c, g in zip(cells, shapes, strict=True)]
    _tell_status_missing(rows, found)
    _tell_spare_pairs(rows, found)
    _tell_left("spans", "status", left, name, found)
    return rows


def _nodes(package: OfdsPackage, name: str, wanted: frozenset[str], found: list[Found]) -> list[Json]:
    """Rows of the nodes whose type the layer takes."""
    if not wanted and not NODE_LAYERS[name]:
        types = sorted({t for n in package.networks for node in n.get("nodes", []) for t in _types(node)})
        raise Unreadable(
            f"does not say which of its nodes are {name.replace('_', ' ')}",
            f"Name node types with layer = '...'; the file has: {', '.join(types) or 'none'}.",
        )
    rows: list[Json] = []
    left: Counter[str] = Counter()
    for network in package.networks:
        kept, out = _divided(network.get("nodes", []), lambda n: _takes(n, name, wanted))
        left.update(";".join(_types(node)) or "(none)" for node in out)
        shapes = located(network, kept, found)
        rows += [{**node_cells(n, network), "geometry": g} for n, g in zip(kept, shapes, strict=True)]
    _tell_left("nodes", "type", left, name, found)
    return rows


def _divided(records: Iterable[Json], takes: Callable[[Json], bool]) -> tuple[list[Json], list[Json]]:
    """Records that are taken and records that are not."""
    kept: list[Json] = []
    out: list[Json] = []
    for record in records:
        (kept if takes(record) else out).append(record)
    return kept, out


def _takes(node: Json, name: str, wanted: frozenset[str]) -> bool:
    """Whether a node belongs to the layer, by the planner's choice or by the usual types; never decommissioned ones."""
    if wanted:
        return wanted == {"*"} or bool(wanted & set(_types(node)))
    if _status(node) == "decommissioned":
        return False
    first = next((layer for layer, types in NODE_LAYERS.items() if types & set(_types(node))), "")
    return (first or ("access_points" if node.get("accessPoint") is True else "")) == name


def _choice(name: str, text: str) -> frozenset[str]:
    """Statuses or types that a planner names, joined by ',' or ';'; none for the usual ones, '*' for all."""
    if text in ("", "nodes", "spans"):
        return frozenset() if name else frozenset({"*"})
    return frozenset(part.strip() for part in text.replace(";", ",").split(",") if part.strip())


def _status(record: Json) -> str:
    """Status as text, '' where there is none."""
    return str(record.get("status") or "")


def _types(node: Json) -> list[str]:
    """Types of a node; a single text counts as one."""
    types: Any = node.get("type") or []
    return [str(t) for t in types] if isinstance(types, list) else [str(types)]


def _tell_left(what: str, field: str, left: Counter[str], name: str, found: list[Found]) -> None:
    """Say what the layer leaves to other layers; a warning where no layer takes it, as with a status of no codelist."""
    if not left:
        return
    known = frozenset({"decommissioned"}).union(*SPAN_LAYERS.values())
    strange = field == "status" and bool(left.keys() - known - {"(none)"})
    listed = ", ".join(f"{number} of {field} {value}" for value, number in sorted(left.items()))
    text = f"{what.capitalize()} of the file that are not in layer '{name}': {listed}."
    example = min(left).replace(";", ", ")
    advice = f"Choose by {field} with layer = '{example}' if they belong here."
    found.append(("warning" if strange else "note", "ofds-left-out", text, "" if example == "(none)" else advice))


def _tell_status_missing(rows: list[Json], found: list[Found]) -> None:
    """Say how many spans are taken for existing because they do not say."""
    number = sum(not row.get("status") for row in rows)
    if number:
        text = f"Spans without status: {number}; they are read as existing and lit."
        found.append(("warning", "ofds-status-missing", text, "Give them a status if some are not built yet."))


def _tell_spare_pairs(rows: list[Json], found: list[Found]) -> None:
    """Say that dark fibre is offered but not counted in the standard."""
    number = sum(row.pop("spare_pairs_assumed", False) for row in rows)
    if number:
        text = f"Spans that offer dark fibre without saying how much: {number}; each is read with one spare pair."
        found.append(("note", "ofds-spare-pairs", text, "Add a field spare_pairs to the spans if more is known."))


def _qualify_ids(rows: list[Json], found: list[Found]) -> None:
    """Put the network's id before the ids of records where two networks use the same."""
    networks: dict[str, set[str]] = {}
    for row in rows:
        networks.setdefault(str(row.get("id", "")), set()).add(str(row.get("network/id", "")))
    shared = {key for key, owners in networks.items() if key and len(owners) > 1}
    for row in rows:
        if str(row.get("id", "")) in shared:
            row["id"] = f"{row.get('network/id', '')}/{row['id']}"
    if shared:
        text = f"Ids that stand in more than one network: {len(shared)}; the network's id was put before them."
        found.append(("note", "ofds-id-shared", text, ""))
