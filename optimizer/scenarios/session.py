"""Many solves in one process: what was solved is not solved again, and what was found and proven serves the next.

Every solve starts from the nearest plan, and from the best bound of the questions that ask no more than it does.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from optimizer.engine import Memory
from optimizer.errors import InfeasibleError, NoPlanError
from optimizer.pipeline import solve
from optimizer.plan import Plan
from optimizer.problem import Problem
from optimizer.report import numbers
from optimizer.scenarios.question import difference, question_key
from optimizer.scenarios.restriction import asks_more
from optimizer.scenarios.shelf import Shelf, Solved
from optimizer.solution import Progress, ProgressCallback

__all__ = ["Session", "StoppedError", "by_nearness", "session"]


class StoppedError(NoPlanError):
    """The caller stopped it between two solves; what was finished is kept. Exit code 3."""


@dataclass
class Session:
    """Solves with one set of limits.

    Parameters
    ----------
    shelf
        Where finished solves are kept.
    time_limit_s, gap, seed
        Of every solve; see ``optimizer.solve``.
    on_step
        Called with a line for everything that begins or is finished.
    on_progress
        Called with every report of a solve; returning True stops that solve and everything after it.
    new, kept
        Number of solves that were made, and that were found finished.
    memory
        What the engine learned so far.
    """

    shelf: Shelf
    time_limit_s: float = 300.0
    gap: float = 1e-3
    seed: int = 0
    on_step: Callable[[str], None] | None = None
    on_progress: ProgressCallback | None = None
    new: int = 0
    kept: int = 0
    memory: Memory = field(default_factory=Memory)
    _plans: list[tuple[Problem, Plan]] = field(default_factory=list)
    _bounds: list[tuple[Problem, float]] = field(default_factory=list)
    _stopped: bool = False

    def solve(self, problem: Problem, words: str, beside: Callable[[Path], None] | None = None) -> Solved:
        """Return the plan of least cost for a question, or the reasons why there is none.

        Parameters
        ----------
        problem
            The question.
        words
            What is solved, for people.
        beside
            Puts more files into the folder of a plan that is kept, for example the inputs.

        Raises
        ------
        NoPlanError
            If time ran out before there was a plan.
        StoppedError
            If the caller wished to stop.
        """

        def work() -> Solved:
            try:
                plan = solve(problem, start=self.nearest(problem), proven=self.proven(problem), **self.options)
            except InfeasibleError as error:
                return Solved(None, self.gap, self.time_limit_s, 0.0, error.reasons)
            return Solved(plan, self.gap, self.time_limit_s, plan.provenance.seconds)

        solved = self.once(question_key(problem), problem, words, work, beside)
        if solved.plan is not None:
            self._bounds.append((problem, solved.plan.bound))
        return solved

    @property
    def options(self) -> dict[str, Any]:
        """What every solve is called with."""
        limits = {"time_limit_s": self.time_limit_s, "gap": self.gap, "seed": self.seed}
        return {**limits, "on_progress": self._report, "memory": self.memory}

    def once(
        self,
        key: str,
        problem: Problem,
        words: str,
        work: Callable[[], Solved],
        beside: Callable[[Path], None] | None = None,
    ) -> Solved:
        """Return what is kept under a key, or do the work and keep it.

        Raises
        ------
        StoppedError
            If the caller wished to stop; the work that was cut short is not kept.
        """
        found = self.shelf.find(key, self.gap, self.time_limit_s)
        if found is not None:
            self.kept += 1
            self.memory = Memory() if found.memory is None else replace(found.memory)
            self.say(f"{words}: kept from before, {_outcome(found)}")
            self._know(problem, found)
            return found
        self.say(words)
        began = time.monotonic()
        try:
            solved = work()
        except NoPlanError:
            self._refuse_if_stopped(words)
            raise
        self._refuse_if_stopped(words)
        solved = replace(solved, seconds=time.monotonic() - began, memory=replace(self.memory))
        solved = self.shelf.keep(key, words, solved, None if solved.plan is None else beside)
        self.new += 1
        self.say(f"{words}: {_outcome(solved)} in {numbers.seconds(solved.seconds)}")
        self._know(problem, solved)
        return solved

    def nearest(self, problem: Problem) -> Plan | None:
        """Return the plan of the question nearest to this one among those solved so far."""
        if not self._plans:
            return None
        return min(self._plans, key=lambda pair: difference(problem, pair[0]))[1]

    def proven(self, problem: Problem) -> float:
        """Return the cost that no plan of a question is below, by what was proven for questions that ask no more."""
        return max((bound for other, bound in self._bounds if asks_more(problem, other)), default=-math.inf)

    def know(self, problem: Problem, plan: Plan, bound: float = -math.inf) -> None:
        """Begin the solves of questions near to this one from its plan, and from what is proven for the question."""
        self._plans.append((problem, plan))
        if math.isfinite(bound):
            self._bounds.append((problem, bound))

    def say(self, words: str) -> None:
        """Tell the caller."""
        if self.on_step is not None:
            self.on_step(words)

    def _know(self, problem: Problem, solved: Solved) -> None:
        if solved.plan is not None:
            self.know(problem, solved.plan)

    def _report(self, progress: Progress) -> bool:
        if self.on_progress is not None and self.on_progress(progress):
            self._stopped = True
        return self._stopped

    def _refuse_if_stopped(self, words: str) -> None:
        if self._stopped:
            raise StoppedError(
                f"Stopped at '{words}'. Finished solves are kept: the same command goes on where this one ended."
            )


def session(
    solves: Path | None,
    *,
    time_limit_s: float,
    gap: float,
    seed: int,
    on_step: Callable[[str], None] | None,
    on_progress: ProgressCallback | None,
) -> Session:
    """Return a session that keeps its solves in a folder, or in memory when it is None."""
    return Session(Shelf(solves), time_limit_s, gap, seed, on_step, on_progress)


def by_nearness(problems: Iterable[Problem]) -> list[int]:
    """Return an order in which every problem, after the first, is as near as can be to one before it."""
    several = list(problems)
    order, left = [0], list(range(1, len(several)))
    near = {k: difference(several[k], several[0]) for k in left}
    while left:
        k = min(left, key=lambda i: (near[i], i))
        order.append(k)
        left.remove(k)
        near = {i: min(near[i], difference(several[i], several[k])) for i in left}
    return order


def _outcome(solved: Solved) -> str:
    """Return what came out of a solve, in words."""
    if solved.plan is None:
        return "no network can do it"
    plan = solved.plan
    cost = numbers.money(plan.objective, plan.currency)
    if solved.score is not None and solved.score_bound is not None:
        return f"{cost}, score {solved.score:.4g} of at most {solved.score_bound:.4g}"
    return f"{cost}, gap {numbers.gap(plan.gap)}"
