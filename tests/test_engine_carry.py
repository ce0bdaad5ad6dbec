"""What one solve hands on to another: cuts that hold whatever is asked, and never change an answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from engine_cases import instance_of
from random_models import random_model

from optimizer.engine import Memory, NodeCut, carry, solve
from optimizer.engine.carry import carried_rows, turned
from optimizer.engine.separate import layout_of
from optimizer.engine.warm import small_model

WAY = [(0, 1, 5.0), (1, 2, 3.0), (2, 3, 4.0)]


def test_a_solve_leaves_cuts_that_the_next_one_takes() -> None:
    memory = Memory()
    first = solve(small_model(), time_limit_s=60, memory=memory)
    learned = memory.cuts
    assert learned
    assert all(cut.inside[cut.terminal] and not cut.inside[memory.root] for cut in learned)
    again = solve(small_model(), time_limit_s=60, memory=memory)
    assert (again.status, again.objective) == ("optimal", pytest.approx(first.objective))


@pytest.mark.parametrize("seed", range(60))
def test_what_was_learned_elsewhere_changes_no_answer(seed: int) -> None:
    model, memory = random_model(seed), Memory()
    rng = np.random.default_rng(seed)
    dearer = replace(model, cost=model.cost * rng.uniform(0.3, 3.0, model.cost.size))
    for other in (dearer, random_model(seed + 1000)):
        solve(other, time_limit_s=20, memory=memory)
    plain, warm = solve(model, time_limit_s=20), solve(model, time_limit_s=20, memory=memory)
    assert warm.status == plain.status
    if plain.values is not None:
        assert warm.objective == pytest.approx(plain.objective, rel=1e-6)
        assert warm.bound <= plain.objective * (1 + 1e-9) + 1e-6


def test_a_cut_round_the_new_root_is_turned() -> None:
    inside = np.array([False, False, True, True])
    cut = NodeCut(inside, 3)
    assert turned([cut], 0, 1) == [cut]
    (other,) = turned([cut], 0, 2)
    assert (other.inside.tolist(), other.terminal) == ([True, True, False, False], 0)


def test_nodes_that_went_and_cuts_that_became_one() -> None:
    small = instance_of(3, [(0, 1, 8.0), (1, 2, 4.0)], [0, 2], root=0)
    node = np.array([0, -1, 1, 2])  # of the way, node 1 was cut out
    wide, narrow = np.array([False, True, True, True]), np.array([False, False, True, True])
    rows = carried_rows(layout_of(small), [NodeCut(wide, 3), NodeCut(narrow, 3)], node)
    assert [(row.columns.tolist(), row.lower) for row in rows] == [([0], 1.0)]


def test_the_longest_cuts_are_left_out_where_there_is_no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nodes 1, 2 and 3 join 0 to 4, which is joined to 0 as well, and 1 to 2: five arcs enter 2, 3 and 4."""
    links = [(0, v, 1.0) for v in (1, 2, 3)] + [(v, 4, 1.0) for v in (1, 2, 3)] + [(0, 4, 9.0), (1, 2, 1.0)]
    layout = layout_of(instance_of(5, links, [0, 4], root=0))
    cuts = [NodeCut(np.isin(np.arange(5), inside), 4) for inside in ([2, 3, 4], [4], [1, 2, 3, 4])]
    rows = carried_rows(layout, cuts, np.arange(5))
    assert [row.columns.size for row in rows] == [5, 4, 4]
    monkeypatch.setattr(carry, "ENTRIES", 9)
    left = carried_rows(layout, cuts, np.arange(5))
    assert [row.columns.tolist() for row in left] == [row.columns.tolist() for row in rows[1:]]


def test_cuts_of_another_size_are_not_recalled() -> None:
    memory = Memory((NodeCut(np.array([False, True]), 1),), 0)
    assert memory.recalled(instance_of(4, WAY, [0, 3], root=0)) == []
