"""Corridors: dominated links by hand, and the same optimum with and without them on random networks."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import networks
import numpy as np
import pandas as pd
import pytest

import optimizer
from geo_data.corridors import dominated, prune
from geo_data.examples import copy_example
from geo_data.network import Network
from geo_data.network.types import SharedRisk
from optimizer.corridors import on_corridors
from optimizer.errors import InfeasibleError
from optimizer.problem import Problem
from tests.random_problems import random_problem

Row = tuple[Any, ...]


def _net(links: Sequence[Row], **kinds: str) -> Network:
    """Two centers hanging on junctions a and b, further junctions c, d, e; `kinds` makes them something else."""
    every = {"a": "junction", "b": "junction", "c": "junction", "d": "junction", "e": "junction", **kinds}
    nodes = {name: (kind, float(i), 0.0) for i, (name, kind) in enumerate(every.items())}
    nodes |= {"C1": ("center", 0.0, 1.0), "C2": ("center", 1.0, 1.0)}
    ties = [("C1-a", "C1", "a", 1.0, "candidate"), ("C2-b", "C2", "b", 1.0, "candidate")]
    sites: dict[str, dict[str, Any]] = {n: {} for n, kind in kinds.items() if kind == "metro_site"}
    points: dict[str, dict[str, Any]] = {n: {} for n, kind in kinds.items() if kind == "access_point"}
    centers = {"C1": {"racks": 5000.0}, "C2": {"racks": 5000.0}}
    return networks.network(nodes, [*links, *ties], centers=centers, sites=sites, access_points=points)


def _gone(net: Network, cost: dict[str, float] | None = None, **options: Any) -> set[str]:
    """Ids of dominated links; cost is the length where not given."""
    ids = net.links["id"].tolist()
    price = net.links["length_km"].to_numpy(dtype=np.float64).copy()
    for name, value in (cost or {}).items():
        price[ids.index(name)] = value
    return {ids[k] for k in np.flatnonzero(dominated(net, price, **options))}


def test_dearer_and_longer_link_beside_a_path_goes() -> None:
    path = [("ac", "a", "c", 2.0, "candidate"), ("cb", "c", "b", 2.0, "candidate")]
    assert _gone(_net([("ab", "a", "b", 4.1, "candidate"), *path])) == {"ab"}
    assert _gone(_net([("ab", "a", "b", 4.0, "candidate"), *path])) == {"ab"}  # no dearer and no slower
    assert _gone(_net([("ab", "a", "b", 3.9, "candidate"), *path])) == set()


def test_both_criteria_have_to_hold() -> None:
    net = _net(
        [("ab", "a", "b", 5.0, "candidate"), ("ac", "a", "c", 2.0, "candidate"), ("cb", "c", "b", 2.0, "candidate")]
    )
    assert _gone(net, {"ab": 3.9}) == set()  # the path is quicker and dearer
    assert _gone(net, {"ab": 4.0}) == {"ab"}
    longer = _net(
        [("ab", "a", "b", 3.0, "candidate"), ("ac", "a", "c", 2.0, "candidate"), ("cb", "c", "b", 2.0, "candidate")]
    )
    assert _gone(longer, {"ab": 9.0}) == set()  # the path is cheaper and slower


def test_slow_cheap_label_does_not_hide_a_quick_dear_one() -> None:
    net = _net(
        [
            ("ab", "a", "b", 10.0, "candidate"),
            ("ac-quick", "a", "c", 2.0, "candidate"), ("ac-cheap", "a", "c", 6.0, "candidate"),
            ("cb", "c", "b", 5.0, "candidate"),
        ]
    )  # fmt: skip
    assert _gone(net, {"ab": 10.0, "ac-quick": 6.0, "ac-cheap": 1.0, "cb": 4.0}) == {"ab"}
    assert _gone(net, {"ab": 9.9, "ac-quick": 6.0, "ac-cheap": 1.0, "cb": 4.0}) == set()


def test_of_two_equal_links_one_stays() -> None:
    net = _net([("one", "a", "b", 4.0, "candidate"), ("two", "b", "a", 4.0, "candidate")])
    assert _gone(net) == {"two"}


def test_equal_ways_do_not_remove_each_other() -> None:
    free = [("ac", "a", "c", 2.0, "existing", True), ("bd", "b", "d", 2.0, "existing", True)]
    net = _net([("ab", "a", "b", 6.0, "candidate"), ("cd", "c", "d", 2.0, "candidate"), *free])
    cost = {"ab": 7.0, "cd": 7.0, "ac": 0.0, "bd": 0.0}
    assert _gone(net, cost) == {"ab"}  # by cd; cd has no way back over ab: 2 + 6 + 2 km are slower
    stretched = _net(
        [("ab", "a", "b", 0.0, "candidate"), ("cd", "c", "d", 0.0, "candidate"), *[(*f[:3], 0.0, *f[4:]) for f in free]]
    )
    assert _gone(stretched, cost) == {"cd"}  # each replaces the other: the later one goes


@pytest.mark.parametrize("kind", ["metro_site", "center", "access_point"])
def test_path_over_a_site_a_center_or_an_access_point_replaces_nothing(kind: str) -> None:
    path = [("ac", "a", "c", 1.0, "candidate"), ("cb", "c", "b", 1.0, "candidate")]
    net = _net([("ab", "a", "b", 9.0, "candidate"), *path], c=kind)
    if kind == "center":
        net = replace(net, centers=net.centers)
    assert _gone(net) == set()


def test_link_that_ends_at_sites_may_go() -> None:
    path = [("ac", "a", "c", 1.0, "candidate"), ("cb", "c", "b", 1.0, "candidate")]
    assert _gone(_net([("ab", "a", "b", 9.0, "candidate"), *path], a="metro_site", b="metro_site")) == {"ab"}


def test_lit_fibre_replaces_what_is_longer_and_existing_fibre_never_goes() -> None:
    lit = ("lit", "a", "b", 4.0, "existing", True)
    dark = ("dark", "a", "b", 9.0, "existing", False)
    net = _net([lit, dark, ("new", "a", "b", 5.0, "candidate"), ("short", "a", "b", 3.0, "candidate")])
    assert _gone(net, {"lit": 0.0}) == {"new"}


def test_links_that_were_named_stay_and_closed_ones_carry_nobody() -> None:
    net = _net(
        [("ab", "a", "b", 5.0, "candidate"), ("ac", "a", "c", 2.0, "candidate"), ("cb", "c", "b", 2.0, "candidate")]
    )
    number = net.links["id"].tolist().index
    assert _gone(net, keep=[number("ab")]) == set()
    assert _gone(net, closed=[number("ac")]) == set()


def test_direction_in_which_a_road_was_drawn_changes_nothing() -> None:
    rng = np.random.default_rng(1)
    net = _grid(rng, 5)
    turned = net.links.copy()
    flip = rng.random(len(turned)) < 0.5
    turned.loc[flip, ["a", "b"]] = turned.loc[flip, ["b", "a"]].to_numpy()
    cost = rng.integers(1, 9, len(turned)).astype(float)
    assert dominated(net, cost).sum() > 3
    assert dominated(net, cost).tolist() == dominated(replace(net, links=turned), cost).tolist()


def test_pruned_network_keeps_its_tables_together_and_says_what_went() -> None:
    net = _net(
        [
            ("ab", "a", "b", 5.0, "candidate"), ("ac", "a", "c", 2.0, "candidate"), ("cb", "c", "b", 2.0, "candidate"),
            ("ad", "a", "d", 9.0, "candidate"), ("cd", "c", "d", 3.0, "candidate"), ("de", "d", "e", 1.0, "candidate"),
        ]
    )  # fmt: skip
    net = replace(
        net,
        crossings=pd.DataFrame({"rail": range(len(net.links))}),
        priced_km=net.class_km * 2,
        shared_risks=(SharedRisk("x", "given", "x", (0, 1, 2)), SharedRisk("y", "given", "y", (0, 3))),
    )
    pruned = prune(net, net.links["length_km"].to_numpy())
    assert pruned.links["id"].tolist() == ["ac", "cb", "C1-a", "C2-b"]
    assert pruned.links.index.tolist() == [0, 1, 2, 3]
    assert pruned.crossings is not None
    assert pruned.crossings["rail"].tolist() == [1, 2, 6, 7]
    assert pruned.priced_km is not None
    assert pruned.priced_km.sum(axis=1).tolist() == [4.0, 4.0, 2.0, 2.0]
    assert pruned.link_sources == (("ac",), ("cb",), ("C1-a",), ("C2-b",))
    assert pruned.shared_risks == (SharedRisk("x", "given", "x", (0, 1)),)
    assert [f.found for f in pruned.findings] == [
        "Left out 2 candidate links, 14.0 km laid: others lead there no dearer and no slower.",
        "Left out 2 candidate links, 4.0 km laid: they led to pruned links only.",
    ]


def _grid(rng: np.random.Generator, n: int) -> Network:
    """A grid of n x n junctions with centers, sites and access points on it; lengths and kinds by chance."""
    nodes: dict[str, tuple[str, float, float]] = {
        f"n{i}{j}": ("metro_site" if rng.random() < 0.1 else "junction", float(i), float(j))
        for i in range(n)
        for j in range(n)
    }
    pairs = [
        (a, b)
        for a, b in combinations(nodes, 2)
        if abs(nodes[a][1] - nodes[b][1]) + abs(nodes[a][2] - nodes[b][2]) == 1
    ]
    pairs += [(a, b) for a, b in combinations(nodes, 2) if rng.random() < 0.1]
    links: list[Row] = []
    for k, (a, b) in enumerate(pairs):
        existing = rng.random() < 0.15
        links.append(
            (
                f"L{k:03d}",
                a,
                b,
                float(rng.integers(1, 20)),
                "existing" if existing else "candidate",
                existing and rng.random() < 0.5,
            )
        )
    hang = rng.choice(list(nodes), 5)
    for name, foot in zip(("C1", "C2", "C3", "A1", "A2"), hang, strict=True):
        nodes[name] = ("center" if name[0] == "C" else "access_point", nodes[foot][1] + 0.1, nodes[foot][2] + 0.1)
        links.append((f"in-{name}", name, str(foot), 1.0, "candidate"))
    sites = {name: {} for name, (kind, _, _) in nodes.items() if kind == "metro_site"}
    return networks.network(
        nodes, links, centers={f"C{k}": {"racks": 2000.0} for k in (1, 2, 3)}, sites=sites, access_points={"A1": {}, "A2": {}},
        places=[{"id": "P1", "at": "A1"}, {"id": "P2", "at": "A2"}],
    )  # fmt: skip


def _grid_problem(seed: int) -> Problem:
    """A grid with a latency limit that is tight: at most a few km over the shortest way."""
    rng = np.random.default_rng(seed)
    net = _grid(rng, 4)
    dear = replace(net, priced_km=net.class_km.mul(rng.choice([0.5, 1.0, 3.0], len(net.links)), axis=0))
    return networks.problem(
        dear,
        interconnect_latency={"limit_us": float(rng.choice([140.0, 180.0, 240.0, 1000.0])), "share": 0.6},
        latency_circle={"limit_us": float(rng.choice([200.0, 250.0, 1000.0])), "share": 0.5},
        oxc_share={"share": float(rng.choice([0.0, 0.3]))},
    )


def _optimum(problem: Problem, solver: str) -> float | None:
    """Least cost, None where no plan meets the goals."""
    try:
        return optimizer.solve(problem, solver=solver, gap=0.0).objective
    except InfeasibleError:
        return None


@pytest.mark.slow
def test_optimum_on_random_grids_with_tight_limits_is_the_same() -> None:
    fewer, answers, bites = 0, 0, 0
    for seed in range(12):
        whole = _grid_problem(seed)
        part = on_corridors(whole)
        fewer += len(whole.network.links) - len(part.network.links)
        want = _optimum(whole, "highs")
        answers += want is not None
        assert _optimum(part, "highs") == (want if want is None else pytest.approx(want, rel=1e-9)), seed
        assert _optimum(part, "auto") == (want if want is None else pytest.approx(want, rel=1e-9)), seed
        bites += want is None or want > (_optimum(_without_limits(whole), "highs") or 0.0) + 1e-6
    assert fewer > 40
    assert 6 <= answers < 12
    assert bites >= 4


def _without_limits(problem: Problem) -> Problem:
    """The same question with limits that nothing exceeds."""
    loose = [r.model_copy(update={"limit_us": 1e6}) if hasattr(r, "limit_us") else r for r in problem.requirements]
    return replace(problem, requirements=tuple(loose))


@pytest.mark.slow
def test_optimum_of_random_problems_is_the_same() -> None:
    pruned = 0
    for seed in range(20):
        whole = random_problem(seed, 14, 34)
        part = on_corridors(whole)
        if len(part.network.links) < len(whole.network.links):
            pruned += 1
            want = _optimum(whole, "highs")
            assert _optimum(part, "highs") == (want if want is None else pytest.approx(want, rel=1e-9)), seed
    assert pruned > 5


def test_two_routes_asked_for_prune_nothing_and_say_so() -> None:
    rng = random.Random(4)
    whole = next(
        p
        for p in (random_problem(rng.randint(0, 9999), protected=True) for _ in range(50))
        if p.requirement_named("protection")
    )
    part = on_corridors(whole)
    assert part.network.links["id"].tolist() == whole.network.links["id"].tolist()
    assert part.network.findings[-1].found.startswith("No candidate link was pruned: ")
    assert "protection may need links that others replace." in part.network.findings[-1].found


def test_setting_of_the_project_file_switches_pruning_on(tmp_path: Path) -> None:
    folder = copy_example("wuhan-core", tmp_path / "core")
    file = folder / "project.toml"
    text = file.read_text(encoding="utf-8")
    whole = optimizer.Project.load(folder).problem().network
    file.write_text(text.replace("corridors = false", "corridors = true"), encoding="utf-8")
    part = optimizer.Project.load(folder).problem().network
    assert not [f for f in whole.findings if f.code.startswith("corridors")]
    told = [f for f in part.findings if f.code.startswith("corridors")]
    assert sum(f.count for f in told) == len(whole.links) - len(part.links) > 0
    assert sum(f.km or 0.0 for f in told) == pytest.approx(
        whole.links["length_km"].sum() - part.links["length_km"].sum()
    )
    assert set(part.links["id"]) < set(whole.links["id"])
