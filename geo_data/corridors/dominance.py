r"""Candidate links that no plan needs: others lead the same way, no dearer and no slower.

A candidate link *e* between *u* and *v* is dominated when a path *P* of other links joins *u* and *v* with
:math:`\sum_P c \le c_e` and :math:`\sum_P t \le t_e`, and passes only junctions: a metro site on the way would add
latency, a center or access point passes nothing.

Why all of them may go at once. Links are ranked by (cost, time, number), and *P* may hold existing links and candidates
of lower rank only. Take a network that uses dominated links and replace the one of highest rank by its path: cost and
time of no route grow, everything stays connected, and the highest rank falls. After finitely many steps no dominated
link is left. The rank decides between two equal links, so that they never remove each other. That links joined twice
are paid once only makes the exchange cheaper.

This holds while links matter by cost, time and connection alone. Two routes that must not share a link or a risk, or
fibre pairs that run out, need the second-best link: then nothing may be pruned.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np
import shapely
from numpy.typing import NDArray

from geo_data.network.types import Network

__all__ = ["dominated"]

MOST_LABELS = 400
"""A search that goes on for longer is given up, and its link stays: the tail of searches finds next to nothing."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Graph:
    """Links at every node: (other node, link, cost, time); which nodes a path may pass; rank of every link."""

    at: list[list[tuple[int, int, float, float]]]
    passable: list[bool]
    rank: list[int]
    place: list[complex]
    pace: float


def dominated(
    network: Network,
    cost: Floats,
    time: Floats | None = None,
    *,
    keep: Iterable[int] = (),
    closed: Iterable[int] = (),
) -> NDArray[np.bool_]:
    """Return which candidate links no plan of least cost needs, shape (links,).

    Parameters
    ----------
    network
        The network; parallel links are allowed.
    cost
        Cost of using every link, shape (links,), at least 0; what exists and is lit costs nothing.
    time
        What the latency limits measure, shape (links,); laid kilometres when not given.
    keep
        Links that stay whatever leads beside them: those a planner named.
    closed
        Links that must not be used, so that no path leads over them.

    Notes
    -----
    A label search from one end of every link, bounded by its cost and time and by the straight way that is left.
    """
    time = network.links["length_km"].to_numpy(dtype=np.float64) if time is None else time
    shut = set(closed)
    graph = _graph(network, cost, time, shut)
    candidate = (network.links["kind"] == "candidate").to_numpy()
    tested = np.setdiff1d(np.flatnonzero(candidate), np.fromiter({*keep, *shut}, dtype=np.int64))
    found = np.zeros(len(cost), dtype=np.bool_)
    for link, (u, v) in zip(tested.tolist(), network.ends[tested].tolist(), strict=True):
        found[link] = u != v and _has_better(graph, link, u, v, float(cost[link]), float(time[link]))
    return found


def _graph(network: Network, cost: Floats, time: Floats, shut: set[int]) -> _Graph:
    """The network as lists, which a short search reads quicker than arrays."""
    ends = network.ends
    existing = (network.links["kind"] == "existing").to_numpy()
    rank = np.empty(len(ends), dtype=np.int64)
    rank[np.lexsort([np.arange(len(ends)), time, cost])] = np.arange(len(ends))
    rank[existing] = -1
    at: list[list[tuple[int, int, float, float]]] = [[] for _ in range(len(network.nodes))]
    rows = zip(ends.tolist(), cost.tolist(), time.tolist(), strict=True)
    for link, ((u, v), c, t) in enumerate(rows):
        if link not in shut and u != v:
            at[u].append((v, link, c, t))
            at[v].append((u, link, c, t))
    xy = shapely.get_coordinates(shapely.centroid(network.nodes.geometry.to_numpy()))
    straight = np.hypot(*(xy[ends[:, 0]] - xy[ends[:, 1]]).T)
    far = straight > 1.0
    pace = float((time[far] / straight[far]).min()) if far.any() else 0.0
    passable = (network.nodes["kind"] == "junction").tolist()
    return _Graph(at, passable, rank.tolist(), [complex(x, y) for x, y in xy], pace)


def _has_better(graph: _Graph, link: int, start: int, goal: int, most_cost: float, most_time: float) -> bool:
    """Whether a path of links of lower rank leads from start to goal within both budgets."""
    target, pace, rank, most_rank = graph.place[goal], graph.pace, graph.rank, graph.rank[link]
    labels: dict[int, list[tuple[float, float]]] = {start: [(0.0, 0.0)]}
    queue: list[tuple[float, float, int]] = [(0.0, 0.0, start)]
    made = 0
    while queue and made < MOST_LABELS:
        time, cost, node = heappop(queue)
        if node != start and not graph.passable[node]:
            continue
        for other, way, c, t in graph.at[node]:
            new_cost, new_time = cost + c, time + t
            if way == link or rank[way] >= most_rank or new_cost > most_cost or new_time > most_time:
                continue
            if other == goal:
                return True
            if new_time + pace * abs(graph.place[other] - target) > most_time:
                continue
            if any(c0 <= new_cost and t0 <= new_time for c0, t0 in labels.get(other, ())):
                continue
            labels.setdefault(other, []).append((new_cost, new_time))
            heappush(queue, (new_time, new_cost, other))
            made += 1
    return False
