"""Length-bounded cuts as rows of the linear program."""

from __future__ import annotations

from collections.abc import Iterable
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.latency import Cut, Point, light_cut, measure_above, point_of
from optimizer.engine.master import Master, Row
from optimizer.engine.presolve import Rooted
from optimizer.engine.separate import Layout
from optimizer.model import ALWAYS

__all__ = ["length_rows", "likely_rows"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ENTRIES = 1_000_000  # of the rows of a round: on a large network a row of the first rounds has ten thousand
LIKELY = (0.5, 0.9, 0.999)  # values from which an element counts as there, when demands to test are chosen


def length_rows(
    rooted: Rooted, layout: Layout, master: Master, x: Floats, demands: Iterable[int], violation: float
) -> list[Row]:
    """Rows ``sum use + sum oxc >= met`` of `demands` that the point `x` breaks by more than `violation`.

    The layout has to have the edges of ``rooted.steiner``, with extra columns. Edges and OXCs whose columns are fixed
    at 0 count as not there, which makes the rows stronger.
    """
    point = _point(rooted, layout, master, x)
    return [row for d in demands if (row := _broken_row(rooted, layout, master, x, point, d, violation)) is not None]


def likely_rows(
    rooted: Rooted, layout: Layout, master: Master, x: Floats, connected: bool, violation: float, seconds: float
) -> list[Row]:
    """Rows of the demands that `x` is likely to break: those too slow on what has a value of at least a half.

    Parameters
    ----------
    rooted, layout, master, x, violation
        See `length_rows`.
    connected
        Whether `x` connects every terminal; then demands without a route count too, and if none of them breaks a
        row, all that are too slow on what is there nearly whole.
    seconds
        Time it may take.
    """
    latency = rooted.latency
    point = _point(rooted, layout, master, x)
    end, entries = monotonic() + seconds, 0
    rows: list[Row] = []
    for value in LIKELY if connected else LIKELY[:1]:
        us = measure_above(latency, point, value)
        slow = np.flatnonzero((us > latency.budgets_us) & (np.isfinite(us) | connected))
        for i in slow:
            row = _broken_row(rooted, layout, master, x, point, latency.demands[i], violation)
            if row is not None:
                rows.append(row)
                entries += row.columns.size
            if monotonic() > end or entries > ENTRIES:
                return rows
        if rows:
            break
    return rows


def _broken_row(
    rooted: Rooted, layout: Layout, master: Master, x: Floats, point: Point, demand: int, violation: float
) -> Row | None:
    """Return the row of one demand if `x` breaks it."""
    met = rooted.model.demands[demand].met
    need = 1.0 if met == ALWAYS else float(x[layout.side + rooted.side_of[met]])
    if need <= violation:
        return None
    cut = light_cut(rooted.latency, demand, point, need - violation)
    row = None if cut is None else _row(rooted, layout, master, cut)
    return row if row is not None and row.values @ x[row.columns] < row.lower - violation else None


def _point(rooted: Rooted, layout: Layout, master: Master, x: Floats) -> Point:
    links, oxc = _link_values(rooted, layout, master, x), _oxc_values(rooted, layout, master, x)
    return point_of(rooted.latency, links, oxc, rooted.free)


def _link_values(rooted: Rooted, layout: Layout, master: Master, x: Floats) -> Floats:
    """Return the value of every link of the model, -1 where its columns are fixed at 0."""
    values = np.full(rooted.free.size, -1.0)
    gone = (layout.use(master.high) <= 0.0) & ~rooted.free[rooted.link]
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
        ones = np.broadcast_to(1.0, columns.size)  # takes no room
        return Row(columns, ones, 1.0, demand=cut.demand)
    columns, values = np.append(columns, layout.side + rooted.side_of[met]), np.append(np.ones(columns.size), -1.0)
    return Row(columns, values, 0.0, demand=cut.demand)
