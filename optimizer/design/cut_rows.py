"""Cut-set inequalities that a point breaks.

C. Raack, A. Koster, S. Orlowski, R. Wessäly: On cut-based inequalities for capacitated network design polyhedra,
Networks 57 (2011); D. Bienstock, O. Günlük: Capacitated network design, INFORMS J. on Computing 8 (1996).
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from optimizer.design.cuts import Cuts
from optimizer.design.program import FlowProgram
from optimizer.design.rounding import chains, rounded_by_chain
from optimizer.engine.master import Row

__all__ = ["broken_cut_rows", "pieces_by_link", "sizes_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LEAST = 1e-4
"""Relative violation below which an inequality is left."""
PER_CUT = 2
CANDIDATES = 4000
"""Cuts looked at closely: those with the least slack."""


def sizes_of(program: FlowProgram) -> tuple[Floats, Ints]:
    """Capacities of modules in growing order, and which of them every module column has."""
    return np.unique(program.module_capacity, return_inverse=True)


def broken_cut_rows(cuts: Cuts, x: Floats, most: int) -> list[Row]:
    """Return the inequalities that a point breaks most, at most one a cut and chain of roundings.

    Parameters
    ----------
    cuts
        Where to look.
    x
        The point.
    most
        Rows to return.
    """
    program = cuts.program
    if program.n_modules == 0:
        return []
    sizes, kind = sizes_of(program)
    added = cuts.crossing.astype(float) @ pieces_by_link(program, kind, x, sizes.size)
    near = _tightest(added @ sizes - cuts.need, cuts.need)
    cuts, added, need = cuts.take(near), added[near], cuts.need[near]
    found: list[tuple[float, int, Floats, float]] = []
    for chain in chains(sizes.size):
        size, rhs = rounded_by_chain(sizes, need, chain)
        shortage = 1.0 - np.einsum("ij,ij->i", size, added) / rhs
        for i in np.flatnonzero(shortage > LEAST).tolist():
            found.append((float(shortage[i]), i, size[i] / rhs[i], 1.0))
    return _best(cuts, kind, found, most)


def _cut_row(program: FlowProgram, crossing: NDArray[np.bool_], size: Floats, rhs: float, kind: Ints) -> Row:
    """The row ``sum of size over modules on crossing links >= rhs``."""
    columns = np.flatnonzero(crossing[program.module_link] & (size[kind] > 0))
    return Row(columns, size[kind][columns], rhs)


def pieces_by_link(program: FlowProgram, kind: Ints, x: Floats, sizes: int) -> Floats:
    """Pieces of each size on each link, shape (links, sizes)."""
    pieces = np.zeros((program.arcs.n_links, sizes))
    np.add.at(pieces, (program.module_link, kind), x[: program.n_modules])
    return pieces


def _tightest(slack: Floats, need: Floats) -> Ints:
    """Cuts that need something, those with the least slack first."""
    positive = np.flatnonzero(need > 1e-9)
    order: Ints = positive[np.argsort(slack[positive], kind="stable")[:CANDIDATES]]
    return order


def _best(cuts: Cuts, kind: Ints, found: Iterable[tuple[float, int, Floats, float]], most: int) -> list[Row]:
    """The rows cut off deepest (by distance), at most two a cut."""
    rows = []
    for shortage, i, size, rhs in found:
        row = _cut_row(cuts.program, cuts.crossing[i], size, rhs, kind)
        rows.append((shortage / float(np.linalg.norm(row.values)), i, row))
    rows.sort(key=lambda r: -r[0])
    taken: dict[int, int] = {}
    chosen = []
    for _, i, row in rows:
        if taken.get(i, 0) < PER_CUT:
            taken[i] = taken.get(i, 0) + 1
            chosen.append(row)
        if len(chosen) >= most:
            break
    return chosen
