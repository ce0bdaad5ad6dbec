"""Wavelengths: slots of fibre pairs for light that keeps its slots all along a transparent stretch.

Which pair of a section a stretch takes is free as long as no two on one pair overlap. Slots in a section that overlap
at most k at a time fit k pairs, as interval graphs are perfect; so only the slots are sought, pairs follow.
First fit, longest stretches first, is tried before CP-SAT (routing and spectrum assignment: M. Jinno et al., IEEE
Commun. Mag. 48(8), 138, 2010).
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

__all__ = ["Assignment", "Stretch", "assign"]


@dataclass(frozen=True)
class Stretch:
    """Light over a row of sections that takes `slots` neighbouring slots, the same ones in all of them."""

    sections: tuple[int, ...]
    slots: int


@dataclass(frozen=True)
class Assignment:
    """First slot of every stretch, the pair it takes on each of its sections, and how many pairs sections have.

    ``proven``: no cheaper pairs would do.
    """

    first: tuple[int, ...]
    pair: tuple[tuple[int, ...], ...]
    pairs: Mapping[int, int]
    proven: bool


def assign(
    stretches: Sequence[Stretch],
    slots: int,
    pairs: Mapping[int, int],
    *,
    pair_cost: Mapping[int, float] | None = None,
    limits: Sequence[tuple[tuple[int, ...], int]] = (),
    time_limit_s: float = 60.0,
) -> Assignment | None:
    """Return slots and pairs; pairs are added where continuity needs them, the cheapest ones. None when none fit.

    Parameters
    ----------
    stretches
        What needs slots.
    slots
        Slots of a fibre pair.
    pairs
        Fibre pairs of every section, at the least.
    pair_cost
        Price of one more pair of a section; 1 where it is not given.
    limits
        Rows ``sum of pairs of these sections <= limit``.
    time_limit_s
        Seconds for CP-SAT.
    """
    first = _first_fit(stretches, slots, pairs)
    if first is not None:
        return Assignment(first, _pairs_of(stretches, first), dict(pairs), True)
    found = _cp(stretches, slots, pairs, pair_cost or {}, limits, time_limit_s)
    if found is None:
        return None
    first, more, proven = found
    return Assignment(first, _pairs_of(stretches, first), more, proven)


def _first_fit(stretches: Sequence[Stretch], slots: int, pairs: Mapping[int, int]) -> tuple[int, ...] | None:
    """Return first slots by first fit, None when that finds none."""
    used = {q: [0] * slots for q in pairs}
    first = [0] * len(stretches)
    order = sorted(range(len(stretches)), key=lambda i: (-stretches[i].slots, -len(stretches[i].sections), i))
    for i in order:
        wide, sections = stretches[i].slots, stretches[i].sections
        free = [all(used[q][s] < pairs[q] for q in sections) for s in range(slots)]
        at = next((s for s in range(slots - wide + 1) if all(free[s : s + wide])), None)
        if at is None:
            return None
        first[i] = at
        for q in sections:
            for s in range(at, at + wide):
                used[q][s] += 1
    return tuple(first)


def _cp(
    stretches: Sequence[Stretch],
    slots: int,
    pairs: Mapping[int, int],
    pair_cost: Mapping[int, float],
    limits: Sequence[tuple[tuple[int, ...], int]],
    time_limit_s: float,
) -> tuple[tuple[int, ...], dict[int, int], bool] | None:
    """Return first slots and pairs by CP-SAT.

    Slots are counted in steps of the greatest number that divides all widths. That loses nothing: when every stretch
    moves down until it meets another, each begins where widths add up to.
    """
    step = math.gcd(*(s.slots for s in stretches))
    model = cp_model.CpModel()
    start = [model.new_int_var(0, (slots - s.slots) // step, f"first{i}") for i, s in enumerate(stretches)]
    spans = [model.new_fixed_size_interval_var(v, s.slots // step, "") for v, s in zip(start, stretches, strict=True)]
    over: dict[int, list[int]] = defaultdict(list)
    for i, stretch in enumerate(stretches):
        for q in stretch.sections:
            over[q].append(i)
    count = {q: model.new_int_var(n, max(n, len(over[q])), f"pairs{q}") for q, n in sorted(pairs.items())}
    for q, some in sorted(over.items()):
        model.add_cumulative([spans[i] for i in some], [1] * len(some), count[q])
    for sections, limit in limits:
        model.add(sum(count[q] for q in sections if q in count) <= limit)
    dear = max([pair_cost.get(q, 1.0) for q in pairs], default=1.0) or 1.0
    price = {q: 1 + round(10_000 * pair_cost.get(q, 1.0) / dear) for q in pairs}
    model.minimize(sum(price[q] * (count[q] - n) for q, n in pairs.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = time_limit_s
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 0
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    first = tuple(step * int(solver.value(v)) for v in start)
    return first, {q: int(solver.value(v)) for q, v in count.items()}, status == cp_model.OPTIMAL


def _pairs_of(stretches: Sequence[Stretch], first: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return the pair of every stretch on each of its sections: of each section the lowest that is free."""
    over: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for i, stretch in enumerate(stretches):
        for at, q in enumerate(stretch.sections):
            over[q].append((i, at))
    pair = [[0] * len(stretch.sections) for stretch in stretches]
    for some in over.values():
        free: list[int] = []
        busy: list[tuple[int, int]] = []
        known = 0
        for i, at in sorted(some, key=lambda entry: (first[entry[0]], entry)):
            while busy and busy[0][0] <= first[i]:
                heapq.heappush(free, heapq.heappop(busy)[1])
            if free:
                chosen = heapq.heappop(free)
            else:
                chosen, known = known, known + 1
            pair[i][at] = chosen
            heapq.heappush(busy, (first[i] + stretches[i].slots, chosen))
    return tuple(map(tuple, pair))
