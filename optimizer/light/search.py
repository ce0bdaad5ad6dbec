"""The cheapest choice whose wavelengths fit: routes and OXCs by the program, wavelengths by CP-SAT, in turns."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from optimizer.light.price import cost_of, directions_of, least_pairs
from optimizer.light.program import LightChoice, NoLight, choose
from optimizer.light.question import LightRoute, Option, Question
from optimizer.solvers.spectrum import Assignment, Stretch, assign

__all__ = ["Carried", "Light", "carry", "cut", "with_wavelengths"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Light:
    """One channel on one transparent stretch of its route: sections by position ``first`` to ``last`` of the route."""

    option: Option
    route: int
    channel: int
    first: int
    last: int

    @property
    def way(self) -> LightRoute:
        """The route it is a part of."""
        return self.option.routes[self.route]


@dataclass(frozen=True)
class Carried:
    """A choice with its wavelengths: ``lights[i]`` has slots and pairs ``assignment.first[i]`` and ``.pair[i]``."""

    choice: LightChoice
    lights: tuple[Light, ...]
    assignment: Assignment


def carry(
    question: Question,
    *,
    time_limit_s: float = 60.0,
    gap: float = 1e-4,
    rounds: int = 20,
    start: Carried | None = None,
) -> Carried:
    """Return the cheapest choice of routes, OXCs and fibre pairs whose wavelengths fit.

    The choice's bound is that of the program without continuity, so it holds for every choice among these routes.

    `start`: a choice among these routes that is known already; the answer is never worse.

    Raises
    ------
    NoLight
        If there is none.
    """
    began = time.perf_counter()
    best = start
    refused: list[LightChoice] = []
    bound = -math.inf
    for _ in range(rounds):
        left = time_limit_s - (time.perf_counter() - began)
        try:
            known = start.choice if start is not None and not refused else None
            choice = choose(question, time_limit_s=max(1.0, left), gap=gap, refused=refused, start=known)
        except NoLight:
            if best is None and not refused:
                raise
            break
        bound = max(bound, choice.bound) if not refused else bound
        if best is not None and choice.bound >= best.choice.cost - gap * abs(best.choice.cost):
            break
        found = with_wavelengths(question, choice, max(1.0, left))
        if found is not None and (best is None or found.choice.cost < best.choice.cost):
            best = found
        if found is not None and found.choice.cost <= choice.cost * (1 + 1e-9) + 1e-6:
            break
        refused.append(choice)
        if time.perf_counter() - began > time_limit_s:
            break
    if best is None:
        raise NoLight("the wavelengths of no choice fit the fibre pairs that cables have")
    return replace(best, choice=replace(best.choice, bound=min(bound, best.choice.cost)))


def with_wavelengths(question: Question, choice: LightChoice, seconds: float) -> Carried | None:
    """Return a choice with slots and pairs, at the cost of the pairs it then has."""
    lights = tuple(light for option in choice.options for light in cut(option, choice.oxc))
    stretches = [
        Stretch(light.way.sections[light.first : light.last + 1], question.mode_slots[light.option.mode])
        for light in lights
    ]
    least = least_pairs(question, choice.options)
    prices = {q: _pair_price(question, q, choice.oxc) for q in least}
    found = assign(stretches, question.slots, least, pair_cost=prices, limits=_limits(question, least),
                   time_limit_s=min(60.0, seconds))  # fmt: skip
    if found is None or not _fits(question, found.pairs, choice.oxc):
        return None
    cost = cost_of(question, choice.options, choice.oxc, found.pairs)
    return Carried(replace(choice, pairs=dict(found.pairs), cost=cost), lights, found)


def _fits(question: Question, pairs: Mapping[int, int], oxc: Collection[int]) -> bool:
    """Return whether cables have the pairs, and OXCs the directions."""
    cables = all(sum(pairs[q] for q in some) <= limit for some, limit in _limits(question, pairs))
    return cables and max(directions_of(question, oxc, pairs).values(), default=0) <= question.directions_most


def cut(option: Option, oxc: Collection[int]) -> list[Light]:
    """Return the transparent stretches of every channel of an option: cut at sites without an OXC."""
    found = []
    for r, (route, channels) in enumerate(zip(option.routes, option.channels, strict=True)):
        ends = [i for i, site in enumerate(route.sites) if site not in oxc] + [len(route.sections) - 1]
        starts = [0, *(i + 1 for i in ends[:-1])]
        found += [Light(option, r, n, a, b) for n in range(channels) for a, b in zip(starts, ends, strict=True)]
    return found


def _pair_price(question: Question, section: int, oxc: Collection[int]) -> float:
    """Return what one more pair of a section costs where nothing is free any more."""
    s = question.sections[section]
    fibre = sum(question.pair_cost.get(link, 0.0) for link in s.links)
    ends = sum(node in oxc for node in (s.a, s.b))
    return fibre + s.amplifiers * question.amplifier_cost + ends * question.direction_cost


def _limits(question: Question, sections: Collection[int]) -> Sequence[tuple[tuple[int, ...], int]]:
    """Return the sections over every link with a limit."""
    over: dict[int, list[int]] = {}
    for q in sections:
        for link in question.sections[q].links:
            if link in question.pair_limit:
                over.setdefault(link, []).append(q)
    return sorted({(tuple(sorted(some)), question.pair_limit[link]) for link, some in over.items()})
