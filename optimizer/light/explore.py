"""Rounds of routes: quickest ones, ones at the prices of a plan without traffic, then at those of the best choice."""

from __future__ import annotations

import logging
import math
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimizer.disjoint import Way
from optimizer.facts import Measured
from optimizer.light.ask import Asked, ask, channels_needed, lead_ins
from optimizer.light.candidates import Prices, Tariff, cheapest_ways, tariffs
from optimizer.light.modes import end_cost, slots_of
from optimizer.light.noise import allowed_noise
from optimizer.light.price import cost_of, least_pairs
from optimizer.light.program import LightChoice, NoLight, too_long
from optimizer.light.question import LightRoute, Option, Question
from optimizer.light.search import Carried, carry, with_wavelengths
from optimizer.light.trees import Ground, Tree, grow_trees, tree_way
from optimizer.pricing import dark_pair_cost, oxc_cost
from optimizer.problem import Center

__all__ = ["Explored", "explore"]

_log = logging.getLogger(__name__)

_CHEAP = 0.02
"""Share of its price that an OXC counts where the goals need some of its kind anyway."""
_SHARES = (1, 4, 15)
_WAVELENGTHS_S = 10.0
"""For the wavelengths of a tree at the most."""
_TREES, _PROGRAM = 0.5, 0.15
"""Shares of the time for trees, and for one program where a tree carries all traffic already."""


@dataclass
class Explored:
    """Routes that were found so far, by relation."""

    base: Asked
    ways: dict[str, list[tuple[LightRoute, ...]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, name: str, routes: tuple[LightRoute, ...]) -> None:
        """Keep routes that are new."""
        if routes not in self.ways[name]:
            self.ways[name].append(routes)


def explore(
    base: Asked,
    *,
    time_limit_s: float,
    gap: float,
    rounds: int = 4,
    seed: int = 0,
    start: Sequence[Option] = (),
    brief: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Carried:
    """Return the best choice of routes, OXCs, pairs and wavelengths that rounds of route generation find.

    `start`: a choice of options to go on from, of the same network; `brief`: leave it at trees where one carries all;
    `rounds`: of routes beyond trees at most; `stop`: asked again and again whether to be content with what there is.

    Raises
    ------
    NoLight
        If no routes carry the traffic.
    """
    began = time.perf_counter()
    found, prices, rng = Explored(base), _prices(base), np.random.default_rng(seed)
    trees = _add_trees(found, (0.8 if brief else _TREES) * time_limit_s, rng, start, stop)
    best = _best_tree(base, found, trees, min(_WAVELENGTHS_S, time_limit_s / 3))
    if brief and best is not None:
        return best
    _first_ways(found, prices)
    for number in range(rounds):
        left = time_limit_s - (time.perf_counter() - began)
        if best is not None and (left < 2 or stop()):
            break
        seconds = max(2.0, left / 2 if best is None else min(left / 2, _PROGRAM * time_limit_s))
        carried = carry(ask(base, found.ways), time_limit_s=seconds, gap=gap, start=best)
        better = best is None or carried.choice.cost < best.choice.cost - gap * abs(best.choice.cost)
        _log.info("Light, round %d: %.0f over %d routes", number + 1, carried.choice.cost, _count(found))
        best = carried
        before = _count(found)
        if not better and number:
            break
        _next_ways(found, prices, best, rng)
        if _count(found) == before:
            break
    if best is None:
        raise NoLight("no tree carries all of it")
    return best


def _best_tree(
    base: Asked, found: Explored, trees: list[dict[str, tuple[LightRoute, ...]]], seconds: float
) -> Carried | None:
    """Return the cheapest tree that carries all traffic by itself, each relation by its cheapest channels there.

    `seconds`: for the wavelengths of a tree.
    """
    question, best = ask(base, found.ways), None
    stands = {s.node for s in base.problem.metro_sites if s.id in base.choice.oxc}
    choices: list[tuple[float, int, LightChoice]] = []
    for number, ways in enumerate(reversed(trees)):  # of equals the one to go on from first
        taken = [
            min(
                (o for o in question.options if o.demand == d and o.routes == ways.get(t.id) and _reaches(question, o)),
                key=lambda o: sum(o.channels) * question.mode_cost[o.mode],
                default=None,
            )
            for d, t in enumerate(base.traffic)
        ]
        options = tuple(o for o in taken if o is not None)
        choice = None if len(options) < len(taken) else _on_tree(question, options, stands)
        if choice is not None:
            choices.append((_at_least(question, choice), number, choice))
    for least, _, choice in sorted(choices, key=lambda c: c[:2]):
        if best is not None and least >= best.choice.cost:
            break
        carried = with_wavelengths(question, choice, seconds)
        if carried is not None and (best is None or carried.choice.cost < best.choice.cost):
            best = carried
    if best is not None:
        _log.info("Light, best tree: %.0f", best.choice.cost)
    return best


def _at_least(question: Question, choice: LightChoice) -> float:
    """Return what a choice costs where wavelengths need no pairs beyond the load's."""
    return cost_of(question, choice.options, choice.oxc, least_pairs(question, choice.options))


def _reaches(question: Question, option: Option) -> bool:
    """Return whether light reaches all along the routes of an option."""
    return not any(True for route in option.routes for _ in too_long(question, route, option.mode))


def _on_tree(question: Question, options: tuple[Option, ...], stands: Collection[int]) -> LightChoice | None:
    """Return the choice of options with an OXC wherever they pass and where the goals want more; None if too far.

    Those that the goals want are taken from where they stand in the plan first.
    """
    passed = {s for o in options for r in o.routes for s in r.sites}
    oxc = {n for n, offer in question.offers.items() if offer.today or n in passed}
    for row in question.rows:
        open_sites = [n for n, w in row.terms.items() if w > 0 and n in question.offers and n not in oxc]
        joined = [n for n in open_sites if question.offers[n].on_network]
        more = sorted(joined, key=lambda n: (n not in stands, question.offers[n].cost, n))
        while more and sum(w for n, w in row.terms.items() if n in oxc) < row.lower - 1e-9:
            oxc.add(more.pop(0))
        if not row.lower - 1e-9 <= sum(w for n, w in row.terms.items() if n in oxc) <= row.upper + 1e-9:
            return None
    for option in options:
        for route, budget in zip(option.routes, option.budgets_us, strict=True):
            if route.us > budget:
                return None
    return LightChoice(options, frozenset(oxc), {}, math.inf, -math.inf)


def _count(found: Explored) -> int:
    return sum(map(len, found.ways.values()))


def _prices(base: Asked) -> Prices:
    """Return prices of links and sites for the search of routes."""
    problem, c = base.problem, base.problem.catalogue
    asked_for = {node for row in base.rows if row.lower > 0 for node in row.terms}
    price = oxc_cost(c)
    site = {s.node: 0.0 if s.oxc else price * (_CHEAP if s.node in asked_for else 1.0) for s in problem.metro_sites}
    km = problem.network.links["length_km"].to_numpy(dtype=np.float64)
    transit = 2 * min(end_cost(c, m) for m in base.modes) * 2
    lit_km = 0.002 * dark_pair_cost(c) + 1.0
    return Prices(base.link_cost, km, site, transit, lit_km, np.zeros(len(problem.network.nodes), dtype=np.bool_))


def _pairs(base: Asked) -> list[tuple[Center, Center]]:
    by_id = {c.id: c for c in base.problem.centers}
    return [(by_id[t.a], by_id[t.b]) for t in base.traffic]


def _first_ways(found: Explored, prices: Prices) -> None:
    """Add the quickest ways in the plan, the cheapest there, and the cheapest over all links as they draw together."""
    base = found.base
    used = np.where(base.choice.used, 0.0, math.inf)
    passing = np.zeros(len(prices.used))
    for site in base.problem.metro_sites:
        passing[site.node] = base.surveyor.least_us[site.node]
    quickest = Tariff(base.problem.link_us + used, passing)
    _add(found, quickest)
    _add(found, Tariff(base.problem.link_us + np.where(np.isfinite(base.link_cost), 0.0, math.inf), passing))
    _add(found, Tariff(prices.link + _scarce(base) + prices.km, passing))
    inside = replace(prices, link=used)
    for start in (inside, prices):
        links: set[int] = set()
        sites: set[int] = set()
        for share in _SHARES:
            tariff = tariffs(start, links, sites, share, None)
            added = _add(found, tariff)
            links |= {k for r in added for k in r.links if base.link_cost[k] > 0}
            sites |= {s for r in added for s in r.sites}
    _add_pairs(found)


def _add_trees(
    found: Explored, seconds: float, rng: np.random.Generator, start: Sequence[Option], stop: Callable[[], bool]
) -> list[dict[str, tuple[LightRoute, ...]]]:
    """Add the ways of relations in cheap trees, and those of the start; return them tree by tree."""
    base = found.base
    begin = {base.traffic[o.demand].id: tuple(base.surveyor.route(r.nodes, r.links) for r in o.routes) for o in start}
    for name, routes in begin.items():
        found.add(name, routes)
    trees: list[dict[str, tuple[LightRoute, ...]]] = []
    by_id = {c.id: c.node for c in base.problem.centers}
    free = [t for t in base.traffic if t.id not in base.protected]
    ends = base.problem.network.ends
    for tree in grow_trees(_ground(base), time_limit_s=seconds, rng=rng, start=_as_tree(base, begin), stop=stop):
        _log.info("Tree of %d sections: %.0f", len(tree.sections), tree.cost)
        ways: dict[str, tuple[LightRoute, ...]] = {}
        for t in free:
            way = tree_way(tree, by_id[t.a], by_id[t.b], ends)
            if way is not None:
                ways[t.id] = (base.surveyor.route(*way),)
                found.add(t.id, ways[t.id])
        trees.append(ways)
    return [*trees, begin] if begin else trees


def _as_tree(base: Asked, ways: Mapping[str, tuple[LightRoute, ...]]) -> Tree | None:
    """Return the sections of routes as a tree to go on from; they may go round, as ways take the fewest sections."""
    numbers = sorted({q for routes in ways.values() for r in routes for q in r.sections})
    some = [base.surveyor.sections[q] for q in numbers]
    return Tree(tuple((s.a, s.b, s.links) for s in some), math.inf) if some else None


def _ground(base: Asked) -> Ground:
    """Return where trees grow: OXCs that the goals need anyway are nearly free."""
    problem, c, links = base.problem, base.problem.catalogue, base.problem.network.links
    by_id = {x.id: x.node for x in problem.centers}
    offers: dict[tuple[int, int], tuple[tuple[float, float, int], ...]] = {}
    margin = base.reach.margin_db if base.reach else -math.inf
    for t in base.traffic:
        rated = []
        for m, mode in enumerate(base.modes):
            n = channels_needed(base, t, m)[0]
            reach = allowed_noise(mode, margin) - base.noise.add_drop if base.reach else math.inf
            rated.append((2 * n * end_cost(c, mode), n * slots_of(mode, base.rule.slot_ghz), reach))
        offers[by_id[t.a], by_id[t.b]] = tuple((reach, price, slots) for price, slots, reach in sorted(rated))
    km = links["length_km"].to_numpy(dtype=np.float64)
    more = np.where(links["kind"] == "existing", km * dark_pair_cost(c), 0.0)
    centers = tuple(sorted({n for pair in offers for n in pair}))
    return Ground(
        len(problem.network.nodes), problem.network.ends, base.link_cost, more, km, _prices(base).site, centers,
        base.slots, c.active(c["oxc_direction"]), int(c["oxc_directions"]), offers, base.noise.section,
    )  # fmt: skip


def _scarce(base: Asked) -> NDArray[np.float64]:
    """Return a dear price for links of cables that have too few pairs for all traffic, so that some ways avoid them."""
    links, slots = base.problem.network.links, sum(some[0][2] for some in _ground(base).offers.values())
    pairs = links["spare_pairs"].to_numpy() + links["lit"].to_numpy(dtype=np.int64)
    few = (links["kind"] == "existing").to_numpy() & (pairs < math.ceil(slots / base.slots)) & ~lead_ins(base.problem)
    return np.where(few & (base.rule.spare_pairs == "given"), 1e7, 0.0)


def _next_ways(found: Explored, prices: Prices, best: Carried, rng: np.random.Generator) -> None:
    """Add ways at the prices that the best choice leaves: what it lights and equips is nearly free to others."""
    links = {k for o in best.choice.options for r in o.routes for k in r.links if found.base.link_cost[k] > 0}
    for noise in (None, rng, rng):
        _add(found, tariffs(prices, links, best.choice.oxc, 1000, noise))
        _add(found, tariffs(prices, links, best.choice.oxc, 15, noise))
    _add_pairs(found, links)


def _add(found: Explored, tariff: Tariff) -> list[LightRoute]:
    """Add the cheapest ways of unprotected relations at a tariff; return them."""
    base = found.base
    pairs = [p for p, t in zip(_pairs(base), base.traffic, strict=True) if t.id not in base.protected]
    added = []
    for (a, b), (nodes, links) in cheapest_ways(base.problem, tariff, pairs).items():
        route = base.surveyor.route(nodes, links)
        found.add(f"{a}-{b}", (route,))
        added.append(route)
    return added


def _add_pairs(found: Explored, more: Iterable[int] = ()) -> None:
    """Add working and protection routes of protected relations: in the plan, and with links of other routes too."""
    base = found.base
    wanted = {(t.a, t.b) for t in base.traffic if t.id in base.protected}
    if not wanted:
        return
    everywhere = frozenset(s.id for s in base.problem.metro_sites)
    wide = base.choice.used.copy()
    wide[list(more)] = True
    wide[[k for some in found.ways.values() for w in some for r in w for k in r.links]] = True
    for used, oxc in ((base.choice.used, base.choice.oxc), (base.choice.used, everywhere), (wide, everywhere)):
        measured = Measured(base.problem, replace(base.choice, used=used, oxc=oxc))
        for key, pair in measured.protected.items():
            if key in wanted:
                found.add(f"{key[0]}-{key[1]}", tuple(_along(base, key[0], way) for way in (pair.first, pair.second)))


def _along(base: Asked, start: str, way: Way) -> LightRoute:
    """Return the route along a way, from the relation's first center."""
    node = next(c.node for c in base.problem.centers if c.id == start)
    nodes, links = (way.nodes, way.links) if way.nodes[0] == node else (way.nodes[::-1], way.links[::-1])
    return base.surveyor.route(nodes, links)
