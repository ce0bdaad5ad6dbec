"""Which node sets are cut from the rest, what they need, and how much crosses them at a point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from optimizer.design.program import FlowProgram

__all__ = ["Cuts", "Demands", "all_sets", "merged_sets"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

SMALL = 1e-9


@dataclass(frozen=True)
class Demands:
    """Demand from node to node, shape (nodes, nodes); symmetric where directions share capacity."""

    matrix: Floats

    @classmethod
    def of(cls, program: FlowProgram) -> Demands:
        """Demands of a problem."""
        problem = program.problem
        matrix = np.zeros((problem.n_nodes, problem.n_nodes))
        for commodity in problem.commodities:
            matrix[commodity.source, commodity.target] += commodity.demand
        return cls(matrix + matrix.T if problem.shared else matrix)

    def across(self, sets: Bools) -> Floats:
        """What has to cross the cut of each set: in the direction that needs more, or both where they share."""
        inside = sets.astype(float)
        out = np.einsum("ij,ij->i", inside @ self.matrix, 1.0 - inside)
        back = np.einsum("ij,ij->i", (1.0 - inside) @ self.matrix, inside)
        result: Floats = np.maximum(out, back)
        return result


@dataclass(frozen=True)
class Cuts:
    """Cuts of a network.

    Parameters
    ----------
    sets
        Nodes on one side, shape (cuts, nodes).
    """

    program: FlowProgram
    sets: Bools
    demands: Demands

    @cached_property
    def crossing(self) -> Bools:
        """Links that cross, shape (cuts, links)."""
        arcs = self.program.arcs
        n = arcs.n_links
        crossing: Bools = self.sets[:, arcs.tail[:n]] != self.sets[:, arcs.head[:n]]
        return crossing

    @cached_property
    def need(self) -> Floats:
        """Capacity to add across each cut."""
        need: Floats = self.demands.across(self.sets) - self.crossing.astype(float) @ self.program.installed
        return need

    def take(self, which: Ints) -> Cuts:
        """Some of the cuts."""
        return Cuts(self.program, self.sets[which], self.demands)


def all_sets(n_nodes: int) -> Bools:
    """Every set without the last node, but the empty one; shape (2^(n-1) - 1, nodes)."""
    numbers = np.arange(1, 1 << (n_nodes - 1), dtype=np.int64)
    sets = np.zeros((numbers.size, n_nodes), dtype=bool)
    sets[:, : n_nodes - 1] = (numbers[:, None] >> np.arange(n_nodes - 1)) & 1
    return sets


def merged_sets(block: Ints) -> Bools:
    """Every set that keeps blocks of nodes together; `block` numbers the block of each node from 0."""
    sets: Bools = all_sets(int(block.max()) + 1)[:, block]
    return sets


def contract(program: FlowProgram, keep: Floats, blocks: int, rng: np.random.Generator) -> Ints:
    """Merge the ends of links, those with the least `keep` first, until so many blocks are left."""
    n, arcs = program.problem.n_nodes, program.arcs
    parent = list(range(n))

    def root(v: int) -> int:
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = parent[v]
        return v

    left = n
    for link in np.lexsort((rng.random(arcs.n_links), keep)).tolist():
        a, b = root(int(arcs.tail[link])), root(int(arcs.head[link]))
        if left <= blocks:
            break
        if a != b:
            parent[a] = b
            left -= 1
    roots = [root(v) for v in range(n)]
    number = {r: i for i, r in enumerate(dict.fromkeys(roots))}
    return np.array([number[r] for r in roots], dtype=np.int64)


def distinct(sets: Bools) -> Bools:
    """Sets without those that stand twice; a set and its complement are the same cut."""
    turned = np.where(sets[:, -1:], ~sets, sets)
    packed = np.packbits(turned, axis=1)
    _, first = np.unique(packed, axis=0, return_index=True)
    kept: Bools = turned[np.sort(first)]
    return kept[kept.any(axis=1)]


def near_sets(program: FlowProgram) -> Bools:
    """Single nodes, ends of links, and nodes with all their neighbours."""
    n, arcs = program.problem.n_nodes, program.arcs
    eye = np.eye(n, dtype=bool)
    pairs = eye[arcs.tail[: arcs.n_links]] | eye[arcs.head[: arcs.n_links]]
    around = eye.copy()
    np.logical_or.at(around, arcs.tail, eye[arcs.head])
    return distinct(np.vstack([eye, pairs, around]))


def stacked(sets: Sequence[Bools]) -> Bools:
    """Several lists of sets as one."""
    return distinct(np.vstack(list(sets)))
