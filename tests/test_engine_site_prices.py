"""Plans from trees that pay for passing electrical sites."""

from __future__ import annotations

import numpy as np
import pytest
from random_models import random_model
from test_engine import network

from optimizer.engine.presolve import Impossible, NotRooted, presolve
from optimizer.engine.site_prices import priced_plans
from optimizer.model import Demand, ModelBuilder
from optimizer.reference import breaches


def test_the_tree_leaves_the_site_that_breaks_the_limit() -> None:
    """0-1 and 0-2 go through the slow site 3 most cheaply; around it they keep the limit."""
    builder = ModelBuilder()
    links = [(0, 3, 1.0, 1.0), (3, 1, 1.0, 1.0), (3, 2, 1.0, 1.0), (0, 4, 1.0, 2.0), (4, 1, 2.0, 2.0), (4, 2, 2.0, 2.0)]
    graph = network(links, 5, builder, {3: 50.0})
    for v in (1, 2):
        builder.demand(Demand(f"0-{v}", 0, (v,), 10.0))
    rooted = presolve(builder.build(graph))
    cheapest = np.array([True, True, True, False, False, False])
    plans = list(priced_plans(rooted, cheapest, None, 10.0, lambda: False))
    assert [cost for _, cost in plans] == [pytest.approx(5.0)]
    assert (plans[0][0][rooted.model.graph.use] > 0.5).tolist() == [False, False, False, True, True, True]


def test_no_limit_breaks_no_price_rises() -> None:
    builder = ModelBuilder()
    graph = network([(0, 1, 1.0, 1.0), (1, 2, 1.0, 1.0)], 3, builder, {1: 5.0})
    builder.demand(Demand("0-2", 0, (2,), 10.0))
    assert list(priced_plans(presolve(builder.build(graph)), np.ones(2, dtype=bool), None, 1.0, lambda: False)) == []


@pytest.mark.parametrize("block", range(4))
def test_every_plan_holds(block: int) -> None:
    plans = 0
    for seed in range(50 * block, 50 * block + 50):
        model = random_model(7000 + seed)
        try:
            rooted = presolve(model)
        except (Impossible, NotRooted):
            continue
        if rooted.link_rows:  # what breaks them is not taken later on
            continue
        everything = np.ones(len(model.graph.tail), dtype=bool)
        for values, objective in priced_plans(rooted, everything, None, 10.0, lambda: False):
            assert breaches(model, values) == []
            assert objective == pytest.approx(model.objective(values))
            plans += 1
    assert plans > 0
