"""Length-bounded cuts of the demands at the root, written on the arcs of the arborescence.

The arborescence may be taken as the tree of least latencies from the root in the chosen links: whatever demand at the
root is met at all is met along it. If every route from the root to t within the limit takes an arc of F or passes an
OXC of G, then ``sum f[F] + sum oxc[G] >= met``. This is stronger than the same cut on links, which any route in
either direction, and links used beside the arborescence, would satisfy.

Where the layout counts nodes as one (`contract`), each such part must have a single node that other links touch, its
*portal*: else a tree of least latencies may enter the part twice, which the arborescence does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.arc_routing import arc_distances, greedy_arc_cut
from optimizer.engine.latency import measure, passing_us
from optimizer.engine.limited_problem import LimitedProblem
from optimizer.engine.master import Row
from optimizer.engine.presolve import Rooted, oxc_possible
from optimizer.engine.routing import distances
from optimizer.model import ALWAYS

__all__ = ["best_root", "root_cuts_possible", "root_demands", "root_rows"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class _Arcs:
    """The arborescence at a point, ready for cuts: elements by value, latencies, what is there at all."""

    order: Ints
    value: Floats
    us: Floats
    passing: Floats
    oxc_us: Floats
    oxc_column: Ints
    alive: Bools
    behind: Floats
    inside_us: Floats


def root_demands(rooted: Rooted) -> tuple[tuple[int, int], ...]:
    """Demands between the root and one other node: (demand, the other node)."""
    root, found = rooted.steiner.root, []
    for d in rooted.latency.demands:
        demand = rooted.model.demands[d]
        if len(demand.targets) == 1 and root in (demand.source, demand.targets[0]):
            found.append((d, demand.targets[0] if demand.source == root else demand.source))
    return tuple(found)


def best_root(rooted: Rooted, links: Bools) -> int:
    """Required node at which most limits are broken in a network of `links`, with every OXC; else the root."""
    broken = measure(rooted.latency, links | rooted.free, oxc_possible(rooted.model))
    count = np.zeros(rooted.steiner.n_nodes)
    for d, us in zip(rooted.latency.demands, broken, strict=True):
        demand = rooted.model.demands[d]
        if len(demand.targets) == 1 and us > demand.budget_us:
            count[[demand.source, demand.targets[0]]] += 1.0 + min(us / max(demand.budget_us, 1e-9), 100.0) / 1e4
    count[~rooted.steiner.required] = 0.0
    return int(np.argmax(count)) if count.any() else rooted.steiner.root


def root_rows(problem: LimitedProblem, x: Floats, violation: float, seconds: float = np.inf) -> list[Row]:
    """Rows ``sum f + sum oxc >= met`` of the demands at the root that the point `x` breaks by more than `violation`.

    Arcs and OXCs fixed at 0 count as not there.
    """
    demands = root_demands(problem.rooted)
    portal = _portals(problem) if demands else None
    if portal is None:
        return []
    end = monotonic() + seconds
    arcs = _arcs(problem, x, portal)
    there = _there(problem, x, arcs, 1.0 - violation)
    rows = []
    for d, node in demands:
        if there[problem.node[node]] <= _budget(problem, arcs, d, node):
            continue  # within the limit over what the point has whole: any cut has one of these
        row = _broken_row(problem, x, arcs, d, node, violation)
        rows += [] if row is None else [row]
        if monotonic() > end:
            break
    return rows


def root_cuts_possible(problem: LimitedProblem) -> bool:
    """Return whether `root_rows` can write cuts at any root: every part of the layout has a single portal."""
    return _portals(problem) is not None


def _portals(problem: LimitedProblem) -> Ints | None:
    """Return the node where other links touch each part of the layout, shape (nodes,); None where one has several."""
    rooted, node = problem.rooted, problem.node
    outside = ~rooted.free[rooted.link]
    touched = np.zeros(node.size, dtype=np.bool_)
    touched[rooted.steiner.tail[outside]] = touched[rooted.steiner.head[outside]] = True
    portals = np.flatnonzero(touched)
    if np.unique(node[portals]).size < portals.size:
        return None
    portal = np.arange(node.size)
    portal[node[portals]] = portals
    return portal


def _arcs(problem: LimitedProblem, x: Floats, portal: Ints) -> _Arcs:
    rooted, layout, master = problem.rooted, problem.layout, problem.master
    model, graph = rooted.model, layout.graph
    oxc = model.graph.oxc[portal]
    column = np.where(oxc >= 0, layout.side + rooted.side_of[oxc], 0)
    sure = (oxc >= 0) & (master.low[column] > 0.5)
    nodes = np.flatnonzero((oxc >= 0) & (master.high[column] > 0.5) & ~sure)
    alive = master.high[: layout.side] > 0.0
    arcs = np.flatnonzero(alive)
    element = np.concatenate([arcs, layout.side + nodes])
    value = np.concatenate([x[arcs], x[column[nodes]]])
    cost = np.concatenate([master.cost[arcs], master.cost[column[nodes]]])
    by_value = np.lexsort((element, cost, -np.round(value, 9)))
    us = model.graph.us[rooted.link]
    least = passing_us(rooted.latency, oxc_possible(model))
    passing = passing_us(rooted.latency, np.zeros(least.size, dtype=np.bool_))[portal]
    passing[sure] = least[portal[sure]]
    oxc_us = passing.copy()
    oxc_us[nodes] = least[portal[nodes]]
    behind = arc_distances(*graph.csr, us, oxc_us, alive, 0, layout.instance.root)
    value = np.maximum(value[by_value], 0.0)
    return _Arcs(element[by_value], value, us, passing, oxc_us, column, alive, behind, _inside(problem, portal, least))


def _there(problem: LimitedProblem, x: Floats, arcs: _Arcs, value: float) -> Floats:
    """Return the latency from the root to every node over arcs and OXCs of at least a value, shape (nodes,)."""
    graph, layout = problem.layout.graph, problem.layout
    oxc = (arcs.oxc_us < arcs.passing) & (x[arcs.oxc_column] >= value)
    passing, whole = np.where(oxc, arcs.oxc_us, arcs.passing), arcs.alive & (x[: layout.side] >= value)
    return arc_distances(*graph.csr, arcs.us, passing, whole, 0, layout.instance.root)


def _budget(problem: LimitedProblem, arcs: _Arcs, demand: int, node: int) -> float:
    """Return the latency that is left of a limit for the way between the parts of its ends."""
    rooted = problem.rooted
    inside = arcs.inside_us
    return float(rooted.model.demands[demand].budget_us - inside[node] - inside[rooted.steiner.root])


def _inside(problem: LimitedProblem, portal: Ints, least: Floats) -> Floats:
    """Least latency between every node and the portal of its part, passed as well, shape (nodes,)."""
    rooted, ends = problem.rooted, portal[problem.node]
    us = rooted.model.graph.us
    here, _ = distances(*rooted.latency.graph.csr, us, least, rooted.free, np.unique(ends), np.inf)
    return np.where(ends == np.arange(ends.size), 0.0, here + least[ends])


def _broken_row(
    problem: LimitedProblem, x: Floats, arcs: _Arcs, demand: int, node: int, violation: float
) -> Row | None:
    """Return the row of one demand if `x` breaks it."""
    rooted, layout = problem.rooted, problem.layout
    asked, graph = rooted.model.demands[demand], layout.graph
    met = -1 if asked.met == ALWAYS else int(layout.side + rooted.side_of[asked.met])
    need = 1.0 if met < 0 else float(x[met])
    root, target = layout.instance.root, int(problem.node[node])
    if need <= violation or target == root:
        return None
    refused = greedy_arc_cut(
        *graph.csr,
        graph.arc_tail,
        graph.arc_head,
        arcs.us,
        arcs.passing,
        arcs.oxc_us,
        arcs.order,
        arcs.value,
        need - violation,
        root,
        target,
        _budget(problem, arcs, demand, node),
        arcs.behind,
        arc_distances(*graph.csr, arcs.us, arcs.oxc_us, arcs.alive, 1, target),
    )
    if refused.size < arcs.order.size:
        return None
    cut = arcs.order[refused]
    columns = np.concatenate([cut[cut < layout.side], arcs.oxc_column[cut[cut >= layout.side] - layout.side]])
    if x[columns].sum() >= need - violation:
        return None
    if met < 0:
        return Row(columns, np.ones(columns.size), 1.0)
    return Row(np.append(columns, met), np.append(np.ones(columns.size), -1.0), 0.0)
