"""Ways of an OpenStreetMap extract with their tags and lines, and which of them the extract cuts; read by osmium."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import osmium
from shapely.geometry import LineString, MultiLineString

from geo_data.read.unreadable import Unreadable

__all__ = ["Way", "read_ways"]

Place = tuple[float, float]


@dataclass(frozen=True)
class Way:
    """One way.

    Parameters
    ----------
    id, tags
        As in the file.
    line
        Longitude and latitude of its nodes; in several parts where nodes in its midst are missing, None where no two
        nodes follow each other.
    closed
        Whether it ends where it begins.
    lacking
        Nodes that it names and the file does not hold.
    """

    id: str
    tags: Mapping[str, str]
    line: LineString | MultiLineString | None
    closed: bool
    lacking: int


def read_ways(path: Path, keys: tuple[str, ...]) -> list[Way]:
    """Return the ways that have one of the keys.

    Raises
    ------
    Unreadable
        If the file is broken, as when its end is missing.
    """
    with path.open("rb") as stream:
        form = "pbf" if stream.read(1) == b"\0" else "xml"
    try:
        found = list(_located(path, form, keys))
        lacking = {ref for _, _, nodes in found for ref, place in nodes if place is None}
        late = _places(path, form, lacking) if lacking and form == "xml" else {}
    except RuntimeError as error:
        raise Unreadable(f"is broken: {error}", "Download or cut the extract again.") from error
    return [_way(name, tags, [(ref, place or late.get(ref)) for ref, place in nodes]) for name, tags, nodes in found]


def _located(
    path: Path, form: str, keys: tuple[str, ...]
) -> Iterator[tuple[int, dict[str, str], list[tuple[int, Place | None]]]]:
    """Id, tags and nodes of every way with one of the keys; no place for nodes that did not come before it."""
    ways = osmium.FileProcessor(osmium.io.File(str(path), form)).with_locations()
    ways = ways.with_filter(osmium.filter.EntityFilter(osmium.osm.WAY)).with_filter(osmium.filter.KeyFilter(*keys))
    for way in ways:
        if isinstance(way, osmium.osm.Way):
            nodes = [(n.ref, (n.location.lon, n.location.lat) if n.location.valid() else None) for n in way.nodes]
            yield way.id, dict(way.tags), nodes


def _places(path: Path, form: str, wanted: set[int]) -> dict[int, Place]:
    """Places of nodes anywhere in the file: editors number new ones below 0, and some write ways before nodes."""
    nodes = osmium.FileProcessor(osmium.io.File(str(path), form), osmium.osm.NODE)
    return {
        node.id: (node.location.lon, node.location.lat)
        for node in nodes
        if isinstance(node, osmium.osm.Node) and node.id in wanted and node.location.valid()
    }


def _way(name: int, tags: dict[str, str], nodes: list[tuple[int, Place | None]]) -> Way:
    """The way with its line."""
    lacking = sum(place is None for _, place in nodes)
    closed = len(nodes) > 2 and nodes[0][0] == nodes[-1][0]
    return Way(str(name), tags, _line(place for _, place in nodes), closed, lacking)


def _line(places: Iterable[Place | None]) -> LineString | MultiLineString | None:
    """The line through the places; never straight over missing ones."""
    runs = [[p for p in run if p is not None] for _, run in groupby(places, lambda place: place is None)]
    parts = [run for run in runs if len(set(run)) > 1]
    if not parts:
        return None
    return LineString(parts[0]) if len(parts) == 1 else MultiLineString(parts)
