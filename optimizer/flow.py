"""The model as one plain mixed-integer program: every routed demand becomes a flow of one unit over directed
arcs.

With arcs ``y[ij]`` of a demand from source s to targets T, links ``use``, OXCs ``oxc`` and the decision
``met`` (1 when the demand holds always)::

    sum_j y[sj] = met                                   the route starts
    sum_i y[iv] - sum_j y[vj] = 0                       v neither s nor in T
    y[ij] + y[ji] <= use[ij]                            only over chosen links
    p[v] >= sum_i y[iv] - oxc[v]                        v is passed electrically
    sum us[ij] y[ij] + sum_v oxc_us[v] sum_i y[iv]
        + sum_v (transit_us[v] - oxc_us[v]) p[v] <= budget met

A route that reaches a target may stop there and none needs to come back to s, so no arc leaves T or enters s;
passing adds no negative latency, so what a flow holds besides a simple route does no harm. Arcs are whole
numbers where there is a limit (half a slow and half a fast route would keep a mean); without one the flow is
integral by itself.

A protected demand has two such flows x and y, whole numbers both, with ``x[ij] + x[ji] + y[ij] + y[ji] <= use[ij]``
unless both may use the link, ``sum_i x[iv] + sum_i y[iv] <= 1`` at nodes they may not share, and for every risk group
g a decision: ``x <= g`` and ``y <= 1 - g`` on its links.

Exact, and meant for small cases, cross-checks and files for other solvers: its size is demands x links.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.errors import TooLargeError
from optimizer.flow_demand import Block, demand_block
from optimizer.model import Model

__all__ = ["MOST_COLUMNS", "FlowProgram", "compact", "not_built"]

MOST_COLUMNS = 8_000_000
"""Flow columns that are made at most; beyond them memory runs out before any solver starts."""


@dataclass(frozen=True)
class FlowProgram:
    """Minimise ``offset + cost @ x`` subject to ``row_lower <= rows @ x <= row_upper`` and the bounds of the
    columns.

    The first ``n_model`` columns are the model's own, in its order.

    Parameters
    ----------
    names, row_labels
        Names of columns and rows.
    cost, lower, upper
        Objective and bounds of the columns, shape (columns,).
    integer
        True where the column must be a whole number, shape (columns,).
    integral
        True where asking for a whole number loses nothing (a superset of `integer`), shape (columns,).
    rows
        Sparse CSR, shape (rows, columns).
    row_lower, row_upper
        Limits, infinite where there is none, shape (rows,).
    offset
        Constant part of the objective.
    n_model
        How many columns are the model's.
    """

    names: tuple[str, ...]
    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integer: NDArray[np.bool_]
    integral: NDArray[np.bool_]
    rows: sp.csr_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    row_labels: tuple[str, ...]
    offset: float
    n_model: int

    def objective(self, values: NDArray[np.float64]) -> float:
        """Return the objective at `values`, shape (columns,)."""
        return float(self.offset + self.cost @ values)

    def violation(self, values: NDArray[np.float64]) -> float:
        """Return by how much `values` break the worst row or bound, each relative to 1 + |its limit|."""
        activity = self.rows @ values
        excess = [
            _excess(self.row_lower - activity, self.row_lower),
            _excess(activity - self.row_upper, self.row_upper),
            _excess(self.lower - values, self.lower),
            _excess(values - self.upper, self.upper),
        ]
        return max(excess)


def compact(model: Model, seconds: float | None = None) -> FlowProgram:
    """Return `model` with every routed demand written out as a flow.

    Size: about 2 x links columns and nodes + links rows a demand.

    Raises
    ------
    TooLargeError
        If that makes more than ``MOST_COLUMNS`` columns, or takes more than `seconds`.
    """
    expected = 2 * model.graph.use.size * sum(len(d.routes) for d in model.demands)
    if expected > MOST_COLUMNS:
        raise TooLargeError(
            f"The plain flow program of this question has about {expected / 1e6:,.0f} million columns "
            f"({len(model.demands):,} routed demands on {model.graph.use.size:,} links); "
            f"{MOST_COLUMNS / 1e6:,.0f} million is the most that is made. Solve it with the engine "
            "(--solver auto), or cut out a smaller region."
        )
    blocks: list[Block] = []
    n_columns, began = model.n_columns, time.perf_counter()
    for demand in model.demands:
        if seconds is not None and time.perf_counter() - began > seconds:
            raise not_built(seconds, expected)
        block = demand_block(model.graph, demand, n_columns)
        blocks.append(block)
        n_columns += len(block.names)
    return _join(model, blocks, n_columns)


def not_built(seconds: float, columns: int) -> TooLargeError:
    """Return the error that writing the program takes longer than it may."""
    return TooLargeError(
        f"The plain flow program of this question was not built within {seconds:.1f} s: it has {columns:,} variables. "
        "Allow more time, or solve it with the engine (--solver auto)."
    )


def _excess(beyond: NDArray[np.float64], limit: NDArray[np.float64]) -> float:
    """Return the largest excess over the finite limits, relative to 1 + |limit|."""
    finite = np.isfinite(limit)
    if not finite.any():
        return 0.0
    return max(0.0, float(np.max(beyond[finite] / (1.0 + np.abs(limit[finite])))))


def _join(model: Model, blocks: list[Block], n_columns: int) -> FlowProgram:
    """Put the model's own columns and rows and all blocks into one program."""
    n_flow = n_columns - model.n_columns
    parts = [model.rows.tocoo(), *(b.rows for b in blocks)]
    heights = np.cumsum([0, *(p.shape[0] for p in parts)])
    row = np.concatenate([p.row + h for p, h in zip(parts, heights[:-1], strict=True)])
    column = np.concatenate([p.col for p in parts])
    value = np.concatenate([p.data for p in parts])

    return FlowProgram(
        names=(*model.names, *(n for b in blocks for n in b.names)),
        cost=np.concatenate([model.cost, np.zeros(n_flow)]),
        lower=np.concatenate([model.lower, np.zeros(n_flow)]),
        upper=np.concatenate([model.upper, np.ones(n_flow)]),
        integer=np.concatenate([model.integer, *(b.integer for b in blocks)]),
        integral=np.concatenate([model.integer, np.ones(n_flow, dtype=np.bool_)]),
        rows=sp.csr_array((value, (row, column)), shape=(int(heights[-1]), n_columns)),
        row_lower=np.concatenate([model.row_lower, *(b.row_lower for b in blocks)]),
        row_upper=np.concatenate([model.row_upper, *(b.row_upper for b in blocks)]),
        row_labels=(*model.row_labels, *(label for b in blocks for label in b.row_labels)),
        offset=model.offset,
        n_model=model.n_columns,
    )
