"""Ruin and recreate: take a stretch out of a plan, route again what it served, keep what is cheaper."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.engine.completion import complete, oxc_chosen
from optimizer.engine.kept_routes import KeptRoutes
from optimizer.engine.latency import Latency, build_latency
from optimizer.engine.presolve import Rooted
from optimizer.engine.protect import keep_pairs
from optimizer.engine.repair import add_routes, tidy
from optimizer.model import ALWAYS

__all__ = ["improve_plan"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Plan = tuple[Floats, float]

PAYS = 1e-5  # relative gain of a pass that makes another worth it


def improve_plan(rooted: Rooted, plan: Plan, stop: Callable[[], bool], seconds: float, seed: int = 0) -> Plan:
    """Return a plan no dearer than `plan`, after passes over its stretches as long as they pay.

    Parameters
    ----------
    rooted
        The problem.
    plan
        Values and objective to start from.
    stop
        Asked now and then whether to stop.
    seconds
        Time it may take.
    seed
        Of the order of the stretches.
    """
    end = monotonic() + seconds
    best, before = plan, np.inf
    while best[1] < before - PAYS * abs(best[1]) and monotonic() < end and not stop():
        before = best[1]
        best = _pass(rooted, best, stop, end, seed)
        again = complete(rooted, best[0][rooted.model.graph.use] > 0.5)  # OXCs anew, where they now help most
        best = again if again is not None and again[1] <= best[1] * (1.0 + 1e-12) else best
        seed += 1
    return min(best, plan, key=lambda p: p[1])


def _pass(rooted: Rooted, best: Plan, stop: Callable[[], bool], end: float, seed: int) -> Plan:
    """Try to route anew what each stretch serves, the dear ones more or less first."""
    wanted = _wanted(rooted, best[0])
    stretches = _stretches(rooted, best[0])
    cost = rooted.model.cost[rooted.model.graph.use]
    weight = np.array([cost[s].sum() for s in stretches])
    noise = np.random.default_rng(seed).uniform(0.5, 1.0, weight.size)
    used, routes = _used(rooted, best[0]), _routes(rooted, wanted, best[0])
    for i in np.argsort(-weight * noise, kind="stable"):
        if monotonic() > end or stop():
            break
        if weight[i] <= 0.0 or not used[stretches[i]].all():
            continue
        found = _without(rooted, routes, best, stretches[i])
        if found is not None and found[1] < best[1] - 1e-9 * abs(best[1]):
            best, used, routes = found, _used(rooted, found[0]), _routes(rooted, wanted, found[0])
    return best


def _used(rooted: Rooted, values: Floats) -> Bools:
    """Links of a plan, shape (links,)."""
    return values[rooted.model.graph.use] > 0.5


def _routes(rooted: Rooted, wanted: Latency, values: Floats) -> KeptRoutes:
    """Routes of the demands that the plan has to meet."""
    return KeptRoutes(wanted, _used(rooted, values) | rooted.free, oxc_chosen(rooted, values))


def _wanted(rooted: Rooted, values: Floats) -> Latency:
    """Demands that the plan has to meet."""
    demands = rooted.model.demands
    met = tuple(i for i, d in enumerate(demands) if d.met == ALWAYS or values[d.met] > 0.5)
    return build_latency(rooted.model, met, rooted.latency.open_links)


def _without(rooted: Rooted, routes: KeptRoutes, plan: Plan, stretch: Ints) -> Plan | None:
    """Route again what a stretch served; None when that is no cheaper."""
    model = rooted.model
    values = plan[0].copy()
    cost = model.cost[model.graph.use]
    links = values[model.graph.use] > 0.5
    links[stretch] = False
    oxc = oxc_chosen(rooted, values)
    left = float(cost[stretch].sum())
    served = add_routes(rooted, routes.slow_without(stretch, links | rooted.free), links, oxc, left)
    wider = None if served is None else keep_pairs(rooted, served, oxc, values)
    if wider is None or float(cost[wider & ~links].sum()) >= left > 0.0:
        return None
    values[model.graph.use] = np.where(wider | rooted.free, 1.0, 0.0)
    return tidy(rooted, (values, model.objective(values)))


def _stretches(rooted: Rooted, values: Floats) -> list[Ints]:
    """Maximal chains of used links between nodes where more than two meet or that a demand ends at."""
    graph = rooted.model.graph
    used = np.flatnonzero(values[graph.use] > 0.5)
    degree = np.bincount(np.concatenate([graph.tail[used], graph.head[used]]), minlength=graph.n_nodes)
    stop = (degree != 2) | rooted.steiner.required
    stop[rooted.steiner.optional_node] = True
    at: dict[int, list[int]] = {}
    for e in used.tolist():
        at.setdefault(int(graph.tail[e]), []).append(e)
        at.setdefault(int(graph.head[e]), []).append(e)
    seen: set[int] = set()
    chains = []
    for e in used.tolist():
        if e not in seen:
            chain = _chain(graph.tail, graph.head, stop, at, e)
            seen.update(chain)
            chains.append(np.array([c for c in chain if not rooted.free[c]], dtype=np.int64))
    return chains


def _chain(tail: Ints, head: Ints, stop: Bools, at: dict[int, list[int]], first: int) -> list[int]:
    """Links of the chain through a link."""
    chain = [first]
    for start in (int(tail[first]), int(head[first])):
        v, last = start, first
        while not stop[v]:
            following = [e for e in at[v] if e != last]
            if len(following) != 1 or following[0] in chain:
                break
            last = following[0]
            chain.append(last)
            v = int(head[last]) if int(tail[last]) == v else int(tail[last])
    return chain
