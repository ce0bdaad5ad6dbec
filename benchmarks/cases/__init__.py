"""The registered cases, one file a size."""

from benchmarks.cases import metro_100, metro_300, metro_1000, metro_3000, metro_10000
from benchmarks.cases.case import NAN, Case
from benchmarks.cases.geodata import GEODATA_CASES, GeodataCase

__all__ = ["CASES", "GEODATA_CASES", "NAN", "Case", "GeodataCase"]

CASES: tuple[Case, ...] = (
    *metro_100.CASES,
    *metro_300.CASES,
    *metro_1000.CASES,
    *metro_3000.CASES,
    *metro_10000.CASES,
)
