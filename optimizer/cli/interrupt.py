"""Ctrl-C keeps the best plan; a second one ends at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from optimizer.attended import NAME

__all__ = ["in_background", "stop_on_signals"]

T = TypeVar("T")
_LOOK_EVERY_S = 0.1


@contextmanager
def stop_on_signals(say: Callable[[], None]) -> Iterator[threading.Event]:
    """Give an event that the first SIGINT or SIGTERM sets; the second raises KeyboardInterrupt.

    Parameters
    ----------
    say
        Called at the first signal.
    """
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()
        say()

    before = {s: signal.signal(s, on_signal) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def in_background(work: Callable[[], T]) -> T:
    """Run `work` in a thread and wait, so that signals are heard while native code runs."""
    future: Future[T] = Future()
    threading.Thread(target=_run, args=(work, future), name=NAME, daemon=True).start()
    while True:
        try:
            return future.result(timeout=_LOOK_EVERY_S)
        except TimeoutError:
            if future.done():  # the work itself timed out
                raise


def _run(work: Callable[[], T], future: Future[T]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:
        future.set_exception(error)
