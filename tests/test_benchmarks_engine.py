"""The suite of the engine: Steiner trees, generated instances, projects, traces, targets, tables and the figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx as nx
import numpy as np
import pytest

from benchmarks import suite
from benchmarks.__main__ import main
from benchmarks.cases import CASES
from benchmarks.cases.metro import MetroCase
from benchmarks.engine_table import engine_table
from benchmarks.figure import draw, parts_of
from benchmarks.generate import COUNTS, counts, generated
from benchmarks.instance import InstanceError, data_folder, read_instance
from benchmarks.measure import measure
from benchmarks.metro import metro_question
from benchmarks.project import project_question
from benchmarks.steinlib import read_stp, steiner_question, tree_breaches
from benchmarks.targets import TARGETS, Goal, holds
from benchmarks.trace import Trace, seconds_to
from geo_data.examples import example_folder
from optimizer.solution import Progress

STP = """33D32945 STP File, STP Format Version 1.0

SECTION Comment
Name    "Star"  # three terminals around a fourth node
END
SECTION Graph
Nodes 4
Edges 6
E 1 2 5
E 2 3 5
E 1 3 5
E 1 4 2
E 2 4 3
E 3 4 3
END
SECTION Terminals
Terminals 3
T 1
T 2
T 3
END
EOF
"""
"""By hand: over node 4 for 2 + 3 + 3 = 8; two sides of the triangle cost 10."""


@pytest.fixture
def star(tmp_path: Path) -> Path:
    """Return the star as a file."""
    path = tmp_path / "star.stp"
    path.write_text(STP)
    return path


def data() -> Path:
    """Return the data folder or skip, saying why."""
    try:
        return data_folder()
    except InstanceError as error:
        pytest.skip(str(error))


def record(case: str = "metro-300", **changes: Any) -> dict[str, Any]:
    """Return a record: 0.5 % after 10 s, proven after 14 s, half of the cost forced."""
    return {
        "case": case, "seed": None, "status": "optimal", "nodes": 300, "links": 554, "objective": 1000.0,
        "bound": 1000.0, "gap": 0.0, "variable_gap": 0.0, "seconds": 14.2, "first_plan_seconds": 0.5, "peak_mb": 400.0,
        "audited": True, "time_limit_s": 60.0, "forced_cost": 500.0,
        "reached": {"5 %": 1.0, "1 %": 10.0, "0.1 %": 12.0, "proven": 14.0},
        "phases": {"kernels": 3.0, "build": 0.2, "reduce": 1.0, "LP": 8.0, "branch": 5.0, "new thing": 2.0},
        "trace": [[1.0, 1000.0, 960.0], [10.0, 1000.0, 995.0], [12.0, 1000.0, 999.5], [14.0, 1000.0, 1000.0]],
    } | changes  # fmt: skip


@pytest.mark.parametrize("solver", ["engine", "highs", "pulp:CBC"])
def test_a_steiner_tree_solved_by_hand(star: Path, solver: str) -> None:
    tree = read_stp(star)
    assert (tree.name, tree.n_nodes, len(tree.edges), tree.terminals) == ("Star", 4, 6, (0, 1, 2))
    found = measure("star", steiner_question(tree), solver=solver, time_limit_s=60.0)
    assert (found.status, found.objective, found.audited) == ("optimal", pytest.approx(8.0), True)
    assert (found.nodes, found.links, found.forced_cost) == (4, 6, 0.0)


def test_steinerpy_finds_the_same_tree(star: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("steinerpy", reason="steinerpy is not installed: pip install steinerpy")
    found = measure("star", steiner_question(read_stp(star)), solver="steinerpy", time_limit_s=60.0)
    assert (found.status, found.objective, found.audited) == ("optimal", pytest.approx(8.0), True)
    assert found.solver.startswith("steinerpy ")
    with pytest.raises(ValueError, match="steinerpy solves Steiner tree problems only"):
        measure(
            "metro",
            metro_question(MetroCase(name="m", nodes=100, time_limit_s=1.0, seed=1).instance()),
            solver="steinerpy",
        )
    monkeypatch.setattr("benchmarks.steiner_py.find_spec", lambda _: None)
    with pytest.raises(ValueError, match="'steinerpy' is not installed: `pip install steinerpy`"):
        measure("star", steiner_question(read_stp(star)), solver="steinerpy")


def test_an_stp_file_runs_from_the_command_line(star: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--instance", str(star), "--solver", "highs", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["case"], found["objective"], found["audited"]) == ("star", pytest.approx(8.0), True)
    assert found["reached"]["proven"] is not None


def test_the_audit_of_trees_catches_what_is_wrong(star: Path) -> None:
    tree = read_stp(star)
    best = [tree.edges[k] for k in (3, 4, 5)]
    assert tree_breaches(tree, best, 8.0) == []
    assert tree_breaches(tree, best[:2], 5.0) == ["terminal 3 is not connected"]
    assert tree_breaches(tree, best, 7.0) == ["the edges cost 8.0000, but 7.0000 is claimed"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SECTION Graph", "is no .stp file: it has to begin with '33D32945 STP File'"),
        (STP.replace("T 3", "T 5"), "names node 5, but has nodes 1 to 4"),
        (STP.replace("T 1\nT 2\nT 3\n", ""), "has no terminal"),
        (STP.replace("E 1 2 5", "A 1 2 5"), "it has arcs; only undirected problems are read"),
        (STP.replace("E 1 2 5", "E 1 2"), "has a line that cannot be read"),
        (STP.replace("E 1 2 5", "E 1 2 -5"), "has an edge of negative cost"),
    ],
)
def test_broken_stp_files_are_explained(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "broken.stp"
    path.write_text(text)
    with pytest.raises(InstanceError, match=message):
        read_stp(path)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", "--instance", "x.stp", "--no-circle"], "say nothing about a Steiner tree problem"),
        (["run", "--instance", "x.json", "--seed", "2"], "--seed goes with a metro case"),
        (["run", "steinlib-b01", "--seed", "2"], "Case 'steinlib-b01' has no generated instances"),
        (["table", "engine", "--cases", "metro-7*"], "'metro-7*' fits no case of the suite"),
        (["table", "engine", "--time-scale", "0"], "--time-scale is 0.0; it must be above 0."),
        (["generate", "--nodes", "5", "--seed", "1", "-o", "x.json"], "5 nodes was asked for; it needs at least 20"),
    ],
)
def test_wrong_use_is_explained(
    arguments: list[str],
    message: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("x.json").write_text("{}")
    Path("x.stp").write_text(STP)
    assert main(arguments) == 2
    assert message in capsys.readouterr().err


def test_every_steinlib_case_is_the_file_it_names() -> None:
    folder = data() / "steinlib"
    told = {
        line.split(",")[1].removesuffix(".stp"): [float(v) for v in line.split(",")[2:6]]
        for line in (folder / "optima.csv").read_text().splitlines()[1:]
    }
    trees = [case for case in CASES if case.is_steiner]
    assert len(trees) == 38
    for case in trees:
        question = case.question()
        nodes, links, terminals, optimum = told[case.name.removeprefix("steinlib-")]
        assert (question.nodes, question.links, len(question.model.demands) + 1) == (nodes, links, terminals)
        assert case.known.objective == case.known.bound == optimum


def test_a_generated_instance_is_like_the_shared_one() -> None:
    """Counts and parameters equal; links, existing links and the sum of all costs within a tenth."""
    folder = data() / "metro"
    for nodes in (100, 300, 1000):
        shared = read_instance(folder / f"gabriel-{nodes}.json.gz")
        made = MetroCase(name="m", nodes=nodes, time_limit_s=1.0, seed=7).instance()
        assert made.parameters == shared.parameters
        for name in ("centers", "sites", "places", "pairs", "large_pairs"):
            assert len(getattr(made, name)) == len(getattr(shared, name)), name
        assert len(made.links) == pytest.approx(len(shared.links), rel=0.1)
        existing = [sum(k.cost < 100 * k.km for k in i.links) / len(i.links) for i in (made, shared)]
        assert existing == pytest.approx([0.36, 0.35], abs=0.03)
        cost = [sum(k.cost for k in i.links) for i in (made, shared)]
        assert cost[0] == pytest.approx(cost[1], rel=0.15)


def test_generated_instances_are_gabriel_graphs_and_the_same_again() -> None:
    made = generated(200, 3)
    assert made == generated(200, 3)
    assert made != generated(200, 4)
    xy = np.array(made["nodes"])
    links = {(k["a"], k["b"]) for k in made["links"]}
    for a in range(0, 200, 7):
        for b in range(a + 1, 200):
            middle, radius = (xy[a] + xy[b]) / 2, np.hypot(*(xy[a] - xy[b])) / 2
            away = np.hypot(*(xy - middle).T)
            away[[a, b]] = np.inf
            assert ((a, b) in links) == bool(away.min() >= radius)
    assert nx.is_connected(nx.Graph(sorted(links)))
    assert all(1.0 <= k["km"] / np.hypot(*(xy[k["a"]] - xy[k["b"]])) <= 1.251 for k in made["links"])


def test_counts_between_the_sizes() -> None:
    assert counts(300) == COUNTS[300] == (15, 30, 150)
    assert counts(550) == (21, 43, 275)


def test_a_generated_file_is_an_instance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "made.json.gz"
    assert main(["generate", "--nodes", "40", "--seed", "5", "-o", str(path)]) == 0
    assert capsys.readouterr().out.strip() == str(path)
    assert read_instance(path) == MetroCase(name="m", nodes=40, time_limit_s=1.0, seed=5).instance()


def test_a_share_of_the_pairs_is_asked_and_audited() -> None:
    """With every limit impossible no pair is met; the audit counts what the share asks."""
    instance = MetroCase(name="m", nodes=40, time_limit_s=1.0, seed=5).instance()
    half = measure("half", metro_question(instance, circle=False, pair_share=0.5), time_limit_s=60.0)
    whole = measure("whole", metro_question(instance, circle=False), time_limit_s=60.0)
    assert half.audited
    assert whole.audited
    assert half.objective is not None
    assert whole.objective is not None
    assert half.objective <= whole.objective + 1e-6


def test_a_project_is_a_question_with_goals_changed() -> None:
    folder = example_folder("wuhan-core")
    question = project_question(folder, {"interconnect_latency": {"limit_us": 60.0}}, "core")
    limits = {d.limit_us for d in question.model.demands if d.label.startswith(("pair", "relation", "interconnect"))}
    assert 60.0 in limits or any(d.limit_us == 60.0 for d in question.model.demands)
    assert question.seconds.keys() == {"read", "build"}
    # 8 major sites, one OXC of today: three new ones; 5 medium and larger centers, one with 400G: two more
    model = question.model
    oxc = sorted(c for n, c in zip(model.names, model.cost, strict=True) if n.startswith("oxc[") and c > 0)
    export = sorted(c for n, c in zip(model.names, model.cost, strict=True) if n.startswith("export[") and c > 0)
    assert question.forced_cost == pytest.approx(sum(oxc[:3]) + sum(export[:2]), rel=1e-9)


def test_a_trace_keeps_what_shrinks_the_gap() -> None:
    trace = Trace(0.0)
    for objective, bound in ((np.inf, 10.0), (100.0, 90.0), (100.0, 90.01), (100.0, 97.0), (100.0, 100.0)):
        trace.add(objective, bound)
    assert [p[1:] for p in trace.points] == [(100.0, 90.0), (100.0, 97.0), (100.0, 100.0)]
    points = [(1.0, 100.0, 90.0), (2.0, 100.0, 97.0), (5.0, 100.0, 100.0)]
    assert [seconds_to(points, g) for g in (0.1, 0.05, 0.01)] == [1.0, 2.0, 5.0]
    assert seconds_to(points, 0.05, forced_cost=50.0) == 5.0  # (100 - 97) / 50 is 6 %
    assert seconds_to(points[:2], 0.01) is None


def test_a_trace_cancels_once_it_is_time() -> None:
    trace = Trace(0.0, cancel_after_s=2.0)
    told = [trace.on_progress(Progress("cuts", seconds, 10.0, 9.0)) for seconds in (1.0, 2.0, 3.0)]
    assert told == [False, True, True]
    assert Trace(0.0).on_progress(Progress("cuts", 9.0, 10.0, 9.0)) is False


def test_a_record_tells_how_long_cancelling_took(star: Path) -> None:
    question = steiner_question(read_stp(star))
    stopped = measure("star", question, solver="highs", cancel_after_s=0.0)
    assert stopped.cancel_seconds is None or stopped.cancel_seconds < 1.0  # solved before it could be asked
    assert measure("star", question).cancel_seconds is None


@pytest.mark.parametrize(
    ("changes", "goal", "answer"),
    [
        ({}, Goal(0.0, 15.0), True),
        ({}, Goal(0.0, 13.0), False),
        ({}, Goal(0.005, 10.0), True),
        ({}, Goal(0.005, 10.0, variable_gap=0.005), False),
        ({}, Goal(0.005, 15.0, variable_gap=0.005), True),
        ({"audited": False}, Goal(0.0, 15.0), False),
        ({}, Goal(0.0, 15.0, peak_mb=300.0), False),
        ({}, Goal(0.0, 15.0, first_plan_seconds=0.4), False),
        ({"status": "feasible", "time_limit_s": 13.0, "trace": [[1.0, 1000.0, 960.0]]}, Goal(0.0, 15.0), None),
        ({"status": "feasible", "trace": [[1.0, 1000.0, 960.0]]}, Goal(0.0, 15.0), False),
        ({"status": "failed", "objective": None}, Goal(0.0, 15.0), False),
    ],
)
def test_targets_hold_or_fail_or_stay_open(changes: dict[str, Any], goal: Goal, answer: bool | None) -> None:
    assert holds(record(**changes), goal) is answer


def test_targets_name_cases_that_have_time_for_them() -> None:
    limits = {case.name: case.time_limit_s for case in CASES}
    for name, target in TARGETS.items():
        own = [
            s for case, s in limits.items() if case == name or (name.startswith("steinlib") and case.startswith(name))
        ]
        assert own
        assert min(own) >= max(target.must.seconds, target.aim.seconds), name


def test_the_table_shows_targets_sets_and_seeds() -> None:
    trees = [record(f"steinlib-b{k:02d}", seconds=float(k), time_limit_s=60.0) for k in (1, 2)]
    trees[1] |= {"status": "feasible", "gap": 0.02, "variable_gap": 0.02, "trace": [[1.0, 1.0, 0.98]]}
    seeds = [record(seed=k, seconds=s) for k, s in ((1, 10.0), (2, 30.0), (3, 20.0))]
    failed = {"case": "metro-1000", "seed": None, "status": "failed", "time_limit_s": 300.0}
    rows = engine_table([record(), *trees, *seeds, failed]).splitlines()[2:]
    cells = [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]
    assert cells[0] == [
        "metro-300", "300 / 554", "proven", "0 %", "0 %", "14.2", "0.5", "400", "proven in 15 s", "proven in 15 s",
        "holds", "proven in 3 s", "**fails**",
    ]  # fmt: skip
    assert cells[1][:4] == ["metro-1000", "-", "failed", "-"]
    assert cells[1][10] == "**fails**"
    assert cells[2][:6] == ["steinlib-b, worst of 2", "300 / 554", "1 of 2 proven", "2.0 %", "2.0 %", "2.0"]
    assert cells[2][10] == "**fails** (1 of 2)"
    assert [row[0] for row in cells[3:]] == ["metro-300, 3 seeds, median", "metro-300, 3 seeds, worst"]
    assert [row[5] for row in cells[3:]] == ["20.0", "30.0"]


def test_records_that_are_kept_do_not_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []

    def run_child(arguments: list[str], timeout_s: float | None = None) -> dict[str, Any]:
        ran.append(arguments)
        limit = float(arguments[-1])
        if arguments[0] == "metro-1000" and limit > 1.0:
            raise RuntimeError("The run of 'metro-1000' failed with exit code -9.")
        return record(arguments[0], time_limit_s=limit)

    monkeypatch.setattr(suite, "run_child", run_child)
    file = tmp_path / "records.jsonl"
    runs = suite.chosen_runs(suite.SUITE, ["metro-300", "metro-1000"])
    assert len(runs) == 2 + 10
    first = suite.records_of(runs[:2], 0.5, file)
    assert [(r["case"], r["status"], r["time_limit_s"]) for r in first] == [
        ("metro-300", "optimal", 30.0),
        ("metro-1000", "failed", 150.0),
    ]
    assert ran == [
        ["metro-100", "--seed", "1", "--time-limit", "1"],
        ["metro-300", "--time-limit", "30.0"],
        ["metro-1000", "--time-limit", "150.0"],
    ]
    assert len(file.read_text().splitlines()) == 1
    ran.clear()
    assert suite.records_of(runs[:1], 0.5, file) == first[:1]
    assert ran == []
    suite.records_of(runs[:1], 1.0, file)
    assert ran[1:] == [["metro-300", "--time-limit", "60.0"]]


def test_the_figure_tells_sizes_gaps_and_where_the_time_goes(tmp_path: Path) -> None:
    slow = record("metro-1000", nodes=1000, reached={"5 %": 3.0, "1 %": 80.0, "0.1 %": None, "proven": None})
    path = tmp_path / "engine.svg"
    draw([record(), record(seed=2, seconds=9.0), slow, record("steinlib-b01")], path)
    said = " ".join("".join(e.itertext()) for e in ET.parse(path).iter() if e.tag.endswith("text"))
    comments = path.read_text()
    for words in ("Time to a proven gap", "Where the time goes", "metro-1000", "not all:", "proven"):
        assert words in said or words in comments
    with pytest.raises(ValueError, match="No record of a metro case"):
        draw([record("steinlib-b01")], path)


def test_phases_are_counted_once_and_unknown_ones_are_other() -> None:
    parts = parts_of(record())
    assert parts["LP"] == 8.0
    assert parts["branch"] == 5.0
    assert parts["other"] == 2.2
    assert sum(parts.values()) == pytest.approx(16.2)


@pytest.mark.slow
def test_the_command_makes_table_and_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data()
    records, figure = tmp_path / "records.jsonl", tmp_path / "engine.png"
    which = ["--cases", "metro-100-nocircle", "metro-100", "steinlib-b01", "--records", str(records)]
    assert main(["table", "engine", *which]) == 0
    said = capsys.readouterr().out
    assert "| metro-100-nocircle | 100 / 177 | proven |" in said
    assert "1 of 1 proven" in said
    assert main(["figure", "engine", *which, "-o", str(figure)]) == 0
    assert figure.read_bytes()[:4] == b"\x89PNG"
