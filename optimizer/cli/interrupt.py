"""Ctrl-C keeps the best plan; a second one ends at once."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

from optimizer.attended import attended

__all__ = ["in_background", "stop_on_signals"]

T = TypeVar("T")


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
    return attended(lambda _: work(), None, lambda _: None)
