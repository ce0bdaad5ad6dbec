"""Chains of lines through points where nothing else meets, with the geometry kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo_data.repair.drawing import Drawing, Nodes, numbered

__all__ = ["Chains", "chain_geometry", "find_chains"]

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Chains:
    """Lines in the order they are walked.

    Parameters
    ----------
    chain
        Chain of every line in walking order, shape (lines,), ascending.
    piece
        Row of the line in the drawing, shape (lines,).
    turned
        Whether the line is walked from its b to its a, shape (lines,).
    a, b
        Nodes that every chain ends at, shape (chains,).
    """

    chain: IntArray
    piece: IntArray
    turned: NDArray[np.bool_]
    a: IntArray
    b: IntArray


def find_chains(drawing: Drawing) -> Chains:
    """Join lines at points of degree two that are no mark and where kind and lit state stay the same.

    A ring without any other point is opened at its first point.
    """
    drawing, nodes = numbered(drawing)
    ends = np.stack([nodes.a, nodes.b], axis=1)
    through = _through_points(drawing.table, nodes, ends)
    chain, piece, turned = _walk(ends, through, len(nodes.xy))
    first, last = np.flatnonzero(np.diff(chain, prepend=-1)), np.flatnonzero(np.diff(chain, append=-1))
    a = np.where(turned[first], ends[piece[first], 1], ends[piece[first], 0])
    b = np.where(turned[last], ends[piece[last], 0], ends[piece[last], 1])
    return Chains(chain, piece, turned, a, b)


def chain_geometry(lines: NDArray[np.object_], chains: Chains) -> NDArray[np.object_]:
    """Return one LineString a chain, from its a to its b, shape (chains,)."""
    shapes = lines[chains.piece]
    shapes[chains.turned] = shapely.reverse(shapes[chains.turned])
    coords, owner = shapely.get_coordinates(shapes, return_index=True)
    link = chains.chain[owner]
    again = (np.diff(owner, prepend=-1) != 0) & (np.diff(link, prepend=-1) == 0)
    return np.asarray(shapely.linestrings(coords[~again], indices=link[~again]), dtype=object)


def _through_points(table: pd.DataFrame, nodes: Nodes, ends: IntArray) -> NDArray[np.bool_]:
    """Points that a chain runs through."""
    n_points = len(nodes.xy)
    state = table["existing"].to_numpy(dtype=np.int64) * 2 + table["lit"].to_numpy(dtype=np.int64)
    lowest, highest = np.full(n_points, 9), np.full(n_points, -1)
    np.minimum.at(lowest, ends.ravel(), np.repeat(state, 2))
    np.maximum.at(highest, ends.ravel(), np.repeat(state, 2))
    through = (np.bincount(ends.ravel(), minlength=n_points) == 2) & (lowest == highest)
    through[nodes.mark] = False
    return np.asarray(through)


def _walk(ends: IntArray, through: NDArray[np.bool_], n_points: int) -> tuple[IntArray, IntArray, NDArray[np.bool_]]:
    """Walk every chain from its lower end; returns chain, piece and whether the piece is walked from b to a."""
    mates = _mates(ends, n_points)
    a, b, passes = ends[:, 0].tolist(), ends[:, 1].tolist(), through.tolist()
    seen = [False] * len(a)
    chain: list[int] = []
    piece: list[int] = []
    turned: list[bool] = []
    starts = _starts(ends, through)
    for number, (row, point) in enumerate((r, p) for r, p in starts if not seen[r]):
        at, here = row, point
        while not seen[at]:
            seen[at] = True
            chain.append(number)
            piece.append(at)
            turned.append(b[at] == here and a[at] != here)
            here = a[at] if turned[-1] else b[at]
            if not passes[here]:
                break
            one, other = mates[here]
            at = other if one == at else one
    return np.array(chain, dtype=np.int64), np.array(piece, dtype=np.int64), np.array(turned, dtype=bool)


def _starts(ends: IntArray, through: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Pieces and the end to start from: those at a chain's end first, then the rest for rings."""
    at_a, at_b = np.flatnonzero(~through[ends[:, 0]]), np.flatnonzero(~through[ends[:, 1]])
    rows = np.concatenate([at_a, at_b, np.arange(len(ends))])
    points = np.concatenate([ends[at_a, 0], ends[at_b, 1], ends[:, 0]])
    return list(zip(rows.tolist(), points.tolist(), strict=True))


def _mates(ends: IntArray, n_points: int) -> list[tuple[int, int]]:
    """First and last piece at every point: the two pieces where the degree is two."""
    rows = np.repeat(np.arange(len(ends)), 2)
    lowest, highest = np.full(n_points, len(ends)), np.full(n_points, -1)
    np.minimum.at(lowest, ends.ravel(), rows)
    np.maximum.at(highest, ends.ravel(), rows)
    return list(zip(lowest.tolist(), highest.tolist(), strict=True))
