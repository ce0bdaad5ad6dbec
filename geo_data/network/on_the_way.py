"""What lies on the way of the links: zones that change their price, obstacles to cross, risks they share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geo_data.findings import Finding, counted
from geo_data.network.crossings import count_crossings
from geo_data.network.types import LEAD_IN_CLASS, Network
from geo_data.network.zones import lead_in_findings, mean_factor, split_factors
from geo_data.region import Region
from geo_data.shared_risk.find import find_shared_risks, told

__all__ = ["on_the_way", "with_crossings", "with_shared_risks", "with_zones"]


def on_the_way(network: Network, region: Region) -> Network:
    """Return the network with everything that lies on the way of its links."""
    return with_shared_risks(with_crossings(with_zones(network, region), region), region)


def with_zones(network: Network, region: Region) -> Network:
    """Return the network with plain classes in ``class_km``, and ``priced_km`` where zones change a price."""
    class_km, priced_km = split_factors(network.class_km)
    if not len(region.layers["zones"]) or LEAD_IN_CLASS not in class_km:
        return replace(network, class_km=class_km, priced_km=priced_km)
    rows = np.flatnonzero(class_km[LEAD_IN_CLASS].to_numpy() > 0)
    lines, ids = network.links.geometry.to_numpy()[rows], network.links["id"].to_numpy(dtype=object)[rows]
    factor = mean_factor(lines, region.layers["zones"])
    if priced_km is None and np.any(factor != 1.0):
        priced_km = class_km.copy()
    if priced_km is not None:
        priced_km.loc[rows, LEAD_IN_CLASS] = class_km.loc[rows, LEAD_IN_CLASS] * factor
    told = lead_in_findings(region, ids, lines)
    return replace(network, class_km=class_km, priced_km=priced_km, findings=(*network.findings, *told))


def with_crossings(network: Network, region: Region) -> Network:
    """Return the network with the number of obstacles that its candidate links cross."""
    lines = network.links.geometry.to_numpy().copy()
    new = (network.links["kind"] == "candidate").to_numpy()
    found = count_crossings(lines[new], region.layers["obstacles"], region.settings.crossing_gap_m)
    if found is None:
        return network
    crossings = pd.DataFrame(0, index=network.links.index, columns=found.columns, dtype=np.int64)
    crossings.loc[new] = found.to_numpy()
    told = [
        _told(str(kind), int((found[kind] > 0).sum()), int(found[kind].sum())) for kind in found if found[kind].any()
    ]
    return replace(network, crossings=crossings, findings=(*network.findings, *told))


def with_shared_risks(network: Network, region: Region) -> Network:
    """Return the network with the groups of links that one event may cut."""
    risks = find_shared_risks(network, region)
    return replace(network, shared_risks=risks, findings=(*network.findings, *told(risks)))


def _told(kind: str, links: int, crossings: int) -> Finding:
    """How many new links cross obstacles of a kind."""
    many = counted(links, "candidate link crosses", "candidate links cross")
    times = "once" if crossings == 1 else f"{crossings:,} times"
    found = f"{many} {kind} {times}; each crossing has its price and lead time."
    return Finding("note", "crossings-counted", found, layer="obstacles", count=crossings)
