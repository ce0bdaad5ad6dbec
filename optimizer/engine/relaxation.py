"""The run of a relaxed problem: its own best tree and bound on the clock of the whole run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import numpy as np

from optimizer.engine.carry import NodeCut
from optimizer.engine.grid import cutoff_of, provable, worth_finding
from optimizer.engine.part import Part
from optimizer.engine.run import PROVEN
from optimizer.engine.steiner_tree import Tree
from optimizer.engine.watch import Watch
from optimizer.solution import relative_gap

__all__ = ["Relaxation"]


NEAR = 1e-5
"""Relative gap below which no heuristics are run: the proof finds what is left."""


class Relaxation(Part):
    """The run of a relaxed problem: its own best tree and bound on the clock of the whole run.

    Parameters
    ----------
    run
        The run (or relaxation) this belongs to.
    on_tree
        Called with every better tree.
    proves
        Whether its bounds hold for `run`.
    seconds
        Time it may take.
    """

    def __init__(self, run: Watch, on_tree: Callable[[Tree], None], proves: bool, seconds: float) -> None:
        super().__init__(run, seconds)
        self.on_tree, self.proves = on_tree, proves
        self.tree: Tree | None = None
        self.bound = -np.inf
        self.cuts: list[NodeCut] = []

    @property
    def objective(self) -> float:
        """Of the best tree."""
        return self.tree.objective if self.tree is not None else np.inf

    @property
    def cutoff(self) -> float:
        """Cost that a tree has to stay below to be worth finding."""
        return cutoff_of(self.objective, self.step, self.beyond)

    @property
    def closed(self) -> bool:
        """Whether the best tree is proven, or no tree is within the ceiling."""
        too_dear = self.bound >= worth_finding(self.beyond) < np.inf
        return too_dear or relative_gap(self.objective, self.bound) <= PROVEN or self.run.closed

    @property
    def near(self) -> bool:
        """Whether the run's plan is so near to its bound that looking for better ones hardly pays."""
        return relative_gap(self.run.objective, self.run.bound) <= NEAR

    def offer(self, tree: Tree | None) -> None:
        """Take a tree if it is the best so far."""
        if tree is not None and tree.objective < self.objective - 1e-9 * max(1.0, abs(tree.objective)):
            self.tree = tree
            self.bound = min(self.bound, tree.objective)
            self.on_tree(tree)

    def prove(self, bound: float, phase: str) -> None:
        """Take a lower bound; edges may have been removed by the best tree's cost, so it never exceeds that."""
        bound = provable(bound, self.objective, self.step, self.beyond)
        self.bound = max(self.bound, bound)
        if self.proves:
            self.run.prove(bound, phase)

    def phase(self, name: str) -> AbstractContextManager[None]:
        """Count the seconds of a phase."""
        return self.run.phase(name)

    def log(self, what: str) -> None:
        """Log where this stands."""
        self.run.log(f"{what} (relaxed {self.objective:.8g}, bound {self.bound:.8g})")
