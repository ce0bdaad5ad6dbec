"""The packing heuristic: commodities in parts, each on the way that costs least beside the others.

Ruin and recreate (G. Schrimpf et al., Record breaking optimization results, J. of Computational Physics 159 (2000))
on routes: what a part pays on a link is the next step of the link's staircase, nothing while there is room.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from optimizer.design.packing_kernels import Ground, Packing, improve
from optimizer.design.program import FlowProgram
from optimizer.design.staircase import Staircases, staircases

__all__ = ["Packer"]

Floats = NDArray[np.float64]

MOST_PARTS = 3000
PER_MODULE = 4
"""Parts of a commodity that fill the smallest module, where there are not too many parts."""


class Packer:
    """Packs one problem.

    Parameters
    ----------
    program
        The flow formulation, whose points are made.
    seed
        Of the chance.
    """

    def __init__(self, program: FlowProgram, seed: int) -> None:
        self.program, self.seed = program, seed
        self.stairs: Staircases = staircases(program.problem)
        self.whose, amount = _parts(program)
        self.ground = _ground(program, self.stairs, self.whose, amount)
        self.packing: Packing | None = None
        self.value = np.inf

    def run(self, rounds: int, heat: float, fresh: bool) -> Floats | None:
        """Improve the best packing, or begin a new one; return the point, None where there is none."""
        self.seed += 1
        width = self.program.problem.n_nodes if self.ground.route_arcs.size == 0 else self._width()
        if fresh or self.packing is None:
            parts = self.whose.size
            none = np.full(parts, -1, dtype=np.int64)
            packing = Packing(np.zeros((parts, width), dtype=np.int64), np.zeros(parts, dtype=np.int64), none)
        else:
            packing = Packing(*(part.copy() for part in self.packing))
        value = improve(self.ground, packing, self.seed, rounds, heat, fresh or self.packing is None)
        if not math.isfinite(value):
            return None
        if value < self.value:
            self.value, self.packing = value, packing
        return self._point(packing)

    def _width(self) -> int:
        """Links of the longest way."""
        return max(self.program.problem.n_nodes, int(np.diff(self.ground.route_start).max()))

    def _point(self, packing: Packing) -> Floats:
        """The program's point of a packing."""
        program, ground = self.program, self.ground
        n, x = program.arcs.n_links, np.zeros(program.cost.size)
        side = {k: (g, turned) for g in program.groups for k, turned in g.commodities}
        column = {key: program.first_route + i for i, key in enumerate(program.route_columns)}
        load = np.zeros(2 * n)
        for part, k in enumerate(self.whose.tolist()):
            arcs, amount = packing.way[part, : packing.length[part]], ground.amount[part]
            load[arcs] += amount
            if packing.taken[part] >= 0:
                x[column[k, int(packing.taken[part] - ground.first_route[part])]] += amount
            else:
                group, turned = side[k]
                x[group.first + ((arcs + n) % (2 * n) if turned else arcs)] += amount
        both = load[:n] + load[n:] if program.problem.shared else np.maximum(load[:n], load[n:])
        x[: program.n_modules] = self.stairs.design(self.stairs.steps(both))
        opened = np.bincount(program.module_link, x[: program.n_modules], minlength=n) > 0
        x[program.n_modules : program.n_design] = opened[program.charged]
        return x


def _parts(program: FlowProgram) -> tuple[NDArray[np.int64], Floats]:
    """Commodities cut into parts: whose each is, and how much."""
    problem = program.problem
    total = sum(c.demand for c in problem.commodities)
    least = float(program.module_capacity.min()) / PER_MODULE if program.n_modules else total
    size = max(least, total / MOST_PARTS, 1e-9)
    whose: list[int] = []
    amount: list[float] = []
    for k, commodity in enumerate(problem.commodities):
        if commodity.demand > 0:
            count = max(1, math.floor(commodity.demand / size))
            each = [commodity.demand / count] * count
            if problem.integral:
                low = int(commodity.demand) // count
                each = [low + (i < int(commodity.demand) - low * count) for i in range(count)]
            whose.extend([k] * count)
            amount.extend(float(a) for a in each)
    return np.array(whose, dtype=np.int64), np.array(amount)


def _ground(program: FlowProgram, stairs: Staircases, whose: NDArray[np.int64], amount: Floats) -> Ground:
    """What the compiled loops need."""
    problem, arcs = program.problem, program.arcs
    order = np.argsort(arcs.tail, kind="stable")
    start = np.searchsorted(arcs.tail[order], np.arange(problem.n_nodes + 1))
    first: dict[int, int] = {}
    for i, (k, _) in enumerate(program.route_columns):
        first.setdefault(k, i)
    given = [program.problem.commodities[k].routes for k in whose.tolist()]
    first_route = np.array([-1 if r is None else first.get(k, 0) for k, r in zip(whose.tolist(), given, strict=True)])
    last_route = first_route + np.array([0 if r is None else len(r) for r in given])
    ways = [program.route_arcs(k, r) for k, r in program.route_columns]
    commodity = problem.commodities
    return Ground(
        np.array([commodity[k].source for k in whose.tolist()], dtype=np.int64),
        np.array([commodity[k].target for k in whose.tolist()], dtype=np.int64),
        amount, start.astype(np.int64), order.astype(np.int64), arcs.head, problem.shared, stairs.capacity, stairs.cost,
        np.tile([link.routing_cost for link in problem.links], 2).astype(float),
        first_route.astype(np.int64), last_route.astype(np.int64),
        np.cumsum([0, *(len(w) for w in ways)]).astype(np.int64),
        np.array([arc for way in ways for arc in way], dtype=np.int64),
        np.array([(commodity[k].routes or ())[r].cost for k, r in program.route_columns], dtype=float),
    )  # fmt: skip
