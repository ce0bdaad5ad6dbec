"""Parts of the map that hold nothing that has to be connected."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from geo_data.findings import counted
from geo_data.read.settings import NetworkSettings
from geo_data.repair.changes import no_changes, removed
from geo_data.repair.drawing import Drawing, Nodes, keep, numbered
from geo_data.repair.step import Outcome, Step, left_out

__all__ = ["STEP", "part_labels"]


def part_labels(nodes: Nodes) -> NDArray[np.int64]:
    """Return the part of the map that every node is in, shape (nodes,)."""
    size = len(nodes.xy)
    graph = sp.coo_array((np.ones(len(nodes.a)), (nodes.a, nodes.b)), shape=(size, size))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def run(drawing: Drawing, settings: NetworkSettings) -> Outcome:
    """Keep the parts with a wanted mark (a computing center); all of them where there is none."""
    if not drawing.wanted.any():
        return Outcome(drawing, no_changes())
    drawing, nodes = numbered(drawing)
    labels = part_labels(nodes)
    here = labels[nodes.a]
    stays = np.isin(here, labels[nodes.mark[drawing.wanted]])
    n = len(np.unique(here[~stays]))
    changes = removed(drawing.table[~stays], "in a separate part of the map without a computing center")
    where = f"{counted(n, 'separate part')} of the map without a computing center"
    advice = "If they should connect, raise snap_tolerance_m or set node_crossings = true."
    fibre = drawing.table["existing"].to_numpy(dtype=bool) & ~stays
    if fibre.any():
        km = float(drawing.table["km"][fibre].sum()) * settings.slack
        advice += (
            f" {km:,.1f} km of it is existing fibre: where that runs beside candidate routes without meeting them, "
            "set twins_within_m to a little more than their distance."
        )
    told = left_out("components-dropped", changes, settings.slack, where, advice)
    return Outcome(keep(drawing, stays), changes, told)


STEP = Step("parts", "Parts of the map without a computing center go.", run, planning=True)
