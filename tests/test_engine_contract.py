"""Links used in any case tie their ends into one node of the arborescence."""

from __future__ import annotations

import numpy as np
from engine_cases import instance_of, side_of

from optimizer.engine.carry import NodeCut, carried_rows
from optimizer.engine.contract import contracted, parts_of
from optimizer.engine.separate import build_master, layout_of

FREE = np.array([False, True, False, True, False])
EDGES = [(0, 1, 5.0), (1, 2, 0.0), (2, 3, 4.0), (3, 4, 0.0), (1, 2, 7.0)]


def test_nodes_tied_together_count_as_the_least_of_them() -> None:
    instance = instance_of(5, EDGES, [0, 4], [(2, 0), (1, 0)], side_of([1.0], [], []), root=0)
    node = parts_of(instance, FREE)
    assert node.tolist() == [0, 1, 1, 3, 3]
    small = contracted(instance, node)
    assert small.tail.tolist() == [0, 1, 1, 3, 1]
    assert small.head.tolist() == [1, 1, 3, 3, 1]
    assert np.flatnonzero(small.required).tolist() == [0, 3]
    assert (small.optional_node.tolist(), small.optional_column.tolist()) == ([1], [0])


def test_loops_are_no_arcs_and_may_still_be_used_besides() -> None:
    small = contracted(instance := instance_of(5, EDGES, [0, 4], root=0), parts_of(instance, FREE))
    layout = layout_of(small, extra=True)
    master = build_master(layout)
    assert np.flatnonzero(master.high[: layout.side]).tolist() == [0, 4, 5]  # 0-1 away from the root, 1-3 both ways
    assert master.high[layout.extra + 4] == 1.0


def test_a_cut_holds_for_the_nodes_tied_together() -> None:
    small = contracted(instance := instance_of(5, EDGES, [0, 4], root=0), node := parts_of(instance, FREE))
    layout = layout_of(small, extra=True)
    inside = np.array([False, False, False, True, True])
    rows = carried_rows(layout, [NodeCut(inside, 4)], node)
    assert [(row.columns.tolist(), row.lower) for row in rows] == [([4], 1.0)]
    assert carried_rows(layout, [NodeCut(~inside | (np.arange(5) == 4), 4)], node) == []
