"""Traffic, channels, reach and wavelengths: known answers by hand, everything tried on small cases, planted breaches."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import optimizer
from optimizer.catalogue import load_catalogue
from optimizer.cli.errors import describe
from optimizer.light.noise import noise_of, osnr_db, spans_of
from optimizer.light.program import NoLight
from optimizer.light.search import carry
from optimizer.light.traffic import gravity_matrix
from optimizer.plan import Plan, plan_from_json, plan_to_json
from optimizer.problem import Problem
from optimizer.solvers.spectrum import Stretch, assign
from tests.light_cases import best_by_trying, random_question
from tests.networks import four_sites_ring, network, problem

PRICES = {"channel_port.100g_qpsk": 200.0, "channel_port.400g_qpsk": 800.0, "channel_port.800g_16qam": 900.0}


def line(gbps: float, *, spare: int = 4, km: float = 10.0, **more: Any) -> Problem:
    """C1 - S1 - S2 - C2 on dark fibre, and a detour S1 - S3 - S2 to dig."""
    nodes = {
        "C1": ("center", 0.0, 0.0), "S1": ("metro_site", 1.0, 0.0), "S2": ("metro_site", 11.0, 0.0),
        "S3": ("metro_site", 6.0, 5.0), "C2": ("center", 12.0, 0.0),
    }  # fmt: skip
    links = [
        ("L1", "C1", "S1", 1.0, "existing", True), ("L2", "S1", "S2", km, "existing", True),
        ("L3", "S2", "C2", 1.0, "existing", True), ("L4", "S1", "S3", 8.0, "candidate"), ("L5", "S3", "S2", 8.0, "candidate"),
    ]  # fmt: skip
    net = network(nodes, links, centers={"C1": {"racks": 5000.0}, "C2": {"racks": 5000.0}},
                  sites={"S1": {}, "S2": {}, "S3": {}})  # fmt: skip
    net.links["spare_pairs"] = [spare if k == "existing" else 0 for k in net.links["kind"]]
    asked: dict[str, Any] = {
        "capacity": {"demands": [{"a": "C1", "b": "C2", "gbps": gbps}], "utilisation": 1.0, **more.pop("capacity", {})}
    }
    if "reach" in more:
        asked["optical_reach"] = more.pop("reach")
    return problem(net, catalogue={**PRICES, **more.pop("catalogue", {})}, **asked, **more)


def solved(question: Problem) -> Plan:
    """Return the plan, which is audited on the way."""
    plan = optimizer.solve(question, time_limit_s=30, gap=0.0)
    assert optimizer.audit(question, plan) == []
    return plan


def test_gravity_gives_every_center_its_export() -> None:
    matrix = gravity_matrix(np.array([400.0, 300.0, 200.0, 100.0]))
    assert np.allclose(matrix.sum(axis=1), [400.0, 300.0, 200.0, 100.0], atol=1e-6)
    assert np.allclose(matrix, matrix.T)
    assert np.allclose(gravity_matrix(np.array([600.0, 600.0])), [[0.0, 600.0], [600.0, 0.0]])
    pair = gravity_matrix(np.array([1000.0, 100.0, 100.0]))
    assert pair[0] == pytest.approx([0.0, 100.0, 100.0], abs=1.0), "the others cannot take more"


def test_noise_adds_up_as_by_hand() -> None:
    noise = noise_of(load_catalogue("USD"))
    booster, after = 10 ** (-(-16 + 57.9 - 5) / 10), 10 ** (-(0 - (20 * 0.25 + 1.5) + 57.9 - 5) / 10)
    neper = 0.25 * math.log(10) / 10
    fibre = 3e-6 * (1 - math.exp(-neper * 20)) / neper
    assert noise.section(20.0) == pytest.approx(booster + after + fibre, rel=1e-12)
    assert osnr_db(noise.add_drop) == pytest.approx(34.0)
    assert [spans_of(km, 80.0) for km in (0.0, 79.9, 80.0, 80.1, 240.0)] == [1, 1, 1, 2, 3]
    assert noise.section(160.0) > 2 * noise.section(80.0) - booster - 1e-12


@pytest.mark.parametrize(
    ("gbps", "oxc", "cost"),
    [
        (300.0, 0, 2 * 500 + 4 * 500),  # one channel: two electrical transits of two ports are cheaper than 2 OXCs
        (700.0, 0, 4 * 500 + 2 * 2 * 2 * 500),  # two channels: 2,000 a site either way
        (1100.0, 2, 6 * 500 + 2 * 2000),  # three channels: an OXC pays at both sites
    ],
)
def test_an_oxc_pays_where_traffic_passes(gbps: float, oxc: int, cost: float) -> None:
    plan = solved(line(gbps, capacity={"channels": ["400g_16qam"]}))
    assert plan.objective == pytest.approx(cost)
    assert plan.light is not None
    if gbps != 700.0:
        assert sum(s.oxc for s in plan.sites) == oxc
    assert len(plan.light.channels) == math.ceil(gbps / 400)
    assert plan.bound <= plan.objective


def test_the_cheapest_channel_types_carry_a_relation() -> None:
    """90 Gbit/s go on 100G (200 a port), 700 on one 800G (900) rather than two 400G (1,000)."""
    kinds = [[c.type for c in solved(line(g)).light.channels] for g in (90.0, 390.0, 700.0)]  # type: ignore[union-attr]
    assert kinds == [["100g_qpsk"], ["400g_16qam"], ["800g_16qam"]]


def test_traffic_grows_to_the_target_year() -> None:
    plan = solved(
        line(300.0, capacity={"growth": 0.5, "base_year": 2025, "target_year": 2027, "channels": ["400g_16qam"]})
    )
    assert plan.light is not None
    assert plan.light.traffic[0].gbps == pytest.approx(675.0)
    assert len(plan.light.channels) == 2


def test_a_second_pair_is_leased_where_the_first_is_full() -> None:
    """130 channels of 75 GHz on 64 a pair need 3 pairs: 2 more of 12 km at 5 a pair-km; OXCs have directions enough."""
    plan = solved(line(52_000.0, capacity={"channels": ["400g_16qam"]}))
    assert [k.fibre_pairs for k in plan.links if k.lit] == [3, 3, 3]
    assert plan.objective == pytest.approx(260 * 500 + 2 * 2000 + 2 * 12 * 5 + 2 * 2 * 250)
    assert {line.item for line in plan.cost} >= {
        "Further dark fibre pairs, over the horizon",
        "OXC, further directions",
    }


def test_full_cables_send_traffic_another_way() -> None:
    """Without a spare pair the middle carries 64 channels; the 65th makes all of them take the detour."""
    question = line(26_000.0, spare=0, capacity={"channels": ["400g_16qam"], "spare_pairs": "given"})
    question.network.links.loc[question.network.links["id"].isin(["L1", "L3"]), "spare_pairs"] = 4
    plan = solved(question)
    assert {k.id for k in plan.links if k.built} == {"L4", "L5"}
    assert next(k.fibre_pairs for k in plan.links if k.id == "L4") == 2


def test_no_room_among_the_routes_tried_is_no_proof_and_is_told_so() -> None:
    question = line(26_000.0, spare=0, capacity={"channels": ["400g_16qam"], "spare_pairs": "given"},
                    fixed_choices={"must_not": ["L4"]})  # fmt: skip
    question.network.links.loc[question.network.links["id"].isin(["L1", "L3"]), "spare_pairs"] = 4
    with pytest.raises(optimizer.NoPlanError, match=r"no proof that there is none.*Look at spare fibre pairs") as found:
        optimizer.solve(question, time_limit_s=20)
    report = describe(found.value)
    assert (report.kind, report.exit_code) == ("no_plan", 3)


def test_reach_chooses_the_channel_type() -> None:
    """Six spans of 80 km and amplifiers between: 16QAM does not close with OXCs all along, QPSK does; 1 more port price."""
    far = {"capacity": {"channels": ["400g_16qam", "400g_qpsk"]}, "km": 900.0, "spare": 9}
    near = solved(line(1100.0, reach={}, capacity={"channels": ["400g_16qam", "400g_qpsk"]}))
    assert {c.type for c in near.light.channels} == {"400g_16qam"}  # type: ignore[union-attr]
    plan = solved(line(1100.0, reach={}, **far))
    assert {c.type for c in plan.light.channels} == {"400g_qpsk"}  # type: ignore[union-attr]
    assert [s.amplifiers for s in plan.light.sections if s.length_km == 900.0] == [11]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("held", "channels", "transit", "cost"),
    [
        ({"protection": 1.0}, (3, 3), 0, 4600 + 12 * 500 + 4 * 2000),  # an OXC at each site of the ring pays
        ({"protection": 0.6}, (3, 2), None, 4600 + 10 * 500 + 4 * 2000),  # at S4 an OXC or two channels' transit
        ({"row": 300.0}, (3, 1), 2, 4600 + 8 * 500 + 3 * 2000 + 2 * 500),  # one channel passes S4 electrically
        ({"protection": 0.0}, (3, 0), 0, 4600 + 6 * 500 + 3 * 2000),
    ],
)
def test_a_protected_relation_holds_channels_on_its_protection_route(
    held: dict[str, float], channels: tuple[int, int], transit: int | None, cost: float
) -> None:
    """900 Gbit/s by S1, S2, S3; what is held for them by S1, S4, S3. The ring is 4,600, an OXC 2,000, a port 500."""
    row: dict[str, Any] = {"a": "C1", "b": "C2", "gbps": 900.0}
    row |= {"protection_gbps": held["row"]} if "row" in held else {}
    asked = {"demands": [row], "utilisation": 1.0, "channels": ["400g_16qam"], "protection": held.get("protection", 1)}
    question = problem(four_sites_ring(), catalogue=PRICES, capacity=asked,
                       protection={"between": "medium", "disjoint": "link"})  # fmt: skip
    plan = solved(question)
    assert plan.objective == pytest.approx(cost)
    light = plan.light
    assert light is not None
    roles = [c.role for c in light.channels]
    assert (roles.count("working"), roles.count("protection")) == channels
    assert transit is None or sum(s.transit_ports for s in light.switches) == transit
    ways = {c.role: {k for x in c.stretches for s in light.sections if s.id in x.sections for k in s.links}
            for c in light.channels}  # fmt: skip
    sides = {role: {k for k in links if k.startswith("S")} for role, links in ways.items()}
    assert not sides["working"] & sides.get("protection", set())
    assert set(plan.relations[0].routes[0].links) == ways["working"]
    short = replace(plan, light=replace(light, channels=tuple(c for c in light.channels if c.role == "working")))
    told = any("its protection channels have room for 0 Gbit/s" in b for b in optimizer.audit(question, short))
    assert told == (channels[1] > 0)


def test_a_plan_without_traffic_tells_nothing_of_light() -> None:
    from optimizer.report.content import catalogue_rows

    question = problem(four_sites_ring(), catalogue={"cable_pairs": 24.0})
    bare = replace(question, catalogue=load_catalogue("CNY"))
    plan = optimizer.solve(question, time_limit_s=30)
    assert '"light"' not in plan_to_json(plan)
    assert plan_from_json(plan_to_json(plan)) == plan
    names = {i.name for i in catalogue_rows(bare)}
    assert not {n for n in names if n.startswith(("channel_", "optics.", "band_ghz", "cable_pairs", "oxc_directions_"))}
    assert {"port_400g", "oxc_directions", "access_us.pon"} <= names
    assert "cable_pairs" in {i.name for i in catalogue_rows(question)}, "given by the project file"
    assert len(catalogue_rows(line(1.0))) == len(line(1.0).catalogue.items)


def test_what_binds_is_told_of_the_plan_with_its_traffic() -> None:
    """Half of the exports would do, 1 of 2; traffic needs 400G ports at both ends, so that share binds no more."""
    plan = solved(line(700.0, capacity={"channels": ["400g_16qam"]}, export_400g={"share": 0.5}))
    assert [(g.name, g.numerator) for g in plan.goals if g.name in ("export_400g", "capacity")] == [
        ("export_400g", 2.0),
        ("capacity", 1.0),
    ]
    assert plan.binding == (
        "Traffic carried: 1 of 1 relations (100 %, asked 100 %)",
        "Latency limit does not bind: the slowest relation, C1-C2, takes 72.0 of 1000 us",
    )


def test_light_comes_back_from_its_file() -> None:
    plan = solved(line(700.0))
    assert plan_from_json(plan_to_json(plan)) == plan


def _broken(plan: Plan, **changes: Any) -> Plan:
    assert plan.light is not None
    return replace(plan, light=replace(plan.light, **changes))


def test_audit_catches_planted_breaches() -> None:
    question = line(1100.0, reach={}, capacity={"channels": ["400g_16qam"]})
    plan = solved(question)
    light = plan.light
    assert light is not None
    first, second, *rest = light.channels
    clash = replace(
        second, stretches=tuple(replace(s, first_slot=first.stretches[0].first_slot) for s in second.stretches)
    )
    longer = replace(light.sections[1], length_km=light.sections[1].length_km + 200)
    beyond = replace(first, stretches=tuple(replace(s, first_slot=999) for s in first.stretches))
    lost = replace(first, stretches=tuple(replace(s, pairs=(7,) * len(s.pairs)) for s in first.stretches))
    for broken, words in (
        (_broken(plan, channels=(first, clash, *rest)), "clash in slot"),
        (_broken(plan, channels=(first, second)), "have room for 800 Gbit/s, 1100 are asked"),
        (_broken(plan, channels=(beyond, second, *rest)), "leaves the band"),
        (_broken(plan, channels=(lost, second, *rest)), "takes pair 7"),
        (_broken(plan, sections=(light.sections[0], longer, *light.sections[2:])), "km long, not"),
        (_broken(plan, materials=light.materials[1:]), "the plan lists 0 new ones"),
        (_broken(plan, switches=light.switches[1:]), "is missing among its switches"),
        (_broken(plan, utilisation=0.5), "Channels are filled to"),
        (replace(plan, light=None), "The plan has no light"),
        (replace(plan, sites=tuple(replace(s, oxc=False, cost=0.0) for s in plan.sites)), "where no OXC stands"),
    ):
        assert any(words in breach for breach in optimizer.audit(question, broken)), words
    strict = replace(question, requirements=tuple(
        r.model_copy(update={"margin_db": 9.0}) if r.key == "optical_reach" else r for r in question.requirements
    ))  # fmt: skip
    assert any("does not reach" in breach for breach in optimizer.audit(strict, plan))


def test_wavelengths_need_a_pair_more_than_the_load() -> None:
    """Three stretches, two by two on three sections of a ring, one slot each of two: a load of two, three wavelengths."""
    ring = [Stretch((0, 1), 1), Stretch((1, 2), 1), Stretch((2, 0), 1)]
    found = assign(ring, 2, {0: 1, 1: 1, 2: 1}, pair_cost={0: 5.0, 1: 1.0, 2: 5.0})
    assert found is not None
    assert found.pairs == {0: 1, 1: 2, 2: 1}
    assert found.proven
    assert assign(ring, 2, {0: 1, 1: 1, 2: 1}, limits=[((0,), 1), ((1,), 1), ((2,), 1)]) is None
    wide = [Stretch(s.sections, 2) for s in ring]
    for slots, more in ((4, 2), (5, 2), (6, 1)):
        again = assign(wide, slots, {0: 1, 1: 1, 2: 1}, pair_cost={0: 5.0, 1: 1.0, 2: 5.0})
        assert again is not None
        assert again.pairs == {0: 1, 1: more, 2: 1}


def _agree(seed: int) -> None:
    question = random_question(seed)
    best = best_by_trying(question)
    if not question.n_demands:
        return
    try:
        found = carry(question, gap=0.0, rounds=60)
    except NoLight:
        assert best == math.inf
        return
    assert found.choice.cost == pytest.approx(best, abs=1e-6)
    assert found.choice.bound <= best + 1e-6


@pytest.mark.parametrize("seed", range(40))
def test_choice_agrees_with_trying_everything(seed: int) -> None:
    _agree(seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40, 300))
def test_choice_agrees_with_trying_everything_on_more(seed: int) -> None:
    _agree(seed)


def test_gnpy_accepts_what_the_reach_model_accepts() -> None:
    """Near and far, with amplifiers and OXCs on the way: no stretch that the reach model accepts fails the full model."""
    pytest.importorskip("gnpy", reason="the extra 'optics' is not installed")
    from optimizer.light.check import check_light, shortfall_db

    for kind in ("400g_16qam", "400g_qpsk", "100g_qpsk"):
        for km in (10.0, 240.0) if kind == "400g_16qam" else (10.0, 900.0):
            question = line(1100.0, reach={"margin_db": 0.0}, km=km, spare=9, capacity={"channels": [kind]},
                            fixed_choices={"must_not": ["L4"]})  # fmt: skip
            checked = check_light(question, solved(question))
            assert all(c.ok for c in checked)
            assert all(0 <= c.margin_db - c.told_margin_db < 1.3 for c in checked), [kind, km, checked[0]]
            assert shortfall_db(checked) == 0.0


def test_light_that_fails_is_solved_again_with_a_tighter_reach() -> None:
    """A nonlinear noise of nothing is too bold: GNPy finds more, and a tighter model takes the longer-reaching type."""
    pytest.importorskip("gnpy", reason="the extra 'optics' is not installed")
    from optimizer.light.verify import verified

    bold = {"optics.nonlinear_per_mw2_km": 0.0, "optics.launch_dbm": 4.0}
    kinds = {"channels": ["400g_16qam", "400g_qpsk"]}
    rest: dict[str, Any] = {"km": 240.0, "capacity": kinds, "catalogue": bold, "fixed_choices": {"must_not": ["L4"]}}
    least = solved(line(1100.0, reach={"margin_db": 0.0}, **rest)).light.channels[0].stretches[0].margin_db  # type: ignore[union-attr]
    question = line(1100.0, reach={"margin_db": least - 0.01}, **rest)
    plan = solved(question)
    found = verified(question, plan, rounds=3, time_limit_s=20)
    assert any(not c.ok for c in found.first)
    assert found.rounds[-1].failed == 0
    assert found.rounds[-1].tighter_db > 0
    assert len(found.rounds) <= 3


def test_gnpy_files_hold_every_fibre_pair_and_channel() -> None:
    from optimizer.light.gnpy_files import gnpy_documents

    question = line(1100.0, reach={}, capacity={"channels": ["400g_16qam"]})
    documents = gnpy_documents(question, solved(question))
    kinds = [e["type"] for e in documents["topology"]["elements"]]
    assert (kinds.count("Roadm"), kinds.count("Transceiver"), kinds.count("Fiber")) == (4, 4, 6)
    assert kinds.count("Edfa") == 12, "a booster and a preamplifier each way of each section"
    requests = documents["services"]["path-request"]
    assert [r["path-constraints"]["te-bandwidth"]["trx_mode"] for r in requests] == ["400g_16qam"] * 3
    assert {m["format"] for m in documents["equipment"]["Transceiver"][0]["mode"]} >= {"400g_16qam", "800g_16qam"}


def test_demand_tables_are_read_and_their_mistakes_named(tmp_path: Any) -> None:
    from optimizer.errors import ProjectError
    from optimizer.light.table import read_demands, table_files

    good = tmp_path / "d.csv"
    good.write_text("a,b,gbps,protection_gbps,source\nC1,C2,800,,assumed\nC2,C1,200,100,assumed\n", encoding="utf-8")
    assert [(r.a, r.gbps, r.protection_gbps) for r in read_demands(good)] == [("C1", 800.0, None), ("C2", 200.0, 100.0)]
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b,gbps\nC1,C2,-5\nC1,,7\n", encoding="utf-8")
    with pytest.raises(ProjectError, match=r"line 2: gbps .*greater than or equal to 0.*\n?.*line 3: b field required"):
        read_demands(bad)
    bad.write_text("a,b,gbit\n", encoding="utf-8")
    with pytest.raises(ProjectError, match="has a column 'gbit'"):
        read_demands(bad)
    with pytest.raises(ProjectError, match="cannot be read"):
        read_demands(tmp_path / "none.csv")
    assert table_files({"scenarios": {"x": {"requirements": {"capacity": {"table": "d.csv"}}}}}) == ["d.csv"]


def test_questions_that_cannot_be_asked_are_told() -> None:
    def told(question: Problem) -> str:
        return "\n".join(p for r in question.requirements for p in r.problems(question))

    assert "is no computing center" in told(line(1.0, capacity={"demands": [{"a": "C1", "b": "C9", "gbps": 1}]}))
    assert "the catalogue has 100g_qpsk" in told(line(1.0, capacity={"channels": ["1t"]}))
    assert "band is 'x'" in told(line(1.0, capacity={"band": "x"}))
    assert "has none: fill its column spare_pairs" in told(line(1.0, spare=0))
    assert "before base_year" in told(line(1.0, capacity={"target_year": 2020}))
    half = line(1.0, catalogue={"channel_gbps": {"1t": 1000.0}})
    assert "has a rate and no channel_ghz.1t" in told(half)
