"""Seeded small light questions, and their best answer by trying everything."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Iterator

from optimizer.light.price import cost_of, least_pairs
from optimizer.light.program import too_long
from optimizer.light.question import LightRoute, Offer, Option, Question, Section, SiteRow
from optimizer.light.search import cut

__all__ = ["best_by_trying", "random_question"]


def random_question(seed: int) -> Question:
    """Return a question on up to 8 nodes: centers 0 to 2, sites 3 to 7, sections between them at random."""
    rng = random.Random(seed)
    centers, sites = [0, 1, 2][: rng.randint(2, 3)], list(range(3, 3 + rng.randint(1, 3)))
    pairs = [(c, s) for c in centers for s in sites if rng.random() < 0.6]
    pairs += [(a, b) for a, b in itertools.combinations(sites, 2) if rng.random() < 0.8]
    pairs += [(c, sites[0]) for c in centers if not any(c in p for p in pairs)]
    sections = tuple(
        Section(a, b, (i,), float(rng.randint(1, 9)), rng.choice([0.1, 0.2, 0.3]), rng.choice([0, 0, 1]))
        for i, (a, b) in enumerate(dict.fromkeys(pairs))
    )
    modes = rng.randint(1, 2)
    cost, slots, noise = (
        (rng.randint(3, 9), rng.randint(5, 14)),
        (1, 2),
        (rng.choice([0.5, 1.0]), rng.choice([0.8, 2.0])),
    )
    options: list[Option] = []
    n_demands = 0
    for a, b in itertools.combinations(centers, 2):
        routes = sorted(_routes(sections, a, b), key=lambda r: (len(r.sections), r.sections))[:3]
        if not routes:
            continue
        budget = rng.choice([math.inf, 20.0, 60.0])
        asked = rng.randint(1, 2)
        fitting = [r for r in routes if r.us <= budget] or routes[:1]
        options += [
            Option(n_demands, m, (r,), (max(1, asked - m),), (max(budget, r.us),))
            for r in fitting
            for m in range(modes)
        ]
        n_demands += 1
    links = range(len(sections))
    rows = (SiteRow(dict.fromkeys(sites, 1.0), 1.0, math.inf),) if rng.random() < 0.3 else ()
    return Question(
        n_demands=n_demands, options=tuple(options), sections=sections,
        offers={s: Offer(s, float(rng.choice([0, 6, 15])), False, rng.choice([0.0, 10.0])) for s in sites},
        rows=rows, mode_cost=tuple(float(c) for c in cost[:modes]), mode_slots=slots[:modes], mode_noise=noise[:modes],
        slots=rng.choice([2, 3]), add_drop_noise=0.1, ports_today={(centers[0], 0): rng.randint(0, 1)},
        link_cost={k: float(rng.randint(1, 8)) for k in links if rng.random() < 0.3},
        pair_cost={k: float(rng.randint(1, 5)) for k in links}, pairs_free=dict.fromkeys(links, 0),
        pair_limit={k: rng.randint(1, 2) for k in links if rng.random() < 0.3},
        amplifier_cost=float(rng.randint(0, 3)), direction_cost=float(rng.randint(0, 4)), directions_free=0,
        directions_most=rng.choice([3, 32]),
    )  # fmt: skip


def _routes(sections: tuple[Section, ...], a: int, b: int) -> Iterator[LightRoute]:
    """Yield every simple route over sites between two centers."""

    def walk(nodes: list[int], taken: list[int]) -> Iterator[LightRoute]:
        at = nodes[-1]
        if at == b:
            links = tuple(k for q in taken for k in sections[q].links)
            yield LightRoute(
                tuple(nodes), links, tuple(taken), tuple(nodes[1:-1]), sum(sections[q].length_km for q in taken)
            )
            return
        for q, s in enumerate(sections):
            if at in (s.a, s.b):
                other = s.b if at == s.a else s.a
                if other not in nodes and (other >= 3 or other == b):
                    yield from walk([*nodes, other], [*taken, q])

    yield from walk([a], [])


def best_by_trying(question: Question) -> float:
    """Return the least cost over all options, OXCs and wavelengths, inf when nothing holds."""
    by_demand = [[o for o in question.options if o.demand == d] for d in range(question.n_demands)]
    sites = sorted(question.offers)
    choices = []
    for options in itertools.product(*by_demand):
        for k in range(len(sites) + 1):
            for oxc in itertools.combinations(sites, k):
                if _allowed(question, options, set(oxc)):
                    least = least_pairs(question, options)
                    if _holds(question, least, oxc):  # wavelengths never need fewer pairs
                        choices.append((cost_of(question, options, oxc, least), options, oxc))
    best = math.inf
    for cost, options, oxc in sorted(choices, key=lambda c: c[0]):
        if cost >= best - 1e-9:
            break
        best = _with_wavelengths(question, options, oxc, best)
    return best


def _allowed(question: Question, options: tuple[Option, ...], oxc: set[int]) -> bool:
    for row in question.rows:
        if not row.lower <= sum(w for n, w in row.terms.items() if n in oxc) <= row.upper:
            return False
    for option in options:
        for route, budget in zip(option.routes, option.budgets_us, strict=True):
            slow = sum(question.offers[s].us_saved for s in route.sites if s not in oxc)
            if route.us + slow > budget + 1e-9:
                return False
            if any(oxc >= set(route.sites[a:b]) for a, b in too_long(question, route, option.mode)):
                return False
    return True


def _with_wavelengths(question: Question, options: tuple[Option, ...], oxc: tuple[int, ...], best: float) -> float:
    """Return the cost with the best wavelengths where it is below `best`; what only grows on is left when it is not."""
    lights = [x for o in options for x in cut(o, oxc)]
    wide = [question.mode_slots[x.option.mode] for x in lights]
    over = [x.way.sections[x.first : x.last + 1] for x in lights]
    used: Counter[tuple[int, int]] = Counter()

    def place(number: int, best: float) -> float:
        pairs: dict[int, int] = {}
        for (q, _), n in used.items():
            pairs[q] = max(pairs.get(q, 0), n)
        cost = cost_of(question, options, oxc, pairs)
        if cost >= best - 1e-9 or not _holds(question, pairs, oxc):
            return best
        if number == len(lights):
            return cost
        for first in range(question.slots - wide[number] + 1):
            taken = [(q, s) for q in over[number] for s in range(first, first + wide[number])]
            used.update(taken)
            best = place(number + 1, best)
            used.subtract(taken)
        return best

    return place(0, best)


def _holds(question: Question, pairs: dict[int, int], oxc: tuple[int, ...]) -> bool:
    return _cables_hold(question, pairs) and _directions_hold(question, pairs, oxc)


def _cables_hold(question: Question, pairs: dict[int, int]) -> bool:
    return all(n <= question.pair_limit.get(k, n) for q, n in pairs.items() for k in question.sections[q].links)


def _directions_hold(question: Question, pairs: dict[int, int], oxc: tuple[int, ...]) -> bool:
    met = Counter(dict.fromkeys(oxc, 0))
    for q, n in pairs.items():
        met.update({s: n for s in (question.sections[q].a, question.sections[q].b) if s in met})
    return all(n <= question.directions_most for n in met.values())
