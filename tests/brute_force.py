"""The oracle: the exact optimum of a tiny model by trying every choice of links and OXCs.

Nothing here is shared with the flow program or the engine. Routes are listed one by one; which choices of
links and OXCs let a route hold is a table over all choices. The other columns fall into groups that no row
ties together; each group is solved by trying all its values.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimizer.model import ALWAYS, Demand, Graph, Model, SecondRoute

__all__ = ["brute_force"]

TOLERANCE = 1e-7
MOST_CHOICES = 1 << 20
MOST_SIDE = 1 << 17

Table = NDArray[np.bool_]
Route = tuple[list[int], list[int]]


@dataclass(frozen=True)
class _Choices:
    """All values of the columns of links and OXCs, one line a choice."""

    columns: list[int]
    values: NDArray[np.float64]

    def of(self, column: int) -> NDArray[np.float64]:
        """Return the values of one column, shape (choices,)."""
        return self.values[:, self.columns.index(column)]


def brute_force(model: Model) -> float:
    """Return the least objective of `model`, inf when it is infeasible.

    Raises
    ------
    ValueError
        If the model has too many choices, or a continuous column.
    """
    if not model.integer.all():
        raise ValueError("Brute force needs whole-number columns only.")
    choices = _choices(model)
    possible = np.ones(len(choices.values), dtype=np.bool_)
    limits = {}
    for demand in model.demands:
        holds = _holds(model.graph, demand, choices)
        if demand.met == ALWAYS:
            possible &= holds
        elif demand.met in choices.columns:
            possible &= holds | (choices.of(demand.met) < 0.5)
        else:
            limits[demand.met] = limits.get(demand.met, np.ones_like(holds)) & holds
    cost = model.offset + choices.values @ model.cost[choices.columns]
    for group in _groups(model, choices.columns):
        cost[possible] += _side_cost(model, choices, group, limits, possible)[possible]
        possible &= np.isfinite(cost)
    return float(cost[possible].min()) if possible.any() else math.inf


def _choices(model: Model) -> _Choices:
    """List every choice of links and OXCs within their bounds."""
    graph = model.graph
    columns = sorted({*graph.use.tolist(), *(c for c in graph.oxc.tolist() if c >= 0)})
    ranges = [_range(model, c) for c in columns]
    total = math.prod(len(r) for r in ranges)
    if total > MOST_CHOICES:
        raise ValueError(f"{total} choices of links and OXCs are too many to try.")
    grid = np.array(list(itertools.product(*ranges)), dtype=np.float64).reshape(total, len(columns))
    return _Choices(columns, grid)


def _range(model: Model, column: int) -> range:
    """Return the whole numbers a column may take."""
    return range(math.ceil(model.lower[column]), math.floor(model.upper[column]) + 1)


def _holds(graph: Graph, demand: Demand, choices: _Choices) -> Table:
    """Return for which choices some route of the demand complies, or some two routes that stand together."""
    if demand.second is None or demand.source in demand.targets:
        holds = [_any(_complying(graph, route, choices), choices) for route in demand.routes]
        return np.logical_and.reduce(holds)
    first, second = (list(_complying(graph, route, choices)) for route in demand.routes)
    holds = np.zeros(len(choices.values), dtype=np.bool_)
    for (a, fits_a), (b, fits_b) in itertools.product(first, second):
        if _apart(graph, demand, demand.second, a, b):
            holds |= fits_a & fits_b
    return holds


def _any(complying: Iterator[tuple[Route, Table]], choices: _Choices) -> Table:
    """Return for which choices one of the routes complies."""
    holds = np.zeros(len(choices.values), dtype=np.bool_)
    for _, fits in complying:
        holds |= fits
    return holds


def _complying(graph: Graph, demand: Demand, choices: _Choices) -> Iterator[tuple[Route, Table]]:
    """Yield every route with the choices for which it complies."""
    for nodes, links in _routes(graph, demand):
        latency = np.full(len(choices.values), demand.offset_us + sum(graph.us[i] for i in links))
        for v in nodes[1:-1]:
            there = choices.of(int(graph.oxc[v])) > 0.5 if graph.oxc[v] >= 0 else np.zeros(len(latency), dtype=np.bool_)
            latency += np.where(there, graph.oxc_us[v], graph.transit_us[v])
        chosen = np.ones(len(latency), dtype=np.bool_)
        for i in links:
            chosen &= choices.of(int(graph.use[i])) > 0.5
        edge = -TOLERANCE if demand.strict else TOLERANCE
        yield (nodes, links), chosen & (latency <= demand.limit_us + edge)


def _apart(graph: Graph, demand: Demand, second: SecondRoute, a: Route, b: Route) -> bool:
    """Return whether two routes share nothing that they may not; protected routes stop at the first target."""
    if any(set(nodes[1:-1]) & set(demand.targets) for nodes, _ in (a, b)):
        return False
    links = [set(route[1]) - second.shared for route in (a, b)]
    if links[0] & links[1]:
        return False
    if second.risks and any(set(group) & links[0] and set(group) & links[1] for group in graph.risks):
        return False
    free = {int(v) for k in second.shared for v in (graph.tail[k], graph.head[k])}
    if second.nodes and set(a[0][1:-1]) & set(b[0][1:-1]) - free:
        return False
    return not (second.ends and a[0][-1] == b[0][-1])


def _routes(graph: Graph, demand: Demand) -> Iterator[tuple[list[int], list[int]]]:
    """Yield nodes and links of every simple route, those through a target to another one too."""
    at: list[list[tuple[int, int]]] = [[] for _ in range(graph.n_nodes)]
    for i, (a, b) in enumerate(zip(graph.tail.tolist(), graph.head.tolist(), strict=True)):
        at[a].append((b, i))
        at[b].append((a, i))

    def walk(nodes: list[int], links: list[int]) -> Iterator[tuple[list[int], list[int]]]:
        if nodes[-1] in demand.targets:
            yield nodes, links
        for other, i in at[nodes[-1]]:
            if other not in nodes:
                yield from walk([*nodes, other], [*links, i])

    return walk([demand.source], [])


def _groups(model: Model, chosen: list[int]) -> list[list[int]]:
    """Return the columns besides links and OXCs in groups that no row ties together; first an empty one."""
    side = [j for j in range(model.n_columns) if j not in chosen]
    group = {j: {j} for j in side}
    for i in range(len(model.row_labels)):
        tied = [j for j in _row_columns(model, i) if j in group]
        union = set().union(*(group[j] for j in tied)) if tied else set()
        for j in union:
            group[j] = union
    distinct = {min(g): sorted(g) for g in group.values()}
    return [[], *(distinct[k] for k in sorted(distinct))]


def _row_columns(model: Model, i: int) -> list[int]:
    """Return the columns of row `i`."""
    return model.rows.indices[model.rows.indptr[i] : model.rows.indptr[i + 1]].tolist()


def _side_cost(
    model: Model, choices: _Choices, group: list[int], limits: dict[int, Table], possible: Table
) -> NDArray[np.float64]:
    """Return the least cost of the group's columns for every choice, inf where its rows cannot hold."""
    rows = [i for i in range(len(model.row_labels)) if _is_of(model, i, group, choices.columns)]
    matrix = model.rows[rows].toarray() if rows else np.zeros((0, model.n_columns))
    base = choices.values @ matrix[:, choices.columns].T
    free = [limits.get(j) for j in group]
    options = _options(model, group)
    activity = options @ matrix[:, group].T
    cost = options @ model.cost[group]
    result = np.full(len(choices.values), np.inf)
    keys = np.column_stack([base, *(f for f in free if f is not None)])
    gated = [k for k, f in enumerate(free) if f is not None]
    for key, members in _alike(keys, possible).items():
        shut = [k for k, holds in zip(gated, key[len(rows) :], strict=True) if not holds]
        fits = np.all(options[:, shut] < 0.5, axis=1)
        total = activity + np.array(key[: len(rows)])
        fits &= np.all(total >= model.row_lower[rows] - TOLERANCE, axis=1)
        fits &= np.all(total <= model.row_upper[rows] + TOLERANCE, axis=1)
        result[members] = cost[fits].min() if fits.any() else np.inf
    return result


def _options(model: Model, group: list[int]) -> NDArray[np.float64]:
    """Return all values of the group's columns, one line an option."""
    ranges = [_range(model, j) for j in group]
    total = math.prod(len(r) for r in ranges)
    if total > MOST_SIDE:
        raise ValueError(f"{total} values of the columns besides links and OXCs are too many to try.")
    return np.array(list(itertools.product(*ranges)), dtype=np.float64).reshape(total, len(group))


def _is_of(model: Model, i: int, group: list[int], chosen: list[int]) -> bool:
    """Return whether row `i` belongs to the group; rows of links and OXCs only belong to the empty group."""
    columns = _row_columns(model, i)
    if not group:
        return all(j in chosen for j in columns)
    return any(j in group for j in columns)


def _alike(keys: NDArray[np.float64], possible: Table) -> dict[tuple[float, ...], NDArray[np.int64]]:
    """Return the possible choices by key."""
    index = np.flatnonzero(possible)
    if not len(index):
        return {}
    distinct, inverse = np.unique(keys[index], axis=0, return_inverse=True)
    order = np.argsort(inverse.ravel(), kind="stable")
    cuts = np.searchsorted(inverse.ravel()[order], np.arange(1, len(distinct)))
    return {tuple(k): index[part] for k, part in zip(distinct, np.split(order, cuts), strict=True)}
