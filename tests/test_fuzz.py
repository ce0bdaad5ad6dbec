"""A short run of the fuzzer, and that it would notice what it looks for."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fuzz import case
from tests.fuzz.case import Outcome, broken_project, run_case
from tests.fuzz.count import count_rows
from tests.fuzz.mutate import mutated
from tests.fuzz.pool import Worker
from tests.fuzz.seeds import SEEDS, plant


@pytest.mark.parametrize("kind", SEEDS)
def test_sound_seeds_are_read_whole(kind: str, tmp_path: Path) -> None:
    file, victims = plant(SEEDS[kind], tmp_path)
    assert victims
    assert case._judge(kind, file) == Outcome("region")
    counted = count_rows(kind, tmp_path / SEEDS[kind].file)
    assert counted in {None, 4 if SEEDS[kind].layer == "candidate_routes" else 2}


@pytest.mark.parametrize("kind", SEEDS)
def test_two_broken_files_of_every_format_end_well(kind: str) -> None:
    for number in range(2):
        outcome = run_case(kind, number, seed=2026)
        assert outcome.kind in {"region", "refused"}, outcome.detail


def test_the_same_numbers_make_the_same_case(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        broken_project("geojson", 7, 1, tmp_path / folder)
    same = [(tmp_path / folder / "roads.geojson").read_bytes() for folder in ("a", "b")]
    assert same[0] == same[1]
    assert same[0] != mutated(same[0], ".bin", Random(3))


def test_rows_lost_in_silence_are_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, _ = plant(SEEDS["csv"], tmp_path)
    monkeypatch.setattr(case, "count_rows", lambda *_: 5)
    assert case._judge("csv", file) == Outcome("lost in silence", "5 in the file, 2 kept, 0 told")


def test_hangs_and_crashes_are_outcomes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.fuzz.pool.run_case", _misbehave)
    worker = Worker(seconds=1.0)
    try:
        assert worker.run("csv", 0, 0).kind == "hung"
        assert worker.run("csv", 1, 0) == Outcome("crashed", "exit code 3")
        assert worker.run("csv", 2, 0) == Outcome("region")
    finally:
        worker.close()


def _misbehave(kind: str, number: int, seed: int) -> Outcome:
    """Hang, end, or do well."""
    import os
    import time

    if number == 0:
        time.sleep(60.0)
    if number == 1:
        os._exit(3)
    return Outcome("region")
