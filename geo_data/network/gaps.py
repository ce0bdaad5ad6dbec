"""Where two parts of the map come nearest to each other, and what would join them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from geo_data.datum import lonlat
from geo_data.repair.drawing import Drawing, level_key, numbered

__all__ = ["Gap", "gap_words", "nearest_gap"]

SMALL_M = 50.0
"""A gap up to this wide may be a slip of the pen; beyond it a route is missing."""
TOUCH_M = 0.001


@dataclass(frozen=True)
class Gap:
    """The shortest way between two parts of the map.

    Parameters
    ----------
    metres
        Its length.
    xy
        Its middle.
    sources
        Ids of the features it lies between.
    loose
        Whether one of its ends is the loose end of a line.
    same_level
        Whether both lines are on one level.
    """

    metres: float
    xy: tuple[float, float]
    sources: tuple[str, str]
    loose: bool
    same_level: bool


def nearest_gap(drawing: Drawing, labels: NDArray[np.int64], part: int, main: int) -> Gap:
    """Return the gap between two parts of the map.

    Parameters
    ----------
    drawing
        Lines that meet at their ends only.
    labels
        Part of every node.
    part, main
        The two parts.
    """
    drawing, nodes = numbered(drawing)
    here, there = np.flatnonzero(labels[nodes.a] == part), np.flatnonzero(labels[nodes.a] == main)
    lines, key = drawing.lines, level_key(drawing.table)
    (one, other), metres = shapely.STRtree(lines[there]).query_nearest(
        lines[here], return_distance=True, all_matches=True
    )
    best = np.lexsort([other, one, key[here[one]] != key[there[other]], metres])[0]
    a, b = int(here[one[best]]), int(there[other[best]])
    ends = shapely.get_coordinates(shapely.shortest_line(lines[a], lines[b]))
    degree = np.bincount(np.concatenate([nodes.a, nodes.b]), minlength=len(nodes.xy))
    loose = nodes.xy[[n for row in (a, b) for n in (nodes.a[row], nodes.b[row]) if degree[n] == 1]].reshape(-1, 2)
    at_loose = bool((np.hypot(*(ends[:, None, :] - loose[None, :, :]).T) <= TOUCH_M).any())
    source = drawing.table["source"]
    return Gap(
        float(metres[best]),
        (float(ends[:, 0].mean()), float(ends[:, 1].mean())),
        (str(source.iloc[a]), str(source.iloc[b])),
        at_loose,
        bool(key[a] == key[b] and key[a] != 1),
    )


def gap_words(gap: Gap, crs: CRS) -> tuple[str, str]:
    """Return what was found about a gap and what to do about it."""
    lon, lat = lonlat(np.array([gap.xy]), crs)[0]
    where = f"at {lon:.5f}, {lat:.5f} ('{gap.sources[0]}' and '{gap.sources[1]}')"
    if gap.metres <= TOUCH_M:
        if gap.same_level:
            return f"The two parts cross {where}.", "If they meet there, set node_crossings = true."
        found = f"The two parts cross on different levels {where}."
        return found, "If they meet there, correct bridge and level; else add the missing route."
    found = f"The two parts come within {gap.metres:,.{1 if gap.metres >= 1 else 3}f} m of each other {where}."
    if gap.metres > SMALL_M or not gap.loose:
        return found, "Add the missing route there, or leave the facility out."
    wide = math.ceil(gap.metres) if gap.metres >= 1 else math.ceil(gap.metres * 10) / 10
    if gap.metres <= 1.0:
        return found, f"Set snap_tolerance_m = {wide:g} to join them, or draw the missing piece."
    return found, f"Set heal_gaps_m = {wide:g} to join them, or draw the missing piece."
