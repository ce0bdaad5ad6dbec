"""The capacity oracle: can these pieces carry every demand, and at what least routing cost?"""

from __future__ import annotations

import highspy
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.design.program import FlowProgram
from optimizer.engine.master import quiet_highs

__all__ = ["Oracle"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Oracle:
    """Routes demands over given capacities; one linear program over the flows alone that keeps its basis.

    Parameters
    ----------
    program
        The flow formulation.
    """

    def __init__(self, program: FlowProgram) -> None:
        self.program = program
        n = program.arcs.n_links
        pairs = np.stack([program.capacity_rows[:n], program.capacity_rows[n:]])
        self.rows: tuple[Ints, ...] = tuple(np.unique(pair) for pair in pairs.T)
        self._capacity = program.installed.copy()
        self._highs = _flows_alone(program)

    def carry(self, capacity: Floats, cutoff: float = np.inf, seconds: float = 30.0) -> float:
        """Return the least routing cost; inf where not every demand finds its way below the cutoff.

        Parameters
        ----------
        capacity
            Of every link, shape (links,).
        """
        if self.program.cost.size == self.program.n_design:
            return 0.0 if (self.program.row_lower <= 0).all() else np.inf
        highs = self._highs
        for link in np.flatnonzero(capacity != self._capacity).tolist():
            for row in self.rows[link].tolist():
                highs.changeRowBounds(row, -highspy.kHighsInf, float(capacity[link]))
        self._capacity = capacity.copy()
        highs.setOptionValue("objective_bound", float(cutoff))
        highs.setOptionValue("time_limit", highs.getRunTime() + max(seconds, 0.01))  # it counts all runs so far
        highs.run()
        solved = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
        cost = float(highs.getInfo().objective_function_value)
        return cost if solved and cost < cutoff else np.inf

    def prices(self) -> Floats:
        """What a unit more on each link changes after ``carry``, at most 0; with less it rises at least so fast."""
        dual = np.array(self._highs.getSolution().row_dual)
        return np.array([dual[rows].sum() for rows in self.rows])

    def route(self, design: Floats, seconds: float = 30.0) -> tuple[Floats, float] | None:
        """Return the cheapest point with these pieces and its cost; None where they cannot carry every demand.

        Parameters
        ----------
        design
            Whole pieces of every module column, shape (modules,).
        """
        program = self.program
        x = np.concatenate([design, self._opened(design), np.zeros(program.cost.size - program.n_design)])
        if not np.isfinite(self.carry(program.capacities(x), seconds=seconds)):
            return None
        x[program.n_design :] = self._highs.getSolution().col_value
        return x, float(program.cost @ x + program.problem.installed_cost)

    def _opened(self, design: Floats) -> Floats:
        """Fixed charges that the pieces need."""
        program = self.program
        opened = np.bincount(program.module_link, design, minlength=program.arcs.n_links) > 0
        result: Floats = opened[program.charged].astype(float)
        return result


def _flows_alone(program: FlowProgram) -> highspy.Highs:
    """The program without its pieces."""
    matrix = sp.csr_array(program.matrix[:, program.n_design :])
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = matrix.shape
    lp.col_cost_ = program.cost[program.n_design :]
    lp.col_lower_, lp.col_upper_ = program.lower[program.n_design :], program.upper[program.n_design :]
    lp.row_lower_, lp.row_upper_ = program.row_lower, program.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = matrix.indptr.astype(np.int32), matrix.indices.astype(np.int32)
    lp.a_matrix_.value_ = matrix.data
    highs = quiet_highs()
    highs.passModel(lp)
    return highs
