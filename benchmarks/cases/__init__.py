"""The registered cases: metro instances one file a size, Steiner trees, whole cities, road networks, SNDlib."""

from benchmarks.cases import cities, metro_100, metro_300, metro_1000, metro_3000, metro_10000, steinlib
from benchmarks.cases.case import NAN, Case, Known
from benchmarks.cases.geodata import GEODATA_CASES, GeodataCase
from benchmarks.cases.metro import MetroCase
from benchmarks.cases.sndlib import DESIGN_CASES, DesignCase

__all__ = ["CASES", "DESIGN_CASES", "GEODATA_CASES", "NAN", "Case", "DesignCase", "GeodataCase", "Known", "MetroCase"]

CASES: tuple[Case, ...] = (
    *metro_100.CASES,
    *metro_300.CASES,
    *metro_1000.CASES,
    *metro_3000.CASES,
    *metro_10000.CASES,
    *cities.CASES,
    *steinlib.CASES,
)
