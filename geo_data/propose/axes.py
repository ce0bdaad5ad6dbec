"""Coordinate columns of a table whose headers only resemble the usual ones: '站点经度', 'GPS_LON', '横坐标(m)'."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from geo_data.schema import LAT, LON

__all__ = ["likely_axes"]

EAST = (LON.name, *LON.aliases, "经", "东坐标", "横坐标", "easting")
NORTH = (LAT.name, *LAT.aliases, "纬", "北坐标", "纵坐标", "northing")
"""Words in headers, surest first: of the longitude or easting, of the latitude or northing."""


def likely_axes(headers: Sequence[str]) -> tuple[str, str] | None:
    """Return the headers that look most like x and y, None where the two cannot be told.

    Examples
    --------
    >>> likely_axes(["经理", "站点经度", "站点纬度"]), likely_axes(["along", "plate"])
    (('站点经度', '站点纬度'), None)
    """
    east, north = _first(headers, EAST), _first(headers, NORTH)
    return (east, north) if east and north and east != north else None


def _first(headers: Sequence[str], words: Sequence[str]) -> str:
    """The header that holds the surest word, '' where none does."""
    return next((header for word in words for header in headers if _holds(header, word)), "")


def _holds(header: str, word: str) -> bool:
    """Whether a header holds a word: English ones whole, Chinese ones anywhere, single characters at its end."""
    plain = unicodedata.normalize("NFKC", header).casefold()
    if word.isascii():
        return re.search(rf"(?<![a-z]){word}(?![a-z])", plain) is not None
    return plain.endswith(word) if len(word) == 1 else word in plain
