"""Cuts found on a reduced instance, carried back to the instance it was made of, and on to later solves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.graph import Graph
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.jit import compiled
from optimizer.engine.master import Master, Row
from optimizer.engine.reduce import Reduced
from optimizer.engine.separate import Layout, cut_row

__all__ = ["Memory", "NodeCut", "binding_cuts", "carried_rows", "turned"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ENTRIES = 2_000_000  # of the rows that a linear program starts from
REMEMBERED = 3000  # cuts, of 15 kB each on a large city


@dataclass(frozen=True)
class NodeCut:
    """A set of nodes without the root that holds a terminal: an arc has to enter it when the terminal is connected.

    Parameters
    ----------
    inside
        Nodes of the set, shape (nodes,).
    terminal
        A node of the set.
    """

    inside: Bools
    terminal: int


@dataclass
class Memory:
    """What a solve hands on to later ones on the same nodes: cuts, which hold whatever is asked there and costs.

    Parameters
    ----------
    cuts
        Steiner cuts that mattered.
    root
        Node that all of them leave out.
    """

    cuts: tuple[NodeCut, ...] = ()
    root: int = 0

    def recalled(self, instance: SteinerInstance) -> list[NodeCut]:
        """Return the cuts that may hold for an instance, turned to its root."""
        return turned((c for c in self.cuts if c.inside.size == instance.n_nodes), self.root, instance.root)

    def learn(self, instance: SteinerInstance, cuts: Iterable[NodeCut]) -> None:
        """Take the cuts of an instance, before those of earlier ones as far as there is room."""
        found = {(c.terminal, c.inside.tobytes()): c for c in (*cuts, *self.recalled(instance))}
        self.cuts, self.root = tuple(found.values())[:REMEMBERED], instance.root


def turned(cuts: Iterable[NodeCut], before: int, root: int) -> list[NodeCut]:
    """Return cuts that leave out the root `before` as cuts for another one: what holds the new one is turned round."""
    return [NodeCut(~cut.inside, before) if cut.inside[root] else cut for cut in cuts]


def binding_cuts(
    instance: SteinerInstance, graph: Graph, reduced: Reduced, layout: Layout, master: Master
) -> list[NodeCut]:
    """Steiner cuts that bound at the last point, as node sets of the `instance` that `reduced` was made of."""
    terminal_of = {int(p): int(v) for p, v in zip(layout.presence, layout.terminal, strict=True) if p >= 0}
    required = set(layout.terminal[layout.presence < 0].tolist())
    home = _homes(instance, reduced)
    cuts = []
    for i in range(master.fixed_rows, len(master.rows)):
        row = master.rows[i]
        if master.age[i] > 0 or np.any(row.values[row.columns < layout.side] != 1.0):
            continue
        others = row.columns[row.columns >= layout.side].tolist()
        inside = ~_reached(*layout.graph.csr, layout.instance.root, row.columns[row.columns < layout.side])
        ends = {terminal_of[c] for c in others if c in terminal_of} if others else required
        ends = {v for v in ends if inside[v] and v in home}
        if ends and len(others) <= 1:
            whole = _spread(graph, reduced.node, inside)
            cuts += [NodeCut(whole, v) for v in home[min(ends)]]
    return [c for c in cuts if not c.inside[instance.root] and c.inside[c.terminal]]


def carried_rows(layout: Layout, cuts: Iterable[NodeCut], node: Ints) -> list[Row]:
    """Rows of node sets in the columns of a layout, each once; sets that hold no terminal of it are left out.

    So are the longest rows where all together have too many entries: sets found where most links had gone cross many.

    `node` is the layout's node of every node of the sets, -1 where it went; a node that several became counts as the
    first of them does: any set of nodes makes a cut.
    """
    index = {int(v): t for t, v in enumerate(layout.terminal)}
    tail, head = layout.graph.arc_tail, layout.graph.arc_head
    here = np.flatnonzero(node >= 0)[::-1]
    first = np.zeros(layout.instance.n_nodes, dtype=np.int64)
    first[node[here]] = here
    rows = {}
    for cut in cuts:
        end = int(node[cut.terminal])
        inside = cut.inside[first]
        if end in index and inside[end] and not inside[layout.instance.root]:
            arcs, terminal = np.flatnonzero(~inside[tail] & inside[head]), index[end]
            rows[int(layout.presence[terminal]), arcs.tobytes()] = cut_row(layout, arcs, terminal)
    return _shortest(list(rows.values()))


def _shortest(rows: list[Row]) -> list[Row]:
    """Return the rows, in their order, without the longest ones that leave too little room for the others."""
    sizes = np.array([row.columns.size for row in rows], dtype=np.int64)
    by_size = np.argsort(sizes, kind="stable")
    return [rows[i] for i in np.sort(by_size[np.cumsum(sizes[by_size]) <= ENTRIES])]


def _homes(instance: SteinerInstance, reduced: Reduced) -> dict[int, list[int]]:
    """Map a node of the reduced instance to the terminals of the instance there: a required one, or all optional."""
    home: dict[int, list[int]] = {}
    for v in np.unique(instance.optional_node).tolist():
        if reduced.node[v] >= 0:
            home.setdefault(int(reduced.node[v]), []).append(v)
    for v in np.flatnonzero(instance.required & (reduced.node >= 0)).tolist():
        home[int(reduced.node[v])] = [v]
    return home


@compiled
def _reached(first: Ints, out_arc: Ints, out_node: Ints, root: int, cut: Ints) -> Bools:
    """Nodes that the root reaches without the arcs of `cut`, shape (nodes,)."""
    closed = np.zeros(out_arc.size, dtype=np.bool_)
    for i in range(cut.size):
        closed[cut[i]] = True
    mark = np.zeros(first.size - 1, dtype=np.bool_)
    stack = [root]
    mark[root] = True
    while len(stack) > 0:
        v = stack.pop()
        for k in range(first[v], first[v + 1]):
            w = out_node[k]
            if not mark[w] and not closed[out_arc[k]]:
                mark[w] = True
                stack.append(w)
    return mark


def _spread(graph: Graph, node: Ints, inside: Bools) -> Bools:
    """Node set of the whole graph: what was reduced to nodes inside, and removed nodes that hang on them."""
    return _flood(graph.first, graph.out_node, node, inside)


@compiled
def _flood(first: Ints, out_node: Ints, node: Ints, inside: Bools) -> Bools:
    """Nodes that stand for nodes `inside`, and those without a number that are reached from them alone."""
    n = first.size - 1
    mark = np.zeros(n, dtype=np.bool_)
    stack = [np.int64(0)]
    stack.pop()
    for v in range(n):
        if node[v] >= 0 and inside[node[v]]:
            mark[v] = True
            stack.append(np.int64(v))
    while len(stack) > 0:
        u = stack.pop()
        for k in range(first[u], first[u + 1]):
            w = out_node[k]
            if node[w] < 0 and not mark[w]:
                mark[w] = True
                stack.append(np.int64(w))
    return mark
