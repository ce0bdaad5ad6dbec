"""Scenarios side by side: identical ones solved once, finished solves kept, folders, words, JSON, kill -9."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import openpyxl
import pytest

from optimizer.auditing import audit
from optimizer.errors import ProjectError
from optimizer.plan import Plan
from optimizer.project import Project
from optimizer.runs import read_run
from optimizer.scenarios import Comparison, StoppedError, compare, compare_runs, ladder
from optimizer.scenarios.assets import Assets, assets_of, common, without
from optimizer.scenarios.documents import DOCUMENTS, document, document_schema, generate_schema
from optimizer.scenarios.question import difference, question_key
from optimizer.scenarios.session import by_nearness
from optimizer.scenarios.workbooks import comparison_workbook
from optimizer.solution import Progress
from tests.conftest import Run
from tests.networks import four_sites_ring, problem

TWIN = "\n[scenarios.twin.requirements.export_400g]\nshare = 0.5\n"
"""Asks what the project asks anyway."""


@pytest.fixture
def twins(crossing: Path) -> Path:
    file = crossing / "project.toml"
    file.write_text(file.read_text(encoding="utf-8") + TWIN, encoding="utf-8")
    return crossing


@pytest.fixture
def solved(twins: Path) -> Comparison:
    return compare(Project.load(twins))


def test_identical_scenarios_are_solved_once(twins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import optimizer.scenarios.session as room

    asked: list[str] = []
    real: Callable[..., Plan] = room.solve

    def counted(question: Any, **options: Any) -> Plan:
        asked.append(question.scenario)
        return real(question, **options)

    monkeypatch.setattr(room, "solve", counted)
    found = compare(Project.load(twins), solves=twins / "kept")
    assert asked == ["base", "all_exports", "too_quick"]
    assert [s.same_as for s in found.scenarios] == [None, None, None, "base"]
    assert {s.name: s.status for s in found.scenarios} == {
        "base": "optimal", "too_quick": "infeasible", "all_exports": "optimal", "twin": "optimal",
    }  # fmt: skip
    again = compare(Project.load(twins), solves=twins / "kept")
    assert len(asked) == 3
    run = read_run(str(found.scenarios[2].run))  # a run like any other
    assert run.problem.scenario == "all_exports"
    assert audit(run.problem, run.plan) == []
    assert document("comparison", again) == document("comparison", found)


def test_what_changes_and_what_is_in_every_plan(solved: Comparison) -> None:
    """The crossing by hand: 2 km of road for 2,059 and one export for 700; all exports cost one more."""
    base, quick, every, twin = solved.scenarios
    assert base.objective == pytest.approx(2759.106, abs=1e-3)
    assert base.cost_groups == pytest.approx(
        {"New fibre": 2059.106, "Lit fibre": 0, "OXCs": 0, "400G exports": 700, "Access points": 0, "Operation": 0},
        abs=1e-3,
    )
    assert twin.assets == base.assets
    assert quick.objective is None
    assert quick.reasons
    (change,) = solved.changes
    assert (change.a, change.b, change.both) == ("base", "all_exports", 5)
    assert change.cost == pytest.approx(700.0)
    assert change.only_a == Assets()
    assert len(change.only_b.exports) == len(change.only_b) == 1
    assert [(c.name, c.a, c.b) for c in change.settings] == [("requirements.export_400g.share", 0.5, 1.0)]
    assert solved.no_regret == base.assets
    assert [(m.kind, m.plans) for m in solved.mixed] == [("exports", ("all_exports",))]
    assert every.settings == {"requirements.export_400g.share": 1.0}


def test_frames(solved: Comparison) -> None:
    goals = solved.goals_frame()
    assert goals.loc["400G exports", "all_exports"] == 1.0
    assert solved.quantities_frame().loc["New 400G exports"].tolist()[::2] == [1.0, 2.0]
    assets = solved.assets_frame()
    assert len(assets) == 6
    assert assets["all_exports"].all()
    assert not assets["base"].all()


def test_documents_are_as_their_schemas_say(solved: Comparison) -> None:
    jsonschema.validate(document("comparison", solved), document_schema("comparison"))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_schemas_are_those_of_the_types(name: str) -> None:
    assert document_schema(name) == generate_schema(name), "run python -m optimizer.scenarios.documents"
    jsonschema.Draft202012Validator.check_schema(document_schema(name))


def test_comparison_needs_two(twins: Path) -> None:
    with pytest.raises(ProjectError, match="needs two scenarios or more"):
        compare(Project.load(twins), ["base"])
    with pytest.raises(ProjectError, match="needs two runs or more"):
        compare_runs([twins])


def test_assets_as_sets() -> None:
    a, b = Assets(oxcs=("S1", "S2"), lit_links=("F1",)), Assets(oxcs=("S2", "S3"))
    assert without(a, b) == Assets(oxcs=("S1",), lit_links=("F1",))
    assert common([a, b]) == Assets(oxcs=("S2",))
    assert a.ids == ("F1", "S1", "S2")
    assert a.exact_ids == ("link:F1", "S1", "S2")


def test_questions_are_told_apart_by_what_they_ask() -> None:
    a = problem(four_sites_ring(), oxc_share={"share": 0.5})
    b = problem(four_sites_ring(), oxc_share={"share": 0.5})
    dearer = problem(four_sites_ring(), catalogue={"trench_km": 200.0}, oxc_share={"share": 0.5})
    more = problem(four_sites_ring(), oxc_share={"share": 0.6})
    lit = problem(four_sites_ring(lit_side=True), oxc_share={"share": 0.5})
    keys = [question_key(p) for p in (a, b, dearer, more, lit)]
    assert keys[0] == keys[1]
    assert len(set(keys)) == 4
    assert question_key(a, "budget", 5.0) not in {*keys, question_key(a, "budget", 6.0)}
    assert difference(a, b) == 0.0
    assert difference(a, dearer) == pytest.approx(0.5)
    assert difference(a, more) == pytest.approx(1 / 6)
    assert difference(a, lit) == 4.0
    assert by_nearness([a, lit, dearer, more]) == [0, 3, 2, 1]


def test_fixed_choices_name_one_link_alone() -> None:
    asked = problem(four_sites_ring(), fixed_choices={"must_build": ["link:S3-S4"]}, oxc_share={"share": 0.0})
    assert asked.links_by_id["link:S3-S4"] == asked.links_by_id["S3-S4"] == (2,)
    assert "S3-S4" in set(assets_of(_plan(asked)).built_links)


def _plan(asked: Any) -> Plan:
    from optimizer import solve

    return solve(asked)


def test_stopping_keeps_what_is_finished(twins: Path) -> None:
    said: list[str] = []

    def stop(_: Progress) -> bool:
        return any("base:" in line for line in said)

    with pytest.raises(StoppedError, match="the same command goes on"):
        compare(Project.load(twins), solves=twins / "kept", on_step=said.append, on_progress=stop)
    compare(Project.load(twins), solves=twins / "kept", on_step=said.append)
    assert sum("kept from before" in line for line in said) == 3  # the twin at once; base and the twin later
    folders = [f for f in (twins / "kept").iterdir() if not f.name.startswith(".")]
    assert len(folders) == 3


def test_broken_solves_are_made_anew(twins: Path) -> None:
    compare(Project.load(twins), ["base", "all_exports"], solves=twins / "kept")
    for file in (twins / "kept").glob("*/plan.json"):
        file.write_text("{", encoding="utf-8")
    said: list[str] = []
    found = compare(Project.load(twins), ["base", "all_exports"], solves=twins / "kept", on_step=said.append)
    assert not any("kept from before" in line for line in said)
    assert found.scenarios[0].objective == pytest.approx(2759.106, abs=1e-3)


# ---- the command line -------------------------------------------------------------------------------------------


def test_compare_says_what_it_found(metroplan: Run, twins: Path) -> None:
    result = metroplan("compare", twins)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[1:14] == [
        "Test: cost and quantities",
        "                                     base  too_quick  all_exports  twin (as base)",
        "Cost with operation           CNY 2.759 k          –  CNY 3.459 k     CNY 2.759 k",
        "of it capital                 CNY 2.759 k          –  CNY 3.459 k     CNY 2.759 k",
        "of it operation                     CNY 0          –        CNY 0           CNY 0",
        "Gap to the proven bound               0 %          –          0 %             0 %",
        "New fibre built, km                   2.1          –          2.1             2.1",
        "New links built                         4          –            4               4",
        "Existing fibre newly lit, km            0          –            0               0",
        "Existing links newly lit                0          –            0               0",
        "New OXCs                                0          –            0               0",
        "New 400G exports                        1          –            2               1",
        "Access points newly equipped            0          –            0               0",
    ]
    assert "base → all_exports  +CNY 700        5      =    =     =    +1 −0              =" in result.stdout
    folder = twins / "runs" / "comparison"
    names = ["comparison.json", "comparison.xlsx", "cost.png", "cost.svg", "map.html", "map.png", "report.html"]
    assert sorted(f.name for f in folder.iterdir()) == names
    told = metroplan("compare", twins, "--scenarios", "base,all_exports", "--json")
    made = json.loads(told.stdout)
    jsonschema.validate(made, document_schema("comparison"))
    assert [s["name"] for s in made["scenarios"]] == ["base", "all_exports"]
    assert json.loads((folder / "comparison.json").read_text(encoding="utf-8")) == made


def test_compare_takes_runs(metroplan: Run, finished_run: Path, twins: Path, tmp_path: Path) -> None:
    assert metroplan("solve", twins, "-s", "all_exports", "-o", tmp_path / "all").exit_code == 0
    result = metroplan("compare", finished_run, tmp_path / "all", "--json", "-o", tmp_path / "both")
    made = json.loads(result.stdout)
    assert [s["name"] for s in made["scenarios"]] == ["base", "all_exports"]
    assert made["changes"][0]["cost"] == pytest.approx(700.0)
    assert (tmp_path / "both" / "map.png").is_file()


def test_compare_refuses_wrong_use(metroplan: Run, twins: Path, finished_run: Path, tmp_path: Path) -> None:
    result = metroplan("compare", twins, "--scenarios", "base,alexports")
    assert result.exit_code == 2
    assert "Did you mean 'all_exports'?" in " ".join(result.stderr.split())
    assert metroplan("compare", finished_run).exit_code == 2
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").write_text("keep me", encoding="utf-8")
    result = metroplan("compare", twins, "-o", tmp_path / "mine")
    assert result.exit_code == 1
    assert "holds no earlier comparison and is not written over" in result.stderr
    assert (tmp_path / "mine" / "notes.txt").is_file()


def test_ladder_says_what_it_found(metroplan: Run, crossing: Path) -> None:
    result = metroplan("ladder", crossing, "--budgets", "1000,3000")
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[1] == "Test, scenario base: budget steps"
    assert re.split(r"  +", lines[3].strip())[:5] == ["CNY 1.000 k", "too small", "0.0 %", "0.0 %", "0"]
    assert re.split(r"  +", lines[4].strip())[:5] == ["CNY 3.000 k", "CNY 2.759 k", "100.0 %", "100.0 %", "0"]
    assert (crossing / "runs" / "ladder" / "ladder.png").is_file()
    made = json.loads(metroplan("ladder", crossing, "--budgets", "1000,3000", "--json").stdout)
    jsonschema.validate(made, document_schema("ladder"))
    assert [s["budget"] for s in made["steps"]] == [1000.0, 3000.0]
    wanted = {"budget", "cost", "built", "goals", "free_optimum", "nesting_price"}
    assert all(wanted <= step.keys() for step in made["steps"])
    assert len(made["steps"][1]["built"]) == 5
    assert metroplan("ladder", crossing, "--budgets", "much").exit_code == 2


def test_front_sensitivity_and_phases_say_what_they_found(metroplan: Run, crossing: Path) -> None:
    file = crossing / "project.toml"
    years = "\n[phases.2026]\nbudget = 2500\nrequirements.export_400g.share = 0\n\n[phases.2027]\n"
    file.write_text(file.read_text(encoding="utf-8") + years, encoding="utf-8")
    front = metroplan("front", crossing, "--goal", "export_400g", "--values", "0.5,1")
    assert "100 %  CNY 3.459 k      CNY 3.459 k  0 %    100 %          +CNY 700       6  yes" in front.stdout
    prices = metroplan("sensitivity", crossing, "--prices", "trench_km")
    assert prices.exit_code == 0, prices.stderr
    assert re.search(r"trench_km +1,000 CNY per km +CNY 2.059 k +CNY 2.141 k +the same +CNY 3.377 k", prices.stdout)
    phases = metroplan("phases", crossing)
    assert re.search(r"2026 +CNY 2.500 k +CNY 2.059 k +CNY 2.059 k +CNY 2.059 k +CNY 2.059 k +4", phases.stdout)
    assert "proven optimal (gap 0 %)" in phases.stdout
    for kind, more in (
        ("front", ["--goal", "export_400g", "--values", "0.5,1"]),
        ("sensitivity", ["--prices", "trench_km"]),
        ("phases", []),
    ):
        made = json.loads(metroplan(kind, crossing, *more, "--json").stdout)
        jsonschema.validate(made, document_schema(kind))
    files = {f.name for f in (crossing / "runs" / "phases").iterdir()}
    assert {"map-2026.png", "map-2027.png", "works.svg", "spending.png", "phases.json", "report.html"} <= files


def test_phases_without_the_section_say_so(metroplan: Run, crossing: Path) -> None:
    result = metroplan("phases", crossing)
    assert result.exit_code == 1
    assert "has no section [phases]" in result.stderr


def test_a_ladder_goes_on_where_it_stopped(crossing: Path) -> None:
    said: list[str] = []
    ladder(Project.load(crossing), [2300.0, 3000.0], solves=crossing / "kept")
    ladder(Project.load(crossing), [2300.0, 3000.0], solves=crossing / "kept", on_step=said.append)
    assert all("kept from before" in line for line in said)
    assert len(said) == 2


@pytest.mark.slow
def test_killed_comparison_goes_on(twins: Path) -> None:
    """Kill -9 after the first plan is kept; the same command takes it from there."""
    first = _killed_after(twins, "scenario base: CNY")
    kept = {f: f.stat().st_mtime_ns for f in (twins / "runs" / "solves").glob("*/plan.json")}
    assert len(kept) >= 1
    assert not (twins / "runs" / "comparison").exists()
    again = subprocess.run(_command(twins), capture_output=True, text=True, timeout=300, check=True)
    assert "scenario base: kept from before" in again.stderr
    assert {f: f.stat().st_mtime_ns for f in kept} == kept
    assert (twins / "runs" / "comparison" / "comparison.json").is_file()
    assert not list((twins / "runs" / "solves").glob(".*")), "leftovers of the killed run"
    assert first == -signal.SIGKILL


def _command(project: Path) -> list[str]:
    return [sys.executable, "-m", "optimizer.cli", "compare", str(project)]


def _killed_after(project: Path, words: str) -> int:
    """Start a comparison, kill it when it has said some words, and return its exit code."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(_command(project), stderr=subprocess.PIPE, text=True, env=environment) as running:
        assert running.stderr is not None
        for line in _lines(running.stderr):
            if words in line:
                os.kill(running.pid, signal.SIGKILL)
                break
        return running.wait(timeout=60)


def _lines(stream: Any) -> Iterator[str]:
    until = time.monotonic() + 240
    for line in stream:
        yield line
        assert time.monotonic() < until


def test_a_scenario_may_change_layers_and_network(metroplan: Run, crossing: Path) -> None:
    """Laid length half as much again; and a file of its own for the centers, which a run keeps."""
    (crossing / "other.gpkg").write_bytes((crossing / "centers.gpkg").read_bytes())
    file = crossing / "project.toml"
    more = '\n[scenarios.long.network]\nslack = 1.5\n\n[scenarios.moved.layers.centers]\nfile = "other.gpkg"\nlayer = "centers"\n'
    file.write_text(file.read_text(encoding="utf-8") + more, encoding="utf-8")
    found = compare(Project.load(crossing), ["base", "long", "moved"])
    base, long, moved = found.scenarios
    assert long.quantities["built_km"] == pytest.approx(1.5 * base.quantities["built_km"])
    assert long.objective == pytest.approx(700 + 1.5 * 2059.106, abs=1e-2)
    assert moved.same_as == "base"
    assert metroplan("solve", crossing, "-s", "moved", "-o", crossing / "plan").exit_code == 0
    assert (crossing / "plan" / "project" / "other.gpkg").is_file()
    assert metroplan("audit", crossing / "plan").exit_code == 0
    file.write_text(file.read_text(encoding="utf-8").replace("other.gpkg", "gone.gpkg"), encoding="utf-8")
    result = metroplan("compare", crossing, "--scenarios", "base,moved")
    assert result.exit_code == 1
    assert "gone.gpkg" in result.stderr


def rows_of(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the values of every sheet, heads and data."""
    book = openpyxl.load_workbook(file, read_only=True)
    return {page.title: [row for row in page.iter_rows(min_row=3, values_only=True) if any(row)] for page in book}


def test_workbooks_have_the_numbers_of_the_documents(metroplan: Run, crossing: Path, solved: Comparison) -> None:
    assert metroplan("ladder", crossing, "--budgets", "1000,3000").exit_code == 0
    sheets = rows_of(crossing / "runs" / "ladder" / "ladder.xlsx")
    made = json.loads((crossing / "runs" / "ladder" / "ladder.json").read_text(encoding="utf-8"))
    steps = sheets["Steps"]
    assert steps[0][:6] == ("Budget", "Cost", "Score", "Free optimum", "Price of nesting", "Assets so far")
    assert [row[1] for row in steps[1:]] == pytest.approx([s["cost"] for s in made["steps"]])
    assert {row[2] for row in sheets["Added"][1:]} == set(made["steps"][1]["built"])
    assert metroplan("front", crossing, "--goal", "export_400g", "--values", "0.5,1").exit_code == 0
    sheets = rows_of(crossing / "runs" / "front" / "front.xlsx")
    points = json.loads((crossing / "runs" / "front" / "front.json").read_text(encoding="utf-8"))["points"]
    assert sheets["Points"][0] == ("Asked", "Cost", "Proven at least", "Gap", "Reached", "Efficient")
    assert [row[1] for row in sheets["Points"][1:]] == pytest.approx([p["cost"] for p in points])
    assert {row[2] for row in sheets["Built"][1:] if row[0] == 1.0} == set(points[-1]["built"])
    comparison_workbook(solved, crossing / "comparison.xlsx")
    sheets = rows_of(crossing / "comparison.xlsx")
    assert sheets["Goals"][0] == ("Goal", *(s.name for s in solved.scenarios))
    costs = [s.objective for s in solved.scenarios if s.objective is not None]
    assert [cell for cell in sheets["Quantities"][1][1:] if cell is not None] == pytest.approx(costs)
    assert len(sheets["Assets"]) == 1 + len(solved.assets_frame())


def test_weights_of_a_ladder(metroplan: Run, crossing: Path) -> None:
    made = json.loads(
        metroplan("ladder", crossing, "-b", "3000", "-w", "export_400g=2,interconnect_latency=0.5", "--json").stdout
    )
    assert made["weights"] == {"export_400g": 2.0, "interconnect_latency": 0.5}
    assert metroplan("ladder", crossing, "-b", "3000", "--weights", "export_400g").exit_code == 2
    assert metroplan("ladder", crossing, "-b", "3000", "--weights", "export_400g=much").exit_code == 2
    wrong = metroplan("ladder", crossing, "-b", "3000", "--weights", "export=2")
    assert wrong.exit_code == 1
    assert "weights names 'export', which is no goal of this project" in wrong.stderr
