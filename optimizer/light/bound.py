r"""A bound for plans that carry traffic: the network has to let light pass, not only to connect.

Relation r pays at least :math:`\tau_r` at every site without an OXC that its working route passes: two ports a
channel. Let trees :math:`T_i` of relations span the centers with weights :math:`b_i` such that
:math:`\sum_{i: r \in T_i} b_i \le \tau_r`, and let :math:`m_r` be the number of such sites on the route of r. A plan
pays :math:`\sum_r \tau_r m_r \ge \sum_i b_i \sum_{r \in T_i} m_r` there, so some tree has
:math:`\sum_{r \in T_i} m_r \le` payment / :math:`\sum_i b_i`. Put a *pass* on every such site under the routes of that
tree, at a price of at most :math:`\sum_i b_i` each: together they cost no more than what the plan pays. Then the lit
links tie all centers of the relations together through sites that have an OXC or a pass.

So the cheapest network that meets the goals and ties these centers so (``optimizer.engine.gates`` bounds it), with
what ends of channels cost at the least, costs no more than any plan. Where the cheapest channel type does not reach,
others come on top (``optimizer.light.short_types``). What latency, fibre pairs and directions of OXCs cost on top is
left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

from optimizer.engine.short_ways import ALWAYS_OPEN, ShortWay
from optimizer.formulate import Formulation
from optimizer.light.ask import Asked, channels_needed, least_light_cost
from optimizer.light.modes import end_cost
from optimizer.light.short_types import steps_of
from optimizer.light.traffic import Traffic
from optimizer.model import Model
from optimizer.pricing import oxc_cost
from optimizer.solution import ProgressCallback

__all__ = ["Prover", "network_bound", "passes", "spanning_weight"]


class Prover(Protocol):
    """Bounds a model whose terminals hang together through gates (``optimizer.engine.gates.gated_bound``)."""

    def __call__(
        self,
        model: Model,
        terminals: Sequence[int],
        gates: Mapping[int, Sequence[int]],
        cutoff: float,
        seconds: float,
        on_progress: ProgressCallback | None = None,
        *,
        ways: Sequence[ShortWay],
        sites: Mapping[int, int],
    ) -> float:
        """Return the bound; -inf where nothing is proven."""


@dataclass(frozen=True)
class Passes:
    """The model with a column for a pass at every site without an OXC today, and for every step to a dearer type.

    ``centers`` hang together through ``gates``; ``ways`` are short enough for cheap types, cut at ``sites``.
    """

    model: Model
    centers: tuple[int, ...]
    gates: Mapping[int, tuple[int, int]]
    ways: tuple[ShortWay, ...]
    sites: Mapping[int, int]


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
    if found is None:
        return -math.inf
    return prove(
        found.model, found.centers, found.gates, cutoff, seconds, on_progress, ways=found.ways, sites=found.sites
    )


def passes(base: Asked, formulation: Formulation) -> Passes | None:
    """Return the model with passes and steps, None where fewer than two centers hang together or no site lacks an OXC.

    Steps need what ends cost at the least in full: there are none where ports in service are worth more than that.
    """
    node = {c.id: c.node for c in base.problem.centers}
    paid = {(node[t.a], node[t.b]): _passing(base, t) for t in base.traffic}
    if not paid:
        return None
    centers = _together(paid)
    steps = [s for s in steps_of(base, paid) if s.a in centers] if least_light_cost(base) > 0 else []
    for step in steps:
        paid[step.a, step.b] -= step.cost
    weight = spanning_weight({k: v for k, v in paid.items() if k[0] in centers}, centers)
    sites = [s for s in base.problem.metro_sites if not s.oxc]
    price = min(weight, oxc_cost(base.problem.catalogue))
    if price <= 0 or not sites:
        return None
    model, n, oxc = formulation.model, len(sites), formulation.families["oxc"]
    columns = range(model.n_columns, model.n_columns + n)
    gates = {s.node: (oxc[s.id], c) for s, c in zip(sites, columns, strict=True)}
    model = _with_columns(model, {f"pass[{s.id}]": price for s in sites})
    ways = tuple(ShortWay(s.a, s.b, s.sections, model.n_columns + i) for i, s in enumerate(steps))
    model = _with_columns(model, {f"step[{i}]": s.cost for i, s in enumerate(steps)})
    return Passes(
        model, centers, gates, ways, {s.node: ALWAYS_OPEN if s.oxc else oxc[s.id] for s in base.problem.metro_sites}
    )


def _with_columns(model: Model, cost: Mapping[str, float]) -> Model:
    """Return the model with yes/no columns that no row has yet, by name."""
    rows, n = model.rows, len(cost)
    return replace(
        model,
        names=model.names + tuple(cost),
        cost=np.append(model.cost, list(cost.values())),
        lower=np.append(model.lower, np.zeros(n)),
        upper=np.append(model.upper, np.ones(n)),
        integer=np.append(model.integer, np.ones(n, dtype=np.bool_)),
        rows=sp.csr_array((rows.data, rows.indices, rows.indptr), shape=(rows.shape[0], model.n_columns + n)),
    )


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
