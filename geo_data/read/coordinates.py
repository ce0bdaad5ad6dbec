"""Coordinates as planners write them: decimal points or commas, degrees with minutes and seconds, full-width digits."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["coordinate_values", "line_values", "plain_numbers"]

_NUMBER = r"\d+(?:\.\d+)?"
_DEGREES = re.compile(
    rf"""^(?P<head>[NSEW]|[东西南北][经纬])?\s*(?P<sign>[-+])?\s*
    (?P<d>{_NUMBER})\s*(?:°|º|˚|度|d|:|\s)\s*
    (?:(?P<m>{_NUMBER})\s*(?:'|′|’|‘|´|分|m|:|\s|$)\s*)?
    (?:(?P<s>{_NUMBER})\s*(?:"|″|”|“|''|′′|秒|s|$)?\s*)?
    (?P<tail>[NSEW]|[东西南北][经纬]?)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_SIGNED = re.compile(rf"^(?P<head>[NSEW]|[东西南北][经纬])?\s*(?P<value>-?{_NUMBER})\s*°?\s*(?P<tail>[NSEW])?$", re.I)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
_NEGATIVE = ("S", "W", "南", "西")
_PAIR_BREAK = re.compile(r"[;；|\n]+")
_AXIS_BREAK = re.compile(r"[,，\s]+")


def coordinate_values(cells: pd.Series) -> NDArray[np.float64]:
    r"""Return one coordinate a cell, not a number where the text is none.

    Examples
    --------
    >>> coordinate_values(pd.Series(["114.5", "114,5", "114°30'0\"E", "30°S", "-"])).tolist()
    [114.5, 114.5, 114.5, -30.0, nan]
    """
    values: NDArray[np.float64] = (
        pd.to_numeric(cells, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan).copy()
    )
    for row in np.flatnonzero(np.isnan(values)):
        values[row] = _coordinate(str(cells.iloc[row]))
    return values


def line_values(cell: str) -> list[tuple[float, float]]:
    """Return the places of a cell like '114.3,30.5' or '114.3,30.5;114.4,30.6'; empty when one of them is no place."""
    places = []
    for pair in _PAIR_BREAK.split(_plain(cell).strip("[]() ;|")):
        ends = _AXIS_BREAK.split(pair.strip("[]() ,"))
        try:
            places.append((float(ends[0]), float(ends[1])))
        except (ValueError, IndexError):
            return []
    return places


def plain_numbers(cells: pd.Series) -> pd.Series:
    """Return cells of a table whose decimals are written with a comma with points; untouched where that is in doubt.

    '1,234' may be one thousand or one and a bit: a column is changed only when some cell leaves no doubt.
    """
    filled = cells[cells != ""]
    if not len(filled) or not filled.str.fullmatch(r"[-+]?\d+(,\d+)?").all():
        return cells
    commas = filled[filled.str.contains(",", regex=False)]
    doubtful = commas.str.fullmatch(r"[-+]?[1-9]\d{0,2},\d{3}")
    return cells if not len(commas) or doubtful.all() else cells.str.replace(",", ".", regex=False)


def _plain(text: str) -> str:
    """Full-width digits, signs and blanks as plain ones."""
    return unicodedata.normalize("NFKC", text).strip()


def _coordinate(text: str) -> float:
    """One coordinate from text that is no plain number."""
    degree_signs = text.replace("º", "°").replace("˚", "°").replace("´", "'").replace("″", '"').replace("′", "'")
    plain = _plain(degree_signs)
    if _DECIMAL_COMMA.fullmatch(plain):
        return float(plain.replace(",", "."))
    if found := _SIGNED.match(plain):
        return _signed(float(found["value"]), found["head"] or found["tail"])
    found = _DEGREES.match(plain) or _DEGREES.match(plain.replace(",", "."))
    if not found:
        return _float(plain)
    minutes, seconds = float(found["m"] or 0.0), float(found["s"] or 0.0)
    if minutes >= 60.0 or seconds >= 60.0:
        return np.nan
    value = float(found["d"]) + minutes / 60.0 + seconds / 3600.0
    return _signed(-value if found["sign"] == "-" else value, found["head"] or found["tail"])


def _signed(value: float, side: str | None) -> float:
    """South and west are negative."""
    return -abs(value) if side and side.upper().startswith(_NEGATIVE) else value


def _float(text: str) -> float:
    """Number, or not a number."""
    try:
        return float(text)
    except ValueError:
        return np.nan
