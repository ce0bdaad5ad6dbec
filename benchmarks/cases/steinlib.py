"""SteinLib sets B and C (J. E. Beasley): sparse random graphs of 50 to 100 and of 500 nodes, optima known."""

from __future__ import annotations

from dataclasses import dataclass

from benchmarks.cases.case import Case, Known
from benchmarks.instance import data_folder
from benchmarks.question import Question
from benchmarks.steinlib import read_stp, steiner_question

__all__ = ["CASES", "SteinerCase"]

OPTIMA = {
    "b": (82, 83, 138, 59, 61, 122, 111, 104, 220, 86, 88, 174, 165, 235, 318, 127, 131, 218),
    "c": (85, 144, 754, 1079, 1579, 55, 102, 509, 707, 1093, 32, 46, 258, 323, 556, 11, 18, 113, 146, 267),
}
"""Of each problem in each set, as SteinLib tells them."""


@dataclass(frozen=True, kw_only=True)
class SteinerCase(Case):
    """A Steiner tree problem; `problem` is its name in SteinLib, such as ``c13``."""

    problem: str

    @property
    def file(self) -> str:
        """File below the data folder."""
        return f"steinlib/{self.problem[0].upper()}/{self.problem}.stp"

    @property
    def source(self) -> str:
        """File."""
        return self.file

    @property
    def is_steiner(self) -> bool:
        """It is."""
        return True

    def question(self) -> Question:
        """Read the problem."""
        return steiner_question(read_stp(data_folder() / self.file))


CASES = tuple(
    SteinerCase(
        name=f"steinlib-{group}{k:02d}",
        problem=f"{group}{k:02d}",
        time_limit_s=60.0,
        known=Known(float(optimum), float(optimum), to=1e-6),
    )
    for group, optima in OPTIMA.items()
    for k, optimum in enumerate(optima, start=1)
)
