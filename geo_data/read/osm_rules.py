"""Which ways of OpenStreetMap a cable may follow, and which it has to cross."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["LINK_SUFFIX", "ROADS", "is_area", "level_of", "obstacle_kind", "road_class", "structure"]

LINK_SUFFIX = "_link"

ROADS = frozenset(
    {
        "motorway",
        "trunk",
        "primary",
        "secondary",
        "tertiary",
        "unclassified",
        "residential",
        "living_street",
        "service",
        "pedestrian",
        "road",
        "track",
        "busway",
    }
)
"""Values of ``highway`` that are candidate routes, together with their slip roads (``_link``).

Left out, and told: what is not there yet (proposed, construction) or no more (abandoned, razed); what no trench
follows (steps, corridor, elevator, platform, raceway); and footways, cycleways, paths and bridleways, which mostly run
beside a road that is drawn itself, so that one trench would stand twice. ``layer = "footway, path"`` takes them.
"""

_PRIVATE_SERVICE = frozenset({"driveway", "parking_aisle", "drive-through", "emergency_access"})
"""Service roads on one owner's ground."""

_RAIL = frozenset({"rail", "light_rail", "subway", "narrow_gauge"})
_WATER = frozenset({"river", "canal"})
_NO = frozenset({"", "no", "false", "0"})


def road_class(tags: Mapping[str, Any]) -> str:
    """Return the route class of a road, '' for what is none; a slip road has the class of its road."""
    highway = str(tags.get("highway") or "").removesuffix(LINK_SUFFIX)
    if highway not in ROADS or str(tags.get("service") or "") in _PRIVATE_SERVICE:
        return ""
    return highway


def obstacle_kind(tags: Mapping[str, Any]) -> str:
    """Return 'rail', 'water' or 'motorway' for what has to be crossed at the surface, '' for everything else.

    What runs in a tunnel or culvert is crossed above; a motorway on a bridge and a monorail are crossed below,
    without leave. Trams run in streets; streams, drains and ditches are crossed with the trench.
    """
    if structure(tags, "tunnel"):
        return ""
    if str(tags.get("railway") or "") in _RAIL:
        return "rail"
    if str(tags.get("waterway") or "") in _WATER:
        return "water"
    return "motorway" if tags.get("highway") == "motorway" and not structure(tags, "bridge") else ""


def is_area(tags: Mapping[str, Any]) -> bool:
    """Return whether a closed way is tagged as an area, such as a square; a ring road is none."""
    return str(tags.get("area") or "").lower() not in _NO


def structure(tags: Mapping[str, Any], key: str) -> bool:
    """Return whether a way is a bridge or a tunnel: any value but 'no' counts, such as 'viaduct' or 'culvert'."""
    return str(tags.get(key) or "").lower() not in _NO


def level_of(tags: Mapping[str, Any]) -> int:
    """Return the level over ground: the tag ``layer``, else 1 for bridges, -1 for tunnels, 0."""
    try:
        level = int(str(tags.get("layer") or ""))
    except ValueError:
        level = 99
    if -20 <= level <= 20:
        return level
    return -1 if structure(tags, "tunnel") else int(structure(tags, "bridge"))
