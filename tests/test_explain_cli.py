"""``metroplan explain`` and ``metroplan alternatives`` on the terminal and as JSON that keeps its schema."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from typer.testing import Result

from optimizer import alternatives
from optimizer.scenarios.documents import document_schema, generate_schema
from tests.conftest import Run
from tests.networks import four_sites_ring, problem


def document(result: Result, name: str) -> dict[str, Any]:
    """Return the one JSON document on standard output, checked by its schema."""
    found: dict[str, Any] = json.loads(result.stdout)
    jsonschema.validate(found, document_schema(name))
    return found


@pytest.fixture
def run(finished_run: Path, tmp_path: Path) -> Path:
    """A copy of the finished run: 2 km of road and an export."""
    shutil.copytree(finished_run, tmp_path / "run")
    return tmp_path / "run"


@pytest.mark.parametrize("name", ["explanation", "alternatives"])
def test_the_shipped_schema_is_that_of_the_types(name: str) -> None:
    assert document_schema(name) == generate_schema(name)


def test_a_question_without_an_answer(metroplan: Run, crossing: Path) -> None:
    said = metroplan("explain", crossing, "--scenario", "too_quick")
    assert said.exit_code == 0, said.output
    text = " ".join(said.stdout.split())
    assert "Test, scenario too_quick: no network meets these goals, whatever it costs." in text
    assert "Relation C1-C2: the best possible route takes 18.1 µs; the limit is < 12 µs. That is 6.1 µs (1.2 km" in text
    assert "Interconnection latency: limit 19 µs instead of 12 µs. Costs CNY 2.759 k, gap 0 %: confirmed" in text
    assert "[requirements.interconnect_latency] limit_us = 19" in text


def test_a_question_without_an_answer_as_json(metroplan: Run, crossing: Path) -> None:
    found = document(metroplan("explain", crossing, "-s", "too_quick", "--json"), "explanation")
    assert (found["kind"], found["possible"]) == ("question", False)
    assert [o["subject"] for o in found["obstacles"]] == ["C1-C2"]
    assert [n["plan"] is not None for n in found["nearest"]] == [True, True]
    quick = document(metroplan("explain", crossing, "-s", "too_quick", "--quick", "--json"), "explanation")
    assert [n["plan"] for n in quick["nearest"]] == [None, None]


def test_a_question_with_an_answer(metroplan: Run, crossing: Path) -> None:
    said = metroplan("explain", crossing)
    assert "scenario base: the goals can be met." in said.stdout
    assert "400G exports: asked 50 %, at most 100 % (2 of 2 centers)" in said.stdout


def test_an_asset_of_a_run(metroplan: Run, run: Path) -> None:
    said = metroplan("explain", run, "--asset", "east")
    assert said.exit_code == 0, said.output
    assert "No network meets the goals without it." in said.stdout
    found = document(metroplan("explain", run, "--asset", "C1", "--json"), "explanation")
    assert (found["kind"], found["asset_kind"], found["own_cost"]) == ("asset", "export", 700.0)
    assert found["difference"]["cost"] == pytest.approx(0.0)
    forced = document(metroplan("explain", run, "--asset", "north", "--json"), "explanation")
    assert forced["in_plan"] is False
    assert forced["difference"]["cost"] == pytest.approx(1000.0, abs=1.0)


def test_the_goals_of_a_run(metroplan: Run, run: Path) -> None:
    said = metroplan("explain", run)
    assert said.exit_code == 0, said.output
    rows = [" ".join(line.split()) for line in said.stdout.splitlines()]
    assert "400G exports: binds" in rows
    assert "one more 2 of 2 centers instead of 1 +CNY 700 exact" in rows
    found = document(metroplan("explain", run, "--goal", "export_400g", "--json"), "explanation")
    assert [g["name"] for g in found["goals"]] == ["export_400g"]
    assert found["solves"] == 0  # kept from the first call
    assert (run / "solves").is_dir()


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        (("--asset", "nort"), "Did you mean 'north'?"),
        (("--goal", "export"), "There is no goal 'export'"),
        (("--quick",), "--quick goes with --asset"),
    ],
)
def test_wrong_use_is_told(metroplan: Run, run: Path, options: tuple[str, ...], answer: str) -> None:
    said = metroplan("explain", run, *options)
    assert said.exit_code == 2
    assert answer in " ".join(said.stderr.replace("│", " ").split())


def test_an_asset_of_a_project_needs_a_run(metroplan: Run, crossing: Path) -> None:
    said = metroplan("explain", crossing, "--asset", "east")
    assert said.exit_code == 2
    assert "is no run folder" in " ".join(said.stderr.replace("│", " ").split())


def test_alternatives_by_hand() -> None:
    question = problem(four_sites_ring(), protection={"between": "medium"}, oxc_share={"share": 0.3})
    found = alternatives(question, k=4, differ=1, of="sites", extra=0.0)
    assert len(found.plans) == 3  # one OXC at any of the three major sites costs the same
    assert found.answer.complete
    assert {p.assets.oxcs for p in found.answer.plans} == {("S1",), ("S2",), ("S3",)}
    assert all(p.does_without == {n.name: 1.0 for n in found.answer.plans if n is not p} for p in found.answer.plans)
    assert found.answer.in_all.oxcs == ()
    assert len(found.answer.in_all.built_links) == 7


def test_alternatives_of_a_run(metroplan: Run, run: Path) -> None:
    said = metroplan("alternatives", run, "--of", "links", "--differ", "1", "--json")
    assert said.exit_code == 0, said.output
    found = json.loads(said.stdout)
    folder = Path(found.pop("folder"))
    jsonschema.validate(found, document_schema("alternatives"))
    assert [p["name"] for p in found["plans"]] == ["best"]
    assert found["complete"] is True  # both roads are needed
    assert {"alternatives.json", "report.html", "map.html", "plan-best.json"} <= {p.name for p in folder.iterdir()}
    assert "Proven: no further plan" in metroplan("alternatives", run, "--differ", "1").stdout
