"""Better designs from good ones: packing, annealing, routing anew, small integer programs around the best design."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from optimizer.design.anneal import Annealer
from optimizer.design.mip import solve_mip
from optimizer.design.oracle import Oracle
from optimizer.design.packing import Packer
from optimizer.design.program import FlowProgram
from optimizer.design.state import State
from optimizer.engine.master import Row
from optimizer.worker import Worker

__all__ = ["Improver"]

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLOSE_S = 5.0
ROUTE_S = 5.0
"""For routing a design found when time is up."""
DELAY_S = 2.0
"""What is solved by then needs no packing, and no compiled loops loaded."""
ROUNDS = 400
PACKINGS = 12
"""Packings before the first integer program."""
PIECE_S = 20.0
FREE_LEAST, FREE_MOST = 6, 30
CHANCE = 0.1
"""Share of the flows not in use that stay possible in an integer program."""
WORTH = 1e-5
"""An integer program looks for designs cheaper by this share."""
LEG_SHARE, LEG_LEAST_S, LEG_MOST_S = 0.1, 5.0, 60.0
"""Seconds of annealing in one go, of those left; integer programs then have as many, twice as many each time that
annealing found nothing."""
HEATS = (2e-3, 1e-3)
"""Rise of the cost, as a share of it, that annealing takes at first: in the first go and in all others."""


class Improver:
    """Looks for designs, in a thread of its own.

    Parameters
    ----------
    program
        The flow formulation without the tree.
    seed
        Of the chance.
    """

    def __init__(self, program: FlowProgram, state: State, seed: int) -> None:
        self.program, self.state = program, state
        self.rng = np.random.default_rng(seed)
        self.packer = Packer(program, seed)
        self.oracle = Oracle(program)
        self.annealer = Annealer(program, self.packer.stairs, seed)
        self.point: Floats | None = None
        self.rows: list[Row] = []
        self.stop = threading.Event()
        self._oracle_lock = threading.Lock()
        self._rest_until = 0.0
        self.free = 10.0
        self._worker = Worker(self._run, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._worker.start()

    def close(self) -> None:
        """End, and raise what went wrong; where loops are still being compiled, nobody waits for them."""
        self.stop.set()
        self._worker.join(CLOSE_S)
        self._worker.check()

    def take(self, point: Floats, rows: Sequence[Row]) -> None:
        """Take a point of the linear program to be guided by, and its rows (those without the tree)."""
        self.point = point[: self.program.cost.size]
        self.rows = [row for row in rows if row.columns.max(initial=0) < self.program.cost.size]

    def rest(self, seconds: float) -> None:
        """Leave the machine to others for a while."""
        self._rest_until = self.state.seconds + seconds

    @property
    def _rests(self) -> bool:
        return self.state.seconds < self._rest_until

    @property
    def _over(self) -> bool:
        return self.stop.is_set() or self.state.done

    def _run(self) -> None:
        """Pack, then improve until the end."""
        if self.stop.wait(DELAY_S):
            return
        for number in range(PACKINGS):
            if self._over:
                return
            if not self._pack(fresh=number in (0, 4), heat=0.01 if number % 2 == 0 else 0.003):
                break
        turn, next_leg, patience = 0, 0.0, 1.0
        while not self._over:
            if self.state.x is not None and self._rests:
                self.stop.wait(0.2)
                continue
            if self.state.x is None or self.program.n_modules == 0:
                if not self._pack(fresh=True, heat=0.01) and self.stop.wait(0.2):
                    return
                continue
            if self.state.seconds >= next_leg and not self.program.problem.integral:
                before = self.state.objective
                took = self._anneal(HEATS[0 if turn == 0 else 1])
                patience = 1.0 if self.state.objective < before else 2.0 * patience
                next_leg = self.state.seconds + patience * took
            turn += 1
            self._neighbourhood(turn)

    def _anneal(self, heat: float) -> float:
        """Anneal from the best design; return the seconds that took."""
        began, seconds = self.state.seconds, min(max(LEG_SHARE * self.state.left, LEG_LEAST_S), LEG_MOST_S)

        def share_left() -> float:
            return 0.0 if self._over or self._rests else 1.0 - (self.state.seconds - began) / seconds

        assert self.state.x is not None
        self.annealer.run(self.state.x[: self.program.n_modules], heat, share_left, self._route)
        logger.info("annealing: %.1f s, best %.8g", self.state.seconds, self.state.objective)
        return self.state.seconds - began

    def _pack(self, fresh: bool, heat: float) -> bool:
        """Pack and route; whether there is a packing."""
        x = self.packer.run(ROUNDS, heat, fresh)
        if x is None:
            return False
        self.state.offer(x, float(self.program.cost @ x + self.program.problem.installed_cost), "packing")
        self._route(x[: self.program.n_modules])
        return True

    def offer_design(self, design: Floats, phase: str = "dive") -> None:
        """Offer a design found elsewhere, routed at least cost; safe to call from another thread."""
        if self.program.problem.integral:
            return
        with self._oracle_lock:
            found = self.oracle.route(design, max(self.state.left, ROUTE_S))
        if found is not None:
            self.state.offer(*found, phase)

    def offer_point(self, x: Floats, objective: float, phase: str) -> None:
        """Offer a whole point; flows are found anew, since those of a nearly whole point may not quite fit."""
        if objective >= self.state.objective:
            return
        if self.program.problem.integral:
            self.state.offer(x[: self.program.cost.size], objective, phase)
        else:
            self.offer_design(x[: self.program.n_modules], phase)

    def _route(self, design: Floats) -> None:
        """Offer the cheapest routing of a design, pieces without use taken off."""
        if self.program.problem.integral:
            return
        with self._oracle_lock:
            found = self.oracle.route(design, max(self.state.left, 0.1))
            if found is None:
                return
            self.state.offer(*found, "routing")
            lower = np.minimum(self._needed(found[0]), design)
            again = self.oracle.route(lower, max(self.state.left, 0.1)) if (lower < design).any() else None
        if again is not None:
            self.state.offer(*again, "routing")

    def _needed(self, x: Floats) -> Floats:
        """The cheapest pieces for the loads of a point."""
        program, n = self.program, self.program.arcs.n_links
        load = program.loads(x)
        both = load[:n] + load[n:] if program.problem.shared else np.maximum(load[:n], load[n:])
        return self.packer.stairs.design(self.packer.stairs.steps(both * (1 - 1e-9)))

    def _neighbourhood(self, turn: int) -> None:
        """Solve the integer program in which a few links are free and all others as in the best design."""
        program, best = self.program, self.state.x
        assert best is not None
        links = self._free_links(best, turn, round(self.free))
        fixed = ~np.isin(program.module_link, links)
        lower, upper = program.lower.copy(), program.upper.copy()
        where = np.flatnonzero(fixed)
        lower[where] = upper[where] = best[where]
        upper[program.n_design :] = np.where(self._kept_flows(best, links), upper[program.n_design :], 0.0)
        found = solve_mip(
            program, self.rows, seconds=min(PIECE_S, max(self.state.left, 0.1)), gap=1e-4, lower=lower, upper=upper,
            cutoff=self.state.objective * (1 - WORTH), stop=lambda *_: self._over or self._rests, seed=turn,
        )  # fmt: skip
        if found.x is not None and found.objective < self.state.objective:
            x = np.where(program.integer, np.round(found.x), found.x)
            if program.problem.integral:
                self.state.offer(x, found.objective, "neighbourhood")
            else:
                self._route(x[: program.n_modules])
        quick = found.solved or found.infeasible
        self.free = min(
            max(self.free * (1.08 if quick else 0.85), FREE_LEAST), FREE_MOST, float(len(program.problem.links))
        )
        logger.info(
            "neighbourhood %d: %.1f s, %d links, %s, best %.8g",
            turn, self.state.seconds, links.size, "solved" if quick else "stopped", self.state.objective,
        )  # fmt: skip

    def _free_links(self, best: Floats, turn: int, count: int) -> Ints:
        """Links to free: near a node, or where the linear program disagrees, or those with most room."""
        program, n = self.program, self.program.arcs.n_links
        if turn % 3 == 0 and self.point is not None:
            weight = self._difference(best, self.point) + 1e-3
            return self.rng.choice(n, size=min(count, n), replace=False, p=weight / weight.sum())
        if turn % 3 == 1:
            return self._near(count)
        load = program.loads(best)
        both = load[:n] + load[n:] if program.problem.shared else np.maximum(load[:n], load[n:])
        room = 1.0 - both / np.maximum(program.capacities(best), 1e-9)
        weight = np.clip(room, 0.0, 1.0) + 0.02
        return self.rng.choice(n, size=min(count, n), replace=False, p=weight / weight.sum())

    def _kept_flows(self, best: Floats, links: Ints) -> NDArray[np.bool_]:
        """Flows that stay possible: those on freed links, those in use, and some by chance. Fewer make it quick."""
        program, n = self.program, self.program.arcs.n_links
        kept = best[program.n_design :] > 0
        if self.point is not None:
            kept |= self.point[program.n_design :] > 0
        kept |= self.rng.random(kept.size) < CHANCE
        for group in program.groups:
            first = group.first - program.n_design
            kept[first + links] = kept[first + links + n] = True
        kept[program.first_route - program.n_design :] = True
        return kept

    def _difference(self, best: Floats, point: Floats) -> Floats:
        """How far the capacities of two points differ on each link, beside the larger."""
        a, b = self.program.capacities(best), self.program.capacities(point)
        difference: Floats = np.abs(a - b) / np.maximum(np.maximum(a, b), 1e-9)
        return difference

    def _near(self, count: int) -> Ints:
        """Links around a node, nearest first."""
        arcs, n = self.program.arcs, self.program.arcs.n_links
        hops = np.full(self.program.problem.n_nodes, np.inf)
        hops[self.rng.integers(hops.size)] = 0.0
        for _ in range(hops.size):
            np.minimum.at(hops, arcs.head, hops[arcs.tail] + 1.0)
        away = hops[arcs.tail[:n]] + hops[arcs.head[:n]] + 0.5 * self.rng.random(n)
        return np.argsort(away, kind="stable")[:count]
