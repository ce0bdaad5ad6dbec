"""A metro instance as a `Model`.

Every place is a leaf behind its own access link, so that a route from it passes the site at its node. Access links
stand already (fixed to 1, no cost); the decision is whether the place counts as covered, at its access cost.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from dataclasses import dataclass

import numpy as np

from benchmarks.audit import audit
from benchmarks.choice import Choice
from benchmarks.instance import MetroInstance
from benchmarks.question import Question
from optimizer.disjoint import disjoint_pair
from optimizer.model import ALWAYS, Demand, Graph, Model, ModelBuilder, SecondRoute
from optimizer.solution import Solution

__all__ = ["MetroModel", "chosen", "metro_model", "metro_question"]


@dataclass(frozen=True)
class MetroModel:
    """The model, and which of its columns are links, OXCs by site, and places."""

    model: Model
    links: tuple[int, ...]
    oxcs: tuple[int, ...]
    places: tuple[int, ...]


def metro_question(
    instance: MetroInstance, circle: bool = True, protected: bool = False, pair_share: float = 1.0
) -> Question:
    """Return the instance as a question, with or without latency circle and protection of the large pairs.

    Parameters
    ----------
    instance
        The instance.
    circle, protected
        Whether the latency circle is asked for, and two routes for the large pairs.
    pair_share
        Share of the pairs that need a route within the limit, 0 to 1.
    """
    started = time.perf_counter()
    metro = metro_model(instance, circle, protected, pair_share)

    def breaches(found: Solution) -> list[str]:
        assert found.values is not None
        choice = chosen(instance, metro, found.values)
        return audit(instance, choice, found.objective, circle, protected, pair_share)

    seconds = {"build": time.perf_counter() - started}
    nodes, links = instance.n_nodes, len(instance.links)
    return Question(instance.name, metro.model, nodes, links, instance.forced_cost, breaches, seconds)


def metro_model(
    instance: MetroInstance, circle: bool = True, protected: bool = False, pair_share: float = 1.0
) -> MetroModel:
    """Return the instance as a model; parameters as those of ``metro_question``."""
    builder = ModelBuilder(offset=instance.exports * instance.parameters.export_cost)
    links = tuple(builder.column("use", f"L{i}", cost=k.cost) for i, k in enumerate(instance.links))
    oxcs = tuple(builder.column("oxc", f"S{v}", cost=instance.parameters.oxc_cost) for v in instance.sites)
    builder.row("share of OXCs", [(c, 1.0) for c in oxcs], lower=instance.least_oxcs)
    _connect_centers(builder, instance, always_paired=pair_share >= 1.0)
    _limit_pairs(builder, instance, pair_share)
    if protected:
        _protect_pairs(builder, instance)
    places, access = _cover_places(builder, instance) if circle else ((), ())
    return MetroModel(builder.build(_graph(instance, links, oxcs, access)), links, oxcs, places)


def chosen(instance: MetroInstance, metro: MetroModel, values: np.ndarray) -> Choice:
    """Return what `values` of the model's columns choose."""
    return Choice(
        links=frozenset(i for i, c in enumerate(metro.links) if values[c] > 0.5),
        oxc_sites=frozenset(v for v, c in zip(instance.sites, metro.oxcs, strict=True) if values[c] > 0.5),
        places=frozenset(p for p, c in enumerate(metro.places) if values[c] > 0.5),
        routes=_routes(metro.model, values),
    )


def _routes(model: Model, values: np.ndarray) -> dict[tuple[int, int], tuple[tuple[int, ...], tuple[int, ...]]]:
    """Return the two routes of every protected pair that has them in the chosen links."""
    graph = model.graph
    used, oxc = values[graph.use] > 0.5, (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    routes = {}
    for demand in model.demands:
        pair = None if demand.second is None else disjoint_pair(graph, used, oxc, demand)
        if pair is not None:
            routes[demand.source, demand.targets[0]] = (pair.first.links, pair.second.links)
    return routes


def _connect_centers(builder: ModelBuilder, instance: MetroInstance, always_paired: bool) -> None:
    """Connect every center to the one with most pairs; where the two are always a pair, its route does that."""
    pairs_at = Counter(v for pair in instance.pairs for v in pair)
    root = max(instance.centers, key=lambda c: (pairs_at[c], -c))
    paired = {frozenset(p) for p in instance.pairs} if always_paired else set()
    for c in instance.centers:
        if c != root and frozenset((c, root)) not in paired:
            builder.demand(Demand(f"connect {c}", c, (root,)))


def _limit_pairs(builder: ModelBuilder, instance: MetroInstance, share: float) -> None:
    """Give the listed pairs, or a share of them, a route within the limit."""
    p, columns = instance.parameters, []
    for a, b in instance.pairs:
        met = ALWAYS if share >= 1.0 else builder.column("met", f"{a}-{b}")
        columns.append(met)
        builder.demand(Demand(f"pair {a}-{b}", a, (b,), p.limit_us, strict=False, met=met, offset_us=p.end_us))
    if share < 1.0:
        builder.row("share of pairs", [(c, 1.0) for c in columns], lower=math.ceil(share * len(columns) - 1e-9))


def _protect_pairs(builder: ModelBuilder, instance: MetroInstance) -> None:
    """Give every large pair two routes that share no link, the second within its own limit."""
    p = instance.parameters
    second = SecondRoute(p.protection_limit_us, False, p.end_us)
    for a, b in instance.large_pairs:
        demand = Demand(f"protect {a}-{b}", a, (b,), p.limit_us, strict=False, offset_us=p.end_us, second=second)
        builder.demand(demand)


def _cover_places(builder: ModelBuilder, instance: MetroInstance) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Add the decision to cover each place, its access link and its demand, and the quota of the circle."""
    p = instance.parameters
    covered = tuple(builder.column("covered", f"P{i}", cost=x.access_cost) for i, x in enumerate(instance.places))
    access = tuple(builder.column("access", f"P{i}", lower=1.0) for i in range(len(instance.places)))
    for i, column in enumerate(covered):
        leaf = instance.n_nodes + i
        builder.demand(Demand(f"place {i}", leaf, instance.centers, p.limit_us, False, column, p.end_us))
    weights = [(c, x.weight) for c, x in zip(covered, instance.places, strict=True)]
    builder.row("circle", weights, lower=instance.least_weight)
    return covered, access


def _graph(instance: MetroInstance, links: tuple[int, ...], oxcs: tuple[int, ...], access: tuple[int, ...]) -> Graph:
    """Return the graph; leaves of places follow the instance's nodes."""
    p, n = instance.parameters, instance.n_nodes
    places = instance.places if access else ()
    ends = [(k.a, k.b) for k in instance.links] + [(x.node, n + i) for i, x in enumerate(places)]
    us = [p.us_per_km * k.km for k in instance.links] + [x.access_us for x in places]
    sites = np.array(instance.sites, dtype=np.int64)
    per_site = np.zeros((3, n + len(places)))
    per_site[:, sites] = [[p.transit_us], [p.oxc_us], [0.0]]
    oxc = np.full(n + len(places), -1, dtype=np.int64)
    oxc[sites] = oxcs
    pairs = np.array(ends, dtype=np.int64).reshape(-1, 2)
    return Graph(
        n_nodes=n + len(places),
        tail=pairs[:, 0].copy(),
        head=pairs[:, 1].copy(),
        us=np.array(us),
        use=np.array([*links, *access], dtype=np.int64),
        transit_us=per_site[0],
        oxc_us=per_site[1],
        oxc=oxc,
    )
