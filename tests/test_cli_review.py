"""``metroplan review``: the folder it makes, its JSON, what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conftest import Run


@pytest.mark.slow
def test_review_writes_the_pack_and_tells_it(metroplan: Run, finished_run: Path, tmp_path: Path) -> None:
    terms = ("--contingency", 0.1, "--vat", 0.09, "--price-base", "2026-06", "--language", "zh", "--json")
    result = metroplan("review", finished_run, "-o", tmp_path / "pack", *terms)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    plan = json.loads((finished_run / "plan.json").read_text(encoding="utf-8"))
    assert told["run_id"] == plan["run_id"]
    assert told["language"] == "zh"
    capex = sum(line["total"] for line in plan["cost"] if line["kind"] == "capex")
    without = plan["objective"] + 0.1 * capex
    assert told["budget"]["total"]["without_tax"] == pytest.approx(without)
    assert told["budget"]["total"]["with_tax"] == pytest.approx(1.09 * without)
    kept = json.loads((tmp_path / "pack" / "review.json").read_text(encoding="utf-8"))
    assert {key: told[key] for key in kept} == kept
    assert (tmp_path / "pack" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert [p.name for p in tmp_path.iterdir()] == ["pack"]


def test_a_folder_with_something_in_it_is_not_written_over(metroplan: Run, finished_run: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = metroplan("review", finished_run, "-o", tmp_path)
    assert result.exit_code == 1
    assert "is not empty, and no earlier run is written over" in result.output
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--currency", "EUR"), "EUR asks for an exchange rate: give how many CNY one EUR costs"),
        (("--rate", 7.8), "The plan is in CNY already: leave the rate out"),
        (("--price-base", "June"), "Price base 'June' is no month"),
        (("--currency", "euro", "--rate", 7), "Currency 'euro' is no code"),
        (("--vat", 9), "'--vat': Input should be less than or equal to 1"),
    ],
)
def test_terms_that_do_not_fit_are_wrong_use(
    metroplan: Run, finished_run: Path, tmp_path: Path, options: tuple[object, ...], message: str
) -> None:
    result = metroplan("review", finished_run, "-o", tmp_path / "pack", *options)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == []
