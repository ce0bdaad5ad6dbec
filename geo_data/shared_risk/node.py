"""Links at one node: a burnt site or a flooded manhole cuts all that meet there. Only where it is asked for."""

from __future__ import annotations

from typing import Literal

import numpy as np

from geo_data.network.types import Network
from geo_data.shared_risk.group import Group

__all__ = ["nodes"]

_KINDS = {"none": (), "sites": ("metro_site",), "all": ("metro_site", "junction")}
_WORDS = {"metro_site": "metro site", "junction": "junction"}


def nodes(network: Network, which: Literal["none", "sites", "all"]) -> list[Group]:
    """Return a group for every metro site ('sites') or also every junction ('all') where three links and more meet.

    Where only two links meet, whoever uses one uses the other. Centers and access points are never groups: both
    routes of a relation have to end there.
    """
    asked = network.nodes["kind"].isin(_KINDS[which]).to_numpy()
    ends = network.ends
    degree = np.bincount(ends.ravel(), minlength=len(network.nodes))
    wanted = asked & (degree >= 3)
    order = np.argsort(ends.ravel(), kind="stable")
    at, link = ends.ravel()[order], order // 2
    split = np.split(link, np.cumsum(degree)[:-1]) if len(at) else []
    ids, kinds = network.nodes["id"].to_numpy(dtype=str), network.nodes["kind"].to_numpy(dtype=str)
    return [
        Group("node", f"{_WORDS[kinds[v]]} {ids[v]}", frozenset(int(k) for k in split[v]), f"node-{ids[v]}")
        for v in np.flatnonzero(wanted)
    ]
