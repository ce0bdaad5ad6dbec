"""Zones and crossings in the price of links: engine, reference, bill and audit agree on numbers worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import networks
import numpy as np
import pandas as pd
import pytest

import optimizer
from geo_data.network import Network
from geo_data.network.types import SharedRisk
from optimizer.auditing import audit
from optimizer.catalogue import load_catalogue
from optimizer.pricing import lead_time_months, link_costs
from optimizer.problem import Problem
from optimizer.report import plan_layers
from optimizer.report.permits import permit_words

RING = ("S1-S2", "S2-S3", "S3-S4", "S4-S1")


def _ring(crossings: dict[str, dict[str, int]] | None = None, factor: dict[str, float] | None = None) -> Network:
    """The ring of four sites with obstacles on some links and zones under others."""
    net = networks.four_sites_ring()
    if crossings is not None:
        kinds = sorted({kind for row in crossings.values() for kind in row})
        counts = [[crossings.get(str(i), {}).get(kind, 0) for kind in kinds] for i in net.links["id"]]
        net = replace(net, crossings=pd.DataFrame(counts, columns=kinds))
    if factor is not None:
        times = np.array([factor.get(str(i), 1.0) for i in net.links["id"]])
        net = replace(net, priced_km=net.class_km.mul(times, axis=0))
    return net


def _problem(net: Network, **prices: float) -> Problem:
    crossing = {"crossing": {"rail": 700.0, "water": 300.0, "motorway": 50.0}}
    return networks.problem(net, catalogue={**crossing, **prices})


def _costs(problem: Problem) -> dict[str, float]:
    return dict(zip(problem.network.links["id"], link_costs(problem).tolist(), strict=True))


def test_each_crossing_adds_its_price_to_the_link() -> None:
    costs = _costs(_problem(_ring({"S2-S3": {"rail": 2, "water": 1}, "S3-S4": {"motorway": 3}})))
    assert [costs[i] for i in RING] == pytest.approx([1000, 1000 + 2 * 700 + 300, 1100 + 3 * 50, 1200])


def test_factor_of_a_zone_multiplies_the_trench_and_not_the_cable_or_the_amplifiers() -> None:
    problem = _problem(
        _ring(factor={"S2-S3": 2.0, "S3-S4": 0.5}), cable_km=7.0, amplifier_site=16.0, amplifier_spacing_km=80.0
    )
    costs = _costs(problem)
    each_km = 7 + 16 / 80
    want = [1000 + 10 * each_km, 2000 + 10 * each_km, 550 + 11 * each_km, 1200 + 12 * each_km]
    assert [costs[i] for i in RING] == pytest.approx(want)


def test_crossings_and_dear_ground_are_run_as_passive_plant() -> None:
    problem = _problem(
        _ring({"S2-S3": {"rail": 1}}, {"S2-S3": 2.0}), opex_passive=0.1, horizon_years=2.0, discount_rate=0.0
    )
    assert _costs(problem)["S2-S3"] == pytest.approx((2000 + 700) * 1.2)


def test_lead_time_is_the_longest_of_the_kinds_crossed() -> None:
    net = _ring({"S2-S3": {"rail": 2, "water": 1}, "S3-S4": {"motorway": 3}, "S4-S1": {}})
    months = dict(zip(net.links["id"], lead_time_months(_problem(net)).tolist(), strict=True))
    assert [months[i] for i in RING] == [0.0, 9.0, 6.0, 0.0]


def test_what_ships_is_priced_in_both_currencies_with_source_and_year() -> None:
    for kind in ("rail", "water", "motorway"):
        usd, cny = (load_catalogue(c).items[f"crossing.{kind}"] for c in ("USD", "CNY"))
        assert cny.value == pytest.approx(7.1 * usd.value)
        assert (usd.unit, usd.year, bool(usd.source)) == ("USD each", 2025, True)
        assert load_catalogue("USD").items[f"crossing_months.{kind}"].unit == "months"
    assert load_catalogue("USD")["crossing.rail"] == 4000.0
    assert load_catalogue("USD")["crossing_months.rail"] == 9.0


@pytest.mark.parametrize("solver", ["auto", "highs"])
def test_plan_goes_round_what_is_dear_and_its_bill_says_why(solver: str) -> None:
    plain = optimizer.solve(_problem(_ring()), solver=solver)
    assert {k.id for k in plain.links if k.built} >= {"S1-S2", "S2-S3"}

    # two railways make S2-S3 2,400: dear, and still cheaper than the other way round
    net = _ring({"S2-S3": {"rail": 2}, "S4-S1": {"water": 1}}, {"S3-S4": 1.05, "S1-S2": 0.9})
    problem = _problem(net)
    plan = optimizer.solve(problem, solver=solver, gap=0.0)
    assert audit(problem, plan) == []
    built = {k.id: k for k in plan.links if k.built}
    assert "S2-S3" in built  # 2,400 against 1,155 + 1,500
    assert plan.objective == pytest.approx(plain.objective + 2 * 700 - 100)
    lines = {line.item: line for line in plan.cost}
    rail = lines["Crossing of rail"]
    assert (rail.quantity, rail.unit, rail.unit_cost, rail.total) == (2.0, "crossings", 700.0, 1400.0)
    assert "Crossing of water" not in lines
    cheap = lines["Cheaper ground in zones, residential"]
    assert (cheap.quantity, cheap.unit_cost) == (pytest.approx(-1.0), 100.0)
    assert (built["S2-S3"].crossings, built["S2-S3"].lead_time_months) == ({"rail": 2}, 9.0)
    assert (built["S1-S2"].crossings, built["S1-S2"].lead_time_months) == ({}, 0.0)
    said = "1 new link crosses obstacles: rail 2. The longest permit takes 9 months (link S2-S3): ask for it first."
    assert permit_words(plan.links) == said


@pytest.mark.parametrize("solver", ["auto", "highs"])
def test_one_crossing_more_turns_the_plan_round(solver: str) -> None:
    net = _ring({"S2-S3": {"rail": 2, "water": 1}}, {"S3-S4": 1.05})
    problem = _problem(net)
    plan = optimizer.solve(problem, solver=solver, gap=0.0)
    assert audit(problem, plan) == []
    built = {k.id for k in plan.links if k.built}
    assert {"S1-S2", "S3-S4", "S4-S1"} <= built
    assert "S2-S3" not in built  # 2,700 against 1,155 + 1,200
    assert {line.item for line in plan.cost} >= {"Dearer ground in zones, residential"}
    assert not any(line.item.startswith("Crossing") for line in plan.cost)


def test_audit_finds_a_crossing_that_was_not_paid() -> None:
    paid = _problem(_ring({"S2-S3": {"rail": 1}}))
    plan = optimizer.solve(replace(paid, network=_ring()))
    found = audit(paid, plan)
    assert any("Link 'S2-S3' costs 1,700.00, the plan says 1,000.00." in breach for breach in found)


def test_plan_and_map_tell_the_shared_risks_of_lit_links() -> None:
    net = _ring()
    number = {str(name): k for k, name in enumerate(net.links["id"])}
    risks = (
        SharedRisk("D7", "given", "given group D7", (number["S1-S2"], number["S2-S3"])),
        SharedRisk("hazard-H1", "hazard", "flood area 汉口, links of 23.0 km", (number["S3-S4"], number["S4-S1"])),
        SharedRisk("trench-x", "trench", "one trench of S1-S2, 412 m", (number["S1-S2"], number["S4-S1"])),
    )
    problem = _problem(replace(net, shared_risks=tuple(replace(r, links=tuple(sorted(r.links))) for r in risks)))
    plan = optimizer.solve(problem)
    assert {k.id: k.srlg for k in plan.links if k.srlg} == {"S1-S2": ("D7", "trench-x"), "S2-S3": ("D7",)}
    assert [(r.id, r.links) for r in plan.shared_risks] == [("D7", ("S1-S2", "S2-S3")), ("trench-x", ("S1-S2",))]
    layers = {layer.name: layer for layer in plan_layers(problem, plan) if layer.name.startswith("risk")}
    assert {name: layer.visible for name, layer in layers.items()} == {"risk_given": False, "risk_trench": False}
    row = layers["risk_given"].frame.iloc[0]
    assert (row["name"], row["lit"], row["lit_ids"]) == ("given group D7", 2, "S1-S2, S2-S3")
    assert row.geometry.length == pytest.approx(20_000)
