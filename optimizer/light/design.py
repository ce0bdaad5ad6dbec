"""A plan without traffic becomes one that carries it: links, OXCs, routes, channels, pairs, wavelengths together.

The engine's plan and its bound come first. Rounds of routes through its network and beyond decide again which OXCs
stand where and which links come on top (``optimizer.light.lit``). Then engine and light take turns
(``optimizer.light.turns``). The bound rises beside all that in a thread of its own (``optimizer.light.bound``).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial

import numpy as np
from numpy.typing import NDArray

from optimizer.errors import NoPlanError
from optimizer.formulate import Formulation
from optimizer.light.bound import Prover, network_bound
from optimizer.light.finish import least_beyond, lit_plan
from optimizer.light.lit import Lighting, Lit
from optimizer.light.program import NoLight
from optimizer.light.standing import Standing
from optimizer.light.turns import Resolve, Turns
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.worker import Worker

__all__ = ["with_light"]

_log = logging.getLogger(__name__)
_QUICK, _FIRST = 0.02, 0.15
"""Shares of the time for a first plan from trees, and for light in the engine's plan."""
_ROUTES, _PROVING = "light: routes", "light: bound"


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
    lighting = Lighting(problem, formulation, gap, partial(standing.look_up, _ROUTES))

    def better(lit: Lit) -> None:
        standing.prove(plan.bound + least_beyond(problem, plan, lit), _PROVING)
        standing.offer(lit.cost, _ROUTES)
        keep(lambda: lit_plan(problem, plan, lit, standing))

    starts = _starts(lighting, values, standing, time_limit_s, seed)
    best = next(starts)
    better(best)
    with Worker(partial(_prove, problem, formulation, plan, best, prove, until, standing), failed=standing.stop):
        for other in starts:
            best = min(best, other, key=lambda lit: lit.cost)
            better(best)
        best = Turns(lighting, values, resolve, until, time_limit_s, seed + 1).improve(best, better, standing)
    return lit_plan(problem, plan, best, standing)


def _starts(
    lighting: Lighting, values: NDArray[np.float64], standing: Standing, time_limit_s: float, seed: int
) -> Iterator[Lit]:
    """Yield light from trees, to have a plan should the solve be cancelled, then light from a search for routes."""
    quick: Lit | None = None
    with suppress(NoLight):
        quick = lighting.lit(values, _QUICK * time_limit_s, seed, rounds=0)
    if quick is not None:
        yield quick
        if standing.done:
            return
    try:
        yield lighting.lit(values, _FIRST * time_limit_s, seed)
    except NoLight as why:
        if quick is None:
            raise NoPlanError(_told(str(why))) from None


def _prove(
    problem: Problem, formulation: Formulation, plan: Plan, lit: Lit, prove: Prover | None, until: float,
    standing: Standing,
) -> None:  # fmt: skip
    """Raise the bound of what plans with light cost, where ends of channels cost so much at the least."""
    left = until - time.perf_counter()
    if prove is None or left <= 0 or standing.done:
        return
    least = least_beyond(problem, plan, lit)
    told = standing.part(_PROVING, lambda bound: bound + least)
    found = network_bound(lit.base, formulation, prove, lit.cost - least, left, told)
    standing.prove(found + least, _PROVING)
    _log.info("Networks that let light pass cost at least %.0f, any network %.0f", found, plan.bound)


def _told(why: str) -> str:
    return (
        f"No plan that carries the traffic was found: {why}. This is no proof that there is none: only some routes are "
        "tried. Look at spare fibre pairs, latency limits and channel types, or give it more time."
    )
