"""Every command: what it says, its JSON, its exit codes."""

from __future__ import annotations

import json
import math
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from optimizer.cli.app import COMMANDS
from optimizer.errors import AuditError, NoPlanError
from optimizer.plan import plan_schema
from optimizer.solution import Solution
from tests.conftest import Run

NAMES = [command.__name__ for command, _ in COMMANDS]


def document(result: Result) -> dict[str, Any]:
    """Return the one JSON document on standard output."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def change(project: Path, old: str, new: str) -> None:
    """Change the project file."""
    file = project / "project.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself_with_an_example(metroplan: Run, name: str) -> None:
    result = metroplan(name, "--help")
    assert result.exit_code == 0
    assert re.search(rf"Example:\n +metroplan {name} \S+", result.stdout)
    assert "--json" in result.stdout


def test_version(metroplan: Run) -> None:
    assert re.fullmatch(r"metroplan \d+\.\d+\.\d+\n", metroplan("--version").stdout)


def test_unknown_command_is_wrong_use(metroplan: Run) -> None:
    result = metroplan("slove", ".")
    assert result.exit_code == 2
    assert "Did you mean 'solve'?" in result.stderr


def test_a_project_that_is_not_there_is_wrong_use(metroplan: Run, tmp_path: Path) -> None:
    result = metroplan("check", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
    result = metroplan("check", tmp_path)
    assert result.exit_code == 2
    assert "holds no project.toml. `metroplan init DIR --example wuhan` makes" in " ".join(result.stderr.split())


def test_init_copies_an_example(metroplan: Run, tmp_path: Path) -> None:
    folder = tmp_path / "new"
    result = metroplan("init", folder)
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        f"Made '{folder}' from the example 'wuhan-core'.",
        f"Next: metroplan check {folder}, then metroplan solve {folder}",
    ]
    assert (folder / "project.toml").is_file()
    again = metroplan("init", folder)
    assert again.exit_code == 2
    assert "is a folder that is not empty" in again.stderr


def test_init_suggests_the_nearest_example(metroplan: Run, tmp_path: Path) -> None:
    result = metroplan("init", tmp_path / "new", "--example", "wuhan-cor")
    assert result.exit_code == 2
    words = " ".join(result.stderr.split())
    assert "There is no example 'wuhan-cor'. Did you mean 'wuhan-core'? Known: wuhan, wuhan-core." in words
    made = document(metroplan("init", tmp_path / "new", "--json"))
    assert made == {"project": str(tmp_path / "new" / "project.toml"), "example": "wuhan-core"}


def test_check_of_good_data(metroplan: Run, crossing: Path) -> None:
    result = metroplan("check", crossing)
    assert result.exit_code == 0
    assert re.search(r"0 errors, \d+ warnings?, \d+ notes?|Nothing found", result.stdout)
    found = document(metroplan("check", crossing / "project.toml", "--json"))
    assert found["ok"] is True
    assert found["errors"] == 0


def test_check_tells_everything_at_once(metroplan: Run, crossing: Path) -> None:
    change(crossing, 'file = "metro_sites.gpkg"', 'file = "gone.gpkg"\nencodin = "UTF-8"')
    change(crossing, "slack = 1.0", "slak = 1.0")
    result = metroplan("check", crossing, "--json")
    assert result.exit_code == 1
    told = json.dumps(document(result)["findings"])
    assert "Did you mean 'encoding'?" in told
    assert "Did you mean 'slack'?" in told
    text = metroplan("check", crossing)
    assert text.exit_code == 1
    assert "2 errors" in text.stdout or "3 errors" in text.stdout


def test_check_finds_wrong_goals_of_every_scenario(metroplan: Run, crossing: Path) -> None:
    change(crossing, "[requirements.export_400g]", "[requirements.export_400]")
    change(crossing, "limit_us = 12", "limit = 12")
    result = metroplan("check", crossing)
    assert result.exit_code == 1
    assert "Did you mean 'export_400g'?" in result.stdout
    assert "Did you mean 'limit_us'?" in result.stdout


@pytest.mark.parametrize("command", ["solve", "assess"])
def test_data_and_goals_are_told_in_one_report(metroplan: Run, crossing: Path, command: str) -> None:
    change(crossing, "slack = 1.0", "slak = 1.0")
    change(crossing, "[requirements.export_400g]", "[requirements.export_400]")
    result = metroplan(command, crossing)
    assert result.exit_code == 1
    assert "Did you mean 'slack'?" in result.stderr
    assert "Did you mean 'export_400g'?" in result.stderr


def test_check_as_a_page(metroplan: Run, crossing: Path) -> None:
    change(crossing, 'file = "centers.gpkg"', 'file = "<gone>.gpkg"')
    result = metroplan("check", crossing, "--format", "html")
    assert result.exit_code == 1
    assert result.stdout.startswith("<!doctype html>")
    assert "&lt;gone&gt;.gpkg" in result.stdout
    assert '<td class="error" data-key="0">error</td>' in result.stdout


def test_broken_project_file_is_told_once(metroplan: Run, crossing: Path) -> None:
    (crossing / "project.toml").write_text("[project\n", encoding="utf-8")
    found = document(metroplan("check", crossing, "--json"))["findings"]
    assert [f["code"] for f in found] == ["project-syntax"]
    result = metroplan("solve", crossing)
    assert result.exit_code == 1
    assert "is not valid TOML" in result.stderr


def test_assess_measures_today(metroplan: Run, crossing: Path) -> None:
    result = metroplan("assess", crossing)
    assert result.exit_code == 0
    assert "NOT MET  Interconnection latency  asked 100 %    reached 0 of 1 relations (0 %)" in result.stdout
    assert "Relations that comply today: 0 of 1." in result.stdout
    found = document(metroplan("assess", crossing, "--json"))
    assert {g["name"]: g["met"] for g in found["goals"]} == {
        "connected_centers": False, "interconnect_latency": False, "export_400g": False,
    }  # fmt: skip
    assert [r["met"] for r in found["relations"]] == [False]


def test_assess_writes_report_and_map(metroplan: Run, crossing: Path) -> None:
    folder = crossing / "today"
    result = metroplan("assess", crossing, "-o", folder)
    assert result.exit_code == 0
    assert sorted(p.name for p in folder.iterdir()) == ["map.html", "map.png", "report.html"]
    assert str(folder / "report.html") in result.stdout
    assert metroplan("assess", crossing, "-o", folder).exit_code == 1


def test_solve_finds_the_plan_known_by_hand(metroplan: Run, crossing: Path) -> None:
    result = metroplan("solve", crossing)
    assert result.exit_code == 0
    assert result.stdout.startswith("\nTest, scenario base: Proven optimal")
    assert "met      400G exports             asked ≥ 50 %   reached 1 of 2 centers (50 %)" in result.stdout
    assert re.search(r"^\[ +\d+\.\d s\] .* plan CNY 2\.7\d+ k +bound .* gap", result.stderr, flags=re.MULTILINE)
    (run,) = (crossing / "runs").iterdir()
    assert re.fullmatch(r"test-base-\d{8}-\d{6}-[0-9a-f]{6}", run.name)
    plan = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    # 2 km of road at 1,000 and one export at 700; two lead-ins of 30 m
    assert plan["objective"] == pytest.approx(2 * 1000 + 700 + 0.06 * 1000, rel=2e-3)
    assert plan["objective"] == pytest.approx(sum(line["total"] for line in plan["cost"]))
    assert [(r["a"], r["b"], r["met"]) for r in plan["relations"]] == [("C1", "C2", True)]


def test_solve_as_json(metroplan: Run, crossing: Path) -> None:
    result = metroplan("solve", crossing, "--scenario", "all_exports", "-o", crossing / "run", "--json")
    assert result.exit_code == 0
    found = document(result)
    assert result.stderr == ""
    assert found["run"] == str(crossing / "run")
    assert (found["scenario"], found["status"], found["currency"]) == ("all_exports", "optimal", "CNY")
    assert found["gap"] <= 1e-6
    assert found["objective"] == pytest.approx(2 * 1000 + 2 * 700 + 0.06 * 1000, rel=2e-3)
    assert {"plan.json", "map.html", "report.html", "bom.xlsx"} <= set(found["files"])


def test_solve_within_a_budget(metroplan: Run, crossing: Path) -> None:
    # the links cost 2 x 1000 + 60; either export 700
    result = metroplan("solve", crossing, "--scenario", "all_exports", "--budget", "3000", "-o", crossing / "run")
    assert result.exit_code == 0
    assert "Within the budget of CNY 3.000 k: the goals are reached to 75 %" in result.stdout
    assert "Score:  75.00% of the goals" in result.stdout
    found = document(metroplan("solve", crossing, "--scenario", "all_exports", "--budget", "3000", "--json"))
    assert found["objective"] == pytest.approx(2 * 1000 + 700 + 0.06 * 1000, rel=2e-3)
    assert found["budget"]["score"] == pytest.approx(0.75)
    assert found["budget"]["score_bound"] <= 0.7511
    few = metroplan("solve", crossing, "--budget", "1000")
    assert few.exit_code == 3
    assert "the budget is CNY 1,000. Raise the budget" in few.stderr


def test_plan_follows_its_schema(finished_run: Path) -> None:
    import jsonschema

    plan = json.loads((finished_run / "plan.json").read_text(encoding="utf-8"))
    jsonschema.validate(plan, plan_schema())


def test_solve_with_a_named_solver(metroplan: Run, crossing: Path) -> None:
    found = document(metroplan("solve", crossing, "--solver", "HIGHS", "--json"))
    assert found["objective"] == pytest.approx(2 * 1000 + 700 + 0.06 * 1000, rel=2e-3)
    assert found["status"] == "optimal"


@pytest.mark.parametrize(
    ("option", "word", "answer"),
    [("--scenario", "too_quik", "There is no scenario 'too_quik'. Did you mean 'too_quick'?"),
     ("--solver", "highss", "There is no solver 'highss'. Did you mean 'highs'?")],
)  # fmt: skip
def test_solve_suggests_the_nearest(metroplan: Run, crossing: Path, option: str, word: str, answer: str) -> None:
    result = metroplan("solve", crossing, option, word)
    assert result.exit_code == 2
    assert answer in " ".join(result.stderr.split())
    assert not (crossing / "runs").exists()


@pytest.mark.parametrize("options", [("--gap", "2"), ("--time-limit", "0"), ("--time-limit", "soon")])
def test_values_out_of_range_are_wrong_use(metroplan: Run, crossing: Path, options: tuple[str, str]) -> None:
    assert metroplan("solve", crossing, *options).exit_code == 2


def test_infeasible_goals_exit_with_the_reason(metroplan: Run, crossing: Path) -> None:
    result = metroplan("solve", crossing, "--scenario", "too_quick")
    assert result.exit_code == 3
    assert result.stderr.count("No network meets these goals, whatever it costs.") == 1
    assert "Relation C1-C2: the best possible route takes 18.1 us; the limit is < 12 us." in result.stderr
    assert "Traceback" not in result.output
    told = document(metroplan("solve", crossing, "--scenario", "too_quick", "--json"))
    assert (told["error"], told["exit_code"]) == ("infeasible", 3)
    assert told["details"]
    assert not (crossing / "runs").exists()


def test_bad_data_are_one_report_and_touch_no_earlier_run(metroplan: Run, crossing: Path) -> None:
    assert metroplan("solve", crossing, "-o", crossing / "run").exit_code == 0
    before = {p: p.read_bytes() for p in (crossing / "run").rglob("*") if p.is_file()}
    change(crossing, 'file = "centers.gpkg"', 'file = "gone.gpkg"')
    result = metroplan("solve", crossing)
    assert result.exit_code == 1
    assert "The data cannot be planned with." in result.stderr
    assert "gone.gpkg" in result.stderr
    told = document(metroplan("solve", crossing, "--json"))
    assert told["error"] == "data"
    assert any(f["layer"] == "centers" for f in told["findings"])
    assert {p: p.read_bytes() for p in (crossing / "run").rglob("*") if p.is_file()} == before


def test_an_earlier_run_is_never_written_over(metroplan: Run, crossing: Path) -> None:
    run = crossing / "run"
    run.mkdir()
    (run / "mine.txt").write_text("mine", encoding="utf-8")
    result = metroplan("solve", crossing, "-o", run)
    assert result.exit_code == 1
    assert "is not empty, and no earlier run is written over. Give -o a new folder" in result.stderr
    assert [p.name for p in run.iterdir()] == ["mine.txt"]


def test_no_plan_in_time(metroplan: Run, crossing: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise NoPlanError("Stopped after 1 s without a plan. Give it more time.")

    monkeypatch.setattr("optimizer.cli.solve.find_plan", slow)
    result = metroplan("solve", crossing)
    assert result.exit_code == 3
    assert "Stopped with no plan." in result.stderr
    assert "Give it more time." in result.stderr


def test_a_plan_that_fails_its_audit_is_a_bug_of_ours(
    metroplan: Run, crossing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(*_: object, **__: object) -> None:
        raise AuditError(["Cost line 'OXC' says 3, the network says 4."])

    monkeypatch.setattr("optimizer.cli.solve.find_plan", wrong)
    result = metroplan("solve", crossing)
    assert result.exit_code == 1
    assert "failed its independent audit and was not written. This is a bug: please report it." in result.stderr
    assert "the network says 4" in result.stderr
    log = re.search(r"The log is in '(.+)'", result.stderr)
    assert log
    assert "the network says 4" in Path(log[1]).read_text(encoding="utf-8")


def test_a_defect_of_ours_shows_no_traceback_and_where_the_log_is(
    metroplan: Run, crossing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("optimizer.cli.solve.find_plan", broken)
    result = metroplan("solve", crossing)
    assert result.exit_code == 1
    assert "Something went wrong that is not your fault: ZeroDivisionError: division by zero" in result.stderr
    assert "Traceback" not in result.output
    assert "Please report this with the log" in result.stderr
    log = re.search(r"The log is in '(.+)'", result.stderr)
    assert log
    kept = Path(log[1]).read_text(encoding="utf-8")
    assert "Building the planning network" in kept
    assert "ZeroDivisionError: division by zero" in kept
    assert not (crossing / "runs").exists()


def test_audit_of_a_finished_run(metroplan: Run, finished_run: Path) -> None:
    result = metroplan("audit", finished_run)
    assert result.exit_code == 0
    assert re.match(r"Run \S+: no breach\. Computed again from the network alone", result.stdout)
    found = document(metroplan("audit", finished_run, "--json"))
    assert (found["ok"], found["breaches"]) == (True, [])


def test_audit_catches_a_changed_plan(metroplan: Run, finished_run: Path, tmp_path: Path) -> None:
    import shutil

    run = tmp_path / "run"
    shutil.copytree(finished_run, run)
    plan = json.loads((run / "plan.json").read_text(encoding="utf-8"))
    plan["relations"][0]["routes"][0]["latency_us"] -= 1.0
    (run / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    result = metroplan("audit", run, "--json")
    assert result.exit_code == 1
    assert document(result)["ok"] is False
    text = metroplan("audit", run)
    assert text.exit_code == 1
    assert re.search(r"Run \S+: \d+ breach", text.stdout)


def test_audit_of_something_else(metroplan: Run, tmp_path: Path) -> None:
    result = metroplan("audit", tmp_path)
    assert result.exit_code == 1
    assert "holds no plan.json" in result.stderr
    (tmp_path / "plan.json").write_text("{}", encoding="utf-8")
    result = metroplan("audit", tmp_path, "--json")
    assert result.exit_code == 1
    assert document(result)["error"] == "project"


def test_a_plan_stopped_without_a_bound_has_that_of_its_shares(
    metroplan: Run, crossing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from optimizer.pipeline import run_solver

    def boundless(*arguments: Any, **options: Any) -> Solution:
        return replace(run_solver(*arguments, **options), status="feasible", bound=-math.inf)

    monkeypatch.setattr(sys.modules["optimizer.pipeline"], "run_solver", boundless)
    found = document(metroplan("solve", crossing, "--json"))
    # the one export that the share asks for is needed wherever it stands
    assert (found["status"], found["bound"], found["variable_gap"]) == ("feasible", 700.0, 1.0)
    assert found["gap"] == pytest.approx(1 - 700 / found["objective"])


@pytest.mark.slow
def test_the_small_example_from_init_to_audit(metroplan: Run, tmp_path: Path) -> None:
    folder, run = tmp_path / "core", tmp_path / "run"
    assert metroplan("init", folder, "--example", "wuhan-core").exit_code == 0
    checked = document(metroplan("check", folder, "--json"))
    assert (checked["ok"], checked["errors"]) == (True, 0)
    today = document(metroplan("assess", folder, "--json"))
    assert not all(goal["met"] for goal in today["goals"]), "nothing would be left to plan"
    found = document(metroplan("solve", folder, "-o", run, "--gap", "0.01", "--json"))
    assert found["gap"] <= 0.01
    assert found["bound"] <= found["objective"]
    assert len(found["goals"]) == 6
    assert all(goal["met"] for goal in found["goals"])
    assert document(metroplan("audit", run, "--json"))["breaches"] == []
    assert "assumed" in (run / "report.html").read_text(encoding="utf-8")
    assert "OpenStreetMap" in (run / "map.html").read_text(encoding="utf-8")


HEADS = {
    "gpkg": b"SQLite format 3", "geojson": b"{", "kml": b"<?xml", "graphml": b"<?xml", "xlsx": b"PK", "mps": b"*SENSE:",
    "lp": b"\\*", "kmz": b"PK", "shp.zip": b"PK", "fgb.zip": b"PK", "parquet.zip": b"PK", "dxf": b"  0\nSECTION",
    "ofds": b"{",
}  # fmt: skip


@pytest.mark.parametrize("name", HEADS)
def test_export_writes_each_format(metroplan: Run, finished_run: Path, tmp_path: Path, name: str) -> None:
    file, key = tmp_path / f"plan.{name}", name.partition(".")[0]
    found = document(metroplan("export", finished_run, "--to", key, "-o", file, "--json"))
    assert (found["format"], found["file"]) == (key, str(file))
    assert file.read_bytes().startswith(HEADS[name])


def test_every_exporter_is_known(metroplan: Run, finished_run: Path) -> None:
    from optimizer.report import EXPORTERS

    assert {e.key for e in EXPORTERS} - {"gnpy"} <= {name.partition(".")[0] for name in HEADS}
    refused = metroplan("export", finished_run, "--to", "gnpy")
    assert "The plan carries no traffic" in " ".join(refused.stderr.split())
    result = metroplan("export", finished_run, "--to", "geojsn")
    assert result.exit_code == 2
    assert "There is no format 'geojsn'. Did you mean 'geojson'?" in " ".join(result.stderr.split())


def test_export_stands_where_you_stand_and_overwrites_only_by_force(
    metroplan: Run, finished_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert metroplan("export", finished_run, "--to", "kml").stdout == "Wrote 'plan.kml'.\n"
    again = metroplan("export", finished_run, "--to", "kml")
    assert again.exit_code == 2
    assert "'plan.kml' is there already. Add --force" in " ".join(again.stderr.split())
    assert metroplan("export", finished_run, "--to", "kml", "--force").exit_code == 0


def test_export_of_a_shapefile_asks_for_a_zip_or_folder(metroplan: Run, finished_run: Path, tmp_path: Path) -> None:
    result = metroplan("export", finished_run, "--to", "shp", "-o", tmp_path / "plan.shp")
    assert result.exit_code == 2
    assert "a Shapefile is several files" in " ".join(result.stderr.replace("│", " ").split())
    assert not list(tmp_path.glob("plan*"))


def test_export_takes_coordinates_that_the_format_can_hold_and_says_what_it_lost(
    metroplan: Run, finished_run: Path, tmp_path: Path
) -> None:
    shifted = metroplan("export", finished_run, "--to", "geojson", "--crs", "gcj02", "-o", tmp_path / "a.geojson")
    assert "Coordinates are GCJ-02, shifted by 100 m and more" in shifted.stdout
    table = document(
        metroplan("export", finished_run, "--to", "shp", "--crs", "CGCS2000", "-o", tmp_path / "a.zip", "--json")
    )
    assert [note.partition(":")[0] for note in table["notes"]] == ["Shapefile"] * len(table["notes"])
    for key, crs, word in (
        ("kml", "EPSG:4547", "Format 'kml' holds degrees of WGS 84"),
        ("dxf", "EPSG:4490", "Format 'dxf' is a drawing in metres, and EPSG:4490"),
        ("xlsx", "EPSG:4490", "Format 'xlsx' has no choice of coordinates"),
        ("gpkg", "EPSG:none", "'EPSG:none' is no known coordinate system"),
    ):
        refused = metroplan("export", finished_run, "--to", key, "--crs", crs, "-o", tmp_path / "no")
        assert refused.exit_code == 2
        assert word in " ".join(refused.stderr.split())
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.geojson", "a.zip"]
    (tmp_path / "mine").mkdir()
    standing = metroplan("export", finished_run, "--to", "fgb", "-o", tmp_path / "mine", "--force")
    assert standing.exit_code == 2
    assert "is a folder that is there already" in " ".join(standing.stderr.split())
