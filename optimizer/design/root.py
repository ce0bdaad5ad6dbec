"""The cut loop: the linear program grows by what its points break, as long as that raises the bound."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimizer.design.arc_cuts import broken_arc_rows
from optimizer.design.connect import Tree, broken_tree_rows
from optimizer.design.cut_rows import broken_cut_rows
from optimizer.design.cuts import Cuts, Demands, all_sets, contract, merged_sets, near_sets, stacked
from optimizer.design.flow_cuts import broken_flow_rows
from optimizer.design.partition_rows import broken_partition_rows
from optimizer.design.program import FlowProgram
from optimizer.design.state import State
from optimizer.engine.master import LpResult, Master, Row

__all__ = ["CutLoop", "program_rows"]

logger = logging.getLogger(__name__)

Floats = NDArray[np.float64]

ENUMERATED = 16
"""Networks of so many nodes have every cut looked at."""
BLOCKS, CONTRACTIONS = 12, 6
"""Larger ones are contracted so often to so many blocks."""
CLOSE = 400
"""Cuts with least room, looked at for rows with flows."""
PARTED = 1000
"""Cuts with least room, of which partitions are made."""
CUT_ROWS, PARTITION_ROWS, FLOW_ROWS, ARC_ROWS = 100, 100, 150, 200
"""Rows of a family added in a round at most."""
FEW, DEAR_EVERY = 30, 5
"""Rows with flows and of partitions are dear: after a round that found few, they are looked for now and then."""
FORGET_AFTER, FORGET_EVERY = 8, 4
POINT_EVERY = 4
"""Rounds between two points told."""
STALE, WORTH = 6, 0.008
"""The loop ends when so many rounds close less than such a share of the gap."""
NO_PLAN_GAP = 0.05
"""Taken for the gap while there is no design."""


def program_rows(program: FlowProgram) -> list[Row]:
    """The rows of a program one by one."""
    m = program.matrix
    return [
        Row(m.indices[s:e].astype(np.int64), m.data[s:e], float(low), float(high))
        for s, e, low, high in zip(m.indptr[:-1], m.indptr[1:], program.row_lower, program.row_upper, strict=True)
    ]


class CutLoop:
    """The linear program of a run with its rows.

    Parameters
    ----------
    program, tree
        The flow formulation, with the columns of the tree where there is one.
    seed
        Of the contractions.
    """

    def __init__(self, program: FlowProgram, tree: Tree | None, seed: int) -> None:
        self.program, self.tree = program, tree
        self.master = Master(
            program.cost, program.lower, program.upper, program_rows(program), program.problem.installed_cost
        )
        self.demands = Demands.of(program)
        self.rng = np.random.default_rng(seed)
        n = program.problem.n_nodes
        self.every = Cuts(program, all_sets(n), self.demands) if n <= ENUMERATED else None
        self.near = near_sets(program)
        self.x: Floats | None = None
        self.last: LpResult | None = None
        self.found_dear, self.since_dear = FLOW_ROWS, 0

    @property
    def rows(self) -> list[Row]:
        """Inequalities found that were of use of late."""
        kept = zip(self.master.rows, self.master.age, strict=True)
        return [row for i, (row, age) in enumerate(kept) if i >= self.master.fixed_rows and age <= 2]

    def run(self, state: State, seconds: float, on_point: Callable[[Floats, list[Row]], None]) -> bool:
        """Cut until it is no longer worth it; return whether there is no design.

        Parameters
        ----------
        on_point
            Handed every few points with the rows that are of use there, to be guided by.
        """
        end, bounds = state.seconds + seconds, list[float]()
        while not state.done and state.seconds < end:
            with state.phase("LP"):
                found = self.master.solve(max(min(state.left, end - state.seconds), 0.1), lambda: state.done)
            state.prove(found.bound, "cuts")
            if found.infeasible:
                return True
            if not found.solved:
                break
            self.x, self.last = found.x, found
            bounds.append(found.bound)
            self.fix(state)
            if len(bounds) % POINT_EVERY == 0:
                on_point(found.x, self.rows)
            with state.phase("separation"):
                rows = self._broken(found)
            logger.info("cuts %d: %.1f s, bound %.8g, %d rows", len(bounds), state.seconds, found.bound, len(rows))
            if not rows or self._stale(bounds, state.objective):
                break
            self.master.add(rows)
            if len(bounds) % FORGET_EVERY == 0:
                self.master.forget(FORGET_AFTER)
        return False

    @staticmethod
    def _stale(bounds: list[float], objective: float) -> bool:
        """Whether the last rounds closed too little."""
        if len(bounds) <= STALE:
            return False
        gap = objective - bounds[-1] if np.isfinite(objective) else NO_PLAN_GAP * abs(bounds[-1])
        return bounds[-1] - bounds[-1 - STALE] < WORTH * gap

    def _broken(self, found: LpResult) -> list[Row]:
        """Rows that a point breaks, of all families."""
        program, x = self.program, found.x
        rows = broken_tree_rows(program, self.tree, x) if self.tree is not None else []
        cuts = self._cuts(found)
        rows += broken_cut_rows(cuts, x, CUT_ROWS)
        room = cuts.crossing.astype(float) @ program.capacities(x) - self.demands.across(cuts.sets)
        arc_rows = broken_arc_rows(program, x, ARC_ROWS)
        self.since_dear += 1
        if self.found_dear >= FEW or self.since_dear >= DEAR_EVERY or not rows + arc_rows:
            order = np.argsort(room, kind="stable")
            close = cuts.sets[order[:CLOSE]]
            dear_rows = broken_flow_rows(program, stacked([self.near, close]), x, FLOW_ROWS)
            self.found_dear, self.since_dear = len(dear_rows), 0
            if self.every is not None:
                dear_rows += broken_partition_rows(cuts.take(order[:PARTED]), x, PARTITION_ROWS)
            rows += dear_rows
        return rows + arc_rows

    def _cuts(self, found: LpResult) -> Cuts:
        """Every cut, or those of contractions along links whose capacity costs nothing more."""
        if self.every is not None:
            return self.every
        n = self.program.arcs.n_links
        dual = np.abs(found.dual[self.program.capacity_rows])
        price = np.maximum(dual[:n], dual[n:])
        sets = [self.near]
        for _ in range(CONTRACTIONS):
            block = contract(self.program, price * (0.5 + self.rng.random(n)), BLOCKS, self.rng)
            sets.append(merged_sets(block))
        return Cuts(self.program, stacked(sets), self.demands)

    def fix(self, state: State) -> None:
        """Tighten bounds of pieces by the last reduced costs: beyond them no design is better than the best."""
        found = self.last
        if found is None or not 0 < state.objective - found.bound < np.inf:
            return
        room = state.objective - found.bound
        m = self.master
        columns = np.arange(self.program.n_design)
        low, high, reduced = m.low[columns], m.high[columns], found.reduced[columns]
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.floor(room / np.abs(reduced) + 1e-6)
        upper = np.where(reduced > 1e-6, np.minimum(high, low + reach), high)
        lower = np.where((reduced < -1e-6) & np.isfinite(high), np.maximum(low, high - reach), low)
        changed = np.flatnonzero((upper < high) | (lower > low))
        if changed.size:
            m.tighten(columns[changed], lower[changed], upper[changed])
