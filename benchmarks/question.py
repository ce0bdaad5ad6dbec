"""What is to be solved, whatever it was read from: a model, its size, and an audit that never sees the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimizer.model import Model
from optimizer.solution import Solution, relative_gap

__all__ = ["Question", "variable_gap"]

Values = NDArray[np.float64]


@dataclass(frozen=True)
class Question:
    """One question.

    Parameters
    ----------
    name
        For messages.
    model
        What the solvers get.
    nodes, links
        Size of the network.
    forced_cost
        Cost that the shares force whatever is decided; the variable gap leaves it out.
    breaches
        The independent audit of a solution that has values: every breach in words.
    seconds
        What reading and building took, by phase; only ``build`` counts as time of the run.
    """

    name: str
    model: Model
    nodes: int
    links: int
    forced_cost: float
    breaches: Callable[[Solution], list[str]]
    seconds: Mapping[str, float] = field(default_factory=dict)


def variable_gap(question: Question, objective: float, bound: float) -> float:
    """Return the gap over the cost that can still vary: without what the shares force."""
    return relative_gap(objective - question.forced_cost, bound - question.forced_cost)
