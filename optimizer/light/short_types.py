r"""What relations pay beyond their cheapest channel type where it does not reach.

Sort the channel types of relation r by price, :math:`p_1 \le p_2 \le \dots`, both ends of all its channels. Whoever
takes type j pays :math:`p_1 + \sum_{k < j} (p_{k + 1} - p_k)`. Types 1 to k reach over a way of few sections only: no
stretch of more than :math:`n_k` sections closes with any of them, as every section makes some noise and so does the
length that the centers are apart at the least. So without a lit way of :math:`n_k` sections or less that passes sites
by OXCs alone, the plan pays :math:`p_{k + 1} - p_k`, or the route is cut at a site without an OXC, where it pays
:math:`\tau_r` or more. The steps of a relation are kept to :math:`\tau_r` together, and what passes may take of it is
less by as much.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimizer.light.ask import Asked, least_channels
from optimizer.light.candidates import Tariff, cheapest_ways
from optimizer.light.modes import end_cost
from optimizer.light.noise import allowed_noise
from optimizer.problem import Center

__all__ = ["Step", "steps_of"]

_MOST = 4
"""Sections up to which a way counts as short: layers of a graph for every one of them."""


@dataclass(frozen=True)
class Step:
    """Two centers (nodes), the most sections of a way that the cheaper types reach over, and what others cost more."""

    a: int
    b: int
    sections: int
    cost: float


def steps_of(base: Asked, passing: Mapping[tuple[int, int], float]) -> Iterator[Step]:
    """Yield what relations pay for types beyond their cheapest, none more than it does at a site without an OXC.

    ``passing``: what relations pay there at the least, by the nodes of their centers.
    """
    if base.reach is None:
        return
    by_id = {c.id: c for c in base.problem.centers}
    pairs = [(by_id[t.a], by_id[t.b]) for t in base.traffic]
    apart = _apart(base, pairs)
    rooms = [allowed_noise(mode, base.reach.margin_db) - base.noise.add_drop for mode in base.modes]
    for traffic, (a, b) in zip(base.traffic, pairs, strict=True):
        left, reach = passing[a.node, b.node], 0.0
        priced = sorted(
            (2 * least_channels(base, traffic, m) * end_cost(base.problem.catalogue, mode), m)
            for m, mode in enumerate(base.modes)
        )
        for (price, m), (dearer, _) in pairwise(priced):
            reach = max(reach, rooms[m])
            sections = _sections(base, reach, apart.get((a.id, b.id), 0.0))
            cost = min(left, dearer - price)
            if cost > 0 and sections <= _MOST:
                left -= cost
                yield Step(a.node, b.node, sections, cost)


def _sections(base: Asked, reach: float, km: float) -> int:
    """Return how many sections a way of so many km has at the most; beyond the most that count, one more."""
    allowed = reach * (1 + 1e-6)
    return next((n for n in range(_MOST + 1) if base.noise.least(n + 1, km) > allowed), _MOST + 1)


def _apart(base: Asked, pairs: Sequence[tuple[Center, Center]]) -> dict[tuple[str, str], float]:
    """Return the km of the shortest ways between centers over links that may be lit, by their ids."""
    km = base.problem.network.links["length_km"].to_numpy(dtype=np.float64)
    tariff = Tariff(np.where(np.isfinite(base.link_cost), km, math.inf), np.zeros(len(base.problem.network.nodes)))
    ways = cheapest_ways(base.problem, tariff, pairs)
    return {ends: (1 - 1e-9) * float(km[list(links)].sum()) for ends, (_, links) in ways.items()}
