"""Seeded small planning problems with every mix of requirements, the same for the same seed."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import combinations
from typing import Any

from geo_data.network.types import Network, SharedRisk
from optimizer.problem import Problem
from tests.networks import network, problem

__all__ = ["random_problem"]


def random_problem(seed: int, most_nodes: int = 12, most_links: int = 20, *, protected: bool = False) -> Problem:
    """Return a random problem of 3 to `most_nodes` nodes; some have no answer.

    With `protected` relations need two routes or centers two homes, and some links share risks.
    """
    rng = random.Random(seed)
    net = _network(rng, rng.randint(3, most_nodes), most_links, spare=5 if protected else 0)
    prices, asked = _prices(rng), _requirements(rng, net)
    if protected:
        net = replace(net, shared_risks=_risks(rng, net))
        asked.update(_diverse(rng, net))
    return problem(net, catalogue=prices, **asked)


def _risks(rng: random.Random, net: Network) -> tuple[SharedRisk, ...]:
    """Draw up to three groups of two or three links."""
    sizes = [min(rng.randint(2, 3), len(net.links)) for _ in range(rng.randint(0, 3))]
    return tuple(
        SharedRisk(f"R{i}", "given", f"duct {i}", tuple(sorted(rng.sample(range(len(net.links)), n))))
        for i, n in enumerate(sizes)
        if n > 1
    )


def _diverse(rng: random.Random, net: Network) -> dict[str, dict[str, Any]]:
    """Ask two routes of relations, two homes of centers, or both."""
    centers = list(net.centers["id"])
    shared = {
        "disjoint": rng.choice(["link", "srlg", "srlg", "node", "node_srlg"]),
        "limit_us": rng.choice([None, None, 300.0, 500.0, 1000.0]),
        "share": rng.choice([1.0, 0.5, 0.3]),
    }
    asked: dict[str, dict[str, Any]] = {}
    if rng.random() < 0.85:
        which = rng.choice([{"between": "all"}, {"pairs": [rng.sample(centers, 2)]}, {"centers": centers[:1]}])
        asked["protection"] = {**shared, **which} if "centers" not in which else {**shared, "between": "all"}
    if len(net.metro_sites) > 1 and (not asked or rng.random() < 0.3):
        asked["dual_homing"] = {**shared, "homed": "all", "share": rng.choice([0.3, 0.5])}
    return asked


def _network(rng: random.Random, n: int, most_links: int, spare: int) -> Network:
    kinds = [
        "center",
        "center",
        *rng.choices(["center", "metro_site", "access_point", "junction"], weights=[1, 4, 2, 2], k=n - 2),
    ]
    rng.shuffle(kinds)
    names = {f"{kind[0].upper()}{i:02d}": kind for i, kind in enumerate(kinds)}
    nodes = {name: (kind, rng.uniform(0, 40), rng.uniform(0, 40)) for name, kind in names.items()}
    ids = list(nodes)
    pairs = {(ids[i], rng.choice(ids[:i])) for i in range(1, n)}  # a tree, so that most problems have an answer
    others = [p for p in combinations(ids, 2) if p not in pairs and p[::-1] not in pairs]
    extra = min(len(others), max(0, most_links - len(pairs)), spare + rng.randint(0, n))
    ends = sorted(pairs) + rng.sample(others, extra)
    if rng.random() < 0.3:
        ends.append(rng.choice(ends))  # a parallel link
    links = [_link(rng, f"L{i:02d}", a, b) for i, (a, b) in enumerate(ends[:most_links])]
    of_kind = {k: [i for i, kind in names.items() if kind == k] for k in ("center", "metro_site", "access_point")}
    return network(
        nodes,
        links,
        centers={i: _center(rng) for i in of_kind["center"]},
        sites={i: {"major": rng.random() < 0.7, "oxc": rng.random() < 0.15} for i in of_kind["metro_site"]},
        access_points={i: {"optical": rng.random() < 0.2} for i in of_kind["access_point"]},
        places=[
            {"id": f"P{k}", "at": rng.choice(of_kind["access_point"]), "weight": float(rng.randint(1, 5)),
             "access_km": rng.choice([0.0, 1.0, 4.0])}
            for k in range(rng.randint(1, 4))
        ] if of_kind["access_point"] else [],
        areas=[
            {"id": f"T{k}", "at": rng.choice(of_kind["metro_site"]), "population": float(rng.randint(1, 9)),
             "access": rng.choice(["pon", "fgotn", "5g_public"])}
            for k in range(rng.randint(1, 3))
        ] if of_kind["metro_site"] else [],
    )  # fmt: skip


def _link(rng: random.Random, name: str, a: str, b: str) -> tuple[Any, ...]:
    kind = rng.choice(["candidate", "candidate", "existing"])
    return (name, a, b, float(rng.randint(1, 20)), kind, kind == "existing" and rng.random() < 0.5)


def _center(rng: random.Random) -> dict[str, Any]:
    other = rng.randint(0, 2)
    return {
        "racks": rng.choice([300.0, 1500.0, 2500.0, 4000.0, 12000.0]),
        "export_ports_400g": rng.choice([0, 0, 0, 1]),
        "export_ports_other": other,
        "export_gbps_other": 100.0 * other,
    }


def _prices(rng: random.Random) -> dict[str, Any]:
    """Transit that is slow enough to bind at times, OXCs cheap enough to be the way out at times."""
    return {
        "electrical_transit_us": rng.choice([0.0, 50.0, 80.0]),
        "oxc_common": rng.choice([0.0, 200.0, 1000.0]),
        "trench_km": rng.choice([10.0, 100.0]),
        "access_device": rng.choice([0.0, 20.0, 300.0]),
    }


def _requirements(rng: random.Random, net: Network) -> dict[str, dict[str, Any]]:
    centers = list(net.centers["id"])
    medium = list(net.centers.loc[net.centers["racks"] >= 1000, "id"])
    asked: dict[str, dict[str, Any]] = {}
    # without a medium center "medium" would leave nothing to connect
    asked["connected_centers"] = {"centers": rng.choice(["all", "all", "medium"] if medium else ["all"])}
    if rng.random() < 0.7:
        pairs = {"pairs": [list(p) for p in rng.sample(list(combinations(centers, 2)), 1)]} if len(medium) < 2 else {}
        asked["interconnect_latency"] = {
            "limit_us": float(rng.choice([120, 180, 250, 400, 1000])),
            "share": rng.choice([1.0, 1.0, 0.5]),
            "direction": rng.choice(["one_way", "one_way", "one_way", "round_trip"]),
            **pairs,
        }
    if medium and rng.random() < 0.6:
        asked["export_400g"] = {"share": rng.choice([0.4, 0.5, 0.9]), "basis": rng.choice(["centers", "ports", "gbps"])}
    if net.metro_sites["major"].any() and rng.random() < 0.6:
        asked["oxc_share"] = {"share": rng.choice([0.3, 0.5, 1.0])}
    if rng.random() < 0.7:
        by = rng.choice(["key_places", "access_points", "population", "area", "centers"])
        has = {"population": net.terminal_areas, "area": net.terminal_areas, "centers": net.centers,
               "access_points": net.access_points, "key_places": net.key_places}  # fmt: skip
        if len(has[by]):
            limit_us = float(rng.choice([150, 250, 1000]))
            asked["latency_circle"] = {"limit_us": limit_us, "share": rng.choice([0.3, 0.7, 1.0]), "by": by}
    if len(net.terminal_areas) and rng.random() < 0.5:
        asked["terminal_latency"] = {"limit_us": rng.choice([1050.0, 10_000.0]), "share": rng.choice([0.3, 0.6])}
    if rng.random() < 0.3:
        names = list(net.links["id"]) + list(net.metro_sites.loc[~net.metro_sites["oxc"].astype(bool), "id"])
        picked = rng.sample(names, min(len(names), 2))
        asked["fixed_choices"] = {"must_build": picked[:1], "must_not": picked[1:] if rng.random() < 0.5 else []}
    return asked
