"""Searches in a thread of their own: every report is heard and answered, and who is told to stop is left in time."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable

import numpy as np
import pytest
from test_engine import grid

from optimizer.attended import GRACE_S, HEARD_EVERY_S, LATE_S, NAME, Left, attended
from optimizer.cli.app import SEARCH
from optimizer.engine import search as engine
from optimizer.solution import Progress, ProgressCallback

DEAF_S = 4.0


def news(seconds: float = 0.0, objective: float = np.inf) -> Progress:
    """Return a report."""
    return Progress("cuts", seconds, objective, 0.0)


def searching() -> list[threading.Thread]:
    """Return the threads that search."""
    return [thread for thread in threading.enumerate() if thread.name == NAME]


def ended(within_s: float) -> bool:
    """Wait for all searches to end; return whether they did."""
    until = time.monotonic() + within_s
    while searching() and time.monotonic() < until:
        time.sleep(0.02)
    return not searching()


def test_the_result_comes_back_and_no_thread_stays() -> None:
    assert attended(lambda _: 7, None, lambda _: None) == 7
    assert ended(1.0)


def test_every_report_is_heard_in_order_in_the_callers_thread() -> None:
    heard: list[tuple[float, int]] = []

    def listen(progress: Progress) -> None:
        heard.append((progress.seconds, threading.get_ident()))

    def search(report: ProgressCallback) -> list[bool | None]:
        return [report(news(float(n))) for n in range(5)]

    assert attended(search, listen, lambda _: None) == [False] * 5
    assert heard == [(float(n), threading.get_ident()) for n in range(5)]


def test_a_report_that_says_stop_stops_at_that_report() -> None:
    def search(report: ProgressCallback) -> int:
        return next(n for n in range(100) if report(news(float(n))))

    assert attended(search, lambda p: p.seconds == 3.0, lambda _: None) == 3


def test_once_stopped_it_stays_stopped() -> None:
    answers = iter([True, False, False])
    found = attended(lambda report: [report(news()) for _ in range(3)], lambda _: next(answers), lambda _: None)
    assert found == [True, True, True]


def test_the_last_report_is_told_again_while_the_search_is_deaf() -> None:
    heard: list[float] = []

    def search(report: ProgressCallback) -> str:
        report(news(1.0))
        time.sleep(6 * HEARD_EVERY_S)
        report(news(1.1))  # counted before the last one was told again
        return "done"

    assert attended(search, lambda p: heard.append(p.seconds), lambda _: None) == "done"
    assert len(heard) >= 5
    assert heard == sorted(heard)
    assert heard[-1] > 1.0 + 2 * HEARD_EVERY_S


def test_a_deaf_search_is_left_with_the_best_answer_and_ends_at_its_next_report() -> None:
    ends: list[BaseException | str] = []

    def search(report: ProgressCallback) -> str:
        try:
            report(news())
            time.sleep(1.5)
            report(news())
            ends.append("heard")
        except Left as end:
            ends.append(end)
            raise
        return "late"

    began = time.monotonic()
    assert attended(search, lambda _: True, lambda told: f"best, {told}") == "best, True"
    assert time.monotonic() - began < GRACE_S + 2 * HEARD_EVERY_S + 0.2
    assert ended(3.0)
    assert [type(end) for end in ends] == [Left]


def test_a_search_that_is_late_is_left_too() -> None:
    began = time.monotonic()
    found = attended(lambda _: time.sleep(DEAF_S), None, lambda told: f"best, {told}", late=lambda: True)  # type: ignore[arg-type, return-value]
    assert found == "best, False"
    assert LATE_S < time.monotonic() - began < LATE_S + 1.0
    assert ended(DEAF_S)


def test_without_a_best_answer_the_result_is_waited_for() -> None:
    def search(report: ProgressCallback) -> str:
        report(news())
        time.sleep(2 * GRACE_S)
        return "done"

    assert attended(search, lambda _: True, lambda _: None) == "done"


@pytest.mark.parametrize("wrong", [ValueError("bad row"), KeyboardInterrupt(), UserWarning("loud")])
def test_what_the_search_raises_reaches_the_caller(wrong: BaseException) -> None:
    def search(report: ProgressCallback) -> None:
        if isinstance(wrong, Warning):
            warnings.warn(wrong, stacklevel=1)
        raise wrong

    with pytest.raises(type(wrong)):
        attended(search, None, lambda _: None)
    assert ended(1.0)


def test_what_the_listener_raises_reaches_the_caller_and_ends_the_search() -> None:
    def search(report: ProgressCallback) -> None:
        while True:
            report(news())

    def listen(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attended(search, listen, lambda _: None)
    assert ended(1.0)


def test_numpys_error_state_goes_along() -> None:
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        attended(lambda _: np.ones(1) / np.zeros(1), None, lambda _: None)


def test_searches_within_searches_are_left_together() -> None:
    def inner(report: ProgressCallback) -> None:
        while True:
            report(news())
            time.sleep(0.01)

    def outer(report: ProgressCallback) -> str:
        attended(inner, report, lambda _: None)  # never gives up by itself
        return "never"

    asked = time.monotonic() + 0.1
    assert attended(outer, lambda _: time.monotonic() > asked, lambda _: "best") == "best"
    assert ended(1.0)


def test_the_engine_answers_within_a_second_in_the_middle_of_something_long(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.solve(grid(4, 1))  # kernels
    deaf: list[float] = []

    def sleepy(*_: object) -> None:
        deaf.append(time.monotonic())
        time.sleep(DEAF_S)

    monkeypatch.setattr(engine, "_improved", sleepy)
    monkeypatch.setattr(engine, "_relaxed", _only_first(engine._relaxed))
    model = grid(12, 5, places=40)
    asked: list[float] = []

    def listen(progress: Progress) -> bool:
        if deaf and not asked:
            asked.append(time.monotonic())
        return bool(asked)

    found = engine.solve(model, time_limit_s=60.0, on_progress=listen)
    assert time.monotonic() - asked[0] < 1.0
    assert (found.status, found.cancelled) == ("feasible", True)
    assert found.values is not None
    assert found.bound <= found.objective
    assert ended(DEAF_S + 2.0)


def _only_first(relaxed: Callable[..., object]) -> Callable[..., object]:
    """Keep the relaxed problem from proving anything, so that the search goes on after it."""

    def limited(rooted: object, run: engine.Run, *rest: object) -> object:
        found = relaxed(rooted, run, *rest)
        run.bound = -np.inf
        return found

    return limited


def test_the_engine_keeps_its_time_in_the_middle_of_something_long(monkeypatch: pytest.MonkeyPatch) -> None:
    engine.solve(grid(4, 1))  # kernels
    monkeypatch.setattr(engine, "_improved", lambda *_: time.sleep(DEAF_S + 4.0))
    monkeypatch.setattr(engine, "_relaxed", _only_first(engine._relaxed))
    began = time.monotonic()
    found = engine.solve(grid(12, 5, places=40), time_limit_s=3.0)
    assert time.monotonic() - began < 3.0 + LATE_S + 0.6
    assert (found.status, found.cancelled) == ("feasible", False)
    assert ended(DEAF_S + 5.0)


def test_solves_one_after_the_other_leave_no_thread_and_find_the_same() -> None:
    model = grid(5, 3, places=6)
    costs = {engine.solve(model).objective for _ in range(8)}
    assert len(costs) == 1
    assert ended(1.0)


LEAVING = """
import sys, time
import typer
from optimizer.attended import attended
from optimizer.cli import app
from optimizer.solution import Progress

def search(report):
    report(Progress("cuts", 0.0, 1.0, 0.0))
    {deaf}

def command():
    print(attended(search, lambda _: True, lambda _: "best"))
    raise typer.Exit(3)

program = typer.Typer()
program.command()(command)
app.app = lambda: program
app.main()
"""


@pytest.mark.parametrize(
    "deaf",
    [
        "time.sleep(60)",
        "import highspy; [highspy.Highs().version() for _ in range(10**9)]",
        "[None for _ in iter(int, 1) if False]",
    ],
    ids=["asleep", "C++", "Python"],
)
def test_a_command_does_not_wait_for_a_search_it_left(deaf: str) -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", LEAVING.format(deaf=deaf)], check=False, capture_output=True, text=True,
        timeout=50,
        env={**os.environ, "COVERAGE_PROCESS_START": ""},
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (3, "best")
    assert time.monotonic() - began < 20.0


def test_the_command_line_knows_the_threads_by_their_name() -> None:
    assert SEARCH == NAME
