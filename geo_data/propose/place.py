"""In which coordinate system a layer is, where its file does not say: told by its numbers, and by the other layers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Geod

from geo_data.datum import lonlat, metric_crs
from geo_data.datum.chinese import in_china
from geo_data.datum.gauss_kruger import sister, zone_meridian

__all__ = ["CrsGuess", "degrees_of", "guess_crs", "stated_grid"]

NEAR_KM = 100.0
"""A guess is believed where it puts the layer this near to the others."""
ALIKE_KM = 5.0
"""Grids that put a layer at places closer than this cannot be told apart without a map."""


@dataclass(frozen=True)
class CrsGuess:
    """What to write for the coordinate system of a layer.

    Parameters
    ----------
    crs
        Its name in the project file; '' where the file states it, or nothing can be guessed.
    why
        How it was guessed and what else it may be; '' where the file states it.
    swapped
        Whether x and y have to be read the other way round.
    """

    crs: str = ""
    why: str = ""
    swapped: bool = False


def guess_crs(frame: gpd.GeoDataFrame, others: Sequence[tuple[float, float]], stated: Sequence[str] = ()) -> CrsGuess:
    """Return a guess for a layer.

    Parameters
    ----------
    frame
        The layer.
    others
        (longitude, latitude) of the middle of layers whose system is known.
    stated
        Grids that other files state: whoever gave this one works in them too.
    """
    if frame.crs is not None:
        return CrsGuess()
    middle = _middle(frame)
    if middle is None:
        return CrsGuess("", "no feature has a place to guess from")
    x, y = middle
    if abs(x) <= 180.0 and abs(y) <= 90.0:
        return CrsGuess("EPSG:4326", _degrees_words(x, y))
    if abs(x) <= 90.0 and 90.0 < abs(y) <= 180.0:
        return CrsGuess("EPSG:4326", "the numbers look like degrees with latitude as x, so x and y are turned", True)
    return _metres(x, y, others, stated)


def _middle(frame: gpd.GeoDataFrame) -> tuple[float, float] | None:
    """Return the median place of the features in their own coordinates, None where none has a place."""
    bounds = shapely.bounds(frame.geometry.to_numpy())
    known: NDArray[np.float64] = bounds[np.isfinite(bounds).all(axis=1)]
    if not len(known):
        return None
    x, y = np.median((known[:, :2] + known[:, 2:]) / 2.0, axis=0)
    return float(x), float(y)


def _degrees_words(x: float, y: float) -> str:
    """What degrees may be."""
    if not in_china(np.array([[x, y]]))[0]:
        return "the numbers look like degrees"
    return (
        "the numbers look like degrees in China: EPSG:4490 (CGCS2000) is the same to a few centimetres, "
        'but coordinates from map services are "GCJ-02" (Amap, Tencent) or "BD-09" (Baidu), 100 to 1000 m off'
    )


def _metres(x: float, y: float, others: Sequence[tuple[float, float]], stated: Sequence[str]) -> CrsGuess:
    """Grids that put the layer near the others; with the number of a zone before the easting, its grid."""
    for east, north, swapped in ((x, y, False), (y, x, True)):
        turned = "; x and y are turned, for Chinese survey tables write X for north" if swapped else ""
        zone = int(east // 1_000_000)
        own = zone_meridian(zone) if zone >= 13 else None
        if own is not None:
            crs = sister("China 2000", own[0], numbered=True, wide=own[1] == 6)
            why = f"the eastings begin with zone {zone}; CGCS2000 is taken, but old surveys have other datums{turned}"
            return CrsGuess(crs, why, swapped)
        if found := _nearest(east, north, others, stated):
            also = f", but not much farther away in {' or '.join(found[1:])}" if found[1:] else ""
            return CrsGuess(found[0], f"in this grid its metres lie near the other layers{also}{turned}", swapped)
    return CrsGuess("", "the numbers are metres of some grid that cannot be told")


def _nearest(east: float, north: float, others: Sequence[tuple[float, float]], stated: Sequence[str]) -> list[str]:
    """Grids that put the place nearest to the middle of the other layers, stated ones and the nearest first."""
    if not others:
        return []
    lon, lat = (float(v) for v in np.median(np.array(others), axis=0))
    apart = {name: _apart_km(east, north, name, lon, lat) for name in (*stated, *_grids(lon, lat))}
    limit = min(NEAR_KM, min(apart.values()) + ALIKE_KM)
    near = [name for name in apart if apart[name] < limit]
    return sorted(near, key=lambda name: (name not in stated, apart[name]))


def _grids(lon: float, lat: float) -> list[str]:
    """UTM and Gauss-Krueger grids around a place."""
    utm = metric_crs(lon, lat).to_string()
    if not in_china(np.array([[lon, lat]]))[0]:
        return [utm]
    middle = 3 * round(lon / 3)
    narrow = [sister("China 2000", float(m), numbered=False) for m in (middle, middle - 3, middle + 3)]
    return [name for name in dict.fromkeys((*narrow, utm)) if name]


def _apart_km(east: float, north: float, crs: str, lon: float, lat: float) -> float:
    """How far from a place in degrees a grid puts some coordinates."""
    there = lonlat(np.array([[east, north]]), CRS.from_user_input(crs))[0]
    if not np.isfinite(there).all():
        return np.inf
    return float(Geod(ellps="WGS84").inv(lon, lat, there[0], there[1])[2]) / 1000.0


def stated_grid(frame: gpd.GeoDataFrame) -> str:
    """Return the grid in metres that a file states, as the project file writes it; '' for any other system."""
    code = frame.crs.to_epsg() if frame.crs is not None and frame.crs.is_projected else None
    return f"EPSG:{code}" if code else ""


def degrees_of(frame: gpd.GeoDataFrame) -> tuple[float, float] | None:
    """Return the middle of a layer in degrees, None where its system cannot be told from itself."""
    system = frame.crs or guess_crs(frame, ()).crs
    middle = _middle(frame) if len(frame) and system else None
    if middle is None:
        return None
    lon, lat = lonlat(np.array([middle]), CRS.from_user_input(system))[0]
    return (float(lon), float(lat)) if np.isfinite([lon, lat]).all() else None
