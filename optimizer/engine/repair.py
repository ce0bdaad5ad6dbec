"""Plans from trees: routes added where limits break, links dropped that nothing needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint import Pair
from optimizer.engine.bridges import spare_links
from optimizer.engine.cheap_route import cheap_route
from optimizer.engine.completion import SECONDS, broken, complete, connected, oxc_chosen
from optimizer.engine.kept_routes import KeptRoutes
from optimizer.engine.latency import Latency, build_latency, measure, passing_us, route, worst_first
from optimizer.engine.pairs import is_met, pair_of
from optimizer.engine.presolve import Rooted, oxc_possible
from optimizer.engine.protect import cheap_pair, keep_pairs, protected
from optimizer.model import ALWAYS

__all__ = ["add_routes", "plan_on", "serve", "tidy"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Plan = tuple[Floats, float]
Stop = Callable[[], bool]


def _never() -> bool:
    return False


def plan_on(
    rooted: Rooted,
    links: Bools,
    model_plan: Floats | None = None,
    worth: Floats | None = None,
    stop: Stop = _never,
    deadline: float = np.inf,
) -> Plan | None:
    """Return a plan on `links`, with routes added where limits break, and without links that nothing needs.

    Parameters
    ----------
    links
        Links of a tree or network, shape (links,).
    model_plan
        Values of some plan, whose other decisions are taken when `links` with a few routes allow none.
    worth
        Which of equally dear OXCs to take, see `complete`.
    stop
        Asked now and then; once it says so, only what is at hand is looked at.
    deadline
        ``time.monotonic()`` at which the search for the other decisions ends.
    """
    plans = [
        complete(rooted, links, seconds=_until(deadline), worth=worth),
        _by_routes(rooted, links, worth, stop, deadline),
    ]
    if plans[0] is None and not stop():
        wider = _with_pairs(rooted, _with_routes(rooted, links, stop))
        plans.append(complete(rooted, wider, seconds=_until(deadline), worth=worth))
        if plans[1:] == [None, None] and not stop():
            plans += [
                _with_more_pairs(rooted, wider, stop, deadline),
                _as_in(rooted, wider, model_plan, stop, deadline),
            ]
    tidied = [tidy(rooted, plan, stop) for plan in plans if plan is not None]
    return min(tidied, key=lambda plan: plan[1], default=None)


def _until(deadline: float) -> float:
    """Return the seconds that the other decisions may take."""
    return min(SECONDS, deadline - monotonic())


def _as_in(rooted: Rooted, links: Bools, model_plan: Floats | None, stop: Stop, deadline: float) -> Plan | None:
    """Add what keeps the decisions of a plan, if one is given."""
    if model_plan is None or stop():
        return None
    wider = keep_pairs(rooted, serve(rooted, links, model_plan, stop), oxc_chosen(rooted, model_plan), model_plan)
    return None if wider is None else complete(rooted, wider, seconds=_until(deadline))


def _by_routes(rooted: Rooted, links: Bools, worth: Floats | None, stop: Stop, deadline: float) -> Plan | None:
    """Keep the decisions that would be best without limits, and add a route for every demand over its limit."""
    loose = complete(rooted, links, seconds=_until(deadline), latency_too=False, worth=worth)
    if loose is None or not broken(rooted, loose[0]).size:
        return None
    served = serve(rooted, links, loose[0], stop)
    return complete(rooted, served, seconds=_until(deadline), worth=worth)


def _with_routes(rooted: Rooted, links: Bools, stop: Stop) -> Bools:
    """Add a route for every demand that always holds and that `links` cannot meet with any OXC."""
    always = tuple(d for d in rooted.latency.demands if rooted.model.demands[d].met == ALWAYS)
    latency = build_latency(rooted.model, always, rooted.latency.open_links)
    return _within_limits(rooted, latency, links, oxc_possible(rooted.model), stop)


def _with_pairs(rooted: Rooted, links: Bools) -> Bools:
    """Add two routes for every demand for them that always holds."""
    always = tuple(d for d in rooted.pairs if rooted.model.demands[d].met == ALWAYS)
    wider = protected(rooted, links, oxc_possible(rooted.model), always) if always else links
    return links if wider is None else wider


def _with_more_pairs(rooted: Rooted, links: Bools, stop: Stop, deadline: float) -> Plan | None:
    """Add two routes for one demand after the other that need not hold, the cheapest first, until there is a plan."""
    possible = oxc_possible(rooted.model)
    cost = np.where(links | rooted.free, 0.0, rooted.model.cost[rooted.model.graph.use])
    open_ = [d for d in rooted.pairs if rooted.model.demands[d].met != ALWAYS]
    added = {d: cheap_pair(rooted, d, links, possible) for d in open_}
    prices = {d: float(cost[taken].sum()) for d, taken in added.items() if taken is not None}
    for d in sorted(prices, key=lambda d: prices[d]):
        if stop():
            break
        wider = protected(rooted, links, possible, (d,))
        links = links if wider is None else wider
        plan = complete(rooted, links, seconds=_until(deadline))
        if plan is not None:
            return plan
    return None


def serve(rooted: Rooted, links: Bools, values: Floats, stop: Stop = _never) -> Bools:
    """Return `links` with routes added until every demand met in `values` complies with the OXCs of `values`."""
    met = tuple(d for d in range(len(rooted.model.demands)) if is_met(rooted.model, d, values))
    everything = build_latency(rooted.model, met, rooted.latency.open_links)
    return _within_limits(rooted, everything, links, oxc_chosen(rooted, values), stop)


def _within_limits(rooted: Rooted, wanted: Latency, links: Bools, oxc: Bools, stop: Stop = _never) -> Bools:
    """Return `links` with a cheap route for every wanted demand over its limit, the worst first.

    Once `stop` says so, those left get no route.
    """
    us = measure(wanted, links | rooted.free, oxc)
    wider = add_routes(rooted, worst_first(wanted.demands, us, wanted.budgets_us), links, oxc, stop=stop)
    return links if wider is None else wider


def add_routes(
    rooted: Rooted, slow: Sequence[int], links: Bools, oxc: Bools, purse: float = np.inf, stop: Stop = _never
) -> Bools | None:
    """Return `links` with a cheap route for the `slow` demands, one after the other.

    A route may help the demands after it, so each is looked at again before it gets one of its own. None when the
    routes together cost `purse` or more; once `stop` says so, those left get no route.
    """
    cost = np.where(links | rooted.free, 0.0, rooted.model.cost[rooted.model.graph.use])
    links, spent = links.copy(), 0.0
    for k, demand in enumerate(slow):
        if stop():
            break
        if k == 0 or not _keeps(rooted, demand, links, oxc):
            taken = cheap_route(rooted, demand, links, oxc, purse - spent)
            links[taken] = True
            spent = float(cost[links].sum())
            if spent >= purse or (not taken.size and np.isfinite(purse)):
                return None
    return links


def _keeps(rooted: Rooted, demand: int, links: Bools, oxc: Bools) -> bool:
    """Return whether a demand is within its limit over `links`."""
    taken = route(rooted.latency, demand, links | rooted.free, oxc)
    return taken.size > 0 and _latency_of(rooted, taken, oxc) <= rooted.model.demands[demand].budget_us


def _latency_of(rooted: Rooted, taken: Ints, oxc: Bools) -> float:
    """Latency of a route."""
    graph = rooted.model.graph
    ends = np.concatenate([graph.tail[taken], graph.head[taken]])
    nodes, times = np.unique(ends, return_counts=True)
    return float(graph.us[taken].sum() + passing_us(rooted.latency, oxc)[nodes[times > 1]].sum())


def tidy(rooted: Rooted, plan: Plan, stop: Stop = _never) -> Plan:
    """Drop links that no demand of the plan needs, the dearest first, until `stop` says so."""
    model = rooted.model
    values = plan[0].copy()
    use = model.graph.use
    links = (values[use] > 0.5) & ~rooted.free
    links &= connected(rooted, links)[model.graph.tail]
    links = _prune(rooted, links, _needed(rooted, values) | _pair_ends(rooted, links, values))
    links = _open_cycles(rooted, links, values, stop)
    values[use] = np.where(links | rooted.free, 1.0, 0.0)
    return values, model.objective(values)


def _needed(rooted: Rooted, values: Floats) -> Bools:
    """Nodes that the plan has to connect, shape (nodes,)."""
    steiner = rooted.steiner
    needed = steiner.required.copy()
    chosen = values[rooted.side_column][steiner.optional_column] > 0.5
    needed[steiner.optional_node[chosen]] = True
    return needed


def _pairs(rooted: Rooted, links: Bools, values: Floats) -> dict[int, Pair]:
    """Two routes over `links` of every demand for them that the plan meets and that has them."""
    oxc = oxc_chosen(rooted, values)
    met = [d for d in rooted.pairs if is_met(rooted.model, d, values)]
    return {d: pair for d in met if (pair := pair_of(rooted, d, links, oxc)) is not None}


def _pair_ends(rooted: Rooted, links: Bools, values: Floats) -> Bools:
    """Nodes where protected routes of the plan end, shape (nodes,)."""
    ends = np.zeros(rooted.steiner.n_nodes, dtype=np.bool_)
    for pair in _pairs(rooted, links, values).values():
        ends[[pair.first.nodes[-1], pair.second.nodes[-1]]] = True
    return ends


def _prune(rooted: Rooted, links: Bools, needed: Bools) -> Bools:
    """Cut off dead ends that hold no needed node."""
    graph, n = rooted.model.graph, rooted.model.graph.n_nodes
    links = links.copy()
    while True:
        used = links | rooted.free
        degree = np.bincount(graph.tail[used], minlength=n) + np.bincount(graph.head[used], minlength=n)
        loose = (degree == 1) & ~needed
        drop = links & (loose[graph.tail] | loose[graph.head])
        if not drop.any():
            return links
        links &= ~drop


def _open_cycles(rooted: Rooted, links: Bools, values: Floats, stop: Stop) -> Bools:
    """Drop links on cycles as long as every demand of the plan stays met."""
    model = rooted.model
    pairs = _pairs(rooted, links, values)
    needed = _needed(rooted, values) | _pair_ends(rooted, links, values)
    active = tuple(
        d for d in rooted.latency.demands if model.demands[d].met == ALWAYS or values[model.demands[d].met] > 0.5
    )
    latency = build_latency(model, active, rooted.latency.open_links)
    oxc, cost = oxc_chosen(rooted, values), model.cost[model.graph.use]
    routes = KeptRoutes(latency, links | rooted.free, oxc)
    spare = spare_links(*rooted.latency.graph.csr, links | rooted.free, needed, rooted.steiner.root)
    tried = np.flatnonzero(links & spare)
    for link in tried[np.argsort(-cost[tried], kind="stable")]:
        if stop():
            break
        if not links[link]:
            continue
        links[link] = False
        reach = connected(rooted, links)
        kept = reach[needed].all() and routes.without(int(link), links | rooted.free)
        others = _rerouted(rooted, pairs, int(link), links, oxc) if kept else None
        if others is None:
            links[link] = True
        else:
            pairs |= others
            links = _prune(rooted, links, needed)
    return links


def _rerouted(rooted: Rooted, pairs: dict[int, Pair], link: int, links: Bools, oxc: Bools) -> dict[int, Pair] | None:
    """Two routes anew for every demand whose pair used `link`, over `links` without it; None when one has none."""
    found: dict[int, Pair] = {}
    for d, pair in pairs.items():
        if link in pair.first.links or link in pair.second.links:
            other = pair_of(rooted, d, links, oxc)
            if other is None:
                return None
            found[d] = other
    return found
