"""The problem left when latency is relaxed: a Steiner arborescence with optional terminals and side rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

__all__ = ["Side", "SteinerInstance"]


@dataclass(frozen=True)
class Side:
    """Every column of the model but the links, with the rows over them (quotas, shares, choices).

    Parameters
    ----------
    cost, lower, upper, integer
        Objective, bounds and integrality, shape (columns,).
    rows, row_lower, row_upper
        CSR rows over these columns and their limits.
    """

    cost: NDArray[np.float64]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    integer: NDArray[np.bool_]
    rows: sp.csr_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]


@dataclass(frozen=True)
class SteinerInstance:
    """Connect the root to every required node, and to the node of every optional terminal whose column is 1.

    Minimise ``offset + cost @ used + side.cost @ z``.

    Parameters
    ----------
    n_nodes
        Number of nodes.
    tail, head
        Ends of every edge, shape (edges,); parallel edges allowed, no loops.
    cost
        Cost of every edge, >= 0, shape (edges,). Edges that must be used are here at cost 0, their cost in `offset`.
    root
        Node every terminal has to reach.
    required
        True for nodes that must be connected (the root too), shape (nodes,).
    optional_node, optional_column
        Pairs (node, side column): the column may be 1 only if the node is connected to the root, shape (pairs,).
        A node may stand in several pairs, and so may a column.
    side
        The other decisions.
    offset
        Constant part of the objective.
    """

    n_nodes: int
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    cost: NDArray[np.float64]
    root: int
    required: NDArray[np.bool_]
    optional_node: NDArray[np.int64]
    optional_column: NDArray[np.int64]
    side: Side
    offset: float = 0.0
