"""Groups that the planner knows: the column ``srlg`` of fibre and candidate routes."""

from __future__ import annotations

from geo_data.network.types import Network
from geo_data.region import Region
from geo_data.shared_risk.group import Group

__all__ = ["given"]


def given(network: Network, region: Region) -> list[Group]:
    """Return the groups named by the routes; a link made of several routes is in the groups of each."""
    named = {kind: _named(region, layer) for kind, layer in _LAYERS.items()}
    found: dict[str, set[int]] = {}
    for link, (kind, sources) in enumerate(zip(network.links["kind"], network.link_sources, strict=True)):
        for source in sources:
            for group in named[kind].get(source, ()):
                found.setdefault(group, set()).add(link)
    return [Group("given", f"given group {group}", frozenset(found[group]), group) for group in sorted(found)]


_LAYERS = {"existing": "fibre_routes", "candidate": "candidate_routes"}


def _named(region: Region, layer: str) -> dict[str, tuple[str, ...]]:
    """Groups of every route of a layer that names any."""
    frame = region.layers[layer]
    frame = frame[frame["srlg"].to_numpy(dtype=str) != ""]
    groups: dict[str, tuple[str, ...]] = {}
    for name, text in zip(frame["id"], frame["srlg"], strict=True):
        words = tuple(word.strip() for word in str(text).replace("；", ";").split(";") if word.strip())
        groups[str(name)] = (*groups.get(str(name), ()), *words)
    return groups
