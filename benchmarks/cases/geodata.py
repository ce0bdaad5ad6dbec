"""Road networks of seven metros (OpenStreetMap, ODbL) as the source distribution of neatnet 0.1.6 carries them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["GEODATA_CASES", "GeodataCase"]


@dataclass(frozen=True)
class GeodataCase:
    """One city's roads.

    Parameters
    ----------
    name
        As on the command line.
    city
        For people.
    folder
        Below the data folder; it holds ``original.parquet``.
    lines
        Lines in that file.
    """

    name: str
    city: str
    folder: str
    lines: int

    @property
    def file(self) -> str:
        """File below the data folder."""
        return f"{self.folder}/original.parquet"


GEODATA_CASES: tuple[GeodataCase, ...] = (
    GeodataCase("geodata-wuhan", "Wuhan", "wuhan_8989", 92_667),
    GeodataCase("geodata-liege", "Liege", "liege_1656", 79_907),
    GeodataCase("geodata-auckland", "Auckland", "auckland_869", 60_364),
    GeodataCase("geodata-slc", "Salt Lake City", "slc_4881", 50_917),
    GeodataCase("geodata-douala", "Douala", "douala_809", 84_819),
    GeodataCase("geodata-bucaramanga", "Bucaramanga", "bucaramanga_4617", 79_317),
    GeodataCase("geodata-aleppo", "Aleppo", "aleppo_1133", 78_908),
)
