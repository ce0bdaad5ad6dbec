"""Dual ascent: a fast lower bound, reduced costs and cuts for Steiner trees with optional terminals."""

# ruff: noqa: PLR0912, PLR0915 - a compiled kernel takes its arrays one by one and is one loop

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.graph import Graph
from optimizer.engine.jit import compiled
from optimizer.engine.kernels import heap_pop, heap_push

__all__ = ["DualAscent", "dual_ascent"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUNDING = 1e-11  # share of the dearest arc below which a reduced cost counts as used up
PATIENCE = 1.3  # a terminal goes on while its cut has at most this many times the arcs of the next one's


@dataclass(frozen=True)
class DualAscent:
    """What an ascent found. The prize-collecting tree problem pays the prize of every terminal it leaves out.

    Parameters
    ----------
    bound
        Lower bound on (cost of the arcs + prizes of the terminals left out); inf if a required one is cut off.
    reduced
        Reduced cost of every arc, >= 0, shape (2 edges,).
    slack
        What is left of every terminal's prize (inf if required), shape (terminals,).
    cut_first, cut_arc, cut_terminal, cut_value
        Raised cuts: ``cut_arc[cut_first[c]:cut_first[c + 1]]`` separate terminal index ``cut_terminal[c]``
        from the root and were raised by ``cut_value[c]``. Only as many as were asked for, the first ones found.
    """

    bound: float
    reduced: Floats
    slack: Floats
    cut_first: Ints
    cut_arc: Ints
    cut_terminal: Ints
    cut_value: Floats


def dual_ascent(
    graph: Graph,
    arc_cost: Floats,
    root: int,
    terminals: Ints,
    prizes: Floats,
    *,
    max_cut_arcs: int = 0,
) -> DualAscent:
    """Ascend the dual of the cut formulation.

    Parameters
    ----------
    graph
        Network.
    arc_cost
        Cost of every arc, >= 0, shape (2 edges,); inf for arcs that are forbidden.
    root
        Node from which the terminals must be reached.
    terminals, prizes
        Node of every terminal, and what is paid when it is left out (inf: required); nodes may repeat.
    max_cut_arcs
        Keep raised cuts until they have this many arcs in all.

    Returns
    -------
    DualAscent
        With ``bound + sum(reduced over used arcs) + sum(slack of terminals left out) <= value`` for every
        solution, which is what bound-based elimination uses.

    Notes
    -----
    Wong (1984), doi:10.1007/BF02612335, with the queue by cut size of Pajor, Uchoa and Werneck (2018),
    doi:10.1007/s12532-017-0123-4. Dual feasible: the raises over an arc sum to at most its cost, those for a
    terminal to at most its prize. A solution's arcs cross every cut of a terminal it reaches, so
    ``cost >= reduced of used arcs + raises for terminals reached``, and it pays the prizes of the others.
    """
    bound, reduced, slack, cut_first, cut_arc, cut_terminal, cut_value = _ascend(
        *graph.csr, arc_cost, root, terminals, prizes, max_cut_arcs
    )
    return DualAscent(bound, reduced, slack, cut_first, cut_arc, cut_terminal, cut_value)


@compiled
def _grow(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    reduced: Floats,
    stamp: Ints,
    now: int,
    stack: Ints,
    depth: int,
    cut: Ints,
    cut_tail: Ints,
    size: int,
    active_at: Ints,
) -> tuple[int, bool]:
    """Add to the set stamped `now` all that reach ``stack[:depth]`` at no reduced cost; append entering arcs.

    Also tells whether an active required terminal came in.
    """
    met = False
    for i in range(depth):
        met = met or active_at[stack[i]] > 0
    while depth > 0:
        depth -= 1
        v = stack[depth]
        for k in range(first[v], first[v + 1]):
            w = out_node[k]
            if stamp[w] == now:
                continue
            a = out_arc[k] ^ 1
            if reduced[a] <= 0.0:
                met = met or active_at[w] > 0
                stamp[w] = now
                stack[depth] = w
                depth += 1
            else:
                cut[size] = a
                cut_tail[size] = w
                size += 1
    return size, met


@compiled
def _compress(stamp: Ints, now: int, cut: Ints, cut_tail: Ints, size: int) -> int:
    """Drop arcs whose tail has come into the set."""
    kept = 0
    for i in range(size):
        if stamp[cut_tail[i]] != now:
            cut[kept] = cut[i]
            cut_tail[kept] = cut_tail[i]
            kept += 1
    return kept


@compiled
def _ascend(
    first: Ints,
    out_arc: Ints,
    out_node: Ints,
    arc_cost: Floats,
    root: int,
    terminals: Ints,
    prizes: Floats,
    max_cut_arcs: int,
) -> tuple[float, Floats, Floats, Ints, Ints, Ints, Floats]:
    n = first.size - 1
    count = terminals.size
    reduced = arc_cost.copy()
    slack = prizes.copy()
    dearest = 0.0
    for c in arc_cost:
        if c < np.inf:
            dearest = max(dearest, c)
    tiny = dearest * ROUNDING
    for a in range(reduced.size):
        if reduced[a] <= tiny:
            reduced[a] = 0.0
    stamp = np.zeros(n, dtype=np.int64)
    now = 0
    stack = np.empty(n, dtype=np.int64)
    cut = np.empty(reduced.size, dtype=np.int64)
    cut_tail = np.empty(reduced.size, dtype=np.int64)
    kept_arc = np.empty(max_cut_arcs, dtype=np.int64)
    kept_first = [np.int64(0)]
    kept_terminal = [np.int64(0)]
    kept_value = [0.0]
    kept = 0
    bound = 0.0
    active_at = np.zeros(n, dtype=np.int64)  # active required terminals at a node
    score = np.empty(count)
    heap = np.empty(count, dtype=np.int64)
    place = np.full(count, -1, dtype=np.int64)
    size = 0
    for t in range(count):
        v = terminals[t]
        if v == root or slack[t] <= tiny:
            continue
        if slack[t] == np.inf:
            active_at[v] += 1
        score[t] = first[v + 1] - first[v]
        size = heap_push(heap, place, size, score, t)
    while size > 0:
        t = heap_pop(heap, place, size, score)
        size -= 1
        now += 1
        v = terminals[t]
        required = slack[t] == np.inf
        if required:
            active_at[v] -= 1
        stamp[v] = now
        stack[0] = v
        depth = 1
        arcs = 0
        again = False
        while True:
            arcs, met = _grow(
                first, out_arc, out_node, reduced, stamp, now, stack, depth, cut, cut_tail, arcs, active_at
            )
            if met or stamp[root] == now:
                break  # reached, or will be once the required terminal in the set is
            arcs = _compress(stamp, now, cut, cut_tail, arcs)
            score[t] = arcs
            if size > 0 and arcs > PATIENCE * score[heap[0]]:
                again = True
                break
            step = slack[t]
            for i in range(arcs):
                step = min(step, reduced[cut[i]])
            bound += step
            if step == np.inf:
                size = 0  # a required terminal cannot be reached at all
                break
            slack[t] -= step
            if 0 < arcs <= max_cut_arcs - kept:
                kept_arc[kept : kept + arcs] = cut[:arcs]
                kept += arcs
                kept_first.append(np.int64(kept))
                kept_terminal.append(np.int64(t))
                kept_value.append(step)
            depth = 0
            for i in range(arcs):
                a = cut[i]
                reduced[a] -= step
                if reduced[a] <= tiny:
                    reduced[a] = 0.0
                    if stamp[cut_tail[i]] != now:
                        stamp[cut_tail[i]] = now
                        stack[depth] = cut_tail[i]
                        depth += 1
            if slack[t] <= tiny:
                break
        if again:
            size = heap_push(heap, place, size, score, t)
            if required:
                active_at[v] += 1
    return (
        bound,
        reduced,
        slack,
        np.array(kept_first),
        kept_arc[:kept].copy(),
        np.array(kept_terminal[1:]),
        np.array(kept_value[1:]),
    )
