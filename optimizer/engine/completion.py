"""From a set of links to the cheapest plan on it: the other decisions, with every latency and every pair kept."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.engine.instance import Side
from optimizer.engine.latency import length_cut, measure, point_of
from optimizer.engine.master import Row, stack
from optimizer.engine.pairs import broken_pairs, pair_of
from optimizer.engine.presolve import Rooted, oxc_possible
from optimizer.engine.routing import distances
from optimizer.engine.side import solve_side
from optimizer.engine.useful import oxc_worth
from optimizer.model import ALWAYS

__all__ = ["SECONDS", "broken", "complete", "connected", "oxc_chosen"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SECONDS = 10.0  # that the other decisions may take
SIDE_GAP = 1e-8
TASTE = 1e-7  # of the cost, what all OXCs together may seem cheaper for being of more use


def connected(rooted: Rooted, links: Bools) -> Bools:
    """Nodes that the root reaches over `links` and the links used in any case, shape (nodes,)."""
    latency = rooted.latency
    used = (links | rooted.free) & latency.open_links
    zero = np.zeros(used.size)
    root = np.array([rooted.steiner.root])
    reach, _ = distances(*latency.graph.csr, zero, np.zeros(rooted.steiner.n_nodes), used, root, np.inf)
    return np.isfinite(reach)


def oxc_chosen(rooted: Rooted, values: Floats) -> Bools:
    """Nodes whose OXC is there in `values` (model columns), shape (nodes,)."""
    oxc = rooted.model.graph.oxc
    return (oxc >= 0) & (values[oxc] > 0.5)


def broken(rooted: Rooted, values: Floats) -> Ints:
    """Demands with a limit that a plan says are met and that exceed it."""
    model, latency = rooted.model, rooted.latency
    links = values[model.graph.use] > 0.5
    found = measure(latency, links, oxc_chosen(rooted, values))
    return np.array(
        [
            d
            for d, us in zip(latency.demands, found, strict=True)
            if us > model.demands[d].budget_us
            and (model.demands[d].met == ALWAYS or values[model.demands[d].met] > 0.5)
        ],
        dtype=np.int64,
    )


def complete(
    rooted: Rooted,
    links: Bools,
    *,
    seconds: float = SECONDS,
    latency_too: bool = True,
    worth: Floats | None = None,
    gap: float = SIDE_GAP,
) -> tuple[Floats, float] | None:
    """Cheapest values of all columns when exactly `links` (and those used in any case) are used.

    Latency enters by cuts on OXCs, added until the plan keeps every limit; a plan with the least cost of the relaxed
    problem that passes is therefore found whenever these links allow one.

    Parameters
    ----------
    links
        Links in use, shape (links,).
    seconds
        Time it may take.
    latency_too
        Whether limits and second routes count.
    worth
        Which OXCs to take among those of equal cost, the highest first, 0 to 1, shape (nodes,); default `oxc_worth`.
    gap
        Relative gap at which they are cheap enough.

    Returns
    -------
    tuple or None
        (values of the model's columns, objective); None when these links allow no plan, or time ran out.
    """
    used = (links | rooted.free) & rooted.latency.open_links
    inside = connected(rooted, links)
    if not inside[rooted.steiner.required].all():
        return None
    upper = rooted.steiner.side.upper.copy()
    outside = ~inside[rooted.steiner.optional_node]
    upper[rooted.steiner.optional_column[outside]] = 0.0
    if np.any(upper < rooted.steiner.side.lower):
        return None
    if not latency_too:
        return _side_plan(rooted, used, upper, seconds, None, worth, gap)
    cuts = _hopeless(rooted, used)
    return None if cuts is None else _side_plan(rooted, used, upper, seconds, cuts, worth, gap)


def _hopeless(rooted: Rooted, used: Bools) -> list[Row] | None:
    """Rows that set demands to unmet which `used` cannot meet with any OXC; None when one of them always holds."""
    model, latency = rooted.model, rooted.latency
    possible = oxc_possible(model)
    found = measure(latency, used, possible)
    rows = []
    for d, us in zip(latency.demands, found, strict=True):
        if us > model.demands[d].budget_us:
            if model.demands[d].met == ALWAYS:
                return None
            rows.append(_unmet(rooted, d))
    for d in rooted.pairs:
        if pair_of(rooted, d, used, possible) is None:
            if model.demands[d].met == ALWAYS:
                return None
            rows.append(_unmet(rooted, d))
    return rows


def _unmet(rooted: Rooted, demand: int) -> Row:
    """Row that sets a demand to unmet."""
    column = rooted.side_of[[rooted.model.demands[demand].met]]
    return Row(column, np.ones(1), -np.inf, 0.0)


def _side_plan(
    rooted: Rooted,
    used: Bools,
    upper: Floats,
    seconds: float,
    cuts: list[Row] | None,
    worth: Floats | None,
    gap: float,
) -> tuple[Floats, float] | None:
    """Solve the side problem, adding cuts on OXCs while limits are broken (`cuts` None: latency does not count)."""
    deadline = monotonic() + seconds
    values = np.zeros(rooted.model.n_columns)
    values[rooted.model.graph.use[used]] = 1.0
    rows = list(cuts or [])
    taste = _taste(rooted, used, worth)
    while monotonic() < deadline:
        side = _with_rows(replace(rooted.steiner.side, upper=upper), rows)
        found = solve_side(side, taste, gap=gap, time_limit_s=deadline - monotonic())
        if found is None:
            return None
        values[rooted.side_column] = found[0]
        added = [] if cuts is None else [_oxc_row(rooted, int(d), used, values) for d in broken(rooted, values)]
        if not added and cuts is not None:
            added = [_pair_oxc_row(rooted, d, used, values, deadline) for d in broken_pairs(rooted, values)]
        if not added:
            return values, rooted.model.objective(values)
        rows += added
    return None


def _taste(rooted: Rooted, used: Bools, worth: Floats | None) -> Floats | None:
    """Cost to add to side columns so that of equally dear OXCs the useful ones are taken; None without OXCs."""
    oxc = rooted.model.graph.oxc
    sites = np.flatnonzero(oxc >= 0)
    if not sites.size or not rooted.latency.demands:
        return None
    columns = rooted.side_of[oxc[sites]]
    side = rooted.steiner.side
    total = TASTE * float(np.abs(side.cost[columns]).sum())
    taste = np.zeros(side.cost.size)
    taste[columns] = -total / sites.size * (oxc_worth(rooted, used) if worth is None else worth)[sites]
    return taste


def _with_rows(side: Side, rows: list[Row]) -> Side:
    """Return the side problem with further rows."""
    if not rows:
        return side
    start, columns, values = stack(rows)
    added = sp.csr_array((values, columns, start), shape=(len(rows), side.cost.size))
    return replace(
        side,
        rows=sp.csr_array(sp.vstack([side.rows, added])),
        row_lower=np.append(side.row_lower, [r.lower for r in rows]),
        row_upper=np.append(side.row_upper, [r.upper for r in rows]),
    )


def _oxc_row(rooted: Rooted, demand: int, used: Bools, values: Floats) -> Row:
    """Row that asks for one of the OXCs without which `demand` cannot be met on `used`."""
    model = rooted.model
    graph = model.graph
    oxc_value = np.where(graph.oxc >= 0, values[graph.oxc], 0.0)
    oxc_value = np.where(model.upper[graph.oxc] < 0.5, -1.0, oxc_value)
    point = point_of(rooted.latency, np.where(used, 1.0, -1.0), oxc_value, used)
    cut = length_cut(rooted.latency, demand, point)
    return _asked_oxc(rooted, demand, cut.nodes)


def _pair_oxc_row(rooted: Rooted, demand: int, used: Bools, values: Floats, deadline: float) -> Row:
    """Row that asks for one of the OXCs without which `demand` has no two routes on `used`; no row after `deadline`."""
    there = oxc_chosen(rooted, values)
    refused = []
    for v in np.flatnonzero(oxc_possible(rooted.model) & ~there & _touched(rooted, used)).tolist():
        if monotonic() >= deadline:  # nobody looks at the row any more
            break
        there[v] = True
        if pair_of(rooted, demand, used, there) is not None:
            there[v] = False
            refused.append(v)
    return _asked_oxc(rooted, demand, np.array(refused, dtype=np.int64))


def _touched(rooted: Rooted, used: Bools) -> Bools:
    """Nodes at the ends of used links, shape (nodes,)."""
    graph = rooted.model.graph
    touched = np.zeros(graph.n_nodes, dtype=np.bool_)
    touched[graph.tail[used]] = touched[graph.head[used]] = True
    return touched


def _asked_oxc(rooted: Rooted, demand: int, nodes: Ints) -> Row:
    """Row ``sum oxc[nodes] >= met``."""
    columns = rooted.side_of[rooted.model.graph.oxc[nodes]]
    met = rooted.model.demands[demand].met
    if met == ALWAYS:
        return Row(columns, np.ones(columns.size), 1.0)
    return Row(np.append(columns, rooted.side_of[met]), np.append(np.ones(columns.size), -1.0), 0.0)
