"""From the model to the rooted problem: what the engine can solve, what is decided already, what cannot be.

The engine needs one *root* that every chosen link hangs on: the demands that always hold tie their nodes into one
class, and every other demand asks for a connection to that class.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from optimizer.engine.instance import Side, SteinerInstance
from optimizer.engine.latency import Latency, build_latency, measure
from optimizer.engine.link_rows import LinkRow, link_rows
from optimizer.engine.pairs import pairs_of, with_second_routes
from optimizer.model import ALWAYS, Demand, Model

__all__ = ["Impossible", "NotRooted", "Rooted", "oxc_possible", "presolve"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


class NotRooted(Exception):  # noqa: N818 - a shape of problem, not an error
    """The model lacks the structure the engine works on; the compact flow program solves it."""


class Impossible(Exception):  # noqa: N818 - an answer, not an error
    """The model has no solution; the message says which demand cannot be met."""


@dataclass(frozen=True)
class Rooted:
    """The model with what is decided already, and its relaxation without latency.

    Parameters
    ----------
    model
        The model with tightened bounds; same columns and rows.
    steiner
        The problem without latency limits. Node v is node v of the planning graph.
    link
        Link of every edge of `steiner`, shape (edges,).
    side_column
        Model column of every column of ``steiner.side``.
    side_of
        Column of ``steiner.side`` of every model column, -1 for links.
    free
        Links used in any case, shape (links,).
    latency
        The demands with a limit that is not met by itself.
    pairs
        The demands for two routes; where single routes are looked after they count as demands for their first one.
    link_rows
        Rows over links alone, which `steiner` leaves out.
    """

    model: Model
    steiner: SteinerInstance
    link: Ints
    side_column: Ints
    side_of: Ints
    free: Bools
    latency: Latency
    pairs: tuple[int, ...] = ()
    link_rows: tuple[LinkRow, ...] = ()


def presolve(model: Model) -> Rooted:
    """Bring a model into rooted form.

    Raises
    ------
    NotRooted
        If links are asked for by rows, or the demands do not hang on one root.
    Impossible
        If a demand that always holds can never be met.
    """
    _check_links(model)
    model = _drop_trivial(with_second_routes(model))
    model = _drop_unreachable(model)
    model = _drop_too_far(model)
    return _rooted(model)


def _check_links(model: Model) -> None:
    """Refuse models whose links are more than plain yes/no decisions, or that fewer links can break."""
    use = model.graph.use
    if np.unique(use).size != use.size:
        raise NotRooted("several links share one use column")
    try:
        link_rows(model)
    except ValueError as reason:
        raise NotRooted(str(reason)) from None
    others = np.unique(
        [d.met for d in model.demands if d.met != ALWAYS] + model.graph.oxc[model.graph.oxc >= 0].tolist()
    )
    yes_no = np.concatenate([use, others.astype(np.int64)])
    if np.any((model.lower[yes_no] < 0) | (model.upper[yes_no] > 1) | ~model.integer[yes_no]):
        raise NotRooted("a use, oxc or met column is not a yes/no decision")
    if np.intersect1d(use, others).size:
        raise NotRooted("a use column is also an oxc or met column")


def _forbid(model: Model, demands: list[Demand], why: str) -> Model:
    """Set the met columns of demands that can never be met to 0."""
    for demand in demands:
        if demand.met == ALWAYS or model.lower[demand.met] > 0.5:
            raise Impossible(f"Demand '{demand.label}' {why}.")
    upper = model.upper.copy()
    upper[[d.met for d in demands]] = 0.0
    kept = tuple(d for d in model.demands if d.met == ALWAYS or upper[d.met] > 0.5)
    return replace(model, upper=upper, demands=kept)


def _drop_trivial(model: Model) -> Model:
    """Drop demands that start where they may end, or whose met column is 0."""
    near = [d for d in model.demands if any(route.budget_us < 0 for route in d.routes)]
    model = _forbid(model, near, "has a limit below its latency outside the network")
    kept = tuple(
        d for d in model.demands if d.source not in d.targets and (d.met == ALWAYS or model.upper[d.met] > 0.5)
    )
    return replace(model, demands=kept)


def _drop_unreachable(model: Model) -> Model:
    """Keep only targets that the usable links connect with the source."""
    graph = model.graph
    usable = model.upper[graph.use] > 0.5
    ends = (np.ones(int(usable.sum())), (graph.tail[usable], graph.head[usable]))
    part = connected_components(sp.coo_array(ends, shape=(graph.n_nodes, graph.n_nodes)), directed=False)[1]
    kept = [replace(d, targets=tuple(t for t in d.targets if part[t] == part[d.source])) for d in model.demands]
    lost = [d for d in kept if len(d.targets) < (2 if d.second is not None and d.second.ends else 1)]
    return _forbid(replace(model, demands=tuple(kept)), lost, "has no route over the links that may be used")


def _drop_too_far(model: Model) -> Model:
    """Set demands to unmet whose best route, with every link and OXC that may be, exceeds the limit."""
    limited = tuple(i for i, d in enumerate(model.demands) if np.isfinite(d.limit_us))
    latency = build_latency(model, limited, model.upper[model.graph.use] > 0.5)
    best = measure(latency, latency.open_links, oxc_possible(model))
    far = [model.demands[i] for i, us in zip(limited, best, strict=True) if us > model.demands[i].budget_us]
    return _forbid(model, far, "exceeds its limit even with every link and OXC")


def oxc_possible(model: Model) -> Bools:
    """Nodes that may have an OXC, shape (nodes,)."""
    oxc = model.graph.oxc
    return (oxc >= 0) & (model.upper[oxc] > 0.5)


def _rooted(model: Model) -> Rooted:
    """Find the root and build the relaxed problem."""
    graph = model.graph
    cost, lower, upper = model.cost[graph.use], model.lower[graph.use], model.upper[graph.use]
    kept, which = link_rows(model)
    counted = np.zeros(cost.size, dtype=np.bool_)
    for row in kept:
        counted[row.links] = True
    free = (upper > 0.5) & ((lower > 0.5) | ((cost <= 0.0) & ~counted))
    required, root = _required(model)
    nodes, columns = _optional(model, required)
    link = np.flatnonzero(upper > 0.5)
    side_column = np.setdiff1d(np.arange(model.n_columns), graph.use)
    side_of = np.full(model.n_columns, -1, dtype=np.int64)
    side_of[side_column] = np.arange(side_column.size)
    steiner = SteinerInstance(
        n_nodes=graph.n_nodes,
        tail=graph.tail[link],
        head=graph.head[link],
        cost=np.where(free, 0.0, cost)[link],
        root=root,
        required=required,
        optional_node=nodes,
        optional_column=side_of[columns],
        side=_side(model, side_column, ~which),
        offset=model.offset + float(cost[free].sum()),
    )
    limited = tuple(i for i, d in enumerate(model.demands) if np.isfinite(d.limit_us))
    latency = build_latency(model, limited, upper > 0.5)
    return Rooted(model, steiner, link, side_column, side_of, free, latency, pairs_of(model), tuple(kept))


def _side(model: Model, columns: Ints, rows: Bools) -> Side:
    """Return the model without its links and the rows over them."""
    return Side(
        model.cost[columns],
        model.lower[columns],
        model.upper[columns],
        model.integer[columns],
        sp.csr_array(model.rows[rows][:, columns]),
        model.row_lower[rows],
        model.row_upper[rows],
    )


def _holds(model: Model, demand: Demand) -> bool:
    """Return whether a demand holds whatever is decided."""
    return demand.met == ALWAYS or bool(model.lower[demand.met] > 0.5)


def _required(model: Model) -> tuple[Bools, int]:
    """Tie the nodes of demands that always hold into one class; return its nodes and the root among them."""
    always = [d for d in model.demands if _holds(model, d) and not _homes(d)]
    parent = np.arange(model.graph.n_nodes)
    tied = {d.source for d in always}

    def find(v: int) -> int:
        while parent[v] != v:
            parent[v] = parent[parent[v]]
            v = int(parent[v])
        return v

    left = always
    while left:
        later = [
            d for d in left if len({find(t) for t in d.targets}) > 1 and find(d.source) not in map(find, d.targets)
        ]
        for demand in left:
            if len({find(t) for t in demand.targets}) == 1:
                parent[find(demand.source)] = find(demand.targets[0])
                tied.update(demand.targets)
        if len(later) == len(left):
            raise NotRooted(f"demand '{left[0].label}' may end in parts that nothing ties together")
        left = later
    nodes = sorted(tied or _common_target(model))
    required = np.zeros(model.graph.n_nodes, dtype=np.bool_)
    if not nodes:
        required[0] = True
        return required, 0
    classes = {find(v) for v in nodes}
    if len(classes) > 1:
        raise NotRooted("the demands that always hold fall into several parts")
    required[[v for v in range(model.graph.n_nodes) if find(v) in classes]] = True
    if any(_homes(d) and not required[d.source] for d in model.demands):
        raise NotRooted("a center with two homes need not be connected")
    ends = np.bincount([v for d in model.demands for v in (d.source, *d.targets)], minlength=required.size)
    return required, int(np.argmax(np.where(required, ends, -1)))


def _homes(demand: Demand) -> bool:
    """Return whether a demand asks for routes to two different targets, which nothing else has to connect."""
    return demand.second is not None and demand.second.ends


def _common_target(model: Model) -> set[int]:
    """When no demand always holds: the one node that every demand has as an end, if there is one."""
    common: set[int] | None = None
    for demand in model.demands:
        ends = {demand.source, *demand.targets} if len(demand.targets) == 1 else {demand.source}
        common = ends if common is None else common & ends
    if model.demands and not common:
        raise NotRooted("no demand always holds and the others share no end")
    return {min(common)} if common else set()


def _optional(model: Model, required: Bools) -> tuple[Ints, Ints]:
    """Return the (node, model column) pairs of demands that ask for a connection to the required class."""
    pairs: set[tuple[int, int]] = set()
    for demand in model.demands:
        if _holds(model, demand) or _homes(demand):
            continue
        ends = (demand.source, *demand.targets)
        inside = [bool(required[v]) for v in ends]
        if all(inside[1:]) or (len(ends) == 2 and inside[0]):
            node = demand.source if all(inside[1:]) else demand.targets[0]
            if not required[node]:
                pairs.add((node, demand.met))
        elif not (inside[0] and any(inside[1:])):
            raise NotRooted(f"demand '{demand.label}' may end outside the required part of the network")
    ordered = sorted(pairs)
    nodes = np.array([v for v, _ in ordered], dtype=np.int64)
    return nodes, np.array([c for _, c in ordered], dtype=np.int64)
