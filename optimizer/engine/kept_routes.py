"""The best routes of demands over a network that loses links one by one: only what a link carried is measured again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.latency import Latency, passing_us, worst_first
from optimizer.engine.routing import distances, links_of_routes

__all__ = ["KeptRoutes"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class KeptRoutes:
    """Tells whether every demand stays within its limit when a link goes.

    A route that avoids the link stays as quick as it was, so the searches whose routes avoid it need not run again.

    Parameters
    ----------
    latency
        The demands that have to stay within their limits.
    links, oxc
        Links in use, shape (links,); nodes whose OXC is there, shape (nodes,).
    """

    def __init__(self, latency: Latency, links: Bools, oxc: Bools) -> None:
        self._latency = latency
        self._passing = passing_us(latency, oxc)
        demands = latency.model.demands
        self._budget = [np.array([demands[d].budget_us for d in members]) for _, members, _ in latency.groups]
        found = [self._search(group, links) for group in range(len(latency.groups))]
        self._within = all(used is not None for used in found)
        self._used = [used for used in found if used is not None]

    def without(self, link: int, links: Bools) -> bool:
        """Return whether every demand keeps its limit over `links`, which lost `link` and no other route's link.

        When so, the routes are those over `links` from then on.
        """
        if not self._within:
            return False
        anew: dict[int, Bools] = {}
        for group in self._groups_over(link):
            used = self._search(group, links)
            if used is None:
                return False
            anew[group] = used
        for group, used in anew.items():
            self._used[group] = used
        return True

    def slow_without(self, gone: Ints, links: Bools) -> list[int]:
        """Return the demands over their limit over `links`, which lost only the links `gone`, the worst first."""
        groups = self._groups_over(gone) if self._within else range(len(self._budget))
        members = [self._latency.groups[group][1] for group in groups]
        us = [self._measure(group, links)[0] for group in groups]
        if not members:
            return []
        budgets = np.concatenate([self._budget[group] for group in groups])
        return worst_first(np.concatenate(members), np.concatenate(us), budgets)

    def _groups_over(self, links: Ints | int) -> Sequence[int]:
        return [group for group, used in enumerate(self._used) if np.any(used[links])]

    def _search(self, group: int, links: Bools) -> Bools | None:
        """Return the links on the best routes of a group of demands; None when one exceeds its limit."""
        us, pred = self._measure(group, links)
        if np.any(us > self._budget[group]):
            return None
        nodes = self._latency.groups[group][2]
        return links_of_routes(pred, self._latency.graph.arc_tail, nodes, links.size)

    def _measure(self, group: int, links: Bools) -> tuple[Floats, Ints]:
        """Return the latency of every demand of a group over `links`, and the arc by which routes enter each node."""
        latency = self._latency
        ends, _, nodes = latency.groups[group]
        allowed = links & latency.open_links
        distance, pred = distances(*latency.graph.csr, latency.model.graph.us, self._passing, allowed, ends, np.inf)
        return distance[nodes], pred
