"""Run folders: whole or not at all, earlier ones untouched, and readable from themselves alone."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

import optimizer
from geo_data import read_region
from optimizer.project import Project
from optimizer.runs import (
    RunError,
    check_target,
    clean_leftovers,
    copy_inputs,
    default_folder,
    read_run,
    staging,
    verify_inputs,
)
from optimizer.runs.errors import explain_os_error
from tests.conftest import GOALS, Run
from tests.geo_world import cross, write_project

FILES = {"bom.xlsx", "map.html", "map.png", "plan.gpkg", "plan.json", "report.html", "run.log"}


def left_in(folder: Path) -> list[str]:
    """Return the names of everything in a folder, hidden or not."""
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else []


def test_a_run_holds_every_file_and_its_inputs(finished_run: Path) -> None:
    assert {p.name for p in finished_run.iterdir()} == FILES | {"project"}
    assert left_in(finished_run / "project") == [
        "candidate_routes.gpkg", "centers.gpkg", "manifest.json", "metro_sites.gpkg", "project.toml",
    ]  # fmt: skip
    assert "Writing maps, tables and report" in (finished_run / "run.log").read_text(encoding="utf-8")


def test_all_files_carry_the_run_id(finished_run: Path) -> None:
    run_id = json.loads((finished_run / "plan.json").read_text(encoding="utf-8"))["run_id"]
    for name in ("map.html", "report.html", "run.log"):
        assert run_id in (finished_run / name).read_text(encoding="utf-8"), name


def test_a_run_is_read_from_itself_alone(finished_run: Path, tmp_path: Path) -> None:
    moved = tmp_path / "elsewhere"
    shutil.copytree(finished_run, moved)
    run = read_run(moved)
    assert run.folder == moved
    assert run.problem.name == run.plan.project == "Test"
    assert optimizer.audit(run.problem, run.plan) == []


def test_changed_missing_and_new_inputs_are_all_named(finished_run: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished_run, run)
    (run / "project" / "centers.gpkg").unlink()
    (run / "project" / "project.toml").write_text("# other\n", encoding="utf-8")
    (run / "project" / "more.csv").write_text("id\n", encoding="utf-8")
    with pytest.raises(RunError, match="not those of the run") as error:
        read_run(run)
    lines = [line.strip() for line in str(error.value).splitlines()[1:4]]
    assert lines == ["centers.gpkg: missing", "project.toml: changed", "more.csv: not there when the run was made"]


def test_a_folder_that_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match=r"holds no plan.json. `metroplan solve PROJECT` makes runs"):
        read_run(tmp_path)
    with pytest.raises(RunError, match=r"has no readable manifest.json"):
        verify_inputs(tmp_path)


def test_layers_outside_the_project_folder_move_in(tmp_path: Path) -> None:
    folder, data = tmp_path / "project", tmp_path / "data"
    folder.mkdir()
    data.mkdir()
    write_project(folder, cross(), GOALS)
    (folder / "centers.gpkg").rename(data / "centers.gpkg")
    (folder / "metro_sites.gpkg").rename(data / "same.gpkg")
    (folder / "sub").mkdir()
    (folder / "candidate_routes.gpkg").rename(folder / "sub" / "roads.gpkg")
    text = (folder / "project.toml").read_text(encoding="utf-8")
    text = text.replace('"centers.gpkg"', '"../data/centers.gpkg"').replace('"metro_sites.gpkg"', f"'{data}/same.gpkg'")
    text = text.replace('"candidate_routes.gpkg"', '"sub/roads.gpkg"')
    (folder / "project.toml").write_text(text, encoding="utf-8")
    sources = read_region(folder / "project.toml").sources
    hashes = copy_inputs(folder / "project.toml", tmp_path / "copy", sources)
    assert sorted(hashes) == ["layers/centers.gpkg", "layers/same.gpkg", "project.toml", "sub/roads.gpkg"]
    verify_inputs(tmp_path / "copy")
    shutil.rmtree(data)
    assert len(Project.load(tmp_path / "copy").problem().centers) == 2


def test_a_path_outside_that_cannot_be_rewritten_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    write_project(folder, cross(), GOALS)
    (folder / "centers.gpkg").rename(tmp_path / "centers.gpkg")
    text = (folder / "project.toml").read_text(encoding="utf-8")
    text = text.replace('"centers.gpkg"', '"..\\u002fcenters.gpkg"')
    (folder / "project.toml").write_text(text, encoding="utf-8")
    sources = read_region(folder / "project.toml").sources
    with pytest.raises(RunError, match=r"move into the project folder: \.\./centers\.gpkg"):
        copy_inputs(folder / "project.toml", tmp_path / "copy", sources)


def test_a_layer_that_changes_during_the_run_is_noticed(crossing: Path, tmp_path: Path) -> None:
    sources = read_region(crossing / "project.toml").sources
    with (crossing / "centers.gpkg").open("ab") as file:
        file.write(b"x")
    with pytest.raises(RunError, match=r"Changed while the run was going on: .*centers\.gpkg"):
        copy_inputs(crossing / "project.toml", tmp_path / "copy", sources)


def test_a_staged_folder_appears_only_when_published(tmp_path: Path) -> None:
    final = tmp_path / "runs" / "one"
    with staging(final.parent) as part:
        (part.path / "plan.json").write_text("{}", encoding="utf-8")
        assert not final.exists()
        assert part.path.name.startswith(".")
        part.publish(final)
    assert left_in(final.parent) == ["one"]
    assert left_in(final) == ["plan.json"]


def test_a_failing_run_leaves_nothing(tmp_path: Path) -> None:
    with suppress(ValueError), staging(tmp_path) as part:
        (part.path / "half").write_text("x", encoding="utf-8")
        raise ValueError
    assert left_in(tmp_path) == []


def test_a_failing_run_takes_the_folders_made_for_it_away(tmp_path: Path) -> None:
    with suppress(ValueError), staging(tmp_path / "new" / "runs"):
        raise ValueError
    assert left_in(tmp_path) == []
    (tmp_path / "empty").mkdir()
    with suppress(ValueError), staging(tmp_path / "empty" / "runs"):
        raise ValueError
    assert left_in(tmp_path) == ["empty"]  # what stood there before stays


def test_publishing_replaces_an_empty_folder_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with staging(tmp_path) as part:
        part.publish(tmp_path / "empty")
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "plan.json").write_text("earlier", encoding="utf-8")
    with pytest.raises(RunError, match="made by something else meanwhile"), staging(tmp_path) as part:
        part.publish(taken)
    assert (taken / "plan.json").read_text(encoding="utf-8") == "earlier"
    assert left_in(tmp_path) == ["empty", "taken"]


def test_check_target_refuses_what_is_there(tmp_path: Path) -> None:
    check_target(tmp_path / "new")
    check_target(tmp_path)
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match=r"is a file, and no earlier run is written over"):
        check_target(file)
    with pytest.raises(RunError, match=r"is not empty, .* Give -o a new folder"):
        check_target(tmp_path)


def test_leftovers_of_killed_processes_are_removed_and_living_ones_kept(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys, pathlib; from optimizer.runs import staging\n"
        "with staging(pathlib.Path(sys.argv[1])) as part:\n"
        "    (part.path / 'half').write_text('x'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path)], timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    (leftover,) = left_in(tmp_path)
    with staging(tmp_path) as living:
        assert left_in(tmp_path) == [living.path.name] != [leftover]
        assert clean_leftovers(tmp_path) == []
        assert living.path.is_dir()


def test_default_folder_is_named_after_project_scenario_and_run(finished_run: Path) -> None:
    plan = read_run(finished_run).plan
    folder = default_folder(Path("city/project.toml"), plan)
    assert folder == Path(f"city/runs/test-base-{plan.run_id}")


@pytest.mark.parametrize(
    ("number", "words"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "permission is denied"), (errno.EROFS, "is read-only"),
     (errno.EDQUOT, "quota is used up"), (errno.EIO, "Input/output error")],
)  # fmt: skip
def test_what_the_system_refuses_is_told_in_words(number: int, words: str) -> None:
    told = str(explain_os_error(OSError(number, os.strerror(number)), Path("run")))
    assert words in told
    assert told.endswith("Earlier runs are as they were.")


def test_a_full_disk_is_one_message_and_leaves_nothing(
    metroplan: Run, crossing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("geo_data.maps.write_print_map", full)
    result = metroplan("solve", crossing)
    assert result.exit_code == 1
    assert "the disk is full. Free some space" in result.stderr
    assert "Traceback" not in result.output
    assert left_in(crossing / "runs") == []


def _start(*arguments: str | Path) -> subprocess.Popen[str]:
    """Start the program as a process of its own."""
    command = [sys.executable, "-u", "-m", "optimizer.cli", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _wait_for_line(process: subprocess.Popen[str], words: str, seconds: float = 60) -> None:
    """Wait until the process says something on standard error."""
    assert process.stderr is not None
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        line = process.stderr.readline()
        if words in line or not line:
            assert words in line, "the process ended first"
            return
    raise AssertionError(f"{words!r} was not said within {seconds} s")


@pytest.mark.slow
def test_kill_9_leaves_no_half_run_and_the_next_one_works(metroplan: Run, crossing: Path) -> None:
    runs = crossing / "runs"
    assert metroplan("solve", crossing).exit_code == 0
    (earlier,) = left_in(runs)
    before = {p: p.read_bytes() for p in (runs / earlier).rglob("*") if p.is_file()}
    process = _start("solve", crossing)
    _wait_for_line(process, "Planning on")
    process.kill()
    process.communicate(timeout=60)
    names = left_in(runs)
    assert [n for n in names if not n.startswith(".")] == [earlier]
    assert len(names) == 2, "killed too late: the run was over"
    assert {p: p.read_bytes() for p in (runs / earlier).rglob("*") if p.is_file()} == before
    assert metroplan("solve", crossing).exit_code == 0
    names = left_in(runs)
    assert len(names) == 2
    assert not [n for n in names if n.startswith(".")]
