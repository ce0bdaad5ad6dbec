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
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import dijkstra

from optimizer.light.ask import Asked, least_channels
from optimizer.light.modes import end_cost
from optimizer.light.noise import allowed_noise
from optimizer.light.traffic import Traffic

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


def steps_of(base: Asked, passing: float, traffic: Traffic) -> Iterator[Step]:
    """Yield what a relation pays for types beyond its cheapest, no more than ``passing`` together.

    ``passing``: what the relation pays at the least at a site without an OXC.
    """
    if base.reach is None:
        return
    node = {c.id: c.node for c in base.problem.centers}
    a, b = node[traffic.a], node[traffic.b]
    km = _apart(base, a, b)
    margin, left, reach = base.reach.margin_db, passing, 0.0
    priced = sorted(
        (2 * least_channels(base, traffic, m) * end_cost(base.problem.catalogue, mode), m)
        for m, mode in enumerate(base.modes)
    )
    for (price, m), (dearer, _) in pairwise(priced):
        reach = max(reach, allowed_noise(base.modes[m], margin) - base.noise.add_drop)
        sections = _sections(base, reach, km)
        cost = min(left, dearer - price)
        if cost > 0 and sections <= _MOST:
            left -= cost
            yield Step(a, b, sections, cost)


def _sections(base: Asked, reach: float, km: float) -> int:
    """Return how many sections a way of so many km has at the most; beyond the most that count, one more."""
    allowed = reach * (1 + 1e-6)
    return next((n for n in range(_MOST + 1) if base.noise.least(n + 1, km) > allowed), _MOST + 1)


def _apart(base: Asked, a: int, b: int) -> float:
    """Return the km of the shortest way between two nodes over links that may be lit; 0 where there is none."""
    network = base.problem.network
    may = np.isfinite(base.link_cost)
    km, ends = network.links["length_km"].to_numpy(dtype=np.float64)[may], network.ends[may]
    order = np.lexsort((km, ends[:, 1], ends[:, 0]))
    _, first = np.unique(ends[order], axis=0, return_index=True)
    kept = order[first]
    matrix = sp.csr_array((np.maximum(km[kept], 1e-9), tuple(ends[kept].T)), shape=(len(network.nodes),) * 2)
    distance = float(dijkstra(matrix, directed=False, indices=np.array([a]))[0][b])
    return 0.0 if math.isinf(distance) else (1 - 1e-9) * distance
