"""What a run says while it works, and how it is stopped."""

from __future__ import annotations

import io
import json
import math
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from optimizer.cli.interrupt import in_background, stop_on_signals
from optimizer.cli.progress import History, watching, worth_a_line
from optimizer.report import numbers
from optimizer.runs import read_run
from optimizer.solution import Progress, ProgressCallback
from tests.conftest import Run

FIRST = Progress("first plan", 1.0, 100.0, -math.inf)


@pytest.mark.parametrize(
    ("next_report", "due"),
    [
        (Progress("cuts", 2.0, 100.0, -math.inf), True),
        (Progress("first plan", 2.0, 99.0, -math.inf), True),
        (Progress("first plan", 2.0, 100.0, 50.0), True),
        (Progress("first plan", 2.0, 100.0, -math.inf), False),
        (Progress("first plan", 2.0, 100.0 - 1e-12, -math.inf), False),
        (Progress("first plan", 2.0, 100.0, -50.0), False),
        (Progress("first plan", 15.9, 100.0, -math.inf), False),
        (Progress("first plan", 16.0, 100.0, -math.inf), True),
    ],
)
def test_a_line_is_due_for_a_phase_a_better_plan_a_first_bound_or_after_silence(
    next_report: Progress, due: bool
) -> None:
    assert worth_a_line([FIRST], next_report) is due


def test_a_line_is_due_when_the_gap_is_a_tenth_smaller() -> None:
    last = Progress("cuts", 1.0, 100.0, 90.0)
    assert not worth_a_line([last], Progress("cuts", 2.0, 100.0, 90.9))
    assert worth_a_line([last], Progress("cuts", 2.0, 100.0, 91.1))


def test_a_bound_below_nothing_is_no_bound() -> None:
    assert History("CNY").cells(Progress("cuts", 2.0, 100.0, -50.0))[2:] == ("none yet", numbers.gap(math.inf))


def test_phases_that_take_turns_are_told_once() -> None:
    history = History("CNY")
    phases = ["first plan", "cuts", "branch", "cuts", "branch", "cuts"]
    assert [history.add(Progress(p, float(i), 100.0, 90.0)) for i, p in enumerate(phases)] == [True] * 3 + [False] * 3


def test_plain_lines_tell_only_what_is_new(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(History("CNY"), quiet=False) as watcher:
        watcher.step("Reading")
        for report in (FIRST, FIRST, Progress("cuts", 2.5, 2.5e6, 2.4e6)):
            watcher.report(report)
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.splitlines() == [
        "Reading",
        "[    1.0 s] first plan               plan CNY 100          bound none yet         gap not known",
        f"[    2.5 s] cuts                     plan CNY 2.500 M      bound CNY 2.400 M      gap {numbers.gap(0.04)}",
    ]


def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with watching(History("CNY"), quiet=True) as watcher:
        watcher.step("Reading")
        watcher.report(FIRST)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")


def test_live_display_shows_phase_plan_bound_and_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Console(file=io.StringIO(), force_terminal=True, width=100, markup=False, highlight=False)
    monkeypatch.setattr("optimizer.cli.progress.console", lambda **_: screen)
    with watching(History("CNY"), quiet=False) as watcher:
        watcher.step("Reading")
        for number in range(15):
            watcher.report(Progress("branch", float(number), 3e6 - number, 2.4e6 + number))
    shown = screen.file.getvalue()  # type: ignore[attr-defined]
    picture = shown.rpartition("Seconds")[2]
    assert "branch" in shown
    assert "Ctrl-C keeps the best plan" in shown
    assert picture.count("CNY 3.000 M") == 10, "ten lines of history"
    assert numbers.gap(0.2) in picture


def test_work_in_the_background_returns_and_raises() -> None:
    assert in_background(lambda: threading.current_thread() is threading.main_thread()) is False
    with pytest.raises(TimeoutError, match="its own"):
        in_background(lambda: (_ for _ in ()).throw(TimeoutError("its own")))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_asks_and_the_second_ends(number: signal.Signals) -> None:
    before, said = signal.getsignal(number), []
    with pytest.raises(KeyboardInterrupt), stop_on_signals(lambda: said.append("stopping")) as stop:  # noqa: PT012
        os.kill(os.getpid(), number)
        assert stop.wait(5)
        os.kill(os.getpid(), number)
        time.sleep(5)
    assert said == ["stopping"]
    assert signal.getsignal(number) is before


def test_ctrl_c_keeps_the_best_plan(
    metroplan: Run, crossing: Path, finished_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    best = read_run(finished_run).plan

    def until_asked(_problem: object, _options: object, on_progress: ProgressCallback) -> Any:
        os.kill(os.getpid(), signal.SIGINT)
        end = time.monotonic() + 30
        while not on_progress(Progress("branch", 1.0, best.objective, 0.0)):
            assert time.monotonic() < end, "nobody asked to stop"
            time.sleep(0.01)
        return best

    monkeypatch.setattr("optimizer.cli.solve.find_plan", until_asked)
    result = metroplan("solve", crossing, "-o", crossing / "run")
    assert result.exit_code == 0
    assert "Stopping with the best plan; Ctrl-C again ends at once" in result.stderr
    plan = json.loads((crossing / "run" / "plan.json").read_text(encoding="utf-8"))
    assert plan["run_id"] == best.run_id


def test_a_second_ctrl_c_ends_at_once_and_writes_nothing(
    metroplan: Run, crossing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(_problem: object, _options: object, _on_progress: object) -> None:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.5)
        time.sleep(20)

    monkeypatch.setattr("optimizer.cli.solve.find_plan", deaf)
    start = time.monotonic()
    result = metroplan("solve", crossing)
    assert result.exit_code == 3
    assert "Stopped at once. Nothing was written." in result.stderr
    assert time.monotonic() - start < 15
    assert not (crossing / "runs").exists()
