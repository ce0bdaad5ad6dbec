"""Whole cities with every requirement on: real roads, the rest assumed (the shipped example, and three built alike)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.cases.case import Case, Known
from benchmarks.question import Question

__all__ = ["CASES", "CityCase"]

TIGHT = {"interconnect_latency": {"limit_us": 400.0}}
PROTECTED = {"protection": {"between": "large", "share": 0.5}}
"""Half of the relations between large centers: one of the four stands at the end of a single road."""


@dataclass(frozen=True, kw_only=True)
class CityCase(Case):
    """A city with what is asked of it.

    Parameters
    ----------
    city
        ``wuhan`` (the shipped example), or a key of ``city.CITIES``.
    requirements
        Goals that differ from those of the example, by key.
    """

    city: str
    requirements: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def source(self) -> str:
        """Which project."""
        return "shipped example" if self.city == "wuhan" else f"roads of {self.city}, the rest assumed"

    def folder(self) -> Path:
        """Return the project folder, built on first use."""
        from benchmarks.city import city_folder
        from geo_data.examples import example_folder

        return example_folder("wuhan") if self.city == "wuhan" else city_folder(self.city)

    def question(self) -> Question:
        """Read the project; what that imports would weigh on the memory of all other cases."""
        from benchmarks.project import project_question

        return project_question(self.folder(), self.requirements, self.name)


CASES = (
    CityCase(name="wuhan", city="wuhan", time_limit_s=300.0, known=Known(79_336_654.3, 79_336_654.3)),
    CityCase(
        name="wuhan-400us",
        city="wuhan",
        requirements=TIGHT,
        time_limit_s=600.0,
        known=Known(79_638_986.4, 79_512_507.2),
    ),
    CityCase(
        name="wuhan-protected",
        city="wuhan",
        requirements=PROTECTED,
        time_limit_s=600.0,
        known=Known(81_851_790.3, 79_531_639.4),
    ),
    CityCase(name="liege", city="liege", time_limit_s=300.0, known=Known(71_572_176.0, 71_572_176.0)),
    CityCase(
        name="liege-400us",
        city="liege",
        requirements=TIGHT,
        time_limit_s=600.0,
        known=Known(71_887_199.6, 71_887_155.9),
    ),
    CityCase(name="auckland", city="auckland", time_limit_s=300.0, known=Known(57_759_152.7, 57_759_152.7)),
    CityCase(
        name="auckland-400us",
        city="auckland",
        requirements=TIGHT,
        time_limit_s=600.0,
        known=Known(57_759_152.7, 57_759_152.7),
    ),
    CityCase(name="slc", city="slc", time_limit_s=300.0, known=Known(64_451_201.3, 64_451_201.3)),
    CityCase(
        name="slc-400us", city="slc", requirements=TIGHT, time_limit_s=600.0, known=Known(64_451_201.3, 64_451_201.3)
    ),
)
