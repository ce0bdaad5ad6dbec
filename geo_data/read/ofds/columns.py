"""Columns of the schema from fields of the Open Fibre Data Standard; all its own fields are kept beside them."""

from __future__ import annotations

from typing import Any

from geo_data.read.ofds.fields import Json, flat

__all__ = ["node_cells", "span_cells"]

FIBRES_A_PAIR = 2
_OPTICAL = frozenset({"otn", "fgotn", "dwdm", "cwdm", "wdm", "roadm", "oxc"})
_OXC = frozenset({"roadm", "oxc"})


def span_cells(span: Json, network: Json) -> Json:
    """Return a span as one row: ``fibre_pairs``, ``spare_pairs``, ``lit``, ``class``, ``source`` and its own fields.

    By the standard an 'operational' span carries traffic, so it is lit. A pair is two of ``fibreCount``. Where
    ``darkFibre`` is offered at least one pair is free: the standard does not count them. Cable above ground only is of
    class 'aerial'. A field of the span that has the name of one of these columns goes before what is worked out.
    """
    made: Json = {"lit": str(span.get("status") or "operational") == "operational", "class": _class(span)}
    count = span.get("fibreCount")
    if isinstance(count, int | float) and not isinstance(count, bool) and 0 <= count < 1e9:
        made["fibre_pairs"] = int(count) // FIBRES_A_PAIR
    if span.get("darkFibre") is True and "spare_pairs" not in span:
        made |= {"spare_pairs": 1, "spare_pairs_assumed": True}
    return {**made, **_common(network), **flat(span, ["route"])}


def node_cells(node: Json, network: Json) -> Json:
    """Return a node as one row: ``oxc``, ``optical``, ``source`` and its own fields.

    Equipment counts when the node is in operation and ``technologies`` names it; the standard's list is open and names
    no optical ones itself.
    """
    running = str(node.get("status") or "operational") == "operational"
    names = {str(t).lower() for t in _list(node.get("technologies"))} if running else set()
    made = {"oxc": bool(names & _OXC), "optical": bool(names & _OPTICAL)}
    return {**made, **_common(network), **flat(node, ["location"])}


def _common(network: Json) -> Json:
    """Source and network of a record."""
    publisher = network.get("publisher")
    said = publisher.get("name") if isinstance(publisher, dict) else None
    own = {"network/id": network.get("id"), "network/name": network.get("name")}
    return {"source": str(said or network.get("name") or ""), **{k: v for k, v in own.items() if v is not None}}


def _class(span: Json) -> str:
    """Route class of a span by how it is deployed."""
    return "aerial" if [str(d) for d in _list(span.get("deployment"))] == ["aboveGround"] else "other"


def _list(value: Any) -> list[Any]:
    """A list, or a single value as one."""
    return value if isinstance(value, list) else [] if value is None else [value]
