r"""The light question as a mixed-integer program over routes.

For option o of relation r (channel type m, channels n on its routes), site s, section q, link l::

    sum_{o of r} x[o] = 1                                           every relation is carried
    sum_o n slots[m] x[o] [q in o] <= slots pairs[q]                spectrum of a section
    pairs[q] >= sum_{o of r, q in o} x[o]
    sum_{q over l} pairs[q] <= limit[l];  more[l] >= sum pairs[q] - free[l]
    lit[g] >= sum_{o of r, g in o} x[o]                             links that come together, g
    transit[r, s, m, n] >= sum_{o of r with m, n} x[o] [s in o] - oxc[s]
    sum_{s inside a stretch that is too long} oxc[s] <= count - x[o]      regenerated somewhere inside
    sum_{s in o} saved[s] (1 - oxc[s]) <= slack + M (1 - x[o])            latency
    directions[s] >= sum_{q at s} pairs[q] - included - M (1 - oxc[s])
    ports[c, m] >= sum_o n x[o] [c ends o] - in service

Exact for routes that are given, but for continuity of wavelengths: ``optimizer.solvers.spectrum`` adds pairs where it
must, and the next best choice is asked for until none can be cheaper. All columns are whole numbers on purpose: HiGHS
1.14.0 presolves ``min 2 o + t, o + t >= 1, o binary, t continuous`` to o = 1.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.flow import compact
from optimizer.light.question import LightRoute, Option, Question
from optimizer.model import Graph, ModelBuilder
from optimizer.solution import Solution

__all__ = ["LightChoice", "NoLight", "choose", "too_long"]


class NoLight(Exception):  # noqa: N818 - an answer: the caller tells the planner
    """No choice of routes carries the traffic; the message says why."""


@dataclass(frozen=True)
class LightChoice:
    """What was chosen: an option a relation, OXCs (nodes), fibre pairs by section; cost and proven bound."""

    options: tuple[Option, ...]
    oxc: frozenset[int]
    pairs: Mapping[int, int]
    cost: float
    bound: float


def choose(
    question: Question,
    *,
    time_limit_s: float = 60.0,
    gap: float = 1e-4,
    refused: Sequence[LightChoice] = (),
    start: LightChoice | None = None,
) -> LightChoice:
    """Return the cheapest choice.

    Parameters
    ----------
    question
        What to choose from.
    time_limit_s, gap
        When to stop.
    refused
        Choices of routes and OXCs that are left out, because they are known already.
    start
        A choice to begin from.

    Raises
    ------
    NoLight
        If there is none, or none was found in time.
    """
    from optimizer.solvers import solve_program

    builder = _build(question, refused)
    model = builder.build(_no_graph())
    begin = None if start is None else _values(question, builder, start)
    solution = solve_program(compact(model), "highs", time_limit_s=time_limit_s, gap=gap, start=begin)
    if solution.values is None:
        raise NoLight(_why(solution))
    return _read(question, builder, solution)


def _values(question: Question, builder: ModelBuilder, choice: LightChoice) -> dict[int, float]:
    """Return the whole-number columns of a choice."""
    families, taken = builder.families, set(choice.options)
    found = {families["take"][str(o)]: float(option in taken) for o, option in enumerate(question.options)}
    found |= {column: float(int(node) in choice.oxc) for node, column in families["oxc"].items()}
    return found | {column: float(choice.pairs.get(int(q), 0)) for q, column in families["pairs"].items()}


def _why(solution: Solution) -> str:
    if solution.status == "infeasible":
        return "no choice among the routes that were tried fits fibre pairs, reach and latency"
    return "the time was too short for a first choice of routes"


def _build(question: Question, refused: Sequence[LightChoice]) -> ModelBuilder:
    model = ModelBuilder()
    x = [model.column("take", str(o)) for o in range(len(question.options))]
    oxc = _sites(question, model, x)
    _relations(question, model, x)
    pairs = _spectrum(question, model, x)
    _links(question, model, x, pairs)
    _transit(question, model, x, oxc)
    _reach_and_latency(question, model, x, oxc)
    _directions(question, model, oxc, pairs)
    _ends(question, model, x)
    for number, choice in enumerate(refused):
        _something_else(question, model, x, oxc, number, choice)
    return model


def _sites(question: Question, model: ModelBuilder, x: Sequence[int]) -> dict[int, int]:
    """Add the OXC decisions, what the goals ask of them, and that each is on the network."""
    oxc = {
        node: model.column("oxc", str(node), cost=offer.cost, lower=1.0 if offer.today else 0.0)
        for node, offer in sorted(question.offers.items())
    }
    for i, row in enumerate(question.rows):
        terms = [(oxc[n], c) for n, c in row.terms.items() if n in oxc]  # others are not joined: no OXC
        model.row(f"goal {i}", terms, lower=row.lower, upper=row.upper)
    passing = defaultdict(list)
    for column, option in zip(x, question.options, strict=True):
        for node in {s for route in option.routes for s in route.sites}:
            passing[node].append(column)
    for node, offer in question.offers.items():
        if not offer.on_network and not offer.today:
            model.row(f"join {node}", [(oxc[node], 1.0), *((c, -1.0) for c in passing[node])], upper=0.0)
    return oxc


def _relations(question: Question, model: ModelBuilder, x: Sequence[int]) -> None:
    for demand, columns in _by_demand(question, x).items():
        model.row(f"relation {demand}", [(c, 1.0) for c in columns], lower=1.0, upper=1.0)


def _by_demand(question: Question, x: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {d: [] for d in range(question.n_demands)}
    for column, option in zip(x, question.options, strict=True):
        found[option.demand].append(column)
    return found


def _loads(question: Question, option: Option) -> dict[int, int]:
    """Return the slots that an option takes of every section."""
    load: dict[int, int] = defaultdict(int)
    for route, channels in zip(option.routes, option.channels, strict=True):
        for q in route.sections if channels else ():  # a protection route that holds nothing needs no pair
            load[q] += channels * question.mode_slots[option.mode]
    return load


def _spectrum(question: Question, model: ModelBuilder, x: Sequence[int]) -> dict[int, int]:
    """Add fibre pairs of the sections with room for the channels."""
    load: dict[int, list[tuple[int, float]]] = defaultdict(list)
    users: dict[tuple[int, int], list[int]] = defaultdict(list)
    for column, option in zip(x, question.options, strict=True):
        for q, slots in _loads(question, option).items():
            load[q].append((column, float(slots)))
            users[q, option.demand].append(column)
    pairs: dict[int, int] = {}
    most = _most_pairs(question)
    for q, terms in sorted(load.items()):
        pairs[q] = model.column("pairs", str(q), upper=float(most[q]))
        model.row(f"spectrum {q}", [*terms, (pairs[q], -float(question.slots))], upper=0.0)
    for (q, d), columns in users.items():
        model.row(f"pair {q} {d}", [(pairs[q], 1.0), *((c, -1.0) for c in columns)], lower=0.0)
    placed = [(pairs[q], -float(question.sections[q].amplifiers)) for q in pairs if question.sections[q].amplifiers]
    if placed and question.amplifier_cost:
        _amplifiers(question, model, placed)
    return pairs


def _amplifiers(question: Question, model: ModelBuilder, placed: Sequence[tuple[int, float]]) -> None:
    """Add line amplifiers beyond those paid for, in whole numbers: a part of one, then whole ones."""
    whole = math.floor(question.amplifiers_paid)
    part = whole + 1 - question.amplifiers_paid
    first = model.column("amplifiers", "part", cost=part * question.amplifier_cost)
    more = model.column("amplifiers", "whole", cost=question.amplifier_cost, upper=math.inf)
    model.row("amplifiers", [(first, 1.0), (more, 1.0), *placed], lower=-float(whole))


def _most_pairs(question: Question) -> dict[int, int]:
    """Return the most fibre pairs that all relations that may run through a section can ask of it."""
    slots: dict[int, dict[int, int]] = defaultdict(dict)
    for option in question.options:
        for q, n in _loads(question, option).items():
            slots[q][option.demand] = max(slots[q].get(option.demand, 0), n)
    return {q: math.ceil(sum(some.values()) / question.slots) for q, some in slots.items()}


def _links(question: Question, model: ModelBuilder, x: Sequence[int], pairs: Mapping[int, int]) -> None:
    """Add links that are not lit yet, and fibre pairs beyond the free ones; links that are alike go together."""
    over: dict[int, list[int]] = defaultdict(list)
    for q in pairs:
        for link in question.sections[q].links:
            over[link].append(q)
    groups: dict[tuple[tuple[int, ...], int, int], list[int]] = defaultdict(list)
    for link, sections in over.items():
        key = (tuple(sections), question.pairs_free.get(link, 1), question.pair_limit.get(link, -1))
        groups[key].append(link)
    for i, ((some, free, limit), links) in enumerate(sorted(groups.items())):
        terms = [(pairs[q], 1.0) for q in some]
        if limit >= 0:
            model.row(f"cable {i}", terms, upper=float(limit))
        cost = sum(question.pair_cost.get(link, 0.0) for link in links)
        if cost > 0:
            more = model.column("more", str(i), cost=cost, upper=math.inf)
            model.row(f"more {i}", [(more, 1.0), *((c, -v) for c, v in terms)], lower=-float(free))
    _unlit(question, model, x)


def _unlit(question: Question, model: ModelBuilder, x: Sequence[int]) -> None:
    """Add one decision for all links that the same options need."""
    users: dict[int, list[int]] = defaultdict(list)
    for o, option in enumerate(question.options):
        for link in {link for route in option.routes for link in route.links if link in question.link_cost}:
            users[link].append(o)
    groups: dict[tuple[int, ...], float] = defaultdict(float)
    for link, options in users.items():
        groups[tuple(options)] += question.link_cost[link]
    for i, (together, cost) in enumerate(sorted(groups.items())):
        lit = model.column("lit", str(i), cost=cost)
        by_demand: dict[int, list[int]] = defaultdict(list)
        for o in together:
            by_demand[question.options[o].demand].append(x[o])
        for d, columns in by_demand.items():
            model.row(f"lit {i} {d}", [(lit, 1.0), *((c, -1.0) for c in columns)], lower=0.0)


def _transit(question: Question, model: ModelBuilder, x: Sequence[int], oxc: Mapping[int, int]) -> None:
    """Add what passing sites without an OXC costs."""
    users: dict[tuple[int, int, int], list[tuple[int, int]]] = defaultdict(list)
    for column, option in zip(x, question.options, strict=True):
        count: dict[int, int] = defaultdict(int)
        for route, channels in zip(option.routes, option.channels, strict=True):
            for node in route.sites:
                count[node] += channels
        for node, n in count.items():
            if n and not question.offers[node].today:
                users[option.demand, node, option.mode].append((column, n))
    for (demand, node, mode), some in users.items():
        by_count: dict[int, list[int]] = defaultdict(list)
        for column, n in some:
            by_count[n].append(column)
        for n, columns in by_count.items():
            cost = 2 * n * question.mode_cost[mode]
            paid = model.column("transit", f"{demand} {node} {mode} {n}", cost=cost)
            row = [(paid, 1.0), (oxc[node], 1.0), *((c, -1.0) for c in columns)]
            model.row(f"transit {demand} {node} {mode} {n}", row, lower=0.0)


def too_long(question: Question, route: LightRoute, mode: int) -> Iterator[tuple[int, int]]:
    """Yield the shortest runs of sections, as first and last position, that a channel type cannot reach across."""
    allowed, noise = question.mode_noise[mode] * (1 + 1e-9), [question.sections[q].noise for q in route.sections]
    first = 0
    for last in range(len(noise)):
        shrunk = False
        while first <= last and question.add_drop_noise + sum(noise[first : last + 1]) > allowed:
            first, shrunk = first + 1, True
        if shrunk:
            yield first - 1, last


def _reach_and_latency(question: Question, model: ModelBuilder, x: Sequence[int], oxc: Mapping[int, int]) -> None:
    """Have stretches that are too long cut, and slow routes made quick by OXCs."""
    for o, option in enumerate(question.options):
        for k, (route, budget) in enumerate(zip(option.routes, option.budgets_us, strict=True)):
            for first, last in too_long(question, route, option.mode):
                inside = route.sites[first:last]
                terms = [(oxc[s], 1.0) for s in inside]
                model.row(f"reach {o} {k} {first}", [*terms, (x[o], 1.0)], upper=float(len(inside)))
            _latency(question, model, f"latency {o} {k}", x[o], oxc, route, budget)


def _latency(
    question: Question,
    model: ModelBuilder,
    label: str,
    column: int,
    oxc: Mapping[int, int],
    route: LightRoute,
    budget_us: float,
) -> None:
    saved = [(s, question.offers[s].us_saved) for s in route.sites if not question.offers[s].today]
    worst = sum(us for _, us in saved)
    slack = budget_us - route.us
    if slack >= worst:
        return
    terms = [(oxc[s], us) for s, us in saved]
    model.row(label, [*terms, (column, -(worst - slack))], lower=0.0)


def _directions(question: Question, model: ModelBuilder, oxc: Mapping[int, int], pairs: Mapping[int, int]) -> None:
    """Add directions beyond those an OXC comes with, and the most it takes."""
    at: dict[int, list[int]] = defaultdict(list)
    most = _most_pairs(question)
    for q in pairs:
        for node in (question.sections[q].a, question.sections[q].b):
            if node in oxc:
                at[node].append(q)
    for node, sections in sorted(at.items()):
        terms = [(pairs[q], 1.0) for q in sections]
        big = float(sum(most[q] for q in sections))
        if question.direction_cost > 0:
            more = model.column("directions", str(node), cost=question.direction_cost, upper=math.inf)
            lower = -float(question.directions_free) - big
            row = [(more, 1.0), *((c, -v) for c, v in terms), (oxc[node], -big)]
            model.row(f"directions {node}", row, lower=lower)
        model.row(f"directions most {node}", [*terms, (oxc[node], big)], upper=question.directions_most + big)


def _ends(question: Question, model: ModelBuilder, x: Sequence[int]) -> None:
    """Add ports at the ends of channels, beyond those in service."""
    used: dict[tuple[int, int], list[tuple[int, float]]] = defaultdict(list)
    for column, option in zip(x, question.options, strict=True):
        total = float(sum(option.channels))
        for node in (option.routes[0].nodes[0], option.routes[0].nodes[-1]):
            used[node, option.mode].append((column, total))
    for (node, mode), terms in sorted(used.items()):
        ports = model.column("ports", f"{node} {mode}", cost=question.mode_cost[mode], upper=math.inf)
        had = float(question.ports_today.get((node, mode), 0))
        model.row(f"ports {node} {mode}", [(ports, 1.0), *((c, -n) for c, n in terms)], lower=-had)


def _something_else(
    question: Question, model: ModelBuilder, x: Sequence[int], oxc: Mapping[int, int], number: int, choice: LightChoice
) -> None:
    """Leave a choice of routes and of OXCs on them: another route, or another OXC on the way."""
    passed = {s for option in choice.options for route in option.routes for s in route.sites}
    terms = [(x[question.options.index(o)], -1.0) for o in choice.options]
    same = float(len(terms))
    for node in sorted(passed):
        terms.append((oxc[node], -1.0 if node in choice.oxc else 1.0))
        same += node in choice.oxc
    model.row(f"refused {number}", terms, lower=1.0 - same)


def _read(question: Question, builder: ModelBuilder, solution: Solution) -> LightChoice:
    assert solution.values is not None
    values = solution.values
    families = builder.families

    def of(family: str) -> dict[int, float]:
        return {int(k): float(values[c]) for k, c in families.get(family, {}).items()}

    taken = [question.options[o] for o, v in of("take").items() if v > 0.5]
    return LightChoice(
        options=tuple(sorted(taken, key=lambda o: o.demand)),
        oxc=frozenset(n for n, v in of("oxc").items() if v > 0.5),
        pairs={q: round(v) for q, v in of("pairs").items() if v > 0.5},
        cost=solution.objective,
        bound=solution.bound,
    )


def _no_graph() -> Graph:
    none = np.zeros(0, dtype=np.int64)
    empty: Any = np.zeros(0)
    return Graph(0, none, none, empty, none, empty, empty, none)
