"""A plan without traffic becomes one that carries it: links, OXCs, routes, channels, pairs, wavelengths together.

The engine's plan and its bound come first. Rounds of routes through its network and beyond decide again which OXCs
stand where and which links come on top. Then engine and light take turns: the engine finds the cheapest rest around
what the traffic uses, some of it set free each time, and the traffic finds cheaper ways in what that gives. The bound
rises beside all that in a thread of its own (``optimizer.light.bound``).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from optimizer.attended import NAME
from optimizer.bill import bill
from optimizer.errors import NoPlanError
from optimizer.facts import Choice, Measured
from optimizer.formulate import Formulation
from optimizer.light.ask import Asked, ask, asked, least_light_cost
from optimizer.light.bound import Prover, network_bound
from optimizer.light.describe import light_plan
from optimizer.light.effect import effect_of
from optimizer.light.explore import explore
from optimizer.light.parts import LightPlan
from optimizer.light.price import ports_of
from optimizer.light.program import NoLight
from optimizer.light.question import LightRoute, Option, Question, SiteRow
from optimizer.light.search import Carried
from optimizer.light.standing import Standing
from optimizer.model import Model
from optimizer.parts import parts as parts_of
from optimizer.plan import CostLine, LinkPlan, Plan, RelationPlan, RoutePlan
from optimizer.problem import Problem
from optimizer.requirements.export_400g import Export400G
from optimizer.result import choice_of
from optimizer.solution import Solution, relative_gap

__all__ = ["with_light"]

_log = logging.getLogger(__name__)
_REPAIRS = 5
_QUICK, _FIRST, _TREES_PER_TURN = 0.02, 0.3, 0.04
"""Shares of the time for a first plan from trees, for light in the engine's plan, and of what is left for that in a
turn."""
_ROUNDS = 4
"""Of routes in the engine's plan."""
_TURNS = 200
_ROUTES, _PROVING = "light: routes", "light: bound"

Resolve = Callable[[Model, NDArray[np.bool_], float], Solution]
"""Solves a model from given links within seconds."""


@dataclass(frozen=True)
class _Lit:
    """A choice with its light and what both cost."""

    choice: Choice
    base: Asked
    carried: Carried
    lines: tuple[CostLine, ...]
    light: LightPlan

    @property
    def cost(self) -> float:
        return float(sum(line.total for line in self.lines))


def with_light(
    problem: Problem,
    formulation: Formulation,
    values: NDArray[np.float64],
    plan: Plan,
    standing: Standing,
    *,
    resolve: Resolve,
    prove: Prover | None = None,
    keep: Callable[[Callable[[], Plan]], None],
    time_limit_s: float,
    gap: float,
    seed: int = 0,
) -> Plan:
    """Return the plan that carries the traffic.

    Parameters
    ----------
    problem, formulation, values
        The question, its model, and the model's values in the plan without traffic.
    plan
        That plan, with its bound.
    standing
        Told of every better plan and bound.
    resolve
        Solves the model again with some decisions taken.
    prove
        Bounds networks that let light pass; without it the plan's bound has to do.
    keep
        Called with what makes the best plan so far, at every better one.
    time_limit_s, gap
        Seconds for the light, and the relative gap of the choice among routes.
    seed
        Of the random prices of routes.

    Raises
    ------
    NoPlanError
        If no routes that were tried carry the traffic, with what stands in the way: that proves nothing.
    """
    until = time.perf_counter() + time_limit_s
    choice = choice_of(problem, formulation, values)

    def better(lit: _Lit) -> None:
        standing.offer(lit.cost, _ROUTES)
        keep(lambda: _plan(problem, plan, lit, standing.bound))

    def found(seconds: float, rounds: int) -> _Lit:
        lit = _lit(
            problem, formulation, values, choice, seconds, gap, seed, partial(standing.look_up, _ROUTES), rounds=rounds
        )
        standing.prove(plan.bound + _least(problem, plan, lit), _PROVING)
        return lit

    first: _Lit | None = None
    with suppress(NoLight):  # a plan to have, should the solve be cancelled
        first = found(_QUICK * time_limit_s, 0)
    quick = first is not None
    if first is None:
        try:
            first = found(_FIRST * time_limit_s, _ROUNDS)
        except NoLight as why:
            raise NoPlanError(_told(str(why))) from None
    better(first)
    with _beside(
        partial(_prove, formulation, plan, first, prove, until, _least(problem, plan, first), standing), standing
    ):
        if quick and not standing.done:
            with suppress(NoLight):
                first = min(first, found(_FIRST * time_limit_s, _ROUNDS), key=lambda lit: lit.cost)
            better(first)
        best = _improved(problem, formulation, first, resolve, better, until, standing, gap, seed)
    return _plan(problem, plan, best, standing.bound)


@contextmanager
def _beside(work: Callable[[], None], standing: Standing) -> Iterator[None]:
    """Work in another thread meanwhile, and wait for it; what goes wrong in one stops the other."""

    def guarded() -> None:
        try:
            work()
        except BaseException:
            standing.stopped = True
            raise

    with ThreadPoolExecutor(1, NAME) as pool:
        done = pool.submit(guarded)
        try:
            yield
        except BaseException:
            standing.stopped = True
            raise
    done.result()


def _prove(
    formulation: Formulation, plan: Plan, best: _Lit, prove: Prover | None, until: float, least: float,
    standing: Standing,
) -> None:  # fmt: skip
    """Raise the bound of what plans with light cost, where ends of channels cost so much at the least."""
    left = until - time.perf_counter()
    if prove is None or left <= 0 or standing.done:
        return
    told = standing.part(_PROVING, lambda bound: bound + least)
    found = network_bound(best.base, formulation, prove, best.cost - least, left, told)
    standing.prove(found + least, _PROVING)
    _log.info("Networks that let light pass cost at least %.0f, any network %.0f", found, plan.bound)


def _told(why: str) -> str:
    return (
        f"No plan that carries the traffic was found: {why}. This is no proof that there is none: only some routes are "
        "tried. Look at spare fibre pairs, latency limits and channel types, or give it more time."
    )


def _lit(
    problem: Problem, formulation: Formulation, values: NDArray[np.float64], choice: Choice, seconds: float, gap: float,
    seed: int, stop: Callable[[], bool], *, start: Sequence[Option] = (), brief: bool = False, rounds: int = _ROUNDS,
) -> _Lit:  # fmt: skip
    """Return the best light found from a plan; goals that OXCs of it served keep being met."""

    def explored(base: Asked) -> Carried:
        return explore(
            base, time_limit_s=seconds, gap=gap, seed=seed, start=start, brief=brief, rounds=rounds, stop=stop
        )

    base = asked(problem, formulation, values, choice)
    for _ in range(_REPAIRS):
        carried = explored(base)
        found = _chosen(base, carried)
        missed = _missed(problem, found)
        if not missed:
            return _priced(base, found, carried)
        _log.info("Moved OXCs miss a goal (%s); one of them stays.", missed[0])
        base = replace(base, rows=(*base.rows, _keep_one(problem, choice, found)))
    kept = tuple(SiteRow({s.node: 1.0}, 1.0, 1.0) for s in problem.metro_sites if s.id in choice.oxc)
    base = replace(base, rows=(*base.rows, *kept))
    carried = explored(base)
    return _priced(base, _chosen(base, carried), carried)


def _chosen(base: Asked, carried: Carried) -> Choice:
    """Return the choice with the links, OXCs and 400G ports of the light."""
    used = base.choice.used.copy()
    used[[k for o in carried.choice.options for r in o.routes for k in r.links]] = True
    oxc = frozenset(s.id for s in base.problem.metro_sites if s.node in carried.choice.oxc)
    return Choice(used, oxc, _new_ports(base, carried), base.choice.equipped)


def _new_ports(base: Asked, carried: Carried) -> dict[str, int]:
    """Return new 400G ports by center: ends of channels, and those of the plan without traffic as far as needed."""
    had = {c.id: c.ports_400g for c in base.problem.centers}
    at = {c.node: c.id for c in base.problem.centers}
    ends: dict[str, int] = {}
    for (node, mode), n in ports_of(carried.choice.options).items():
        if base.modes[mode].export_port:
            ends[at[node]] = ends.get(at[node], 0) + n
    ports = {name: n - had[name] for name, n in ends.items() if n > had[name]}
    export = base.problem.requirement(Export400G)
    for name, n in sorted(base.choice.new_ports.items()):
        if export is not None and _exports_met(base, export, ports):
            break
        ports[name] = max(ports.get(name, 0), n)
    return ports


def _exports_met(base: Asked, export: Export400G, ports: dict[str, int]) -> bool:
    goal = export.measure(base.problem, Measured(base.problem, replace(base.choice, new_ports=ports)).facts)
    return goal is None or goal.met


def _missed(problem: Problem, choice: Choice) -> list[str]:
    """Return the breaches of goals that do not look at light."""
    facts = Measured(problem, choice).facts
    rules = [r for r in problem.requirements if r.key not in ("capacity", "optical_reach")]
    return [breach for rule in rules for breach in rule.breaches(problem, facts)]


def _keep_one(problem: Problem, before: Choice, after: Choice) -> SiteRow:
    """Return the row that keeps at least one of the OXCs that were taken away."""
    node = {s.id: s.node for s in problem.metro_sites}
    return SiteRow({node[name]: 1.0 for name in before.oxc - after.oxc}, 1.0, float("inf"))


def _priced(base: Asked, choice: Choice, carried: Carried) -> _Lit:
    """Return the choice with its light, bill and all."""
    question = _same_question(base, carried)
    light = light_plan(base, question, carried, cost=0.0, least_cost=0.0, effect=())
    lines = bill(base.problem, choice, light)
    return _Lit(choice, base, carried, lines, light)


def _same_question(base: Asked, carried: Carried) -> Question:
    """Return the question over the chosen routes alone: the same sections, sites and prices."""
    return ask(base, {base.traffic[o.demand].id: (o.routes,) for o in carried.choice.options})


def _improved(
    problem: Problem,
    formulation: Formulation,
    best: _Lit,
    resolve: Resolve,
    better: Callable[[_Lit], None],
    until: float,
    standing: Standing,
    gap: float,
    seed: int,
) -> _Lit:
    """Return the best plan of turns between engine and light until time is up or none helps."""
    rng = np.random.default_rng(seed)
    centers = sorted({c for t in best.base.traffic for c in (t.a, t.b)})
    idle, longest = 0, 0.0
    for number in range(_TURNS):
        began = time.perf_counter()
        left = until - began
        if standing.done or idle > len(centers) or left < max(1.0, longest):
            break
        free = rng.choice(centers, size=min(len(centers) - 2, number % 4), replace=False).tolist()
        again = _turn(
            problem, formulation, best, resolve, partial(standing.look_up, _ROUTES), free, left, gap, seed + number
        )
        idle = 0 if again is not None and again.cost < best.cost - 1e-6 * best.cost else idle + 1
        if again is not None:
            _log.info("Turn %d, %s free: %.0f, best %.0f", number + 1, ", ".join(free) or "none", again.cost, best.cost)
            best = min(best, again, key=lambda x: x.cost)
            better(best)
        longest = max(longest, time.perf_counter() - began)
    return best


def _turn(
    problem: Problem,
    formulation: Formulation,
    best: _Lit,
    resolve: Resolve,
    stop: Callable[[], bool],
    free: Collection[str],
    left: float,
    gap: float,
    seed: int,
) -> _Lit | None:
    """Return the plan that the engine's cheapest rest gives; the traffic of some centers finds its ways anew."""
    kept = [o for o in best.carried.choice.options if not {*_centers(best, o)} & set(free)]
    solution = resolve(_around(problem, formulation, kept, best), best.choice.used, left / 2)
    if solution.values is None:
        return None
    choice = choice_of(problem, formulation, solution.values)
    seconds = min(left / 3, max(5.0, _TREES_PER_TURN * left))
    try:
        return _lit(problem, formulation, solution.values, choice, seconds, gap, seed, stop, start=kept, brief=True)
    except NoLight:
        return None


def _centers(best: _Lit, option: Option) -> tuple[str, str]:
    traffic = best.base.traffic[option.demand]
    return traffic.a, traffic.b


def _around(problem: Problem, formulation: Formulation, kept: Sequence[Option], best: _Lit) -> Model:
    """Return the model with the links under some options, and the OXCs they pass, settled."""
    model, families = formulation.model, formulation.families
    lower, upper = model.lower.copy(), model.upper.copy()
    use = np.fromiter(families["use"].values(), dtype=np.int64)
    links = [k for o in kept for r in o.routes for k in r.links]
    lower[use[links]] = upper[use[links]] = 1.0
    passed = {n for o in kept for r in o.routes for n in r.sites} & best.carried.choice.oxc
    names = {s.id for s in problem.metro_sites if s.node in passed}
    settled = [column for name, column in families["oxc"].items() if name in names]
    lower[settled] = upper[settled] = 1.0
    return replace(model, lower=lower, upper=upper)


def _plan(problem: Problem, plan: Plan, best: _Lit, bound: float) -> Plan:
    """Return the plan without traffic with everything that light changes."""
    least = _least(problem, plan, best)
    bound = min(best.cost, bound)
    light = replace(best.light, cost=best.cost - plan.objective, least_cost=least)
    light = replace(light, effect=effect_of(problem, plan, best.choice, light, best.cost))
    shared = parts_of(problem, Measured(problem, best.choice, light))
    shared["relations"] = _routed(problem, best, shared["relations"])
    shared["links"] = _with_pairs(light, shared["links"])
    forced = sum(r.forced_cost(problem) for r in problem.requirements) + least
    return replace(
        plan,
        status="optimal" if relative_gap(best.cost, bound) <= 1e-6 else "feasible",
        objective=best.cost,
        bound=bound,
        gap=relative_gap(best.cost, bound),
        variable_gap=relative_gap(best.cost - forced, bound - forced),
        cost=best.lines,
        light=light,
        **shared,
    )


def _least(problem: Problem, plan: Plan, best: _Lit) -> float:
    """Return what light costs at the least beyond what the bound without traffic counts."""
    export = problem.requirement(Export400G)
    forced_ports = export.forced_cost(problem) if export is not None and export.basis == "centers" else _port_cost(plan)
    return max(0.0, least_light_cost(best.base) - forced_ports)


def _port_cost(plan: Plan) -> float:
    """Return what 400G ports cost in a plan without traffic: no less than any plan needs for its goal."""
    return float(sum(c.cost for c in plan.centers))


def _routed(problem: Problem, best: _Lit, relations: Iterable[RelationPlan]) -> tuple[RelationPlan, ...]:
    """Return relations with the routes of their traffic."""
    chosen = {best.base.traffic[o.demand].id: o.routes for o in best.carried.choice.options}
    found = []
    for relation in relations:
        routes = chosen.get(relation.id)
        told = relation.routes if routes is None else tuple(_route(problem, best, i, r) for i, r in enumerate(routes))
        found.append(replace(relation, routes=told))
    return tuple(found)


def _route(problem: Problem, best: _Lit, number: int, route: LightRoute) -> RoutePlan:
    ids, links = problem.network.nodes["id"], problem.network.links
    passing = Measured(problem, best.choice).pass_us
    electrical = [s for s in route.sites if s not in best.carried.choice.oxc]
    km = float(links["length_km"].to_numpy()[list(route.links)].sum())
    us = float(problem.link_us[list(route.links)].sum() + passing[list(route.nodes[1:-1])].sum())
    return RoutePlan(
        "protection" if number else "working", tuple(str(ids.iat[n]) for n in route.nodes),
        tuple(str(links["id"].iat[k]) for k in route.links), km, us + problem.pair_end_us, len(electrical),
    )  # fmt: skip


def _with_pairs(light: LightPlan, links: Iterable[LinkPlan]) -> tuple[LinkPlan, ...]:
    """Return links with their fibre pairs."""
    pairs: dict[str, int] = {}
    for section in light.sections:
        for name in section.links:
            pairs[name] = pairs.get(name, 0) + section.pairs
    return tuple(replace(k, fibre_pairs=max(k.fibre_pairs, pairs.get(k.id, 0))) for k in links)
