"""Problem -> Model: the base decisions, then each requirement in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.model import Demand, Graph, Model, ModelBuilder
from optimizer.pricing import link_costs, oxc_cost
from optimizer.problem import Problem

__all__ = ["Formulation", "formulate"]


@dataclass(frozen=True)
class Formulation:
    """A model, the columns of its decisions by family and id, and the requirement that asks each demand by its key."""

    model: Model
    families: Mapping[str, Mapping[str, int]]
    asked_by: tuple[str, ...] = ()


def formulate(problem: Problem) -> Formulation:
    """Return the model of a problem.

    Base decisions: ``use`` of every link and ``oxc`` at every metro site. An OXC that exists is fixed at no cost; a
    new one has to be joined to an active center by lit links.
    """
    builder = ModelBuilder(families={"use": {}, "oxc": {}}, wishes=problem.wishes)
    _declare_links(problem, builder)
    _declare_oxc(problem, builder)
    asked_by = ["oxc_share"] * builder.n_demands  # those that join OXCs
    for requirement in problem.requirements:
        requirement.declare(problem, builder)
        asked_by += [requirement.key] * (builder.n_demands - len(asked_by))
    return Formulation(builder.build(_graph(problem, builder)), builder.families, tuple(asked_by))


def _declare_links(problem: Problem, builder: ModelBuilder) -> None:
    for name, cost in zip(problem.network.links["id"], link_costs(problem), strict=True):
        builder.column("use", str(name), cost=float(cost))


def _declare_oxc(problem: Problem, builder: ModelBuilder) -> None:
    cost = oxc_cost(problem.catalogue)
    targets = tuple(c.node for c in problem.active_centers)
    for site in problem.metro_sites:
        if site.oxc:
            builder.column("oxc", site.id, lower=1.0)
            continue
        column = builder.column("oxc", site.id, cost=cost)
        builder.demand(Demand(f"join OXC {site.id}", site.node, targets, met=column))


def _graph(problem: Problem, builder: ModelBuilder) -> Graph:
    ends = problem.network.ends
    n_nodes = len(problem.network.nodes)
    oxc = np.full(n_nodes, -1, dtype=np.int64)
    oxc_us = problem.transit_us.copy()
    for site in problem.metro_sites:
        if not site.oxc:
            oxc[site.node] = builder.families["oxc"][site.id]
            oxc_us[site.node] = min(problem.catalogue["oxc_us"], oxc_us[site.node])
    use = np.fromiter(builder.families["use"].values(), dtype=np.int64, count=len(ends))
    return Graph(
        n_nodes=n_nodes,
        tail=ends[:, 0].copy(),
        head=ends[:, 1].copy(),
        us=problem.link_us,
        use=use,
        transit_us=problem.transit_us,
        oxc_us=oxc_us,
        oxc=oxc,
        risks=problem.risks,
    )
