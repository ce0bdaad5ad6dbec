"""SNDlib's networks with modular capacities: D-B-M (a capacity in each direction), some U-U-M (shared)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases.case import Known
from benchmarks.instance import data_folder

__all__ = ["DESIGN_CASES", "DesignCase"]


UNKNOWN = Known()


@dataclass(frozen=True, kw_only=True)
class DesignCase:
    """A network under a model of SNDlib.

    Parameters
    ----------
    known
        Published bounds where SNDlib or the literature has them (after 3600 s), else proven by the plain flow program.
    """

    name: str
    network: str
    model: str = "D-B-M"
    time_limit_s: float = 60.0
    known: Known = UNKNOWN

    @property
    def source(self) -> str:
        """File below the data folder."""
        return f"sndlib/{self.network}.xml"

    @property
    def path(self) -> Path:
        """File."""
        return data_folder() / self.source


def _optimum(value: float) -> Known:
    return Known(value, value)


DESIGN_CASES = (
    DesignCase(name="sndlib-abilene", network="abilene"),
    DesignCase(name="sndlib-atlanta", network="atlanta", known=_optimum(46_244_642.4)),
    DesignCase(
        name="sndlib-cost266", network="cost266", time_limit_s=600.0, known=Known(18_975_082.0, 18_443_128.0, to=0.5)
    ),
    DesignCase(name="sndlib-dfn-gwin", network="dfn-gwin", time_limit_s=120.0),
    DesignCase(name="sndlib-di-yuan", network="di-yuan"),
    DesignCase(name="sndlib-newyork", network="newyork", time_limit_s=600.0, known=Known(999_702.0, 886_506.0, to=0.5)),
    DesignCase(name="sndlib-nobel-germany", network="nobel-germany", time_limit_s=120.0),
    DesignCase(name="sndlib-nobel-us", network="nobel-us", time_limit_s=120.0),
    DesignCase(name="sndlib-pdh", network="pdh", time_limit_s=120.0),
    DesignCase(name="sndlib-polska", network="polska", known=_optimum(15_717.0)),
    DesignCase(name="sndlib-abilene-uu", network="abilene", model="U-U-M", known=_optimum(194_020.0)),
    DesignCase(name="sndlib-atlanta-uu", network="atlanta", model="U-U-M", known=_optimum(86_492_550.3)),
    DesignCase(name="sndlib-polska-uu", network="polska", model="U-U-M", known=_optimum(23_619.0)),
    DesignCase(name="sndlib-nobel-us-uu", network="nobel-us", model="U-U-M", known=_optimum(2_441_420.0)),
    DesignCase(
        name="sndlib-nobel-germany-uu", network="nobel-germany", model="U-U-M", time_limit_s=120.0,
        known=_optimum(161_990.0),
    ),
    DesignCase(
        name="sndlib-pdh-uu", network="pdh", model="U-U-M", time_limit_s=120.0, known=_optimum(10_903_843.0)
    ),
)  # fmt: skip
