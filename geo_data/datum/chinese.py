"""GCJ-02 and BD-09, the shifted coordinates of Chinese map services, from and to WGS 84.

A place in GCJ-02 lies 100 m to some hundred metres off, in BD-09 about a kilometre. The shift has no official formula;
this is the one that every open implementation uses (for example eviltransform and geocoordinates-rs), and its inverse
by fixed point: exact to well under a millimetre, while the shift itself differs from the services' own by up to metres.
Outside a box around China the services shift nothing, and neither does this; Taiwan, Hong Kong and Macao lie inside.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "SHIFTED",
    "bd09_to_gcj02",
    "from_wgs84",
    "gcj02_to_bd09",
    "gcj02_to_wgs84",
    "in_china",
    "shifted_name",
    "to_wgs84",
    "wgs84_to_gcj02",
]

FloatArray = NDArray[np.float64]

SHIFTED = ("GCJ-02", "BD-09")
"""Names that a layer's crs may have besides the registry's."""
NICKNAMES = {
    "gcj02": "GCJ-02",
    "gcj": "GCJ-02",
    "火星坐标": "GCJ-02",
    "火星坐标系": "GCJ-02",
    "高德": "GCJ-02",
    "amap": "GCJ-02",
    "bd09": "BD-09",
    "bd09ll": "BD-09",
    "百度": "BD-09",
    "百度坐标": "BD-09",
    "baidu": "BD-09",
}
"""What planners call them, without blanks, dashes and capitals."""
BOX = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east and north of the services' box around China, in degrees."""
MARGIN = 0.02
"""Degrees beyond the box where a shifted place may still come from inside it."""
AXIS_M = 6_378_245.0
ECCENTRICITY = 0.00669342162296594323
"""Krassovsky 1940 as the formula writes it: semi-major axis in metres, first eccentricity squared."""
BD_TURN = np.pi * 3000.0 / 180.0
ROUNDS = 12
STILL = 1e-12
"""Degrees (0.1 micrometre) below which the fixed point no longer moves."""


def shifted_name(text: str) -> str:
    """Return 'GCJ-02' or 'BD-09' when a planner names one of them, else ''.

    Examples
    --------
    >>> shifted_name("gcj 02"), shifted_name("百度"), shifted_name("EPSG:4490")
    ('GCJ-02', 'BD-09', '')
    """
    return NICKNAMES.get("".join(c for c in text.lower() if c not in " -_"), "")


def to_wgs84(name: str, lonlat: FloatArray) -> FloatArray:
    """Return degrees of a shifted system (one of ``SHIFTED``) as WGS 84 degrees, shape (n, 2), longitude first."""
    return gcj02_to_wgs84(bd09_to_gcj02(lonlat) if name == "BD-09" else lonlat)


def from_wgs84(name: str, lonlat: FloatArray) -> FloatArray:
    """Return WGS 84 degrees in a shifted system (one of ``SHIFTED``), shape (n, 2), longitude first."""
    shifted = wgs84_to_gcj02(lonlat)
    return gcj02_to_bd09(shifted) if name == "BD-09" else shifted


def in_china(lonlat: FloatArray, margin: float = 0.0) -> NDArray[np.bool_]:
    """Return whether places lie in the services' box around China, widened by `margin` degrees; shape (n,)."""
    west, south, east, north = BOX
    lon, lat = lonlat[:, 0], lonlat[:, 1]
    inside = (lon >= west - margin) & (lon <= east + margin) & (lat >= south - margin) & (lat <= north + margin)
    return np.asarray(inside)


def wgs84_to_gcj02(lonlat: FloatArray) -> FloatArray:
    """Return WGS 84 degrees shifted as GCJ-02, shape (n, 2)."""
    return _inside(_shift, lonlat)


def gcj02_to_bd09(lonlat: FloatArray) -> FloatArray:
    """Return GCJ-02 degrees as Baidu's BD-09, shape (n, 2)."""
    return _inside(_turn, lonlat)


def gcj02_to_wgs84(lonlat: FloatArray) -> FloatArray:
    """Return GCJ-02 degrees as WGS 84, shape (n, 2): the fixed point of the shift."""
    return _inverse(_shift, lonlat)


def bd09_to_gcj02(lonlat: FloatArray) -> FloatArray:
    """Return Baidu's BD-09 degrees as GCJ-02, shape (n, 2)."""
    return _inverse(_turn, lonlat)


def _inside(change: Callable[[FloatArray], FloatArray], lonlat: FloatArray) -> FloatArray:
    """Change the places in China and leave the others as they are."""
    rows = in_china(lonlat)
    changed = np.array(lonlat, dtype=np.float64)
    changed[rows] = change(changed[rows])
    return changed


def _inverse(change: Callable[[FloatArray], FloatArray], lonlat: FloatArray) -> FloatArray:
    """The places that `change` takes to `lonlat`; those that come from outside China are as they were."""
    back = np.array(lonlat, dtype=np.float64)
    rows = np.flatnonzero(in_china(back, MARGIN))
    guess = _fixed_point(change, back[rows])
    inside = in_china(guess)
    back[rows[inside]] = guess[inside]
    return back


def _fixed_point(change: Callable[[FloatArray], FloatArray], goal: FloatArray) -> FloatArray:
    """Solve ``change(x) = goal``; each round gains about two digits."""
    guess = goal
    for _ in range(ROUNDS):
        step = change(guess) - goal
        guess = guess - step
        if np.abs(step).max(initial=0.0) < STILL:
            break
    return guess


def _shift(lonlat: FloatArray) -> FloatArray:
    """WGS 84 to GCJ-02 wherever it is."""
    x, y = lonlat[:, 0] - 105.0, lonlat[:, 1] - 35.0
    lat = np.radians(lonlat[:, 1])
    root = 1.0 - ECCENTRICITY * np.sin(lat) ** 2
    north = _north_m(x, y) * 180.0 / (AXIS_M * (1.0 - ECCENTRICITY) / root**1.5 * np.pi)
    east = _east_m(x, y) * 180.0 / (AXIS_M / np.sqrt(root) * np.cos(lat) * np.pi)
    return lonlat + np.column_stack([east, north])


def _turn(lonlat: FloatArray) -> FloatArray:
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
