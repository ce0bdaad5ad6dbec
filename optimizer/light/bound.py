r"""A bound for plans that carry traffic: the network has to let light pass, not only to connect.

Relation r pays at least :math:`\tau_r` at every site without an OXC that its working route passes: two ports a
channel. Let trees :math:`T_i` of relations span the centers with weights :math:`b_i` such that
:math:`\sum_{i: r \in T_i} b_i \le \tau_r`, and let :math:`m_r` be the number of such sites on the route of r. A plan
pays :math:`\sum_r \tau_r m_r \ge \sum_i b_i \sum_{r \in T_i} m_r` there, so some tree has
:math:`\sum_{r \in T_i} m_r \le` payment / :math:`\sum_i b_i`. Put a *pass* on every such site under the routes of that
tree, at a price of at most :math:`\sum_i b_i` each: together they cost no more than what the plan pays. Then the lit
links tie all centers of the relations together through sites that have an OXC or a pass.

So the cheapest network that meets the goals and ties these centers so (``optimizer.engine.gates`` bounds it), with
what ends of channels cost at the least, costs no more than any plan. What reach, latency, fibre pairs and directions
of OXCs cost on top is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from optimizer.formulate import Formulation
from optimizer.light.ask import Asked, channels_needed
from optimizer.light.modes import end_cost
from optimizer.light.traffic import Traffic
from optimizer.model import Model
from optimizer.pricing import oxc_cost
from optimizer.solution import ProgressCallback

__all__ = ["Prover", "network_bound", "passes", "spanning_weight"]

Prover = Callable[[Model, Sequence[int], Mapping[int, Sequence[int]], float, float, ProgressCallback | None], float]
"""Bounds a model whose terminals hang together through gates, given the cost of no interest, seconds and whom to tell;
-inf: not."""


@dataclass(frozen=True)
class Passes:
    """The model with a column for a pass at every site without an OXC today; centers that hang together; gates."""

    model: Model
    centers: tuple[int, ...]
    gates: Mapping[int, tuple[int, int]]


def network_bound(
    base: Asked,
    formulation: Formulation,
    prove: Prover,
    cutoff: float,
    seconds: float,
    on_progress: ProgressCallback | None = None,
) -> float:
    """Return what networks that let light pass cost at the least, -inf where nothing is proven.

    Parameters
    ----------
    base, formulation
        The question.
    prove
        Bounds the model.
    cutoff
        Cost of a network that is of no interest.
    seconds
        When to stop.
    on_progress
        Called with every report; returning True stops with what is proven.
    """
    found = passes(base, formulation)
    return -math.inf if found is None else prove(found.model, found.centers, found.gates, cutoff, seconds, on_progress)


def passes(base: Asked, formulation: Formulation) -> Passes | None:
    """Return the model with passes, None where fewer than two centers hang together."""
    node = {c.id: c.node for c in base.problem.centers}
    paid = {(node[t.a], node[t.b]): _passing(base, t) for t in base.traffic}
    if not paid:
        return None
    centers = _together(paid)
    weight = spanning_weight({k: v for k, v in paid.items() if k[0] in centers}, centers)
    sites = [s for s in base.problem.metro_sites if not s.oxc]
    price = min(weight, oxc_cost(base.problem.catalogue))
    if price <= 0 or not sites:
        return None
    model, n = formulation.model, len(sites)
    columns = range(model.n_columns, model.n_columns + n)
    gates = {s.node: (formulation.families["oxc"][s.id], c) for s, c in zip(sites, columns, strict=True)}
    wide = sp.csr_array(
        (model.rows.data, model.rows.indices, model.rows.indptr), shape=(model.rows.shape[0], model.n_columns + n)
    )
    more = replace(
        model,
        names=model.names + tuple(f"pass[{s.id}]" for s in sites),
        cost=np.append(model.cost, np.full(n, price)),
        lower=np.append(model.lower, np.zeros(n)),
        upper=np.append(model.upper, np.ones(n)),
        integer=np.append(model.integer, np.ones(n, dtype=np.bool_)),
        rows=wide,
    )
    return Passes(more, centers, gates)


def _passing(base: Asked, traffic: Traffic) -> float:
    """Return the least that a relation's working channels pay at a site without an OXC."""
    return min(
        2 * channels_needed(base, traffic, m)[0] * end_cost(base.problem.catalogue, mode)
        for m, mode in enumerate(base.modes)
    )


def _together(pairs: Mapping[tuple[int, int], float]) -> tuple[int, ...]:
    """Return the largest set of nodes that pairs tie together, in order."""
    nodes = sorted({n for pair in pairs for n in pair})
    at = {n: i for i, n in enumerate(nodes)}
    ends = np.array([(at[a], at[b]) for a, b in pairs]).T
    tied = sp.coo_array((np.ones(len(pairs)), (ends[0], ends[1])), shape=(len(nodes), len(nodes)))
    part = connected_components(tied, directed=False)[1]
    return tuple(n for n, p in zip(nodes, part, strict=True) if p == np.bincount(part).argmax())


def spanning_weight(pairs: Mapping[tuple[int, int], float], nodes: Sequence[int]) -> float:
    """Return the weight of trees that span nodes and take no more of any pair than it has.

    Trees are taken greedily, each of the largest pairs that are left, for as much as its smallest has; so the weight is
    not always the most there is (C. St. J. A. Nash-Williams, J. London Math. Soc. 36, 445, 1961).
    """
    left, weight = dict(pairs), 0.0
    while True:
        tree = _widest_tree(left, nodes)
        if not tree:
            return weight
        taken = min(left[pair] for pair in tree)
        weight += taken
        left = {k: v - taken if k in tree else v for k, v in left.items()}
        left = {k: v for k, v in left.items() if v > 1e-9 * taken}


def _widest_tree(pairs: Mapping[tuple[int, int], float], nodes: Sequence[int]) -> set[tuple[int, int]]:
    """Return a spanning tree of the largest pairs, empty where none spans."""
    group = {n: n for n in nodes}
    tree = set()
    for a, b in sorted(pairs, key=lambda pair: (-pairs[pair], pair)):
        if group[a] != group[b]:
            tree.add((a, b))
            old, new = group[a], group[b]
            group = {n: new if g == old else g for n, g in group.items()}
    return tree if len(tree) == len(nodes) - 1 else set()
