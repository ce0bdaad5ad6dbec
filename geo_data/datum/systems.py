"""Coordinate systems: reading what a planner states, the metric system to plan in, geodesic lengths and places."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError

__all__ = [
    "WGS84",
    "area_km2",
    "crs_words",
    "datum_name",
    "geodesic_km",
    "lonlat",
    "metric_crs",
    "parse_crs",
    "transform",
    "transformer",
]

WGS84 = CRS.from_epsg(4326)
"""Degrees, longitude first."""
NICKNAMES = {
    "cgcs2000": 4490,
    "国家2000": 4490,
    "2000国家大地坐标系": 4490,
    "xian1980": 4610,
    "xian80": 4610,
    "西安80": 4610,
    "西安1980": 4610,
    "beijing1954": 4214,
    "beijing54": 4214,
    "北京54": 4214,
    "北京1954": 4214,
    "wgs84": 4326,
}
"""What planners call their degrees, without blanks, dashes and capitals."""


def parse_crs(text: str) -> CRS | None:
    """Return the map coordinate system a planner names ('EPSG:4490', WKT, PROJ string), or None where there is none.

    Examples
    --------
    >>> parse_crs("北京54").to_string(), parse_crs("EPSG:4547").name
    ('EPSG:4214', 'CGCS2000 / 3-degree Gauss-Kruger CM 114E')
    """
    nickname = NICKNAMES.get("".join(c for c in text.lower() if c not in " -_"))
    try:
        crs = CRS.from_user_input(nickname or text)
    except CRSError:
        return None
    return crs if crs.is_geographic or crs.is_projected else None


def crs_words(crs: CRS) -> str:
    """Return a coordinate system in words: its authority's code, or its name where it has none."""
    return crs.to_string() if crs.to_authority() else crs.name


def datum_name(crs: CRS) -> str:
    """Return the datum in the registry's words, for example 'China 2000' for CGCS2000."""
    base = crs.geodetic_crs
    if base is None or base.datum is None:
        return "unknown"
    return str(base.datum.name).removesuffix(" ensemble")


def metric_crs(lon: float, lat: float) -> CRS:
    """Return the WGS 84 / UTM system whose zone holds the place.

    CGCS2000 and WGS 84 differ by centimetres, less than any route is surveyed to, so both are planned in it.
    """
    zone = int(np.floor((lon + 180.0) / 6.0)) % 60 + 1
    return CRS.from_epsg((32600 if lat >= 0 else 32700) + zone)


@lru_cache(maxsize=64)
def transformer(source: CRS, target: CRS) -> Transformer:
    """Return what takes coordinates from one system to another, x east or longitude on both sides.

    Finding the way costs PROJ 0.1 s, more than most layers take: it is looked for once a pair of systems.

    Raises
    ------
    pyproj.exceptions.ProjError
        If nothing can be worked out with one of them.
    """
    return Transformer.from_crs(source, target, always_xy=True)


def transform(geometry: NDArray[np.object_], source: CRS, target: CRS) -> NDArray[np.object_]:
    """Return the geometries in `target`; x is always east or longitude."""
    if source.equals(target, ignore_axis_order=True):
        return geometry
    change = transformer(source, target)

    def move(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))

    return np.asarray(shapely.transform(geometry, move), dtype=object)


def lonlat(xy: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """Return points, shape (n, 2), as WGS 84 degrees; what cannot be transformed is infinite."""
    change = transformer(crs, WGS84)
    lon, lat = change.transform(xy[:, 0], xy[:, 1])
    return np.column_stack([lon, lat]).astype(np.float64)


def geodesic_km(lines: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return the length of every line on the ellipsoid of `crs` in kilometres, shape (n,)."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    same = owner[1:] == owner[:-1]
    degrees = _own_degrees(xy, crs)
    start, end = degrees[:-1][same], degrees[1:][same]
    _, _, metres = _geod(crs).inv(start[:, 0], start[:, 1], end[:, 0], end[:, 1])
    return np.bincount(owner[1:][same], weights=metres, minlength=len(lines)) / 1000.0


def area_km2(polygons: NDArray[np.object_], crs: CRS) -> NDArray[np.float64]:
    """Return the area of every polygon on the ellipsoid of `crs` in square kilometres; 0 for points."""
    base = crs.geodetic_crs or WGS84
    geod = _geod(crs)
    return np.array(
        [abs(geod.geometry_area_perimeter(p)[0]) / 1e6 for p in transform(polygons, crs, base)], dtype=np.float64
    )


def _geod(crs: CRS) -> Geod:
    """The ellipsoid of a coordinate system; WGS 84 where it names none."""
    return crs.get_geod() or Geod(ellps="WGS84")


def _own_degrees(xy: NDArray[np.float64], crs: CRS) -> NDArray[np.float64]:
    """Degrees in the geographic system that `crs` is based on: no datum is changed."""
    if crs.is_geographic:
        return xy
    change = transformer(crs, crs.geodetic_crs or WGS84)
    return np.column_stack(change.transform(xy[:, 0], xy[:, 1]))
