"""What networks that let light pass cost at the least: by hand on small lines, never above a plan."""

from __future__ import annotations

import pytest

import optimizer
from optimizer.solution import Progress
from tests.networks import four_sites_ring, problem
from tests.test_light import PRICES, line, solved


@pytest.mark.parametrize("gbps", [300.0, 700.0, 1100.0])
def test_the_bound_counts_what_passing_sites_costs(gbps: float) -> None:
    """Two sites on the only cheap way: transit of few channels, an OXC each for many: the plan is proven best."""
    plan = solved(line(gbps, capacity={"channels": ["400g_16qam"]}))
    assert plan.status == "optimal"
    assert plan.bound == pytest.approx(plan.objective)


def test_trees_of_relations_take_no_more_than_there_is() -> None:
    from optimizer.light.bound import spanning_weight

    assert spanning_weight({(0, 1): 5.0, (1, 2): 3.0}, [0, 1, 2]) == 3.0
    assert spanning_weight({(0, 1): 2.0, (1, 2): 2.0, (0, 2): 2.0}, [0, 1, 2]) == pytest.approx(2.0)
    assert spanning_weight({(0, 1): 9.0}, [0, 1, 2]) == 0.0


def test_a_ring_with_traffic_has_a_bound_above_the_network_without() -> None:
    asked = {"demands": [{"a": "C1", "b": "C2", "gbps": 900.0}], "utilisation": 1.0, "channels": ["400g_16qam"]}
    plan = solved(problem(four_sites_ring(), catalogue=PRICES, capacity=asked))
    assert plan.light is not None
    bare = plan.objective - plan.light.cost
    assert bare + plan.light.least_cost < plan.bound <= plan.objective


def test_progress_tells_of_the_whole_not_of_the_network_alone() -> None:
    """Every report after the first plan with light has a plan no cheaper than the last one, and a bound that holds."""
    told: list[Progress] = []
    question = line(1100.0, capacity={"channels": ["400g_16qam"]})
    plan = optimizer.solve(question, time_limit_s=30, gap=0.0, on_progress=told.append)
    light = [p for p in told if p.phase.startswith("light: ")]
    assert {"light: routes", "light: bound"} <= {p.phase for p in light}
    assert light[-1].objective == pytest.approx(plan.objective)
    assert all(p.bound <= plan.objective + 1e-6 <= p.objective + 2e-6 for p in light)
    assert [p.seconds for p in light] == sorted(p.seconds for p in light)
