"""The rows of the relaxed problem: which stand from the start, and which are added when a point breaks them."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.cut_kernels import terminal_cuts, unserved
from optimizer.engine.graph import Graph, graph_of
from optimizer.engine.instance import SteinerInstance
from optimizer.engine.master import Master, Row

__all__ = [
    "Layout",
    "build_master",
    "creep_of",
    "cut_row",
    "degree_rows",
    "layout_of",
    "steiner_rows",
    "whole_columns",
]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CREEP = 1e-6  # flow added to arcs that may be used, so that cuts have few of them
SINKS = 128  # terminals between two looks at the clock


@dataclass(frozen=True)
class Layout:
    """Where things stand in the linear program of an instance.

    Columns are, in this order: the arcs of the arborescence (arc ``2 e`` runs from tail to head of edge e, ``2 e + 1``
    back), the side columns, one *presence* column for every optional node that several side columns ask for, and,
    when latency counts, one *extra* column an edge: used besides the arborescence.

    Parameters
    ----------
    instance, graph
        The instance and its adjacency.
    side
        Number of the first side column.
    terminal
        Required nodes but the root, then optional nodes; shape (terminals,).
    presence
        Column that is 1 when the terminal is connected, -1 for required ones, shape (terminals,).
    extra
        First extra column, -1 without them.
    n_columns
        Number of columns.
    """

    instance: SteinerInstance
    graph: Graph
    side: int
    terminal: Ints
    presence: Ints
    extra: int
    n_columns: int

    def use(self, x: Floats) -> Floats:
        """Values of the edges in the point `x`, shape (edges,)."""
        m = self.graph.n_edges
        arcs = x[: self.side]
        used = arcs[0::2] + arcs[1::2]
        return used if self.extra < 0 else used + x[self.extra : self.extra + m]


def layout_of(instance: SteinerInstance, extra: bool = False) -> Layout:
    """Lay out the columns of an instance, with `extra` columns where latency counts."""
    graph = graph_of(instance)
    side = 2 * graph.n_edges
    required = np.setdiff1d(np.flatnonzero(instance.required), [instance.root])
    asked = np.flatnonzero(~instance.required[instance.optional_node])  # what is required is there anyway
    nodes, index, counts = np.unique(instance.optional_node[asked], return_index=True, return_counts=True)
    several = counts > 1
    presence = side + instance.optional_column[asked[index]]
    shared = side + instance.side.cost.size
    presence[several] = shared + np.arange(int(several.sum()))
    end = shared + int(several.sum())
    return Layout(
        instance,
        graph,
        side,
        np.concatenate([required, nodes]),
        np.concatenate([np.full(required.size, -1), presence]),
        end if extra else -1,
        end + graph.n_edges if extra else end,
    )


def build_master(layout: Layout) -> Master:
    """Return the linear program without any cut: side rows, presence rows, in-degrees of terminals."""
    instance, graph = layout.instance, layout.graph
    side = instance.side
    rest = layout.n_columns - layout.side - side.cost.size
    cost = np.concatenate([np.repeat(instance.cost, 2), side.cost, np.zeros(rest)])
    if layout.extra >= 0:
        cost[layout.extra :] = instance.cost
    lower = np.concatenate([np.zeros(layout.side), side.lower, np.zeros(rest)])
    enters = (graph.arc_head != instance.root) & (graph.arc_head != graph.arc_tail)
    upper = np.concatenate([enters.astype(np.float64), side.upper, np.ones(rest)])
    rows = [*_side_rows(layout), *_presence_rows(layout), *_entry_rows(layout)]
    return Master(cost, lower, upper, rows, instance.offset, scaled=False)


def _side_rows(layout: Layout) -> list[Row]:
    """Rows of the side problem."""
    side = layout.instance.side
    matrix = side.rows
    rows = []
    for i in range(matrix.shape[0]):
        part = slice(matrix.indptr[i], matrix.indptr[i + 1])
        columns = layout.side + matrix.indices[part].astype(np.int64)
        rows.append(Row(columns, matrix.data[part], side.row_lower[i], side.row_upper[i]))
    return rows


def _presence_rows(layout: Layout) -> list[Row]:
    """A side column that asks for a node needs its presence: ``presence - column >= 0``."""
    instance = layout.instance
    presence = dict(zip(layout.terminal.tolist(), layout.presence.tolist(), strict=True))
    rows = []
    for node, column in zip(instance.optional_node.tolist(), instance.optional_column.tolist(), strict=True):
        if not instance.required[node] and presence[node] != layout.side + column:
            rows.append(Row(np.array([presence[node], layout.side + column]), np.array([1.0, -1.0]), 0.0))
    return rows


def _entry_rows(layout: Layout) -> list[Row]:
    """In-degree of terminals: exactly 1 where required; presence at most in-degree at most 1 where optional."""
    rows = []
    for node, presence in zip(layout.terminal.tolist(), layout.presence.tolist(), strict=True):
        arcs = layout.graph.out_arc[layout.graph.first[node] : layout.graph.first[node + 1]] ^ 1
        if presence < 0:
            rows.append(Row(arcs, np.ones(arcs.size), 1.0, 1.0))
        else:
            rows.append(Row(np.append(arcs, presence), np.append(np.ones(arcs.size), -1.0), 0.0))
            rows.append(Row(arcs, np.ones(arcs.size), -np.inf, 1.0))
    return rows


def creep_of(layout: Layout, master: Master) -> Floats:
    """Return what `steiner_rows` adds to the flow of arcs that are not closed in the subproblem at hand, (arcs,)."""
    return np.where(master.upper[: layout.side] > 0.0, CREEP, 0.0)


def steiner_rows(
    layout: Layout,
    x: Floats,
    *,
    violation: float,
    creep: float | Floats,
    nested: int,
    max_arcs: int,
    seconds: float = np.inf,
) -> list[Row]:
    """Violated Steiner cuts: whatever separates a connected terminal from the root is crossed.

    Each is written for the terminal behind it that wants most; required ones come first.

    `creep` is added to the flow of every arc, or to each its own, so that among least cuts one with few arcs is found;
    where some have it, arcs that have neither count as closed.
    See `terminal_cuts` for `nested` and `max_arcs`; 'back cuts' are always taken too. Once some are found, no more are
    sought after `seconds`.
    """
    end, closed = monotonic() + seconds, bool(np.any(creep))
    need = np.where(layout.presence < 0, 1.0, x[layout.presence])
    asked = np.flatnonzero(need > violation)
    flow = np.maximum(x[: layout.side], 0.0)
    wanted = np.zeros(layout.instance.n_nodes)
    wanted[layout.terminal] = np.where(layout.presence < 0, np.inf, need)  # rows of required nodes say more than others
    short = unserved(*layout.graph.csr, flow, layout.instance.root, layout.terminal[asked], need[asked], violation)
    asked = asked[short]
    asked = asked[np.argsort(-need[asked], kind="stable")]
    number = np.full(wanted.size, -1, dtype=np.int64)
    number[layout.terminal] = np.arange(layout.terminal.size)
    found: dict[tuple[int, bytes], Row] = {}
    for part in np.array_split(asked, max(1, -(-asked.size // SINKS))):
        if monotonic() > end and found:
            break
        first, arcs, sink, most = terminal_cuts(
            *layout.graph.csr, flow + creep, layout.instance.root, layout.terminal[part], need[part], violation, True,
            nested, max_arcs, wanted, closed,
        )  # fmt: skip
        for c in range(sink.size):
            cut, terminal = np.sort(arcs[first[c] : first[c + 1]]), int(number[most[c]])
            key = (int(layout.presence[terminal]), cut.tobytes())
            if key not in found and flow[cut].sum() < need[part[sink[c]]] - violation / 2:
                found[key] = cut_row(layout, cut, terminal)
    return list(found.values())


def cut_row(layout: Layout, arcs: Ints, terminal: int) -> Row:
    """Return the row of one Steiner cut."""
    presence = layout.presence[terminal]
    if presence < 0:
        return Row(arcs, np.ones(arcs.size), 1.0)
    return Row(np.append(arcs, presence), np.append(np.ones(arcs.size), -1.0), 0.0)


def degree_rows(layout: Layout, x: Floats, violation: float = 1e-4) -> list[Row]:
    """Violated rows at nodes: in-degree at most 1, and what enters a node that is no terminal leaves it again."""
    graph, n = layout.graph, layout.instance.n_nodes
    entering = np.bincount(graph.arc_head, weights=x[: layout.side], minlength=n)
    leaving = np.bincount(graph.arc_tail, weights=x[: layout.side], minlength=n)
    plain = np.ones(n, dtype=np.bool_)
    plain[layout.terminal] = False
    plain[layout.instance.root] = False
    rows = []
    for v in np.flatnonzero(plain & (entering > 1.0 + violation)).tolist():
        arcs = graph.out_arc[graph.first[v] : graph.first[v + 1]]
        rows.append(Row(arcs ^ 1, np.ones(arcs.size), -np.inf, 1.0))
    for v in np.flatnonzero(plain & (entering > leaving + violation)).tolist():
        arcs = graph.out_arc[graph.first[v] : graph.first[v + 1]]
        arcs = arcs[graph.arc_tail[arcs] != graph.arc_head[arcs]]  # loops are never used
        values = np.repeat([-1.0, 1.0], arcs.size)
        rows.append(Row(np.concatenate([arcs ^ 1, arcs]), values, 0.0))
    return rows


def whole_columns(layout: Layout) -> Bools:
    """Columns that have to be whole numbers, shape (columns,)."""
    whole = np.ones(layout.n_columns, dtype=np.bool_)
    side = layout.instance.side
    whole[layout.side : layout.side + side.cost.size] = side.integer
    return whole
