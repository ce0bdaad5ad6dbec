"""Length-bounded cuts as rows of the linear program."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.latency import Cut, length_cut, point_of, served
from optimizer.engine.master import Master, Row
from optimizer.engine.presolve import Rooted
from optimizer.engine.separate import Layout
from optimizer.model import ALWAYS

__all__ = ["length_rows"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def length_rows(
    rooted: Rooted, layout: Layout, master: Master, x: Floats, demands: Iterable[int], violation: float
) -> list[Row]:
    """Rows ``sum use + sum oxc >= met`` of `demands` that the point `x` breaks by more than `violation`.

    The layout has to be that of ``rooted.steiner`` itself, with extra columns. Edges and OXCs whose columns are fixed
    at 0 count as not there, which makes the rows stronger.
    """
    latency = rooted.latency
    point = point_of(latency, _link_values(rooted, layout, master, x), _oxc_values(rooted, layout, master, x), rooted.free)
    fine = {d for d, ok in zip(latency.demands, served(latency, point), strict=True) if ok}
    rows = []
    for d in demands:
        if d in fine:
            continue
        met = rooted.model.demands[d].met
        need = 1.0 if met == ALWAYS else float(x[layout.side + rooted.side_of[met]])
        if need <= violation:
            continue
        row = _row(rooted, layout, master, length_cut(latency, d, point))
        if row.values @ x[row.columns] < row.lower - violation:
            rows.append(row)
    return rows


def _link_values(rooted: Rooted, layout: Layout, master: Master, x: Floats) -> Floats:
    """Return the value of every link of the model, -1 where its columns are fixed at 0."""
    values = np.full(rooted.free.size, -1.0)
    gone = layout.use(master.high) <= 0.0
    values[rooted.link] = np.where(gone, -1.0, np.clip(layout.use(x), 0.0, 1.0))
    return values


def _oxc_values(rooted: Rooted, layout: Layout, master: Master, x: Floats) -> Floats:
    """Return the value of every node's OXC, -1 where it cannot be, 2 where it is in any case."""
    oxc = rooted.model.graph.oxc
    column = np.where(oxc >= 0, layout.side + rooted.side_of[oxc], 0)
    values = np.clip(x[column], 0.0, 1.0)
    values = np.where(master.low[column] > 0.5, 2.0, values)
    return np.where((oxc < 0) | (master.high[column] < 0.5), -1.0, values)


def _row(rooted: Rooted, layout: Layout, master: Master, cut: Cut) -> Row:
    """Return a cut as a row."""
    edge = np.searchsorted(rooted.link, cut.links)
    columns = np.concatenate([2 * edge, 2 * edge + 1, layout.extra + edge])
    columns = columns[master.high[columns] > 0.0]
    sites = layout.side + rooted.side_of[rooted.model.graph.oxc[cut.nodes]]
    met = rooted.model.demands[cut.demand].met
    columns = np.concatenate([columns, sites])
    if met == ALWAYS:
        return Row(columns, np.ones(columns.size), 1.0)
    columns, values = np.append(columns, layout.side + rooted.side_of[met]), np.append(np.ones(columns.size), -1.0)
    return Row(columns, values, 0.0)
