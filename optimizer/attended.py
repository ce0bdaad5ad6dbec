"""A search in a thread of its own: heard of at every moment, and left with its best answer when it is to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from dataclasses import replace
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Generic, TypeVar

from optimizer.solution import Progress, ProgressCallback

__all__ = ["GRACE_S", "NAME", "Left", "attended"]

T = TypeVar("T")

HEARD_EVERY_S = 0.2
"""The caller hears of the search this often, also in the middle of a long piece of work."""

GRACE_S = 0.5
"""For a search to end in order after it was told to stop; then its caller goes on with the best answer so far."""

LATE_S = 1.0
"""For a search to end in order after its time is up."""

NAME = "metroplan search"
"""Of the threads. Python waits for those that were left before it ends, for it cannot take down compiled code; a
command line may end at once."""


class Left(BaseException):
    """Ends a search whose caller has gone on without it."""


def attended(
    search: Callable[[ProgressCallback], T],
    on_progress: ProgressCallback | None,
    best: Callable[[bool], T | None],
    late: Callable[[], bool] = lambda: False,
) -> T:
    """Run a search in a thread and listen to it.

    Python loops, compiled loops that free the interpreter's lock, and solvers in C++ can all be waited for this way;
    what they cannot do is look up in the middle. So the search need not: it is left where it stands, and ends at its
    next report.

    Parameters
    ----------
    search
        The work; it is given what to report to. Each report waits for the caller's answer: True means stop.
    on_progress
        Called in the caller's thread with every report, and with the last one again while there is none.
    best
        What to answer for a search that does not end in time; called with whether it was told to stop. None waits on.
    late
        Whether the search should have ended by itself.

    Raises
    ------
    BaseException
        Whatever `search` or `on_progress` raises.
    """
    talk: _Talk[T] = _Talk(search)
    threading.Thread(target=copy_context().run, args=(talk.run,), name=NAME).start()
    try:
        return _listen(talk, on_progress or (lambda _: None), best, late)
    finally:
        talk.leave()


class _Talk(Generic[T]):
    """What a search and its caller say to each other: reports one way, answers the other."""

    def __init__(self, search: Callable[[ProgressCallback], T]) -> None:
        self.search = search
        self.result: Future[T] = Future()
        self.reports: SimpleQueue[Progress | None] = SimpleQueue()
        self.answers: SimpleQueue[bool | None] = SimpleQueue()
        self.left = False

    def run(self) -> None:
        """Work, in the thread."""
        try:
            self.result.set_result(self.search(self.report))
        except BaseException as error:
            self.result.set_exception(error)
        self.reports.put(None)

    def report(self, progress: Progress) -> bool:
        """Report from the thread and wait for the answer."""
        if not self.left:
            self.reports.put(progress)
            answer = self.answers.get()
            if answer is not None:
                return answer
            self.answers.put(None)  # for another thread of the search that waits
        raise Left

    def leave(self) -> None:
        """Go on without the search."""
        self.left = True
        self.answers.put(None)


def _listen(
    talk: _Talk[T], on_progress: ProgressCallback, best: Callable[[bool], T | None], late: Callable[[], bool]
) -> T:
    """Wait for the result or for the time to go on without it."""
    last: Progress | None = None
    heard, told, overdue, shown = monotonic(), None, None, 0.0
    while True:
        try:
            report = talk.reports.get(timeout=HEARD_EVERY_S)
        except Empty:
            again = None if last is None else replace(last, seconds=last.seconds + monotonic() - heard)
            shown = shown if again is None else again.seconds
            stop = again is not None and bool(on_progress(again))
        else:
            if report is None:
                return talk.result.result()
            # it may be older than what was told since
            last, heard = replace(report, seconds=max(report.seconds, shown)), monotonic()
            stop = bool(on_progress(last))
            talk.answers.put(stop or told is not None)
        now = monotonic()
        told = now if stop and told is None else told
        overdue = (overdue or now) if late() else None
        if (told is not None and now > told + GRACE_S) or (overdue is not None and now > overdue + LATE_S):
            answer = best(told is not None)
            if answer is not None:
                return answer
