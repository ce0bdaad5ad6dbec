"""Routes, length-bounded cuts and limits of the engine."""

from __future__ import annotations

import gzip
import json
import math
import os
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from engine_plans import check_solution, latencies
from random_models import random_model
from test_engine import network

from optimizer.engine import solve
from optimizer.engine.cheap_route import cheap_route
from optimizer.engine.completion import complete
from optimizer.engine.follow import offer_improved
from optimizer.engine.latency import build_latency, length_cut, light_cut, measure, point_of, route
from optimizer.engine.limited_problem import new_problem
from optimizer.engine.presolve import Impossible, NotRooted, Rooted, presolve
from optimizer.engine.ruin import improve_plan
from optimizer.engine.run import Run
from optimizer.model import ALWAYS, Demand, Graph, Model, ModelBuilder

DATA = Path(os.environ.get("METROPLAN_DATA", Path(__file__).parents[2] / "shared" / "data"))
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"benchmark data not found at {DATA}")


def ladder() -> Model:
    """Node 0 to 3: over sites 1 and 2 (cheap, each passed in 10 us, OXC for 5) or directly (20, slow 12 us)."""
    builder = ModelBuilder()
    oxc = {v: builder.column("oxc", f"S{v}", cost=5.0) for v in (1, 2)}
    links = [(0, 1, 1.0, 2.0), (1, 2, 1.0, 2.0), (2, 3, 1.0, 2.0), (0, 3, 20.0, 12.0)]
    graph = network(links, 4, builder, {1: 10.0, 2: 10.0}, oxc)
    builder.demand(Demand("0-3", 0, (3,), 17.0, strict=False))
    return builder.build(graph)


def with_limit(model: Model, limit_us: float, strict: bool) -> Model:
    """The model with another limit for its first demand."""
    first = model.demands[0]
    demand = Demand(first.label, first.source, first.targets, limit_us, strict, first.met, first.offset_us)
    return Model(**{**vars(model), "demands": (demand, *model.demands[1:])})


@pytest.mark.parametrize(
    ("limit", "strict", "cost"),
    [
        (26.0, False, 3.0),  # no OXC: 6 + 10 + 10
        (26.0, True, 8.0),  # 26 does not comply: one OXC, 6 + 1 + 10 = 17
        (17.0, False, 8.0),
        (17.0, True, 13.0),  # both OXCs: 6 + 1 + 1 = 8
        (8.0, False, 13.0),
        (7.9, False, math.inf),
    ],
)
def test_strictly_less_and_at_most(limit: float, strict: bool, cost: float) -> None:
    model = with_limit(ladder(), limit, strict)
    solution = solve(model)
    if math.isinf(cost):
        assert solution.status == "infeasible"
    else:
        assert solution.objective == pytest.approx(cost)
        assert solution.status == "optimal"
        check_solution(model, solution)


def test_dear_oxcs_make_the_direct_link_worth_it() -> None:
    model = with_limit(ladder(), 12.0, False)
    cost = model.cost.copy()
    cost[:2] = 50.0
    dear = Model(**{**vars(model), "cost": cost})
    assert solve(dear).objective == 20.0


def test_oxcs_of_equal_cost_go_where_latency_needs_them() -> None:
    """One OXC is asked for at any of three sites; only at site 2 it keeps the limit."""
    builder = ModelBuilder()
    oxc = {v: builder.column("oxc", f"S{v}", cost=5.0) for v in (1, 2, 4)}
    graph = network(
        [(0, 2, 1.0, 2.0), (2, 3, 1.0, 2.0), (0, 1, 1.0, 1.0), (3, 4, 1.0, 1.0)], 5, builder, {2: 10.0}, oxc
    )
    builder.row("one OXC", dict.fromkeys(oxc.values(), 1.0), lower=1.0)
    builder.demand(Demand("0-3", 0, (3,), 6.0))
    model = builder.build(graph)
    solution = solve(model)
    assert solution.objective == pytest.approx(7.0)
    assert solution.values is not None
    assert solution.values[oxc[2]] == 1.0


def test_unmet_pairs_may_stay_slow_when_the_share_allows() -> None:
    """Two relations, one has to be met: the one whose quick link is cheaper."""
    builder = ModelBuilder()
    met = [builder.column("met", str(i)) for i in range(2)]
    links = [(0, 1, 1.0, 9.0), (0, 2, 1.0, 9.0), (0, 1, 6.0, 1.0), (0, 2, 4.0, 1.0)]
    graph = network(links, 3, builder)
    builder.row("share", dict.fromkeys(met, 1.0), lower=1.0)
    for i, v in enumerate((1, 2)):
        builder.demand(Demand(f"join {v}", v, (0,)))
        builder.demand(Demand(f"fast {v}", v, (0,), 5.0, met=met[i]))
    model = builder.build(graph)
    solution = solve(model)
    assert solution.objective == pytest.approx(1.0 + 4.0)
    check_solution(model, solution)


def random_graph_model(seed: int, n: int = 9, m: int = 15) -> Model:
    """Random graph with sites, OXCs and one demand from 0 to two targets."""
    rng = np.random.default_rng(seed)
    builder = ModelBuilder()
    oxc = {v: builder.column("oxc", f"S{v}", cost=1.0) for v in (3, 4, 5)}
    ends = [(int(rng.integers(0, v)), v) for v in range(1, n)]
    ends += [tuple(int(v) for v in rng.choice(n, 2, replace=False)) for _ in range(m - n + 1)]
    links = [(a, b, float(rng.integers(1, 9)), float(rng.integers(1, 9))) for a, b in ends]
    graph = network(links, n, builder, {3: 7.0, 4: 4.0, 5: 9.0, 6: 3.0}, oxc)
    builder.demand(Demand("0 to some", 0, (n - 1, n - 2), float(rng.integers(9, 16)), False))
    return builder.build(graph)


@pytest.mark.parametrize("seed", range(10))
def test_measure_equals_networkx(seed: int) -> None:
    model = random_graph_model(seed)
    rng = np.random.default_rng(100 + seed)
    values = (rng.random(model.n_columns) < 0.8).astype(float)
    graph = model.graph
    latency = build_latency(model, (0,), np.ones(graph.us.size, dtype=bool))
    oxc = (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    found = measure(latency, values[graph.use] > 0.5, oxc)
    assert found.tolist() == latencies(model, values)
    taken = route(latency, 0, values[graph.use] > 0.5, oxc)
    assert bool(taken.size) == bool(np.isfinite(found[0]))
    assert np.all(values[graph.use[taken]] > 0.5)


def feasible_without(model: Model, links: set[int], nodes: set[int]) -> bool:
    """Whether the demand can be kept with everything but some links and OXCs."""
    values = np.ones(model.n_columns)
    values[model.graph.use[list(links)]] = 0.0
    values[model.graph.oxc[list(nodes)]] = 0.0
    return latencies(model, values)[0] <= model.demands[0].limit_us


@pytest.mark.parametrize("seed", range(20))
def test_length_cuts_hold_and_cannot_be_shrunk(seed: int) -> None:
    model = random_graph_model(seed)
    graph = model.graph
    if not feasible_without(model, set(), set()):
        pytest.skip("no route keeps the limit in this draw")
    rng = np.random.default_rng(seed)
    latency = build_latency(model, (0,), np.ones(graph.us.size, dtype=bool))
    point = point_of(latency, rng.random(graph.us.size), rng.random(graph.n_nodes), np.zeros(graph.us.size, dtype=bool))
    cut = length_cut(latency, 0, point)
    links, nodes = set(cut.links.tolist()), set(cut.nodes.tolist())
    assert links | nodes
    assert not feasible_without(model, links, nodes)
    for e in links:
        assert feasible_without(model, links - {e}, nodes)
    for v in nodes:
        assert feasible_without(model, links, nodes - {v})
    weight = float(point.links[cut.links].sum() + point.oxc[cut.nodes].sum())
    light = light_cut(latency, 0, point, weight + 1e-6)
    assert light is not None
    assert np.array_equal(light.links, cut.links)
    assert np.array_equal(light.nodes, cut.nodes)
    assert light_cut(latency, 0, point, weight - 1e-6) is None


@pytest.mark.parametrize("seed", range(10))
def test_cheap_route_keeps_the_limit_and_is_no_dearer_than_the_quickest(seed: int) -> None:
    model = random_graph_model(seed)
    if not feasible_without(model, set(), set()):
        pytest.skip("no route keeps the limit in this draw")
    rooted_like = _rooted_on_all(model)
    oxc = model.graph.oxc >= 0
    taken = cheap_route(rooted_like, 0, np.zeros(model.graph.us.size, dtype=bool), oxc)
    values = np.ones(model.n_columns)
    values[model.graph.use] = 0.0
    values[model.graph.use[taken]] = 1.0
    assert latencies(model, values)[0] <= model.demands[0].limit_us
    quickest = route(rooted_like.latency, 0, np.ones(model.graph.us.size, dtype=bool), oxc)
    cost = model.cost[model.graph.use]
    assert cost[taken].sum() <= cost[quickest].sum()


@pytest.mark.parametrize("seed", range(20))
def test_cheap_route_gives_up_only_where_every_route_within_the_limit_costs_the_purse(seed: int) -> None:
    model = random_graph_model(seed)
    oxc, cost = model.graph.oxc >= 0, model.cost[model.graph.use]
    nothing = np.zeros(cost.size, dtype=bool)
    least = np.inf
    graph: nx.MultiGraph[int] = nx.MultiGraph()
    graph.add_edges_from(
        (int(a), int(b), k) for k, (a, b) in enumerate(zip(model.graph.tail, model.graph.head, strict=True))
    )
    for target in model.demands[0].targets:
        for path in nx.all_simple_edge_paths(graph, 0, target):
            values = np.ones(model.n_columns)
            values[model.graph.use] = 0.0
            taken = [k for *_, k in path]
            values[model.graph.use[taken]] = 1.0
            if latencies(model, values)[0] <= model.demands[0].limit_us:
                least = min(least, float(cost[taken].sum()))
    if math.isinf(least):
        pytest.skip("no route keeps the limit in this draw")
    for purse in (0.5 * least, least - 0.5, least + 0.5, 2.0 * least):
        found = cheap_route(_rooted_on_all(model), 0, nothing, oxc, purse)
        assert found.size or purse <= least + 1e-9
        assert not found.size or cost[found].sum() >= least


def _rooted_on_all(model: Model) -> Rooted:
    """Presolved model with its one demand from a single target, so that it has a root."""
    demand = model.demands[0]
    join = tuple(Demand(f"join {t}", t, (demand.source,)) for t in demand.targets)
    return presolve(Model(**{**vars(model), "demands": (demand, *join)}))


@pytest.mark.parametrize("seed", range(40))
def test_no_cut_forbids_the_known_optimum(seed: int) -> None:
    """Length-bounded cuts of random points hold at the best plan: what forbids it would be a wrong row."""
    model = random_model(5000 + seed)
    try:
        rooted = presolve(model)
    except (NotRooted, Impossible):
        pytest.skip("not rooted, or infeasible")
    solution = solve(model, time_limit_s=60)
    if solution.values is None:
        assert solution.status == "infeasible"
        return
    values, graph = solution.values, model.graph
    used, oxc = values[graph.use] > 0.5, (graph.oxc >= 0) & (values[graph.oxc] > 0.5)
    rng = np.random.default_rng(seed)
    for d in rooted.latency.demands:
        met = rooted.model.demands[d].met
        point = point_of(rooted.latency, rng.random(graph.us.size), rng.random(graph.n_nodes), rooted.free)
        cut = length_cut(rooted.latency, d, point)
        assert used[cut.links].sum() + oxc[cut.nodes].sum() >= (1.0 if met == ALWAYS else values[met])


def test_plan_on_given_links_buys_only_the_oxcs_it_needs() -> None:
    model = with_limit(ladder(), 17.0, False)
    rooted = presolve(model)
    found = complete(rooted, np.array([True, True, True, False]))
    assert found is not None
    assert found[1] == pytest.approx(8.0)
    loose = complete(rooted, np.array([True, True, True, False]), latency_too=False)
    assert loose is not None
    assert loose[1] == pytest.approx(3.0)
    assert complete(rooted, np.array([True, False, True, False])) is None


def with_detour() -> Rooted:
    """A dear link, and a detour over two cheap ones."""
    builder = ModelBuilder()
    graph = network([(0, 1, 9.0, 1.0), (0, 2, 2.0, 1.0), (2, 1, 2.0, 1.0)], 3, builder)
    builder.demand(Demand("0-1", 0, (1,), 5.0))
    return presolve(builder.build(graph))


def test_ruin_and_recreate_finds_the_detour() -> None:
    better = improve_plan(with_detour(), (np.array([1.0, 0.0, 0.0]), 9.0), lambda: False, 10.0)
    assert better[1] == 4.0
    assert better[0].tolist() == [0.0, 1.0, 1.0]


def test_a_better_plan_is_improved_and_a_worse_one_is_not() -> None:
    run, costs = Run(10.0, 1e-6, None), list[float]()

    def offer(plan: tuple[np.ndarray, float] | None, phase: str) -> bool:
        costs.extend([] if plan is None else [plan[1]])
        return run.offer(plan, phase)

    problem = new_problem(with_detour(), run, offer, None, 0)
    offer_improved(problem, (np.array([1.0, 0.0, 0.0]), 9.0), "branch")
    offer_improved(problem, (np.array([1.0, 0.0, 0.0]), 9.0), "branch")
    assert costs == [9.0, 4.0, 9.0]
    assert run.objective == 4.0


def metro(size: int, circle: bool) -> Model:
    """A benchmark instance as a model."""
    raw = json.loads(gzip.decompress((DATA / "metro" / f"gabriel-{size}.json.gz").read_bytes()))
    given = raw["parameters"]
    builder = ModelBuilder()
    use = [builder.column("use", str(i), cost=link["cost"]) for i, link in enumerate(raw["links"])]
    n, sites = len(raw["nodes"]), raw["sites"]
    oxc, transit, oxc_us = np.full(n, -1), np.zeros(n), np.zeros(n)
    transit[sites], oxc_us[sites] = given["transit_us"], given["oxc_us"]
    for s in sites:
        oxc[s] = builder.column("oxc", str(s), cost=given["oxc_cost"])
    least = math.ceil(given["oxc_share"] * len(sites) - 1e-9)
    builder.row("OXC share", {int(oxc[s]): 1.0 for s in sites}, lower=least)
    centers = [c["node"] for c in raw["centers"]]
    builder.offset += math.ceil(given["export_share"] * len(centers) - 1e-9) * given["export_cost"]
    for c in centers[1:]:
        builder.demand(Demand(f"join {c}", c, (centers[0],)))
    for a, b in raw["pairs"]:
        builder.demand(Demand(f"pair {a}-{b}", a, (b,), given["limit_us"], False, ALWAYS, given["end_us"]))
    if circle:
        weights = {}
        for i, place in enumerate(raw["places"]):
            column = builder.column("covered", str(i), cost=place["access_cost"])
            weights[column] = place["weight"]
            end_us = place["access_us"] + given["end_us"]
            builder.demand(
                Demand(f"place {i}", place["node"], tuple(centers), given["limit_us"], False, column, end_us)
            )
        builder.row("circle", weights, lower=math.ceil(given["circle_share"] * sum(weights.values()) - 1e-9))
    ends = np.array([(link["a"], link["b"]) for link in raw["links"]])
    us = np.array([link["km"] for link in raw["links"]]) * given["us_per_km"]
    graph = Graph(n, ends[:, 0].copy(), ends[:, 1].copy(), us, np.array(use), transit, oxc_us, oxc)
    return builder.build(graph)


@needs_data
@pytest.mark.parametrize(("circle", "best"), [(False, 34_622.0), (True, 54_013.1)])
def test_metro_100(circle: bool, best: float) -> None:
    model = metro(100, circle)
    solution = solve(model, time_limit_s=100)
    assert solution.objective == pytest.approx(best, abs=0.05)
    assert solution.status == "optimal"
    check_solution(model, solution)


@needs_data
@pytest.mark.slow
@pytest.mark.parametrize(("circle", "best"), [(False, 75_945.4), (True, 104_752.6)])
def test_metro_300(circle: bool, best: float) -> None:
    model = metro(300, circle)
    solution = solve(model, time_limit_s=200)
    assert solution.objective == pytest.approx(best, abs=0.05)
    assert solution.status == "optimal"
    check_solution(model, solution)
