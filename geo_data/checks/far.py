"""Whether all layers and features lie in one metropolitan area, and which system would bring a stray layer home."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Geod

from geo_data.checks.report import Report
from geo_data.datum import WGS84, datum_name, lonlat, transformer
from geo_data.datum.gauss_kruger import NARROW, meridian_of, sister

__all__ = ["FAR_KM", "check_layers_near"]

FAR_KM = 200.0
"""A metropolitan area is smaller than this; the limit of 1 ms is about 204 km of fibre."""


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
    report.layer("error", "layer-far", found, _advice(report, centre, rest))


def _advice(report: Report, centre: NDArray[np.float64], rest: NDArray[np.float64]) -> str:
    """What would bring the layer to the others."""
    if abs(centre[1]) <= 180 and abs(centre[0]) <= 90 and _km(centre[::-1], rest) < FAR_KM:
        return "Longitude and latitude look swapped."
    home = _home(report.crs, centre, rest)
    if home:
        return f'As {home[0]} it would lie {home[1]:.0f} km from them: if that is right, state crs = "{home[0]}".'
    return "Check its crs, or whether it is the right file."


def _home(crs: CRS | None, centre: NDArray[np.float64], rest: NDArray[np.float64]) -> tuple[str, float] | None:
    """The neighbouring zone of the same kind that puts the layer nearest to the others, and how near in km."""
    grid = None if crs is None else meridian_of(crs)
    if crs is None or grid is None or grid.zone:
        return None
    xy = np.column_stack(transformer(WGS84, crs).transform(centre[:1], centre[1:]))
    meridian = rest[0] - (centre[0] - grid.degrees)  # of the zone in which these eastings lie by the other layers
    names = _zones(crs, centre[1], meridian)
    near = {name: _km(lonlat(xy, CRS.from_user_input(name))[0], rest) for name in names}
    best = min(near, key=lambda name: near[name], default="")
    return (best, near[best]) if best and near[best] < FAR_KM / 2.0 else None


def _zones(crs: CRS, lat: float, meridian: float) -> list[str]:
    """Zones of the same family within one zone of a meridian: UTM, or Chinese grids without the zone's number."""
    if crs.utm_zone:
        near = [zone for zone in range(1, 61) if abs(6.0 * zone - 183.0 - meridian) <= 6.0]
        return [f"EPSG:{(32600 if lat >= 0 else 32700) + zone}" for zone in near]
    datum = datum_name(crs)
    zones = [sister(datum, 3.0 * zone, numbered=False) for zone in NARROW if abs(3.0 * zone - meridian) <= 3.0]
    return [name for name in zones if name]


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
