"""Routes kept while links go: the same answers as measuring everything again."""

from __future__ import annotations

import numpy as np
import pytest
from random_models import random_model

from optimizer.engine.kept_routes import KeptRoutes
from optimizer.engine.latency import build_latency, measure


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
