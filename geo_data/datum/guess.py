"""Other systems that a layer's coordinates may really be in, and where each would put its places."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.datum.chinese import SHIFTED, from_wgs84, in_china, to_wgs84
from geo_data.datum.gauss_kruger import meridian_of, sister
from geo_data.datum.systems import WGS84, crs_words, datum_name, lonlat, transformer

__all__ = ["Guess", "guesses"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class Guess:
    """A system that coordinates may really be in.

    Parameters
    ----------
    name
        The system, as it is written in a project file.
    move
        Takes WGS 84 degrees, found by believing what was stated, to those found by believing the guess; shape (n, 2).
    """

    name: str
    move: Callable[[FloatArray], FloatArray]


def guesses(stated: str, crs: CRS | None, lonlat_seen: FloatArray, *, of_routes: bool = False) -> list[Guess]:
    """Return what a layer may really be in.

    Parameters
    ----------
    stated
        'GCJ-02', 'BD-09', or anything else for a system that is not shifted.
    crs
        Coordinate system the layer was read in.
    lonlat_seen
        Some of its places in degrees, shape (n, 2).
    of_routes
        True when not the layer moves but the routes it is compared with: the same moves backwards.
    """
    own = stated if stated in SHIFTED else ""
    near = in_china(lonlat_seen).any()
    other = [name for name in ("", *SHIFTED) if name != own] if near else []
    found = [Guess(name or crs_words(crs or WGS84), _shift(own, name, of_routes)) for name in other]
    return found if own or crs is None or of_routes else found + [_grid(crs, name) for name in _grids(crs)]


def _shift(stated: str, real: str, backwards: bool) -> Callable[[FloatArray], FloatArray]:
    """The move from one Chinese datum to another; '' is WGS 84 or CGCS2000."""
    given, taken = (real, stated) if backwards else (stated, real)

    def move(places: FloatArray) -> FloatArray:
        numbers = from_wgs84(given, places) if given else places
        return to_wgs84(taken, numbers) if taken else numbers

    return move


def _grids(crs: CRS) -> list[str]:
    """Grids with the same central meridian that the same numbers may belong to: UTM or Gauss-Krueger, newer datum."""
    grid = meridian_of(crs)
    if grid is None:
        return []
    datum, numbered, wide = datum_name(crs), bool(grid.zone), "3-degree" not in crs.name
    if crs.utm_zone:
        return [name for name in [sister("China 2000", grid.degrees, numbered=False)] if name]
    if datum in {"Beijing 1954", "Xian 1980"}:
        name = sister("China 2000", grid.degrees, numbered=numbered, wide=wide and grid.degrees % 6 != 0)
        return [name] if name else []
    zone = (grid.degrees + 183.0) / 6.0
    return [f"EPSG:{32600 + int(zone)}"] if zone % 1 == 0 and not numbered else []


def _grid(crs: CRS, name: str) -> Guess:
    """The same numbers in another grid."""
    forward, other = transformer(WGS84, crs), CRS.from_user_input(name)

    def move(places: FloatArray) -> FloatArray:
        return lonlat(np.column_stack(forward.transform(places[:, 0], places[:, 1])), other)

    return Guess(name, move)
