"""Traffic between centers, carried on channels over fibre pairs with wavelengths of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from optimizer.requirements.base import Facts, Goal, Requirement, share_goal

if TYPE_CHECKING:
    from optimizer.model import ModelBuilder
    from optimizer.problem import Problem

__all__ = ["Capacity", "DemandRow"]


class DemandRow(BaseModel):
    """One row of a demand table."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    a: str = Field(description="Id of a center")
    b: str = Field(description="Id of another center")
    gbps: float = Field(ge=0, description="Traffic each way in the base year, Gbit/s")
    protection_gbps: float | None = Field(None, ge=0, description="Held free on the protection route, Gbit/s")


class Capacity(Requirement):
    r"""Every relation with traffic has the channels that carry it, and every channel its fibre pairs and wavelengths.

    A relation with :math:`T` Gbit/s in the target year gets :math:`n = \lceil T / (u R) \rceil` channels of one type
    (rate R, utilisation ceiling u) on one route within the relation's latency limit; a relation that ``protection``
    names has as many as its held traffic asks on its protection route. A channel is cut into transparent stretches at
    the metro sites without an OXC, which pass it on electrically by two ports. Between two sites it takes the same
    wavelengths of one fibre pair all along a stretch. Fibre pairs of a link are at most the spare ones of an existing
    cable (and the pair in service on a lit one), or those of a new cable.
    """

    key: ClassVar[str] = "capacity"
    title: ClassVar[str] = "Traffic carried"

    table: str | None = Field(
        None,
        description="CSV or XLSX file beside the project file: columns a, b, gbps, and protection_gbps if you like",
    )
    demands: tuple[DemandRow, ...] = Field((), description="Or the rows here: { a = 'C01', b = 'C02', gbps = 800 }")
    gbps_per_rack: float = Field(1.6, gt=0, description="Gravity, without a table: export of a center, Gbit/s a rack")
    least_gbps: float = Field(1600.0, ge=0, description="Gravity: least export of a medium or larger center, Gbit/s")
    most_gbps: float = Field(12800.0, ge=0, description="Gravity: most export of a center, Gbit/s")
    growth: float = Field(0.0, ge=-0.5, le=5, description="Growth of all traffic a year, 0.3 is 30 %")
    base_year: int = Field(2027, ge=2000, le=2100, description="Year of the table or of the gravity model's rates")
    target_year: int = Field(2027, ge=2000, le=2100, description="Year the plan has to carry the traffic of")
    utilisation: float = Field(0.9, gt=0, le=1, description="Most of a channel's rate that traffic may fill, 0 to 1")
    protection: float = Field(1.0, ge=0, le=1, description="Share of working traffic held on protection routes")
    channels: tuple[str, ...] | None = Field(None, description="Channel types of the catalogue to use; left out: all")
    band: str = Field("c", description="Band of the catalogue: c, super_c, c_l")
    slot_ghz: float = Field(12.5, gt=0, description="Slot of the wavelength grid, GHz")
    spare_pairs: Literal["given", "ample"] = Field(
        "given", description="given: existing cables have the spare pairs of the layer; ample: as many as it takes"
    )

    def definition(self) -> str:
        """Return the definition in words."""
        source = "the demand table" if self.demands else "gravity on racks"
        return (
            f"relations whose traffic of {self.target_year} ({source}) has channels and wavelengths / all with traffic"
        )

    def problems(self, problem: Problem) -> Iterator[str]:
        """Yield what the demand table, channel types, band and cables do not fit."""
        head, known = f"[requirements.{self.key}]", {c.id for c in problem.centers}
        for row in self.demands:
            for name in (row.a, row.b):
                if name not in known:
                    yield f"{head} demands names '{name}', which is no computing center."
            if row.a == row.b:
                yield f"{head} demands has '{row.a}' with itself."
        types, bands = problem.catalogue.family("channel_gbps"), problem.catalogue.family("band_ghz")
        for name in self.channels or ():
            if name not in types:
                yield f"{head} channels names '{name}'; the catalogue has {', '.join(types)}."
        yield from self._half_described(problem)
        if self.band not in bands:
            yield f"{head} band is '{self.band}'; the catalogue has {', '.join(bands)}."
        if not self.demands and sum(c.medium_or_larger for c in problem.centers) < 2:
            yield f"{head} finds no two medium or larger centers for its gravity model; give a table."
        if self.target_year < self.base_year:
            yield f"{head} target_year {self.target_year} is before base_year {self.base_year}."
        links = problem.network.links
        existing = links["kind"] == "existing"
        if self.spare_pairs == "given" and existing.any() and not (links["spare_pairs"][existing] > 0).any():
            yield (
                f"{head} needs the spare fibre pairs of existing cables, and fibre_routes has none: fill its column "
                "spare_pairs, or set spare_pairs = 'ample'."
            )

    def _half_described(self, problem: Problem) -> Iterator[str]:
        """Yield channel types without width or OSNR."""
        for name in problem.catalogue.family("channel_gbps"):
            for family in ("channel_ghz", "channel_osnr_db"):
                if f"{family}.{name}" not in problem.catalogue.items:
                    yield f"[catalogue] channel type '{name}' has a rate and no {family}.{name}; give it."

    def declare(self, problem: Problem, model: ModelBuilder) -> None:
        """Leave out dark fibre without a spare pair; the rest is decided on the plan (see ``optimizer.light``)."""
        if self.spare_pairs == "ample":
            return
        links = problem.network.links
        full = (links["kind"] == "existing") & ~links["lit"].astype(bool) & (links["spare_pairs"] < 1)
        use = list(model.families["use"].values())
        for link in np.flatnonzero(full.to_numpy()):
            model.fix(use[int(link)], 0.0)

    def measure(self, problem: Problem, facts: Facts) -> Goal | None:
        """Count relations whose traffic is carried."""
        from optimizer.light.traffic import traffic_of

        counted = [((t.a, t.b) in facts.carried, 1.0) for t in traffic_of(problem, self)]
        return share_goal(self, self.definition(), 1.0, counted, "relations")
