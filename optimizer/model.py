"""The mathematical model: columns, labelled linear rows and routed demands over a graph. Numbers only.

A *routed demand* says: a route must exist in the chosen links from ``source`` to one of ``targets`` whose latency is
below a limit - always, or whenever a decision (``met``) is 1. Goals become columns, rows and routed demands; every
solver and the engine read nothing else, so a new goal never touches them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

__all__ = ["ALWAYS", "LATENCY_TOLERANCE_US", "Demand", "Graph", "Model", "ModelBuilder", "SecondRoute"]

ALWAYS = -1
"""Value of ``Demand.met`` for a demand that holds whatever is decided."""

LATENCY_TOLERANCE_US = 1e-6
"""Latencies closer than this (a picosecond) are equal."""


@dataclass(frozen=True)
class Graph:
    """The undirected planning graph in arrays. Parallel links are allowed, loops are not.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    tail, head
        Ends of every link, shape (links,).
    us
        Latency of every link in microseconds, >= 0, shape (links,).
    use
        Column of the decision to use the link, shape (links,).
    transit_us
        Latency of passing each node as it stands (0 where nothing happens, electrical transit at a metro site),
        shape (nodes,). The two ends of a route are not passed.
    oxc_us
        Latency of passing the node once its OXC is there, <= transit_us, shape (nodes,).
    oxc
        Column of the OXC decision of each node, -1 where there is none, shape (nodes,).
    risks
        Shared-risk groups: the numbers of the links that one event may cut, a tuple a group.
    """

    n_nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    us: NDArray[np.float64]
    use: NDArray[np.int64]
    transit_us: NDArray[np.float64]
    oxc_us: NDArray[np.float64]
    oxc: NDArray[np.int64]
    risks: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class SecondRoute:
    """The second route of a protected demand, and what the two must not share; links they never share.

    Parameters
    ----------
    limit_us, strict, offset_us
        Limit of its latency, as those of ``Demand``.
    risks
        Whether the two may not share a risk group of the graph either.
    nodes
        Whether the two may not share a node they pass either.
    ends
        Whether the two have to end at different targets (dual homing).
    shared
        Links that both may use, with the nodes at their ends (the one lead-in of a building).
    """

    limit_us: float = math.inf
    strict: bool = True
    offset_us: float = 0.0
    risks: bool = False
    nodes: bool = False
    ends: bool = False
    shared: frozenset[int] = frozenset()

    @property
    def budget_us(self) -> float:
        """Largest latency in the graph that still complies (compare with <=)."""
        return _budget_us(self.limit_us, self.strict, self.offset_us)


@dataclass(frozen=True)
class Demand:
    """One routed demand.

    Parameters
    ----------
    label
        Name for people, for example ``interconnect C01-C07``.
    source
        Node where the route starts.
    targets
        Nodes where it may end (any one suffices).
    limit_us
        Limit of its latency; ``math.inf`` when only the connection counts.
    strict
        True: latency < limit; False: latency <= limit.
    met
        Column that is 1 when the demand is met, or ``ALWAYS``.
    offset_us
        Latency outside the graph (end equipment, access), added to every route.
    second
        The second route when the demand is protected, None when one route is enough.
    """

    label: str
    source: int
    targets: tuple[int, ...]
    limit_us: float = math.inf
    strict: bool = True
    met: int = ALWAYS
    offset_us: float = 0.0
    second: SecondRoute | None = None

    @property
    def budget_us(self) -> float:
        """Largest latency in the graph, ends included and offset taken off, that still complies (compare with <=)."""
        return _budget_us(self.limit_us, self.strict, self.offset_us)

    @property
    def routes(self) -> tuple[Demand, ...]:
        """The demand as demands for one route each: itself, and its second route."""
        if self.second is None:
            return (self,)
        label, other = f"{self.label} second", self.second
        limited = replace(self, limit_us=other.limit_us, strict=other.strict, offset_us=other.offset_us)
        return (replace(self, second=None), replace(limited, second=None, label=label))


@dataclass(frozen=True)
class Model:
    """Minimise ``offset + cost @ x`` over columns x subject to rows and routed demands.

    Parameters
    ----------
    names
        Names of the columns, for example ``use[L12]``, ``oxc[S03]``.
    cost, lower, upper
        Objective and bounds of the columns, shape (columns,).
    integer
        True where the column must be a whole number, shape (columns,).
    rows
        Linear rows, sparse CSR, shape (rows, columns).
    row_lower, row_upper
        Their limits; infinite where there is none, shape (rows,).
    row_labels
        Their names for people.
    graph
        The planning graph.
    demands
        The routed demands.
    offset
        Constant part of the objective.
    """

    names: tuple[str, ...]
    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integer: NDArray[np.bool_]
    rows: sp.csr_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    row_labels: tuple[str, ...]
    graph: Graph
    demands: tuple[Demand, ...]
    offset: float = 0.0

    @property
    def n_columns(self) -> int:
        """Number of columns."""
        return len(self.names)

    def objective(self, values: NDArray[np.float64]) -> float:
        """Return the objective at `values`, shape (columns,)."""
        return float(self.offset + self.cost @ values)


@dataclass
class ModelBuilder:
    """Collects columns, rows and demands while requirements declare themselves; ``build`` freezes them.

    ``families`` maps a decision family ('use', 'oxc', 'export', 'met', 'covered', 'serve', ...) to its columns by id.
    ``wishes``: goals that need not be met; column ``reach[goal]`` tells how far each is.
    """

    families: dict[str, dict[str, int]] = field(default_factory=dict)
    wishes: frozenset[str] = frozenset()
    _names: list[str] = field(default_factory=list)
    _cost: list[float] = field(default_factory=list)
    _lower: list[float] = field(default_factory=list)
    _upper: list[float] = field(default_factory=list)
    _integer: list[bool] = field(default_factory=list)
    _rows: list[tuple[str, NDArray[np.int64], NDArray[np.float64], float, float]] = field(default_factory=list)
    _demands: list[Demand] = field(default_factory=list)
    offset: float = 0.0

    @property
    def n_demands(self) -> int:
        """Number of demands so far."""
        return len(self._demands)

    def column(
        self,
        family: str,
        key: str,
        *,
        cost: float = 0.0,
        lower: float = 0.0,
        upper: float = 1.0,
        integer: bool = True,
    ) -> int:
        """Add a column (by default a yes/no decision) and return its number.

        Raises
        ------
        ValueError
            If the family has that key already, or cost or bounds are not numbers.
        """
        members = self.families.setdefault(family, {})
        if key in members:
            raise ValueError(f"Column '{family}[{key}]' is declared twice.")
        if not math.isfinite(cost) or math.isnan(lower) or math.isnan(upper) or lower > upper:
            raise ValueError(f"Column '{family}[{key}]' has cost {cost} and bounds [{lower}, {upper}].")
        number = len(self._names)
        members[key] = number
        self._names.append(f"{family}[{key}]")
        self._cost.append(cost)
        self._lower.append(lower)
        self._upper.append(upper)
        self._integer.append(integer)
        return number

    def fix(self, column: int, value: float) -> None:
        """Fix a column to a value."""
        self._lower[column] = value
        self._upper[column] = value

    def row(
        self,
        label: str,
        terms: Mapping[int, float] | Iterable[tuple[int, float]],
        *,
        lower: float = -math.inf,
        upper: float = math.inf,
    ) -> None:
        """Add the row ``lower <= sum(coefficient * column) <= upper``; repeated columns add up."""
        merged: dict[int, float] = {}
        for column, value in terms.items() if isinstance(terms, Mapping) else terms:
            merged[column] = merged.get(column, 0.0) + value
        columns = np.fromiter(merged.keys(), dtype=np.int64, count=len(merged))
        values = np.fromiter(merged.values(), dtype=np.float64, count=len(merged))
        self._rows.append((label, columns, values, lower, upper))

    def demand(self, demand: Demand) -> None:
        """Add a routed demand."""
        self._demands.append(demand)

    def build(self, graph: Graph) -> Model:
        """Freeze what was declared."""
        return Model(
            names=tuple(self._names),
            cost=np.array(self._cost, dtype=np.float64),
            lower=np.array(self._lower, dtype=np.float64),
            upper=np.array(self._upper, dtype=np.float64),
            integer=np.array(self._integer, dtype=np.bool_),
            rows=_csr([(c, v) for _, c, v, _, _ in self._rows], len(self._names)),
            row_lower=np.array([r[3] for r in self._rows], dtype=np.float64),
            row_upper=np.array([r[4] for r in self._rows], dtype=np.float64),
            row_labels=tuple(r[0] for r in self._rows),
            graph=graph,
            demands=tuple(self._demands),
            offset=self.offset,
        )


def _budget_us(limit_us: float, strict: bool, offset_us: float) -> float:
    """Return the largest latency in the graph that complies."""
    return limit_us - offset_us + (-LATENCY_TOLERANCE_US if strict else LATENCY_TOLERANCE_US)


def _csr(rows: Sequence[tuple[NDArray[np.int64], NDArray[np.float64]]], n_columns: int) -> sp.csr_array:
    """Stack (columns, values) pairs into a CSR matrix."""
    start = np.cumsum([0, *(len(c) for c, _ in rows)], dtype=np.int64)
    columns = np.concatenate([c for c, _ in rows]) if rows else np.zeros(0, dtype=np.int64)
    values = np.concatenate([v for _, v in rows]) if rows else np.zeros(0)
    return sp.csr_array((values, columns, start), shape=(len(rows), n_columns))
