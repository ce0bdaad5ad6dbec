"""Lines drawn twice, in either direction, stand once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo_data.read.settings import NetworkSettings
from geo_data.repair.alike import one_trench
from geo_data.repair.changes import Changes, altered, joined, removed
from geo_data.repair.drawing import Drawing, keep, numbered
from geo_data.repair.step import Outcome, Step, left_out

__all__ = ["STEP"]

KEYS = ["from", "to", "existing", "lit", "class"]
BoolArray = NDArray[np.bool_]


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Keep the shortest of lines of one kind and class between the same nodes and of nearly one length.

    The spare pairs of existing lines laid together add up: two cables in one duct.
    """
    drawing = _ranked(drawing)
    table, again, group = drawing.table, *_groups(drawing)
    first = np.flatnonzero(~again)[group]
    changes = removed(table[again], [f"stands twice, as {s}" for s in table["source"].to_numpy()[first[again]]])
    told = left_out("duplicates-dropped", changes, settings.slack, "duplicates")
    pairs = table.groupby(group)["spare_pairs"].transform("sum")
    new = keep(replace(drawing, table=table.assign(spare_pairs=pairs)), ~again)
    return Outcome(new, joined([changes, _more_pairs(table[~again], new.table)]), told)


def _ranked(drawing: Drawing) -> Drawing:
    """Lines that may be duplicates after each other, the shortest first."""
    drawing, nodes = numbered(drawing)
    ends = {"from": np.minimum(nodes.a, nodes.b), "to": np.maximum(nodes.a, nodes.b)}
    table = drawing.table.assign(**ends).sort_values([*KEYS, "km", "source"], kind="stable")
    order = table.index.to_numpy()
    turned = replace(nodes, a=nodes.a[order], b=nodes.b[order])
    return replace(drawing, table=table.reset_index(drop=True), nodes=turned)


def _groups(drawing: Drawing) -> tuple[BoolArray, NDArray[np.int64]]:
    """Whether a line stands before already, and the number of each line's group."""
    table = drawing.table
    same = np.array((table[KEYS] == table[KEYS].shift()).all(axis=1))
    after = np.flatnonzero(same)
    same[after] = one_trench(table.iloc[after], table.iloc[after - 1])
    return same, np.cumsum(~same) - 1


def _more_pairs(before: pd.DataFrame, after: pd.DataFrame) -> Changes:
    """Lines whose spare pairs added up."""
    more = before["spare_pairs"].to_numpy() != after["spare_pairs"].to_numpy()
    reasons = [f"spare pairs of lines laid together: {n}" for n in after["spare_pairs"][more].tolist()]
    return altered(before[more], after[more], reasons)


STEP = Step(
    "duplicates",
    "Of lines of one kind and class that run along each other between the same nodes, whichever way they were drawn, "
    "the shortest stays; spare pairs add up.",
    run,
)
