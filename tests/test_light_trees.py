"""Trees that join centers over metro sites: the cheapest by hand, from nothing and from a dearer one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from optimizer.light.trees import Ground, Tree, grow_trees, tree_way
from optimizer.solvers.spectrum import Stretch, assign

KM = [1.0, 1.0, 1.0, 5.0, 10.0, 5.0]


def ground() -> Ground:
    """Centers 0, 1, 2 and sites 3, 4; links 0-3, 1-3, 2-4, 3-4, 2-3 and, beside 3-4, one more. 100 a km, 50 a site."""
    ends = np.array([[0, 3], [1, 3], [2, 4], [3, 4], [2, 3], [3, 4]])
    light = np.array([100.0 * km for km in KM])
    light[5] = math.inf
    offers = dict.fromkeys([(0, 1), (0, 2), (1, 2)], ((math.inf, 10.0, 1),))
    return Ground(5, ends, light, np.zeros(6), np.array(KM), {3: 50.0, 4: 50.0}, (0, 1, 2), 64, 0.0, 4, offers,
                  lambda km: km)  # fmt: skip


@pytest.mark.parametrize("start", [None, Tree(((0, 3, (0,)), (1, 3, (1,)), (2, 3, (4,))), math.inf)])
def test_the_cheapest_tree_is_found(start: Tree | None) -> None:
    trees = grow_trees(ground(), time_limit_s=20.0, rng=np.random.default_rng(0), start=start)
    assert trees[0].cost == pytest.approx(800.0 + 2 * 50.0)
    assert tree_way(trees[0], 0, 2, ground().ends) == ((0, 3, 4, 2), (0, 3, 2))
    if start is not None:
        assert any(t.sections == start.sections and t.cost == pytest.approx(1200.0 + 50.0) for t in trees)


def test_a_start_without_all_centers_is_grown_on() -> None:
    part = Tree(((0, 3, (0,)), (1, 3, (1,))), math.inf)
    trees = grow_trees(ground(), time_limit_s=0.0, rng=np.random.default_rng(0), start=part)
    assert [t.cost for t in trees] == [pytest.approx(900.0)]


def test_channel_types_that_do_not_reach_cost_more() -> None:
    """A type for 10 reaches 6.5 km, the next costs 500 and reaches all; the direct way of center 2 is longer yet."""
    some = ground()
    far = replace(some, offers=dict.fromkeys(some.offers, ((6.5, 10.0, 1), (math.inf, 500.0, 1))))
    trees = grow_trees(far, time_limit_s=20.0, rng=np.random.default_rng(0))
    assert trees[0].cost == pytest.approx(900.0 + 2 * 490.0), "both relations of center 2 are 7 long"


def test_no_tree_where_a_center_hangs_on_nothing() -> None:
    some = ground()
    light = some.light.copy()
    light[[2, 4]] = math.inf
    assert grow_trees(replace(some, light=light), time_limit_s=1.0, rng=np.random.default_rng(0)) == []


def test_wider_channels_of_far_relations_fill_a_pair() -> None:
    """Both relations of center 2 take 40 of 64 slots where they go far: two pairs beyond site 3, 7 more each km."""
    some = ground()
    wide = dict.fromkeys(some.offers, ((6.5, 10.0, 1), (math.inf, 10.0, 40)))
    trees = grow_trees(replace(some, offers=wide, more=7.0 * some.km), time_limit_s=20.0, rng=np.random.default_rng(0))
    assert trees[0].cost == pytest.approx(900.0 + 7.0 * 6)


@pytest.mark.parametrize(("slots", "pairs"), [(21, 0), (22, 1), (28, 1), (29, 4)])
def test_light_that_turns_between_three_sections_fits_into_one_pair_or_the_cheapest_gets_another(
    slots: int, pairs: int
) -> None:
    """Three relations meet at site 3: up to 21 of 64 slots each, all fit beside each other; 28 fill an arm by 0.9."""
    some = ground()
    offers = dict.fromkeys(some.offers, ((math.inf, 10.0, slots),))
    trees = grow_trees(
        replace(some, offers=offers, more=7.0 * some.km), time_limit_s=20.0, rng=np.random.default_rng(0)
    )
    more = {0: 0.0, 1: 7.0 * 1.0, 4: 7.0 * (1.0 + 1.0 + 5.0 + 1.0)}[pairs]
    assert trees[0].cost == pytest.approx(900.0 + more)
    turns = [Stretch(two, slots) for two in ((0, 1), (1, 2), (0, 2))]
    found = assign(turns, 64, dict.fromkeys(range(3), 1))
    assert found is not None
    assert (sum(found.pairs.values()) > 3) == (pairs > 0), "as CP-SAT proves"
