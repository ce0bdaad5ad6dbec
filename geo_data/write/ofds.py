"""Write a network of nodes and links in the Open Fibre Data Standard 0.3."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd

from geo_data.read.ofds.fields import DESCRIBED_BY, Json
from geo_data.read.ofds.package import OfdsPackage
from geo_data.write.ofds_package import OfdsForm, write_package
from geo_data.write.ofds_records import node_records, span_records

__all__ = ["OfdsOrganisation", "OfdsPhase", "ofds_network", "write_ofds"]

_CRS: Json = {"name": "urn:ogc:def:crs:OGC::CRS84", "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}


@dataclass(frozen=True)
class OfdsOrganisation:
    """Who owns the network.

    Parameters
    ----------
    name
        Name of the organisation.
    id
        Identifier within the file; the name when empty.
    country
        ISO 3166 code of two letters, for example 'CN'.
    website
        Address, with 'https://'.
    """

    name: str
    id: str = ""
    country: str = ""
    website: str = ""

    def reference(self) -> Json:
        """Return what nodes and spans say of it."""
        return {"id": self.id or self.name, "name": self.name}

    def record(self) -> Json:
        """Return its entry among the organisations."""
        own = {"country": self.country, "website": self.website}
        return {
            **self.reference(),
            **{k: v for k, v in own.items() if v},
            "roles": ["physicalInfrastructureProvider"],
        }


@dataclass(frozen=True)
class OfdsPhase:
    """A phase of construction: what stands in the column ``phase``, its name, and its dates ('2026-01-01').

    The standard has no field for the dates of a phase; they stand in its description.
    """

    id: str
    name: str = ""
    start: str = ""
    end: str = ""
    description: str = ""

    def record(self) -> Json:
        """Return its entry among the phases."""
        dates = " to ".join(d for d in (self.start, self.end) if d)
        text = "; ".join(part for part in (self.description, dates) if part)
        return {"id": self.id, "name": self.name or self.id, **({"description": text} if text else {})}


def write_ofds(
    nodes: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    path: str | os.PathLike[str],
    *,
    name: str,
    provider: OfdsOrganisation | None = None,
    phases: Sequence[OfdsPhase] = (),
    published: str = "",
    form: OfdsForm = "json",
) -> tuple[str, ...]:
    """Write nodes and links as one network and return what the form cannot carry; see ``ofds_network``.

    Parameters
    ----------
    path
        A file for the form ``json``, a folder for ``geojson`` and ``csv``.
    form
        The standard's form of publication.
    """
    network = ofds_network(nodes, links, name=name, provider=provider, phases=phases, published=published)
    return write_package(OfdsPackage((network,)), path, form)


def ofds_network(
    nodes: gpd.GeoDataFrame,
    links: gpd.GeoDataFrame,
    *,
    name: str,
    provider: OfdsOrganisation | None = None,
    phases: Sequence[OfdsPhase] = (),
    published: str = "",
) -> Json:
    """Return nodes and links as a network of the standard, in WGS 84.

    Parameters
    ----------
    nodes
        Points; ``id`` names them. ``kind`` becomes a type: a center is a dataCentre, a metro_site a pop, an
        access_point an aggregationPoint; a junction has none.
    links
        Lines; ``id`` names them, ``a`` and ``b`` are ids of nodes or, where they are whole numbers and the ids are
        not, row numbers. ``status`` counts if it is one of the standard's; else a candidate is 'planned', an existing
        link 'operational', and 'inactive' (laid, carrying no traffic) where ``lit`` is false. ``length_km`` becomes
        fibreLength, ``fibre_pairs`` half the fibreCount, ``class`` 'aerial' deployment aboveGround.
    name
        Name of the network; its identifier is made of it and the provider's, so the same network has the same one.
    provider
        Owner of all that does not name another.
    phases
        Phases that the column ``phase`` of nodes and links names by id; others are added by that name.
    published
        Date of publication, '2026-11-22'.

    Notes
    -----
    Columns that have the standard's own names ('supplier/name', 'fibreType') are taken over; all others are kept as
    additional fields, which the standard allows, under the names they have.

    Raises
    ------
    ValueError
        If an id is missing or stands twice, a link ends at no node, or a line has several parts.
    """
    owner = provider.reference() if provider else None
    made_nodes = node_records(nodes, owner)
    made_spans = span_records(links, made_nodes, owner)
    records = [*made_nodes, *made_spans]
    lists = {
        "nodes": made_nodes,
        "spans": made_spans,
        "phases": _complete([p.record() for p in phases], (r.get("phase") for r in records)),
        "organisations": _complete([provider.record()] if provider else [], _organisations(records)),
    }
    return {
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"open-fibre-network:{owner['id'] if owner else ''}/{name}")),
        "name": name or "network",
        **{key: entries for key, entries in lists.items() if entries},
        **({"publisher": {"name": provider.name}} if provider else {}),
        **({"publicationDate": published} if published else {}),
        "crs": _CRS,
        "links": [DESCRIBED_BY],
    }


def _organisations(records: Iterable[Json]) -> Iterable[Any]:
    """Every reference to an organisation."""
    for record in records:
        yield record.get("physicalInfrastructureProvider")
        yield record.get("supplier")
        providers = record.get("networkProviders")
        yield from providers if isinstance(providers, list) else ()


def _complete(known: list[Json], references: Iterable[Any]) -> list[Json]:
    """The known entries and, after them, one for every further id that is referred to."""
    out = {str(entry["id"]): entry for entry in known}
    for reference in references:
        if isinstance(reference, dict) and reference.get("id"):
            out.setdefault(str(reference["id"]), reference)
    return list(out.values())
