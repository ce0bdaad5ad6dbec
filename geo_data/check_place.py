"""Whether coordinates can be what their coordinate system says: degrees or metres, swapped, far from the rest."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Geod

from geo_data.check_report import Report

__all__ = ["check_layers_near", "check_range"]

FAR_KM = 200.0
"""A metropolitan area is smaller than this; the limit of 1 ms is about 204 km of fibre."""
OUTSIDE_DEGREES = 5.0
"""How far beyond its area of use a coordinate system is still believed."""


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
    known = xy[np.isfinite(xy).all(axis=1)]
    if not len(known):
        return True
    x, y = np.abs(known[:, 0]), np.abs(known[:, 1])
    name = crs.to_string() if crs.to_authority() else crs.name
    first = f"for example x = {known[0, 0]:g}, y = {known[0, 1]:g}"
    if crs.is_geographic:
        return _degrees_fit(x, y, name, first, report)
    if x.max() <= 360.0 and y.max() <= 360.0:
        report.layer(
            "error",
            "crs-degrees",
            f"The coordinates look like degrees ({first}), but {name} is in metres.",
            'State the right crs for the layer, for example crs = "EPSG:4326" or "EPSG:4490".',
        )
        return False
    return True


def _degrees_fit(x: NDArray[np.float64], y: NDArray[np.float64], name: str, first: str, report: Report) -> bool:
    """Degrees within +-180 and +-90, longitude first."""
    if x.max() <= 180.0 and y.max() <= 90.0:
        return True
    if x.max() <= 90.0 and y.max() <= 180.0:
        report.layer(
            "error",
            "crs-swapped",
            f"Longitude and latitude look swapped ({first}).",
            "Write longitude as x and latitude as y.",
        )
        return False
    out = int(((x > 180.0) | (y > 90.0)).sum())
    report.layer(
        "error",
        "crs-range",
        f"{out} of {len(x)} features lie outside the degrees of {name} ({first}).",
        'If they are metres, state the metric crs, for example crs = "EPSG:32650".',
        count=out,
    )
    return False


def check_layers_near(reports: Mapping[str, Report]) -> None:
    """Report layers, and single features, that lie more than ``FAR_KM`` from the rest of the project."""
    centres = {n: c for n, r in reports.items() if (c := _centre(r.places)) is not None}
    odd = {n for n, c in centres.items() if len(centres) > 1 and _far_from_rest(n, c, centres)}
    for name in sorted(odd):
        _report_far_layer(reports[name], centres[name], [c for n, c in centres.items() if n != name])
    for name in centres.keys() - odd:
        _report_far_rows(reports[name], centres[name])


def _centre(places: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Median place of a layer in degrees."""
    known = places[np.isfinite(places).all(axis=1)]
    return np.median(known, axis=0) if len(known) else None


def _km(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Distance of two places in kilometres."""
    _, _, metres = Geod(ellps="WGS84").inv(a[0], a[1], b[0], b[1])
    return float(metres) / 1000.0


def _far_from_rest(name: str, centre: NDArray[np.float64], centres: Mapping[str, NDArray[np.float64]]) -> bool:
    """Whether a layer lies far from most other layers: with two layers both do."""
    others = [c for n, c in centres.items() if n != name]
    far = sum(_km(centre, other) > FAR_KM for other in others)
    return 2 * far > len(others)


def _report_far_layer(report: Report, centre: NDArray[np.float64], others: list[NDArray[np.float64]]) -> None:
    """A layer far from the others, with the likely cause."""
    rest = np.median(np.array(others), axis=0)
    found = (
        f"The layer lies around {centre[0]:.3f}, {centre[1]:.3f}, {_km(centre, rest):,.0f} km from the other layers "
        f"(around {rest[0]:.3f}, {rest[1]:.3f})."
    )
    swapped = abs(centre[1]) <= 180 and abs(centre[0]) <= 90 and _km(centre[::-1], rest) < FAR_KM
    advice = "Longitude and latitude look swapped." if swapped else "Check its crs, or whether it is the right file."
    report.layer("error", "layer-far", found, advice)


def _report_far_rows(report: Report, centre: NDArray[np.float64]) -> None:
    """Features far from the middle of their own layer."""
    known = np.flatnonzero(np.isfinite(report.places).all(axis=1))
    at = report.places[known]
    _, _, metres = Geod(ellps="WGS84").inv(np.full(len(at), centre[0]), np.full(len(at), centre[1]), at[:, 0], at[:, 1])
    for row, km in zip(known, np.asarray(metres) / 1000.0, strict=True):
        if km > FAR_KM:
            report.row(
                "error",
                "feature-far",
                int(row),
                f"is {km:,.0f} km from the middle of its layer.",
                "Correct its coordinates, or delete it.",
            )
