"""Turns of engine and light: the cheapest rest around the light, the cheapest light in that rest, again and again.

The engine finds the cheapest network around what the traffic uses, some of it set free each time, and the traffic finds
cheaper ways in what that gives. Where that helps no more, another chain of turns starts from light that is sought
afresh.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from optimizer.light.lit import Lighting, Lit
from optimizer.light.program import NoLight
from optimizer.light.question import Option
from optimizer.light.standing import Standing
from optimizer.model import Model
from optimizer.solution import Solution

__all__ = ["Resolve", "Turns"]

_log = logging.getLogger(__name__)
_AFRESH, _TREES, _TREES_S = 0.05, 0.015, 5.0
"""Shares of the time for light that is sought afresh and for light in a turn, which has so many seconds at least."""
_IDLE = 1
"""Turns without a better plan that end a chain."""
_FAR_AFRESH, _FAR = 0.004, 0.001
"""How much dearer than the best plan a chain may be that is gone on with, before its first turn and later."""
_REPEATS = 2
"""Chains that end where others did, after which no more start."""
_SAME = 1e-6
"""Relative difference of plans that cost the same."""

Resolve = Callable[[Model, NDArray[np.bool_], float], Solution]
"""Solves a model from given links within seconds."""


@dataclass(frozen=True)
class Turns:
    """Chains of turns.

    Parameters
    ----------
    lighting
        Finds light.
    values
        The model's values in the plan without traffic.
    resolve
        Solves the model again with some decisions taken.
    until, seconds
        When to end (``time.perf_counter``), and how long all of it may take.
    seed
        Of what is set free, and of trees.
    """

    lighting: Lighting
    values: NDArray[np.float64]
    resolve: Resolve
    until: float
    seconds: float
    seed: int

    def improve(self, first: Lit, better: Callable[[Lit], None], standing: Standing) -> Lit:
        """Return the best plan of chains of turns, until time is up or chains end where others did.

        `better` is called with every better plan.
        """
        seeds, best, ends, repeats = count(self.seed), first, list[Lit](), 0

        def take(lit: Lit) -> None:
            nonlocal best
            if _cheaper(lit, best):
                best = lit
                better(lit)

        start: Lit | None = first
        while start is not None:
            take(start)
            end = self._chain(start, lambda: best, take, seeds, standing)
            _log.info("A chain of turns from %.0f to %.0f, best %.0f", start.cost, end.cost, best.cost)
            repeats += any(not _cheaper(end, e) and not _cheaper(e, end) for e in ends)
            ends.append(end)
            start = None if repeats == _REPEATS else self._afresh(next(seeds), standing)
        return best

    def _afresh(self, seed: int, standing: Standing) -> Lit | None:
        """Return light for the plan without traffic that no turn has changed, None where there is no time for it."""
        seconds = _AFRESH * self.seconds
        if standing.done or self.until - time.perf_counter() < seconds:
            return None
        try:
            return self.lighting.lit(self.values, seconds, seed, brief=True)
        except NoLight:
            return None

    def _chain(
        self, lit: Lit, best: Callable[[], Lit], take: Callable[[Lit], None], seeds: Iterator[int], standing: Standing
    ) -> Lit:
        """Return the plan that turns end at; every turn sets one more center free than the one before.

        A chain ends where turns help no more, or where it is far from the best plan.
        """
        centers = sorted({c for t in lit.base.traffic for c in (t.a, t.b)})
        idle, longest = 0, 0.0
        for number in count():
            began = time.perf_counter()
            late = self.until - began < max(1.0, longest)
            far = lit.cost > (1 + (_FAR if number else _FAR_AFRESH)) * best().cost
            if standing.done or late or far or idle == min(_IDLE, len(centers) - 1):
                break
            seed = next(seeds)
            free = np.random.default_rng(seed).choice(centers, size=number % (len(centers) - 1), replace=False)
            again = self._turn(lit, free.tolist(), seed)
            idle += 1
            if again is not None:
                _log.info("Turn with %d centers free: %.0f, before %.0f", free.size, again.cost, lit.cost)
                if _cheaper(again, lit):
                    lit, idle = again, 0
                    take(lit)
            longest = max(longest, time.perf_counter() - began)
        return lit

    def _turn(self, lit: Lit, free: Collection[str], seed: int) -> Lit | None:
        """Return the plan that the engine's cheapest rest gives; the traffic of some centers finds its ways anew."""
        kept = [o for o in lit.carried.choice.options if not {*_centers(lit, o)} & set(free)]
        left = self.until - time.perf_counter()
        solution = self.resolve(self._around(kept, lit), lit.choice.used, left / 2)
        if solution.values is None:
            return None
        seconds = min(left / 3, max(_TREES_S, _TREES * self.seconds))
        try:
            return self.lighting.lit(solution.values, seconds, seed, start=kept, brief=True)
        except NoLight:
            return None

    def _around(self, kept: Sequence[Option], lit: Lit) -> Model:
        """Return the model with the links under some options, and the OXCs they pass, settled."""
        model, families = self.lighting.formulation.model, self.lighting.formulation.families
        lower, upper = model.lower.copy(), model.upper.copy()
        use = np.fromiter(families["use"].values(), dtype=np.int64)
        links = [k for o in kept for r in o.routes for k in r.links]
        lower[use[links]] = upper[use[links]] = 1.0
        passed = {n for o in kept for r in o.routes for n in r.sites} & lit.carried.choice.oxc
        names = {s.id for s in self.lighting.problem.metro_sites if s.node in passed}
        settled = [column for name, column in families["oxc"].items() if name in names]
        lower[settled] = upper[settled] = 1.0
        return replace(model, lower=lower, upper=upper)


def _cheaper(one: Lit, other: Lit) -> bool:
    """Return whether a plan is cheaper than another by more than what counts as the same."""
    return one.cost < other.cost - _SAME * abs(other.cost)


def _centers(lit: Lit, option: Option) -> tuple[str, str]:
    traffic = lit.base.traffic[option.demand]
    return traffic.a, traffic.b
