"""Plan maps in Chinese, and ``metroplan map``: every word translated, every format written, wrong use refused."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from optimizer.report import map_document
from optimizer.report.chinese import chinese
from optimizer.report.risk_layers import _LOOKS as RISKS
from optimizer.requirements import REQUIREMENTS
from tests.report_cases import small_assessment, small_plan, small_problem

HAN = re.compile("[\u4e00-\u9fff]")
Run = Callable[..., Any]


@pytest.mark.parametrize("state", [small_plan, small_assessment], ids=["plan", "today"])
def test_every_word_around_the_planners_names_is_chinese(state: Callable[[], Any]) -> None:
    document = map_document(small_problem(), state(), language="zh")
    words = [document.subtitle, *(label for label, _ in document.facts)]
    for layer in document.layers:
        words += [layer.title, layer.group, *(label for _, label in layer.tooltip)]
        words += [variant.title for variant in layer.style.variants]
    assert [word for word in words if not HAN.search(word)] == []
    assert document.language == "zh"


def test_words_of_goals_and_risks_that_the_small_plan_lacks_are_known() -> None:
    titles = [kind.title for kind in REQUIREMENTS] + [title for _, title, _ in RISKS]
    assert [title for title in titles if not HAN.search(chinese(title))] == []


def test_numbers_keep_their_meaning_in_chinese() -> None:
    english = map_document(small_problem(), small_plan())
    translated = map_document(small_problem(), small_plan(), language="zh", revision="C")
    assert [goal.share for goal in english.goals] == [goal.share for goal in translated.goals]
    number = re.compile(r"[\d,.]+")
    for before, after in zip(english.goals, translated.goals, strict=True):
        assert number.findall(before.value) == number.findall(after.value)
    assert (english.revision, translated.revision) == ("", "C")
    assert translated.project == english.project
    assert chinese("Large center, from 3,000 racks") == "大型，3,000 标准机架及以上"
    assert chinese("武昌局") == "武昌局"


@pytest.mark.parametrize("suffix", [".pdf", ".svg", ".png", ".html"])
def test_map_of_a_run_in_every_format(metroplan: Run, finished_run: Path, tmp_path: Path, suffix: str) -> None:
    file = tmp_path / f"map{suffix}"
    result = metroplan("map", finished_run, "-o", file, "--paper", "A4", "--language", "zh", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["language"] == "zh"
    head = {".pdf": b"%PDF", ".svg": b"<?xml", ".png": b"\x89PNG", ".html": b'<!doctype html>\n<html lang="zh-CN">'}
    assert file.read_bytes().startswith(head[suffix])


def test_map_takes_the_language_of_the_project_file(metroplan: Run, crossing: Path, tmp_path: Path) -> None:
    project = crossing / "project.toml"
    text = project.read_text(encoding="utf-8")
    project.write_text(text.replace("[project]", '[project]\nlanguage = "zh"\nrevision = 3', 1), encoding="utf-8")
    result = metroplan("map", crossing, "-o", tmp_path / "today.svg", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["language"] == "zh"


def test_map_refuses_unknown_formats_and_standing_files(metroplan: Run, finished_run: Path, tmp_path: Path) -> None:
    wrong = metroplan("map", finished_run, "-o", tmp_path / "map.jpg")
    assert wrong.exit_code == 2
    assert "says no known format" in wrong.output
    (tmp_path / "map.pdf").write_text("mine")
    standing = metroplan("map", finished_run, "-o", tmp_path / "map.pdf")
    assert standing.exit_code == 2
    assert "is there already" in standing.output
    assert (tmp_path / "map.pdf").read_text() == "mine"
