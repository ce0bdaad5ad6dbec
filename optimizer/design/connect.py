"""Every node with a demand is connected: a directed tree beside the flows.

Where modules are large beside the demands, a design is first of all a tree, and undirected cuts describe trees poorly
(up to half the cost is missed). So the program gets a column r for every arc and, with the pieces on a link counted
together,

    pieces(ij) >= r_ij + r_ji,    r into every set without the root >= 1 where it holds a node to be reached,

the directed formulation of the Steiner tree, which is exact for spanning trees (M. Goemans, Y. Myung: A catalog of
Steiner tree formulations, Networks 23 (1993)). It implies the partition inequalities. Links with capacity installed
connect their ends for nothing. Rows of sets are added when a point breaks them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components, maximum_flow

from optimizer.design.program import FlowProgram
from optimizer.engine.master import Row

__all__ = ["Tree", "broken_tree_rows", "with_tree"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST = 1e-4
SCALE = 1 << 24
"""Flows are whole in scipy: values are multiplied by it."""


@dataclass(frozen=True)
class Tree:
    """Where the directed tree stands in a program.

    Parameters
    ----------
    first
        Column of arc 0.
    block
        Of every node: nodes joined by installed capacity are one block.
    root, reached
        Blocks: where the tree begins, and what it reaches.
    """

    first: int
    block: Ints
    root: int
    reached: Ints


def with_tree(program: FlowProgram) -> tuple[FlowProgram, Tree | None]:
    """Return the program with columns and rows for the tree; as it is where nothing has to be connected."""
    block = _blocks(program)
    reached = _together(program, block)
    if reached.size < 3 or not program.n_modules:
        return program, None
    arcs, n = program.arcs, program.arcs.n_links
    first, columns = program.cost.size, 2 * n
    tree = Tree(first, block, int(reached[0]), reached[1:])
    live = (block[arcs.tail] != block[arcs.head]) & (block[arcs.head] != tree.root)
    live &= np.isin(np.arange(columns) % n, program.module_link)
    # pieces of a link together are at least its tree arcs; into every block goes one arc at most
    link, size = program.module_link, program.n_modules
    into = np.flatnonzero(np.bincount(block[arcs.head]) > 0)
    count = n + into.size
    rows = np.concatenate([link, np.arange(columns) % n, n + np.searchsorted(into, block[arcs.head])])
    cols = np.concatenate([np.arange(size), np.arange(columns) + first, np.arange(columns) + first])
    values = np.concatenate([np.ones(size), np.full(columns, -1.0), np.ones(columns)])
    keep = np.concatenate([np.ones(size, dtype=bool), live, live])
    extra = sp.csr_array((values[keep], (rows[keep], cols[keep])), shape=(count, first + columns))
    wide = sp.csr_array(
        (program.matrix.data, program.matrix.indices, program.matrix.indptr),
        shape=(program.matrix.shape[0], first + columns),
    )
    wider = replace(
        program,
        cost=np.append(program.cost, np.zeros(columns)),
        lower=np.append(program.lower, np.zeros(columns)),
        upper=np.append(program.upper, live.astype(float)),
        integer=np.append(program.integer, np.zeros(columns, dtype=bool)),
        matrix=sp.csr_array(sp.vstack([wide, extra])),
        row_lower=np.concatenate([program.row_lower, np.zeros(n), np.full(into.size, -np.inf)]),
        row_upper=np.concatenate([program.row_upper, np.full(n, np.inf), np.ones(into.size)]),
    )
    return wider, tree


def broken_tree_rows(program: FlowProgram, tree: Tree, x: Floats) -> list[Row]:
    """Return rows of sets that the tree does not enter enough, one or two a node to be reached."""
    arcs = program.arcs
    blocks = int(tree.block.max()) + 1
    value = np.maximum(x[tree.first : tree.first + arcs.tail.size], 0.0)
    tail, head = tree.block[arcs.tail], tree.block[arcs.head]
    whole = np.round((value + 1e-6) * SCALE).astype(np.int64)
    capacity = sp.csr_array((whole, (tail, head)), shape=(blocks, blocks))
    capacity.setdiag(0)
    capacity = sp.csr_array(capacity.astype(np.int32))
    found: dict[bytes, Row] = {}
    for target in tree.reached.tolist():
        flow = maximum_flow(capacity, tree.root, target)
        if flow.flow_value >= (1.0 - LEAST) * SCALE:
            continue
        for inside in _sets(sp.csr_array(capacity - flow.flow), tree.root, target):
            entering = ~inside[tail] & inside[head] & (program.upper[tree.first : tree.first + tail.size] > 0)
            columns = np.flatnonzero(entering) + tree.first
            found[columns.tobytes()] = Row(columns, np.ones(columns.size), 1.0)
    return list(found.values())


def _sets(residual: sp.csr_array, root: int, target: int) -> list[NDArray[np.bool_]]:
    """The largest and the smallest set around the target that a least cut enters."""
    left = residual > 0
    from_root = _reach(sp.csr_array(left), root)
    to_target = _reach(sp.csr_array(left.T), target)
    return [~from_root, to_target]


def _reach(graph: sp.csr_array, start: int) -> NDArray[np.bool_]:
    """Nodes that can be reached."""
    seen = np.zeros(graph.shape[0], dtype=bool)
    seen[start] = True
    edge = [start]
    while edge:
        v = edge.pop()
        for w in graph.indices[graph.indptr[v] : graph.indptr[v + 1]]:
            if not seen[w]:
                seen[w] = True
                edge.append(int(w))
    return seen


def _blocks(program: FlowProgram) -> Ints:
    """Blocks of nodes that installed capacity joins."""
    arcs, n, nodes = program.arcs, program.arcs.n_links, program.problem.n_nodes
    joined = np.flatnonzero(program.installed > 0)
    graph = sp.csr_array((np.ones(joined.size), (arcs.tail[:n][joined], arcs.head[:n][joined])), shape=(nodes, nodes))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _together(program: FlowProgram, block: Ints) -> Ints:
    """The most blocks that demands tie together."""
    blocks = int(block.max()) + 1
    pairs = [(block[c.source], block[c.target]) for c in program.problem.commodities if c.demand > 0]
    pairs = [(a, b) for a, b in pairs if a != b]
    if not pairs:
        return np.zeros(0, dtype=np.int64)
    a, b = np.array(pairs).T
    graph = sp.csr_array((np.ones(a.size), (a, b)), shape=(blocks, blocks))
    label = np.asarray(connected_components(graph, directed=False)[1])
    return np.flatnonzero(label == np.bincount(label).argmax()).astype(np.int64)
