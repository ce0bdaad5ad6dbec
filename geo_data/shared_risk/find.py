"""All shared-risk groups of a network: those given, and those that the map shows."""

from __future__ import annotations

from collections import Counter

from geo_data.findings import Finding, counted
from geo_data.network.types import Network, SharedRisk
from geo_data.region import Region
from geo_data.shared_risk.bridge import bridges
from geo_data.shared_risk.given import given
from geo_data.shared_risk.group import as_shared_risks
from geo_data.shared_risk.hazard import hazards
from geo_data.shared_risk.node import nodes
from geo_data.shared_risk.trench import trenches

__all__ = ["find_shared_risks", "told"]


def find_shared_risks(network: Network, region: Region) -> tuple[SharedRisk, ...]:
    """Return the groups of links that one event may cut, existing and candidate links alike, in order of id.

    Parameters
    ----------
    network
        The network; ``shared_risks`` in it are not looked at.
    region
        The layers it was made from: given groups, bridges, hazard areas, and ``[network.shared_risk]``.
    """
    settings, links = region.settings.shared_risk, network.links
    groups = [
        *given(network, region),
        *bridges(links, region, settings.bridge_within_m),
        *trenches(links, settings.trench_within_m, settings.trench_along_m),
        *hazards(links, region.layers["hazards"]),
        *nodes(network, settings.nodes),
    ]
    return as_shared_risks(groups, links["id"])


def told(risks: tuple[SharedRisk, ...]) -> list[Finding]:
    """Return a note on how many groups there are of each kind."""
    if not risks:
        return []
    kinds = Counter(risk.kind for risk in risks)
    words = ", ".join(f"{kinds[kind]:,} {kind}" for kind in sorted(kinds))
    groups = counted(len(risks), "shared-risk group")
    return [Finding("note", "shared-risks-found", f"{groups} of links: {words}.", count=len(risks))]
