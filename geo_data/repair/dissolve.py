"""Chains of stretches through points where nothing else meets become one line."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from geo_data.read.settings import NetworkSettings
from geo_data.repair.chains import Chains, chain_geometry, find_chains
from geo_data.repair.changes import Changes, no_changes, regrouped
from geo_data.repair.drawing import Drawing, Nodes, numbered
from geo_data.repair.step import Outcome, Step

__all__ = ["STEP"]


def run(drawing: Drawing, _: NetworkSettings) -> Outcome:
    """Join the lines of every chain; what each was made of is kept beside it."""
    drawing, nodes = numbered(drawing)
    if not len(drawing.table):
        return Outcome(drawing, no_changes())
    chains = find_chains(drawing)
    walked = drawing.table.iloc[chains.piece].reset_index(drop=True).assign(chain=chains.chain, turned=chains.turned)
    table = _joined(drawing, chains, walked)
    ends = Nodes(nodes.xy, chains.a, chains.b, nodes.mark)
    new = replace(drawing, table=table, nodes=ends, stretches=walked)
    return Outcome(new, _told(walked, table))


def _joined(drawing: Drawing, chains: Chains, walked: pd.DataFrame) -> pd.DataFrame:
    """One row a chain: kind and state of its lines, the least spare pairs, the whole length."""
    first = walked.drop_duplicates("chain").drop(columns=["chain", "turned"]).reset_index(drop=True)
    km = np.bincount(chains.chain, weights=walked["km"].to_numpy(dtype=np.float64), minlength=len(first))
    pairs = walked.groupby("chain")["spare_pairs"].min().to_numpy(dtype=np.int64)
    bridge = walked.groupby("chain")["bridge"].all().to_numpy(dtype=bool)
    return first.assign(spare_pairs=pairs, bridge=bridge, km=km, geometry=chain_geometry(drawing.lines, chains))


def _told(walked: pd.DataFrame, table: pd.DataFrame) -> Changes:
    """Chains of several lines."""
    size = np.bincount(walked["chain"].to_numpy(), minlength=len(table))
    several = np.flatnonzero(size > 1)
    parts = walked[(size > 1)[walked["chain"].to_numpy()]]
    gone = np.searchsorted(several, parts["chain"].to_numpy())
    reasons = [f"{n} stretches in a row are one" for n in size[several].tolist()]
    return regrouped(parts, gone, table.iloc[several], np.arange(len(several)), reasons)


STEP = Step(
    "dissolve",
    "Stretches in a row, of one kind and with nothing between them, become one line; each stretch's class is kept.",
    run,
    planning=True,
)
