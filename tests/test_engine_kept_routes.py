"""Routes kept while links go: the same answers as measuring everything again."""

from __future__ import annotations

import numpy as np
import pytest
from random_models import random_model

from optimizer.engine.kept_routes import KeptRoutes
from optimizer.engine.latency import build_latency, measure, worst_first


@pytest.mark.parametrize("block", range(4))
def test_a_link_may_go_exactly_when_every_demand_stays_within_its_limit(block: int) -> None:
    gone, stayed = 0, 0
    for seed in range(25 * block, 25 * block + 25):
        model = random_model(seed)
        rng = np.random.default_rng(1000 + seed)
        links = np.ones(len(model.graph.tail), dtype=np.bool_)
        oxc = (model.graph.oxc >= 0) & (rng.random(model.graph.n_nodes) < 0.5)
        limited = tuple(d for d, demand in enumerate(model.demands) if np.isfinite(demand.limit_us))
        latency = build_latency(model, limited, links)
        budget = np.array([model.demands[d].budget_us for d in limited])
        routes = KeptRoutes(latency, links, oxc)
        for link in rng.permutation(links.size):
            links[link] = False
            kept = not np.any(measure(latency, links, oxc) > budget)
            assert routes.without(int(link), links) == kept
            links[link] = not kept
            gone, stayed = gone + kept, stayed + (not kept)
    assert gone > 20
    assert stayed > 20


def test_the_slow_without_some_links_are_those_that_measuring_everything_finds() -> None:
    broken = 0
    for seed in range(60):
        model = random_model(seed)
        rng = np.random.default_rng(2000 + seed)
        links = rng.random(len(model.graph.tail)) < 0.95
        oxc = (model.graph.oxc >= 0) & (rng.random(model.graph.n_nodes) < 0.5)
        latency = build_latency(model, tuple(range(len(model.demands))), np.ones_like(links))
        before = worst_first(latency.demands, measure(latency, links, oxc), latency.budgets_us)
        routes = KeptRoutes(latency, links, oxc)
        gone = rng.permutation(np.flatnonzero(links))[:2]
        links[gone] = False
        us = measure(latency, links, oxc)
        found = routes.slow_without(gone, links)
        assert set(found) == set(worst_first(latency.demands, us, latency.budgets_us))
        excess = [us[d] - model.demands[d].budget_us if np.isfinite(us[d]) else np.inf for d in found]
        assert excess == sorted(excess, reverse=True)
        broken += len(found) > len(before) == 0
    assert broken > 10
