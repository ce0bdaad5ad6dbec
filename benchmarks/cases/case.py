"""What a registered case says of itself."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from benchmarks.instance import InstanceError
from benchmarks.question import Question

__all__ = ["NAN", "Case", "Known"]

NAN = float("nan")
"""Where no value is known."""


@dataclass(frozen=True)
class Known:
    """Best objective and bound known, equal where the optimum is known, and how far these are rounded."""

    objective: float = NAN
    bound: float = NAN
    to: float = 0.05


@dataclass(frozen=True, kw_only=True)
class Case(ABC):
    """One case.

    Parameters
    ----------
    name
        As on the command line.
    time_limit_s
        Seconds it gets unless told otherwise.
    known
        Best values known, in the currency of the question.
    """

    name: str
    time_limit_s: float
    known: Known = Known()

    @property
    @abstractmethod
    def source(self) -> str:
        """Where the instance comes from, for people."""

    @property
    def is_steiner(self) -> bool:
        """Whether it is a Steiner tree problem."""
        return False

    @abstractmethod
    def question(self) -> Question:
        """Read the instance and return the question."""

    def of_seed(self, seed: int) -> Case:
        """Return the same question on a generated instance."""
        raise InstanceError(f"Case '{self.name}' has no generated instances; metro cases have (seed {seed} was asked).")
