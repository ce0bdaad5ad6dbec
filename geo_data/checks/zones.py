"""Whether eastings and northings suit the grid they are said to be in: zone numbers, and x for y."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.checks.report import Report
from geo_data.datum import crs_words, datum_name
from geo_data.datum.gauss_kruger import Meridian, meridian_of, sister, zone_meridian

__all__ = ["check_zone"]

HALF_WIDTH_M = 500_000.0
"""Nobody maps a city farther than this from the central meridian of its grid: zones are 84 to 334 km to a side."""
NORTHINGS_M = (1_000_000.0, 7_000_000.0)
"""Northings from the south of Hainan to the north of Heilongjiang, with room on both sides."""


def check_zone(xy: NDArray[np.float64], crs: CRS, first: str, report: Report) -> bool:
    """Report eastings with the number of another zone, or with one too many or too few; True when all is well.

    Parameters
    ----------
    xy
        Finite coordinates, shape (rows, 2).
    crs
        The projected system they are said to be in.
    first
        An example of them in words.
    report
        Takes the finding.
    """
    grid = meridian_of(crs)
    if grid is None or grid.easting_m % 1_000_000 != 500_000:  # a city's own grid may begin anywhere
        return True
    with np.errstate(over="ignore"):  # two numbers that are no places may add up to infinity
        x, y = (float(v) for v in np.median(xy, axis=0))
    if not np.isfinite([x, y]).all():  # told as beyond the earth
        return True
    if abs(x - grid.easting_m) <= HALF_WIDTH_M:
        return True
    if NORTHINGS_M[0] < x < NORTHINGS_M[1] and _is_easting(y):
        found = f"Northing and easting look swapped ({first}): Chinese survey tables write X for north."
        advice = f"Write the easting as x and the northing as y{_table_hint(report)}."
        report.layer("error", "crs-swapped", found, advice)
        return False
    return _report_zone(x, y, grid, crs, first, report)


def _is_easting(y: float) -> bool:
    """Whether a number can be an easting, with or without the number of a zone."""
    zone = int(y // 1_000_000)
    return abs(y % 1_000_000 - 500_000) <= HALF_WIDTH_M and (zone == 0 or zone_meridian(zone) is not None)


def _table_hint(report: Report) -> str:
    """How to turn the columns of a table."""
    table = report.file.lower().endswith((".csv", ".txt", ".xlsx"))
    return ", for example by turning x = and y = of the layer" if table else ""


def _report_zone(x: float, y: float, grid: Meridian, crs: CRS, first: str, report: Report) -> bool:
    """Say which zone the eastings are in and which system has it; True when nothing is known about them."""
    zone = int(x // 1_000_000)
    own = zone_meridian(zone) if zone else None
    if not NORTHINGS_M[0] < y < NORTHINGS_M[1] or (zone and own is None):
        return True
    name, datum = crs_words(crs), datum_name(crs)
    if own is None:
        wide = zone_meridian(grid.zone)
        right = sister(datum, grid.degrees, numbered=False, wide=wide is not None and wide[1] == 6)
        found = f"The eastings begin with no zone ({first}), but those of {name} begin with {grid.zone}."
    else:
        right = sister(datum, own[0], numbered=True, wide=own[1] == 6)
        rest = f"begin with {grid.zone}" if grid.zone else "have no zone in front"
        found = f"The eastings begin with zone {zone} ({first}), but those of {name} {rest}."
    advice = f'State crs = "{right}" for the layer.' if right else "State the right crs for the layer."
    report.layer("error", "crs-zone", found, advice)
    return False
