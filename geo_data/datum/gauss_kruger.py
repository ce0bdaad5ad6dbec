"""Gauss-Krueger zones of Chinese surveys: 3 or 6 degrees wide, with or without the zone's number before the easting.

Source: EPSG registry; GB/T 17798-2007. Zone 38 of 3 degrees has its central meridian at 114 degrees east; with the
number, its eastings are 38 500 000 m plus the distance from there, without it 500 000 m plus that distance.
"""

from __future__ import annotations

from dataclasses import dataclass

from pyproj import CRS

__all__ = ["NARROW", "WIDE", "Meridian", "meridian_of", "sister", "zone_meridian"]

ZONE_M = 1_000_000.0
"""What the zone's number is multiplied with."""
NARROW = range(25, 46)
WIDE = range(13, 24)
"""Zones of China: 3 degrees wide (central meridian 3 x number) and 6 degrees wide (6 x number - 3)."""
FIRST_CODES = {
    "China 2000": {3: (4513, 4534), 6: (4491, 4502)},
    "Xian 1980": {3: (2349, 2370), 6: (2327, 2338)},
    "Beijing 1954": {3: (2401, 2422), 6: (21413, 21453)},
}
"""EPSG codes of the first zone by datum and width: with the number in the easting, and without."""


@dataclass(frozen=True)
class Meridian:
    """A transverse Mercator grid: degrees of its central meridian, easting there in metres, scale there."""

    degrees: float
    easting_m: float
    scale: float

    @property
    def zone(self) -> int:
        """Number of the zone that its eastings begin with, 0 when they begin with none."""
        return int(self.easting_m // ZONE_M)


def meridian_of(crs: CRS) -> Meridian | None:
    """Return the grid of a transverse Mercator system, or None when `crs` is of another kind or names no meridian."""
    flat = crs.sub_crs_list[0] if crs.is_compound else crs
    operation = flat.coordinate_operation
    if operation is None or operation.method_name != "Transverse Mercator":
        return None
    values = {p.name: float(p.value) * p.unit_conversion_factor for p in operation.params}
    degrees = next((float(p.value) for p in operation.params if p.name == "Longitude of natural origin"), None)
    if degrees is None:  # a damaged .prj
        return None
    scale = values.get("Scale factor at natural origin", 1.0)
    return Meridian(degrees, values.get("False easting", 0.0), scale)


def zone_meridian(zone: int) -> tuple[float, int] | None:
    """Return central meridian and width of a Chinese zone in degrees, None where there is no such zone.

    Examples
    --------
    >>> zone_meridian(38), zone_meridian(20), zone_meridian(50)
    ((114.0, 3), (117.0, 6), None)
    """
    if zone in NARROW:
        return 3.0 * zone, 3
    return (6.0 * zone - 3.0, 6) if zone in WIDE else None


def sister(datum: str, degrees: float, *, numbered: bool, wide: bool = False) -> str:
    """Return 'EPSG:...' of the grid of a datum with a central meridian, '' where the registry has none.

    Parameters
    ----------
    datum
        Datum in the registry's words; CGCS2000 is taken for any that has no Chinese grids.
    degrees
        Central meridian.
    numbered
        Whether eastings begin with the zone's number.
    wide
        True for zones of 6 degrees.
    """
    width = 6 if wide else 3
    zone = (degrees + 3.0) / 6.0 if wide else degrees / 3.0
    zones = WIDE if wide else NARROW
    if zone not in zones:
        return ""
    first = FIRST_CODES.get(datum, FIRST_CODES["China 2000"])[width][0 if numbered else 1]
    return f"EPSG:{first + int(zone) - zones.start}"
