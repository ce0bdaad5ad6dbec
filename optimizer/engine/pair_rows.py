"""Rows for two routes: what separates the ends of a protected demand is crossed twice, and once whatever fails.

For a demand from s to t with decision met, links F that both routes may use counted twice, and any set S with s in S
and t outside (Menger; Grötschel, Monma and Stoer 1995, doi:10.1016/S0927-0507(05)80124-6)::

    sum use[delta(S)] >= 2 met                     no link is shared
    sum use[delta(S) without G] >= met             risk group G, or the links at node G, may fail

Both are necessary and not enough (limits, overlapping groups): a whole point is judged by searching the two routes, and
cut off by what it lacks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic
from typing import cast

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.engine.cut_kernels import terminal_cuts
from optimizer.engine.graph import Graph, build_graph, graph_of
from optimizer.engine.limited_problem import LimitedProblem
from optimizer.engine.master import Row
from optimizer.engine.pairs import broken_pairs, surely_none
from optimizer.engine.presolve import oxc_possible
from optimizer.model import ALWAYS, Demand, SecondRoute

__all__ = ["missing_rows", "pair_rows"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CREEP = 1e-6
NESTED = 2
MAX_ARCS = 200_000
GROW_S = 2.0  # seconds to strengthen the cut of one demand


@dataclass(frozen=True)
class _Ends:
    """A protected demand on the edges of the problem.

    Parameters
    ----------
    graph
        The edges; where there are several targets, with one more node that every target leads to.
    source, sink
        Ends of the flow.
    per_target
        Routes that may end at the same target: 1 or 2.
    closed
        Arcs that no route takes: out of a target, into the source; shape (arcs,).
    twice
        Edges that both routes may use, shape (edges,).
    fails
        Edges that fail together: risk groups and nodes, as far as they may not be shared; CSR, shape (groups, edges).
    """

    graph: Graph
    source: int
    sink: int
    per_target: float
    closed: Bools
    twice: Bools
    fails: sp.csr_array


def pair_rows(problem: LimitedProblem, x: Floats, violation: float, seconds: float = np.inf) -> list[Row]:
    """Rows of protected demands that the point `x` breaks by more than `violation`, and ``use <= 1``.

    After `seconds`, or when the run is to stop, no more are sought; demands take turns at being the first.
    """
    if not problem.rooted.pairs:
        return []
    end = monotonic() + seconds

    def stop() -> bool:
        return problem.watch.report("latency cuts") or monotonic() > end

    use = np.clip(problem.layout.use(x), 0.0, 1.0)
    use[problem.rooted.free[problem.rooted.link]] = 1.0
    rows = _once(problem, x)
    first = len(problem.master.rows) % len(problem.rooted.pairs)
    for d in (*problem.rooted.pairs[first:], *problem.rooted.pairs[:first]):
        if stop():
            break
        need = _need(problem, x, d)
        if need > violation:
            rows += _demand_rows(problem, d, use, need, violation, stop)
    return rows


def missing_rows(problem: LimitedProblem, x: Floats, values: Floats) -> list[Row]:
    """Rows that a whole point breaks because two routes are not there; none where the search for them was given up.

    Parameters
    ----------
    x
        The point.
    values
        Its values of the model's columns.
    """
    lacking = broken_pairs(problem.rooted, values)
    rows = _once(problem, x) if lacking else []
    if rows or not lacking:
        return rows
    use = (problem.layout.use(x) > 0.5).astype(np.float64)
    use[problem.rooted.free[problem.rooted.link]] = 1.0
    for d in lacking:
        rows += _demand_rows(problem, d, use, 1.0, 0.5) or _lacking_rows(problem, d, values)
    return rows


def _once(problem: LimitedProblem, x: Floats) -> list[Row]:
    """Rows ``use <= 1`` of edges that are used more than once."""
    layout = problem.layout
    over = np.flatnonzero(layout.use(x) > 1.0 + 1e-6)
    return [Row(np.array([2 * e, 2 * e + 1, layout.extra + e]), np.ones(3), -np.inf, 1.0) for e in over.tolist()]


def _need(problem: LimitedProblem, x: Floats, demand: int) -> float:
    """Return the value of a demand's decision."""
    met = problem.rooted.model.demands[demand].met
    return 1.0 if met == ALWAYS else float(x[problem.layout.side + problem.rooted.side_of[met]])


def _demand_rows(
    problem: LimitedProblem,
    demand: int,
    use: Floats,
    need: float,
    violation: float,
    stop: Callable[[], bool] = lambda: False,
) -> list[Row]:
    """Rows of one demand: the cuts crossed twice, then those that fail with something, until `stop`."""
    asked = problem.rooted.model.demands[demand]
    assert asked.second is not None
    if _served(problem, demand, use, need - violation / 2):
        return []
    ends = _known_ends(problem, demand, asked, asked.second)
    capacity = _capacity(ends, np.where(ends.twice, 2.0, 1.0) * use, need)
    rows = [_row(problem, ends, asked, cut, None) for cut in _cuts(ends, capacity, 2.0 * need, violation)]
    if rows:
        return rows
    for i in np.flatnonzero(ends.fails @ use > need - violation).tolist():
        if stop():
            break
        failed = ends.fails.indices[ends.fails.indptr[i] : ends.fails.indptr[i + 1]].astype(np.int64)
        left = use.copy()
        left[failed] = 0.0
        cuts = _cuts(ends, _capacity(ends, left, need), need, violation)
        rows += [_row(problem, ends, asked, cut, failed) for cut in cuts]
    return rows


def _served(problem: LimitedProblem, demand: int, use: Floats, least: float) -> bool:
    """Return whether two routes found before are there to at least this share: then nothing separates the ends."""
    link = problem.rooted.link
    for pair in problem.rooted.latency.pairs.get(demand, ()):
        taken = np.unique(np.array([*pair.first.links, *pair.second.links], dtype=np.int64))
        edges = np.minimum(np.searchsorted(link, taken), link.size - 1)
        if np.array_equal(link[edges], taken) and use[edges].min() >= least:
            return True
    return False


def _cuts(ends: _Ends, capacity: Floats, need: float, violation: float) -> Iterator[Ints]:
    """Yield the arcs of cuts with a capacity below `need`."""
    first, arcs, _, _ = terminal_cuts(
        *ends.graph.csr,
        capacity + CREEP,
        ends.source,
        np.array([ends.sink]),
        np.array([need]),
        violation,
        True,
        NESTED,
        MAX_ARCS,
        np.zeros(0),
        False,
    )
    for i in range(first.size - 1):
        cut = np.sort(arcs[first[i] : first[i + 1]])
        if capacity[cut].sum() < need - violation / 2:
            yield cut


def _capacity(ends: _Ends, use: Floats, need: float) -> Floats:
    """Capacity of every arc: that of its edge, `need` a route on the way from a target to the common sink."""
    capacity = np.full(2 * ends.graph.n_edges, ends.per_target * need)
    capacity[: 2 * use.size] = np.repeat(use, 2)
    capacity[ends.closed] = 0.0
    return capacity


def _row(problem: LimitedProblem, ends: _Ends, asked: Demand, cut: Ints, failed: Ints | None) -> Row:
    """Return a cut as a row over the use of its edges; what is used in any case counts as there."""
    layout, rooted, n_edges = problem.layout, problem.rooted, problem.layout.graph.n_edges
    cut = cut[~ends.closed[cut]]
    edges = cut[cut < 2 * n_edges] >> 1
    need = 2.0 if failed is None else 1.0
    need -= ends.per_target * float((cut >= 2 * n_edges).sum())  # ways into the common sink
    if failed is not None:
        edges = np.setdiff1d(edges, failed)
    times = np.where(ends.twice[edges], 2.0, 1.0) if failed is None else np.ones(edges.size)
    free = rooted.free[rooted.link[edges]]
    fixed = float(times[free].sum())
    edges, times = edges[~free], times[~free]
    columns = np.concatenate([2 * edges, 2 * edges + 1, layout.extra + edges])
    values = np.tile(times, 3)
    if asked.met == ALWAYS:
        return Row(columns, values, need - fixed)
    column = layout.side + rooted.side_of[asked.met]
    return Row(np.append(columns, column), np.append(values, -need), -fixed)


def _known_ends(problem: LimitedProblem, demand: int, asked: Demand, second: SecondRoute) -> _Ends:
    """Return a demand on the edges of the problem, made once."""
    known = problem.rooted.latency.ends
    if demand not in known:
        known[demand] = _ends(problem, asked, second)
    return cast(_Ends, known[demand])


def _ends(problem: LimitedProblem, asked: Demand, second: SecondRoute) -> _Ends:
    """Return a demand on the edges of the problem."""
    rooted = problem.rooted
    graph = graph_of(rooted.steiner)
    sink = asked.targets[0]
    if len(asked.targets) > 1:
        sink = graph.n_nodes
        targets = np.array(asked.targets, dtype=np.int64)
        graph = build_graph(
            sink + 1, np.concatenate([graph.tail, targets]), np.concatenate([graph.head, np.full(targets.size, sink)])
        )
    at_target = np.zeros(graph.n_nodes, dtype=np.bool_)
    at_target[list(asked.targets)] = True
    closed = at_target[graph.arc_tail] & (graph.arc_head != sink) | (graph.arc_head == asked.source)
    edge_of = np.full(rooted.free.size, -1, dtype=np.int64)
    edge_of[rooted.link] = np.arange(rooted.link.size)
    twice = np.zeros(rooted.link.size, dtype=np.bool_)
    twice[[e for e in edge_of[sorted(second.shared)].tolist() if e >= 0]] = True
    groups = list(_fails(problem, asked, second, edge_of, twice))
    start = np.cumsum([0, *(group.size for group in groups)])
    members = np.concatenate([np.zeros(0, dtype=np.int64), *groups])
    fails = sp.csr_array((np.ones(members.size), members, start), shape=(len(groups), twice.size))
    return _Ends(graph, asked.source, sink, 1.0 if second.ends else 2.0, closed, twice, fails)


def _fails(problem: LimitedProblem, asked: Demand, second: SecondRoute, edge_of: Ints, twice: Bools) -> Iterator[Ints]:
    """Yield the edges of every risk group and the edges at every node, as far as two routes may not share them."""
    model, graph = problem.rooted.model, graph_of(problem.rooted.steiner)
    if second.risks:
        for links in model.graph.risks:
            edges = edge_of[list(links)]
            edges = edges[edges >= 0]
            edges = edges[~twice[edges]]
            if edges.size > 1:
                yield edges
    excused = {asked.source, *asked.targets}
    excused |= {int(v) for k in second.shared for v in (model.graph.tail[k], model.graph.head[k])}
    nodes = list(asked.targets) if second.ends else []
    if second.nodes:
        nodes += [v for v in range(graph.n_nodes) if v not in excused]
    for v in nodes:
        yield np.unique(graph.out_arc[graph.first[v] : graph.first[v + 1]] >> 1)


def _lacking_rows(problem: LimitedProblem, demand: int, values: Floats) -> list[Row]:
    """Row that asks for something that two routes lack: what can be added without making them stays out of it.

    Adding is tried in halves: whole lots that change nothing go at once.
    """
    rooted = problem.rooted
    graph = rooted.model.graph
    links, oxc = values[graph.use] > 0.5, (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    if not surely_none(rooted, demand, links, oxc):
        return []
    end = monotonic() + GROW_S
    open_edges = problem.layout.use(problem.master.high) > 0.0
    missing = rooted.link[open_edges & ~links[rooted.link]]
    sites = np.flatnonzero(oxc_possible(rooted.model) & ~oxc)
    m = graph.us.size
    lots = [m + sites, missing[np.argsort(graph.us[missing], kind="stable")]]
    refused: list[int] = []
    while lots:
        lot = lots.pop()
        if not lot.size:
            continue
        more_links, more_oxc = links.copy(), oxc.copy()
        more_links[lot[lot < m]] = True
        more_oxc[lot[lot >= m] - m] = True
        if monotonic() < end and surely_none(rooted, demand, more_links, more_oxc):
            links, oxc = more_links, more_oxc
        elif lot.size == 1 or monotonic() >= end:
            refused += lot.tolist()
        else:
            lots += [lot[lot.size // 2 :], lot[: lot.size // 2]]
    return [_asks_one(problem, demand, np.array(refused, dtype=np.int64))]


def _asks_one(problem: LimitedProblem, demand: int, elements: Ints) -> Row:
    """Row ``sum use + sum oxc >= met`` over links and, from the number of links on, OXCs by node."""
    rooted, layout = problem.rooted, problem.layout
    m = rooted.model.graph.us.size
    edges = np.searchsorted(rooted.link, elements[elements < m])
    sites = layout.side + rooted.side_of[rooted.model.graph.oxc[elements[elements >= m] - m]]
    columns = np.concatenate([2 * edges, 2 * edges + 1, layout.extra + edges, sites])
    met = rooted.model.demands[demand].met
    if met == ALWAYS:
        return Row(columns, np.ones(columns.size), 1.0)
    column = layout.side + rooted.side_of[met]
    return Row(np.append(columns, column), np.append(np.ones(columns.size), -1.0), 0.0)
