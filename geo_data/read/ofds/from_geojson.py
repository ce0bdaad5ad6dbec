"""The GeoJSON form of the Open Fibre Data Standard: what it writes out in full becomes references again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from geo_data.read.ofds.fields import DESCRIBED_BY, GEOMETRY, Found, Json

__all__ = ["networks_from_features"]

_ORGANISATIONS = ("physicalInfrastructureProvider", "supplier")
_CARRIED = ("phases", "organisations")
"""Lists that our own writer keeps with the network when no feature names their entries."""


@dataclass
class _Network:
    """A network while its features come in; dictionaries by id keep the order of arrival."""

    properties: Json
    nodes: dict[str, Json] = field(default_factory=dict)
    more_nodes: list[Json] = field(default_factory=list)
    ends: dict[str, Json] = field(default_factory=dict)
    spans: list[Json] = field(default_factory=list)
    phases: dict[str, Json] = field(default_factory=dict)
    organisations: dict[str, Json] = field(default_factory=dict)


def networks_from_features(features: list[Any], found: list[Found]) -> list[Json]:
    """Return networks in the standard's JSON form from the features of its GeoJSON form; all files at once."""
    networks: dict[str, _Network] = {}
    for number, feature in enumerate(features, 1):
        properties = feature.get("properties") if isinstance(feature, dict) else None
        if not isinstance(properties, dict):
            text = f"Feature number {number} has no properties; left out."
            found.append(("warning", "ofds-value", text, "Correct it."))
            continue
        kind = _kind(feature, properties)
        if not kind:
            text = f"Feature number {number} is neither a node nor a span; left out."
            found.append(("warning", "ofds-value", text, "Set its featureType to 'node' or 'span'."))
            continue
        network = _network_of(properties, networks)
        _add(network, kind, properties, feature.get("geometry"))
    return [_assembled(network) for network in networks.values()]


def _kind(feature: Json, properties: Json) -> str:
    """'nodes' or 'spans': as stated, else by geometry and fields; '' when nothing tells."""
    stated = str(properties.get("featureType", "")).lower()
    if stated in ("node", "span"):
        return f"{stated}s"
    geometry = feature.get("geometry")
    shape = geometry.get("type") if isinstance(geometry, dict) else None
    if shape in ("Point", "LineString"):
        return "nodes" if shape == "Point" else "spans"
    return "spans" if "start" in properties or "end" in properties else ""


def _network_of(properties: Json, networks: dict[str, _Network]) -> _Network:
    """The network that a feature names, made when it is new."""
    stated = properties.get("network")
    own = stated if isinstance(stated, dict) else {}
    key = str(own.get("id", ""))
    if key not in networks:
        networks[key] = _Network({})
        _start(networks[key], own)
    return networks[key]


def _start(network: _Network, own: Json) -> None:
    """Take over what every feature repeats of its network."""
    network.properties = {k: v for k, v in own.items() if k not in _CARRIED}
    for organisation in _entries(own, "organisations"):
        _reference(organisation, network.organisations)
    for phase in _entries(own, "phases"):
        _phase(network, phase)
    if "contracts" in own:
        network.properties["contracts"] = [_contract(network, contract) for contract in _entries(own, "contracts")]


def _entries(own: Json, kind: str) -> list[Json]:
    """The dictionaries of a list, none where it is no list."""
    entries = own.get(kind)
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _contract(network: _Network, contract: Json) -> Json:
    """A contract that names its phases."""
    related = contract.get("relatedPhases")
    if not isinstance(related, list):
        return contract
    return {**contract, "relatedPhases": [_phase(network, p) for p in related]}


def _add(network: _Network, kind: str, properties: Json, geometry: Any) -> None:
    """Put a feature into its network as a record."""
    record = _record(network, {k: v for k, v in properties.items() if k not in ("network", "featureType")})
    if geometry is not None:
        record[GEOMETRY[kind]] = geometry
    if kind == "spans":
        network.spans.append(record)
        return
    key = str(record.get("id", ""))
    if key in network.nodes:
        network.more_nodes.append(record)
    else:
        network.nodes[key] = record


def _record(network: _Network, properties: Json) -> Json:
    """A node or span whose parts are references again."""
    record = dict(properties)
    if "phase" in record:
        record["phase"] = _phase(network, record["phase"])
    for key in _ORGANISATIONS:
        if key in record:
            record[key] = _reference(record[key], network.organisations)
    if isinstance(record.get("networkProviders"), list):
        record["networkProviders"] = [_reference(o, network.organisations) for o in record["networkProviders"]]
    for key in ("start", "end"):
        if isinstance(record.get(key), dict):
            record[key] = _end(network, record[key])
    return record


def _end(network: _Network, node: Json) -> Any:
    """The id of a span's end; its record serves where no feature gives the node."""
    key = str(node.get("id", ""))
    if key not in network.ends:
        network.ends[key] = _record(network, node)
    return node.get("id")


def _phase(network: _Network, phase: Any) -> Any:
    """A phase and its funders as references."""
    if isinstance(phase, dict) and isinstance(phase.get("funders"), list):
        funders = [_reference(o, network.organisations) for o in phase["funders"]]
        phase = {**phase, "funders": funders}
    return _reference(phase, network.phases)


def _reference(value: Any, known: dict[str, Json]) -> Any:
    """Keep the fullest record of what is meant and return its id and name."""
    if not isinstance(value, dict) or "id" not in value:
        return value
    key = str(value["id"])
    if len(value) > len(known.get(key, {})):
        known[key] = value
    return {k: value[k] for k in ("id", "name") if k in value}


def _assembled(network: _Network) -> Json:
    """The network in JSON form; nodes that only spans tell of come last."""
    ends = [node for key, node in network.ends.items() if key not in network.nodes]
    lists = {
        "nodes": [*network.nodes.values(), *network.more_nodes, *ends],
        "spans": network.spans,
        "phases": list(network.phases.values()),
        "organisations": list(network.organisations.values()),
    }
    own = {**network.properties, **{key: value for key, value in lists.items() if value}}
    own.setdefault("links", [DESCRIBED_BY])
    return own
