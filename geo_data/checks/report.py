"""Collects the findings about one layer, so that every check names file, layer, feature and place alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import SupportsIndex

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.findings import Finding, Severity, listed
from geo_data.schema import LayerSpec

__all__ = ["Report", "listing", "thing"]


def thing(spec: LayerSpec) -> str:
    """Return one feature of the layer in words: 'Metro site'."""
    return spec.title.removesuffix("s")


def listing(words: Iterable[str], limit: int = 5) -> str:
    """Return quoted words, at most `limit` and then how many more."""
    return listed((f"'{w}'" for w in words), limit)


@dataclass
class Report:
    """Findings about one layer.

    Parameters
    ----------
    spec, file
        The layer and its file name.
    ids
        Identifier of every row, '' where there is none; shape (rows,).
    places
        Degrees of every row, not finite where unknown; shape (rows, 2).
    crs
        The coordinate system the layer was read in, None before it is known.
    unplaced
        Why rows have no geometry, where the reader knows it; by row.
    """

    spec: LayerSpec
    file: str
    ids: NDArray[np.object_] = field(default_factory=lambda: np.zeros(0, dtype=object))
    places: NDArray[np.float64] = field(default_factory=lambda: np.zeros((0, 2)))
    findings: list[Finding] = field(default_factory=list)
    crs: CRS | None = None
    unplaced: dict[int, str] = field(default_factory=dict)

    def layer(self, severity: Severity, code: str, found: str, advice: str = "", count: int = 1) -> None:
        """Add a finding about the layer as a whole."""
        self.findings.append(Finding(severity, code, found, advice, file=self.file, layer=self.spec.name, count=count))

    def row(self, severity: Severity, code: str, row: SupportsIndex, found: str, advice: str = "") -> None:
        """Add a finding about one row; `found` goes on after the feature's name."""
        row = int(row)
        lon, lat = self.places[row] if row < len(self.places) else (np.nan, np.nan)
        known = bool(np.isfinite(lon) and np.isfinite(lat))
        self.findings.append(
            Finding(
                severity,
                code,
                f"{self.call(row)} {found}",
                advice,
                file=self.file,
                layer=self.spec.name,
                feature=str(self.ids[row]),
                lon=float(lon) if known else None,
                lat=float(lat) if known else None,
            )
        )

    def call(self, row: int) -> str:
        """Return the feature's name in words: "Metro site 'S-17'", or its row where it has no identifier."""
        name = str(self.ids[row]) if row < len(self.ids) else ""
        return f"{thing(self.spec)} '{name}'" if name else f"{thing(self.spec)} in row {row + 1}"
