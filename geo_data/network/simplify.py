"""Spurs and loops off, chains together, until neither is left."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.findings import Finding
from geo_data.network.contract import Chains, contract
from geo_data.network.pieces import note
from geo_data.network.prune import dead_ends

__all__ = ["simplify"]


def simplify(
    pieces: pd.DataFrame, keep_points: NDArray[np.int64], n_points: int, prune: bool
) -> tuple[pd.DataFrame, Chains, list[Finding]]:
    """Return the pieces that are left, the chains they make, and what was left out.

    A loop that goes may leave a spur or a plain junction behind, so it takes a few rounds.

    Parameters
    ----------
    pieces
        Piece table.
    keep_points
        Points that no chain runs through and no spur is cut back over.
    n_points
        Number of points.
    prune
        Whether spurs are left out.
    """
    spurs, loops = [pieces.iloc[:0]], [pieces.iloc[:0]]
    while True:
        if prune:
            spur = dead_ends(pieces, keep_points, n_points)
            spurs.append(pieces[spur])
            pieces = pieces[~spur]
        chains = contract(pieces, keep_points, n_points)
        looped = np.zeros(len(pieces), dtype=bool)
        looped[chains.piece[(chains.a == chains.b)[chains.chain]]] = True
        if not looped.any():
            break
        loops.append(pieces[looped])
        pieces = pieces[~looped]
    told = note("dead-ends-dropped", pd.concat(spurs), "candidate spurs that lead to nothing")
    told += note("chain-loops-dropped", pd.concat(loops), "loops of several stretches that lead nowhere")
    return pieces, chains, told
