"""Cuts to start a linear program from, by dual ascent."""

from __future__ import annotations

from time import monotonic

from optimizer.engine.lagrange import lagrangian_bound
from optimizer.engine.master import Row
from optimizer.engine.primal import heuristic
from optimizer.engine.separate import Layout, cut_row

__all__ = ["seed_rows"]

SEED_ARCS = 400_000  # arcs in the cuts taken
TREE_S = 1.0  # seconds after which the tree that prices the rows is improved no more


def seed_rows(layout: Layout, seed: int) -> list[Row]:
    """Cuts of a dual ascent to start the linear program from.

    The prices of the side rows matter: with those of the first guess the bound is a tenth lower.
    """
    tree = heuristic(layout.instance, layout.graph, seed=seed, thorough=False, deadline=monotonic() + TREE_S)
    bound = lagrangian_bound(layout.instance, layout.graph, tree=tree, max_cut_arcs=SEED_ARCS)
    index = {int(v): t for t, v in enumerate(layout.terminal)}
    ascent = bound.ascent
    cuts = zip(ascent.cut_first[:-1], ascent.cut_first[1:], ascent.cut_terminal, strict=True)
    placed = ((ascent.cut_arc[a:b], index.get(int(bound.terminals[t]))) for a, b, t in cuts if b > a)
    return [cut_row(layout, arcs, terminal) for arcs, terminal in placed if terminal is not None]
