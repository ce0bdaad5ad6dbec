"""Rows over links alone, such as: do without some of what an earlier plan uses. Fewer links never break them.

The relaxed problem leaves them out, which keeps its bounds valid; the linear program of the limited problem has them,
and plans that break one are not taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.engine.master import Master, Row
from optimizer.engine.separate import Layout
from optimizer.model import Model

__all__ = ["LinkRow", "add_link_rows", "keeps", "link_rows"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

SLACK = 1e-9  # relative, for rounding


@dataclass(frozen=True)
class LinkRow:
    """``values @ use[links] <= upper``, values > 0."""

    links: Ints
    values: Floats
    upper: float


def link_rows(model: Model) -> tuple[list[LinkRow], Bools]:
    """Return the rows over links and which rows of the model they are, shape (rows,).

    Raises
    ------
    ValueError
        If a row holds links and other columns, or more links could keep it where fewer break it.
    """
    rows = sp.csr_array(model.rows)
    link_of = np.full(model.n_columns, -1, dtype=np.int64)
    link_of[model.graph.use] = np.arange(model.graph.use.size)
    found, which = [], np.zeros(rows.shape[0], dtype=np.bool_)
    touched = np.unique(np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))[link_of[rows.indices] >= 0])
    for i in touched.tolist():
        part = slice(rows.indptr[i], rows.indptr[i + 1])
        links, values = link_of[rows.indices[part]], rows.data[part]
        if not values.any():
            continue
        if np.any(links[values != 0] < 0) or np.any(values < 0) or np.isfinite(model.row_lower[i]):
            raise ValueError(f"row '{model.row_labels[i]}' asks for links")
        found.append(LinkRow(links[values > 0], values[values > 0], float(model.row_upper[i])))
        which[i] = True
    return found, which


def keeps(rows: tuple[LinkRow, ...], used: Bools) -> bool:
    """Return whether the links in use keep all rows."""
    return all(float(r.values[used[r.links]].sum()) <= r.upper + SLACK * (1 + abs(r.upper)) for r in rows)


def add_link_rows(rows: tuple[LinkRow, ...], link: Ints, free: Bools, layout: Layout, master: Master) -> None:
    """Add rows to a linear program for good.

    Parameters
    ----------
    rows
        Rows.
    link
        Link of every edge, shape (edges,).
    free
        Links used in any case, shape (links,).
    layout, master
        The linear program, with extra columns.
    """
    edge = np.full(free.size, -1, dtype=np.int64)
    edge[link] = np.arange(link.size)
    added = []
    for row in rows:
        there = free[row.links]
        open_ = ~there & (edge[row.links] >= 0)
        e, a = edge[row.links[open_]], row.values[open_]
        columns = np.concatenate([2 * e, 2 * e + 1, layout.extra + e])
        added.append(Row(columns, np.tile(a, 3), -np.inf, row.upper - float(row.values[there].sum())))
    master.add(added)
    master.fixed_rows = len(master.rows)
