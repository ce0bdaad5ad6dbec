"""What networks that let light pass cost at the least: by hand on small lines, never above a plan."""

from __future__ import annotations

import numpy as np
import pytest

import optimizer
from optimizer.catalogue import load_catalogue
from optimizer.light.noise import noise_of
from optimizer.problem import Problem
from optimizer.solution import Progress
from tests.networks import four_sites_ring, network, problem
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
    made = plan.provenance
    assert made.seconds >= light[-1].seconds > 0.0
    assert made.phases["light"] > 0.0
    assert made.first_plan_seconds is not None
    assert 0.0 < made.first_plan_seconds <= next(p.seconds for p in light if p.objective < float("inf")) + 0.1


def chain(margin_db: float, *, oxc: bool = True) -> Problem:
    """C1 - S1 - S2 - C2, all lit, with OXCs of today or none; another site to the side has none."""
    nodes = {
        "C1": ("center", 0.0, 0.0), "S1": ("metro_site", 1.0, 0.0), "S2": ("metro_site", 6.0, 0.0),
        "C2": ("center", 7.0, 0.0), "S3": ("metro_site", 1.0, 1.0),
    }  # fmt: skip
    links = [
        ("L1", "C1", "S1", 1.0, "existing", True), ("L2", "S1", "S2", 5.0, "existing", True),
        ("L3", "S2", "C2", 1.0, "existing", True), ("L4", "S1", "S3", 1.0, "existing", True),
    ]  # fmt: skip
    net = network(nodes, links, centers={"C1": {"racks": 5000.0}, "C2": {"racks": 5000.0}},
                  sites={"S1": {"oxc": oxc}, "S2": {"oxc": oxc}, "S3": {}})  # fmt: skip
    net.links["spare_pairs"] = 4
    asked = {"demands": [{"a": "C1", "b": "C2", "gbps": 700.0}], "utilisation": 1.0}
    return problem(net, catalogue=PRICES, capacity=asked, optical_reach={"margin_db": margin_db})


@pytest.mark.parametrize(
    ("margin_db", "ports"),
    [
        (2.0, 2 * 900.0),  # 27 + 2 dB: 0.00126 less 0.0004 for add and drop is room for the 3 sections of 0.0002
        (3.2, 4 * 500.0),  # 0.00096 less 0.0004: 2 sections; two 400G channels instead
    ],
)
def test_the_bound_counts_types_out_of_reach(margin_db: float, ports: float) -> None:
    plan = solved(chain(margin_db))
    assert plan.objective == pytest.approx(ports)
    assert plan.bound == pytest.approx(ports)


def test_a_type_out_of_reach_may_be_cut_at_a_site() -> None:
    """800G is regenerated at two sites for 4 ports of 900, where 400G would take 8 of 500, or two OXCs."""
    plan = solved(chain(3.2, oxc=False))
    assert plan.objective == pytest.approx(2 * 900.0 + 4 * 900.0)
    assert plan.bound <= plan.objective


@pytest.mark.parametrize("seed", range(20))
def test_sections_never_have_less_noise_than_the_least(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = noise_of(load_catalogue("USD"), scale=float(rng.uniform(1, 2)))
    lengths = rng.exponential(rng.choice([0.1, 5.0, 60.0, 200.0]), size=int(rng.integers(1, 6)))
    told = sum(noise.section(float(km)) for km in lengths)
    assert noise.least(len(lengths), float(lengths.sum())) <= told * (1 + 1e-12)
    assert noise.least(1, 0.0) == pytest.approx(noise.section(1e-9))


@pytest.mark.parametrize(("share", "channels"), [(1.0, 6), (0.5, 3)])
def test_held_channels_count_only_where_every_relation_holds_some(share: float, channels: int) -> None:
    """900 Gbit/s and as much held; with a share another plan may protect other relations and hold less."""
    asked = {"demands": [{"a": "C1", "b": "C2", "gbps": 900.0}], "utilisation": 1.0, "channels": ["400g_16qam"]}
    held = {"between": "medium", "disjoint": "link", "share": share}
    plan = solved(problem(four_sites_ring(), catalogue=PRICES, capacity=asked | {"protection": 1.0}, protection=held))
    assert plan.light is not None
    assert plan.light.least_cost == pytest.approx(2 * channels * 500.0)
    assert plan.bound <= plan.objective
