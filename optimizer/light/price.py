"""What a choice costs, added up item by item: the question's own arithmetic, without any program."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from optimizer.light.question import Option, Question

__all__ = ["cost_of", "directions_of", "least_pairs", "loads", "ports_of", "transits_of"]


def loads(question: Question, options: Sequence[Option]) -> Counter[int]:
    """Return the slots that options take of every section."""
    load: Counter[int] = Counter()
    for option in options:
        for route, channels in zip(option.routes, option.channels, strict=True):
            for q in route.sections:
                load[q] += channels * question.mode_slots[option.mode]
    return load


def least_pairs(question: Question, options: Sequence[Option]) -> dict[int, int]:
    """Return the fewest fibre pairs of every section that have room, continuity left out."""
    return {q: math.ceil(n / question.slots) for q, n in loads(question, options).items() if n}


def ports_of(options: Sequence[Option]) -> Counter[tuple[int, int]]:
    """Return ports at the ends of channels by (node, channel type)."""
    ports: Counter[tuple[int, int]] = Counter()
    for option in options:
        for node in (option.routes[0].nodes[0], option.routes[0].nodes[-1]):
            ports[node, option.mode] += sum(option.channels)
    return ports


def transits_of(options: Sequence[Option], oxc: Collection[int]) -> Counter[tuple[int, int]]:
    """Return ports of channels that pass a site electrically by (node, channel type): two a channel."""
    ports: Counter[tuple[int, int]] = Counter()
    for option in options:
        for route, channels in zip(option.routes, option.channels, strict=True):
            for node in route.sites:
                if node not in oxc:
                    ports[node, option.mode] += 2 * channels
    return ports


def directions_of(question: Question, oxc: Collection[int], pairs: Mapping[int, int]) -> Counter[int]:
    """Return the directions that an OXC needs: one a fibre pair and section."""
    found: Counter[int] = Counter()
    for q, n in pairs.items():
        for node in (question.sections[q].a, question.sections[q].b):
            if node in oxc:
                found[node] += n
    return found


def cost_of(question: Question, options: Sequence[Option], oxc: Collection[int], pairs: Mapping[int, int]) -> float:
    """Return what a choice costs."""
    parts = [question.offers[n].cost for n in oxc]
    links = {link for option in options for route in option.routes for link in route.links}
    parts += [question.link_cost.get(link, 0.0) for link in links]
    over: Counter[int] = Counter()
    for q, n in pairs.items():
        over.update(dict.fromkeys(question.sections[q].links, n))
    parts += [
        max(0, n - question.pairs_free.get(link, 1)) * question.pair_cost.get(link, 0.0) for link, n in over.items()
    ]
    placed = sum(question.sections[q].amplifiers * n for q, n in pairs.items())
    parts.append(question.amplifier_cost * max(0.0, placed - question.amplifiers_paid))
    extra = (max(0, n - question.directions_free) for n in directions_of(question, oxc, pairs).values())
    parts.append(question.direction_cost * sum(extra))
    for key, n in ports_of(options).items():
        parts.append(question.mode_cost[key[1]] * max(0, n - question.ports_today.get(key, 0)))
    parts += [question.mode_cost[mode] * n for (_, mode), n in transits_of(options, oxc).items()]
    return math.fsum(parts)
