"""GCJ-02 and BD-09, the shifted coordinates of Chinese map services, taken back to WGS 84.

A place in GCJ-02 lies 100 m to some hundred metres off. The shift has no official formula; this is the one that every
open implementation uses (for example eviltransform), and its inverse by fixed point: exact to well under a millimetre,
while the shift itself differs from the services' own by up to metres.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["SHIFTED", "bd09_to_gcj02", "gcj02_to_wgs84", "to_wgs84", "wgs84_to_gcj02"]

FloatArray = NDArray[np.float64]

SHIFTED = ("GCJ-02", "BD-09")
"""Names that a layer's crs may have besides the registry's."""
AXIS_M = 6_378_245.0
ECCENTRICITY = 0.00669342162296594323
"""Krassovsky 1940 as the formula writes it: semi-major axis in metres, first eccentricity squared."""
BD_TURN = np.pi * 3000.0 / 180.0
ROUNDS = 12


def to_wgs84(name: str, lonlat: FloatArray) -> FloatArray:
    """Return degrees of a shifted system (one of ``SHIFTED``) as WGS 84 degrees, shape (n, 2), longitude first."""
    return gcj02_to_wgs84(bd09_to_gcj02(lonlat) if name == "BD-09" else lonlat)


def wgs84_to_gcj02(lonlat: FloatArray) -> FloatArray:
    """Return WGS 84 degrees shifted as GCJ-02, shape (n, 2)."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    lat = np.radians(lonlat[:, 1])
    root = 1.0 - ECCENTRICITY * np.sin(lat) ** 2
    north = _north_m(x, y) * 180.0 / (AXIS_M * (1.0 - ECCENTRICITY) / root**1.5 * np.pi)
    east = _east_m(x, y) * 180.0 / (AXIS_M / np.sqrt(root) * np.cos(lat) * np.pi)
    return lonlat + np.column_stack([east, north])


def gcj02_to_wgs84(lonlat: FloatArray) -> FloatArray:
    """Return GCJ-02 degrees as WGS 84, shape (n, 2): the fixed point of the shift."""
    back = lonlat
    for _ in range(ROUNDS):  # each round gains about two digits
        back = back - (wgs84_to_gcj02(back) - lonlat)
    return back


def bd09_to_gcj02(lonlat: FloatArray) -> FloatArray:
    """Return Baidu's BD-09 degrees as GCJ-02, shape (n, 2); good to centimetres."""
    guess = lonlat - (0.0065, 0.006)
    for _ in range(ROUNDS):
        guess = guess - (_gcj02_to_bd09(guess) - lonlat)
    return guess


def _gcj02_to_bd09(lonlat: FloatArray) -> FloatArray:
    """Baidu's further turn and stretch."""
    x, y = lonlat[:, 0], lonlat[:, 1]
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * BD_TURN)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * BD_TURN)
    return np.column_stack([radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006])


def _waves(v: FloatArray, long: float, short: float) -> FloatArray:
    """The slow waves of the shift along one axis."""
    return (20.0 * np.sin(v * np.pi) + 40.0 * np.sin(v / 3.0 * np.pi)) * 2.0 / 3.0 + (
        long * np.sin(v / 12.0 * np.pi) + short * np.sin(v / 30.0 * np.pi)
    ) * 2.0 / 3.0


def _quick(x: FloatArray) -> FloatArray:
    """The quick waves, the same for both axes."""
    return np.asarray((20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0)


def _north_m(x: FloatArray, y: FloatArray) -> FloatArray:
    """Shift to the north in metres of the formula's sphere."""
    flat = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y**2 + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    return np.asarray(flat + _quick(x) + _waves(y, 160.0, 320.0))


def _east_m(x: FloatArray, y: FloatArray) -> FloatArray:
    """Shift to the east in metres of the formula's sphere."""
    flat = 300.0 + x + 2.0 * y + 0.1 * x**2 + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    return np.asarray(flat + _quick(x) + _waves(x, 150.0, 300.0))
