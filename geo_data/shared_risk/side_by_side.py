"""Where lines run side by side: the stretches of one that have another abreast within some metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Runs", "side_by_side"]

COS_ABREAST = float(np.cos(np.radians(30.0)))
"""Stretches that turn by more than this cross or fork; they do not run side by side."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Runs:
    """Stretches of lines beside others, in order of line, other and place; all arrays of one length.

    Parameters
    ----------
    line, other
        Rows of the two lines.
    start, end
        Where the stretch lies, metres along the line.
    """

    line: Ints
    other: Ints
    start: Floats
    end: Floats

    def of(self, keep: NDArray[np.bool_]) -> Runs:
        """Return the runs that are kept."""
        return Runs(self.line[keep], self.other[keep], self.start[keep], self.end[keep])


@dataclass(frozen=True)
class _Segments:
    """Straight parts of lines: the line, how far along it they start, where they start, unit direction, length."""

    line: Ints
    along: Floats
    xy: Floats
    way: Floats
    length: Floats

    @property
    def shapes(self) -> NDArray[np.object_]:
        ends = self.xy + self.way * self.length[:, None]
        return np.asarray(shapely.linestrings(np.stack([self.xy, ends], axis=1)), dtype=object)


def side_by_side(lines: NDArray[np.object_], others: NDArray[np.object_] | None, within_m: float) -> Runs:
    """Return the stretches of `lines` that have one of `others` abreast within `within_m` metres.

    Parameters
    ----------
    lines, others
        LineStrings in metres; None compares the lines with each other, none with itself.
    within_m
        Greatest distance across; gaps of a run up to this long are closed.

    Notes
    -----
    Abreast means that the foot on the other's straight part lies in it and the two turn from each other by at most
    30 degrees: lines that cross, fork or follow each other have no run, or a short one. O(n log n) in segments.
    """
    mine = _segments(lines)
    theirs = mine if others is None else _segments(others)
    i, j = shapely.STRtree(theirs.shapes).query(mine.shapes, predicate="dwithin", distance=within_m)
    abreast = np.abs(np.einsum("ij,ij->i", mine.way[i], theirs.way[j])) >= COS_ABREAST
    if others is None:
        abreast &= mine.line[i] != mine.line[j]
    i, j = i[abreast], j[abreast]
    start, end = _beside(mine, theirs, i, j, within_m)
    some = end > start
    i, j, start, end = i[some], j[some], start[some], end[some]
    return _merged(Runs(mine.line[i], theirs.line[j], mine.along[i] + start, mine.along[i] + end), within_m)


def _segments(lines: NDArray[np.object_]) -> _Segments:
    """Straight parts of all lines."""
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    step = np.diff(xy, axis=0)
    length = np.hypot(step[:, 0], step[:, 1])
    same = (owner[1:] == owner[:-1]) & (length > 0.0)
    walked = np.concatenate([[0.0], np.cumsum(np.where(owner[1:] == owner[:-1], length, 0.0))])[: len(length)]
    first = walked[np.searchsorted(owner, owner[:-1])] if len(length) else walked
    return _Segments(
        owner[:-1][same].astype(np.int64),
        (walked - first)[same],
        xy[:-1][same],
        step[same] / length[same, None],
        length[same],
    )


def _beside(mine: _Segments, theirs: _Segments, i: Ints, j: Ints, within_m: float) -> tuple[Floats, Floats]:
    """From where to where, in metres, segment i has segment j abreast; empty where the start is beyond the end."""
    gap = mine.xy[i] - theirs.xy[j]
    way, along = mine.way[i], theirs.way[j]
    ahead, ahead_step = np.einsum("ij,ij->i", gap, along), np.einsum("ij,ij->i", way, along)
    across, across_step = _turned(gap, along), _turned(way, along)
    one, other = _where_between(ahead, ahead_step, np.zeros(len(i)), theirs.length[j])
    third, fourth = _where_between(across, across_step, np.full(len(i), -within_m), np.full(len(i), within_m))
    start = np.maximum(np.maximum(one, third), 0.0)
    return start, np.minimum(np.minimum(other, fourth), mine.length[i])


def _turned(a: Floats, b: Floats) -> Floats:
    """Cross product of rows."""
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])


def _where_between(value: Floats, step: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """From where to where value + t * step lies between low and high."""
    flat = np.abs(step) < 1e-12
    safe = np.where(flat, 1.0, step)
    one, other = (low - value) / safe, (high - value) / safe
    within = (value >= low) & (value <= high)
    start = np.where(flat, np.where(within, -np.inf, np.inf), np.minimum(one, other))
    end = np.where(flat, np.where(within, np.inf, -np.inf), np.maximum(one, other))
    return start, end


def _merged(runs: Runs, gap_m: float) -> Runs:
    """Runs of one pair that follow each other within the gap become one."""
    order = np.lexsort([runs.start, runs.other, runs.line])
    runs = Runs(runs.line[order], runs.other[order], runs.start[order], runs.end[order])
    if not len(order):
        return runs
    new = np.concatenate([[True], (np.diff(runs.line) != 0) | (np.diff(runs.other) != 0)])
    far = float(runs.end.max()) + gap_m + 1.0  # pairs are laid one after the other for one running maximum
    shift = (np.cumsum(new) - 1) * far
    reached = np.maximum.accumulate(runs.end + shift)
    opens = np.concatenate([[True], (runs.start + shift)[1:] - reached[:-1] > gap_m])
    last = np.concatenate([np.flatnonzero(opens)[1:] - 1, [len(order) - 1]])
    return Runs(runs.line[opens], runs.other[opens], runs.start[opens], (reached - shift)[last])
