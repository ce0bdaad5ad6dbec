"""The GeoJSON form of the Open Fibre Data Standard: what features refer to is written out in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from geo_data.read.ofds.fields import GEOMETRY, RECORDS, Json

__all__ = ["collections"]


def collections(networks: Iterable[Json], links: Json) -> dict[str, Json]:
    """Return the feature collections ``nodes`` and ``spans``; `links` to other packages stand at their heads.

    Phases and organisations that no feature writes out are kept with the network, where the standard asks for nothing:
    otherwise they would be lost.
    """
    features: dict[str, list[Json]] = {"nodes": [], "spans": []}
    for network in networks:
        writer = _Writer(network)
        made = {kind: [writer.feature(kind, record) for record in network.get(kind, [])] for kind in features}
        own = writer.own()
        for kind, items in made.items():
            word = kind.removesuffix("s")
            for item in items:
                item["properties"] |= {"network": own, "featureType": word}
            features[kind] += items
    head = {"links": links} if links else {}
    return {kind: {"type": "FeatureCollection", "features": items, **head} for kind, items in features.items()}


class _Writer:
    """One network; knows which organisations and phases its features have written out."""

    def __init__(self, network: Json) -> None:
        self._network = network
        self._organisations = _by_id(network.get("organisations", []))
        self._nodes = _by_id(network.get("nodes", []))
        self._told: dict[str, set[str]] = {"organisations": set(), "phases": set()}
        self._phases = {key: self._with_funders(phase) for key, phase in _by_id(network.get("phases", [])).items()}

    def feature(self, kind: str, record: Json) -> Json:
        """A node or span as a feature."""
        properties = {k: v for k, v in record.items() if k != GEOMETRY[kind]}
        if "physicalInfrastructureProvider" in properties:
            properties["physicalInfrastructureProvider"] = self._organisation(record["physicalInfrastructureProvider"])
        if isinstance(record.get("networkProviders"), list):
            properties["networkProviders"] = [self._organisation(o) for o in record["networkProviders"]]
        if "phase" in properties:
            properties["phase"] = self._phase(record["phase"])
        for end in ("start", "end"):
            if end in properties:
                properties[end] = self._nodes.get(str(properties[end]), properties[end])
        return {"type": "Feature", "geometry": record.get(GEOMETRY[kind]), "properties": properties}

    def own(self) -> Json:
        """What every feature repeats of the network."""
        own = {k: v for k, v in self._network.items() if k not in RECORDS}
        if "contracts" in self._network:
            own["contracts"] = [self._contract(contract) for contract in self._network["contracts"]]
        for kind, entries in (("phases", self._phases), ("organisations", self._organisations)):
            left = [entry for key, entry in entries.items() if key not in self._told[kind]]
            own |= {kind: left} if left else {}
        return own

    def _contract(self, contract: Json) -> Json:
        related = contract.get("relatedPhases")
        return (
            {**contract, "relatedPhases": [self._phase(p) for p in related]} if isinstance(related, list) else contract
        )

    def _with_funders(self, phase: Json) -> Json:
        funders = phase.get("funders")
        return {**phase, "funders": [self._organisation(o) for o in funders]} if isinstance(funders, list) else phase

    def _organisation(self, reference: Any) -> Any:
        return _full(reference, self._organisations, self._told["organisations"])

    def _phase(self, reference: Any) -> Any:
        return _full(reference, self._phases, self._told["phases"])


def _by_id(records: Iterable[Json]) -> dict[str, Json]:
    """Records by id; the first of those that share one."""
    out: dict[str, Json] = {}
    for record in records:
        out.setdefault(str(record.get("id", "")), record)
    return out


def _full(reference: Any, known: dict[str, Json], told: set[str]) -> Any:
    """What a reference means; itself where that is not known."""
    if not isinstance(reference, dict) or str(reference.get("id", "")) not in known:
        return reference
    key = str(reference["id"])
    told.add(key)
    return known[key]
