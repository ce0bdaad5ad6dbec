"""What is left of a budget, spent on the network of a plan: OXCs, exports, equipment, what is worth most."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.engine.completion import complete
from optimizer.engine.presolve import Impossible, NotRooted, presolve
from optimizer.model import Model

__all__ = ["spend"]

Floats = NDArray[np.float64]

THRIFT = 1e-6
"""Worth of the whole budget: of equally good choices the cheaper is taken."""


def spend(
    model: Model, links: NDArray[np.bool_], worth: Mapping[int, float], budget: float, *, seconds: float = 10.0
) -> Floats | None:
    """Return the values of highest worth within a budget when exactly `links` are used; None when it finds none.

    Parameters
    ----------
    model
        Its objective is the cost.
    links
        Links in use, shape (links,).
    worth
        Worth of columns other than links.
    budget
        Most that links and all other columns may cost.
    seconds
        Time it may take.
    """
    fixed = _fixed(model, links)
    use = model.graph.use
    left = budget - model.offset - float(model.cost[use] @ fixed.lower[use])
    value = np.zeros(model.n_columns)
    value[list(worth)] = list(worth.values())
    other = np.setdiff1d(np.flatnonzero(model.cost), use)
    paid = sp.csr_array((model.cost[other], other, np.array([0, other.size])), shape=(1, model.n_columns))
    thrift = np.where(np.isin(np.arange(model.n_columns), use), 0.0, THRIFT * model.cost / max(budget, 1.0))
    program = replace(
        fixed,
        cost=thrift - value,
        offset=0.0,
        rows=sp.csr_array(sp.vstack([model.rows, paid])),
        row_lower=np.append(model.row_lower, -np.inf),
        row_upper=np.append(model.row_upper, left),
        row_labels=(*model.row_labels, "budget"),
    )
    try:
        found = complete(presolve(program), fixed.lower[use] > 0.5, seconds=seconds)
    except (Impossible, NotRooted):
        return None
    return None if found is None else found[0]


def _fixed(model: Model, links: NDArray[np.bool_]) -> Model:
    """Return the model with exactly `links` used, and those that have to be."""
    use = model.graph.use
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[use] = np.maximum(links, lower[use])
    upper[use] = lower[use]
    return replace(model, lower=lower, upper=upper)
