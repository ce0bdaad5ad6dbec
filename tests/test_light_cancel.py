"""Cancelled while traffic looks for its ways, the answer comes within a second: the best plan, or that there is none."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from time import monotonic
from typing import Any

import pytest

import optimizer
from optimizer.errors import NoPlanError
from optimizer.light.explore import explore
from optimizer.light.turns import Turns
from optimizer.solution import Progress
from tests.test_light import line, solved

SOON_S = 2.5
"""A second, and what a busy machine adds."""


@pytest.fixture
def deaf() -> Iterator[threading.Event]:
    """What slow pieces wait for, set at the end so that no thread stays."""
    event = threading.Event()
    yield event
    event.set()


def _slow(work: Callable[..., Any], began: threading.Event, wake: threading.Event) -> Callable[..., Any]:
    def slow(*given: Any, **more: Any) -> Any:
        began.set()
        wake.wait(60.0)
        return work(*given, **more)

    return slow


def _stop_once(began: threading.Event, asked: list[float]) -> Callable[[Progress], bool]:
    def stop(_: Progress) -> bool:
        if began.is_set():
            asked.append(monotonic())
        return began.is_set()

    return stop


def test_the_best_plan_is_kept(monkeypatch: pytest.MonkeyPatch, deaf: threading.Event) -> None:
    question, began, asked = line(100.0), threading.Event(), list[float]()
    whole = solved(question)
    monkeypatch.setattr(Turns, "improve", _slow(Turns.improve, began, deaf))
    plan = optimizer.solve(question, on_progress=_stop_once(began, asked))
    assert monotonic() - asked[0] < SOON_S
    assert plan.light is not None
    assert plan.objective == pytest.approx(whole.objective)
    assert plan.bound <= plan.objective


def test_without_a_plan_that_is_told(monkeypatch: pytest.MonkeyPatch, deaf: threading.Event) -> None:
    question, began, asked = line(100.0), threading.Event(), list[float]()
    monkeypatch.setattr("optimizer.light.lit.explore", _slow(explore, began, deaf))
    with pytest.raises(NoPlanError, match="before a plan that carries the traffic was found"):
        optimizer.solve(question, on_progress=_stop_once(began, asked))
    assert monotonic() - asked[0] < SOON_S


def test_cancelled_before_the_traffic_is_looked_at() -> None:
    with pytest.raises(NoPlanError, match="Stopped after"):
        optimizer.solve(line(100.0), on_progress=lambda _: True)


def test_the_time_limit_is_kept(monkeypatch: pytest.MonkeyPatch, deaf: threading.Event) -> None:
    began = threading.Event()
    solved(line(100.0))
    monkeypatch.setattr(Turns, "improve", _slow(Turns.improve, began, deaf))
    start = monotonic()
    plan = optimizer.solve(line(100.0), time_limit_s=2.0)
    assert monotonic() - start < 2.0 + 2 * SOON_S
    assert plan.light is not None
