"""Nodes that links used in any case tie together count as one: what is free needs no arcs of the arborescence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from optimizer.engine.instance import SteinerInstance

__all__ = ["contracted", "parts_of"]

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def parts_of(instance: SteinerInstance, free: Bools) -> Ints:
    """Return for every node the least node that `free` edges tie it to, shape (nodes,)."""
    ends = (np.ones(int(free.sum())), (instance.tail[free], instance.head[free]))
    n = instance.n_nodes
    part = connected_components(sp.coo_array(ends, shape=(n, n)), directed=False)[1]
    least = np.full(n, n, dtype=np.int64)
    np.minimum.at(least, part, np.arange(n))
    return least[part]


def contracted(instance: SteinerInstance, node: Ints) -> SteinerInstance:
    """Return the instance with every node moved to ``node[v]``; edges keep their numbers, some become loops.

    Edges and side columns mean the same as before, so a point of one is a point of the other.
    """
    required = np.zeros_like(instance.required)
    required[node[instance.required]] = True
    asked = np.stack([node[instance.optional_node], instance.optional_column], axis=1)
    asked = np.unique(asked, axis=0)
    return replace(
        instance,
        tail=node[instance.tail],
        head=node[instance.head],
        root=int(node[instance.root]),
        required=required,
        optional_node=asked[:, 0],
        optional_column=asked[:, 1],
    )
