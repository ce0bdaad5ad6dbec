"""The most of what is wished within a budget, by asking again and again: is so much affordable?

Let f(K) be the least cost of a plan that reaches a score of K. The engine answers "f(K) <= B?" with a plan or with a
proof that there is none, and it is done with either as soon as it has it. The greatest affordable score lies between
the best plan's and the least K that was shown to be too dear; the last question, a little above the best plan's
score, is as hard as one ordinary solve, the others end early.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from optimizer.model import Model
from optimizer.solution import Solution

__all__ = ["Ask", "Most", "Question", "Spend", "most_within", "with_row"]

Floats = NDArray[np.float64]

FINEST = 2e-6  # of the score; below it numerical tolerances decide
SLACK = 1e-9  # of the score: the row of everything must not fail by rounding
PATIENCE = 2  # refusals in a row, after which nothing more is expected and the last question is asked
FIRST_CHORD = 0.5  # of the way to the unaffordable score, while nothing tells better


@dataclass(frozen=True)
class Question:
    """One question to a solver.

    Parameters
    ----------
    model
        What to solve at least cost.
    ceiling
        Cost at which any plan will do; inf for the least.
    start
        Links of the best plan so far, shape (links,); None without one.
    seconds
        Time it may take.
    what
        For progress reports.
    """

    model: Model
    ceiling: float
    start: NDArray[np.bool_] | None
    seconds: float
    what: str


Ask = Callable[[Question], Solution]
Spend = Callable[[Model, NDArray[np.bool_]], Floats | None]


@dataclass(frozen=True)
class Most:
    """Outcome of a search.

    Parameters
    ----------
    values
        Columns of the best plan, None when there is none.
    score, bound
        Its score, and the score that no plan within the budget exceeds, 0 to 1.
    cost, cost_bound
        Its cost, and a cost below which no plan reaches the score.
    impossible
        Whether no plan at any cost keeps the musts.
    too_dear
        Whether no plan within the budget keeps the musts.
    solutions
        Every answer of the solver, in order.
    """

    values: Floats | None
    score: float
    bound: float
    cost: float
    cost_bound: float
    impossible: bool
    too_dear: bool
    solutions: tuple[Solution, ...]


def most_within(
    model: Model,
    worth: Mapping[int, float],
    budget: float,
    ask: Ask,
    *,
    gap: float,
    seconds: float,
    start: NDArray[np.bool_] | None = None,
    spend: Spend | None = None,
    cheapest: bool = True,
    proven: float = -np.inf,
    score_bound: float = 1.0,
) -> Most:
    """Return the plan of highest score that costs at most `budget`.

    Parameters
    ----------
    model
        Least cost is its objective; columns of `worth` tell how far wishes are reached.
    worth
        Weight of columns in the score; they add up to 1, the columns run from 0 to 1.
    budget
        Most that a plan may cost.
    ask
        The solver.
    gap
        Distance of score and bound at which to stop.
    seconds
        Time for all questions.
    start
        Links to start from.
    spend
        Spends what is left of the budget on the links of a plan.
    cheapest
        Whether, when everything is affordable, the plan of least cost is wanted; else any within the budget will do.
    proven
        Cost that no plan of everything is below, known beforehand.
    score_bound
        Score that no plan within the budget exceeds, known beforehand.
    """
    search = _Search(model, worth, budget, ask, max(gap, FINEST), monotonic() + seconds, start, spend, cheapest)
    search.first(proven, score_bound)
    while search.goes_on:
        search.step()
    search.last()
    return search.outcome()


def with_row(
    model: Model, label: str, terms: Mapping[int, float], *, lower: float = -np.inf, upper: float = np.inf
) -> Model:
    """Return a model with one more row."""
    columns = np.fromiter(terms.keys(), dtype=np.int64, count=len(terms))
    values = np.fromiter(terms.values(), dtype=np.float64, count=len(terms))
    row = sp.csr_array((values, columns, np.array([0, len(terms)])), shape=(1, model.n_columns))
    return replace(
        model,
        rows=sp.csr_array(sp.vstack([model.rows, row])),
        row_lower=np.append(model.row_lower, lower),
        row_upper=np.append(model.row_upper, upper),
        row_labels=(*model.row_labels, label),
    )


class _Search:
    """The state between two questions."""

    def __init__(
        self,
        model: Model,
        worth: Mapping[int, float],
        budget: float,
        ask: Ask,
        gap: float,
        deadline: float,
        start: NDArray[np.bool_] | None,
        spend: Spend | None,
        cheapest: bool,
    ) -> None:
        self.model, self.worth, self.budget, self.ask, self.gap = model, worth, budget, ask, gap
        self.deadline, self.start, self.spend = deadline, start, spend
        self.values: Floats | None = None
        self.score, self.cost = -np.inf, np.inf
        self.bound, self.dear_cost, self.cheapest = 1.0, np.inf, cheapest
        self.stride = 0.9 * self.gap
        self.refused = 0  # questions in a row
        self.quickest = np.inf  # seconds that any question took
        self.cost_bound = -np.inf
        self.solutions: list[Solution] = []
        self.stopped = False
        self.from_start = False  # the best plan is what the budget pays for on the links to start from

    @property
    def goes_on(self) -> bool:
        """Whether there is anything left to ask, and time for an answer: no question so far was answered quicker."""
        left = self.deadline - monotonic()
        if self.values is None or self.stopped or left <= 0.0 or left < self.quickest < np.inf:
            return False
        return self.bound - self.score > self.gap

    def first(self, proven: float, score_bound: float) -> None:
        """Ask for everything; when that is too dear, spend the budget on the start, or ask for the musts alone."""
        if score_bound < self.bound:
            self.bound, self.dear_cost = score_bound, self.budget
        elif proven > self.budget:
            self.bound, self.dear_cost = self.bound - SLACK, proven
        else:
            whole = self._ask(self.bound - SLACK, "everything")
            if self.values is None and not self.stopped:
                self._learn(self.bound - SLACK, whole)
        if self.values is not None:
            self._settle()
        elif not self.stopped and not self._spent():
            musts = self._ask(0.0, "musts alone")
            if _too_dear(musts, self.budget):
                self._ask(0.0, "least cost of the musts", ceiling=np.inf)

    def last(self) -> None:
        """Where nothing better than the start was found: its score for the least cost."""
        if self.from_start:
            self._settle()

    def step(self) -> None:
        """Ask for a score between the best plan's and the bound."""
        aim = self._aim()
        self._learn(aim, self._ask(aim, f"score {aim:.2%}"))

    def outcome(self) -> Most:
        """Return where the search ended."""
        last = self.solutions[-1] if self.solutions else None
        none = self.values is None and last is not None
        impossible = none and last is not None and last.status == "infeasible"
        too_dear = none and last is not None and _too_dear(last, self.budget)
        bound = max(self.bound, self.score)
        return Most(
            self.values, self.score, bound, self.cost, self.cost_bound, impossible, too_dear, tuple(self.solutions)
        )

    def _aim(self) -> float:
        """Return the score to ask for next: where a line through what is known meets the budget."""
        if self.refused > PATIENCE:
            return self.score + self.stride
        part = FIRST_CHORD
        if self.cost < self.dear_cost < np.inf:
            part = (self.budget - self.cost) / (self.dear_cost - self.cost)
        aim = max(self.score + part * (self.bound - self.score), self.score + self.stride)
        return min(aim, max(self.score + 0.9 * self.gap, self.bound - 0.5 * self.gap))

    def _ask(self, score: float, what: str, ceiling: float | None = None) -> Solution:
        """Ask for a plan of a score within the budget, and take it."""
        began = monotonic()
        left = self.deadline - began
        model = with_row(self.model, "score", self.worth, lower=score)
        found = self.ask(Question(model, self.budget if ceiling is None else ceiling, self.start, max(left, 0.1), what))
        self.solutions.append(found)
        self.quickest = min(self.quickest, monotonic() - began)
        self.stopped |= found.cancelled or self.deadline <= monotonic()
        if found.values is not None and found.objective <= self.budget * (1 + 1e-9) + 1e-6:
            self._take(found.values, found.objective)
        if score <= self.score:
            self.cost_bound = max(self.cost_bound, min(found.bound, self.cost))
        return found

    def _spent(self) -> bool:
        """Take what the budget pays for on the links to start from; return whether that is a plan."""
        values = None if self.start is None or self.spend is None else self.spend(self.model, self.start)
        if values is not None:
            self.values, self.score, self.cost = values, self._score(values), self.model.objective(values)
            self.from_start = True
        return values is not None

    def _take(self, values: Floats, cost: float) -> None:
        """Take a plan within the budget if its score is the best, what is left of the budget spent on its links."""
        links = values[self.model.graph.use] > 0.5
        richer = None if self.spend is None else self.spend(self.model, links)
        if richer is not None and self._score(richer) > self._score(values):
            values, cost = richer, self.model.objective(richer)
        if self._score(values) > self.score:
            self.values, self.score, self.cost, self.start = values, self._score(values), cost, links
            self.from_start = False

    def _score(self, values: Floats) -> float:
        return float(sum(w * min(1.0, values[c]) for c, w in self.worth.items()))

    def _learn(self, score: float, found: Solution) -> None:
        """Learn whether a score is too dear; when small steps succeed, take larger ones."""
        if found.status == "infeasible" or _too_dear(found, self.budget):
            self.bound = min(self.bound, score)
            self.dear_cost = found.objective if np.isfinite(found.objective) else found.bound
            self.stride = 0.9 * self.gap
            self.refused += 1
        else:
            self.stride = min(2 * self.stride, 0.5)
            self.refused = 0

    def _settle(self) -> None:
        """Make the score reached as cheap as it can be."""
        left = self.deadline - monotonic()
        if left > 0 and self.cheapest and not self.stopped:
            model = with_row(self.model, "score", self.worth, lower=self.score - SLACK)
            found = self.ask(Question(model, np.inf, self.start, left, "least cost"))
            self.solutions.append(found)
            self.cost_bound = max(self.cost_bound, found.bound)
            if found.values is not None and found.objective < self.cost:
                self.values, self.cost = found.values, found.objective


def _too_dear(found: Solution, budget: float) -> bool:
    """Return whether an answer proves that no plan is within the budget."""
    return found.status != "infeasible" and found.bound > budget
