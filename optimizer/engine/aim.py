"""Aims: the search for plans below a cost that none is known for yet, as if there were one.

Reduced costs leave far fewer links for a low aim than for the cost of a poor plan, so that either a plan below it is
found or it is soon shown that there is none, which is a bound.
"""

from __future__ import annotations

from dataclasses import replace

from optimizer.engine.cutloop import fix_by_cost
from optimizer.engine.limited_problem import LimitedProblem, part_of
from optimizer.engine.master import LpResult
from optimizer.engine.run import Inner
from optimizer.engine.watch import Watch

__all__ = ["Aim", "aimed"]


class Aim(Inner):
    """A part of a run that looks for plans below a cost of its own; its plans and its bounds count for the run.

    Parameters
    ----------
    run
        The run it belongs to.
    seconds
        Time it may take.
    cost
        What plans have to stay below.
    """

    def __init__(self, run: Watch, seconds: float, cost: float) -> None:
        super().__init__(run, seconds)
        self.cost = cost

    @property
    def cutoff(self) -> float:
        """Cost that a plan has to stay below to be looked for."""
        return min(self.run.cutoff, self.cost)

    def prove(self, bound: float, phase: str) -> None:
        """Take a bound on the plans below the aim: no plan at all is below both."""
        super().prove(bound, phase)
        self.run.prove(self.bound, phase)

    def log(self, what: str) -> None:
        """Log where it stands."""
        self.run.log(f"  {what} (aim {self.cost:.8g})")


def aimed(problem: LimitedProblem, result: LpResult, watch: Aim) -> LimitedProblem:
    """Return the problem on the links that a plan below the aim may have, by the reduced costs of `result`."""
    master = problem.master.copy()
    fix_by_cost(watch, problem.layout, master, result)
    kept = problem.layout.use(master.high) > 0.0
    return part_of(replace(problem, master=master, watch=watch), kept | problem.rooted.free[problem.rooted.link], watch)
