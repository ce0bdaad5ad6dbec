"""Whether coordinates can be what their coordinate system says: degrees or metres, swapped, of another zone."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.checks.report import Report
from geo_data.checks.tie import check_tie
from geo_data.checks.zones import check_zone
from geo_data.datum import crs_words, lonlat
from geo_data.findings import counted

__all__ = ["check_range"]

LARGEST = 1e9
"""No coordinate of a place is larger, in metres, feet, or with the number of a zone in front."""


def check_range(xy: NDArray[np.float64], crs: CRS, report: Report) -> bool:
    """Report coordinates that `crs` cannot have; True when all is well.

    Parameters
    ----------
    xy
        Coordinates in `crs`, shape (rows, 2); not finite where a row has none.
    crs
        What they are said to be in.
    report
        Takes the findings.
    """
    report.crs = crs
    if not check_tie(crs, report):
        return False
    if not np.isfinite(xy).all(axis=1).any():
        return True
    if crs.is_geographic:
        return _degrees_fit(xy, crs, report)
    known = xy[np.isfinite(xy).all(axis=1)]
    first = _example(known[0])
    return (
        _metres_fit(known, crs, first, report) and check_zone(known, crs, first, report) and _on_earth(xy, crs, report)
    )


def _example(xy: NDArray[np.float64]) -> str:
    """A coordinate in words."""
    return f"for example x = {xy[0]:.10g}, y = {xy[1]:.10g}"


def _metres_fit(xy: NDArray[np.float64], crs: CRS, first: str, report: Report) -> bool:
    """Metres are no degrees."""
    if np.abs(xy).max() > 360.0:
        return True
    found = f"The coordinates look like degrees ({first}), but {crs_words(crs)} is in metres."
    advice = 'State the right crs for the layer, for example crs = "EPSG:4326" or "EPSG:4490".'
    report.layer("error", "crs-degrees", found, advice)
    return False


def _on_earth(xy: NDArray[np.float64], crs: CRS, report: Report) -> bool:
    """Every place can be found on the earth."""
    with np.errstate(invalid="ignore"):
        beyond = (np.abs(xy) > LARGEST).any(axis=1)  # projections go round and round the earth
    lost = np.asarray(np.isfinite(xy).all(axis=1) & (beyond | ~np.isfinite(lonlat(xy, crs)).all(axis=1)))
    advice = "Correct the coordinates, or state the right crs."
    return _none_out(lost, xy, f"where {crs_words(crs)} has no place on the earth", advice, report)


def _degrees_fit(xy: NDArray[np.float64], crs: CRS, report: Report) -> bool:
    """Degrees within +-180 and +-90, longitude first."""
    known = xy[np.isfinite(xy).all(axis=1)]
    x, y = np.abs(known[:, 0]), np.abs(known[:, 1])
    if x.max() <= 90.0 and 90.0 < y.max() <= 180.0:
        found = f"Longitude and latitude look swapped ({_example(known[0])})."
        report.layer("error", "crs-swapped", found, "Write longitude as x and latitude as y.")
        return False
    with np.errstate(invalid="ignore"):
        out = np.isfinite(xy).all(axis=1) & ((np.abs(xy[:, 0]) > 180.0) | (np.abs(xy[:, 1]) > 90.0))
    advice = 'If they are metres, state the metric crs, for example crs = "EPSG:32650".'
    return _none_out(out, xy, f"outside the degrees of {crs_words(crs)}", advice, report)


def _none_out(out: NDArray[np.bool_], xy: NDArray[np.float64], where: str, advice: str, report: Report) -> bool:
    """Report features that lie out of bounds: the layer when most do, else each by name; True when none does."""
    rows = np.flatnonzero(out)
    if 2 * len(rows) > np.isfinite(xy).all(axis=1).sum():
        head = f"{len(rows):,} of {counted(len(xy), 'feature')} {'lies' if len(rows) == 1 else 'lie'}"
        found = f"{head} {where} ({_example(xy[rows[0]])})."
        report.layer("error", "crs-range", found, advice, count=len(rows))
        return False
    for row in rows:
        found = f"lies {where} (x = {xy[row, 0]:.10g}, y = {xy[row, 1]:.10g})."
        report.row("error", "crs-range", row, found, "Correct its coordinates.")
    return not len(rows)
