"""The capacity oracle: can these pieces carry every demand, and at what least routing cost?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimizer.design.program import FlowProgram
from optimizer.engine.master import Master, Row

__all__ = ["Oracle", "program_rows"]

Floats = NDArray[np.float64]


def program_rows(program: FlowProgram) -> list[Row]:
    """The rows of a program one by one."""
    m = program.matrix
    return [
        Row(m.indices[s:e].astype(np.int64), m.data[s:e], float(low), float(high))
        for s, e, low, high in zip(m.indptr[:-1], m.indptr[1:], program.row_lower, program.row_upper, strict=True)
    ]


class Oracle:
    """Routes demands over given pieces; one linear program that keeps its basis.

    Parameters
    ----------
    program
        The flow formulation.
    """

    def __init__(self, program: FlowProgram) -> None:
        self.program = program
        self.master = Master(
            program.cost, program.lower, program.upper, program_rows(program), program.problem.installed_cost
        )

    def route(self, design: Floats, seconds: float = 30.0) -> tuple[Floats, float] | None:
        """Return the cheapest point with these pieces and its cost; None where they cannot carry every demand.

        Parameters
        ----------
        design
            Whole pieces of every module column, shape (modules,).
        """
        program = self.program
        fixed = np.concatenate([design, self._opened(design)])
        self.master.restrict(np.arange(program.n_design), fixed, fixed)
        found = self.master.solve(seconds)
        if not found.solved:
            return None
        x = found.x.copy()
        x[: program.n_design] = fixed
        return x, float(program.cost @ x + program.problem.installed_cost)

    def _opened(self, design: Floats) -> Floats:
        """Fixed charges that the pieces need."""
        program = self.program
        opened = np.bincount(program.module_link, design, minlength=program.arcs.n_links) > 0
        result: Floats = opened[program.charged].astype(float)
        return result
