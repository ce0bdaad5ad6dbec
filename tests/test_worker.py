"""A second thread: what goes wrong on one side ends the other, and is raised once."""

from __future__ import annotations

import threading

import pytest

from optimizer.worker import Worker

SOON_S = 5.0


def _fail() -> None:
    raise ValueError("beside")


def test_both_end() -> None:
    done: list[int] = []
    with Worker(lambda: done.append(1)) as other:
        pass
    assert done == [1]
    assert not other.is_alive()


def test_an_error_beside_stops_this_side_and_is_raised() -> None:
    stop = threading.Event()
    with pytest.raises(ValueError, match="beside"), Worker(_fail, failed=stop.set):
        assert stop.wait(SOON_S)


def test_an_error_on_this_side_stops_the_other() -> None:
    stop, stopped = threading.Event(), list[bool]()
    with pytest.raises(KeyError, match="here"), Worker(lambda: stopped.append(stop.wait(SOON_S)), failed=stop.set):
        raise KeyError("here")
    assert stopped == [True]


def test_an_error_is_kept_for_who_checks() -> None:
    other = Worker(_fail)
    other.check()
    other.start()
    other.join()
    with pytest.raises(ValueError, match="beside"):
        other.check()
