r"""Rows that ask for short ways: two terminals are joined within some sections, or a column is 1.

A *section* runs from a terminal or a site to the next; at sites a way goes on only where a column is 1 (or always). The
graph is laid out in layers, one a section: links stay within a layer, a site leads from its entry in one layer to its
exit in the next. Whatever separates two terminals there is crossed by a short way, so with :math:`u_l` for the use of
link l, :math:`z_s` for the column of site s and y for the column of the pair

.. math:: y + \sum_{l \in C} u_l + \sum_{s \in C} z_s \ge 1

for the links and sites of every cut C, each counted once in however many layers it is cut.
(L. Gouveia, L. Simonetti and E. Uchoa, Math. Program. 128, 123, 2011, for layers.)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.cut_kernels import terminal_cuts
from optimizer.engine.graph import Graph, build_graph
from optimizer.engine.master import Row
from optimizer.engine.separate import Layout

__all__ = ["ALWAYS_OPEN", "ShortWay", "ShortWays"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ALWAYS_OPEN = -1
"""In place of the column of a site that ways pass in any case."""

_VIOLATION, _CREEP, _NESTED, _MAX_ARCS = 0.02, 1e-6, 2, 200_000


@dataclass(frozen=True)
class ShortWay:
    """Two terminals, the most sections of a short way between them, and the column that is 1 without one."""

    source: int
    target: int
    sections: int
    column: int


class ShortWays:
    """The rows of pairs that a point breaks.

    Parameters
    ----------
    layout
        The linear program, with extra columns: links beside the arborescence count as used.
    ways
        The pairs, with columns of the linear program.
    sites
        Column of the linear program by node of every site, or ``ALWAYS_OPEN``.
    """

    def __init__(self, layout: Layout, ways: Sequence[ShortWay], sites: Mapping[int, int]) -> None:
        self._groups: dict[tuple[int, int], list[ShortWay]] = defaultdict(list)
        for way in ways:
            self._groups[way.sections, way.source].append(way)
        self._layers = {n: _Layers(layout, n, sites) for n in sorted({n for n, _ in self._groups})}

    def rows(self, x: Floats, may: NDArray[np.bool_]) -> list[Row]:
        """Return rows that a point breaks, with few of the edges that `may` be used; shape (edges,)."""
        found: list[Row] = []
        for (sections, source), ways in self._groups.items():
            short = [w for w in ways if x[w.column] < 1.0 - _VIOLATION]
            if short:
                found += self._layers[sections].rows(x, may, source, short)
        return found


class _Layers:
    """The graph in layers: even arcs of its edges are links one way, sites, and ways of nodes to the last layer."""

    def __init__(self, layout: Layout, sections: int, sites: Mapping[int, int]) -> None:
        self._layout = layout
        graph, n = layout.graph, layout.graph.n_nodes
        passed = np.array(sorted(sites), dtype=np.int64)
        leaving = np.arange(n)
        leaving[passed] = n + np.arange(passed.size)
        wide = n + passed.size
        links = np.arange(2 * graph.n_edges)
        ends = np.setdiff1d(np.append(layout.terminal, layout.instance.root), passed)
        tails, heads, things = [], [], []
        for layer in range(sections):
            at = layer * wide
            tails.append(at + leaving[graph.arc_tail[links]])
            heads.append(at + graph.arc_head[links])
            things.append(links >> 1)
            if layer + 1 < sections:
                tails += [at + passed, at + ends]
                heads += [at + wide + leaving[passed], (sections - 1) * wide + ends]
                things += [graph.n_edges + np.arange(passed.size), np.full(ends.size, -1)]
        self._graph: Graph = build_graph(sections * wide, np.concatenate(tails), np.concatenate(heads))
        self._thing: Ints = np.concatenate(things)
        self._last = (sections - 1) * wide
        self._columns: Ints = np.array([sites[s] for s in passed.tolist()], dtype=np.int64)

    def rows(self, x: Floats, may: NDArray[np.bool_], source: int, ways: Sequence[ShortWay]) -> list[Row]:
        """Return the rows of pairs from one source that a point breaks."""
        layout, graph = self._layout, self._graph
        m = layout.graph.n_edges
        open_ = np.where(self._columns == ALWAYS_OPEN, 1.0, x[self._columns])
        value = np.clip(np.concatenate([layout.use(x), open_, [1.0]]), 0.0, 1.0)
        capacity = np.zeros(2 * graph.n_edges)
        capacity[0::2] = value[self._thing]
        need = np.array([1.0 - x[w.column] for w in ways])
        sinks = np.array([self._last + w.target for w in ways], dtype=np.int64)
        capacity[0::2] += _CREEP * np.concatenate([may, np.ones(open_.size + 1, dtype=np.bool_)])[self._thing]
        first, arcs, sink, _ = terminal_cuts(
            *graph.csr, capacity, source, sinks, need, _VIOLATION, True, _NESTED, _MAX_ARCS, np.zeros(0), True
        )
        found: dict[tuple[int, bytes], Row] = {}
        for c in range(sink.size):
            crossed = arcs[first[c] : first[c + 1]]
            things = np.unique(self._thing[crossed[crossed % 2 == 0] >> 1])
            way = ways[sink[c]]
            if value[things].sum() + x[way.column] < 1.0 - _VIOLATION / 2:
                edges, sites = things[things < m], self._columns[things[things >= m] - m]
                columns = np.concatenate([[way.column], 2 * edges, 2 * edges + 1, layout.extra + edges, sites])
                found[way.column, things.tobytes()] = Row(columns, np.ones(columns.size), 1.0)
        return list(found.values())
