"""The network without candidate links that no plan needs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo_data.corridors.dominance import dominated
from geo_data.findings import Finding, counted
from geo_data.network.types import Network, SharedRisk
from geo_data.repair.trim import spurs

__all__ = ["prune", "without_links"]


def prune(
    network: Network,
    cost: NDArray[np.float64],
    time: NDArray[np.float64] | None = None,
    *,
    keep: Iterable[int] = (),
    closed: Iterable[int] = (),
) -> Network:
    """Return the network without dominated candidate links, and without the dead ends they leave.

    A plan of least cost on it costs what one on the whole network costs, as long as nothing asks for two routes or
    counts fibre pairs: see ``dominated``, which explains the parameters. Nodes stay, with their numbers.
    """
    fixed = frozenset(keep) | frozenset(closed)
    gone = dominated(network, cost, time, keep=fixed, closed=closed)
    spur = _dead_ends(network, gone, np.fromiter(sorted(fixed), dtype=np.int64, count=len(fixed)))
    told = _told(network, gone, "others lead there no dearer and no slower", "corridors-dominated")
    told += _told(network, spur, "they led to pruned links only", "corridors-dead-ends")
    pruned = without_links(network, gone | spur)
    return replace(pruned, findings=(*network.findings, *told))


def without_links(network: Network, gone: NDArray[np.bool_]) -> Network:
    """Return the network without some links, the others numbered anew in the same order."""
    kept = np.flatnonzero(~gone)
    number = np.full(len(gone), -1, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    crossings, priced_km = network.crossings, network.priced_km
    return replace(
        network,
        links=network.links.iloc[kept].reset_index(drop=True),
        class_km=network.class_km.iloc[kept].reset_index(drop=True),
        priced_km=None if priced_km is None else priced_km.iloc[kept].reset_index(drop=True),
        crossings=None if crossings is None else crossings.iloc[kept].reset_index(drop=True),
        shared_risks=tuple(r for risk in network.shared_risks if (r := _renumbered(risk, number)) is not None),
        link_sources=tuple(network.link_sources[k] for k in kept.tolist()),
    )


def _renumbered(risk: SharedRisk, number: NDArray[np.int64]) -> SharedRisk | None:
    """The group with the links that are left; None where fewer than two are."""
    links = tuple(int(number[link]) for link in risk.links if number[link] >= 0)
    return replace(risk, links=links) if len(links) > 1 else None


def _dead_ends(network: Network, gone: NDArray[np.bool_], fixed: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Candidate links, shape (links,), that end at a junction nothing else leads to, one after the other."""
    free = (network.nodes["kind"] == "junction").to_numpy()
    candidate = (network.links["kind"] == "candidate").to_numpy().copy()
    candidate[fixed] = False
    dead = np.zeros(len(gone), dtype=np.bool_)
    dead[~gone] = spurs(network.ends[~gone], free, candidate[~gone])
    return dead


def _told(network: Network, gone: NDArray[np.bool_], why: str, code: str) -> list[Finding]:
    """A note on links that were left out."""
    if not gone.any():
        return []
    km, count = float(network.links["length_km"].to_numpy()[gone].sum()), int(gone.sum())
    links = counted(count, "candidate link")
    return [Finding("note", code, f"Left out {links}, {km:,.1f} km laid: {why}.", count=count, km=km)]
