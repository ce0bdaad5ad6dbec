"""Where an OXC helps: the sites that routes pass which are too slow with electrical sites only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.jit import compiled
from optimizer.engine.latency import measure, passing_us
from optimizer.engine.presolve import Rooted, oxc_possible
from optimizer.engine.routing import distances

__all__ = ["oxc_worth"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def oxc_worth(rooted: Rooted, links: Bools) -> Floats:
    """Return how many demands pass each node over `links` with every OXC and exceed their limit without, 0 to 1.

    Shape (nodes,), as a share of the most of any node. It tells apart OXCs that cost the same.
    """
    model, latency = rooted.model, rooted.latency
    possible = oxc_possible(model)
    slow = np.zeros(len(model.demands), dtype=np.bool_)
    slow[list(latency.demands)] = measure(latency, links, np.zeros_like(possible)) > latency.budgets_us
    passes = np.zeros(model.graph.n_nodes)
    for ends, demands, nodes in latency.groups:
        asked = nodes[slow[demands]]
        if asked.size:
            passing = passing_us(latency, possible)
            used = links & latency.open_links
            _, pred = distances(*latency.graph.csr, model.graph.us, passing, used, ends, np.inf)
            _count_passed(pred, latency.graph.arc_tail, asked, passes)
    worth: Floats = np.where(possible, passes, 0.0) / max(float(passes.max(initial=0.0)), 1.0)
    return worth


@compiled
def _count_passed(pred: Ints, arc_tail: Ints, starts: Ints, passes: Floats) -> None:
    """Add one to every node between each start and the end that its route leads to, in place."""
    for i in range(starts.size):
        v = starts[i]
        if pred[v] < 0:
            continue
        v = arc_tail[pred[v]]
        while pred[v] >= 0:
            passes[v] += 1.0
            v = arc_tail[pred[v]]
