"""The benchmark cases: loading, known optima, an audit that objects, one line of JSON."""

from __future__ import annotations

import gzip
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import neatnet_data, steiner_py
from benchmarks.__main__ import main
from benchmarks.audit import audit, cost_of
from benchmarks.cases import CASES, GEODATA_CASES, MetroCase
from benchmarks.children import GivenUpError, run_child
from benchmarks.choice import Choice
from benchmarks.compare import compare, ratios, table
from benchmarks.geodata import geodata_table
from benchmarks.instance import InstanceError, MetroInstance, data_folder, read_instance
from benchmarks.measure import measure
from benchmarks.metro import chosen, metro_model, metro_question
from benchmarks.steinlib import SteinerTree, steiner_model
from optimizer.engine import solve
from optimizer.solution import Progress

KEYS = {
    "case", "nodes", "links", "objective", "bound", "gap", "variable_gap", "seconds", "first_plan_seconds", "peak_mb",
    "audited",
}  # fmt: skip


def ring() -> dict[str, Any]:
    """Return four nodes in a ring 0-1-2-3, centers at 0 and 2, sites at 1 and 3, a place at 3.

    Over 1: 10 + 10 us and 100; over 3: 20 + 20 us and 60; passing a site 50 us, with OXC 1 us. OXC 30, one is asked
    for; limit 60 us with 5 us at the ends; the place has 7 us of access and must be covered, at 4. One export at 8.
    Over 1: 20 + 50 is too slow, 20 + 1 fits; over 3: 40 + 1 + 5 = 46 fits. So the OXC goes to 3: 60 + 30 + 4 + 8.
    The place passes 3: 7 + 1 + 20 + 5 = 33.
    """
    links = [(0, 1, 10, 50), (1, 2, 10, 50), (2, 3, 20, 30), (3, 0, 20, 30)]
    return {
        "name": "ring",
        "nodes": [[0, 0], [1, 0], [1, 1], [0, 1]],
        "links": [{"a": a, "b": b, "km": km, "cost": cost, "kind": "candidate"} for a, b, km, cost in links],
        "centers": [{"node": 0, "size": "large"}, {"node": 2, "size": "medium"}],
        "sites": [1, 3],
        "places": [{"node": 3, "weight": 5.0, "access_cost": 4.0, "access_us": 7.0}],
        "pairs": [[0, 2]],
        "large_pairs": [],
        "parameters": {
            "us_per_km": 1.0, "transit_us": 50.0, "oxc_us": 1.0, "end_us": 5.0, "limit_us": 60.0, "oxc_cost": 30.0,
            "export_cost": 8.0, "oxc_share": 0.5, "export_share": 0.5, "circle_share": 0.7,
        },
    }  # fmt: skip


@pytest.fixture
def ring_file(tmp_path: Path) -> Path:
    """Return the ring as a file."""
    path = tmp_path / "ring.json.gz"
    path.write_bytes(gzip.compress(json.dumps(ring()).encode()))
    return path


@pytest.fixture
def instance(ring_file: Path) -> MetroInstance:
    """Return the ring as an instance."""
    return read_instance(ring_file)


BEST = Choice(links=frozenset({2, 3}), oxc_sites=frozenset({3}), places=frozenset({0}))


def data() -> Path:
    """Return the data folder or skip, saying why."""
    try:
        return data_folder()
    except InstanceError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("solver", ["highs", "cpsat", "pulp:CBC", "engine"])
@pytest.mark.parametrize(("circle", "cost"), [(True, 102.0), (False, 98.0)])
def test_the_ring_solved_by_hand(instance: MetroInstance, solver: str, circle: bool, cost: float) -> None:
    record = measure("ring", metro_question(instance, circle), solver=solver, time_limit_s=60.0)
    assert record.status == "optimal"
    assert record.objective == pytest.approx(cost)
    assert record.audited
    assert record.variable_gap == pytest.approx(0.0, abs=1e-5)


def test_a_place_at_a_site_passes_it(instance: MetroInstance) -> None:
    """With 27 us of access and 60 us for all, the place fits only through an OXC: 27 + 1 + 20 + 5 against + 50."""
    far = replace(instance, places=(replace(instance.places[0], access_us=34.0),))
    assert audit(far, BEST, 102.0) == []
    farther = replace(instance, places=(replace(instance.places[0], access_us=34.1),))
    assert audit(farther, BEST, 102.0) == ["place 0 has 60.100 us, allowed are 60.0 us"]
    for solver in ("highs", "engine"):
        assert measure("far", metro_question(far), solver=solver).objective == pytest.approx(102.0)
        assert measure("farther", metro_question(farther), solver=solver).status == "infeasible"


@pytest.mark.parametrize(
    ("change", "claimed", "breach"),
    [
        ({"links": frozenset({3})}, 72.0, "center 2 is not connected"),
        ({"oxc_sites": frozenset({1})}, 102.0, r"pair 0-2 has 95.000 us, allowed are 60.0 us"),
        ({"oxc_sites": frozenset()}, 72.0, "0 OXCs, asked are 1"),
        ({"oxc_sites": frozenset({2, 3})}, 132.0, "an OXC stands at node 2, which is no site"),
        ({"places": frozenset()}, 98.0, "the covered places weigh 0.0, asked are 3.5"),
        ({"oxc_sites": frozenset({1}), "links": frozenset({0, 1, 3})}, 172.0, "place 0 has 82.000 us"),
        ({}, 101.0, "the plan costs 102.0000, but 101.0000 is claimed"),
    ],
)
def test_the_audit_catches_every_fault(
    instance: MetroInstance, change: dict[str, Any], claimed: float, breach: str
) -> None:
    assert audit(instance, BEST, 102.0) == []
    broken = audit(instance, replace(BEST, **change), claimed)
    assert any(breach in line for line in broken), broken


def test_forced_cost_is_left_out_of_the_variable_gap(instance: MetroInstance) -> None:
    """The one OXC (30) and the one export (8) are forced: 64 of 102 can vary."""
    assert instance.forced_cost == 38.0
    assert cost_of(instance, BEST) - instance.forced_cost == 64.0


def test_run_prints_one_line_of_json(ring_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--instance", str(ring_file), "--time-limit", "30", "--solver", "highs", "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    record = json.loads(lines[0])
    assert record.keys() >= KEYS
    assert (record["case"], record["nodes"], record["links"], record["audited"]) == ("ring", 4, 4, True)
    assert record["objective"] == pytest.approx(102.0)
    assert 10.0 < record["peak_mb"] < 10_000.0


def test_run_without_a_plan_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = ring()
    question["parameters"]["limit_us"] = 10.0
    path = tmp_path / "tight.json"
    path.write_text(json.dumps(question))
    assert main(["run", "--instance", str(path), "--solver", "highs", "--json"]) == 3
    record = json.loads(capsys.readouterr().out)
    assert (record["status"], record["objective"], record["gap"], record["audited"]) == (
        "infeasible",
        None,
        None,
        False,
    )


def test_run_in_words_and_progress(ring_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--instance", str(ring_file), "--no-circle", "--solver", "cpsat", "--progress"]) == 0
    said = capsys.readouterr()
    assert "ring-nocircle" in said.out
    assert "98.0" in said.err


@pytest.mark.slow
def test_compare_shows_ratios_of_one_run(ring_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", "--instance", str(ring_file), "--time-limit", "20"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("ring: other solvers beside the engine")
    assert said.count("102.0") == 3
    assert "pulp:HiGHS" in said
    assert "objective x1.00" in said


def test_a_program_that_is_not_built_in_time_is_told(instance: MetroInstance) -> None:
    record = measure("ring", metro_question(instance), solver="pulp:CBC", time_limit_s=1e-9)
    assert record.objective is None
    assert record.status == "unknown"
    assert record.note is not None
    assert re.match(r"The plain flow program .* was not built within 0.0 s: it has \d+ variables\.", record.note)


def test_a_solver_that_keeps_no_limit_is_ended_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, float | None] = {}

    def run_child(arguments: list[str], timeout_s: float | None = None) -> dict[str, object]:
        given[arguments[-1]] = timeout_s
        if arguments[-1] == "pulp:CBC":
            raise GivenUpError("given up")
        return {
            "case": "ring", "solver": arguments[-1], "status": "optimal", "objective": 102.0, "bound": 102.0, "gap": 0.0,
            "seconds": 2.0, "first_plan_seconds": 1.0, "peak_mb": 100.0, "audited": True, "note": None,
        }  # fmt: skip

    monkeypatch.setattr("benchmarks.compare.run_child", run_child)
    result = compare(["ring"], ("engine", "pulp:HiGHS", "pulp:CBC"), 20.0)
    assert given == {"engine": None, "pulp:HiGHS": 50.0, "pulp:CBC": 50.0}
    assert result["ratios"]["pulp:CBC"] == {"seconds": 25.0, "first_plan": None, "memory": None, "objective": None}
    said = table(result)
    assert "pulp:CBC: kept no limit and was ended after 50 s" in said
    assert said.count("102.0") == 2


def test_steinerpy_without_a_tree_in_time_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    class Late:
        def __init__(self, *_: object) -> None:
            pass

        def get_solution(self, time_limit: float) -> None:
            raise RuntimeError(f"stopped after {time_limit} s before finding a feasible incumbent")

    monkeypatch.setattr(steiner_py, "find_spec", lambda _: True)
    monkeypatch.setattr(steiner_py, "version", lambda _: "1.0")
    monkeypatch.setitem(sys.modules, "steinerpy", SimpleNamespace(SteinerProblem=Late))
    model = steiner_model(SteinerTree("pair", 2, ((0, 1, 1.0),), (0, 1)))
    found = steiner_py.solve_steinerpy(model, 5.0)
    assert (found.status, found.values, found.solver) == ("unknown", None, "steinerpy 1.0")


def test_a_child_that_takes_too_long_is_ended(ring_file: Path) -> None:
    with pytest.raises(GivenUpError, match=r"The run of '--instance .*' was given up after 0 s\."):
        run_child(["--instance", str(ring_file)], timeout_s=0.01)


def test_ratios_leave_out_what_cannot_be_compared() -> None:
    engine = {"seconds": 2.0, "first_plan_seconds": 1.0, "peak_mb": 100.0, "objective": 50.0}
    plain = {"seconds": 150.0, "first_plan_seconds": None, "peak_mb": 400.0, "objective": None}
    assert ratios(plain, engine) == {"seconds": 75.0, "first_plan": None, "memory": 4.0, "objective": None}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "metro-10"], "There is no case 'metro-10'. Did you mean 'metro-100'?"),
        (["run"], "Name either a case or --instance FILE."),
        (["run", "--instance", "absent.json"], "Instance 'absent.json' cannot be read: No such file"),
        (["run", "metro-100", "--no-circle"], "--no-circle goes with --instance"),
        (["run", "metro-100", "--time-limit", "0"], "The time limit is 0.0 s; it must be above 0."),
        (["run", "metro-100", "--solver", "hihgs"], "There is no solver 'hihgs'. Did you mean 'highs'"),
    ],
)
def test_wrong_use_is_explained(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    if "metro-100" in arguments:
        data()
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_absent_data_is_said_clearly(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("METROPLAN_DATA", str(tmp_path / "nowhere"))
    assert main(["run", "metro-100"]) == 2
    assert "set METROPLAN_DATA to the folder that holds 'metro/'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("centers", [], "has no center"),
        ("sites", [1, 9], "names node 9, but has nodes 0 to 3"),
        ("pairs", None, "lacks the key 'pairs'"),
        ("links", [{"a": 0, "b": 1, "km": "far", "cost": 1}], "has a value of the wrong kind"),
    ],
)
def test_a_bad_instance_is_explained(tmp_path: Path, key: str, value: object, message: str) -> None:
    question = ring() | {key: value}
    if value is None:
        del question[key]
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(question))
    with pytest.raises(InstanceError, match=message):
        read_instance(path)


@pytest.mark.parametrize("content", [b"\x1f\x8bno gzip", b"{", b"\xff\xfe"])
def test_a_file_that_is_no_json_is_explained(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.json.gz"
    path.write_bytes(content)
    with pytest.raises(InstanceError, match=r"bad\.json\.gz' is no JSON"):
        read_instance(path)


def test_list_names_every_case(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    names = [case.name for case in CASES]
    small = [f"metro-{n}{end}" for n in (100, 300, 1000) for end in ("", "-nocircle", "-protected", "-share90")]
    large = [f"metro-{n}{end}" for n in (3000, 10000) for end in ("", "-nocircle", "-share90")]
    cities = ["wuhan", "wuhan-400us", "wuhan-protected"]
    cities += [f"{city}{end}" for city in ("liege", "auckland", "slc") for end in ("", "-400us")]
    trees = [f"steinlib-{group}{k:02d}" for group, size in (("b", 18), ("c", 20)) for k in range(1, size + 1)]
    assert names == [*small, *large, *cities, *trees]
    assert all(f"{name} " in said for name in names)


def test_every_case_loads() -> None:
    data()
    sizes = {case.name: case.instance() for case in CASES if isinstance(case, MetroCase) and case.name.count("-") == 1}
    assert [i.n_nodes for i in sizes.values()] == [100, 300, 1000, 3000, 10000]
    assert [len(i.pairs) for i in sizes.values()] == [10, 36, 171, 496, 1326]
    metro = metro_model(sizes["metro-1000"])
    assert metro.model.n_columns == 1919 + 60 + 2 * 500
    assert all(not c.known.bound > c.known.objective for c in CASES)


@pytest.mark.slow
def test_the_protected_small_case_is_solved_and_its_audit_catches_what_is_wrong() -> None:
    instance = read_instance(data() / "metro/gabriel-100.json.gz")
    metro = metro_model(instance, protected=True)
    found = solve(metro.model, time_limit_s=240.0)
    assert (found.status, found.objective) == ("optimal", pytest.approx(57_464.0, abs=0.05))
    assert found.values is not None
    choice = chosen(instance, metro, found.values)
    assert audit(instance, choice, found.objective, protected=True) == []
    ((pair, (first, second)),) = choice.routes.items()
    twice = replace(choice, routes={pair: (first, first)})
    assert (
        f"pair {pair[0]}-{pair[1]}: both routes use link" in audit(instance, twice, found.objective, protected=True)[0]
    )
    cut = replace(choice, routes={pair: (first, second[1:])})
    assert "its protection route is no way" in audit(instance, cut, found.objective, protected=True)[0]
    late = replace(instance, parameters=replace(instance.parameters, protection_limit_us=1.0))
    assert "its protection route has" in audit(late, choice, found.objective, protected=True)[0]
    alone = replace(choice, routes={})
    assert audit(instance, alone, found.objective, protected=True) == [f"pair {pair[0]}-{pair[1]} is not protected"]


@pytest.mark.slow
@pytest.mark.parametrize("solver", ["engine", "highs"])
def test_metro_100_without_circle_has_the_known_optimum(solver: str) -> None:
    question = metro_question(read_instance(data() / "metro/gabriel-100.json.gz"), circle=False)
    record = measure("metro-100-nocircle", question, solver=solver, time_limit_s=240.0)
    assert (record.status, record.audited) == ("optimal", True)
    assert record.objective == pytest.approx(34_622.0, abs=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("nodes", "circle", "optimum", "gap"),
    [
        (100, True, 54_013.1, 1e-6),
        (300, False, 75_945.4, 1e-6),
        (300, True, 104_752.6, 0.02),
    ],
)
def test_the_engine_brackets_the_known_optima(nodes: int, circle: bool, optimum: float, gap: float) -> None:
    """No bound on the way lies above the optimum, no plan below it; `gap` is what is surely reached in 60 s on 2 cores."""
    instance = read_instance(data() / f"metro/gabriel-{nodes}.json.gz")
    reports: list[Progress] = []
    question = metro_question(instance, circle)
    record = measure(f"metro-{nodes}", question, time_limit_s=60.0, on_progress=reports.append)
    assert record.audited
    assert record.objective is not None
    assert record.bound is not None
    assert record.bound - 0.05 <= optimum <= record.objective + 0.05
    assert record.gap is not None
    assert record.gap <= gap
    assert all(r.bound <= optimum + 0.05 for r in reports)


GEODATA_KEYS = {"case", "lines", "nodes", "links", "km_in", "km_out", "components", "seconds", "peak_mb"}
CORE = Path(__file__).parents[1] / "geo_data" / "examples" / "wuhan-core" / "candidate_routes.parquet"


def test_any_line_layer_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--instance", str(CORE), "--json"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    record = json.loads(lines[0])
    assert record.keys() >= GEODATA_KEYS
    assert (record["case"], record["lines"], record["components"]) == ("candidate_routes", 1585, 1)
    assert record["km_out"] == pytest.approx(
        record["km_in"] + sum(record["km_added"].values()) - sum(record["km_removed"].values()), abs=2e-6
    )
    assert record["adds_up"]
    assert 0 < record["seconds"] < 60
    assert 10.0 < record["peak_mb"] < 10_000.0


def test_lines_that_cross_are_joined_when_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An X of two lines, as GeoJSON under a name that metro instances bear too: 1 part of 4 links, or 2 of 2."""
    feature = {"type": "Feature", "properties": {"id": "x"}}
    x = {"type": "LineString", "coordinates": [[114.30, 30.50], [114.32, 30.52]]}
    y = {"type": "LineString", "coordinates": [[114.30, 30.52], [114.32, 30.50]]}
    path = tmp_path / "x.json"
    path.write_text(
        json.dumps({"type": "FeatureCollection", "features": [feature | {"geometry": x}, feature | {"geometry": y}]})
    )
    for options, links, parts in (([], 2, 2), (["--node-crossings"], 4, 1)):
        assert main(["run", "--instance", str(path), "--json", *options]) == 0
        record = json.loads(capsys.readouterr().out)
        assert (record["links"], record["components"], record["adds_up"]) == (links, parts, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "geodata-wuhn"], "There is no case 'geodata-wuhn'. Did you mean 'geodata-wuhan'?"),
        (
            ["run", "--instance", str(CORE.with_name("centers.geojson"))],
            "A network needs lines, but of 7 features 7 are no line.",
        ),
    ],
)
def test_wrong_use_of_lines_is_explained(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_the_table_shows_what_was_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    record = {
        "case": "geodata-wuhan", "lines": 92_667, "nodes": 19_572, "links": 29_352, "components": 1, "km_in": 7181.821283,
        "km_out": 7180.637993, "km_added": {"grid": 2e-5, "snap": 1e-5}, "km_removed": {"duplicates": 1.18332, "snap": 5e-6},
        "adds_up": True, "seconds": 2.84, "cpu_seconds": 2.71, "peak_mb": 493.4,
    }  # fmt: skip
    rows = geodata_table([record, record | {"case": "roads", "adds_up": False}]).splitlines()
    assert [cell.strip() for cell in rows[2].split("|")[1:-1]] == [
        "Wuhan", "92,667", "19,572", "29,352", "1", "7,181.821", "1.183", "+0.000025", "7,180.638", "2.8", "2.7", "493",
    ]  # fmt: skip
    assert rows[3].startswith("| roads | ")
    assert "(does not add up)" in rows[3]


def test_the_list_names_the_seven_cities(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    said = capsys.readouterr().out
    assert len(GEODATA_CASES) == 7
    assert all(f"{case.name} " in said for case in GEODATA_CASES)


def test_roads_that_cannot_be_had_are_said_clearly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("METROPLAN_DATA", str(tmp_path))
    monkeypatch.setattr(neatnet_data, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(neatnet_data, "RELEASE", "neatnet-no-such-release")
    monkeypatch.setattr(neatnet_data.sys, "executable", "false")
    with pytest.raises(InstanceError, match=r"could not be fetched: pip gave no file\. Put the folder 'data'"):
        neatnet_data.roads_file("wuhan_8989/original.parquet")
    (tmp_path / "neatnet" / "here").mkdir(parents=True)
    (tmp_path / "neatnet" / "here" / "original.parquet").touch()
    assert neatnet_data.roads_file("here/original.parquet") == tmp_path / "neatnet" / "here" / "original.parquet"


@pytest.mark.slow
def test_wuhan_becomes_a_network_in_little_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """The limits are 12 s and 1 GB; processor time, because other tests run beside this one."""
    case = GEODATA_CASES[0]
    if not any(
        f.is_file()
        for f in (data() / "neatnet" / case.file, neatnet_data.CACHE / neatnet_data.RELEASE / "data" / case.file)
    ):
        pytest.skip("The road networks are not here; 'python -m benchmarks run geodata-wuhan' fetches them.")
    assert main(["run", case.name, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["lines"], record["nodes"], record["links"], record["components"]) == (92_667, 19_572, 29_352, 1)
    assert record["km_in"] == pytest.approx(7181.821, abs=1e-3)
    assert record["cpu_seconds"] < 12.0
    assert record["adds_up"]
