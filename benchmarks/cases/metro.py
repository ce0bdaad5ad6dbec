"""Metro instances of the data folder, or generated ones of the same size."""

from __future__ import annotations

from dataclasses import dataclass, replace

from benchmarks.cases.case import Case, Known
from benchmarks.generate import generate
from benchmarks.instance import MetroInstance, data_folder, read_instance
from benchmarks.metro import metro_question
from benchmarks.question import Question

__all__ = ["MetroCase"]


@dataclass(frozen=True, kw_only=True)
class MetroCase(Case):
    """A metro instance with what is asked of it.

    Parameters
    ----------
    nodes
        Size of the instance.
    circle
        Whether the latency circle is asked for.
    protected
        Whether the large pairs need two routes.
    pair_share
        Share of the pairs that need a route within the limit.
    seed
        Of the generator; None for the shared instance.
    """

    nodes: int
    circle: bool = True
    protected: bool = False
    pair_share: float = 1.0
    seed: int | None = None

    @property
    def file(self) -> str:
        """File below the data folder."""
        return f"metro/gabriel-{self.nodes}.json.gz"

    @property
    def source(self) -> str:
        """File, or seed."""
        return self.file if self.seed is None else f"{self.nodes} nodes of seed {self.seed}"

    def instance(self) -> MetroInstance:
        """Read or generate the instance."""
        return read_instance(data_folder() / self.file) if self.seed is None else generate(self.nodes, self.seed)

    def question(self) -> Question:
        """Read or generate the instance and return the question."""
        return metro_question(self.instance(), self.circle, self.protected, self.pair_share)

    def of_seed(self, seed: int) -> MetroCase:
        """Return the same question on a generated instance; nothing is known of that."""
        return replace(self, seed=seed, known=Known())
